"""What a passage can become: rooms register here what they make of marked words, with the key that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from insek.engines.documents.outline import Place
    from insek.people.actors import Actor
    from insek.thread.models import Item

    from .models import Document

Text = str | Promise


def _nothing(document: Document, place: Place, words: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Making:
    """One thing that a passage can become.

    ``key`` is the letter that does it in the reader; ``values`` are given to the own row; ``choice`` is a column of the own row that
    a person chooses, with its ``choices``.
    """

    name: str
    kind: str
    key: str
    label: Text = ""
    """Empty: as the city calls the kind."""
    values: Mapping[str, Any] = field(default_factory=dict)
    choice: str = ""
    choice_label: Text = ""
    choices: Callable[[], Sequence[tuple[str, Text]]] = field(default=lambda: ())
    derive: Callable[[Document, Place, str, Mapping[str, Any]], Mapping[str, Any]] = _nothing
    """What further values follow from the document, the place and words of the passage and the values chosen; called before the transaction."""
    after: Callable[[Item, Actor], object] = lambda item, actor: None
    """What is done with the item that was made, in its transaction."""
    keeps_words: bool = False
    """Whether the text of the item is all its words, also where its title says them already."""
    order: int = 50
    """Its place among the others, from the smallest."""


_makings: dict[str, Making] = {}
_about: dict[str, Callable[[Item], bool]] = {}
_listed: list[str] = []


def register_making(making: Making) -> None:
    """Make known what a passage can become. The same name or key twice is a programming error."""
    for known in _makings.values():
        if known != making and (known.name == making.name or known.key == making.key):
            raise ValueError(f"making {making.name} is registered twice")
    _makings[making.name] = making


def all_makings() -> list[Making]:
    """All that a passage can become, in order."""
    return sorted(_makings.values(), key=lambda making: making.order)


def making_named(name: str) -> Making | None:
    """The one of that name."""
    return _makings.get(name)


def register_about(
    kind: str, *, listed: bool = True, official: Callable[[Item], bool] = lambda item: True
) -> None:
    """Let a document be the text of items of a kind, such as a plan. Kinds of which there are thousands are not ``listed``: their page leads to the form.

    ``official`` says of an item whether its text is an authority's own words.
    """
    if kind not in _about:
        _about[kind] = official
        if listed:
            _listed.append(kind)


def kinds_about() -> list[str]:
    """Kinds whose text a document can be."""
    return list(_about)


def is_official(item: Item) -> bool:
    """Whether the text of an item is official wording."""
    return _about.get(item.kind, lambda item: True)(item)


def kinds_listed() -> list[str]:
    """Of these the ones that are offered in a list."""
    return list(_listed)
