"""What a room may say about its kind for the public interface, in its own ``api.py``; without a word all defaults hold.

By default the own fields of a kind are the columns of its table in the concept package, so the interface shows what
the public package shows. What is given here is asked for public items alone and must itself show nothing hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry

from insek.thread.models import Item

Values = Callable[[Sequence[Item]], Mapping[str, Any]]
"""Items of one kind, read with their own rows -> value by item id, in a constant number of queries."""
Geometries = Callable[[Sequence[Item]], Mapping[str, BaseGeometry]]


@dataclass(frozen=True)
class Property:
    """A further property of a kind: its name, its JSON schema (with an English description) and its values."""

    name: str
    schema: Mapping[str, Any]
    values: Values


_properties: dict[str, dict[str, Property]] = {}
_left_out: dict[str, set[str]] = {}
_geometries: dict[str, Geometries] = {}


def register_property(kind: str, added: Property) -> None:
    """Add a property to a kind that is no column of its table."""
    _properties.setdefault(kind, {})[added.name] = added


def hide_columns(kind: str, *columns: str) -> None:
    """Columns of the kind's table that the interface does not show."""
    _left_out.setdefault(kind, set()).update(columns)


def register_geometry(kind: str, provide: Geometries) -> None:
    """Say where the items of a kind lie; kinds whose own row is ``Located`` need not."""
    _geometries[kind] = provide


def properties_added_to(kind: str) -> list[Property]:
    """The further properties of a kind."""
    return list(_properties.get(kind, {}).values())


def columns_left_out(kind: str) -> frozenset[str]:
    """Columns of a kind that are not shown."""
    return frozenset(_left_out.get(kind, ()))


def geometries_of(kind: str) -> Geometries | None:
    """What a room registered."""
    return _geometries.get(kind)
