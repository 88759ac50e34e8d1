"""What a file of papers says: papers with their way through the bodies, a row each or a row for each step, or as OParl writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from insek.engines.tables.time_spans import read_time
from insek.engines.text import fold
from insek.intake.cells_said import CellsSaid
from insek.intake.targets import TableRow

from .models import Consultation

ROLES = (
    ("anhoer", Consultation.Role.HEARING), ("anhor", Consultation.Role.HEARING), ("beteiligung", Consultation.Role.HEARING),
    ("vorberat", Consultation.Role.PRELIMINARY), ("empfehl", Consultation.Role.PRELIMINARY), ("kenntnis", Consultation.Role.PRELIMINARY),
    ("beratung", Consultation.Role.PRELIMINARY), ("entscheid", Consultation.Role.DECISION), ("beschluss", Consultation.Role.DECISION),
    ("decision", Consultation.Role.DECISION), ("hearing", Consultation.Role.HEARING), ("preliminary", Consultation.Role.PRELIMINARY),
)  # fmt: skip
"""How systems say what a body does, by what their words hold, the more telling first."""
_DAY = re.compile(r"\b(\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{4}-\d{2}-\d{2})\b")
_PARTS = re.compile(r"\s*[;\n]\s*")
MOST_STEPS = 40


@dataclass
class SaidStep:
    """One step of a way: the body as it is called, what it does, when, and what came out."""

    body: str
    role: str = ""
    """A role of a consultation; empty where the file does not say it."""
    day: date | None = None
    result: str = ""

    @property
    def words(self) -> str:
        """As it is said, for the text of a paper whose body is not known."""
        parts = [self.body, self.day.strftime("%d.%m.%Y") if self.day else "", self.result]
        return ", ".join(filter(None, parts))


@dataclass
class SaidPaper:
    """A paper with the rows that say something of it."""

    rows: list[TableRow]
    steps: list[tuple[SaidStep, TableRow]] = field(default_factory=list)


def papers_of(said: CellsSaid, rows: Sequence[TableRow]) -> Iterator[SaidPaper]:
    """The papers of a file in its order: rows with the same number are one."""
    found: dict[str, SaidPaper] = {}
    for row in rows:
        key = fold(said.line(row, "reference")).strip() or f"\x1f{row.number}"
        paper = found.setdefault(key, SaidPaper([]))
        paper.rows.append(row)
        for step in steps_of(said, row):
            if all(
                (step.body, step.day, step.role) != (known.body, known.day, known.role)
                for known, _row in paper.steps
            ):
                paper.steps.append((step, row))
    yield from found.values()


def steps_of(said: CellsSaid, row: TableRow) -> list[SaidStep]:
    """The steps that one row tells: in columns of its own, and in a cell with the whole way."""
    found = []
    if body := said.line(row, "body"):
        day = said.value(row, "met_on")
        found.append(
            SaidStep(
                body,
                role_of(said.line(row, "role")),
                day if isinstance(day, date) else None,
                said.line(row, "result"),
            )
        )
    for cell in said.texts(row, "way"):
        found += (
            _of_oparl(cell)
            if cell.startswith("[")
            else [step for part in _PARTS.split(cell) if (step := _of_words(part))]
        )
    return found[:MOST_STEPS]


def role_of(words: str) -> str:
    """What a body does, by the words of a system; empty where they do not tell."""
    said = fold(words)
    return next((str(role) for sign, role in ROLES if sign in said), "")


def _of_words(part: str) -> SaidStep | None:
    """Bauausschuss, 12.03.2024 (Vorberatung): zugestimmt."""
    text = " ".join(part.split())
    head, colon, result = text.partition(": ")
    day = _DAY.search(head)
    role = role_of(head)
    name = _DAY.sub(" ", head)
    if role:
        name = re.sub(r"\([^()]*\)", " ", name)
        for word in name.split():
            if role_of(word) == role and not re.search(r"ausschuss|rat$|beirat", word, re.I):
                name = name.replace(word, " ")
    name = re.sub(r"\b(?:am|vom|TOP\s*\d*)\b|\(\s*\)", " ", name)
    name = " ".join(name.split()).strip(" ,-–·|")
    return (
        SaidStep(name, role, _day(day[1]) if day else None, result.strip() if colon else "") if name else None
    )


def _of_oparl(cell: str) -> list[SaidStep]:
    """The consultations of a paper as OParl 1.x keeps them; a body is an address or an object with a name."""
    try:
        listed: Any = json.loads(cell)
    except (ValueError, RecursionError):
        return []
    found = []
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict):
            continue
        bodies = one.get("organization") or []
        for body in bodies if isinstance(bodies, list) else [bodies]:
            name = body.get("name") if isinstance(body, dict) else body
            if not isinstance(name, str) or not name.strip():
                continue
            role = (
                str(Consultation.Role.DECISION)
                if one.get("authoritative") is True
                else role_of(str(one.get("role") or ""))
            )
            meeting, item = one.get("meeting"), one.get("agendaItem")
            start = str(meeting.get("start") or "")[:10] if isinstance(meeting, dict) else ""
            result = str(item.get("result") or "") if isinstance(item, dict) else ""
            found.append(SaidStep(" ".join(name.split()), role, _day(start), " ".join(result.split())))
    return found


def _day(text: str) -> date | None:
    try:
        span = read_time(text.replace(" ", ""))
    except ValueError:
        return None
    return span.start if span.kind == "day" and isinstance(span.start, date) else None
