"""How much a form of the report names before it says how many more there are."""

from __future__ import annotations

from dataclasses import dataclass

SHORT_PAGES = 25
"""What funding bodies read at most."""


@dataclass(frozen=True)
class ReportLimits:
    """Rows of each sort in the part of one field of action."""

    reached: int
    changes: int
    late: int
    ahead: int
    decisions: int
    contributions: int
    targets: int
    charts: int
    measures: int
    """Measures that are written out one by one; 0: none."""
    is_short: bool = False


FULL = ReportLimits(40, 60, 60, 30, 30, 30, 40, 2, 100_000)
SHORT = (
    ReportLimits(4, 5, 5, 4, 3, 3, 4, 0, 0, True),
    ReportLimits(2, 3, 3, 2, 2, 2, 2, 0, 0, True),
    ReportLimits(1, 1, 1, 1, 1, 1, 1, 0, 0, True),
    ReportLimits(0, 0, 0, 0, 0, 0, 0, 0, 0, True),
)
"""The short form, from the longest on: the first that keeps to SHORT_PAGES is taken."""
