"""The printed edition has tables, figures and maps of its own, and nothing in them is of today."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pikepdf
import pytest
import shapely

from insek.engines.report import blocks
from insek.engines.report.pdf import to_pdf
from insek.people.actors import PROGRAM
from insek.places.outlines import canonical
from insek.publish.report.editions import edition_report
from insek.steering.models import Target
from insek.thread.services import update_item
from tests.council.editions import file
from tests.factories import make_edition, make_item
from tests.publish.test_report_chapters import (
    city,  # noqa: F401  (a fixture)
    words_of,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def filed(concept, city):  # noqa: F811  (the fixture named city, imported above)
    """An edition that was filed, of which everything changed afterwards."""
    make_item(
        "goal", concept=concept, number="Z 2", title="Ohne Zielwert", fields=list(concept.fields.all())[:1]
    )
    edition = make_edition(concept, key="entwurf")
    file(edition)
    before = edition_report(edition)
    goal, measure, part = city["goal"], city["measure"], city["district"]
    Target.objects.update(value=99)
    for item, values in (
        (goal, {"title": "Ganz anders"}),
        (measure, {"title": "Etwas anderes"}),
        (part, {"title": "Neustadt"}),
    ):
        update_item(item, expected_version=item.version, values=values, actor=PROGRAM)
    part.district.geometry = canonical(shapely.box(7.78, 49.48, 7.8, 49.5))
    part.district.save()
    make_item("measure", concept=concept, number="M 2", title="Kam später")
    edition.refresh_from_db()
    return edition, before


def content(document, anchor):
    return next(each["blocks"] for each in document["chapters"] if each["id"] == anchor)


def test_targets_measures_and_maps_are_those_of_the_edition(filed, city):  # noqa: F811  (the fixture named city, imported above)
    edition, before = filed
    made = edition_report(edition)
    assert made["chapters"] == before["chapters"] and made["cover"] == before["cover"] != ""
    glance = content(made, "ueberblick")
    counted = [(row["value"], row["name"]) for row in glance[0]["rows"]]
    assert counted == [("2", "Ziele"), ("1", "Maßnahme"), ("2", "Raumelemente")]
    assert glance[0]["rows"][0]["note"] == "mit einem Zielwert"
    day = edition.filed_on
    assert f"Stand: {day.day}." in words_of(glance[1])
    found = list(blocks.within(glance))
    [targets] = [block for block in found if block["type"] == "table"]
    assert [cell[0]["t"] for cell in targets["rows"][0]] == [
        "Z\u00a01",
        "I 1 Wohnungen",
        "20 % (2020)",
        "mindestens 40 %",
        "2035",
    ]
    [located] = [block for block in found if block["type"] == "figure"]
    assert "Altstadt 1" in located["alt"] and "schematisch" in located["caption"]


def test_a_chapter_has_its_measures_as_a_table_and_the_plan_lies_across(filed, city):  # noqa: F811  (the fixture named city, imported above)
    made = edition_report(filed[0])
    key = next(
        each["id"] for each in made["chapters"] if each["title"] == str(filed[0].concept.fields.first())
    )
    found = list(blocks.within(content(made, key)))
    [table] = [block for block in found if block["type"] == "table"]
    assert "Häuser bauen" in words_of(table["rows"]) and "Z\u00a01" in words_of(table["rows"][0][4])
    assert any(block["type"] == "figure" and "Altstadt 1" in block["alt"] for block in found)
    assert content(made, "features")[-1]["type"] == "plate" and content(made, "features")[-1]["wide"]
    with pikepdf.open(BytesIO(to_pdf(made))) as pdf:
        assert [float(page.MediaBox[2]) > float(page.MediaBox[3]) for page in pdf.pages].count(True) == 1
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
    short = edition_report(filed[0], is_short=True)
    assert "Häuser bauen" in words_of(content(short, key))
    assert {
        piece.get("anchor")
        for block in blocks.within(content(short, key))
        if block["type"] == "table"
        for piece in block["rows"][0][0]
    } != {None}


def test_a_draft_says_that_it_is_one_and_an_old_edition_has_no_figures(concept, city):  # noqa: F811  (the fixture named city, imported above)
    draft = make_edition(concept, key="neu")
    assert "noch in Arbeit" in words_of(content(edition_report(draft), "ueberblick"))
    old = make_edition(concept, key="alt", status="adopted", date=date(2010, 5, 5), standing="fact")
    assert [each["id"] for each in edition_report(old)["chapters"]] == ["text"]
