"""A planner draws a place, with the pointer and with the keyboard alone; a citizen finds it on the maps."""

import csv
import json
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import expect

from insek.engines.geometry import metric_area, to_metric
from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, move_map, overflows

CITY = Path(__file__).parents[2] / "insek" / "cities" / "kaiserslautern"
LOOKS = {"light desktop": (DESKTOP, False), "dark phone": (PHONE, True)}


def a_measure_without_place() -> str:
    with (CITY / "locations.csv").open(encoding="utf-8") as file:
        placed = {row["item"] for row in csv.DictReader(file)}
    with (CITY / "measures.csv").open(encoding="utf-8") as file:
        return next(row["id"] for row in csv.DictReader(file) if row["id"] not in placed)


def a_feature() -> str:
    with (CITY / "features.csv").open(encoding="utf-8") as file:
        return next(csv.DictReader(file))["id"]


def test_a_place_is_drawn_undone_set_by_keyboard_and_found_on_the_map(new_page):
    item = a_measure_without_place()
    page = new_page(login="leitung")
    page.goto(f"/k/{item}")
    page.get_by_role("link", name="Ort auf der Karte angeben").click()
    page.wait_for_selector("[data-draw][data-ready=drawn]")
    field = page.get_by_label("Koordinaten")
    page.get_by_role("button", name="Punkt", exact=True).click()
    page.locator("[data-draw] canvas").click(position={"x": 250, "y": 150})
    page.wait_for_function("document.querySelector('textarea').value.startsWith('Punkt')")
    page.get_by_role("button", name="Letzten Schritt zurück").click()
    expect(field).to_have_value("")
    page.get_by_role("button", name="Linie", exact=True).press("Enter")
    middle = page.get_by_role("button", name="Punkt in Kartenmitte setzen")
    middle.press("Enter")
    page.locator("[data-draw] canvas").press("ArrowRight")
    page.wait_for_timeout(600)
    middle.press("Enter")
    lines = field.input_value().split("\n")
    assert lines[0] == "Linie" and len(lines) == 3 and lines[1] != lines[2]
    page.get_by_role("button", name="Ort speichern").click()
    page.wait_for_url("**/freigaben/*/")
    page.get_by_role("button", name="Veröffentlichen").click()
    page.goto(f"/k/{item}")
    expect(page.locator(".item-place .city-picture__line")).to_have_count(1)
    move_map(page, "[data-place-map]")
    expect(page.locator(".item-place")).to_contain_text("Linie")


def test_without_scripts_coordinates_are_typed_and_the_lists_say_what_the_maps_say(new_page):
    page = new_page(login="leitung", javascript=False)
    page.goto(f"/k/{a_measure_without_place()}/ort")
    page.get_by_label("Koordinaten").fill("8.68 50.11")
    page.get_by_role("button", name="Ort speichern").click()
    expect(page.locator("main")).to_contain_text("außerhalb der Stadt")
    expect(page.get_by_label("Koordinaten")).to_have_value("8.68 50.11")
    page.get_by_label("Koordinaten").fill("7.769 49.444")
    page.get_by_role("button", name="Ort speichern").click()
    page.wait_for_url(lambda url: "/ort" not in url)
    page.goto("/karte/")
    expect(page.locator(".item-row").nth(5)).to_be_attached()
    page.goto("/raumkonzept/")
    expect(page.locator(".sign li").nth(15)).to_be_attached()


@pytest.mark.parametrize("look", LOOKS)
def test_the_maps_are_accessible_and_fit(new_page, look):
    viewport, dark = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark, login="leitung")
    problems = []
    for address in (
        "/karte/",
        "/raumkonzept/",
        f"/k/{a_feature()}",
        f"/k/{a_feature()}/ort",
        "/raumkonzept-elemente/neu",
    ):
        assert page.goto(address).status == 200
        page.wait_for_timeout(1500)
        problems += axe_violations(page)
        if overflows(page):
            problems.append(f"{address} scrolls sideways")
    page.goto("/karte/")
    page.get_by_label("Haltestellen und Bahnhöfe zeigen").check()
    page.wait_for_selector("[data-city-map][data-ready=drawn]")
    expect(page.locator("[data-stops-credit]")).to_be_visible()
    problems += axe_violations(page)
    assert problems == []


