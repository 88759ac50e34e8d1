"""Something that is read in, step by step: the file, where its table is, its columns, what its words mean, the preview.

A reading is a ``Batch`` of its own origin; what was said at each step stands in its ``task``, so it can be left and gone on
with at any step. The file is read once, in a process of its own, and its cells are kept beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.engines.tables.book import Book, book_bytes, book_from_bytes, cell_shown
from insek.engines.tables.column_cells import Option
from insek.engines.tables.columns import Wanted as EngineWanted
from insek.engines.tables.columns import head_key, propose_columns
from insek.engines.tables.finding import Corrections, FoundTable, find_tables, likeliest
from insek.engines.tables.notes import FileRefused
from insek.engines.tables.reading import read_pasted
from insek.engines.tables.reading_apart import read_packed
from insek.engines.text import shortened
from insek.people.actors import Actor
from insek.people.locking import Conflict
from insek.people.models import Right
from insek.thread.cleaning import clean_text
from insek.thread.own_fields import is_own
from insek.thread.pieces import in_pieces
from insek.web.words_of_engines import say

from . import batches, layer_reading
from .models import Batch, BatchEntry, KeptMapping
from .table_files import BadFile
from .targets import KEPT, LEFT, Reading, ReadingTarget, TableRow, target_named

State, Result = Batch.State, BatchEntry.Result
TABLE, COLUMNS, WORDS, PREVIEW = "table", "columns", "words", "preview"
MAPPINGS = 30
"""Earlier mappings of a target that are looked at for a head that is known."""


def begin_reading(
    *, concept: Concept, target: ReadingTarget, name: str, data: bytes, pasted: str, actor: Actor, task: Mapping[str, Any]
) -> Batch:  # fmt: skip
    """Keep a file or what was pasted, if it can be read. Raises BadFile and PermissionDenied."""
    if not target.may(actor, concept):
        raise PermissionDenied(target.name)
    if batches.drafts_of(actor).filter(origin=Batch.Origin.READ).count() >= batches.MOST_DRAFTS:
        raise BadFile(
            _("Sie haben schon %(count)s Tabellen angefangen. Bitte lesen Sie eine davon ein oder verwerfen Sie eine.") % {"count": batches.MOST_DRAFTS}
        )  # fmt: skip
    try:
        label = str(clean_text(name.replace("\\", "/").rsplit("/", 1)[-1])).strip()[:200]
    except ValidationError as error:
        raise BadFile(_("Der Name der Datei enthält unzulässige Zeichen.")) from error
    if target.takes_maps and data and layer_reading.is_map(data):
        batch = layer_reading.begin_layer(
            concept=concept, kind=getattr(target, "kind", ""), label=label, data=data, actor=actor, task={**task, "step": TABLE}
        )  # fmt: skip
        batch.target, batch.expires_at = target.name, timezone.now() + Batch.READING_KEPT
        batch.save(update_fields=["target", "expires_at"])
        return batch
    if not target.takes_tables:
        raise BadFile(
            _("Das ist keine Kartendatei. Gelesen werden GeoPackage, Shapefile als ZIP, GeoJSON, KML, KMZ, GML und FlatGeobuf.")
        )  # fmt: skip
    if data:
        data, label = target.received(data, label)
        label = shortened(label, 200)
    try:
        packed = read_packed(data, name) if data else book_bytes(read_pasted(pasted))
        tables = find_tables(book_from_bytes(packed))
    except FileRefused as refused:
        raise BadFile(say(refused.note)) from None
    if not tables:
        raise BadFile(_("Darin ist keine Tabelle: Es braucht eine Kopfzeile und darunter Zeilen mit Werten."))
    batch = batches.begin(
        concept=concept, kind=getattr(target, "kind", ""), origin=Batch.Origin.READ, label=label or _("Eingefügte Tabelle"),
        task={**task, "step": TABLE, "sheet": likeliest(tables).sheet}, total=len(likeliest(tables).rows), language=get_language() or "de",
        actor=actor, data=data or pasted.encode(),
    )  # fmt: skip
    if not data and (better := _first_line_is_head(packed, tables[0])):
        batch.task = {**batch.task, "corrections": {tables[0].sheet: better.as_json()}}
    batch.target, batch.table = target.name, packed
    batch.expires_at = timezone.now() + Batch.READING_KEPT
    batch.save(update_fields=["target", "table", "expires_at", "task"])
    return batch


def _first_line_is_head(packed: bytes, found: FoundTable) -> Corrections | None:
    """What is pasted begins with its head, as the page asks for: where that gives more rows than what was recognised."""
    if found.head_rows == (1,):
        return None
    said = Corrections(head_rows=(1,))
    tables = find_tables(book_from_bytes(packed), {found.sheet: said})
    return said if tables and len(tables[0].rows) > len(found.rows) else None


def may_see(batch: Batch, actor: Actor) -> bool:
    """Its owner sees a reading, and the lead where what is read in is theirs to read in: people are not."""
    if actor.user_id is None:
        return False
    if batch.owner_id == actor.user_id:
        return True
    target = target_named(batch.target)
    return actor.has(Right.RELEASE) and target.may(actor, batch.concept) and target.shows_to(batch, actor)


def book_of(batch: Batch) -> Book:
    """The cells of the file. No query."""
    return book_from_bytes(bytes(batch.table))


def tables_of(batch: Batch, book: Book | None = None) -> list[FoundTable]:
    """The tables that stand in the file, with what was corrected; of a map file the chosen layer's. Raises BadFile."""
    if layer_reading.is_of_map(batch):
        return [layer_reading.table_of_layer(layer_reading.layer_of(batch))]
    corrections = {
        name: Corrections.from_json(said) for name, said in batch.task.get("corrections", {}).items()
    }
    return find_tables(book or book_of(batch), corrections, batch.task.get("decisions", {}))


