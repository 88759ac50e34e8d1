"""Map sheets: a true scale, signs and letters that do not cover each other, only what is on it in the legend, and the gate."""

from __future__ import annotations

import re

import numpy as np
import pypdfium2
import pytest
import shapely
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from insek.engines.geometry import to_degrees
from insek.engines.report.map_sheet import SheetLayout
from insek.engines.report.sheet_map import (
    POINT_MM,
    SheetElement,
    SheetName,
    SheetPlan,
    SheetPlane,
    draw_sheet,
    grey,
    scale_for,
)
from insek.people.actors import PROGRAM
from insek.places.locations import set_location
from insek.places.models import District, KeptSheet
from insek.places.sheets.keeping import clear_sheets, find_lost_sheets
from insek.space import sign_acts
from insek.space.models import PlanSign
from insek.space.signs import signs_from_rows
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.council.editions import adopt
from tests.factories import make_actor, make_concept, make_edition, make_item, make_link
from tests.reading import words

EAST, NORTH = 410_000, 5_477_000
USUAL = {sign.key: sign.drawn for sign in signs_from_rows(None)}
NODE, AXIS, CENTRE = (USUAL[key] for key in ("node", "axis", "centre"))


def degrees(shape):
    return to_degrees(shapely.affinity.translate(shape, EAST, NORTH), 25832)


@pytest.fixture(autouse=True)
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def fetched(django_capture_on_commit_callbacks):
    """The sheet at an address: asked for, made by the job, and fetched."""

    def fetch(client, asked):
        with django_capture_on_commit_callbacks(execute=True) as made:
            answer = client.get(reverse("map-sheet-pdf"), asked)
        if answer.status_code == 302:
            assert len(made) == 1 and "Kartenblatt ist fertig" in words(client.get(answer["Location"]))
            answer = client.get(reverse("map-sheet-pdf"), asked)
        answer.pdf = b"".join(answer.streaming_content) if answer.streaming else b""
        return answer

    return fetch


def text_of(response):
    """The words of each page of a PDF."""
    pdf = pypdfium2.PdfDocument(response.pdf)
    return [pdf[number].get_textpage().get_text_range() for number in range(len(pdf))]


def sizes_of(response):
    pdf = pypdfium2.PdfDocument(response.pdf)
    return [tuple(round(side * POINT_MM) for side in pdf[0].get_size())]


@pytest.mark.parametrize(("wide", "expected"), [(1_000, 6_000), (1_380, 7_500), (20_000, 125_000)])
def test_the_scale_is_the_largest_round_one_that_holds_the_extent(wide, expected):
    box = (0, 0, wide, wide)
    assert scale_for(box, (200, 250)) == expected
    plane = SheetPlane(box, (200, 250))
    west, south, east, north = plane.seen
    assert west <= 0 and south <= 0 and east >= wide and north >= wide
    a, b = plane.at((0, 0)), plane.at((1_000, 0))
    assert (b[0] - a[0]) * POINT_MM * plane.scale / 1000 == pytest.approx(1_000), (
        "a kilometre is a kilometre on paper"
    )


def test_letters_cover_neither_signs_nor_each_other():
    rng = np.random.default_rng(3)
    points = [
        SheetElement(shapely.Point(*xy), NODE, f"U {number}", str(number))
        for number, xy in enumerate(rng.uniform(0, 2000, (60, 2)))
    ]
    line = SheetElement(shapely.LineString([(0, 900), (2000, 1100)]), AXIS, "A 1", "a")
    names = [
        SheetName(f"Straße {number}", shapely.Point(*xy))
        for number, xy in enumerate(rng.uniform(0, 2000, (80, 2)))
    ]
    drawn = draw_sheet(SheetPlan((0, 0, 2000, 2000), (180, 180), [*points, line], names=names))
    found = re.findall(
        r'<text x="([\d.]+)" y="([\d.]+)" font-family="[^"]+" font-size="([\d.]+)" font-weight="\d+" text-anchor="middle"[^>]*stroke-width="2"[^>]*>([^<]+)<',
        drawn.svg,
    )
    boxes = [
        shapely.box(
            float(x) - len(text) * float(size) * 0.27,
            float(y) - float(size) * 0.8,
            float(x) + len(text) * float(size) * 0.27,
            float(y),
        )
        for x, y, size, text in found
    ]
    assert sum(text.startswith("U") for *_rest, text in found) + len(drawn.unnumbered) >= 60
    assert any(text.startswith("Straße") for *_rest, text in found)
    signs = [
        shapely.Point(float(x), float(y)).buffer(5)
        for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="5.6"', drawn.svg)
    ]
    assert len(signs) == 60
    for place, box in enumerate(boxes):
        assert not any(box.intersects(sign) for sign in signs)
        assert not any(box.intersection(other).area > 1 for other in boxes[place + 1 :])


