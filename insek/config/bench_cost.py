"""What a request costs: processor time of the web processes and of the database, read from the system (Linux)."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

PROC = Path("/proc")


class NoFigures(Exception):
    """This system does not say how much processor time a process has used."""


def seconds_of(pid: int) -> float:
    """Processor seconds a process has used so far, all its threads together; 0 for one that is gone.

    Read from schedstat, which counts nanoseconds; utime and stime of stat count hundredths of a second and serve where
    the kernel keeps no schedstat.
    """
    try:
        threads = [part.read_text().split() for part in PROC.glob(f"{pid}/task/*/schedstat")]
        if spent := sum(int(part[0]) for part in threads if part):
            return spent / 1e9
        after_name = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        return 0.0


def family_of(pid: int) -> set[int]:
    """A process with its children and theirs."""
    found, waiting = {pid}, [pid]
    while waiting:
        for part in PROC.glob(f"{waiting.pop()}/task/*/children"):
            with contextlib.suppress(OSError):
                children = {int(number) for number in part.read_text().split()} - found
                found |= children
                waiting += children
    return found


def kilobytes_of(pid: int) -> int:
    """Memory a process holds for itself, in KB: what it shares with others is counted to each in part (PSS)."""
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise NoFigures


def database_pids() -> set[int]:
    """The processes of PostgreSQL that serve this database, but for the one that answers this; none on SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return {row[0] for row in cursor.fetchall()}


class Meter:
    """Counts the processor time of processes that come and go; ``pids`` names those there are."""

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        if not PROC.is_dir():
            raise NoFigures("Rechenzeit lässt sich nur unter Linux messen.")
        self.pids = pids
        self.last = {pid: seconds_of(pid) for pid in pids()}

    def lap(self) -> float:
        """Seconds since the lap before."""
        now = {pid: seconds_of(pid) for pid in self.pids()}
        spent = sum(max(0.0, used - self.last.get(pid, 0.0)) for pid, used in now.items())
        self.last = now
        return spent
