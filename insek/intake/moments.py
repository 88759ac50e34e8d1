"""Days, months and years as tables write them, for fields that keep 2024, 2024-06 or 2024-12-31."""

from __future__ import annotations

from insek.engines.tables.time_spans import read_time

_LONG = {"year": 4, "month": 7, "day": 10}


def moment_said(text: str) -> str:
    """A year, month or day in the form that is kept, from 31.12.2024, Juni 2024 and the like; other texts as they are."""
    try:
        span = read_time(text)
    except ValueError:
        return text
    if span.kind not in _LONG or span.status:
        return text
    return span.start.isoformat()[: _LONG[span.kind]]
