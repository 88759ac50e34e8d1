"""A citizen contributes from a phone; a moderator answers and publishes; the citizen reads it."""

import pytest

from tests.journeys.conftest import PHONE, axe_violations, overflows

WORDS = "Am Fackelbrunnen fehlt ein Trinkbrunnen. Im Sommer waere das gut."
ANSWER = "Ein Trinkbrunnen ist für den Sommer bestellt."
MAP = "[data-points][data-ready=drawn], [data-points][data-ready=list]"


def drawn(page):
    page.wait_for_selector(MAP, state="attached")


def test_contribute_moderate_reply_and_see_the_reply(new_page):
    phone = new_page(viewport=PHONE)
    phone.goto("/mitmachen/")
    phone.fill("[name=text]", WORDS)
    phone.locator("label.choice", has_text="Problem").click()
    drawn(phone)
    if phone.locator("[data-points-stage]").count():
        phone.locator("[data-points-stage] canvas").click()
        assert "Ort gewählt" in phone.locator("[data-points-chosen]").inner_text()
    phone.wait_for_selector("altcha-widget[data-state=verified]", state="attached", timeout=90_000)
    phone.locator("main button[type=submit]").click()
    phone.wait_for_url("**/beitraege/meiner/**")
    assert "Danke!" in phone.locator("h1").inner_text() and phone.context.cookies() == []
    mine = phone.locator("[data-copy-source]").inner_text()

    desk = new_page(login="moderation")
    desk.goto("/mein-bereich/")
    desk.locator("main a", has_text="Beiträge moderieren").first.click()
    desk.locator(".queue__title a", has_text="fehlt ein Trinkbrunnen").press("Enter")
    assert "ohne Rechenaufgabe" not in desk.locator("main").inner_text().lower()
    desk.fill("[name=reply]", ANSWER)
    desk.locator("button[value=reply]").press("Enter")
    desk.locator(".queue__title a", has_text="fehlt ein Trinkbrunnen").click()
    desk.fill("[name=title]", "Ein Trinkbrunnen am Fackelbrunnen")
    desk.locator("button[value=publish]").press("Enter")
    desk.wait_for_url("**/moderation/**")

    phone.goto(mine)
    assert ANSWER in phone.locator("main").inner_text()
    phone.locator("main a", has_text="So sehen ihn alle").click()
    assert "Ein Trinkbrunnen am Fackelbrunnen" in phone.locator("h1").inner_text()
    assert ANSWER in phone.locator("main").inner_text()


def test_the_keyboard_sets_a_place(new_page):
    page = new_page()
    page.goto("/mitmachen/")
    drawn(page)
    if page.locator("[data-points-stage]").count():
        canvas = page.locator("[data-points-stage] canvas")
        canvas.focus()
        canvas.press("ArrowUp")
        canvas.press("Enter")
        assert page.locator("[data-points-clear]").is_visible()


def test_without_scripts_a_district_is_chosen(new_page):
    page = new_page(javascript=False, viewport=PHONE)
    page.goto("/mitmachen/")
    page.fill("[name=text]", "Der Laden in Erfenbach fehlt uns sehr.")
    page.select_option("[name=district]", label="Erfenbach")
    page.locator("main button[type=submit]").click()
    assert "Danke!" in page.locator("h1").inner_text()
    desk = new_page(login="moderation")
    desk.goto("/moderation/")
    line = desk.locator(".queue__line", has_text="Der Laden in Erfenbach")
    assert "ohne Rechenaufgabe gesendet" in line.inner_text()
    line.locator("input[type=checkbox]").check()
    desk.locator("button", has_text="Angekreuzte veröffentlichen").click()
    desk.locator("button", has_text="Rückgängig machen").click()
    assert desk.locator(".queue__line", has_text="Der Laden in Erfenbach").count() == 1


@pytest.mark.parametrize("layout", [{}, {"viewport": PHONE, "dark": True}], ids=["desktop", "phone"])
def test_the_pages_are_accessible(new_page, layout):
    public, desk = new_page(**layout), new_page(login="moderation", **layout)
    desk.goto("/moderation/")
    one = desk.locator(".queue__title a").first.get_attribute("href")
    pages = [(public, address) for address in ("/mitmachen/", "/beteiligung/", "/beitraege/")]
    problems = []
    for page, address in [*pages, (desk, "/moderation/"), (desk, one)]:
        page.goto(address)
        if page.locator("[data-points]").count():
            drawn(page)
        problems += axe_violations(page)
        if overflows(page):
            problems.append(f"{address} scrolls sideways")
    assert problems == []
