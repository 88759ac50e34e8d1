"""Search over items: what a query asks for, looked up in tables of our own behind the gate, the same on every database.

Each word of a query may be answered in several ways, better and worse ones: by itself and its forms, by what it is related
to, and, where that finds too little, by the parts of a compound, by words that begin so, and by the word that was meant.
Items with all words come first; where there are none, the best with some. docs/methods/search.md says how they are ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest
from math import exp, log2
from typing import Any

from django.conf import settings
from django.db.models import F, Q, Value
from django.db.models.functions import StrIndex

from insek import clock
from insek.engines.text import AskedWord, Related, Way, asked_words, fold, relations
from insek.engines.text.asking import ONE_PART, OUTER_PARTS
from insek.people.actors import Actor

from .kinds import all_kinds
from .lookup import Lookup, SeenItem
from .models import Item, ItemQuerySet, Posting
from .postings import number_of
from .vocabulary import LONG, beginning, nearest, nearly, pieces, without_umlauts_alike

ENOUGH = 5
"""Items that a word finds by its good ways; where there are fewer, the looser ones count as well."""
MOST_FOUND = 1000
"""Items that are put in order; who needs more asks with more words."""
SOME = 100
"""Items that are shown when none has all words."""
FROM_TOP = 400
"""Of a very frequent word, so many items are looked at first: those that are most about it."""
LEAST_FROM_TOP = 50
"""Where fewer of these have all words, the database looks for the others."""
BEGINNING, WITHOUT_UMLAUTS, CORRECTED = 0.6, 0.95, 0.8
"""How good an answer a word is that begins so, that lacks its umlauts, that was corrected."""
WEAK = 0.2
"""What a word counts that need not be there."""
IN_PLACE = 300
"""What it counts to lie in a place that is asked for, in weights of postings."""
MOST_CORRECTIONS = 12
FEW = 40
"""A part of a compound that no more items have than this always tells something."""

PlaceFinder = Callable[[Sequence[frozenset[str]], Actor], list[frozenset[str]]]
_place_finders: list[PlaceFinder] = []


def register_place_finder(finder: PlaceFinder) -> None:
    """Let a room say, for the terms of each word, the items that lie in the place they name, seen or not."""
    if finder not in _place_finders:
        _place_finders.append(finder)


@dataclass
class Group:
    """One word of the query with the ways that count, and the items that answer it: how well each."""

    asked: AskedWord
    ways: tuple[Way, ...]
    corrected: str = ""
    there: frozenset[str] = frozenset()
    found: dict[str, float] = field(default_factory=dict)
    rarity: float = 1.0

    @property
    def terms(self) -> frozenset[str]:
        """All terms that count, for marking them."""
        return frozenset(term for way in self.ways for term in way.terms)


@dataclass
class Found:
    """What a query found, best first."""

    ids: list[str] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    kinds: Mapping[str, int] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    """The words that items with only some of them lack."""
    is_whole: bool = True
    """False where there are more items than were looked at."""

    @property
    def corrected(self) -> dict[str, str]:
        """The words that were read as others, with those."""
        return {group.asked.word: group.corrected for group in self.groups if group.corrected}

    @property
    def marks(self) -> list[frozenset[str]]:
        """The terms to mark in a text, one set for each word."""
        return [group.terms for group in self.groups if group.asked.is_needed]


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
    checked = _checked(Q(pk__in=first), actor, items, **wanted)
    return checked.annotate(hit=place).order_by("hit", "sort_key", "pk")


def hits(query: str, actor: Actor, items: ItemQuerySet | None = None, **wanted: Any) -> ItemQuerySet:
    """The same items in the order they have, however many."""
    found = find(query, actor, items, **wanted)
    if found.is_whole:
        return _checked(Q(pk__in=found.ids), actor, items, **wanted) if found.ids else Item.objects.none()
    needed = [group for group in found.groups if group.asked.is_needed]
    return _checked(_has_all(needed), actor, items, **wanted)


def amount_of(found: Found, actor: Actor, items: ItemQuerySet | None = None, **wanted: Any) -> int:
    """How many items were found, counted up to ``MOST_FOUND`` and one more. One query where not all were looked at."""
    if found.is_whole:
        return len(found.ids)
    needed = [group for group in found.groups if group.asked.is_needed]
    return _checked(_has_all(needed), actor, items, **wanted).order_by()[: MOST_FOUND + 1].count()


def _has_all(groups: list[Group]) -> Q:
    """What has all words, asked of the database."""
    has = Q()
    for group in groups:
        has &= _has(group)
    return has


def _checked(found: Q, actor: Actor, items: ItemQuerySet | None, **wanted: Any) -> ItemQuerySet:
    """Those of the found items that the actor may see, and that are wanted."""
    if items is None:
        return Item.objects.filter(found).checked_for(actor, **wanted)
    return items.visible_to(actor).filter(found, **wanted)


def _has(group: Group) -> Q:
    """What has a word, asked of the database."""
    single = [number_of(way.terms[0]) for way in group.ways if len(way.terms) == 1]
    has = Q(pk__in=Posting.objects.filter(word__in=single).values("item"))
    for way in group.ways:
        if len(way.terms) > 1:
            every = Q()
            for term in way.terms:
                every &= Q(pk__in=Posting.objects.filter(word=number_of(term)).values("item"))
            has |= every
    return has | Q(pk__in=group.there) if group.there else has


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
    lookup = Lookup(lambda found: _checked(found, actor, items, **wanted), FROM_TOP)
    groups = [Group(word, word.ways) for word in asked]
    needed = [group for group in groups if group.asked.is_needed]
    lookup.load(term for group in needed for term in group.terms)
    for group in needed:
        _answer(group, lookup, is_last=group is groups[-1], literally=literally)
    _place(needed, actor, lookup)
    candidates, is_whole = _candidates(needed, lookup)
    found = _with_all(candidates, groups, lookup, is_whole=is_whole)
    if not is_whole and len(found.ids) < LEAST_FROM_TOP:
        # the best of a frequent word are not enough: the database looks for those that have all words
        every = _checked(_has_all(needed), actor, items, **wanted).order_by("pk")
        more = list(every.values_list("pk", flat=True)[: FROM_TOP + 1])
        candidates = list(dict.fromkeys([*found.ids, *more]))
        found = _with_all(candidates, groups, lookup, is_whole=len(more) <= FROM_TOP)
    if (found.ids and (len(found.ids) >= ENOUGH or not fill)) or len(needed) < 2:
        return found
    return _with_some(found.ids, groups, needed, lookup)


def _place(needed: list[Group], actor: Actor, lookup: Lookup) -> None:
    """Let what lies in the places that some of several words name answer these."""
    for finder in _place_finders if len(needed) > 1 else ():
        places = finder([group.asked.terms() for group in needed], actor)
        for group, there in zip(needed, places, strict=True):
            group.there |= there
            group.found = _matched(group, lookup)


def _with_all(candidates: list[str], groups: list[Group], lookup: Lookup, *, is_whole: bool) -> Found:
    """Those of the candidates that have all words and that the actor may see, in their order."""
    _complete(groups, candidates, lookup)
    entries = lookup.count_items()
    for group in groups:
        group.rarity = _rarity(group, lookup, entries)
    needed = [group for group in groups if group.asked.is_needed]
    seen = lookup.see(pk for pk in candidates if all(pk in group.found for group in needed))
    ids = _ranked(list(seen), groups, seen)
    return Found(ids, groups, _kinds(ids, seen), {}, is_whole)


def _answer(group: Group, lookup: Lookup, *, is_last: bool, literally: bool) -> None:
    """Find the items that have a word; where they are few, by looser ways, by what begins so, by what was meant."""
    amount = _try(group, group.asked.ways, lookup)
    asked, spelling = group.asked, "" if literally else group.asked.spelling
    if amount == 0 and spelling:
        amount = _try_words(
            group, [(WITHOUT_UMLAUTS, word) for word in without_umlauts_alike(spelling)], lookup
        )
        if amount == 0 and not asked.is_known:
            amount = _try_meant(group, spelling, lookup)
    if amount < ENOUGH and not group.corrected:
        amount = _try(group, (*group.ways, *asked.looser), lookup)
    if amount < ENOUGH and not group.corrected and len(spelling) > 2 and (is_last or amount == 0):
        amount = _try_words(group, [(BEGINNING, word) for word in beginning(spelling)], lookup)
    if amount < ENOUGH and not group.corrected:
        amount = _try_words(group, [(ONE_PART, part) for part in _telling(asked.parts, lookup)], lookup)
    if amount == 0 and len(spelling) >= LONG:
        parts = pieces(spelling)
        ways = [Way(parts, OUTER_PARTS)] if len(parts) > 1 else []
        ways += [Way((part,), ONE_PART) for part in _telling(parts, lookup)]
        _try(group, (*group.ways, *ways), lookup)


def _try_meant(group: Group, spelling: str, lookup: Lookup) -> int:
    """Let a word that nobody wrote be answered by the one that was meant: a word of the items, or one that finds them."""
    word = _meant(spelling, lookup) or nearest(
        spelling, (words[0] for words in related_words() if len(words) == 1)
    )
    if not word:
        return 0
    amount = _try(
        group, (*group.asked.ways, Way((word,), CORRECTED), *_related_ways(word, CORRECTED)), lookup
    )
    if amount:
        group.corrected = word
    else:
        group.ways = group.asked.ways
    return amount


def _telling(parts: tuple[str, ...], lookup: Lookup) -> list[str]:
    """The parts of a compound that not every eighth item has: "Bus" of "Busverbindung", not "Stadt" of "Stadtklima"."""
    lookup.load(parts)
    most = max(FEW, lookup.count_items() // 8)
    return [part for part in parts if lookup.count(part) <= most]


def _try(group: Group, ways: tuple[Way, ...], lookup: Lookup) -> int:
    """Let a word be answered in these ways; how many items do, counted up to what is enough."""
    group.ways = ways
    lookup.load(group.terms)
    group.found = _matched(group, lookup)
    best = nlargest(4 * ENOUGH, group.found, key=lambda pk: (group.found[pk], pk))
    amount = len(lookup.see(best))
    if amount >= ENOUGH or len(best) == len(group.found):
        return amount
    if any(lookup.is_cut(term) for way in ways if len(way.terms) == 1 for term in way.terms):
        return ENOUGH
    return len(lookup.see(group.found))


def _try_words(group: Group, words: list[tuple[float, str]], lookup: Lookup) -> int:
    """Let a word also be answered by others."""
    return _try(group, (*group.ways, *(Way((word,), quality) for quality, word in words)), lookup)


def _meant(spelling: str, lookup: Lookup) -> str:
    """The word that was meant by one that nobody wrote: the nearest of those that items the actor may see have."""
    near = nearly(spelling)[:MOST_CORRECTIONS]
    lookup.load(word for _errors, word in near)
    best: tuple[int, bool, int, str] | None = None
    for errors, word in near:
        amount = ENOUGH if lookup.is_cut(word) else len(lookup.see(lookup.items_with(word)))
        if amount:
            rank = (errors, word[0] != spelling[0], -amount, word)
            best = rank if best is None else min(best, rank)
    return best[-1] if best else ""


def _related_ways(word: str, quality: float) -> list[Way]:
    return [Way((term,), quality * share) for term, share in related_words().get((word,), {}).items()]


def _matched(group: Group, lookup: Lookup) -> dict[str, float]:
    """The items that answer a word, each by its best way."""
    found: dict[str, float] = {}
    for way in group.ways:
        first, *others = (lookup.items_with(term) for term in way.terms)
        for pk, weight in first.items():
            if all(pk in other for other in others):
                value = way.quality * min([weight, *(other[pk] for other in others)])
                if value > found.get(pk, 0):
                    found[pk] = value
    for pk in group.there:
        found[pk] = max(found.get(pk, 0.0), IN_PLACE)
    return found


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
    weak = [term for group in groups if not group.asked.is_needed for term in group.terms]
    cut = [term for group in groups for term in group.terms if lookup.is_cut(term)]
    if lookup.load_in(candidates, [*weak, *cut]):
        for group in groups:
            group.found = _matched(group, lookup)


def _rarity(group: Group, lookup: Lookup, entries: int) -> float:
    """How much a word tells: the more, the fewer items have it."""
    good = [way for way in group.ways if way.quality >= CORRECTED and len(way.terms) == 1]
    often = max((lookup.count(term) for way in good for term in way.terms), default=0) or len(group.found)
    rarity = log2(1 + max(entries, often) / (1 + often))
    return rarity if group.asked.is_needed else WEAK * rarity


def _ranked(ids: list[str], groups: list[Group], seen: Mapping[str, SeenItem]) -> list[str]:
    """The items in the order of what they are about, newer ones a little before older ones."""
    today = clock.today()

    def rank(pk: str) -> tuple[float, str, str]:
        item = seen[pk]
        score = sum(group.rarity * group.found.get(pk, 0.0) for group in groups)
        age = max(0, (today - item.updated_at.date()).days) / 365
        return -round(score * (1 + 0.03 * exp(-age)), 1), item.sort_key, pk

    return sorted(ids, key=rank)


def _with_some(full: list[str], groups: list[Group], needed: list[Group], lookup: Lookup) -> Found:
    """The items with all words, then the best with some, and which each of these lacks."""
    best: dict[str, float] = {}
    for group in needed:
        for pk, value in group.found.items():
            best[pk] = best.get(pk, 0.0) + group.rarity * value
    candidates = sorted(best, key=lambda pk: (-best[pk], pk))[: 5 * SOME]
    _complete(groups, candidates, lookup)
    seen = lookup.see([*full, *candidates])
    told = {pk: sum(group.rarity for group in needed if pk in group.found) for pk in seen}
    all_told = sum(group.rarity for group in needed)
    most = max((told[pk] for pk in seen if told[pk] < all_told or not full), default=0.0)
    rest = [pk for pk in seen if pk not in full and told[pk] >= most / 2]
    some = _ranked(rest, groups, seen)[: 2 * ENOUGH if full else SOME]
    missing = {pk: [group.asked.word for group in needed if pk not in group.found] for pk in some}
    return Found([*full, *some], groups, _kinds([*full, *some], seen), missing)


def _kinds(ids: list[str], seen: Mapping[str, SeenItem]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for pk in ids:
        counts[seen[pk].kind] = counts.get(seen[pk].kind, 0) + 1
    return counts


def related_words() -> Related:
    """The words that find one another, with those that this installation adds in ``search_words.csv`` of its data folder."""
    own = settings.INSEK_DATA_DIR / "search_words.csv"
    try:
        changed = own.stat().st_mtime
    except OSError:
        return relations()
    return relations(own, changed)


@lru_cache(maxsize=1)
def _prefixes() -> dict[str, str]:
    """The letters before the number of each kind, by its German name."""
    from django.utils import translation

    with translation.override("de"):
        return {fold(str(kind.label)): kind.prefix for kind in all_kinds() if kind.prefix}
