"""Optimistic locking: of two people who change the same row, the second is told, and nothing is overwritten."""

from __future__ import annotations

from typing import Any

from django.db import models


class Conflict(Exception):
    """Somebody else changed the row since the page was opened. Carries the row as it is now, None when it is gone."""

    def __init__(self, current: Any = None) -> None:
        super().__init__(str(current))
        self.current = current


def claim_version(row: Any, expected_version: int, **written: Any) -> None:
    """Take the next version of a row and write these values with it, or raise Conflict.

    Call it inside the transaction that saves the row. The row carries its new version and values afterwards.
    """
    rows: models.QuerySet[Any] = type(row)._default_manager.filter(pk=row.pk)
    written["version"] = expected_version + 1
    if not rows.filter(version=expected_version).update(**written):
        raise Conflict(rows.first())
    for name, value in written.items():
        setattr(row, name, value)


def hold_version(row: Any, expected_version: int) -> None:
    """Keep a row at this version until the transaction ends, or raise Conflict: for acts that end a row or rest on it.

    Comparing a version that was read is not enough: on PostgreSQL somebody else may change the row after the reading.
    """
    rows: models.QuerySet[Any] = type(row)._default_manager.filter(pk=row.pk)
    if not rows.filter(version=expected_version).update(version=expected_version):
        raise Conflict(rows.first())
