"""Writing much without keeping others waiting: in pieces, each in a short transaction of its own.

SQLite has one writer and no queue before it: who waits looks again after 1 to 100 ms, and who writes without a pause
is always there first. So a piece holds the writer for a moment, and after each there is a pause in which those who wait
come in. What the pieces write must not count before the last one; that is up to the caller.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connection, transaction

from .postings import in_transaction

Row = TypeVar("Row")

FIRST = 200
"""Rows of the first piece; the next ones are as large as the time allows."""
SMALLEST, LARGEST = 20, 2_000
AIM = 0.06
"""Seconds that a piece may take: far under the 0.2 s that nobody may hold the writer for."""
PAUSE = 0.06
"""Seconds between two pieces. Who has waited for one piece looks again at least every 50 ms."""
LONGEST_PAUSE = 0.5


def pause(seconds: float = 0.0) -> None:
    """Let others write, for this long at least. On PostgreSQL nobody waits."""
    if PAUSE and connection.vendor == "sqlite" and not in_transaction():
        time.sleep(max(seconds, PAUSE))


def in_pieces(
    rows: Sequence[Row],
    write: Callable[[Sequence[Row]], object],
    *,
    first: int | None = None,
    smallest: int | None = None,
) -> None:
    """Write all rows, each piece in a transaction of its own; one that fails ends it, and earlier ones stay.

    ``first`` and ``smallest`` (without them `FIRST` and `SMALLEST`) are smaller where each row is an act of its own.
    """
    done, size, least = 0, first or FIRST, smallest or SMALLEST
    while done < len(rows):
        piece = rows[done : done + size]
        asked = time.monotonic()
        with transaction.atomic():
            began = time.monotonic()
            write(piece)
            took = time.monotonic() - began
        done += len(piece)
        size = min(max(int(size * min(AIM / max(took, 0.001), 1.5)), least), LARGEST)
        if done < len(rows):
            # Where many wait, those who wait for an answer come first.
            pause(min(max(took, began - asked), LONGEST_PAUSE))
