"""The terms under which a German text is indexed and asked for.

Speed on one core (Python 3.11; words of real German council papers): `index_terms` takes 1,300 different words/s
when they are new and 500,000 words/s of running text once its words are known (1 MB of council papers:
12.5 s, then 0.24 s). Loading both models takes 0.9 s, once. The results for the last 100,000 different words are kept.
"""

import threading
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from insek.engines.text.dictionary import is_analysable, is_verb, lemma_of, readings, verbs_of
from insek.engines.text.folding import clean, fold
from insek.engines.text.tokens import (
    LONGEST_WORD,
    NOT_ALNUM,
    PAIR,
    QUOTED,
    TOKEN,
    all_words,
    as_term,
    numbered_terms,
    split_words,
    without_gender,
)
from insek.engines.text.vocabulary import OPAQUE, PARTS, STOPWORDS

MOST_QUERY_WORDS = 16
"""Further words of a query are ignored."""
MOST_EFFORT = 3_000_000
"""How much of the different words of one text is analysed, counted in squared letters (some 1.5 MB of German prose, or 20
seconds of hostile nonsense); what follows is indexed by word and dictionary lemma."""
SHORTEST_PART = 3
"""Parts with fewer letters are not indexed."""

_NO_ROOT = ("FUGE", "SUF", "PREF", "HYPHEN", "XY", "PART", "PTK")
_LINKS = ("", "s", "es", "n", "en", "e", "er", "ens")
_ENDINGS = ("", "e", "en", "er", "ern", "n", "s", "es")
_MODEL = threading.Lock()
MOST_KNOWN = 100_000
"""Different words whose terms a process keeps."""
_known: dict[str, tuple[str, ...]] = {}
PART_QUALITY = 0.6
"""What a part of a word counts beside the word itself."""


class Root(NamedTuple):
    """One root of a compound: as it stands there, with its dictionary form; `links` marks a linking element."""

    surface: str
    lemma: str
    links: bool = False


def index_terms(text: str) -> tuple[str, ...]:
    """Return the terms under which a text is found, each once, in order of first occurrence.

    For each word: its folded form, its lemma, and for a compound its parts and the runs of its parts ("Radwegenetz" is
    found by "Rad", "Weg", "Netz", "Radweg" and "Wegenetz"). A noun in -ung also gives the verb it comes from. Gendered forms
    ("Bürger:innen") give both words, hyphenated words also the joined word, numbers with points one term ("3.2" -> "3p2").
    Control characters, direction marks and lone surrogates are harmless.
    """
    terms: dict[str, None] = {}
    seen: set[str] = set()
    effort = 0
    text = clean(text)
    for word in all_words(text):
        if word not in seen:
            seen.add(word)
            effort += len(word) ** 2 if is_analysable(word) or PAIR in word else 0
            terms.update(dict.fromkeys(_analysed(word) if effort <= MOST_EFFORT else _plainly(word)))
    terms.update(dict.fromkeys(numbered_terms(text)))
    return tuple(terms)


def known_terms(text: str) -> tuple[tuple[str, ...], bool]:
    """Return the terms of a text that are there without the model, and whether they are all of them.

    Words that this process has analysed give all their terms, new ones their folded form alone. Quick whatever the words:
    some 200,000 words a second.
    """
    terms: dict[str, None] = {}
    is_whole = True
    text = clean(text)
    for word in dict.fromkeys(all_words(text)):
        analysed = _known.get(word)
        if analysed is None:
            is_whole = False
            analysed = (term,) if PAIR not in word and (term := as_term(word)) else ()
        terms.update(dict.fromkeys(analysed))
    terms.update(dict.fromkeys(numbered_terms(text)))
    return tuple(terms), is_whole


def counted_terms(text: str, *, only_known: bool = False) -> tuple[dict[str, float], int]:
    """Return how often a text has each of its terms, and its number of words; parts of words count less than whole words.

    The terms are those of `index_terms`, or with ``only_known`` those of `known_terms`.
    """
    text = clean(text)
    wanted = known_terms(text)[0] if only_known else index_terms(text)
    counts = dict.fromkeys(wanted, 0.0)
    times: dict[str, int] = {}
    for word in all_words(text):
        times[word] = times.get(word, 0) + 1
    for word, often in times.items():
        folded = "" if PAIR in word else as_term(word)
        if folded in counts:
            counts[folded] += often
        for term in _known.get(word, ()):
            if term != folded and term in counts:
                counts[term] += often * (1 if _is_form(term, folded) else PART_QUALITY)
    return {term: count or 1.0 for term, count in counts.items()}, sum(times.values())


def _is_form(term: str, word: str) -> bool:
    """Whether a term is a form of a whole word rather than a part of it, by its length."""
    return word[:3] == term[:3] and len(word) - len(term) <= 3


