"""Nothing that anybody types is lost: going back, reloading, no line, an ended session, a login in another tab."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, axe_violations, overflows, sign_in

WORDS = "Am Waldrand in Dansenberg fehlt eine Bank für ältere Menschen."
OFFER = "[data-kept-offer]"


def kept(page):
    return page.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('insek-kept:'))")


def until_kept(page, words):
    page.wait_for_function(
        "(words) => Object.entries(localStorage).some(([key, value]) => key.startsWith('insek-kept:') && value.includes(words))",
        arg=words,
    )


def solved(phone):
    phone.wait_for_selector("altcha-widget[data-state=verified]", state="attached")


def test_a_text_survives_reloading_going_back_and_closing(new_page):
    phone = new_page(viewport=PHONE)
    phone.goto("/mitmachen/")
    phone.fill("[name=text]", WORDS)
    phone.locator("label.choice", has_text="Problem").click()
    phone.select_option("[name=district]", label="Dansenberg")
    until_kept(phone, "Waldrand")
    expect(phone.locator("[data-kept]")).to_contain_text("steht nur auf diesem Gerät")
    assert axe_violations(phone) == [] and not overflows(phone)
    phone.reload()
    expect(phone.locator("[name=text]")).to_have_value(WORDS)
    expect(phone.locator("[name=type][value=problem]")).to_be_checked()
    expect(phone.locator("[data-kept]")).to_contain_text("wieder da")
    phone.goto("/ziele/")
    phone.go_back()
    expect(phone.locator("[name=text]")).to_have_value(WORDS)
    again = phone.context.new_page()
    phone.close()
    again.goto("/mitmachen/")
    expect(again.locator("[name=text]")).to_have_value(WORDS)
    solved(again)
    again.locator("main button[type=submit]").click()
    again.wait_for_url("**/beitraege/meiner/**")
    expect(again.locator("h1")).to_have_text("Danke!")
    assert kept(again) == [] and again.context.cookies() == []
    again.goto("/mitmachen/")
    expect(again.locator("[name=text]")).to_have_value("")


@pytest.mark.parametrize(
    ("login", "address", "field", "script"),
    [(None, "/mitmachen/", "text", "draft.js"), ("leitung", "/ziele/neu", "title", "work.js")],
)
def test_what_is_typed_before_the_script_arrives_is_kept_too(new_page, login, address, field, script):
    phone = new_page(viewport=PHONE, **({"login": login} if login else {}))
    held = []
    phone.route(f"**/insek/{script}", lambda route: held.append(route))
    phone.goto(address, wait_until="commit")
    phone.fill(f"[name={field}]", WORDS)
    while not held:
        phone.wait_for_timeout(50)
    for route in held:
        route.continue_()
    until_kept(phone, "Waldrand")


def test_a_phone_that_falls_asleep_keeps_the_last_letter(new_page):
    phone = new_page(viewport=PHONE)
    phone.goto("/mitmachen/")
    phone.wait_for_selector("[data-draft][data-ready=listening]")
    phone.fill("[name=text]", WORDS)
    phone.evaluate(
        "() => { Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    assert WORDS in phone.evaluate("() => localStorage.getItem('insek-kept:draft:contribute')")


def test_an_address_is_never_kept_and_a_draft_is_deleted_on_wish(new_page):
    phone = new_page(viewport=PHONE)
    phone.goto("/mitmachen/")
    phone.locator("summary", has_text="Thema").click()
    phone.fill("[name=email]", "jemand@example.org")
    phone.fill("[name=text]", WORDS)
    until_kept(phone, "Waldrand")
    assert "example.org" not in phone.evaluate("() => JSON.stringify({...localStorage})")
    phone.once("dialog", lambda dialog: dialog.accept())
    phone.locator("button", has_text="Entwurf löschen").click()
    expect(phone.locator("[name=text]")).to_have_value("")
    assert kept(phone) == []


def test_without_a_line_the_text_stays_and_is_sent_once(new_page):
    phone = new_page(viewport=PHONE)
    phone.goto("/mitmachen/")
    phone.fill("[name=text]", WORDS)
    solved(phone)
    phone.context.set_offline(True)
    phone.locator("main button[type=submit]").click()
    expect(phone.locator("form [role=alert]")).to_contain_text("keine Verbindung")
    expect(phone.locator("[name=text]")).to_have_value(WORDS)
    phone.context.set_offline(False)
    # the first sending arrives, its answer does not
    phone.route(
        "**/mitmachen/",
        lambda route: (
            (route.fetch(max_redirects=0), route.abort())
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    key = phone.locator("[name=key]").input_value()
    phone.locator("main button[type=submit]").click()
    phone.wait_for_timeout(1500)
    phone.unroute("**/mitmachen/")
    phone.goto("/mitmachen/")
    expect(phone.locator("[name=text]")).to_have_value(WORDS)
    expect(phone.locator("[name=key]")).to_have_value(key)
    solved(phone)
    phone.locator("main button[type=submit]").click()
    phone.wait_for_url(f"**/beitraege/meiner/{key}/**")
    assert kept(phone) == []
    desk = new_page(login="moderation")
    desk.goto("/moderation/?q=")
    expect(desk.locator(".queue__title a", has_text="Am Waldrand in Dansenberg").nth(2)).to_have_count(0)
    phone.goto("/")


def test_a_draft_a_week_old_is_gone(new_page):
    phone = new_page(viewport=PHONE)
    phone.goto("/mitmachen/")
    old = json.dumps({"of": "", "values": {"text": [WORDS]}, "at": 1})
    phone.evaluate("(old) => localStorage.setItem('insek-kept:draft:contribute', old)", old)
    phone.reload()
    phone.locator("[name=text]").focus()
    solved(phone)
    expect(phone.locator("[name=text]")).to_have_value("")
    assert kept(phone) == []


def test_withdrawing_asks_once(new_page):
    phone = new_page(viewport=PHONE, javascript=False)
    phone.goto("/mitmachen/")
    phone.fill("[name=text]", "Das ziehe ich gleich zurück.")
    phone.locator("main button[type=submit]").click()
    phone.locator("summary", has_text="Als Code").click()
    expect(phone.locator(".mine__code svg")).to_be_visible()
    assert not overflows(phone)
    phone.locator("button", has_text="Zurückziehen und löschen").click()
    expect(phone.locator("h1")).to_have_text("Beitrag zurückziehen?")
    phone.locator("a", has_text="Behalten").click()
    phone.locator("button", has_text="Zurückziehen und löschen").click()
    phone.locator("button", has_text="Endgültig löschen").click()
    expect(phone.locator("main")).to_contain_text("ist gelöscht")


def test_an_ended_session_keeps_what_was_typed(new_page):
    desk = new_page(login="leitung")
    desk.goto("/ziele/neu")
    desk.fill("[name=title]", "Schatten auf allen Plätzen")
    desk.fill("[name=text]", "Ein langer Text, der lange gedauert hat.")
    until_kept(desk, "lange gedauert")
    expect(desk.locator(".kept-note")).to_contain_text("auf diesem Gerät gesichert")
    desk.context.clear_cookies(name="insek")
    desk.locator("main form button[type=submit]").last.press("Enter")
    desk.wait_for_url("**/anmelden/**")
    expect(desk.locator("[data-lost]")).to_contain_text("wird Ihnen nach dem Anmelden wieder angeboten")
    desk.fill("input[name=username]", "leitung")
    desk.fill("input[name=password]", "kaiserslautern")
    desk.locator("main form button[type=submit]").click()
    desk.wait_for_url("**/ziele/neu")
    expect(desk.locator(OFFER)).to_contain_text("nicht gespeichert")
    assert axe_violations(desk) == []
    desk.locator(f"{OFFER} button", has_text="Wieder einsetzen").click()
    expect(desk.locator("[name=text]")).to_have_value("Ein langer Text, der lange gedauert hat.")
    desk.locator("main form button[type=submit]").last.press("Enter")
    desk.wait_for_url("**/k/*")
    assert kept(desk) == []


def test_a_login_in_another_tab_does_not_cost_the_form(new_page):
    desk = new_page(login="leitung")
    desk.goto("/ziele/neu")
    desk.fill("[name=title]", "Wasser in der Stadt")
    until_kept(desk, "Wasser in der Stadt")
    desk.context.clear_cookies()
    desk.wait_for_timeout(2100)  # the page asks no oftener than every two seconds
    desk.evaluate("() => dispatchEvent(new Event('focus'))")
    expect(desk.locator("form [role=alert]")).to_contain_text("Ihre Anmeldung ist abgelaufen")
    other = desk.context.new_page()
    sign_in(other, "leitung")
    desk.wait_for_timeout(2100)
    desk.evaluate("() => dispatchEvent(new Event('focus'))")
    expect(desk.locator("form [role=alert]")).to_have_count(0)
    desk.locator("main form button[type=submit]").last.press("Enter")
    desk.wait_for_url("**/k/*")
    expect(desk.locator("h1")).to_contain_text("Wasser in der Stadt")


@pytest.mark.parametrize(("status", "title"), [(403, "geprüft"), (500, "schiefgegangen")])
def test_an_error_leads_back_to_the_form(new_page, status, title):
    desk = new_page(login="leitung")
    desk.goto("/ziele/neu")
    desk.fill("[name=title]", "Kühle Wege")
    until_kept(desk, "Kühle Wege")
    if status == 403:
        desk.evaluate(
            "() => document.querySelector('main [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)"
        )
    else:
        page = desk.request.get("/schriften/gibt-es-nicht").text()
        body = page.replace("Diese Seite gibt es nicht", "Da ist bei uns etwas schiefgegangen")
        desk.route(
            "**/ziele/neu",
            lambda route: (
                route.fulfill(status=500, content_type="text/html", body=body)
                if route.request.method == "POST"
                else route.continue_()
            ),
        )
    desk.locator("main form button[type=submit]").last.press("Enter")
    expect(desk.locator("h1")).to_contain_text(title)
    desk.locator("[data-lost] a", has_text="Zurück zum Formular").click()
    desk.locator(f"{OFFER} button", has_text="Wieder einsetzen").click()
    expect(desk.locator("[name=title]")).to_have_value("Kühle Wege")


def test_leaving_a_changed_form_asks_and_the_own_area_lists_it(new_page):
    desk = new_page(login="leitung")
    desk.goto("/ziele/neu")
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    desk.locator("[name=title]").click()
    desk.keyboard.type("Angefangenes Ziel mit langem Namen")
    until_kept(desk, "Angefangenes Ziel")
    desk.goto("/mein-bereich/")
    assert asked == ["beforeunload"]
    expect(desk.locator("[data-unsaved]")).to_contain_text("nur auf diesem Gerät")
    assert axe_violations(desk) == []
    desk.locator("[data-unsaved] a").click()
    desk.wait_for_url("**/ziele/neu")
    desk.locator(f"{OFFER} button", has_text="Verwerfen").click()
    assert kept(desk) == []
    desk.goto("/ziele/")
    assert asked == ["beforeunload"]


def test_signing_out_deletes_what_was_kept_and_nobody_else_is_offered_it(new_page):
    desk = new_page(login="leitung")
    desk.goto("/ziele/neu")
    desk.fill("[name=title]", "Geheimer Entwurf")
    until_kept(desk, "Geheimer Entwurf")
    desk.context.clear_cookies()
    sign_in(desk, "planung")
    expect(desk.locator("[data-unsaved]")).to_be_hidden()
    desk.goto("/ziele/neu")
    expect(desk.locator("[name=title]")).to_have_value("")
    expect(desk.locator(OFFER)).to_have_count(0)
    assert len(kept(desk)) == 1
    desk.context.clear_cookies()
    sign_in(desk, "leitung")
    expect(desk.locator("[data-unsaved]")).to_be_visible()
    desk.locator("header button", has_text="Abmelden").click()
    desk.wait_for_url(re.compile(r"/$"))
    assert kept(desk) == []


def test_a_conflict_keeps_both(new_page):
    one, two = new_page(login="leitung"), new_page(login="planung")
    one.goto("/ziele/neu")
    one.fill("[name=title]", "Ein Ziel für zwei")
    one.locator("main form button[type=submit]").last.press("Enter")
    one.wait_for_url("**/k/*")
    address = f"{one.url}/bearbeiten"
    for page in (one, two):
        page.goto(address)
    one.fill("[name=text]", "Das schrieb die erste Person.")
    until_kept(one, "erste Person")
    two.fill("[name=text]", "Das schrieb die zweite Person.")
    two.locator("main form button[type=submit]").last.press("Enter")
    two.wait_for_url("**/k/*")
    one.reload()
    one.locator(f"{OFFER} button", has_text="Wieder einsetzen").click()
    one.locator("main form button[type=submit]").last.press("Enter")
    expect(one.locator(".conflict")).to_contain_text("zweite Person")
    expect(one.locator("[name=text]")).to_have_value("Das schrieb die erste Person.")


def test_pasting_too_much_is_said_and_not_cut(new_page):
    phone = new_page(viewport=PHONE)
    phone.goto("/mitmachen/")
    phone.fill("[name=text]", "😀" * 4003)
    expect(phone.locator(".form-field__count.is-over")).to_contain_text("3 Zeichen zu viel")
    assert len(phone.locator("[name=text]").input_value()) == 4003 and not overflows(phone)


def test_a_drawn_place_is_kept_too(new_page):
    desk = new_page(login="leitung")
    desk.goto("/ziele/")
    address = desk.locator(".card a").first.get_attribute("href")
    desk.goto(f"{address}/ort")
    desk.wait_for_selector("[data-draw][data-ready=drawn]")
    desk.locator("[data-shape=Point]").click()
    desk.locator("[data-here]").click()
    until_kept(desk, "Punkt")
    drawn = desk.locator("main form textarea").first.input_value()
    desk.reload()
    desk.locator(f"{OFFER} button", has_text="Wieder einsetzen").click()
    expect(desk.locator("main form textarea").first).to_have_value(drawn)
