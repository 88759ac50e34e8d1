"""What the overview of a budget says: figures, a bar of the investments, and one sentence for each question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.strategy.money_words import euro, short_range
from insek.strategy.sums import WITHOUT
from insek.web.charts import SpanBar, Spec, span_chart
from insek.web.display import date_words, number_words
from insek.web.state_bar import state_parts

from .budget_state import BudgetState
from .budget_words import open_words

FEWEST_BARS, MOST_BARS = 2, 12


def short_euro(amount: int) -> str:
    """An amount as a figure shows it."""
    return short_range(amount, amount) if amount >= 0 else euro(amount)


def _span(state: BudgetState) -> str:
    if not state.years:
        return ""
    return f"{state.years[0]}–{state.years[-1]}" if len(state.years) > 1 else str(state.years[0])


def figures_of(state: BudgetState) -> list[dict[str, Any]]:
    """The three sums that one asks for first; with day and source; of an example the head of the page says both once."""
    plan, years = state.plan, _span(state)
    out = state.going_out()
    for_measures = [each for each in out if each.for_measures]
    label = _("Ausgaben in diesem Nachtrag, %(years)s") if plan.is_supplement else _("Ausgaben in diesem Haushalt, %(years)s")  # fmt: skip
    source = {
        "date_label": date_words(plan.as_of),
        "source_title": "" if plan.is_example else plan.source_title,
    }
    return [
        {"value": short_euro(state.sum_of(out)), "label": label % {"years": years}, **source},
        {"value": short_euro(state.sum_of(state.investments())), "label": _("davon Investitionen"), **source},
        {"value": short_euro(state.sum_of(for_measures)), "label": _("für Maßnahmen des Konzepts, soweit zugeordnet"), **source},
    ]  # fmt: skip


def notes_of(state: BudgetState) -> list[str]:
    """What one has to know of its sums: that it lists changes alone, that running payments count as results."""
    paid = len(state.counted_as_result())
    return [
        *([_("Ein Nachtrag nennt nur Änderungen: Was er nicht nennt, bleibt, wie es im Plan davor steht.")] if state.plan.is_supplement else []),
        *([ngettext(
            "%(count)s laufende Zahlung des Finanzhaushalts zählt in den Summen nicht mit: Ihr Geld steht schon im Ergebnishaushalt.",
            "%(count)s laufende Zahlungen des Finanzhaushalts zählen in den Summen nicht mit: Ihr Geld steht schon im Ergebnishaushalt.", paid) % {"count": number_words(paid)}] if paid else []),
    ]  # fmt: skip


def investment_bar(state: BudgetState, url: Callable[[str], str]) -> dict[str, Any] | None:
    """How much of the investments serves goals, serves none, and is not judged; None where nothing is invested."""
    serving = [each for each in state.investments() if each.serves_goal]
    parts = [
        ("completed", "check", _("für Maßnahmen mit einem Ziel"), serving, ""),
        ("delayed", "warning", _("ohne Ziel des Konzepts"), state.without_goal(), url("ohne-ziel")),
        ("unknown", "info", open_words(state.is_internal), state.not_judged(), url("ohne-ziel")),
    ]
    drawn = state_parts(
        [
            {"name": name, "icon": icon, "label": label, "count": max(0, state.sum_of(lines)), "url": where}
            for name, icon, label, lines, where in parts
        ]
    )
    if not drawn:
        return None
    return {"label": _("Investitionen nach dem, wozu sie dienen"), "parts": [{**part, "count": short_euro(part["count"])} for part in drawn]}  # fmt: skip


def said_of(state: BudgetState) -> list[tuple[str, str, str]]:
    """One sentence for each question: name of its view, its heading, what is so."""
    without = state.priority_without_money()
    aimless, open_lines = state.without_goal(), state.not_judged()
    voluntary = [each for each in state.going_out() if each.line.duty == "voluntary"]
    unsaid = [each for each in state.going_out() if not each.line.duty]
    paid = state.paid()
    following = [each for each in state.measures if each.spent and each.follow_up_eur]
    unpaid = [each for each in following if not each.running]
    stopping = state.stopping()
    count = number_words
    return [
        ("ohne-geld", _("Ohne Geld"), ngettext(
            "%(count)s Maßnahme mit hoher Priorität hat nichts in diesem Haushalt, soweit er zugeordnet ist.",
            "%(count)s Maßnahmen mit hoher Priorität haben nichts in diesem Haushalt, soweit er zugeordnet ist.", len(without)) % {"count": count(len(without))}),
        ("ohne-ziel", _("Ohne Ziel"), _and(_("%(euro)s an Investitionen dienen keinem Ziel des Konzepts."), state.sum_of(aimless),
            _("Bei %(euro)s hat noch niemand gesagt, wozu sie gehören.") if state.is_internal else _("Bei %(euro)s ist öffentlich keine Maßnahme genannt."), state.sum_of(open_lines))),
        ("pflicht", _("Pflichtig und freiwillig"), _and(_("%(euro)s sind freiwillig."), state.sum_of(voluntary),
            _("Bei %(euro)s sagt der Haushalt es nicht."), state.sum_of(unsaid))),
        ("folgekosten", _("Folgekosten"), ngettext(
            "%(count)s Maßnahme mit Geld zieht Folgekosten nach sich; bei %(unpaid)s davon steht im Ergebnishaushalt nichts.",
            "%(count)s Maßnahmen mit Geld ziehen Folgekosten nach sich; bei %(unpaid)s davon steht im Ergebnishaushalt nichts.", len(following))
            % {"count": count(len(following)), "unpaid": count(len(unpaid))}),
        ("foerderung", _("Förderung und Eigenanteil"), _("Für zugeordnete Maßnahmen gehen %(out)s hinaus und kommen %(come)s herein; die Stadt trägt %(own)s.")
            % {"out": euro(sum(each.spent for each in paid)), "come": euro(sum(each.received for each in paid)), "own": euro(sum(each.own_share for each in paid))}),
        ("genehmigung", _("Ohne Freiwilliges"), ngettext(
            "%(count)s Maßnahme verlöre Geld, wenn die Aufsicht den freiwilligen Teil nicht genehmigt.",
            "%(count)s Maßnahmen verlören Geld, wenn die Aufsicht den freiwilligen Teil nicht genehmigt.", len(stopping)) % {"count": count(len(stopping))}),
    ]  # fmt: skip


def _and(sentence: str, amount: int, more: str, rest: int) -> str:
    """A sentence about an amount, and a second one where there is a rest."""
    said = sentence % {"euro": euro(amount)}
    return f"{said} {more % {'euro': euro(rest)}}" if rest else said


def sum_chart(state: BudgetState, by: str, description: str) -> Spec | None:
    """Sums of groups as bars; None where there is nothing to compare."""
    groups = [(name, state.sum_of(lines)) for name, lines in state.grouped(by) if name != WITHOUT]
    bars = [SpanBar(name=name, low=float(amount), high=float(amount), text=short_euro(amount)) for name, amount in groups[:MOST_BARS] if amount > 0]  # fmt: skip
    return span_chart(bars, description=description) if len(bars) >= FEWEST_BARS else None