def query_terms(query: str) -> list[frozenset[str]]:
    """Return one group of terms per word of a query: a text is found when it has a term of every group.

    A group holds the folded word and its lemma, read both as written and as a noun, since queries are mostly typed in small
    letters; no parts. Gendered forms ask for the plain word, which finds both. Words in quotation marks stand for themselves alone. Articles and the like are
    left out unless nothing else remains. An empty list means that the query has no word.
    """
    query = without_gender(clean(query[:1000]))
    literal = [
        frozenset({term})
        for hit in QUOTED.finditer(query)
        for word in split_words(hit[1] or hit[2] or hit[3] or "")
        if (term := as_term(word))
    ]
    words = [word for word in split_words(QUOTED.sub(" ", query)) if as_term(word)]
    telling = [word for word in words if word.casefold() not in STOPWORDS]
    if not (telling or literal):
        telling = words
    groups = literal + [frozenset(_forms(word)) for word in telling]
    return list(dict.fromkeys(groups))[:MOST_QUERY_WORDS]


def query_forms(word: str) -> tuple[str, ...]:
    """Return the folded word and its lemmas by dictionary and model, first the word itself."""
    return tuple(_forms(word))


def matches(word: str, wanted: frozenset[str]) -> bool:
    """Return whether a single word of a text is found by one of the wanted terms."""
    return not wanted.isdisjoint(_analysed(word))


