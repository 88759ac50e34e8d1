"""The breadcrumb of a page, and the pages at which every breadcrumb begins."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise

_roots: dict[str, tuple[str, str | Promise]] = {}


def register_root(name: str, address: str, label: str | Promise) -> None:
    """Let the room that has it name a page that every room leads back to: start, search, home (the own area)."""
    _roots[name] = (address, label)


def root_url(name: str) -> str:
    """The address of such a page. Raises KeyError."""
    return reverse(_roots[name][0])


def breadcrumb(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Start > ... > this page; a step is its words and its address."""
    return _from(("start",), steps)


def staff_breadcrumb(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Start > Mein Bereich > ... > this page."""
    return _from(("start", "home"), steps)


def _from(roots: tuple[str, ...], steps: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    first = [{"label": str(_roots[name][1]), "url": root_url(name)} for name in roots]
    return [*first, *({"label": label, "url": url} for label, url in steps)]
