"""How the spatial concept is kept in a concept package; the geometry is in locations.geojson, as for all kinds."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.concept.models import Standing
from insek.package import Column, Files, Package, Problems, Table, register_older, register_table
from insek.package.older import written

from .models import Feature
from .sign_check import fault_of_sign
from .sign_models import PlanSign, check_dash
from .usual_signs import usual_signs

SIGNS = "plan_signs"
MOST_NAMED = 20
"""Rows that a hint names one by one."""


def signs_of_package(package: Package) -> dict[str, PlanSign]:
    """The signs of a package in memory, by key."""
    return {row.key[0]: PlanSign(**row.values) for row in package.table(SIGNS) if not row.broken}


def _check(package: Package, problems: Problems) -> None:
    """A sign is drawn as what it is for. What contradicts that comes in and is said, here and in the gaps: nothing of it is lost."""
    places, signs = package.index("locations"), signs_of_package(package)
    found = []
    for row in package.table("features"):
        place = places.get((row.key[0],))
        geometry = place.values.get("geometry") if place is not None else None
        if row.broken or geometry is None:
            continue
        if fault := fault_of_sign(signs.get(str(row.values["sign"])), geometry):
            found.append(_("%(file)s, Zeile %(line)s, Spalte sign: %(fault)s") % {
                "file": row.table.path, "line": row.line, "fault": fault,
            })  # fmt: skip
    package.notes += found[:MOST_NAMED]
    if len(found) > MOST_NAMED:
        package.notes.append(
            _("%(count)s weitere Elemente sind anders gezeichnet, als ihr Planzeichen es vorsieht.")
            % {"count": len(found) - MOST_NAMED}
        )


def _check_signs(package: Package, problems: Problems) -> None:
    """Of the signs in use no two have the same letter or name; how lines are dashed can be read."""
    for name, told in (
        ("letter", _("Diesen Buchstaben hat schon ein anderes Planzeichen.")),
        ("name", _("Ein Planzeichen mit diesem Namen gibt es schon.")),
    ):
        seen: set[str] = set()
        for row in package.table(SIGNS):
            value = str(row.values.get(name) or "").lower()
            if row.broken or row.values.get("retired_on") or not value:
                continue
            if value in seen:
                problems.add_in_row("duplicate", row, name, told, _("Eine der beiden Zeilen ändern."))
            seen.add(value)
    for row in package.table(SIGNS):
        for name in ("letter", "width"):
            if row.broken or not row.values.get(name):
                continue
            try:
                PlanSign._meta.get_field(name).run_validators(row.values[name])  # type: ignore[union-attr]  # a column
            except ValidationError as error:
                problems.add_in_row("wrong_value", row, name, " ".join(error.messages), _("Den Wert ändern."))
        if not row.broken and row.values.get("dash"):
            try:
                check_dash(row.values["dash"])
            except ValidationError as error:
                problems.add_in_row(
                    "wrong_value", row, "dash", " ".join(error.messages), _("Den Wert ändern.")
                )


def _told(row: Any, package: Package) -> None:
    """Search finds an element by the name of its sign, which the database does not know yet."""
    sign = signs_of_package(package).get(row.sign)
    row.sign_told = str(sign) if sign is not None else row.sign


def read_without_signs(files: Files) -> tuple[Files, list[str]]:
    """Packages of before there was a catalogue mean the usual signs."""
    if f"{SIGNS}.csv" in files or "concept.csv" not in files:
        return files, []
    rows = [{**row, "arrow": "true" if row["arrow"] else "false", "position": str(row["position"])} for row in usual_signs()]  # fmt: skip
    made = {**files, f"{SIGNS}.csv": written((column.name for column in SIGN_COLUMNS), rows)}
    return made, [
        _(
            "plan_signs.csv fehlt: Das Paket ist älter als die Planzeichen der Stadt; die üblichen sind eingetragen."
        )
    ]


SIGN_COLUMNS = (
    Column("key", "key", "Short name in the package: a-z, 0-9, hyphens and underscores.", required=True),
    Column("position", "integer", "Place in the legend, from 1.", required=True),
    Column("name", "text", "What it is called.", required=True),
    Column("name_en", "text", "The same in English."),
    Column("shape", "choice", "What it is drawn as; no element has another shape.", required=True, choices=PlanSign.Shape.values),
    Column("colour", "colour", "Its colour.", required=True),
    Column("letter", "text", "One or two letters that stand on it; no two signs in use have the same.", required=True),
    Column("hatch", "choice", "Hatching of an area; empty: filled.", choices=PlanSign.Hatch.values),
    Column("dash", "text", "Lengths of line and gap in widths of the line, such as 1.5 1.2; empty: drawn through."),
    Column("width", "decimal", "Width of a line in points of the screen.", required=True),
    Column("arrow", "boolean", "Whether a line has a head.", required=True),
    Column("explanation", "text", "What it means."),
    Column("explanation_en", "text", "The same in English."),
    Column("retired_on", "date", "Since when it is offered no more; what is drawn with it stays."),
)  # fmt: skip
register_older("plan signs", read_without_signs)
register_table(
    Table(
        name=SIGNS,
        model_path="space.PlanSign",
        note="Plan signs with which the spatial concept is drawn; a catalogue of the city's own.",
        order=8,
        in_edition="context",
        check=_check_signs,
        own_columns=SIGN_COLUMNS,
    )
)
register_table(
    Table(
        name="features",
        model_path="space.Feature",
        kind="feature",
        note="Elements of the overall spatial concept; where they lie stands in locations.geojson.",
        order=45,
        in_edition="part",
        check=_check,
        tell=_told,
        own_columns=(
            Column("sign", "reference", "Key of the plan sign.", required=True, refers=SIGNS),
            Column("horizon", "choice", "When it shall be there.", choices=Feature.Horizon.values),
            Column("variant", "text", "Variant in which it stands; empty means in all."),
            Column("dwellings", "integer", "Dwellings it shall have; empty means open.", if_absent=""),
            Column(
                "area_ha",
                "decimal",
                "Hectares as the plan says them; empty where only the drawing does.",
                if_absent="",
            ),
            Column("start_year", "integer", "First year.", if_absent=""),
            Column("end_year", "integer", "Last year.", if_absent=""),
        ),
    )
)
register_table(
    Table(
        name="sign_conflicts",
        model_path="space.SignConflict",
        note="Plan signs that exclude each other where their elements lie on each other; rules that the city sets.",
        order=46,
        key_columns=("one", "other"),
        own_columns=(
            Column("one", "reference", "Plan sign, the first of the two by its key.", required=True, refers=SIGNS),
            Column("other", "reference", "Plan sign that it excludes.", required=True, refers=SIGNS),
            Column("reason", "text", "Why.", required=True),
            Column("reach_m", "integer", "Metres that lines and points reach to each side.", required=True),
            Column("standing", "choice", "How far it can be relied on.", required=True, choices=Standing.values),
        ),
    )
)  # fmt: skip
