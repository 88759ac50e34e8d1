"""Packages of an older program, read as today's: a room that changed its tables says how the former ones are read.

A column that was added needs none of this (``Column.if_absent``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from .reading import Files

ReadOlder = Callable[[Files], tuple[Files, list[str]]]
"""Takes the files of a package, returns them as of today and what is to be said of it; both unchanged where it is new."""

_readers: dict[str, ReadOlder] = {}


def register_older(name: str, read: ReadOlder) -> None:
    """Make known how tables of an older package are read."""
    _readers[name] = read


def as_of_today(files: Files) -> tuple[Files, list[str]]:
    """The files of a package in today's form, and what was different, in words."""
    notes: list[str] = []
    for read in _readers.values():
        files, said = read(files)
        notes += said
    return files, notes


@dataclass(frozen=True)
class OlderTable:
    """A table as it is in a file: its header and its rows by the names of the columns."""

    header: list[str]
    rows: list[dict[str, str]]


def older_table(files: Files, path: str) -> OlderTable | None:
    """A table of a package; None where it is missing or so broken that reading it will say so."""
    try:
        text = files[path].decode("utf-8-sig")
        header, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (KeyError, UnicodeDecodeError, ValueError, csv.Error):
        return None
    if any(len(cells) != len(header) for cells in lines):
        return None
    return OlderTable(header, [dict(zip(header, cells, strict=True)) for cells in lines])


def written(header: Iterable[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """A table as a file; a column that a row does not have stays empty."""
    target = io.StringIO(newline="")
    names = list(header)
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return target.getvalue().encode()