def words_with_places(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and the word itself for each word of a cleaned text."""
    for hit in TOKEN.finditer(text):
        yield hit.start(), hit.end(), hit[0]


def _forms(word: str) -> dict[str, None]:
    """Return the folded word and its lemmas (dictionary and model), first the word itself."""
    forms = {as_term(word): None}
    if is_analysable(word):
        for reading in readings(word):
            forms[as_term(lemma_of(reading))] = None
            stem, _ = _morphemes(reading)
            forms[as_term(stem)] = None
    forms.pop("", None)
    return forms


def _plainly(word: str) -> tuple[str, ...]:
    """Return the folded word and its dictionary lemma, without the model."""
    if PAIR in word:
        return ()
    terms = (as_term(word), as_term(lemma_of(word)) if is_analysable(word) else "")
    return tuple(term for term in terms if term)


def _analysed(word: str) -> tuple[str, ...]:
    """Return all terms of one word; the expensive step of the index, hence kept."""
    terms = _known.get(word)
    if terms is None:
        terms = _analyse(word)
        if len(_known) >= MOST_KNOWN:
            # the oldest tenth goes; another thread may have been at it
            for old in list(_known)[: MOST_KNOWN // 10]:
                _known.pop(old, None)
        _known[word] = terms
    return terms


def _analyse(word: str) -> tuple[str, ...]:
    if PAIR in word:
        return _completed(*word.split(PAIR))
    forms = _forms(word)
    if not word.isalnum() and word[0].isdigit():
        forms.update(
            dict.fromkeys(term for piece in NOT_ALNUM.split(word) if piece and (term := as_term(piece)))
        )
    if is_analysable(word):
        for term in [*forms]:
            forms.update(dict.fromkeys(verbs_of(term)))
        if not _opaque().isdisjoint(forms):
            return tuple(forms)
        for reading in readings(word):
            for term in _runs(_morphemes(reading)[1]):
                forms[term] = None
                forms.update(dict.fromkeys(verbs_of(term)))
    return tuple(forms)


def _completed(first: str, second: str) -> tuple[str, ...]:
    """Return the words that suspended hyphens stand for: "Fuß-", "Radweg" give "fussweg"; "Radwege", "-netze" give "radnetze"."""
    is_end_shared = first.endswith("-")
    whole, piece = (second, first) if is_end_shared else (first, second)
    roots = _morphemes(whole)[1]
    given, found = as_term(piece), []
    for place in range(1, len(roots)):
        if is_end_shared and not roots[place].links:
            end = "".join(root.surface for root in roots[place:-1]) + roots[-1].lemma
            found.append(given + end)
        elif not is_end_shared and not roots[place - 1].links:
            found.append("".join(root.surface for root in roots[:place]) + given)
    return tuple(term[:LONGEST_WORD] for term in found)


def roots_of(word: str) -> tuple[str, ...]:
    """Return the dictionary forms of a compound's parts, nothing for other words and for those that are never split."""
    if not is_analysable(word) or not _opaque().isdisjoint(_forms(word)):
        return ()
    for reading in reversed(readings(word)):
        roots = [
            root.lemma
            for root in _morphemes(reading)[1]
            if not root.links and len(root.lemma) >= SHORTEST_PART
        ]
        if len(roots) > 1:
            return tuple(roots)
    return ()


def runs_of(word: str) -> tuple[str, ...]:
    """Return the runs of at least two neighbouring parts of a compound, shorter than itself ("Fahrradwegenetz": "radweg" …)."""
    if not is_analysable(word):
        return ()
    roots, found = set(roots_of(word)), dict[str, None]()
    for reading in reversed(readings(word)):
        for run in _runs(_morphemes(reading)[1]):
            if run not in roots:
                found[run] = None
    return tuple(run for run in found if run not in _forms(word))


def halves_of(word: str) -> tuple[tuple[str, str], ...]:
    """Return each way to divide a compound in two, in dictionary forms ("Fahrradparkplatz": "fahrrad" and "parkplatz")."""
    if not roots_of(word):
        return ()
    found = dict[tuple[str, str], None]()
    for reading in reversed(readings(word)):
        roots = [root for root in _morphemes(reading)[1] if not root.links]
        for place in range(1, len(roots)):
            halves = (_joined(roots[:place]), _joined(roots[place:]))
            if min(map(len, halves)) >= SHORTEST_PART:
                found[halves] = None
    return tuple(found)


def _joined(roots: list[Root]) -> str:
    """Return neighbouring roots as one word, the last one in its dictionary form."""
    return "".join(root.surface for root in roots[:-1]) + roots[-1].lemma


def _runs(roots: tuple[Root, ...]) -> Iterator[str]:
    """Yield each part of a compound and each run of neighbouring parts, the last one in its dictionary form."""
    if len(roots) < 2:
        return
    for start, first in enumerate(roots):
        head = ""
        for root in [] if first.links else roots[start:]:
            if not root.links and len(head) + len(root.lemma) >= SHORTEST_PART:
                yield head + root.lemma
            head += root.surface


@cache
def _tagger() -> Any:
    from HanTa.HanoverTagger import HanoverTagger

    return HanoverTagger("morphmodel_ger.pgz")


@lru_cache(maxsize=20_000)
def _morphemes(word: str) -> tuple[str, tuple[Root, ...]]:
    """Return the stem of a word and its roots with their linking elements, by HanTa and the vocabulary.

    Stems of verbs are given as the word itself: the dictionary's infinitive serves better than "wohn". The ending of
    "Bürgerin" counts as a linking element, so that "Bürger" is a part.
    """
    tagger = _tagger()
    with _MODEL:
        stem, morphemes, tag = tagger.analyze(word, taglevel=3)
    roots: list[Root] = []
    for surface, kind in morphemes:
        if kind in ("FUGE", "SUF_FEM"):
            roots.append(Root(as_term(surface), "", links=True))
        elif not kind.startswith(_NO_ROOT):
            lemma = tagger.stemdict.get(tagger.tag2int[kind], {}).get(surface, surface)
            roots.extend(
                _split(as_term(surface)) or (Root(as_term(surface), as_term(_dictionary_form(lemma, kind))),)
            )
    if len(roots) == 1:
        roots = [*(_split(as_term(lemma_of(word))) or _split(as_term(word)) or roots)]
    if tag.startswith("VV") or tag == "NNI" or len(stem) < SHORTEST_PART:
        stem = word
    return stem, tuple(root for root in roots if root.surface)


@lru_cache(maxsize=20_000)
def is_noun(word: str) -> bool:
    """Whether a word that is written with a capital letter is a noun or a name, and not one that begins a sentence."""
    with _MODEL:
        tag = _tagger().analyze(word, taglevel=1)[1]
    return bool(tag.startswith("N"))


def _dictionary_form(root: str, kind: str) -> str:
    """Return the word behind a shortened root: "wohnen" for the verb "wohn", "Schule" for "Schul"."""
    if kind.startswith("VV"):
        return next((verb for verb in (root + "en", root + "n") if is_verb(verb)), root)
    if kind == "NN_VAR_EL" and lemma_of(root.capitalize() + "e") == root.capitalize() + "e":
        return root + "e"
    return root


@cache
def _opaque() -> frozenset[str]:
    """Return the folded words that are never split."""
    return frozenset(fold(word) for word in OPAQUE)


@cache
def _parts() -> dict[str, str]:
    """Return the folded parts of the vocabulary with their folded dictionary forms ("raeume" -> "raum")."""
    return {
        fold(word): fold(lemma_of(word.capitalize())) for word in sorted(PARTS) if len(word) >= SHORTEST_PART
    }


def _split(word: str) -> tuple[Root, ...]:
    """Return the roots of a folded word that consists of known parts only, the fewest possible, or nothing.

    A linking element may be between parts, an ending of inflection after the last one.
    """
    if len(word) < 2 * SHORTEST_PART or word in _opaque() or word in _parts():
        return ()
    best: dict[int, tuple[Root, ...]] = {0: ()}
    for end in range(SHORTEST_PART, len(word) + 1):
        for start in [place for place in best if place <= end - SHORTEST_PART]:
            part = word[start:end]
            for tail in _ENDINGS if end == len(word) else _LINKS:
                root = part.removesuffix(tail) if part.endswith(tail) else ""
                if root not in _parts():
                    continue
                linked = (Root(tail, "", links=True),) if tail and end < len(word) else ()
                way = (*best[start], Root(root, _parts()[root]), *linked)
                if end not in best or len(way) < len(best[end]):
                    best[end] = way
    found = best.get(len(word), ())
    return found if sum(not root.links for root in found) > 1 else ()
