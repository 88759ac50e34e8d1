"""A department checks a paper and takes its paragraph along; the project lead mends the missing hearing."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, axe_violations, confirm, overflows

PAPER = "/k/a9eymzja"
PAGES = [PAPER, "/k/csre74tw", "/k/nettvry8"]
STAFF = [
    "/pruefungen/",
    "/pruefungen/neu?vorlage=a9eymzja",
    "/pruefungen/kriterien/",
    "/pruefungen/kriterien/haushalt",
    "/pruefungen/anteil/?nach=feld",
    "/k/csre74tw/verlauf",
    f"{PAPER}/beratung/neu",
]


def test_a_department_checks_a_matter_and_prints_the_paragraph(new_page):
    page = new_page(login="referat")
    page.goto("/pruefungen/neu")
    page.fill("main input[name=title]", "Radweg an der Lauter")
    page.select_option("main select[name=subject]", "funding")
    page.locator("main input[name=criteria]").first.check()
    page.get_by_role("button", name="Anlegen").click()
    page.wait_for_url("**/pruefung/")
    page.get_by_role("button", name="Speichern und weitere Ziele suchen").click()
    page.wait_for_url("**/ziele")
    page.fill("main input[name=q]", "Radnetz")
    page.get_by_role("button", name="Suchen").click()
    page.get_by_role("link", name="Ein Radnetz ohne Lücken").click()
    page.get_by_label("unterstützt stark").check()
    page.fill("main textarea[name=reason]", "Der Weg schließt eine Lücke im Norden")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Eintragen").click()
    page.wait_for_url("**/ziele")
    page.get_by_role("link", name="Fertig: zur Prüfung").click()
    expect(page.locator("main")).to_contain_text("1 Ziel wird stark unterstützt")
    bezug = page.locator("#bezug").inner_text()
    assert "Der Förderantrag „Radweg an der Lauter“ ist von gesamtstädtischem Gewicht." in bezug
    assert "Der Weg schließt eine Lücke im Norden (wahrscheinlich)." in bezug
    with page.expect_download() as download:
        page.get_by_role("link", name="Word").click()
    assert download.value.suggested_filename.endswith(".docx")
    assert axe_violations(page) == []
    address = page.url
    page.emulate_media(media="print")
    expect(page.locator("[data-copy]")).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Abschließen").click()
    page.get_by_role("button", name="Prüfung abschließen").click()
    page.wait_for_url("**/freigaben/*/")
    lead = new_page(login="leitung")
    lead.goto(page.url)
    confirm(lead)
    expect(lead.locator("main .item-facts")).to_contain_text("abgeschlossen am")
    assert new_page().goto(address).status == 404


def test_the_project_lead_sees_that_an_ortsbeirat_was_not_heard_and_mends_it(new_page):
    page = new_page(login="leitung")
    page.goto("/luecken/ortsbeirat_not_heard/")
    page.get_by_role("link", name="Drei Maßnahmen der ersten Stufe").first.click()
    page.wait_for_url(f"**{PAPER}")
    expect(page.locator("#anhoerung")).to_contain_text("Ortsbeirat Hohenecken")
    page.get_by_role("link", name="Anhörung eintragen").click()
    page.fill("main input[name=date]", "2026-05-28")
    page.get_by_label("ja, es konnte sich äußern").check()
    page.get_by_role("button", name="Speichern").click()
    page.wait_for_url(f"**{PAPER}*")
    expect(page.locator("#anhoerung")).to_have_count(0)
    bodies = page.locator(".way h3").all_inner_texts()
    assert bodies.index("Ortsbeirat Hohenecken") < bodies.index("Stadtrat")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(("viewport", "dark"), [(None, False), (PHONE, True)])
def test_what_the_public_reads_is_accessible(new_page, address, viewport, dark):
    page = new_page(dark=dark, **({"viewport": viewport} if viewport else {}))
    page.goto(address)
    assert axe_violations(page) == []
    assert not overflows(page)


@pytest.mark.parametrize(("viewport", "dark"), [(None, False), (PHONE, True)])
def test_the_pages_of_staff_are_accessible(new_page, viewport, dark):
    page = new_page(login="leitung", dark=dark, **({"viewport": viewport} if viewport else {}))
    for address in STAFF:
        page.goto(address)
        assert axe_violations(page) == []
        assert not overflows(page)


def test_an_edition_is_read_on_a_tablet_and_a_paragraph_of_it_cited(new_page):
    tablet = new_page(viewport={"width": 768, "height": 1024})
    tablet.goto("/ausgaben/beispiel/")
    assert not overflows(tablet)
    credit = tablet.locator(".reading__map .map-credit").bounding_box()
    assert credit["y"] > tablet.locator(".reading__map svg").bounding_box()["y"], (
        "it lies below its map, not over words"
    )
    chapter = tablet.get_by_role("navigation", name="Inhaltsverzeichnis").get_by_role("link").nth(2)
    title = chapter.inner_text()
    chapter.click()
    heading = tablet.get_by_role("heading", level=2, name=title)
    assert 0 <= heading.bounding_box()["y"] < 200, "the chapter is in view"
    part = heading.locator("xpath=ancestor::section")
    number = part.locator("article.passage .para__no").first
    words = number.locator("xpath=following-sibling::*").inner_text()
    fragment = number.get_attribute("href")
    assert "Absatz 1 von Z" in number.get_attribute("aria-label")
    number.click()
    tablet.wait_for_url(lambda url: url.endswith(f"/ausgaben/beispiel/{fragment}"))
    other = new_page(viewport={"width": 768, "height": 1024}, javascript=False)
    other.goto(tablet.url)  # what was copied from the address bar
    shown = other.locator(":target")
    expect(shown).to_contain_text(words)
    assert 0 <= shown.bounding_box()["y"] < 1024
    ground = "element => getComputedStyle(element).backgroundColor"
    assert shown.evaluate(ground) != other.locator(".para:not(:target)").first.evaluate(ground)
    other.emulate_media(forced_colors="active")
    assert shown.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    assert not overflows(other)
