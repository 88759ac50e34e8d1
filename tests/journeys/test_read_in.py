"""A questionnaire and contributions of another platform are read in: how these pages look, wide and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, axe_violations, overflows
from tests.participation.test_platforms import table_of
from tests.participation.test_survey import answers

pytestmark = pytest.mark.usefixtures("worker")


def test_a_questionnaire_and_contributions_come_in(new_page):
    page = new_page(login="leitung")
    problems = []

    def looked_at(name):
        for size in ({"width": 1280, "height": 900}, PHONE):
            page.set_viewport_size(size)
            problems.extend(f"{name}: {one}" for one in axe_violations(page))
            if overflows(page):
                problems.append(f"{name} scrolls sideways at {size['width']}")

    def read_in(target, text, **common):
        page.goto(f"/einlesen/neu/{target}/")
        page.fill("textarea[name=pasted]", text)
        page.click("main form button[type=submit]")
        page.click("main button[name=weiter]")
        page.wait_for_selector("select[name='spalte.0']")
        looked_at(f"columns of {target}")
        for name, value in common.items():
            field = page.locator(f"[name='alle.{name}']")
            field.select_option(value) if field.evaluate("one => one.tagName") == "SELECT" else field.fill(
                value
            )
        page.click("main form.stack button[type=submit]")
        page.wait_for_selector("h1:has-text('Wörter'), h1:has-text('Vorschau')")
        if "/woerter" in page.url:
            page.click("main form button[type=submit]")
        page.wait_for_selector("h1:has-text('Vorschau')")
        looked_at(f"preview of {target}")
        page.click("main button:has-text('Einlesen')")
        page.wait_for_selector("h1:has-text('Eingelesen')")
        looked_at(f"result of {target}")
        page.click("main a:has-text('Ansehen')")
        page.wait_for_selector("h1")

    read_in("survey", answers(40), source_title="Bürgerumfrage", new_format="Umfrage im Netz")
    expect(page.locator("#umfrage")).to_contain_text("Wohnen Sie gern hier?")
    page.click("#umfrage summary")
    looked_at("format with its questionnaire")
    read_in(
        "contributions", table_of("consul"), source_title="Forum", came_as="unread", replied_on="1.6.2024"
    )
    looked_at("moderation")
    assert problems == []
