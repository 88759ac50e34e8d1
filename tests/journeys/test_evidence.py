"""Reading in values: all pages of a reading, the indicator's table; then taking it all back."""

import pytest
from playwright.sync_api import expect

from tests.journeys.city import chain
from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, overflows

WRONG = "Raum;Jahr;Wert\nAtlantis;2019;1\nMölschbach;2019;viel\nHohenecken;2019;12,5\n"
RIGHT = "Stadtteil;2017;2018\nMölschbach;1.100;1.120\nHohenecken;3.700;\n"
LOOKS = {"light desktop": (DESKTOP, False), "dark phone": (PHONE, True)}


@pytest.mark.parametrize("look", LOOKS)
def test_from_a_file_to_the_table_and_back(new_page, look):
    viewport, dark = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark, login="leitung")
    problems = []

    def looked_at():
        problems.extend(axe_violations(page))
        if overflows(page):
            problems.append(f"{page.url} scrolls sideways")

    def upload(name, text):
        """All pages of a reading up to the preview, each looked at."""
        page.goto(f"/einlesen/neu/observations/?indikator={chain()[0]}")
        looked_at()
        file = {"name": name, "mimeType": "text/csv", "buffer": text.encode("cp1252")}
        page.set_input_files("main input[type=file]", file)
        page.click("main form button[type=submit]")
        page.wait_for_url("**/tabelle")
        looked_at()
        page.click("main button:has-text('So ist es richtig')")
        page.wait_for_url("**/spalten")
        if not page.locator("main [name='alle.source_title']").is_visible():
            page.click("main summary:has-text('Was für alle Zeilen gilt')")
        page.fill("main [name='alle.source_title']", "Statistikstelle")
        looked_at()
        page.click("main button:has-text('Weiter')")
        page.wait_for_url(lambda url: not url.endswith("/spalten"))
        if page.url.endswith("/woerter"):
            looked_at()
            page.click("main button:has-text('Weiter')")
        page.wait_for_selector("main button:has-text('Einlesen')")
        looked_at()

    upload("falsch.csv", WRONG)
    expect(page.locator("main")).to_contain_text("ist nicht zugeordnet")
    page.click("main button:has-text('Verwerfen')")
    page.wait_for_url("**/einlesen/")
    looked_at()
    upload("einwohner.csv", RIGHT)
    page.click("main button:has-text('Einlesen')")
    page.wait_for_selector("main :text('Alles zurücknehmen')")
    looked_at()
    table = page.request.get(f"/k/{chain()[0]}/werte.csv").text()
    assert "Mölschbach;2018;2018-01-01;2018-12-31;;;;;1120" in table
    page.click("main button:has-text('Alles zurücknehmen')")
    page.wait_for_selector("main :text('zurückgenommen')")
    looked_at()
    assert (
        "Mölschbach;2018;2018-01-01;2018-12-31;;;;;1120"
        not in page.request.get(f"/k/{chain()[0]}/werte.csv").text()
    )
    assert problems == []
