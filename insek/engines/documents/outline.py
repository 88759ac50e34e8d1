"""What the headings, lists and forms of a document propose as a tree: fields, goals, measures and what else is named.

Only what the document calls by its name ("Ziel 2.1", "Handlungsfeld 3: Wohnen", a list below "Leitlinien", a form with labels)
is proposed as something; what a heading with a number alone is, a person says. Every word of a proposal stands in the document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from .content import HEADING, ITEM, PARAGRAPH, ROW, Block, Content, ReadPage
from .joining import cleaned
from .outline_cards import AnswersBelow, cards_of, label_rows, plain_label
from .outline_findings import FINDINGS, Findings, sections_of
from .outline_words import (
    ALONE,
    CHAPTER,
    CODED,
    CONTENTS,
    DEPTH,
    FEATURE,
    FIELD,
    GOAL,
    GUIDELINE,
    MEASURE,
    NAMED,
    PLAIN,
    SHORT,
    TITLED,
    UNKNOWN,
    UNNUMBERED,
    VISION,
)
from .pdf_blocks import LEADER, MARKER

LONGEST_TITLE = 250
LONGEST_ITEM = 300
"""Letters of an item of a list that is proposed as something of its own."""
MOST_LINES = 3000
LEAST_FORMS = 2
"""Forms with the same labels that make one believe that they are fact sheets."""
LEAST_LABELS = 3


@dataclass
class Place:
    """Where words stand: a page and its blocks from first to last, counted from 0."""

    page: int
    first: int
    last: int


@dataclass
class OutlineLine:
    """One line of the proposed tree."""

    kind: str
    number: str
    title: str
    place: Place
    parent: int | None = None
    """The place of the line above in the list."""
    text: list[tuple[str, Place]] = field(default_factory=list)
    """Paragraphs below it, with where they stand."""
    from_form: bool = False
    answers: list[tuple[str, str]] = field(default_factory=list)
    """Of a form: its labels with what is said there, as they stand in the text too."""
    other_places: list[Place] = field(default_factory=list)
    """Where else the document has the same."""

    @property
    def whole_text(self) -> str:
        """All its paragraphs."""
        return "\n\n".join(text for text, _place in self.text)


def propose(content: Content) -> list[OutlineLine]:
    """The tree, in the order of the document: each line after the one it stands below."""
    return _as_tree(_once(list(_lines(content.pages)))[:MOST_LINES])


@dataclass
class _Reader:
    """Where the reading of a document stands."""

    tables: set[str]
    forms: dict[int, set[str]]
    current: OutlineLine | None = None
    label: str = ""
    below: str = UNKNOWN
    below_level: int = 0
    in_contents: bool = False
    skip: bool = False
    findings: Findings = field(default_factory=Findings)
    above: AnswersBelow = field(default_factory=AnswersBelow)


def _lines(pages: Sequence[ReadPage]) -> Iterator[OutlineLine]:
    state = _Reader(_labels(pages), _form_labels(pages), above=AnswersBelow(label_rows(pages)))
    for page in pages:
        for place, block in enumerate(page.blocks):
            if state.skip:
                state.skip = False
                continue
            where = Place(page.number, place, place)
            if block.type == HEADING and CONTENTS.match(block.text):
                state.in_contents, state.current, state.below = True, None, UNKNOWN
                continue
            if block.type == HEADING and not LEADER.search(block.text):
                state.in_contents = False
            if state.in_contents or LEADER.search(block.text):
                continue
            if (
                state.current is not None
                and block.type == ROW
                and (answers := state.above.of_row(block.cells)) is not None
            ):
                for label, value in answers:
                    _add_value(state.current, label, value, where)
                continue
            if block.type == ROW and state.below and (cards := cards_of(page.blocks, place)):
                yield from (OutlineLine(state.below, number, _title(title), where) for number, title in cards)
                continue
            if block.type == ROW and (found := list(state.findings.of_row(block.cells))):
                yield from (OutlineLine(kind, "", _title(text), where) for kind, text in found)
                continue
            after = page.blocks[place + 1] if place + 1 < len(page.blocks) else None
            line = _read_block(state, block, after, where)
            if line is not None:
                yield line


def _read_block(state: _Reader, block: Block, after: Block | None, where: Place) -> OutlineLine | None:
    current = state.current
    if block.type == ROW:
        pairs = _pairs(block)
        if current is not None and pairs and all(_label(label) in state.tables for label, _value in pairs):
            for label, value in pairs:
                _add_value(current, label.rstrip(": "), value.strip(), where)
        elif current is not None and current.kind == MEASURE and block.box is None:
            _add_table_row(current, block, pairs, where)
        return None
    kicked = _kicked(block, after, where)
    if kicked is not None:
        state.skip, state.current, state.label, state.below = True, kicked, "", UNKNOWN
        return kicked
    if current is not None and _label(block.text) in state.forms.get(where.page, ()):
        state.label = plain_label(block.text)
        return None
    if state.label and current is not None and block.type != HEADING:
        _add_value(current, state.label, block.text, where)
        state.label = ""
        return None
    below = state.below
    if block.type == HEADING and (block.level <= state.below_level or "." in block.number):
        below = UNKNOWN
    line = _line(block, where, below)
    if (
        line is not None
        and current is not None
        and block.type == ITEM
        and line.kind == below != UNKNOWN
        and line.number.startswith(f"{current.number}.")
    ):
        line.kind = UNKNOWN  # 1.1.1 in a list below goal 1.1 is no goal, and what it is nobody says
        return line
    if line is not None:
        if block.type == HEADING and line.kind != below:
            state.below, state.below_level = UNKNOWN if line.kind else _titled(block.text), block.level
        state.current, state.label = line, ""
    elif block.type == HEADING:
        state.below, state.below_level, state.current, state.label = (
            _titled(block.text),
            block.level,
            None,
            "",
        )
    elif _leads_to_list(block.text):
        state.below, state.below_level = _titled(block.text), 9
    elif current is not None:
        current.text.append((block.text, where))
    return line


def _add_value(line: OutlineLine, label: str, value: str, where: Place) -> None:
    """One answer of a form."""
    line.from_form = line.from_form or line.kind == MEASURE
    if value:
        line.text.append((f"{label}: {value}", where))
        line.answers.append((label, value))


def _add_table_row(line: OutlineLine, block: Block, pairs: list[tuple[str, str]], where: Place) -> None:
    """A row of a table below a measure of a Word file, which says what is a table: it belongs to the measure, form or not."""
    if pairs and all(0 < len(label) < 60 and not label[0].isdigit() for label, _value in pairs):
        for label, value in pairs:
            _add_value(line, label.rstrip(": "), value.strip(), where)
    elif told := " | ".join(cell for cell in block.cells if cell):
        line.text.append((told, where))


def _kicked(block: Block, after: Block | None, where: Place) -> OutlineLine | None:
    """A word such as MASSNAHME 2.1.3 on a line of its own above the title, or "2 Leitbild" above a sentence that is it."""
    if after is None or len(block.text) > 40:
        return None
    text = CHAPTER.sub("", block.text) if block.type == HEADING else block.text
    match = next(((kind, found) for kind, pattern in ALONE if (found := pattern.match(text))), None)
    if match is None:
        return None
    kind, found = match
    is_sentence = (
        block.type == HEADING and kind == VISION and after.type == PARAGRAPH and len(after.text) < 160
    )
    is_title = after.type == HEADING and not after.number and block.size < after.size
    if not (is_sentence or is_title):
        return None
    title = _title(after.text).strip('„“”"»«')
    return OutlineLine(kind, found["number"] or "", title, Place(where.page, where.first, where.last + 1))


def _line(block: Block, where: Place, below: str) -> OutlineLine | None:
    """What a block proposes by itself, if it does."""
    text = MARKER.sub("", block.text) if block.type == ITEM and not PLAIN.match(block.text) else block.text
    text = cleaned(text)
    short = len(text) <= LONGEST_TITLE
    if short and (block.type in {HEADING, ITEM} or len(text) < 160) and text[-1:] not in ",;":
        named = CHAPTER.sub("", text) if block.type == HEADING else text
        for kind, pattern in NAMED:
            if (
                (match := pattern.match(named))
                and match["title"].strip(" :–—-")
                and _is_title(match["title"], block)
            ):
                return OutlineLine(kind, match["number"], _title(match["title"]), where)
        if (match := CODED.match(text)) and _is_title(match["title"], block):
            return OutlineLine(SHORT[match["code"]], match["number"], _title(match["title"]), where)
    if block.type == HEADING:
        for kind, pattern in UNNUMBERED:
            if match := pattern.match(text):
                return OutlineLine(kind, "", _title(match["title"]), where)
        if below and block.number and (match := PLAIN.match(text)):
            return OutlineLine(below, match["number"], _title(match["title"]), where)
        if block.number and (match := PLAIN.match(text)):
            return OutlineLine(UNKNOWN, match["number"], _title(match["title"]), where)
        return None
    if below and block.type == ITEM and len(text) <= LONGEST_ITEM:
        match = PLAIN.match(text)
        return OutlineLine(
            below, match["number"] if match else "", _title(match["title"] if match else text), where
        )
    return None


def _is_title(title: str, block: Block) -> bool:
    """Whether what follows a number is a title and not a sentence that goes on ("Ziel 2.1 wird …", "Ziel 3 und 4")."""
    title = title.strip()
    if block.type == HEADING:
        return bool(title)
    return bool(title) and (title[0].isupper() or title[0] in '„"«»(') and not title.endswith(".")


def _title(text: str) -> str:
    return cleaned(text.strip(" \t:–—|")).rstrip(":")


def _titled(text: str) -> str:
    """Which kind a heading or a line above a list speaks of ("Ziele im Handlungsfeld", "Unsere Leitlinien", "Stärken")."""
    if found := sections_of(text):
        return found
    return next((kind for kind, pattern in TITLED if pattern.match(text)), UNKNOWN)


def _leads_to_list(text: str) -> bool:
    return text.endswith(":") and len(text) < 90 and bool(_titled(text))


def _label(cell: str) -> str:
    return cleaned(cell).rstrip(": ").casefold()


def _pairs(block: Block) -> list[tuple[str, str]]:
    """A row of two or four cells as labels with their values."""
    cells = block.cells
    return list(zip(cells[::2], cells[1::2], strict=True)) if len(cells) in {2, 4} else []


def _labels(pages: Sequence[ReadPage]) -> set[str]:
    """What stands as a label before a cell on several pages or in several tables: these are forms. A section of a Word file may hold
    many, and what stands only in one of them is a label like those beside it."""
    tables = [
        _labels_of(blocks)
        for page in pages
        for is_row, blocks in groupby(page.blocks, key=lambda block: block.type == ROW)
        if is_row
    ]
    whole = [_labels_of(block for block in page.blocks if block.type == ROW) for page in pages]
    often: set[str] = set()
    for places in (tables, whole):
        counts = Counter(label for found in places if len(found) >= LEAST_LABELS for label in found)
        often |= {label for label, count in counts.items() if count >= LEAST_FORMS}
    return often.union(*(found for found in tables if len(found & often) >= LEAST_LABELS))


def _labels_of(rows: Iterable[Block]) -> set[str]:
    return {
        _label(label)
        for block in rows
        for label, _value in _pairs(block)
        if 0 < len(label) < 60 and not label[0].isdigit()
    }


def _form_labels(pages: Sequence[ReadPage]) -> dict[int, set[str]]:
    """By page, the short lines that stand above a text there and on other pages: labels of forms without a table."""
    short = {
        page.number: {
            (_label(block.text), block.size, block.is_bold)
            for block in page.blocks
            if block.type in {HEADING, PARAGRAPH} and _may_be_label(block)
        }
        for page in pages
    }
    counts = Counter(label for found in short.values() for label in found)
    often = {label for label, count in counts.items() if count >= 3}
    above = label_rows(pages)
    rows = {
        page.number
        for page in pages
        for block in page.blocks
        if block.type == ROW and tuple(block.cells) in above
    }
    forms = {number: found & often for number, found in short.items() if len(found & often) >= LEAST_LABELS}
    # answers come again too: labels are those in the letters that most of these lines have
    letters = Counter(label[1:] for found in forms.values() for label in found)
    usual = letters.most_common(1)[0][0] if letters else None
    labels = {number: {label[0] for label in found if label[1:] == usual} for number, found in forms.items()}
    beside = {
        number: {label[0] for label in found & often if label[2]}
        for number, found in short.items()
        if number in rows
    }
    return {number: found for number, found in labels.items() if len(found) >= LEAST_LABELS} | beside


def _may_be_label(block: Block) -> bool:
    text = block.text
    return len(text) < 40 and text[-1:] not in ".;,!?" and not text[:1].isdigit() and not block.number


def _once(lines: list[OutlineLine]) -> list[OutlineLine]:
    """Each part once: what has the same kind and number comes again in lists and forms. The one with most to say is kept."""
    kept: dict[tuple[str, str], OutlineLine] = {}
    order: list[OutlineLine] = []
    for line in lines:
        key = (line.kind, line.number or line.title.casefold())
        known = kept.get(key) if line.kind else None
        if known is None or not _same(known, line):
            if line.kind and known is None:
                kept[key] = line
            order.append(line)
            continue
        known.other_places.append(line.place)
        if len(line.whole_text) > len(known.whole_text):
            known.text, known.from_form = line.text, known.from_form or line.from_form
            known.answers = line.answers
            known.place, known.other_places[-1] = line.place, known.place
        if len(line.title) > len(known.title) and line.title.casefold().startswith(known.title.casefold()):
            known.title = line.title
    said = {(line.number, line.title.casefold()) for line in order if line.kind and line.number}
    return [line for line in order if line.kind or (line.number, line.title.casefold()) not in said]


def _same(known: OutlineLine, line: OutlineLine) -> bool:
    """Whether two lines with the same number mean the same: their titles begin with the same words."""
    one, two = _words(known.title), _words(line.title)
    shorter = min(len(one), len(two))
    return shorter == 0 or one[: min(shorter, 3)] == two[: min(shorter, 3)]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _as_tree(lines: list[OutlineLine]) -> list[OutlineLine]:
    """Put each line below the one it belongs to: by its number, else by what stands above it."""
    by_number: dict[str, list[int]] = {}
    open_lines: list[int] = []
    for place, line in enumerate(lines):
        depth = DEPTH.get(line.kind, 0)
        if depth:
            parent = _by_number(line, lines, by_number)
            if parent is None:
                open_lines = [each for each in open_lines if DEPTH[lines[each].kind] < depth]
                parent = next((each for each in reversed(open_lines) if _may_hold(lines[each], line)), None)
            line.parent = parent
            open_lines = [each for each in open_lines if DEPTH[lines[each].kind] < depth]
            open_lines.append(place)
            if line.number:
                by_number.setdefault(line.number, []).append(place)
        elif not line.number.count("."):
            # a chapter that says nothing of fields or goals ends what was open
            open_lines = []
    return lines


def _by_number(line: OutlineLine, lines: Sequence[OutlineLine], known: dict[str, list[int]]) -> int | None:
    """The nearest line whose number this one continues: 2.1 for 2.1.3."""
    number = line.number
    while "." in number:
        number = number.rpartition(".")[0]
        for place in reversed(known.get(number, [])):
            if DEPTH[lines[place].kind] < DEPTH[line.kind] and _may_hold(lines[place], line):
                return place
    return None


def _may_hold(above: OutlineLine, line: OutlineLine) -> bool:
    """Whether one stands below the other in a concept."""
    pairs = {
        (FIELD, GOAL), (FIELD, MEASURE), (FIELD, FEATURE), (GOAL, MEASURE), (VISION, GUIDELINE), (GUIDELINE, GOAL), (FIELD, GUIDELINE),
        *((FIELD, kind) for kind in FINDINGS),
    }  # fmt: skip
    return (above.kind, line.kind) in pairs


def split_title(text: str) -> tuple[str, str]:
    """The number before a title, and the title itself: "Ziel 2.1: Wege kurz halten" gives 2.1 and the rest."""
    text = cleaned(MARKER.sub("", text) if not PLAIN.match(text) else text)
    for _kind, pattern in NAMED:
        if (match := pattern.match(text)) and _title(match["title"]):
            return match["number"], _title(match["title"])
    for pattern in (CODED, PLAIN):
        if match := pattern.match(text):
            return match["number"], _title(match["title"])
    for _kind, pattern in UNNUMBERED:
        if match := pattern.match(text):
            return "", _title(match["title"])
    return "", _title(text)
