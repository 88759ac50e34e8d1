"""Goals are put in order in the browser: dragged, below another one, and by keyboard; what is said and seen on the way."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESKTOP, PATIENCE, PHONE, sign_in
from tests.journeys.test_lists import Looker

PICTURES = os.environ.get("INSEK_PICTURES", "")
GOALS = "/ordnen/inhalte/ziele/"


def labels(page):
    return page.locator(".order__row").evaluate_all(
        "rows => rows.map(row => [row.dataset.key, row.dataset.depth])"
    )


def drag(page, key, over, part):
    """Take a row by its handle and let it go over a part of another one, 0 its top and 1 its bottom."""
    handle = page.locator(f'[data-key="{key}"] [data-handle]')
    target = page.locator(f'[data-key="{over}"]')
    # near an edge the page would move along; what is pressed is what is drawn
    handle.evaluate(
        "each => { each.scrollIntoView({block: 'center'});"
        " return new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn))); }"
    )
    start = handle.bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 20, start["y"] + 40)
    for _step in range(3):  # rows make room on the way
        box = target.bounding_box()
        page.mouse.move(start["x"] + 20, box["y"] + box["height"] * part)
    page.mouse.up()


def test_goals_are_dragged_with_a_finger(browser, site):
    """A finger on the handle moves the row and not the page; beside it the page scrolls."""
    context = browser.new_context(
        base_url=site, viewport=PHONE, has_touch=True, is_mobile=True, locale="de-DE"
    )
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        sign_in(page, "leitung")
        page.goto(GOALS)
        first, second = [key for key, depth in labels(page) if depth == "0"][:2]
        handle = page.locator(f'[data-key="{second}"] [data-handle]')
        page.locator(f'[data-key="{first}"]').scroll_into_view_if_needed()
        handle.scroll_into_view_if_needed()
        start, over = handle.bounding_box(), page.locator(f'[data-key="{first}"]').bounding_box()
        finger = context.new_cdp_session(page)

        def touch(kind, y):
            points = [] if kind == "touchEnd" else [{"x": start["x"] + 20, "y": y}]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        at = page.evaluate("scrollY")
        touch("touchStart", start["y"] + 20)
        touch("touchMove", start["y"] + 10)
        touch("touchMove", over["y"] + over["height"] * 0.6)
        touch("touchMove", over["y"] + over["height"] * 0.1)
        touch("touchEnd", 0)
        expect(page.locator("[data-order-said]")).to_contain_text("an Stelle 1 von")
        assert [key for key, depth in labels(page) if depth == "0"][:2] == [second, first]
        assert abs(page.evaluate("scrollY") - at) < 5, "the page stayed where it was"
    finally:
        context.close()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_goals_are_dragged_and_moved_by_keyboard(new_page, viewport):
    page = new_page(viewport=viewport, login="leitung")
    looker = Looker(page)
    page.goto("/ziele/")
    page.get_by_role("link", name="Ordnen", exact=True).click()
    page.wait_for_url(f"**{GOALS}")
    looker.look()
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"order-{viewport['width']}.png"), full_page=True)
    said = page.locator("[data-order-said]")
    first, second, third = [key for key, depth in labels(page) if depth == "0"][:3]
    # with the mouse: the second goes before the first
    drag(page, second, first, 0.1)
    expect(said).to_contain_text("an Stelle 1 von")
    assert [key for key, depth in labels(page) if depth == "0"][:2] == [second, first]
    expect(page.locator(f'[data-key="{second}"] [data-handle]')).to_be_focused()
    # by keyboard: back again, said at every step
    page.keyboard.press("Space")
    expect(said).to_contain_text("angehoben")
    page.keyboard.press("ArrowDown")
    expect(said).to_contain_text("Stelle 2 von")
    page.keyboard.press("Escape")
    expect(said).to_contain_text("Nichts ist verschoben")
    assert next(key for key, depth in labels(page) if depth == "0") == second
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(said).to_contain_text("steht jetzt an Stelle 2 von")
    assert [key for key, depth in labels(page) if depth == "0"][:2] == [first, second]
    # below the one before, by keyboard, and out again with the mouse
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(said).to_contain_text("steht jetzt unter")
    assert dict(labels(page))[second] == "1"
    drag(page, second, third, 0.9)
    expect(said).not_to_contain_text("steht jetzt unter")
    assert dict(labels(page))[second] == "0"
    drag(page, second, first, 0.5)
    expect(said).to_contain_text("steht jetzt unter")
    # one button takes the last move back
    page.get_by_role("button", name="Rückgängig").click()
    page.wait_for_load_state()
    assert dict(labels(page))[second] == "0"
    drag(page, second, first, 0.5)
    expect(said).to_contain_text("steht jetzt unter")
    page.goto("/ziele/")
    page.goto(GOALS)
    assert dict(labels(page))[second] == "1"
    looker.look()
