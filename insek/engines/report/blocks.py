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
) -> Run:
    """A piece of a line; ``ref`` is an item of the report to jump to, ``href`` an address in the net.

    ``anchor`` makes the piece the place of an item that is printed as a line of a table; ``tone`` is one of TONES and
    colours a word that says the same.
    """
    made: Run = {"t": str(text or "")}
    if anchor:
        made["anchor"] = anchor
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
    """A paragraph; styles are lead, quiet, label."""
    return {
        "type": "p",
        "style": style,
        "runs": [run(each) if isinstance(each, str) else each for each in runs],
    }


def heading(text: object, level: int, *, listed: bool = True, id: str = "", own_page: bool = False) -> Block:
    """A heading inside a chapter (level 2 to 4); ``listed`` ones are in the contents."""
    return {
        "type": "heading", "text": str(text), "level": level, "listed": listed, "id": id, "own_page": own_page,
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


def figure(svg: str, *, alt: str, caption: str = "", width: str = "main") -> Block:
    """A picture with its description for those who do not see it; width is main, full, medium, side or code."""
    return {"type": "figure", "svg": svg, "alt": alt, "caption": caption, "width": width}


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


FIGURE_HEIGHTS = {"code": 18, "side": 46, "medium": 105, "full": 180}


def rough_height(made: Iterable[Block]) -> int:
    """How high blocks will be in millimetres, guessed from the lengths of their texts, rather too much than too little."""
    height = 0
    for block in made:
        height += 4 + sum(
            5 * (2 + len(piece["t"]) // 60 + piece["t"].count("\n")) for piece in block.get("runs", ())
        )
        height += FIGURE_HEIGHTS.get(block.get("width", ""), 95) if block["type"] == "figure" else 0
        height += sum(
            7 + 5 * (sum(len(piece["t"]) for piece in row["runs"]) // 45)
            if isinstance(row, dict) and "runs" in row
            else 12
            for row in block.get("rows", ())
        )
        height += max(
            sum(8 + 12 * len(group["entries"]) for group in block.get(side, ()))
            for side in ("groups", "after")
        )
        height += sum(rough_height(entry) for entry in block.get("entries", ()))
        height += rough_height(block.get("blocks", ()))
    return height


def rich(text: str) -> list[Block]:
    """A Markdown text as blocks; raw HTML in it is text, headings become bold lines."""
    return _blocks(SyntaxTreeNode(_markdown.parse(text)).children) if text.strip() else []


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
