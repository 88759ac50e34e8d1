"""A small public concept with everything the interface can show."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from insek.concept.models import Concept, Theme
from insek.engines.geometry import from_geojson
from insek.evidence.models import SeriesBreak
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import PROGRAM
from insek.thread.services import delete_item
from tests.factories import make_edition, make_item, make_link, make_unit

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[7.7, 49.4], [7.8, 49.4], [7.8, 49.5], [7.7, 49.5], [7.7, 49.4]]],
}


@pytest.fixture
def city(concept: Concept) -> SimpleNamespace:
    """A concept with places, numbers, a thread from finding to measure, and one deleted goal."""
    concept.licence = "dl-de/by-2-0"
    concept.save()
    Theme.objects.create(concept=concept, key="inklusion", position=1, name="Inklusion")
    housing = concept.fields.get(key="wohnen")
    place = make_item("district", level="city", title="Musterstadt", geometry=from_geojson(SQUARE))
    indicator = make_item("indicator", title="Wohnungen", unit="Wohnungen")
    record_observations(
        indicator.indicator,
        [NewObservation(place.district, year, value, source_title="Statistik")
         for year, value in (("2023", 10), ("2024", 12))],
        label="x", actor=PROGRAM,
    )  # fmt: skip
    SeriesBreak.objects.create(indicator=indicator.indicator, period="2024", reason="Neue Zählung")
    finding = make_item("finding", title="Wohnraum ist knapp", fields=[housing])
    above = make_item("goal", title="Wohnen für alle", number="Z 1")
    goal = make_item(
        "goal", title="Mehr Wohnungen", number="Z 1.1", fields=[housing], themes=concept.themes.all(),
        horizon_year=2035, parent=above.goal, standing="example", text="Viele **Wohnungen** bauen.",
    )  # fmt: skip
    measure = make_item(
        "measure", title="Baulücken schließen", type="investive", responsible=make_unit("bau")
    )
    make_link(indicator, finding, "evidences", reason="Die Zahl zeigt es.")
    make_link(finding, goal, "justifies", reason="Weil Wohnraum fehlt.")
    make_link(goal, measure, "implemented_by")
    make_link(measure, place, "located_in")
    gone = make_item("goal", title="Weg damit", number="Z 9")
    delete_item(gone, expected_version=gone.version, actor=PROGRAM)
    edition = make_edition(concept)
    return SimpleNamespace(
        concept=concept, place=place, indicator=indicator, finding=finding, above=above, goal=goal, measure=measure,
        gone=gone, edition=edition,
    )  # fmt: skip
