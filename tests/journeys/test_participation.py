"""A citizen contributes from a phone; a moderator answers and publishes; the citizen reads it."""

import re

import pytest

from tests.journeys.conftest import PHONE, axe_violations, move_map, overflows

WORDS = "Am Fackelbrunnen fehlt ein Trinkbrunnen. Im Sommer waere das gut."
ANSWER = "Ein Trinkbrunnen ist für den Sommer bestellt."
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
    assert page.locator("[name=point]").input_value() == where
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
    assert "Danke!" in phone.locator("h1").inner_text() and phone.context.cookies() == []
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
    assert ANSWER in phone.locator("main").inner_text()
    phone.locator("main a", has_text="So sehen ihn alle").click()
    assert "Ein Trinkbrunnen am Fackelbrunnen" in phone.locator("h1").inner_text()
    assert ANSWER in phone.locator("main").inner_text()


@pytest.mark.parametrize("late", ["de.js", "altcha.min.js", "pbkdf2.js"])
def test_the_proof_of_work_waits_for_what_comes_late(new_page, late):
    phone = new_page(viewport=PHONE)

    def delay(route):
        phone.wait_for_timeout(1500)
        route.continue_()

    phone.route(re.compile(rf"/altcha/{re.escape(late)}"), delay)
    phone.goto("/mitmachen/")
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


@pytest.mark.parametrize("address", ["/", "/beitraege/", "/raumkonzept/", "/mitmachen/"])
def test_the_first_view_of_a_map_is_light(new_page, address):
    """The picture says what the map says; its library, 380 kB, comes when somebody wants to move it."""
    page = new_page(viewport=PHONE)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sent, asked = [], []
    session.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    page.wait_for_selector("[data-ready=picture]")
    assert page.locator("[data-picture] svg path").count() > 10
    assert not [url for url in asked if "maplibre" in url]
    assert sum(sent) < 150_000, f"{address}: {sum(sent)} bytes"


def test_without_scripts_a_district_is_chosen(new_page):
    page = new_page(javascript=False, viewport=PHONE)
    page.goto("/mitmachen/")
    page.fill("[name=text]", "Der Laden in Erfenbach fehlt uns sehr.")
    page.select_option("[name=district]", label="Erfenbach")
    page.locator("main button[type=submit]").click()
    assert "Danke!" in page.locator("h1").inner_text()
    desk = new_page(login="moderation")
    desk.goto("/moderation/")
    line = desk.locator(".queue__line", has_text="Der Laden in Erfenbach")
    assert "ohne Rechenaufgabe gesendet" in line.inner_text()
    line.locator("input[type=checkbox]").check()
    desk.locator("button", has_text="Angekreuzte veröffentlichen").click()
    desk.locator("button", has_text="Rückgängig machen").click()
    assert desk.locator(".queue__line", has_text="Der Laden in Erfenbach").count() == 1


def test_one_reply_to_several_by_keyboard_without_scripts(new_page):
    desk = new_page(login="moderation", javascript=False, viewport=PHONE)
    desk.goto("/moderation/?stand=public&antwort=nein")
    boxes = desk.locator(".queue__tick input")
    first, second = (boxes.nth(place).get_attribute("value").split(":")[0] for place in (0, 1))
    for place in (0, 1):
        boxes.nth(place).focus()
        boxes.nth(place).press("Space")
    desk.locator("button", has_text="Angekreuzten antworten").press("Enter")
    assert desk.locator(".queue__tick input:checked").count() == 2
    desk.fill("[name=reply]", "")
    desk.locator("button[value=preview]").press("Enter")
    assert "Bitte die Rückmeldung schreiben." in desk.locator("[role=alert]").inner_text()
    desk.fill("[name=reply]", "Danke. Das steht auf der **Liste** für das Frühjahr.")
    desk.locator("button[value=preview]").press("Enter")
    assert "2 Beiträgen" in desk.locator("#wer").inner_text()
    assert desk.locator(".reply strong").inner_text() == "Liste"
    desk.locator("button[value=edit]").press("Enter")
    assert "Frühjahr" in desk.locator("[name=reply]").input_value()
    desk.locator("button[value=preview]").press("Enter")
    desk.locator("button[value=confirm]").press("Enter")
    assert desk.url.endswith("/moderation/?stand=public&antwort=nein")
    assert "2 Beiträge haben jetzt diese Rückmeldung." in desk.locator("body").inner_text()
    public = new_page(viewport=PHONE)
    for item in (first, second):
        public.goto(f"/k/{item}")
        assert "für das Frühjahr" in public.locator("main").inner_text()
    desk.locator("button", has_text="Rückgängig machen").press("Enter")
    public.goto(f"/k/{first}")
    assert "für das Frühjahr" not in public.locator("main").inner_text()


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
    assert "Werkstatt zu Schatten" in staff.locator("h1").inner_text()
    public = new_page()
    public.goto("/prozess/")
    public.locator("#schritt-2025-marktplatz .timeline__documents a", has_text="Marktplatz der Ideen").press(
        "Enter"
    )
    text = public.locator("main").inner_text()
    assert "Ergebnisse und Vereinbarungen" in text
    assert "14. Mai 2025" in text
    public.locator("main .rows a", has_text="Marktplatz der Ideen").last.press("Enter")
    assert public.url.endswith("/prozess/#schritt-2025-marktplatz")


def test_from_a_goal_to_the_form_that_knows_it(new_page):
    phone = new_page(viewport=PHONE, javascript=False)
    phone.goto("/")
    assert phone.locator("#mitreden").inner_text() == "Sagen Sie Ihre Meinung"
    phone.goto("/ziele/")
    phone.locator(".card a").first.click()
    title = phone.locator("h1").inner_text()
    phone.locator("main a", has_text="dazu sagen").click()
    assert title in phone.locator(".contribute__about").inner_text()
    phone.fill("[name=text]", "Das Ziel ist gut, aber es fehlt ein Datum.")
    phone.locator("main button[type=submit]").click()
    assert "Danke!" in phone.locator("h1").inner_text()
    desk = new_page(login="moderation")
    desk.goto("/moderation/")
    desk.locator(".queue__title a", has_text="Das Ziel ist gut").click()
    assert title in desk.locator("main").inner_text()
    planner = new_page(login="planung")
    planner.goto("/beitraege/?q=Datum")
    assert "Das Ziel ist gut" not in planner.locator("main").inner_text()


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
