"""What the targets of a package must say together."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.package import Package, Problems

from .models import Target


def check_targets(package: Package, problems: Problems) -> None:
    """The way leads from the base to the target, and not beyond the year of the goal."""
    years = {row.key[0]: row.values.get("horizon_year") for row in package.table("goals")}
    for row in package.table("targets"):
        values = row.values
        base, year = str(values.get("base_period") or ""), values.get("year")
        if row.broken or not base or year is None:
            continue
        goal_year = years.get(values.get("goal"))
        more = values["value"] - values["base_value"]
        column, message = "", ""
        if int(base[:4]) >= year:
            column, message = "year", _("Das Zieljahr muss nach dem Ausgangswert liegen.")
        elif more < 0 if values.get("direction") == Target.Direction.AT_LEAST else more > 0:
            column = "direction"
            message = _("Die Richtung passt nicht: Vom Ausgangswert führt der Weg andersherum zum Zielwert.")
        elif goal_year is not None and year > goal_year:
            column = "year"
            message = _("Das Ziel soll bis %(year)s erreicht sein, der Zielwert liegt danach.") % {
                "year": goal_year
            }
        if column:
            problems.add(
                "target_contradiction",
                file=row.table.path,
                row=row.line,
                column=column,
                message=message,
                advice=_("Jahr, Ausgangswert oder Richtung ändern; das Jahr des Zieles entscheidet."),
            )
