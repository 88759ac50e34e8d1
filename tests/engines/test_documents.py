"""Reading documents: text in the order in which one reads it, and the tree that follows from it."""

from __future__ import annotations

import io
import sys
import zipfile
from time import process_time

import docx
import pikepdf
import pytest
from odf import opendocument, table, text
from PIL import Image

from insek.engines.documents import reading
from insek.engines.documents.content import Block, Content, ReadPage, UnreadableDocument, as_plain, from_plain
from insek.engines.documents.joining import joined
from insek.engines.documents.outline import propose
from insek.engines.documents.pdf import read_pdf
from insek.engines.documents.pdf_blocks import _counts_on
from insek.engines.documents.reading import kind_of, picture, read_document
from insek.engines.documents.word_files import read_docx, read_odt
from tests.documents.made_concept import make_concept


@pytest.mark.parametrize("layout", ["concept", "designed", "office"])
def test_a_designed_concept_is_read_in_order_and_proposed_as_a_tree(tmp_path, layout):
    made = make_concept(layout=layout)
    (tmp_path / "a.pdf").write_bytes(made.data)
    content = read_pdf(tmp_path / "a.pdf")
    whole = " ".join(page.text.replace("\n", " ") for page in content.pages)
    assert len(content.pages) == made.pages >= 29
    # words divided at the end of lines and columns are whole, columns are read one after the other
    assert [sentence for sentence in made.sentences if sentence not in whole] == []
    # running heads and page numbers are gone, the numbers printed are kept
    assert not any(
        "INSEK Musterstadt 2040" in page.text or "ISEK | Entwurf" in page.text for page in content.pages
    )
    assert content.pages[20].label == "21" and content.pages[20].blocks[-1].text not in {
        "Seite 21",
        "– 21 –",
        f"21 | {made.pages}",
    }
    lines = propose(content)
    found = {
        (line.kind, line.number, line.title, lines[line.parent].number if line.parent is not None else "")
        for line in lines
        if line.kind
    }
    assert found == {(part.kind, part.number, part.title, part.parent) for part in made.parts}
    sheets = [line for line in lines if line.from_form]
    assert len(sheets) == 16 and all("Priorität: " in line.whole_text for line in sheets)
    for line in lines:
        for words, place in line.text:
            value = words.partition(": ")[2] if line.from_form else words
            assert value in content.pages[place.page - 1].text  # nothing is invented


def test_labels_above_answers_cards_and_boxes_beside_each_other_are_read(tmp_path):
    made = make_concept(layout="magazine")
    (tmp_path / "a.pdf").write_bytes(made.data)
    content = read_pdf(tmp_path / "a.pdf")
    whole = " ".join(page.text.replace("\n", " ") for page in content.pages)
    # the three cards of the guidelines are read across: that is known, and the rest is whole
    assert sum(sentence not in whole for sentence in made.sentences) <= 9
    lines = propose(content)
    found = {
        (line.kind, line.number, line.title, lines[line.parent].number if line.parent is not None else "")
        for line in lines
        if line.kind and not line.kind.startswith("finding")
    }
    assert found == {(part.kind, part.number, part.title, part.parent) for part in made.parts}
    assert {line.kind for line in lines} >= {"finding-strength", "finding-weakness"}
    sheets = {sheet["number"]: sheet for sheet in made.sheets}
    forms = [line for line in lines if line.from_form]
    assert len(forms) == 16
    for line in forms:
        said, sheet = dict(line.answers), sheets[line.number]
        told = [
            said[label]
            for label in (
                "Zuständig",
                "Beteiligte",
                "Zeitraum",
                "Kosten",
                "Finanzierung",
                "Priorität",
                "Ziele",
            )
        ]
        assert told == [
            sheet[name] for name in ("who", "with", "when", "cost", "funding", "priority", "goals")
        ]