def test_a_grey_sheet_has_no_colour_and_what_lies_outside_is_not_on_it():
    inside = SheetElement(shapely.box(100, 100, 300, 300), CENTRE, "S 1", "in")
    outside = SheetElement(shapely.box(9000, 9000, 9300, 9300), AXIS, "A 2", "out")
    drawn = draw_sheet(SheetPlan((0, 0, 1000, 1000), (100, 100), [inside, outside], is_grey=True))
    assert drawn.shown == ("in",)
    assert grey(CENTRE["colour"]) in drawn.svg and CENTRE["colour"] not in drawn.svg


@pytest.mark.parametrize("paper", ["a4", "a3"])
@pytest.mark.parametrize("is_wide", [True, False])
def test_the_map_takes_most_of_the_paper(paper, is_wide):
    layout = SheetLayout(paper, is_wide, 8)
    width, height = layout.size
    across, down = layout.frame
    assert across * down > 0.55 * width * height and across < width and down < height


@pytest.fixture
def city():
    concept = make_concept(metric_crs=25832)
    make_item(
        "district",
        concept=concept,
        title="Musterstadt",
        level=District.Level.CITY,
        geometry=degrees(shapely.box(0, 0, 6000, 4000)),
        schematic=False,
    )
    make_item(
        "district",
        concept=concept,
        title="Nordviertel",
        level=District.Level.STADTTEIL,
        geometry=degrees(shapely.box(0, 2000, 3000, 4000)),
    )
    return concept


def placed(kind, shape, **values):
    item = make_item(kind, **values)
    set_location(item, degrees(shape), expected_version=1, actor=PROGRAM)
    return item


@pytest.mark.django_db
def test_a_sheet_of_the_plan_shows_only_what_one_may_see_and_stays_the_same(
    client, as_role, city, fetched, django_assert_max_num_queries
):
    placed(
        "feature",
        shapely.box(500, 500, 1500, 1500),
        concept=city,
        title="Bahnhofsviertel",
        number="R 1",
        sign="centre",
        standing="example",
    )
    placed(
        "feature",
        shapely.Point(2500, 2500),
        concept=city,
        title="Geheimer Knoten",
        number="R 2",
        sign="node",
        visibility="internal",
    )
    asked = {"von": "raumkonzept", "blatt": "a3", "lage": "quer"}
    answer = fetched(client, asked)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert sizes_of(answer) == [(420, 297)]
    front, register = text_of(answer)
    assert "Gesamträumliches Konzept" in front and "1 : 20.000" in front and "Siedlungsschwerpunkt" in front
    assert "Mit Beispielen" in front and "Verkehrsknoten" not in front, (
        "the legend has only what is on the sheet"
    )
    assert (
        "Grenzen der Stadtteile schematisch" in front
        and "EPSG:25832" in front
        and "Stand der Inhalte" in front
    )
    assert "Bahnhofsviertel" in register and "Geheimer Knoten" not in front + register
    with django_assert_max_num_queries(6):
        again = client.get(reverse("map-sheet-pdf"), {**asked, "fremd": "x"})
    assert b"".join(again.streaming_content) == answer.pdf, "kept, whatever else the address says"
    lead = as_role("project-lead")
    inside = fetched(lead, asked)
    assert "Geheimer Knoten" in text_of(inside)[1] and "Mit Internem, nicht öffentlich" in text_of(inside)[0]
    assert inside["Cache-Control"] == "private, no-store"
    own = KeptSheet.objects.get(person__isnull=False)
    assert client.get(reverse("map-sheet-state", args=[own.pk])).status_code == 404, "theirs alone"
    item = Item.objects.get(title="Bahnhofsviertel")
    update_item(item, values={"title": "Neue Mitte"}, expected_version=item.version, actor=PROGRAM)
    assert "Neue Mitte" in text_of(fetched(client, asked))[1], "made anew when it says something else"
    assert KeptSheet.objects.filter(person=None).count() == 1, "and the one before is gone"
    clear_sheets()
    assert KeptSheet.objects.count() == 2
    update_item(item, values={"title": "Andere Mitte"}, expected_version=item.version + 1, actor=PROGRAM)
    clear_sheets()
    assert not KeptSheet.objects.filter(person=None).exists()
    KeptSheet.objects.update(state="waiting", file="")
    assert find_lost_sheets(timezone.now()) == 1 and KeptSheet.objects.get().state == "done"


