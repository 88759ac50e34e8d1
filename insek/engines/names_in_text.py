"""Which streets, squares, stops and places a text names: by rules, from a list of names; see docs/methods/gazetteer.md.

A name is found where its words stand in the text as words of their own, beginning with a capital. Inflection is made from the
name ("des Betzenbergs", "in der Langen Straße"), spellings are folded ("Königstr.", "Karl Marx Straße"), and "König- und
Fackelstraße" names two. The longest name wins; what may mean several says so. Words that are more often no name than one
("Schule", "Wald") are never found alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from .place_names import name_key, name_words

_TOKEN = re.compile(r"[^\W_]+")
_JOINS = (" ", "-", "–", "\n", "\u00a0")
"""What may stand between two words of one name; after an abbreviation a full stop, too."""
_SHORT = frozenset({"str", "pl", "st", "dr", "prof"})
_SUSPENDED = re.compile(
    r"(?P<first>[^\W\d_]{3,})-(?:,? [^\W\d_]{3,}-)*,? (?:und|oder|sowie|bis|/|u\.) (?:der |dem |zur |zum )?(?P<last>[^\W\d_]{3,})"
)
_HALVES = re.compile(r"[^\W\d_]{3,}(?=-[ ,])")
_ENDS = ("strasse", "str", "platz", "weg", "gasse", "allee", "ring")
_SENTENCE = re.compile(r"(?:^|[.!?:;•–]\s+|\n\s*|[„“\"(]\s*)$")
PREPOSITIONS = frozenset(
    {"am", "an", "im", "in", "auf", "bei", "beim", "zum", "zur", "vor", "hinter", "unter", "ueber"}
)
GENERIC = frozenset(
    [
        "altstadt",
        "aula",
        "bahn",
        "bahnhof",
        "bad",
        "berg",
        "bruecke",
        "brunnen",
        "bahnhofsvorplatz",
        "burg",
        "dorf",
        "einkaufszentrum",
        "feld",
        "feuerwehr",
        "freibad",
        "friedhof",
        "gewerbegebiet",
        "gewerbepark",
        "gymnasium",
        "hafen",
        "halle",
        "hallenbad",
        "hauptfriedhof",
        "hauptpost",
        "industriegebiet",
        "innenstadt",
        "kaserne",
        "kindergarten",
        "kirche",
        "kita",
        "klinik",
        "klinikum",
        "kloster",
        "krankenhaus",
        "kreisel",
        "markt",
        "marktplatz",
        "messe",
        "mensa",
        "mitte",
        "muehle",
        "museum",
        "neubaugebiet",
        "neustadt",
        "nord",
        "oper",
        "ort",
        "ortsmitte",
        "park",
        "parkplatz",
        "platz",
        "polizei",
        "post",
        "ring",
        "schloss",
        "schule",
        "schulzentrum",
        "schwimmbad",
        "see",
        "siedlung",
        "sportanlage",
        "sportplatz",
        "stadion",
        "stadt",
        "stadtmitte",
        "stadtpark",
        "strasse",
        "sued",
        "spielplatz",
        "tal",
        "tankstelle",
        "teich",
        "theater",
        "tor",
        "turm",
        "universitaet",
        "volkshochschule",
        "wald",
        "wasserwerk",
        "weg",
        "weiher",
        "wendeplatz",
        "west",
        "ost",
        "zentrum",
        "zoo",
        "hochschule",
        "bibliothek",
        "stadtwerke",
        "fachhochschule",
        "bundesstrasse",
        "landstrasse",
        "str",
    ]
)
"""Words that name a place only with more beside them; of these only what stands capitalised with a word before it is found."""
LEAST = 4
"""Letters of a name that is found."""
MOST_WORDS = 7


@dataclass(frozen=True)
class NamedInText:
    """A name in a text: where, the words as they stand there, and what they may mean (the ids of the list)."""

    start: int
    end: int
    words: str
    ids: tuple[Hashable, ...]

    @property
    def is_ambiguous(self) -> bool:
        """It may mean more than one."""
        return len(self.ids) > 1


class NamesInText:
    """The names of a city, ready to be looked for in texts."""

    def __init__(self, names: Iterable[tuple[Hashable, str]]) -> None:
        self._ids: dict[str, list[Hashable]] = defaultdict(list)
        self._most = 1
        for key, name in names:
            for part in dict.fromkeys((name, *(name.split("/") if "/" in name else ()))):
                for form in forms_of(part):
                    if key not in self._ids[form]:
                        self._ids[form].append(key)
                self._most = min(max(self._most, len(_TOKEN.findall(part)) + 1), MOST_WORDS)

    def find(self, text: str) -> list[NamedInText]:
        """All names in the order of the text; none inside another."""
        found = [*self._whole(text), *self._suspended(text)]
        found.sort(key=lambda one: (one.start, -one.end))
        kept: list[NamedInText] = []
        for one in found:
            if not kept or one.start >= kept[-1].end:
                kept.append(one)
        return kept

    def _whole(self, text: str) -> Iterator[NamedInText]:
        tokens = list(_TOKEN.finditer(text))
        keys = [name_key(token.group()) for token in tokens]
        place = 0
        while place < len(tokens):
            found = self._at(text, tokens, keys, place)
            if found is None:
                place += 1
                continue
            one, size = found
            yield one
            place += size

    def _at(
        self, text: str, tokens: list[re.Match[str]], keys: list[str], place: int
    ) -> tuple[NamedInText, int] | None:
        """The longest name that begins at a word."""
        first = tokens[place].group()
        if not (first[0].isupper() or first[0].isdigit()) or _is_tail(text, tokens[place].start()):
            return None
        best: tuple[NamedInText, int] | None = None
        joined, capital = "", False
        for size in range(1, min(self._most, len(tokens) - place) + 1):
            token = tokens[place + size - 1]
            if size > 1 and not _is_joined(text, tokens[place + size - 2], token):
                break
            joined += keys[place + size - 1]
            capital = token.group()[0].isupper() or token.group()[0].isdigit()
            ids = self._ids.get(joined)
            if ids and capital and not _is_head(text, token.end()) and not token.group().isdigit():
                end = token.end() + (
                    text[token.end() : token.end() + 1] == "." and token.group().lower().endswith("str")
                )
                best = (
                    NamedInText(token_start := tokens[place].start(), end, text[token_start:end], tuple(ids)),
                    size,
                )
        if (
            best is not None
            and best[1] > 1
            and keys[place] in PREPOSITIONS
            and _SENTENCE.search(text[: best[0].start])
        ):
            # "Am Betzenberg …" begins a sentence or is the street of that name
            shorter = self._at(text, tokens, keys, place + 1)
            if shorter is not None and shorter[0].end == best[0].end:
                one = best[0]
                both = tuple(dict.fromkeys((*one.ids, *shorter[0].ids)))
                return NamedInText(one.start, one.end, one.words, both), best[1]
        return best

    def _suspended(self, text: str) -> Iterator[NamedInText]:
        """ "König- und Fackelstraße": the first of the two, which lacks its end."""
        for hit in _SUSPENDED.finditer(text):
            last = hit["last"].lower().replace("ß", "ss")
            end = next((one for one in _ENDS if last.endswith(one) and len(last) > len(one)), "")
            if not end:
                continue
            for half in _HALVES.finditer(text, hit.start(), hit.start("last")):
                ids = self._ids.get(name_key(half.group() + end))
                if ids and half.group()[0].isupper():
                    yield NamedInText(half.start(), half.end() + 1, half.group() + "-", tuple(ids))


def _is_tail(text: str, start: int) -> bool:
    """Whether a word is the rest of one joined by a hyphen: "Alt-Betzenberg"."""
    return start > 1 and text[start - 1] in "-–" and text[start - 2].isalpha() and text[start - 1] != " "


def _is_head(text: str, end: int) -> bool:
    """Whether a word goes on behind a hyphen: "Betzenberg-Tunnel"."""
    return text[end : end + 1] in ("-", "–") and text[end + 1 : end + 2].isalpha()


def _is_joined(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether two words may belong to one name."""
    between = text[one.end() : other.start()]
    if between in _JOINS:
        return True
    return (between in (". ", ".", ".-") and (name_words(one.group())[-1:] or [""])[0] in _SHORT) or (
        between == ". " and one.group().isdigit()
    )


