"""The check constraints of the models, answered in memory before any row reaches the database.

So a package is refused with file and line for exactly what the database would refuse, and a row that is saved is checked
without a query for each constraint (Django asks the database, some 2 ms each). Missing values follow SQL: what cannot be
decided is allowed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Q

Values = Mapping[str, Any]


def clean_row(
    row: models.Model,
    *,
    exclude: Collection[str] = (),
    validate_unique: bool = True,
    kept: Collection[str] = (),
) -> None:
    """``full_clean`` with the check constraints answered in memory. Raises ValidationError with a dictionary by field.

    ``kept`` names columns whose values are in the database already: it is not asked about them again, nor about a row that
    it just gave, nor about a unique constraint whose condition this row does not meet.
    """
    errors: dict[str, Any] = {}
    known = {name for name in kept if isinstance(row._meta.get_field(name), models.ForeignKey)}
    known |= _read_before(row)
    try:
        row.full_clean({*exclude, *known}, validate_unique=validate_unique, validate_constraints=False)
    except ValidationError as error:
        errors = error.update_error_dict(errors)
    left_out = {*exclude, *errors}
    values = {column.name: getattr(row, column.attname) for column in row._meta.concrete_fields}
    for constraint in row._meta.constraints:
        try:
            if not isinstance(constraint, CheckConstraint):
                if not _columns(constraint) <= set(kept) and not _is_outside(constraint, values):
                    constraint.validate(type(row), row, exclude=left_out)
            elif (
                left_out.isdisjoint(fields_in_condition(condition_of(constraint)))
                and condition_holds(condition_of(constraint), values) is False
            ):
                raise ValidationError(
                    constraint.get_violation_error_message(), code=constraint.violation_error_code
                )
        except ValidationError as error:
            names: tuple[str, ...] = getattr(constraint, "fields", ())
            if error.code == "unique" and len(names) == 1:  # as Django does
                errors.setdefault(names[0], []).append(error)
            else:
                errors = error.update_error_dict(errors)
    if errors:
        raise ValidationError(errors)


def _read_before(row: models.Model) -> set[str]:
    """The foreign keys of a row that name one which was read from the database and is at hand."""
    found = set()
    for column in row._meta.concrete_fields:
        if not isinstance(column, models.ForeignKey) or column.unique or column.get_limit_choices_to():
            continue
        if column.is_cached(row):
            other = column.get_cached_value(row)
            if other is not None and not other._state.adding:
                found.add(column.name)
    return found


def _is_outside(constraint: models.BaseConstraint, values: Values) -> bool:
    """Whether a unique constraint says nothing of a row with these values."""
    condition = getattr(constraint, "condition", None)
    return isinstance(condition, Q) and condition_holds(condition, values) is False


def _columns(constraint: models.BaseConstraint) -> set[str]:
    """The columns that a unique constraint speaks of; one over expressions speaks of what nobody keeps."""
    names = getattr(constraint, "fields", ())
    condition = getattr(constraint, "condition", None)
    if not names:
        return {"?"}
    return {*names, *(fields_in_condition(condition) if isinstance(condition, Q) else ())}


def broken_checks(model: type[models.Model], values: Values) -> Iterator[CheckConstraint]:
    """The check constraints of a model that these values break."""
    for constraint in model._meta.constraints:
        if (
            isinstance(constraint, CheckConstraint)
            and condition_holds(condition_of(constraint), values) is False
        ):
            yield constraint


def condition_of(constraint: CheckConstraint) -> Q:
    """What the constraint demands. Raises TypeError for one that is no Q: it could not be answered in memory."""
    if not isinstance(constraint.condition, Q):
        raise TypeError(f"{constraint.name} is not made of Q")
    return constraint.condition


def condition_holds(condition: Q, values: Values) -> bool | None:
    """Whether a condition is true, false, or undecided because a value is missing."""
    answers = [
        condition_holds(part, values) if isinstance(part, Q) else _compare(str(part[0]), part[1], values)  # type: ignore[index]  # children of Q are Q or a pair
        for part in condition.children
    ]
    decisive = condition.connector == Q.OR
    answer: bool | None = not decisive
    if decisive in answers:
        answer = decisive
    elif None in answers:
        answer = None
    return None if answer is None else answer is not condition.negated


def fields_in_condition(condition: Q) -> list[str]:
    """Names of the fields a condition speaks of, each once, in its order."""
    names: dict[str, None] = {}
    for part in condition.children:
        if isinstance(part, Q):
            names.update(dict.fromkeys(fields_in_condition(part)))
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
