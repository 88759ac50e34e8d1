"""Fields of action that wait for an edition: what is public stands only in fields that everybody sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.concept.models import Concept, Edition, Field
from insek.people.actors import Actor

from .models import Change, Item, Visibility

_opened: ContextVar[str] = ContextVar("edition whose fields are public in a rehearsal", default="")


@contextmanager
def opened(edition_key: str) -> Iterator[None]:
    """Inside, the fields of this edition count as public: for the rehearsal of what becomes valid with it."""
    token = _opened.set(edition_key)
    try:
        yield
    finally:
        _opened.reset(token)


def require_valid_fields(item: Item, fields: Iterable[Field] | None, *, was: str = "") -> None:
    """Refuse that a public item stands in a field that is not public yet. One query where it becomes public, else none."""
    if item.visibility != Visibility.PUBLIC:
        return
    if fields is None:
        fields = [] if was == Visibility.PUBLIC else item.fields.exclude(waits_for="")
    ahead = next((field for field in fields if field.waits_for not in {"", _opened.get()}), None)
    if ahead is not None:
        raise ValidationError(
            _(
                "Das Handlungsfeld „%(field)s“ ist erst mit der Ausgabe „%(edition)s“ öffentlich. Arbeiten Sie an dieser Ausgabe, oder"
                " nehmen Sie den Inhalt aus dem Feld heraus."
            )
            % {"field": ahead, "edition": _edition_of(ahead)}
        )


def _edition_of(field: Field) -> str:
    found = Edition.objects.filter(concept=field.concept_id, key=field.waits_for).first()
    return str(found or field.waits_for)


def fields_waiting_for(edition: Edition) -> list[Field]:
    """The fields that become public with an edition. One query."""
    return list(Field.objects.filter(concept=edition.concept_id, waits_for=edition.key))


def open_fields(edition: Edition, *, actor: Actor) -> None:
    """Make the fields public that wait for an edition; to be called in the transaction that adopts it."""
    for field in fields_waiting_for(edition):
        Field.objects.filter(pk=field.pk).update(waits_for="", version=field.version + 1)
        Change.objects.create(
            concept_id=edition.concept_id,
            item_id="",
            action=Change.Action.UPDATED,
            version=field.version + 1,
            actor_id=actor.user_id,
            differences={"subject": [None, str(field)], "waits_for": [edition.key, ""]},
        )


def check_waiting(field: Field, concept: Concept) -> None:
    """Refuse that a field waits for an edition that is none any more, or that public items would stand in it."""
    if not field.waits_for:
        return
    if not concept.editions.filter(
        key=field.waits_for, status__in=[Edition.Status.DRAFT, Edition.Status.FILED]
    ).exists():
        raise ValidationError({"waits_for": _("An dieser Ausgabe wird nicht mehr gearbeitet.")})
    if field.pk and field.items.filter(visibility=Visibility.PUBLIC).exists():
        raise ValidationError(
            {"waits_for": _("In diesem Handlungsfeld stehen öffentliche Inhalte. Es kann nicht mehr warten.")}
        )


def check_announced(edition: Edition) -> None:
    """Refuse that everybody is told of a draft that names a field of action which nobody knows of yet."""
    if edition.status != Edition.Status.DRAFT or not edition.is_announced or not edition.scope_fields:
        return
    ahead = (
        edition.concept.fields.exclude(waits_for="").filter(key__in=edition.scope_fields.split(";")).first()
    )
    if ahead is not None:
        raise ValidationError(
            {
                "is_announced": _(
                    "Diese Ausgabe erneuert das Handlungsfeld „%(field)s“, das noch nicht öffentlich ist. Solange sie nicht eingereicht ist, kann nicht öffentlich stehen, dass daran gearbeitet wird."
                )
                % {"field": ahead}
            }
        )
