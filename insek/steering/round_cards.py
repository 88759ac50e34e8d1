"""What the page of a unit in a round shows of each thing that is asked for: a measure, an indicator."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from insek import clock
from insek.evidence.models import Indicator
from insek.evidence.queries import CityValue, city_values
from insek.people.actors import Actor
from insek.people.models import Unit
from insek.strategy.models import CostLine
from insek.strategy.money_words import cost_words
from insek.thread.models import Item
from insek.web.display import number_words, period_words

from . import rounds
from .models import StatusReport
from .pages import shown_report, shown_task, state_words
from .round_forms import RoundAnswerForm, RoundValueForm, SaidForm
from .round_models import ReportRound, RoundAnswer, RoundValue, SaidInRound
from .round_queries import answers_of, last_reports, measures_asked, steps_of
from .round_values import AskedValue, question_of, save_value, values_asked, values_said


class AskedCard:
    """One thing on the page that is asked for: what was said of it in this round, and the form."""

    is_value = False

    def __init__(self, item: Item, form: SaidForm, answer: SaidInRound | None) -> None:
        self.item, self.form, self.answer = item, form, answer
        self.problems: list[str] = []

    @property
    def is_answered(self) -> bool:
        """Whether its answer is sent."""
        return self.answer is not None and self.answer.is_answered

    @property
    def asked_back(self) -> str:
        """The question of the lead."""
        return self.answer.asked_back if self.answer is not None else ""

    @property
    def is_same(self) -> bool:
        """Whether it was said that there is nothing new."""
        return self.answer is not None and self.answer.values["says"] == RoundAnswer.Says.SAME

    def keep(self, round: ReportRound, unit: Unit, actor: Actor) -> SaidInRound:
        """Keep what the form says as a draft. Raises what the service raises."""
        raise NotImplementedError


class MeasureCard(AskedCard):
    """A measure: its last report, its open steps, its costs."""

    def __init__(
        self, item: Item, form: RoundAnswerForm, answer: RoundAnswer | None, last: StatusReport | None, steps: list[dict[str, Any]], costs: list[str]
    ) -> None:  # fmt: skip
        super().__init__(item, form, answer)
        self.last, self.steps, self.costs = last, steps, costs

    @property
    def said(self) -> dict[str, Any] | None:
        """The last report in words."""
        return shown_report(self.last) if self.last is not None else None

    @property
    def said_state(self) -> str:
        """The state of the last report."""
        return state_words(self.last) if self.last is not None else ""

    def keep(self, round: ReportRound, unit: Unit, actor: Actor) -> SaidInRound:
        """Keep what the form says as a draft. Raises what the service raises."""
        seen = self.form.seen_version
        return rounds.save_answer(
            round, self.item, unit, self.form.written, expected_version=seen, actor=actor
        )


class ValueCard(AskedCard):
    """An indicator: its last values, and whether the one that is said goes with them."""

    is_value = True

    def __init__(
        self, asked: AskedValue, form: RoundValueForm, answer: RoundValue | None, known: list[CityValue]
    ) -> None:
        super().__init__(asked.item, form, answer)
        self.asked, self.known = asked, known

    @property
    def before(self) -> list[dict[str, str]]:
        """The last three values, the newest first: period and value in words."""
        indicator = self.asked.indicator
        return [
            {"period": period_words(row.period), "value": indicator_value(indicator, row.value)}
            for row in reversed(self.known[-3:])
        ]

    @property
    def last(self) -> dict[str, str]:
        """Status and source of the last value."""
        last = self.asked.last
        if last is None:
            return {}
        return {"status": last.get_quality_display(), "source": last.source_title or last.source_url, "date": period_words(last.source_date)}  # fmt: skip

    @property
    def asks(self) -> str:
        """What is to be asked of the value that was said."""
        said = self.answer if isinstance(self.answer, RoundValue) else None
        return question_of(self.asked, said, self.known)

    @property
    def said_words(self) -> str:
        """The value that was sent."""
        said = self.answer
        if not isinstance(said, RoundValue):
            return ""
        value = said.get_quality_display() if said.value is None else indicator_value(self.asked.indicator, said.value)  # fmt: skip
        return f"{value} ({period_words(said.period)})"

    def keep(self, round: ReportRound, unit: Unit, actor: Actor) -> SaidInRound:
        """Keep what the form says as a draft. Raises what the service raises."""
        seen = self.form.seen_version
        return save_value(round, self.item, unit, self.form.written, expected_version=seen, actor=actor)


def indicator_value(indicator: Indicator, value: Decimal) -> str:
    """A value of an indicator as it is read, with its unit."""
    number = number_words(value, indicator.decimals)
    return f"{number} {indicator.unit_after(number)}"


def cards_of(round: ReportRound, unit: Unit, actor: Actor) -> list[AskedCard]:
    """Everything a unit is asked for, what is answered last. Some ten queries, and five more where values are asked for."""
    items = list(
        measures_asked(round, [unit.pk]).visible_to(actor).select_related("measure", "concept")  # type: ignore[attr-defined]  # the manager of items
    )
    cards: list[AskedCard] = [*_measures(round, actor, items), *_values(round, unit, actor)]
    cards.sort(key=lambda card: card.is_answered)
    return cards


def _measures(round: ReportRound, actor: Actor, items: list[Item]) -> list[MeasureCard]:
    ids = [item.pk for item in items]
    answers = {pk: row for pk, row in answers_of(round).items() if pk in set(ids)}
    last, steps = last_reports(ids, actor), steps_of(ids)
    costs: dict[str, list[str]] = {}
    for line in CostLine.objects.filter(measure__in=ids):
        costs.setdefault(line.measure_id, []).append(cost_words(line))
    found = []
    for item in items:
        answer = answers.get(item.pk)
        form = RoundAnswerForm(None, item=item, round=round, answer=answer, last=last.get(item.pk))
        open_steps = [shown_task(task, clock.today()) for task in steps.get(item.pk, []) if task.done is None]
        found.append(MeasureCard(item, form, answer, last.get(item.pk), open_steps, costs.get(item.pk, [])))
    return found


def _values(round: ReportRound, unit: Unit, actor: Actor) -> list[ValueCard]:
    asked = values_asked(round, [unit.pk])
    if not asked:
        return []
    seen = set(
        Item.objects.visible_to(actor).filter(pk__in=[each.item.pk for each in asked]).values_list("pk", flat=True)
    )  # fmt: skip
    said, known = values_said(round), city_values(seen)
    return [
        ValueCard(each, RoundValueForm(None, asked=each, said=said.get(each.item.pk)), said.get(each.item.pk), known.get(each.item.pk, []))
        for each in asked
        if each.item.pk in seen
    ]  # fmt: skip


def with_data(card: AskedCard, data: Mapping[str, Any], round: ReportRound) -> SaidForm:
    """The form of a card with what somebody wrote."""
    if isinstance(card, ValueCard):
        said = card.answer if isinstance(card.answer, RoundValue) else None
        return RoundValueForm(data, asked=card.asked, said=said)
    assert isinstance(card, MeasureCard)
    answer = card.answer if isinstance(card.answer, RoundAnswer) else None
    return RoundAnswerForm(data, item=card.item, round=round, answer=answer, last=card.last)


def outdated_words(current: SaidInRound | None) -> str:
    """That somebody else was faster, with what stands there now."""
    if current is None:
        return _("Jemand anderes war schneller. Bitte laden Sie die Seite neu.")
    if current.is_answered:
        return _("Jemand anderes hat hierzu inzwischen geantwortet.")
    if isinstance(current, RoundAnswer):
        now = " ".join(
            filter(None, [current.get_says_display(), current.get_state_display(), current.happened])
        )
    else:
        now = str(current)
    return _("Jemand anderes war schneller. Jetzt steht dort: „%(now)s“. Ihre Eingaben stehen noch hier.") % {
        "now": now
    }
