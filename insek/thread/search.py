"""Search over items: what a query asks for, looked up in tables of our own behind the gate, the same on every database.

Each word of a query may be answered in several ways, better and worse ones: by itself and its forms, by what it is related
to, and, where that finds too little, by the parts of a compound, by words that begin so, and by the word that was meant.
Items with all words come first; where there are none, the best with some. docs/methods/search.md says how they are ranked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from heapq import nlargest
from math import exp, log2, sqrt
from typing import Any

from django.db.models import BooleanField, Case, Exists, F, Model, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import StrIndex
from django.utils import timezone

from insek import clock
from insek.concept.models import Concept
from insek.engines.text import Way, asked_words, fold, sort_key
from insek.engines.text.dictionary import dictionary_form
from insek.engines.text.relations import SAME
from insek.engines.text.vocabulary import WEAK_WORDS
from insek.people.actors import Actor
from insek.people.prepared import prepared

from .answers import CORRECTED, ENOUGH, HALF, Group, answer, match, related_words
from .audience import gated
from .kinds import all_kinds
from .known_ids import is_seen
from .lookup import Lookup, SeenItem
from .models import Item, ItemQuerySet, Posting
from .postings import number_of

MOST_FOUND = 1000
"""Items that are put in order; who needs more asks with more words."""
SOME = 100
"""Items that are shown when none has all words."""
FROM_TOP = 400
"""Of a very frequent word, so many items are looked at first: those that are most about it."""
MOST_BY_TITLE = 200
"""Items that are found by their titles while there is no index."""
LEAST_FROM_TOP = 25
"""Where fewer of these have all words, the database looks for the others."""
WEAK = 0.2
"""What a word counts that need not be there."""
SAYS_LITTLE = frozenset(map(fold, WEAK_WORDS))
"""A word that was meant to be one of these need not be there either."""
EVERYDAY = frozenset({"raum", "grundlage"})
"""Names of kinds that mean something else in a question more often."""

PlaceFinder = Callable[[Sequence[frozenset[str]], Actor, Concept | None], list[frozenset[str]]]
_place_finders: list[PlaceFinder] = []


def register_place_finder(finder: PlaceFinder) -> None:
    """Let a room say, for the terms of each word, the items that lie in the place they name, seen or not; of one concept or of all."""
    if finder not in _place_finders:
        _place_finders.append(finder)


@dataclass
class Found:
    """What a query found, best first."""

    ids: list[str] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    kind_of: Mapping[str, str] = field(default_factory=dict)
    """The kind of each item that was found."""
    missing: dict[str, list[str]] = field(default_factory=dict)
    """The words that items with only some of them lack."""
    is_whole: bool = True
    """False where there are more items than were looked at."""

    @cached_property
    def kinds(self) -> dict[str, int]:
        """How many of the items are of which kind."""
        return dict(Counter(self.kind_of[pk] for pk in self.ids))

    @property
    def corrected(self) -> dict[str, str]:
        """The words that were read as others, with those."""
        return {group.asked.word: group.corrected for group in self.groups if group.corrected}

    @property
    def marks(self) -> list[frozenset[str]]:
        """The terms to mark in a text, one set for each word."""
        return [group.terms for group in self.needed]

    @property
    def needed(self) -> list[Group]:
        """The words that an item must have."""
        return _needed(self.groups)


def search_items(query: str, actor: Actor, items: ItemQuerySet | None = None, **wanted: Any) -> ItemQuerySet:
    """Items that the actor may see and that have every word of the query, best first; where none has all, those with some.

    Nothing to search for gives nothing. Each item has its place as ``hit``. ``wanted`` are conditions such as ``concept``,
    checked of what was found; ``items`` are few, or are found otherwise too. Asks at once, some five queries.
    """
    return in_order(find(query, actor, items, **wanted), actor, items, **wanted)


def in_order(found: Found, actor: Actor, items: ItemQuerySet | None = None, **wanted: Any) -> ItemQuerySet:
    """The items that were found, each with its place as ``hit``."""
    first = found.ids[:MOST_FOUND]
    if not first:
        return Item.objects.none()
    place = StrIndex(Value("," + ",".join(first)), F("pk"))
    checked = _checked(Q(pk__among=frozenset(first)), actor, items, **wanted)
    return checked.annotate(hit=place).order_by("hit", "sort_key", "pk")


def hits(query: str, actor: Actor, items: ItemQuerySet | None = None, **wanted: Any) -> ItemQuerySet:
    """The same items in the order they have, however many."""
    found = find(query, actor, items, **wanted)
    if found.is_whole:
        return (
            _checked(Q(pk__among=frozenset(found.ids)), actor, items, **wanted)
            if found.ids
            else Item.objects.none()
        )
    needed = found.needed
    return _checked(_has_all(needed), actor, items, **wanted)


def by_words_of_title(query: str, actor: Actor, items: ItemQuerySet | None = None, **wanted: Any) -> Found:
    """What has the words of a query in its title as they are typed, for the time in which the index is built anew. One query."""
    found = Q()
    for word in filter(None, map(sort_key, query.split())):
        found &= Q(title_key__contains=word)
    if not found:
        return Found()
    rows = _checked(found, actor, items, **wanted).order_by("title_key", "pk").values_list("pk", "kind")
    kind_of = dict(rows[:MOST_BY_TITLE])
    return Found(list(kind_of), kind_of=kind_of, is_whole=len(kind_of) < MOST_BY_TITLE)


def _having_all(
    groups: list[Group], actor: Actor, items: ItemQuerySet | None, **wanted: Any
) -> QuerySet[Any, str]:
    """The ids of the items that have all words, each once.

    The database starts from the postings of the rarest word and looks each item up in those of the others, and what has all
    words in the gate: without statistics it would read the postings of every word as a whole.
    """
    words = {
        id(group): [number_of(way.terms[0]) for way in _ways(group, groups)] for group in _single(groups)
    }
    seen = _checked(Q(), actor, items, **wanted)
    if not words:
        return seen.filter(_has_all(groups)).order_by("pk").values_list("pk", flat=True)
    first = min(_single(groups), key=lambda group: group.often)
    rows = Posting.objects.filter(word__in=words[id(first)])
    for group in sorted(groups, key=lambda group: group.often):
        if group is not first:
            rows = rows.filter(_looked_up(_beside(group, _ways(group, groups))))
    if len(words[id(first)]) > 1:  # each item once, by the first of its words: for DISTINCT all would be read
        smaller = Q(word__in=words[id(first)], word__lt=OuterRef("word"))
        rows = rows.filter(_looked_up(~Q(Exists(Posting.objects.filter(smaller, item=OuterRef("item"))))))
    rows = rows.filter(_looked_up(Q(is_seen(seen, "item"))))
    return rows.order_by("-weight", "item_id").values_list("item_id", flat=True)


def _looked_up(condition: Q) -> Case:
    """A condition that is asked row by row: PostgreSQL would make a join of it, and read all items or postings for that."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _has_all(groups: list[Group]) -> Q:
    """What has all words, asked of the database."""
    has = Q()
    for group in groups:
        has &= _has(group, _ways(group, groups))
    return has


