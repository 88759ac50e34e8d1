"""A planner draws a place, with the pointer and with the keyboard alone; a citizen finds it on the maps."""

import csv
from pathlib import Path

import pytest

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
    assert field.input_value() == ""
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
    assert page.locator(".item-place .city-picture__line").count() == 1
    move_map(page, "[data-place-map]")
    assert "Linie" in page.locator(".item-place").inner_text()


def test_without_scripts_coordinates_are_typed_and_the_lists_say_what_the_maps_say(new_page):
    page = new_page(login="leitung", javascript=False)
    page.goto(f"/k/{a_measure_without_place()}/ort")
    page.get_by_label("Koordinaten").fill("8.68 50.11")
    page.get_by_role("button", name="Ort speichern").click()
    assert "außerhalb der Stadt" in page.locator("main").inner_text()
    assert page.get_by_label("Koordinaten").input_value() == "8.68 50.11"
    page.get_by_label("Koordinaten").fill("7.769 49.444")
    page.get_by_role("button", name="Ort speichern").click()
    assert "/ort" not in page.url
    page.goto("/karte/")
    assert page.locator(".lines li").count() > 5
    page.goto("/raumkonzept/")
    assert page.locator(".sign li").count() > 15


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
    assert page.get_by_text("DB InfraGO AG").is_visible()
    problems += axe_violations(page)
    assert problems == []


def test_the_first_view_of_the_city_map_is_light_and_the_map_that_moves_comes_when_asked(new_page):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/karte/")
    page.wait_for_selector("[data-city-map][data-ready=picture]")
    assert page.locator(".city-picture circle").count() > 10
    assert not [url for url in asked if "maplibre" in url or ".mvt" in url]
    page.get_by_role("button", name="Karte bewegen").press("Enter")
    page.wait_for_selector("[data-city-map][data-ready=drawn]")
    assert page.evaluate("document.activeElement.classList.contains('maplibregl-canvas')")
    assert not page.get_by_role("button", name="Karte bewegen").is_visible()
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
    assert page.locator(".city-picture a").count() > 5 and page.locator(".lines li").count() > 5
    assert not page.get_by_role("button", name="Karte bewegen").is_visible()
    assert not overflows(page)
    page.goto("/raumkonzept/")
    everything = page.locator(".signs a").count()
    page.locator(".ahead").get_by_role("link", name="kurzfristig").click()
    assert 0 < page.locator(".signs a").count() < everything
    assert page.locator(".is-new").first.is_visible()
    page.locator(".ahead").get_by_role("link", name="langfristig").click()
    assert page.locator(".signs a").count() == everything


@pytest.mark.parametrize("look", LOOKS)
def test_the_look_ahead_is_accessible(new_page, look):
    viewport, dark = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark)
    page.goto("/raumkonzept/?bis=mittelfristig")
    page.wait_for_selector("[data-place-map][data-ready=picture]")
    assert page.locator(".city-picture__fresh").count() > 0
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
    assert page.locator(".city-picture svg").first.is_visible()
    assert not page.locator(".site-nav").is_visible()
    assert not page.get_by_role("button", name="Karte bewegen").is_visible()


def test_corners_are_moved_with_the_pointer_and_by_keyboard_and_taken_back(new_page):
    page = new_page(login="leitung")
    page.goto(f"/k/{a_measure_without_place()}/ort")
    page.wait_for_selector("[data-draw][data-ready=drawn]")
    field = page.get_by_label("Koordinaten")
    stage = page.locator("[data-draw] .map-stage").bounding_box()
    page.get_by_role("button", name="Leeren").click()
    page.get_by_role("button", name="Ecken verschieben").press("Enter")
    assert "Zuerst eine Form zeichnen" in page.locator("[data-draw-status]").inner_text()
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
    assert field.input_value() == drawn
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
    page.get_by_label("Name einer Haltestelle").fill("Galgenschanze")
    page.keyboard.press("Tab")
    assert page.get_by_label("Koordinaten").input_value().startswith("Punkt\n7.74")
    plain = new_page(login="leitung", javascript=False, viewport=PHONE)
    plain.goto(f"/k/{a_measure_without_place()}/ort")
    plain.get_by_label("Name einer Haltestelle").fill("kaiserslautern")
    plain.get_by_role("button", name="Ort speichern").click()
    assert "Welche ist gemeint" in plain.locator("main").inner_text()
    plain.get_by_label("Name einer Haltestelle").fill("Galgenschanze")
    plain.get_by_role("button", name="Ort speichern").click()
    assert "/ort" not in plain.url
