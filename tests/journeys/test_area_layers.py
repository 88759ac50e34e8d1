"""A planner reads a heat map in; a citizen switches it on and sees the legend and its colours on the map."""

from __future__ import annotations

import json
import random

import shapely
from playwright.sync_api import expect

from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, move_map, overflows


def heat() -> bytes:
    random.seed(4)
    cells = [(7.72 + x * 0.01, 49.41 + y * 0.008) for x in range(10) for y in range(7)]
    features = [
        {"type": "Feature", "properties": {"klasse": random.choice(("gering", "mittel", "hoch", "sehr hoch"))}, "geometry": json.loads(shapely.to_geojson(shapely.box(x, y, x + 0.009, y + 0.007)))}
        for x, y in cells
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_a_heat_map_is_read_in_published_and_switched_on(new_page):
    page = new_page(login="leitung")
    page.goto("/karten-einrichten/")
    page.get_by_role("link", name="Ebene einlesen").click()
    page.locator("input[type=file]").set_input_files({"name": "hitze.geojson", "mimeType": "application/json", "buffer": heat()})  # fmt: skip
    page.locator("main form button[type=submit]").first.click()
    page.locator("main form button[name=weiter]").click()
    for label, text in (("Name der Ebene", "Hitzebelastung am Tag"), ("Was sie zeigt", "Wie warm es an einem Sommertag wird."), ("Quelle", "Stadtklimaanalyse"), ("Lizenz", "dl-de/by-2-0")):  # fmt: skip
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Weiter").click()
    page.get_by_role("button", name="Einlesen", exact=True).click()
    page.goto("/karten-einrichten/")
    page.get_by_role("link", name="Hitzebelastung am Tag").click()
    page.get_by_label("öffentlich").check()
    page.get_by_role("button", name="Ebene speichern").click()
    expect(page.locator("main")).to_contain_text("für alle")

    for size in (DESKTOP, PHONE):
        visitor = new_page(viewport=size) if size is PHONE else new_page()
        visitor.goto("/karte/")
        move_map(visitor, "[data-city-map]")
        box = visitor.get_by_label("Hitzebelastung am Tag")
        legend = visitor.locator(".area-note .area-legend")
        expect(box).not_to_be_checked()
        expect(legend).to_be_hidden()
        with visitor.expect_response(lambda answer: "/karte/flaechen/" in answer.url) as asked:
            box.focus()
            visitor.keyboard.press("Space")
        assert asked.value.ok and len(asked.value.json()["features"]) >= 4
        legend.wait_for()
        assert legend.inner_text().split("\n")[0] == "sehr hoch"
        expect(visitor.locator("[data-outside-status]")).to_contain_text("ist zu sehen")
        expect(visitor.locator(".map-credit")).to_contain_text("Stadtklimaanalyse")
        assert not overflows(visitor) and not axe_violations(visitor)
