"""Own fields in the browser: defined by the lead, filled in by a planner, found in the list, retired; looked at on the way."""

import os
from pathlib import Path

import pytest

from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_lists import Looker, main_text

PICTURES = os.environ.get("INSEK_PICTURES", "")
"""A folder for pictures of the pages, for who wants to see them."""


def _seen(looker, name):
    looker.look()
    if PICTURES:
        looker.page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize(("viewport", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["desk", "phone"])
def test_a_field_is_defined_filled_in_found_and_retired(new_page, viewport, dark):
    name = f"Förderkulisse {viewport['width']}"
    page = new_page(viewport=viewport, dark=dark, login="leitung")
    looker = Looker(page)
    page.goto("/eigene-felder/")
    _seen(looker, f"none-{viewport['width']}")
    page.goto("/eigene-felder/neu?art=measure")
    page.fill("#id_name", name)
    page.select_option("#id_type", "choice")
    page.fill("#id_new_options", "Soziale Stadt | Social city\nStadtumbau")
    page.select_option("#id_audience", "public")
    page.click("main button:has-text('Vorschau')")
    page.wait_for_selector("#vorschau-titel")
    _seen(looker, f"preview-{viewport['width']}")
    page.click("main button:has-text('Speichern')")
    page.wait_for_url("**/eigene-felder/")
    assert name in main_text(page)
    _seen(looker, f"list-{viewport['width']}")
    page.goto("/massnahmen/neu")
    page.fill("#id_title", f"Quartier {viewport['width']}")
    page.get_by_label(name).select_option("stadtumbau")
    _seen(looker, f"form-{viewport['width']}")
    page.click("main button:has-text('Anlegen')")
    page.wait_for_selector("#eigene-felder")
    assert "Stadtumbau" in main_text(page)
    _seen(looker, f"item-{viewport['width']}")
    key = name.lower().replace("ö", "oe").replace(" ", "-")
    page.goto(
        f"/massnahmen/?ansicht=tabelle&spalten=title,own.{key}&own.{key}=stadtumbau&sortierung=own.{key}"
    )
    assert "Quartier" in main_text(page)
    _seen(looker, f"table-{viewport['width']}")
    page.goto("/eigene-felder/")
    page.locator(f"main li:has-text('{name}') a:has-text('Nicht mehr führen')").click()
    page.wait_for_selector("main button:has-text('Nicht mehr führen')")
    _seen(looker, f"end-{viewport['width']}")
    page.click("main button:has-text('Nicht mehr führen')")
    page.wait_for_url("**/eigene-felder/")
    assert "Nicht mehr geführt" in main_text(page)
    assert looker.problems == []
