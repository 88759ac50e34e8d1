"""What an edition is made of when it is read: chapters, groups, entries, paragraphs (``edition_document`` makes them)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from insek.release.changes import FieldChange
from insek.space.sign_models import PlanSign


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with the number by which it is cited."""

    anchor: str
    number: int
    html: SafeString


@dataclass(frozen=True)
class Entry:
    """One item, or what a field of action says of itself, as the edition holds it."""

    anchor: str
    table: str
    key: str
    kind: str
    number: str
    title: str
    standing: str
    url: str
    """Where the wording of this edition and that of today stand side by side; empty in a draft."""
    paragraphs: Sequence[Paragraph]
    texts: Sequence[str]
    """The same words as they were written, in Markdown."""
    facts: Sequence[Mapping[str, str]]
    targets: Sequence[str]
    parent: str = ""
    serves: Sequence[tuple[str, str]] = ()
    """Numbers and anchors of the goals that a measure serves."""
    state: str = ""
    """Against the edition before: "new", "changed" or nothing."""
    changes: Sequence[FieldChange] = ()
    amended: str = ""
    today: str = ""
    """How it reads today, in a few words; empty where it reads the same, or where nobody asks."""

    @property
    def cited(self) -> str:
        """By what it is cited: its number, or its title where it has none."""
        return self.number or self.title


@dataclass(frozen=True)
class EntryGroup:
    """The entries of one kind in a chapter."""

    title: str
    entries: Sequence[Entry]
    elsewhere: Sequence[Entry] = ()
    """What stands in full in another chapter."""


@dataclass(frozen=True)
class EditionChapter:
    """A chapter with an address of its own within the page."""

    anchor: str
    title: str
    groups: Sequence[EntryGroup]
    opening: Sequence[Entry] = ()
    colour: str = ""
    icon: str = ""

    @property
    def count(self) -> int:
        """How many items stand in it in full."""
        return sum(len(group.entries) for group in self.groups)


@dataclass(frozen=True)
class DroppedItem:
    """What the edition before held and this one does not."""

    kind: str
    number: str
    title: str
    url: str
    fate: str = ""
    """What became of it and why, in words; empty where nobody has said so."""


@dataclass(frozen=True)
class EditionDocument:
    """A whole edition to read."""

    chapters: Sequence[EditionChapter]
    before: str = ""
    """What the edition is called with which this one is compared; empty where there is none."""
    before_url: str = ""
    gone: Sequence[DroppedItem] = ()
    signs: Sequence[PlanSign] = ()
    """The plan signs as the edition holds them, in memory."""
    located: Sequence[tuple[str, str, str, Mapping[str, Any]]] = field(default_factory=tuple)
    """Title, sign, anchor and GeoJSON geometry of what lies somewhere, areas and lines and points."""
    problem: str = ""
    """What is wrong with the frozen files; the words then stand here from the database, without the links."""

    @property
    def count(self) -> int:
        """How many items it holds."""
        return sum(chapter.count for chapter in self.chapters)

    def counted(self, state: str) -> int:
        """How many of its items are new, or changed."""
        return sum(
            entry.state == state
            for chapter in self.chapters
            for group in chapter.groups
            for entry in group.entries
        )
