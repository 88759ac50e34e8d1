"""Small counts once more: what a second delivery, a table too large to be checked and a copy made before the job must not give away."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from insek.engines import secrecy
from insek.evidence import queries
from insek.evidence.models import Observation, ProtectedValue, SmallCounts
from insek.evidence.secrecy.showing import _seen_before, decide
from insek.evidence.services import NewObservation, record_observations, take_back
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread.models import Change, Event
from insek.thread.shared_cache import content_version
from tests.factories import make_item

pytestmark = pytest.mark.django_db
FIRST = {"Stadt": 152, "a": 2, "b": 50, "c": 100}
REVISED = {"Stadt": 92, "a": 2, "b": 50, "c": 40}


@pytest.fixture
def places(concept):
    city = make_item("district", level="city", title="Stadt").district
    parts = {
        name: make_item("district", level="stadtteil", title=name, parent=city).district for name in "abc"
    }
    return {"Stadt": city, **parts}


@pytest.fixture
def indicator(concept):
    item = make_item("indicator", title="Empfangende", unit="Personen", adds_up=True)
    SmallCounts.objects.create(indicator=item.indicator, rule="keep", below=3)
    return item.indicator


def record(indicator, places, values, address=""):
    rows = [
        NewObservation(
            places[name],
            "2024",
            Decimal(value),
            source_title="Statistikstelle",
            source_url=address and f"https://example.org/{address}",
        )
        for name, value in values.items()
    ]
    return record_observations(indicator, rows, label="Lieferung", actor=PROGRAM)


def hidden_of(indicator):
    rows = Observation.objects.current().filter(indicator=indicator, value=None)
    return {row.district.item.title for row in rows.select_related("district__item")}


def test_a_revised_delivery_hides_what_was_hidden(places, indicator):
    record(indicator, places, FIRST)
    decide(indicator.pk)
    assert hidden_of(indicator) == {"a", "b"}
    record(indicator, places, REVISED, "neu")
    decide(indicator.pk)
    assert hidden_of(indicator) == {"a", "b"}  # else 152 - 100 - 50 = 2


def test_what_is_taken_back_and_recorded_again_stays_hidden(places, indicator):
    record(indicator, places, FIRST)
    decide(indicator.pk)
    again = record(indicator, places, {"Stadt": 152, "a": 60, "b": 50, "c": 42}, "neu")
    decide(indicator.pk)
    assert hidden_of(indicator) == {"a", "b"}
    take_back(again, actor=PROGRAM)
    decide(indicator.pk)
    assert hidden_of(indicator) == {"a", "b"}


def test_a_withdrawn_delivery_is_not_forgotten(places, indicator):
    first = record(indicator, places, FIRST)
    decide(indicator.pk)
    take_back(first, actor=PROGRAM)
    record(indicator, places, REVISED)
    decide(indicator.pk)
    assert hidden_of(indicator) == {"a", "b"}


def test_a_value_that_was_shown_is_hidden_last(places, indicator):
    record(indicator, places, {"b": 50})
    decide(indicator.pk)
    record(indicator, places, {**FIRST, "b": 51}, "neu")
    assert _seen_before(indicator.pk).public == {(places["b"].pk, 0, "2024")}
    decide(indicator.pk)
    assert hidden_of(indicator) == {"a", "c"}  # b is the smaller one, but known


@pytest.mark.parametrize("bound", ["MOST_ATOMS", "MOST_PROGRAMS"])
def test_a_table_too_large_to_be_checked_is_hidden_whole(places, indicator, monkeypatch, client, bound):
    SmallCounts.objects.all().delete()
    record(indicator, places, FIRST)
    SmallCounts.objects.create(indicator=indicator, rule="keep", below=3)
    monkeypatch.setattr(secrecy, bound, 0)
    decide(indicator.pk)
    assert hidden_of(indicator) == set(FIRST)
    assert SmallCounts.objects.get().outcome["skipped"] == ["2024"]
    page = client.get(indicator.item.url).content.decode()
    assert "Zu groß zum Prüfen, deshalb ganz verborgen: 2024." in page


def test_copies_are_out_of_date_once_something_is_hidden_or_shown(concept, places, indicator):
    record(indicator, places, FIRST)
    Event.objects.all().delete()
    before = content_version(concept, ANONYMOUS)
    decide(indicator.pk)
    after = content_version(concept, ANONYMOUS)
    assert after != before
    change = Change.objects.filter(item_id=indicator.pk).latest("pk")
    assert change.differences == {"value": [None, "Geheimhaltung neu berechnet"]}
    assert not Event.objects.exists()  # it does not begin again, and nobody gets two mails
    decide(indicator.pk)
    assert content_version(concept, ANONYMOUS) == after


def test_what_was_written_of_a_calculation_that_ends_half_way_is_told(
    concept, places, indicator, monkeypatch
):
    SmallCounts.objects.all().delete()
    record(indicator, places, FIRST)
    SmallCounts.objects.create(indicator=indicator, rule="keep", below=3)
    before = content_version(concept, ANONYMOUS)
    real = ProtectedValue.objects.bulk_create

    def overtaken(rows):
        real(list(rows))
        SmallCounts.objects.update(run=99)

    monkeypatch.setattr(type(ProtectedValue.objects), "bulk_create", lambda _self, rows: overtaken(rows))
    assert not decide(indicator.pk)
    assert hidden_of(indicator) == {"a", "b"}
    assert content_version(concept, ANONYMOUS) != before


def test_a_figure_that_is_hidden_meanwhile_leads_no_page(concept, places, monkeypatch):
    indicator = make_item("indicator", title="Einwohner", unit="Personen").indicator
    record(indicator, places, {"Stadt": 152})
    row = Observation.objects.get()
    monkeypatch.setattr(queries, "cached", lambda *_asked: {indicator.pk: [row.pk]})
    assert len(queries.city_figures(concept, ANONYMOUS)) == 1
    Observation.objects.update(value=None, quality="protected")
    assert queries.city_figures(concept, ANONYMOUS) == []
    assert Client().get(reverse("start")).status_code == 200
