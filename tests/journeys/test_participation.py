"""A citizen contributes from a phone; a moderator answers and publishes; the citizen reads it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, axe_violations, move_map, overflows

WORDS = "Am Fackelbrunnen fehlt ein Trinkbrunnen. Im Sommer waere das gut."
ANSWER = "Ein Trinkbrunnen ist für den Sommer bestellt."
TYPED = "(field, value) => { field.value = value; field.dispatchEvent(new Event('change')); }"
QUIET = 1_000
"""Milliseconds without anything new, after which nothing more is taken to come."""
MAP = "figure[data-points][data-ready=picture]"


def touch_the_picture(page):
    """The first touch says where, at once; the map that moves comes after it, with the place on it."""
    page.wait_for_selector(f"{MAP}:has([data-move-map])")
    page.wait_for_selector("[data-points-tools]")
    page.locator("[data-picture] svg:not(.icon)").first.click()
    where = page.locator("[name=point]").input_value()
    assert re.fullmatch(r"49\.\d{6}, 7\.\d{6}", where)
    assert re.search("Ort gewählt: .", page.locator("[data-points-chosen]").inner_text())
    page.wait_for_selector("figure[data-points][data-ready=drawn]")
    expect(page.locator("[name=point]")).to_have_value(where)
    assert page.locator(".map-stage .map-credit").inner_text().startswith("© OpenStreetMap"), (
        "who made the base map"
    )
    page.locator("[name=point]").evaluate(TYPED, "49.500000, 8.100000")
    expect(page.locator("[data-points-chosen]")).to_have_text("Der gewählte Ort liegt außerhalb der Stadt.")
    page.locator("[name=point]").evaluate(TYPED, where)
    page.locator("[data-points] canvas").click()
    page.wait_for_function("before => document.querySelector('[name=point]').value !== before", arg=where)


def test_contribute_moderate_reply_and_see_the_reply(new_page):
    phone = new_page(viewport=PHONE)
    phone.goto("/mitmachen/")
    phone.fill("[name=text]", WORDS)
    phone.locator("label.choice", has_text="Problem").click()
    touch_the_picture(phone)
    phone.wait_for_selector("altcha-widget[data-state=verified]", state="attached")
    phone.locator("main button[type=submit]").click()
    phone.wait_for_url("**/beitraege/meiner/**")
    expect(phone.locator("h1")).to_contain_text("Danke!")
    assert phone.context.cookies() == []
    mine = phone.locator("[data-copy-source]").inner_text()

    desk = new_page(login="moderation")
    desk.goto("/mein-bereich/")
    desk.locator("main a", has_text="Beiträge moderieren").first.click()
    desk.locator(".queue__title a", has_text="fehlt ein Trinkbrunnen").press("Enter")
    assert "ohne Rechenaufgabe" not in desk.locator("main").inner_text().lower()
    desk.fill("[name=reply]", ANSWER)
    desk.locator("button[value=reply]").press("Enter")
    desk.locator(".queue__title a", has_text="fehlt ein Trinkbrunnen").click()
    desk.fill("[name=title]", "Ein Trinkbrunnen am Fackelbrunnen")
    desk.locator("button[value=publish]").press("Enter")
    desk.wait_for_url("**/moderation/**")

    phone.goto(mine)
    expect(phone.locator("main")).to_contain_text(ANSWER)
    phone.locator("main a", has_text="So sehen ihn alle").click()
    expect(phone.locator("h1")).to_contain_text("Ein Trinkbrunnen am Fackelbrunnen")
    expect(phone.locator("main")).to_contain_text(ANSWER)


def test_an_address_says_where_and_what_is_planned_there(new_page):
    """A list to choose from with the arrow keys, in the form as in the search for one's own street."""
    phone = new_page(viewport=PHONE)
    phone.goto("/mitmachen/")
    field = phone.get_by_role("combobox", name="Straße, Adresse oder Haltestelle")
    field.press_sequentially("Betzenb")
    options = phone.locator("[data-place-field] li[role=option]")
    options.first.wait_for()
    field.press("ArrowDown")
    active = phone.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert active.get_attribute("aria-selected") == "true" and field.get_attribute("aria-expanded") == "true"
    assert axe_violations(phone) == [] and not overflows(phone)
    field.press("Escape")
    expect(options.first, "the words stay when the list is closed").to_be_hidden()
    expect(field, "the words stay when the list is closed").to_have_value("Betzenb")
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    assert "Betzenberg" in field.input_value()
    phone.wait_for_function("document.querySelector('[name=point]').value.startsWith('49.4')")
    expect(phone.locator("[data-points-chosen]")).to_contain_text("Ort gewählt: ")
    phone.wait_for_url(lambda url: url.endswith("/mitmachen/"))
    phone.goto("/umgebung/")
    field = phone.get_by_role("combobox")
    field.press_sequentially("Bahnhofst")
    options.first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    phone.wait_for_url("**/umgebung/?wo=Bahnhofstra**")
    phone.locator("section[aria-labelledby=massnahmen] .item-row__title a").first.click()
    assert phone.locator(".item-head .kicker").inner_text().startswith("Maßnahme")


