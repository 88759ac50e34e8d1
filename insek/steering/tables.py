"""States and lights as tables: CSV with the filters of the dashboard."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek import clock
from insek.people.actors import actor_of
from insek.web.context import concept_fields, concept_of
from insek.web.csv_tables import csv_answer

from .dashboard import filtered_measures
from .light_words import light_reason, projected_of
from .models import Target
from .queries import targets_of
from .states import MeasureState
from .status_words import full_reason


def chosen_targets(request: HttpRequest) -> QuerySet[Target]:
    """The targets of the concept, where a field is chosen those of its goals."""
    targets = Target.objects.filter(goal__item__concept=concept_of(request))
    if field := request.GET.get("feld"):
        targets = targets.filter(goal__item__fields__key=field)
    return targets


@require_safe
def measure_table(request: HttpRequest) -> HttpResponse:
    """The measures with their states as CSV, with the filters of the dashboard."""
    rows, _filters = filtered_measures(request)
    if chosen := request.GET.get("stand"):
        if chosen not in MeasureState.values:
            raise Http404
        rows = [row for row in rows if row.status.state == chosen]
    today = clock.today()
    head = [
        ("id", _("Kennung")),
        ("number", _("Nummer")),
        ("title", _("Titel")),
        ("standing", _("Verlässlichkeit")),
        ("state", _("Stand (Schlüssel)")),
        ("state_label", _("Stand")),
        ("rule", _("Regel")),
        ("reason", _("Begründung")),
        ("rests_on", _("Beruht auf")),
        ("rests_on_date", _("Beruht auf dem Stand vom")),
        ("age_days", _("Alter in Tagen")),
        ("responsible", _("Zuständig")),
        ("last_report", _("Letzter Bericht")),
        ("steps_done", _("Erledigte Schritte")),
        ("steps", _("Schritte")),
        ("percent_done", _("Erledigt in Prozent")),
        ("steps_overdue", _("Überfällige Schritte")),
    ]
    lines = (
        [
            row.item.pk, row.item.number, row.item.title, row.item.get_standing_display(), row.status.state.value, row.status.label,
            row.status.rule, full_reason(row.status), row.status.ground.kind, row.status.ground.on or "",
            (today - row.status.ground.on).days if row.status.ground.on else "", row.measure.responsible or "",
            row.report.reported_on if row.report else "", row.status.steps_done, row.status.steps,
            "" if row.status.percent is None else row.status.percent, len(row.facts.overdue),
        ]
        for row in rows
    )  # fmt: skip
    return csv_answer("umsetzung", head, lines)


@require_safe
def target_table(request: HttpRequest) -> HttpResponse:
    """The targets with their lights as CSV."""
    if (field := request.GET.get("feld")) and field not in {f.key for f in concept_fields(request)}:
        raise Http404
    head = [
        ("goal", _("Ziel")),
        ("indicator", _("Indikator (Kennung)")),
        ("title", _("Indikator")),
        ("unit", _("Einheit")),
        ("direction", _("Richtung")),
        ("value", _("Zielwert")),
        ("year", _("Zieljahr")),
        ("goal_year", _("Zieljahr des Ziels")),
        ("base_period", _("Ausgangszeitpunkt")),
        ("base_value", _("Ausgangswert")),
        ("standing", _("Verlässlichkeit")),
        ("latest_period", _("Letzter Zeitraum")),
        ("latest_value", _("Letzter Wert")),
        ("path_value", _("Wert auf dem Zielpfad")),
        ("light", _("Ampel (Schlüssel)")),
        ("light_label", _("Ampel")),
        ("part_expected", _("Erwarteter Anteil des Wegs")),
        ("part_done", _("Erreichter Anteil des Wegs")),
        ("part_done_low", _("Erreichter Anteil, untere Grenze")),
        ("part_done_high", _("Erreichter Anteil, obere Grenze")),
        ("projected_value", _("Wert im Zieljahr, wenn es so weitergeht")),
        ("projected_low", _("Untere Grenze")),
        ("projected_high", _("Obere Grenze")),
        ("reason", _("Begründung")),
    ]
    lines = (
        [
            target.goal.item.number or target.goal_id, target.indicator_id, target.indicator.item.title,
            target.indicator.unit, target.get_direction_display(), target.value, target.year, target.goal.horizon_year or "", target.base_period,
            target.base_value, target.get_standing_display(), reading.latest.period if reading.latest else "",
            reading.latest.value if reading.latest else "",
            round(reading.path, 6) if reading.path is not None else "", reading.light.value, reading.label,
            *(_part(share) for share in (reading.expected, reading.done, reading.low, reading.high)),
            *_figures(projected_of(target, reading)), light_reason(target, reading),
        ]
        for target, reading in targets_of(chosen_targets(request), actor_of(request))
    )  # fmt: skip
    return csv_answer("zielwerte", head, lines)


def _part(share: float | None) -> Decimal | None:
    """A part of the way in a table, with three decimals."""
    return None if share is None else round(Decimal(repr(share)), 3)


def _figures(values: list[Decimal]) -> list[Decimal | None]:
    """The value ahead with its limits, or three empty cells."""
    return [round(value, 6) for value in values] or [None, None, None]
