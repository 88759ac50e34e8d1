"""The breadcrumb of a page, and the pages at which every breadcrumb begins."""

from __future__ import annotations

from django.utils.functional import Promise

from .addresses import address_of, register_address

_roots: dict[str, str | Promise] = {}


def register_root(name: str, address: str, label: str | Promise) -> None:
    """Let the room that has it name a page that every room leads back to: start, search, home (the own area)."""
    register_address(name, address)
    _roots[name] = label


def breadcrumb(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Start > ... > this page; a step is its words and its address."""
    return _from(("start",), steps)


def staff_breadcrumb(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Start > Mein Bereich > ... > this page."""
    return _from(("start", "home"), steps)


def _from(roots: tuple[str, ...], steps: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    first = [{"label": str(_roots[name]), "url": address_of(name)} for name in roots]
    return [*first, *({"label": label, "url": url} for label, url in steps)]
