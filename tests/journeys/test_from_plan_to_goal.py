"""From the document of a plan to a goal: read by keyboard, a suggestion accepted by key, Gesamtschau, finding with the statement as evidence, rated by
link and by code on a phone, option, goal; and back from the goal to the page of the document."""

import re

import pytest
from playwright.sync_api import expect

from insek.config.made_plans.making import PlanMaking, make_plan
from tests.journeys.conftest import PHONE, axe_violations, overflows
from tests.journeys.looks import in_the_hand

pytestmark = pytest.mark.usefixtures("worker")

PLAN = "Beispielplan Wege und Grün (Beispiel)"
FINDING = "Wege und Plätze sind zu heiß (Beispiel)"
OPTION = "Kühle Wege zuerst (Beispiel)"


def test_from_the_document_of_a_plan_to_a_goal_and_back(new_page):
    page = new_page(login="leitung")
    problems = []

    def looked_at(one):
        problems.extend(axe_violations(one))
        if overflows(one):
            problems.append(f"{one.url} scrolls sideways")

    made = make_plan(PlanMaking("wege", "Wegekonzept Musterau", 4, 3, columns=2, seed=21))
    page.goto("/planwerke/neu")
    page.fill("input[name=title]", PLAN)
    page.select_option("select[name=type]", "concept")
    page.get_by_role("button", name="Anlegen").click()
    page.wait_for_url("**/k/*")
    plan = page.url
    page.goto("/dokumente/hochladen")
    page.set_input_files(
        "main input[type=file]",
        {"name": "Wegekonzept.pdf", "mimeType": "application/pdf", "buffer": made.data},
    )
    page.select_option("select[name=about]", plan.rsplit("/", 1)[1])
    page.click("main form button[type=submit]")
    page.get_by_role("link", name="Lesen", exact=True).wait_for(timeout=90_000)
    looked_at(page)

    # reading by keyboard alone: one sentence after the other, a key makes a statement of it, and one goes on behind it
    page.get_by_role("link", name="Lesen", exact=True).click()
    text = page.locator("[data-reader-text]")
    text.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/seite/2")
    expect(text).to_be_focused()
    looked_at(page)
    chosen = "() => getSelection().toString().replace(/\\s+/g, ' ').trim()"
    known = [one.text for one in made.statements]
    for _press in range(60):
        page.keyboard.press("ArrowDown")
        sentence = page.evaluate(chosen)
        if sentence in known:
            break
    assert sentence in known, sentence
    page.keyboard.press("Shift+ArrowDown")
    assert page.evaluate(chosen).startswith(sentence) and page.evaluate(chosen) != sentence
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("k")
    expect(page.locator("section[aria-labelledby=entnommen] li")).to_have_count(1)
    expect(text).to_be_focused()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(chosen) not in ("", sentence)

    # the program's suggestions, accepted by key
    waiting = page.get_by_role("link", name=re.compile("Vorschläge? des Programms durchsehen"))
    for _again in range(30):
        page.goto(plan)
        if waiting.count():
            break
        page.wait_for_timeout(2_000)
    waiting.click()
    expect(page.locator("#vorschlag")).to_be_focused()
    looked_at(page)
    words = page.locator(".suggestion-side p").nth(1).inner_text()
    assert words in known
    page.keyboard.press("a")
    expect(page.locator(".suggestion-last")).to_contain_text("Angenommen von")
    page.goto(plan)
    page.get_by_role("link", name="Alle lesen").click()
    expect(page.locator("main")).to_contain_text("Kernaussagen")
    looked_at(page)

    # the Gesamtschau counts them
    page.goto("/planwerke/gesamtschau/kernaussagen/")
    looked_at(page)
    expect(page.locator("main td a, main a.cell", has_text=re.compile(r"^\s*[12]")).first).to_be_attached()
    page.goto(plan)
    expect(page.locator("section[aria-labelledby=kernaussagen]")).to_contain_text("2")

    # a finding rests on the statement
    page.goto("/befunde/tafel/")
    quadrant = page.locator("[data-quadrant=weakness]")
    quadrant.locator(".board-new textarea").fill(FINDING)
    quadrant.get_by_role("button", name="Schreiben").click()
    page.get_by_role("link", name=FINDING, exact=True).click()
    page.wait_for_url("**/k/*")
    finding = page.url
    page.goto(f"{finding}/beleg?q={' '.join(words.split()[:6])}")
    looked_at(page)
    page.locator(".proof", has=page.locator(".proof__what", has_text="Kernaussage")).first.locator(
        "input"
    ).check()
    page.get_by_role("button", name="Als Beleg nehmen").click()
    page.wait_for_url(re.compile(r"/k/\w+(/beleg.*)?$"))
    page.goto(finding)
    expect(page.locator("main")).to_contain_text(words[:40])

    # rated by link, and on a phone by the code of a workshop
    page.goto("/befunde/bewertung/neu")
    page.fill("input[name=title]", "Beispielrunde")
    page.fill("input[name=opens_on]", "2020-01-01")
    page.fill("input[name=closes_on]", "2099-12-31")
    page.fill("input[name=threshold]", "3")
    page.check("input[name=includes_internal]")
    looked_at(page)
    page.click("main form button[type=submit]")
    page.fill("#neue-gruppe", "Werkstatt (Beispiel)")
    page.get_by_role("button", name="Gruppe anlegen").click()
    page.get_by_role("button", name="Code für die Werkstatt").first.click()
    code = page.locator(".rating-code__code").first.inner_text().strip()
    link = page.locator("input[id^=link-]").first.input_value()
    groups = page.url
    looked_at(page)
    scale = f"w-{finding.rsplit('/', 1)[1]}-importance"
    for way, step in ((None, "5"), (None, "4"), (link, "4")):
        phone = new_page(viewport=PHONE)
        if way is None:
            phone.goto("/bewerten/")
            looked_at(phone)
            phone.fill("#code", code.lower())
            phone.get_by_role("button", name="Weiter").click()
        else:
            phone.goto(way)
        asked = phone.locator(f"input[name='{scale}'][value='{step}']")
        for at in range(1, 12):  # a long sheet comes in steps
            expect(phone.locator("input[name=schritt]")).to_have_value(str(at))
            if asked.count():
                break
            phone.get_by_role("button", name="Speichern und weiter").click()
        asked.check(force=True)
        looked_at(phone)
        phone.locator("button[name=weiter][value=ende]").click()
        expect(phone.locator("main")).to_contain_text("ist gespeichert")
        looked_at(phone)
        assert phone.context.cookies() == []
    page.goto(groups.replace("/gruppen", "/"))
    expect(page.locator("main")).to_contain_text(FINDING)
    looked_at(page)

    # an option where a weakness meets a threat, and the goal that comes of it
    page.goto("/befunde/tows/")
    cell = page.locator(".tows__cell--wt")
    cell.locator("summary", has_text="Option schreiben").click()
    cell.locator("textarea, input[type=text]").first.fill(OPTION)
    cell.locator("select").nth(0).select_option(finding.rsplit("/", 1)[1])
    cell.locator("select").nth(1).select_option(index=1)
    cell.get_by_role("button", name="Option schreiben").click()
    option = page.locator(".tows-option", has_text=OPTION)
    expect(option).to_be_visible()
    looked_at(page)
    option.get_by_role("button", name=re.compile("Als Ziel anlegen")).click()
    page.wait_for_url("**/k/*")
    page.goto("/befunde/tows/")
    page.locator(".tows-option", has_text=OPTION).get_by_role("link", name=re.compile("Ziel:")).click()
    expect(page.locator("h1")).to_contain_text(OPTION)

    # and back: goal, finding, statement, page of the document
    looked_at(page)
    page.locator("main a", has_text=FINDING).first.click()
    expect(page.locator("h1")).to_contain_text(FINDING)
    page.locator(".why a", has_text=words[:30]).first.click()
    expect(page.locator("main")).to_contain_text(words)
    page.locator("section[aria-labelledby=fundstellen] a").click()
    page.wait_for_url("**/dokumente/*/seite/*")
    expect(page.locator("[data-reader-text]")).to_contain_text(words[:40])

    # the same pages in the hand, dark, and as narrow as a desk at 400 %
    document = page.url.partition("/seite/")[0]
    phone = new_page(viewport=PHONE, dark=True, login="leitung")
    for address in (
        f"{document}/", f"{document}/seite/2", plan, finding, f"{finding}/beleg?q=Wege", "/vorschlaege/", "/vorschlaege/viele?ab=80",
        "/kernaussagen/", "/planwerke/gesamtschau/kernaussagen/", "/befunde/tafel/", groups,
    ):  # fmt: skip
        phone.goto(address)
        problems += in_the_hand(phone)
    assert problems == [], "\n".join(problems)
