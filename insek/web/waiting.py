"""What waits for somebody in the own area: each room says it for its own stretch of the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from insek.concept.asker import Asker
from insek.thread.models import Item

Text = str | Promise
SHOWN = 4
"""Lines of a section; more is behind its link."""


@dataclass(frozen=True)
class WaitingLine:
    """One thing that waits: where it leads, what it is, and a word on it."""

    title: Text
    url: str
    note: Text = ""
    number: str = ""
    standing: str = ""
    action: Text = ""
    """The word on a button, where the line is a task with one way to it."""
    title_is_german: bool = True
    """Whether the title is a text of the concept, which is German on pages in every language."""


def waiting_line(item: Item, note: Text = "", url: str = "") -> WaitingLine:
    """An item as a line; ``url`` leads elsewhere than to its own page."""
    return WaitingLine(
        item.shown_title,
        url or item.url,
        note,
        item.number,
        item.standing,
        title_is_german=bool(item.title_lang),
    )


@dataclass(frozen=True)
class Waiting:
    """A section of the own area; ``empty`` is the good news where nothing waits."""

    key: str
    heading: Text
    lines: Sequence[WaitingLine] = ()
    count: int = 0
    more_url: str = ""
    more_label: Text = ""
    empty: Text = ""
    ends: bool = False
    """Whether it runs until a day that is named: then it stands above all else."""


Provide = Callable[[Asker], Waiting | None]
_providers: dict[str, tuple[int, Provide]] = {}


def register_waiting(key: str, order: int, provide: Provide) -> None:
    """Let a room say what waits; it gives None to those whom it does not concern. At most three queries."""
    _providers[key] = (order, provide)


def waiting_for(asker: Asker) -> list[Waiting]:
    """All that waits for the person who asks, in the order of the thread."""
    ordered = sorted(_providers.items(), key=lambda entry: (entry[1][0], entry[0]))
    found = (provide(asker) for _key, (_order, provide) in ordered)
    return [waiting for waiting in found if waiting is not None]
