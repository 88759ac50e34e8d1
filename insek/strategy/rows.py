"""What hangs on the fact sheet of a measure, declared once: costs, funding, units taking part, effects on goals."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.people.actors import Actor
from insek.thread.rows import RowField, Rows, register_rows

from .fact_sheet import CostLine, FundingLine, GoalEffect, TakingPart
from .money_words import cost_words, effect_words, funding_words, taking_part_words


def _last_place(line: CostLine | FundingLine, actor: Actor) -> None:
    """A line without a given place comes last; one of an example is an example."""
    if not line.position:
        rows: Any = type(line)._default_manager.filter(measure=line.measure_id)
        line.position = (rows.aggregate(last=Max("position"))["last"] or 0) + 1


def _sound_line(line: CostLine | FundingLine, actor: Actor) -> None:
    line.position = line.position or 1
    if line.measure.item.is_example and line.standing == "fact":
        raise ValidationError(
            {"standing": _("Die Maßnahme ist ein Beispiel; ihre Zahlen können nicht belegt sein.")}
        )


def _not_in_charge(row: TakingPart, actor: Actor) -> None:
    """Who is in charge does not also take part."""
    if row.unit_id == row.measure.responsible_id:
        raise ValidationError({"unit": _("Diese Stelle ist schon für die Maßnahme zuständig.")})


def _same_concept(row: GoalEffect, actor: Actor) -> None:
    if row.goal.item.concept_id != row.measure.item.concept_id:
        raise ValidationError({"goal": _("Das Ziel gehört zu einem anderen Konzept.")})
    if row.direction != GoalEffect.Direction.NEUTRAL and not row.strength:
        raise ValidationError({"strength": _("Bitte sagen, wie stark die Wirkung ist.")})


def _acts(name: Any) -> dict[str, Any]:
    add, change, remove = name
    return {"add": add, "change": change, "remove": remove}


FORMS = {"add": "row-create", "change": "row-edit"}
_INTERNAL = RowField(
    "is_internal", gettext_lazy("Nur für die Verwaltung"), "Whether only staff may read it.", required=True
)
_LINE_END = (
    RowField("standing", gettext_lazy("Verlässlichkeit"), "How far it can be relied on; a fact needs a source."),
    RowField("source_title", gettext_lazy("Quelle"), "Name of the source."),
    RowField("note", gettext_lazy("Anmerkung"), "Note, or the words of the office."),
    _INTERNAL,
)  # fmt: skip
POSITION = RowField("position", gettext_lazy("Reihenfolge"), "Place in the list of the measure.")

COSTS = Rows(
    name="cost_line",
    table="cost_lines",
    model_path="strategy.CostLine",
    kind="measure",
    owner="measure",
    label=gettext_lazy("Kostenzeile"),
    plural=gettext_lazy("Kostenzeilen"),
    note="What measures cost. The public gets those for everybody.",
    order=55,
    rule="strategy.edit_money",
    acts=_acts(
        [
            gettext_lazy("Kosten eintragen"),
            gettext_lazy("Kosten ändern"),
            gettext_lazy("Kosten löschen"),
        ]
    ),
    forms=FORMS,
    address="kosten",
    called=cost_words,
    public={"is_internal": False},
    defaults=_last_place,
    check=_sound_line,
    of_item_itself=True,
    in_edition="beside",
    fields=(
        POSITION,
        RowField("title", gettext_lazy("Wofür"), "What is paid."),
        RowField("amount_eur", gettext_lazy("Betrag in Euro"), "Amount in whole euros, of a range the lower; empty while it is open."),
        RowField("up_to_eur", gettext_lazy("Bis Betrag in Euro"), "Upper amount of a range."),
        RowField("precision", gettext_lazy("Wie genau"), "Whether the amount is exact, about, at least or at most."),
        RowField("rhythm", gettext_lazy("Wie oft"), "Whether it is paid once or every year."),
        RowField("from_year", gettext_lazy("Erstes Jahr"), "First year in which it is paid."),
        RowField("to_year", gettext_lazy("Letztes Jahr"), "Last year in which it is paid."),
        RowField("price_year", gettext_lazy("Preisstand (Jahr)"), "Year of the prices."),
        RowField("basis", gettext_lazy("Brutto oder netto"), "Gross or net."),
        RowField("budget_product", gettext_lazy("Produkt im Haushalt"), "Product or account of the budget."),
        RowField("budget", gettext_lazy("Haushalt"), "Budget of results (Ergebnishaushalt) or of finances (Finanzhaushalt)."),
        RowField("duty", gettext_lazy("Pflicht"), "Whether the task is obligatory or voluntary."),
        RowField("is_follow_up", gettext_lazy("Folgekosten"), "Whether these costs follow once it is there.", required=True),
        RowField("proviso", gettext_lazy("Vorbehalt"), "What it depends on."),
        *_LINE_END,
    ),
)  # fmt: skip
FUNDING = Rows(
    name="funding_line",
    table="funding_lines",
    model_path="strategy.FundingLine",
    kind="measure",
    owner="measure",
    label=gettext_lazy("Finanzierung"),
    plural=gettext_lazy("Finanzierungszeilen"),
    note="Who pays measures. The public gets those for everybody.",
    order=56,
    rule="strategy.edit_money",
    acts=_acts(
        [
            gettext_lazy("Finanzierung eintragen"),
            gettext_lazy("Finanzierung ändern"),
            gettext_lazy("Finanzierung löschen"),
        ]
    ),
    forms=FORMS,
    address="finanzierung",
    called=funding_words,
    called_by="source",
    public={"is_internal": False},
    defaults=_last_place,
    check=_sound_line,
    fields=(
        POSITION,
        RowField("source", gettext_lazy("Wer gibt das Geld"), "Who gives the money."),
        RowField("programme", gettext_lazy("Programm"), "Programme of funding."),
        RowField("state", gettext_lazy("Stand der Förderung"), "How far it has come."),
        RowField("eligible_eur", gettext_lazy("Förderfähige Kosten in Euro"), "Eligible costs in whole euros."),
        RowField("share_percent", gettext_lazy("Fördersatz in Prozent"), "Share of the eligible costs in percent."),
        RowField("amount_eur", gettext_lazy("Förderung in Euro"), "Amount of the funding in whole euros."),
        RowField("own_share_eur", gettext_lazy("Eigenanteil in Euro"), "What the city pays itself, in whole euros."),
        RowField("apply_by", gettext_lazy("Antrag bis"), "Until when it must be applied for.", type="moment", if_absent=""),
        RowField("granted_from", gettext_lazy("Bewilligt ab"), "Begin of the time for which it is granted.", type="moment"),
        RowField("granted_until", gettext_lazy("Bewilligt bis"), "End of the time for which it is granted.", type="moment"),
        RowField("bound_until", gettext_lazy("Zweckbindung bis"), "Until when what was paid must serve its purpose.", type="moment"),
        *_LINE_END,
    ),
)  # fmt: skip
TAKING_PART = Rows(
    name="taking_part",
    table="units_taking_part",
    model_path="strategy.TakingPart",
    kind="measure",
    owner="measure",
    label=gettext_lazy("Mitwirkende Stelle"),
    plural=gettext_lazy("Mitwirkende Stellen"),
    note="Units that take part in measures, beside the one in charge.",
    order=57,
    rule="strategy.edit_sheet",
    acts=_acts(
        [
            gettext_lazy("Mitwirkende Stelle eintragen"),
            gettext_lazy("Mitwirkende Stelle ändern"),
            gettext_lazy("Mitwirkende Stelle herausnehmen"),
        ]
    ),
    forms=FORMS,
    address="mitwirkung",
    called=taking_part_words,
    called_by="unit",
    check=_not_in_charge,
    of_item_itself=True,
    in_edition="beside",
    fields=(
        RowField("unit", gettext_lazy("Stelle"), "Key of the unit.", refers="units"),
        RowField("task", gettext_lazy("Aufgabe"), "What it does."),
    ),
)
EFFECTS = Rows(
    name="goal_effect",
    table="goal_effects",
    model_path="strategy.GoalEffect",
    kind="measure",
    owner="measure",
    label=gettext_lazy("Wirkung"),
    plural=gettext_lazy("Wirkungen auf Ziele"),
    note="What measures do to goals.",
    order=58,
    rule="strategy.edit_sheet",
    acts=_acts(
        [
            gettext_lazy("Wirkung eintragen"),
            gettext_lazy("Wirkung ändern"),
            gettext_lazy("Wirkung löschen"),
        ]
    ),
    forms=FORMS,
    address="wirkung",
    called=effect_words,
    called_by="goal",
    also=("goal",),
    check=_same_concept,
    fields=(
        RowField("goal", gettext_lazy("Ziel"), "Id of the goal.", refers="goals"),
        RowField("direction", gettext_lazy("Richtung"), "Whether it supports or hinders the goal."),
        RowField("strength", gettext_lazy("Stärke"), "How strongly."),
        RowField("certainty", gettext_lazy("Wie sicher"), "How sure that is."),
        RowField("reason", gettext_lazy("Warum"), "Why."),
    ),
)

for _rows in (COSTS, FUNDING, TAKING_PART, EFFECTS):
    register_rows(_rows)
