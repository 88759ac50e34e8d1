"""Pictures of a forecast: a fan over time, and a pyramid of ages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from insek.web.charts import Spec
from insek.web.display import number_words


@dataclass(frozen=True)
class AheadYear:
    """One year ahead: the quantiles 10, 25, 50, 75 and 90 percent of all draws."""

    year: int
    quantiles: tuple[float, float, float, float, float]


def fan_chart(
    past: Sequence[Sequence[tuple[int, float]]],
    ahead: Sequence[AheadYear],
    others: Sequence[tuple[str, Sequence[tuple[int, float]]]] = (),
    *,
    unit: str,
    description: str,
) -> Spec:
    """Past years as lines, one for each basis of counting, the median ahead dashed, and bands of 50 and 80 percent.

    ``others`` are medians of other scenarios: name and values by year.
    """
    x = {
        "field": "date", "type": "temporal", "scale": {"type": "utc"}, "title": None,
        "axis": {"format": "%Y", "tickCount": 8, "labelOverlap": "greedy", "description": _("Zeit")},
    }  # fmt: skip
    y = {
        "field": "value", "type": "quantitative", "title": unit, "scale": {"zero": False, "nice": True},
        "axis": {"format": ",.0f", "tickCount": 5, "description": unit, "titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleY": -14, "titleX": 0},
    }  # fmt: skip
    bands = [
        {"date": f"{one.year}-01-01", "q10": one.quantiles[0], "q25": one.quantiles[1], "q75": one.quantiles[3], "q90": one.quantiles[4]}
        for one in ahead
    ]  # fmt: skip
    middle = [
        {"date": f"{one.year}-01-01", "value": one.quantiles[2], "tip": _tip(one, unit)} for one in ahead
    ]
    before = [
        {
            "date": f"{year}-01-01",
            "value": value,
            "part": part,
            "tip": f"{year}\n{number_words(value)} {unit}",
        }
        for part, years in enumerate(past)
        for year, value in years
    ]
    tip = {"tooltip": {"field": "tip", "type": "nominal"}}
    layers: list[Spec] = [
        _band(bands, x, y, "q10", "q90", 0.16),
        _band(bands, x, y, "q25", "q75", 0.28),
        {"data": {"values": before}, "mark": {"type": "line"}, "encoding": {"x": x, "y": y, "detail": {"field": "part"}}},
        {"data": {"values": before}, "mark": {"type": "point", "opacity": 1}, "encoding": {"x": x, "y": y, **tip}},
        {"data": {"values": middle}, "mark": {"type": "line", "strokeDash": [6, 5]}, "encoding": {"x": x, "y": y}},
        {"data": {"values": middle}, "mark": {"type": "point", "opacity": 0, "size": 160}, "encoding": {"x": x, "y": y, **tip}},
    ]  # fmt: skip
    for name, values in others:
        rows = [
            {"date": f"{year}-01-01", "value": value, "tip": f"{name}, {year}\n{number_words(value)} {unit}"}
            for year, value in values
        ]
        encoding = {"x": x, "y": y}
        layers.append(
            {"data": {"values": rows}, "mark": {"type": "line", "style": "path"}, "encoding": encoding}
        )
        layers.append(
            {"data": {"values": rows}, "mark": {"type": "point", "style": "path", "opacity": 0, "size": 160}, "encoding": encoding | tip}
        )  # fmt: skip
        layers.append(
            {
                "data": {"values": [rows[-1] | {"name": name}]},
                "mark": {"type": "text", "align": "right", "dy": -10},
                "encoding": encoding | {"text": {"field": "name", "type": "nominal"}},
            }
        )
    return {
        "description": description,
        "height": 340,
        "padding": {"left": 4, "right": 16, "top": 8, "bottom": 4},
        "layer": layers,
    }


def _tip(one: AheadYear, unit: str) -> str:
    low, high = number_words(one.quantiles[0]), number_words(one.quantiles[4])
    span = _("80 von 100 Ziehungen: %(low)s bis %(high)s") % {"low": low, "high": high}
    return f"{one.year}\n{number_words(one.quantiles[2])} {unit}\n{span}"


def _band(bands: Sequence[Any], x: Spec, y: Spec, low: str, high: str, opacity: float) -> Spec:
    return {
        "data": {"values": list(bands)},
        "mark": {"type": "area", "opacity": opacity},
        "encoding": {"x": x, "y": y | {"field": low}, "y2": {"field": high}},
    }


@dataclass(frozen=True)
class PyramidGroup:
    """One age group: its name, people now and ahead; men and women where they are told apart, else all as one."""

    name: str
    now: tuple[float, ...]
    ahead: tuple[float, ...]


def pyramid_chart(
    groups: Sequence[PyramidGroup], *, years: tuple[int, int], unit: str, description: str
) -> Spec:
    """Bars by age group, the oldest above: bars are ahead, outlines today; men to the left where sexes are told apart."""
    sides = (-1, 1) if groups and len(groups[0].ahead) == 2 else (1,)
    names = (_("Männer"), _("Frauen")) if len(sides) == 2 else ("",)
    rows = [
        {
            "name": group.name,
            "ahead": side * group.ahead[at],
            "now": side * group.now[at],
            "tip": "\n".join(
                filter(
                    None,
                    [
                        f"{group.name} {names[at]}".strip(),
                        f"{years[1]}: {number_words(group.ahead[at])} {unit}",
                        f"{years[0]}: {number_words(group.now[at])} {unit}",
                    ],
                )
            ),
        }
        for group in groups
        for at, side in enumerate(sides)
    ]
    order = [group.name for group in reversed(groups)]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": {"description": _("Alter"), "labelPadding": 8},
    }
    x = {
        "type": "quantitative", "title": unit,
        "axis": {"labelExpr": "format(abs(datum.value), ',')", "tickCount": 5, "grid": True, "description": unit},
    }  # fmt: skip
    tip = {"tooltip": {"field": "tip", "type": "nominal"}}
    return {
        "description": description,
        "height": {"step": 20},
        "padding": {"left": 4, "right": 16, "top": 4, "bottom": 4},
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.8}, "opacity": 0.75, "cornerRadiusEnd": 0},
                "encoding": {"y": y, "x": x | {"field": "ahead"}, **tip},
            },
            {
                "mark": {"type": "tick", "style": "chosen", "thickness": 3, "height": {"band": 0.9}},
                "encoding": {"y": y, "x": x | {"field": "now"}, **tip},
            },
        ],
    }
