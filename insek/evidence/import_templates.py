"""Files to fill in: the places of an indicator with the values of the last periods."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO, StringIO

from insek.engines.csv_cells import harmless_cell
from insek.engines.periods import in_time, next_like
from insek.intake.table_files import Cell
from insek.package import plain_decimal
from insek.places.models import District

from .models import Indicator, Observation

PERIODS = 3


def template_rows(indicator: Indicator, places: Iterable[District]) -> list[list[Cell]]:
    """Places by row, the last periods and the next as columns. One query."""
    values: dict[tuple[str, str], Decimal] = {
        (row.district_id, row.period): row.known
        for row in Observation.objects.figures().filter(indicator=indicator)
    }
    periods = sorted({period for _district, period in values}, key=in_time)[-PERIODS:]
    following = [next_like(periods[-1])] if periods and next_like(periods[-1]) else []
    head: list[Cell] = ["Raum-Nummer", "Raum", *periods, *following]
    rows: list[list[Cell]] = [head]
    for place in places:
        cells: list[Cell] = [values.get((place.pk, period), "") for period in periods]
        rows.append([place.item.number or place.pk, place.item.title, *cells, *([""] * len(following))])
    return rows


def as_csv(rows: list[list[Cell]]) -> bytes:
    """Semicolons and German decimals, as spreadsheets here open it."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow(
            [
                plain_decimal(cell).replace(".", ",") if isinstance(cell, Decimal) else harmless_cell(cell)
                for cell in row
            ]
        )
    return buffer.getvalue().encode("utf-8-sig")


def as_workbook(rows: list[list[Cell]]) -> bytes:
    """A workbook with one sheet; texts are never formulas."""
    from openpyxl import Workbook  # slow to import, and only needed here
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Werte")
    sheet.freeze_panes = "C2"
    sheet.column_dimensions["B"].width = 32
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=float(value) if isinstance(value, Decimal) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    target = BytesIO()
    book.save(target)
    return target.getvalue()
