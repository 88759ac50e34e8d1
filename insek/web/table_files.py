"""A table that somebody takes along: the same head and lines as CSV or XLSX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.http import Http404, HttpResponse

from insek.engines.text import shortened

from .csv_tables import Head, csv_answer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NAME = 31
"""Characters of the name of a sheet."""
NOT_IN_NAMES = str.maketrans("[]:*?/\\'", "        ")


def table_answer(
    form: str, name: str, title: str, head: Head, lines: Iterable[Sequence[Any]], notes: Iterable[str] = ()
) -> HttpResponse:
    """The table as a file, ``form`` is csv or xlsx; ``notes`` stand on a second sheet of the workbook. Raises Http404 for other forms."""
    if form == "csv":
        return csv_answer(name, head, lines)
    if form != "xlsx":
        raise Http404
    response = HttpResponse(table_workbook(title, head, lines, notes), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def table_workbook(
    title: str, head: Head, lines: Iterable[Sequence[Any]], notes: Iterable[str] = ()
) -> bytes:
    """The table on a sheet with a head that stays; what must be known of it on a second one."""
    from xlsxwriter import Workbook  # slow to import, and only needed here

    target = BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(shortened(title.translate(NOT_IN_NAMES), LONGEST_NAME).strip() or "1")
    sheet.freeze_panes(1, 1)
    for column, (_name, label) in enumerate(head):
        sheet.write_string(0, column, str(label), bold)
        sheet.set_column(column, column, min(40, max(12, len(str(label)) + 2)))
    for line, cells in enumerate(lines, 1):
        for column, value in enumerate(cells):
            if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
                sheet.write_number(line, column, float(value))
            elif value not in (None, ""):
                sheet.write_string(line, column, str(value))
    if told := [note for note in notes if note]:
        second = book.add_worksheet("Info" if title != "Info" else "Info 2")
        second.set_column(0, 0, 110)
        for line, note in enumerate(told):
            second.write_string(line, 0, note)
    book.close()
    return target.getvalue()