def table_of(batch: Batch, book: Book | None = None) -> FoundTable:
    """The table that is read. Raises BadFile where there is none any more."""
    found = tables_of(batch, book)
    chosen = next((table for table in found if table.sheet == batch.task.get("sheet")), None)
    if chosen is None and found:
        chosen = likeliest(found)
    if chosen is not None:
        columns = {int(place): name for place, name in batch.task.get("columns", {}).items()}
        return target_named(batch.target).adapt(chosen, columns)
    raise BadFile(_("So ist in der Datei keine Tabelle. Bitte berichtigen Sie Kopf und Zeilen."))


def reading_of(batch: Batch, actor: Actor, table: FoundTable | None = None) -> Reading:
    """A reading as its target sees it; with its table, the shapes of a map file too."""
    is_of_map = layer_reading.is_of_map(batch)
    layer = layer_reading.layer_of(batch) if is_of_map and table is not None else None
    return Reading(
        concept=batch.concept,
        actor=actor,
        batch=batch,
        table=table,
        columns={int(place): name for place, name in batch.task.get("columns", {}).items()},
        for_all=batch.task.get("for_all", {}),
        decisions=batch.task.get("decisions", {}),
        shapes=layer_reading.shapes_of_layer(layer) if layer else {},
        said_of_shapes=layer_reading.said_of_shapes(layer) if layer else {},
        is_of_map=is_of_map,
    )


def _keep(batch: Batch, **said: Any) -> None:
    """Write down what was said, while nothing is under way. Raises Conflict where another window was faster."""
    batch.task = {**batch.task, **said}
    waiting = Batch.objects.filter(pk=batch.pk, state__in=[State.DRAFT, State.READY], version=batch.version)
    if not waiting.update(
        task=batch.task, state=State.DRAFT, problem="", expires_at=timezone.now() + Batch.READING_KEPT,
        version=batch.version + 1,
    ):  # fmt: skip
        raise Conflict
    batch.state, batch.version = State.DRAFT, batch.version + 1


def decide(batch: Batch, answers: Mapping[str, str]) -> None:
    """Keep answers to questions, for this reading."""
    if answers:
        _keep(batch, decisions={**batch.task.get("decisions", {}), **answers})


def go_on(batch: Batch, step: str) -> None:
    """The next step is reached."""
    _keep(batch, step=step)


def say_table(batch: Batch, sheet: str, corrections: Mapping[str, Any], *, done: bool) -> None:
    """Where the table is; ``done`` goes on to its columns."""
    known = {**batch.task.get("corrections", {}), sheet: dict(corrections)}
    _keep(batch, sheet=sheet, corrections=known, step=COLUMNS if done else TABLE)


