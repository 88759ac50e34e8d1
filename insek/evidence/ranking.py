"""Districts of one level in the order of their values, now and before, with what changed; nothing is compared across a break."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from insek.engines.periods import begins_after, in_time, period_of, season
from insek.people.actors import Actor
from insek.people.prepared import prepared
from insek.places.models import District

from .models import Indicator, Observation, SeriesBreak
from .queries import Series, series_of


@dataclass(frozen=True)
class RankedDistrict:
    """A district with its value now and before, and its place each time among those that have one; 1 is the largest value.

    ``change`` is now less before in the unit of the indicator, None where the two can not be compared.
    """

    district: District
    now: Observation | None
    before: Observation | None
    rank: int | None
    rank_before: int | None
    change: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        """The change in percent of the former value; None where that is no positive number."""
        if self.change is None or self.before is None or self.before.known <= 0:
            return None
        return 100 * self.change / self.before.known


@dataclass(frozen=True)
class DistrictRanking:
    """What is ranked, and what else there is to choose: ``period`` and ``before`` are periods, newest first in the choices.

    ``refused`` is a period that was asked for and can not be compared with the other.
    """

    level: str
    period: str
    before: str
    levels: list[str]
    periods: list[str]
    earlier: list[str]
    refused: str = ""
    rows: list[RankedDistrict] = field(default_factory=list)
    breaks: list[SeriesBreak] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Districts that have a value now."""
        return sum(row.rank is not None for row in self.rows)

    @property
    def count_before(self) -> int:
        """Districts that had a value before."""
        return sum(row.rank_before is not None for row in self.rows)


class NothingSuch(LookupError):
    """There are no values of this level or period."""


def ranking_of(
    indicator: Indicator, actor: Actor, *, level: str = "", period: str = "", before: str = ""
) -> DistrictRanking | None:
    """The ranking asked for; without a wish the level with most districts, its newest counted period, and the newest
    earlier one that can be compared; so where this level has no values of the period. None where no district has a value.
    Raises NothingSuch for what no district has. Three queries.
    """
    parts = [
        one for one in series_of(indicator, actor) if one.district.level != District.Level.CITY and one.points
    ]
    if not parts:
        return None
    by_level: dict[str, list[Series]] = {}
    for one in parts:
        by_level.setdefault(one.district.level, []).append(one)
    level = level or max(by_level, key=lambda name: len(by_level[name]))
    of_level = by_level.get(level)
    if of_level is None:
        raise NothingSuch(level)
    periods = _newest_first(point.period for one in of_level for point in one.points)
    counted = _newest_first(point.period for one in of_level for point in one.counted)
    of_all = {point.period for one in parts for point in one.points}
    for text in filter(None, [period, before]):
        if text not in of_all:
            raise NothingSuch(text)
    period = period if period in periods else counted[0]
    earlier = [text for text in periods if can_compare(text, period)]
    refused = before if before not in earlier else ""
    before = before if before in earlier else next(iter(earlier), "")
    between = [
        one
        for one in prepared("breaks", lambda pk: SeriesBreak.objects.filter(indicator=pk), indicator.pk)
        if before and begins_after(one.period, before) and not begins_after(one.period, period)
    ]
    return DistrictRanking(
        level=level,
        period=period,
        before=before,
        levels=list(by_level),
        periods=periods,
        earlier=earlier,
        refused=refused,
        rows=_ranked(of_level, period, before, is_broken=bool(between)),
        breaks=between,
    )


def can_compare(earlier: str, later: str) -> bool:
    """Whether a period lies wholly before another and is of the same time of year: November with November, school years with such."""
    return season(earlier) == season(later) and period_of(earlier).end < period_of(later).start


def _newest_first(periods: Iterable[str]) -> list[str]:
    return sorted(set(periods), key=in_time, reverse=True)


def _ranked(series: Sequence[Series], period: str, before: str, *, is_broken: bool) -> list[RankedDistrict]:
    """All districts of a level, those without a value last."""
    pairs = [(one.district, _row_of(one, period), _row_of(one, before)) for one in series]
    ranks = _ranks({district.pk: now for district, now, _before in pairs})
    former = _ranks({district.pk: old for district, _now, old in pairs})
    rows = [
        RankedDistrict(
            district=district,
            now=now,
            before=old,
            rank=ranks.get(district.pk),
            rank_before=former.get(district.pk),
            change=None if is_broken else _change(now, old),
        )
        for district, now, old in pairs
    ]
    return sorted(rows, key=lambda row: (row.rank is None, row.rank or 0))


def _row_of(series: Series, period: str) -> Observation | None:
    return next((row for row in series.all if row.period == period), None)


def _ranks(values: dict[str, Observation | None]) -> dict[str, int]:
    """The place of each value, the largest first; equal ones share theirs."""
    known = {pk: row.known for pk, row in values.items() if row is not None and row.value is not None}
    return {pk: 1 + sum(other > own for other in known.values()) for pk, own in known.items()}


def _change(now: Observation | None, before: Observation | None) -> Decimal | None:
    """Now less before, where both are known and rest on the same count of the population."""
    if now is None or before is None or now.value is None or before.value is None:
        return None
    if now.basis != before.basis and now.basis and before.basis:
        return None
    return now.known - before.known


ORDERS: dict[str, Callable[[RankedDistrict], Any]] = {
    "rang": lambda row: row.rank,
    "raum": lambda row: row.district.item.sort_key,
    "frueher": lambda row: row.rank_before,
    "veraenderung": lambda row: None if row.change is None else -row.change,
    "prozent": lambda row: None if row.percent is None else -row.percent,
}
"""How the table can be sorted; a minus before the name turns it round."""


def in_order(rows: Sequence[RankedDistrict], order: str) -> list[RankedDistrict]:
    """The rows as sorted by one of ORDERS; those without what they are sorted by stand last, either way."""
    key = ORDERS[order.removeprefix("-")]
    known = [row for row in rows if key(row) is not None]
    unknown = [row for row in rows if key(row) is None]
    return [*sorted(known, key=key, reverse=order.startswith("-")), *unknown]
