"""What later rooms let people do with a list as a whole, and with the rows that are ticked in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from insek.concept.models import Concept
from insek.people.actors import Actor

from .pages import ItemPages


@dataclass(frozen=True)
class ListTool:
    """A link that leads on from a list."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True)
class RowsTool:
    """A form that takes the ticked rows of a table, or all that the filters find, to ``url``."""

    legend: str
    button: str
    note: str
    url: str


Seen = Mapping[int, tuple[int, int, str]]
"""Proposals as they were seen, by key: version of the proposal, version of its item, and the mark of the words that were shown."""
Releasing = Callable[[Concept, Seen, Sequence[str], Actor], str]
"""Releases proposals as they were seen, together with the ids of the items that were to become public in that go, in their order;
gives the address of the page about it."""
ListToolOf = Callable[[ItemPages, Actor], ListTool | None]
RowsToolOf = Callable[[ItemPages, Actor], RowsTool | None]
_of_lists: list[ListToolOf] = []
_of_rows: list[RowsToolOf] = []
_releasing: list[Releasing] = []


def register_list_tool(tool: ListToolOf) -> None:
    """Offer a link on lists; ``tool`` gives None where the person may not follow it."""
    _of_lists.append(tool)


def register_rows_tool(tool: RowsToolOf) -> None:
    """Offer something to do with ticked rows; a table shows the first that is offered."""
    _of_rows.append(tool)


def register_releasing(releasing: Releasing) -> None:
    """Make known how many proposals are released in one go; the last one holds."""
    _releasing.append(releasing)


def release_all(concept: Concept, seen: Seen, made_public: Sequence[str], actor: Actor) -> str:
    """Release proposals as they were seen; gives the address of the page that says what becomes of them."""
    return _releasing[-1](concept, seen, made_public, actor)


def tools_of_list(pages: ItemPages, actor: Actor) -> list[ListTool]:
    """The links on a list that this person may follow."""
    return [tool for offered in _of_lists if (tool := offered(pages, actor)) is not None]


def tool_of_rows(pages: ItemPages, actor: Actor) -> RowsTool | None:
    """What this person may do with ticked rows."""
    return next((tool for offered in _of_rows if (tool := offered(pages, actor)) is not None), None)