def test_a_file_is_read_in_a_process_of_its_own(tmp_path):
    made = make_concept(fields=1, goals=1, measures=1, chapters=1)
    path = tmp_path / "a.pdf"
    path.write_bytes(made.data)
    content = read_document(path, "pdf")
    assert content.title == "Integriertes Stadtentwicklungskonzept Musterstadt 2040"
    assert from_plain(as_plain(content.pages[2])) == content.pages[2]
    image = Image.open(io.BytesIO(picture(path, 1, 600)))
    assert (image.format, image.width) == ("JPEG", 600)
    found = reading.table(path, made.pages)
    assert found[0] == ["Nr.", "Maßnahme", "Federführung", "Zeitraum", "Kosten"]


@pytest.mark.parametrize(
    ("program", "code"),
    [("import time; time.sleep(60)", "time"), ("import os; os._exit(9)", "memory"), ("print('{')", "broken")],
)
def test_a_process_that_does_not_answer_is_given_up(tmp_path, monkeypatch, program, code):
    monkeypatch.setattr(reading, "_command", lambda arguments, seconds: [sys.executable, "-c", program])
    with pytest.raises(UnreadableDocument) as refused:
        read_document(tmp_path / "a.pdf", "pdf", seconds=1)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "beginning", "code"),
    [
        ("a.pdf", b"PK\x03\x04", "broken"), ("a.docx", b"%PDF-1.7", "broken"), ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "kind"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted"), ("a.exe", b"MZ", "kind"), ("a.pdf", b"", "empty"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused_by_its_first_bytes(name, beginning, code):
    with pytest.raises(UnreadableDocument) as refused:
        kind_of(name, beginning)
    assert refused.value.code == code


def _hostile(sort: str) -> bytes:
    kept = io.BytesIO()
    if sort in {"encrypted", "pages"}:
        with pikepdf.new() as made:
            for _each in range(2001 if sort == "pages" else 1):
                made.add_blank_page()
            locked = pikepdf.Encryption(owner="a", user="b") if sort == "encrypted" else False
            made.save(kept, encryption=locked)
    elif sort == "bomb":
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", b" " * 50_000_000)
    elif sort == "many":
        with zipfile.ZipFile(kept, "w") as archive:
            for number in range(5001):
                archive.writestr(str(number), b"")
    elif sort == "entities":
        with zipfile.ZipFile(kept, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            archive.writestr("META-INF/manifest.xml", "<manifest/>")
            archive.writestr(
                "content.xml", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
            )
    return kept.getvalue() or b"%PDF-1.7 and nothing else"


@pytest.mark.parametrize(
    ("sort", "read", "code"),
    [
        ("encrypted", read_pdf, "encrypted"), ("pages", read_pdf, "pages"), ("broken", read_pdf, "broken"), ("bomb", read_docx, "size"),
        ("many", read_odt, "size"), ("entities", read_odt, "broken"), ("broken", read_docx, "broken"), ("entities", read_docx, "broken"),
    ],
)  # fmt: skip
def test_hostile_files_are_refused_with_a_reason(tmp_path, sort, read, code):
    path = tmp_path / "a"
    path.write_bytes(_hostile(sort))
    with pytest.raises(UnreadableDocument) as refused:
        read(path)
    assert refused.value.code == code


def test_pictures_of_pages_are_recognised_as_a_scan(tmp_path):
    Image.new("RGB", (300, 400), "white").save(tmp_path / "a.pdf")
    assert read_pdf(tmp_path / "a.pdf").is_scan
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(tmp_path / "b.pdf")
    assert not read_pdf(tmp_path / "b.pdf").is_scan


def test_a_word_file_is_read_by_heading_and_paragraph(tmp_path):
    made = docx.Document()
    made.core_properties.title = "INSEK Musterstadt"
    made.add_heading("Handlungsfeld 1: Wohnen", 1)
    made.add_heading("Ziel 1.1: Bestand erhalten", 2)
    made.add_paragraph("Die Stadt erhält\tihren Bestand.")
    made.add_paragraph("Maßnahme 1.1.1: Dächer dämmen", style="List Bullet")
    grid = made.add_table(1, 2)
    grid.cell(0, 0).text, grid.cell(0, 1).text = "Kosten", "offen"
    made.add_heading("Handlungsfeld 2: Klima", 1)
    made.save(str(tmp_path / "a.docx"))
    content = read_docx(tmp_path / "a.docx")
    assert content.title == "INSEK Musterstadt" and not content.is_scan
    assert [page.label for page in content.pages] == ["Handlungsfeld 1: Wohnen", "Handlungsfeld 2: Klima"]
    assert [(block.type, block.text, block.level) for block in content.pages[0].blocks] == [
        ("heading", "Handlungsfeld 1: Wohnen", 1), ("heading", "Ziel 1.1: Bestand erhalten", 2),
        ("paragraph", "Die Stadt erhält ihren Bestand.", 0), ("item", "Maßnahme 1.1.1: Dächer dämmen", 0), ("row", "Kosten offen", 0),
    ]  # fmt: skip
    assert [(line.kind, line.number, line.parent) for line in propose(content)] == [
        ("field", "1", None), ("goal", "1.1", 0), ("measure", "1.1.1", 1), ("field", "2", None),
    ]  # fmt: skip


def test_every_fact_sheet_of_a_word_file_is_read_however_many_stand_in_one_section(tmp_path):
    made = docx.Document()
    made.add_heading("Ziel 1.1: Grün", 2)
    sheets = [
        ("1.1.1", ("Beschreibung", "Bäume."), ("Kosten", "200 T€"), ("Zeitraum", "2027"), ("Ziele", "1.1")),
        ("1.1.2", ("Beschreibung", "Dächer."), ("Kosten", "offen"), ("Zeitraum", "ab 2028"), ("Förderung", "Land")),
        ("1.1.3", ("Träger", "Verein"),),
    ]  # fmt: skip
    for number, *answers in sheets:
        made.add_heading(f"Maßnahme {number}: Platz", 3)
        grid = made.add_table(0, 2)
        for answer in answers:
            for cell, words in zip(grid.add_row().cells, answer, strict=True):
                cell.text = words
    years = made.add_table(2, 3)
    for cell, words in zip(years._cells, ("Jahr", "Bund", "Stadt", "2027", "10", "5"), strict=True):
        cell.text = words
    made.save(str(tmp_path / "a.docx"))
    found = [line for line in propose(read_docx(tmp_path / "a.docx")) if line.kind == "measure"]
    assert [(line.number, *line.answers) for line in found] == sheets  # also what only one of them says
    assert found[2].whole_text == "Träger: Verein\n\nJahr | Bund | Stadt\n\n2027 | 10 | 5"


def test_an_opendocument_text_is_read_by_heading_and_paragraph(tmp_path):
    made = opendocument.OpenDocumentText()
    made.text.addElement(text.H(outlinelevel=1, text="Leitlinien"))
    listed = text.List()
    for words in ("Bestand vor Neubau", "Wege kurz halten"):
        entry = text.ListItem()
        entry.addElement(text.P(text=words))
        listed.addElement(entry)
    made.text.addElement(listed)
    grid, row = table.Table(), table.TableRow()
    for words in ("Kosten", "offen"):
        cell = table.TableCell()
        cell.addElement(text.P(text=words))
        row.addElement(cell)
    grid.addElement(row)
    made.text.addElement(grid)
    made.save(str(tmp_path / "a.odt"))
    content = read_odt(tmp_path / "a.odt")
    assert [(block.type, block.text) for block in content.pages[0].blocks] == [
        ("heading", "Leitlinien"), ("item", "Bestand vor Neubau"), ("item", "Wege kurz halten"), ("row", "Kosten offen"),
    ]  # fmt: skip
    assert [(line.kind, line.title) for line in propose(content)] == [
        ("guideline", "Bestand vor Neubau"), ("guideline", "Wege kurz halten"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["Wohnungs-", "bau"], "Wohnungsbau"), (["Nord-", "Süd-Achse"], "Nord-Süd-Achse"), (["Rad-", "und Fußverkehr"], "Rad- und Fußverkehr"),
        (["Verkehrs\x02", "wende"], "Verkehrswende"), (["eins", " zwei "], "eins zwei"), (["A\u00adB", ""], "AB"),
    ],
)  # fmt: skip
def test_words_divided_at_the_end_of_a_line_are_put_together(lines, text):
    assert joined(lines) == text


@pytest.mark.parametrize(
    ("blocks", "lines"),
    [
        # sentences that begin with a number of a goal are no goals
        ([("paragraph", "Ziel 2.1 wird mit drei Maßnahmen umgesetzt.")], []),
        ([("paragraph", "Maßnahme 3 und Maßnahme 4 hängen zusammen.")], []),
        # a heading with a number alone is something that a person names
        ([("heading", "2.1 Bezahlbar wohnen")], [("", "2.1", "Bezahlbar wohnen", None)]),
        ([("heading", "Leitbild: Grün am Fluss")], [("vision", "", "Grün am Fluss", None)]),
        ([("heading", "Unsere Ziele"), ("item", "• Wege kurz halten"), ("paragraph", "Text")], [("goal", "", "Wege kurz halten", None)]),
        ([("heading", "HF 3 Mobilität"), ("heading", "Z 3.1 – Mehr Rad"), ("paragraph", "M 3.1.1 Radweg bauen")],
         [("field", "3", "Mobilität", None), ("goal", "3.1", "Mehr Rad", 0), ("measure", "3.1.1", "Radweg bauen", 1)]),
        # what comes again is one; the same number with another title is another
        ([("item", "Maßnahme 1: Brücke bauen"), ("heading", "Maßnahme 1: Brücke bauen"), ("heading", "Maßnahme 1: Ufer säubern")],
         [("measure", "1", "Brücke bauen", None), ("measure", "1", "Ufer säubern", None)]),
        ([("heading", "Inhalt"), ("paragraph", "Ziel 1.1: Bestand erhalten"), ("heading", "Ziel 1.1: Bestand erhalten")],
         [("goal", "1.1", "Bestand erhalten", None)]),
        ([("paragraph", "Ziel 1.1: Bestand erhalten . . . . . . . 12")], []),
    ],
)  # fmt: skip
def test_only_what_the_document_names_is_proposed(blocks, lines):
    page = ReadPage(
        1,
        [
            Block(kind, words, level=1 if kind == "heading" else 0, number="2.1" if words[:1] == "2" else "")
            for kind, words in blocks
        ],
    )
    found = propose(Content("docx", [page]))
    assert [(line.kind, line.number, line.title, line.parent) for line in found] == lines


@pytest.mark.slow
def test_five_hundred_pages_take_less_than_half_a_minute(tmp_path):
    made = make_concept()
    with pikepdf.new() as many, pikepdf.open(io.BytesIO(made.data)) as once:
        for _each in range(5):
            many.pages.extend(once.pages)
        many.save(tmp_path / "a.pdf")
    began = process_time()
    read = read_pdf(tmp_path / "a.pdf")
    assert len(read.pages) == 5 * made.pages
    assert (process_time() - began) * 500 / len(read.pages) < 30


@pytest.mark.parametrize(
    ("before", "line", "goes_on"),
    [
        ("Der Ausschuss tagte am", "3. Mai 2009 und nahm Kenntnis.", True),
        ("zwischen dem 2. und dem", "30. Juni lag der Plan aus", True),
        ("gilt nach § 9 Abs.", "1. Satz 2 entsprechend", True),
        ("Zu den Aufgaben gehören:", "1. Radwege bauen", False),
        ("wird erneuert.", "2. Plätze begrünen", False),
    ],
)
def test_a_number_at_the_beginning_of_a_line_is_no_item_where_the_line_above_asks_for_it(
    before, line, goes_on
):
    assert _counts_on(before, line) is goes_on