def _ways(group: Group, groups: Sequence[Group]) -> list[Way]:
    """The ways that count as having a word."""
    least = HALF if len(groups) > 1 else 0.0
    return [way for way in group.ways if way.quality >= least]


def _single(groups: Sequence[Group]) -> list[Group]:
    """Those of some words that are each answered by single terms alone."""
    return [
        group
        for group in groups
        if not group.there and all(len(way.terms) == 1 for way in _ways(group, groups))
    ]


def _beside(group: Group, ways: Sequence[Way]) -> Q:
    """Whether the item of a posting has a word: each is looked up."""
    of_item = Posting.objects.filter(item=OuterRef("item"))
    has = Q(Exists(of_item.filter(word__in=[number_of(way.terms[0]) for way in ways if len(way.terms) == 1])))
    for way in ways:
        if len(way.terms) > 1:
            every = Q()
            for term in way.terms:
                every &= Q(Exists(of_item.filter(word=number_of(term))))
            has |= every
    return has | Q(item__among=group.there) if group.there else has


def _checked(found: Q, actor: Actor, items: ItemQuerySet | None, **wanted: Any) -> ItemQuerySet:
    """Those of the found items that the actor may see, and that are wanted."""
    if items is None:
        return Item.objects.filter(found).checked_for(actor, **wanted)
    return items.visible_to(actor).filter(found, **wanted)


def _seen_of(
    ids: frozenset[str], actor: Actor, items: ItemQuerySet | None, **wanted: Any
) -> list[tuple[str, str, datetime, str]]:
    """Those of some ids that the actor may see and that are wanted, each with kind, last change and key of lists. One query."""
    names = sorted(wanted)
    values = [wanted[name].pk if isinstance(wanted[name], Model) else wanted[name] for name in names]
    plain = items is None and all(isinstance(value, str | int) for value in values)

    def rows(ids: Any, *values: Any) -> Any:
        conditions = dict(zip(names, values, strict=True))
        found = _checked(Q(pk__among=ids), actor, items, **conditions)
        return found.order_by().values_list("pk", "kind", "updated_at", "sort_key")

    return prepared(gated(actor, "seen by search", *names) if plain else None, rows, ids, *values)


def _has(group: Group, ways: Sequence[Way]) -> Q:
    """What has a word in one of these ways, asked of the database."""
    single = [number_of(way.terms[0]) for way in ways if len(way.terms) == 1]
    has = Q(pk__in=Posting.objects.filter(word__in=single).values("item"))
    for way in ways:
        if len(way.terms) > 1:
            every = Q()
            for term in way.terms:
                every &= Q(pk__in=Posting.objects.filter(word=number_of(term)).values("item"))
            has |= every
    return has | Q(pk__among=group.there) if group.there else has


def find(
    query: str,
    actor: Actor,
    items: ItemQuerySet | None = None,
    *,
    literally: bool = False,
    fill: bool = False,
    **wanted: Any,
) -> Found:
    """Look a query up; with ``literally`` no word is corrected, with ``fill`` few items with all words are followed by some
    with only some.
    """
    asked = asked_words(query, related_words(), _prefixes())
    if not asked:
        return Found()
    lookup = Lookup(lambda ids: _seen_of(ids, actor, items, **wanted), FROM_TOP)
    groups = [Group(word, word.ways) for word in asked]
    _name_kinds(groups)
    needed = _needed(groups)
    lookup.load(term for group in needed for term in group.terms)
    for group in needed:
        answer(group, lookup, is_last=group is groups[-1], literally=literally)
    little = [group for group in needed if group.corrected in SAYS_LITTLE]  # "Kaiserslauterer"
    for group in little if len(little) < len(needed) else ():
        group.asked = replace(group.asked, is_needed=False)
    needed = _needed(groups)
    _place(needed, actor, lookup, wanted.get("concept"))
    candidates, is_whole = _candidates(needed, lookup)
    found = _with_all(candidates, groups, lookup, is_whole=is_whole)
    if not is_whole and len(found.ids) < LEAST_FROM_TOP:
        # the best of a frequent word are not enough: the database looks for those that have all words
        more = list(_having_all(needed, actor, items, **wanted)[: FROM_TOP + 1])
        candidates = list(dict.fromkeys([*found.ids, *more]))
        found = _with_all(candidates, groups, lookup, is_whole=len(more) <= FROM_TOP)
    if len(needed) == 1 and fill and needed[0].found and not needed[0].has:
        # nothing has the word itself: what is nearest, and said to be that
        found.missing = {pk: [needed[0].asked.word] for pk in found.ids}
    if (found.ids and (len(found.ids) >= ENOUGH or not fill)) or len(needed) < 2:
        return found
    return _with_some(found.ids, groups, needed, lookup)


def _place(needed: list[Group], actor: Actor, lookup: Lookup, concept: Concept | None) -> None:
    """Let what lies in the places that some of several words name answer these."""
    for finder in _place_finders if len(needed) > 1 else ():
        places = finder([group.asked.terms() for group in needed], actor, concept)
        for group, there in zip(needed, places, strict=True):
            if there:
                group.there |= there
                match(group, lookup)


def _with_all(candidates: list[str], groups: list[Group], lookup: Lookup, *, is_whole: bool) -> Found:
    """Those of the candidates that have all words and that the actor may see, in their order."""
    _complete(groups, candidates, lookup)
    entries = lookup.count_items()
    for group in groups:
        group.rarity = _rarity(group, lookup, entries)
        group.often = sum(lookup.count(term) for term in group.terms)
    needed = _needed(groups)
    if len(needed) == 1:
        seen = lookup.see(pk for pk in candidates if pk in needed[0].found)
    else:
        seen = lookup.see(pk for pk in candidates if all(pk in group.has for group in needed))
    ids = _ranked(list(seen), groups, seen)
    return Found(ids, groups, {pk: seen[pk].kind for pk in ids}, {}, is_whole)


def _candidates(needed: list[Group], lookup: Lookup) -> tuple[list[str], bool]:
    """Items that may have all words: those of the rarest one; and whether these are all of them."""
    whole = [group for group in needed if not any(lookup.is_cut(term) for term in group.terms)]
    if whole:
        return list(min(whole, key=lambda group: len(group.found)).found), True
    driver = min(needed, key=lambda group: sum(lookup.count(term) for term in group.terms))
    best = nlargest(FROM_TOP, driver.found, key=lambda pk: (driver.found[pk], pk))
    return best, False


def _complete(groups: list[Group], candidates: list[str], lookup: Lookup) -> None:
    """Look up in the candidates what was too frequent to be read as a whole, and the weak words."""
    needed = _needed(groups)
    weak = [term for group in groups if group not in needed for term in group.terms]
    cut = [term for group in groups for term in group.terms if lookup.is_cut(term)]
    if lookup.load_in(candidates, [*weak, *cut]):
        for group in groups:
            if group not in needed or any(lookup.is_cut(term) for term in group.terms):
                match(group, lookup)


