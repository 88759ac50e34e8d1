"""Keyset pages: the next page starts after the last row shown, so page 400 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
PAGE_SIZE = 25
"""Entries of a page of a list."""
COUNT_LIMIT = 1000


@dataclass(frozen=True)
class KeysetPage(Generic[Row]):
    """Rows of one page with the cursors of its neighbours (empty where there is none)."""

    rows: list[Row]
    next_cursor: str
    previous_cursor: str


def pager(
    page: KeysetPage[Any], address: Callable[[str], str] = lambda cursor: f"?nach={cursor}"
) -> dict[str, str]:
    """Where the pages before and after are, as web/components/pager.html reads it; ``address`` makes one of a cursor."""
    cursors = {"previous_url": page.previous_cursor, "next_url": page.next_cursor}
    return {name: address(cursor) if cursor else "" for name, cursor in cursors.items()}


class BadCursor(ValueError):
    """A cursor that this program did not make."""


def keyset_page(rows: QuerySet[Row], *, order: Sequence[str], cursor: str, size: int) -> KeysetPage[Row]:
    """One page of a queryset.

    ``order`` names the columns, "-" before a name for descending, the last one unique; ``cursor`` is empty or comes
    from an earlier page. Costs one query. Raises BadCursor.
    """
    backwards, position = _decode(cursor, len(order)) if cursor else (False, None)
    effective = [flipped(name) for name in order] if backwards else list(order)
    rows = rows.order_by(*effective)
    if position is not None:
        try:
            rows = rows.filter(_behind(effective, position))
        except (TypeError, ValueError, OverflowError, ValidationError) as error:
            raise BadCursor from error
    found = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_next = bool(found) and (more if not backwards else True)
    has_previous = bool(found) and (bool(position) if not backwards else more)
    return KeysetPage(
        rows=found,
        next_cursor=_encode("n", found[-1], order) if has_next else "",
        previous_cursor=_encode("v", found[0], order) if has_previous else "",
    )


def page_of_ids(ids: Sequence[str], *, cursor: str, size: int) -> KeysetPage[Any]:
    """One page of ids that are in order already: behind the one the cursor names, or behind its place where it is gone.

    The rows of the page are the ids. Costs no query. Raises BadCursor.
    """
    backwards, position = _decode(cursor, 2) if cursor else (False, None)
    start, end = 0, size
    if position is not None:
        place, pk = position
        if not isinstance(place, int) or place < 0:
            raise BadCursor
        known = place < len(ids) and ids[place] == pk
        here = place if known else next((at for at, other in enumerate(ids) if other == pk), place)
        gone = here >= len(ids) or ids[here] != pk
        start, end = (
            (max(0, here - size), here) if backwards else (here + (not gone), here + (not gone) + size)
        )
    rows = list(ids[start:end])
    return KeysetPage(
        rows=rows,
        next_cursor=_written("n", [start + len(rows) - 1, rows[-1]]) if rows and end < len(ids) else "",
        previous_cursor=_written("v", [start, rows[0]]) if rows and start > 0 else "",
    )


def bounded_count(rows: QuerySet[Any]) -> int:
    """Number of rows, counted up to COUNT_LIMIT + 1 only."""
    return rows.order_by()[: COUNT_LIMIT + 1].count()


def bounded_counts(many: Sequence[QuerySet[Any]]) -> list[int]:
    """The same of several, in their order. One query for all of them."""
    asked: list[str] = []
    values: list[Any] = []
    for place, rows in enumerate(many):
        with suppress(EmptyResultSet):  # known to be none before it is asked
            sql, params = rows.order_by().values("pk")[: COUNT_LIMIT + 1].query.sql_with_params()
            asked.append(f"SELECT {place} AS place, COUNT(*) FROM ({sql}) rows{place}")  # noqa: S608  (what Django wrote)
            values += params
    found: dict[int, int] = {}
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(asked), values)
            found = dict(cursor.fetchall())
    return [found.get(place, 0) for place in range(len(many))]


def flipped(name: str) -> str:
    """The same column the other way round."""
    return name[1:] if name.startswith("-") else f"-{name}"


def cursor_behind(row: Model, order: Sequence[str]) -> str:
    """The cursor of the page that begins behind a row."""
    return _encode("n", row, order)


def _behind(order: Sequence[str], position: Sequence[Any]) -> Q:
    """Rows behind a position: the first column bounds an index range, the others decide ties."""
    condition = Q()
    for name, value in reversed(list(zip(order, position, strict=True))):
        column = name.lstrip("-")
        beyond = "lt" if name.startswith("-") else "gt"
        strictly = Q(**{f"{column}__{beyond}": value})
        condition = Q(**{f"{column}__{beyond}e": value}) & (strictly | condition) if condition else strictly
    return condition


def _encode(direction: str, row: Model, order: Sequence[str]) -> str:
    values: list[Any] = []
    for name in order:
        value: Any = row
        for part in name.lstrip("-").split("__"):
            value = getattr(value, part)
        values.append(
            value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value
        )
    return _written(direction, values)


def _written(direction: str, values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([direction, *values]).encode()).decode().rstrip("=")


def _decode(cursor: str, columns: int) -> tuple[bool, list[Any]]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        direction, *values = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (binascii.Error, ValueError, TypeError, UnicodeError) as error:
        raise BadCursor from error
    if direction not in {"n", "v"} or len(values) != columns:
        raise BadCursor
    if not all(isinstance(value, str | int) and "\x00" not in str(value) for value in values):
        raise BadCursor
    return direction == "v", values
