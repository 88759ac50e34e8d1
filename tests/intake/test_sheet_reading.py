"""Reading lists in again: what a row would change is shown first; nothing foreign, broken or old slips in."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from insek.intake import batches, sheet_reading
from insek.intake.models import Batch
from insek.items.pages import all_pages
from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.factories import make_concept, make_item, make_unit, make_user
from tests.intake.test_bulk import agree, internal
from tests.intake.workbooks import changed, download, made, rows_of, upload
from tests.items.test_saved_views import client_of
from tests.reading import words

KINDS = [pages.kind for pages in all_pages()]


@pytest.fixture
def planner(db):
    return make_user("planner")


def test_a_changed_cell_is_shown_word_by_word_and_then_saved(concept, planner):
    item, other = internal(title="Park", next_step="Entwurf bis Mai"), internal(title="Rad")
    client = client_of(planner)
    book = changed(download(client), **{"Park|Nächster Schritt": "Entwurf bis Juni", "Park|Ende": 2031})
    batch, page = upload(client, book)
    text = words(page)
    assert "gestrichen: Mai" in text
    assert "eingefügt: Juni" in text
    assert "Zeile 2" in text
    assert Item.objects.get(pk=item.pk).measure.next_step == "Entwurf bis Mai"
    assert "1 geändert" in words(agree(client, batch))
    fresh = Item.objects.get(pk=item.pk).measure
    assert (fresh.next_step, fresh.end_year) == ("Entwurf bis Juni", 2031)
    assert Item.objects.get(pk=other.pk).version == 1
    client.post(reverse("batch-undo", args=[batch.pk]))
    fresh = Item.objects.get(pk=item.pk).measure
    assert (fresh.next_step, fresh.end_year) == ("Entwurf bis Mai", None)


def test_choices_units_fields_and_yes_or_no_are_read_by_their_words(concept, planner):
    unit = make_unit("tiefbau")
    item = internal(title="Park")
    client = client_of(planner)
    book = changed(
        download(client),
        **{
            "Park|Zuständig": "referat TIEFBAU", "Park|Verlässlichkeit": "Beispiel", "Park|Leuchtturmprojekt": "ja",
            "Park|Handlungsfelder": "Klima; Wohnen", "Park|Beginn": "2031", "Park|Art": "investiv",
        },
    )  # fmt: skip
    batch, _page = upload(client, book)
    agree(client, batch)
    fresh = Item.objects.get(pk=item.pk)
    assert (fresh.measure.responsible, fresh.standing, fresh.measure.is_lighthouse) == (unit, "example", True)
    assert {field.key for field in fresh.fields.all()} == {"klima", "wohnen"}
    assert (fresh.measure.start_year, fresh.measure.type) == (2031, "investive")


def test_an_empty_cell_empties_and_a_missing_column_changes_nothing(concept, planner):
    item = internal(title="Park", next_step="Entwurf", partners="Verein")
    client = client_of(planner)
    batch, _page = upload(
        client, made(["Titel", "Kennung", "Nächster Schritt", "Fassung"], ["Park", item.pk, None, 1])
    )
    agree(client, batch)
    fresh = Item.objects.get(pk=item.pk).measure
    assert (fresh.next_step, fresh.partners) == ("", "Verein")


def test_what_is_public_becomes_a_proposal(concept, planner):
    item = make_item("measure", title="Park")
    client = client_of(planner)
    batch, page = upload(client, changed(download(client), **{"Park|Titel": "Stadtpark"}))
    assert "1 davon zur Freigabe" in words(page)
    agree(client, batch)
    assert Item.objects.get(pk=item.pk).title == "Park"
    assert Proposal.objects.waiting().get().payload == {"title": "Stadtpark"}


def test_rows_without_id_are_new_and_internal(concept, planner):
    internal(title="Park")
    client = client_of(planner)
    book = download(client)
    head, _rows = rows_of(book)
    row = [None] * len(head)
    row[head.index("Titel")], row[head.index("Sichtbarkeit")] = "Neue Brücke", "öffentlich"
    row[head.index("Beginn")] = 2032
    book.worksheets[0].append(row)
    batch, page = upload(client, book)
    assert "1 davon neu" in words(page)
    assert "1 angelegt" in words(agree(client, batch))
    item = Item.objects.get(title="Neue Brücke")
    assert (item.visibility, item.standing, item.measure.start_year) == ("internal", "working", 2032)
    client.post(reverse("batch-undo", args=[batch.pk]))
    assert not Item.objects.filter(title="Neue Brücke").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_row_of_every_kind_says_what_it_lacks_or_can_be_made(concept, planner, kind):
    client = client_of(planner)
    batch, page = upload(client, made(["id", "title", "text"], [None, "Neu", "Text"]), kind)
    assert page.status_code == 200
    [entry] = batch.entries.all()
    assert entry.result == "planned" or entry.reason


def test_a_row_older_than_its_item_is_shown_and_left_unticked(concept, planner):
    item = internal(title="Park", next_step="Alt")
    client = client_of(planner)
    book = changed(download(client), **{"Park|Nächster Schritt": "Von mir", "Park|Beteiligte": "Verein"})
    update_item(item, expected_version=1, values={"next_step": "Von anderen"}, actor=PROGRAM)
    batch, page = upload(client, book)
    text = words(page)
    assert "Seit dem Herunterladen geändert (Fassung 1, jetzt 2)" in text
    assert "Auch dort geändert: Nächster Schritt." in text
    assert "gestrichen: anderen" in text
    [entry] = batch.entries.all()
    assert entry.ticked is False
    assert "checked" not in page.content.decode().split("batch-entries")[1].split("</ul>")[0]
    again = client.get(reverse("batch", args=[batch.pk]) + "?alle=1").content.decode()
    assert "checked" in again.split("batch-entries")[1].split("</ul>")[0]


def test_the_csv_file_of_the_list_is_read_too(concept, planner):
    item = internal(title="-Park", text="Lang\nund breit", standing="example", fields=concept.fields.all())
    client = client_of(planner)
    csv = b"".join(client.get(reverse("measure-table")).streaming_content).decode("utf-8-sig")
    batch, page = upload(client, csv.encode("utf-8-sig"), name="massnahmen.csv")
    assert (batch.task["unchanged"], batch.task["versions"]) == (1, False)
    batch, page = upload(client, csv.replace("Lang", "Kurz").encode("cp1252"), name="massnahmen.csv")
    assert "Die Datei nennt keine Fassung" in words(page)
    [entry] = batch.entries.all()
    assert (entry.ticked, entry.differences) == (False, {"text": ["Lang\nund breit", "Kurz\nund breit"]})
    agree(client, batch)
    assert Item.objects.get(pk=item.pk).title == "-Park"


@pytest.mark.parametrize(
    ("cell", "head", "reason"),
    [
        ("vielleicht", "Verlässlichkeit", "gibt es hier nicht"), ("später", "Beginn", "ganze Zahl"),
        ("Amt für Nichts", "Zuständig", "nicht bekannt"), ("Wohnen; Quatsch", "Handlungsfelder", "nicht bekannt"),
        ("jein", "Leuchtturmprojekt", "ja oder nein"), ("", "Titel", "erforderlich"), ("x" * 301, "Titel", "300"),
        ("mit Quelle", "Verlässlichkeit", "braucht eine Quelle"), ("1999", "Ende", "vor dem Beginn"), ("javascript:x", "Adresse der Quelle", "gültige Adresse"),
        ("7", "Priorität", "1, 2 oder 3"), ("9" * 30, "Beginn", ""),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_named_by_row_and_column(concept, planner, cell, head, reason):
    internal(title="Park", start_year=2030)
    client = client_of(planner)
    batch, page = upload(client, changed(download(client), **{f"Park|{head}": cell}))
    [entry] = batch.entries.all()
    assert (entry.result, entry.row) == ("refused", 2)
    assert reason in entry.reason
    assert (
        head in f"{entry.column} {entry.reason}"
        or reason == "braucht eine Quelle"
        or reason == "vor dem Beginn"
        or head in ("Priorität", "Beginn")
    )
    assert "Zeile 2" in words(page)


def test_formulas_are_refused_not_taken_for_empty(concept, planner):
    item = internal(title="Park", next_step="Entwurf")
    client = client_of(planner)
    batch, _page = upload(client, changed(download(client), **{"Park|Nächster Schritt": '=A1&"x"'}))
    [entry] = batch.entries.all()
    assert "Formel" in entry.reason
    assert Item.objects.get(pk=item.pk).measure.next_step == "Entwurf"


def test_ids_twice_unknown_foreign_and_of_another_list_are_refused(concept, planner):
    own = internal(title="Park")
    goal = make_item("goal", title="Ein Ziel")
    foreign = make_item("measure", concept=make_concept(), title="Fremd", visibility="internal")
    book = made(
        ["Kennung", "Titel"], [own.pk, "Eins"], [own.pk, "Zwei"], [goal.pk, "Drei"], [foreign.pk, "Vier"],
        ["zzzzzzzz", "Fünf"], ["<script>", "Sechs"], ["x" * 900, "Sieben"],
    )  # fmt: skip
    client = client_of(planner)
    batch, page = upload(client, book)
    assert [entry.result for entry in batch.entries.all()] == ["planned", *["refused"] * 6]
    reasons = list(batch.entries.filter(result="refused").values_list("reason", flat=True))
    assert "steht schon in Zeile 2" in reasons[0]
    assert len(set(reasons[1:])) == 1
    assert "Fremd" not in words(page)
    agree(client, batch)
    assert Item.objects.get(pk=foreign.pk).title == "Fremd"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([["Titel", "Text"], ["Park", "x"]], "Kennung"), ([["Kennung", "Kennung", "Titel"], ["a", "b", "c"]], "mehrmals"),
        ([["Kennung", "Fassung"], ["a", 1]], "keine Spalte"), ([["Kennung", "Unfug"], ["a", 1]], "keine Spalte"),
        ([["Kennung", "Titel"]], "keine Zeilen"),
    ],
)  # fmt: skip
def test_a_table_that_is_none_of_this_list_is_refused(concept, planner, rows, reason):
    _batch, page = upload(client_of(planner), made(*rows))
    assert page.status_code == 400
    assert reason in words(page)
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"%PDF-1.7", b"PK\x03\x04kaputt", b"\x00" * 300, b"<html>", b"\xd0\xcf\x11\xe0alt", "nur Text".encode("utf-16"),
        b"id;title\n\xed\xa0\x80;x\n\x00;y",
    ],
)  # fmt: skip
def test_files_that_are_no_table_are_refused_in_the_form(concept, planner, data):
    _batch, page = upload(client_of(planner), data)
    assert page.status_code == 400
    assert not Batch.objects.exists()


def test_a_file_that_unpacks_to_too_much_is_refused(concept, planner):
    from zipfile import ZIP_DEFLATED, ZipFile

    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    _batch, page = upload(client_of(planner), target.getvalue())
    assert page.status_code == 400
    assert "ausgepackt zu groß" in words(page)


def test_control_signs_in_cells_are_refused_or_taken_out(concept, planner):
    item = internal(title="Park")
    client = client_of(planner)
    csv = f"id;title\n{item.pk};Par\u202ek\u0007 neu\n".encode()
    batch, _page = upload(client, csv)
    agree(client, batch)
    assert Item.objects.get(pk=item.pk).title == "Park neu"


def test_markup_in_cells_stays_text(concept, planner):
    internal(title="Park")
    client = client_of(planner)
    _batch, page = upload(client, changed(download(client), **{"Park|Titel": "<script>alert(1)</script>"}))
    assert "<script>alert" not in page.content.decode()


def test_too_many_rows_are_refused(concept, planner, monkeypatch):
    monkeypatch.setattr(sheet_reading, "LIMITS", sheet_reading.Limits(rows=3, cell=100, formulas=False))
    _batch, page = upload(
        client_of(planner), made(["Kennung", "Titel"], *[["", f"T {n}"] for n in range(30)])
    )
    assert page.status_code == 400
    assert "mehr als 3 Zeilen" in words(page)


def test_only_so_many_changes_at_a_time_and_the_rest_the_next_time(concept, planner, monkeypatch):
    monkeypatch.setattr(batches, "LIMIT", 2)
    items = [internal(title=f"Alt {n}") for n in range(3)]
    book = made(["Kennung", "Fassung", "Titel"], *[[item.pk, 1, f"Neu {n}"] for n, item in enumerate(items)])
    client = client_of(planner)
    batch, page = upload(client, book)
    assert "1 weitere stehen in der Datei" in words(page)
    agree(client, batch)
    batch, _page = upload(client, book)
    agree(client, batch)
    assert sorted(Item.objects.values_list("title", flat=True)) == ["Neu 0", "Neu 1", "Neu 2"]


@pytest.mark.parametrize("at_once", [10, 0])
def test_one_row_that_fails_keeps_the_whole_file_out(concept, planner, monkeypatch, at_once):
    monkeypatch.setattr(batches, "AT_ONCE", at_once)
    first, second = internal(title="Eins"), internal(title="Zwei")
    client = client_of(planner)
    batch, _page = upload(
        client, changed(download(client), **{"Eins|Titel": "Neu eins", "Zwei|Titel": "Neu zwei"})
    )
    update_item(second, expected_version=1, values={"text": "Schneller"}, actor=PROGRAM)
    page = agree(client, batch)
    assert "Nichts ist übernommen" in words(page)
    assert Item.objects.get(pk=first.pk).title == "Eins"
    page = agree(client, batch)
    assert "1 geändert" in words(page)
    assert Item.objects.get(pk=first.pk).title == "Neu eins"


# ---- departments


@pytest.fixture
def office(db):
    return make_user("department", unit=make_unit("tiefbau"))


def test_a_department_changes_its_own_measures_and_only_what_it_may(concept, office):
    own = internal(title="Eigene", responsible=office.unit, next_step="Alt")
    internal(title="Fremde", next_step="Alt")
    client = client_of(office)
    book = changed(download(client), **{"Eigene|Nächster Schritt": "Neu", "Fremde|Nächster Schritt": "Neu"})
    batch, page = upload(client, book)
    text = words(page)
    assert "Diesen Inhalt dürfen Sie nicht ändern." in text
    assert "1 würden sich ändern" in text
    agree(client, batch)
    assert Item.objects.get(pk=own.pk).measure.next_step == "Neu"
    batch, page = upload(client, changed(download(client), **{"Eigene|Titel": "Umbenannt"}))
    assert "Diese Angabe dürfen Sie nicht ändern." in words(page)
    assert not batch.entries.filter(result="planned").exists()


def test_a_department_makes_nothing_new_and_reads_no_other_lists(concept, office):
    client = client_of(office)
    batch, _page = upload(client, made(["Kennung", "Nächster Schritt", "Titel"], ["", "x", "Neu"]))
    assert "dürfen Sie nicht anlegen" in batch.entries.get().reason
    assert client.get(reverse("goal-sheet")).status_code == 403


@pytest.mark.parametrize("role", ["council", "auditor", "moderator", None])
def test_others_may_not_upload(concept, role):
    client = client_of(make_user(role))
    assert client.get(reverse("measure-sheet")).status_code == 403
    _batch, page = upload(client, made(["Kennung", "Titel"], ["a", "b"]))
    assert page.status_code == 403
    assert Client().get(reverse("measure-sheet")).status_code == 302


def test_a_preview_of_many_unchanged_rows_costs_the_same(concept, planner, django_assert_max_num_queries):
    for number in range(40):
        internal(title=f"Maßnahme {number}")
    client = client_of(planner)
    book = download(client)
    target = BytesIO()
    book.save(target)
    with django_assert_max_num_queries(45):
        answer = client.post(
            reverse("measure-sheet"), {"file": SimpleUploadedFile("a.xlsx", target.getvalue())}
        )
    assert answer.status_code == 302


def test_numbers_of_a_list_are_read_as_people_write_them(concept, planner):
    item = internal(title="Park")
    client = client_of(planner)
    batch, _page = upload(client, changed(download(client), **{"Park|Beginn": "2.031"}))
    agree(client, batch)
    assert Item.objects.get(pk=item.pk).measure.start_year == 2031


def with_format(book, head, value, code):
    """The workbook with another value in the first row, shown in a format."""
    sheet = book.worksheets[0]
    cell = sheet.cell(2, next(cell.column for cell in sheet[1] if cell.value == head))
    cell.value, cell.number_format = value, code
    return book


def test_a_number_that_a_spreadsheet_shortened_is_no_change(concept, planner):
    internal(title="Park", number="9.10")
    client = client_of(planner)
    batch, _page = upload(client, with_format(download(client), "Nummer", 9.1, "General"))
    assert (batch.entries.count(), batch.task["unchanged"]) == (0, 1)


def test_a_number_is_taken_as_the_sheet_shows_it(concept, planner):
    item = internal(title="Park", number="M 3")
    client = client_of(planner)
    batch, _page = upload(client, with_format(download(client), "Nummer", 9.1, "0.00"))
    agree(client, batch)
    assert Item.objects.get(pk=item.pk).number == "9.10"


@pytest.mark.parametrize(("head", "value", "code", "reason"), [
    ("Nummer", date(2026, 10, 9), "DD. MMM", "ein Datum gemacht (2026-10-09)"), ("Beginn", 0.125, "0.0%", "Prozentwert"),
    ("Beginn", date(2026, 10, 9), "DD.MM.YYYY", "erwartet ist eine Zahl"), ("Beginn", "12 34", "General", "keine ganze Zahl"),
])  # fmt: skip
def test_what_a_spreadsheet_made_of_a_cell_is_asked_about(concept, planner, head, value, code, reason):
    internal(title="Park", number="9.10")
    client = client_of(planner)
    batch, _page = upload(client, with_format(download(client), head, value, code))
    assert reason in batch.entries.get().reason


TYPED = [
    "- Radweg\n- Gehweg", "=1+1+cmd|' /C calc'!A0", "-1+1", "+49 631 365-0", "@alle", "9.10", "1/2", "'Zitat'", "• Punkt\n• Punkt",
    "x" * 40_000, "🌳 مرحبا שלום Привет 你好",
]  # fmt: skip


@pytest.mark.parametrize("text", TYPED, ids=range(len(TYPED)))
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_was_typed_comes_back_unchanged(concept, planner, form, text):
    item = internal(title="Park", text=text, number=text if len(text) < 20 else "")
    client = client_of(planner)
    if form == "xlsx":
        book = download(client)
        sheet = book.worksheets[0]
        [cell] = [row for row in sheet[2] if str(row.value).startswith(text[:20])][-1:]
        assert cell.data_type == "s"
        assert cell.quotePrefix is (text[0] in "=+-@91")
        batch, _page = upload(client, book)
    else:
        data = b"".join(client.get(reverse("measure-table")).streaming_content)
        for line in data.decode("utf-8-sig").splitlines()[1:]:
            assert not any(
                part.startswith(("=", "+1", "-1+", "@", "- ")) for part in line.replace('"', "").split(";")
            )
        batch, _page = upload(client, data, name="liste.csv")
    assert [(entry.result, entry.reason) for entry in batch.entries.all()] == []
    assert Item.objects.get(pk=item.pk).text == text


def test_a_text_that_was_cut_for_its_cell_is_not_saved_cut(concept, planner):
    internal(title="Park", text="Baum " * 8_000)
    client = client_of(planner)
    book = download(client)
    sheet = book.worksheets[0]
    [cell] = [row for row in sheet[2] if str(row.value).startswith("Baum")]
    assert "Gekürzt" in cell.value
    cell.value = "Wald " + cell.value[5:]
    batch, _page = upload(client, book)
    assert "gekürzt" in batch.entries.get().reason
