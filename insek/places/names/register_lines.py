"""The rows of a street register or of house coordinates, as somebody said what their columns are: lines with places, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.engines.layers.coordinate_columns import CoordinateColumns, read_coordinates
from insek.engines.place_names import name_key, read_address
from insek.engines.text import shortened
from insek.intake.cells_said import CellsSaid
from insek.intake.items_said import clean_or
from insek.intake.shapes import shape_keeper
from insek.intake.targets import Reading, TableRow

from ..locations import city_of
from ..models import District
from .index import KnownName, known_streets
from .rows import HouseLine

MARGIN = 0.02
"""Degrees (some 2 km) around the city in which an address may lie; more where the city is only drawn by hand."""
MARGIN_SCHEMATIC = 0.06
SAME_HOUSE = 0.0005
"""Degrees (some 40 m) within which one number that stands there twice is one house."""
LONGEST_SUFFIX = 8
_NUMBER = re.compile(
    r"(?:nr\.?\s*)?(?P<number>\d{1,4})\s*(?P<suffix>[a-z]?(?:\s*1/[234])?)(?:\s*(?:-|–|/|\+|bis)\s*(?P<to>\d{1,4})?\s*(?P<to_suffix>[a-z]?))?",
    re.IGNORECASE,
)


@dataclass
class RegisterLines:
    """What the rows say."""

    houses: bool
    lines: list[HouseLine] = field(default_factory=list)
    shapes: list[BaseGeometry] = field(default_factory=list)
    wrong: list[tuple[TableRow, str, str, str]] = field(default_factory=list)
    """Row, what it is called, why it cannot come in, and the column."""
    unplaced: list[HouseLine] = field(default_factory=list)
    """Streets of which nothing says where they lie; they are kept without a place."""
    noticed: list[tuple[TableRow, str, str]] = field(default_factory=list)
    """Row, what it is called, and what is to be said of it."""
    elsewhere: int = 0
    """Rows of other municipalities."""
    twice: int = 0
    """Rows that say again what was said."""
    columns: CoordinateColumns | None = None


def read_register(reading: Reading, rows: Sequence[TableRow], *, houses: bool) -> RegisterLines:
    """Read all rows; in the same table always the same. Six queries."""
    return _Reader(reading, rows, houses).read()


class _Reader:
    def __init__(self, reading: Reading, rows: Sequence[TableRow], houses: bool) -> None:
        self.said, self.reading, self.rows = CellsSaid(reading), reading, rows
        self.found = RegisterLines(houses)
        self.districts = {row.pk: row for row in District.objects.of(reading.concept).select_related("item")}
        self.seen: dict[tuple[str, str, str, int, str], tuple[int, BaseGeometry]] = {}
        city = city_of(reading.concept)
        margin = MARGIN_SCHEMATIC if city is not None and city.schematic else MARGIN
        self.ground: Any = shapely.box(*shapely.buffer(city.geometry, margin).bounds) if city is not None and city.geometry is not None else None  # fmt: skip
        self.known: dict[str, list[KnownName]] | None = None
        self.lines: dict[str, str] = {}
        self.named: dict[tuple[str, ...], tuple[str, str]] = {}
        self.keys: dict[str, str] = {}

    def read(self) -> RegisterLines:
        places = self._places()
        for number, row in enumerate(self.rows):
            self._row(row, places[number])
        return self.found

    def _places(self) -> list[BaseGeometry | None]:
        """Where each row lies, as the file says: by its shape on the map, or by its coordinates."""
        if self.reading.is_of_map:
            return [self.reading.shapes.get(row.number) for row in self.rows]
        cells = [[self._cell(row, name) for row in self.rows] for name in ("east", "north")]
        keeper = shape_keeper()
        system = self.reading.for_all.get("system", "")
        columns = read_coordinates(
            cells[0], cells[1], near=keeper.near(self.reading.concept) if keeper else None, own=self.reading.concept.metric_crs,
            said=int(system) if system.isdigit() else 0,
        )  # fmt: skip
        self.found.columns = columns
        whole = np.isfinite(columns.degrees).all(axis=1)
        points = shapely.points(np.nan_to_num(columns.degrees))
        return [point if known else None for point, known in zip(points, whole, strict=True)]

    def _cell(self, row: TableRow, name: str) -> Any:
        return next((row.values[index] for index in self.said.places.get(name, ()) if index < len(row.values)), None)  # fmt: skip

    def _line(self, row: TableRow, name: str) -> str:
        """A cell in one line; most stand there again and again."""
        for index in self.said.places.get(name, ()):
            text = row.cells[index] if index < len(row.cells) else ""
            if text:
                if text not in self.lines:
                    self.lines[text] = " ".join(clean_or(text).split())
                return self.lines[text]
        return ""

    def _key(self, street: str) -> str:
        if street not in self.keys:
            self.keys[street] = name_key(street)
        return self.keys[street]

    def _row(self, row: TableRow, place: BaseGeometry | None) -> None:
        street, numbers, why, column = self._address(row)
        ags = self._line(row, "ags")
        if ags and self.reading.concept.ags and not self.reading.concept.ags.startswith(ags) and not ags.startswith(self.reading.concept.ags):  # fmt: skip
            self.found.elsewhere += 1
            return
        title = " ".join(filter(None, [street, self._line(row, "number") + self._line(row, "suffix")]))
        if not why and place is None:
            place, why, column = self._place_of_street(row, street)
            if place is None and not why:
                self._add_unplaced(row, street)
                return
        if not why and self.ground is not None and not shapely.intersects(self.ground, place):
            why, column = (
                _("Der Ort liegt außerhalb der Stadt. Bitte die Koordinaten prüfen."),
                self.said.head("east"),
            )
        if why or place is None:
            self.found.wrong.append((row, title, why, column))
            return
        codes, beside = self._districts(row)
        key = self._line(row, "key")
        if len(key) > 20:
            key = ""
        for number, suffix in numbers or [(0, "")]:
            self._add(row, title, HouseLine(street, number, suffix, beside, codes, key), place)

    def _add_unplaced(self, row: TableRow, street: str) -> None:
        codes, beside = self._districts(row)
        key = self._line(row, "key")
        line = HouseLine(street, 0, "", beside, codes, key if len(key) <= 20 else "")
        mark = (self._key(street), beside, line.official_key, -1, "")
        if mark in self.seen:
            self.found.twice += 1
            return
        self.seen[mark] = (row.number, shapely.Point())
        self.found.unplaced.append(line)
        words = _("Wo die Straße liegt, sagen weder diese Datei noch Grundkarte oder Hauskoordinaten. Sie wird ohne Ort behalten und bekommt ihn, sobald eine davon sie kennt.")  # fmt: skip
        self.found.noticed.append((row, street, words))

    def _add(self, row: TableRow, title: str, line: HouseLine, place: BaseGeometry) -> None:
        if line.number and shapely.get_dimensions(place):
            place = shapely.point_on_surface(place)
        elif line.number and place.geom_type != "Point":
            place = place.centroid
        mark = (self._key(line.street), line.beside, line.official_key, line.number, line.suffix)
        before = self.seen.get(mark)
        if before is not None and (line.number or shapely.equals(before[1], place)):
            if line.number and shapely.distance(before[1], place) > SAME_HOUSE:
                words = _("Steht schon in Zeile %(row)s, an einem anderen Ort; es gilt der erste.")
                self.found.noticed.append((row, title, words % {"row": before[0]}))
            self.found.twice += 1
            return
        self.seen[mark] = (row.number, place)
        self.found.lines.append(line)
        self.found.shapes.append(place)

    def _address(self, row: TableRow) -> tuple[str, list[tuple[int, str]], str, str]:
        """Street, house numbers, why it is no address, and the column that says so."""
        street = shortened(self._line(row, "street"), 120)
        if not self.found.houses:
            missing = "" if self._key(street) else _("Es fehlt der Name der Straße.")
            return street, [], missing, self.said.head("street")
        text = self._line(row, "number")
        if not text and "number" not in self.said.places:
            address = read_address(street)
            street, text = address.name, f"{address.number or ''}{address.suffix}"
        if not self._key(street):
            return street, [], _("Es fehlt der Name der Straße."), self.said.head("street")
        numbers = list(house_numbers(text, self._line(row, "suffix")))
        if numbers:
            return street, numbers, "", ""
        words = _("„%(text)s“ ist keine Hausnummer.") % {"text": shortened(text, 40)} if text else _("Es fehlt die Hausnummer.")  # fmt: skip
        return street, [], words, self.said.head("number")

    def _place_of_street(self, row: TableRow, street: str) -> tuple[BaseGeometry | None, str, str]:
        """Where a street lies of which the file does not say it: as base map or houses know it; nothing, and no reason, where nobody does."""
        said = [self._line(row, name) for name in ("east", "north")]
        if any(said) or self.found.houses:
            words = _("„%(text)s“ sind keine Koordinaten.") % {"text": shortened(" ".join(said).strip(), 40)} if any(said) else _("Es fehlen die Koordinaten.")  # fmt: skip
            return None, words, self.said.head("east")
        if self.known is None:
            self.known = known_streets(self.reading.concept.key, self.reading.concept.city)
        there = self.known.get(self._key(street), [])
        if len(there) > 1:
            codes = self._districts(row)[0].split()
            areas = [
                d.geometry for d in self.districts.values() if d.code in codes and d.geometry is not None
            ]
            there = [one for one in there if any(shapely.intersects(area, shapely.Point(one.lon, one.lat)) for area in areas)]  # fmt: skip
        if len(there) != 1:
            return None, "", ""
        one = there[0]
        return (shapely.from_wkb(one.shape) if one.shape else shapely.Point(one.lon, one.lat)), "", ""

    def _districts(self, row: TableRow) -> tuple[str, str]:
        """The official keys of the parts of the city a row names, the smallest first, and what the smallest is called."""
        mark = tuple(self._line(row, name) for name in ("district", "above", "beside"))
        if mark not in self.named:
            self.named[mark] = self._districts_of(row)
        return self.named[mark]

    def _districts_of(self, row: TableRow) -> tuple[str, str]:
        named = [
            self.districts[pk]
            for name in ("district", "above")
            if name in self.said.reading.columns.values() or self.reading.for_all.get(name)
            for pk in self.said.meanings(row, name).values
            if pk in self.districts
        ]
        # a part of the city that is no district of the concept still tells streets of one name apart
        part = self._line(row, "beside") or ("" if named else self._line(row, "district"))
        codes = " ".join(dict.fromkeys(one.code for one in named if one.code))
        beside = part or (named[0].item.title if named else "")
        return codes if len(codes) <= 60 else codes[:60].rpartition(" ")[0], shortened(beside, 80)


def house_numbers(text: str, suffix: str = "") -> Iterator[tuple[int, str]]:
    """The numbers of a cell: ``12``, ``3 a``, ``12-14`` (both ends), ``7/9``, with what an own column says behind them."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not int(match["number"]):
        return
    own = "".join((match["suffix"] or suffix).split()).lower()[:LONGEST_SUFFIX]
    yield int(match["number"]), own
    if match["to"]:
        yield int(match["to"]), (match["to_suffix"] or "").lower()
    elif match["to_suffix"]:
        yield int(match["number"]), match["to_suffix"].lower()
