"""Vega-Lite specifications: one for the page (chart.js draws it) and for print alike.

Colours and fonts are the theme's and are set in chart.js, so that a chart follows light and dark.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

Spec = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value of a series. `date` is ISO (2024-12-31); `label` is how a reader says the period."""

    date: str
    value: float
    label: str
    series: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Break:
    """From `date` on the series is not comparable with what came before."""

    date: str
    label: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    name: str
    value: float
    text: str
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class SpanBar:
    """A bar with a lighter end: what is sure, and what it may be at most."""

    name: str
    low: float
    high: float
    text: str


TICKS = 8
"""Years that a time axis names, at most about."""
MONTHS = 6
"""The same of months."""


def _ticks(dates: Sequence[str]) -> dict[str, Any]:
    """Ticks that each name another year, or another month where all lies in one year."""
    years = [int(day[:4]) for day in dates if day[:4].isdigit()]
    span = max(years) - min(years) if years else 0
    if span > TICKS:
        return {"format": "%Y", "tickCount": TICKS}
    if span:
        return {"format": "%Y", "tickCount": {"interval": "year", "step": 1}}
    months = [int(day[5:7] or 1) for day in dates if day[5:7].isdigit()]
    step = 1 + (max(months) - min(months)) // MONTHS if months else 1
    return {"format": "%m/%Y", "tickCount": {"interval": "month", "step": step}}


def _projected(
    before: Sequence[Spec], points: Sequence[Point], axes: Spec, shown: Callable[[float], str]
) -> list[Spec]:
    """A dotted line from the last value that was measured through those that were projected."""
    values = [
        {
            "date": point.date,
            "value": point.value,
            "tip": "\n".join(filter(None, [tip_title(point), shown(point.value), point.note])),
        }
        for point in points
    ]
    tip = {"tooltip": {"field": "tip", "type": "nominal"}}
    return [
        {
            "data": {"values": [*before, *values]},
            "mark": {"type": "line", "strokeDash": [2, 4]},
            "encoding": axes,
        },
        {
            "data": {"values": values},
            "mark": {"type": "point", "filled": False, "opacity": 1},
            "encoding": axes | tip,
        },
    ]


def line_chart(
    points: Iterable[Point],
    *,
    unit: str,
    description: str,
    decimals: int = 0,
    breaks: Sequence[Break] = (),
    gaps: Sequence[str] = (),
    path: Iterable[Point] = (),
    projected: Iterable[Point] = (),
    number: Any = str,
) -> Spec:
    """Lines over time that stop at series breaks, and at ``gaps`` (dates without a value), instead of bridging them; ``path`` is where they shall go, dashed.

    ``projected`` goes on from the last point, dotted and with hollow points: it was not measured.
    The points of one path share their `series`; its last point is the target.

    `number` formats a value for the reader (the page's language); `description` says in one sentence
    what one sees.
    """
    stops = [*(one.date for one in breaks), *gaps]
    values = [
        {
            "date": point.date,
            "value": point.value,
            "series": point.series or unit,
            "part": f"{point.series}/{sum(point.date >= date for date in stops)}",
            "tip": "\n".join(filter(None, [tip_title(point), f"{number(point.value)} {unit}", point.note])),
        }
        for point in sorted(points, key=lambda point: (point.series, point.date))
    ]
    several = len({value["series"] for value in values}) > 1
    path, ahead = list(path), sorted(projected, key=lambda point: point.date)
    dates = [str(value["date"]) for value in values]
    dates += [*(one.date for one in breaks), *(point.date for point in (*path, *ahead))]
    x = {
        "field": "date",
        "type": "temporal",
        "scale": {"type": "utc"},
        "title": None,
        "axis": {"labelOverlap": "greedy", "description": _("Zeit"), **_ticks(dates)},
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "title": unit,
        "scale": {"zero": False, "nice": True},
        "axis": {
            "format": f",.{decimals}f",
            "tickCount": 5,
            "tickMinStep": 10**-decimals,
            "description": unit,
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "end",
            "titleY": -14,
            "titleX": 0,
        },
    }
    encoding: Spec = {"x": x, "y": y, "detail": {"field": "part"}}
    if several:
        encoding["color"] = {"field": "series", "type": "nominal"}
    layers: list[Spec] = [
        {"mark": {"type": "line"}, "encoding": encoding},
        {
            "mark": {"type": "point", "opacity": 1},
            "encoding": {key: encoding[key] for key in encoding if key != "detail"}
            | {"tooltip": {"field": "tip", "type": "nominal"}},
        },
    ]
    if breaks:
        rules = [
            {"date": one.date, "tip": f"{_('Bruch in der Reihe')}, {one.label}\n{one.reason}"}
            for one in breaks
        ]
        layers.insert(
            0,
            {
                "data": {"values": rules},
                "mark": {"type": "rule"},
                "encoding": {"x": x, "tooltip": {"field": "tip", "type": "nominal"}},
            },
        )
    if ahead:
        layers += _projected(values[-1:], ahead, {"x": x, "y": y}, lambda value: f"{number(value)} {unit}")
    if ways := [
        {
            "date": point.date,
            "value": point.value,
            "way": point.series,
            "tip": f"{point.label}\n{number(point.value)} {unit}",
        }
        for point in path
    ]:
        own = {"x": x, "y": y, "detail": {"field": "way"}}
        tip = {"tooltip": {"field": "tip", "type": "nominal"}}
        layers += [
            {
                "data": {"values": ways},
                "mark": {"type": "line", "style": "path", "strokeDash": [6, 5]},
                "encoding": own,
            },
            {
                "data": {"values": ways},
                "mark": {"type": "point", "style": "path", "shape": "diamond", "opacity": 1},
                "encoding": own | tip,
            },
        ]
    return {
        "description": description,
        "height": 320,
        "padding": {"left": 4, "right": 16, "top": 8, "bottom": 4},
        "data": {"values": values},
        "layer": layers,
    }


