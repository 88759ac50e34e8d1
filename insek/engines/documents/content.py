"""What a file holds: pages of blocks in the order in which they are read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

HEADING, PARAGRAPH, ITEM, ROW = "heading", "paragraph", "item", "row"

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as parts of the page's width and height, from its upper left corner."""


@dataclass
class Block:
    """A heading, paragraph, item of a list, or row of a form or table (``cells``)."""

    type: str
    text: str
    level: int = 0
    """Of a heading, 1 is the highest; of an item of a list how far it is moved in."""
    number: str = ""
    """The number a heading begins with, such as 2.1.3."""
    cells: list[str] = field(default_factory=list)
    box: Box | None = None
    size: float = 0.0
    is_bold: bool = False


@dataclass
class ReadPage:
    """A page of a PDF, or a section of a file without pages."""

    number: int
    blocks: list[Block]
    label: str = ""
    """What is printed on it as its number, or the heading of the section."""
    width: float = 0.0
    height: float = 0.0
    has_pictures: bool = False

    @property
    def text(self) -> str:
        """All words of the page, a block a line."""
        return "\n".join(block.text for block in self.blocks)


@dataclass
class Content:
    """A whole file."""

    kind: str
    """pdf, docx or odt."""
    pages: list[ReadPage]
    title: str = ""
    left_out: int = 0
    """Lines at the edges of pages that come again and again: running heads and page numbers."""

    @property
    def is_scan(self) -> bool:
        """Whether hardly any page has text: pictures of pages."""
        if self.kind != "pdf" or not self.pages:
            return False
        with_text = sum(len(page.text) > 20 for page in self.pages)
        return with_text * 10 < len(self.pages) and any(page.has_pictures for page in self.pages)


def as_plain(page: ReadPage) -> dict[str, Any]:
    """A page as JSON keeps it."""
    return asdict(page)


def from_plain(plain: dict[str, Any]) -> ReadPage:
    """A page as it was before ``as_plain``."""
    blocks = [blocks_from(each) for each in plain["blocks"]]
    return ReadPage(**{**plain, "blocks": blocks})


def blocks_from(plain: dict[str, Any]) -> Block:
    """One block as it was before ``as_plain``."""
    box = plain.get("box")
    return Block(**{**plain, "box": tuple(box) if box else None})


class UnreadableDocument(Exception):
    """The file cannot be read; ``code`` says why: encrypted, broken, pages, size, empty, kind, time, memory."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail
