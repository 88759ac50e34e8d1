"""Pages on which the program computes, proposes and tells, in a city where it has: axe-core, focus, forced colours, 360 and 320 px, keyboard."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from tests.journeys.city import table
from tests.journeys.conftest import PHONE, _environment, overflows
from tests.journeys.lived_in import COUNTED, live_in
from tests.journeys.looks import call_by_the_longest_word, in_the_hand
from tests.journeys.test_accessibility import LOOKS

MAIL = {"INSEK_MAIL_HOST": "127.0.0.1", "INSEK_MAIL_FROM": "insek@stadt.example"}
"""A mail server is named, so that pages offer mail; no worker runs that would send any."""
OWN = next(row["id"] for row in table("scenarios") if row["path"] == "own")
UNCHECKED = [
    row["id"]
    for row in table("papers")
    if row["visibility"] == "public" and row["id"] not in {check["paper"] for check in table("checks")}
]
REACH, PLAN = (
    table("reach_analyses")[0]["id"],
    next(row["key"] for row in table("budget_plans") if row["is_public"] == "true"),
)
LINE = next(row["key"] for row in table("budget_lines") if row["budget_plan"] == PLAN)
BUDGET = {
    f"budget: {view}": f"/haushalt/?sicht={view}"
    for view in (
        "ohne-geld", "ohne-ziel", "pflicht", "folgekosten", "foerderung", "feld", "ziel", "bezirk", "vergleich", "zeilen",
    )
}  # fmt: skip
ACROSS = {
    "budget": "/haushalt/", **BUDGET, "line of a budget": f"/haushalt/{PLAN}/{LINE}/", "costs of all": "/kosten/", "programme": "/kosten/gesamtmassnahme/",
    "paper with amendments": f"/k/{table('paper_amendments')[0]['paper']}", "votes of groups": f"/k/{table('group_votes')[0]['resolution']}",
    "list of reach": "/erreichbarkeit/", "reach": f"/k/{REACH}", "what if": f"/k/{REACH}/was-waere-wenn?neu=49.4401,7.7491",
    "profiles": "/steckbriefe/", "profile": f"/k/{next(row['id'] for row in table('districts') if row['level'] != 'city')}/steckbrief",
    "coverage": "/abdeckung/", "coverage of a field": f"/abdeckung/?feld={table('fields')[0]['key']}", "interplay": "/zusammenspiel-der-ziele/",
    "progress reports": "/fortschrittsberichte/", "progress report": f"/k/{table('progress_reports')[0]['id']}", "sign in": "/anmelden/",
}  # fmt: skip
"""What looks across all measures, goals and places."""
OVER = ("answer revoked", "answer over")


@pytest.fixture(scope="module")
def set_for_the_site():
    return MAIL


@pytest.fixture(scope="module")
def site_folder(site_folder):
    """The longest of words stands on these pages too; done before anybody asks for one."""
    call_by_the_longest_word(site_folder)
    return site_folder


@pytest.fixture(scope="module")
def known(site_folder):
    """Addresses of links that were handed out."""
    return live_in(site_folder, {**_environment(site_folder), **MAIL})


@pytest.fixture(scope="module")
def site(known, site):
    """Served when all of it has happened."""
    return site


def of_everybody(known):
    goal, scenarios = table("goals")[0]["id"], [row["id"] for row in table("scenarios")]
    chosen = "&".join(f"s={key}" for key in scenarios)
    return {
        "scenarios": "/szenarien/", "scenario": f"/k/{OWN}", "scenarios compared": f"/szenarien/vergleich/?{chosen}", "english scenario": f"/en/k/{OWN}",
        "rubric": "/planwerke/massstab/", "plans compared": "/planwerke/gesamtschau/vergleich/", "in words": "/planwerke/bewertung/",
        "plan in words": f"/k/{table('plan_appraisals')[0]['plan']}/bewertung/",
        "follow an item": f"/folgen/?inhalt={goal}", "follow a search": "/folgen/?suche=Rad", "asked": "/folgen/?suche=Rad&gefragt=1",
        "decisions checked": "/pruefungen/anteil/", **ACROSS, **known,
    }  # fmt: skip


FOR_THE_LEAD = {
    "own notices": "/nachrichten/", "settings of notices": "/nachrichten/einstellungen", "who is told what": "/nachrichten/wer-was",
    "who answers for units": "/nachrichten/einheiten/", "personal links": "/nachrichten/links/",
    "new scenario": "/szenarien/neu", "edit a scenario": f"/k/{OWN}/bearbeiten", "publish a scenario": f"/k/{OWN}/als-werte",
    "scenario with its tools": f"/k/{OWN}", "change the rubric": "/planwerke/massstab/aendern", "rubric with its history": "/planwerke/massstab/",
    "plans compared": "/planwerke/gesamtschau/vergleich/", "write of all plans": "/planwerke/bewertung/schreiben",
    "plan in words": f"/k/{table('plan_appraisals')[0]['plan']}/bewertung/",
    "suggested finding": "/vorschlaege/?art=finding", "many suggested findings": "/vorschlaege/viele?art=finding&ab=80", "runs": "/vorschlaege/suchen",
    "decisions checked": "/pruefungen/anteil/",
    "second factor": "/zweiter-faktor/", "small counts": f"/k/{COUNTED}/kleine-zahlen", "budget without what is voluntary": "/haushalt/?sicht=genehmigung",
    "line to be matched": f"/haushalt/{PLAN}/{LINE}/", "edit a budget": f"/haushalt/{PLAN}/bearbeiten",
    "rounds of reports": "/mein-bereich/berichtsrunden/", "new round of reports": "/mein-bereich/berichtsrunden/neu",
    "who answers": "/mein-bereich/berichtsrunden/zustaendigkeit", "shares of answers": "/umsetzung/antworten",
    "paper with amendments": f"/k/{table('paper_amendments')[0]['paper']}", "coverage": "/abdeckung/", "interplay": "/zusammenspiel-der-ziele/",
    "progress report": f"/k/{table('progress_reports')[0]['id']}", "reach with its tools": f"/k/{REACH}",
}  # fmt: skip
FOR_ADMINISTRATORS = {
    "log": "/nachrichten/versand/", "what failed": "/nachrichten/versand/?stand=failed", "texts": "/nachrichten/texte/",
    "text": "/nachrichten/texte/returned/de", "english text": "/nachrichten/texte/returned/en", "own notices": "/nachrichten/",
    "who answers for units": "/nachrichten/einheiten/", "personal links": "/nachrichten/links/",
    "groups": "/personen/gruppen/", "group to role": "/personen/gruppen/neu", "second factor": "/zweiter-faktor/",
}  # fmt: skip


def walked(page, addresses, problems_of):
    problems = []
    for name, address in addresses.items():
        response = page.goto(address)
        assert response.status == (410 if name in OVER else 200), address
        expect(page.locator(".empty"), f"{address} has nothing to show").to_have_count(0)
        problems += problems_of(page)
    return problems


@pytest.mark.parametrize("look", LOOKS)
def test_what_everybody_reads(new_page, known, look):
    viewport, dark, problems_of = LOOKS[look]
    problems = walked(new_page(viewport=viewport, dark=dark), of_everybody(known), problems_of)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("login", "pages"), [("leitung", FOR_THE_LEAD), ("verwaltung", FOR_ADMINISTRATORS)])
def test_what_staff_work_with(new_page, look, login, pages):
    viewport, dark, problems_of = LOOKS[look]
    problems = walked(new_page(viewport=viewport, dark=dark, login=login), pages, problems_of)
    assert not problems, "\n".join(problems)


def test_a_second_factor_is_set_up_and_asked_for(new_page):
    """On a dark phone, by keyboard: the pattern, a mistake, the codes for the paper, and the question at the next sign-in."""
    page = new_page(viewport=PHONE, dark=True, login="moderation")
    page.goto("/zweiter-faktor/")
    page.fill("input[name=password]", "kaiserslautern")
    page.fill("input[name=code]", "12")
    page.get_by_role("button", name="Zweiten Faktor einschalten").press("Enter")
    expect(page.locator("main [aria-invalid=true]")).to_be_visible()
    problems = in_the_hand(page)
    secret = page.locator(".factor-secret").inner_text().replace(" ", "")
    page.fill("input[name=password]", "kaiserslautern")
    page.fill("input[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.get_by_role("button", name="Zweiten Faktor einschalten").press("Enter")
    paper = page.locator(".factor-codes code").first.inner_text()
    problems += in_the_hand(page)
    page.goto("/zweiter-faktor/")
    problems += in_the_hand(page)
    page.context.clear_cookies()
    page.goto("/anmelden/")
    page.fill("input[name=username]", "moderation")
    page.fill("input[name=password]", "kaiserslautern")
    page.locator("main form button[type=submit]").press("Enter")
    page.wait_for_url("**/anmelden/zweiter-faktor/")
    problems += in_the_hand(page)
    page.fill("input[name=code]", paper)
    page.get_by_role("button", name="Anmelden", exact=True).press("Enter")
    page.wait_for_url("**/mein-bereich/")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("look", "paper"), list(zip(LOOKS, UNCHECKED, strict=False)))
def test_a_paper_is_checked(new_page, look, paper):
    viewport, dark, problems_of = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark, login="leitung")
    page.goto(f"/k/{paper}")
    page.get_by_role("button", name="Prüfen", exact=True).press("Enter")
    page.wait_for_url("**/pruefung/")
    problems = problems_of(page)
    page.get_by_label("Kein Ziel ist berührt").check()
    page.get_by_role("button", name="Speichern und abschließen").press("Enter")
    expect(page.get_by_text("Vor dem Abschluss fehlt noch")).to_be_visible()
    problems += problems_of(page)
    assert not problems, "\n".join(problems)


def test_what_was_told_is_set_and_sent_again_by_keyboard(new_page):
    """With keys alone, on a phone: what one hears, the log, links and units."""
    page = new_page(viewport=PHONE, login="leitung")
    page.goto("/nachrichten/einstellungen")
    box = page.locator("main input[name=kinds]").first
    was = box.is_checked()
    box.press("Space")
    page.get_by_role("button", name="Speichern").press("Enter")
    expect(page.locator(".messages")).to_contain_text("Gespeichert")
    expect(box).to_be_checked(checked=not was)
    page.goto("/nachrichten/links/")
    page.get_by_role("button", name="Zurücknehmen").first.press("Enter")
    expect(page.locator(".messages")).to_contain_text("öffnet nichts mehr")
    page.goto("/nachrichten/einheiten/")
    page.get_by_role("button", name="Austragen").first.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Ausgetragen")
    admin = new_page(viewport=PHONE, login="verwaltung")
    admin.goto("/nachrichten/versand/?stand=failed")
    again = admin.get_by_role("button", name="Noch einmal senden")
    waiting = again.count()
    again.first.press("Enter")
    expect(admin.locator(".messages")).to_contain_text("noch einmal")
    admin.goto("/nachrichten/versand/?stand=failed")
    expect(again).to_have_count(waiting - 1)


def test_scenarios_are_chosen_and_compared_by_keyboard_and_without_scripts(new_page):
    page = new_page(viewport=PHONE, javascript=False)
    page.goto("/szenarien/vergleich/")
    boxes = page.locator("main input[name=s]")
    rows = page.locator("main table").first.locator("tbody tr").first.locator("td, th")
    before = rows.count()
    boxes.last.press("Space")
    page.get_by_role("button", name="Zeigen").press("Enter")
    page.wait_for_url("**/szenarien/vergleich/?s=*")
    expect(rows, "one scenario less stands in the table").to_have_count(before - 1)
    assert not overflows(page)
