"""A planner draws a place, with the pointer and with the keyboard alone; a citizen finds it on the maps."""

import csv
from pathlib import Path

import pytest

from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, overflows

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
    page.wait_for_selector("[data-place-map][data-ready=drawn]")
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
    page.wait_for_selector("[data-city-map][data-ready=drawn]")
    page.get_by_label("Haltestellen und Bahnhöfe zeigen").check()
    assert page.get_by_text("DB InfraGO AG").is_visible()
    assert problems == []
