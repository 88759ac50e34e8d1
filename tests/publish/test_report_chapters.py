"""The chapters of the printed concept: what each says, what none may say, and how the tags and links of the whole hold."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import count, pairwise

import docx
import pikepdf
import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insek.engines.report import blocks
from insek.engines.report.pdf import to_pdf
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.places.locations import set_location
from insek.places.outlines import canonical
from insek.publish.report.collect import concept_report, item_report
from insek.publish.report.making import make_concept
from insek.publish.report.making import make_item as make_sheet
from insek.steering.models import StatusReport, Target
from insek.web.reports import all_chapters
from tests.factories import make_item, make_link, make_unit
from tests.plans.test_appraisals import appraise
from tests.publish.test_report import structure, text_of
from tests.web.test_gate_everywhere import WORDS, plant

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
ORIGIN = "https://insek.example.org"


@pytest.fixture
def city(concept, settings, tmp_path):
    """One of everything that has a chapter, linked and placed."""
    settings.MEDIA_ROOT, settings.INSEK_DATA_DIR = tmp_path / "files", tmp_path
    concept.horizon_to = 2040
    concept.save()
    fields = list(concept.fields.all())[:1]
    square = shapely.box(7.7, 49.4, 7.8, 49.5)
    whole = make_item("district", concept=concept, level="city", title="Musterstadt")
    part = make_item("district", concept=concept, level="stadtteil", title="Altstadt", number="O 1")
    for item, shape in ((whole, square), (part, shapely.box(7.7, 49.4, 7.75, 49.45))):
        item.district.geometry = canonical(shape)
        item.district.save()
    made = {
        "plan": make_item("plan", number="P 1", title="Verkehrsplan", fields=fields, aims="Sichere Wege\nWeniger Lärm"),
        "format": make_item("format", number="BF 1", title="Werkstatt", people=80, starts=date(2025, 5, 14)),
        "contribution": make_item(
            "contribution", number="BT 1", title="Bank am Bach", text="Es fehlt eine *Bank*.", reply="Die Bank kommt.",
            replied_on=date(2025, 6, 1), standing="example",
        ),
        "goal": make_item("goal", number="Z 1", title="Wohnen für alle", fields=fields),
        "measure": make_item("measure", number="M 1", title="Häuser bauen", fields=fields, responsible=make_unit()),
        "feature": make_item("feature", number="R 1", title="Talraum", sign="green", horizon="short"),
        "knot": make_item("feature", number="R 2", title="Bahnhof", sign="node", horizon="long", variant="Kompakt"),
        "indicator": make_item("indicator", number="I 1", title="Wohnungen", unit="%", fields=fields, direction="up"),
        "single": make_item(
            "indicator", number="I 2", title="Fläche der Stadt", unit="ha", fields=fields, standing="fact", source_title="Amt",
        ),
        "district": part, "city": whole,
        "resolution": make_item("resolution", number="B 1", title="Beschluss der Werkstatt"),
    }  # fmt: skip
    set_location(made["feature"], shapely.box(7.71, 49.41, 7.73, 49.43), expected_version=1, actor=PROGRAM)
    set_location(made["knot"], shapely.Point(7.76, 49.46), expected_version=1, actor=PROGRAM)
    make_link(made["contribution"], made["goal"], "taken_up")
    make_link(made["goal"], made["measure"], "implemented_by")
    make_link(made["measure"], made["feature"], "shown_by")
    make_link(made["measure"], part, "located_in")
    appraise(made["plan"], currency=75, substance=40, bindingness="concept")
    rows = [
        NewObservation(whole.district, str(year), Decimal(year - 2000), source_title="Statistik")
        for year in (2020, 2025)
    ]
    record_observations(made["indicator"].indicator, rows, label="x", actor=PROGRAM)
    record_observations(
        made["single"].indicator,
        [NewObservation(whole.district, "2024", Decimal(900), source_title="Amt")],
        label="x",
        actor=PROGRAM,
    )
    StatusReport.objects.create(measure=made["measure"].measure, state="delayed", happened="Es fehlt Holz.")
    Target.objects.create(
        goal=made["goal"].goal, indicator=made["indicator"].indicator, direction="at_least", value=Decimal(40),
        year=2035, base_period="2020", base_value=Decimal(20),
    )  # fmt: skip
    return made


def chapter(document, name):
    """The blocks of one chapter."""
    return next(each["blocks"] for each in document["chapters"] if each["id"] == name)


def words_of(value) -> str:
    """All texts in blocks, without their pictures."""
    if isinstance(value, dict):
        return " ".join(
            words_of(each) for key, each in value.items() if key not in {"svg", "type", "id", "ref", "anchor"}
        )
    if isinstance(value, list | tuple):
        return " ".join(words_of(each) for each in value)
    return str(value) if isinstance(value, str | int) else ""


def test_the_plans_chapter_has_register_overview_and_reasons(concept, city):
    made = chapter(concept_report(concept, ANONYMOUS), "planwerke")
    register, overview, bindings = (block for block in made if block["type"] == "table")
    assert words_of(register["rows"]).startswith("P 1") and "Verkehrsplan" in words_of(register["rows"])
    row = [words_of(cell).strip() for cell in overview["rows"][0]]
    assert row[:5] == ["P 1", "Verkehrsplan", "75 good", "40", "Ratsbeschluss"] and row[5:] == ["•", ""]
    assert "Rat und Verwaltung" in words_of(bindings)
    assert "Klima" in words_of(made) and "Kein Planwerk spricht dieses Feld an." in words_of(made)
    sheet = next(block for block in made if block["type"] == "item")
    assert "Sichere Wege; Weniger Lärm." in words_of(sheet) and "75 von 100" in words_of(sheet)


def test_the_participation_chapter_says_what_became_of_contributions(concept, city):
    document = concept_report(concept, ANONYMOUS)
    made = chapter(document, "beteiligung")
    said = words_of(made)
    assert "80" in said and "Die Bank kommt." in said and "Werkstatt" in said
    table = [block for block in made if block["type"] == "table"][-1]
    number, _text, _reply, behind = table["rows"][0]
    assert number[0]["anchor"] == city["contribution"].pk in document["ids"]
    assert any(piece["t"].strip() == "Beispiel" for piece in number)
    assert behind[0]["ref"] == city["goal"].pk
    outcomes = [block for block in made if block["type"] == "table"][1]
    assert [cell[0]["t"] for cell in outcomes["rows"][-1]] == ["Zusammen", "1", "1", "0", "1"]


def test_a_page_with_an_example_in_a_table_says_so_on_top(concept, city, tmp_path):
    pages = text_of(make_concept(concept, ANONYMOUS, wanted=["beteiligung", "planwerke"]), tmp_path).split(
        "\f"
    )
    assert all("Mit Beispielen" in page for page in pages if "Bank am Bach" in page)
    assert not any("Mit Beispielen" in page for page in pages if "Verkehrsplan" in page)


def test_the_chapter_of_implementation_shows_states_and_lights(concept, city):
    StatusReport.objects.create(
        measure=city["measure"].measure, state="stopped", happened="Streng vertraulich", is_internal=True
    )
    document = concept_report(concept, ANONYMOUS)
    said = words_of(chapter(document, "umsetzung"))
    assert "verzögert" in said and "indestens 40 % bis 2035" in said and "noch keine Aussage" in said
    everything = str(document)
    assert "Streng vertraulich" not in everything and "eingestellt" not in everything
    assert "Es fehlt Holz." in words_of(chapter(document, "massnahmen"))
    assert "mindestens 40 % bis 2035" in words_of(chapter(document, "feld-" + concept.fields.first().key))


def test_two_values_are_a_sentence_and_one_is_a_line_with_date_and_source(concept, city):
    made = chapter(concept_report(concept, ANONYMOUS), "zahlen")
    assert not [block for block in blocks.within(made) if block["type"] in {"multiples", "figure"}]
    two, one = next(block for block in made if block["type"] == "lines")["rows"]
    assert two["head"][0]["anchor"] == city["indicator"].pk
    assert "2025: 25 %, 5 Prozentpunkte mehr als 2020." in "".join(piece["t"] for piece in two["text"])
    assert "Fläche der Stadt" in words_of(one["text"])
    said = words_of(one["end"])
    assert "900 ha" in said and "2024" in said and "Amt" in said


def test_four_values_are_a_small_chart_and_five_districts_a_map_with_a_table(concept, city):
    part = city["district"].district
    record_observations(
        city["indicator"].indicator,
        [NewObservation(city["city"].district, str(year), Decimal(year - 2000), source_title="S") for year in (2021, 2022)],
        label="y", actor=PROGRAM,
    )  # fmt: skip
    rows = [NewObservation(part, "2024", Decimal(7), source_title="S")]
    for number in range(4):
        other = make_item(
            "district", concept=concept, level="stadtteil", title=f"Teil {number}", number=f"O {number + 2}"
        )
        other.district.geometry = canonical(
            shapely.box(7.75 + number / 100, 49.4, 7.76 + number / 100, 49.45)
        )
        other.district.save()
        rows.append(NewObservation(other.district, "2024", Decimal(number), source_title="S"))
    record_observations(city["single"].indicator, rows, label="z", actor=PROGRAM)
    made = chapter(concept_report(concept, ANONYMOUS), "zahlen")
    (cell,) = next(block for block in made if block["type"] == "multiples")["cells"]
    assert cell["title"][0]["anchor"] == city["indicator"].pk and "Diagramm" in cell["figure"]["alt"]
    drawn = next(
        block
        for block in blocks.within(made)
        if block["type"] == "figure" and "Karte: Fläche" in block["alt"]
    )
    assert "Altstadt: 7" in drawn["alt"]
    table = next(block for block in blocks.within(made) if block["type"] == "table")
    assert [words_of(cell) for cell in table["rows"][0]] == ["Altstadt", "7"]


def test_sources_stand_once_sorted_as_in_german_with_what_rests_on_them(concept, city):
    numbers = count(1)
    for title, url in (
        ("Zeitung", "https://zeitung.example/a"), ("Ämterblatt", "https://amt.example/b"),
        ("zeitung.example", "https://www.zeitung.example/c"), ("Bote", "https://bote.example/" + "sehr-lang/" * 20),
    ):  # fmt: skip
        for _twice in range(2):
            make_item(
                "finding", concept=concept, source_title=title, source_url=url, number=f"F {next(numbers)}"
            )
    table = chapter(concept_report(concept, ANONYMOUS), "quellen")[0]
    names = [row[0][0]["t"] for row in table["rows"]]
    assert names == ["Ämterblatt", "Amt", "Bote", "Statistik", "Zeitung", ""] or names == [
        "Amt", "Ämterblatt", "Bote", "Statistik", "Zeitung", "",
    ]  # fmt: skip
    bote = table["rows"][names.index("Bote")]
    assert len(bote[1][0]["t"]) <= 60 and bote[1][0]["href"].endswith("sehr-lang/")
    assert [piece["t"] for piece in bote[3]] == ["F\u00a07", ", ", "F\u00a08"]


def test_a_because_that_stands_everywhere_is_not_repeated(concept, city):
    for number in range(5):
        goal = make_item("goal", concept=concept, number=f"Z 2.{number}", title=f"Ziel {number}")
        make_link(goal, city["feature"], "shown_by", reason="Liegt hier.")
    make_link(city["goal"], city["feature"], "shown_by", reason="Am Bach wird gewohnt.")
    said = str(item_report(city["goal"], ANONYMOUS))
    assert "Liegt hier." not in said and "Am Bach wird gewohnt." in said


def test_a_fact_sheet_leads_to_its_page_in_words_and_as_a_code(concept, city):
    for kind in ("measure", "goal", "district", "indicator"):
        block = item_report(city[kind], ANONYMOUS, origin=ORIGIN)["chapters"][0]["blocks"][0]
        code = block["side"][-1]
        assert code["width"] == "code" and f"{ORIGIN}/k/{city[kind].pk}" in code["alt"]
        assert code["svg"].startswith("<svg") and block["address"].startswith("insek.example.org/k/")
    alone = item_report(city["measure"], ANONYMOUS)["chapters"][0]["blocks"][0]
    assert all(each.get("width") != "code" for each in alone["side"])
    extract = alone["picture"]
    assert extract["caption"] == "Altstadt" and "hervorgehoben: Altstadt" in extract["alt"]


def test_no_internal_item_of_any_kind_reaches_paper(concept, tmp_path, settings):
    settings.MEDIA_ROOT, settings.INSEK_DATA_DIR = tmp_path / "files", tmp_path
    public, hidden = plant(concept)
    for kind in ("feature", "measure"):
        for item in (public[kind], hidden[kind]):
            item.refresh_from_db()
            spot = shapely.Point(7.77, 49.44)
            set_location(
                item,
                spot.buffer(0.001) if kind == "feature" else spot,
                expected_version=item.version,
                actor=PROGRAM,
            )
    secret = {*WORDS, *(item.pk for item in hidden.values())}
    document = str(concept_report(concept, ANONYMOUS, origin=ORIGIN))
    assert "Offen feature" in document and "Offen contribution" in document and "Offen plan" in document
    read = text_of(make_concept(concept, ANONYMOUS, origin=ORIGIN), tmp_path)
    word = docx.Document(BytesIO(make_concept(concept, ANONYMOUS, format="docx", origin=ORIGIN)))
    sheets = [
        str(item_report(public[kind], ANONYMOUS)) for kind in ("goal", "measure", "district", "indicator")
    ]
    for output in (
        document,
        read,
        word.element.xml,
        str([r.target_ref for r in word.part.rels.values()]),
        *sheets,
    ):
        assert not any(mark in output for mark in secret)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_concept_without_anything_has_no_empty_chapters(concept, tmp_path, settings, language):
    settings.INSEK_DATA_DIR = tmp_path
    assert concept_report(concept, ANONYMOUS)["chapters"] == []
    assert make_concept(concept, ANONYMOUS, language=language).startswith(b"%PDF")
    assert make_concept(concept, ANONYMOUS, format="docx", language=language).startswith(b"PK")
    make_item("goal", concept=concept, title="Ein Ziel", number="Z 1")
    document = concept_report(concept, ANONYMOUS)
    assert [each["id"] for each in document["chapters"]] == ["ueberblick", "feld-uebergreifend", "hinweise"]
    assert make_concept(concept, ANONYMOUS, language=language).startswith(b"%PDF")


def outline_of(entries):
    """The titles of bookmarks, nested."""
    return [(str(entry.title), outline_of(entry.children)) for entry in entries]


def test_tags_bookmarks_and_links_of_the_whole_hold(concept, city, tmp_path):
    document = concept_report(concept, ANONYMOUS, origin=ORIGIN)
    made = to_pdf(document)
    with pikepdf.open(BytesIO(made)) as pdf:
        assert str(pdf.Root.Lang).lower().startswith("de")
        assert str(pdf.docinfo["/Title"]) == "INSEK Musterstadt"
        tags = structure(pdf)
        figures = [str(tag.get("/Alt", "")).strip() for tag in tags if tag.S == "/Figure"]
        assert (
            all(figures)
            and any("QR-Code" in alt for alt in figures)
            and any("Karte des" in alt for alt in figures)
        )
        with pdf.open_outline() as outline:
            bookmarks = outline_of(outline.root)
        resolved = 0
        numbers = {page.objgen for page in pdf.pages}
        for page in pdf.pages:
            for link in page.get("/Annots", []):
                target = link.get("/Dest", link.get("/A", {}).get("/D") if "/A" in link else None)
                if isinstance(target, pikepdf.Array):
                    assert target[0].objgen in numbers
                    resolved += 1
                elif target is None:
                    assert str(link.A.URI).startswith(("https://", "http://"))
        assert resolved > 20
    levels = [int(tag[2:]) for tag in reading_order(made) if re.fullmatch(r"/H\d", tag)]
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))
    listed = [
        (f"{each['number']}  {each['title']}", list(_listed(each["blocks"]))) for each in document["chapters"]
    ]  # fmt: skip
    found = [(title, [name for name, _below in below]) for title, below in bookmarks]
    assert [title for title, _names in found] == [title for title, _names in listed]
    for (_title, names), (_same, wanted) in zip(found, listed, strict=True):
        assert [" ".join(name.split()) for name in names] == wanted
    contents = text_of(made, tmp_path).split("\f")[1]
    assert all(title.split()[0] in contents for title, _names in listed)


def _listed(made):
    for block in blocks.within(made):
        if block["type"] == "heading" and block["level"] == 2:
            yield block["text"]
        elif block["type"] in {"item", "sheet"} and block["level"] == 2:
            yield f"{block['number']} {block['title']}".strip()


def reading_order(made: bytes) -> list[str]:
    """The tags in the order in which they are read."""
    found: list[str] = []

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for each in node:
                walk(each)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append(str(node.S))
            if "/K" in node:
                walk(node.K)

    with pikepdf.open(BytesIO(made)) as pdf:
        walk(pdf.Root.StructTreeRoot.K)
    return found


def test_the_word_file_leads_from_its_contents_and_references_to_their_places(concept, city):
    word = docx.Document(BytesIO(make_concept(concept, ANONYMOUS, format="docx", origin=ORIGIN)))
    xml = word.element.xml
    anchors, places = (
        set(re.findall(r'w:anchor="([^"]+)"', xml)),
        set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', xml)),
    )
    assert anchors and anchors <= places
    assert f"i_{city['contribution'].pk}" in places
    first = next(paragraph for paragraph in word.paragraphs if paragraph.style.name == "toc 1")
    assert "1 Auf einen Blick" in first._p.xml
    assert all(shape._inline.docPr.get("descr") for shape in word.inline_shapes)


def test_a_city_template_without_contents_is_served_as_well(concept, city, tmp_path):
    own = docx.Document()
    own.add_paragraph("{{ inhalt }}")
    own.save(tmp_path / "vorlage.docx")
    word = docx.Document(BytesIO(make_concept(concept, ANONYMOUS, format="docx")))
    assert any(
        paragraph.text == "Häuser bauen" or "Häuser bauen" in paragraph.text for paragraph in word.paragraphs
    )


def test_every_sheet_can_be_set(concept, city):
    for kind in ("measure", "goal", "district", "indicator"):
        assert make_sheet(city[kind], ANONYMOUS, origin=ORIGIN).startswith(b"%PDF")


def test_the_page_costs_few_queries(client, concept, city, django_assert_max_num_queries):
    client.get(reverse("report"))
    with django_assert_max_num_queries(6):
        page = client.get(reverse("report")).content.decode()
    assert all(f'value="{each.name}"' in page for each in all_chapters())


def test_more_items_cost_no_more_queries(concept, city):
    """Indicators ask for their series one by one; everything else is read at once."""
    wanted = [each.name for each in all_chapters() if each.name != "zahlen"]

    def asked_for() -> int:
        with CaptureQueriesContext(connection) as asked:
            concept_report(concept, ANONYMOUS, wanted=wanted)
        return len(asked)

    make_item("finding", concept=concept, number="F 1")
    before = asked_for()
    for number in range(4):
        for kind in ("plan", "format", "contribution", "goal", "measure", "feature", "resolution", "finding"):
            item = make_item(kind, concept=concept, number=f"{kind} {number}")
            if kind in {"measure", "feature"}:
                spot = shapely.Point(7.75, 49.45)
                set_location(
                    item, spot.buffer(0.001) if kind == "feature" else spot, expected_version=1, actor=PROGRAM
                )
    assert asked_for() <= before + 2


def test_a_text_becomes_one_line_of_words_in_a_table():
    said = blocks.flat("Erst **fett**.\n\n- eins\n- zwei\n\n> Zitat")
    assert "".join(piece["t"] for piece in said) == "Erst fett.\n– eins\n– zwei\nZitat"
    assert any(piece.get("b") for piece in said)
    assert blocks.flat("") == []


def test_the_profile_of_a_field_and_of_the_city_is_printed_with_its_sources(concept, tmp_path):
    field = concept.fields.first()
    wood = make_item("finding", number="F 1", title="Viel Wald", type="strength", fields=[field])
    make_item("finding", number="F 2", title="Heiße Sommer", type="threat")
    make_link(make_item("indicator", number="I 1", fields=[field]), wood, "evidences")
    document = concept_report(concept, ANONYMOUS)
    assert "Profil der Stadt" in text_of(to_pdf(document), tmp_path)
    assert "Festgehalten sind 1 Stärke, 0 Schwächen, 0 Chancen und 0 Risiken; belegt: 1 von 1." in words_of(
        document
    ), "that of the field"
    told = [
        "".join(piece["t"] for piece in block["runs"])
        for block in chapter(document, "profil")
        if block["type"] == "p"
    ]
    assert "Festgehalten sind 1 Stärke, 0 Schwächen, 0 Chancen und 1 Risiko; belegt: 1 von 2." in told
    assert "Stärken, die am besten belegt sind: F 1 Viel Wald." in told
    assert "Noch ohne Beleg: F 2 Heiße Sommer." in told
