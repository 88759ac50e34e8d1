"""Lines of a page become headings, paragraphs, items of lists and rows of forms and tables."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from .content import HEADING, ITEM, PARAGRAPH, ROW, Block
from .joining import cleaned, is_divided, joined, with_line
from .reading_order import Region, TextLine

MARKER = re.compile(r"^(?:[•‣▪■□●○◦–—►▸▶➔→✓✔·*\ue000-\uf8ff-]|\d{1,2}[.)]|\(\d{1,2}\)|[a-z]\))(?:\s+|$)")
NUMBER = re.compile(r"^((?:\d{1,2}|[A-Z])(?:\.\d{1,2}){0,4})\.?(?:\s+|$)")
CODE = re.compile(r"^(?:HF|LL|LS|OZ|TZ|[LZMP])\s?\d{1,2}(?:\.\d{1,2}){0,3}\.?(?=\s|$|:)")
NAMED_START = re.compile(
    r"^(?:Handlungsfeld|Leitlinie|Leitsatz|\w*[Zz]iel|\w*[Mm]aßnahme|\w*[Pp]rojekt)\s+\d{1,2}(?:\.\d{1,2}){0,3}\b"
)
LEADER = re.compile(r"(?:\s?\.){4,}\s*\d{0,4}$")
DAY = re.compile(
    r"^\d{1,2}\.\s+(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b"
)
ORDINAL = re.compile(r"^\d{1,2}[.)]\s")
ASKS_FOR_NUMBER = re.compile(
    r"(?:\b(?:am|vom|zum|zur|der|die|das|des|dem|den|im|bis|von|und|oder|Nr\.|Nummer|Abs\.|Absatz|Ziffer|Kapitel|Stufe|Phase)|§)$"
)
SENTENCE_END = re.compile(r"[.!?:;…][)“”\"»«]?$")
MOST_HEADING = 220
"""Letters of a heading at most."""


@dataclass
class Draft:
    """A block while its lines are gathered."""

    lines: list[TextLine] = field(default_factory=list)
    type: str = PARAGRAPH
    cells: list[list[str]] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)


def blocks_of(regions: Sequence[Region], body: float, width: float, height: float) -> list[Block]:
    """The blocks of a page; headings have no level yet."""
    blocks: list[Block] = []
    for region in regions:
        drafts = _drafts(region, body)
        made = [_block(draft, body, width, height) for draft in drafts]
        _add(blocks, [block for block in made if block.text])
    return _headings(blocks, body)


def _add(blocks: list[Block], more: list[Block]) -> None:
    """What follows, where the last paragraph may go on in the next column."""
    if blocks and more and blocks[-1].type in {PARAGRAPH, ITEM} and more[0].type == PARAGRAPH:
        before, after = blocks[-1], more[0]
        same = abs(before.size - after.size) < 0.6 and before.is_bold == after.is_bold
        is_open = not SENTENCE_END.search(before.text)
        goes_on = is_divided(before.text) or (
            is_open and (after.text[:1].islower() or (before.type == PARAGRAPH and len(before.text) > 80))
        )
        if same and goes_on:
            before.text = cleaned(with_line(before.text, after.text))
            more = more[1:]
    blocks += more


def _pitch(region: Region) -> float:
    """How far lines of running text stand below each other in a region."""
    steps = Counter(
        round(after.top - before.top, 1)
        for before, after in itertools.pairwise(region)
        if abs(after.size - before.size) < 0.6 and after.top - before.top < 3 * before.size
    )
    if not steps:
        return 0.0
    most = max(steps.values())
    return min(step for step, count in steps.items() if count * 2 >= most)


def _drafts(region: Region, body: float) -> list[Draft]:
    pitch, right = _pitch(region), max((line.right for line in region), default=0.0)
    left = min((line.left for line in region), default=0.0)
    drafts: list[Draft] = []
    for line in region:
        last = drafts[-1] if drafts else None
        cells = _cells(line)
        if last and last.type == ROW and (row := _continued(last, line, cells)) is not None:
            for place, piece in row:
                last.cells[place].append(piece)
            last.lines.append(line)
        elif len(cells) > 1:
            starts = [start for start, _text in cells]
            drafts.append(Draft([line], ROW, [[text] for _start, text in cells], starts))
        elif last is None or last.type == ROW or _begins(last, line, pitch, left, right):
            drafts.append(Draft([line], ITEM if MARKER.match(line.text) else PARAGRAPH))
        else:
            last.lines.append(line)
    return drafts


def _cells(line: TextLine) -> list[tuple[float, str]]:
    """The cells of a line: its pieces, where these are no number or sign before a text."""
    pieces = list(line.pieces)
    cells = [(pieces[0].left, pieces[0].text)]
    for before, piece in itertools.pairwise(pieces):
        is_mark = len(cells) == 1 and (
            MARKER.fullmatch(before.text)
            or CODE.fullmatch(before.text)
            or (NUMBER.fullmatch(before.text) and (before.is_bold or before.size > 11))
        )
        if is_mark and piece.left - before.right < 5 * piece.size:
            start, text = cells[-1]
            cells[-1] = (start, f"{text} {piece.text}")
        else:
            cells.append((piece.left, piece.text))
    return cells


def _continued(row: Draft, line: TextLine, cells: list[tuple[float, str]]) -> list[tuple[int, str]] | None:
    """Into which cells of the row above a line goes on; None where it begins something new."""
    last = row.lines[-1]
    if line.top - last.top > 2.0 * max(line.size, last.size) or len(cells) >= len(row.starts):
        return None
    placed = []
    for start, text in cells:
        place = next((n for n, at in enumerate(row.starts) if abs(start - at) < 6), None)
        if place is None:
            place = next((n for n, at in enumerate(row.starts) if n and 0 < start - at < 20), None)
        if place is None:
            return None
        placed.append((place, text))
    if any(place == 0 for place, _text in placed):
        return None
    return placed


def _begins(last: Draft, line: TextLine, pitch: float, left: float, right: float) -> bool:
    """Whether a line begins a new block."""
    before = last.lines[-1]
    step = line.top - before.top
    if abs(line.size - before.size) > 0.08 * before.size or line.is_bold != before.is_bold:
        return True
    if step > max(1.28 * (pitch or 1.35 * line.size), 1.2 * line.size) and step > 1.25 * before.size:
        return True
    if MARKER.match(line.text) and not is_divided(before.text) and not _counts_on(before.text, line.text):
        return True
    if LEADER.search(before.text):
        return True
    first = last.lines[0]
    if _is_coded(line.text) and (_is_coded(first.text) or SENTENCE_END.search(before.text)):
        return True
    if last.type == ITEM and len(last.lines) > 1 and line.left < last.lines[1].left - 2:
        return True
    if last.type == ITEM and line.left < first.left - 2:
        return True
    ended = bool(SENTENCE_END.search(before.text))
    if ended and before.right < left + 0.82 * (right - left) and line.text[:1].isupper():
        return True
    return ended and line.left > before.left + 0.8 * line.size and abs(before.left - left) < 2


def _counts_on(before: str, line: str) -> bool:
    """Whether a number at the beginning of a line is no item, but goes on from the line above: "am" / "3. Mai", "Abs." / "2 BauGB"."""
    return bool(DAY.match(line) or (ORDINAL.match(line) and ASKS_FOR_NUMBER.search(before)))


def _is_coded(text: str) -> bool:
    return bool(CODE.match(text) or NAMED_START.match(text))


def _block(draft: Draft, body: float, width: float, height: float) -> Block:
    lines = draft.lines
    box = (
        round(min(line.left for line in lines) / width, 4), round(min(line.top for line in lines) / height, 4),
        round(max(line.right for line in lines) / width, 4), round(max(line.bottom for line in lines) / height, 4),
    )  # fmt: skip
    size, bold = lines[0].size, sum(line.is_bold for line in lines) * 2 > len(lines)
    if draft.type == ROW:
        cells = [joined(cell) for cell in draft.cells]
        return Block(ROW, cleaned(" ".join(cells)), cells=cells, box=box, size=size, is_bold=bold)
    # a word divided at the end of a column keeps its mark until the next column is read
    text = ""
    for line in lines:
        text = with_line(text, line.text)
    text = text if is_divided(text) else cleaned(text)
    level = 0
    if draft.type == ITEM and not MARKER.sub("", text):
        draft.type = PARAGRAPH
    return Block(draft.type, text, level=level, box=box, size=size, is_bold=bold)


def _headings(blocks: list[Block], body: float) -> list[Block]:
    """Mark what stands out as a heading, and put together those of several lines."""
    found: list[Block] = []
    for place, block in enumerate(blocks):
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        if block.type != ROW and _is_heading(block, after, body):
            last = found[-1] if found else None
            if last and last.type == HEADING and _goes_on(last, block):
                last.text = cleaned(with_line(last.text, block.text))
                if last.box and block.box:
                    last.box = (
                        min(last.box[0], block.box[0]),
                        last.box[1],
                        max(last.box[2], block.box[2]),
                        block.box[3],
                    )
                continue
            block.type = HEADING
            match = NUMBER.match(block.text)
            block.number = match[1] if match and (match[1][0].isdigit() or "." in match[1]) else ""
        found.append(block)
    return found


def _is_heading(block: Block, after: Block | None, body: float) -> bool:
    text = block.text
    if len(text) > MOST_HEADING or LEADER.search(text) or sum(sign.isalpha() for sign in text) < 3:
        return False
    if block.size >= 1.25 * body and len(text) < MOST_HEADING:
        return not (text.endswith(".") and len(text) > 120)
    stands_out = block.is_bold or block.size >= 1.1 * body
    if not stands_out or text[-1] in ".;,":
        return False
    if block.type == ITEM and not NUMBER.match(text):
        return False
    follows = after is not None and (
        not after.is_bold or after.size < block.size - 0.4 or after.type != PARAGRAPH
    )
    return block.size >= 0.95 * body and len(text) < 160 and (follows or after is None)


def _goes_on(before: Block, block: Block) -> bool:
    """Whether a heading goes on in the next block: same letters, directly below, and no number of its own."""
    if abs(before.size - block.size) > 0.3 or before.is_bold != block.is_bold or NUMBER.match(block.text):
        return False
    if not before.box or not block.box or not 0 <= block.box[1] - before.box[3] < 0.008:
        return False
    return len(before.text) + len(block.text) < MOST_HEADING


def set_levels(pages: Sequence[list[Block]]) -> None:
    """Give headings their level: by the size of their letters, the biggest first."""
    sizes = Counter(
        (block.size, block.is_bold) for blocks in pages for block in blocks if block.type == HEADING
    )
    ranked = sorted(sizes, reverse=True)
    merged: dict[tuple[float, bool], int] = {}
    level, before = 0, 0.0
    for style in ranked:
        if level == 0 or before - style[0] > 0.6:
            level += 1
            before = style[0]
        merged[style] = min(level, 6)
    for blocks in pages:
        for block in blocks:
            if block.type == HEADING:
                block.level = merged[block.size, block.is_bold]
