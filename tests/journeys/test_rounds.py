"""The lead opens a round of reports; a unit answers it in a few clicks, on a phone, by keyboard, interrupted and by its personal link."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, ROOT, _environment, axe_violations, overflows

MEASURES = """
from insek.people.actors import PROGRAM
from insek.people.models import User
from insek.steering.models import StatusReport
from insek.steering.round_models import ReportRound
from insek.steering.services import report_status
from insek.strategy.models import Measure
unit = User.objects.get(username="referat").unit
ReportRound.objects.all().delete()
Measure.objects.update(responsible=None)
for measure in Measure.objects.filter(item__visibility="public").order_by("pk")[:COUNT]:
    Measure.objects.filter(pk=measure.pk).update(responsible=unit)
    StatusReport.objects.filter(measure=measure).delete()
    report_status(measure, {"state": "on_track", "happened": "Es geht voran. (Beispiel)"}, actor=PROGRAM)
"""
LINK = """
from insek.concept.models import Concept
from insek.notices.links import make_link, path_of
from insek.people.actors import PROGRAM
from insek.people.models import User
unit = User.objects.get(username="referat").unit
link = make_link(concept=Concept.objects.first(), purpose="reports", unit=unit, name="Beispiel", email="", days=9, actor=PROGRAM)
print("PATH", path_of(link))
"""


def run(site_folder, script):
    """Do something in the city of this module; returns what it printed."""
    command = [sys.executable, "-m", "insek", "manage", "shell", "-v", "0", "-c", script]
    return subprocess.run(
        command, cwd=ROOT, env=_environment(site_folder), check=True, capture_output=True, text=True
    ).stdout


class Hand:
    """A person who clicks and fills in, and how often."""

    def __init__(self, page):
        self.page, self.clicks, self.fields = page, 0, 0

    def click(self, target):
        target.click()
        self.clicks += 1

    def fill(self, selector, words):
        self.page.fill(selector, words)
        self.fields += 1


def open_round(new_page, title):
    """The lead opens a round for the unit; returns the address of the unit's page."""
    page = new_page(login="leitung")
    page.goto("/mein-bereich/")
    page.get_by_role("link", name="Berichtsrunden").click()
    page.get_by_role("link", name="Berichtsrunde öffnen").click()
    page.fill("[name=title]", title)
    page.fill("[name=closes_on]", "2027-01-31")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Runde öffnen").click()
    expect(page.locator("h1")).to_have_text(title)
    assert axe_violations(page) == []
    return page, page.locator("a[href*='/einheit/']").first.get_attribute("href")


@pytest.mark.parametrize(("count", "most_clicks", "most_fields"), [(2, 8, 3), (12, 30, 3)])
def test_a_unit_with_nothing_new_is_done_in_a_few_clicks(
    site, site_folder, new_page, count, most_clicks, most_fields
):
    run(site_folder, MEASURES.replace("COUNT", str(count)))
    lead, address = open_round(new_page, f"Bericht über {count}")
    page = new_page()
    hand = Hand(page)
    page.goto(address)  # the link in the mail
    hand.fill("input[name=username]", "referat")
    hand.fill("input[name=password]", "kaiserslautern")
    hand.click(page.locator("main form button[type=submit]"))
    page.wait_for_url(f"**{address}")
    for card in page.locator(".round-card").all():
        hand.click(card.get_by_text("Nichts Neues", exact=True))
    hand.click(page.get_by_role("button", name="Alles abgeben"))
    expect(page.locator(".verdict").first).to_contain_text(f"{count} Antworten sind abgegeben")
    assert hand.clicks <= most_clicks and hand.fields <= most_fields, (hand.clicks, hand.fields)
    lead.reload()
    assert axe_violations(lead) == []
    lead.get_by_role("button", name="Angehakte veröffentlichen").click()
    expect(lead.locator("body")).to_contain_text(f"{count} Antworten sind veröffentlicht.")


def test_on_a_phone_by_keyboard_with_an_interruption(site, site_folder, new_page):
    run(site_folder, MEASURES.replace("COUNT", "2"))
    _lead, address = open_round(new_page, "Bericht am Telefon")
    phone = new_page(viewport=PHONE, dark=True, login="referat")
    phone.goto(address)
    assert axe_violations(phone) == [] and not overflows(phone)
    card = phone.locator(".round-card").first
    expect(card.locator("textarea").first).to_be_hidden()
    card.locator("input[value=new]").focus()
    phone.keyboard.press("Space")
    phone.keyboard.press("Tab")
    phone.keyboard.type("zur")  # zurückgestellt
    for key in ("Tab", "P", "Tab"):  # Personal fehlt
        phone.keyboard.press(key)
    phone.keyboard.type("Die Stelle ist nicht besetzt.")
    expect(phone.locator("[data-round-kept]")).to_contain_text("Als Entwurf gesichert")
    assert axe_violations(phone) == [] and not overflows(phone)
    phone.goto("/")
    phone.goto(address)
    card = phone.locator(".round-card").first
    expect(card.locator("textarea").first).to_have_value("Die Stelle ist nicht besetzt.")
    phone.get_by_role("button", name="Alles abgeben").focus()
    phone.keyboard.press("Enter")
    expect(phone.locator(".verdict").first).to_contain_text("eine Antwort ist abgegeben")
    expect(phone.locator(".round-card.is-answered")).to_contain_text("zurückgestellt")


@pytest.mark.parametrize("javascript", [True, False])
def test_by_the_personal_link_without_login_or_cookie(site, site_folder, new_page, javascript):
    run(site_folder, MEASURES.replace("COUNT", "2"))
    open_round(new_page, "Bericht mit Link")
    path = run(site_folder, LINK).split("PATH ")[1].split()[0]
    page = new_page(viewport=PHONE, javascript=javascript)
    page.goto(path)
    for card in page.locator(".round-card").all():
        card.get_by_text("Nichts Neues", exact=True).click()
    page.get_by_role("button", name="Alles abgeben").click()
    expect(page.locator(".verdict").first).to_contain_text("2 Antworten sind abgegeben")
    assert page.context.cookies() == []