def tip_title(point: Point) -> str:
    return f"{point.series}, {point.label}" if point.series else point.label


def bar_chart(bars: Sequence[Bar], *, unit: str, description: str, decimals: int = 0) -> Spec:
    """Horizontal bars, one for each district, in the order given; each says its value."""
    values = [
        {"name": bar.name, "value": bar.value, "text": bar.text, "tip": f"{bar.name}\n{bar.text} {unit}"}
        for bar in bars
    ]
    chosen = [bar.name for bar in bars if bar.chosen]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": [bar.name for bar in bars],
        "title": None,
        "axis": {"description": _("Räume"), "labelPadding": 10},
    }
    x = {
        "field": "value",
        "type": "quantitative",
        "title": None,
        "scale": {"zero": True},
        "axis": {
            "format": f",.{decimals}f",
            "labels": False,
            "ticks": False,
            "domain": False,
            "description": unit,
        },
    }
    bar_layer: Spec = {
        "mark": {"type": "bar", "height": {"band": 0.68}},
        "encoding": {"tooltip": {"field": "tip", "type": "nominal"}},
    }
    layers = [bar_layer]
    if chosen:
        others = {"not": {"field": "name", "oneOf": chosen}}
        bar_layer["transform"] = [{"filter": others}]
        layers.append(
            {
                "transform": [{"filter": {"field": "name", "oneOf": chosen}}],
                "mark": {"type": "bar", "height": {"band": 0.68}, "style": "chosen"},
                "encoding": {"tooltip": {"field": "tip", "type": "nominal"}},
            }
        )
    layers.append(
        {
            "mark": {"type": "text", "align": "left", "dx": 6, "baseline": "middle"},
            "encoding": {"text": {"field": "text", "type": "nominal"}},
        }
    )
    return {
        "description": description,
        "usermeta": {"insek": "bars"},
        "height": {"step": 30},
        "padding": {"left": 4, "right": 56, "top": 4, "bottom": 4},
        "data": {"values": values},
        "encoding": {"y": y, "x": x},
        "layer": layers,
    }


def span_chart(bars: Sequence[SpanBar], *, description: str) -> Spec:
    """Horizontal bars in the order given, each with a lighter end where its value lies between two bounds."""
    values = [
        {
            "name": bar.name,
            "low": bar.low,
            "high": bar.high,
            "text": bar.text,
            "tip": f"{bar.name}\n{bar.text}",
        }
        for bar in bars
    ]
    tip = {"tooltip": {"field": "tip", "type": "nominal"}}
    axis = {"format": ",.0f", "labels": False, "ticks": False, "domain": False, "description": description}
    return {
        "description": description,
        "usermeta": {"insek": "bars"},
        "height": {"step": 30},
        "padding": {"left": 4, "right": 112, "top": 4, "bottom": 4},
        "data": {"values": values},
        "encoding": {
            "y": {
                "field": "name",
                "type": "nominal",
                "sort": [bar.name for bar in bars],
                "title": None,
                "axis": {"description": description, "labelPadding": 10},
            },
        },
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.68}},
                "encoding": {
                    "x": {
                        "field": "low",
                        "type": "quantitative",
                        "title": None,
                        "scale": {"zero": True},
                        "axis": axis,
                    },
                    **tip,
                },
            },
            {
                "transform": [{"filter": "datum.high > datum.low"}],
                "mark": {"type": "bar", "height": {"band": 0.68}, "opacity": 0.4},
                "encoding": {
                    "x": {"field": "low", "type": "quantitative"},
                    "x2": {"field": "high"},
                    **tip,
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "baseline": "middle"},
                "encoding": {
                    "x": {"field": "high", "type": "quantitative"},
                    "text": {"field": "text", "type": "nominal"},
                },
            },
        ],
    }
