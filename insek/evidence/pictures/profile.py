"""The profile of a district: all its current figures against the city and the districts like it, and what is old or missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import cast

from django.utils.translation import gettext as _

from insek import clock
from insek.concept.asker import Asker
from insek.engines.periods import begins_after, season, year_in
from insek.places.models import District
from insek.places.queries import districts
from insek.thread.models import Item
from insek.web.display import fields_of

from .. import queries
from ..models import IN_TIME, Indicator, Observation
from ..queries import FEWEST_ALIKE, Whole
from ..remarkable import is_stale
from .scatter import partners_of

MOST = 300
"""Indicators of one profile."""


@dataclass(frozen=True)
class Alike:
    """The values of the districts of the same level and period: place of the own one, how many, and the middle one."""

    rank: int
    count: int
    middle: Decimal


@dataclass(frozen=True)
class ProfileRow:
    """A figure of the district with all that it is set against; ``before`` is None where nothing can be compared."""

    now: Observation
    whole: Whole | None
    city: Observation | None
    alike: Alike | None
    before: Observation | None
    is_broken: bool
    is_stale: bool


@dataclass(frozen=True)
class MissingFigure:
    """An indicator that other districts have a value of and this one has none, and why where that is known."""

    indicator: Indicator
    period: str
    quality: str


@dataclass(frozen=True)
class DistrictProfile:
    """Figures by field of action, those without one last; each stands once, in its first field."""

    district: District
    groups: list[tuple[str, list[ProfileRow]]]
    missing: list[MissingFigure]

    @property
    def rows(self) -> list[ProfileRow]:
        """All figures."""
        return [row for _name, rows in self.groups for row in rows]

    @property
    def stale(self) -> list[ProfileRow]:
        """Figures of which a newer one is due."""
        return [row for row in self.rows if row.is_stale]


def district_profile(asker: Asker, item: Item) -> DistrictProfile:
    """The profile of a district. Ten queries, however many figures."""
    district = item.district
    district.item = item
    now = queries.values_of_district(district, asker.actor, size=MOST)
    keys = [row.indicator_id for row in now]
    is_city = district.level == District.Level.CITY
    latest = {} if is_city or not now else queries.city_beside(now)
    wholes = {} if is_city or not now else queries.wholes_of(district, now)
    alike = {} if is_city or not now else _alike(asker, district, now)
    before, broken = _before(district, now)
    today = clock.today()
    made = [
        ProfileRow(
            now=row,
            whole=wholes.get(row.indicator_id),
            city=latest.get(row.indicator_id),
            alike=alike.get(row.indicator_id),
            before=before.get(row.indicator_id),
            is_broken=row.indicator_id in broken,
            is_stale=is_stale(row.indicator.periodicity, row.period_end, today),
        )
        for row in now
    ]
    missing = [] if is_city else _missing(asker, district, keys)
    return DistrictProfile(district, _grouped(asker, made), missing)


def _grouped(asker: Asker, rows: Sequence[ProfileRow]) -> list[tuple[str, list[ProfileRow]]]:
    """By the first field of each in the order of the fields."""
    fields = fields_of(row.now.indicator_id for row in rows)
    order = [field.key for field in asker.fields]
    names: dict[str, str] = {}
    found: dict[str, list[ProfileRow]] = {}
    for row in rows:
        mine = [field for field in fields.get(row.now.indicator_id, ()) if field.key in order]
        key = mine[0].key if mine else ""
        names[key] = str(mine[0].name) if mine else _("Ohne Handlungsfeld")
        found.setdefault(key, []).append(row)
    keys = sorted(found, key=lambda key: order.index(key) if key else len(order))
    return [(names[key], found[key]) for key in keys]


def _alike(asker: Asker, district: District, rows: Sequence[Observation]) -> dict[str, Alike]:
    """By indicator the own place among the districts of the same level that the actor sees; five at least, on the same count of the population, and not all the same."""
    places = districts(district.item.concept, asker.actor).filter(level=district.level).order_by()
    same = (
        Observation.objects.figures()
        .filter(
            indicator__in=[row.indicator_id for row in rows],
            period__in={row.period for row in rows},
            district__in=places.values("pk"),
        )
        .values_list("indicator", "period", "basis", "value")
    )
    values: dict[tuple[str, str], list[tuple[str, Decimal]]] = {}
    for indicator, period, basis, value in cast("Iterable[tuple[str, str, str, Decimal]]", same):
        values.setdefault((indicator, period), []).append((basis, value))
    found = {}
    for row in rows:
        others = queries.of_one_basis(row.basis, values.get((row.indicator_id, row.period), []))
        if len(others) >= FEWEST_ALIKE and min(others) < max(others):
            rank = 1 + sum(value > row.known for value in others)
            found[row.indicator_id] = Alike(rank, len(others), median(others))
    return found


def _before(district: District, now: Sequence[Observation]) -> tuple[dict[str, Observation], set[str]]:
    """By indicator the newest earlier figure of the same time of year, and those where the series broke since. Two queries."""
    if not now:
        return {}, set()
    latest = {row.indicator_id: row for row in now}
    earlier = (
        Observation.objects.figures()
        .filter(district=district, indicator__in=list(latest))
        .order_by(*IN_TIME)
        .values_list("indicator", "period", "value", "basis")
    )
    found: dict[str, Observation] = {}
    for indicator, period, value, basis in earlier:
        row = latest[indicator]
        if year_in(period) < year_in(row.period) and season(period) == season(row.period):
            found[indicator] = Observation(
                indicator=row.indicator, district=district, period=period, value=value, basis=basis
            )
    broken = {
        indicator
        for indicator, period in queries.breaks_of(list(found))
        if begins_after(period, found[indicator].period)
        and not begins_after(period, latest[indicator].period)
    }
    broken |= {
        key
        for key, row in found.items()
        if row.basis and latest[key].basis and row.basis != latest[key].basis
    }
    return {key: row for key, row in found.items() if key not in broken}, broken


def _missing(asker: Asker, district: District, known: Collection[str]) -> list[MissingFigure]:
    """What other places have and this one has not. Two queries."""
    others = partners_of(asker, Indicator(item=district.item))
    found = [row for row in others if row.pk not in set(known)][:MOST]
    told = (
        Observation.objects.totals()
        .filter(district=district, indicator__in=[row.pk for row in found], value=None)
        .order_by(*IN_TIME)
        .values_list("indicator", "period", "quality")
    )
    why = {indicator: (period, quality) for indicator, period, quality in told}
    return [MissingFigure(row, *why.get(row.pk, ("", ""))) for row in found]