@pytest.mark.django_db
def test_city_map_field_district_measure_and_goal_have_their_sheets(client, city, fetched):
    goal, measure = (
        make_item("goal", concept=city, title="Wohnen im Bestand", number="Z 1"),
        placed("measure", shapely.Point(1000, 3000), concept=city, title="Dachausbau", number="M 1"),
    )
    make_link(goal, measure, "implemented_by")
    measure.fields.set(city.fields.filter(key="wohnen"))
    placed("measure", shapely.Point(5000, 500), concept=city, title="Anderswo", number="M 2")
    district = District.objects.get(item__title="Nordviertel")
    for asked, title, there in (
        ({"von": "karte"}, "Stadtkarte", {"Dachausbau", "Anderswo"}),
        ({"von": "karte", "feld": "wohnen"}, "Wohnen", {"Dachausbau"}),
        ({"von": "inhalt", "inhalt": district.pk}, "Nordviertel", {"Dachausbau"}),
        ({"von": "inhalt", "inhalt": measure.pk}, "Dachausbau", {"Dachausbau"}),
        ({"von": "inhalt", "inhalt": goal.pk}, "Wohnen im Bestand", {"Dachausbau"}),
    ):
        pages = text_of(fetched(client, asked))
        assert title in pages[0]
        assert {name for name in ("Dachausbau", "Anderswo") if name in pages[1]} == there, asked
        assert title in words(client.get(reverse("map-sheet"), asked))


@pytest.mark.django_db
def test_what_there_is_not_is_not_found_and_a_city_without_outline_has_no_sheet(
    client, city, django_capture_on_commit_callbacks
):
    hidden = placed("measure", shapely.Point(1000, 1000), concept=city, title="Geheim", visibility="internal")
    for asked in (
        {"von": "unsinn"}, {"blatt": "a0"}, {"lage": "schief"}, {"ton": "x"}, {"von": "inhalt"}, {"von": "inhalt", "inhalt": "\x00"},
        {"von": "inhalt", "inhalt": hidden.pk}, {"von": "karte", "feld": "gibtsnicht"}, {"von": "raumkonzept", "bis": "nie"},
    ):  # fmt: skip
        for name in ("map-sheet", "map-sheet-pdf"):
            assert client.get(reverse(name), asked).status_code == 404, asked
    District.objects.all().update(geometry=None)
    with django_capture_on_commit_callbacks(execute=True):
        asked_for = client.get(reverse("map-sheet-pdf"), {"von": "raumkonzept"})
    assert "nicht gelungen" in words(client.get(asked_for["Location"]))


@pytest.mark.django_db
def test_an_adopted_edition_has_its_sheet_as_it_was_adopted(client, city, fetched):
    green = PlanSign.objects.get(key="green")
    shape = shapely.box(500, 500, 1500, 1500)
    item = placed("feature", shape, concept=city, title="Talraum", number="R 1", sign="green")
    make_item("goal", concept=city, title="Kühle Stadt", number="Z 1")
    edition = adopt(make_edition(city))
    item.refresh_from_db()
    update_item(item, values={"title": "Neuer Name"}, expected_version=item.version, actor=PROGRAM)
    sign_acts.change_sign(
        green, values={"name": "Freiraum", "colour": "#00004d"}, expected_version=1, actor=make_actor()
    )
    address = reverse("map-sheet") + "?von=ausgabe&amp;ausgabe=" + edition.key
    page = client.get(reverse("edition", args=[edition.key])).content.decode()
    assert address in page and "#2f7a4d" in page and "#00004d" not in page, "its own signs"
    asked = {"von": "ausgabe", "ausgabe": edition.key}
    adopted = fetched(client, asked)
    front, register = text_of(adopted)
    assert "Talraum" in register and "Grünzug" in front and "Freiraum" not in front
    assert f"{edition}: beschlossen" in front and "Grundkarte ist die" in front + register
    now = fetched(client, {"von": "raumkonzept"})
    assert "Neuer Name" in text_of(now)[1] and "Freiraum" in text_of(now)[0]
    clear_sheets()
    assert fetched(client, asked).pdf == adopted.pdf, "kept, whatever changes"
    assert (
        client.get(reverse("map-sheet-pdf"), {"von": "ausgabe", "ausgabe": "gibtsnicht"}).status_code == 404
    )
