"""Values of other areas on their way from a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from insek.concept.models import Concept
from insek.engines import periods
from insek.engines.tables.column_cells import Option

from ..models import ImportBatch
from .models import ComparisonArea, ComparisonValue

AREA = "area:"
"""What the key of a place begins with that is an area to compare with."""
AT_ONCE = 500


@dataclass(frozen=True)
class NewComparison:
    """A value of another area."""

    indicator: str
    area: int
    period: str
    value: Decimal
    quality: str
    source_title: str
    source_url: str
    source_date: str


def area_options(concept: Concept) -> list[Option]:
    """The areas as places of a table, by their codes with and without noughts in front and behind. One query."""
    found = []
    for pk, code, name in ComparisonArea.objects.filter(concept=concept).values_list("pk", "code", "name"):
        codes = {
            code,
            *((str(int(code)),) if code.isdecimal() else ()),
            *((f"{code}000",) if len(code) == 5 else ()),
        }
        found.append(Option(f"{AREA}{pk}", name, tuple(sorted(codes))))
    return found


def area_in(place: str) -> int | None:
    """The area that a key of a place names; None for a place of the city."""
    return int(place.removeprefix(AREA)) if place.startswith(AREA) else None


def keep_comparison(values: Iterable[NewComparison], delivery: ImportBatch) -> None:
    """Write values of other areas; those of the same period are replaced. In the transaction of the delivery."""
    rows = [
        ComparisonValue(
            indicator_id=one.indicator, area_id=one.area, period=one.period, period_end=periods.period_of(one.period).end,
            value=one.value, quality=one.quality, source_title=one.source_title, source_url=one.source_url,
            source_date=one.source_date, delivery=delivery,
        )
        for one in values
    ]  # fmt: skip
    ComparisonValue.objects.bulk_create(
        rows, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["indicator", "area", "period"],
        update_fields=["period_end", "value", "quality", "source_title", "source_url", "source_date", "delivery"],
    )  # fmt: skip


def forget_comparison(delivery: ImportBatch) -> None:
    """Take away the values of other areas that came with a delivery."""
    ComparisonValue.objects.filter(delivery=delivery).delete()


def latest_beside(values: Sequence[ComparisonValue], period: str) -> dict[int, ComparisonValue]:
    """By area the value of a period; a year and its last day are one. Sorted input not needed."""
    found = {}
    wanted = periods.period_of(period)
    for row in values:
        own = periods.period_of(row.period)
        same = row.period == period or (own.end == wanted.end and {own.kind, wanted.kind} == {"year", "day"})
        if same:
            found[row.area_id] = row
    return found
