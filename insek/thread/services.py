"""What can be done with items and links: both are created, changed and deleted here.

Every function checks the actor's permission, runs in one transaction, writes history and keeps the search table.
The German analysis for search is done before the transaction or by a job, so that SQLite's one writer never waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.models import Concept, Field, Theme
from insek.people.actors import Actor, require
from insek.people.locking import Conflict, claim_version, hold_version
from insek.people.models import Right

from . import history, indexing, own_fields, postings
from .cleaning import clean_text
from .constraints import clean_row
from .extensions import values_outside_row
from .fields_ahead import require_valid_fields
from .identity import is_id
from .kinds import Kind, all_link_kinds, kind_named, link_check_of, link_kind_named, validations_of
from .known_ids import with_own_row
from .models import Change, Item, Link, Tombstone, Visibility
from .ordering import among_new_neighbours, orders_below, renew_order, set_sort_keys, touched_keys
from .withdrawing import withdraw_with

ITEM_FIELDS = frozenset(
    {"number", "title", "text", "title_en", "text_en", "standing", "visibility", "round", "source_title", "source_url", "source_date",
     "document", "page", "confidence", "hand_key"}
)  # fmt: skip

FIELDS_OF_CLOSED = frozenset({"visibility", "round"})
"""What can change about an item whose own row is frozen: who sees it."""


def changeable(kind: Kind, row: Any, actor: Actor) -> frozenset[str] | None:
    """Names of what the actor may change in an item with this own row (None for a new one); None where it is all."""
    names = None if actor.has(Right.EDIT) else kind.fields_of_owner
    if row is not None and kind.is_closed(row):
        return FIELDS_OF_CLOSED if names is None else names & FIELDS_OF_CLOSED
    return names


_before_deletion: list[Callable[[Item, Actor], None]] = []


def register_before_deletion(step: Callable[[Item, Actor], None]) -> None:
    """Let a later room do its part in the transaction that deletes an item, before the item is gone."""
    if step not in _before_deletion:
        _before_deletion.append(step)


def create_item(
    *,
    kind: str,
    concept: Concept,
    values: dict[str, Any],
    actor: Actor,
    fields: Iterable[Field] = (),
    themes: Iterable[Theme] = (),
    item_id: str | None = None,
    version: int = 1,
    index_later: bool = False,
) -> Item:
    """Create an item with its own row.

    ``values`` holds fields of the item and of the own row by name. ``item_id`` is given by imports, and with the next
    ``version`` by restoring. ``index_later`` leaves the analysis of new words to a job, where somebody waits for the answer.
    Raises PermissionDenied, and ValidationError with a dictionary of messages by field.
    """
    require(actor, "thread.create_item", kind)
    spec = kind_named(kind)
    item = Item(concept=concept, kind=kind, created_by_id=actor.user_id, version=version)
    if item_id is not None:
        item.pk = item_id
    row = spec.model(item=item)
    own_many = _assign(spec, item, row, values)
    if not actor.has(Right.EDIT):
        if set(values) - spec.fields_of_owner - own_fields.names_in(values):
            raise PermissionDenied("thread.create_item")
        setattr(row, f"{spec.owner}_id", actor.unit_id)
    own = own_fields.put(item, values, actor, row=row)
    _require_claims(spec, row, actor)
    _require_release(actor, item.visibility)
    fields, themes = list(fields), list(themes)
    require_valid_fields(item, fields)
    _validate(spec, item, row)
    sets: dict[str, list[Any]] = {name: list(objects) for name, objects in own_many.items()}
    terms = indexing.terms_of(indexing.texts_of(spec, item, row), later=index_later)
    with transaction.atomic():
        item.save(force_insert=True)
        row.item = item  # type: ignore[attr-defined]  # every own row has its item
        row.save(force_insert=True)
        if fields:
            item.fields.add(*fields)
        if themes:
            item.themes.add(*themes)
        for name, objects in sets.items():
            getattr(row, name).add(*objects)
        own_fields.store_rows(item, own)
        postings.store_new([(item, terms)])
        changed = history.differences(
            {}, history.snapshot(item, sets_of=history.keys_of_new(spec, fields, themes, sets))
        )
        history.record(item, Change.Action.CREATED, actor=actor, changed=changed, held=True)
    return item


def update_item(
    item: Item,
    *,
    expected_version: int,
    values: dict[str, Any],
    actor: Actor,
    fields: Iterable[Field] | None = None,
    themes: Iterable[Theme] | None = None,
    index_later: bool = False,
) -> Item:
    """Change an item; what is not named stays. Saving without any difference changes nothing.

    What is public, or becomes it, changes only at the hands of those who may release it (see ``releases``).
    Raises Conflict when the version is not the expected one, PermissionDenied, ValidationError.
    """
    require(actor, "thread.edit_item", item)
    spec = kind_named(item.kind)
    if not actor.has(Right.EDIT):
        many = {name for name, rows in (("fields", fields), ("themes", themes)) if rows is not None}
        if (set(values) | many) - spec.fields_of_owner - own_fields.names_in(values):
            raise PermissionDenied("thread.edit_item")
    fresh = with_own_row(spec.name, item.pk)
    if fresh.version != expected_version:
        raise Conflict(fresh)
    before, was_example = history.snapshot(fresh), fresh.is_example
    row = spec.row(fresh)
    closed = spec.is_closed(row)
    read, below = indexing.texts_of(spec, fresh, row), orders_below(fresh)
    values = among_new_neighbours(spec, row, values)
    own_many = _assign(spec, fresh, row, values)
    put = own_fields.put(fresh, values, actor, row=row)
    _require_claims(spec, row, actor)
    _validate(spec, fresh, row, changed=values)
    fields = None if fields is None else list(fields)
    require_valid_fields(fresh, fields, was=before["visibility"])
    texts = indexing.texts_of(spec, fresh, row)
    terms = indexing.terms_of(texts, later=index_later) if texts != read else None
    with transaction.atomic():
        own = {name: getattr(fresh, name) for name in _columns_written(values, touched_keys(spec, values))}
        claim_version(fresh, expected_version, updated_at=clock.now(), **own)
        if set(values) - ITEM_FIELDS - own_fields.names_in(values):
            row.save()
        own_fields.store_rows(fresh, put)
        if fields is not None:
            fresh.fields.set(fields)
        if themes is not None:
            fresh.themes.set(themes)
        for name, objects in own_many.items():
            getattr(row, name).set(objects)
        if fresh.is_example != was_example:
            for link in _links_of(fresh):
                _refuse_false_commitment(link.kind, link.source, link.target)
        stays = before if fields is None and themes is None and not own_many else None
        changed = history.differences(before, history.snapshot(fresh, sets_of=stays))
        if not changed:
            transaction.set_rollback(True)
            return item
        if closed and {name.removesuffix("_id") for name in changed} - FIELDS_OF_CLOSED:
            raise ValidationError(_("Das ist abgeschlossen und ändert sich nicht mehr."))
        if not own_fields.are_for_staff_alone(changed, put.values()):
            _require_release(actor, before["visibility"], fresh.visibility)
        if terms is not None:
            postings.store_terms(fresh, terms)
        if spec.parent and orders_below(fresh) != below:
            renew_order(fresh.concept_id, spec)
        action = _action_of(changed)
        history.record(fresh, action, actor=actor, changed=changed, held=True)
        if action == Change.Action.WITHDRAWN:
            withdraw_with(fresh, actor=actor)
    return fresh


def delete_item(item: Item, *, expected_version: int, actor: Actor) -> Tombstone:
    """Delete an item with its links; its address answers 410 from then on. What waits for its release is closed.

    Raises Conflict, PermissionDenied, and django's ProtectedError when other rows rest on it.
    """
    require(actor, "thread.delete_item", item)
    spec = kind_named(item.kind)
    with transaction.atomic():
        fresh = Item.objects.select_related(spec.name).filter(pk=item.pk).first()
        if fresh is None:
            raise Conflict(None)
        for step in _before_deletion:
            step(fresh, actor)
        hold_version(
            fresh, expected_version
        )  # after the proposals, as a release does: neither waits for the other
        return take_down(fresh, actor=actor)


def kept_of_deleted(item: Item) -> dict[str, Any]:
    """All that history keeps of an item that goes: its values, what hangs on it, its links."""
    kept = history.snapshot(item) | values_outside_row(item)
    kept["links"] = [_link_in_full(link, item) for link in _links_of(item)]
    return kept


def take_down(item: Item, *, actor: Actor, kept: dict[str, Any] | None = None) -> Tombstone:
    """Take an item away inside an act that asked for the right to: history keeps ``kept``, or all that is there now."""
    before = kept_of_deleted(item) if kept is None else kept
    for link in _links_of(item):
        record_link(link, Change.Action.UNLINKED, actor, except_for=item.pk)
    history.record(item, Change.Action.DELETED, actor=actor, changed=history.differences(before, {}))
    postings.remove([item.pk])
    tombstone = Tombstone.objects.create(
        pk=item.pk,
        concept_id=item.concept_id,
        kind=item.kind,
        number=item.number,
        was_public=item.visibility == Visibility.PUBLIC,
    )
    item.delete()
    return tombstone


def link_items(
    source: Item, target: Item, *, kind: str, reason: str, actor: Actor, locator: str = ""
) -> Link:
    """Draw a link from the reason to what follows from it; between public ends for those who may release it.

    Raises PermissionDenied, and ValidationError when the link may not run there, is there already, or would claim
    that a real resolution decided an example.
    """
    require(actor, "thread.link_items", source)
    refuse_link(kind, source, target)
    _require_release_of_link(actor, source, target)
    link = Link(
        source=source,
        target=target,
        kind=kind,
        reason=clean_text(reason).strip(),
        locator=clean_text(locator).strip(),
        author_id=actor.user_id,
    )
    link.clean_fields(exclude={"source", "target", "author"})
    with transaction.atomic():
        if Link.objects.filter(source=source, target=target, kind=kind).exists():
            raise ValidationError(_("Diese Verknüpfung gibt es schon."))
        if (check := link_check_of(kind)) is not None:
            Concept.objects.select_for_update().get(pk=source.concept_id)  # of two at a time one waits
            check(source, target, actor)
        link.save()
        record_link(link, Change.Action.LINKED, actor)
    return link


def change_link(link: Link, *, expected_version: int, reason: str, locator: str, actor: Actor) -> Link:
    """Change the reason of a link; saving the same again changes nothing. Raises Conflict when somebody was faster."""
    require(actor, "thread.link_items", link.source)
    _require_release_of_link(actor, link.source, link.target)
    before = {"reason": link.reason, "locator": link.locator}
    link.reason, link.locator = clean_text(reason).strip(), clean_text(locator).strip()
    link.clean_fields(exclude={"source", "target", "author"})
    with transaction.atomic():
        after = {"reason": link.reason, "locator": link.locator}
        if after == before and link.version == expected_version:
            return link
        claim_version(link, expected_version)
        link.save()
        record_link(link, Change.Action.LINK_CHANGED, actor, extra=history.differences(before, after))
    return link


def unlink_items(link: Link, *, actor: Actor) -> None:
    """Take a link away; history keeps that it stood. Raises Conflict when it changed since it was read."""
    require(actor, "thread.link_items", link.source)
    _require_release_of_link(actor, link.source, link.target)
    with transaction.atomic():
        hold_version(link, link.version)
        record_link(link, Change.Action.UNLINKED, actor)
        link.delete()


def _columns_written(values: Collection[str], keys: Collection[str]) -> frozenset[str]:
    """The columns of an item that change with some values: these, and the keys of lists."""
    return (ITEM_FIELDS & set(values)).union(keys, {"own"} if own_fields.names_in(values) else ())


def _assign(spec: Kind, item: Item, row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Put the values where they belong; returns the many-to-many values of the own row."""
    own = {column.name for column in spec.model._meta.concrete_fields}
    many = {}
    errors = {}
    for name, value in values.items():
        if own_fields.is_own(name):
            continue
        try:
            value = clean_text(value)
        except ValidationError as error:
            errors[name] = error
            continue
        if name in ITEM_FIELDS:
            setattr(item, name, value.strip() if isinstance(value, str) else value)
        elif name in spec.many_to_many:
            many[name] = value
        elif name in own and name != "item":
            setattr(row, name, value)
        else:
            raise ValueError(f"{spec.name} has no field {name}")
    if errors:
        raise ValidationError(errors)
    if touched_keys(spec, values):
        set_sort_keys(item, row)
    return many


