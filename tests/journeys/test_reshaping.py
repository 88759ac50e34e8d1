"""Two goals are merged in the browser, word for word; the old address leads on; the merger is taken back; and one is split."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.test_lists import Looker


def _goal(page: Page, title: str, text: str) -> str:
    page.goto("/ziele/neu")
    page.fill("#id_title", title)
    page.fill("#id_text", text)
    page.click("main button:has-text('Anlegen')")
    page.wait_for_url("**/k/*")
    return page.url


def test_goals_are_merged_taken_back_and_split(new_page):
    page = new_page(viewport=PHONE, login="leitung")
    looker = Looker(page)
    other = _goal(page, "Schatten auf allen Schulhöfen", "Jeder Schulhof bekommt Bäume.")
    one = _goal(page, "Kühle Schulhöfe", "Schulhöfe werden entsiegelt.")
    page.goto(f"{one}/zusammenlegen?q=Schatten&search=1")
    looker.look()
    page.get_by_label("Schatten auf allen Schulhöfen").check()
    page.get_by_role("button", name="Weiter: nebeneinander ansehen").click()
    page.wait_for_selector("#was")
    looker.look()
    page.fill("#id_grund", "Beide wollen dasselbe.")
    page.get_by_role("button", name="Zusammenlegen", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("Zusammengelegt")
    expect(page.locator("main")).to_contain_text("Jeder Schulhof bekommt Bäume.")
    looker.look()
    page.goto(other)
    assert page.url.split("#")[0] == one, "the old address leads on"
    page.goto(f"{one}/verlauf")
    page.locator("a[href^='/umbau/']").first.click()
    page.locator("main form button[type=submit]").click()
    page.goto(other)
    expect(page.locator("h1")).to_have_text("Schatten auf allen Schulhöfen")
    # and one becomes two
    page.goto(f"{one}/teilen")
    looker.look()
    page.get_by_label("Titel").nth(1).fill("Entsiegelte Höfe")
    page.get_by_role("button", name="Teilen", exact=True).click()
    expect(page.locator(".messages")).to_be_visible()
    page.get_by_role("link", name="Entsiegelte Höfe").first.click()
    expect(page.locator("h1")).to_have_text("Entsiegelte Höfe")
    looker.look()
