"""The history of items as people read it: who, when, and word by word what, with names instead of keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from shapely import from_wkt, get_dimensions, get_num_coordinates, get_num_interior_rings, get_parts
from shapely.errors import ShapelyError

from insek.concept.models import Field, Theme
from insek.engines.diff import Change as Piece
from insek.engines.diff import word_diff
from insek.people.actors import Actor
from insek.release.field_words import with_field_words
from insek.thread import history
from insek.thread.audience import limited_kinds
from insek.thread.kinds import kind_named, link_kind_named
from insek.thread.labels import field_order
from insek.thread.models import Change, FieldDefinition, Item, Round, Tombstone
from insek.thread.own_fields import described, is_own
from insek.thread.own_models import FieldType
from insek.thread.own_values import OwnWords
from insek.thread.rows import Rows, rows_named, rows_of_table
from insek.web.display import date_words, position_words

KEYED: dict[str, type[models.Model]] = {"fields": Field, "themes": Theme, "adopted_fields": Field}
"""Fields of items whose history holds keys of other rows."""


GEOMETRIES = {"location", "geometry"}
"""Fields whose history holds a geometry."""


@dataclass(frozen=True)
class FieldChange:
    """What happened to one field: the two texts in one."""

    name: str
    label: str
    words: Sequence[Piece]
    clashes: bool = False
    """Whether the reader has typed something else in this field."""


@dataclass(frozen=True)
class LinkedItem:
    """The other end of a link that was drawn or taken away; without address where it is gone or out of sight."""

    title: str
    url: str
    reason: str
    locator: str = ""
    label: str = ""
    """What this end is to the other, in words."""
    is_whole: bool = True
    """Whether the other words of the line may be read."""


@dataclass(frozen=True)
class LinkEnd:
    """The other end of links that history names."""

    item: Item | None
    """None where it is gone."""
    opened: datetime | None = None
    """Until then it was closed to the reader: then it is called as it is called today, and no other word of the line is shown."""

    def is_open_at(self, at: datetime) -> bool:
        """Whether the words of a line of that moment may be read."""
        return self.opened is None or at > self.opened


@dataclass(frozen=True)
class ShownChange:
    """One line of history."""

    who: str
    at: datetime
    action: str
    is_whole: bool
    """Whether the item came or went as a whole: then all its fields are listed, and the page folds them up."""
    rows: list[FieldChange] = field(default_factory=list)
    link: LinkedItem | None = None
    released_by: str = ""
    """Who released it, where it waited for its release."""
    undoes: datetime | None = None
    """When the change was made that this one takes back."""
    undo_url: str = ""
    """Where this change can be taken back; empty where it can not."""
    suggested_by: str = ""
    """Which machine proposed it, in words; empty where a person did."""


_engine_words: list[Callable[[str], str]] = []


def register_engine_words(words: Callable[[str], str]) -> None:
    """Let the room of suggestions say what a machine is called of which history keeps name and version."""
    _engine_words.append(words)


def engine_called(engine: str) -> str:
    """What a machine is called; as it stands in the history where no room says so."""
    return _engine_words[-1](engine) if engine and _engine_words else engine


def shown_changes(
    changes: Iterable[Change],
    kind: str,
    actor: Actor,
    *,
    clashes: Iterable[str] = (),
    undo_url: Callable[[Change], str] = lambda change: "",
) -> list[ShownChange]:
    """Changes of items of one kind, ready for the page; ``undo_url`` says where each can be taken back.

    Costs one query for the items at the other end of links and one for each table whose rows are named, however many
    changes there are.
    """
    changes = list(changes)
    visible = _visible_ends(changes, actor)
    own = described(name for change in changes for name in change.differences)
    hidden = {name for name, field in own.items() if not field.is_public and not actor.sees_internal}
    spread = {
        id(change): {
            name: pair for name, pair in spread_rows(change.differences).items() if name not in hidden
        }
        for change in changes
    }
    name_of = with_field_words(kind, actor, _names(spread.values(), kind, actor, own))
    typed = set(clashes)
    shown = [_shown(change, spread[id(change)], kind, visible, name_of, typed, own) for change in changes]
    return [replace(line, undo_url=undo_url(change)) for line, change in zip(shown, changes, strict=True)]


def shown_rows(differences: Mapping[str, list[Any]], kind: str, actor: Actor) -> list[FieldChange]:
    """What would happen to the fields of an item, in the order of forms. One query for each table that is named."""
    return shown_changes([Change(differences=dict(differences))], kind, actor)[0].rows


def spread_rows(differences: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Rows beside the item spread out to their columns, so that each is shown in words: ``target`` becomes ``target.value`` …

    What stays the same of a row that was changed is left out, except for what it is called by. A row of
    version 0.1, kept as a line of text, stays as it is.
    """
    found: dict[str, list[Any]] = {}
    for name, pair in differences.items():
        rows = rows_named(name)
        if rows is None or not all(value is None or isinstance(value, dict) for value in pair):
            found[name] = pair
            continue
        before, after = (value or {} for value in pair)
        for each in rows.fields:
            old, new = before.get(each.name), after.get(each.name)
            if each.shown and (old != new or (each.name == rows.called_by and before and after)):
                found[f"{name}.{each.name}"] = [old, new]
    return found


