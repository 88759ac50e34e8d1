"""Shapes that come in with the rows of a map file, and who keeps them: a register that the room of places fills.

This room reads rows; where an item lies is no business of it. So what a shape becomes of an item (a value of its row, a place
beside it), whether it may lie there and how it is taken back is asked of the one keeper that is registered.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.release.models import Proposal
from insek.thread.models import Item

from .models import BatchEntry

if TYPE_CHECKING:
    from .items_said import SaidRow
    from .targets import Reading

SHAPE = "shape"
"""What a part of an entry does that puts a shape on an item."""


@dataclass(frozen=True)
class PlannedShape:
    """A row with a shape, and what it would become."""

    said: SaidRow
    entry: BatchEntry
    item: Item | None
    shape: BaseGeometry


class ShapeKeeper(ABC):
    """Puts shapes on items."""

    @abstractmethod
    def joins(self, kind: str) -> bool:
        """Whether several rows that name one item are parts of one shape."""

    @abstractmethod
    def take(
        self, kind: str, said: SaidRow, shape: BaseGeometry, item: Item | None, reading: Reading
    ) -> None:
        """Put a shape into what a row says. Raises ValidationError where it cannot be of that item."""

    @abstractmethod
    def finish(self, kind: str, reading: Reading, planned: Sequence[PlannedShape]) -> list[BatchEntry]:
        """Look at all shapes together: what is wrong is said at their entries; gives what follows from them besides."""

    @abstractmethod
    def put(self, item: Item, part: dict[str, Any], *, version: int, actor: Actor) -> Item | Proposal:
        """Do a part of an entry. Raises what the services raise."""

    @abstractmethod
    def put_back(self, item: Item, part: dict[str, Any], *, actor: Actor) -> Item | Proposal:
        """Take such a part back. Raises what the services raise."""

    @abstractmethod
    def preview(self, reading: Reading) -> dict[str, Any]:
        """A picture of what comes in, for the preview: a template and what it needs."""

    @abstractmethod
    def near(self, concept: Concept) -> tuple[float, float] | None:
        """Longitude and latitude of the city, by which reference systems are proposed; None where it is not known."""


_keepers: list[ShapeKeeper] = []


def register_shape_keeper(keeper: ShapeKeeper) -> None:
    """Make known who keeps shapes."""
    _keepers[:] = [keeper]


def shape_keeper() -> ShapeKeeper | None:
    """Who keeps shapes; None where no room does."""
    return _keepers[0] if _keepers else None


_identities: dict[str, tuple[str, ...]] = {}


def register_identity(kind: str, *columns: str) -> None:
    """Say by which columns of its own row an item of a kind is known besides its number and title, such as an official key."""
    _identities[kind] = columns


def identities_of(kind: str) -> tuple[str, ...]:
    """Those columns."""
    return _identities.get(kind, ())


_heads: dict[tuple[str, str], str] = {}


def register_heads(kind: str, **heads: str) -> None:
    """Words of heads by which a field of a kind is known in tables and map files, with ``|`` between."""
    _heads.update({(kind, name): words for name, words in heads.items()})


def heads_of_field(kind: str, name: str) -> str | None:
    """Those words; None where none were registered."""
    return _heads.get((kind, name))


def bare_key(text: str) -> str:
    """An official key as it is compared: 1 is 01."""
    flat = " ".join(str(text).split()).casefold()
    return flat.lstrip("0") or flat
