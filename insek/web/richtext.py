"""Texts that people write: Markdown in, harmless HTML out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
CACHED_LENGTH = 20_000
"""Longer texts are rendered anew each time, so that the cache stays below some 20 MB."""

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 12}).enable(
    ["table", "strikethrough"]
)
_BETWEEN_BLOCKS = "\x1e"
"""The sign that separates records: cleaned texts (``thread.cleaning``) never hold it."""
_opening = re.compile(r"<(/?)h([1-6])>")
_signs = re.compile(r"[*_`~#>]+|\[([^\]]*)\]\([^)]*\)|^\s*(?:[-+]|\d+\.)\s+", re.MULTILINE)

_item = r"[ \t]*(?:[-+*]|\d+\.)[ \t]"
_between = re.compile(rf"^({_item}[^\n]*[^\s.,;:!?])(?=\n+{_item})", re.MULTILINE)
_last = re.compile(rf"^({_item}[^\n]*[^\s.,;:!?])(?=\n\n)", re.MULTILINE)


def rich_html(text: str, top: int = 2) -> SafeString:
    """The text as HTML that may stand on a page; its highest headings become ``top`` (2 to 5).

    Raw HTML in the text is shown as text, links carry ``rel``, addresses other than http, https, mailto and tel lose
    their link, and no heading skips a level.
    """
    if len(text) > CACHED_LENGTH:
        return _render(text, top)
    return _cached(text, top)


def rich_paragraphs(text: str, top: int = 2) -> list[SafeString]:
    """The text as ``rich_html`` gives it, one piece for each paragraph, list, table, quotation or heading.

    A reference of a link in one paragraph that another explains still holds.
    """
    known: dict[str, Any] = {}
    blocks: list[list[Token]] = [[]]
    for token in _markdown.parse(text, known):
        blocks[-1].append(token)
        if token.level == 0 and token.nesting <= 0:
            blocks.append([])
    pieces = [_markdown.renderer.render(block, _markdown.options, known) for block in blocks if block]
    levelled = _with_levels(_BETWEEN_BLOCKS.join(pieces), top)
    return [_clean(piece) for piece in levelled.split(_BETWEEN_BLOCKS) if piece.strip()]


def _render(text: str, top: int) -> SafeString:
    if not text.strip():
        return SafeString("")
    return _clean(_with_levels(_markdown.render(text), top))


def _clean(rendered: str) -> SafeString:
    return mark_safe(  # noqa: S308  (nh3 has cleaned it)
        nh3.clean(
            rendered,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="noopener nofollow",
        )
    )


_cached = lru_cache(maxsize=1000)(_render)


def _with_levels(rendered: str, top: int) -> str:
    """Shift headings so that the highest stands at ``top`` and none skips a level."""
    used = [int(level) for closing, level in _opening.findall(rendered) if not closing]
    if not used:
        return rendered
    highest, last = min(used), top - 1
    shown: list[int] = []
    for level in used:
        last = min(level - highest + top, last + 1, 6)
        shown.append(last)
    opened = iter(shown)
    current = top

    def replace(match: re.Match[str]) -> str:
        nonlocal current
        if not match[1]:
            current = next(opened)
        return f"<{match[1]}h{current}>"

    return _opening.sub(replace, rendered)


def plain_text(text: str, length: int = 180) -> str:
    """The beginning of a Markdown text without its signs, cut at a word, for cards and descriptions.

    The points of a list stay apart: a semicolon between them, a full stop behind the last.
    """
    told = _last.sub(r"\1.", _between.sub(r"\1;", text[: length * 4]))
    flat = " ".join(_signs.sub(lambda match: match[1] or "", told).split())
    if len(flat) <= length:
        return flat
    return flat[:length].rsplit(" ", 1)[0].rstrip(",;:–-") + " …"
