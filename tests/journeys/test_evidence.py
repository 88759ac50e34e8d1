"""Reading in values: upload, columns, preview, recording, the indicator's table; then taking it all back."""

import pytest

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
        page.goto(f"/k/{chain()[0]}")
        page.goto(f"/zahlen-einlesen/?indikator={chain()[0]}")
        looked_at()
        file = {"name": name, "mimeType": "text/csv", "buffer": text.encode("cp1252")}
        page.set_input_files("main input[type=file]", file)
        page.click("main form button[type=submit]")
        page.wait_for_selector("main .import-columns")
        looked_at()
        page.fill("main [name=source_title]", "Statistikstelle")
        page.check("main [name=sign][value=',']")
        page.click("main .import-form button[type=submit]")
        page.wait_for_url("**/vorschau")
        looked_at()

    upload("falsch.csv", WRONG)
    assert "„Atlantis“ ist nicht bekannt" in page.locator("main").inner_text()
    assert page.locator("main button:has-text('Übernehmen')").count() == 0
    page.click("main button:has-text('Datei verwerfen')")
    page.wait_for_url("**/zahlen-einlesen/")
    upload("einwohner.csv", RIGHT)
    page.click("main button:has-text('Übernehmen')")
    page.wait_for_url("**/lieferung/**")
    assert "3 Werte eingetragen" in page.locator("main").inner_text()
    looked_at()
    table = page.request.get(f"/k/{chain()[0]}/werte.csv").text()
    assert "Mölschbach;2018;1120" in table
    page.click("main button:has-text('Lieferung zurücknehmen')")
    page.wait_for_selector("main .import-note")
    looked_at()
    assert "Mölschbach;2018;1120" not in page.request.get(f"/k/{chain()[0]}/werte.csv").text()
    assert problems == []
