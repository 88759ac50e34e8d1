"""The own fields of a concept, and what its items hold in them: one place that pages, files, search and the gate ask."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.people.models import Right

from . import recording
from .kinds import kind_named
from .own_models import MARK, FieldDefinition, FieldType, OwnValue
from .own_values import OwnWords, checked, is_empty, rows_for

if TYPE_CHECKING:
    from .models import Item

_kept: dict[int, tuple[int, list[FieldDefinition]]] = {}
"""Key of a concept -> its stamp and its definitions, in this process."""
_lock = Lock()


def is_own(name: str) -> bool:
    """Whether a name of forms, history or proposals stands for an own field."""
    return name.startswith(MARK)


def key_of(name: str) -> str:
    """The key of the field that such a name stands for."""
    return name.removeprefix(MARK)


def all_fields(concept: Concept) -> list[FieldDefinition]:
    """All own fields of a concept, retired ones too, in order. No query where there are none or this process knows them, else one.

    What it knows is up to date as long as the stamp of the concept is the same; give it the concept as it was read for the page.
    """
    if not concept.own_fields_stamp:
        return []
    with _lock:
        known = _kept.get(concept.pk)
    if known is not None and known[0] == concept.own_fields_stamp:
        return known[1]
    found = list(FieldDefinition.objects.filter(concept=concept.pk))
    with _lock:
        _kept[concept.pk] = (concept.own_fields_stamp, found)
    return found


def fields_of_kind(concept: Concept | None, kind: str, *, public_only: bool = False) -> list[FieldDefinition]:
    """The own fields that items of a kind are asked for today; for those outside only what everybody reads."""
    if concept is None:
        return []
    return [
        field
        for field in all_fields(concept)
        if field.kind == kind and not field.is_retired and (field.is_public or not public_only)
    ]


def fields_for(concept: Concept | None, kind: str, actor: Actor) -> list[FieldDefinition]:
    """The own fields of a kind that an actor may read."""
    return fields_of_kind(concept, kind, public_only=not actor.sees_internal)


def retired_of(concept: Concept | None, kind: str) -> list[FieldDefinition]:
    """The fields of a kind that are kept no more."""
    if concept is None:
        return []
    return [field for field in all_fields(concept) if field.kind == kind and field.is_retired]


def described(names: Iterable[str]) -> dict[str, FieldDefinition]:
    """The own fields among names of the history, by name. One query where there are any."""
    keys = {key_of(name) for name in names if is_own(name)}
    if not keys:
        return {}
    return {field.full_name: field for field in FieldDefinition.objects.filter(key__in=keys).order_by("-pk")}


def public_names(concept: Concept, kind: str) -> set[str]:
    """The names of own fields that everybody reads."""
    return {field.full_name for field in fields_of_kind(concept, kind, public_only=True)}


def may_edit(field: FieldDefinition, actor: Actor, owner_id: int | None) -> bool:
    """Whether an actor who may edit an item, of which that unit is in charge, may fill this field in."""
    if field.is_retired:
        return False
    if field.editors == FieldDefinition.Editors.ALL or actor.has(Right.RELEASE):
        return True
    in_charge = actor.unit_id is not None and actor.unit_id == owner_id
    return field.editors == FieldDefinition.Editors.UNIT and in_charge


def renew_stamp(concept_id: int) -> int:
    """Make every process read the definitions of a concept anew; in the transaction that changed them."""
    there = FieldDefinition.objects.filter(concept=concept_id).exists()
    stamp = secrets.randbelow(2**31 - 2) + 1 if there else 0
    Concept.objects.filter(pk=concept_id).update(own_fields_stamp=stamp)
    return stamp


def _stored(concept_id: int, kind: str, names: Iterable[str]) -> dict[str, FieldDefinition]:
    """The definitions of these names as they are stored now. Raises ValueError for a name that no field of the kind has."""
    keys = {key_of(name) for name in names}
    if not keys:
        return {}
    rows = FieldDefinition.objects.filter(concept=concept_id, kind=kind, key__in=keys)
    found = {field.full_name: field for field in rows}
    if missing := {f"{MARK}{key}" for key in keys} - found.keys():
        raise ValueError(f"{kind} has no own field {', '.join(sorted(missing))}")
    return found


def put_values(
    item: Item, values: Mapping[str, Any], *, as_it_was: bool = False
) -> dict[str, FieldDefinition]:
    """Put values of own fields on an item in memory; returns the fields whose value is another now. One query where there are any.

    ``as_it_was`` puts back what history kept, also what a field would not take today. Raises ValidationError by name.
    """
    fields = _stored(item.concept_id, item.kind, values)
    errors, changed = {}, {}
    own = dict(item.own)
    for name, field in fields.items():
        before = own.get(field.key)
        try:
            as_before = as_it_was or values[name] == before
            value = values[name] if as_before else checked(field, values[name])
            if field.is_required and is_empty(value) and not is_empty(before) and not as_it_was:
                raise ValidationError(_("„%(field)s“ darf nicht leer werden.") % {"field": field})
        except ValidationError as error:
            errors[name] = error
            continue
        if is_empty(value):
            own.pop(field.key, None)
        else:
            own[field.key] = value
        if own.get(field.key) != before:
            changed[name] = field
    if errors:
        raise ValidationError(errors)
    item.own = own
    return changed


def names_in(values: Iterable[str]) -> set[str]:
    """Those of some names that stand for own fields."""
    return {name for name in values if is_own(name)}


def are_unseen(changed: Collection[str]) -> bool:
    """Whether a change, as history says it, is of nothing but own fields that only the administration reads. One query, or none."""
    names = {name for name in changed if name != "undoes"}
    if not names or names != names_in(names):
        return False
    fields = described(names)
    return names == fields.keys() and are_for_staff_alone(names, fields.values())


def put(item: Item, values: Mapping[str, Any], actor: Actor, *, row: Any) -> dict[str, FieldDefinition]:
    """Put the own fields among some values on an item in memory; those that are another now. What is taken back comes as it was.

    Raises PermissionDenied for what only others fill in, and ValidationError by name.
    """
    own = {name: values[name] for name in names_in(values)}
    if not own:
        return {}
    as_it_was = recording.undone() is not None
    changed = put_values(item, own, as_it_was=as_it_was)
    if not as_it_was:
        require_edit(item, changed.values(), actor, row=row)
    return changed


def require_edit(item: Item, fields: Iterable[FieldDefinition], actor: Actor, *, row: Any) -> None:
    """Refuse to fill in what only others fill in. Raises PermissionDenied."""
    if not all(may_edit(field, actor, owner_of(item, row)) for field in fields):
        raise PermissionDenied("thread.edit_item")


def require_edit_of(item: Item, values: Mapping[str, Any], actor: Actor) -> None:
    """The same for values that wait for their release: they are rehearsed by somebody who may do more. One query where there are any."""
    wanted = {
        name
        for name in names_in(values)
        if recording.undone() is None and values[name] != item.own.get(key_of(name))
    }
    if wanted:
        require_edit(
            item,
            _stored(item.concept_id, item.kind, wanted).values(),
            actor,
            row=kind_named(item.kind).row(item),
        )


def owner_of(item: Item, row: Any) -> int | None:
    """The unit in charge of an item, by its own row."""
    owner = kind_named(item.kind).owner
    unit: int | None = getattr(row, f"{owner}_id") if owner and row is not None else None
    return unit


def are_for_staff_alone(changed: Iterable[str], fields: Iterable[FieldDefinition]) -> bool:
    """Whether nothing changes but own fields that only the administration reads."""
    return set(changed) <= {field.full_name for field in fields if not field.is_public}


def store_rows(item: Item, fields: Mapping[str, FieldDefinition]) -> None:
    """Write the rows by which lists find what changed on an item. Two queries, none for no fields."""
    if not fields:
        return
    OwnValue.objects.filter(item=item.pk, definition__in=[field.pk for field in fields.values()]).delete()
    rows = [
        row
        for field in fields.values()
        if field.key in item.own
        for row in rows_for(field, item.pk, item.own[field.key])
    ]
    OwnValue.objects.bulk_create(rows)


def plain_own(item: Item) -> dict[str, Any]:
    """What an item holds in own fields, as history names it."""
    return {f"{MARK}{key}": value for key, value in item.own.items()}


def search_texts(item: Item) -> list[str]:
    """Words in own fields that everybody may read: what only the administration reads is found by nobody. One query, or none."""
    if not item.own:
        return []
    fields = getattr(item, "own_fields_known", None)
    if fields is None:
        fields = list(FieldDefinition.objects.filter(concept=item.concept_id, kind=item.kind))
    return [
        text
        for field in fields
        if field.is_public
        and field.type in _SEARCHED
        and (text := _german_words(field, item.own.get(field.key)))
    ]


_SEARCHED = {FieldType.SHORT, FieldType.LONG, FieldType.CHOICE, FieldType.SEVERAL, FieldType.TABLE}


def _german_words(field: FieldDefinition, value: Any) -> str:
    with override("de"):
        return OwnWords().words(field, value)


def sorted_in_groups(fields: Sequence[FieldDefinition]) -> list[tuple[str, list[FieldDefinition]]]:
    """Fields by their heading, in the order in which the headings first come."""
    groups: dict[str, list[FieldDefinition]] = {}
    for field in fields:
        groups.setdefault(field.heading, []).append(field)
    return list(groups.items())
