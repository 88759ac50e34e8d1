"""The check constraints of the models, answered in memory before any row reaches the database.

So a package is refused with file and line for exactly what the database would refuse, without a query per row. Missing
values follow SQL: what cannot be decided is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Q

Values = Mapping[str, Any]


def broken_checks(model: type[models.Model], values: Values) -> Iterator[CheckConstraint]:
    """The check constraints of a model that these values break."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, CheckConstraint) and holds(condition_of(constraint), values) is False:
            yield constraint


def condition_of(constraint: CheckConstraint) -> Q:
    """What the constraint demands. Raises TypeError for one that is no Q: it could not be answered in memory."""
    if not isinstance(constraint.condition, Q):
        raise TypeError(f"{constraint.name} is not made of Q")
    return constraint.condition


def holds(condition: Q, values: Values) -> bool | None:
    """Whether a condition is true, false, or undecided because a value is missing."""
    answers = [
        holds(part, values) if isinstance(part, Q) else _compare(str(part[0]), part[1], values)  # type: ignore[index]  # children of Q are Q or a pair
        for part in condition.children
    ]
    decisive = condition.connector == Q.OR
    answer: bool | None = not decisive
    if decisive in answers:
        answer = decisive
    elif None in answers:
        answer = None
    return None if answer is None else answer is not condition.negated


def columns_of(condition: Q) -> list[str]:
    """Names of the fields a condition speaks of, each once, in its order."""
    names: dict[str, None] = {}
    for part in condition.children:
        if isinstance(part, Q):
            names.update(dict.fromkeys(columns_of(part)))
        else:
            names[str(part[0]).split("__", 1)[0]] = None  # type: ignore[index]  # children of Q are Q or a pair
            if isinstance(part[1], F):  # type: ignore[index]  # children of Q are Q or a pair
                names[_named(part[1])] = None  # type: ignore[index]  # children of Q are Q or a pair
    return list(names)


def _compare(lookup: str, expected: Any, values: Values) -> bool | None:
    name, _separator, operator = lookup.partition("__")
    value = values.get(name)
    if isinstance(expected, F):
        expected = values.get(_named(expected))
        if expected is None:
            return None
    if operator == "isnull":
        return (value is None) is bool(expected)
    if operator == "" and expected is None:
        return value is None
    if value is None:
        return None
    if operator == "":
        return bool(value == expected)
    if operator == "in":
        return value in expected
    if operator == "range":
        low, high = expected
        return bool(low <= value <= high)
    if operator in {"gte", "lte", "gt", "lt"}:
        return {
            "gte": value >= expected,
            "lte": value <= expected,
            "gt": value > expected,
            "lt": value < expected,
        }[operator]
    raise NotImplementedError(f"check constraints with {operator} cannot be answered in memory")


def _named(expression: F) -> str:
    return str(expression.name)  # type: ignore[attr-defined]  # F has a name
