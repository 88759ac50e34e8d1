"""Goals beside goals: which strengthen one another and which are in tension, as people confirmed it, and what may be so.

Both are links between two goals with a sentence why. They have no direction: the one goal that stands first by id is the source.
Proposals come from what people entered: measures that serve both goals, effects of measures, checks of papers; and from what the
goals say. How often they are right has not been measured.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.council.models import CheckGoal
from insek.engines.text.encoders import Vectors, centred
from insek.strategy.fact_sheet import GoalEffect
from insek.suggestions.calibration import calibration_of
from insek.suggestions.item_fields import text_of
from insek.suggestions.item_links import (
    LinkReasonForm,
    accept_link,
    may_decide_link,
    not_linked_yet,
    shown_links,
)
from insek.suggestions.keeping import hash_of
from insek.suggestions.models import Suggestion
from insek.suggestions.register import (
    Basis,
    Looking,
    Proposed,
    Suggester,
    SuggestionKind,
    register_suggester,
    register_suggestion_kind,
)
from insek.thread.kinds import register_link_kind
from insek.thread.models import Item, Link

STRENGTHENS, TENSION = "strengthens", "in_tension"
KINDS = (STRENGTHENS, TENSION)
PAIR = "goal-pair"
NAME, VERSION = "goal-pairs", "1"
LEAST_ALIKE = 0.5
"""Likeness of two texts (cosine of centred vectors) from which they speak of the same."""
MOST = 300
"""Pairs that one run proposes at most, the surest."""

register_link_kind(STRENGTHENS, [("goal", "goal")], gettext_lazy("stärkt sich gegenseitig mit"), gettext_lazy("stärkt sich gegenseitig mit"))  # fmt: skip
register_link_kind(TENSION, [("goal", "goal")], gettext_lazy("steht in Spannung zu"), gettext_lazy("steht in Spannung zu"))  # fmt: skip


@dataclass
class Evidence:
    """What speaks for one kind of link between two goals."""

    shared: list[Item] = field(default_factory=list)
    """Measures that serve both."""
    basis: list[Basis] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    raw: float = 0.0


class PairsOfGoals:
    """The goals of a concept, and what is known of two of them at once."""

    def __init__(self, looking: Looking) -> None:
        concept = looking.concept
        self.goals = {
            item.pk: item for item in Item.objects.filter(concept=concept, kind="goal").order_by("pk")
        }
        measures = {item.pk: item for item in Item.objects.filter(concept=concept, kind="measure")}
        serves: dict[str, set[str]] = defaultdict(set)
        for goal, measure in Link.objects.filter(kind="implemented_by", source__in=self.goals).values_list(
            "source", "target"
        ):
            serves[measure].add(goal)
        above = dict(Item.objects.filter(pk__in=self.goals).values_list("pk", "goal__parent"))
        self.family = {frozenset((pk, parent)) for pk, parent in above.items() if parent}
        linked = Link.objects.filter(source__in=self.goals, target__in=self.goals).values_list(
            "source", "target"
        )
        self.linked = {frozenset(pair) for pair in linked}
        self.found: dict[tuple[str, frozenset[str]], Evidence] = defaultdict(Evidence)
        self._from_measures(concept, measures, serves)
        self._from_checks(concept)
        self.calibration = calibration_of(concept, NAME)
        decided = (
            Suggestion.objects.decided()
            .filter(concept=concept, kind=PAIR)
            .values_list("item", "other", "content")
        )
        self.decided = {
            (content["kind"], frozenset((one, other))) for one, other, content in decided if one and other
        }
        texts = [text_of(item) for item in self.goals.values()]
        self.model = looking.encoder().id if len(texts) > 1 else ""
        if len(texts) > 1:
            self._from_words(centred(looking.vectors(texts)))
        self.subjects = self._ranked()
        self.input_hash = hash_of(
            [texts, sorted((kind, sorted(pair), [each.words for each in evidence.basis], sorted(item.pk for item in evidence.shared), evidence.said) for kind, pair, evidence in self.subjects),
             sorted(sorted(pair) for pair in self.linked), self.calibration.plain, self.model]
        )  # fmt: skip

    def _from_measures(
        self, concept: Concept, measures: Mapping[str, Item], serves: Mapping[str, set[str]]
    ) -> None:
        """Measures that serve both goals, and those that serve one and do something to the other."""
        for pk, goals in sorted(serves.items()):
            for pair in combinations(sorted(goals), 2):
                if pk in measures:
                    self.found[STRENGTHENS, frozenset(pair)].shared.append(measures[pk])
        effects = list(GoalEffect.objects.filter(measure__item__concept=concept).order_by("key"))
        for effect in effects:
            for other in sorted(serves.get(effect.measure_id, set()) - {effect.goal_id}):
                acting = measures[effect.measure_id]
                if effect.direction == GoalEffect.Direction.HINDERS:
                    self._note(
                        TENSION,
                        effect.goal_id,
                        other,
                        acting,
                        f"„{acting}“ dient dem einen und hemmt das andere. {effect.reason}",
                        0.6,
                    )
                elif effect.direction == GoalEffect.Direction.SUPPORTS:
                    self._note(
                        STRENGTHENS,
                        effect.goal_id,
                        other,
                        acting,
                        f"„{acting}“ dient dem einen und fördert das andere. {effect.reason}",
                        0.5,
                    )

    def _from_checks(self, concept: Concept) -> None:
        """Decisions of which a check says that they are good for one goal and bad for the other."""
        of_check: dict[str, list[CheckGoal]] = defaultdict(list)
        for row in (
            CheckGoal.objects.filter(check_row__item__concept=concept)
            .select_related("check_row__item")
            .order_by("key")
        ):
            of_check[row.check_row_id].append(row)
        for rows in of_check.values():
            for first, second in combinations(rows, 2):
                bad = {CheckGoal.Effect.CONFLICTS, CheckGoal.Effect.HINDERS}
                good = {CheckGoal.Effect.SUPPORTS, CheckGoal.Effect.STRONG}
                if (first.effect in bad and second.effect in good) or (
                    first.effect in good and second.effect in bad
                ):
                    check = first.check_row.item
                    self._note(
                        TENSION,
                        first.goal_id,
                        second.goal_id,
                        check,
                        f"Die Prüfung „{check}“ sagt, dass eine Entscheidung dem einen nützt und dem anderen schadet.",
                        0.5,
                    )

    def _from_words(self, vectors: Vectors) -> None:
        """Goals that say the same in other words."""
        ids = list(self.goals)
        alike = vectors @ vectors.T
        for here, there in combinations(range(len(ids)), 2):
            if (near := float(alike[here, there])) >= LEAST_ALIKE:
                evidence = self.found[STRENGTHENS, frozenset((ids[here], ids[there]))]
                evidence.said.append("Beide sagen dem Sinn nach Ähnliches.")
                evidence.raw = max(evidence.raw, 0.25 + 0.4 * (near - LEAST_ALIKE))

    def _note(self, kind: str, one: str, other: str, item: Item, words: str, sure: float) -> None:
        if one == other or one not in self.goals or other not in self.goals:
            return
        evidence = self.found[kind, frozenset((one, other))]
        evidence.basis.append(Basis(words.strip(), str(item), item.url))
        evidence.said.append(words.strip())
        evidence.raw = min(0.9, max(evidence.raw, sure) + 0.08 * (len(evidence.basis) - 1))

    def _ranked(self) -> list[tuple[str, frozenset[str], Evidence]]:
        """What is proposed, the surest first; what is linked, decided, or parent and child is not."""
        found = []
        for (kind, pair), evidence in self.found.items():
            if len(pair) < 2 or pair in self.linked or pair in self.family or (kind, pair) in self.decided:
                continue
            if count := len(evidence.shared):
                evidence.raw = min(0.9, max(evidence.raw, 0.25) + 0.12 * count)
                names = ", ".join(f"„{item}“" for item in evidence.shared[:3])
                more = f" und {count - 3} weitere" if count > 3 else ""
                evidence.said.insert(
                    0,
                    f"Beiden dienen dieselben Maßnahmen: {names}{more}."
                    if count > 1
                    else f"Beiden dient dieselbe Maßnahme: {names}.",
                )
                evidence.basis[:0] = [Basis(item.title, str(item), item.url) for item in evidence.shared[:5]]
            if evidence.raw >= 0.3:
                found.append((kind, pair, evidence))
        found.sort(key=lambda row: (-row[2].raw, row[0], sorted(row[1])))
        return found[:MOST]

    def at(self, subjects: Sequence[tuple[str, frozenset[str], Evidence]]) -> Iterable[Proposed]:
        """Each pair as a link from the first to the second by id."""
        for kind, pair, evidence in subjects:
            one, other = sorted(pair)
            why = " ".join(evidence.said)
            yield Proposed(
                kind=PAIR, subject=f"item:{one}", item=one, other=other, identity=[kind, other],
                content={"kind": kind, "target": other, "reason": evidence.said[0][:500] if evidence.said else ""}, why=why[:1000],
                confidence=self.calibration.corrected(evidence.raw), raw_confidence=evidence.raw, basis=evidence.basis[:6],
            )  # fmt: skip


@dataclass(frozen=True)
class ConfirmedPair:
    """Two goals and what people say of them."""

    kind: str
    one: Item
    other: Item
    reason: str


def confirmed_pairs(asker: Asker, *, field_key: str = "", kind: str = "") -> list[ConfirmedPair]:
    """The links between goals that the asker may see, tensions first. Two queries."""
    goals = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="goal")
    links = Link.objects.visible_to(asker.actor).filter(
        kind__in=[kind] if kind in KINDS else KINDS, source__concept=asker.concept
    )
    if field_key:
        inside = goals.filter(fields__key=field_key).values("pk")
        links = links.filter(source__in=inside) | links.filter(target__in=inside)
    rows = list(links.values_list("kind", "source", "target", "reason"))
    known = {
        item.pk: item
        for item in goals.filter(pk__in={pk for row in rows for pk in row[1:3]}).defer("text", "text_en")
    }
    found = []
    for name, source, target, reason in dict.fromkeys(rows):
        if source in known and target in known:
            one, other = sorted((known[source], known[target]), key=lambda item: (item.sort_key, item.pk))
            found.append(ConfirmedPair(name, one, other, reason))
    return sorted(
        found, key=lambda pair: (pair.kind != TENSION, pair.one.sort_key, pair.other.sort_key, pair.one.pk)
    )


def shown_pairs(suggestions: Sequence[Suggestion], asker: Asker) -> Mapping[int, Any]:
    """Both goals, and how the link would read."""
    return shown_links(suggestions, asker)


register_suggestion_kind(
    SuggestionKind(
        name=PAIR, label=gettext_lazy("Zusammenspiel von Zielen"), plural=gettext_lazy("Zusammenspiel von Zielen"),
        question=gettext_lazy("Wirken diese Ziele so aufeinander?"), accept=accept_link, shown=shown_pairs, form=LinkReasonForm,
        may_decide=may_decide_link, standing=not_linked_yet, order=42,
    )
)  # fmt: skip
register_suggester(
    Suggester(
        name=NAME, label=gettext_lazy("Zusammenspiel von Zielen suchen"),
        explanation=gettext_lazy("Sucht Ziele, denen dieselben Maßnahmen dienen oder die Ähnliches sagen, und Ziele, von denen eine Maßnahme oder Entscheidung das eine fördert und das andere hemmt. Wie oft das stimmt, ist nicht gemessen."),
        kinds=(PAIR,), version=VERSION, begin=PairsOfGoals, piece=100, order=42,
    )
)  # fmt: skip


def words_of_kind(kind: str) -> str:
    """What a kind of pair is called."""
    return _("stärken sich") if kind == STRENGTHENS else _("in Spannung")
