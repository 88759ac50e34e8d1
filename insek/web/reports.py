"""The chapters of the printed concept: each room says what it adds, when the app starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.functional import Promise

Text = str | Promise
Build = Callable[[Any], list[dict[str, Any]]]
"""Makes the blocks of a chapter (insek.engines.report.blocks) from a reader (insek.publish.report.reading.Reader)."""


class Part(Enum):
    """The parts of the document."""

    CONCEPT = "concept"
    SHEETS = "sheets"
    ANNEX = "annex"


@dataclass(frozen=True)
class Chapter:
    """A chapter: its name in addresses, its title, its place and what builds it; without blocks it is left out.

    The short form holds the part of the concept alone. A block of the type ``chapter`` begins one more chapter, so that
    the fields of action are one choice and a chapter each.
    """

    name: str
    title: Text
    order: int
    build: Build
    lead: Text = ""
    part: Part = Part.ANNEX


_chapters: dict[str, Chapter] = {}


def register_chapter(chapter: Chapter) -> None:
    """Make a chapter known; a later room may replace one of the same name."""
    _chapters[chapter.name] = chapter


def all_chapters() -> list[Chapter]:
    """All chapters in the order of the document: the concept, the fact sheets, the annex."""
    parts = list(Part)
    return sorted(
        _chapters.values(), key=lambda chapter: (parts.index(chapter.part), chapter.order, chapter.name)
    )