def _rarity(group: Group, lookup: Lookup, entries: int) -> float:
    """How much a word tells: the more, the fewer items have it."""
    good = [way for way in group.ways if way.quality >= CORRECTED and len(way.terms) == 1]
    often = max((lookup.count(term) for way in good for term in way.terms), default=0) or len(group.found)
    rarity = log2(1 + max(entries, often) / (1 + often))
    return rarity if group.asked.is_needed else WEAK * rarity


def _needed(groups: Sequence[Group]) -> list[Group]:
    """The words that an item must have: neither those that say little nor those that name a kind."""
    return [group for group in groups if group.asked.is_needed and not group.kind]


def _name_kinds(groups: Sequence[Group]) -> None:
    """Let words that name a kind ask for that kind, as long as others say what is searched for ("Protokoll Theaterwiese")."""
    kinds = _kind_words()
    for group in groups:
        if group.asked.is_needed and group.asked.spelling:
            same = [way.terms[0] for way in group.asked.ways if way.quality >= SAME and len(way.terms) == 1]
            group.kind = next((kinds[term] for term in same if term in kinds), "")
    if not _needed(groups):
        for group in groups:
            group.kind = ""


def _ranked(
    ids: list[str], groups: list[Group], seen: Mapping[str, SeenItem], *, some: bool = False
) -> list[str]:
    """The items in the order of what they are about, newer ones a little before older ones."""
    today = clock.today()
    kinds = {group.kind for group in groups if group.kind}

    def rank(pk: str) -> tuple[bool, float, str, str]:
        item = seen[pk]
        score = 0.0
        for group in groups:
            value = group.found.get(pk, 0.0)
            # where words are missing, a rare word in the text says more than a frequent one in the title
            score += group.rarity**2 * sqrt(value) if some else group.rarity * value
        age = max(0, (today - timezone.localdate(item.updated_at)).days) / 365
        is_other = bool(kinds) and item.kind not in kinds
        return is_other, -round(score * (1 + 0.03 * exp(-age)), 1), item.sort_key, pk

    return sorted(ids, key=rank)


def _with_some(full: list[str], groups: list[Group], needed: list[Group], lookup: Lookup) -> Found:
    """The items with all words, then the best with some, and which each of these lacks."""
    best: dict[str, float] = {}
    for group in needed:
        for pk, value in group.found.items():
            best[pk] = best.get(pk, 0.0) + group.rarity**2 * sqrt(value)
    candidates = sorted(best, key=lambda pk: (-best[pk], pk))[: 5 * SOME]
    _complete(groups, candidates, lookup)
    seen = lookup.see([*full, *candidates])
    told = {pk: sum(group.rarity for group in needed if pk in group.has) for pk in seen}
    all_told = sum(group.rarity for group in needed)
    most = max((told[pk] for pk in seen if told[pk] < all_told or not full), default=0.0)
    rest = [pk for pk in seen if pk not in full and told[pk] >= most / 2]
    if len(full) + len(rest) < ENOUGH:
        rest = [pk for pk in seen if pk not in full]
    some = _ranked(rest, groups, seen, some=True)[: 2 * ENOUGH if full else SOME]
    missing = {pk: [group.asked.word for group in needed if pk not in group.has] for pk in some}
    if not full:
        some = _mixed(some, missing)
    ids = [*full, *some]
    return Found(ids, groups, {pk: seen[pk].kind for pk in ids}, missing)


def _mixed(some: list[str], missing: Mapping[str, list[str]]) -> list[str]:
    """The same order, but for the best two that lack other words than the first does: these come among the first five."""
    first = some[:1] and missing[some[0]]
    others = [pk for pk in some if missing[pk] != first and len(missing[pk]) == len(first)][:2]
    rest = [pk for pk in some if pk not in others]
    place = ENOUGH - len(others)
    early = [pk for pk in some[:ENOUGH] if pk in others]
    return some if len(early) == len(others) else [*rest[:place], *others, *rest[place:]]


@lru_cache(maxsize=1)
def _kind_words() -> dict[str, str]:
    """The kinds by their German names, of one and of many."""
    from django.utils import translation

    with translation.override("de"):
        named = [
            (dictionary_form(str(label)), kind.name)
            for kind in all_kinds()
            for label in (kind.label, kind.plural)
        ]
    return {term: name for term, name in named if term and term not in EVERYDAY}


@lru_cache(maxsize=1)
def _prefixes() -> dict[str, str]:
    """The letters before the number of each kind, by its German name."""
    from django.utils import translation

    with translation.override("de"):
        return {fold(str(kind.label)): kind.prefix for kind in all_kinds() if kind.prefix}