def test_the_first_view_of_the_city_map_is_light_and_the_map_that_moves_comes_when_asked(new_page):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/karte/")
    page.wait_for_selector("[data-city-map][data-ready=picture]")
    expect(page.locator(".city-picture circle").nth(10)).to_be_attached()
    assert not [url for url in asked if "maplibre" in url or ".mvt" in url]
    page.get_by_role("button", name="Karte bewegen").press("Enter")
    page.wait_for_selector("[data-city-map][data-ready=drawn]")
    assert page.evaluate("document.activeElement.classList.contains('maplibregl-canvas')")
    expect(page.get_by_role("button", name="Karte bewegen")).to_be_hidden()
    page.locator("summary", has_text="Filtern").click()
    page.get_by_label("Art", exact=True).select_option("measure")
    page.get_by_role("button", name="Filtern").click()
    page.wait_for_url("**bewegen=1**")
    page.wait_for_selector("[data-city-map][data-ready=drawn]")


def test_a_click_into_the_picture_leads_to_the_thing_or_moves_the_map(new_page):
    page = new_page()
    page.goto("/karte/")
    page.wait_for_selector("[data-city-map][data-ready=picture]")
    page.locator(".city-picture a").first.click()
    page.wait_for_url("**/k/*")
    page.go_back()
    page.locator(".city-picture g circle").first.click()
    page.wait_for_selector("[data-city-map][data-ready=drawn]")


def test_without_scripts_the_picture_and_the_look_ahead_say_all(new_page):
    page = new_page(javascript=False, viewport=PHONE)
    page.goto("/karte/")
    expect(page.locator(".city-picture a").nth(5)).to_be_attached()
    expect(page.locator(".item-row").nth(5)).to_be_attached()
    expect(page.get_by_role("button", name="Karte bewegen")).to_be_hidden()
    assert not overflows(page)
    page.goto("/raumkonzept/")
    everything = page.locator(".signs a").count()
    page.locator(".ahead").get_by_role("link", name="kurzfristig").click()
    expect(page.locator(".is-new").first).to_be_visible()
    expect(page.locator(".signs a").nth(everything - 1)).to_have_count(0)
    page.locator(".ahead").get_by_role("link", name="langfristig").click()
    expect(page.locator(".signs a")).to_have_count(everything)


@pytest.mark.parametrize("look", LOOKS)
def test_the_look_ahead_is_accessible(new_page, look):
    viewport, dark = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark)
    page.goto("/raumkonzept/?bis=mittelfristig")
    page.wait_for_selector("[data-place-map][data-ready=picture]")
    expect(page.locator(".city-picture__fresh").first).to_be_attached()
    assert axe_violations(page) == []
    assert not overflows(page)


def test_a_map_that_begins_hidden_fills_its_frame_when_it_is_shown(new_page):
    page = new_page()
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { document.querySelector('main').style.display = 'none' })"
    )
    page.goto("/raeume/")
    page.wait_for_selector("[data-map][data-ready=picture]", state="attached")
    page.evaluate("document.querySelector('[data-move-map]').click()")
    page.wait_for_timeout(1500)
    page.evaluate("document.querySelector('main').style.display = ''")
    page.wait_for_selector("[data-map][data-ready=drawn]")
    page.wait_for_timeout(500)
    stage, canvas = (page.locator(f"[data-map] {part}").bounding_box() for part in (".map-stage", "canvas"))
    assert abs(stage["width"] - canvas["width"]) < 2 and abs(stage["height"] - canvas["height"]) < 2


def test_on_paper_the_picture_stays_and_the_menu_goes(new_page):
    page = new_page()
    page.emulate_media(media="print")
    page.goto("/karte/")
    expect(page.locator(".city-picture svg").first).to_be_visible()
    expect(page.locator(".site-nav")).to_be_hidden()
    expect(page.get_by_role("button", name="Karte bewegen")).to_be_hidden()