@pytest.mark.parametrize("late", ["de.js", "altcha.min.js", "pbkdf2.js"])
def test_the_proof_of_work_waits_for_what_comes_late(new_page, late):
    phone = new_page(viewport=PHONE)

    def delay(route):
        phone.wait_for_timeout(1500)
        route.continue_()

    phone.route(re.compile(rf"/altcha/{re.escape(late)}"), delay)
    phone.goto("/mitmachen/")
    phone.locator("[name=text]").focus()
    phone.wait_for_selector("altcha-widget[data-state=verified]", state="attached")


def test_the_keyboard_sets_a_place(new_page):
    page = new_page()
    page.goto("/mitmachen/")
    page.wait_for_selector("[data-points-tools]")
    move_map(page, "figure[data-points]")
    canvas = page.locator("[data-points] canvas")
    assert page.evaluate("document.activeElement.classList.contains('maplibregl-canvas')")
    canvas.press("ArrowUp")
    canvas.press("Enter")
    page.locator("[data-points-clear]").wait_for()


@pytest.mark.parametrize(
    "address",
    ["/", "/beitraege/", "/raumkonzept/", "/mitmachen/"],
)
def test_the_first_view_of_a_map_is_light(new_page, address):
    """The picture says what the map says; its library, 380 kB, comes when somebody wants to move it.

    The proof of work of the form, 33 kB, comes when somebody begins to write.
    """
    page = new_page(viewport=PHONE)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sent, asked = [], []
    session.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_selector("[data-ready=picture]")
    heard = -1
    while (
        len(sent) > heard
    ):  # whatever comes by itself has come; a worker of the proof keeps the browser's own idea of idle waiting
        heard = len(sent)
        page.wait_for_timeout(QUIET)
    expect(page.locator("[data-picture] svg path").nth(10)).to_be_attached()
    assert not [url for url in asked if "maplibre" in url or ("altcha" in url and not url.endswith(".css"))]
    assert sum(sent) < 150_000, f"{address}: {sum(sent)} bytes"


