"""Large maps of the printed concept, what a chapter opens with, and the reasons of the thread in the annex."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import docx
import pikepdf
import pytest

from insek.engines.report import blocks, maps
from insek.engines.report.pdf import to_pdf
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.publish.report.collect import concept_report
from insek.publish.report.making import make_concept
from insek.space.signs import signs_from_rows
from tests.config.sheets import starts_of, tags_of
from tests.factories import make_item, make_link
from tests.publish.test_report_chapters import chapter, city, words_of

__all__ = ["city"]
USUAL = {sign.key: sign.drawn for sign in signs_from_rows(None)}
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_the_spatial_chapter_has_plan_legend_variants_and_elements(concept, city):
    made = chapter(concept_report(concept, ANONYMOUS), "raumkonzept")
    drawn = [block for block in blocks.within(made) if block["type"] == "figure"]
    variant, plan = drawn
    [sheet] = [block for block in made if block["type"] == "plate"]
    assert sheet["wide"] and sheet["picture"] is plan and made.index(sheet) < len(made) - 1
    assert plan["width"] == "full" and "Grünzug: R 1 Talraum" in plan["alt"] and "R 2 Bahnhof" in plan["alt"]
    assert "R\u00a01" in plan["svg"] and "R\u00a02" in plan["svg"] and " km</text>" in plan["svg"]
    assert "Nur in dieser Variante: R 2 Bahnhof" in variant["caption"]
    legend = next(block for block in blocks.within(made) if block["type"] == "legend")
    assert [row["name"] for row in legend["rows"]] == ["Grünzug", "Verkehrsknoten"]
    first, second = made[-1]["rows"]
    assert [row["head"][0]["anchor"] for row in (first, second)] == [city["feature"].pk, city["knot"].pk]
    assert "kurzfristig" in words_of(first["end"]) and "M\u00a01" in words_of(first["end"])
    assert "langfristig" in words_of(second["end"])


def test_the_plan_lies_across_in_pdf_and_word_and_all_else_stands_upright(concept, city):
    document = concept_report(concept, ANONYMOUS, wanted=["raumkonzept"])
    with pikepdf.open(BytesIO(to_pdf(document))) as pdf:
        boxes = [[float(side) for side in page.MediaBox] for page in pdf.pages]
        [sheet] = [number for number, box in enumerate(boxes) if box[2] > box[3]]
        assert 1 < sheet < len(boxes) - 1
    word = docx.Document(BytesIO(make_concept(concept, ANONYMOUS, format="docx", wanted=["raumkonzept"])))
    assert [section.page_width > section.page_height for section in word.sections] == [False, True, False]
    assert word.sections[1].footer.paragraphs[0].text == word.sections[0].footer.paragraphs[0].text
    plan = next(
        shape for shape in word.inline_shapes if "gesamträumlichen" in shape._inline.docPr.get("descr")
    )
    assert plan.width > word.sections[1].page_width * 0.4 or plan.height > word.sections[1].page_height * 0.5


def test_in_word_sheets_are_not_in_the_contents_and_titles_stay_with_what_follows(concept, city):
    word = docx.Document(BytesIO(make_concept(concept, ANONYMOUS, format="docx")))
    contents = [each.text for each in word.paragraphs if each.style.name.lower().startswith("toc")]
    assert any("Steckbriefe" in line for line in contents)
    assert not [line for line in contents if "Häuser bauen" in line]
    # the first stands on the cover
    _city, *labels = [each for each in word.paragraphs if each.style.name == "INSEK Zwischentitel"]
    assert labels and all(each.paragraph_format.keep_with_next for each in labels)


def test_without_variants_small_plans_by_time_or_the_elements_fill_the_page_before_the_plan(concept, city):
    row = city["knot"].feature
    row.variant = ""
    row.save()
    made = chapter(concept_report(concept, ANONYMOUS), "raumkonzept")
    [times] = [block for block in made if block["type"] == "rest"]
    assert [figure["caption"] for figure in times["pictures"]] == [
        "Kurzfristig: R 1 Talraum",
        "Langfristig: R 2 Bahnhof",
    ]
    row.horizon = "short"
    row.save()
    made = chapter(concept_report(concept, ANONYMOUS), "raumkonzept")
    assert made[-1]["type"] == "plate" and made[-2]["type"] == "lines"


def test_a_chapter_opens_with_a_spread_of_text_and_figure_and_a_map_on_the_next_page(concept, city):
    rows = [
        NewObservation(city["city"].district, str(year), Decimal(year - 2000), source_title="Statistik")
        for year in (2021, 2022, 2023)
    ]
    record_observations(city["indicator"].indicator, rows, label="y", actor=PROGRAM)
    document = concept_report(concept, ANONYMOUS, wanted=["handlungsfelder"])
    made = document["chapters"][0]["blocks"]
    first = next(block for block in made if block["type"] == "rest")["pictures"][0]
    sheet = next(block for block in made if block["type"] == "plate")
    assert first["alt"].startswith("Diagramm") and sheet["picture"]["alt"].startswith("Karte")
    with pikepdf.open(BytesIO(to_pdf(document))) as pdf:
        order, _charts = tags_of(pdf)
        [(_title, begins)] = starts_of(pdf, 1)
    pages = [page for name, page in order if name == "/Figure"][:2]
    assert pages == [begins + 1, begins + 2] and pages[0] % 2 == 0, "they face each other"
    short = concept_report(concept, ANONYMOUS, wanted=["handlungsfelder"], is_short=True)
    assert [each["spread"] for each in short["chapters"]] == [False], "no page is left empty"


def test_plan_signs_are_drawn_with_their_hatching_and_never_as_markup():
    for key in ("centre", "cold_air", "node", "link", "green"):
        assert maps.swatch(USUAL[key]).startswith("<svg")
    ground = {"type": "FeatureCollection", "features": []}
    element = {
        "geometry": {"type": "LineString", "coordinates": [[7.7, 49.4], [7.8, 49.5]]},
        "sign": USUAL["cold_air"], "number": '<script>"&\x00\ud800',
    }  # fmt: skip
    svg = maps.plan_map(ground, [element])
    assert "<script" not in svg and "&lt;script&gt;" in svg and "\x00" not in svg
    assert maps.plan_map(ground, []) == ""


def test_the_annex_says_why_each_link_is_there_and_a_shared_sentence_once(concept, city):
    for number in range(5):
        goal = make_item("goal", concept=concept, number=f"Z 2.{number}", title=f"Ziel {number}")
        make_link(goal, city["feature"], "shown_by", reason="Liegt hier.")
    make_link(city["goal"], city["feature"], "shown_by", reason="Am Bach wird gewohnt.")
    hidden = make_item("goal", concept=concept, number="Z 9", visibility="internal")
    make_link(hidden, city["feature"], "shown_by", reason="Das bleibt geheim.")
    made = chapter(concept_report(concept, ANONYMOUS), "faden")
    begin = next(
        place for place, block in enumerate(made) if block.get("text") == "Warum die Inhalte verbunden sind"
    )
    tables = [block for block in made[begin:] if block["type"] == "table"]
    [row] = [row for table in tables for row in table["rows"] if row[0][0].get("ref") == city["feature"].pk]
    assert "Z\u00a01 Am Bach wird gewohnt." in "".join(piece["t"] for piece in row[2])
    [shared] = [row for row in tables[-1]["rows"] if row[1][0]["t"] == "Liegt hier."]
    assert shared[2][0]["t"] == "5" and str(made).count("Liegt hier.") == 1
    assert "geheim" not in str(made)
    assert [each["id"] for each in concept_report(concept, ANONYMOUS, is_short=True)["chapters"]].count(
        "faden"
    ) == 0
