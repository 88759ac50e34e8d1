"""Rows beside an item wait for their release: added, changed and removed at once where the public does not see it or the actor
may release it, else proposed. The acts follow from the declaration of the rows (``thread.rows``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import rules
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from insek.people.actors import Actor
from insek.people.locking import Conflict
from insek.thread.constraints import clean_row
from insek.thread.identity import derived_id
from insek.thread.models import Item, Visibility
from insek.thread.row_acts import add_row, assign, change_row, remove_row
from insek.thread.rows import Rows, all_rows, rows_named

from .acts import Act, nowhere, register_acts_of
from .bundling import bundled_as, waits_words
from .models import Proposal
from .plain_values import as_plain, model_from_plain
from .releases import act_or_propose

DOINGS = ("add", "change", "remove")


def waits(item: Item, actor: Actor) -> bool:
    """Whether what the actor does here becomes public only after its release."""
    return item.visibility == Visibility.PUBLIC and not rules.test_rule("thread.release_item", actor)


def waits_for(item: Item, act: str, actor: Actor) -> str:
    """When the public sees what a form is about to do to an item, in words; empty where it does at once, or never did."""
    is_bundled = item.visibility == Visibility.PUBLIC and bool(bundled_as(act, item))
    return waits_words(act, item) if is_bundled or waits(item, actor) else ""


def stays_internal(rows: Rows, row: Any, values: Mapping[str, Any]) -> bool:
    """Whether the public reads a row neither now nor once these values are in it."""
    after = {name: values.get(name, getattr(row, name)) for name in rows.public or {}}
    return not rows.is_public(row) and not rows.may_be_public(after)


def add_or_propose(
    rows: Rows,
    item: Item,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    key: str = "",
    expected: str = "",
    note: str = "",
) -> Any | Proposal:
    """Add a row. Raises what ``add_row`` raises."""
    row = rows.model()
    assign(row, values)
    if not key and bundled_as(f"{rows.name}_add", item):
        # what is filed holds it under the key that it has once it is adopted
        key = derived_id(item.pk, rows.name, json.dumps(as_plain(values), sort_keys=True, default=str))
    payload = {"key": key, "expected": expected, "values": as_plain(values)}
    return _row_act(rows, "add", row, item, payload, actor, note)


def change_or_propose(
    rows: Rows,
    row: Any,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    note: str = "",
) -> Any | Proposal:
    """Change a row; one that the public does not read, and will not, never waits. Raises what ``change_row`` raises."""
    payload = {"key": row.key, "version": expected_version, "values": as_plain(values)}
    if stays_internal(rows, row, values):
        return _acts_of(rows.name)[f"{rows.name}_change"].perform(rows.item_of(row), payload, actor)
    return act_or_propose(f"{rows.name}_change", rows.item_of(row), payload, actor=actor, note=note)


def remove_or_propose(
    rows: Rows, row: Any, *, actor: Actor, expected_version: int = 0, note: str = ""
) -> Proposal | None:
    """Take a row away. Raises what ``remove_row`` raises."""
    payload = {"key": row.key, "version": expected_version}
    done: Proposal | None = _row_act(rows, "remove", row, rows.item_of(row), payload, actor, note)
    return done


def _row_act(
    rows: Rows, doing: str, row: Any, item: Item, payload: dict[str, Any], actor: Actor, note: str
) -> Any:
    """Do an act on a row; one that the public never reads does not wait."""
    name = f"{rows.name}_{doing}"
    if not rows.released or not rows.is_public(row):
        return _acts_of(rows.name)[name].perform(item, payload, actor)
    return act_or_propose(name, item, payload, actor=actor, note=note)


def row_of(rows: Rows, item: Item, key: str) -> Any:
    """The row of an item with this key. Raises Conflict where it is gone."""
    row = rows.of_item(item).filter(key=key).first()
    if row is None:
        raise Conflict(None)
    owner = getattr(row, rows.owner)
    owner.item = item
    return row


def restore_rows(rows: Rows, item: Item, kept: list[dict[str, Any]]) -> list[str]:
    """Give a restored item its rows back, under their keys; returns in words what does not come back."""
    lost = []
    owner = getattr(item, item.kind)
    for plain in kept:
        try:
            with transaction.atomic():
                row = rows.model(**{rows.owner: owner})
                row.key = plain["key"]  # type: ignore[attr-defined]  # every model of rows has one
                assign(row, model_from_plain(rows.model, declared(rows, plain)))
                clean_row(row, exclude=rows.unchecked)
                row.save()
        except ValidationError as error:
            lost.append(f"{rows.label}: {' '.join(error.messages)}")
    return lost


def put_back(
    rows: Rows, item: Item, now: dict[str, Any] | None, back: dict[str, Any] | None, actor: Actor
) -> Any | Proposal | None:
    """Let a row stand as it stood before: added again under its key, changed back, or taken away."""
    if rows.life == "chain":
        current = rows.of_item(item).filter(taken_back_on=None).first()
        if back is None:
            return None if current is None else remove_or_propose(rows, current, actor=actor)
        values = model_from_plain(
            rows.model, {name: back[name] for name in ("state", "reason") if name in back}
        )
        return add_or_propose(rows, item, values, actor=actor, expected=current.key if current else "")
    if back is None:
        assert now is not None
        row = row_of(rows, item, now["key"])
        return remove_or_propose(rows, row, actor=actor, expected_version=getattr(row, "version", 0))
    values = model_from_plain(rows.model, declared(rows, back))
    if now is None:
        return add_or_propose(rows, item, values, actor=actor, key=back["key"])
    row = row_of(rows, item, now["key"])
    return change_or_propose(rows, row, values, expected_version=row.version, actor=actor)


def declared(rows: Rows, plain: Mapping[str, Any]) -> dict[str, Any]:
    """Those plain values that stand for declared columns of today."""
    return {each.name: plain[each.name] for each in rows.fields if each.name in plain}


@cache
def _acts_of(name: str) -> Mapping[str, Act]:
    """The acts of the rows of this name, by the name of the act."""

    def rows() -> Rows:
        found = rows_named(name)
        if found is None:
            raise KeyError(name)
        return found

    def add(item: Item, payload: dict[str, Any], actor: Actor) -> Any:
        values = model_from_plain(rows().model, payload["values"])
        return add_row(
            rows(),
            item,
            values,
            actor=actor,
            key=payload.get("key", ""),
            expected=payload.get("expected", ""),
        )

    def change(item: Item, payload: dict[str, Any], actor: Actor) -> Any:
        row = row_of(rows(), item, payload["key"])
        values = model_from_plain(rows().model, payload["values"])
        return change_row(rows(), row, values, expected_version=payload["version"], actor=actor)

    def remove(item: Item, payload: dict[str, Any], actor: Actor) -> None:
        row = row_of(rows(), item, payload["key"])
        remove_row(rows(), row, actor=actor, expected_version=payload.get("version", 0))

    doing: dict[str, Callable[[Item, dict[str, Any], Actor], Any]] = {
        "add": add, "change": change, "remove": remove,
    }  # fmt: skip

    def form_at(item: Item, payload: dict[str, Any]) -> str:
        changes = "version" in payload
        address = rows().forms.get("change" if changes else "add")
        if not address:
            return ""
        named = [rows().address] if rows().address else []
        return reverse(address, args=[item.pk, *named, *([payload["key"]] if changes else [])])

    forms = {"add": form_at, "change": form_at, "remove": nowhere}
    return {
        f"{name}_{word}": Act(f"{name}_{word}", rows().acts[word], doing[word], form_at=forms[word])
        for word in DOINGS
        if word in rows().acts
    }


def act_of_rows(act: str) -> Act | None:
    """The act of this name where it is one of rows beside an item."""
    name, _sign, doing = act.rpartition("_")
    if doing not in DOINGS or rows_named(name) is None:
        return None
    return _acts_of(name).get(act)


def acts_of_all_rows() -> list[Act]:
    """The acts of all rows that the public sees."""
    return [act for rows in all_rows() if rows.released for act in _acts_of(rows.name).values()]


register_acts_of(act_of_rows, acts_of_all_rows)
