"""Writing what a table with items said, in pieces, each thing once, and taking it back where nobody has touched it since.

First what words name and is not there yet (units, fields), then the items with what hangs on them alone, then what leads to
other items, which may have come in with the same table. An entry and what it did are kept in one transaction, so a process
that is killed is followed by one that goes on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from insek.people.actors import Actor
from insek.people.locking import Conflict
from insek.release import releases, row_proposals
from insek.release.models import Proposal
from insek.release.plain_values import from_plain, model_from_plain
from insek.thread import row_acts, services
from insek.thread.models import Change, Item, Link
from insek.thread.pieces import in_pieces
from insek.thread.rows import rows_named

from .batch_undo import take_entry_back
from .items_rows import GONE
from .marks import in_order, is_row_mark, mark_of, row_mark
from .models import Batch, BatchEntry
from .rehearsing import refusal_words
from .shapes import SHAPE, shape_keeper
from .targets import Reading

Operation, Result = BatchEntry.Operation, BatchEntry.Result
DONE = (Result.CREATED, Result.SAVED, Result.PROPOSED)
THERE = (*DONE, Result.UNCHANGED)
"""Entries whose item is there for other rows to lead to."""
PORTION = 400
Tell = Callable[[int], None]


class _DoneBefore(Exception):
    """Another process has done this entry."""


def make_words(reading: Reading, sources: Iterable[Any]) -> dict[str, str]:
    """Make what words name and was said to be made anew, each once; gives what to put for its mark."""
    batch = reading.batch
    made = {(source, word): value for source, word, value in batch.task.get("made", [])}
    by_name = {source.name: source for source in sources}
    for mark in batch.task.get("anew", []):
        source, word = mark["source"], mark["word"]
        if (source, word) in made or source not in by_name:
            continue
        with transaction.atomic():
            value = by_name[source].create(reading, word)
            made[source, word] = value
            batch.task = {**batch.task, "made": [[*key, value] for key, value in made.items()]}
            batch.save(update_fields=["task"])
    return {mark_of(source, word): value for (source, word), value in made.items()}


def _rows_above(batch: Batch, entry: BatchEntry) -> dict[str, str]:
    """What rows of the table that an entry names have become. One query, none where it names none."""
    marks = {pair[1] for pair in entry.differences.values() if is_row_mark(pair[1])}
    if not marks:
        return {}
    there = batch.entries.filter(result__in=THERE, ref__in=[mark.rsplit("\x1f", 1)[-1] for mark in marks])
    return {row_mark(each.ref): each.item_id for each in there.only("ref", "item_id")}


def write_items(reading: Reading, sources: Sequence[Any], tell: Tell) -> None:
    """Write the entries of a reading that are not written yet."""
    made = make_words(reading, sources)
    batch, actor = reading.batch, reading.actor
    waiting = in_order(batch.entries.filter(result=Result.PLANNED))
    total = batch.total or len(waiting)
    state = {"done": max(0, total - len(waiting))}

    def write(keys: Sequence[int]) -> None:
        entries = BatchEntry.objects.filter(pk__in=keys, result=Result.PLANNED)
        for entry in sorted(entries, key=lambda each: keys.index(each.pk)):
            _write_entry(batch, entry, actor, made)
        state["done"] += len(keys)
        tell(state["done"])

    try:
        in_pieces(waiting, write, first=3, smallest=2)
        _write_links(reading)
    finally:  # what is written can be taken back, even if this did not come to its end
        _note_last_changes(batch)


def _write_entry(batch: Batch, entry: BatchEntry, actor: Actor, made: dict[str, str]) -> None:
    try:
        with transaction.atomic():
            _perform(batch, entry, actor, made)
            mine = BatchEntry.objects.filter(pk=entry.pk, result=Result.PLANNED)
            if not mine.update(
                item_id=entry.item_id, result=entry.result, version=entry.version, proposal=entry.proposal, parts=entry.parts,
                notes=entry.notes, level=entry.level, change=entry.change,
            ):  # fmt: skip
                raise _DoneBefore
    except _DoneBefore:
        return
    except Exception as error:
        reason = refusal_words(error, batch.kind)
        BatchEntry.objects.filter(pk=entry.pk, result=Result.PLANNED).update(
            result=Result.REFUSED, reason=reason, level=2
        )


def _unmarked(value: Any, made: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_unmarked(each, made) for each in value]
    return made.get(value, value) if isinstance(value, str) and value.startswith("\x1f") else value


def _perform(batch: Batch, entry: BatchEntry, actor: Actor, made: dict[str, str]) -> None:
    made = {**made, **_rows_above(batch, entry)}
    plain = {name: _unmarked(after, made) for name, (_before, after) in entry.differences.items()}
    if missing := [name for name, value in plain.items() if is_row_mark(value)]:
        plain = {name: value for name, value in plain.items() if name not in missing}
        entry.notes = [*entry.notes, {"column": "", "text": _("Das andere Ende gibt es nicht.")}]
        entry.level = 1
    if entry.act == Operation.CREATE:
        new = from_plain(Item(concept=batch.concept, kind=batch.kind), plain)
        item = services.create_item(
            kind=batch.kind, concept=batch.concept, values=new.values, actor=actor, fields=new.fields or (),
            themes=new.themes or (), index_later=True,
        )  # fmt: skip
        entry.item_id, entry.version, entry.result = item.pk, item.version, Result.CREATED
    else:
        item = _item_of(batch, entry, actor)
        version = _put_shape(entry, item, entry.version, actor)
        new = from_plain(item, plain)
        if plain:
            saved = releases.save_or_propose(
                item, expected_version=version, values=new.values, actor=actor, fields=new.fields, themes=new.themes
            )  # fmt: skip
            if isinstance(saved, Proposal):
                entry.result, entry.proposal = Result.PROPOSED, saved.pk
            else:
                item, entry.version, entry.result = saved, saved.version, Result.SAVED
        elif entry.result == Result.PLANNED:
            entry.result = Result.SAVED
    if entry.act == Operation.CREATE:
        _put_shape(entry, item, item.version, actor)
    elif (
        not plain
        and any(part["do"] in {"row", GONE} for part in entry.parts)
        and item.version != entry.version
    ):
        raise Conflict(item)  # somebody may have entered the same since the preview
    entry.change = Change.objects.filter(item_id=item.pk).order_by("-pk").values_list("pk", flat=True).first()
    stayed = set()
    for part in entry.parts:
        if part["do"] == GONE:
            _do_part(entry, part, item, None, actor)
            stayed |= set() if part.get("done") else {part["name"]}
        elif part["do"] == "row" and "to" not in part and part["name"] not in stayed:
            part["values"] = {name: _unmarked(value, made) for name, value in part["values"].items()}
            _do_part(entry, part, item, None, actor)
    _say_if_proposed(entry)


def _say_if_proposed(entry: BatchEntry) -> None:
    """An entry of which something waits for its release is not changed yet."""
    if (
        entry.result == Result.SAVED
        and not entry.differences
        and any("proposal" in part for part in entry.parts)
    ):
        entry.result = Result.PROPOSED


def _put_shape(entry: BatchEntry, item: Item, version: int, actor: Actor) -> int:
    """Put the shape of an entry on its item, or propose it; gives the version that the item then has."""
    keeper = shape_keeper()
    for part in entry.parts:
        if part["do"] != SHAPE or keeper is None:
            continue
        saved = keeper.put(item, part, version=version, actor=actor)
        part["done"] = True
        if isinstance(saved, Proposal):
            part["proposal"] = saved.pk
            entry.result = Result.PROPOSED
        else:
            version = saved.version
            if entry.act == Operation.CHANGE:
                entry.result, entry.version = Result.SAVED, version
    return version


def _item_of(batch: Batch, entry: BatchEntry, actor: Actor) -> Item:
    rows = Item.objects.visible_to(actor).filter(concept=batch.concept, pk=entry.item_id)
    item = rows.select_related(batch.kind, "concept").first()
    if item is None:
        raise releases.ItemGone
    return item


def _do_part(entry: BatchEntry, part: dict[str, Any], item: Item, other: Item | None, actor: Actor) -> None:
    """Add a row, take one away or draw a link, or propose it; what is refused is said at the entry, and what was said stands in its text."""
    try:
        with transaction.atomic():
            if part["do"] == GONE:
                rows = rows_named(part["name"])
                assert rows is not None
                row = row_proposals.row_of(rows, item, part["row"])
                waiting = row_proposals.remove_or_propose(
                    rows, row, actor=actor, expected_version=part["version"]
                )
                part.update({"proposal": waiting.pk} if waiting is not None else {})
            elif part["do"] == "row":
                rows = rows_named(part["name"])
                assert rows is not None
                values = dict(part["values"])
                if other is not None:
                    values[part["column"]] = other.pk
                row = row_proposals.add_or_propose(
                    rows, item, model_from_plain(rows.model, values), actor=actor
                )
                part.update({"proposal": row.pk} if isinstance(row, Proposal) else {"key": row.key})
            else:
                assert other is not None
                source, target = (item, other) if part["end"] == "target" else (other, item)
                if Link.objects.filter(source=source, target=target, kind=part["name"]).exists():
                    part["there"] = True
                else:
                    link = releases.link_or_propose(
                        source, target, kind=part["name"], reason=part.get("reason", ""), actor=actor
                    )
                    part.update({"key": link.pk} if isinstance(link, Link) else {"proposal": link.pk})
        part["done"] = True
    except (ValidationError, PermissionDenied, Conflict, ValueError) as error:
        part["why"] = (
            refusal_words(error, item.kind) if not isinstance(error, ValueError) else str(error)
        ) or _("Nicht möglich.")
        entry.notes = [*entry.notes, {"column": part.get("head", ""), "text": part["why"]}]
        entry.level = max(entry.level, 1)


def _write_links(reading: Reading) -> None:
    """What leads to other items, when all of them are there."""
    batch, actor = reading.batch, reading.actor
    done = batch.entries.filter(result__in=DONE)
    there = batch.entries.filter(result__in=THERE).exclude(item_id="")
    own = {ref or str(row): pk for ref, row, pk in there.values_list("ref", "row", "item_id")}
    waiting = [
        entry.pk
        for entry in done.only("pk", "parts").iterator()
        if any("to" in part and not part.get("done") and not part.get("why") for part in entry.parts)
    ]

    def write(keys: Sequence[int]) -> None:
        entries = list(BatchEntry.objects.filter(pk__in=keys).order_by("pk"))
        wanted = {
            own.get(str(part["to"].get("row", "")), part["to"].get("id", ""))
            for entry in entries
            for part in entry.parts
            if "to" in part
        }
        wanted |= {entry.item_id for entry in entries}
        items = _by_key(batch, wanted, actor)
        for entry in entries:
            for part in entry.parts:
                if "to" not in part or part.get("done") or part.get("why"):
                    continue
                item = items.get(entry.item_id)
                other = items.get(own.get(str(part["to"].get("row", "")), part["to"].get("id", "")))
                if item is None or other is None:
                    part["why"] = _("Das andere Ende gibt es nicht.")
                    continue
                _do_part(entry, part, item, other, actor)
            _say_if_proposed(entry)
            entry.save(update_fields=["parts", "notes", "level", "result"])

    in_pieces(waiting, write, first=3, smallest=2)


def _by_key(batch: Batch, keys: Iterable[str], actor: Actor) -> dict[str, Item]:
    found = (
        Item.objects.visible_to(actor)
        .filter(concept=batch.concept, pk__in=[key for key in keys if key])
        .select_related("concept")
    )
    return {item.pk: item for item in found}


def _note_last_changes(batch: Batch) -> None:
    """Keep the last line of history of each item, so that it is known later whether somebody touched it."""
    done = batch.entries.filter(result__in=DONE, last_change=None)
    keys = list(done.values_list("pk", "item_id"))

    def keep(some: Sequence[tuple[int, str]]) -> None:
        changes = Change.objects.filter(item_id__in=[item for _pk, item in some]).order_by().values("item_id")
        last = dict(changes.annotate(last=Max("pk")).values_list("item_id", "last"))
        entries = [BatchEntry(pk=pk, last_change=last.get(item, 0)) for pk, item in some]
        BatchEntry.objects.bulk_update(entries, ["last_change"])

    in_pieces(keys, keep)


# ---- taking back


def take_items_back(reading: Reading, sources: Sequence[Any], tell: Tell) -> None:
    """Take back what was written, the last first; what somebody has touched since stays and says so."""
    batch, actor = reading.batch, reading.actor
    keys = in_order(batch.entries.filter(result__in=DONE), last_first=True)
    ours = set(batch.entries.exclude(item_id="").values_list("item_id", flat=True))
    total, state = batch.total, {"left": len(keys)}

    def take(some: Sequence[int]) -> None:
        entries = sorted(
            BatchEntry.objects.filter(pk__in=some, result__in=DONE), key=lambda each: some.index(each.pk)
        )
        touched = _touched(batch, entries, ours)
        for entry in entries:
            _take_entry(batch, entry, entry.item_id in touched, actor)
        state["left"] -= len(some)
        tell(max(0, total - state["left"]))

    in_pieces(keys, take, first=3, smallest=2)
    take_words_away(reading, sources)


def _touched(batch: Batch, entries: Sequence[BatchEntry], ours: set[str]) -> set[str]:
    """Items that somebody changed since; that links among these items went with them is no change."""
    last = {entry.item_id: entry.last_change or 0 for entry in entries}
    found = set()
    changes: dict[str, list[Change]] = defaultdict(list)
    for change in Change.objects.filter(item_id__in=last).only(
        "pk", "item_id", "actor_id", "action", "differences"
    ):
        changes[change.item_id].append(change)
    created = {entry.item_id for entry in entries if entry.act == Operation.CREATE}
    for pk, lines in changes.items():
        for line in lines:
            if line.pk <= last[pk] and (pk not in created or line.actor_id == batch.owner_id):
                continue
            if line.action == Change.Action.UNLINKED and _other_end(line) in ours:
                continue
            found.add(pk)
    return found


def _other_end(change: Change) -> str:
    for side in change.differences.get("link", ()):
        if side:
            return str(side.get("item", ""))
    return ""


def _take_entry(batch: Batch, entry: BatchEntry, touched: bool, actor: Actor) -> None:
    if touched:
        BatchEntry.objects.filter(pk=entry.pk).update(reason=_("Seitdem geändert; bleibt, wie es ist."))
        return
    try:
        with transaction.atomic():
            if entry.act == Operation.CREATE:
                item = Item.objects.filter(pk=entry.item_id).first()
                if item is not None:
                    services.delete_item(item, expected_version=item.version, actor=actor)
                entry.result, entry.reason = Result.UNDONE, ""
            else:
                _take_parts(entry, actor)
                if entry.differences:
                    seen = Item.objects.filter(pk=entry.item_id).values_list("version", flat=True).first()
                    take_entry_back(batch, entry, actor, seen=seen)  # its rows counted as changes of it
                else:
                    entry.result = Result.UNDONE
                _take_shape(batch, entry, actor)
            entry.save()
    except Exception as error:
        BatchEntry.objects.filter(pk=entry.pk).update(reason=refusal_words(error, batch.kind))


def _take_parts(entry: BatchEntry, actor: Actor) -> None:
    for part in reversed(entry.parts):
        if not part.get("done") or part["do"] == SHAPE:
            continue
        if part.get("proposal"):
            proposal = Proposal.objects.filter(pk=part["proposal"]).undecided().first()
            if proposal is not None:
                releases.withdraw(proposal, expected_version=proposal.version, actor=actor)
            continue
        if part["do"] == GONE and (rows := rows_named(part["name"])):
            item = Item.objects.select_related(rows.kind, "concept").get(pk=entry.item_id)
            row_proposals.put_back(rows, item, None, part["before"], actor)
            continue
        if not part.get("key"):
            continue
        if part["do"] == "link":
            if link := Link.objects.filter(pk=part["key"]).select_related("source", "target").first():
                services.unlink_items(link, actor=actor)
        elif rows := rows_named(part["name"]):
            row = rows.objects.filter(key=part["key"]).first()
            if row is not None:
                row_acts.remove_row(rows, row, actor=actor, expected_version=getattr(row, "version", 0))


def _take_shape(batch: Batch, entry: BatchEntry, actor: Actor) -> None:
    """Put the place back that an item had before."""
    keeper = shape_keeper()
    for part in entry.parts:
        if part["do"] != SHAPE or not part.get("done") or keeper is None:
            continue
        if part.get("proposal"):
            proposal = Proposal.objects.filter(pk=part["proposal"]).undecided().first()
            if proposal is not None:
                releases.withdraw(proposal, expected_version=proposal.version, actor=actor)
            continue
        item = Item.objects.visible_to(actor).filter(concept=batch.concept, pk=entry.item_id).first()
        if item is not None and isinstance(keeper.put_back(item, part, actor=actor), Proposal):
            entry.reason = _("Das Zurücknehmen wartet auf seine Freigabe.")


def take_words_away(reading: Reading, sources: Sequence[Any]) -> None:
    """Take away what words had made, where nothing rests on it."""
    batch, by_name = reading.batch, {source.name: source for source in sources}
    left = []
    for source, word, value in reversed(batch.task.get("made", [])):
        known = by_name.get(source)
        with transaction.atomic():
            if known is None or known.take_away is None or not known.take_away(reading, value):
                left.append([source, word, value])
    batch.task = {**batch.task, "made": left[::-1]}
    batch.save(update_fields=["task"])
