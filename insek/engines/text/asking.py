"""What a query asks for: one group for each word, with all ways in which a text may answer it and how good each is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from insek.engines.text.dictionary import (
    dictionary_form,
    is_in_dictionary,
    verb_without_prefix,
    with_umlauts,
    with_umlauts_restored,
)
from insek.engines.text.folding import clean, fold
from insek.engines.text.relations import LONGEST_PHRASE, Related
from insek.engines.text.terms import (
    MOST_QUERY_WORDS,
    SHORTEST_PART,
    halves_of,
    query_forms,
    roots_of,
    runs_of,
)
from insek.engines.text.tokens import numbered_terms, term_of, without_gender
from insek.engines.text.vocabulary import GENERIC_HEADS, STOPWORDS, WEAK_WORDS

ALL_PARTS, RUN, OUTER_PARTS, ONE_PART = 0.6, 0.65, 0.5, 0.15
"""What the parts of a compound count beside the compound: all of them, some neighbouring ones, the first and the last, a single one."""
DIVIDED = 0.24
"""What a verb counts beside the same verb with a prefix that a sentence divides from it."""
GENERIC = 0.35
"""What the end of a compound counts that says only what sort of thing it is ("Konzept", "Arbeit")."""
LEAST_OF_PARTS = 0.7
"""The share of a compound's letters that its parts have at least, linking elements aside."""
MOST_HALVES = 8
"""So many words that are related to the first or the second half of a compound are put in its place."""
_QUOTED = re.compile(r'"([^"]*)"|„([^“”"]*)[“”"]|»([^«]*)«')
_SHORT_YEAR = re.compile(r"(\d{1,6})/(\d\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_HOUSE_NUMBER = re.compile(r"\d{1,3}[a-z]?")
_STREET = re.compile(r"(?i:(?:str(?:aße|asse)?|platz|weg|gasse|allee|ring))$")
_TOKEN = re.compile(
    r"(?P<number>\d{1,6}/(?:19|20)?\d\d(?!\d)|(?<![^\W_])[^\W\d_]{1,2}[ ]?\d+(?:[.,]\d+)*(?![^\W_]))"
    r"|(?P<word>\d+(?:[.,]\d+)+|[^\W_]+(?:['’-][^\W_]+)*)"
)


@dataclass(frozen=True)
class Way:
    """Terms that a text must all have to answer a word, and how good an answer that is (1: the word itself)."""

    terms: tuple[str, ...]
    quality: float


@dataclass(frozen=True)
class AskedWord:
    """One word of a query; ``looser`` ways count where the others find too little. Weak words need not be there."""

    word: str
    ways: tuple[Way, ...]
    looser: tuple[Way, ...] = ()
    parts: tuple[str, ...] = ()
    """The single parts of a compound; they count last, and only where they tell something."""
    is_needed: bool = True
    spelling: str = ""
    """The term whose spelling may be wrong; empty where nothing may be corrected."""
    is_known: bool = field(default=False, compare=False)
    """Whether a dictionary knows the word: then it is most likely spelled as meant."""
    is_doubtful: bool = field(default=False, compare=False)
    """Whether a part of the compound is no word: then it is most likely a typing error."""

    def terms(self) -> frozenset[str]:
        """Every term of the good ways, for marking them in a text."""
        return frozenset(term for way in self.ways for term in way.terms)


def asked_words(query: str, related: Related, prefixes: Mapping[str, str]) -> list[AskedWord]:
    """Read a query.

    Parameters
    ----------
    query : what was typed; words in quotation marks stand for themselves alone
    related : what `relations` returns
    prefixes : the letters before the number of what has a folded name ("massnahme": "M"), so that "Maßnahme 17" is "M17"
    """
    query = without_gender(clean(query[:1000]))
    asked = [
        AskedWord(word, (Way((term,), 1.0),))
        for hit in _QUOTED.finditer(query)
        for word in (hit[1] or hit[2] or hit[3] or "").split()
        if (term := term_of(word.strip(".,;:!?")))
    ]
    words: list[str] = []
    for hit in _TOKEN.finditer(_QUOTED.sub(" ", query)):
        if hit["number"]:
            words.append(hit["number"])
        elif term_of(hit["word"]):
            words.append(hit["word"])
    telling = [word for word in words if word.casefold() not in STOPWORDS]
    if not (telling or asked):
        telling = words
    asked += _written_together(_grouped(telling, related, prefixes))
    if not any(word.is_needed for word in asked):
        asked = [replace(each, is_needed=True) for each in asked]
    return list(dict.fromkeys(asked))[:MOST_QUERY_WORDS]


def _grouped(words: list[str], related: Related, prefixes: Mapping[str, str]) -> list[AskedWord]:
    """The words one by one, but for phrases of the relations, and for a kind's name before a number."""
    found: list[AskedWord] = []
    place = 0
    while place < len(words):
        word, following = words[place], words[place + 1] if place + 1 < len(words) else ""
        if place and _HOUSE_NUMBER.fullmatch(word) and _STREET.search(words[place - 1]):
            place += 1  # "Königstraße 12" does not ask for number 12 of everything
            continue
        prefix = prefixes.get(dictionary_form(word), "")
        if prefix and following[:1].isdigit() and "/" not in following and not _YEAR.fullmatch(following):
            pair = Way((term_of(word), term_of(following)), 0.3)
            found.append(
                AskedWord(f"{word} {following}", (Way((term_of(prefix + term_of(following)),), 1.0), pair))
            )
            place += 2
            continue
        length = _phrase_at(words, place, related)
        if length > 1:
            found.append(_phrase(words[place : place + length], related))
        else:
            found.append(_number(word) if word[0].isdigit() or _is_numbered(word) else _word(word, related))
        place += length
    return found


def _written_together(asked: list[AskedWord]) -> list[AskedWord]:
    """Let neighbours also ask for the compound that they make, with or without a linking s ("Spiel Platz", "Dorf Mitte")."""
    found = list(asked)
    for place, (first, second) in enumerate(pairwise(asked)):
        if min(len(first.spelling), len(second.spelling)) < SHORTEST_PART:
            continue
        end = dictionary_form(second.word)
        joined = tuple(Way((f"{first.spelling}{link}{end}",), 1.0) for link in ("", "s"))
        for either in (place, place + 1):
            found[either] = replace(found[either], ways=found[either].ways + joined)
    return found


def _is_numbered(word: str) -> bool:
    return word[-1].isdigit() and not word.isalpha()


def _number(word: str) -> AskedWord:
    """A number: as a whole, and in its pieces where they stand together; "466/20" is also "466/2020"."""
    joined = list(numbered_terms(word[:1].upper() + word[1:]))
    if (short := _SHORT_YEAR.fullmatch(word)) and not _YEAR.fullmatch(short[1]):
        joined += numbered_terms(f"{short[1]}/20{short[2]}")
    pieces = tuple(term for piece in re.split(r"[\s/]+", word) if (term := term_of(piece)))
    ways = [Way((term,), 1.0) for term in joined]
    if term_of(word) not in joined:
        ways.append(Way((term_of(word),), 1.0))
    if len(pieces) > 1:
        ways.append(Way(pieces, 0.3))
    return AskedWord(word, tuple(ways))


def _phrase_at(words: list[str], place: int, related: Related) -> int:
    """How many words from a place on are a phrase of the relations; 1 where they are none."""
    for length in range(min(LONGEST_PHRASE, len(words) - place), 1, -1):
        if _phrase_forms(words[place : place + length], related) in related:
            return length
    return 1


def _phrase_forms(words: list[str], related: Related) -> tuple[str, ...]:
    """The dictionary forms of words in a row; the last one without an English plural where only so it is a phrase."""
    forms = tuple(dictionary_form(word) for word in words)
    single = (*forms[:-1], forms[-1].removesuffix("s"))
    return single if forms not in related and single in related else forms


def _phrase(words: list[str], related: Related) -> AskedWord:
    forms = _phrase_forms(words, related)
    others = [Way((term,), quality) for term, quality in related[forms].items()]
    joined = Way(("".join(forms),), 1.0)
    return AskedWord(" ".join(words), (Way(forms, 1.0), joined, *others))


def _word(word: str, related: Related) -> AskedWord:
    """A word with its forms, what it is related to, and the parts of a compound."""
    plain = with_umlauts_restored(word.replace("-", "") if "-" in word else word)
    forms = query_forms(plain)
    ways: dict[tuple[str, ...], float] = {(form,): 1.0 for form in forms}
    pieces = tuple(term for piece in word.split("-") if (term := dictionary_form(piece)))
    if len(pieces) > 1:
        ways.setdefault(pieces, 0.8)
    keys = dict.fromkeys([*forms, dictionary_form(plain), fold(word)])
    if not any((form,) in related for form in keys) and plain[-1:] == "s":
        keys = {fold(plain[:-1]): None}  # an English plural
    for form in keys:
        for term, quality in related.get((form,), {}).items():
            ways.setdefault((term,), quality)
    if len(pieces) > 1 and len(pieces[0]) == 1:  # "E-Ladesäule" is a Ladesäule
        ways.setdefault((pieces[-1],), 0.8)
        for term, quality in related.get((pieces[-1],), {}).items():
            ways.setdefault((term,), 0.8 * quality)
    looser: dict[tuple[str, ...], float] = {}
    if verb := verb_without_prefix(plain):
        looser[(verb,)] = DIVIDED
        for term, quality in related.get((verb,), {}).items():
            looser.setdefault((term,), DIVIDED * quality)
    if roots := roots_of(plain):
        looser[roots] = ALL_PARTS
        looser.setdefault((roots[0], roots[-1]), OUTER_PARTS)
        is_generic = roots[-1] in GENERIC_HEADS
        for run in runs_of(plain):
            if any(form.endswith(run) for form in forms):  # what it is
                share = RUN * GENERIC if is_generic else RUN
            else:  # what kind of it
                share = RUN if is_generic else RUN * 0.8
            looser.setdefault((run,), share)
            for term, quality in related.get((run,), {}).items():
                looser.setdefault((term,), share * quality)
        for first, second in halves_of(plain):
            looser.setdefault((first, second), ALL_PARTS)
            for other, share in _nearest(second, first, related):
                looser.setdefault((first, other), ALL_PARTS * share)
            for other, share in _nearest(first, second, related):
                looser.setdefault((other, second), ALL_PARTS * share)
    return AskedWord(
        word,
        tuple(Way(terms, quality) for terms, quality in ways.items()),
        tuple(Way(terms, quality) for terms, quality in looser.items() if terms not in ways),
        parts=roots,
        is_needed=word.casefold() not in WEAK_WORDS,
        spelling=term_of(plain) if plain.isalpha() else "",
        is_known=is_in_dictionary(plain),
        is_doubtful=_has_no_word_inside(plain, roots),
    )


def _has_no_word_inside(word: str, roots: tuple[str, ...]) -> bool:
    """Whether a compound has a part that no dictionary knows, or much that is no part ("Kinderwmgen": Kind, wm, gen)."""
    if not roots:
        return False
    known = all(is_in_dictionary(root) or is_in_dictionary(with_umlauts(root)) for root in roots)
    return not known or sum(map(len, roots)) < LEAST_OF_PARTS * len(word)


def _nearest(half: str, beside: str, related: Related) -> list[tuple[str, float]]:
    """The words nearest to one half of a compound, but for the other half and what is near that."""
    near = related.get((beside,), {})
    others = [one for one in related.get((half,), {}).items() if one[0] != beside and one[0] not in near]
    return sorted(others, key=lambda one: (-one[1], one[0]))[:MOST_HALVES]
