"""The Gesamtschau says what is in the data, to everybody only what they may see."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insek.plans.overview import SORTS, rows_of, sums_of
from insek.thread.models import Item
from tests.factories import make_item
from tests.plans.test_appraisals import appraise

pytestmark = pytest.mark.django_db


def plans_with(concept, *rows):
    made = []
    for field, status, currency, substance, binding in rows:
        item = make_item("plan", fields=[concept.fields.get(key=field)], status=status)
        appraise(item, currency=currency, substance=substance, bindingness=binding)
        made.append(item)
    return made


def sums(concept):
    found = sums_of(Item.objects.filter(kind="plan"), concept.fields.all())
    return {entry.field.key: entry for entry in found}


def test_totals_count_what_holds_is_current_and_says_something(concept):
    old, good, law, _draft = plans_with(
        concept,
        ("wohnen", "adopted", 20, 90, "concept"),
        ("klima", "adopted", 80, 80, "concept"),
        ("klima", "in_force", 90, 90, "statute"),
        ("wohnen", "draft", 90, 90, "statute"),
    )
    appraise(old, version=1, currency=30, substance=90)
    found = sums(concept)
    assert (found["wohnen"].plans, found["wohnen"].sound, found["wohnen"].currency) == (2, 0, 60)
    assert (found["klima"].sound, found["klima"].binding, found["klima"].binding_sound) == (2, 1, 1)
    page = Client().get(reverse("plan-overview")).content.decode()
    assert "Nur alte oder schwache Planwerke, oder gar keine, gibt es im Handlungsfeld „Wohnen“." in page
    assert "2 von 2 Planwerken tragen" in page and "1 davon bindet auch andere als die Stadt." in page
    assert good.title in page and law.title in page


def test_no_plan_at_all_is_said_plainly(concept):
    response = Client().get(reverse("plan-overview"))
    assert response.status_code == 200
    assert "Kein Planwerk" in response.content.decode()


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_puts_the_appraised_first(concept, sort):
    bare = make_item("plan", number="P 9", status="adopted")
    weak, strong = plans_with(
        concept, ("wohnen", "adopted", 10, 10, "report"), ("klima", "adopted", 90, 90, "statute")
    )
    shown = [row.item for row in rows_of(Item.objects.filter(kind="plan"), sort=sort)]
    assert len(shown) == 3
    if sort not in ("nummer", "jahr"):
        assert shown == [strong, weak, bare]
    assert Client().get(reverse("plan-overview"), {"sortierung": sort, "feld": "klima"}).status_code == 200


def test_unknown_orders_and_filters_are_no_page(concept):
    for query in ({"sortierung": "x"}, {"bindung": "x"}, {"feld": "\x00"}):
        assert Client().get(reverse("plan-overview"), query).status_code == 404
        assert Client().get(reverse("plan-overview-table"), query).status_code == 404


def test_the_table_has_one_column_a_field_and_no_formula(concept):
    item = make_item("plan", title="=SUMME(A1)", fields=[concept.fields.get(key="klima")])
    appraise(item, standing="example")
    text = Client().get(reverse("plan-overview-table")).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (row["title"], row["Klima"], row["Wohnen"]) == ("'=SUMME(A1)", "x", "")
    assert (row["currency"], row["appraisal_standing"]) == ("70", "Beispiel")


def test_an_internal_plan_is_in_no_public_sum(concept, as_role):
    field = concept.fields.get(key="klima")
    hidden = make_item("plan", title="Geheimplan", visibility="internal", fields=[field])
    appraise(hidden, currency_reason="Geheimgrund")
    for client in (Client(), as_role("council")):
        for name in ("plan-overview", "plan-overview-table", "plan-list", "plan-table"):
            response = client.get(reverse(name))
            body = (b"".join(response.streaming_content) if response.streaming else response.content).decode()
            assert "Geheim" not in body and hidden.pk not in body
        assert client.get(reverse("plan-appraise", args=[hidden.pk])).status_code in {302, 404}
    assert "Kein Planwerk passt" in Client().get(reverse("plan-overview")).content.decode()
    assert "Geheimplan" in as_role("planner").get(reverse("plan-overview")).content.decode()


def test_queries_do_not_grow_with_the_plans(concept):
    def asked(address):
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(address).status_code == 200
        return len(captured)

    plans_with(concept, *[("klima", "adopted", 50, 50, "concept")] * 2)
    addresses = [reverse("plan-overview"), reverse("plan-list"), Item.objects.first().url]
    few = [asked(address) for address in addresses]
    plans_with(concept, *[("wohnen", "adopted", 50, 50, "concept")] * 20)
    assert [asked(address) for address in addresses] == few
    assert max(few) <= 14


def test_a_filter_leaves_no_verdict_on_whole_fields(concept):
    plans_with(concept, ("klima", "adopted", 80, 80, "concept"))
    page = Client().get(reverse("plan-overview"), {"bindung": "concept"}).content.decode()
    assert "Nur alte oder schwache" not in page and "Worauf sich jedes Handlungsfeld" not in page


def test_what_is_not_verified_says_so(concept):
    make_item("plan", confidence="low")
    assert "nicht überprüft" in Client().get(reverse("plan-overview")).content.decode()
