"""Emoji, Arabic, Hebrew, Cyrillic and Greek come through every output; what cannot be printed is said in words."""

import re
from io import BytesIO
from zipfile import ZipFile

import docx
import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from insek.engines.report.words import FONTS, printable
from insek.items.pages import all_pages
from insek.package import export_package
from insek.people.actors import ANONYMOUS
from insek.publish.report.making import make_concept
from tests.factories import make_item

SAID = "🌳 مرحبا שלום Привет Ελλάδα"
OTHER = "東京 你好"
KINDS = [pages.kind for pages in all_pages()]
needs_fonts = pytest.mark.skipif(not (FONTS / "NotoSansArabic.ttf").exists(), reason="fonts were not built")


@pytest.fixture
def said(concept, settings, tmp_path):
    """An item of every kind whose title, text and source are written in other scripts."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.INSEK_DATA_DIR = tmp_path
    return {
        kind: make_item(kind, title=f"{SAID} {kind}", text=f"Ein Text: {SAID} {OTHER}", source_title=SAID, fields=concept.fields.all())
        for kind in KINDS
    }  # fmt: skip


def body(answer):
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("kind", KINDS)
def test_pages_tables_and_answers_of_a_kind(said, kind):
    visitor, item = Client(), said[kind]
    for address in (reverse(f"{kind}-list"), item.get_absolute_url()):
        assert SAID in body(visitor.get(address)).decode(), address
    assert f"Ein Text: {SAID} {OTHER}" in body(visitor.get(item.get_absolute_url())).decode()
    assert f"Ein Text: {SAID} {OTHER}" in body(visitor.get(reverse(f"{kind}-table"))).decode("utf-8-sig")
    book = load_workbook(BytesIO(body(visitor.get(reverse(f"{kind}-workbook")))))
    cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert f"{SAID} {kind}" in cells
    assert f"Ein Text: {SAID} {OTHER}" in cells


def test_feed_search_api_and_package(said, concept, tmp_path):
    visitor = Client()
    assert SAID in body(visitor.get(reverse("feed"))).decode()
    for word in ("Привет", "Ελλάδα", "مرحبا", "שלום"):
        found = re.sub(r"</?mark>", "", body(visitor.get(reverse("search"), {"q": word})).decode())
        assert f"{SAID} goal" in found, word
    items = visitor.get("/api/v1/items").json()
    assert any(SAID in row["title"] for row in items["items"])
    made = tmp_path / "paket"
    export_package(concept, made)
    assert f"Ein Text: {SAID} {OTHER}" in "".join(
        file.read_text("utf-8") for file in sorted(made.rglob("*.csv"))
    )


def printed(data):
    """Every sign that the fonts of a PDF show, by their tables back to Unicode."""
    found = set()
    with pikepdf.open(BytesIO(data)) as pdf:
        for thing in pdf.objects:
            if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream) or "/ToUnicode" not in thing:
                continue
            table = thing.ToUnicode.read_bytes().decode("ascii")
            for code in re.findall(r"<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>", table):
                found |= set(bytes.fromhex(code).decode("utf-16-be", "replace"))
    return found


@needs_fonts
def test_the_pdf_prints_them_and_says_where_a_script_is_missing(said, concept):
    signs = printed(make_concept(concept, ANONYMOUS))
    assert set(SAID.replace(" ", "")) - signs == set()
    assert not set(OTHER.replace(" ", "")) & signs
    assert printable(f"Nach {OTHER} reisen") == "Nach [Schrift hier nicht druckbar] reisen"
    assert printable("👩\u200d🌾 می\u200cخواهم") == "👩🌾 می\u200cخواهم"
    assert printable(f"To {OTHER}.", "en") == "To [script cannot be printed here]."


def test_the_word_file_keeps_every_script(said, concept):
    data = make_concept(concept, ANONYMOUS, format="docx")
    document = docx.Document(BytesIO(data))
    texts = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert f"Ein Text: {SAID} {OTHER}" in texts
    assert "�" not in ZipFile(BytesIO(data)).read("word/document.xml").decode()
