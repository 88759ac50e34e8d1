"""Reading a list in again from a spreadsheet: what each row would change, and what is refused, with row and column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rules
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.engines.text import fold, shortened
from insek.items.columns import ID, VERSION, TableColumn, columns_of, with_columns
from insek.items.forms import ItemForm
from insek.items.pages import ItemPages, pages_of
from insek.items.spreadsheets import heads_of
from insek.people.actors import Actor, require
from insek.people.models import Right
from insek.release.changes import history_label
from insek.thread.cleaning import MAX_TEXT, clean_text
from insek.thread.models import Change, Item, Visibility

from . import batches, rehearsing
from .models import Batch, BatchEntry
from .sheet_cells import CellReader, Unreadable, same_cell, text_in_cell
from .table_files import FORMULA, BadFile, Cell, FileTable, Limits, read_table, shown

MOST_ROWS = 5_000
LIMITS = Limits(rows=MOST_ROWS, cell=MAX_TEXT, formulas=False)


@dataclass(frozen=True)
class SheetHeads:
    """Which column of a file is what: place of id and version, of the known columns, and the heads nobody knows."""

    id: int
    version: int | None
    columns: dict[int, TableColumn]
    unknown: list[str]
    read_only: list[str]
    forbidden: list[str]


def keep_sheet(*, concept: Concept, pages: ItemPages, name: str, data: bytes, actor: Actor) -> Batch:
    """Keep an upload that can be read, and make its preview. Raises BadFile and PermissionDenied."""
    require(actor, "intake.read_sheet")
    table = read_table(data, limits=LIMITS)
    heads_in(table, pages, actor, pages.form(concept=concept, actor=actor))
    try:
        label = str(clean_text(name.replace("\\", "/").rsplit("/", 1)[-1])).strip()[:200]
    except ValidationError as error:
        raise BadFile(_("Der Name der Datei enthält unzulässige Zeichen.")) from error
    batch = batches.begin(
        concept=concept, kind=pages.kind, origin=Batch.Origin.SHEET, label=label or _("Datei"), task={},
        total=len(table.rows), language=get_language() or "de", actor=actor, data=data,
    )  # fmt: skip
    batches.prepare(batch)
    return batch


def heads_in(table: FileTable, pages: ItemPages, actor: Actor, form: ItemForm) -> SheetHeads:
    """Recognise the columns by their head: in words of either language, or by the name for machines. Raises BadFile."""
    known = columns_of(pages, actor, form.concept)
    names: dict[str, str] = {}
    for language, _label in settings.LANGUAGES:
        with override(language):
            for head, name in zip(heads_of(list(known.values())), [ID, VERSION, *known], strict=True):
                names.setdefault(_folded(head), name)
    names |= {_folded(name): name for name in [ID, VERSION, *known]}
    places = [names.get(_folded(head), "") for head in table.head]
    double = [name for name, count in Counter(filter(None, places)).items() if count > 1]
    if double:
        heads = [head for head, name in zip(table.head, places, strict=True) if name in double]
        raise BadFile(_("Diese Spalten kommen mehrmals vor: %(heads)s") % {"heads": ", ".join(heads)})
    if ID not in places:
        raise BadFile(
            _("Die Spalte „Kennung“ (id) fehlt. Bitte laden Sie die Tabelle bei der Liste herunter und ändern Sie diese Datei.")
        )  # fmt: skip
    columns, read_only, forbidden = {}, [], []
    for index, name in enumerate(places):
        column = known.get(name)
        if column is None:
            continue
        columns[index] = column
        if not column.field:
            read_only.append(str(column.label))
        elif column.field not in form.fields:
            forbidden.append(str(column.label))
    if not any(column.field in form.fields for column in columns.values()):
        raise BadFile(_("In der Datei ist keine Spalte, die Sie ändern dürfen."))
    return SheetHeads(
        id=places.index(ID),
        version=places.index(VERSION) if VERSION in places else None,
        columns=columns,
        unknown=[head for head, name in zip(table.head, places, strict=True) if head and not name],
        read_only=read_only,
        forbidden=forbidden,
    )


def _folded(head: str) -> str:
    return fold(head.replace("*", " ")).strip()


def plan(batch: Batch, actor: Actor) -> Iterator[BatchEntry | None]:
    """What the file would change, row by row; for rows that are counted and not listed there is None."""
    require(actor, "intake.read_sheet")
    pages = pages_of(batch.kind)
    reader = _Sheet(batch, pages, actor, read_table(bytes(batch.data), limits=LIMITS))
    yield from reader.entries()
    batch.task = reader.noticed()


class _Sheet:
    """One file against the items as they are now."""

    def __init__(self, batch: Batch, pages: ItemPages, actor: Actor, table: FileTable) -> None:
        self.batch, self.pages, self.actor, self.table = batch, pages, actor, table
        self.heads = heads_in(table, pages, actor, pages.form(concept=batch.concept, actor=actor))
        self.unchanged = self.listed = self.left_out = 0
        self.items = self._items()
        self.changed_since = self._changes_since()
        self.reader = CellReader(batch.concept)
        self.seen: dict[str, int] = {}

    def noticed(self) -> dict[str, Any]:
        """What the preview says about the file as a whole."""
        heads = self.heads
        return {
            "unknown": heads.unknown[:20], "read_only": heads.read_only, "forbidden": heads.forbidden,
            "versions": heads.version is not None, "unchanged": self.unchanged, "left_out": self.left_out,
            "rows": len(self.table.rows),
        }  # fmt: skip

    def _ids(self) -> list[str]:
        return [shown(cells[self.heads.id]).strip().lower() for _number, cells in self.table.rows]

    def _items(self) -> dict[str, Item]:
        """The items that the file names and the person sees. A constant number of queries."""
        wanted = {pk for pk in self._ids() if re.fullmatch(r"[a-z0-9]{1,8}", pk)}
        rows = batches.visible_items(self.batch, self.actor)
        rows = with_columns(
            rows.select_related(*self.pages.related).prefetch_related("fields", "themes"),
            self.heads.columns.values(),
        )
        found: dict[str, Item] = {}
        for chunk in _portions(sorted(wanted), 500):
            found |= {item.pk: item for item in rows.filter(pk__in=chunk)}
        return found

    def _changes_since(self) -> dict[str, set[str]]:
        """Which fields others have changed since the file was downloaded, by item. One query for each 500."""
        old = {}
        if self.heads.version is not None:
            for _number, cells in self.table.rows:
                item = self.items.get(shown(cells[self.heads.id]).strip().lower())
                version = _whole(cells[self.heads.version])
                if item is not None and version is not None and version < item.version:
                    old[item.pk] = version
        found: dict[str, set[str]] = {}
        for chunk in _portions(sorted(old), 500):
            for change in Change.objects.filter(item_id__in=chunk).only("item_id", "version", "differences"):
                if change.version > old[change.item_id]:
                    found.setdefault(change.item_id, set()).update(change.differences)
        return found

    def entries(self) -> Iterator[BatchEntry | None]:
        """The rows of the file; None for one that is not listed."""
        for number, cells in self.table.rows:
            entry = self._entry(number, cells)
            if entry is None:
                yield None
            elif entry.result == BatchEntry.Result.UNCHANGED:
                self.unchanged += 1
                yield None
            elif entry.result == BatchEntry.Result.PLANNED and self.listed >= batches.LIMIT:
                self.left_out += 1
                yield None
            else:
                self.listed += entry.result == BatchEntry.Result.PLANNED
                yield entry

    def _entry(self, number: int, cells: Sequence[Cell]) -> BatchEntry | None:
        pk = shown(cells[self.heads.id]).strip().lower()
        blank = BatchEntry(batch=self.batch, row=number, title=shortened(pk, 60))
        if not pk:
            return self._new(number, cells)
        if pk in self.seen:
            return rehearsing.refused(
                blank, _("Diese Kennung steht schon in Zeile %(row)s.") % {"row": self.seen[pk]}, _("Kennung")
            )
        self.seen[pk] = number
        item = self.items.get(pk)
        if item is None:
            return rehearsing.refused(
                blank, _("Nicht gefunden: Diesen Inhalt gibt es in dieser Liste nicht."), _("Kennung")
            )
        return self._change(item, number, cells)

    def _change(self, item: Item, number: int, cells: Sequence[Cell]) -> BatchEntry:
        entry = BatchEntry(
            batch=self.batch,
            row=number,
            item_id=item.pk,
            title=shortened(str(item), 400),
            version=item.version,
        )
        differing = {
            index: column
            for index, column in self.heads.columns.items()
            if column.field and not same_cell(cells[index], column.value(item))
        }
        if not differing:
            entry.result = BatchEntry.Result.UNCHANGED
            return entry
        if not rules.test_rule("thread.edit_item", self.actor, item):
            return rehearsing.refused(entry, _("Diesen Inhalt dürfen Sie nicht ändern."))
        form = self.pages.form(concept=item.concept, actor=self.actor, item=item)
        try:
            arguments = self._read(form, differing, cells)
        except Unreadable as error:
            return rehearsing.refused(entry, error.reason, error.column)
        planned = rehearsing.planned_change(item, actor=self.actor, batch=self.batch, row=number, **arguments)
        if planned.result == BatchEntry.Result.PLANNED:
            self._look_at_version(planned, item, cells)
        return planned

    def _look_at_version(self, planned: BatchEntry, item: Item, cells: Sequence[Cell]) -> None:
        """A row that is older than its item is shown, but nobody has agreed to it yet."""
        if self.heads.version is None:
            planned.ticked = False
            return
        version = _whole(cells[self.heads.version])
        if version == item.version:
            return
        planned.ticked = False
        both = self.changed_since.get(item.pk, set()) & set(planned.differences)
        planned.reason = (
            _("Die Fassung in der Datei ist keine dieses Inhalts.")
            if version is None or version > item.version
            else _("Seit dem Herunterladen geändert (Fassung %(old)s, jetzt %(now)s).") % {"old": version, "now": item.version}
        )  # fmt: skip
        if both:
            labels = [history_label(item.kind, name) for name in sorted(both)]
            planned.reason += " " + _("Auch dort geändert: %(fields)s.") % {"fields": ", ".join(labels)}

    def _new(self, number: int, cells: Sequence[Cell]) -> BatchEntry | None:
        """A row without an id is a new item; an empty row is none."""
        filled = {
            index: column
            for index, column in self.heads.columns.items()
            if column.field and cells[index] != ""
        }
        if not filled:
            return None
        title = next((shown(cells[i]) for i, column in filled.items() if column.name == "title"), "")
        entry = BatchEntry(
            batch=self.batch, row=number, title=shortened(title, 400), act=BatchEntry.Operation.CREATE
        )
        if not self.actor.has(Right.EDIT):
            return rehearsing.refused(
                entry, _("Neue Inhalte dürfen Sie nicht anlegen. Bitte lassen Sie die Kennung stehen."), _("Kennung")
            )  # fmt: skip
        form = self.pages.form(concept=self.batch.concept, actor=self.actor)
        # a new item is internal, whatever the file says; what has a default takes it where the cell is empty
        filled = {
            index: column for index, column in filled.items() if column.name not in {"visibility", "round"}
        }
        try:
            arguments = self._read(form, filled, cells, new=True)
        except Unreadable as error:
            return rehearsing.refused(entry, error.reason, error.column)
        arguments["values"]["visibility"] = Visibility.INTERNAL
        return rehearsing.planned_creation(
            self.batch, actor=self.actor, row=number,
            **{"fields": (), "themes": (), **{k: v for k, v in arguments.items() if v is not None}},
        )  # fmt: skip

    def _read(
        self, form: ItemForm, columns: Mapping[int, TableColumn], cells: Sequence[Cell], *, new: bool = False
    ) -> dict[str, Any]:
        """The cells as the services take them, checked by the kind's own form. Raises Unreadable."""
        heads = {column.field: self.table.head[index] for index, column in columns.items()}
        sent: dict[str, Any] = {}
        for index, column in columns.items():
            head = self.table.head[index]
            if column.field not in form.fields:
                raise Unreadable(_("Diese Angabe dürfen Sie nicht ändern."), head)
            if cells[index] == FORMULA:
                raise Unreadable(
                    _("Hier steht eine Formel. Bitte fügen Sie das Ergebnis als Wert ein."), head
                )
            sent[column.field] = self.reader.read(form.fields[column.field], cells[index], head)
        if new:
            form.fields.pop("visibility", None)  # a new item is internal
            _fill_defaults(form, sent)
        for name in set(form.fields) - set(sent):
            if not (new and form.fields[name].required):
                del form.fields[name]
        form.data, form.is_bound = sent, True
        form.files = {}  # type: ignore[assignment]  # a form without files
        if not form.is_valid():
            name, errors = next(iter(form.errors.items()))
            label = heads.get(name) or (str(form.fields[name].label) if name in form.fields else "")
            raise Unreadable(" ".join(str(error) for error in errors), label)
        values = {name: value for name, value in form.cleaned_data.items() if name in sent}
        fields, themes = values.pop("fields_of_action", None), values.pop("themes", None)
        if values.get("visibility") not in (None, Visibility.ROUND):
            values["round"] = None
        return {"values": values, "fields": fields, "themes": themes}


def _fill_defaults(form: ItemForm, sent: dict[str, Any]) -> None:
    """What a new item has where the file is silent: the values a new form opens with."""
    for name, bound in form.fields.items():
        initial = form.get_initial_for_field(bound, name)
        if (
            name not in sent
            and name not in {"version", "round", "visibility"}
            and initial not in (None, "", [], False)
        ):
            sent[name] = text_in_cell(initial) if not isinstance(initial, str) else initial


def _whole(cell: Cell) -> int | None:
    text = shown(cell).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _portions(rows: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


batches.register_planner(Batch.Origin.SHEET, plan)
