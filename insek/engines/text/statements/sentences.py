"""Dividing a German planning text into sentences and items of lists, each with its place in the text.

Lines that a page broke are joined, words that a line's end divided are whole again. A full stop ends no sentence after an
abbreviation, an ordinal ("am 3. Mai"), an initial or inside a number; an item of a list is a sentence of its own, with or without a
verb, because plans announce measures in lists. Headings, page numbers and lines of a form are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BREAK = re.compile(r"\n[\s\u00a0]*\n")
_BULLET = re.compile(
    r"[ \t\u00a0]*(?:[•●▪■◦‣▸►➢✓\uf000-\uf0ff*o–-]|\(?\d{1,2}(?:\.\d{1,2})*[.)]|\(?[a-zA-Z][.)]|[IVX]{1,4}[.)])[ \t\u00a0]+(?=\S)"
)
_END = re.compile(
    r"[.!?…](?P<closing>[\"“”’»)]*)(?P<note>(?:(?<=[^\W\d_][.!?…])|(?<=[%€°²)][.!?…])|(?<=(?:19|20)\d\d[.!?…])|(?<=[\"“”’»)]))\d{1,3})?(?=\s|$)|[;:](?=\s*\n)"
)
"""The end of a sentence; the sign of a footnote that follows it is no part of it."""
_ABBREVIATED = """
abs abschn abt allg anl anm apr art aufl aug ausg az bd beschl betr bez bgbl bl bspw bzgl bzw ca d dez dgl dipl dr dst e ebd einschl engl entspr etc
europ ev evtl f feb ff fr gem gemo geb ges ggf ggfs grds h hbf hr hrsg i ing inkl insb insbes jan jr jul jun kap kath lfd lt ltd m max med mind mio mrd mtl mwst
n nachf nov nr o oä okt op p pl prof prot qm rd rer resp s sa sep sept sog spez st std str strab t tel tgl top tsd u ua uä ugs usw uu v
verf vgl vl vorl vs w wg z zb zit zt ziff zuzgl zzgl zzt tlw überw
"""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())
_ORDINAL_AFTER = re.compile(
    r"\s+(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Bauabschnitt|Quartal|Halbjahr|Obergeschoss|OG|UG|BA|"
    r"Stock|Jahrhundert|Lebensjahr|Klasse|Sitzung|Stufe|Fortschreibung|Änderung|Platz|Lesung|Etage|Kalenderwoche|KW|Nachtrag|Teil|Phase|Rang|Entwurf|Schuljahr|"
    r"[a-zäöü])"
)
_WORD_BEFORE = re.compile(r"([^\W\d_]+|\d+)$")
_DIVIDED = re.compile(
    r"(?<=[a-zäöüß])[-‐‑\u00ad][ \t\u00a0]*\n\s*(?!(?:und|oder|bzw|sowie|bis|als|noch|wie|statt)\b)(?=[a-zäöüß])"
)
_HYPHEN_KEPT = re.compile(r"(?<=[^\W\d_])([-‐‑])[ \t\u00a0]*\n\s*(?=[A-ZÄÖÜ])")
_SPACE = re.compile(r"[\s\u00a0\u2000-\u200b\u202f]+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LOWER = re.compile(r"(?<![^\W_])[a-zäöüß]{2,}")
_FORM = re.compile(r"(?:\.{5,}|_{4,}|\d+ ?(?:/|von) ?\d+ ?$|Seite \d+|☐|Ja\s+Nein)")
LEAST_WORDS = 4
MOST_CHARACTERS = 1200
"""A sentence that is longer is a table or a form that was read as text."""


@dataclass(frozen=True)
class Sentence:
    """A sentence or an item of a list: its text in one line, where it stands, and whether it is an item."""

    start: int
    end: int
    text: str
    listed: bool = False


def sentences(text: str) -> Iterator[Sentence]:
    """Yield what reads as a sentence, in the order of the text."""
    for first, last in _paragraphs(text):
        for start, end, listed in _items(text, first, last):
            for a, b in _divided(text, start, end):
                plain = one_line(text[a:b])
                if reads_as_sentence(plain, listed=listed):
                    yield Sentence(a, b, plain, listed)


def one_line(text: str) -> str:
    """A text without the breaks of its lines, with its divided words whole."""
    return _SPACE.sub(" ", _HYPHEN_KEPT.sub(r"\1", _DIVIDED.sub("", text))).strip()


def reads_as_sentence(text: str, *, listed: bool = False) -> bool:
    """Whether it says something: enough words, among them small ones, a beginning and an end; an item of a list needs neither."""
    if len(text) > MOST_CHARACTERS or _FORM.search(text):
        return False
    words = _WORD.findall(text)
    small = len(_LOWER.findall(text))
    if len(words) < LEAST_WORDS or small < 2 or sum(map(len, words)) < 0.55 * len(text.replace(" ", "")):
        return False
    ended = text.rstrip('"“”’»)0123456789 ').endswith((".", "!", "?", "…", ";"))
    begun = not text[0].islower() and text[0] not in ",.;)"
    return (ended and begun) or listed


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for hit in _BREAK.finditer(text):
        yield at, hit.start()
        at = hit.end()
    yield at, len(text)


def _items(text: str, first: int, last: int) -> Iterator[tuple[int, int, bool]]:
    """The items of a list in a paragraph, without their bullets; what stands before the first is none."""
    start, listed, at = first, False, first
    while at < last:
        line_end = text.find("\n", at, last)
        line_end = last if line_end < 0 else line_end
        bullet = _BULLET.match(text, at, line_end)
        if bullet and (at == first or not _continues(text, at)):
            if start < at:
                yield start, at, listed
            start, listed = bullet.end(), True
        at = line_end + 1
    if start < last:
        yield start, last, listed


def _continues(text: str, at: int) -> bool:
    """Whether the line before ends with a word after which a number or a dash goes on: "am \\n 3. Mai", "Fuß \\n - und"."""
    before = text[max(0, at - 30) : at].rstrip()
    return bool(
        re.search(
            r"(?:\b(?:am|vom|zum|der|die|das|des|dem|den|im|§|Nr\.|Abs\.|und|oder|bis|von|Ziffer|Punkt)|[,–])$",
            before,
        )
    )


def _divided(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Divide at the ends of sentences."""
    at = start
    for hit in _END.finditer(text, start, end):
        if hit[0][0] == "." and not _ends_here(text, hit.start(), hit.end(), end):
            continue
        yield from _trimmed(text, at, hit.start("note") if hit["note"] else hit.end())
        at = hit.end()
    yield from _trimmed(text, at, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _ends_here(text: str, stop: int, after: int, last: int) -> bool:
    """Whether the full stop at ``stop`` ends a sentence."""
    following = text[after : min(last, after + 40)].lstrip()
    if not following:
        return True
    before = _WORD_BEFORE.search(text, max(0, stop - 40), stop)
    if before is None:
        return not following[0].islower()
    word = before[1]
    if following[0].islower():
        return False
    if word.isdigit():
        if len(word) <= 2 and _ORDINAL_AFTER.match(text, after, last):
            return False
        return len(word) > 2 or not re.search(
            r"(?:\b(?:am|vom|zum|der|die|im|bis|ab|dem|den|das)|[-–])\s+\d+$", text[max(0, stop - 20) : stop]
        )
    if len(word) == 1 or word.casefold() in _ABBREVIATIONS:
        return word.casefold() in {"usw", "etc", "ff"} and following[0].isupper()
    return True