def _validate(spec: Kind, item: Item, row: Any, *, changed: Collection[str] | None = None) -> None:
    """Check an item with its own row: all of a new one; of one that stood the database is asked about what changed."""
    new = changed is None
    if new and (not is_id(item.pk) or Tombstone.objects.filter(pk=item.pk).exists()):
        raise ValidationError(_("Diese Kennung ist nicht frei."))
    clean_row(item, exclude={"created_by"}, validate_unique=new, kept=_kept(item, changed))
    clean_row(row, exclude={"item"}, validate_unique=False, kept=_kept(row, changed))
    spec.validate(item, row)
    for check in validations_of(spec.name):
        check(item, row)


def _kept(row: Any, changed: Collection[str] | None) -> set[str]:
    """The columns that stay as they are; none of a new row."""
    return set() if changed is None else {column.name for column in row._meta.concrete_fields} - set(changed)


def require_release_of(actor: Actor, item: Item) -> None:
    """Refuse what changes the page of a public item to those who may not release it. Raises PermissionDenied."""
    _require_release(actor, item.visibility)


def _require_claims(spec: Kind, row: Any, actor: Actor) -> None:
    """Who acts for a unit alone names only what belongs to it."""
    if not actor.has(Right.EDIT) and not spec.claims(row, actor.unit_id):
        raise PermissionDenied("thread.edit_item")


