"""How much of what stands in the invented plans is found: the sentences, their pages, and what they say."""

from __future__ import annotations

import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from insek.engines.documents.content import Content
from insek.engines.documents.pdf import read_pdf
from insek.engines.names_in_text import NamesInText
from insek.engines.text.statements import FoundStatement, Headings, find_in_blocks
from insek.engines.text.statements.marking import without_marking

from .making import MadePlan
from .sentences import PLACES, UNITS, KnownSentence

PARTS = ("Art", "Zahl mit Einheit", "Jahr", "Zuständige", "Ort", "Kennzeichen")


@dataclass
class FoundOfPlan:
    """What came of one plan."""

    known: int
    hits: int = 0
    false: list[str] = field(default_factory=list)
    """Sentences that were proposed and are no statements."""
    torn: list[str] = field(default_factory=list)
    """Words that were proposed and are no whole sentence of the plan."""
    on_other_pages: int = 0
    right: Counter[str] = field(default_factory=Counter)
    """Of the hits, how many of each of PARTS are right."""
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    read_seconds: float = 0.0
    found_seconds: float = 0.0
    content: Content | None = None

    @property
    def recall(self) -> float:
        """The share of the known statements that were found, word for word."""
        return self.hits / self.known if self.known else 0.0

    @property
    def precision(self) -> float:
        """The share of what was proposed that is a statement, word for word; 0 where nothing was."""
        proposed = self.hits + len(self.false) + len(self.torn)
        return self.hits / proposed if proposed else 0.0

    def share(self, part: str) -> float:
        """Of the hits, how many have this part right."""
        return self.right[part] / self.hits if self.hits else 0.0


def measure_plan(made: MadePlan) -> FoundOfPlan:
    """Read a plan as a document is read, look for its statements, and compare."""
    found = FoundOfPlan(known=len(made.statements))
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.pdf"
        path.write_bytes(made.data)
        content = found.content = read_pdf(path)
    found.read_seconds, began = time.process_time() - began, time.process_time()
    proposed = statements_of(content)
    found.found_seconds = time.process_time() - began
    known: dict[str, list[KnownSentence]] = defaultdict(list)
    for one in made.sentences:
        known[one.text].append(one)
    taken: set[int] = set()
    for page, words, statement in proposed:
        same = known.get(words) or known.get(without_marking(words), [])
        here = next((one for one in same if one.page == page and id(one) not in taken), None)
        match = here or next((one for one in same if id(one) not in taken), None)
        if match is None:
            found.torn.append(words)
        elif match.kind == "none":
            found.false.append(words)
        else:
            taken.add(id(match))
            found.hits += 1
            found.on_other_pages += here is None
            for part, is_right in zip(PARTS, compared(match, statement), strict=True):
                found.right[part] += is_right
                if not is_right:
                    found.wrong[part].append(words)
    return found


def statements_of(content: Content) -> list[tuple[int, str, FoundStatement]]:
    """Page, words as they stand there, and statement, as plans.suggesting proposes them."""
    above, proposed = Headings(), []
    for page in content.pages:
        blocks: list[dict[str, Any]] = [
            {"type": one.type, "text": one.text, "level": one.level} for one in page.blocks
        ]
        for placed in find_in_blocks(blocks, units=UNITS, above=above):
            one = placed.found
            proposed.append(
                (page.number, " ".join(blocks[placed.place]["text"][one.start : one.end].split()), one)
            )
    return proposed


_names = NamesInText([(name, name) for name in PLACES])


def compared(known: KnownSentence, found: FoundStatement) -> tuple[bool, ...]:
    """Whether each of PARTS is as it was written."""
    amounts = [(one.number, one.unit) for one in found.quantities]
    marking = (found.marking.sort, found.marking.words) if found.marking else ("", "")
    places = {one.ids[0] for one in _names.find(found.text)}
    return (
        found.kind == known.kind,
        known.amount is None or (known.amount, known.unit) in amounts,
        found.year == known.year,
        not known.who or known.who in found.who,
        places == ({known.place} if known.place else set()),
        marking == (known.marking, known.marked_as),
    )
