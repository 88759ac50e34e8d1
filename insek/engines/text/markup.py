"""Text without the marks of HTML, as other programs export it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_LOOKS = re.compile(r"<(?:/?(?:p|br|div|ul|ol|li|a|b|i|em|strong|span|h[1-6]|blockquote|img|script|style|table|tr|td)\b[^>]*)>|&(?:nbsp|amp|lt|gt|quot|#\d+|[aou]uml|szlig);", re.I)  # fmt: skip
_BLOCKS = frozenset({"p", "div", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr"})
_SILENT = frozenset({"script", "style", "head", "template"})


def without_markup(text: str) -> str:
    """What a person reads of a text: blocks as paragraphs, list items as lines, no tags; what is no HTML stays as it is."""
    if not _LOOKS.search(text):
        return text.strip()
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
