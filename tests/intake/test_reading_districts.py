"""Places and goals come in with what they lie in or stand below, also where that is in the same table; two hundred at once."""

from django.urls import reverse

from insek.intake import batches
from insek.places.models import District
from insek.thread.models import Item
from tests.factories import make_item, make_user
from tests.intake.reading import begin, go_on, write
from tests.items.test_saved_views import client_of
from tests.reading import words


def test_two_hundred_places_with_what_they_lie_in(concept, monkeypatch):
    monkeypatch.setattr(batches, "INLINE_READ", 500)
    city = make_item("district", title="Musterstadt", level="city", number="O 1")
    rows = [f"{100 + n}\tQuartier {n}\tStadtteil\tOrtsbezirk {n % 10}" for n in range(190)]
    above = [f"{n}\tOrtsbezirk {n}\tOrtsbezirk\tMusterstadt" for n in range(10)]
    text = "\n".join(
        [
            "Nr.\tName\tEbene\tLiegt in",
            *rows,
            *above,
            "900\tRing A\tStadtteil\tRing B",
            "901\tRing B\tStadtteil\tRing A",
        ]
    )
    client = client_of(make_user("project-lead"))
    batch = begin(client, "items.district", text)
    page = words(go_on(client, batch, columns={"Liegt in": "parent", "Ebene": "level", "Name": "title"}))
    assert "200 Neu" in page and "2 Nicht möglich" in page, page[:600]
    assert "unter sich selbst" in words(
        client.get(reverse("reading", args=[batch.pk]), {"zeigen": "abgelehnt"})
    )
    write(client, batch)
    quarter = District.objects.select_related("parent__item", "item").get(item__title="Quartier 13")
    assert (quarter.parent.item.title, quarter.level) == ("Ortsbezirk 3", "stadtteil")
    assert District.objects.filter(parent=city.pk).count() == 10
    again = begin(client, "items.district", text)
    assert "200 Schon so" in words(go_on(client, again))
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert [item.title for item in Item.objects.filter(kind="district")] == ["Musterstadt"]


def test_a_goal_finds_its_place_below_one_of_the_same_table_and_one_that_is_there(concept):
    old = make_item("goal", number="Z 9", title="Klima", visibility="internal")
    client = client_of(make_user("project-lead"))
    batch = begin(
        client,
        "items.goal",
        "Nr.\tZiel\tOberziel\nZ 1.1\tDach begrünen\tZ 1\nZ 1\tGrün\tZ 9\nZ 9\tKlima\t\nZ 2\tAllein\tZ 77\n",
    )
    page = words(go_on(client, batch, columns={"Oberziel": "parent", "Ziel": "title"}))
    assert "3 Neu" in page and "„Z 77“ gibt es nicht" in page, page[:900]
    write(client, batch)
    low = Item.objects.get(number="Z 1.1")
    assert low.goal.parent.item.number == "Z 1" and low.goal.parent.parent_id == old.pk
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert [item.pk for item in Item.objects.filter(kind="goal")] == [old.pk]