def _shown(
    change: Change,
    differences: Mapping[str, list[Any]],
    kind: str,
    visible: dict[str, LinkEnd],
    name_of: Callable[[str, Any], str],
    typed: set[str],
    own: Mapping[str, FieldDefinition],
) -> ShownChange:
    link = undoes = None
    rows = []
    for name, (before, after) in differences.items():
        if name == history.UNDOES:
            undoes = parse_datetime((after or {}).get("at", ""))
        elif name == "link":
            link = _linked(after or before or {}, change.at, visible)
        elif name in GEOMETRIES:
            if words := _place_diff(before or "", after or ""):
                rows.append(FieldChange(name, history_label(kind, name), words, name in typed))
        elif name == "hand_key":
            whole: list[Piece] = [("removed", hand_words(before)), ("added", hand_words(after))]
            rows.append(FieldChange(name, history_label(kind, name), whole, name in typed))
        elif name in own:
            if words := _own_diff(own[name], name_of(name, before), name_of(name, after)):
                rows.append(FieldChange(name, own_label(own[name]), words, name in typed))
        elif words := word_diff(name_of(name, before), name_of(name, after)):
            rows.append(FieldChange(name, history_label(kind, name), words, name in typed))
    if link is not None and not (link.title and link.is_whole):
        link, rows = link if link.title else LinkedItem(_("ein Inhalt, den Sie nicht sehen"), "", ""), []
    return ShownChange(
        who=str(change.actor) if change.actor else _("INSEK"),
        released_by=str(change.released_by) if change.released_by else "",
        at=change.at,
        action=change.get_action_display(),
        is_whole=change.action in {Change.Action.CREATED, Change.Action.DELETED},
        rows=sorted(rows, key=lambda row: _place(row.name, own)),
        link=link,
        undoes=undoes,
        suggested_by=engine_called(change.suggested_by),
    )


def _linked(entry: Mapping[str, Any], at: datetime, visible: Mapping[str, LinkEnd]) -> LinkedItem:
    end = visible.get(entry.get("item", ""))
    if end is None:
        return LinkedItem("", "", "")
    url = end.item.url if end.item else ""
    if end.item is not None and not end.is_open_at(at):
        return LinkedItem(str(end.item), url, "", label=link_label(entry), is_whole=False)
    reason, locator = entry.get("reason", ""), entry.get("locator", "")
    return LinkedItem(entry.get("title", ""), url, reason, locator, link_label(entry))


def link_label(other: Mapping[str, Any]) -> str:
    """What the other end of a link is to the item, in words, from a link as history keeps it."""
    if "outward" not in other:
        return ""
    try:
        kind = link_kind_named(other["kind"])
    except KeyError:
        return ""
    return kind.label_towards("target" if other["outward"] else "source")


def _own_diff(field: FieldDefinition, before: str, after: str) -> list[Piece]:
    """Texts word by word; one number, day or choice instead of another as a whole: single digits that stayed would say nothing."""
    if before == after or field.type in WRITTEN:
        return list(word_diff(before, after))
    removed: list[Piece] = [("removed", before)] if before else []
    return [*removed, ("added", after)] if after else removed


WRITTEN = {FieldType.SHORT, FieldType.LONG, FieldType.TABLE}
"""Types of own fields that hold written words."""


