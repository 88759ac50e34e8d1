"""The part of `insek bench text` that needs no labelled texts: six invented plans with known statements, and how long the longest takes.

What is timed is what happens to an uploaded file, but for writing to the database: reading in a process of its own, the terms of search, statements,
and the field of action of each.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from insek.engines.documents.reading import read_document
from insek.engines.text import counted_terms
from insek.engines.text.classes import ClassModel, Texts
from insek.engines.text.encoders import best_encoder

from .made_plans.making import SIX, MadePlan, make_plan, making_of
from .made_plans.measuring import PARTS, measure_plan, statements_of
from .made_plans.sentences import TOPICS

LONGEST = "klima"


@dataclass(frozen=True)
class PlanTimes:
    """Seconds on the clock, each of one step; ``worked`` are seconds of processor time of all, on all cores."""

    pages: int
    statements: int
    with_field: int
    read: float
    indexed: float
    found: float
    fields: float
    worked: float

    @property
    def all(self) -> float:
        """All steps together."""
        return self.read + self.indexed + self.found + self.fields


def lines() -> Iterator[str]:
    """What is printed, a line each."""
    yield "Sechs erfundene Planwerke, deren Sätze bekannt sind (ein Sprachmodell schrieb sie und kannte das Programm: gemessen wird das Lesen, kaum das Urteil):"
    for making in SIX:
        made = make_plan(making)
        found = measure_plan(made)
        if making.is_scan:
            said = (
                "als Scan erkannt, nichts vorgeschlagen"
                if found.content and found.content.is_scan and not found.hits
                else "NICHT als Scan erkannt"
            )
            yield f"  {making.title}, {made.pages} Seiten, nur Bilder: {said}"
            continue
        parts = ", ".join(f"{part} {found.share(part):.2f}" for part in PARTS)
        yield (
            f"  {making.title}, {made.pages} Seiten, {found.known} von {len(made.sentences)} Sätzen sind Kernaussagen: wörtlich gefunden {found.recall:.2f}, "
            f"Genauigkeit {found.precision:.2f}, zerrissen {len(found.torn)}, auf anderer Seite {found.on_other_pages}; von den gefundenen stimmt: {parts}"
        )
        if making.name == LONGEST:
            yield f"  {described(time_plan(made))}"


def described(times: PlanTimes) -> str:
    """The seconds in a line."""
    return (
        f"{times.pages} Seiten in {times.all:.1f} s ({times.worked:.1f} s Rechenzeit): lesen {times.read:.1f}, Suchbegriffe {times.indexed:.1f}, {times.statements} Kernaussagen {times.found:.1f}, "
        f"Handlungsfelder ({times.with_field} vorgeschlagen) {times.fields:.1f}"
    )


def time_plan(made: MadePlan | None = None) -> PlanTimes:
    """Do all that follows an upload with one plan, the longest by default."""
    made = made or make_plan(making_of(LONGEST))
    clock, worked = [time.monotonic()], _worked()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.pdf"
        path.write_bytes(made.data)
        content = read_document(path, "pdf")
    clock.append(time.monotonic())
    for page in content.pages:
        counted_terms(page.text)
    clock.append(time.monotonic())
    found = list(dict.fromkeys(statement.text for _page, _words, statement in statements_of(content)))
    clock.append(time.monotonic())
    encoder = best_encoder()
    names = Texts(TOPICS, encoder.encode(TOPICS))
    model = ClassModel(names, Texts([], names.vectors[:0]), np.zeros((0, len(TOPICS)), dtype=bool))
    judged = model.judge(Texts(found, encoder.encode(found)))
    model.speaking(found, list(judged.best))
    with_field = int((model.chances(judged) >= 0.3).sum())
    clock.append(time.monotonic())
    read, indexed, statements, fields = np.diff(clock)
    return PlanTimes(
        len(content.pages), len(found), with_field, float(read), float(indexed), float(statements), float(fields), _worked() - worked
    )  # fmt: skip


def _worked() -> float:
    """Processor time of this process and those it waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
