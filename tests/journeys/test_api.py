"""The page about the interface: its addresses answer, axe is content, nothing scrolls sideways."""

import json
import urllib.request

import pytest

from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, overflows


def test_a_journalist_finds_the_data(new_page, site):
    page = new_page()
    page.goto("/ueber/")
    page.get_by_role("link", name="Daten für Programme").click()
    page.wait_for_url("**/api/")
    address = page.get_by_role("link", name="/measures", exact=True).get_attribute("href")
    with urllib.request.urlopen(f"{site}{address}") as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        measures = json.load(answer)
    assert measures["items"][0]["kind"] == "measure"
    feed = page.locator("link[type='application/atom+xml']").get_attribute("href")
    with urllib.request.urlopen(f"{site}{feed}") as answer:
        assert answer.headers.get_content_type() == "application/atom+xml"


@pytest.mark.parametrize(("viewport", "dark"), [(DESKTOP, False), (PHONE, True)])
def test_the_page_is_accessible(new_page, viewport, dark):
    page = new_page(viewport=viewport, dark=dark)
    problems = []
    for address in ("/api/", "/en/api/"):
        assert page.goto(address).status == 200
        problems += axe_violations(page)
        if overflows(page):
            problems.append(f"{address} scrolls sideways")
    assert problems == []