def own_label(field: FieldDefinition) -> str:
    """What an own field is called in history, and that it is kept no more, or read by nobody outside."""
    if field.is_retired:
        return _("%(field)s (nicht mehr geführt)") % {"field": field}
    return str(field) if field.is_public else _("%(field)s (nur Verwaltung)") % {"field": field}


def _place(name: str, own: Mapping[str, FieldDefinition]) -> tuple[int, int]:
    """The position of a field on forms; a column of a row by the place of its row; what has no place comes last."""
    if name in own:
        return field_order(), own[name].position
    rows, column = _of_rows(name)
    if rows is not None:
        return field_order(), [each.name for each in rows.fields].index(column)
    return field_order(name, name.removesuffix("_id")), 0


def _of_rows(name: str) -> tuple[Rows | None, str]:
    """The rows and the column that ``target.value`` and the like stand for; None for any other name."""
    prefix, sign, column = name.partition(".")
    return (rows_named(prefix), column) if sign else (None, "")


def history_label(kind: str, name: str) -> str:
    """What a field is called; the bare name for one that this version does not know any more."""
    rows, column = _of_rows(name)
    if rows is not None and (each := rows.field(column)) is not None:
        return f"{rows.label}: {each.label}"
    if is_own(name):
        field = described([name]).get(name)
        return str(field) if field is not None else name
    if (whole := rows_named(name) or rows_of_table(name)) is not None:
        return str(whole.label if whole.name == name else whole.plural)
    try:
        return history.field_label(kind, name)
    except FieldDoesNotExist:
        return name


def _visible_ends(changes: list[Change], actor: Actor) -> dict[str, LinkEnd]:
    """The other ends of links that may be named. At most five queries."""
    ids = {
        entry["item"]
        for change in changes
        for entry in change.differences.get("link", ())
        if entry and "item" in entry
    }
    if not ids:
        return {}
    items = {item.pk: item for item in Item.objects.visible_to(actor).filter(pk__in=ids)}
    opened = _opened(items.values(), actor)
    found = {pk: LinkEnd(item, opened.get(pk)) for pk, item in items.items()}
    if missing := ids - found.keys():
        missing -= set(Item.objects.filter(pk__in=missing).values_list("pk", flat=True))
        gone = Tombstone.objects.filter(pk__in=missing).read_whole_by(actor)
        found |= {pk: LinkEnd(None) for pk in gone.values_list("pk", flat=True)}
    return found


def _opened(items: Iterable[Item], actor: Actor) -> dict[str, datetime]:
    """When those items were released that an insider may not read whole; not released, not yet. Two queries, or none."""
    limited = set(limited_kinds(actor))
    ids = {item.pk for item in items if item.kind in limited}
    if ids:
        ids -= set(Item.objects.read_whole_by(actor).filter(pk__in=ids).values_list("pk", flat=True))
    if not ids:
        return {}
    released = Change.objects.filter(item_id__in=ids, action=Change.Action.RELEASED).order_by()
    days: dict[str, datetime] = dict(
        released.values("item_id").annotate(last=models.Max("at")).values_list("item_id", "last")
    )
    return {pk: days.get(pk, NOT_YET) for pk in ids}


NOT_YET = datetime.max.replace(tzinfo=UTC)


