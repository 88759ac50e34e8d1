"""Statements of different plans about the same, side by side as a page shows them; and the contradictions that somebody confirmed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.engines.text.pairs import things_of
from insek.engines.text.statements.claims import claims_in, thing_of
from insek.places.layers import lies_in
from insek.thread.models import Item, Link
from insek.thread.shared_cache import cached

from .comparing import current_comparison
from .contradicting import LINK
from .models import StatementComparison
from .rubric import IN_FORCE
from .statement_pages import amount_words
from .timeline import SUPERSEDED

AT_ONCE = 8
"""Subjects on a page."""
SHOWN = 10
"""Statements of a subject on the page."""
MOST_CONFIRMED = 100
"""Confirmed contradictions on the page; it says how many more there are."""
HEADING_NOUNS = 3


@dataclass(frozen=True)
class SideBySide:
    """One statement beside others, with its plan and what it claims."""

    item: Item
    plan: Item
    amount: str
    year: int | None
    plan_state: str = ""
    """That its plan is not in force, in words."""
    contradicts: tuple[str, ...] = ()
    """Ids of the statements beside it that it contradicts, as somebody confirmed."""


@dataclass(frozen=True)
class SharedSubject:
    """What statements of different plans have in common."""

    number: int
    title: str
    rows: tuple[SideBySide, ...]

    plans: int
    """How many plans speak of it."""
    more: int = 0
    """Statements that are not among the rows."""

    @property
    def years(self) -> list[int]:
        """The years they name, in order."""
        return sorted({row.year for row in self.rows if row.year})

    @property
    def has_contradiction(self) -> bool:
        """Whether two of them contradict each other, as somebody confirmed."""
        return any(row.contradicts for row in self.rows)


@dataclass(frozen=True)
class Confirmed:
    """A contradiction that somebody confirmed."""

    link: Link
    first: Item | None
    second: Item | None
    """The plans of both statements, where one may see them."""
    first_state: str = ""
    second_state: str = ""
    """That a plan is not in force, in words."""


def subject_numbers(asker: Asker, comparison: StatementComparison, field: str, place: str) -> list[str]:
    """The subjects of which two plans speak that this person sees, those with most plans first. One query, kept; with filters two more."""
    rows = _seen(asker, comparison)
    if asker.concept is None:
        return []
    numbers = cached(
        asker.concept, asker.actor, ("shared subjects", comparison.pk), lambda: _by_most_plans(rows)
    )
    for wanted in (
        rows.filter(fields__key=field) if field else None,
        rows.filter(lies_in(asker.concept, place, "plan_statement")) if place else None,
    ):
        if wanted is not None:
            kept = set(wanted.values_list("plan_statement__compared__subject", flat=True))
            numbers = [number for number in numbers if number in kept]
    return [str(number) for number in numbers]


def _by_most_plans(rows: Any) -> list[int]:
    counted = (
        rows.order_by()
        .values_list("plan_statement__compared__subject")
        .annotate(plans=Count("plan_statement__plan", distinct=True), n=Count("pk"))
        .filter(plans__gt=1)
    )
    return [number for number, _plans, _n in sorted(counted, key=lambda row: (-row[1], -row[2], row[0]))]


def shared_subjects(
    asker: Asker, comparison: StatementComparison, numbers: Sequence[str]
) -> list[SharedSubject]:
    """These subjects with their statements side by side. Two queries, and three that are kept."""
    concept = asker.concept
    if concept is None:
        return []
    wanted = tuple(int(number) for number in numbers)
    drafts = cached(
        concept, asker.actor, ("rows of subjects", comparison.pk, *wanted),
        lambda: _drafts(_seen(asker, comparison), wanted),
    )  # fmt: skip
    places = [place for draft in drafts for place in draft.places]
    items = Item.objects.select_related("plan_statement").in_bulk([place.pk for place in places])
    plans = _plans(asker, {place.plan for place in places})
    states = _states(asker, plans)
    against: dict[str, list[str]] = {}
    subject = {place.pk: draft.number for draft in drafts for place in draft.places}
    for _pk, source, target in _contradicting(asker, concept):
        if source in subject and target in subject:
            against.setdefault(source, []).append(target)
            against.setdefault(target, []).append(source)
    return [
        SharedSubject(
            draft.number, draft.title,
            tuple(
                SideBySide(
                    items[place.pk], plans[place.plan], place.amount, items[place.pk].plan_statement.target_year,
                    states[place.plan],
                    tuple(against.get(place.pk, ())),
                )
                for place in draft.places
                if place.pk in items and place.plan in plans
            ),
            plans=draft.plans, more=draft.more,
        )
        for draft in drafts
    ]  # fmt: skip


@dataclass(frozen=True)
class _Place:
    """A statement of a subject by its ids, and what it claims in words."""

    pk: str
    plan: str
    amount: str


@dataclass(frozen=True)
class _Draft:
    """A subject as it is kept: ids and words, no rows of the database."""

    number: int
    title: str
    places: tuple[_Place, ...]
    plans: int
    more: int


def _drafts(seen: Any, wanted: Sequence[int]) -> list[_Draft]:
    """These subjects in their order, those left out of which nothing is seen. Two queries."""
    known = (
        seen.filter(plan_statement__compared__subject__in=wanted)
        .order_by("plan_statement__compared__place", "pk")
        .values_list("pk", "plan_statement__compared__subject", "plan_statement__plan")
    )
    parts: dict[int, list[tuple[str, str]]] = {}
    for pk, number, plan in known:
        parts.setdefault(number, []).append((pk, plan))
    shown = {number: _first_of_each(part) for number, part in parts.items()}
    items = Item.objects.select_related("plan_statement").in_bulk(
        [pk for part in shown.values() for pk in part]
    )
    made = []
    for number in wanted:
        if number not in parts:
            continue
        rows = [items[pk] for pk in shown[number] if pk in items]
        if not rows:
            continue
        places = tuple(_Place(row.pk, str(row.plan_statement.plan_id), _amount(row)) for row in rows)
        plans = len({plan for _pk, plan in parts[number]})
        made.append(_Draft(number, _title(rows), places, plans, len(parts[number]) - len(rows)))
    return made


def _contradicting(asker: Asker, concept: Concept) -> list[tuple[int, str, str]]:
    """Key, source and target of each confirmed contradiction that this person sees, the latest first. One query, kept."""
    links = Link.objects.visible_to(asker.actor).filter(kind=LINK, source__concept=concept)
    return cached(
        concept, asker.actor, "confirmed contradictions",
        lambda: list(links.order_by("-pk").values_list("pk", "source", "target")),
    )  # fmt: skip


def _first_of_each(part: Sequence[tuple[str, str]]) -> list[str]:
    """The statements that are shown of a subject, in their order: the most central of each plan, then further ones."""
    first: dict[str, str] = {}
    for pk, plan in part:
        first.setdefault(plan, pk)
    leading = list(first.values())[:SHOWN]
    rest = [pk for pk, _plan in part if pk not in set(leading)]
    chosen = set(leading + rest[: SHOWN - len(leading)])
    return [pk for pk, _plan in part if pk in chosen]


def confirmed_contradictions(asker: Asker) -> list[Confirmed]:
    """The contradictions that somebody confirmed, the latest first. Four queries; one where there is none, kept."""
    if asker.concept is None:
        return []
    keys = [pk for pk, _source, _target in _contradicting(asker, asker.concept)[:MOST_CONFIRMED]]
    if not keys:
        return []
    links = Link.objects.filter(pk__in=keys).order_by("-pk")
    rows = list(links.select_related("source__plan_statement", "target__plan_statement"))
    plans = _plans(asker, {end.plan_statement.plan_id for row in rows for end in (row.source, row.target)})
    states = _states(asker, plans)
    found = []
    for row in rows:
        first, second = (end.plan_statement.plan_id for end in (row.source, row.target))
        found.append(
            Confirmed(row, plans.get(first), plans.get(second), states.get(first, ""), states.get(second, ""))
        )
    return found


def confirmed_left_out(asker: Asker) -> int:
    """How many confirmed contradictions the page does not show, because they are more than it holds. One query, kept."""
    return max(0, len(_contradicting(asker, asker.concept)) - MOST_CONFIRMED) if asker.concept else 0


def _plans(asker: Asker, ids: set[str | None]) -> dict[Any, Item]:
    seen = Item.objects.visible_to(asker.actor).select_related("plan")
    return dict(seen.in_bulk([pk for pk in ids if pk]))


def _states(asker: Asker, plans: Mapping[Any, Item]) -> dict[Any, str]:
    """Of plans that are not in force why not, else nothing: what they say must not look as if it held. One query."""
    links = Link.objects.visible_to(asker.actor).filter(kind=SUPERSEDED, source__in=plans)
    replaced = set(links.values_list("source", flat=True)) if plans else set()
    return {
        pk: _("ganz abgelöst") if pk in replaced
        else "" if item.plan.status in IN_FORCE
        else str(item.plan.get_status_display())
        for pk, item in plans.items()
    }  # fmt: skip


def _seen(asker: Asker, comparison: StatementComparison) -> Any:
    """Compared statements that share a subject and that this person sees, each of a plan that this person sees too."""
    plans = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="plan")
    return Item.objects.visible_to(asker.actor).filter(
        concept=asker.concept,
        kind="plan_statement",
        plan_statement__plan__in=plans.values("pk"),
        plan_statement__compared__comparison=comparison,
        plan_statement__compared__subject__isnull=False,
    )


def _amount(item: Item) -> str:
    """What is entered; else what its words claim."""
    entered = amount_words(item.plan_statement)
    return entered or "; ".join(dict.fromkeys(one.words for one in claims_in(item.text or item.title)))


def _title(rows: Sequence[Item]) -> str:
    """The nouns that most of what one sees has in common; else the title of the first."""
    counted: Counter[str] = Counter()
    for row in rows:
        counted.update(things_of(thing_of(row.text or row.title)))
    common = [word for word, count in counted.most_common(HEADING_NOUNS) if count > 1]
    return ", ".join(common) or rows[0].title


def comparison_of(asker: Asker) -> StatementComparison | None:
    """The comparison that counts. One query."""
    return current_comparison(asker.concept) if asker.concept is not None else None
