"""The doors of the house, and the way to a page of the staff area, the same on all of them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise

_doors: dict[str, tuple[str, str | Promise]] = {}


def register_door(name: str, address: str, label: str | Promise) -> None:
    """Let the room that has it name a page that every room leads back to: start, search, home (the own area)."""
    _doors[name] = (address, label)


def address_of(door: str) -> str:
    """The address of a door. Raises KeyError."""
    return reverse(_doors[door][0])


def trail(*doors: str, steps: tuple[tuple[str, str], ...] = ()) -> list[dict[str, str]]:
    """The way from some doors on to this page, as the breadcrumb shows it."""
    first = [{"label": str(_doors[door][1]), "url": address_of(door)} for door in doors]
    return [*first, *({"label": label, "url": url} for label, url in steps)]


def staff_trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Start > Mein Bereich > ... > this page."""
    return trail("start", "home", steps=steps)
