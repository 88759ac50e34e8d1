"""What an edition holds besides its wording: targets, who does what until when, and where things lie. Nothing of today is read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from insek.concept.models import Edition, Standing
from insek.package import Files
from insek.web.display import period_words

from .edition_document import SPATIAL, HeldPart, cell_number, contents_of, table_rows

CITY = "city"
DISTRICTS = "districts.geojson"


@dataclass(frozen=True)
class FrozenTarget:
    """A target of a goal as the edition holds it, in words for a table."""

    indicator: str
    base: str
    value: str
    year: str
    is_example: bool


@dataclass(frozen=True)
class FrozenMeasure:
    """What the table of measures says of one."""

    responsible: str
    years: str
    is_lighthouse: bool


@dataclass(frozen=True)
class EditionFigures:
    """Figures and places of an edition by the key of the item."""

    targets: Mapping[str, Sequence[FrozenTarget]]
    measures: Mapping[str, FrozenMeasure]
    geometries: Mapping[str, Mapping[str, Any]]
    """Where measures lie exactly."""
    lying: Mapping[str, Sequence[str]]
    """The districts in which an item lies."""
    districts: Mapping[str, Any]
    """The outlines of the parts of the city, as GeoJSON with their ids."""
    outline: Mapping[str, Any] | None
    names: Mapping[str, str]
    """What the districts are called."""
    is_schematic: bool


def edition_figures(edition: Edition) -> EditionFigures:
    """What tables and maps of an edition are made of; of a draft, what is public today. Two queries, and the archive is read."""
    files, parts, _problem = contents_of(edition)
    rows = table_rows(files, "districts")
    outlines = _outlines(files)
    levels = {row["id"]: row.get("level", "") for row in rows}
    units = {row["id"]: row.get("unit", "") for row in table_rows(files, "indicators")}
    lying: dict[str, list[str]] = {}
    for row in table_rows(files, "links"):
        if row["kind"] == "located_in":
            lying.setdefault(row["source"], []).append(row["target"])
    return EditionFigures(
        targets={
            part.key: [_target(row, units) for row in part.content["beside"].get("targets", ())]
            for part in parts
            if part.table == "goals"
        },
        measures={part.key: _measure(part) for part in parts if part.table == "measures"},
        geometries={
            part.key: row["geometry"]
            for part in parts
            if part.table != SPATIAL
            for row in part.content["beside"].get("locations", ())
            if "geometry" in row
        },
        lying=lying,
        districts={
            "type": "FeatureCollection",
            "features": [each for each in outlines if levels.get(each["properties"]["id"]) != CITY],
        },
        outline=next(
            (each["geometry"] for each in outlines if levels.get(each["properties"]["id"]) == CITY), None
        ),
        names={row["id"]: row.get("title", "") for row in rows},
        is_schematic=any(row.get("schematic") == "true" for row in rows),
    )


def _outlines(files: Files) -> list[dict[str, Any]]:
    found = json.loads(files[DISTRICTS]) if DISTRICTS in files else {"features": []}
    return [each for each in found["features"] if each.get("geometry")]


def _target(row: Mapping[str, Any], units: Mapping[str, str]) -> FrozenTarget:
    cells = row["cells"]
    unit = units.get(cells.get("indicator", ""), "")
    value = f"{cell_number(cells['value'])} {unit}".strip()
    said = _("höchstens %(value)s") if cells.get("direction") == "at_most" else _("mindestens %(value)s")
    base = ""
    if cells.get("base_value") and cells.get("base_period"):
        base = (
            f"{cell_number(cells['base_value'])} {unit}".strip() + f" ({period_words(cells['base_period'])})"
        )
    return FrozenTarget(
        indicator=row["names"].get("indicator", [cells.get("indicator", "")])[0],
        base=base,
        value=said % {"value": value},
        year=cells.get("year", ""),
        is_example=cells.get("standing") == Standing.EXAMPLE,
    )


def _measure(part: HeldPart) -> FrozenMeasure:
    start, end = part.cell("start_year"), part.cell("end_year")
    return FrozenMeasure(
        responsible=", ".join(part.content["names"].get("responsible", ())),
        years="–".join(dict.fromkeys(filter(None, [start, end]))),
        is_lighthouse=part.cell("is_lighthouse") == "true",
    )