def _names(
    changes: Iterable[Mapping[str, list[Any]]], kind: str, actor: Actor, own: Mapping[str, FieldDefinition]
) -> Callable[[str, Any], str]:
    """A function that gives the words for a stored value; all rows it names are read here."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for differences in changes:
        for name, pair in differences.items():
            if name in KEYED or isinstance(column_of(kind, name), models.ForeignKey | models.ManyToManyField):
                for value in pair:
                    wanted[name].update(value if isinstance(value, list) else [value])
    known = {name: _read(kind, name, values - {None, ""}, actor) for name, values in wanted.items()}
    words = OwnWords()

    def name_of(name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if name in known:
            values = value if isinstance(value, list) else [value]
            return ", ".join(known[name].get(str(entry), str(entry)) for entry in values)
        if name in own:
            return words.words(own[name], value)
        return value_words(column_of(kind, name), value)

    return name_of


def geometry_words(wkt: str) -> str:
    """A place in words: a point with its position, a line or an area with the number of its corners and its middle."""
    try:
        geometry = from_wkt(wkt)
    except ShapelyError:
        return wkt
    where = position_words(geometry.centroid.y, geometry.centroid.x)
    dimension, corners = get_dimensions(geometry), get_num_coordinates(geometry)
    if dimension == 0 and corners == 1:
        return _("Punkt: %(where)s") % {"where": where}
    if dimension == 2:
        parts = get_parts(geometry)
        corners -= len(parts) + get_num_interior_rings(parts).sum()  # rings end where they begin
    shape = {
        0: _("%(count)s Punkte um %(where)s"),
        1: _("Linie mit %(count)s Punkten um %(where)s"),
        2: _("Fläche mit %(count)s Eckpunkten um %(where)s"),
    }[int(dimension)]
    return shape % {"count": corners, "where": where}


def _place_diff(before: str, after: str) -> list[Piece]:
    """One place instead of another, each as a whole: single digits that stayed would say nothing."""
    old, new = geometry_words(before) if before else "", geometry_words(after) if after else ""
    if before == after:
        return [("same", old)] if old else []
    if old == new:
        new = _("%(place)s (anders gezeichnet)") % {"place": new}
    removed: list[Piece] = [("removed", old)] if old else []
    return [*removed, ("added", new)] if new else removed


def _read(kind: str, name: str, values: set[Any], actor: Actor) -> dict[str, str]:
    if name in KEYED:
        rows = KEYED[name]._default_manager.filter(key__in=values)
        return {row.key: str(row) for row in rows}  # type: ignore[attr-defined]  # the models in KEYED have keys
    column = column_of(kind, name)
    assert isinstance(column, models.ForeignKey | models.ManyToManyField)
    target = column.related_model
    assert isinstance(target, type)
    if target is Item or (target is not Round and hasattr(target, "item_id")):
        return _called(values, actor)
    known_by = history.key_name(target) if isinstance(column, models.ManyToManyField) else "pk"
    rows = target._default_manager.filter(**{f"{known_by}__in": values})
    return {str(getattr(row, known_by)): str(row) for row in rows}


def _called(ids: set[str], actor: Actor) -> dict[str, str]:
    """What items are called; one that the reader does not see, or that is gone, is called that. One query, or two."""
    found = {item.pk: str(item) for item in Item.objects.visible_to(actor).filter(pk__in=ids)}
    if missing := ids - found.keys():
        there = set(Item.objects.filter(pk__in=missing).values_list("pk", flat=True))
        hidden, gone = _("ein Inhalt, den Sie nicht sehen"), _("ein Inhalt, den es nicht mehr gibt")
        found |= {pk: hidden if pk in there else gone for pk in missing}
    return found


def column_of(kind: str, name: str) -> Any:
    """The column a name of the history stands for; None for what is not a column."""
    rows, of_row = _of_rows(name)
    if rows is not None:
        return rows.column(of_row)
    plain = name.removesuffix("_id")
    for model in (Item, kind_named(kind).model):
        try:
            column = model._meta.get_field(plain)
        except FieldDoesNotExist:
            continue
        if isinstance(
            column, models.Field
        ):  # an item's way to its own row is called like the kind, as paper is
            return column
    return None


def _in_short(part: Mapping[str, Any]) -> str:
    """A row or link within a list: its title, else the first text it has."""
    if "title" in part:
        return str(part["title"])
    return next((str(value) for name, value in part.items() if name != "key" and value not in (None, "")), "")


def hand_words(key: str | None) -> str:
    """Where an item stands in lists: by its number, or where somebody put it; two such places are told apart by their keys."""
    return _("von Hand eingeordnet (%(key)s)") % {"key": key} if key else _("nach der Nummer")


def value_words(column: Any, value: Any) -> str:
    """A stored value in words: yes and no, the names of choices, days and numbers as people write them, lists with commas."""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, list):
        return ", ".join(_in_short(part) if isinstance(part, dict) else str(part) for part in value)
    choices = dict(getattr(column, "flatchoices", ()) or ())
    if value in choices:
        return str(choices[value])
    if type(column) is models.DateField and (day := parse_date(str(value)[:10])):
        return date_words(day)
    if isinstance(column, models.DecimalField):
        return str(number_format(value, force_grouping=True))
    return str(value)
