"""The rows of a map file as areas of a layer, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.engines.text import shortened
from insek.intake.cells_said import CellsSaid
from insek.intake.targets import Reading, TableRow
from insek.web.display import number_words

from ..locations import city_of
from ..shape_words import shape_words
from .classes import MOST_CLASSES, borders_of, ordered_classes, step_of

FINE = 0.000005
"""Degrees (half a metre) by which areas are generalised when they are kept."""
LARGEST_VALUE = Decimal(10) ** 11


@dataclass
class SaidArea:
    """One area, its class not yet numbered."""

    row: TableRow
    shape: BaseGeometry
    word: str
    value: Decimal | None
    name: str
    step: int = 0


@dataclass
class SaidAreas:
    """What a file says."""

    areas: list[SaidArea] = field(default_factory=list)
    wrong: list[tuple[TableRow, str, str, str]] = field(default_factory=list)
    """Row, what it is called, why it cannot come in, and the column."""
    elsewhere: int = 0
    classes: list[dict[str, object]] = field(default_factory=list)
    too_many: int = 0
    """How many classes the file names, where they are too many for a legend."""


def read_areas(reading: Reading, rows: Sequence[TableRow]) -> SaidAreas:
    """Read all rows; of the same table always the same. A fixed number of queries."""
    said, found = CellsSaid(reading), SaidAreas()
    city = city_of(reading.concept)
    outline: BaseGeometry | None = city.geometry if city is not None else None
    ground = outline.envelope if outline is not None else None
    for row in rows:
        name = shortened(said.line(row, "name"), 200)
        word = shortened(said.line(row, "class"), 100)
        title = name or word or _("Zeile %(number)s") % {"number": row.number}
        shape, why = _area(reading, row)
        if not why and (problem := said.problem(row, "value")):
            found.wrong.append((row, title, problem, said.head("value")))
            continue
        if why or shape is None:
            found.wrong.append((row, title, why, ""))
            continue
        if ground is not None and not shapely.intersects(ground, shape):
            found.elsewhere += 1
            continue
        value = said.value(row, "value")
        value = Decimal(str(value)) if value is not None else None
        if value is not None and abs(value) >= LARGEST_VALUE:
            found.wrong.append((row, title, _("Der Wert ist zu groß."), said.head("value")))
            continue
        found.areas.append(SaidArea(row, shape, word, value, name))
    _classify(reading, found)
    return found


def _area(reading: Reading, row: TableRow) -> tuple[BaseGeometry | None, str]:
    severe = [words for words, is_severe in reading.said_of_shapes.get(row.number, ()) if is_severe]
    shape = reading.shapes.get(row.number)
    if severe or shape is None:
        return None, " ".join(severe) or _("Die Zeile hat keine Form auf der Karte.")
    if shapely.get_dimensions(shape) != 2:
        return None, _("Das ist keine Fläche: %(shape)s.") % {"shape": shape_words(shape, reading.concept)}
    shape = shapely.simplify(shape, FINE)
    if not shapely.is_valid(shape):
        parts = shapely.get_parts(shapely.make_valid(shape))
        areas = [part for part in parts if shapely.get_dimensions(part) == 2]
        shape = shapely.union_all(areas)
    if shape.is_empty or not shape.area:
        return None, _("Die Fläche ist leer.")
    return shapely.set_precision(shape, 1e-7, mode="pointwise"), ""


def _classify(reading: Reading, found: SaidAreas) -> None:
    """Number the classes from low to high; values without a class are put into up to five."""
    has_words = any(area.word for area in found.areas)
    if has_words:
        words: dict[str, list[Decimal]] = {}
        for area in found.areas:
            area.word = area.word or _("ohne Angabe")
            words.setdefault(area.word, []).extend([area.value] if area.value is not None else [])
        labels = ordered_classes(words)
        if len(labels) > MOST_CLASSES:
            found.too_many = len(labels)
        for area in found.areas:
            area.step = labels.index(area.word)
    else:
        values = [area.value for area in found.areas if area.value is not None]
        borders = borders_of(values)
        unit = reading.for_all.get("unit", "")[:40]
        labels = _labels(borders, values, unit) or [reading.for_all.get("title", "")]
        without = any(area.value is None for area in found.areas) and bool(values)
        for area in found.areas:
            area.step = 0 if area.value is None else step_of(area.value, borders) + without
        labels = [_("ohne Angabe"), *labels] if without else labels
    counts = [0] * len(labels)
    for area in found.areas:
        counts[area.step] += 1
    found.classes = [{"label": label, "count": count} for label, count in zip(labels, counts, strict=True)]


def _labels(borders: Sequence[Decimal], values: Sequence[Decimal], unit: str) -> list[str]:
    """Classes of values in words: ``20 bis unter 25 °C``, the last one with its end."""
    behind = f" {unit}" if unit else ""
    shown = [value_words(border) for border in borders]
    if len(set(values)) <= len(borders):
        return [f"{words}{behind}" for words in shown]
    found = [
        _("%(low)s bis unter %(high)s") % {"low": low, "high": high} + behind for low, high in pairwise(shown)
    ]
    return [*found, _("%(low)s bis %(high)s") % {"low": shown[-1], "high": value_words(max(values))} + behind]  # fmt: skip


def value_words(value: Decimal) -> str:
    """A value with the places it has, two at most."""
    exponent = value.normalize().as_tuple().exponent
    return number_words(value, min(2, max(0, -exponent)) if isinstance(exponent, int) else 0)