def _require_release(actor: Actor, *visibilities: str) -> None:
    if Visibility.PUBLIC in visibilities:
        require(actor, "thread.release_item")


def _require_release_of_link(actor: Actor, source: Item, target: Item) -> None:
    if source.visibility == target.visibility == Visibility.PUBLIC:
        require(actor, "thread.release_item")


def _action_of(changed: dict[str, list[Any]]) -> str:
    if "visibility" in changed:
        before, after = changed["visibility"]
        if after == Visibility.PUBLIC:
            return Change.Action.RELEASED
        if before == Visibility.PUBLIC:
            return Change.Action.WITHDRAWN
    return Change.Action.UPDATED


def refuse_link(kind: str, source: Item, target: Item) -> None:
    """Refuse a link that may not run there. Raises ValidationError."""
    try:
        spec = link_kind_named(kind)
    except KeyError:
        raise ValidationError(_("Diese Art der Verknüpfung gibt es nicht.")) from None
    if source.concept_id != target.concept_id:
        raise ValidationError(_("Die beiden Inhalte gehören zu verschiedenen Konzepten."))
    if source.pk == target.pk:
        raise ValidationError(_("Ein Inhalt kann nicht mit sich selbst verknüpft werden."))
    if not spec.allows(source.kind, target.kind):
        raise ValidationError(
            _("„%(source)s“ und „%(target)s“ lassen sich so nicht verknüpfen.")
            % {"source": kind_named(source.kind).label, "target": kind_named(target.kind).label}
        )
    _refuse_false_commitment(kind, source, target)


