"""What came in and what became of it: counted once each, true at the border of the deadline, each number leading to its contributions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insek import clock
from insek.concept.asker import Asker
from insek.items.filtered import left_by_filters
from insek.items.pages import pages_of
from insek.participation.balance import balance_of
from insek.participation.deadlines import DAYS_TO_REPLY
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread import shared_cache
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.factories import make_item, make_link
from tests.reading import words

pytestmark = pytest.mark.django_db
LIST = "/beitraege/"


def said(title, *, days_ago=1, **values):
    """A public contribution that came in some days ago."""
    received = clock.today() - timedelta(days=days_ago)
    return make_item("contribution", title=title, text=title, received_on=received, **values)


def titles(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return {row["item"].title for row in response.context["rows"]}


@pytest.fixture
def contributions(concept):
    """One of each state, of one format, at the border of what was promised."""
    fmt = make_item("format", title="Kartendialog", open_from=clock.today() - timedelta(days=90)).format
    wohnen = concept.fields.get(key="wohnen")
    places = [make_item("district", title=title).district for title in ("Nord", "Süd")]
    answer = {"reply": "Wir bauen das.", "replied_on": clock.today()}
    found = {
        "taken": said("Aufgenommen", format=fmt, district=places[0], fields=[wohnen], **answer),
        "answered": said("Abgelehnt", format=fmt, district=places[1], **answer),
        "waiting": said("Im Rahmen", days_ago=DAYS_TO_REPLY, format=fmt, fields=[wohnen]),
        "overdue": said("Zu spät", days_ago=DAYS_TO_REPLY + 1, format=fmt, district=places[0]),
        "elsewhere": said("Anderswo"),
    }
    said("Nicht gelesen", format=fmt, visibility="internal", state="new")
    goal, hidden = make_item("goal", number="Z 1", title="Bauen"), make_item("goal", visibility="internal")
    make_link(found["taken"], goal, "taken_up")
    make_link(found["answered"], hidden, "taken_up")  # nobody outside sees that it became something
    return {"format": fmt.item, "goal": goal, **found}


def test_each_is_counted_once_and_every_number_leads_to_its_contributions(client, contributions):
    response = client.get(contributions["format"].url)
    balance = response.context["balance"]
    states = {part["name"]: part["count"] for part in balance["bar"]["parts"]}
    assert states == {"said-became": 1, "said-answered": 1, "said-waiting": 1, "said-overdue": 1}
    assert balance["sentence"] == (
        f"Von 4 Beiträgen sind 2 beantwortet. Einer wartet länger als die zugesagten {DAYS_TO_REPLY} Tage."
    )
    assert [figure["value"] for figure in balance["figures"]] == ["4", "2", "1"]
    expected = {
        "said-became": {"Aufgenommen"}, "said-answered": {"Abgelehnt"}, "said-waiting": {"Im Rahmen"}, "said-overdue": {"Zu spät"},
    }  # fmt: skip
    for part in balance["bar"]["parts"]:
        assert titles(client, part["url"]) == expected[part["name"]]
    for figure, count in zip(balance["figures"], (4, 2, 1), strict=True):
        assert len(titles(client, figure["url"])) == count
    [north, south] = balance["places"]["rows"]
    assert (north["label"], north["count"], south["label"]) == ("Nord", "2", "Süd")
    assert titles(client, north["url"]) == {"Aufgenommen", "Zu spät"}
    assert balance["more_places"] == "ohne Ort: 1"
    assert balance["topics"] is None  # a single topic is not compared with anything


def test_a_row_says_what_was_answered_and_what_became_of_it(client, contributions):
    page = re.sub(r"\s+", " ", client.get(LIST).content.decode())
    rows = {title: row for title in ("Aufgenommen", "Abgelehnt", "Im Rahmen", "Zu spät")
            if (row := next(part for part in page.split('<li class="said-row">') if f">{title}</a>" in part))}  # fmt: skip
    assert contributions["goal"].url in rows["Aufgenommen"] and "Wir bauen das." in rows["Aufgenommen"]
    assert "aufgenommen in" not in rows["Abgelehnt"]
    assert "zugesagt bis" in rows["Im Rahmen"] and "Überfällig" not in rows["Im Rahmen"]
    assert "Antwort überfällig seit 1 Tag" in rows["Zu spät"]


def test_the_bar_stays_whole_when_one_state_is_chosen(client, contributions):
    context = client.get(f"{LIST}?format={contributions['format'].pk}&rueckmeldung=ueberfaellig").context
    assert {row["item"].title for row in context["rows"]} == {"Zu spät"}
    parts = context["balance"]["bar"]["parts"]
    assert sum(part["count"] for part in parts) == 4
    assert [part["name"] for part in parts if part["chosen"]] == ["said-overdue"]


def test_the_headline_says_where_it_counts_more_than_the_filter_leaves(client, contributions):
    said = "Ohne den Filter nach der Rückmeldung: Von "
    assert said in words(client.get(f"{LIST}?rueckmeldung=ja"))
    assert said not in words(client.get(LIST)) + words(
        client.get(f"{LIST}?format={contributions['format'].pk}")
    )


def test_nothing_internal_is_counted_for_anybody(as_role, contributions):
    for role in ("project-lead", "moderator"):
        balance = as_role(role).get(LIST).context["balance"]
        assert balance["count"] == 5


def test_one_none_and_months(client, concept):
    assert client.get(LIST).context["balance"] is None
    fmt = make_item("format", title="Leer", open_from=clock.today())
    page = client.get(fmt.url).content.decode()
    assert (
        "Der erste kann Ihrer sein." in page and "Was daraus wurde" not in page and 'class="why' not in page
    )
    one = said("Der einzige")
    balance = client.get(LIST).context["balance"]
    assert (
        balance["sentence"] == "Noch ist kein Beitrag beantwortet."
        and balance["figures"][0]["label"] == "Beitrag"
    )
    item = Item.objects.get(pk=one.pk)
    update_item(item, expected_version=1, values={"reply": "Ja.", "replied_on": clock.today()}, actor=PROGRAM)
    assert client.get(LIST).context["balance"]["sentence"] == "Der Beitrag ist beantwortet."
    said("Lange her", days_ago=150)
    months = client.get(LIST).context["balance"]["months"]["rows"]
    assert len(months) >= 5 and [row["count"] for row in months[1:-1]] == ["0"] * (len(months) - 2)


def test_a_format_that_is_linked_shows_its_thread(client, concept):
    fmt = make_item("format", title="Werkstatt")
    assert 'class="why' not in client.get(fmt.url).content.decode()
    make_link(fmt, make_item("minutes", title="Protokoll der Werkstatt"), "documented_in")
    page = client.get(fmt.url).content.decode()
    assert "Protokoll der Werkstatt" in page
    assert client.get(fmt.url).status_code == 200 and reverse("public-history", args=[fmt.pk]) in page


def test_the_balance_reads_the_contributions_twice_and_few_by_their_ids(
    contributions, concept, django_assert_num_queries
):
    items = Item.objects.filter(concept=concept, kind="contribution")
    with django_assert_num_queries(3):
        assert balance_of(items).count == 5
    shared_cache.empty()
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(f"{LIST}?art=idea").status_code == 200
    read = [
        query["sql"]
        for query in asked
        if "COUNT(" in query["sql"] and "participation_contribution" in query["sql"]
    ]
    assert read
    among = "json_each" if connection.vendor == "sqlite" else " = ANY("
    assert [sql for sql in read if among not in sql] == []


def test_a_filter_that_finds_is_begun_with(contributions, concept):
    asker = Asker(ANONYMOUS, concept=concept, language="de", asked=QueryDict("art=idea"))
    left = left_by_filters(asker, pages_of("contribution"))
    assert set(left.counted) == set(left.items) != set()
    assert "CASE WHEN" in str(
        left.counted.query
    )  # the gate is looked at row by row, no index leads to all that is public
    assert "CASE WHEN" not in str(left.items.query)
