"""The blocks a report is made of, as plain dicts, and Markdown turned into them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Block = dict[str, Any]
Run = dict[str, Any]
SCHEMES = {"http", "https", "mailto", "tel"}
_markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": 12}).enable(["table", "strikethrough"])


class German(str):
    """A text that is German in a document of another language; what is made of it says so."""

    __slots__ = ()


def like(text: object, made: str) -> str:
    """What was made of a text, German where that is."""
    return German(made) if isinstance(text, German) else made


def lang_of(text: object) -> str:
    """The language of a text that is not in that of the document; empty of all others."""
    return "de" if isinstance(text, German) else ""


def safe_address(address: str) -> str:
    """The address where it is one that may be followed, else nothing."""
    try:
        return address if urlsplit(address).scheme.lower() in SCHEMES and address.isprintable() else ""
    except ValueError:
        return ""


TONES = ("good", "middling", "bad", "quiet", "example", "accent")


def run(
    text: object,
    *,
    bold: bool = False,
    italic: bool = False,
    ref: str = "",
    href: str = "",
    anchor: str = "",
    tone: str = "",
    page: str = "",
) -> Run:
    """A piece of a line; ``ref`` is an item of the report to jump to, ``href`` an address in the net.

    ``anchor`` makes the piece the place of an item that is printed as a line of a table; ``tone`` is one of TONES and
    colours a word that says the same. ``page`` stands for the number of the page on which an item is.
    """
    made: Run = {"t": str(text or "")}
    if lang_of(text):
        made["lang"] = "de"
    if anchor:
        made["anchor"] = anchor
    if page:
        made["page"] = page
    if tone:
        made["tone"] = tone
    if bold:
        made["b"] = True
    if italic:
        made["i"] = True
    if ref:
        made["ref"] = ref
    if href := safe_address(href):
        made["href"] = href
    return made


def paragraph(*runs: Run | str, style: str = "") -> Block:
    """A paragraph; styles are lead, quiet, label, vision and margin."""
    return {
        "type": "p",
        "style": style,
        "runs": [run(each) if isinstance(each, str) else each for each in runs],
    }


def heading(text: object, level: int, *, listed: bool = True, id: str = "", own_page: bool = False) -> Block:
    """A heading inside a chapter (level 2 to 4); ``listed`` ones are in the contents."""
    return {
        "type": "heading", "text": str(text), "lang": lang_of(text), "level": level, "listed": listed, "id": id, "own_page": own_page,
    }  # fmt: skip


def listing(entries: Iterable[Sequence[Block]], *, ordered: bool = False) -> Block:
    """A list; every entry is a sequence of blocks."""
    return {"type": "list", "ordered": ordered, "entries": [list(entry) for entry in entries]}


def table(
    columns: Sequence[dict[str, Any]], rows: Iterable[Sequence[Sequence[Run]]], *, caption: str = ""
) -> Block:
    """A table with a header row; a column is ``{label, numeric, share}``, a cell a list of runs."""
    return {
        "type": "table",
        "caption": caption,
        "columns": [{"numeric": False, "share": 1, **column} for column in columns],
        "rows": [[list(cell) for cell in row] for row in rows],
    }


def facts(pairs: Iterable[tuple[object, Sequence[Run] | object]], *, short: bool = False) -> Block:
    """Labels with values; short ones are in two columns."""
    rows = [
        {"label": str(label), "runs": list(value) if isinstance(value, list) else [run(value)]}
        for label, value in pairs
        if value
    ]
    return {"type": "facts", "rows": rows, "pairs": short}


def figure(svg: str, *, alt: str, caption: str = "", width: str = "main", example: bool = False) -> Block:
    """A picture with its description for those who do not see it; width is main, full, half, medium, side or code.

    ``example`` says that something on it is one, so that the head of the page does too.
    """
    return {"type": "figure", "svg": svg, "alt": alt, "caption": caption, "width": width, "example": example}


def margin(made: Sequence[Block], side: Sequence[Block], *, keep: bool = False) -> Block:
    """Blocks with what belongs to them in the margin; ``keep`` holds them on one page."""
    return {"type": "margin", "blocks": list(made), "side": list(side), "keep": keep}


def columns(*made: Sequence[Block], keep: bool = True) -> Block:
    """Blocks side by side in columns of the same width, over the whole width of the page."""
    return {"type": "columns", "columns": [list(each) for each in made], "keep": keep}


def keep(*made: Block) -> Block:
    """Blocks that stay on one page, such as a table with the sentence above it."""
    return {"type": "keep", "blocks": list(made)}


def chapter(title: object, *, id: str, lead: str = "", spread: bool = False) -> Block:
    """Begins one more chapter; ``spread`` where its first two pages belong beside each other, so that it begins on a left one."""
    return {
        "type": "chapter",
        "title": title if isinstance(title, German) else str(title),
        "id": id,
        "lead": lead,
        "spread": spread,
    }


def rest(made: Sequence[Block], *shown: Block, least: int = 100) -> Block:
    """Blocks with pictures side by side below that take what is left of their page, ``least`` millimetres or a page of their own."""
    return {"type": "rest", "blocks": list(made), "pictures": list(shown), "least": least}


def plate(made: Sequence[Block], picture: Block, *, foot: Sequence[Block] = (), wide: bool = False) -> Block:
    """A large map on a sheet of its own, with its heading above and what explains it below; a wide one lies across, and that stands beside."""
    return {"type": "plate", "blocks": list(made), "picture": picture, "foot": list(foot), "wide": wide}


def new_page() -> Block:
    """What follows begins on a page of its own."""
    return {"type": "page"}


def figures(rows: Iterable[dict[str, Any]]) -> Block:
    """Up to three numbers side by side; a row is ``{value, unit, name, note, ref, example}``."""
    return {"type": "figures", "rows": list(rows)}


def bar(parts: Iterable[tuple[str, int, str]]) -> Block:
    """A bar in parts: label, count and tone of each. The words below it say the same."""
    return {
        "type": "bar",
        "parts": [{"label": label, "count": count, "tone": tone} for label, count, tone in parts if count],
    }


def lines(rows: Iterable[tuple[Sequence[Run], Sequence[Run], Sequence[Run]]], *, half: bool = False) -> Block:
    """Rows of a list: what stands in front, the text, what stands at the end; ``half`` gives both the same room."""
    return {
        "type": "lines",
        "half": half,
        "rows": [{"head": list(head), "text": list(text), "end": list(end)} for head, text, end in rows],
    }


def chain(rows: Iterable[tuple[str, str, str]]) -> Block:
    """Steps one after the other along a line: title, time, and state (done, late or open)."""
    return {
        "type": "chain",
        "rows": [{"title": title, "when": when, "state": state} for title, when, state in rows],
    }


def quadrants(parts: Iterable[tuple[str, str, Sequence[Block]]]) -> Block:
    """Four fields of a page: heading, tone and content of each."""
    return {
        "type": "quadrants",
        "parts": [{"label": label, "tone": tone, "blocks": list(made)} for label, tone, made in parts],
    }


def multiples(cells: Iterable[dict[str, Any]]) -> Block:
    """Small pictures two by two; a cell is ``{id, title, text, figure, source}`` with runs and perhaps a figure."""
    return {"type": "multiples", "cells": list(cells)}


def floating(*made: Block) -> Block:
    """A large picture with its heading and legend: it stands on the next page that has room for it, and the text goes on."""
    return {"type": "float", "blocks": list(made)}


def sheet(made: Block, *, variants: Sequence[Sequence[Block]], picture: Block | None) -> Block:
    """The fact sheet of an item on exactly one page.

    ``made`` is an item block; ``variants`` are its contents from the longest to the shortest, of which the first is taken that
    leaves room, and the picture takes what is left.
    """
    return {
        **made,
        "type": "sheet",
        "variants": [list(each) for each in variants],
        "picture": picture,
    }


def steps(rows: Iterable[dict[str, Any]]) -> Block:
    """A time line; a row is ``{date, title, text, standing, key, href}``."""
    return {"type": "steps", "rows": list(rows)}


def legend(rows: Iterable[tuple[str, str, str]]) -> Block:
    """Signs and what they mean: picture, name, explanation. The pictures are decoration, the names say it all."""
    return {"type": "legend", "rows": [{"svg": svg, "name": name, "note": note} for svg, name, note in rows]}


def links(
    groups: Iterable[tuple[str, Sequence[dict[str, Any]]]],
    after: Iterable[tuple[str, Sequence[dict[str, Any]]]] = (),
    *,
    heads: tuple[str, str] = ("", ""),
) -> Block:
    """Neighbours in the thread by kind of link, what leads here and what comes ``after``, side by side where there is room.

    An entry is ``{id, number, title, kind, reason, example}``; ``heads`` stand above the two columns.
    """

    def shown(each: Iterable[tuple[str, Sequence[dict[str, Any]]]]) -> list[dict[str, Any]]:
        return [{"label": label, "entries": list(rows)} for label, rows in each if rows]

    return {"type": "links", "groups": shown(groups), "after": shown(after), "heads": list(heads)}


def number(value: object, unit: object, note: object) -> Block:
    """The figure that comes first."""
    return {"type": "number", "value": str(value), "unit": str(unit), "note": str(note)}


def letters(made: Iterable[Block]) -> int:
    """How many letters blocks have, without those of tables."""
    return sum(
        sum(len(piece["t"]) for piece in block.get("runs", ()))
        + sum(
            len(piece["t"])
            for row in block.get("rows", ())
            if isinstance(row, dict)
            for piece in row.get("runs", ())
        )
        + sum(letters(entry) for entry in block.get("entries", ()))
        + letters(block.get("blocks", ()))
        for block in made
    )


def within(made: Iterable[Block]) -> Iterable[Block]:
    """Blocks and all blocks in them."""
    for block in made:
        yield block
        for part in ("blocks", "side", "foot"):
            yield from within(block.get(part, ()))
        for each in (*block.get("columns", ()), *block.get("entries", ()), *block.get("variants", ())[:1]):
            if isinstance(each, list):
                yield from within(each)
        for part in block.get("parts", ()):
            yield from within(part.get("blocks", ()))
        yield from (cell["figure"] for cell in block.get("cells", ()) if cell.get("figure"))
        if block.get("picture"):
            yield block["picture"]
        yield from block.get("pictures", ())


def rich(text: str) -> list[Block]:
    """A Markdown text as blocks; raw HTML in it is text, headings become bold lines."""
    made = _blocks(SyntaxTreeNode(_markdown.parse(text)).children) if text.strip() else []
    return _in_german(made) if isinstance(text, German) else made


def _in_german(value: Any) -> Any:
    """The same blocks with all their pieces marked."""
    if isinstance(value, list):
        return [_in_german(each) for each in value]
    if not isinstance(value, dict):
        return value
    made = {key: _in_german(each) for key, each in value.items()}
    return {**made, "lang": "de"} if "t" in made else made


def flat(text: str) -> list[Run]:
    """A Markdown text as one run of words, for the cell of a table."""
    made: list[Run] = []
    for block in rich(text):
        found = list(_pieces(block))
        made += [*([run("\n")] if made and found else []), *found]
    return made


def _pieces(block: Block) -> Iterable[Run]:
    yield from block.get("runs", ())
    for number, entry in enumerate(block.get("entries", ())):
        yield run("\n– " if number else "– ")
        for inner in entry:
            yield from _pieces(inner)
    for inner in block.get("blocks", ()):
        yield from _pieces(inner)


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> list[Block]:
    made: list[Block] = []
    for node in nodes:
        if node.type == "paragraph":
            made.append({"type": "p", "style": "", "runs": _runs(node)})
        elif node.type == "heading":
            made.append({"type": "p", "style": "label", "runs": _runs(node)})
        elif node.type in {"bullet_list", "ordered_list"}:
            made.append(
                listing(
                    (_blocks(item.children) for item in node.children), ordered=node.type == "ordered_list"
                )
            )
        elif node.type == "blockquote":
            made.append({"type": "quote", "blocks": _blocks(node.children)})
        elif node.type in {"fence", "code_block", "html_block"}:
            made.append(paragraph(node.content.strip()))
        elif node.type == "table":
            made.append(_table(node))
    return made


def _table(node: SyntaxTreeNode) -> Block:
    rows = [[_runs(cell) for cell in row.children] for part in node.children for row in part.children]
    columns = [{"label": "".join(piece["t"] for piece in cell)} for cell in rows[0]]
    return table(columns, rows[1:])


def _runs(node: SyntaxTreeNode, *, bold: bool = False, italic: bool = False, href: str = "") -> list[Run]:
    made: list[Run] = []
    for child in node.children:
        if child.type == "strong":
            made += _runs(child, bold=True, italic=italic, href=href)
        elif child.type == "em":
            made += _runs(child, bold=bold, italic=True, href=href)
        elif child.type == "link":
            made += _runs(child, bold=bold, italic=italic, href=str(child.attrs.get("href", "")))
        elif child.type == "softbreak":
            made.append(run(" "))
        elif child.type == "hardbreak":
            made.append(run("\n"))
        elif child.children:
            made += _runs(child, bold=bold, italic=italic, href=href)
        else:
            made.append(run(child.content, bold=bold, italic=italic, href=href))
    return made
