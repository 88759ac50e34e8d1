"""History: what an item looked like before and after each change, and how personal data is purged from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept, Field, Theme
from insek.people.actors import Actor
from insek.people.prepared import prepared

from . import events, recording, shared_cache
from .audience import reads_whole
from .kinds import Kind, kind_named
from .labels import FIELD_LABELS
from .models import Change, Item, Visibility
from .own_fields import plain_own
from .own_models import OwnValue
from .pieces import in_pieces

COMMON_FIELDS = (
    "number", "title", "text", "title_en", "text_en", "standing", "visibility", "round_id", "source_title", "source_url", "source_date",
    "document", "page", "confidence", "hand_key",
)  # fmt: skip
NOT_TRACKED = {"west", "south", "east", "north"}
PURGED = "[gelöscht]"
UNDOES = "undoes"
"""Where a line of history says which other line it takes back."""


def snapshot(item: Item, *, sets_of: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Everything that can change about an item, as plain JSON values. Costs up to 4 queries.

    ``sets_of`` is an earlier snapshot whose fields, themes and other sets still stand; then it costs none.
    """
    kind = kind_named(item.kind)
    row = kind.row(item)
    if sets_of is not None:
        return plain_values(
            item, row, {name: sets_of[name] for name in ("fields", "themes", *kind.many_to_many)}
        )
    many = {
        "fields": _keys_of(Item, "fields", item.pk),
        "themes": _keys_of(Item, "themes", item.pk),
    }
    for name in kind.many_to_many:
        many[name] = _keys_of(type(row), name, row.pk)
    return plain_values(item, row, many)


def _keys_of(model: type[models.Model], name: str, pk: str) -> list[str]:
    """The keys of the rows that a row names in one of its sets. One query, written once."""
    through = getattr(model, name).through
    column = model._meta.get_field(name)
    near, far = column.m2m_field_name(), column.m2m_reverse_field_name()  # type: ignore[union-attr]  # a set, never another column
    key = f"{far}__{key_name(column.related_model)}"  # type: ignore[arg-type]  # a model
    found = prepared(
        ("keys of a set", model, name),
        lambda pk: through._default_manager.filter(**{near: pk}).order_by().values_list(key, flat=True),
        pk,
    )
    return [str(each) for each in found]


def keys_of_new(
    kind: Kind, fields: Iterable[Field], themes: Iterable[Theme], sets: Mapping[str, Iterable[models.Model]]
) -> dict[str, list[str]]:
    """The fields, themes and other sets of a new item, by the keys of the rows in memory, each once. No query."""
    many: dict[str, Iterable[models.Model]] = {"fields": fields, "themes": themes}
    many |= {name: sets.get(name, ()) for name in kind.many_to_many}
    return {
        name: sorted({str(getattr(row, key_name(type(row)))) for row in rows}) for name, rows in many.items()
    }


def key_name(model: type[models.Model]) -> str:
    """What history calls the rows of a table by: their key where they have one, else their primary key."""
    return "key" if any(column.name == "key" for column in model._meta.concrete_fields) else "pk"


