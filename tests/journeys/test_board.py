"""Two people at the board: each sees what the other does without reloading, and neither loses a word."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, axe_violations, overflows

BOARD = "/befunde/tafel/?feld=wohnen"


def card(page, title):
    return page.locator("[data-card]", has=page.get_by_role("link", name=title, exact=True))


def quadrant(page, name):
    return page.locator(f"[data-quadrant={name}]")


def write(page, name, title):
    quadrant(page, name).locator(".board-new textarea").fill(title)
    quadrant(page, name).get_by_role("button", name="Schreiben").click()
    expect(card(page, title)).to_be_visible()


def test_two_people_at_the_board(new_page):
    tall = {"width": 1280, "height": 3600}  # both ends of a drag in sight
    one, two = new_page(login="planung", viewport=tall), new_page(login="leitung")
    for page in (one, two):
        page.goto(BOARD)
    write(one, "strength", "Viele Vereine")
    write(one, "strength", "Kurze Wege")
    expect(card(two, "Viele Vereine")).to_be_visible()  # without reloading
    assert axe_violations(two) == [] and not overflows(two)

    card(two, "Viele Vereine").locator("summary").click()
    card(two, "Viele Vereine").get_by_role("link", name="Bearbeiten, verorten").click()
    card(two, "Viele Vereine").get_by_label("Titel").fill("Viele alte Vereine")

    handle = card(one, "Kurze Wege").locator("[data-handle]")
    handle.focus()
    one.keyboard.press("ArrowUp")
    expect(one.locator("[data-board-said]")).to_have_text("Verschoben.")
    own = quadrant(one, "strength").locator("[data-card]")
    expect(own.nth(-2)).to_contain_text("Kurze Wege")
    assert one.evaluate("() => document.activeElement.matches('[data-handle]')")
    expect(quadrant(two, "strength").locator("[data-card]").nth(-2)).to_contain_text("Kurze Wege")
    expect(card(two, "Viele Vereine").get_by_label("Titel")).to_have_value("Viele alte Vereine")

    source, target = card(one, "Viele Vereine"), quadrant(one, "opportunity").locator("[data-card]").first
    source.locator(".board-card__top").drag_to(target, target_position={"x": 20, "y": 8})
    expect(quadrant(one, "opportunity").locator("[data-card]").first).to_contain_text("Viele Vereine")

    open_form = two.locator(".board-form")  # what she writes stayed, though the card went elsewhere meanwhile
    open_form.get_by_role("button", name="Speichern").click()
    expect(two.locator(".conflict")).to_contain_text("Chance")
    expect(two.locator(".board-form").get_by_label("Titel")).to_have_value("Viele alte Vereine")
    two.locator(".board-form").get_by_role("button", name="Speichern").click()
    expect(card(two, "Viele alte Vereine")).to_be_visible()
    expect(card(one, "Viele alte Vereine")).to_be_visible()


def test_the_board_on_a_phone_without_script(new_page):
    page = new_page(viewport=PHONE, javascript=False, login="planung")
    page.goto(BOARD)
    quadrant(page, "threat").locator(".board-new textarea").fill("Hohe Mieten")
    quadrant(page, "threat").get_by_role("button", name="Schreiben").click()
    page.wait_for_url(re.compile(r"tafel/\?feld=wohnen#karte-"))
    card(page, "Hohe Mieten").locator("summary").click()
    card(page, "Hohe Mieten").get_by_role("button", name="zu Schwächen").click()
    expect(quadrant(page, "weakness").get_by_role("link", name="Hohe Mieten")).to_be_visible()
    card(page, "Hohe Mieten").locator("summary").click()
    card(page, "Hohe Mieten").get_by_role("link", name="Bearbeiten, verorten").click()
    page.get_by_label("Titel").fill("Sehr hohe Mieten")
    page.get_by_role("button", name="Speichern").click()
    expect(card(page, "Sehr hohe Mieten")).to_be_visible()
    assert not overflows(page)
