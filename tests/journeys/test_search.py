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


def test_what_a_citizen_types_leads_to_a_goal(new_page):
    phone = new_page(viewport=PHONE)
    phone.goto("/")
    phone.locator(".hero input[name=q]").fill("Fahrradweg")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/suche/**Fahrradweg**")
    expect(phone.locator(".result").nth(3)).to_be_attached()
    phone.get_by_role("navigation", name="Nach Art des Inhalts").get_by_role("link", name="Ziele").click()
    result = phone.locator(".result", has_text="Ein Radnetz ohne Lücken")
    expect(result.locator("h3 mark")).to_contain_text("Rad")
    result.locator("h3 a").click()
    expect(phone.locator("h1")).to_have_text("Ein Radnetz ohne Lücken")
    phone.goto("/suche/?q=Hauptbanhof")
    phone.locator(".result h3 a", has_text="Hauptbahnhof").first.click()
    expect(phone.locator("h1")).to_contain_text("Hauptbahnhof")
