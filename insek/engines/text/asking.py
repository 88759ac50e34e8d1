"""What a query asks for: one group for each word, with all ways in which a text may answer it and how good each is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from insek.engines.text.folding import clean, fold
from insek.engines.text.relations import LONGEST_PHRASE, Related
from insek.engines.text.terms import (
    MOST_QUERY_WORDS,
    dictionary_form,
    is_in_dictionary,
    query_forms,
    roots_of,
    runs_of,
)
from insek.engines.text.tokens import numbered_terms, term_of, without_gender
from insek.engines.text.vocabulary import STOPWORDS, WEAK_WORDS

ALL_PARTS, RUN, OUTER_PARTS, ONE_PART = 0.6, 0.65, 0.5, 0.15
"""What the parts of a compound count beside the compound: all of them, some neighbouring ones, the first and the last, a single one."""
_QUOTED = re.compile(r'"([^"]*)"|„([^“”"]*)[“”"]|»([^«]*)«')
_YEAR = re.compile(r"(?:19|20)\d\d")
_TOKEN = re.compile(
    r"(?P<number>\d{1,6}/(?:19|20)\d\d(?!\d)|(?<![^\W_])[^\W\d_]{1,2}[ ]?\d+(?:[.,]\d+)*(?![^\W_]))"
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
    asked += _grouped(telling, related, prefixes)
    if not any(word.is_needed for word in asked):
        asked = [replace(each, is_needed=True) for each in asked]
    return list(dict.fromkeys(asked))[:MOST_QUERY_WORDS]


def _grouped(words: list[str], related: Related, prefixes: Mapping[str, str]) -> list[AskedWord]:
    """The words one by one, but for phrases of the relations, and for a kind's name before a number."""
    found: list[AskedWord] = []
    place = 0
    while place < len(words):
        word, following = words[place], words[place + 1] if place + 1 < len(words) else ""
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


def _is_numbered(word: str) -> bool:
    return word[-1].isdigit() and not word.isalpha()


def _number(word: str) -> AskedWord:
    """A number: as a whole, and in its pieces where they stand together."""
    joined = list(numbered_terms(word[:1].upper() + word[1:]))
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
        if tuple(dictionary_form(word) for word in words[place : place + length]) in related:
            return length
    return 1


def _phrase(words: list[str], related: Related) -> AskedWord:
    forms = tuple(dictionary_form(word) for word in words)
    others = [Way((term,), quality) for term, quality in related[forms].items()]
    joined = Way(("".join(forms),), 1.0)
    return AskedWord(" ".join(words), (Way(forms, 1.0), joined, *others))


def _word(word: str, related: Related) -> AskedWord:
    """A word with its forms, what it is related to, and the parts of a compound."""
    plain = word.replace("-", "") if "-" in word else word
    forms = query_forms(plain)
    ways: dict[tuple[str, ...], float] = {(form,): 1.0 for form in forms}
    pieces = tuple(term for piece in word.split("-") if (term := dictionary_form(piece)))
    if len(pieces) > 1:
        ways.setdefault(pieces, 0.8)
    for form in dict.fromkeys([*forms, dictionary_form(plain), fold(word)]):
        for term, quality in related.get((form,), {}).items():
            ways.setdefault((term,), quality)
    looser: dict[tuple[str, ...], float] = {}
    if roots := roots_of(plain):
        looser[roots] = ALL_PARTS
        looser.setdefault((roots[0], roots[-1]), OUTER_PARTS)
        for run in runs_of(plain):
            looser.setdefault((run,), RUN)
            for term, quality in related.get((run,), {}).items():
                looser.setdefault((term,), RUN * quality)
    return AskedWord(
        word,
        tuple(Way(terms, quality) for terms, quality in ways.items()),
        tuple(Way(terms, quality) for terms, quality in looser.items() if terms not in ways),
        parts=roots,
        is_needed=word.casefold() not in WEAK_WORDS,
        spelling=term_of(plain) if plain.isalpha() else "",
        is_known=is_in_dictionary(plain),
    )
