"""Order the printed concept, watch it being made, fetch it; and the pages of documents for everybody."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, overflows

pytestmark = pytest.mark.usefixtures("worker")
PATIENCE = 120_000


def choose_only(page, *names):
    """Open what is put together by oneself and take all chapters off but these."""
    page.locator("summary", has_text="Format und Kapitel wählen").press("Enter")
    for box in page.get_by_role("group", name="Kapitel").get_by_role("checkbox").all():
        box.set_checked(box.get_attribute("value") in names)
    expect(page.locator("[name=kapitel]:checked")).to_have_count(len(names))


def test_a_visitor_orders_the_concept_sees_how_far_it_is_and_fetches_it(new_page, tmp_path):
    page = new_page()
    page.goto("/bericht/")
    choose_only(page, "raumkonzept", "massnahmen")
    page.get_by_role("button", name="Dokument erstellen").click()
    page.wait_for_url("**/bericht/*/")
    assert axe_violations(page) == []
    link = page.get_by_role("link", name="PDF herunterladen")
    expect(link).to_be_visible(timeout=PATIENCE)  # without reloading: the part asks for itself
    assert axe_violations(page) == []
    with page.expect_download() as fetched:
        link.click()
    file = Path(fetched.value.path())
    assert file.read_bytes().startswith(b"%PDF") and fetched.value.suggested_filename.endswith(".pdf")


def test_word_is_ordered_by_keyboard_alone(new_page):
    page = new_page()
    page.goto("/bericht/")
    choose_only(page, "leitbild")
    page.get_by_label("PDF, barrierefrei, zum Lesen und Drucken").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Word, zum Weiterbearbeiten")).to_be_checked()
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit" and page.evaluate(
            "document.activeElement.innerText.includes('Dokument erstellen')"
        ):
            break
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Word-Datei herunterladen")
    expect(link).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as fetched:
        link.press("Enter")
    assert Path(fetched.value.path()).read_bytes().startswith(b"PK")


def test_without_scripts_reloading_leads_to_the_file(new_page):
    page = new_page(javascript=False)
    page.goto("/bericht/")
    choose_only(page, "protokolle")
    page.get_by_role("button", name="Dokument erstellen").click()
    fetch = page.get_by_role("link", name="PDF herunterladen")
    for _time in range(90):
        if fetch.count():
            break
        page.wait_for_timeout(1000)
        page.get_by_role("link", name="Stand neu laden").click()
    expect(fetch).to_be_visible()


def test_nothing_chosen_is_said_and_keeps_the_page(new_page):
    page = new_page()
    page.goto("/bericht/")
    choose_only(page)
    page.get_by_role("button", name="Dokument erstellen").click()
    expect(page.get_by_role("alert").get_by_text("Bitte mindestens ein Kapitel auswählen.")).to_be_visible()
    assert axe_violations(page) == []


def test_staff_order_the_working_state(new_page):
    page = new_page(login="leitung")
    page.goto("/bericht/")
    choose_only(page, "handlungsfelder")
    page.get_by_label("Arbeitsstand mit internen Inhalten").check()
    page.get_by_role("button", name="Dokument erstellen").click()
    expect(page.get_by_text("Nur Sie können diese Datei abrufen")).to_be_visible(timeout=PATIENCE)
    address = page.url
    assert new_page().goto(address).status == 404


def test_a_fact_sheet_stands_behind_its_page(new_page, site):
    page = new_page()
    page.goto("/massnahmen/")
    page.locator("main a[href^='/k/']").first.click()
    sheet = page.get_by_role("link", name="Als PDF").get_attribute("href")
    answer = page.request.get(f"{site}{sheet}")
    assert answer.status == 200 and answer.body().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("viewport", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["desktop", "phone-dark"]
)
def test_the_pages_are_accessible_and_fit(new_page, viewport, dark):
    page = new_page(viewport=viewport, dark=dark)
    for address in ("/bericht/", "/en/bericht/"):
        assert page.goto(address).status == 200
        assert axe_violations(page) == []
        assert not overflows(page), address
    page.goto("/bericht/")
    choose_only(page, "leitbild")
    assert axe_violations(page) == [] and not overflows(page)
    page.get_by_role("button", name="Dokument erstellen").click()
    expect(page.get_by_role("link", name="PDF herunterladen")).to_be_visible(timeout=PATIENCE)
    assert axe_violations(page) == []
    assert not overflows(page)
