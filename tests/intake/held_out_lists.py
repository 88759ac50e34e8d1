"""Lists of offices and lists of values with what is right beside each (``held_out/*.json``), written before the recogniser was asked.

Each file holds the cells as they stand in the list, how it is handed out (XLSX, ODS, CSV) and what a person reads in it.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook

from insek.evidence.models import Observation
from tests.factories import make_item
from tests.intake.office_lists import OfficeList
from tests.intake.office_measure import Measured, compare_columns
from tests.intake.reading import begin, sent_by, write

HERE = Path(__file__).with_name("held_out")
MEASURES = (
    "small_town",
    "export_of_a_database",
    "investments_by_year",
    "asked_as_questions",
    "two_rows_of_heads",
    "later_club",
    "later_tabs",
)
VALUES = ("values_by_day", "values_one_a_line", "values_side_by_side")


@dataclass(frozen=True)
class HeldOut:
    """A list, and what is right."""

    name: str
    said: dict[str, Any]

    @property
    def file_name(self) -> str:
        return f"{self.name}.{self.said['format']}"

    @property
    def data(self) -> bytes:
        """The list as the office hands it out."""
        return {"xlsx": _xlsx, "ods": _ods, "csv": _csv}[self.said["format"]](self.said)

    @property
    def office(self) -> OfficeList:
        """A list of measures as the measuring takes it."""
        return OfficeList(self.name, self.data, self.said["columns"], [_row(row) for row in self.said["rows"]], self.file_name)  # fmt: skip


def held_out(name: str) -> HeldOut:
    return HeldOut(name, json.loads((HERE / f"{name}.json").read_text(encoding="utf-8")))


def _row(row: dict[str, Any]) -> dict[str, object]:
    """What JSON cannot say: pairs, and years as numbers."""
    found = dict(row)
    for key in ("cost", "years"):
        if key in found:
            found[key] = tuple(found[key])
    if "by_year" in found:
        found["by_year"] = {int(year): amount for year, amount in found["by_year"].items()}
    if "funding" in found:
        found["funding"] = [tuple(one) for one in found["funding"]]
    return found


def _xlsx(said: dict[str, Any]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for one in said["sheets"]:
        sheet = book.create_sheet(one["name"])
        for row in one["cells"]:
            sheet.append([cell if cell != "" else None for cell in row])
        for place in one.get("merge", ()):
            sheet.merge_cells(place)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _ods(said: dict[str, Any]) -> bytes:
    book = OpenDocumentSpreadsheet()
    for one in said["sheets"]:
        table = Table(name=one["name"])
        for row in one["cells"]:
            line = TableRow()
            for cell in row or [""]:
                if isinstance(cell, int | float):
                    made = TableCell(valuetype="float", value=cell)
                else:
                    made = TableCell(valuetype="string")
                if cell not in ("", None):
                    made.addElement(P(text=str(cell)))
                line.addElement(made)
            table.addElement(line)
        book.spreadsheet.addElement(table)
    kept = io.BytesIO()
    book.write(kept)
    return kept.getvalue()


def _csv(said: dict[str, Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=said["separator"], lineterminator="\r\n").writerows(said["sheets"][0]["cells"])
    return text.getvalue().encode(said["encoding"])


def measure_values(client: Client, one: HeldOut) -> Measured:
    """Read a list of values in with all that is proposed, and what only a person knows (``said``)."""
    said, found = one.said, Measured()
    places = {name: make_item("district", title=name, level="city" if name == "Musterstadt" else "stadtteil").pk for name in said["places"]}  # fmt: skip
    known = {name: make_item("indicator", title=name, unit="%" if name in said.get("percent", ()) else "Anzahl").pk for name in said["indicators"]}  # fmt: skip
    batch = begin(client, "observations", one.data, one.file_name)
    address = reverse("reading-table", args=[batch.pk])
    answer = client.post(address, {**sent_by(client.get(address)), "weiter": "1"})
    batch.refresh_from_db()
    sent = sent_by(client.get(answer["Location"]))
    batch.refresh_from_db()
    compare_columns(
        found, batch, sent, said["columns"], {name: {name} for name in set(said["columns"].values())}
    )
    for name, value in said["said"].items():
        sent[f"alle.{name}"] = known.get(value, value)
    answer = client.post(answer["Location"], sent)
    if answer.status_code != 302:
        found.wrong.append("columns refused: " + answer.content.decode()[:2000])
    else:
        while answer["Location"].endswith("/woerter"):
            answer = client.post(answer["Location"], sent_by(client.get(answer["Location"])))
        write(client, batch)
    rows = Observation.objects.filter(batch__is_valid=True, value__isnull=False).values_list(
        "district__item__title", "period", "value"
    )
    there = sorted((place, period, float(value)) for place, period, value in rows)
    wanted = sorted((place, period, float(value)) for place, period, value in said["values"])
    found.rows, found.rows_right = max(len(there), len(wanted)), len(set(there) & set(wanted))
    for value in wanted:
        found.value(value in there, f"value {value} is missing")
    found.wrong += [f"value too much: {value}" for value in there if value not in wanted]
    assert places
    return found
