"""What the columns of a table of values seem to be, where the engine that knows such tables says more than their heads."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.utils.translation import gettext as _

from insek.engines.tables.found_table import FoundTable
from insek.engines.tables.observation_plan import ObservationPlan, figure_of
from insek.engines.text import fold

from .values_said import OTHER, ROLES, VALUE, WIDE

PARTS = ("sex", "age", "age_from", "age_to")
Found = dict[int, tuple[str, str]]


def propose_values(
    table: FoundTable,
    plan: ObservationPlan,
    found: Found,
    is_indicator: Callable[[str], bool],
    others: Collection[str],
) -> Found:
    """What was found by heads, and what the plan of the engine knows: columns of figures, of parts, of places and their codes."""
    if plan.shape == "genesis":
        return _of_genesis(table, plan)
    found = dict(found)
    of_plan = {index: name for name in ROLES if (index := getattr(plan, name)) is not None}
    figures = {one.column: one for one in plan.figures}
    for column in table.columns:
        key, _why = found.get(column.index, ("", ""))
        named, figure = of_plan.get(column.index, ""), figures.get(column.index)
        if fold(column.head).strip() in others:
            found[column.index] = (OTHER, _("heißt wie eine Gliederung eines Indikators"))
        elif (
            named in PARTS
            or (named == "place_code" and key in {"", "place"})
            or (named and not key and named not in {one for one, _because in found.values()})
        ):
            found[column.index] = (named, _("nach Kopf und Inhalt"))
        elif figure is not None and not figure.cut.is_total and key in {"", VALUE, *PARTS, "indicator"}:
            found[column.index] = (WIDE, _("Geschlecht oder Alter im Kopf"))
        elif key in {"", VALUE, WIDE, "period"} and figure_of(column).time:
            found[column.index] = (WIDE, _("ein Zeitraum im Kopf"))
        elif key in {"", VALUE} and is_indicator(figure_of(column).indicator):
            found[column.index] = (WIDE, _("ein Indikator im Kopf"))
    if any(key == WIDE for key, _why in found.values()):
        found = {index: ("", "") if key == VALUE else (key, why) for index, (key, why) in found.items()}
    return found


def _of_genesis(table: FoundTable, plan: ObservationPlan) -> Found:
    """A file of GENESIS: all columns are known, those that are not named hold codes and labels beside them."""
    why = _("Datei aus GENESIS")
    named = {index: (name, why) for name in ROLES if (index := getattr(plan, name)) is not None}
    named |= {index: (OTHER, why) for _name, index in plan.other}
    named |= {one.column: (WIDE if plan.indicator is None else VALUE, why) for one in plan.figures}
    return {column.index: named.get(column.index, ("", "")) for column in table.columns}
