"""A town with people, streets and houses, and an analysis of it."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
import shapely

from insek.evidence.models import ReachRun
from insek.evidence.reaching import runs
from insek.evidence.reaching.runs import asked_hash, compute
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import PROGRAM
from tests.factories import make_item

from . import town


@pytest.fixture
def nobody_measures(monkeypatch):
    """Jobs wait, as in an installation whose worker is busy."""
    monkeypatch.setattr(runs, "measure_reach", SimpleNamespace(enqueue=lambda key: None))


@pytest.fixture
def places(concept, settings, tmp_path):
    """The city and its two districts."""
    settings.MEDIA_ROOT = tmp_path
    shapes = {"city": shapely.union(town.WEST, town.EAST), "west": town.WEST, "east": town.EAST}
    return {
        name: make_item(
            "district", title=name.title(), level="city" if name == "city" else "stadtteil", geometry=shape, schematic=False
        ).district
        for name, shape in shapes.items()
    }  # fmt: skip


@pytest.fixture
def people(places):
    """2,000 in the west, 1,000 in the east."""
    indicator = make_item("indicator", title="Einwohner").indicator
    record(indicator, (places["city"], 3_000), (places["west"], 2_000), (places["east"], 1_000))
    return indicator


def record(indicator, *values, period="2025-12-31"):
    """Values of one day."""
    new = [
        NewObservation(place, period, Decimal(number), source_title="Register") for place, number in values
    ]
    record_observations(indicator, new, label="Test", actor=PROGRAM)


@pytest.fixture
def base(places):
    """Streets, a bridge and houses."""
    town.lay_base_map(town.town_features())


@pytest.fixture
def analysis(people):
    """A school at the river, on the west bank, 10 minutes on foot."""
    return analysis_of(people, points=line("Schule", 900, 1_000))


def line(name, east, north):
    """A line of an own list."""
    lon, lat = town.degrees_of(east, north)
    return f"{name}; {lat:.6f}; {lon:.6f}".replace(".", ",")


def analysis_of(people, **values):
    """An analysis of an own list."""
    values = {"title": "Weg zur Schule", "facilities": "list", "people": people, **values}
    item = make_item("reach", **values)
    item.reach.item = item
    return item.reach


def computed(analysis):
    """Its result, computed now."""
    run = ReachRun.objects.create(analysis=analysis, asked_hash=asked_hash(analysis))
    compute(run)
    run.refresh_from_db()
    return run
