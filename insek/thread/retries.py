"""How long to wait before what failed is tried again: 1, 2, 4, 8 minutes …, for jobs as for those who are told of acts."""

from __future__ import annotations

from datetime import timedelta

FIRST_RETRY = timedelta(minutes=1)


def back_off(failures: int, longest: timedelta = timedelta.max) -> timedelta:
    """The pause after so many failures in a row, never longer than ``longest``."""
    return min(FIRST_RETRY * 2 ** min(failures - 1, 20), longest)
