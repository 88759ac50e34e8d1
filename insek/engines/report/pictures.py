"""Pictures of a report: charts from the page's own Vega-Lite specifications, and the city drawn as a small map."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

import vl_convert

from .words import FONTS, clean

INK, MUTED, LINE, FOREST, COPPER = "#15221e", "#4b5a54", "#cfd6cf", "#0b4f45", "#a44e16"
FOREST_SOFT, PAPER = "#e3eeea", "#ffffff"
FONT = "Fira Sans"


def _theme() -> dict[str, Any]:
    """The look of charts on paper; the page's look stands in chart.js."""
    text = {"labelFont": FONT, "titleFont": FONT, "labelColor": MUTED, "titleColor": MUTED}
    sizes = {
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": 400,
        "labelPadding": 6,
        "titlePadding": 10,
    }
    return {
        "background": "transparent", "font": FONT, "aria": False,
        "axis": {**text, **sizes, "domain": False, "ticks": False, "gridColor": LINE, "gridWidth": 0.7, "labelLimit": 220},
        "axisX": {"grid": False, "domain": True, "domainColor": MUTED, "ticks": True, "tickColor": MUTED, "labelFlush": False},
        "legend": {**text, "labelFontSize": 11, "symbolType": "stroke", "orient": "top", "title": None},
        "view": {"stroke": None},
        "line": {"color": FOREST, "strokeWidth": 2, "strokeJoin": "round", "strokeCap": "round"},
        "point": {"color": FOREST, "filled": True, "size": 30},
        "bar": {"color": FOREST, "cornerRadiusEnd": 2},
        "rule": {"color": COPPER, "strokeDash": [4, 4], "strokeWidth": 1.2},
        "text": {"font": FONT, "fontSize": 11, "color": INK},
        "range": {"category": [FOREST, COPPER, "#1f4e8c", "#7a3ea1", "#a72a1c"]},
        "style": {"chosen": {"color": COPPER, "fill": COPPER}, "halo": {"fill": PAPER, "color": PAPER}},
    }  # fmt: skip


@lru_cache(maxsize=1)
def _fonts_known() -> bool:
    if FONTS.exists():
        vl_convert.register_font_directory(str(FONTS))
    return True


def chart(spec: Mapping[str, Any], *, width: int = 450, height: int = 170, lang: str = "de") -> str:
    """A Vega-Lite specification as SVG with the number format of the language."""
    sized = {**spec, "width": width, "autosize": {"type": "fit-x", "contains": "padding"}}
    sized["height"] = {"step": 19} if isinstance(spec.get("height"), dict) else height
    return _drawn(json.dumps(sized, sort_keys=True, default=str), "de-DE" if lang == "de" else "en-GB")


@lru_cache(maxsize=600)
def _drawn(spec: str, locale: Any) -> str:
    _fonts_known()
    return str(
        vl_convert.vegalite_to_svg(
            spec, config=_theme(), format_locale=locale, time_format_locale=locale, allowed_base_urls=[]
        )
    )


def png(svg: str, *, scale: float = 2.5) -> bytes:
    """An SVG as PNG, for Word."""
    _fonts_known()
    return bytes(vl_convert.svg_to_png(svg, scale=scale))


Ring = list[list[float]]


def _rings(geometry: Mapping[str, Any] | None) -> Iterable[Ring]:
    if not geometry:
        return []
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in parts for ring in polygon]


def city_map(
    features: Mapping[str, Any],
    *,
    outline: Mapping[str, Any] | None = None,
    chosen: Iterable[str] = (),
    size: float = 300,
    names: bool = False,
    dark: bool = False,
) -> str:
    """The districts of a GeoJSON collection as SVG in degrees turned to a plane; the chosen ones stand out."""
    areas = [(each["properties"], list(_rings(each["geometry"]))) for each in features["features"]]
    edge = list(_rings(outline))
    points = [point for rings in [*(rings for _p, rings in areas), edge] for ring in rings for point in ring]
    if not points:
        return ""
    west, east = min(x for x, *_ in points), max(x for x, *_ in points)
    south, north = min(y for _x, y, *_ in points), max(y for _x, y, *_ in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    span = max((east - west) * squeeze, north - south, 1e-9)
    scale = (size - 4) / span
    width, height = (east - west) * squeeze * scale + 4, (north - south) * scale + 4

    def path(rings: Iterable[Ring]) -> str:
        def ring_path(ring: Ring) -> str:
            return "L".join(
                f"{(x - west) * squeeze * scale + 2:.1f} {(north - y) * scale + 2:.1f}" for x, y, *_ in ring
            )

        return "".join(f"M{ring_path(ring)}Z" for ring in rings)

    picked = set(chosen)
    usual = ("#14524a", "#3f7c72") if dark else (FOREST_SOFT, PAPER)
    parts = []
    if edge:
        parts.append(
            f'<path d="{path(edge)}" fill="none" stroke="{"#3f7c72" if dark else MUTED}" stroke-width="0.8"/>'
        )
    for properties, rings in sorted(areas, key=lambda area: area[0]["id"] in picked):
        fill, line = (COPPER, PAPER) if properties["id"] in picked else usual
        parts.append(
            f'<path d="{path(rings)}" fill="{fill}" stroke="{line}" stroke-width="0.8" fill-rule="evenodd"/>'
        )
    if names:
        for properties, rings in areas:
            if rings and (not picked or properties["id"] in picked):
                xs, ys = [p[0] for p in rings[0]], [p[1] for p in rings[0]]
                x = ((min(xs) + max(xs)) / 2 - west) * squeeze * scale + 2
                y = (north - (min(ys) + max(ys)) / 2) * scale + 2
                label = escape(clean(properties["name"]).replace("\u00ad", ""))[:40]
                parts.append(
                    f'<text x="{x:.1f}" y="{y + 3:.1f}" font-family="{FONT}" font-size="8" text-anchor="middle" '
                    f'fill="{INK}" stroke="{PAPER}" stroke-width="2.2" paint-order="stroke">{label}</text>'
                )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1f} {height:.1f}" '
        f'width="{width:.1f}" height="{height:.1f}">{"".join(parts)}</svg>'
    )
