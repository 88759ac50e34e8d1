"""What the columns of a questionnaire are: codes and texts in their heads, as LimeSurvey writes them, and what their cells look like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from insek.engines.numbers import NotANumber, read_number
from insek.engines.tables.found_table import FoundColumn, FoundTable
from insek.engines.text import fold
from insek.engines.text.markup import without_markup
from insek.intake.targets import LEFT

from .platforms import PERSON

CHOICE, SEVERAL, NUMBER, TEXT = "choice", "several", "number", "free"
QUESTIONS = (CHOICE, SEVERAL, NUMBER, TEXT)
YES, NO = (
    frozenset({"ja", "yes", "y", "1", "x", "true", "wahr"}),
    frozenset({"nein", "no", "n", "0", "false", "falsch"}),
)
NOTHING = frozenset({"", "n/a", "n. a.", "k. a.", "k.a.", "keine antwort", "no answer", "-oth-"})
MOST_CHOICES = 12
"""Different answers that a question with one answer has at most."""
META = {
    "original_id": ("id", "antwort id", "response id"),
    "received_on": ("submitdate", "datum abgeschickt", "date submitted", "zeitstempel", "timestamp"),
    PERSON: (
        "token", "zugangsschluessel", "zugangscode", "vorname", "nachname", "firstname", "lastname", "e mail", "email", "emailadresse", "name",
        "ipaddr", "ip adresse", "ip address", "refurl", "herkunfts url", "referrer url",
    ),
    LEFT: ("lastpage", "letzte seite", "startlanguage", "start sprache", "seed", "startdate", "datum gestartet", "datestamp", "datum letzte aktivitaet", "interviewtime", "gesamtzeit"),
}  # fmt: skip
"""Columns that every export of LimeSurvey has, by the code before the point or the words behind it."""
_HEAD = re.compile(
    r"^\s*(?P<code>[A-Za-z][\w]*?)\s*(?:\[(?P<part>[^\]]*)\])?\s*(?:[.:]\s+(?P<text>.*))?$", re.S
)
_OPTION = re.compile(r"\[(?P<option>[^\]]*)\]\s*$")


@dataclass
class SurveyHead:
    """What the head of a column says: code, part of the question, its text, the answer it stands for."""

    code: str
    part: str
    text: str
    option: str


def head_of(head: str) -> SurveyHead:
    """Read ``Q2[SQ001]. Was fehlt? [Grün]``; a head that is not written so is the text of its question."""
    flat = " ".join(without_markup(head).split())
    hit = _HEAD.match(flat)
    code, part, text = (hit["code"], hit["part"] or "", hit["text"] or "") if hit else ("", "", flat)
    if hit and not text and " " in flat:
        code, part, text = "", "", flat
    option = _OPTION.search(text)
    if option:
        text = text[: option.start()].strip()
    return SurveyHead(code, part, text or code, option["option"].strip() if option else "")


def proposal_of(
    table: FoundTable, column: FoundColumn, head: SurveyHead, often: Mapping[str, int]
) -> tuple[str, str]:
    """What a column seems to be, and why. ``often`` says how many columns share a code."""
    by_head, by_cells = _("nach der Überschrift"), _("nach dem, was in der Spalte steht")
    names = {fold(head.code), fold(head.text).strip(" ."), fold(head.text).replace("-", " ").strip(" .")}
    for name, words in META.items():
        if names & {*words}:
            return name, by_head if name else ""
    texts = [text for cell in table.cells(column.index) if (text := cell.text) and fold(text) not in NOTHING]
    kinds = set(map(fold, texts))
    if head.part == "other" or fold(head.option) in {"sonstiges", "other"}:
        return TEXT, by_head
    if head.part and often[head.code] > 0 and kinds <= YES | NO:
        return SEVERAL, by_cells
    if texts and all(number_of(text) is not None for text in texts):
        return NUMBER, by_cells
    is_long = sum(len(text) for text in texts) > 45 * len(texts)
    is_choice = 0 < len(kinds) <= MOST_CHOICES and not is_long and not _reads_like_text(texts)
    return CHOICE if is_choice else TEXT, by_cells


def number_of(text: str) -> Decimal | None:
    """The number that an answer is; None where it is none."""
    try:
        return read_number(text)
    except NotANumber:
        return None


def _reads_like_text(texts: Sequence[str]) -> bool:
    """Whether every answer is its own, as in an open question."""
    return len(texts) == len(set(map(fold, texts))) and any(len(text.split()) > 1 for text in texts)
