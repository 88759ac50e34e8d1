"""Links between items that probably belong together: by what they say, by the words they share, by places and fields they have in common.

Rooms say between which kinds (`propose_links`). How much each of these likenesses counts is learnt from the links that are drawn in this
installation; where these are too few, it is as measured beforehand (START). What is linked already, or was refused, is not proposed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.engines.text.curves import Curve
from insek.engines.text.encoders import Vectors, centred
from insek.engines.text.grams import GramSpace, nouns_of, words_and_pairs
from insek.engines.text.likeness import learn_likeness
from insek.people.actors import Actor
from insek.people.models import Right
from insek.release.releases import link_or_propose
from insek.thread.kinds import kind_names, link_kind_named
from insek.thread.models import Item, Link
from insek.web.richtext import plain_text

from .calibration import Calibration, calibration_of
from .item_fields import EXCERPT, text_of
from .keeping import hash_of
from .models import Suggestion
from .register import (
    Looking,
    Proposed,
    ShownSuggestion,
    Suggester,
    SuggestionForm,
    SuggestionKind,
    register_suggester,
    register_suggestion_kind,
)

ITEM_LINK = "item-link"
NAME, VERSION = "item-links", "1"
FOR_EACH = 2
"""Proposals for each item and pair of kinds, the best."""
LEAST = 0.25
LONGEST_REASON = 500
SHARED_WORDS = 4
SHORTEST_WORD = 5
START = Curve((4.0, 5.0, 6.0, 0.7, 0.5), -5.0)
"""Meaning, letters, words, a common place, a common field; the middle. As measured on the demo (docs/methods/suggestions.md)."""

_pairs: list[tuple[str, str, str]] = []
PlacesOf = Callable[[Concept, Sequence[str]], Mapping[str, set[str]]]
_places: list[PlacesOf] = []


def propose_links(link_kind: str, pairs: Iterable[tuple[str, str]]) -> None:
    """Let links of a kind be proposed between these kinds of item, each from source to target."""
    for source, target in pairs:
        if (link_kind, source, target) not in _pairs:
            _pairs.append((link_kind, source, target))


def register_places_of(places: PlacesOf) -> None:
    """Let a room say in which places items lie: ids of items -> keys of places."""
    _places.append(places)


@dataclass(frozen=True)
class Ends:
    """One kind of link between two kinds of item, with the items there are."""

    kind: str
    sources: list[Item]
    targets: list[Item]
    drawn: set[tuple[str, str]]


class LinksBetweenItems:
    """What one run has learnt of the links there are, and the items that might be linked."""

    def __init__(self, looking: Looking) -> None:
        self.looking = looking
        concept = looking.concept
        kinds = sorted({kind for _link, *both in _pairs for kind in both})
        items = list(Item.objects.filter(concept=concept, kind__in=kinds).order_by("pk"))
        self.place = {item.pk: number for number, item in enumerate(items)}
        texts = [text_of(item) for item in items]
        by_kind: dict[str, list[Item]] = defaultdict(list)
        for item in items:
            by_kind[item.kind].append(item)
        links = Link.objects.filter(source__concept=concept, source__kind__in=kinds, target__kind__in=kinds)
        drawn: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for kind, source, target in links.values_list("kind", "source", "target"):
            drawn[kind].add((source, target))
        self.linked = {frozenset(pair) for pairs in drawn.values() for pair in pairs}
        self.refused = _decided(concept)
        self.calibration: Calibration = calibration_of(concept, NAME)
        self.fields = _fields_of(concept, self.place)
        self.lying = _places_of(concept, list(self.place))
        self.ends = [
            Ends(kind, by_kind[source], by_kind[target], drawn[kind])
            for kind, source, target in sorted(_pairs)
            if by_kind[source] and by_kind[target]
        ]
        self.subjects = [(number, item) for number, ends in enumerate(self.ends) for item in ends.sources]
        self.input_hash = hash_of(
            [texts, sorted(map(sorted, self.linked)), sorted(self.refused), sorted((k, sorted(v)) for k, v in self.lying.items()),
             sorted((k, sorted(v)) for k, v in self.fields.items()), self.calibration.plain, sorted(_pairs), looking.seed]
        )  # fmt: skip
        self.model = looking.encoder().id if self.subjects else ""
        if not self.subjects:
            return
        self.vectors: Vectors = centred(looking.vectors(texts))
        self.letters, self.words = GramSpace(texts), GramSpace(texts, words_and_pairs)
        self.texts = texts
        self.weights = self._learnt()

    def at(self, subjects: Sequence[tuple[int, Item]]) -> Iterable[Proposed]:
        """The targets that fit each source best, where they are sure enough and nobody decided them."""
        for number in dict.fromkeys(number for number, _item in subjects):
            ends = self.ends[number]
            some = [item for which, item in subjects if which == number]
            chances = self.weights.at(self._likeness(some, ends.targets))
            for source, row in zip(some, chances, strict=True):
                yield from self._best(ends, source, row)

    def _best(self, ends: Ends, source: Item, chances: NDArray[np.float64]) -> Iterable[Proposed]:
        made = 0
        for place in np.argsort(-chances, kind="stable"):
            target, raw = ends.targets[place], float(chances[place])
            sure = self.calibration.corrected(raw)
            if made == FOR_EACH or sure < LEAST:
                return
            pair = frozenset((source.pk, target.pk))
            if (
                source.pk == target.pk
                or pair in self.linked
                or (ends.kind, source.pk, target.pk) in self.refused
            ):
                continue
            made += 1
            shared = self._shared(source, target)
            yield Proposed(
                kind=ITEM_LINK, subject=f"item:{source.pk}", item=source.pk, other=target.pk,
                content={"kind": ends.kind, "target": target.pk, "reason": reason_of(shared)}, identity=[ends.kind, target.pk],
                why=self._why(source, target, shared), confidence=sure, raw_confidence=raw,
            )  # fmt: skip

    def _likeness(self, sources: Sequence[Item], targets: Sequence[Item]) -> NDArray[np.float64]:
        """How alike each source and each target are, in each respect: sources x targets x respects."""
        one, other = [self.place[item.pk] for item in sources], [self.place[item.pk] for item in targets]
        layers: list[Any] = [self.vectors[one] @ self.vectors[other].T]
        for space in (self.letters, self.words):
            layers.append(
                space.products(
                    space.rows([self.texts[n] for n in one]), space.rows([self.texts[n] for n in other])
                )
            )
        for known in (self.lying, self.fields):
            layers.append(
                [[bool(known.get(a.pk, set()) & known.get(b.pk, set())) for b in targets] for a in sources]
            )
        return np.stack([np.asarray(layer, dtype=np.float64) for layer in layers], axis=2)

    def _learnt(self) -> Curve:
        features, hits = [], []
        for ends in self.ends:
            self.looking.touch()
            likeness = self._likeness(ends.sources, ends.targets)
            drawn = np.array(
                [[(a.pk, b.pk) in ends.drawn for b in ends.targets] for a in ends.sources], dtype=bool
            )
            some = drawn.any(axis=1)  # of a source without any link nobody said yet what it is not linked to
            features.append(likeness[some].reshape(-1, likeness.shape[2]))
            hits.append(drawn[some].reshape(-1))
        return learn_likeness(np.vstack(features), np.concatenate(hits), START)

    def _shared(self, source: Item, target: Item) -> list[str]:
        """The rare words that both say, the rarest first, as they are written in the source."""
        one, other = (self.texts[self.place[item.pk]] for item in (source, target))
        here, there = self.words.counts(one), self.words.counts(other)
        both = [
            word
            for word in here
            if word in there and len(word) >= SHORTEST_WORD and " " not in word and not word.isdigit()
        ]
        both = [word for word in both if self._is_telling(word)]
        both.sort(key=lambda word: (-self.words.weight[self.words.place[word]], word))
        named = nouns_of(one)
        return [named[word] for word in both if word in named][:SHARED_WORDS]

    def _is_telling(self, word: str) -> bool:
        place = self.words.place.get(word)
        return place is not None and bool(self.words.of_texts[place] <= max(3, self.words.number / COMMON))

    def _why(self, source: Item, target: Item, shared: Sequence[str]) -> str:
        """In German, as it is content that outlives the page."""
        told = []
        if shared:
            told.append(f"Beide sprechen von {_listed(shared)}.")
        else:
            told.append("Beide sagen dem Sinn nach Ähnliches.")
        if self.lying.get(source.pk, set()) & self.lying.get(target.pk, set()):
            told.append("Beide liegen im selben Ort.")
        if self.fields.get(source.pk, set()) & self.fields.get(target.pk, set()):
            told.append("Beide gehören zum selben Handlungsfeld.")
        return " ".join(told)


COMMON = 7
"""What more than one of so many texts say is too common to say what two of them have in common; what three say never is."""


def reason_of(shared: Sequence[str]) -> str:
    """A sentence for the link, drawn up from what both say; empty where they share no word, and a person writes it."""
    return f"Beides betrifft {_listed(shared)}." if shared else ""


def _listed(words: Sequence[str]) -> str:
    named = [f"„{word}“" for word in words]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} und {named[-1]}"


def _decided(concept: Concept) -> set[tuple[str, str, str]]:
    rows = Suggestion.objects.decided().filter(concept=concept, kind=ITEM_LINK)
    return {
        (content["kind"], item, content["target"])
        for item, content in rows.values_list("item", "content")
        if item
    }


def _fields_of(concept: Concept, known: Mapping[str, Any]) -> dict[str, set[str]]:
    rows = Item.fields.through._default_manager.filter(item__concept=concept).values_list(
        "item", "field__key"
    )
    found: dict[str, set[str]] = defaultdict(set)
    for item, key in rows:
        if item in known:
            found[item].add(key)
    return found


def _places_of(concept: Concept, ids: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for places in _places:
        for item, keys in places(concept, ids).items():
            found[item] |= keys
    return found


class LinkReasonForm(SuggestionForm):
    """Another reason than the one that is drawn up."""

    reason = forms.CharField(
        label=gettext_lazy("Begründung in einem Satz"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


def may_decide_link(suggestion: Suggestion, actor: Actor) -> bool:
    """Drawing links takes its own right."""
    return actor.has(Right.LINK)


def accept_link(suggestion: Suggestion, content: Mapping[str, Any], actor: Actor) -> Any:
    """Draw the link with its reason, or propose it where the public would see it."""
    ends = Item.objects.visible_to(actor).in_bulk([suggestion.item_id, content["target"]])
    if len(ends) < 2:
        raise ValidationError(_("Diesen Inhalt gibt es nicht mehr."))
    source, target = ends[suggestion.item_id or ""], ends[content["target"]]
    return link_or_propose(source, target, kind=content["kind"], reason=content["reason"], actor=actor)


def shown_links(suggestions: Sequence[Suggestion], asker: Asker) -> Mapping[int, ShownSuggestion]:
    """Both ends, and how the link would read. One query, and the words of kinds once a page."""
    ids = {end for each in suggestions for end in (each.item_id, each.other_id) if end}
    items = Item.objects.visible_to(asker.actor).in_bulk(ids)
    called = kind_names(asker)
    found = {}
    for each in suggestions:
        source, target = items.get(each.item_id or ""), items.get(each.other_id or "")
        if source is None or target is None:
            continue
        content = each.changed_to or each.content
        reads = link_kind_named(content["kind"]).label_towards("target")
        reason = content["reason"] or _("keine; bitte mit „Ändern und annehmen“ eine schreiben")
        found[each.pk] = ShownSuggestion(
            title=f"{called(source.kind)}: {source.number} {source.shown_title}", title_url=source.url, title_lang=source.title_lang,
            text=plain_text(source.text, EXCERPT),
            becomes=f"{reads}: {called(target.kind)} {target.number} {target.shown_title}", becomes_url=target.url,
            becomes_text=plain_text(target.text, EXCERPT), lines=[(_("Begründung, die eingetragen wird"), reason)],
        )  # fmt: skip
    return found


def not_linked_yet(suggestions: Sequence[Suggestion]) -> set[int]:
    """Those whose ends are there and nobody linked meanwhile, in either direction. Two queries."""
    ids = {end for each in suggestions for end in (each.item_id, each.other_id) if end}
    there = set(Item.objects.filter(pk__in=ids).values_list("pk", flat=True))
    linked = Link.objects.filter(source__in=ids, target__in=ids).values_list("source", "target")
    taken = {frozenset(pair) for pair in linked}
    return {
        each.pk for each in suggestions
        if each.item_id in there and each.other_id in there and frozenset((each.item_id, each.other_id)) not in taken
    }  # fmt: skip


def register() -> None:
    """Make kind and suggester known."""
    register_suggestion_kind(
        SuggestionKind(
            name=ITEM_LINK, label=gettext_lazy("Verknüpfung"), plural=gettext_lazy("Verknüpfungen"),
            question=gettext_lazy("Gehört das zusammen?"), accept=accept_link, shown=shown_links, form=LinkReasonForm,
            may_decide=may_decide_link, standing=not_linked_yet, order=10,
        )
    )  # fmt: skip
    register_suggester(
        Suggester(
            name=NAME, label=gettext_lazy("Zusammengehöriges verknüpfen"),
            explanation=gettext_lazy("Vergleicht Befunde, Ziele, Maßnahmen, Beiträge und Planwerke nach Sinn, gemeinsamen Wörtern, Ort und Handlungsfeld. Wie viel davon zählt, lernt es an den Verknüpfungen, die es hier schon gibt."),
            kinds=(ITEM_LINK,), version=VERSION, begin=LinksBetweenItems, piece=100, order=10,
        )
    )  # fmt: skip


register()