def propose(batch: Batch, reading: Reading) -> dict[int, tuple[str, str]]:
    """What each column seems to be, and why: as such heads were understood before, else by their names and contents."""
    assert reading.table is not None
    wanted = [
        EngineWanted(
            key=each.name, label=str(each.label), kind=each.kind, words=tuple(filter(None, each.heads.split("|"))),
            meaning=each.meaning, required=each.needed, many=each.many or bool(each.words and each.words.several),
            options=tuple(Option(one.value, one.label, tuple(one.names)) for one in each.choices_for(reading)[:300]),
        )
        for each in reading.wanted.values()
        if each.name != KEPT and each.in_column
    ]  # fmt: skip
    kept = _kept_mapping(batch, reading)
    known = _called_as_own_fields(reading) | {
        head: name for head, name in kept.items() if name not in {KEPT, LEFT}
    }
    found = {
        proposal.column.index: (proposal.key, say(proposal.reason) if proposal.key else "")
        for proposal in propose_columns(reading.table, wanted, kept=known)
    }
    found = target_named(batch.target).proposals(reading, found)
    for column in reading.table.columns:
        before = kept.get(head_key(column.head))
        if before is not None and before not in {KEPT, LEFT}:
            found[column.index] = (before, found.get(column.index, ("", ""))[1] or _("wie beim letzten Mal"))
        elif before is not None:
            found[column.index] = (kept[head_key(column.head)], _("wie beim letzten Mal"))
        elif not found.get(column.index, ("", ""))[0]:
            found[column.index] = (
                KEPT if KEPT in reading.wanted and not reading.is_of_map else LEFT,
                "",
            )
    return found


def _called_as_own_fields(reading: Reading) -> dict[str, str]:
    """Heads that are called as an own field is: the city named it so, whatever such heads mean elsewhere."""
    return {
        head_key(head): each.name
        for each in reading.wanted.values()
        if is_own(each.name)
        for head in each.heads.split("|")
    }


def _digest(table: FoundTable) -> str:
    return sha256("\n".join(head_key(column.head) for column in table.columns).encode()).hexdigest()


def _kept_mapping(batch: Batch, reading: Reading) -> dict[str, str]:
    """Heads that were understood before for this target; those of the same table come last and so count."""
    assert reading.table is not None
    mine = KeptMapping.objects.filter(concept=batch.concept, target=batch.target)
    found: dict[str, str] = {}
    digest = _digest(reading.table)
    rows = list(mine.order_by("-used_at")[:MAPPINGS])
    for row in sorted(rows, key=lambda row: (row.heads == digest, row.used_at)):
        found |= row.said.get("columns", {})
    return {head: name for head, name in found.items() if name in {*reading.wanted, LEFT}}


def kept_for_all(batch: Batch, table: FoundTable) -> dict[str, str]:
    """What was said for all rows of such a table before. One query."""
    row = KeptMapping.objects.filter(concept=batch.concept, target=batch.target, heads=_digest(table)).first()
    return dict(row.said.get("for_all", {})) if row else {}


def say_columns(
    batch: Batch, table: FoundTable, columns: Mapping[int, str], for_all: Mapping[str, str]
) -> None:
    """What each column is, and what holds for all rows; kept for the next table with such heads."""
    _keep(
        batch,
        columns={str(place): name for place, name in columns.items()},
        for_all=dict(for_all),
        step=WORDS,
    )
    heads = {
        head_key(column.head): columns.get(column.index, LEFT) for column in table.columns if column.head
    }
    KeptMapping.objects.update_or_create(
        concept=batch.concept, target=batch.target, heads=_digest(table),
        defaults={"said": {"columns": heads, "for_all": dict(for_all)}},
    )  # fmt: skip


@dataclass(frozen=True)
class ShownColumn:
    """A column with some of its cells."""

    index: int
    head: str
    examples: Sequence[str]
    origin: str


def shown_columns(table: FoundTable) -> list[ShownColumn]:
    """The columns of a table, each with a few different cells."""
    found = []
    for column in table.columns:
        examples: dict[str, None] = {}
        for row in table.rows[:80]:
            text = cell_shown(row.values[column.index]).strip() if column.index < len(row.values) else ""
            if text:
                examples.setdefault(" ".join(text.split())[:60])
            if len(examples) == 3:
                break
        found.append(ShownColumn(column.index, " ".join(column.head.split()), list(examples), column.origin))
    return found


