"""Which plans answer a cross-cutting theme, a field of action or a district, and which of these no plan in force answers.

The themes are those of the concept: no list of challenges stands in the program. A plan answers what it is entered with, and what one
of its statements is about, unless that only states a finding. Where no text is at hand, that is said: it is no answer of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.models import Item

from .statement_counts import StatementCount, counts_by
from .timeline import PlanInTime


@dataclass(frozen=True)
class AnsweredSubject:
    """What may be answered: a theme, a field or a district, by its key in the database and in the address of a filter."""

    pk: Any
    name: str
    key: str


@dataclass(frozen=True)
class AnsweringPlan:
    """A plan that answers a subject, with its statements about it."""

    item: Item
    statements: int
    url: str = ""
    is_replaced: bool = False


@dataclass(frozen=True)
class SubjectAnswers:
    """A subject, the plans in force that answer it, and the others."""

    subject: AnsweredSubject
    answers: tuple[AnsweringPlan, ...]
    others: tuple[AnsweringPlan, ...]
    """Not in force, not yet, no longer, or nobody knows."""

    @property
    def is_gap(self) -> bool:
        """Whether no plan in force answers it."""
        return not self.answers


@dataclass(frozen=True)
class SubjectSort:
    """All subjects of a sort with their answers."""

    subjects: tuple[SubjectAnswers, ...]
    silent: int
    """Plans in force that stand with none of them, neither themselves nor by a statement."""

    @property
    def gaps(self) -> tuple[SubjectAnswers, ...]:
        """Those that no plan in force answers."""
        return tuple(one for one in self.subjects if one.is_gap)


@dataclass(frozen=True)
class TextsAtHand:
    """Of how many plans in force statements are at hand: what the others say is not known here."""

    in_force: int
    untold: int


def told_of(plans: Sequence[PlanInTime], actor: Actor) -> TextsAtHand:
    """How many plans in force have a statement. One query."""
    holding = {one.item.pk for one in plans if one.is_in_force}
    seen = Item.objects.visible_to(actor).filter(kind="plan_statement", plan_statement__plan__in=holding)
    telling = set(seen.order_by().values_list("plan_statement__plan", flat=True).distinct())
    return TextsAtHand(len(holding), len(holding - telling))


def by_theme(
    concept: Concept, themes: Iterable[Any], plans: Sequence[PlanInTime], actor: Actor
) -> SubjectSort:
    """Theme by theme what answers it. Two queries, one kept."""
    subjects = [AnsweredSubject(theme.pk, str(theme), theme.key) for theme in themes]
    return _of_column("themes", concept, subjects, plans, actor)


def by_field(
    concept: Concept, fields: Iterable[Any], plans: Sequence[PlanInTime], actor: Actor
) -> SubjectSort:
    """Field by field what answers it. Two queries, one kept."""
    subjects = [AnsweredSubject(field.pk, str(field), field.key) for field in fields]
    return _of_column("fields", concept, subjects, plans, actor)


def by_district(
    concept: Concept,
    districts: Iterable[tuple[str, str]],
    plans: Sequence[PlanInTime],
    actor: Actor,
    lying: Iterable[tuple[str, str]],
) -> SubjectSort:
    """District by district (id, title) what is made for it; ``lying`` are pairs of plan and district in which its area lies. One query, kept."""
    subjects = [AnsweredSubject(pk, title, pk) for pk, title in districts]
    if not subjects:
        return SubjectSort((), 0)
    return _sorted(subjects, plans, set(lying), counts_by("districts", concept, actor), "ort")


FILTERS = {"themes": "thema", "fields": "feld"}
"""What the lists call the filter by a column."""


def _of_column(
    column: str,
    concept: Concept,
    subjects: Sequence[AnsweredSubject],
    plans: Sequence[PlanInTime],
    actor: Actor,
) -> SubjectSort:
    """What stands in a many-to-many column of items."""
    if not subjects:
        return SubjectSort((), 0)
    through: Any = getattr(Item, column).through
    rows = through.objects.filter(item__in=[one.item.pk for one in plans])
    entered = set(rows.values_list("item_id", f"{column[:-1]}_id"))
    return _sorted(subjects, plans, entered, counts_by(column, concept, actor), FILTERS[column])


def _sorted(
    subjects: Sequence[AnsweredSubject],
    plans: Sequence[PlanInTime],
    entered: set[Any],
    counted: Iterable[StatementCount],
    filter_name: str,
) -> SubjectSort:
    known, keys = {one.item.pk for one in plans}, {one.pk for one in subjects}
    told = {
        (row.plan, row.about): (row.statements, row.wants)
        for row in counted
        if row.plan in known and row.about in keys
    }
    answering = {pair for pair in entered if pair[1] in keys} | {
        pair for pair, (_n, wants) in told.items() if wants
    }
    address = reverse("plan_statement-list")

    def answer(one: PlanInTime, subject: AnsweredSubject) -> AnsweringPlan:
        count = told.get((one.item.pk, subject.pk), (0, 0))[0]
        url = f"{address}?aus={one.item.pk}&{filter_name}={subject.key}" if count else ""
        return AnsweringPlan(one.item, count, url, one.is_replaced)

    found = []
    for subject in subjects:
        spoken = [one for one in plans if (one.item.pk, subject.pk) in answering]
        found.append(
            SubjectAnswers(
                subject,
                tuple(answer(one, subject) for one in spoken if one.is_in_force),
                tuple(answer(one, subject) for one in spoken if not one.is_in_force),
            )
        )
    speaking = {plan for plan, _key in answering}
    silent = sum(one.is_in_force and one.item.pk not in speaking for one in plans)
    return SubjectSort(tuple(found), silent)
