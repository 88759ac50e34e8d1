"""The concept in English: the frame speaks English, what was translated too, and what is German says so."""

from __future__ import annotations

from io import BytesIO

import docx
import pikepdf
import pytest
from django.utils import translation

from insek.concept.models import Edition
from insek.engines.report.pdf import to_pdf
from insek.people.actors import ANONYMOUS
from insek.publish.report.collect import concept_report
from insek.publish.report.editions import edition_report
from insek.publish.report.making import typeset
from tests.council.editions import file
from tests.factories import make_edition, make_item
from tests.publish.test_report import structure

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def english(concept):
    """A goal with an English version, a measure without one, and the report."""
    fields = list(concept.fields.all())[:1]
    make_item("goal", concept=concept, number="Z 1", title="Wohnen für alle", title_en="Homes for all", text="Deutsch.", text_en="In English.", fields=fields)  # fmt: skip
    measure = make_item(
        "measure", concept=concept, number="M 1", title="Häuser bauen", text="Aus *Holz*.", fields=fields
    )
    measure.measure.occasion = "Es fehlt Platz."
    measure.measure.save()
    with translation.override("en"):
        return concept_report(concept, ANONYMOUS)


def pieces(value):
    """All runs and items of a document."""
    if isinstance(value, dict):
        if "t" in value or value.get("type") in {"item", "sheet"}:
            yield value
        for each in value.values():
            yield from pieces(each)
    elif isinstance(value, list):
        for each in value:
            yield from pieces(each)


def test_english_where_it_is_there_and_german_is_marked(english):
    said = {
        piece.get("t", piece.get("title")): piece.get("lang", "") for piece in pieces(english["chapters"])
    }
    assert said["Homes for all"] == "" and said["In English."] == ""
    assert "Wohnen für alle" not in said and "Deutsch." not in said
    assert said["Häuser bauen"] == said["Holz"] == said["Es fehlt Platz."] == "de"
    assert "German" in english["notice"] and english["words"]["contents"] == "Contents"
    german = {text for text, lang in said.items() if lang == "de"}
    assert not [text for text in said if text not in german and any(sign in str(text) for sign in "äöüß")]


def test_the_marks_arrive_in_pdf_and_word(english):
    with pikepdf.open(BytesIO(to_pdf(english))) as pdf:
        assert str(pdf.Root.Lang).lower().startswith("en")
        assert "de" in {str(tag.get("/Lang", ""))[:2].lower() for tag in structure(pdf)}
    word = docx.Document(BytesIO(typeset(english, "docx")))
    marked = [
        run.text
        for run in word.element.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}r")
        if run.xpath("./w:rPr/w:lang[@w:val='de-DE']")
    ]
    assert "Holz" in marked and "In English." not in marked


def test_in_german_nothing_is_marked(concept, english):
    document = concept_report(concept, ANONYMOUS)
    assert not [piece for piece in pieces(document["chapters"]) if piece.get("lang")]
    assert "Homes for all" not in str(document) and document["words"]["contents"] == "Inhaltsverzeichnis"


def test_an_edition_is_german_in_an_english_frame(concept, english):
    edition = file(make_edition(concept, key="entwurf"))
    with translation.override("en"):
        document = edition_report(Edition.objects.get(pk=edition.pk))
    said = {
        piece.get("t", piece.get("title")): piece.get("lang", "") for piece in pieces(document["chapters"])
    }
    assert said["Wohnen für alle"] == said["Häuser bauen"] == "de" and "Homes for all" not in said
    assert "German" in document["notice"] and document["chapters"][0]["title"] == "At a glance"
