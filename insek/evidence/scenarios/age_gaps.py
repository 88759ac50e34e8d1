"""A gap in age groups, as city files have it (nobody from 25 to below 65): what all people leave of the groups that are known."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from insek.engines.tables.breakdowns import AgeGroup, gaps_between

from ..models import Observation

Spans = dict[tuple[int, int | None], float]
"""People by age group: first age, and the age they are below."""


def whole_by_sex(indicator: str, city: str) -> dict[int, dict[str, float]]:
    """All people of the city at the end of a year, together and by sex. One query."""
    rows = (
        Observation.objects.current()
        .filter(
            indicator=indicator,
            district=city,
            value__gt=0,
            breakdown__key__in=["", "sex=male", "sex=female"],
            period_end__month=12,
            period_end__day=31,
        )
        .exclude(quality=Observation.Quality.FORECAST)
        .select_related("breakdown")
    )
    found: dict[int, dict[str, float]] = {}
    for row in rows:
        found.setdefault(row.period_end.year, {})[row.breakdown.sex] = float(row.known)
    return found


def without_gap(
    by_sex: Mapping[str, Spans], whole: Mapping[str, float]
) -> tuple[dict[str, Spans], AgeGroup] | None:
    """The same groups with the one that is missing, as men and women where both are known, else together; None where that can not be told.

    There is an answer only for one gap, groups that do not overlap, and a rest that is more than nobody.
    """
    sides = {name: by_sex[name] for name in ("male", "female") if name in by_sex}
    if len(sides) == 2 and whole.keys() >= sides.keys():
        found = {name: _closed(spans, whole[name]) for name, spans in sides.items()}
        gaps = {closed[1] for closed in found.values() if closed is not None}
        if len(gaps) == 1 and all(found.values()):
            return {name: closed[0] for name, closed in found.items() if closed is not None}, gaps.pop()
    together = by_sex.get("") or _both(sides)
    closed = _closed(together, whole[""]) if together and "" in whole else None
    return None if closed is None else ({"": closed[0]}, closed[1])


def _both(sides: Mapping[str, Spans]) -> Spans:
    if len(sides) < 2:
        return {}
    men, women = sides.values()
    return {span: men[span] + women[span] for span in men.keys() & women.keys()}


def _closed(spans: Spans, whole: float) -> tuple[Spans, AgeGroup] | None:
    ordered = sorted(spans, key=lambda span: span[0])
    overlap = any(end is None or end > start for (_at, end), (start, _to) in itertools.pairwise(ordered))  # fmt: skip
    gaps = gaps_between(AgeGroup(start, end) for start, end in ordered)
    rest = whole - sum(spans.values())
    if overlap or len(gaps) != 1 or rest <= 0:
        return None
    return {**spans, (gaps[0].start, gaps[0].end): rest}, gaps[0]