def rows_of(table: FoundTable) -> list[TableRow]:
    """The rows of a table with their cells as texts."""
    return [
        TableRow(
            row.number, [cell_shown(value).strip() for value in row.values], row.values, table.ref(row.sheet, row.number),
            row.sheet if len(table.sheets) > 1 else "",
        )
        for row in table.rows
    ]  # fmt: skip


# ---- the steps that are done here or in a job


def prepare(batch: Batch) -> None:
    """Make the preview."""
    _keep(batch, step=PREVIEW)
    batches.start(batch, {State.DRAFT, State.READY}, State.PREPARING, batch.total)


def apply(batch: Batch) -> None:
    """Read in what the preview showed. A second call does nothing."""
    planned = batch.entries.filter(result=Result.PLANNED).count() + batch.task.get("bulk", 0)
    batches.start(batch, {State.READY}, State.RUNNING, planned)


def take_back(batch: Batch, actor: Actor) -> None:
    """Take everything back. A second call does nothing."""
    if actor.user_id != batch.owner_id:
        batch.task = {**batch.task, "taken_back_by": actor.user_id}
        Batch.objects.filter(pk=batch.pk, state=State.DONE).update(task=batch.task)
    total = batches.done_entries(batch).count() + batch.task.get("bulk", 0)
    batches.start(batch, {State.DONE}, State.UNDOING, total)


def discard(batch: Batch) -> None:
    """Throw away what is not read in."""
    Batch.objects.filter(pk=batch.pk, state__in=[State.DRAFT, State.READY]).delete()


def _prepare(batch: Batch, actor: Actor) -> None:
    target = target_named(batch.target)
    if not target.may(actor, batch.concept):
        raise PermissionDenied(batch.target)
    while keys := list(batch.entries.values_list("pk", flat=True)[:2000]):
        in_pieces(keys, lambda some: BatchEntry.objects.filter(pk__in=some).delete())
    table = table_of(batch)
    reading = reading_of(batch, actor, table)
    entries: list[BatchEntry] = []
    state = {"rows": 0}

    def flush(last: bool = False) -> None:
        if len(entries) >= 500 or (last and entries):
            in_pieces(list(entries), BatchEntry.objects.bulk_create)
            entries.clear()
            batches.progress(batch, state["rows"])

    counts: dict[str, int] = {}
    for entry in target.plan(reading, rows_of(table)):
        state["rows"] += 1
        if entry is not None:
            entry.batch = batch
            entries.append(entry)
            counts[entry.result] = counts.get(entry.result, 0) + 1
            flush()
    flush(last=True)
    batch.task = {**batch.task, "counts": counts, "left_out": len(table.left_out)}
    Batch.objects.filter(pk=batch.pk).update(
        state=State.READY, done=0, task=batch.task, expires_at=timezone.now() + Batch.READING_KEPT
    )


def _apply(batch: Batch, actor: Actor) -> None:
    target = target_named(batch.target)
    if not target.may(actor, batch.concept):
        raise PermissionDenied(batch.target)
    target.write(_late_reading(batch, actor), lambda done: batches.progress(batch, done))
    Batch.objects.filter(pk=batch.pk, state=State.RUNNING).update(
        state=State.DONE, touched_at=timezone.now(), expires_at=timezone.now() + Batch.KEPT
    )


def _undo(batch: Batch, actor: Actor) -> None:
    target_named(batch.target).take_back(
        _late_reading(batch, actor), lambda done: batches.progress(batch, done)
    )
    Batch.objects.filter(pk=batch.pk, state=State.UNDOING).update(
        state=State.UNDONE, touched_at=timezone.now(), data=b"", table=b""
    )


def _late_reading(batch: Batch, actor: Actor) -> Reading:
    return reading_of(batch, actor)


def readings_seen_by(concept: Concept, actor: Actor) -> QuerySet[Batch]:
    """The readings of a concept that this person may see, the newest first, without their files. One query."""
    found = Batch.objects.filter(concept=concept, origin=Batch.Origin.READ).select_related("owner")
    if not actor.has(Right.RELEASE):
        found = found.filter(owner=actor.user_id)
    return found.defer("data", "table").order_by("-created_at", "pk")


batches.register_runners(Batch.Origin.READ, prepare=_prepare, apply=_apply, undo=_undo)
