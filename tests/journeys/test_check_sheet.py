"""A paper that touches three goals is checked on one page in at most fifteen actions; by phone and keyboard, and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, axe_violations, overflows

pytestmark = pytest.mark.usefixtures("worker")

TITLE = "Umbau der Talstraße: Radweg, Bäume und barrierefreie Haltestellen"
TEXT = """Der Stadtrat beschließt den Umbau der Talstraße. Die Kosten liegen bei 2,4 Mio. Euro.

Der Radweg schließt die Lücke im Radnetz zwischen Bahnhof und Innenstadt.

In der Innenstadt werden vierzig Bäume gepflanzt und versiegelte Flächen entsiegelt, damit es im Sommer kühler ist.

Gehwege, Querungen und Haltestellen werden barrierefrei, auch für Menschen mit Rollator und Kinderwagen.
"""
REASONS = {
    "Ein Radnetz ohne Lücken": "Der Radweg schließt die Lücke zum Bahnhof.",
    "Die Innenstadt kühlt ab": "Vierzig Bäume werden gepflanzt, Flächen entsiegelt.",
    "Gut zu Fuß, auch mit Rollator und Kinderwagen": "Gehwege und Haltestellen werden barrierefrei.",
}


class Counted:
    """Actions of a person, counted."""

    def __init__(self):
        self.actions = 0

    def __call__(self, act, *said):
        self.actions += 1
        act(*said)


def test_three_goals_take_at_most_fifteen_actions(new_page):
    page = new_page(login="leitung")
    page.goto("/vorlagen/neu")
    page.fill("main input[name=title]", TITLE)
    page.fill("main textarea[name=text]", TEXT)
    page.get_by_role("button", name="Anlegen").click()
    expect(page.locator("main h1")).to_contain_text(TITLE)
    paper, did = page.url, Counted()
    did(page.get_by_role("button", name="Prüfen", exact=True).click)
    page.wait_for_url("**/pruefung/")
    sheet = page.url
    expect(page.get_by_role("heading", name="Was die Vorlage sagt")).to_be_visible()
    for _try in range(
        60
    ):  # the program reads in the background; whoever does not wait fills in what they know
        if page.locator(".sheet__goal").count() >= 3:
            break
        page.wait_for_timeout(1000)
        page.goto(sheet)
    assert axe_violations(page) == [] and not overflows(page)
    expect(page.locator(".sheet__hint").first).to_contain_text("von gesamtstädtischem Gewicht")
    did(page.get_by_label("von gesamtstädtischem Gewicht", exact=True).check)
    for title, reason in REASONS.items():
        goal = page.locator(".sheet__goal", has_text=title)
        expect(goal.locator("a[href^='#stelle-']").first, title).to_be_attached()
        did(goal.get_by_label("unterstützt", exact=True).check)
        did(goal.get_by_label("Wie und warum?").fill, reason)
    did(page.get_by_role("button", name="Speichern und abschließen").click)
    page.wait_for_url("**/abschliessen")
    did(page.get_by_role("button", name="Prüfung abschließen").click)
    expect(page.locator("main .item-facts")).to_contain_text("abgeschlossen am")
    assert did.actions <= 15
    told = page.locator("#bezug").inner_text()
    assert all(words in told for pair in REASONS.items() for words in (pair[0], pair[1].rstrip(".")))
    assert "Grundlage der Prüfung" in told
    page.goto(paper)
    expect(page.get_by_role("button", name="Prüfen", exact=True)).to_be_visible()
    page.goto("/pruefungen/anteil/")
    assert axe_violations(page) == [] and not overflows(page)


def test_the_sheet_works_on_a_phone_by_keyboard_and_without_scripts(new_page):
    plain = new_page(login="referat", javascript=False)
    plain.goto("/k/vcycxetz")
    plain.get_by_role("button", name="Prüfen", exact=True).click()
    plain.wait_for_url("**/pruefung/")
    plain.get_by_label("Kein Ziel ist berührt").check()
    plain.locator("summary", has_text="Begründung dazu").click()
    plain.locator("textarea[name=no_goal_reason]").fill("Nur ein Auftrag für die Planung.")
    plain.get_by_role("button", name="Speichern", exact=True).click()
    expect(plain.locator("main, .messages").first).to_be_visible()
    expect(plain.get_by_label("Kein Ziel ist berührt")).to_be_checked()
    phone = new_page(login="referat", viewport=PHONE, dark=True)
    phone.goto(plain.url)
    assert axe_violations(phone) == [] and not overflows(phone)
    weight = phone.get_by_label("ohne gesamtstädtisches Gewicht")
    weight.focus()
    phone.keyboard.press("Space")
    save = phone.get_by_role("button", name="Speichern", exact=True)
    save.focus()
    phone.keyboard.press("Enter")
    phone.wait_for_load_state()
    expect(phone.get_by_label("ohne gesamtstädtisches Gewicht")).to_be_checked()
