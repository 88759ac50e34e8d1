"""Pictures of a report: charts from the page's own Vega-Lite specifications, signs to read with a telephone, PNG for Word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any

import segno

from .words import FONTS

INK, MUTED, LINE, FOREST, COPPER = "#15221e", "#4b5a54", "#cfd6cf", "#0b4f45", "#a44e16"
FOREST_SOFT, PAPER = "#e3eeea", "#ffffff"
FONT = "Fira Sans"


def _theme() -> dict[str, Any]:
    """The look of charts on paper; that of pages is in chart.js."""
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
    import vl_convert  # Vega and the fonts: loaded where charts are drawn on paper, not in a web worker

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
    import vl_convert

    _fonts_known()
    return str(
        vl_convert.vegalite_to_svg(
            spec, config=_theme(), format_locale=locale, time_format_locale=locale, allowed_base_urls=[]
        )
    )


def png(svg: str, *, scale: float = 2.5) -> bytes:
    """An SVG as PNG on white, for Word: not every program shows a picture that lets the page shine through as it is."""
    import vl_convert

    _fonts_known()
    begins = svg.index(">", svg.index("<svg")) + 1
    paper = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
    return bytes(vl_convert.svg_to_png(svg[:begins] + paper + svg[begins:], scale=scale))


@lru_cache(maxsize=600)
def code(address: str) -> str:
    """An address as a QR code."""
    out = BytesIO()
    made = segno.make(address, micro=False, error="m", boost_error=False)
    made.save(
        out, kind="svg", scale=2, border=0, dark=INK, xmldecl=False, svgclass=None, lineclass=None, nl=False
    )
    return out.getvalue().decode("ascii")
