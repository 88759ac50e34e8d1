"""A search with the keyboard: suggestions while typing, a typing error, narrowed down, and where nothing is found a way to say it."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, overflows


@pytest.mark.parametrize(
    ("viewport", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["desktop", "phone-dark"]
)
def test_a_search_with_the_keyboard(new_page, viewport, dark):
    page = new_page(viewport=viewport, dark=dark)
    page.goto("/suche/")
    page.get_by_label("Suchwort").press_sequentially("Theaterw")
    expect(page.locator("#vorschlaege option").first).to_have_attribute(
        "value", "Theaterwiese: die Lauter kehrt zurück"
    )
    page.get_by_label("Suchwort").fill("Hauptbanhof")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Gesucht wurde nach „Hauptbahnhof“")).to_be_visible()
    assert axe_violations(page) == [] and not overflows(page)
    page.get_by_text("Eingrenzen").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Handlungsfeld", exact=True).select_option(index=4)
    page.get_by_label("Suchwort").press("Enter")
    expect(page.get_by_role("link", name="Filter zurücksetzen")).to_be_visible()
    assert axe_violations(page) == [] and not overflows(page)
    page.goto("/suche/?q=Xylophon")
    page.get_by_role("link", name="Sagen Sie es der Stadt").press("Enter")
    expect(page.locator("textarea[name=text]")).to_have_value("Xylophon")
