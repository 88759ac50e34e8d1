"""A department reports on a measure in one form; the project lead sets its state by hand and takes it back."""

from io import BytesIO

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.journeys.city import table
from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, confirm, overflows, sign_in


def own_measure(page):
    """The first measure of the department's own area, by the link that reports on it."""
    page.goto("/mein-bereich/")
    page.locator("a[href$='/bericht']").first.click()
    page.wait_for_url("**/bericht")
    return page.url.split("/k/")[1].split("/")[0]


def test_a_department_reports_and_everybody_sees_it(new_page):
    page = new_page(login="referat")
    measure = own_measure(page)
    page.get_by_label("verzögert").check()
    page.get_by_label("Was ist geschehen?").fill("Die Ausschreibung brachte kein Angebot.")
    page.get_by_role("button", name="Bericht abgeben").click()
    page.wait_for_url("**/freigaben/*/")
    visitor = new_page(viewport=PHONE)
    visitor.goto(f"/k/{measure}")
    expect(visitor.locator("#umsetzung")).not_to_contain_text("Die Ausschreibung brachte kein Angebot.")
    lead = new_page(login="leitung")
    lead.goto(page.url)
    confirm(lead)
    visitor.goto(f"/k/{measure}")
    section = visitor.locator("#umsetzung").inner_text()
    assert "Die Ausschreibung brachte kein Angebot." in section
    visitor.goto("/umsetzung/?stand=delayed")
    visitor.locator("#berichte ~ details summary").click()  # a phone folds the reports away
    expect(visitor.locator("main")).to_contain_text("Die Ausschreibung brachte kein Angebot.")


def test_the_lead_sets_a_state_with_a_reason_and_takes_it_back(new_page):
    measure = next(row["measure"] for row in table("status_reports") if row["key"] == "r2-1")
    page = new_page(login="leitung")
    page.goto(f"/k/{measure}")
    expect(page.locator(".steering__state")).to_contain_text("läuft nach Plan")
    page.get_by_role("link", name="Stand von Hand setzen").click()
    page.get_by_label("gefährdet").check()
    page.get_by_label("Warum gilt etwas anderes").fill("Das Grundstück ist nicht gesichert.")
    page.get_by_role("button", name="Stand setzen").click()
    state = page.locator(".steering__state").inner_text()
    assert "gefährdet" in state
    assert "Das Grundstück ist nicht gesichert." in state
    page.get_by_role("link", name="Stand zurücknehmen").click()
    page.get_by_role("button", name="Zurücknehmen").click()
    expect(page.locator(".steering__state")).to_contain_text("läuft nach Plan")


@pytest.mark.parametrize("look", ["light desktop", "dark phone"])
def test_the_pages_are_accessible(new_page, look):
    dark = look == "dark phone"
    page = new_page(viewport=PHONE if dark else DESKTOP, dark=dark)
    task = next(row for row in table("measure_tasks") if row["key"] == "s17-1")
    target = next(row for row in table("targets") if row["key"] == "z42-1")
    measure, goal = f"/k/{task['measure']}", f"/k/{target['goal']}"
    problems = []
    for address in ["/umsetzung/", "/umsetzung/regeln", measure, goal, f"/k/{target['indicator']}", "sign in", "/umsetzung/",
                    f"{measure}/bericht", f"{measure}/berichte", f"{measure}/stand", f"{measure}/schritte/s17-1/", f"{goal}/zielwerte/z42-1/"]:  # fmt: skip
        if address == "sign in":
            sign_in(page, "leitung")
            continue
        assert page.goto(address).status == 200
        problems += axe_violations(page)
        if overflows(page):
            problems.append(f"{address} scrolls sideways")
    assert problems == []


def test_a_phone_reads_it_in_few_screens_and_all_of_it_opens(new_page):
    """What is long folds away on a phone alone, by a word; on a wider screen, on paper and at what the address points to it is open."""
    page = new_page(viewport=PHONE)
    for address in ("/umsetzung/", "/handlungsfelder/wohnen/", "/handlungsfelder/klimaraeume/"):
        page.goto(address)
        folded = page.locator("details[data-fold-narrow]:not([open])")
        expect(folded.nth(3), address).to_be_attached()
        assert page.evaluate("document.documentElement.scrollHeight") < 8.5 * PHONE["height"], address
        page.set_viewport_size(DESKTOP)
        expect(folded, address).to_have_count(0)
        expect(page.locator(".folds-narrow > summary").first).to_be_hidden()
        page.set_viewport_size(PHONE)
    page.goto("/umsetzung/")
    last = page.locator("#alle .item-row").last
    expect(last).to_be_hidden()
    page.locator("#alle summary", has_text="Alle 28 zeigen").click()
    expect(last).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("article.report").last).to_be_visible()


@pytest.mark.parametrize("login", ["", "leitung"])
def test_where_the_city_stands_is_one_sheet_and_can_be_read_by_everybody(new_page, login):
    page = new_page(login=login) if login else new_page()
    page.goto("/wo-steht-die-stadt/")
    with pikepdf.open(BytesIO(page.pdf(format="A4", prefer_css_page_size=True))) as pdf:
        assert len(pdf.pages) == 1
    assert axe_violations(page) == []
    page.set_viewport_size(PHONE)
    assert not overflows(page)
    page.emulate_media(color_scheme="dark")
    assert axe_violations(page) == []
