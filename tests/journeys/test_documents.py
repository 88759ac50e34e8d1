"""The adopted PDF: uploaded, read, a passage taken by two keys, the outline accepted and taken back; and how these pages look."""

import pytest
from playwright.sync_api import expect

from tests.documents.made_concept import make_concept
from tests.journeys.conftest import PHONE, axe_violations, overflows

pytestmark = pytest.mark.usefixtures("worker")

SELECT = """(words) => {
  const block = [...document.querySelectorAll('[data-place]')].find((one) => one.textContent.includes(words));
  const range = document.createRange(), start = block.firstChild.textContent.indexOf(words);
  range.setStart(block.firstChild, start);
  range.setEnd(block.firstChild, start + words.length);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def test_from_the_pdf_to_its_goals_and_back(new_page):
    page = new_page(login="leitung")
    problems = []

    def looked_at(one):
        problems.extend(axe_violations(one))
        if overflows(one):
            problems.append(f"{one.url} scrolls sideways")

    page.goto("/dokumente/hochladen")
    looked_at(page)
    made = make_concept(fields=1, goals=1, measures=2, chapters=1)
    page.set_input_files(
        "main input[type=file]", {"name": "INSEK.pdf", "mimeType": "application/pdf", "buffer": made.data}
    )
    page.click("main form button[type=submit]")
    page.get_by_role("link", name="Gliederung übernehmen").wait_for(timeout=60_000)
    looked_at(page)
    document = page.url
    goal = next(part for part in made.parts if part.kind == "goal")
    page.get_by_role("link", name=f"Ziel {goal.number}").first.click()
    page.wait_for_selector("[data-reader]")
    # two keystrokes: what is marked, and the letter; without a mark the letter does nothing
    page.keyboard.press("z")
    page.evaluate(SELECT, goal.title)
    page.keyboard.press("z")
    page.wait_for_selector("#entnommen")
    looked_at(page)
    page.locator("section[aria-labelledby=entnommen] a").first.click()
    page.wait_for_selector("h1")
    expect(page.locator("h1")).to_have_text(goal.title)
    expect(page.locator("section[aria-labelledby=fundstellen] blockquote")).to_contain_text(goal.title)
    looked_at(page)
    page.goto(f"{document}gliederung")
    looked_at(page)
    page.click("main button[value=uebernehmen]")
    page.wait_for_url("**/stapel/**")
    expect(page.locator(".batch-counts")).to_contain_text("angelegt")
    page.click("main button:has-text('Alles zurücknehmen')")
    page.wait_for_selector("text=Zurückgenommen.")
    phone = new_page(viewport=PHONE, dark=True, login="leitung")
    for address in ("/dokumente/", document, f"{document}gliederung", f"{document}seite/{made.pages}"):
        phone.goto(address)
        looked_at(phone)
    # without JavaScript paragraphs are ticked
    plain = new_page(javascript=False, login="leitung")
    plain.goto(f"{document}seite/3")
    plain.check("input[name=absatz] >> nth=0")
    plain.click("button[value=measure]")
    expect(plain.locator("section[aria-labelledby=entnommen] a")).to_have_count(1)
    assert problems == []
