"""Reading in as a person does it, page by page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from insek.intake.models import Batch

SELECT = re.compile(r'<select name="([^"]+)"[^>]*>(.*?)</select>', re.S)
CHOSEN = re.compile(r'<option value="([^"]*)"[^>]* selected')


def sent_by(page: HttpResponse, **other: str) -> dict[str, str]:
    """What the form of a page would send as it stands: selects, radios, hidden fields."""
    html = page.content.decode()
    found: dict[str, str] = {}
    for name, options in SELECT.findall(html):
        chosen = CHOSEN.findall(options)
        found[name] = chosen[-1] if chosen else re.findall(r'value="([^"]*)"', options)[0]
    found |= dict(re.findall(r'<input type="hidden" name="(wort[^"]+)" value="([^"]*)"', html))
    found |= dict(re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)" checked', html))
    return {name: value.replace("&amp;", "&") for name, value in found.items()} | other


def begin(client: Client, target: str, data: bytes | str, name: str = "liste.xlsx") -> Batch:
    """Upload a file, or paste a text."""
    sent: dict[str, Any] = (
        {"pasted": data} if isinstance(data, str) else {"file": SimpleUploadedFile(name, data)}
    )
    answer = client.post(reverse("intake-begin", args=[target]), sent)
    assert answer.status_code == 302, answer.content.decode()
    return Batch.objects.get(pk=answer["Location"].split("/")[-2])


def go_on(
    client: Client, batch: Batch, columns: Mapping[str, str] = {}, words: Mapping[str, str] = {}
) -> HttpResponse:
    """Take what is proposed at each step, but for these columns (by head) and words; gives the preview."""
    answer = client.post(reverse("reading-table", args=[batch.pk]), {"weiter": "1"})
    assert answer["Location"].endswith("/spalten"), answer["Location"]
    page = client.get(answer["Location"])
    sent = sent_by(page)
    for head, name in columns.items():
        place = re.search(r'for="spalte-(\d+)"><strong[^>]*>' + re.escape(head), page.content.decode())
        assert place, head
        sent[f"spalte.{place[1]}"] = name
    answer = client.post(answer["Location"], sent)
    assert answer.status_code == 302, re.findall("<li>(.*?)</li>", answer.content.decode())
    for _time in range(9):
        if not answer["Location"].endswith("/woerter"):
            break
        page = client.get(answer["Location"])
        sent = sent_by(page)
        for name, decision in list(sent.items()):
            if name.startswith("wort."):
                word = decision.rsplit("|", 1)[-1]
                if word in words:
                    sent[f"heisst.{name.removeprefix('wort.')}"] = words[word]
        answer = client.post(answer["Location"], sent)
    return client.get(answer["Location"])


def write(client: Client, batch: Batch) -> Batch:
    """Read in what the preview shows."""
    client.post(reverse("reading-write", args=[batch.pk]))
    batch.refresh_from_db()
    return batch


def workbook(*rows: list[Any], merged: tuple[str, ...] = ()) -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for place in merged:
        sheet.merge_cells(place)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def go_on_saying(client: Client, batch: Batch, columns: Mapping[str, str], for_all: Mapping[str, str], *, refused: bool = False) -> HttpResponse:  # fmt: skip
    """The same as ``go_on``, and say what holds for all rows; ``refused`` where the page of the columns says what is missing."""
    answer = client.post(reverse("reading-table", args=[batch.pk]), {"weiter": "1"})
    page = client.get(answer["Location"])
    sent = sent_by(page) | dict(re.findall(r'<input[^>]*name="(alle\.[^"]+)"[^>]*value="([^"]*)"', page.content.decode()))  # fmt: skip
    for head, name in columns.items():
        place = re.search(r'for="spalte-(\d+)"><strong[^>]*>' + re.escape(head), page.content.decode())
        assert place, head
        sent[f"spalte.{place[1]}"] = name
    answer = client.post(
        answer["Location"], sent | {f"alle.{name}": value for name, value in for_all.items()}
    )
    if refused:
        assert answer.status_code == 400
        return answer
    assert answer.status_code == 302, re.findall("<li>(.*?)</li>", answer.content.decode())
    for _time in range(9):
        if not answer["Location"].endswith("/woerter"):
            break
        answer = client.post(answer["Location"], sent_by(client.get(answer["Location"])))
    return client.get(answer["Location"])
