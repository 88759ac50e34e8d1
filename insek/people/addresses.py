"""Pages that rooms lead to without knowing the room above that has them: a register, filled when the app starts.

``tests/test_house.py`` refuses an address of a room above that is named without it.
"""

from __future__ import annotations

from django.urls import reverse

_known: dict[str, str] = {}


def register_address(name: str, address: str = "") -> None:
    """Let the room that has a page give the name of its address; without one it is that of the page."""
    _known[name] = address or name


def address_of(name: str, *args: object) -> str:
    """Where such a page is. Raises KeyError for one that no room has named."""
    return reverse(_known[name], args=args)
