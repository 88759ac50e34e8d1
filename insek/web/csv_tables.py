"""Tables as CSV: for people, as the spreadsheet of their language opens them, and for programs.

From German pages: semicolons, decimal commas, days as 31.12.2024, headings in German. From English pages: commas between the
cells, decimal points, days as 2024-12-31. For programs (the interface): semicolons, decimal points, ISO days, machine names.
All are UTF-8 with a mark at the beginning, by which Excel knows it, and hold nothing that a spreadsheet takes for a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insek.engines.csv_cells import harmless_cell
from insek.package import plain_decimal

CONTENT_TYPE = "text/csv; charset=utf-8"
Head = Sequence[tuple[str, str | Promise]]
"""The columns: what a program and what a person calls each."""


class CsvTable:
    """The lines of a table, taken off as they are written."""

    def __init__(self, head: Head, *, for_people: bool = True) -> None:
        self.is_german = for_people and (get_language() or "de").startswith("de")
        self.for_people = for_people
        self.words = {True: _("ja"), False: _("nein")} if for_people else {True: "true", False: "false"}
        self.buffer = StringIO()
        separator = "," if for_people and not self.is_german else ";"
        self.writer = csv.writer(self.buffer, delimiter=separator, lineterminator="\r\n")
        self.buffer.write("\ufeff")
        self.writer.writerow([harmless_cell(str(label) if for_people else name) for name, label in head])

    def line(self, cells: Iterable[Any]) -> None:
        """Write one line."""
        self.writer.writerow([self.cell(value) for value in cells])

    def cell(self, value: Any) -> str:
        """One value as text."""
        if isinstance(value, str) or value is None:
            return harmless_cell(value)
        if isinstance(value, bool):
            return self.words[value]
        if isinstance(value, Decimal):
            text = plain_decimal(value)
            return text.replace(".", ",") if self.is_german else text
        if isinstance(value, date):
            return self._day(value)
        return harmless_cell(value)

    def _day(self, value: date) -> str:
        if not self.is_german:
            return value.isoformat()
        if isinstance(value, datetime):
            return str(date_format(timezone.localtime(value), "d.m.Y H:i"))
        return str(date_format(value, "d.m.Y"))

    def taken(self) -> str:
        """What was written since last."""
        text = self.buffer.getvalue()
        self.buffer.seek(0)
        self.buffer.truncate()
        return text


def csv_answer(name: str, head: Head, lines: Iterable[Iterable[Any]]) -> HttpResponse:
    """A short table for people as a file to download; ``name`` is that of the file, without its ending."""
    table = CsvTable(head)
    for line in lines:
        table.line(line)
    response = HttpResponse(table.taken(), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
