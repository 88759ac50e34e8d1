"""Targets whose entries are done and taken back one by one, each in one transaction with what is kept of it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence

from django.db import transaction

from insek.engines.tables.book import book_bytes
from insek.thread.pieces import in_pieces

from .batches import DoneBefore
from .models import Batch, BatchEntry
from .readings import book_of, table_of
from .rehearsing import refusal_words
from .targets import Reading, ReadingTarget

Result = BatchEntry.Result
DONE = (Result.CREATED, Result.SAVED, Result.PROPOSED)
FORGOTTEN = "…"
"""Stands where a cell was that is not kept."""
KEPT_OF_AN_ENTRY = (
    "item_id", "title", "result", "version", "proposal", "parts", "notes", "level", "reason", "shown", "last_change",
)  # fmt: skip


class EntryTarget(ReadingTarget):
    """Does entry after entry: what is refused says why, a process that was killed is followed by one that goes on."""

    @abstractmethod
    def do(self, reading: Reading, entry: BatchEntry) -> None:
        """Do an entry and write into it what became of it. Raises what services raise, and EntryRefused."""

    @abstractmethod
    def undo(self, reading: Reading, entry: BatchEntry) -> str:
        """Take an entry back; why it stays, empty where it is gone."""

    keeps_file: bool = True
    """Whether what is kept of the file stays until the reading can be taken back no longer."""

    def begin(self, reading: Reading) -> None:
        """What has to be there before the first entry."""

    def end(self, reading: Reading) -> None:
        """What is left to do when every entry is taken back."""

    def rank(self, entry: BatchEntry) -> int:
        """Entries with a higher rank are done after those with a lower one, because they lead to them."""
        return 0

    def write(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """Do what is planned and not done yet."""
        batch = reading.batch
        self.begin(reading)
        waiting = batch.entries.filter(result=Result.PLANNED).only("pk", "parts").iterator()
        keys = [pk for _rank, pk in sorted((self.rank(entry), entry.pk) for entry in waiting)]
        state = {"done": max(0, batch.total - len(keys))}

        def write(some: Sequence[int]) -> None:
            entries = BatchEntry.objects.filter(pk__in=some, result=Result.PLANNED)
            for entry in sorted(entries, key=lambda each: some.index(each.pk)):
                self._do(reading, entry)
            state["done"] += len(some)
            tell(state["done"])

        in_pieces(keys, write, first=3, smallest=2)
        if not self.keeps_file:
            Batch.objects.filter(pk=batch.pk).update(data=b"", table=b"")

    def _do(self, reading: Reading, entry: BatchEntry) -> None:
        mine = BatchEntry.objects.filter(pk=entry.pk, result=Result.PLANNED)
        try:
            with transaction.atomic():
                self.do(reading, entry)
                if not mine.update(**{name: getattr(entry, name) for name in KEPT_OF_AN_ENTRY}):
                    raise DoneBefore
        except DoneBefore:
            return
        except Exception as error:
            mine.update(result=Result.REFUSED, reason=refusal_words(error, reading.batch.kind), level=2)

    def take_back(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """Take back what was done, the last first."""
        batch = reading.batch
        done = batch.entries.filter(result__in=DONE).only("pk", "parts").iterator()
        keys = [pk for _rank, pk in sorted(((self.rank(entry), entry.pk) for entry in done), reverse=True)]
        state = {"left": len(keys)}

        def take(some: Sequence[int]) -> None:
            entries = BatchEntry.objects.filter(pk__in=some, result__in=DONE)
            for entry in sorted(entries, key=lambda each: some.index(each.pk)):
                self._undo(reading, entry)
            state["left"] -= len(some)
            tell(max(0, batch.total - state["left"]))

        in_pieces(keys, take, first=3, smallest=2)
        self.end(reading)

    def _undo(self, reading: Reading, entry: BatchEntry) -> None:
        try:
            with transaction.atomic():
                entry.reason = self.undo(reading, entry)
                if not entry.reason:
                    entry.result = Result.UNDONE
                entry.save()
        except Exception as error:
            BatchEntry.objects.filter(pk=entry.pk).update(reason=refusal_words(error, reading.batch.kind))


def refused(entry: BatchEntry, reason: str, column: str = "") -> BatchEntry:
    """An entry that cannot be done, with the reason; it keeps nothing of what the row says."""
    entry.result, entry.reason, entry.column, entry.ticked, entry.level = (
        Result.REFUSED,
        reason,
        column[:200],
        False,
        2,
    )
    entry.parts = []
    return entry


def forget_columns(batch: Batch, names: Sequence[str]) -> None:
    """Empty, in what is kept of the file, the columns that are said to be one of these; the file itself goes."""
    book = book_of(batch)
    table = table_of(batch, book)
    mine = {place for place, name in batch.task.get("columns", {}).items() if name in names}
    gone = {
        column.source for column in table.columns if str(column.index) in mine and column.source is not None
    }
    first = min([*table.head_rows, table.first_row], default=1)
    for sheet in book.sheets:
        if sheet.name != table.sheet and sheet.name not in table.sheets:
            sheet.rows = []
            continue
        heads = set(table.head_rows)
        for place, row in enumerate(sheet.rows):
            number = sheet.row_number(place)
            if number in heads or number < first:
                continue
            for column in gone:
                if column < len(row) and row[column] is not None:
                    row[column] = FORGOTTEN
    batch.table, batch.data = book_bytes(book), b""
    Batch.objects.filter(pk=batch.pk).update(table=batch.table, data=b"")


def forget_file(batch: Batch) -> None:
    """Let the file go as it was sent; its cells stay until the reading is written."""
    batch.data = b""
    Batch.objects.filter(pk=batch.pk).update(data=b"")
