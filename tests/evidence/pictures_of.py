"""Places with values for the tests of pictures."""

from __future__ import annotations

from decimal import Decimal

from insek.evidence.models import ImportBatch, Observation, SmallCounts
from insek.evidence.secrecy.showing import decide
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import PROGRAM
from tests.factories import make_item
from tests.speed import quickest

SQUARE = "POLYGON(({x} {y}, {x1} {y}, {x1} {y1}, {x} {y1}, {x} {y}))"


def make_indicator(title="Einwohner", unit="Personen", **own):
    return make_item("indicator", title=title, unit=unit, **own).indicator


def make_places(names="ABCDEF", level="stadtteil"):
    """A city of squares in a row, by name."""
    import shapely

    def square(column, width=1.0):
        return shapely.box(7.7 + column / 50, 49.4, 7.7 + (column + width) / 50, 49.42)

    found = {
        "Stadt": make_item("district", title="Stadt", level="city", geometry=square(0, len(names))).district
    }
    for column, name in enumerate(names):
        found[name] = make_item(
            "district",
            title=name,
            level=level,
            parent=found["Stadt"],
            geometry=square(column),
            code=f"{column + 1:02}",
        ).district
    return found


def observe(indicator, values, *, quality="measured", source="Statistikstelle", **own):
    """Write values (place, period, value); without a value ``quality`` says why."""
    rows = [
        NewObservation(
            place, period, None if value is None else Decimal(str(value)),
            quality=quality, source_title=source, source_date="2025-03-01", **own,
        )
        for place, period, value in values
    ]  # fmt: skip
    record_observations(indicator, rows, label="Test", actor=PROGRAM)


def observe_secretly(indicator, values, *, below, **own):
    """The same for an indicator that hides small counts, with what would betray them."""
    SmallCounts.objects.create(indicator=indicator, rule="keep", below=below)
    observe(indicator, values, **own)
    decide(indicator.pk)


def make_many(indicator, places, years, value=lambda column, year: 100 + column * 7 + year % 13):
    """Values of many places and years, written at once."""
    batch = ImportBatch.objects.create(label="viele")
    Observation.objects.bulk_create(
        Observation(
            indicator=indicator, district=place, period=str(year), value=value(column, year), source_title="Q", batch=batch
        )
        for column, place in enumerate(places)
        for year in years
    )  # fmt: skip


def cpu_of(act):
    """CPU seconds of a call on the machine on which the limits were set."""
    return quickest(act, 0.099)
