"""Making the invented plans: their words by a fixed seed, their pages by Typst, and what stands where."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import typst

from insek.engines.report.words import FONTS
from insek.engines.text.statements import marking

from .sentences import PLACES, TOPICS, KnownSentence, draw_sentence

HERE = Path(__file__).parent
SCAN_WIDTH = 620
"""Points of a page that is only a picture."""
STATEMENTS = (("finding", 26), ("measure", 24), ("goal", 20), ("commitment", 16), ("prohibition", 14))
SHARE = 0.4
"""Of the sentences that are statements."""
IN_REGIONAL_PLAN = ("goal", "commitment", "prohibition", "commitment")
IN_STATUTE = ("commitment", "prohibition")


@dataclass(frozen=True)
class PlanMaking:
    """How one of the plans is made."""

    name: str
    title: str
    pages: int
    """So many it has at least."""
    chapters: int
    columns: int = 1
    law: str = ""
    """``regional``: paragraphs marked Z and G with their reasons; ``statute``: paragraphs under § headings."""
    is_scan: bool = False
    notes: bool = True
    seed: int = 1


@dataclass
class MadePlan:
    """A file, and the sentences that stand in it."""

    making: PlanMaking
    data: bytes
    pages: int
    sentences: list[KnownSentence]

    @property
    def statements(self) -> list[KnownSentence]:
        """Those that a reader should find."""
        return [one for one in self.sentences if one.kind != "none"]


SIX = (
    PlanMaking("wohnen", "Wohnraumkonzept Musterau", 60, 43, columns=2, seed=11),
    PlanMaking("region", "Regionaler Raumordnungsplan Musterland", 120, 58, law="regional", seed=12),
    PlanMaking(
        "satzung", "Gestaltungs- und Grünsatzung Musterau", 30, 36, law="statute", notes=False, seed=13
    ),
    PlanMaking("klima", "Klimaanpassungskonzept Musterau", 200, 136, columns=2, seed=14),
    PlanMaking("verkehr", "Mobilitätsplan Musterau", 90, 46, seed=15),
    PlanMaking("scan", "Rahmenplan Hafenrand 1994", 30, 16, is_scan=True, notes=False, seed=16),
)
"""Two columns, markings of law, tables, footnotes, lists, running heads, divided words, and one that is only pictures."""


def making_of(name: str) -> PlanMaking:
    """The one of that name."""
    return next(one for one in SIX if one.name == name)


def make_plan(making: PlanMaking) -> MadePlan:
    """Make one: the same bytes of words each time."""
    sentences, data = _written(making)
    pdf, found = _set(data)
    pages = _pages_of(pdf)
    if pages < making.pages:
        raise RuntimeError(f"{making.name} has only {pages} pages")
    for each in found:
        sentences[each["number"]].page = each["page"]
    return MadePlan(making, _as_pictures(pdf) if making.is_scan else pdf, pages, sentences)


def _written(making: PlanMaking) -> tuple[list[KnownSentence], dict[str, Any]]:
    draw = Random(making.seed)  # noqa: S311  (invented sentences, no secret)
    sentences: list[KnownSentence] = []
    seen: set[str] = set()
    sections = {"regional": _regional, "statute": _statute}.get(making.law, _concept)

    def say(kind: str, note: bool = False) -> dict[str, Any]:
        for _attempt in range(60):
            known = draw_sentence(draw, kind)
            if known.text not in seen:
                break
        seen.add(known.text)
        sentences.append(known)
        return {
            "number": len(sentences) - 1, "text": known.text,
            "note": f"Vgl. Musterau, Bericht {draw.randint(1, 900)}, Seite {draw.randint(2, 90)}." if note else "",
        }  # fmt: skip

    made = [
        {"title": f"{number} {draw.choice(TOPICS)} in {draw.choice(PLACES)}", "blocks": list(sections(making, draw, say, sentences, number))}
        for number in range(1, making.chapters + 1)
    ]  # fmt: skip
    return sentences, {
        "title": making.title, "columns": making.columns, "breaks": making.law != "statute", "contents": making.pages > 40, "chapters": made,
    }  # fmt: skip


def _kind(draw: Random) -> str:
    if draw.random() > SHARE:
        return "none"
    return draw.choices([name for name, _weight in STATEMENTS], [weight for _name, weight in STATEMENTS])[0]


def _concept(
    making: PlanMaking, draw: Random, say: Any, sentences: Any, number: int
) -> Iterator[dict[str, Any]]:
    """Headings, paragraphs with footnotes, a list of measures, a table of figures, a picture."""
    for part in range(1, 4):
        yield {
            "type": "heading",
            "level": 2,
            "text": f"{number}.{part} {draw.choice(('Bestand', 'Bewertung', 'Ausblick', 'Handlungsbedarf'))}",
        }
        for _each in range(draw.randint(3, 5)):
            told = [
                say(_kind(draw), note=making.notes and draw.random() < 0.06)
                for _one in range(draw.randint(3, 6))
            ]
            yield {"type": "paragraph", "mark": "", "sentences": told}
        if part == 2:
            yield {"type": "list", "sentences": [say("measure") for _one in range(draw.randint(2, 4))]}
        if part == 3 and number % 2:
            yield _table(draw)
        elif part == 3:
            yield {"type": "picture"}


def _table(draw: Random) -> dict[str, Any]:
    rows = [
        [
            place,
            str(draw.randint(900, 9000)),
            f"{draw.randint(3, 40)},{draw.randint(0, 9)} %",
            str(draw.randint(10, 400)),
        ]
        for place in PLACES
    ]
    return {"type": "table", "head": ["Stadtteil", "Einwohner", "Anteil unter 18", "Wohnungen"], "rows": rows}


def _regional(
    making: PlanMaking, draw: Random, say: Any, sentences: Any, number: int
) -> Iterator[dict[str, Any]]:
    """Marked paragraphs, each with its reasons below, which are marked as nothing."""
    for part in range(1, 6):
        letter = draw.choice("ZZG")
        first = len(sentences)
        told = [say(draw.choice(IN_REGIONAL_PLAN)) for _one in range(draw.randint(1, 3))]
        mark = f"{letter} {number * 10 + part}"
        prepared = letter == "Z" and draw.random() < 0.15
        for one in sentences[first:]:
            one.marking = (
                marking.PRINCIPLE if letter == "G" else marking.PREPARED if prepared else marking.GOAL
            )
            one.marked_as = mark
        yield {
            "type": "paragraph",
            "mark": f"{mark} (in Aufstellung befindliches Ziel)" if prepared else mark,
            "sentences": told,
        }
        yield {"type": "heading", "level": 2, "text": f"Begründung zu {mark}"}
        told = [
            say(draw.choice(("none", "none", "finding")), note=draw.random() < 0.1)
            for _one in range(draw.randint(4, 8))
        ]
        yield {"type": "paragraph", "mark": "", "sentences": told}
    yield _table(draw)


def _statute(
    making: PlanMaking, draw: Random, say: Any, sentences: Any, number: int
) -> Iterator[dict[str, Any]]:
    """Paragraphs of a statute under their headings, numbered (1), (2) …"""
    for part in range(1, 6):
        mark = f"§ {(number - 1) * 5 + part}"
        yield {"type": "heading", "level": 2, "text": f"{mark} {draw.choice(TOPICS)}"}
        for place in range(1, draw.randint(3, 5)):
            first = len(sentences)
            told = [say(draw.choice(IN_STATUTE)) for _one in range(draw.randint(1, 3))]
            for one in sentences[first:]:
                one.marking, one.marked_as = marking.STATUTE, mark
            yield {"type": "paragraph", "mark": f"({place})", "sentences": told}


def _set(data: dict[str, Any]) -> tuple[bytes, Sequence[dict[str, Any]]]:
    """The PDF, and the page of each sentence."""
    given: dict[str, Any] = {
        "root": str(HERE), "font_paths": [FONTS] if FONTS.exists() else [], "ignore_system_fonts": True, "sys_inputs": {"data": json.dumps(data)},
    }  # fmt: skip
    pdf = bytes(typst.compile(str(HERE / "plan.typ"), format="pdf", **given))
    return pdf, json.loads(typst.query(str(HERE / "plan.typ"), "<said>", field="value", **given))


def _pages_of(pdf: bytes) -> int:
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as opened:
        return len(opened)


def _as_pictures(pdf: bytes) -> bytes:
    """The same pages as pictures, as a scanner makes them."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as opened:
        pictures = []
        for page in opened:
            scale = SCAN_WIDTH / page.get_width()
            pictures.append(page.render(scale=scale).to_pil().convert("L"))
    kept = io.BytesIO()
    pictures[0].save(kept, "PDF", save_all=True, append_images=pictures[1:], quality=40)
    return kept.getvalue()
