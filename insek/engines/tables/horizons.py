"""When something is done, as lists of measures say it: "2025 ff.", "2026/27", "ab 2028", "bis 2030", "kurzfristig", "laufend", "III/2026"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from insek.engines.text.folding import fold

from .time_spans import NotATime, TimeSpan, read_time

LONGEST = 120
"""Characters of a cell that can say a time; a longer one is a text."""
WORDS: dict[str, tuple[str, ...]] = {
    "short": ("kurzfristig", "kurz", "sofort", "sofortmassnahme", "zeitnah", "unmittelbar", "short term", "short-term", "k"),
    "medium": ("mittelfristig", "mittel", "medium term", "medium-term", "mid-term", "m"),
    "long": ("langfristig", "lang", "perspektivisch", "long term", "long-term", "l"),
    "continuous": ("laufend", "fortlaufend", "dauerhaft", "daueraufgabe", "kontinuierlich", "staendig", "dauermassnahme", "permanent", "ongoing", "regelmaessig", "d"),
    "open": ("offen", "n n", "nn", "n. n.", "unbestimmt", "noch offen", "tbd", "k a", "ka", "k. a.", "noch zu klaeren", "-", "–", "?", "open", "nicht terminiert", "o"),
    "done": ("abgeschlossen", "umgesetzt", "erledigt", "realisiert", "fertiggestellt", "done"),
}  # fmt: skip
_BY_WORD = {word: key for key, words in WORDS.items() for word in words}
_Y = r"(?:19|20)\d\d"
_FROM = re.compile(
    r"(?:ab|seit|von|frühestens|from|beginn)\s*:?\s*(?:mitte|ende|anfang)?\s*(?P<t>.+)", re.IGNORECASE
)
_TO = re.compile(
    r"(?:bis(?: spätestens| ende| mitte| zum)?|spätestens|until|by|ende)\s*:?\s*(?P<t>.+)", re.IGNORECASE
)
_ON = re.compile(r"(?P<t>.*\d)\s*(?:ff\.?|f\.|\+|und folgende|fortlaufend|laufend|→|onwards?)", re.IGNORECASE)
_SEPARATORS = (" bis ", "–", "—", " - ", "-", " und ", " / ", "/")
_SHORT = re.compile(rf"(?P<a>{_Y})\s*[/–—-]\s*(?P<b>\d\d)")
_PART = re.compile(
    rf"(?P<part>anfang|mitte|ende|frühjahr|frühling|sommer|herbst|winter)\s+(?P<y>{_Y})", re.IGNORECASE
)
_PARTS = {"anfang": (1, 4), "mitte": (5, 8), "ende": (9, 12), "fruehjahr": (3, 5), "fruehling": (3, 5), "sommer": (6, 8), "herbst": (9, 11), "winter": (12, 12)}  # fmt: skip
_BRACKETS = re.compile(r"(?P<word>[^()\d]+?)\s*[(:,]\s*(?P<rest>[^()]*\d{4}[^()]*)\)?")
_KIND_BEHIND = re.compile(r"(?P<t>.*\d{4}.*?)\s*\((?P<word>[^()\d]+)\)")
_SINCE = re.compile(
    r"(?P<word>laufend|fortlaufend|dauerhaft|dauernd|ständig)\s+(?P<t>(?:seit|ab)\s+.+)", re.IGNORECASE
)
_LIST = re.compile(rf"{_Y}(?:\s*(?:,|;|\+|und|u\.)\s*{_Y})+", re.IGNORECASE)
_NO_LETTER = re.compile(r"[^a-z]+")


@dataclass(frozen=True)
class HorizonRead:
    """When something is done; each part may be missing."""

    start: date | None = None
    end: date | None = None
    word: str = ""
    """``short``, ``medium``, ``long``, ``continuous``, ``open`` or ``done``; of "kurz- bis mittelfristig" the first."""
    to_word: str = ""
    """The second word: ``medium`` of "kurz- bis mittelfristig"."""
    going_on: bool = False
    """Without an end: "2025 ff.", "ab 2028"."""
    text: str = ""

    @property
    def start_year(self) -> int | None:
        return self.start.year if self.start else None

    @property
    def end_year(self) -> int | None:
        return self.end.year if self.end else None


class NotAHorizon(ValueError):
    """A text that says no time."""


def read_horizon(text: str) -> HorizonRead:
    """When something is done. Raises NotAHorizon."""
    if len(text) > LONGEST:
        raise NotAHorizon(text[:LONGEST])
    plain = " ".join(text.replace("\u00a0", " ").split()).strip(" .;")
    found = _read(plain if not re.search(r"\bff$|\bf$", plain) else plain + ".")
    if found is None:
        raise NotAHorizon(text)
    return replace(found, text=text)


def _read(plain: str) -> HorizonRead | None:
    if word := _word(plain):
        return word
    if hit := _SHORT.fullmatch(plain):
        first, last = int(hit["a"]), int(hit["a"]) // 100 * 100 + int(hit["b"])
        return HorizonRead(date(first, 1, 1), date(last, 12, 31)) if last > first else None
    if hit := _PART.fullmatch(plain):
        first, last = _PARTS[fold(hit["part"])]
        return HorizonRead(date(int(hit["y"]), first, 1), _month_end(int(hit["y"]), last))
    if span := _span(plain):
        return HorizonRead(span.start, span.end)
    if hit := _ON.fullmatch(plain):
        inner = _read(hit["t"].strip(" ,("))
        return HorizonRead(inner.start, None, inner.word, going_on=True) if inner and inner.start else None
    if _LIST.fullmatch(plain):
        years = sorted(map(int, re.findall(_Y, plain)))
        return HorizonRead(date(years[0], 1, 1), date(years[-1], 12, 31))
    if (hit := _TO.fullmatch(plain)) and (inner := _read(hit["t"])) and inner.end:
        return HorizonRead(None, inner.end)
    if between := _between(re.sub(r"^(?:von|zwischen|from|between)\s+", "", plain, flags=re.IGNORECASE)):
        return between
    if (hit := _FROM.fullmatch(plain)) and (inner := _read(hit["t"])) and inner.start:
        return HorizonRead(inner.start, None, going_on=True)
    if (hit := _SINCE.fullmatch(plain)) and (inner := _read(hit["t"])):
        return inner
    if (
        (hit := _KIND_BEHIND.fullmatch(plain))
        and (word := _word(hit["word"].strip()))
        and (inner := _read(hit["t"]))
    ):
        return replace(inner, word=word.word, going_on=inner.going_on or word.word == "continuous")
    if hit := _BRACKETS.fullmatch(plain):
        word, rest = _word(hit["word"].strip()), _read(hit["rest"].strip(" ,"))
        if word and rest:
            return HorizonRead(rest.start, rest.end, word.word, word.to_word, rest.going_on)
    return None


def _between(plain: str) -> HorizonRead | None:
    for separator in _SEPARATORS:
        first, found, last = plain.partition(separator)
        if not found or not first.strip() or not last.strip():
            continue
        low, high = _read(first.strip()), _read(last.strip())
        if low is None or high is None:
            continue
        if low.start and high.end and low.start <= high.end:
            return HorizonRead(low.start, high.end)
        if low.word and high.word and not (low.start or high.end):
            return HorizonRead(word=low.word, to_word=high.word)
        if low.start and high.word in {"continuous", "open"}:
            return HorizonRead(low.start, None, going_on=True)
    return None


def _word(plain: str) -> HorizonRead | None:
    folded = fold(plain).strip(" .")
    letters = "" if any(map(str.isdigit, folded)) else " ".join(_NO_LETTER.sub(" ", folded).split())
    if key := _BY_WORD.get(folded) or _BY_WORD.get(letters):
        return HorizonRead(word=key)
    several = re.fullmatch(
        r"(kurz|mittel|lang)-?\s*(?:/|bis|und|-|–|,)\s*(kurz|mittel|lang)-?(?:fristig)?", folded
    )
    if several:
        return HorizonRead(word=_BY_WORD[several[1]], to_word=_BY_WORD[several[2]])
    return None


def _span(plain: str) -> TimeSpan | None:
    try:
        return read_time(plain, "years")
    except NotATime:
        return None


def _month_end(year: int, month: int) -> date:
    from calendar import monthrange

    return date(year, month, monthrange(year, month)[1])


_YEAR_OF_SUM = re.compile(
    r"(?<![\d./])(?:(?:ab|bis|seit)\s+)?(?:19|20)\d\d(?:\s?(?:ff\.?|[-–/]\s?(?:20)?\d\d))?(?![\d./])",
    re.IGNORECASE,
)
_NO_YEAR_OF_SUM = re.compile(r"stand|preis|basis|schätz|beschluss|fassung|progn", re.IGNORECASE)


def year_of_sum(head: str) -> str:
    """The year, or years, whose sums stand below a head, however the sums are called: "Mittelbedarf 2025 (€)"; empty where
    it names none, several, or one that says of when the figures are ("Kosten, Preisstand 2024")."""
    if _NO_YEAR_OF_SUM.search(head):
        return ""
    found = _YEAR_OF_SUM.findall(head)
    return " ".join(found[0].split()) if len(found) == 1 else ""
