"""A citizen types an address: in the form for contributions, and to see what is planned there; with scripts and without."""

import re
import time

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, axe_violations, overflows

WORDS = "Hier ist der Gehweg sehr schmal, mit dem Kinderwagen kommt man nicht durch."


def test_an_address_gives_the_contribution_its_place(new_page):
    phone = new_page(viewport=PHONE)
    phone.goto("/mitmachen/")
    phone.fill("[name=text]", WORDS)
    phone.wait_for_selector("[role=combobox][name=address]")
    phone.locator("[name=address]").press_sequentially("eisenbahnst", delay=20)
    phone.wait_for_selector("[role=option]")
    phone.keyboard.press("ArrowDown")
    assert phone.locator("[role=option][aria-selected=true]").inner_text().startswith("Eisenbahnstraße")
    assert axe_violations(phone) == []
    phone.keyboard.press("Enter")
    expect(phone.locator("[name=address]")).to_have_value("Eisenbahnstraße, Innenstadt-Ost")
    assert re.fullmatch(r"49\.4\d+, 7\.7\d+", phone.locator("[name=point]").input_value())
    assert phone.locator("[data-points-chosen]").inner_text().startswith("Ort gewählt")
    phone.locator("[name=address]").press_sequentially("x")
    expect(phone.locator("[name=point]"), "another address: the place of the first is gone").to_have_value("")
    phone.fill("[name=address]", "Eisenbanstr. 3")  # nothing is chosen: the server finds it
    phone.wait_for_selector("altcha-widget[data-state=verified]", state="attached")
    phone.locator("main button[type=submit]").click()
    phone.wait_for_url("**/beitraege/meiner/**")
    expect(phone.locator("figure[data-points]"), "the place is drawn").to_have_count(1)


def test_without_scripts_an_address_that_may_be_several_is_asked_about(new_page):
    page = new_page(viewport=PHONE, javascript=False)
    page.goto("/mitmachen/")
    page.fill("[name=text]", WORDS)
    page.fill("[name=address]", "Bahnhof V")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/beitraege/meiner/**")
    page.goto("/mitmachen/")
    page.fill("[name=text]", WORDS)
    page.fill("[name=address]", "Morlautern R")
    page.locator("main button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Welcher ist gemeint: Morlautern Rathaus")
    expect(page.locator("[name=text]")).to_have_value(WORDS)


def test_within_a_minute_a_citizen_sees_what_is_planned_in_the_own_street(new_page):
    began = time.monotonic()
    phone = new_page(viewport=PHONE)
    phone.goto("/")
    phone.locator("main a", has_text="Was ist in meiner Straße geplant?").click()
    phone.locator("[name=wo]").press_sequentially("Königstr", delay=20)
    phone.locator("[role=option]", has_text="Königstraße").first.click()
    phone.wait_for_url("**wo=K%C3%B6nigstra%C3%9Fe**")
    assert re.search(r"\d+ Maßnahmen im Umkreis von 800 Metern", phone.locator("main").inner_text())
    expect(phone.locator(".item-row__state").first).to_be_attached()
    assert time.monotonic() - began < 60
    assert not overflows(phone) and axe_violations(phone) == []
    phone.locator("[data-move-map]").click()
    phone.wait_for_selector("figure[data-place-map][data-ready=drawn]")
    # above the city map the same field moves the map, and the list follows what the map shows
    phone.goto("/karte/")
    whole = int(re.search(r"(\d+) Einträge", phone.locator("[data-map-list]").inner_text())[1])
    phone.locator("[name=wo]").press_sequentially("Stiftspl", delay=20)
    phone.wait_for_selector("[role=option]")
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Enter")
    phone.wait_for_selector("[data-place-shown] a")
    expect(phone.locator("[data-place-shown]")).to_contain_text("Stiftsplatz")
    phone.wait_for_url(lambda url: url.endswith("/karte/"))
    phone.get_by_role("button", name="Nur was im Ausschnitt liegt").click()
    phone.wait_for_selector("[data-whole-list]")
    here = re.search(r"(\d+) von (\d+) im Ausschnitt", phone.locator("[data-map-list]").inner_text())
    assert 0 < int(here[1]) < int(here[2]) == whole
    assert not overflows(phone) and axe_violations(phone) == []
    phone.locator("[data-whole-list]").click()
    phone.wait_for_selector("[data-whole-list]", state="detached")


def test_the_map_and_the_search_lead_there_too(new_page):
    page = new_page(javascript=False)
    page.goto("/karte/")
    page.fill("[name=wo]", "Rathaus")
    page.locator(".place-search button").click()
    expect(page.locator("h1")).to_have_text("Was ist hier geplant: Rathaus")
    page.goto("/suche/?q=Eckelstr.")
    page.locator("main a", has_text="Was ist hier geplant?").click()
    expect(page.locator("h1")).to_have_text("Was ist hier geplant: Eckelstraße")
