"""How steps, reports, states set by hand and targets stand in a concept package."""

from insek.package import Column, Table, register_table

from .models import SAYABLE, Target

STATES = [value for value, _label in SAYABLE]
_key = Column("key", "key", "Short name in the package: a-z, 0-9 and hyphens.", required=True)
_measure = Column("measure", "reference", "Id of the measure.", required=True, refers="measures")

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
    )
)
