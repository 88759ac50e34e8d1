"""What can be done with rows beside an item: add, change, remove, set and end, take back.

Each act checks the rule of the rows, takes the right to release where the public would see it, runs in one transaction and
writes one line into the history of the item, with the whole row before and after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from insek import clock
from insek.people.actors import Actor, require
from insek.people.locking import Conflict, claim_version

from . import history
from .cleaning import clean_text
from .constraints import clean_row
from .models import Change, Item
from .rows import Rows
from .services import require_release_of


def add_row(
    rows: Rows, item: Item, values: Mapping[str, Any], *, actor: Actor, key: str = "", expected: str = ""
) -> Any:
    """Add a row to an item; of a chain it takes the place of the one in force, whose key is ``expected``.

    ``key`` gives back a row that was removed its own key. Raises PermissionDenied, Conflict, ValidationError.
    """
    require(actor, rows.rule, item)
    owner = _own_row(rows, item)
    row = rows.model(**{rows.owner: owner})
    if key:
        row.key = key  # type: ignore[attr-defined]  # every model of rows has one
    assign(row, values)
    try:
        with transaction.atomic():
            before = _end_current(rows, item, expected, actor) if rows.life == "chain" else None
            rows.defaults(row, actor)
            _may_release(rows, item, row, actor)
            _take_place(rows, row)
            rows.check(row, actor)
            clean_row(row, exclude=rows.unchecked)
            row.save()
            _record(rows, item, before, rows.plain(row), actor)
    except IntegrityError as error:  # of two at once, whose rows may not stand together, one was faster
        raise Conflict(None) from error
    return row


def change_row(
    rows: Rows, row: Any, values: Mapping[str, Any], *, expected_version: int, actor: Actor
) -> Any:
    """Change a row that is edited. Raises PermissionDenied, Conflict, ValidationError."""
    _require_life(rows, "edited")
    item = rows.item_of(row)
    require(actor, rows.rule, item)
    with transaction.atomic():
        stored = rows.objects.select_for_update().filter(pk=row.pk).first()
        if stored is None:
            raise Conflict(None)
        before = rows.plain(stored)
        _may_release(rows, item, stored, actor)
        if rows.numbered:
            setattr(row, rows.numbered.column, getattr(stored, rows.numbered.column))
        assign(row, values)
        _may_release(rows, item, row, actor)
        _take_place(rows, row)
        rows.check(row, actor)
        clean_row(row, exclude=rows.unchecked)
        if rows.plain(row) == before and stored.version == expected_version:
            return row
        claim_version(row, expected_version)
        row.save()
        _record(rows, item, before, rows.plain(row), actor)
    return row


def remove_row(rows: Rows, row: Any, *, actor: Actor, expected_version: int = 0) -> None:
    """Take a row away. An edited one is deleted, the history keeps it; an appended one stays and says that it was taken back;
    of a chain the row in force ends. Raises PermissionDenied and Conflict."""
    item = rows.item_of(row)
    require(actor, rows.rule, item)
    _may_release(rows, item, row, actor)
    with transaction.atomic():
        before = rows.plain(row)
        if rows.life == "chain":
            _end_current(rows, item, row.key, actor)
        elif rows.life == "appended":
            if not rows.objects.filter(pk=row.pk, retracted_on=None).update(retracted_on=clock.today()):
                raise Conflict(None)
        else:
            claim_version(row, expected_version)
            row.delete()
            if rows.numbered:
                _number(rows.numbered.column, list(rows.of_item(item).order_by(rows.numbered.column)))
        _record(rows, item, before, None, actor)


def in_force(rows: Rows, item: Item) -> Any | None:
    """The row of a chain that is in force; None where none is."""
    _require_life(rows, "chain")
    return rows.of_item(item).filter(taken_back_on=None).first()


def assign(row: Any, values: Mapping[str, Any]) -> None:
    """Give a row these values, with texts cleaned. Raises ValidationError where a text is too long, of long ones too."""
    for name, value in values.items():
        value = clean_text(value)
        value = value.strip() if isinstance(value, str) else value
        limit = getattr(row._meta.get_field(name), "max_length", None)
        if isinstance(value, str) and limit is not None and len(value) > limit:
            told = _("Bitte höchstens %(limit)s Zeichen schreiben; es sind %(length)s.")
            raise ValidationError({name: told % {"limit": limit, "length": len(value)}})
        setattr(row, name, value)


def _own_row(rows: Rows, item: Item) -> Any:
    owner = getattr(item, item.kind)
    owner.item = item
    if item.kind != rows.kind:
        raise ValidationError(f"{rows.name} hang on {rows.kind}, not on {item.kind}")
    return owner


def _may_release(rows: Rows, item: Item, row: Any, actor: Actor) -> None:
    if rows.released and rows.is_public(row):
        require_release_of(actor, item)


def _end_current(rows: Rows, item: Item, expected: str, actor: Actor) -> dict[str, Any] | None:
    current = rows.of_item(item).select_for_update().filter(taken_back_on=None).first()
    if (current.key if current else "") != expected:
        raise Conflict(current)
    if current is None:
        return None
    before = rows.plain(current)
    current.taken_back_on, current.taken_back_by_id = clock.today(), actor.user_id
    current.save(update_fields=["taken_back_on", "taken_back_by"])
    return before


FREE = 10_000
"""Numbers from here on are only used on the way from one order to another."""


def _take_place(rows: Rows, row: Any) -> None:
    """Give a row of a numbered sort its place among its siblings; they make room."""
    if rows.numbered is None:
        return
    owner, column = getattr(row, rows.owner), rows.numbered.column
    type(owner)._default_manager.select_for_update().get(pk=owner.pk)  # of two at a time one waits
    others = list(rows.objects.filter(**{rows.owner: owner.pk}).exclude(pk=row.pk).order_by(column))
    wanted = getattr(row, column)
    at = wanted - 1 if wanted else rows.numbered.place(row, others)
    others.insert(max(0, at), row)
    setattr(row, column, None)
    _number(column, others)


def _number(column: str, ordered: Sequence[Any]) -> None:
    """Number rows from 1, by way of numbers that are free; one that is not kept yet only learns its number."""
    moved = [(number, row) for number, row in enumerate(ordered, 1) if getattr(row, column) != number]
    for start in (FREE, 0):
        for number, row in moved:
            type(row)._default_manager.filter(pk=row.pk).update(**{column: start + number})
    for number, row in moved:
        setattr(row, column, number)


def _require_life(rows: Rows, life: str) -> None:
    if rows.life != life:
        raise TypeError(f"{rows.name} are {rows.life}, not {life}")


def _record(
    rows: Rows, item: Item, before: dict[str, Any] | None, after: dict[str, Any] | None, actor: Actor
) -> None:
    """One line in the history of the item; nothing where nothing changed."""
    if before == after:
        return
    if rows.of_item_itself:
        written = {"version": models.F("version") + 1, "updated_at": clock.now()}
        Item.objects.filter(pk=item.pk).update(**written)
        item.refresh_from_db(fields=list(written))
    history.record(item, Change.Action.UPDATED, actor=actor, changed={rows.name: [before, after]})
