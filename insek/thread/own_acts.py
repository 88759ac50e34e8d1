"""What the lead does with own fields: adds, changes, orders, retires, takes up again. What was entered stays whatever is done.

What follows from a change (the rows by which lists find values, what search knows) is written afterwards by a job, in pieces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_tasks import task

from insek import clock
from insek.concept.models import Concept
from insek.engines.text import fold
from insek.people.actors import Actor, require

from . import events
from .kinds import kind_named
from .models import Change, Item, SearchEntry, Visibility
from .own_fields import renew_stamp
from .own_models import WITH_OPTIONS, FieldDefinition, FieldType, OwnValue
from .own_values import OwnWords, rows_for, understood
from .pieces import in_pieces
from .setting_up import delete_part, move_part, save_part

MOST_FIELDS = 60
"""Own fields of one kind, retired ones not counted."""
EXAMPLES = 8
"""Values that are named where a change would no longer read them."""
FOLLOWED_BY_ROWS = {"type", "options", "unit"}
FOLLOWED_BY_SEARCH = {"type", "options", "audience", "retired_on"}


def define_field(*, concept: Concept, kind: str, values: Mapping[str, Any], actor: Actor) -> FieldDefinition:
    """Add a field to the items of a kind, behind those there are. Raises PermissionDenied, ValidationError."""
    require(actor, "concept.set_up")
    kind_named(kind)
    there = FieldDefinition.objects.filter(concept=concept, kind=kind)
    if there.filter(retired_on=None).count() >= MOST_FIELDS:
        raise ValidationError(
            _("Mehr als %(limit)s eigene Felder je Inhaltsart sind nicht möglich.") % {"limit": MOST_FIELDS}
        )
    made = FieldDefinition(concept=concept, kind=kind, key=_free_key(concept, str(values.get("name", ""))))
    made.position = max((each.position for each in there), default=0) + 1
    _check(FieldType(values["type"]), str(values.get("options", "")))
    with transaction.atomic():
        save_part(made, values=dict(values), expected_version=None, actor=actor)
        renew_stamp(concept.pk)
    return made


def change_field(
    definition: FieldDefinition, *, values: Mapping[str, Any], expected_version: int, actor: Actor
) -> FieldDefinition:
    """Change a field; what is entered stays as it is, also what the field does not read any more. Raises Conflict, ValidationError."""
    before = FieldDefinition.objects.get(pk=definition.pk)
    new = {name: value for name, value in values.items() if getattr(before, name) != value}
    _check(FieldType(values.get("type", before.type)), str(values.get("options", before.options)))
    opened = new.get("audience") == FieldDefinition.Audience.PUBLIC
    with transaction.atomic():
        written = {**values, **({"public_since": clock.now()} if opened else {})}
        save_part(definition, values=written, expected_version=expected_version, actor=actor)
        renew_stamp(definition.concept_id)
        if new.keys() & (FOLLOWED_BY_ROWS | FOLLOWED_BY_SEARCH):
            transaction.on_commit(partial(follow.enqueue, definition.pk))
    return definition


def retire_field(definition: FieldDefinition, *, expected_version: int, actor: Actor) -> FieldDefinition:
    """Keep a field no more: nobody is asked for it, the public does not see it, the administration does, and nothing is lost."""
    values = {"retired_on": clock.today()}
    return change_field(definition, values=values, expected_version=expected_version, actor=actor)


def take_up_field(definition: FieldDefinition, *, expected_version: int, actor: Actor) -> FieldDefinition:
    """Keep a retired field again, with all that was entered. Raises ValidationError where another has its name."""
    return change_field(
        definition, values={"retired_on": None}, expected_version=expected_version, actor=actor
    )


def delete_field(definition: FieldDefinition, *, expected_version: int, actor: Actor) -> None:
    """Delete a field in which nothing was ever entered. Raises ValidationError where something was."""
    require(actor, "concept.set_up")
    if is_used(definition):
        raise ValidationError(
            _(
                "In diesem Feld steht oder stand etwas. Es lässt sich beenden, aber nicht löschen, damit nichts verloren geht."
            )
        )
    concept_id = definition.concept_id
    with transaction.atomic():
        delete_part(definition, expected_version=expected_version, actor=actor)
        renew_stamp(concept_id)


def is_used(definition: FieldDefinition) -> bool:
    """Whether something is or was entered in a field. Up to two queries."""
    if OwnValue.objects.filter(definition=definition.pk).exists():
        return True
    return Change.objects.filter(
        concept=definition.concept_id, differences__has_key=definition.full_name
    ).exists()


def move_field(definition: FieldDefinition, *, place: int, expected_version: int, actor: Actor) -> None:
    """Put a field at a place among those of its kind. Raises Conflict."""
    rows = FieldDefinition.objects.filter(
        concept=definition.concept_id, kind=definition.kind, retired_on=None
    )
    with transaction.atomic():
        move_part(rows, definition, place=place, expected_version=expected_version, actor=actor)
        renew_stamp(definition.concept_id)


def _check(type_: FieldType, options: str) -> None:
    """A type that lists something lists at least one thing. Raises ValidationError."""
    if type_ in WITH_OPTIONS and not any(
        line.strip() and not line.startswith("-") for line in options.splitlines()
    ):
        raise ValidationError(
            {"new_options": _("Bitte mindestens einen Eintrag nennen, jeden in einer eigenen Zeile.")}
        )


def _free_key(concept: Concept, name: str) -> str:
    stem = slugify(fold(name))[:34].strip("-") or "feld"
    taken = set(FieldDefinition.objects.filter(concept=concept).values_list("key", flat=True))
    return next(
        key
        for number in range(1, 10_000)
        if (key := stem if number == 1 else f"{stem}-{number}") not in taken
    )


def key_of_option(label: str, taken: Sequence[str]) -> str:
    """A key for a new value of a choice, made of its words."""
    stem = slugify(fold(label))[:34].strip("-") or "wert"
    return next(
        key
        for number in range(1, 10_000)
        if (key := stem if number == 1 else f"{stem}-{number}") not in taken
    )


@dataclass
class Foreseen:
    """What a change of a field would mean for what is entered in it."""

    entered: int = 0
    unreadable: int = 0
    examples: list[str] = field(default_factory=list)
    """Words that could not be read any more; they stay as they are."""
    public_items: int = 0
    """Public items that have something in it."""


def foresee(definition: FieldDefinition, changed: FieldDefinition) -> Foreseen:
    """Look at everything that is entered in a field as if it were changed. One query for each thousand items."""
    found, words = Foreseen(), OwnWords()
    rows = Item.objects.filter(own__has_key=definition.key, concept=definition.concept_id)
    for own, visibility in (
        rows.order_by("sort_key", "pk").values_list("own", "visibility").iterator(chunk_size=1000)
    ):
        value = own[definition.key]
        found.entered += 1
        found.public_items += visibility == Visibility.PUBLIC
        if understood(changed, value) is None:
            found.unreadable += 1
            if len(found.examples) < EXAMPLES:
                found.examples.append(words.words(definition, value))
    return found


@task()
def follow(definition_pk: int) -> None:
    """After a change: write the rows by which lists find the values anew, and have search read the items again."""
    definition = FieldDefinition.objects.filter(pk=definition_pk).first()
    if definition is None:
        return
    ids = list(
        Item.objects.filter(own__has_key=definition.key, concept=definition.concept_id).values_list(
            "pk", flat=True
        )
    )
    in_pieces(ids, partial(write_rows, definition))
    in_pieces(ids, lambda piece: SearchEntry.objects.filter(item__in=piece).update(waiting=True))
    with transaction.atomic():
        renew_stamp(definition.concept_id)  # what was counted by the rows of before is counted anew
        events.tell(concept_id=definition.concept_id, action="own_fields")


def write_rows(definition: FieldDefinition, ids: Sequence[str]) -> None:
    """Write the rows by which lists find the values of a field anew for some items."""
    items = Item.objects.filter(pk__in=ids).select_for_update().order_by("pk")
    rows = [
        row
        for item in items
        if definition.key in item.own
        for row in rows_for(definition, item.pk, item.own[definition.key])
    ]
    OwnValue.objects.filter(item__in=ids, definition=definition.pk).delete()
    OwnValue.objects.bulk_create(rows)
