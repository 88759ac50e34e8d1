"""Plan signs as a style of QGIS (QML): what the map of the portal shows by shape, hatching, dashes and letter, as close as QGIS draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

BRUSHES = {
    "right": "b_diagonal", "left": "f_diagonal", "cross": "diagonal_x", "dots": "dense6", "level": "horizontal", "upright": "vertical",
}  # fmt: skip
"""Hatchings as Qt names them: its forward diagonal falls to the right. Looked at in QGIS 3.22."""
WHITE = "255,255,255,255"
MM = 0.4
"""Millimetres of a line width of the portal."""


def qgis_style(dimension: int, column: str, signs: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """The style of a layer of points (0), lines (1) or areas (2): by the values of a column, or one sign for all."""
    root = Element("qgis", version="3.22.0", styleCategories="Symbology")
    if column:
        renderer = SubElement(root, "renderer-v2", type="categorizedSymbol", attr=column, forceraster="0", symbollevels="0", enableorderby="0")  # fmt: skip
        categories = SubElement(renderer, "categories")
        for number, (value, _sign) in enumerate(signs):
            SubElement(categories, "category", value=value, label=value, symbol=str(number), render="true")
    else:
        renderer = SubElement(root, "renderer-v2", type="singleSymbol", forceraster="0", symbollevels="0", enableorderby="0")  # fmt: skip
    symbols = SubElement(renderer, "symbols")
    for number, (_value, sign) in enumerate(signs):
        kind = ("marker", "line", "fill")[dimension]
        symbol = SubElement(symbols, "symbol", name=str(number), type=kind, alpha="1", clip_to_extent="1", force_rhr="0")  # fmt: skip
        (_marker, _line, _fill)[dimension](symbol, sign)
    SubElement(root, "layerGeometryType").text = str(dimension)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def _colour(sign: Mapping[str, Any], alpha: int = 255) -> str:
    text = str(sign.get("colour") or "#a4572b").lstrip("#")
    return ",".join([*(str(int(text[place : place + 2], 16)) for place in (0, 2, 4)), str(alpha)])


def _layer(symbol: Element, sort: str, **options: str) -> Element:
    layer = SubElement(symbol, "layer", {"class": sort, "enabled": "1", "pass": "0", "locked": "0"})
    told = SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        SubElement(told, "Option", name=name, type="QString", value=value)
    return layer


def _fill(symbol: Element, sign: Mapping[str, Any]) -> None:
    outline = {"outline_color": _colour(sign), "outline_width": "0.6", "outline_width_unit": "MM", "outline_style": "solid"}  # fmt: skip
    brush = BRUSHES.get(str(sign.get("hatch") or ""), "")
    if brush:
        _layer(symbol, "SimpleFill", color=_colour(sign), style=brush, **outline)
    else:
        _layer(symbol, "SimpleFill", color=_colour(sign, 60), style="solid", **outline)


def _line(symbol: Element, sign: Mapping[str, Any]) -> None:
    width = float(sign.get("width") or 3) * MM
    dash = ";".join(f"{part * width:.3g}" for part in sign.get("dash") or ())
    _layer(
        symbol, "SimpleLine", line_color=_colour(sign), line_width=f"{width:.3g}", line_width_unit="MM", capstyle="flat", joinstyle="round",
        use_custom_dash="1" if dash else "0", customdash=dash or "5;2", customdash_unit="MM",
    )  # fmt: skip
    if sign.get("arrow"):
        layer = _layer(symbol, "MarkerLine", placement="lastvertex", rotate="1")
        head = SubElement(layer, "symbol", name=f"@{symbol.get('name')}@1", type="marker", alpha="1", clip_to_extent="1", force_rhr="0")  # fmt: skip
        _layer(head, "SimpleMarker", name="filled_arrowhead", color=_colour(sign), outline_color=_colour(sign), size=f"{3 * width:.3g}", size_unit="MM")  # fmt: skip


def _marker(symbol: Element, sign: Mapping[str, Any]) -> None:
    _layer(symbol, "SimpleMarker", name="circle", color=_colour(sign), outline_color=WHITE, outline_width="0.3", size="5", size_unit="MM")  # fmt: skip
    letter = str(sign.get("letter") or "")
    if letter:
        _layer(symbol, "FontMarker", chr=letter, color=WHITE, font="Fira Sans", size="3", size_unit="MM", outline_width="0")  # fmt: skip
