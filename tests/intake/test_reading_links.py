"""Reading links in: two columns of numbers or titles and why."""

from django.urls import reverse

from insek.thread.models import Link
from tests.factories import make_item, make_link, make_user
from tests.intake.reading import begin, go_on, write
from tests.items.test_saved_views import client_of
from tests.reading import words


def test_links_come_in_once_with_their_reasons_and_go_again(concept):
    goal, other = (
        make_item("goal", number="Z 1", title="Grün"),
        make_item("goal", number="Z 2", title="Ruhe", visibility="internal"),
    )
    measure, second = (
        make_item("measure", number="M 1", title="Park"),
        make_item("measure", number="M 2", title="Wall"),
    )
    make_link(goal, second, "implemented_by", reason="Schon da")
    client = client_of(make_user("practice"))
    table = (
        "Von\tNach\tWarum\nZ 1\tM 1\tWeil er grün ist\nRuhe\tWall\t\nZ 1\tM 2\tAnders\nZ 9\tM 1\t\nM 1\tZ 1\tFalsch herum\nZ 1\tZ 1\t\n"
    )  # fmt: skip
    batch = begin(client, "links", table)
    page = words(go_on(client, batch))
    assert "2 Neu" in page and "1 Schon so" in page and "3 Nicht möglich" in page
    assert (
        "1 Mit Hinweis" in page and "ihre Begründung bleibt, wie sie ist." in page
    )  # "Anders" is said, not lost
    assert "„Z 9“ gibt es nicht." in page and "lassen sich so nicht verknüpfen" in page
    write(client, batch)
    assert batch.entries.filter(result="proposed").count() == 1  # both ends are public: it waits
    assert {(link.source_id, link.target_id, link.reason) for link in Link.objects.all()} == {
        (goal.pk, second.pk, "Schon da"), (other.pk, second.pk, "")
    }  # fmt: skip
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert Link.objects.count() == 1 and measure.pk
    assert batch.entries.filter(result="undone").count() == 2
