"""The queue of suggestions by keyboard: let the program search, decide one after the other, take one back, accept many; phone and no script."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, axe_violations, overflows

pytestmark = pytest.mark.usefixtures("worker")


def test_suggestions_are_decided_with_one_key_each(new_page):
    page = new_page(login="leitung")
    problems = []

    def looked_at(one):
        problems.extend(axe_violations(one))
        if overflows(one):
            problems.append(f"{one.url} scrolls sideways")

    def left():
        return int(re.search(r"noch (?:mehr als )?(\d+)", page.locator("#vorschlag .kicker").inner_text())[1])

    page.goto("/mein-bereich/")
    page.get_by_role("link", name="Vorschläge des Programms").first.click()
    expect(page.locator("main")).to_contain_text("Kein Vorschlag wartet")
    looked_at(page)
    page.get_by_role("link", name="Nach Vorschlägen suchen").click()
    page.get_by_role("button", name=re.compile("Jetzt suchen.*Zusammengehöriges")).click()
    expect(page.locator("#laeufe")).to_contain_text("fertig", timeout=120_000)
    looked_at(page)
    page.get_by_role("link", name="Vorschläge durchsehen").click()
    card = page.locator("#vorschlag")
    expect(card).to_be_focused()
    looked_at(page)
    before, first = left(), card.locator(".suggestion-side__title").all_inner_texts()
    page.keyboard.press("n")
    expect(page.locator(".suggestion-last")).to_contain_text("Abgelehnt von")
    expect(page.locator("#vorschlag")).to_be_focused()
    assert left() == before - 1 and card.locator(".suggestion-side__title").all_inner_texts() != first
    page.keyboard.press("u")
    expect(page.locator(".messages")).to_contain_text("wieder offen")
    assert left() == before and card.locator(".suggestion-side__title").all_inner_texts() == first
    page.keyboard.press("c")  # opens the form and goes into it, so that letters are letters again
    reason = page.get_by_label("Begründung in einem Satz")
    expect(reason).to_be_focused()
    reason.fill("Das ist ein Satz, den ein Mensch schreibt.")
    page.get_by_role("button", name="So annehmen").click()
    expect(page.locator(".suggestion-last")).to_contain_text("Geändert angenommen von")
    looked_at(page)
    page.keyboard.press("s")
    expect(page.locator("#vorschlag")).to_be_focused()
    assert left() == before - 1, "put off is not decided"
    page.keyboard.press("a")
    expect(page.locator(".suggestion-last")).to_contain_text("Angenommen von")
    page.goto("/vorschlaege/entschieden")
    expect(page.locator(".entry")).to_have_count(2)
    looked_at(page)

    phone = new_page(viewport=PHONE, dark=True, login="leitung")
    for address in (
        "/vorschlaege/",
        "/vorschlaege/viele?ab=80",
        "/vorschlaege/entschieden",
        "/vorschlaege/suchen",
    ):
        phone.goto(address)
        looked_at(phone)
    # without JavaScript: many at once, less one that is unticked
    plain = new_page(javascript=False, login="leitung")
    plain.goto("/vorschlaege/viele?ab=80")
    boxes = plain.locator("main input[name=wahl]")
    number = boxes.count()
    assert number > 1
    boxes.first.uncheck()
    plain.get_by_role("button", name="Angekreuzte annehmen").click()
    expect(plain.locator(".messages")).to_contain_text(f"{number - 1} Vorschl")
    assert problems == []
