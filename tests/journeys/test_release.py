"""A planner changes a public goal; nothing is seen of it until the lead has read it word by word and releases it."""

import pytest
from playwright.sync_api import expect

from tests.journeys.city import table
from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, overflows, sign_in

SENTENCE = "An jeder Haltestelle steht eine Bank im Schatten."


def public_goal():
    """A goal of the city that nobody has proposed to change."""
    return next(row for row in table("goals") if row["visibility"] == "public" and row["number"] == "Z 1.3")[
        "id"
    ]


def press(page, name):
    """Reach a button with the keyboard alone and press it."""
    button = page.get_by_role("button", name=name, exact=True)
    for _step in range(120):
        page.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            page.wait_for_load_state()
            return
    raise AssertionError(f"{name} is not reached by the keyboard")


def test_from_the_planners_form_by_keyboard_to_the_public_page(new_page):
    goal = public_goal()
    planner = new_page(login="planung")
    planner.goto(f"/k/{goal}/bearbeiten")
    text = planner.locator("main [name=text]").input_value()
    planner.fill("main [name=text]", f"{text} {SENTENCE}")
    planner.fill("main [name=release_note]", "So hat es der Ortsbeirat gewünscht.")
    planner.get_by_role("button", name="Speichern", exact=True).click()
    planner.wait_for_url("**/freigaben/*/")
    expect(planner.locator("[role=status]").first).to_contain_text("wartet auf Freigabe")
    expect(planner.get_by_role("button", name="Veröffentlichen")).to_have_count(0)
    visitor = new_page(viewport=PHONE)
    visitor.goto(f"/k/{goal}")
    expect(visitor.locator("main")).not_to_contain_text(SENTENCE)
    expect(visitor.locator("main")).not_to_contain_text("wartet auf Freigabe")
    lead = new_page(login="leitung")
    lead.goto("/mein-bereich/")
    section = lead.locator("section", has=lead.get_by_role("heading", name="Wartet auf Ihre Freigabe"))
    section.get_by_role("link").filter(has_text=lead_title(goal)).first.focus()
    lead.keyboard.press("Enter")
    lead.wait_for_url("**/freigaben/*/")
    shown = lead.locator("main")
    expect(shown.locator("ins")).to_contain_text(SENTENCE)
    expect(shown).to_contain_text("So hat es der Ortsbeirat gewünscht.")
    press(lead, "Veröffentlichen")
    lead.wait_for_url(f"**/k/{goal}")
    visitor.reload()
    expect(visitor.locator("main")).to_contain_text(SENTENCE)
    lead.goto(f"/k/{goal}/verlauf")
    head = lead.locator(".change h2").first.inner_text()
    assert "Planung" in head
    assert "freigegeben von" in head
    assert "Projektleitung" in head


def lead_title(goal):
    """What the list calls the goal."""
    return next(row["title"] for row in table("goals") if row["id"] == goal)


def test_a_change_comes_back_with_an_answer_and_is_revised(new_page):
    goal = next(row for row in table("goals") if row["visibility"] == "public" and row["number"] == "Z 1.1")[
        "id"
    ]
    planner = new_page(login="planung", javascript=False)
    planner.goto(f"/k/{goal}/bearbeiten")
    planner.fill("main [name=title]", "Ein viel zu langer Titel, den niemand behält")
    planner.locator("main form button[type=submit]").last.click()
    address = planner.url
    lead = new_page(login="leitung")
    lead.goto(address)
    lead.get_by_text("Mit einer Antwort zurückgeben").click()
    lead.get_by_label("Was fehlt noch?").fill("Bitte kürzer.")
    lead.get_by_role("button", name="Zurückgeben").click()
    lead.wait_for_url("**/freigaben/")
    planner.goto("/mein-bereich/")
    expect(planner.locator("main")).to_contain_text("Bitte kürzer.")
    planner.goto(address)
    planner.get_by_role("link", name="Überarbeiten").click()
    planner.fill("main [name=title]", "Kurzer Titel")
    planner.locator("main form button[type=submit]").last.click()
    expect(planner).to_have_url(address)
    lead.goto("/freigaben/")
    lead.get_by_label(f"Auswählen: {lead_title(goal)}").check()
    lead.get_by_role("button", name="Angekreuzte ansehen und veröffentlichen").click()
    lead.get_by_text("Wort für Wort").first.click()
    expect(lead.locator(".release").first).to_contain_text("Kurzer")
    lead.get_by_role("button", name="Angekreuzte veröffentlichen").click()
    lead.wait_for_url("**/stapel/**")
    expect(lead.locator("h1")).to_contain_text("1 Freigabe")
    visitor = new_page()
    visitor.goto(f"/k/{goal}")
    expect(visitor.locator("h1")).to_have_text("Kurzer Titel")


@pytest.mark.parametrize("look", ["light desktop", "dark phone"])
def test_the_pages_are_accessible(new_page, look):
    dark = look == "dark phone"
    page = new_page(viewport=PHONE if dark else DESKTOP, dark=dark)
    sign_in(page, "leitung")
    page.goto("/freigaben/")
    addresses = [link.get_attribute("href") for link in page.locator(".queue__title a").all()]
    assert addresses
    problems = []
    for address in [
        "/freigaben/",
        "/freigaben/?stand=alle",
        *addresses[:3],
        "/mein-bereich/",
        "/k/bs5rtcq2",
        "/k/bs5rtcq2/bearbeiten",
    ]:
        assert page.goto(address).status == 200
        for summary in page.locator("main details > summary").all()[:4]:
            summary.click()
        problems += axe_violations(page)
        if overflows(page):
            problems.append(f"{address} scrolls sideways")
    assert problems == []
