"""What hangs on an item goes on with it when it is merged into another or split: rows, links and whatever else names it.

Declared rows (``rows``) and links are known; every other column that names an item is registered by its room, either as carried
or, with the reason, as staying behind. A test walks the models and finds those that nobody thought of.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.functional import Promise

from insek import clock
from insek.people.actors import Actor

from . import history, services
from .kinds import kind_named, link_check_of
from .models import Change, Item, Link
from .rows import Rows, all_rows

Text = str | Promise
KEEP_LONGER = 500
"""Characters of the reason of a link."""


@dataclass(frozen=True)
class Carried:
    """A column by which the rows of a model name an item of a kind (empty: of any kind)."""

    model_path: str
    column: str
    label: Text
    """What these rows are called, in the plural."""
    kind: str = ""
    rows: Rows | None = None
    member_of: tuple[str, str] | None = None
    """Of rows that stand for a set: the column that names whose set it is, and what the history calls the set."""

    @property
    def name(self) -> str:
        """What the log calls it."""
        return f"{self.model_path}.{self.column}"

    @property
    def model(self) -> type[models.Model]:
        """The model of the rows."""
        return apps.get_model(self.model_path)

    @property
    def hangs_on_item(self) -> bool:
        """Whether these rows belong to the item that the column names, and not to another one."""
        return self.rows is not None and self.rows.owner == self.column

    def of(self, item_id: str) -> models.QuerySet[Any]:
        """The rows that name an item."""
        return self.model._default_manager.filter(**{self.column: item_id}).order_by("pk")


_carried: list[Carried] = []
_staying: dict[str, str] = {}


def register_carried(carried: Carried) -> None:
    """Let rows that name an item go on to what it was merged into."""
    if carried not in _carried:
        _carried.append(carried)


def register_staying(model_path: str, column: str, why: str) -> None:
    """Say why rows that name an item need not go on."""
    _staying[f"{model_path}.{column}"] = why


def staying() -> dict[str, str]:
    """Columns that name items and stay behind, each with the reason."""
    return dict(_staying)


def carried_with(kind: str) -> list[Carried]:
    """All that goes on with items of a kind, in a fixed order."""
    found = []
    own = kind_named(kind).model
    for rows in all_rows():
        for column in (rows.owner, *rows.also):
            if rows.model._meta.get_field(column).related_model is own:
                found.append(Carried(rows.model_path, column, rows.plural, kind, rows))
    return found + [carried for carried in _carried if carried.kind in {"", kind}]


def move_row(carried: Carried, row: Any, to: Item, actor: Actor, *, offset: int = 0) -> list[Any]:
    """Let a row name another item; returns what the log keeps. What stands there already is taken away and kept in the log."""
    column = carried.model._meta.get_field(carried.column).attname  # type: ignore[union-attr]  # a foreign key
    came_from = getattr(row, column)
    plain = carried.rows.plain(row) if carried.rows else {}
    written: dict[str, Any] = {column: to.pk}
    undo: dict[str, Any] = {}
    if carried.hangs_on_item and carried.rows is not None and carried.rows.life == "chain":
        in_force = carried.of(to.pk).filter(taken_back_on=None).exists()
        if in_force and row.taken_back_on is None:
            written["taken_back_on"] = clock.today()
            undo["taken_back_on"] = None
    if offset and hasattr(row, "position"):
        undo["position"] = row.position
        written["position"] = row.position + offset
    try:
        with transaction.atomic():
            _check(carried, row, to, actor)
            type(row)._default_manager.filter(pk=row.pk).update(**written)
    except (IntegrityError, ValidationError):
        kept = {
            each.attname: history._plain(getattr(row, each.attname)) for each in row._meta.concrete_fields
        }
        _tell(carried, row, plain, None, column, came_from, None, actor)
        words = carried.rows.called(row) if carried.rows else str(row)
        row.delete()
        return [carried.name, kept[row._meta.pk.attname], "same", kept, f"{carried.label}: {words}"]
    fresh = type(row)._default_manager.get(pk=row.pk)
    _tell(
        carried,
        fresh,
        plain,
        carried.rows.plain(fresh) if carried.rows else {},
        column,
        came_from,
        to.pk,
        actor,
    )
    return [carried.name, row.pk, "moved", undo]


def _check(carried: Carried, row: Any, to: Item, actor: Actor) -> None:
    """What the room asks of a row that hangs on an item, asked of it where it would hang. Raises ValidationError.

    What it does not meet where it hangs today is no reason to leave it behind.
    """
    if not carried.hangs_on_item or carried.rows is None:
        return
    try:
        carried.rows.check(copy(row), actor)
    except ValidationError:
        return
    tried = copy(row)
    own = kind_named(to.kind).row(to)
    own.item = to
    setattr(tried, carried.column, own)
    carried.rows.check(tried, actor)


def move_row_back(carried: Carried, entry: list[Any], here: str, back: Item, actor: Actor) -> bool:
    """Let a row name the item again that it named before; whether it was still there as it was left."""
    pk, what, kept = entry[1:4]
    column = carried.model._meta.get_field(carried.column).attname  # type: ignore[union-attr]  # a foreign key
    if what == "same":
        row: Any = carried.model(**_from_log(carried.model, {**kept, column: back.pk}))
        with transaction.atomic():
            row.save(force_insert=True)
        _tell(
            carried, row, None, carried.rows.plain(row) if carried.rows else {}, column, None, back.pk, actor
        )
        return True
    row = carried.model._default_manager.filter(pk=pk, **{column: here}).first()
    if row is None:
        return False
    before = carried.rows.plain(row) if carried.rows else {}
    carried.model._default_manager.filter(pk=pk).update(**_from_log(carried.model, {**kept, column: back.pk}))
    row = carried.model._default_manager.get(pk=pk)
    _tell(carried, row, before, carried.rows.plain(row) if carried.rows else {}, column, here, back.pk, actor)
    return True


def _from_log(model: type[models.Model], kept: dict[str, Any]) -> dict[str, Any]:
    columns = {each.attname: each for each in model._meta.concrete_fields}
    return {name: columns[name].to_python(value) for name, value in kept.items() if name in columns}


def _tell(
    carried: Carried, row: Any, before: Any, after: Any, column: str, old: str | None, new: str | None, actor: Actor
) -> None:  # fmt: skip
    """A row that hangs on another item changes that one's history; one that hangs on the item itself is told with the act."""
    if carried.hangs_on_item:
        return
    if carried.rows is not None:
        if before != after:
            owner = carried.rows.item_of(row)
            history.record(
                owner, Change.Action.UPDATED, actor=actor, changed={carried.rows.name: [before, after]}
            )
        return
    if carried.member_of is not None:
        owner_column, name = carried.member_of
        owner = getattr(row, owner_column).item
        now = set(history.snapshot(owner)[name])
        was = (now - {new}) | {old} if new else now | {old}
        history.record(
            owner,
            Change.Action.UPDATED,
            actor=actor,
            changed={name: [sorted(filter(None, was)), sorted(now - {old} if not new else now)]},
        )
        return
    if row._meta.pk is not None and row._meta.pk.name == "item":
        rows = Item.objects.filter(pk=row.pk)
        rows.update(version=models.F("version") + 1, updated_at=clock.now())
        item = rows.get()
        kind = kind_named(item.kind)
        kind.validate(item, kind.row(item))
        history.record(item, Change.Action.UPDATED, actor=actor, changed={column: [old, new]})


