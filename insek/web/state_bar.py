"""How many are in which state, made ready for the component ``state_bar``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

WHOLE = 1000
"""The width of a bar, in the units of its drawing."""


def state_parts(parts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Parts of a bar with their place on it: ``x`` and ``width`` in thousandths, by their ``count``; empty ones are left out."""
    shown = [part for part in parts if part["count"]]
    total = sum(part["count"] for part in shown)
    left, found = 0.0, []
    for part in shown:
        width = WHOLE * part["count"] / total
        found.append({**part, "x": round(left, 1), "width": round(width, 1)})
        left += width
    return found
