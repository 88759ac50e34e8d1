"""The menu and the foot of every page, filled by the rooms whose pages they lead to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language

Text = str | Promise


@dataclass(frozen=True)
class MenuLink:
    """A link of the menu: the key of the pages it marks, the name of its address, and its words.

    Without words it is called as the city calls the kind of that key.
    """

    key: str
    address: str
    label: Text = ""


@dataclass(frozen=True)
class MenuGroup:
    """Links of the menu that fold away under one word."""

    key: str
    label: Text
    links: tuple[MenuLink, ...]


_main: list[MenuLink | MenuGroup] = []
_footer: list[MenuLink] = []


def fill(*, main: tuple[MenuLink | MenuGroup, ...], footer: tuple[MenuLink, ...]) -> None:
    """Say what is in the menu and at the foot of every page, in order."""
    _main[:] = main
    _footer[:] = footer


def of_kinds(*kinds: str) -> tuple[MenuLink, ...]:
    """The lists of some kinds, in the city's own words."""
    return tuple(MenuLink(kind, f"{kind}-list") for kind in kinds)


def addresses() -> list[str]:
    """The names of the addresses that the menu and the foot lead to."""
    found: list[str] = []
    for entry in (*_main, *_footer):
        found += [link.address for link in entry.links] if isinstance(entry, MenuGroup) else [entry.address]
    return found


def main_navigation(names: Callable[..., str]) -> list[dict[str, Any]]:
    """The main menu as base.html shows it; ``names`` says what the city calls a kind.

    ``holds`` are the keys of the pages that stand under an entry, so that the menu can mark where one is.
    """

    def link(entry: MenuLink) -> dict[str, Any]:
        label = str(entry.label) if entry.label else names(entry.key, plural=True)
        return {"key": entry.key, "label": label, "url": _url(entry.address)}

    return [
        {**link(entry), "links": [], "holds": {entry.key}}
        if isinstance(entry, MenuLink)
        else {
            "key": entry.key,
            "label": str(entry.label),
            "url": "",
            "links": [link(inner) for inner in entry.links],
            "holds": {inner.key for inner in entry.links},
        }
        for entry in _main
    ]


def footer_links() -> list[dict[str, str]]:
    """What every page offers at its foot."""
    return [{"label": str(entry.label), "url": _url(entry.address)} for entry in _footer]


def _url(address: str) -> str:
    """Where an address without arguments is, in the language of the page."""
    return _known_url(address, get_language() or "", get_script_prefix())


@lru_cache(maxsize=512)
def _known_url(address: str, language: str, prefix: str) -> str:
    return reverse(address)