def carry_rows(absorbed: Item, to: Item, actor: Actor) -> tuple[list[list[Any]], dict[str, list[int]]]:
    """Let all that hangs on an item go on to another; returns the log, and for the history how many there were and are."""
    log: list[list[Any]] = []
    counts: dict[str, list[int]] = {}
    for carried in carried_with(absorbed.kind):
        rows = list(carried.of(absorbed.pk))
        if not rows:
            continue
        there = carried.of(to.pk)
        before = there.count()
        offset = _last_position(there) if carried.hangs_on_item else 0
        log += [move_row(carried, row, to, actor, offset=offset) for row in rows if row.pk != to.pk]
        if carried.hangs_on_item and carried.rows is not None:
            counts[carried.rows.table] = [before, there.count()]
    return log, counts


def _last_position(rows: models.QuerySet[Any]) -> int:
    if not any(column.name == "position" for column in rows.model._meta.concrete_fields):
        return 0
    return rows.aggregate(last=models.Max("position"))["last"] or 0


def move_link(link: Link, end: str, to: Item, actor: Actor) -> list[Any]:
    """Let a link run from or to another item; where the same stands there, both reasons are kept in one.

    ``end`` is the end that changes: source or target. Returns what the log keeps. Raises ValidationError where the link may not run there.
    """
    came_from = getattr(link, f"{end}_id")
    other = link.target if end == "source" else link.source
    kept = {each.attname: history._plain(getattr(link, each.attname)) for each in link._meta.concrete_fields}
    ends = (to, other) if end == "source" else (other, to)
    services.record_link(link, Change.Action.UNLINKED, actor, except_for=came_from)
    if other.pk == to.pk:
        link.delete()
        return ["link", kept["id"], "between", kept]
    twin = (
        Link.objects.filter(source=ends[0], target=ends[1], kind=link.kind)
        .select_related("source", "target")
        .first()
    )
    if twin is not None:
        before = {"reason": twin.reason, "locator": twin.locator}
        after = {
            name: joined(before[name], getattr(link, name), limit)
            for name, limit in (("reason", KEEP_LONGER), ("locator", 200))
        }
        link.delete()
        if after != before:
            twin.reason, twin.locator, twin.version = after["reason"], after["locator"], twin.version + 1
            twin.save(update_fields=["reason", "locator", "version"])
            services.record_link(
                twin, Change.Action.LINK_CHANGED, actor, extra=history.differences(before, after)
            )
        return [
            "link",
            kept["id"],
            "joined",
            {"row": kept, "twin": twin.pk, "before": before, "after": after},
        ]
    services.refuse_link(link.kind, *ends)
    setattr(link, end, to)
    link.version += 1
    link.save(update_fields=[end, "version"])
    if (check := link_check_of(link.kind)) is not None:
        check(*ends, actor)
    services.record_link(link, Change.Action.LINKED, actor)
    return ["link", link.pk, "moved", {"end": end}]


