"""Saying something about one part of the concept: from its page, in the form, in moderation, and back on its page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from insek.participation import moderation
from insek.participation.about import SPOKEN_OF
from insek.participation.models import Contribution
from insek.people.actors import PROGRAM
from insek.thread.services import update_item
from tests.factories import make_actor, make_item

SAY = "Etwas dazu sagen"
MARK = "Verborgenes Ziel"


def words(form_of, **values):
    return {"text": "Mehr Bänke am Markt, bitte.", "type": "idea", "format": form_of.pk, **values}


@pytest.mark.parametrize("kind", SPOKEN_OF)
def test_the_page_of_an_item_leads_to_the_form(client, form_of, kind):
    item = make_item(kind)
    page = client.get(item.url).content.decode()
    assert SAY in page
    address = f"/mitmachen/?zu={item.pk}"
    assert address in page
    form = client.get(address).content.decode()
    assert "Sie schreiben zu:" in form
    assert f'name="about" value="{item.pk}"' in form


def test_districts_and_fields_lead_to_the_form_with_the_place_and_the_topic(client, concept, form_of):
    district, field = make_item("district", concept=concept), concept.fields.first()
    assert f"/mitmachen/?ort={district.pk}" in client.get(district.url).content.decode()
    form = client.get(f"/mitmachen/?ort={district.pk}").content.decode()
    assert f'<option value="{district.pk}" selected>' in form
    assert f"/mitmachen/?feld={field.key}" in client.get(reverse("field", args=[field.key])).content.decode()
    assert (
        f'<option value="{field.pk}" selected>'
        in client.get(f"/mitmachen/?feld={field.key}").content.decode()
    )


def test_the_only_field_of_an_item_is_chosen_too(client, concept, form_of):
    field = concept.fields.first()
    goal = make_item("goal", concept=concept, fields=[field])
    assert f'<option value="{field.pk}" selected>' in client.get(f"/mitmachen/?zu={goal.pk}").content.decode()


def test_where_nothing_is_open_no_page_asks(client, concept):
    make_item("format", concept=concept, open_from="2020-01-01", open_until="2020-02-01")
    make_item("format", concept=concept, open_from="2020-01-01", visibility="internal")
    goal = make_item("goal", concept=concept)
    for address in (goal.url, reverse("field", args=[concept.fields.first().key]), "/"):
        page = client.get(address).content.decode()
        assert SAY not in page
        assert "Sagen Sie Ihre Meinung" not in page


def test_it_is_sent_read_by_moderators_and_stands_on_the_page_once_published(
    client, concept, form_of, as_role, solved
):
    goal = make_item("goal", concept=concept, title="Schattige Plätze")
    answer = client.post("/mitmachen/", words(form_of, about=goal.pk, altcha=solved()))
    assert answer.status_code == 302
    row = Contribution.objects.get()
    assert row.about == goal
    assert "Schattige Plätze" in as_role("moderator").get(reverse("moderate", args=[row.pk])).content.decode()
    assert row.pk not in client.get(goal.url).content.decode()
    moderation.publish(row.item, expected_version=1, actor=make_actor("moderator"))
    page = client.get(goal.url).content.decode()
    assert "Was Menschen dazu sagen" in page
    assert row.item.url in page
    assert goal.url in client.get(row.item.url).content.decode()
    assert row.pk in client.get(reverse("contribution-list"), {"zu": goal.pk}).content.decode()


@pytest.mark.parametrize(
    "about", ["", "zzzzzzzz", "\x00", "<script>", "x" * 8, "x" * 500, "hidden", "format"]
)
def test_what_nobody_may_speak_of_is_left_out_and_the_words_count(client, concept, form_of, solved, about):
    hidden = make_item("goal", concept=concept, title=MARK, visibility="internal")
    about = {"hidden": hidden.pk, "format": form_of.pk}.get(about, about)
    page = client.get("/mitmachen/", {"zu": about, "ort": about, "feld": about})
    assert page.status_code == 200
    assert MARK not in page.content.decode()
    answer = client.post("/mitmachen/", words(form_of, about=about, altcha=solved()))
    if "\x00" in about or len(about) > 8:
        assert answer.status_code == 400
    else:
        assert answer.status_code == 302
        assert Contribution.objects.get().about is None


def test_an_item_that_became_internal_is_not_named_by_its_contribution(client, concept, form_of):
    goal = make_item("goal", concept=concept, title=MARK)
    item = make_item("contribution", concept=concept, about=goal, title="Dazu")
    update_item(goal, expected_version=goal.version, values={"visibility": "internal"}, actor=PROGRAM)
    for address in (
        item.url,
        reverse("contribution-list"),
        reverse("contribution-table"),
        "/api/v1/contributions",
    ):
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert MARK not in body.decode(), address
        assert goal.pk not in body.decode(), address


def test_a_deleted_item_leaves_its_contributions(concept):
    goal = make_item("goal", concept=concept)
    row = make_item("contribution", concept=concept, about=goal).contribution
    goal.delete()
    row.refresh_from_db()
    assert row.about is None


def test_the_start_page_invites_to_what_is_open_or_will_be_next(client, concept):
    soon = timezone.localdate() + timedelta(days=10)
    make_item("format", concept=concept, title="Später Dialog", open_from=soon)
    page = client.get("/").content.decode()
    assert "Bald können Sie mitreden" in page
    assert "Später Dialog" in page
    now = make_item("format", concept=concept, title="Jetzt offen", open_from="2020-01-01")
    page = client.get("/").content.decode()
    assert "Gerade offen:" in page
    assert f"/mitmachen/?format={now.pk}" in page
    assert "Bald können Sie mitreden" not in page


@pytest.mark.parametrize("number", [1, 12])
def test_what_is_said_costs_no_query_for_each(client, concept, form_of, number):
    goal = make_item("goal", concept=concept)
    make_item("contribution", concept=concept, about=goal)  # where nothing was said nothing is asked
    client.get(goal.url)
    before = queries(client, goal.url)
    for _one in range(number):
        make_item("contribution", concept=concept, about=goal)
    client.get(goal.url)  # what is kept is made anew after a change
    assert queries(client, goal.url) == before


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_place_leads_to_the_form_with_its_point_while_something_is_open(client, concept, form_of):
    address = reverse("nearby")
    page = client.get(address, {"punkt": "49.44470,7.76890"}).content.decode()
    assert "Zu diesem Ort etwas sagen" in page and f"{reverse('contribute')}?punkt=49.44470%2C7.76890" in page
    form = client.get(reverse("contribute"), {"punkt": "49.44470,7.76890"})
    assert form.context["form"].initial["point"] == "49.444700, 7.768900"
    assert "49.444700, 7.768900" in form.content.decode()
    for wrong in ("a,b", "1", "99,7", "nan,7"):
        assert "point" not in client.get(reverse("contribute"), {"punkt": wrong}).context["form"].initial


def test_where_nothing_is_open_a_place_leads_nowhere(client, concept):
    make_item("measure", concept=concept)
    page = client.get(reverse("nearby"), {"punkt": "49.44470,7.76890"}).content.decode()
    assert "Zu diesem Ort etwas sagen" not in page
