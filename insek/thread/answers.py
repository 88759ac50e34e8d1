"""How one word of a query is answered: by which ways, as far as needed, and by which items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from math import log2

from django.conf import settings

from insek.engines.text import AskedWord, Related, Way, relations
from insek.engines.text.asking import GENERIC, ONE_PART, OUTER_PARTS
from insek.engines.text.vocabulary import GENERIC_HEADS

from .lookup import Lookup
from .vocabulary import (
    LONG,
    beginning,
    differently_linked,
    kin,
    nearest,
    nearly,
    pieces,
    without_umlauts_alike,
)

ENOUGH = 5
"""Items that a word finds by its good ways; where there are fewer, the looser ones count as well."""
BEGINNING, WITHOUT_UMLAUTS, CORRECTED, KIN = 0.6, 0.95, 0.8, 0.4
"""How good an answer a word is that begins so, that lacks its umlauts, that was corrected, that has the same stem."""
HALF = 0.25
"""What answers a word less well than this does not count as having it, where there are other words."""
IN_PLACE = 300
"""What it counts to lie in a place that is asked for, in weights of postings."""
MOST_CORRECTIONS = 12
FEW = 40
"""A part of a compound that no more items have than this always tells something."""
END, ANY_PART = 1.5, 0.8
"""What the last part of a compound counts among single parts, and what another."""


@dataclass
class Group:
    """One word of the query with the ways that count, and the items that answer it: how well each."""

    asked: AskedWord
    ways: tuple[Way, ...]
    corrected: str = ""
    there: frozenset[str] = frozenset()
    kind: str = ""
    """The kind that the word names, beside other words: its items come first, and others need not have the word."""
    found: dict[str, float] = field(default_factory=dict)
    has: set[str] = field(default_factory=set)
    """Those of the items that may be said to have the word."""
    rarity: float = 1.0
    often: int = 0
    """How many postings its terms have together."""

    @property
    def terms(self) -> frozenset[str]:
        """All terms that count, for marking them."""
        return frozenset(term for way in self.ways for term in way.terms)


def answer(group: Group, lookup: Lookup, *, is_last: bool, literally: bool) -> None:
    """Find the items that have a word; where they are few, by looser ways, by what begins so, by what was meant."""
    amount = _try(group, group.asked.ways, lookup)
    asked, spelling = group.asked, "" if literally else group.asked.spelling
    if amount == 0 and is_last and len(spelling) > 2:
        # perhaps it is still being typed: "Theat" is no misspelt "heat"
        begins = [(BEGINNING, word) for word in beginning(spelling, lookup.words)]
        amount = _try_words(group, begins, lookup) if begins else 0
    if amount == 0 and spelling:
        alike = without_umlauts_alike(spelling, lookup.words) or differently_linked(spelling, lookup.words)
        amount = _try_words(group, [(WITHOUT_UMLAUTS, word) for word in alike], lookup)
        if amount == 0 and not asked.is_known and (asked.is_doubtful or not asked.parts):
            amount = _try_meant(group, spelling, lookup)
    if amount < ENOUGH and not group.corrected:
        amount = _try_looser(group, amount, lookup, spelling=spelling, is_last=is_last)
        if amount == 0 and spelling and asked.parts and not asked.is_known:
            amount = _try_meant(group, spelling, lookup)
    if amount == 0 and len(spelling) >= LONG:
        parts = pieces(spelling, lookup.words)
        ways = [Way(parts, OUTER_PARTS)] if len(parts) > 1 else []
        ways += [Way(terms, quality) for terms, quality in _parts(_shares(parts, lookup), lookup)]
        _try(group, (*group.ways, *ways), lookup)


def _try_looser(group: Group, amount: int, lookup: Lookup, *, spelling: str, is_last: bool) -> int:
    """Add what answers a word less well, step by step until that is enough. All steps are read at once."""
    asked = group.asked
    looser = [(way.terms, way.quality) for way in asked.looser]
    if spelling:
        same_stem = [((word,), KIN) for word in kin(spelling, lookup.words)]
        begins = beginning(spelling, lookup.words) if len(spelling) > 2 and (is_last or not amount) else []
    else:
        same_stem = []
        # "Z 4" asks for Z 4.1 as well
        begins = beginning(f"{asked.ways[0].terms[0]}p", lookup.words) if asked.word[-1].isdigit() else []
    parts = _shares(asked.parts, lookup)
    lookup.load([*(term for terms, _quality in (*looser, *same_stem) for term in terms), *begins, *parts])
    for step in (looser, same_stem, [((word,), BEGINNING) for word in begins], _parts(parts, lookup)):
        if amount < ENOUGH and step:
            amount = _try(group, (*group.ways, *(Way(terms, quality) for terms, quality in step)), lookup)
    return amount


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


def _shares(parts: tuple[str, ...], lookup: Lookup) -> dict[str, float]:
    """What the single parts of a compound count, with what is near each: the last one more, it says what the thing
    is ("Parkbank" is a bank), if not always what it is about ("Mobilitätskonzept").
    """
    if not parts:
        return {}
    shares = dict.fromkeys(parts, ANY_PART) | {parts[-1]: END}
    if parts[-1] in GENERIC_HEADS:
        shares = dict.fromkeys(parts, END) | {parts[-1]: ANY_PART * GENERIC}
    near: dict[str, float] = dict.fromkeys(kin(parts[-1], lookup.words), shares[parts[-1]] * KIN)
    for part, share in shares.items():
        for term, quality in related_words().get((part,), {}).items():
            near[term] = max(near.get(term, 0.0), share * quality)
    return near | shares


def _parts(shares: dict[str, float], lookup: Lookup) -> list[tuple[tuple[str, ...], float]]:
    """The parts that tell something, rare ones more: "Bus" of "Busverbindung", not "Stadt" of "Stadtklima", which every eighth
    item has.
    """
    lookup.load(shares)
    items = lookup.count_items()
    found: list[tuple[tuple[str, ...], float]] = []
    for term, share in shares.items():
        amount = lookup.count(term)
        if 0 < amount <= max(FEW, items // 8):
            rarity = (log2(1 + items / (1 + amount)) / 5) ** 1.5
            found.append(((term,), min(ONE_PART * share * rarity, HALF - 0.01)))
    return found


def _try(group: Group, ways: tuple[Way, ...], lookup: Lookup) -> int:
    """Let a word be answered in these ways; how many items do, counted up to what is enough."""
    group.ways = ways
    lookup.load(group.terms)
    match(group, lookup)
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
    near = nearly(spelling, lookup.words)[:MOST_CORRECTIONS]
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


def match(group: Group, lookup: Lookup) -> None:
    """Find the items that answer a word, each by its best way."""
    found: dict[str, float] = {}
    has: set[str] = set(group.there)
    for way in group.ways:
        postings = sorted((lookup.items_with(term) for term in way.terms), key=len)
        together: Mapping[str, int] = postings[0]
        for other in postings[1:]:
            together = {pk: min(weight, other[pk]) for pk, weight in together.items() if pk in other}
        quality = way.quality
        for pk, weight in together.items():
            value = quality * weight
            if value > found.get(pk, 0):
                found[pk] = value
        if quality >= HALF:
            has.update(together)
    for pk in group.there:
        found[pk] = max(found.get(pk, 0.0), IN_PLACE)
    group.found, group.has = found, has


def related_words() -> Related:
    """The words that find one another, with those that this installation adds in ``search_words.csv`` of its data folder."""
    own = settings.INSEK_DATA_DIR / "search_words.csv"
    try:
        changed = own.stat().st_mtime
    except OSError:
        return relations()
    return relations(own, changed)