def test_corners_are_moved_with_the_pointer_and_by_keyboard_and_taken_back(new_page):
    page = new_page(login="leitung")
    page.goto(f"/k/{a_measure_without_place()}/ort")
    page.wait_for_selector("[data-draw][data-ready=drawn]")
    field = page.get_by_label("Koordinaten")
    stage = page.locator("[data-draw] .map-stage").bounding_box()
    page.get_by_role("button", name="Leeren").click()
    page.get_by_role("button", name="Ecken verschieben").press("Enter")
    expect(page.locator("[data-draw-status]")).to_contain_text("Zuerst eine Form zeichnen")
    page.get_by_role("button", name="Linie", exact=True).press("Enter")
    middle = page.get_by_role("button", name="Punkt in Kartenmitte setzen")
    middle.press("Enter")
    page.locator("[data-draw] canvas").press("ArrowRight")
    page.wait_for_timeout(600)
    middle.press("Enter")
    page.get_by_role("button", name="Ecken verschieben").press("Enter")
    page.wait_for_timeout(500)
    drawn = field.input_value()
    centre_x, centre_y = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2
    page.mouse.move(centre_x, centre_y)
    page.mouse.down()
    page.mouse.move(centre_x + 10, centre_y + 30, steps=6)
    page.mouse.up()
    page.wait_for_function("before => document.querySelector('textarea').value !== before", arg=drawn)
    moved = field.input_value().split("\n")
    assert moved[:2] == drawn.split("\n")[:2] and moved[2] != drawn.split("\n")[2], "one corner was moved"
    page.get_by_role("button", name="Letzten Schritt zurück").click()
    expect(field).to_have_value(drawn)
    page.locator("[data-corners] summary").press("Enter")
    page.get_by_label("Ecke 1: Länge").fill("7,75")
    page.keyboard.press("Tab")
    assert field.input_value().split("\n")[1].startswith("7.75 ")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Ecke 1: Breite"
    page.get_by_role("button", name="Ecke 1: Ecke danach einfügen").press("Enter")
    assert len(field.input_value().split("\n")) == 4
    page.get_by_role("button", name="Ecke 2: Ecke entfernen").press("Enter")
    assert len(field.input_value().split("\n")) == 3
    assert axe_violations(page) == [] and not overflows(page)


