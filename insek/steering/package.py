"""How steps, reports, states set by hand and targets stand in a concept package."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.package import Column, Package, Problems, Table, register_table

from .models import SAYABLE, Target

STATES = [value for value, _label in SAYABLE]
_key = Column("key", "key", "Short name in the package: a-z, 0-9 and hyphens.", required=True)
_measure = Column("measure", "reference", "Id of the measure.", required=True, refers="measures")


def _check_targets(package: Package, problems: Problems) -> None:
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


register_table(
    Table(
        name="measure_tasks",
        model_path="steering.MeasureTask",
        note="Steps of measures.",
        order=60,
        scope="measure__item__concept",
        own_columns=(
            _key,
            _measure,
            Column("position", "integer", "Place in the measure.", required=True),
            Column("title", "text", "What is done.", required=True),
            Column("due", "date", "Day until which it shall be done."),
            Column("done", "date", "Day on which it was done."),
            Column("unit", "reference", "Key of the responsible unit.", refers="units"),
        ),
    )
)
register_table(
    Table(
        name="status_reports",
        model_path="steering.StatusReport",
        note="What departments report of measures. The public gets those for everybody.",
        order=61,
        scope="measure__item__concept",
        own_columns=(
            _key,
            _measure,
            Column("reported_on", "date", "Day of the report.", required=True),
            Column("state", "choice", "How the measure stands.", required=True, choices=STATES),
            Column("happened", "text", "What happened.", required=True),
            Column("next_step", "text", "What comes next."),
            Column("obstacles", "text", "What stands in the way."),
            Column("spent_eur", "integer", "Money spent so far, in whole euros."),
            Column("is_internal", "boolean", "Whether only staff may read it.", required=True),
            Column("unit", "reference", "Key of the unit that reports.", refers="units"),
        ),
        public=lambda rows: rows.filter(is_internal=False),
    )
)
register_table(
    Table(
        name="status_overrides",
        model_path="steering.StatusOverride",
        note="States of measures set by hand, also those taken back.",
        order=62,
        scope="measure__item__concept",
        own_columns=(
            _key,
            _measure,
            Column("state", "choice", "The state.", required=True, choices=STATES),
            Column("reason", "text", "Why it was set.", required=True),
            Column("set_on", "date", "Day on which it was set.", required=True),
            Column("taken_back_on", "date", "Day on which it was taken back."),
        ),
    )
)
register_table(
    Table(
        name="targets",
        model_path="steering.Target",
        note="Values that indicators shall reach for the whole city, set by goals.",
        order=63,
        in_edition="beside",
        label=gettext_lazy("Zielwerte"),
        scope="goal__item__concept",
        own_columns=(
            _key,
            Column("goal", "reference", "Id of the goal.", required=True, refers="goals"),
            Column("indicator", "reference", "Id of the indicator.", required=True, refers="indicators"),
            Column(
                "direction",
                "choice",
                "Whether the value shall be reached at least or at most.",
                required=True,
                choices=Target.Direction.values,
            ),
            Column("value", "decimal", "The value.", required=True),
            Column("year", "integer", "Year at the end of which it shall be reached.", required=True),
            Column("base_period", "moment", "Period from which the path starts.", required=True),
            Column("base_value", "decimal", "Value from which the path starts.", required=True),
            Column(
                "standing",
                "choice",
                "How far it can be relied on; a fact needs a source.",
                required=True,
                choices=["fact", "working", "example"],
            ),
            Column("source_title", "text", "Name of the source."),
            Column("source_url", "url", "Address of the source."),
            Column("note", "text", "Note."),
        ),
        check=_check_targets,
    )
)
