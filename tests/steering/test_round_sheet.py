"""A round by file: out as a workbook, filled in without a net, in again; each cell is taken, left or refused with its reason."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from insek.notices.links import make_link, path_of
from insek.notices.persons import REPORTS
from insek.people.actors import actor_for
from insek.release.models import Proposal
from insek.steering import rounds
from insek.steering.round_models import RoundAnswer, RoundValue
from tests.reading import words
from tests.steering.making import NEW, open_round, page_of, say, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_day_of_round")]


def downloaded(client, address):
    answer = client.get(address, {"datei": "xlsx"})
    assert answer.status_code == 200 and answer["Content-Type"].endswith("spreadsheetml.sheet")
    return load_workbook(BytesIO(answer.content))


def uploaded(client, address, book):
    target = BytesIO()
    book.save(target)
    return sent(client, address, target.getvalue())


def sent(client, address, data, name="runde.xlsx"):
    return client.post(address, {"act": "file", "file": SimpleUploadedFile(name, data)})


def fill(sheet, row, **cells):
    """Write into the cells of a row by the beginning of their heads."""
    heads = {str(cell.value): cell.column for cell in sheet[1]}
    for begins, value in cells.items():
        wanted = begins.replace("_", " ")
        column = next(column for head, column in heads.items() if head.startswith(wanted))
        sheet.cell(row=row, column=column, value=value)


@pytest.fixture
def with_values(concept, lead, unit, bridge, road, trees):
    return open_round(concept, lead, [unit], asks=["next_step", "obstacles", "spent_eur", "values"])


def test_what_is_filled_in_stands_on_the_page_and_is_sent_there(
    with_values, bridge, road, trees, unit, clerk
):
    client, address = signed_in(clerk), page_of(with_values, unit)
    book = downloaded(client, address)
    assert book.sheetnames == ["Maßnahmen", "Werte", "Hinweise"]
    assert [cell.value for cell in book["Werte"][2]][:5] == [
        trees.pk,
        f"{with_values.key}:0",
        "I 1",
        "Bäume",
        "Bäume",
    ]
    fill(book["Maßnahmen"], 2, Wie="verzögert", Was_ist="Das Gutachten fehlt.", Bisher=1500)
    fill(book["Werte"], 2, Gibt="Es gibt einen neuen Wert", Wert=110)
    text = words(uploaded(client, address, book))
    assert "5 Zellen übernommen" in text and "0 abgelehnt" in text and "Abgegeben ist noch nichts" in text
    answer, value = RoundAnswer.objects.get(), RoundValue.objects.get()
    assert (answer.says, answer.state, answer.spent_eur) == ("new", "delayed", 1500)
    assert (value.says, value.period, value.value) == ("new", "2025", 110)
    assert not Proposal.objects.exists()
    assert "0 Zellen übernommen" in words(uploaded(client, address, downloaded(client, address)))
    rounds.send_answers(with_values, unit, actor=actor_for(clerk))
    assert Proposal.objects.count() == 2
    assert downloaded(client, address)["Maßnahmen"].max_row == 2, "what is sent is not given out again"


def test_a_cell_that_cannot_be_read_is_refused_with_its_place_and_the_others_are_taken(
    with_values, bridge, unit, clerk
):
    client, address = signed_in(clerk), page_of(with_values, unit)
    book = downloaded(client, address)
    sheet = book["Maßnahmen"]
    fill(sheet, 2, Wie="läuft irgendwie", Was_ist="Es geht.", Bisher="viel")
    fill(sheet, 3, Was_kommt="=1+1")
    sheet.cell(row=4, column=1, value="zzzzzzzz")
    sheet.cell(row=4, column=6, value="Nichts Neues")
    text = words(uploaded(client, address, book))
    assert "Zeile 2, Spalte „Wie steht die Maßnahme?“: „läuft irgendwie“ gibt es hier nicht" in text
    assert "Zeile 2, Spalte „Bisher ausgegeben (Euro)“" in text
    assert "Zeile 3, Spalte „Was kommt als Nächstes?“: Hier steht eine Formel" in text
    assert "Zeile 4, Spalte „Kennung“: Danach fragt diese Runde Ihre Einheit nicht." in text
    [answer] = RoundAnswer.objects.all()
    assert (answer.measure_id, answer.happened, answer.state) == (bridge.pk, "Es geht.", "")


def test_who_answered_meanwhile_is_not_overwritten(with_values, bridge, road, unit, clerk):
    client, address = signed_in(clerk), page_of(with_values, unit)
    book = downloaded(client, address)
    say(with_values, bridge, unit, clerk, **NEW)
    fill(book["Maßnahmen"], 2, Wie="gefährdet", Was_ist="Anders.")
    fill(book["Maßnahmen"], 3, Was_ist="Läuft.")
    text = words(uploaded(client, address, book))
    assert (
        "Zeile 2, Spalte „Was ist geschehen?“: Jemand anderes war schneller" in text
        and "Das Gutachten fehlt." in text
    )
    assert "1 Zelle übernommen" in text
    assert RoundAnswer.objects.get(measure=bridge.pk).state == "delayed"
    RoundAnswer.objects.exclude(measure=bridge.pk).delete()
    rounds.send_answers(with_values, unit, actor=actor_for(clerk))
    assert "Jemand anderes hat hierzu inzwischen geantwortet." in words(uploaded(client, address, book))


def test_a_file_of_another_round_or_sort_is_refused(with_values, opened, unit, clerk, concept, lead):
    client = signed_in(clerk)
    book = downloaded(client, page_of(opened, unit))
    fill(book["Maßnahmen"], 2, Was_ist="Es geht.")
    assert "stammt aus einer anderen Runde" in words(uploaded(client, page_of(with_values, unit), book))
    address = page_of(with_values, unit)
    for data, told in (
        (b"Name;Wert\nA;1\n", "keine Datei dieser Seite"),
        (b"%PDF-1.7 nichts", "keine Tabelle"),
        (b"PK\x03\x04 kaputt", "Datei"),
        (b"", "leer"),
    ):
        answer = sent(client, address, data)
        assert answer.status_code == 400 and told in words(answer), data
    assert client.post(address, {"act": "file"}).status_code == 400
    rounds.close_round(with_values, expected_version=with_values.version, actor=actor_for(lead))
    assert "beendet" in words(sent(client, address, b"x"))
    assert not RoundAnswer.objects.exists()


def test_an_empty_cell_clears_and_an_english_file_is_read(with_values, bridge, unit, clerk):
    client, address = signed_in(clerk), page_of(with_values, unit)
    say(with_values, bridge, unit, clerk, **NEW, next_step="Warten")
    book = downloaded(client, f"/en{address}")
    assert book.sheetnames[0] == "Measures"
    heads = [str(cell.value) for cell in book.worksheets[0][1]]
    column = next(at for at, head in enumerate(heads, 1) if "next" in head.lower())
    book.worksheets[0].cell(row=2, column=column).value = None
    assert "1 Zelle übernommen" in words(uploaded(client, address, book))
    assert RoundAnswer.objects.get().next_step == ""


def test_by_the_personal_link_too(with_values, bridge, unit, lead):
    link = make_link(
        concept=with_values.concept,
        purpose=REPORTS,
        unit=unit,
        name="Erna",
        email="",
        days=30,
        actor=actor_for(lead),
    )
    client, address = Client(enforce_csrf_checks=True), path_of(link)
    book = downloaded(client, address)
    fill(book["Maßnahmen"], 2, Wie="läuft nach Plan", Was_ist="Es geht.")
    text = words(uploaded(client, address, book))
    assert "2 Zellen übernommen" in text, text[text.index("Die Datei ist") :][:300]
    assert RoundAnswer.objects.get().happened == "Es geht." and not client.cookies
