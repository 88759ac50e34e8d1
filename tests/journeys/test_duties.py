"""A citizen reads easy language, meets a barrier, tells it; staff answer."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, axe_violations, overflows

PAGES = ["/leichte-sprache/", "/barrierefreiheit/", "/impressum/", "/datenschutz/", "/rueckmeldung/"]


def test_a_barrier_is_told_without_cookie_or_script_and_answered(new_page):
    visitor = new_page(viewport=PHONE, javascript=False)
    visitor.goto("/")
    visitor.get_by_role("link", name="Leichte Sprache").first.click()
    expect(visitor.locator("main")).to_contain_text("Die Stadt hat einen Plan.")
    visitor.get_by_role("link", name="Uns etwas sagen").click()
    assert visitor.input_value("main input[name=page]") == "/leichte-sprache/"
    visitor.fill("main textarea[name=message]", "Die Schrift ist mir zu klein.")
    visitor.fill("main input[name=contact]", "Telefon 1234")
    visitor.get_by_role("button", name="Absenden").click()
    expect(visitor.locator("h1")).to_contain_text("Danke")
    assert visitor.context.cookies() == []
    page = new_page(login="leitung")
    page.goto("/rueckmeldungen/")
    assert axe_violations(page) == []
    page.get_by_role("link", name="Die Schrift ist mir zu klein.").click()
    expect(page.locator("main")).to_contain_text("Telefon 1234")
    assert axe_violations(page) == []
    page.get_by_label("beantwortet").check()
    page.fill("main textarea[name=answer]", "Angerufen; die Schrift lässt sich im Browser vergrößern.")
    page.get_by_role("button", name="Speichern").click()
    page.wait_for_url("**/rueckmeldungen/")
    expect(page.locator("main")).not_to_contain_text("Die Schrift ist mir zu klein.")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(("viewport", "dark"), [(None, False), (PHONE, True)])
def test_the_pages_of_public_duty_are_accessible(new_page, address, viewport, dark):
    page = new_page(dark=dark, **({"viewport": viewport} if viewport else {}))
    page.goto(address)
    assert axe_violations(page) == []
    assert not overflows(page)
    assert page.context.cookies() == []
