"""What steering keeps beside measures and goals, declared once: steps, reports, states set by hand, targets."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.people.actors import Actor
from insek.thread.models import Link
from insek.thread.rows import RowField, Rows, register_rows

from .models import MeasureTask, StatusOverride, StatusReport, Target
from .package import check_targets
from .rules import is_named_for


def _last_place(task: MeasureTask, actor: Actor) -> None:
    """A step without a given place comes last."""
    if not task.position:
        last = task.measure.tasks.aggregate(last=Max("position"))["last"]
        task.position = (last or 0) + 1


def _place(task: MeasureTask, actor: Actor) -> None:
    task.position = task.position or 1


def _speaks_for(report: StatusReport, actor: Actor) -> None:
    """A report speaks for the unit of whoever writes it; of who is named for the responsible one, or has none, for that one."""
    report.author_id = actor.user_id
    if report.unit_id is None:
        responsible = report.measure.responsible_id
        speaks_for = responsible if is_named_for(actor, responsible) else actor.unit_id
        report.unit_id = speaks_for or responsible


def _author(override: StatusOverride, actor: Actor) -> None:
    override.author_id = actor.user_id


def _is_measured(target: Target, actor: Actor) -> None:
    """A target is set only for an indicator at which the goal is measured."""
    target.clean()
    if not Link.objects.filter(
        source=target.goal_id, target=target.indicator_id, kind="measured_by"
    ).exists():
        raise ValidationError({"indicator": _("Das Ziel wird nicht an diesem Indikator gemessen.")})


def task_words(task: MeasureTask) -> str:
    """A step in one line."""
    parts = [f"{task.position}. {task.title}"]
    if task.due:
        parts.append(_("bis %(date)s") % {"date": task.due.isoformat()})
    if task.done:
        parts.append(_("erledigt am %(date)s") % {"date": task.done.isoformat()})
    if task.unit:
        parts.append(str(task.unit))
    return ", ".join(parts)


def override_words(override: StatusOverride) -> str:
    """A state set by hand in one line."""
    return f"{override.get_state_display()}: {override.reason}"


def target_words(target: Target) -> str:
    """A target in one line."""
    way = f"{target.base_value.normalize():f} ({target.base_period}) → {target.value.normalize():f} ({target.year})"
    return f"{target.indicator.item.title}: {target.get_direction_display()}, {way}"


TASKS = Rows(
    name="measure_task",
    table="measure_tasks",
    model_path="steering.MeasureTask",
    kind="measure",
    owner="measure",
    label=gettext_lazy("Schritt"),
    plural=gettext_lazy("Schritte"),
    note="Steps of measures.",
    order=60,
    rule="steering.plan_steps",
    acts={
        "add": gettext_lazy("Schritt anlegen"),
        "change": gettext_lazy("Schritt ändern"),
        "remove": gettext_lazy("Schritt löschen"),
    },
    forms={"add": "task-create", "change": "task-edit"},
    called=task_words,
    defaults=_last_place,
    check=_place,
    fields=(
        RowField("position", gettext_lazy("Reihenfolge"), "Place in the measure."),
        RowField("title", gettext_lazy("Was zu tun ist"), "What is done."),
        RowField("due", gettext_lazy("Bis wann"), "Day until which it shall be done."),
        RowField("done", gettext_lazy("Erledigt am"), "Day on which it was done."),
        RowField("unit", gettext_lazy("Zuständig"), "Key of the responsible unit.", refers="units"),
    ),
)
REPORTS = Rows(
    name="status_report",
    table="status_reports",
    model_path="steering.StatusReport",
    kind="measure",
    owner="measure",
    label=gettext_lazy("Bericht"),
    plural=gettext_lazy("Berichte"),
    note="What departments report of measures. The public gets those for everybody.",
    order=61,
    rule="steering.report",
    acts={"add": gettext_lazy("Bericht zur Maßnahme"), "remove": gettext_lazy("Bericht zurückziehen")},
    forms={"add": "report-create"},
    life="appended",
    called_by="reported_on",
    public={"is_internal": False, "retracted_on": None},
    defaults=_speaks_for,
    unchecked=frozenset({"author"}),
    fields=(
        RowField("reported_on", gettext_lazy("Tag des Berichts"), "Day of the report."),
        RowField("state", gettext_lazy("Stand"), "How the measure stands."),
        RowField("happened", gettext_lazy("Was geschehen ist"), "What happened."),
        RowField("next_step", gettext_lazy("Was als Nächstes kommt"), "What comes next."),
        RowField("obstacles", gettext_lazy("Was im Weg steht"), "What stands in the way."),
        RowField("spent_eur", gettext_lazy("Bisher ausgegeben (Euro)"), "Money spent so far, in whole euros."),
        RowField("deferred_for", gettext_lazy("Warum zurückgestellt"), "Why it is put off, where it is.", if_absent=""),
        RowField(
            "on_behalf", gettext_lazy("Für die Stelle eingetragen"),
            "Whether others wrote it in the name of the unit.", required=True, if_absent="false",
        ),
        RowField("is_internal", gettext_lazy("Nur für die Verwaltung"), "Whether only staff may read it.", required=True),
        RowField("unit", gettext_lazy("Berichtende Stelle"), "Key of the unit that reports.", refers="units"),
        RowField(
            "retracted_on", gettext_lazy("Zurückgezogen am"), "Day on which it was taken back.", if_absent="", shown=False
        ),
    ),
)  # fmt: skip
OVERRIDES = Rows(
    name="status_override",
    table="status_overrides",
    model_path="steering.StatusOverride",
    kind="measure",
    owner="measure",
    label=gettext_lazy("Stand von Hand"),
    plural=gettext_lazy("Von Hand gesetzte Stände"),
    note="States of measures set by hand, also those taken back.",
    order=62,
    rule="steering.override_status",
    acts={
        "add": gettext_lazy("Stand von Hand setzen"),
        "remove": gettext_lazy("Stand von Hand zurücknehmen"),
    },
    called=override_words,
    called_by="state",
    life="chain",
    released=False,
    defaults=_author,
    unchecked=frozenset({"author", "taken_back_by"}),
    fields=(
        RowField("state", gettext_lazy("Stand"), "The state."),
        RowField("reason", gettext_lazy("Begründung"), "Why it was set."),
        RowField("set_on", gettext_lazy("Gesetzt am"), "Day on which it was set."),
        RowField(
            "taken_back_on", gettext_lazy("Zurückgenommen am"), "Day on which it was taken back.", shown=False
        ),
    ),
)
TARGETS = Rows(
    name="target",
    table="targets",
    model_path="steering.Target",
    kind="goal",
    owner="goal",
    label=gettext_lazy("Zielwert"),
    plural=gettext_lazy("Zielwerte"),
    note="Values that indicators shall reach for the whole city, set by goals.",
    order=63,
    rule="steering.set_target",
    acts={
        "add": gettext_lazy("Zielwert setzen"),
        "change": gettext_lazy("Zielwert ändern"),
        "remove": gettext_lazy("Zielwert löschen"),
    },
    forms={"add": "target-create", "change": "target-edit"},
    called=target_words,
    called_by="indicator",
    also=("indicator",),
    check=_is_measured,
    in_edition="beside",
    check_package=check_targets,
    fields=(
        RowField("indicator", gettext_lazy("Indikator"), "Id of the indicator.", refers="indicators"),
        RowField("direction", gettext_lazy("Der Wert soll"), "Whether the value shall be reached at least or at most."),
        RowField("value", gettext_lazy("Zielwert"), "The value."),
        RowField("year", gettext_lazy("Zieljahr"), "Year at the end of which it shall be reached."),
        RowField("base_period", gettext_lazy("Ausgangszeitpunkt"), "Period from which the path starts.", type="moment"),
        RowField("base_value", gettext_lazy("Ausgangswert"), "Value from which the path starts."),
        RowField("standing", gettext_lazy("Verlässlichkeit"), "How far it can be relied on; a fact needs a source."),
        RowField("source_title", gettext_lazy("Quelle"), "Name of the source."),
        RowField("source_url", gettext_lazy("Adresse der Quelle"), "Address of the source."),
        RowField("note", gettext_lazy("Anmerkung"), "Note."),
    ),
)  # fmt: skip

for _rows in (TASKS, REPORTS, OVERRIDES, TARGETS):
    register_rows(_rows)
