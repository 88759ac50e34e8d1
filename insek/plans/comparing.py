"""Statements of different plans about the same: which they are, computed in a job and kept; and what they claim differently.

Sentences are compared without their figures by meaning, letters and words (`engines.text.pairs`), figures as ranges of a unit, year and
place (`engines.text.statements.claims`). docs/methods/comparing.md says how, and how good it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q

from insek.concept.models import Concept
from insek.engines.tables.common_words import WHOLE_CITY
from insek.engines.text import fold
from insek.engines.text.encoders import Vectors
from insek.engines.text.pairs import LikePair, groups_of, like_pairs, same_thing, things_of
from insek.engines.text.statements.claims import Claim, claim_of, claims_in, thing_of
from insek.thread.models import Item, Link
from insek.thread.pieces import in_pieces

from .models import ComparedStatement, Plan, PlanStatement, StatementComparison
from .timeline import SUPERSEDED

TOGETHER = 0.42
"""So alike are statements that stand side by side."""
SAME = 0.3
"""So alike are those whose figures are held against each other; their nouns must name the same besides."""
WHOLE = frozenset(fold(word) for word in WHOLE_CITY)


@dataclass(frozen=True)
class ComparedClaims:
    """Two statements of different plans that claim different values of the same thing, place and year."""

    one: Item
    other: Item
    first: Claim
    second: Claim
    alike: float


@dataclass
class Statements:
    """All statements of a concept as they are compared, in the order of their ids."""

    items: list[Item]
    texts: list[str]
    things: list[list[str]]
    claims: list[list[Claim]]
    places: list[frozenset[str]]
    gone: frozenset[str] = frozenset()
    """Plans that ran out or that another replaced as a whole: what they want differently is no contradiction."""
    groups: list[list[int]] = field(default_factory=list)
    pairs: list[LikePair] = field(default_factory=list)


def statements_of(concept: Concept) -> Statements:
    """Read the statements with what they claim and where. Five queries."""
    rows = Item.objects.filter(concept=concept, kind="plan_statement", plan_statement__plan__isnull=False)
    items = list(rows.select_related("plan_statement__plan__item").order_by("pk"))
    districts = dict(Item.objects.filter(concept=concept, kind="district").values_list("pk", "title"))
    lying: dict[str, set[str]] = {}
    links = Link.objects.filter(
        kind="located_in", source__concept=concept, source__kind__in=["plan", "plan_statement"]
    )
    for source, target in links.values_list("source", "target"):
        lying.setdefault(source, set()).add(target)
    names = [*districts.values(), concept.city]
    words = [_words(item) for item in items]
    things = [thing_of(text) for text in words]
    return Statements(
        items=items,
        texts=things,
        things=[things_of(text, names) for text in things],
        claims=[_claims(item.plan_statement, text) for item, text in zip(items, words, strict=True)],
        places=[_place(item, lying) for item in items],
        gone=_gone(concept),
    )


def _gone(concept: Concept) -> frozenset[str]:
    replaced = Link.objects.filter(kind=SUPERSEDED, source__concept=concept).values_list("source", flat=True)
    expired = Plan.objects.filter(item__concept=concept, status=Plan.Status.EXPIRED).values_list(
        "pk", flat=True
    )
    return frozenset([*replaced, *expired])


def _words(item: Item) -> str:
    return " ".join((item.text or item.title).split())


def _claims(row: PlanStatement, words: str) -> list[Claim]:
    """What the words claim; and what a person entered, where the words do not say it."""
    found = claims_in(words, row.target_year)
    if row.amount is None:
        return found
    entered = claim_of(row.amount, row.amount_unit, row.bound, row.target_year)
    if any(entered.low in (one.low, one.high) or entered.high in (one.low, one.high) for one in found):
        return found
    return [*found, entered] if row.bound != PlanStatement.Bound.FROM else found


def _place(item: Item, lying: dict[str, set[str]]) -> frozenset[str]:
    """Where a statement holds: its districts, else those of its plan, else the words of its plan; nothing is the whole city."""
    plan = item.plan_statement.plan
    assert plan is not None  # statements_of reads no others
    own = lying.get(item.pk) or lying.get(plan.pk)
    if own:
        return frozenset(own)
    named = fold(plan.area).strip()
    return (
        frozenset() if not named or named in WHOLE or named == fold(item.concept.city) else frozenset({named})
    )


def compare(
    concept: Concept,
    vectors: Callable[[Sequence[str]], Vectors],
    touch: Callable[[], object] = lambda: None,
) -> Statements:
    """Compare all statements of a concept: groups of those about the same, and pairs that are alike. Not inside a transaction."""
    found = statements_of(concept)
    if found.items:
        found.pairs = like_pairs(found.texts, vectors(found.texts), SAME, touch)
        found.groups = [
            group
            for group in groups_of(found.pairs, TOGETHER)
            if len({found.items[place].plan_statement.plan_id for place in group}) > 1
        ]
    return found


def contradictions(found: Statements, vectors: Callable[[Sequence[str]], Vectors]) -> list[ComparedClaims]:
    """The pairs of different plans whose values of the same thing, place and year have nothing in common, the most alike first."""
    suspected = []
    for pair in found.pairs:
        one, other = found.items[pair.one], found.items[pair.other]
        if (
            one.plan_statement.plan_id == other.plan_statement.plan_id
            or found.places[pair.one] != found.places[pair.other]
            or {one.plan_statement.plan_id, other.plan_statement.plan_id} & found.gone
        ):
            continue
        differing = [
            (first, second)
            for first in found.claims[pair.one]
            for second in found.claims[pair.other]
            if first.contradicts(second)
        ]
        agreeing = any(
            first.of == second.of and not first.contradicts(second)
            for first in found.claims[pair.one]
            for second in found.claims[pair.other]
        )
        if differing and not agreeing:
            suspected.append((pair, differing[0]))
    nouns = sorted(
        {
            noun
            for pair, _claims in suspected
            for place in (pair.one, pair.other)
            for noun in found.things[place]
        }
    )
    rows = vectors(nouns) if nouns else None
    where = {noun: place for place, noun in enumerate(nouns)}

    def alike(one: str, other: str) -> float:
        assert rows is not None  # asked only of nouns that were found
        return float(rows[where[one]] @ rows[where[other]])

    made = [
        ComparedClaims(found.items[pair.one], found.items[pair.other], first, second, pair.alike)
        for pair, (first, second) in suspected
        if same_thing(found.things[pair.one], found.things[pair.other], alike)
    ]
    return sorted(made, key=lambda one: (-one.alike, one.one.pk, one.other.pk))


def keep_comparison(concept: Concept, found: Statements, model: str) -> StatementComparison:
    """Write down the groups, let them count at once, and forget the ones before. In short writes."""
    comparison = StatementComparison.objects.create(concept=concept, model=model)
    subject = {
        place: (number, rank)
        for number, group in enumerate(found.groups, 1)
        for rank, place in enumerate(group)
    }
    rows = []
    for place, item in enumerate(found.items):
        number, rank = subject.get(place, (None, 0))
        rows.append(
            ComparedStatement(
                comparison=comparison, statement_id=item.pk, subject=number, place=rank, version=item.version
            )
        )
    there = set(PlanStatement.objects.filter(item__concept=concept).values_list("pk", flat=True))
    in_pieces([row for row in rows if row.statement_id in there], ComparedStatement.objects.bulk_create)
    StatementComparison.objects.filter(pk=comparison.pk).update(is_done=True)
    old = StatementComparison.objects.filter(concept=concept).exclude(pk=comparison.pk)
    keys = list(ComparedStatement.objects.filter(comparison__in=old).values_list("pk", flat=True))
    in_pieces(keys, lambda some: ComparedStatement.objects.filter(pk__in=some).delete())
    old.delete()
    return comparison


def current_comparison(concept: Concept) -> StatementComparison | None:
    """The comparison that counts. One query."""
    return StatementComparison.objects.filter(concept=concept, is_done=True).first()


def statements_not_compared(concept: Concept, comparison: StatementComparison | None) -> Any:
    """Statements that are new or changed since; all, where nothing was compared."""
    rows = Item.objects.filter(concept=concept, kind="plan_statement", plan_statement__plan__isnull=False)
    if comparison is None:
        return rows
    same = ComparedStatement.objects.filter(comparison=comparison, version=F("statement__item__version"))
    return rows.filter(~Q(pk__in=same.values("statement")))
