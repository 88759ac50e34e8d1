"""What can be asked of rounds of reports: which measures belong to one, who answered what, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.people.models import Unit
from insek.release.models import Proposal
from insek.thread.models import Item

from .models import MeasureTask, StatusReport
from .queries import last_reports_of, measures_with_last_words, said_last
from .round_models import ANSWERED, SPOKEN_OF, ReportRound, RoundAnswer, SaidInRound
from .round_values import AskedValue, values_asked, values_said
from .states import FINISHED


def open_rounds(concept: Concept) -> QuerySet[ReportRound]:
    """Rounds of a concept that take answers, the newest first."""
    return ReportRound.objects.filter(concept=concept, closed_on=None).select_related("concept")


def measures_asked(round: ReportRound, units: Iterable[int] | None = None) -> QuerySet[Item]:
    """The measures that a round asks for: those of its units that are not finished, and those that were answered in it, also where
    the lead has asked back since.

    They carry ``hand_state``, ``last_state`` and ``last_report``. ``units`` asks for some of its units alone.
    """
    wanted = (
        round.units.values("pk") if units is None else round.units.filter(pk__in=list(units)).values("pk")
    )
    own = measures_with_last_words(round.concept).filter(measure__responsible__in=wanted)
    spoken_of = RoundAnswer.objects.filter(SPOKEN_OF, round=round, measure=OuterRef("pk"))
    return own.filter(~said_last(FINISHED) | Exists(spoken_of)).order_by("sort_key", "pk")


def asked_in_open_rounds(concept: Concept) -> QuerySet[Unit]:
    """Units that an open round asks: it reminds them, and nothing else does."""
    return Unit.objects.filter(pk__in=open_rounds(concept).order_by().values("units"))


def last_reports(measures: Iterable[str], actor: Actor) -> dict[str, StatusReport]:
    """The last report of each measure that the actor may see. One query."""
    return {report.measure_id: report for report in last_reports_of(list(measures), actor)}


def steps_of(measures: Iterable[str]) -> dict[str, list[MeasureTask]]:
    """The steps of measures, in their order. One query."""
    found: dict[str, list[MeasureTask]] = {}
    for task in MeasureTask.objects.filter(measure__in=list(measures)).select_related("unit"):
        found.setdefault(task.measure_id, []).append(task)
    return found


@dataclass
class UnitStanding:
    """How far a unit is in a round: counts of its measures and indicators."""

    unit: Unit
    asked: int = 0
    answered: int = 0
    drafts: int = 0
    asked_back: int = 0
    waiting: int = 0
    asked_values: int = 0
    """How many of those that are asked are indicators."""

    @property
    def owes(self) -> int:
        """Measures and indicators without an answer."""
        return self.asked - self.answered

    def count(self, said: SaidInRound | None, says: str) -> None:
        """Add one that is asked for, with what was said of it."""
        self.asked += 1
        if said is None:
            return
        if said.is_answered:
            self.answered += 1
            self.waiting += said.proposal is not None and said.proposal.state == Proposal.State.WAITING
        else:
            self.drafts += bool(says)
            self.asked_back += bool(said.asked_back)


def standings(round: ReportRound) -> list[UnitStanding]:
    """How far each unit of a round is, those that owe most first; of a closed one as it was counted then.

    Three queries, and four more where values are asked for.
    """
    found = {unit.pk: UnitStanding(unit) for unit in round.units.all()}
    answers = answers_of(round)
    for pk, unit_id in measures_asked(round).values_list("pk", "measure__responsible"):
        answer = answers.get(pk)
        found[unit_id].count(answer, answer.says if answer else "")
    if asked := values_asked(round):
        values = values_said(round)
        for each in asked:
            standing, said = found[each.indicator.supplied_by_id or 0], values.get(each.item.pk)
            standing.asked_values += 1
            standing.count(said, said.says if said else "")
    if round.counted and not round.is_open:  # measures may have moved since, and new ones come
        for each_unit in found.values():
            each_unit.asked, each_unit.answered = round.counted.get(each_unit.unit.key, (0, 0))
    return sorted(found.values(), key=lambda each: (-each.owes, str(each.unit)))


def counted_now(round: ReportRound) -> dict[str, list[int]]:
    """Of each unit of a round that was asked for something: how many answers, and how many came."""
    return {each.unit.key: [each.asked, each.answered] for each in standings(round) if each.asked}


def answers_of(round: ReportRound, unit: Unit | None = None) -> Mapping[str, RoundAnswer]:
    """The answers of a round, or of one of its units, by measure. One query."""
    rows = round.answers.select_related("proposal", "report", "unit")
    if unit is not None:
        rows = rows.filter(measure__responsible=unit)
    return {row.measure_id: row for row in rows}


def units_that_owe(round: ReportRound) -> set[int]:
    """Units of a round with a measure or an indicator that is not answered. Two queries, and three more where values are asked for."""
    answered = round.answers.filter(ANSWERED).values("measure")
    owing = set(
        measures_asked(round)
        .exclude(pk__in=answered)
        .order_by()
        .values_list("measure__responsible", flat=True)
    )
    return owing | {each.indicator.supplied_by_id or 0 for each in values_owed(round)}


def values_owed(round: ReportRound, unit: Unit | None = None) -> list[AskedValue]:
    """Indicators of a round, or of one of its units, that are not answered."""
    asked = values_asked(round, None if unit is None else [unit.pk])
    if not asked:
        return []
    answered = set(round.values_said.filter(ANSWERED).values_list("indicator", flat=True))
    return [each for each in asked if each.item.pk not in answered]


def owed_words(round: ReportRound, unit: Unit) -> str:
    """What a unit still owes in a round, in words: so many measures, so many indicators; empty where it owes nothing."""
    answered = round.answers.filter(ANSWERED).values("measure")
    measures = measures_asked(round, [unit.pk]).exclude(pk__in=answered).count()
    values = len(values_owed(round, unit))
    parts = []
    if measures:
        parts.append(ngettext("eine Maßnahme", "%(count)s Maßnahmen", measures) % {"count": measures})
    if values:
        parts.append(ngettext("ein Indikator", "%(count)s Indikatoren", values) % {"count": values})
    return _(" und ").join(parts)


def waiting_reports(round: ReportRound) -> QuerySet[Proposal]:
    """Reports and values of a round that wait for their release. One query."""
    waiting = Proposal.objects.filter(state=Proposal.State.WAITING)
    sent = round.answers.filter(sent_at__isnull=False, proposal__isnull=False)
    values = round.values_said.filter(sent_at__isnull=False, proposal__isnull=False)
    return waiting.filter(Q(pk__in=sent.values("proposal")) | Q(pk__in=values.values("proposal")))