def test_without_scripts_a_district_is_chosen(new_page):
    page = new_page(javascript=False, viewport=PHONE)
    page.goto("/mitmachen/")
    page.fill("[name=text]", "Der Laden in Erfenbach fehlt uns sehr.")
    page.select_option("[name=district]", label="Erfenbach")
    page.locator("main button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("Danke!")
    desk = new_page(login="moderation")
    desk.goto("/moderation/")
    line = desk.locator(".queue__line", has_text="Der Laden in Erfenbach")
    expect(line).to_contain_text("ohne Rechenaufgabe gesendet")
    line.locator("input[type=checkbox]").check()
    desk.locator("button", has_text="Angekreuzte veröffentlichen").click()
    desk.locator("button", has_text="Rückgängig machen").click()
    expect(desk.locator(".queue__line", has_text="Der Laden in Erfenbach")).to_have_count(1)


def test_one_reply_to_several_by_keyboard_without_scripts(new_page):
    desk = new_page(login="moderation", javascript=False, viewport=PHONE)
    desk.goto("/moderation/?stand=public&antwort=nein")
    boxes = desk.locator(".queue__tick input")
    first, second = (boxes.nth(place).get_attribute("value").split(":")[0] for place in (0, 1))
    for place in (0, 1):
        boxes.nth(place).focus()
        boxes.nth(place).press("Space")
    desk.locator("button", has_text="Angekreuzten antworten").press("Enter")
    expect(desk.locator(".queue__tick input:checked")).to_have_count(2)
    desk.fill("[name=reply]", "")
    desk.locator("button[value=preview]").press("Enter")
    expect(desk.locator("[role=alert]")).to_contain_text("Bitte die Rückmeldung schreiben.")
    desk.fill("[name=reply]", "Danke. Das steht auf der **Liste** für das Frühjahr.")
    desk.locator("button[value=preview]").press("Enter")
    expect(desk.locator("#wer")).to_contain_text("2 Beiträgen")
    expect(desk.locator(".reply strong")).to_have_text("Liste")
    desk.locator("button[value=edit]").press("Enter")
    assert "Frühjahr" in desk.locator("[name=reply]").input_value()
    desk.locator("button[value=preview]").press("Enter")
    desk.locator("button[value=confirm]").press("Enter")
    desk.wait_for_url(lambda url: url.endswith("/moderation/?stand=public&antwort=nein"))
    expect(desk.locator("body")).to_contain_text("2 Beiträge haben jetzt diese Rückmeldung.")
    public = new_page(viewport=PHONE)
    for item in (first, second):
        public.goto(f"/k/{item}")
        expect(public.locator("main")).to_contain_text("für das Frühjahr")
    desk.locator("button", has_text="Rückgängig machen").press("Enter")
    public.goto(f"/k/{first}")
    expect(public.locator("main")).not_to_contain_text("für das Frühjahr")


def test_minutes_are_written_and_read_from_the_process(new_page):
    staff = new_page(login="leitung")
    staff.goto("/protokolle/neu")
    staff.fill("[name=title]", "Werkstatt zu Schatten in der Innenstadt")
    staff.fill("[name=date]", "2025-06-12")
    staff.fill("[name=meeting]", "Werkstatt Schatten")
    staff.fill("[name=people]", "14")
    staff.fill("[name=results]", "- Zehn neue Bäume am Markt")
    staff.select_option("[name=milestone]", label="Marktplatz der Ideen")
    staff.locator("main form button[type=submit]").last.press("Enter")
    expect(staff.locator("h1")).to_contain_text("Werkstatt zu Schatten")
    public = new_page()
    public.goto("/prozess/")
    public.locator("#schritt-2025-marktplatz .timeline__documents a", has_text="Marktplatz der Ideen").press(
        "Enter"
    )
    text = public.locator("main").inner_text()
    assert "Ergebnisse und Vereinbarungen" in text
    assert "14. Mai 2025" in text
    public.locator("main .rows a", has_text="Marktplatz der Ideen").last.press("Enter")
    public.wait_for_url(lambda url: url.endswith("/prozess/#schritt-2025-marktplatz"))


def test_from_a_goal_to_the_form_that_knows_it(new_page):
    phone = new_page(viewport=PHONE, javascript=False)
    phone.goto("/")
    expect(phone.locator(".hero").get_by_role("link", name="Mitmachen")).to_be_visible()
    phone.goto("/ziele/")
    phone.locator(".card a").first.click()
    title = phone.locator("h1").inner_text()
    phone.locator("main a", has_text="dazu sagen").click()
    expect(phone.locator(".contribute__about")).to_contain_text(title)
    phone.fill("[name=text]", "Das Ziel ist gut, aber es fehlt ein Datum.")
    phone.locator("main button[type=submit]").click()
    expect(phone.locator("h1")).to_contain_text("Danke!")
    desk = new_page(login="moderation")
    desk.goto("/moderation/")
    desk.locator(".queue__title a", has_text="Das Ziel ist gut").click()
    expect(desk.locator("main")).to_contain_text(title)
    planner = new_page(login="planung")
    planner.goto("/beitraege/?q=Datum")
    expect(planner.locator("main")).not_to_contain_text("Das Ziel ist gut")


@pytest.mark.parametrize("layout", [{}, {"viewport": PHONE, "dark": True}], ids=["desktop", "phone"])
def test_the_pages_are_accessible(new_page, layout):
    public, desk = new_page(**layout), new_page(login="moderation", **layout)
    desk.goto("/moderation/")
    one = desk.locator(".queue__title a").first.get_attribute("href")
    public.goto("/protokolle/")
    minutes = public.locator(".card a").first.get_attribute("href")
    pages = [
        (public, address)
        for address in ("/mitmachen/", "/beteiligung/", "/beitraege/", "/protokolle/", "/prozess/", minutes)
    ]
    problems = []
    for page, address in [*pages, (desk, "/moderation/"), (desk, one)]:
        page.goto(address)
        if page.locator("figure[data-points]").count():
            page.wait_for_selector(MAP)
        problems += axe_violations(page)
        if overflows(page):
            problems.append(f"{address} scrolls sideways")
    desk.goto("/moderation/")
    desk.locator(".queue__tick input").first.check()
    desk.locator("button", has_text="Angekreuzten antworten").click()
    desk.fill("[name=reply]", "Danke für Ihren Hinweis.")
    for step in ("preview", "edit"):
        problems += axe_violations(desk)
        if overflows(desk):
            problems.append(f"the reply scrolls sideways before {step}")
        desk.locator(f"button[value={step}]").click()
    assert problems == []
