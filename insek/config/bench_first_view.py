"""What the first view of a page with a map transfers, as it is served: the page and all that a browser fetches for it at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.test import Client
from django.urls import reverse

MODULE = re.compile(r'\bimport\s+(?:[^"\';]+\s+from\s+)?"(\./[^"]+)"')
PARTS = {
    "data-picture": "still_map", "data-pick": "pick", "data-chart": "chart", "data-thread": "thread", "data-draft": "draft",
    "data-limit": "limit", "data-place-field": "place_field", "data-place-shown": "city_search",
}  # fmt: skip
"""Modules that page.js, or still_map.js, fetches where there is something for them."""
SMALL_FONT = re.compile(r'url\("([^"]*/web/[^"]+)"\)')


@dataclass(frozen=True)
class FirstView:
    """Bytes of each address, as they go over the line."""

    encoding: str
    parts: dict[str, int]

    @property
    def total(self) -> int:
        """All together."""
        return sum(self.parts.values())

    def in_words(self) -> str:
        """One line with the three heaviest."""
        heaviest = sorted(self.parts.items(), key=lambda part: -part[1])[:3]
        named = ", ".join(
            f"{address.rsplit('/', 1)[-1] or 'Seite'} {size / 1000:.0f}" for address, size in heaviest
        )
        return f"  {self.encoding:5} {self.total / 1000:6.1f} kB in {len(self.parts)} Antworten (kB: {named})"


def first_view(encoding: str = "br, gzip", *, address: str = "") -> FirstView:
    """Ask for the page, its style sheets, scripts, icons and fonts, as a browser does that takes this encoding.

    All weights of the font are counted, though a page may need fewer.
    """
    client = Client(SERVER_NAME="localhost", headers={"Accept-Encoding": encoding})
    address = address or reverse("city-map")
    parts: dict[str, int] = {}

    def fetch(wanted: str) -> str:
        response: Any = client.get(wanted)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        for close in getattr(response, "_resource_closers", []):
            close()
        if response.status_code != 200:
            raise LookupError(f"{wanted} answers {response.status_code}")
        parts[wanted] = len(content)
        if wanted == address:
            return plain_page(address)
        if not wanted.startswith(settings.STATIC_URL):
            return ""
        path = settings.STATIC_ROOT / wanted.removeprefix(settings.STATIC_URL)
        return path.read_text(encoding="utf-8") if path.suffix in {".css", ".js"} else ""

    text = fetch(address)
    found = re.findall(
        r'<link rel="(?:stylesheet|icon|preload)" href="([^"]+)"|<script[^>]* src="([^"]+)"', text
    )
    waiting = ["".join(pair) for pair in found]
    waiting += sorted({unescape(sign).split("#")[0] for sign in re.findall(r'<use href="([^"]+)"', text)})
    waiting += [
        f"{settings.STATIC_URL}insek/{name}.js"
        for sign, name in PARTS.items()
        if re.search(rf"\b{sign}\b", text)
    ]
    while waiting:
        wanted = waiting.pop(0)
        if wanted in parts:
            continue
        inside = fetch(wanted)
        pattern = MODULE if wanted.endswith(".js") else SMALL_FONT
        if "/vendor/" not in wanted:
            waiting += [urljoin(wanted, name) for name in pattern.findall(inside)]
    return FirstView(encoding.split(",")[0], parts)


def plain_page(address: str) -> str:
    """The page as it can be read."""
    return Client(SERVER_NAME="localhost").get(address).content.decode()


def later(encoding: str = "br") -> int:
    """Bytes of MapLibre, its worker and its style sheet, which come when the map is moved."""
    client = Client(SERVER_NAME="localhost", headers={"Accept-Encoding": encoding})
    total = 0
    for name in ("maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css"):
        response: Any = client.get(f"{settings.STATIC_URL}vendor/maplibre/{name}")
        total += len(b"".join(response.streaming_content))
        for close in response._resource_closers:
            close()
    return total
