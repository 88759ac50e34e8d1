"""Working for the next edition: what somebody changes of the public waits for an edition instead of its release.

Who works for an edition says so once, for all forms. Only what an edition holds is kept for it: items of the kinds that the
council adopts, their links, and what hangs on them. Reports, states and answers are of today and are never kept back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.concept.models import Concept, Edition, Field
from insek.package.tables import all_tables
from insek.people.actors import Actor
from insek.thread.models import FieldDefinition, Item, Visibility
from insek.thread.own_models import is_read_otherwise
from insek.thread.rows import rows_named

from .models import Proposal

OF_ITEMS = frozenset(
    {"update", "link", "change_link", "unlink", "location", "merge", "unmerge", "split", "unsplit"}
)
"""Acts on an item that change what an edition holds of it."""
_current: ContextVar[Edition | None] = ContextVar("edition worked for", default=None)


@contextmanager
def bundling(edition: Edition | None) -> Iterator[None]:
    """What is proposed inside becomes valid with this edition; None changes nothing."""
    token = _current.set(edition)
    try:
        yield
    finally:
        _current.reset(token)


def worked_for() -> Edition | None:
    """The edition for which somebody works right now; None outside of that."""
    return _current.get()


def is_of_editions(act: str, kind: str) -> bool:
    """Whether an act on an item of this kind changes what an edition holds."""
    tables = {table.name: table for table in all_tables()}
    if not any(table.kind == kind and table.in_edition == "part" for table in tables.values()):
        return False
    rows = rows_named(act.rpartition("_")[0])
    return act in OF_ITEMS or (rows is not None and rows.in_edition == "beside")


def fields_wait_for(concept: Concept) -> str:
    """The key of the edition with which a field of action becomes public that is set up now; empty: at once."""
    edition = worked_for()
    return edition.key if edition is not None and edition.concept_id == concept.pk else ""


def bundled_as(act: str, item: Item) -> dict[str, Any]:
    """State and edition of a proposal that is written for an edition; empty where it waits for its release."""
    edition = worked_for()
    if edition is None or edition.concept_id != item.concept_id or not is_of_editions(act, item.kind):
        return {}
    return {"state": Proposal.State.BUNDLED, "edition_key": edition.key}


def waits_words(act: str, item: Item) -> str:
    """When the public sees what a form is about to change, in words: with its release, or with the edition that somebody works for."""
    if bundled_as(act, item):
        return _("Öffentlich ändert sich erst etwas mit dem Beschluss der nächsten Ausgabe.")
    return _("Öffentlich ändert sich erst etwas, wenn Ihre Änderung freigegeben ist.")


def refuse_deletion(item: Item, actor: Actor) -> None:
    """Before a deletion: it is no change that could wait for an edition, so what is in force is not deleted by who works for the next one."""
    if item.visibility == Visibility.PUBLIC and bundled_as("update", item):
        raise ValidationError(
            _(
                "Sie arbeiten an der nächsten Ausgabe, und „%(item)s“ gilt. Löschen würde ändern, was gilt: Sagen Sie als Verbleib „entfallen“, oder"
                " arbeiten Sie nicht mehr an der Ausgabe und löschen dann."
            )
            % {"item": item}
        )


WORDS_OF_FIELD = frozenset(
    {"name", "aim", "aim_source_url", "standing", "perspective", "perspective_standing"}
)
"""What an edition freezes of a field of action in German; its colour and place are no words of the concept."""


def refuse_part(row: Any, changed: Mapping[str, Any]) -> None:
    """Before a field of action or an own field becomes another: that cannot wait for an edition, so what is in force is not changed by
    who works for the next one. Raises ValidationError. No query where nobody does, else one."""
    edition = worked_for()
    if edition is None or getattr(row, "concept_id", None) != edition.concept_id:
        return
    if isinstance(row, Field) and changed.keys() & WORDS_OF_FIELD and not row.waits_for:
        raise ValidationError(
            _(
                "Sie arbeiten an der nächsten Ausgabe, und das Handlungsfeld „%(field)s“ gilt: Name und Texte würden sich sofort ändern. Legen Sie für die"
                " nächste Ausgabe ein neues Handlungsfeld an, oder arbeiten Sie nicht mehr an der Ausgabe und ändern dann, was gilt."
            )
            % {"field": changed.get("name", [row.name])[0]}
        )
    if isinstance(row, FieldDefinition) and is_read_otherwise(changed) and public_items_of(row, changed):
        raise ValidationError(
            _(
                "Sie arbeiten an der nächsten Ausgabe, und „%(field)s“ ist bei öffentlichen Inhalten zu lesen: Das würde sich sofort ändern. Legen Sie für die"
                " nächste Ausgabe ein neues Feld an, das zuerst nur die Verwaltung sieht, oder arbeiten Sie nicht mehr an der Ausgabe und ändern dann, was gilt."
            )
            % {"field": changed.get("name", [row.name])[0]}
        )


def public_items_of(definition: FieldDefinition, changed: Mapping[str, Any]) -> bool:
    """Whether the public reads something in an own field before a change or after it. At most one query."""
    after = [
        changed[name][1] if name in changed else getattr(definition, name)
        for name in ("audience", "retired_on")
    ]
    before = [
        changed[name][0] if name in changed else value
        for name, value in zip(("audience", "retired_on"), after, strict=True)
    ]
    if not any(each == [FieldDefinition.Audience.PUBLIC, None] for each in (before, after)):
        return False
    rows = Item.objects.filter(concept=definition.concept_id, visibility=Visibility.PUBLIC)
    return rows.filter(own__has_key=definition.key).exists()
