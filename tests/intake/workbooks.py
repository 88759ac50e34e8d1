"""Workbooks of lists as tests download, change and upload them."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from insek.intake.models import Batch


def download(client, kind="measure", **query):
    """The workbook of a list."""
    answer = client.get(reverse(f"{kind}-workbook"), query)
    assert answer.status_code == 200
    return load_workbook(BytesIO(b"".join(answer.streaming_content)))


def rows_of(book):
    """Head and rows of the first sheet, as plain values."""
    head, *rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    return head, rows


def changed(book, **cells):
    """Set cells by (title of the row, head)."""
    sheet = book.worksheets[0]
    head = {cell.value: cell.column for cell in sheet[1]}
    for place, value in cells.items():
        title, column = place.split("|")
        row = next(
            row for row in range(2, sheet.max_row + 1) if sheet.cell(row, head["Titel"]).value == title
        )
        sheet.cell(row, head[column]).value = value
    return book


def upload(client, book, kind="measure", name="liste.xlsx"):
    """Upload a workbook or bytes; returns the batch and the page that follows."""
    if isinstance(book, Workbook):
        target = BytesIO()
        book.save(target)
        book = target.getvalue()
    answer = client.post(reverse(f"{kind}-sheet"), {"file": SimpleUploadedFile(name, book)}, follow=True)
    return Batch.objects.order_by("-created_at").first(), answer


def made(*rows):
    """A workbook with these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book