def _refuse_false_commitment(kind: str, source: Item, target: Item) -> None:
    """Examples stay among themselves where a resolution adopts, decides or finances."""
    if link_kind_named(kind).commits and source.is_example != target.is_example:
        if source.is_example:
            raise ValidationError(
                _(
                    "„%(item)s“ ist ein Beispiel. Ein echter Beschluss kann es nicht annehmen, beschließen oder finanzieren."
                )
                % {"item": source}
            )
        raise ValidationError(
            _(
                "„%(resolution)s“ ist ein Beispiel und kann „%(item)s“ nicht annehmen, beschließen oder finanzieren."
            )
            % {"item": source, "resolution": target}
        )


def commitment_kinds() -> list[str]:
    """Names of the links that claim a decision."""
    return [kind.name for kind in all_link_kinds() if kind.commits]


def _links_of(item: Item) -> list[Link]:
    return [*Link.objects.filter(source=item).select_related("source", "target"),
            *Link.objects.filter(target=item).select_related("source", "target")]  # fmt: skip


def _link_in_full(link: Link, item: Item) -> dict[str, Any]:
    """A link as the history of a deleted item keeps it."""
    outward = link.source_id == item.pk
    there = link.target if outward else link.source
    return {"kind": link.kind, "item": there.pk, "title": str(there), "reason": link.reason,
            "locator": link.locator, "outward": outward}  # fmt: skip


def record_link(
    link: Link, action: str, actor: Actor, *, except_for: str = "", extra: dict[str, list[Any]] | None = None
) -> None:
    """A link changes the history of both its ends, but for ``except_for``."""
    for here, there in ((link.source, link.target), (link.target, link.source)):
        if here.pk != except_for:
            linked = _link_in_full(link, here)
            gone = action == Change.Action.UNLINKED
            changed: dict[str, list[Any]] = {"link": [linked, None] if gone else [None, linked]}
            history.record(
                here, action, actor=actor, changed={**changed, **(extra or {})}, other_end=there.pk
            )


def check_in_memory(item: Item, row: Any) -> None:
    """Refuse a new item with its own row for what can be told without asking the database. Raises ValidationError."""
    spec = kind_named(item.kind)
    for each, left in ((item, {"created_by"}), (row, {"item"})):
        columns = {column.name for column in each._meta.concrete_fields}
        clean_row(each, exclude=left, validate_unique=False, kept=columns - left)
    spec.validate(item, row)
    for check in validations_of(spec.name):
        check(item, row)
