"""A councillor comes from a paper to a goal: how far is it, why this, by what; on a phone, with the keyboard, and as staff."""

import pytest
from playwright.sync_api import expect

from insek.thread.identity import is_id
from tests.journeys.city import table
from tests.journeys.conftest import PHONE, axe_violations, overflows

LONGEST = "Straßenverkehrsinfrastrukturerneuerungsprogramm"


@pytest.fixture(scope="module")
def address():
    """A goal with two targets, both of which can be drawn."""
    goals = [row["goal"] for row in table("targets")]
    found = next(goal for goal in goals if goals.count(goal) > 1)
    assert is_id(found)
    return f"/k/{found}"


def test_a_councillor_sees_how_far_a_goal_is_and_walks_to_a_measure_by_keyboard(new_page, address):
    page = new_page()
    page.goto(address)
    section = page.get_by_role("region", name="Wie weit wir sind")
    expect(section.locator("figure")).to_have_count(2)
    expect(section.locator("figure svg.path-chart__drawing").first).to_be_visible()
    values = section.get_by_text("Werte als Tabelle").first
    values.focus()
    page.keyboard.press("Enter")
    expect(section.get_by_role("table").first).to_be_visible()
    board = page.get_by_role("region", name="Warum? – Wozu?")
    measure = board.locator(".why__entry:has(.mark)").first
    expect(measure.locator(".mark")).not_to_be_empty()
    measure.locator(".why__link").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/k/" in url and not url.endswith(address))
    expect(page.get_by_role("region", name="Warum? – Wozu?")).to_be_visible()


def test_a_phone_shows_the_same_and_breaks_the_longest_word(new_page, address):
    page = new_page(viewport={**PHONE, "width": 320}, dark=True)
    page.goto(address)
    expect(page.get_by_role("region", name="Wie weit wir sind")).to_be_visible()
    page.evaluate(
        "(word) => document.querySelectorAll('main :is(h1, h2, h3, h4, dd, p > a, .why__link, .item-row__title a)')"
        ".forEach((element) => { element.textContent = word; })",
        LONGEST,
    )
    assert not overflows(page)
    assert axe_violations(page) == []


def test_staff_opens_the_tools_of_all_links_at_once(new_page, address):
    page = new_page(login="leitung")
    page.goto(address)
    tool = page.get_by_role("link", name="Begründung bearbeiten").first
    expect(tool).to_be_hidden()
    page.get_by_text("Verknüpfungen bearbeiten").click()
    expect(tool).to_be_visible()
