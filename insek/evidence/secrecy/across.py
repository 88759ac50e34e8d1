"""What other public indicators tell of hidden values: two of them whose sum, difference or share is just what is hidden.

The programs of ``engines.secrecy`` know the sums of one indicator. That men and women are kept as indicators of their own, or that a share
and its whole are public, nobody has said; but it shows in the figures. A way is named only where it gives the hidden values and all
others of the indicator too, of at least three places or times: a single one may be chance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from insek.thread.models import Item, Visibility

from ..models import TOTAL, Indicator, Observation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST = 3
"""Values that a way must give."""
MOST_SERIES, MOST_CELLS = 400, 2_000
"""Series of others and places with times that are looked at; of more, the newest times."""
NEAR = 0.5
"""People by which a way may miss: what is nearer is the number itself."""
SHARES = (100.0, 1_000.0, 10_000.0, 100_000.0)
"""Of how many a share or rate may be."""

Part = tuple[str, int]
"""An indicator and a part of it."""
Moment = tuple[str, Any]
"""A place, and the last day of a period."""


@dataclass(frozen=True)
class WayRound:
    """How hidden values follow from others: ``same``, ``sum``, ``less`` (first less second), ``share`` (so many of the second)."""

    how: str
    first: Part
    second: Part | None
    part: int
    """Of which part of the indicator values are told."""
    told: int
    """How many hidden values."""


def ways_round(indicator: Indicator) -> list[WayRound]:
    """The ways by which the public gets at hidden values. Three queries, one where nothing is hidden."""
    own = _own(indicator)
    if not any(hidden for _value, hidden in own.values()):
        return []
    import numpy as np  # takes long to import

    moments = sorted({moment for _part, moment in own}, key=lambda one: (one[1], one[0]))[-MOST_CELLS:]
    at = {moment: number for number, moment in enumerate(moments)}
    series: dict[Part, Floats] = defaultdict(lambda: np.full(len(at), np.nan))
    truth: dict[int, Floats] = defaultdict(lambda: np.full(len(at), np.nan))
    closed: dict[int, NDArray[np.bool_]] = defaultdict(lambda: np.zeros(len(at), dtype=bool))
    for (part, moment), (value, hidden) in own.items():
        if moment in at:
            truth[part][at[moment]], closed[part][at[moment]] = value, hidden
            if not hidden:
                series[indicator.pk, part][at[moment]] = value
    public = Item.objects.filter(
        concept=indicator.item.concept_id, kind="indicator", visibility=Visibility.PUBLIC
    )
    others = Observation.objects.current().filter(
        indicator__in=public.exclude(pk=indicator.pk).values("pk"),
        value__isnull=False,
        district__in={place for place, _day in moments},
        period_end__in={day for _place, day in moments},
    )
    for key, part, place, day, shown in others.order_by("pk").values_list(
        "indicator", "breakdown", "district", "period_end", "value"
    ):
        if shown is not None and (place, day) in at:
            series[key, part][at[place, day]] = float(shown)
    parts = sorted(
        (one for one in series if np.isfinite(series[one]).sum() >= FEWEST),
        key=lambda one: (one[0] != indicator.pk, one[1] != TOTAL, one),
    )[:MOST_SERIES]
    if not any(key != indicator.pk for key, _part in parts):
        return []
    matrix = np.stack([series[one] for one in parts])
    return [
        way
        for part in sorted(truth)
        if closed[part].any()
        for way in _ways(indicator.pk, part, truth[part], closed[part], parts, matrix)
    ]


def _own(indicator: Indicator) -> dict[tuple[int, Moment], tuple[float, bool]]:
    """The true values by part, place and day, and whether they are hidden. One query."""
    found: dict[tuple[int, Moment], tuple[float, bool]] = {}
    rows = Observation.objects.current().filter(indicator=indicator.pk).order_by("pk")
    columns = ("breakdown", "district", "period_end", "value", "protected__value")
    for part, place, day, value, kept in rows.values_list(*columns).iterator(chunk_size=5_000):
        known = value if kept is None else kept
        if known is not None:
            found[part, (place, day)] = float(known), kept is not None
    return found


def _ways(
    key: str, part: int, truth: Floats, closed: NDArray[np.bool_], parts: Sequence[Part], matrix: Floats
) -> Iterator[WayRound]:
    import numpy as np

    def told(found: Floats) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Of each line how many hidden values it gives, and whether it gives all values that it can."""
        known = np.isfinite(found) & np.isfinite(truth)
        right = np.abs(found - truth) <= NEAR
        whole = (known & right).sum(axis=1)
        return (known & right & closed).sum(axis=1), (whole == known.sum(axis=1)) & (whole >= FEWEST)

    is_other = np.array([one[0] != key for one in parts])
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        count, right = told(matrix)
        for number in np.flatnonzero(right & (count > 0) & is_other).tolist():
            yield WayRound("same", parts[number], None, part, int(count[number]))
        for number, first in enumerate(parts):
            line = matrix[number]
            beside = is_other | is_other[number]
            for how, found in (
                ("sum", line + matrix),
                ("less", line - matrix),
                *(("share", line * matrix / of) for of in SHARES),
            ):
                count, right = told(found)
                for other in np.flatnonzero(right & (count > 0) & beside).tolist():
                    if how == "less" or other > number:
                        yield WayRound(how, first, parts[other], part, int(count[other]))
