"""Columns are told apart quickly.

Before it orders the rows of a query, Django puts each selected column into a dictionary, and to do so asks each one by
reflection (`inspect.signature`) what it was made from. On pages of this program that took an eighth of all processor time.
A column is its alias, its field and what it gives out; said directly, the answer is the same.
"""

from __future__ import annotations

from typing import Any

from django.db.models.expressions import Col
from django.utils.functional import cached_property


def identity_of(column: Any) -> tuple[object, ...]:
    """What makes two columns the same: class, alias, field, output field."""
    identity = column._identity
    return column.__class__, column.alias, identity(column.target), identity(column.output_field)


def tell_columns_apart_quickly() -> None:
    """Replace Django's way of comparing columns; once, when the program starts."""
    quick = cached_property(identity_of)
    quick.__set_name__(Col, "identity")
    setattr(Col, "identity", quick)  # noqa: B010 - the stubs call it a method
