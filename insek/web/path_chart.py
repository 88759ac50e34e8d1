"""A series on its way to a target, as a drawing without a script: for the component ``path_chart`` and for sparklines.

All places are parts of the stage in percent, so that one drawing serves every width; words keep their size, because they
are no part of what is stretched. It says in numbers and words what a reader would otherwise have to read from an axis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from insek.engines.periods import DAY, MONTH, period_of

FEWEST = 4
"""Points in time from which a chart says more than a sentence (``docs/developers/components.md``)."""
LINES = 4
"""Lines across a chart, at most about."""
YEARS = 5
"""Years that the axis of time names, at most."""
SHORT = 6
"""Letters of a value on the axis for which there is always room."""
AIR = 0.06
"""Room above and below what is drawn, in parts of its height, so that a word has its place."""


CROWD_ALONG, CROWD_UP = 0.22, 0.3
"""So near to the target, in parts of width and height, the words of the newest value would lie on those of the target."""


ROOM_BELOW = 0.2
"""Below this part of the height words under a point would lie on the years."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A value at a time: ``at`` in years with decimals (see :func:`place_in_time`), ``period`` and ``words`` as one reads them."""

    at: float
    value: float
    period: str
    words: str


@dataclass(frozen=True, kw_only=True)
class TargetWay:
    """Where a series shall go: from ``start`` to ``end``; ``bound`` is the value at the end that is still as good as on the way."""

    start: Stop
    end: Stop
    bound: float | None = None


def place_in_time(period: str, *, by_year: bool) -> float:
    """Where a period such as 2024, 2024-06 or 2024-12-31 stands.

    Where all are years (or their last days), a value stands at its year; else at its month, a longer period at its end.
    """
    found = period_of(period)
    end = found.end
    if by_year:
        return float(end.year)
    part = {DAY: end.day / 31, MONTH: 0.5}.get(found.kind, 1)
    return end.year + (end.month - 1 + part) / 12


def path_chart(
    stops: Sequence[Stop],
    *,
    number: Callable[[float], str],
    way: TargetWay | None = None,
    breaks: Sequence[float] = (),
) -> dict[str, Any]:
    """The drawing of a series in the order of time, with the way to its target; a line stops at breaks.

    ``number`` says a value of the axis in the language of the page. Without two points there is nothing to draw: {}.
    """
    if len(stops) < 2:
        return {}
    times = [stop.at for stop in stops]
    heights = [stop.value for stop in stops]
    if way is not None:
        times += [way.start.at, way.end.at]
        heights += [way.start.value, way.end.value, *([way.bound] if way.bound is not None else [])]
    low, high, marks = _scale(min(heights), max(heights))
    first, last = min(times), max(times)

    def x(at: float) -> str:
        return _percent((at - first) / (last - first or 1))

    def y(value: float) -> str:
        return _percent(1 - (value - low) / (high - low))

    drawn: dict[str, Any] = {
        "lines": [
            " ".join(f"{x(stop.at)},{y(stop.value)}" for stop in part) for part in _parts(stops, breaks)
        ],
        "grid": [{"y": y(value), "words": number(value)} for value in marks],
        "is_wide": any(len(number(value)) > SHORT for value in marks),
        "years": [{"x": x(float(year)), "words": str(year)} for year in _years(first, last)],
        "breaks": [{"x": x(at)} for at in breaks if first < at <= last],
        "points": [{"x": x(stop.at), "y": y(stop.value)} for stop in stops],
    }
    newest = stops[-1]
    above = newest.value >= (_height_on(way, newest.at) if way else newest.value)
    low_down = newest.value - low < ROOM_BELOW * (high - low)
    drawn["last"] = {
        **_label(newest, x, y, (newest.at - first) / (last - first or 1)),
        "below": not low_down and (not above if way else newest.value < stops[-2].value),
    }
    if way is not None:
        near = abs(newest.at - way.end.at) < CROWD_ALONG * (last - first or 1)
        drawn["last"]["is_crowded"] = near and abs(newest.value - way.end.value) < CROWD_UP * (high - low)
        drawn["path"] = f"{x(way.start.at)},{y(way.start.value)} {x(way.end.at)},{y(way.end.value)}"
        drawn["target"] = {
            **_label(way.end, x, y, (way.end.at - first) / (last - first or 1)),
            "below": way.end.value < way.start.value,
        }
        if way.bound is not None and way.bound != way.end.value:
            drawn["band"] = f"{drawn['path']} {x(way.end.at)},{y(way.bound)}"
    return drawn


def sparkline(values: Sequence[float]) -> dict[str, str]:
    """A small line without an axis, beside a number; {} where there are fewer than FEWEST values."""
    if len(values) < FEWEST:
        return {}
    low, high = min(values), max(values)
    places = [
        (_percent(place / (len(values) - 1)), _percent(1 - (value - low) / (high - low or 1)))
        for place, value in enumerate(values)
    ]
    return {"line": " ".join(",".join(place) for place in places), "x": places[-1][0], "y": places[-1][1]}


def _percent(part: float) -> str:
    return f"{100 * part:.2f}".rstrip("0").rstrip(".")


def _label(stop: Stop, x: Callable[[float], str], y: Callable[[float], str], part: float) -> dict[str, Any]:
    """A value that is written at its point; near the edges the words turn inwards."""
    anchor = "start" if part < 0.18 else "end" if part > 0.82 else "middle"
    return {"x": x(stop.at), "y": y(stop.value), "words": stop.words, "period": stop.period, "anchor": anchor}


def _height_on(way: TargetWay, at: float) -> float:
    """Where the straight way stands at a time."""
    part = (at - way.start.at) / (way.end.at - way.start.at or 1)
    return way.start.value + (way.end.value - way.start.value) * min(max(part, 0), 1)


def _parts(stops: Sequence[Stop], breaks: Sequence[float]) -> list[list[Stop]]:
    """The runs of values between breaks."""
    parts: dict[int, list[Stop]] = {}
    for stop in stops:
        parts.setdefault(sum(stop.at >= at for at in breaks), []).append(stop)
    return list(parts.values())


def _scale(low: float, high: float) -> tuple[float, float, list[float]]:
    """The ends of the axis and the round values on it."""
    if low == high:
        low, high = low - abs(low or 1) * 0.1, high + abs(high or 1) * 0.1
    rough = (high - low) / LINES
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    air = (high - low) * AIR
    bottom, top = low - air, high + air
    if low >= 0 > bottom:
        bottom = 0.0
    marks = [place * step for place in range(ceil(bottom / step - 1e-9), floor(top / step + 1e-9) + 1)]
    return bottom, top, marks


def _years(first: float, last: float) -> list[int]:
    """The years named below: round ones, never more than YEARS."""
    begin, end = ceil(first - 1e-9), floor(last + 1e-9)
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if (end - begin) / step < YEARS)
    return [year for year in range(begin, end + 1) if year % step == 0]