def plain_values(item: Item, row: Any, many: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """The values of an item and its own row in memory; ``many`` holds the keys of its fields, themes and the like."""
    values: dict[str, Any] = {name: getattr(item, name) for name in COMMON_FIELDS}
    for column in kind_named(item.kind).model._meta.concrete_fields:
        if column.name != "item" and column.name not in NOT_TRACKED:
            values[column.attname] = _plain(getattr(row, column.attname))
    return values | {name: sorted(keys) for name, keys in many.items()} | plain_own(item)


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Name of each changed field -> [before, after]."""
    return {
        name: [before.get(name), after.get(name)]
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, BaseGeometry):
        return value.wkt
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


def record(
    item: Item,
    action: str,
    *,
    actor: Actor,
    changed: dict[str, list[Any]] | None = None,
    other_end: str | None = None,
    held: bool = False,
) -> Change:
    """Write one line of history, in the transaction of the act.

    Inside a release it names who released, inside undoing what is taken back. ``other_end`` is the id of the item at the
    other end of the link that the act is about. ``held`` says that the transaction claimed the item as it is in memory.
    """
    mark = recording.undone()
    shared_cache.note_change(item.concept_id)
    change = Change.objects.create(
        concept_id=item.concept_id,
        item_id=item.pk,
        action=action,
        version=item.version,
        actor_id=actor.user_id,
        released_by_id=recording.releaser_id(),
        suggested_by=recording.suggester(),
        differences=(changed or {}) | ({UNDOES: [None, mark]} if mark else {}),
        internal=_is_internal(item, action, changed or {}, other_end, held=held),
    )
    events.tell(concept_id=item.concept_id, action=action, item_id=item.pk, kind=item.kind, change=change.pk)
    recording.note(change)
    return change


_OF_ITEM = {Change.Action.CREATED, Change.Action.UPDATED, Change.Action.DELETED}
_OF_LINK = {Change.Action.LINKED, Change.Action.LINK_CHANGED, Change.Action.UNLINKED}


def _is_internal(
    item: Item, action: str, changed: Mapping[str, list[Any]], other_end: str | None, *, held: bool
) -> bool:
    """Whether an act touches only what no visitor can see: items that were internal and remain so, links between such.

    When in doubt it is not: whatever else is done than these acts, to a round, or to a kind whose internal items visitors'
    values are made from. The items are looked up and held until the act is committed, so that nobody publishes one
    meanwhile. One query, none for what is new, held or not internal.
    """
    if item.visibility != Visibility.INTERNAL or item.kind in shared_cache.SHOWS_THROUGH:
        return False
    if {*changed.get("visibility", ())} - {None, Visibility.INTERNAL}:
        return False
    if held and action in _OF_ITEM:
        return True
    ends = {item.pk}
    if action in _OF_LINK and other_end is not None:
        ends.add(other_end)
    elif action not in _OF_ITEM:
        return False
    rows = Item.objects.select_for_update().order_by("pk").filter(pk__in=ends)
    found = list(rows.values_list("visibility", "kind"))
    return len(found) == len(ends) and all(
        visibility == Visibility.INTERNAL and kind not in shared_cache.SHOWS_THROUGH
        for visibility, kind in found
    )


def changes_seen_by(item: Item, actor: Actor) -> models.QuerySet[Change]:
    """The changes of an item that the actor may read, newest first.

    Who sees an item of a limited kind, but may not read it whole (see ``audience``), reads its history from the day on which
    it was opened, to the public or to a round: what stood there before must not be read there.
    """
    changes = Change.objects.filter(item_id=item.pk)
    if reads_whole(actor, item, kind_named(item.kind).row(item)):
        return changes
    if item.visibility == Visibility.INTERNAL:
        return changes.none()
    opened = (
        changes.filter(differences__has_any_keys=["visibility", "round_id"]).order_by("-pk").values("pk")[:1]
    )
    return changes.filter(pk__gt=models.Subquery(opened))


def last_change_key(concept: Concept) -> int:
    """The key of the last change of a concept, 0 where there is none. One query."""
    return Change.objects.filter(concept=concept).order_by("-pk").values_list("pk", flat=True).first() or 0


_MORE = (Change.Action.CREATED, Change.Action.RELEASED, Change.Action.LINKED, Change.Action.FROZEN)
"""Changes after which all that was public before still is."""


def is_less_public_since(concept_id: int, seen: int) -> bool:
    """Whether something that was public at the change ``seen`` is not public any more, as it stood then.

    That is so once anything was withdrawn or deleted since, or something public changed, such as a value that was taken back;
    what came in addition takes nothing away. Up to two queries.
    """
    changes = Change.objects.filter(concept=concept_id)
    if seen and not changes.filter(pk=seen).exists():
        return True  # the whole concept was replaced, and its history began anew
    since = changes.filter(pk__gt=seen).exclude(action__in=_MORE)
    public = Item.objects.filter(visibility=Visibility.PUBLIC).values("pk")
    gone = Q(action__in=[Change.Action.WITHDRAWN, Change.Action.DELETED]) | Q(item_id__in=public)
    return since.filter(gone).exists()


_elsewhere: list[tuple[str, tuple[str, ...], str]] = []


def register_purged(model_path: str, columns: tuple[str, ...], *, item: str = "") -> None:
    """Let purging reach texts of history that a room keeps in rows of its own.

    ``item`` names the column that says whose they are; rows without one are reached when all items are purged only.
    """
    if (model_path, columns, item) not in _elsewhere:
        _elsewhere.append((model_path, columns, item))


_steps: list[Callable[[str], int]] = []


def register_purging(step: Callable[[str], int]) -> None:
    """Let purging reach what a room keeps otherwise, such as files: takes the text, returns how many rows it took away."""
    if step not in _steps:
        _steps.append(step)


def purge(*, needle: str, item_ids: Iterable[str] | None = None) -> int:
    """Take a personal datum out of the history of some or all items; returns the changed rows.

    It also goes out of what rooms keep: of these items (``register_purged`` with ``item``), of all items also out of the rest
    (``register_purged``, ``register_purging``). The history itself stays: who changed what and when is still known, only the
    words are gone.
    """
    if not needle.strip():
        raise ValueError("an empty text cannot be purged")
    item_ids = None if item_ids is None else list(item_ids)
    changes = Change.objects.all() if item_ids is None else Change.objects.filter(item_id__in=item_ids)
    return _purge_rows(changes, ("differences",), needle) + _purge_elsewhere(needle, item_ids)


def _purge_rows(rows: models.QuerySet[Any], columns: tuple[str, ...], needle: str) -> int:
    """Look through all rows, and write those that hold the text in short pieces, as they are by then."""
    holding = [row.pk for row in rows.iterator(chunk_size=500) if _cleaned(row, columns, needle)]

    def write(keys: Sequence[Any]) -> None:
        for row in rows.filter(pk__in=keys).select_for_update():
            if cleaned := _cleaned(row, columns, needle):
                rows.filter(pk=row.pk).update(**cleaned)

    in_pieces(holding, write)
    return len(holding)


def _cleaned(row: Any, columns: tuple[str, ...], needle: str) -> dict[str, Any]:
    """The columns of a row without the text; nothing where it does not hold it."""
    before = {name: getattr(row, name) for name in columns}
    cleaned = _without(before, needle)
    return {name: value for name, value in cleaned.items() if value != before[name]}


def _purge_elsewhere(needle: str, item_ids: list[str] | None) -> int:
    purged = sum(step(needle) for step in _steps) if item_ids is None else 0
    for model_path, columns, item in _elsewhere:
        rows = apps.get_model(model_path)._default_manager.all()
        if item_ids is not None:
            if not item:
                continue
            rows = rows.filter(**{f"{item}__in": item_ids})
        purged += _purge_rows(rows, columns, needle)
    return purged


def places_of(needle: str) -> list[tuple[str, str]]:
    """Items (id, number and title) in whose title, text (German or English), sources or own fields a text still stands. One query."""
    columns = ("title", "text", "title_en", "text_en", "source_title", "document")
    standing = Q()
    for column in columns:
        standing |= Q(**{f"{column}__contains": needle})
    standing |= Q(pk__in=OwnValue.objects.filter(value__contains=needle).values("item"))
    return [(item.pk, str(item)) for item in Item.objects.filter(standing)]


def _without(value: Any, needle: str) -> Any:
    if isinstance(value, str):
        return value.replace(needle, PURGED)
    if isinstance(value, list):
        return [_without(part, needle) for part in value]
    if isinstance(value, dict):
        return {name: _without(part, needle) for name, part in value.items()}
    return value


def field_label(kind_name: str, field_name: str) -> str:
    """The German or English name of a field of a kind, for the history page."""
    plain = field_name.removesuffix("_id")
    for known in (f"{kind_name}.{plain}", field_name, plain):
        if known in FIELD_LABELS:
            return str(FIELD_LABELS[known])
    column: models.Field[Any, Any] = kind_named(kind_name).model._meta.get_field(plain)  # type: ignore[assignment]  # a column, never a reverse foreign key
    return str(column.verbose_name)
