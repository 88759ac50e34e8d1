"""A department checks a paper and takes its paragraph along; the project lead mends the missing hearing."""

import pytest

from tests.journeys.conftest import PHONE, axe_violations, overflows

PAPER = "/k/a9eymzja"
PAGES = [PAPER, "/k/csre74tw", "/k/nettvry8"]
STAFF = [
    "/pruefungen/",
    "/pruefungen/neu?vorlage=a9eymzja",
    "/pruefungen/kriterien/",
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
    assert "1 Ziel wird stark unterstützt" in page.locator("main").inner_text()
    bezug = page.locator("#bezug").inner_text()
    assert "Der Förderantrag „Radweg an der Lauter“ ist von gesamtstädtischem Gewicht." in bezug
    assert "Der Weg schließt eine Lücke im Norden (wahrscheinlich)." in bezug
    with page.expect_download() as download:
        page.get_by_role("link", name="Word").click()
    assert download.value.suggested_filename.endswith(".docx")
    assert axe_violations(page) == []
    address = page.url
    page.get_by_role("link", name="Abschließen").click()
    page.get_by_role("button", name="Prüfung abschließen").click()
    assert "abgeschlossen am" in page.locator("main .item-facts").inner_text()
    page.emulate_media(media="print")
    assert not page.locator("[data-copy]").is_visible()
    assert new_page().goto(address).status == 404


def test_the_project_lead_sees_that_an_ortsbeirat_was_not_heard_and_mends_it(new_page):
    page = new_page(login="leitung")
    page.goto("/luecken/ortsbeirat_not_heard/")
    page.get_by_role("link", name="Drei Maßnahmen der ersten Stufe").first.click()
    page.wait_for_url(f"**{PAPER}")
    assert "Ortsbeirat Hohenecken" in page.locator("#anhoerung").inner_text()
    page.get_by_role("link", name="Anhörung eintragen").click()
    page.fill("main input[name=date]", "2026-05-28")
    page.get_by_label("ja, es konnte sich äußern").check()
    page.get_by_role("button", name="Speichern").click()
    page.wait_for_url(f"**{PAPER}*")
    assert page.locator("#anhoerung").count() == 0
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
