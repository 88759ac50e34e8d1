"""Lists as tables: columns, a saved view opened by somebody else, many items changed and put back, out and in as XLSX."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, overflows

LOOKS = {"light desktop": (DESKTOP, False), "dark phone": (PHONE, True)}


class Looker:
    """Looks at pages on the way; says at the end what was wrong with them."""

    def __init__(self, page):
        self.page, self.problems = page, []

    def look(self):
        self.problems += axe_violations(self.page)
        if overflows(self.page):
            self.problems.append(f"{self.page.url} scrolls sideways")


def main_text(page):
    return page.locator("main").inner_text()


@pytest.mark.parametrize("look", LOOKS)
def test_columns_are_chosen_kept_and_opened_by_somebody_else(new_page, look):
    viewport, dark = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark, login="planung")
    looker = Looker(page)
    page.goto("/massnahmen/")
    looker.look()
    page.locator("main .list-tools a:has-text('Tabelle')").filter(has_text="Tabelle").first.focus()
    page.click("main nav[aria-label=Darstellung] a:has-text('Tabelle')")
    page.wait_for_selector("main .list-table")
    looker.look()
    summary = page.locator("summary:has-text('Spalten wählen')")
    summary.focus()
    page.keyboard.press("Enter")
    for name in ("visibility", "fields", "type", "is_lighthouse"):
        page.uncheck(f"main input[name=spalten][value={name}]")
    page.check("main input[name=spalten][value=next_step]")
    looker.look()
    page.click("main button:has-text('Diese Spalten zeigen')")
    page.wait_for_url("**spalten=**")
    heads = page.locator("main .list-table thead th").all_inner_texts()
    assert any("Nächster Schritt" in head for head in heads)
    assert not any("Sichtbarkeit" in head for head in heads)
    page.click("main .list-table thead a:has-text('Titel')")
    page.wait_for_selector("main th[aria-sort=ascending] a:has-text('Titel')")
    region = page.locator("main .list-table")
    region.focus()
    assert region.evaluate("element => element === document.activeElement")
    page.locator("summary:has-text('Ansicht speichern')").press("Enter")
    page.fill("main #ansicht-name", "Nächste Schritte")
    page.check("main input[name=shared]")
    looker.look()
    page.click("main .list-views__form button")
    page.wait_for_selector("main .list-views a:has-text('Nächste Schritte')")
    looker.look()
    address = page.locator("main .list-views a:has-text('Nächste Schritte')").get_attribute("href")
    other = new_page(viewport=viewport, dark=dark, login="referat")
    other.goto(address)
    assert any(
        "Nächster Schritt" in head for head in other.locator("main .list-table thead th").all_inner_texts()
    )
    expect(other.locator("main .bulk")).to_have_count(0)
    page.goto("/ansichten/")
    looker.look()
    page.click("main a:has-text('Umbenennen')")
    looker.look()
    page.fill("main input[name=name]", "Was als Nächstes geschieht")
    page.click("main .form button[type=submit]")
    page.wait_for_url("**/ansichten/")
    assert "Was als Nächstes geschieht" in main_text(page)
    page.click("main button:has-text('Löschen')")
    page.wait_for_selector("main .empty-state, main .empty")
    assert looker.problems == []


@pytest.mark.parametrize("look", LOOKS)
def test_many_are_changed_after_a_preview_and_put_back(new_page, look):
    viewport, dark = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark, login="planung")
    looker = Looker(page)
    page.goto("/massnahmen/?ansicht=tabelle")
    boxes = page.locator("main .list-table input[name=auswahl]")
    for number in (0, 1):
        boxes.nth(number).focus()
        page.keyboard.press("Space")
    page.click("main button:has-text('Weiter: Was soll sich ändern?')")
    page.wait_for_selector("main .bulk-acts")
    looker.look()
    page.click("main button:has-text('Vorschau zeigen')")
    page.wait_for_selector("main .error-summary")
    looker.look()
    page.check("main input[name=akt][value=eigen-priority]")
    page.select_option("main select[name=eigen-priority]", "1")
    page.click("main button:has-text('Vorschau zeigen')")
    page.wait_for_selector("main .batch-counts")
    looker.look()
    assert "öffentlich: wird zur Freigabe vorgelegt" in main_text(page)
    page.click("main button:has-text('Angekreuzte ändern')")
    page.wait_for_selector("main button:has-text('Alles zurücknehmen')")
    looker.look()
    assert "Öffentliches" in main_text(page)
    page.click("main button:has-text('Alles zurücknehmen')")
    page.wait_for_selector("main .lead:has-text('Zurückgenommen')")
    looker.look()
    assert "Der Vorschlag zur Freigabe ist zurückgezogen." in main_text(page)
    page.goto("/stapel/")
    looker.look()
    assert "Priorität setzen: 1 – hoch" in main_text(page)
    assert looker.problems == []


@pytest.mark.parametrize("look", LOOKS)
def test_out_as_workbook_changed_and_in_again(new_page, look):
    viewport, dark = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark, login="planung")
    looker = Looker(page)
    page.goto("/massnahmen/?ansicht=tabelle")
    href = page.locator("main a:has-text('Als Excel-Datei')").get_attribute("href")
    book = load_workbook(BytesIO(page.request.get(href).body()))
    sheet = book.worksheets[0]
    head = {cell.value: cell.column for cell in sheet[1]}
    title = sheet.cell(2, head["Titel"]).value
    sheet.cell(2, head["Nächster Schritt"]).value = "Bürgerinnen und Bürger im Mai einladen"
    sheet.cell(3, head["Beginn"]).value = "bald"
    sheet.cell(sheet.max_row + 1, head["Titel"]).value = "Brücke über die Lauter"
    changed = BytesIO()
    book.save(changed)
    page.click("main a:has-text('Tabelle einlesen')")
    looker.look()
    sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = {"name": "massnahmen.xlsx", "mimeType": sheet_type, "buffer": changed.getvalue()}
    page.set_input_files("main input[type=file]", file)
    page.click("main .form button[type=submit]")
    page.wait_for_selector("main .batch-counts")
    looker.look()
    text = main_text(page)
    assert title in text
    assert "einladen" in text
    assert "Zeile 3, Spalte „Beginn“" in text
    assert "neu, intern" in text
    page.click("main button:has-text('Angekreuzte übernehmen')")
    page.wait_for_selector("main button:has-text('Alles zurücknehmen')")
    looker.look()
    page.click("main a:has-text('Brücke über die Lauter')")
    page.wait_for_selector("main h1:has-text('Brücke über die Lauter')")
    page.go_back()
    page.click("main button:has-text('Alles zurücknehmen')")
    page.wait_for_selector("main .lead:has-text('Zurückgenommen')")
    page.goto("/massnahmen/?q=Lauter&sichtbarkeit=internal")
    assert "Brücke über die Lauter" not in main_text(page)
    assert looker.problems == []


def test_columns_and_many_at_once_work_without_scripts(new_page):
    page = new_page(javascript=False, login="planung")
    page.goto("/ziele/?ansicht=tabelle")
    page.click("summary:has-text('Spalten wählen')")
    page.check("main input[name=spalten][value=source_title]")
    page.click("main button:has-text('Diese Spalten zeigen')")
    assert any("Quelle" in head for head in page.locator("main .list-table thead th").all_inner_texts())
    page.locator("main .list-table input[name=auswahl]").first.check()
    page.click("main button:has-text('Weiter: Was soll sich ändern?')")
    page.check("main input[name=akt][value=verlaesslichkeit]")
    page.select_option("main select[name=verlaesslichkeit]", "working")
    page.click("main button:has-text('Vorschau zeigen')")
    assert "Noch ist nichts geändert" in main_text(page)
    page.click("main button:has-text('Verwerfen')")
    page.wait_for_url(lambda url: "/ziele/" in url)