def move_link_back(entry: list[Any], here: str, back: Item, actor: Actor) -> bool:
    """Let a link run again as it did; whether it was still there as it was left."""
    _link, pk, what, kept = entry
    if what == "moved":
        link = Link.objects.filter(pk=pk, **{kept["end"]: here}).select_related("source", "target").first()
        if link is None:
            return False
        services.record_link(link, Change.Action.UNLINKED, actor)
        setattr(link, kept["end"], back)
        link.version += 1
        link.save(update_fields=[kept["end"], "version"])
    else:
        row = kept if what == "between" else kept["row"]
        if not {row["source_id"], row["target_id"]} <= set(
            Item.objects.filter(pk__in=[row["source_id"], row["target_id"]]).values_list("pk", flat=True)
        ):
            return False
        link = Link(**_from_log(Link, row))
        link.save(force_insert=True)
        if what == "joined" and kept["after"] != kept["before"]:
            twins = Link.objects.filter(pk=kept["twin"], **kept["after"]).select_related("source", "target")
            if (twin := twins.first()) is not None:
                twin.reason, twin.locator, twin.version = (
                    kept["before"]["reason"],
                    kept["before"]["locator"],
                    twin.version + 1,
                )
                twin.save(update_fields=["reason", "locator", "version"])
                changed = history.differences(kept["after"], kept["before"])
                services.record_link(twin, Change.Action.LINK_CHANGED, actor, extra=changed)
        link = Link.objects.select_related("source", "target").get(pk=link.pk)
    services.record_link(link, Change.Action.LINKED, actor)
    return True


def joined(one: str, other: str, limit: int) -> str:
    """Two reasons in one sentence after the other; the first alone where both do not fit or say the same."""
    one, other = one.strip(), other.strip()
    if not other or other in one:
        return one
    both = f"{one} {other}".strip()
    return both if len(both) <= limit else one


def links_of(item: Item) -> Iterable[tuple[Link, str]]:
    """The links of an item, each with the end at which it is."""
    for end in ("source", "target"):
        for link in (
            Link.objects.filter(**{end: item}).select_related("source", "target").order_by("kind", "pk")
        ):
            yield link, end
