"""Register a plan, appraise it, find it in the Gesamtschau; and the plans' pages for everybody."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, overflows


def test_a_plan_is_registered_appraised_and_seen_together(new_page):
    page = new_page(login="leitung")
    page.goto("/planwerke/neu")
    page.fill("input[name=title]", "Spielleitplanung")
    page.select_option("select[name=type]", "sector")
    page.fill("textarea[name=aims]", "Plätze zum Spielen\nSichere Wege")
    page.get_by_label("Nachhaltige und angepasste Klimaräume").check()
    page.get_by_role("button", name="Anlegen").click()
    page.get_by_role("link", name="Bewerten").first.click()
    page.fill("input[name=currency]", "30")
    page.fill("textarea[name=currency_reason]", "Noch vor dem neuen Schulplan.")
    page.fill("input[name=substance]", "85")
    page.fill("textarea[name=substance_reason]", "Nennt Plätze und Jahre.")
    page.select_option("select[name=bindingness]", "not_adopted")
    page.get_by_role("button", name="Bewertung speichern").click()
    expect(page.get_by_text("Noch vor dem neuen Schulplan.")).to_be_visible()
    expect(page.get_by_text("veraltet").first).to_be_visible()
    page.get_by_role("link", name="Zur Gesamtschau").click()
    page.get_by_role("navigation", name="Reihenfolge").get_by_role("link", name="Aussagekraft").click()
    row = page.get_by_role("row").filter(has_text="Spielleitplanung")
    expect(row).to_contain_text("ohne Ratsbeschluss")
    expect(row).to_contain_text("85")


@pytest.mark.parametrize(
    ("viewport", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["desktop", "phone-dark"]
)
def test_the_plans_pages_are_accessible_and_fit(new_page, viewport, dark):
    page = new_page(viewport=viewport, dark=dark, login="leitung")
    page.goto("/planwerke/")
    plan = page.get_by_role("link", name="Nahverkehrsplan der Stadt Kaiserslautern").get_attribute("href")
    for address in (
        "/planwerke/",
        "/planwerke/gesamtschau/",
        *(
            f"/planwerke/gesamtschau/{part}/"
            for part in ("planwerke", "zeit", "gebiete", "luecken", "kernaussagen")
        ),
        plan,
        f"{plan}/bewerten",
    ):
        page.goto(address)
        assert axe_violations(page) == []
        assert not overflows(page), address
