"""The pages that every room leads back to, and the breadcrumb of the staff area."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise

_doors: dict[str, tuple[str, str | Promise]] = {}


def register_door(name: str, address: str, label: str | Promise) -> None:
    """Let the room that has it name a page that every room leads back to: start, search, home (the own area)."""
    _doors[name] = (address, label)


def address_of(door: str) -> str:
    """The address of such a page. Raises KeyError."""
    return reverse(_doors[door][0])


def trail(*doors: str, steps: tuple[tuple[str, str], ...] = ()) -> list[dict[str, str]]:
    """The breadcrumb from some of these pages to this one."""
    first = [{"label": str(_doors[door][1]), "url": address_of(door)} for door in doors]
    return [*first, *({"label": label, "url": url} for label, url in steps)]


def staff_trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Start > Mein Bereich > ... > this page."""
    return trail("start", "home", steps=steps)
