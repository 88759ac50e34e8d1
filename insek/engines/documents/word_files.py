"""Word and OpenDocument text: headings, paragraphs, lists and tables. These files have no pages; each section with its heading is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .archives import check_archive
from .content import HEADING, ITEM, PARAGRAPH, ROW, Block, Content, ReadPage, UnreadableDocument
from .joining import cleaned
from .pdf_blocks import NUMBER

MOST_BLOCKS = 100_000
SECTION = 40
"""Blocks after which the next heading begins a new section, whatever its level."""
HEADING_STYLE = re.compile(r"^(?:heading|überschrift|titel|title)\s*(\d)?", re.IGNORECASE)


def read_docx(path: Path) -> Content:
    """A Word file. Raises UnreadableDocument."""
    import docx

    check_archive(path)
    try:
        document = docx.Document(str(path))
        blocks = list(_limited(_docx_blocks(document)))
        title = str(document.core_properties.title or "")
    except UnreadableDocument:
        raise
    except Exception as error:  # whatever is wrong with the file, it is the file
        raise UnreadableDocument("broken", str(error)[:200]) from error
    return Content("docx", sections(blocks), cleaned(title)[:300])


def _docx_blocks(document: Any) -> Iterator[Block]:
    counts: dict[int, int] = {}
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            for row in part.rows:
                seen: list[Any] = []
                for cell in row.cells:
                    if not any(cell._tc is other._tc for other in seen):
                        seen.append(cell)
                yield _row([cell.text for cell in seen])
            continue
        text = cleaned(part.text.replace("\t", " "))
        if not text:
            continue
        style = str(part.style.name) if part.style is not None else ""
        level = _docx_level(part, style)
        if level:
            yield _heading(text, level, _counted(part, level, counts))
        elif _is_listed(part) or style.lower().startswith(("list", "liste", "aufz")):
            yield Block(ITEM, text)
        else:
            yield Block(PARAGRAPH, text)


def _docx_level(part: Any, style: str) -> int:
    """The level of a heading by its style or the outline; 0 of what is none."""
    if match := HEADING_STYLE.match(style):
        return int(match[1] or 1)
    for properties in (part._p.pPr, part.style.element.pPr if part.style is not None else None):
        if properties is None:
            continue
        space = f"{{{properties.nsmap['w']}}}"
        outline = properties.find(f"{space}outlineLvl")
        if outline is not None:
            value = int(outline.get(f"{space}val", "9"))
            return value + 1 if value < 9 else 0
    return 0


def _is_listed(part: Any) -> bool:
    return part._p.pPr is not None and part._p.pPr.numPr is not None


def _counted(part: Any, level: int, counts: dict[int, int]) -> str:
    """The number that Word itself puts before a heading: it stands nowhere in the text."""
    numbered = _is_listed(part) or (
        part.style is not None
        and part.style.element.pPr is not None
        and part.style.element.pPr.numPr is not None
    )
    if not numbered:
        return ""
    counts[level] = counts.get(level, 0) + 1
    for lower in [key for key in counts if key > level]:
        del counts[lower]
    return ".".join(str(counts.get(each, 1)) for each in range(1, level + 1))


def read_odt(path: Path) -> Content:
    """An OpenDocument text. Raises UnreadableDocument."""
    from odf import opendocument

    check_archive(path)
    try:
        document = opendocument.load(str(path))
        if not hasattr(document, "text"):
            raise UnreadableDocument("kind")
        blocks = list(_limited(_odt_blocks(document.text)))
        title = _odt_title(document)
    except UnreadableDocument:
        raise
    except Exception as error:  # as above
        raise UnreadableDocument("broken", str(error)[:200]) from error
    return Content("odt", sections(blocks), cleaned(title)[:300])


def _odt_blocks(node: Any, listed: int = 0) -> Iterator[Block]:
    for child in node.childNodes:
        name = getattr(child, "qname", ("", ""))[1]
        if name == "h":
            if text := cleaned(_odt_text(child)):
                yield _heading(text, int(child.getAttribute("outlinelevel") or 1), "")
        elif name == "p":
            if text := cleaned(_odt_text(child)):
                yield Block(ITEM, text, level=listed - 1) if listed else Block(PARAGRAPH, text)
        elif name == "list":
            yield from _odt_blocks(child, listed + 1)
        elif name == "table-row":
            yield _row(
                [
                    _odt_text(cell)
                    for cell in child.childNodes
                    if getattr(cell, "qname", ("", ""))[1] == "table-cell"
                ]
            )
        elif name not in {"tracked-changes", "annotation", "table-of-content", "sequence-decls", "forms"}:
            yield from _odt_blocks(child, listed)


def _odt_text(node: Any) -> str:
    """The words of a node, with line breaks and tabs as spaces."""
    parts: list[str] = []
    for child in node.childNodes:
        name = getattr(child, "qname", ("", ""))[1]
        if name in {"annotation", "note"}:
            continue
        if name in {"tab", "line-break", "s"}:
            parts.append(" ")
        elif getattr(child, "data", None) is not None:
            parts.append(str(child.data))
        else:
            parts.append(_odt_text(child) + (" " if name == "p" else ""))
    return "".join(parts)


def _odt_title(document: Any) -> str:
    from odf import dc

    found = document.meta.getElementsByType(dc.Title)
    return _odt_text(found[0]) if found else ""


def _heading(text: str, level: int, counted: str) -> Block:
    match = NUMBER.match(text)
    number = match[1] if match and (match[1][0].isdigit() or "." in match[1]) else ""
    if counted and not number:
        return Block(HEADING, f"{counted} {text}", min(max(level, 1), 6), counted)
    return Block(HEADING, text, min(max(level, 1), 6), number)


def _row(cells: list[str]) -> Block:
    told = [cleaned(cell.replace("\n", " ")) for cell in cells]
    return Block(ROW, cleaned(" ".join(told)), cells=told)


def _limited(blocks: Iterator[Block]) -> Iterator[Block]:
    for count, block in enumerate(blocks):
        if count >= MOST_BLOCKS:
            raise UnreadableDocument("pages", str(count))
        if block.text:
            yield block


def sections(blocks: list[Block]) -> list[ReadPage]:
    """Blocks by section: one for each heading of the first two levels, and for others where a section grows long."""
    found: list[list[Block]] = []
    for block in blocks:
        begins = block.type == HEADING and (block.level <= 2 or len(found[-1] if found else ()) >= SECTION)
        alone = bool(found) and all(each.type == HEADING for each in found[-1])
        if not found or (begins and not alone) or len(found[-1]) >= 4 * SECTION:
            found.append([])
        found[-1].append(block)
    return [ReadPage(number, part, _label(part)) for number, part in enumerate(found, 1)]


def _label(part: list[Block]) -> str:
    heading = next((block.text for block in part if block.type == HEADING), "")
    return heading[:120]
