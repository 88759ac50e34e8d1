"""The chapters of the printed concept: each room says what it adds, when the app starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

Text = str | Promise
Build = Callable[[Any], list[dict[str, Any]]]
"""Makes the blocks of a chapter (insek.engines.report.blocks) from a reader (insek.publish.report.reading.Reader)."""


@dataclass(frozen=True)
class Chapter:
    """A chapter: its name in addresses, its title, its place and what builds it; without blocks it is left out."""

    name: str
    title: Text
    order: int
    build: Build
    lead: Text = ""


_chapters: dict[str, Chapter] = {}


def register_chapter(chapter: Chapter) -> None:
    """Make a chapter known; a later room may replace one of the same name."""
    _chapters[chapter.name] = chapter


def all_chapters() -> list[Chapter]:
    """All chapters in the order of the concept."""
    return sorted(_chapters.values(), key=lambda chapter: (chapter.order, chapter.name))
