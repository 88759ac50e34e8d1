"""A round of reports that asks one unit for two measures; the day stands still."""

from datetime import date
from decimal import Decimal

import pytest

from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import PROGRAM
from insek.steering.services import report_status
from tests.factories import make_item, make_unit, make_user
from tests.steering.making import open_round

DAY = date(2026, 3, 10)
REPORT = {
    "state": "on_track",
    "happened": "Der Entwurf ist fertig.",
    "next_step": "Ausschreibung",
    "spent_eur": 1000,
}


@pytest.fixture
def _day_of_round(settings, monkeypatch):
    settings.INSEK_DAY = DAY
    monkeypatch.setattr("insek.steering.told.all_gaps", list)


@pytest.fixture
def unit(concept):
    return make_unit("tiefbau", name="Tiefbauamt")


@pytest.fixture
def clerk(unit):
    return make_user("department", username="amt", unit=unit, email="amt@musterstadt.example")


@pytest.fixture
def lead(concept):
    return make_user("project-lead", username="leitung", email="leitung@musterstadt.example")


@pytest.fixture
def bridge(concept, unit):
    return make_item("measure", concept=concept, responsible=unit, number="M 1", title="Brücke bauen")


@pytest.fixture
def road(concept, unit):
    return make_item("measure", concept=concept, responsible=unit, number="M 2", title="Straße sanieren")


@pytest.fixture
def opened(concept, unit, bridge, road, lead):
    """A round that asks one unit for two measures, of which one was reported on before."""
    report_status(bridge.measure, REPORT, actor=PROGRAM)
    return open_round(concept, lead, [unit])


@pytest.fixture
def city(concept):
    return make_item("district", concept=concept, level="city", title="Musterstadt")


@pytest.fixture
def trees(concept, city, unit):
    """An indicator whose values the unit supplies: 100, 102, … up to 2024."""
    item = make_item(
        "indicator",
        concept=concept,
        number="I 1",
        title="Bäume",
        unit="Bäume",
        periodicity="year",
        supplied_by=unit,
    )
    values = [
        NewObservation(city.district, str(2020 + at), Decimal(100 + 2 * at), source_title="Baumkataster")
        for at in range(5)
    ]
    record_observations(item.indicator, values, label="Anfang", actor=PROGRAM)
    return item