def test_a_stop_is_found_by_its_name(new_page):
    page = new_page(login="leitung")
    page.goto(f"/k/{a_measure_without_place()}/ort")
    page.wait_for_selector("[data-draw][data-ready=drawn]")
    page.get_by_label("Oder: Adresse, Haltestelle oder Ort").fill("Galgenschanze")
    page.locator("#id_address_orte [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.get_by_label("Koordinaten").input_value().startswith("Punkt\n7.74")
    plain = new_page(login="leitung", javascript=False, viewport=PHONE)
    plain.goto(f"/k/{a_measure_without_place()}/ort")
    plain.get_by_label("Oder: Adresse, Haltestelle oder Ort").fill("Bahnhof")
    plain.get_by_role("button", name="Ort speichern").click()
    expect(plain.locator("main")).to_contain_text("Welcher ist gemeint")
    plain.get_by_label("Oder: Adresse, Haltestelle oder Ort").fill("Galgenschanze")
    plain.get_by_role("button", name="Ort speichern").click()
    plain.wait_for_url(lambda url: "/ort" not in url)


def test_drawing_measures_takes_hold_of_what_is_there_and_goes_back_and_forth(new_page):
    page = new_page(login="leitung")
    page.goto(f"/k/{a_measure_without_place()}/ort")
    page.wait_for_selector("[data-draw][data-ready=drawn]")
    field = page.get_by_label("Koordinaten")
    field.fill("Fläche\n7.77 49.44\n7.78 49.44\n7.78 49.45\n7.77 49.45")
    measure = page.locator("[data-draw-measure]")
    east, north = (to_metric(shapely.Point(*xy), 25832) for xy in ((7.77, 49.44), (7.78, 49.45)))
    expected = metric_area(shapely.box(7.77, 49.44, 7.78, 49.45), 25832) / 10_000
    said = measure.inner_text().replace("\xa0", " ")
    assert (
        said.startswith(f"Fläche {expected:.1f} ha".replace(".", ","))
        and "Rand 3," in said
        and east.distance(north) > 0
    )
    plane = page.evaluate(
        """async () => (await import(document.querySelector("script[src*='page.js']").src.replace("page.js", "measure.js"))).onPlane([7.77, 49.44], { middle: 9, scale: 0.9996 })"""
    )
    assert abs(plane[0] - east.x) < 0.001 and abs(plane[1] - east.y) < 0.001, "the same plane as the server's"
    page.get_by_role("button", name="Leeren").click()
    expect(field).to_have_value("")
    expect(measure).to_have_text("")
    page.get_by_role("button", name="Letzten Schritt zurück").click()
    page.get_by_role("button", name="Schritt wieder vor").press("Enter")
    expect(field).to_have_value("")
    page.locator("[data-draw] canvas").press("Control+z")
    assert field.input_value().startswith("Fläche")
    held = page.evaluate(
        """async () => { const { nearest } = await import(document.querySelector("script[src*='page.js']").src.replace("page.js", "snap.js"));
        const project = ([x, y]) => ({ x, y });
        const lines = [{ name: "Rand", points: [[0, 0], [100, 0]] }];
        return [nearest({ x: 3, y: 4 }, lines, project), nearest({ x: 50, y: 5 }, lines, project), nearest({ x: 50, y: 30 }, lines, project)].map((one) => one && [one.name, ...one.position]); }"""
    )
    assert held == [["Rand", 0, 0], ["Rand", 50, 0], None], "a corner before a side, and nothing from afar"


@pytest.mark.parametrize("look", LOOKS)
def test_an_area_is_divided_with_the_line_alone_on_the_map(new_page, look):
    viewport, dark = LOOKS[look]
    page = new_page(login="leitung", viewport=viewport, dark=dark)
    with (CITY / "features.csv").open(encoding="utf-8") as file:
        item = next(row["id"] for row in csv.DictReader(file) if row["number"] == "R 2")
    page.goto(f"/k/{item}/flaeche")
    page.wait_for_selector("[data-draw][data-ready=drawn]")
    assert page.locator("[data-shape]").evaluate_all("all => all.map((one) => one.dataset.shape)") == [
        "LineString",
        "Select",
    ]
    assert page.get_by_role("button", name="Linie", exact=True).get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Punkt in Kartenmitte setzen").press("Enter")
    assert page.get_by_label("Schnittlinie").input_value().startswith("Linie\n")
    assert axe_violations(page) == [] and not overflows(page)
    page.goto(f"/karte/blatt/?von=inhalt&inhalt={item}")
    assert axe_violations(page) == [] and not overflows(page)


def shape_of(item: str):
    with (CITY / "locations.geojson").open(encoding="utf-8") as file:
        known = {each["properties"]["id"]: each["geometry"] for each in json.load(file)["features"]}
    return shapely.geometry.shape(known[item])


def feature_numbered(number: str) -> str:
    with (CITY / "features.csv").open(encoding="utf-8") as file:
        return next(row["id"] for row in csv.DictReader(file) if row["number"] == number)


def publish(page):
    page.wait_for_url("**/freigaben/*/")
    page.get_by_role("button", name="Veröffentlichen").click()
    page.wait_for_url(lambda url: "/freigaben/" not in url)


def test_dwellings_and_areas_add_up_and_a_change_is_in_the_sum(new_page):
    visitor, planner = new_page(javascript=False), new_page(login="leitung")

    def total():
        visitor.goto("/raumkonzept/summen/")
        row = visitor.locator("table").first.locator("tr", has_text="Zusammen").inner_text()
        return int(row.split("\t")[2].replace(".", ""))

    before = total()
    planner.goto(f"/k/{feature_numbered('R 2')}/bearbeiten")
    field = planner.get_by_label("Wohnungen")
    field.fill(str(int(field.input_value()) + 50))
    planner.get_by_role("button", name="Speichern").first.click()
    publish(planner)
    assert total() == before + 50
    visitor.get_by_label("Variante").select_option("Kompakte Stadt")
    visitor.get_by_role("button", name="Filtern").click()
    expect(visitor.locator("main")).to_contain_text("Kompakte Stadt")
    more = visitor.locator("table").first.locator("tr", has_text="Zusammen").inner_text()
    assert int(more.split("\t")[2].replace(".", "")) == before + 50 + 350, (
        "what stands in the variant counts with it"
    )


def test_an_overlap_is_answered_and_from_then_on_everybody_reads_why(new_page):
    lead, visitor = new_page(login="leitung"), new_page(javascript=False, viewport=PHONE)
    lead.goto("/raumkonzept/widersprueche/")
    reason = "Die Gebäude stehen längs der Bahn, die Luft kommt durch."
    lead.get_by_label("So gewollt, weil").first.fill(reason)
    visitor.goto("/raumkonzept/widersprueche/")
    expect(visitor.locator("main")).not_to_contain_text(reason)
    lead.get_by_role("button", name="Antworten").first.press("Enter")
    lead.wait_for_load_state()
    if lead.get_by_text("wartet auf Freigabe").count():
        lead.goto("/freigaben/")
        lead.locator("main a[href*='/freigaben/']").first.click()
        publish(lead)
    visitor.goto("/raumkonzept/")
    visitor.get_by_role("link", name="Widersprüche im Raum").click()
    expect(visitor.locator("main")).to_contain_text(reason)
    assert axe_violations(lead) == [] and not overflows(visitor)


def test_drawing_takes_hold_of_a_corner_and_an_area_is_divided_and_joined_by_keyboard(new_page):
    page = new_page(login="leitung")
    item, corner = feature_numbered("R 2"), shapely.get_coordinates(shape_of(feature_numbered("R 1")))[0]
    other = a_measure_without_place()
    (lon, lat), step = corner, 0.003
    page.goto(f"/k/{other}/ort")
    page.wait_for_selector("[data-draw][data-ready=drawn]")
    field = page.get_by_label("Koordinaten")
    field.fill(f"Linie\n{lon - step} {lat - step}\n{lon + step + 0.00002} {lat + step}")
    page.get_by_role("button", name="Ort speichern").click()
    publish(page)
    page.goto(f"/k/{other}/ort")
    page.wait_for_selector("[data-draw][data-ready=drawn]")
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Leeren").press("Enter")
    page.get_by_role("button", name="Punkt", exact=True).press("Enter")
    page.get_by_role("button", name="Punkt in Kartenmitte setzen").press("Enter")
    page.wait_for_function("document.querySelector('textarea').value.startsWith('Punkt')")
    held = [float(part) for part in page.get_by_label("Koordinaten").input_value().split("\n")[1].split()]
    assert held == [round(part, 7) for part in corner], "the corner itself, not the place beside it"
    west, south, east, north = shape_of(item).bounds
    page.goto(f"/k/{item}/flaeche")
    page.wait_for_selector("[data-draw][data-ready=drawn]")
    middle = (south + north) / 2
    page.get_by_label("Schnittlinie").fill(f"Linie\n{west - 0.001} {middle}\n{east + 0.001} {middle}")
    page.get_by_role("button", name="Teilen").press("Enter")
    page.wait_for_url(f"**/k/{item}")
    expect(page.locator("body")).to_contain_text("Geteilt: Das größte Stück bleibt hier, 1 neues Element")
    page.goto("/freigaben/")
    page.locator("main a[href*='/freigaben/']", has_text="Pfaff").first.click()
    publish(page)
    page.goto(f"/k/{item}/flaeche")
    page.get_by_label("Verbinden mit").focus()
    page.keyboard.type("Pfaff-Gelände, Teil")
    assert (
        page.get_by_label("Verbinden mit").evaluate("one => one.selectedOptions[0].text").endswith("Teil 2")
    )
    page.get_by_role("button", name="Verbinden").press("Enter")
    page.wait_for_url(f"**/k/{item}")
    expect(page.locator("body")).to_contain_text("Verbunden mit")


@pytest.mark.parametrize("look", LOOKS)
def test_a_plan_sign_shows_how_it_looks_while_it_is_typed(new_page, look):
    viewport, dark = LOOKS[look]
    page = new_page(login="leitung", viewport=viewport, dark=dark)
    page.goto("/raumkonzept/planzeichen/")
    assert axe_violations(page) == [] and not overflows(page)
    page.locator(".entry__link", has_text="Kaltluftbahn").click()
    preview = page.locator("[data-sign-preview]")
    before = preview.inner_html()
    page.get_by_label("Strichart").select_option("3 1.5")
    page.wait_for_function(
        "before => document.querySelector('[data-sign-preview]').innerHTML !== before", arg=before
    )
    page.get_by_label("Farbe").fill("#ffe680")
    preview.get_by_text("schwer zu sehen").wait_for()
    expect(preview.locator("svg")).to_have_count(4)
    assert axe_violations(page) == [] and not overflows(page)