def forms_of(name: str) -> set[str]:
    """The keys under which a name may stand in a text; none for what is no name alone."""
    words = [word for token in _TOKEN.findall(name) if (word := name_key(token))]
    key = "".join(words)
    if (
        len(key) < LEAST
        or not words
        or (len(words) == 1 and name.strip().lower().replace("ß", "ss").translate(_UMLAUTS) in GENERIC)
    ):
        return set()
    firsts = [""]
    if len(words) > 1 and (bare := _adjective(words[0])):
        firsts = [bare + end for end in ("e", "en", "er", "em", "es")]
    elif len(words) > 1:
        firsts = [words[0]]
    middle, last = "".join(words[1:-1]), words[-1]
    lasts = [last]
    if last.isalpha() and len(last) > 3 and not last.endswith("str"):
        if last[-1] not in "sxz":
            lasts.append(f"{last}s")
        if last.endswith(
            (
                "platz",
                "weg",
                "berg",
                "park",
                "wald",
                "hof",
                "markt",
                "see",
                "ring",
                "steg",
                "tal",
                "haus",
                "bad",
            )
        ):
            lasts.append(f"{last}es")
    return {first + middle + end for first in firsts for end in lasts}


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _adjective(word: str) -> str:
    """The stem of what may be an adjective before a name ("lange", "alter"); empty for what is none."""
    for end in ("e", "er", "es", "en", "em"):
        bare = word.removesuffix(end)
        if bare != word and bare in _ADJECTIVES:
            return bare
    return ""


_ADJECTIVES = frozenset(
    [
        "alt",
        "neu",
        "lang",
        "kurz",
        "breit",
        "schmal",
        "hoh",
        "hinter",
        "vorder",
        "ober",
        "unter",
        "mittler",
        "gross",
        "klein",
        "rot",
        "weiss",
        "schwarz",
        "gruen",
        "blau",
        "gelb",
        "krumm",
        "schoen",
        "inner",
        "aeusser",
        "recht",
        "link",
        "nass",
        "kalt",
        "tief",
        "hohl",
    ]
)
