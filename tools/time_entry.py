"""How long it takes to enter a concept of some 170 pages with its list of measures, in the browser, and what was recognised wrongly.

Run as ``.venv/bin/pytest tools/time_entry.py -p tests.journeys.conftest -p no:cacheprovider -s``. It enters a concept in a layout of its
own (``tests/documents/magazine.typ``) into an empty installation, as a planner would, and then its list in three layouts, each into
the concept as the PDF left it. Times are those of the machine and of clicks without thinking; a person reads besides.
The figures stand in docs/methods/documents.md.
"""

from __future__ import annotations

import io
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page

from tests.documents.made_concept import MadeConcept, make_concept
from tests.journeys.conftest import ROOT, _environment

NAME, PASSWORD = "anna", "stadtplanung-2040"
SET_UP = """
import django; django.setup()
from insek.concept.models import Concept
from insek.people.models import Membership, Role, User
Concept.objects.create(key="musterstadt", title="Stadtkompass 2040", city="Musterstadt")
Membership.objects.create(user=User.objects.get(username="anna"), role=Role.objects.get(key="project-lead"))
"""
pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture(scope="module")
def concept() -> MadeConcept:
    return make_concept(fields=5, goals=4, measures=4, chapters=6, length=4, layout="magazine")


@pytest.fixture(scope="module")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("musterstadt") / "data"
    folder.mkdir()
    environment = _environment(folder)
    command = [sys.executable, "-m", "insek"]
    subprocess.run([*command, "migrate"], cwd=ROOT, env=environment, check=True, capture_output=True)  # noqa: S603  (our own program)
    subprocess.run(  # noqa: S603  (our own program)
        [*command, "admin", NAME], cwd=ROOT, env=environment, check=True, capture_output=True, input=f"{PASSWORD}\n".encode()
    )  # fmt: skip
    environment["DJANGO_SETTINGS_MODULE"] = "insek.config.settings"
    subprocess.run([sys.executable, "-c", SET_UP], cwd=ROOT, env=environment, check=True, capture_output=True)  # noqa: S603  (our own program)
    return folder


class Hand:
    """Clicks, and counts them and the seconds."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.began = page, 0, time.monotonic()

    def click(self, locator: Any) -> None:
        locator.first.click()
        self.clicks += 1
        self.page.wait_for_load_state()

    def choose(self, locator: Any, value: str) -> None:
        locator.select_option(value)
        self.clicks += 2

    def told(self, what: str) -> str:
        return f"{what}: {time.monotonic() - self.began:.0f} s, {self.clicks} clicks"


KINDS = "SELECT kind, count(*) FROM thread_item GROUP BY kind"


class Said(list[str]):
    """What is told, at once."""

    def append(self, line: str) -> None:
        super().append(line)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def stored(folder: Path, query: str) -> list[tuple[Any, ...]]:
    [file] = [*folder.glob("*.sqlite3"), *folder.glob("*.db")][:1]
    with sqlite3.connect(file) as database:
        return database.execute(query).fetchall()


MEASURES = """
SELECT i.number, i.title, u.name, m.priority, m.start_year, m.end_year,
  (SELECT group_concat(g.number, ', ') FROM (SELECT s.number FROM thread_link l JOIN thread_item s ON s.id = l.source_id
     WHERE l.target_id = i.id AND l.kind = 'implemented_by' ORDER BY s.number) g),
  (SELECT group_concat(c.amount_eur) FROM strategy_costline c WHERE c.measure_id = i.id)
FROM thread_item i JOIN strategy_measure m ON m.item_id = i.id LEFT JOIN people_unit u ON u.id = m.responsible_id
"""


def wrong(folder: Path, sheets: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many measures say something else than their fact sheets, by what they say it of."""
    rows = {row[0].removeprefix("M "): row for row in stored(folder, MEASURES)}
    found = dict.fromkeys(("missing", "title", "unit", "priority", "years", "goals", "costs"), 0)
    for sheet in sheets:
        row = rows.get(sheet["number"])
        if row is None:
            found["missing"] += 1
            continue
        years = [int(year) for year in sheet["when"].split(" bis ")]
        goals = ", ".join(f"Z {number}" for number in sorted(sheet["goals"].split(", ")))
        cost = str(int(sheet["cost"].split()[1]) * 1000)
        found["title"] += row[1] != sheet["title"]
        found["unit"] += row[2] != sheet["who"]
        found["priority"] += row[3] != {"hoch": 1, "mittel": 2, "niedrig": 3}[sheet["priority"]]
        found["years"] += [row[4], row[5]] != years
        found["goals"] += row[6] != goals
        found["costs"] += row[7] != cost
    return found


def test_entry(new_page: Any, site_folder: Path, concept: MadeConcept) -> None:
    page = new_page()
    page.goto("/anmelden/")
    page.fill("input[name=username]", NAME)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/mein-bereich/")
    page.set_default_timeout(240_000)
    lines = Said()
    hand = Hand(page)
    page.goto("/dokumente/hochladen")
    page.set_input_files(
        "main input[type=file]",
        {"name": "Stadtkompass.pdf", "mimeType": "application/pdf", "buffer": concept.data},
    )
    hand.click(page.locator("main form button[type=submit]"))
    page.get_by_role("link", name="Gliederung übernehmen").wait_for(timeout=120_000)
    lines.append(hand.told(f"{concept.pages} pages uploaded and read"))
    hand.click(page.get_by_role("link", name="Gliederung übernehmen"))
    words = page.locator(".outline__words select")
    lines.append(
        f"{page.locator('.outline__line').count()} lines on the first page, {words.count()} words asked"
    )
    for place in range(words.count()):
        hand.choose(words.nth(place), "+")
    pages = 1
    while page.get_by_role("button", name="Speichern und weiter").count():
        hand.click(page.get_by_role("button", name="Speichern und weiter"))
        pages += 1
    hand.click(page.get_by_role("button", name="Alle angekreuzten Zeilen anlegen"))
    page.get_by_role("button", name="Alles zurücknehmen").wait_for(timeout=300_000)
    lines.append(hand.told(f"accepted from {pages} pages of lines"))
    lines.append(page.locator(".batch-counts").inner_text().replace("\n", " "))
    lines.append(f"wrong of 80: {wrong(site_folder, concept.sheets)}")
    lines.append(f"kinds: {stored(site_folder, KINDS)}")
    for name, data in lists(concept.sheets):
        hand = Hand(page)
        page.goto("/einlesen/")
        hand.click(page.get_by_role("link", name="Maßnahmen", exact=False))
        page.set_input_files(
            "main input[type=file]",
            {"name": f"{name}.xlsx", "mimeType": "application/octet-stream", "buffer": data},
        )
        trail = []
        for _step in range(12):
            buttons = [
                page.get_by_role("button", name=label, exact=True)
                for label in ("Weiter", "So ist es richtig")
            ]
            button = next((one for one in buttons if one.count() and one.first.is_visible()), None)
            if button is None:
                break
            for select in page.locator("main select[name^='heisst.']").all():
                if not select.input_value():
                    hand.choose(select, "=")
            trail.append(f"{page.locator('h1').inner_text()} ({time.monotonic() - hand.began:.0f} s)")
            hand.click(button)
        lines.append(hand.told(f"list {name}: to its preview by {trail}"))
        lines.append(" ".join(page.locator("main").inner_text().split())[:600])
        main = page.locator("main").get_by_role("button", name="Einlesen", exact=True)
        if main.count():
            hand.click(main)
            page.get_by_text("geschrieben").first.wait_for(timeout=300_000)
            lines.append(hand.told(f"list {name}: written"))
            lines.append(f"wrong of 80: {wrong(site_folder, concept.sheets)}")


def lists(sheets: Sequence[dict[str, Any]]) -> list[tuple[str, bytes]]:
    """The list of measures as three offices would keep it: plain, by field with heads of two rows, a form on each sheet."""
    plain = openpyxl.Workbook()
    table = plain.active
    assert table is not None
    table.append(
        [
            "Nummer",
            "Projekt",
            "Verantwortlich",
            "Partner",
            "Laufzeit",
            "Kosten (T€)",
            "Dringlichkeit",
            "dient Ziel",
            "Bemerkung",
        ]
    )
    for each in sheets:
        table.append([each["number"], each["title"], each["who"], each["with"], each["when"].replace(" bis ", "–"),
                      int(each["cost"].split()[1]), each["priority"], each["goals"], each["step"]])  # fmt: skip
    grouped = openpyxl.Workbook()
    table = grouped.active
    assert table is not None
    table.append(["Stadtkompass 2040 – Umsetzungsliste"])
    table.append(["Stand 1. März 2026"])
    table.append([None, None, "Wer", None, "Wann", None, "Geld"])
    table.append(
        ["ID", "Vorhaben", "Federführung", "mit", "Start", "Ende", "Kosten in Euro", "Prio", "Zielbezug"]
    )
    before = ""
    for each in sheets:
        if each["field"] != before:
            before = each["field"]
            table.append([f"Handlungsfeld {each['number'][0]}: {before}"])
        start, end = each["when"].split(" bis ")
        table.append([f"M{each['number']}", each["title"], each["who"], each["with"], int(start), int(end),
                      f"{int(each['cost'].split()[1]) * 1000:,}".replace(",", ".") + " €", each["priority"].upper(), f"Ziel {each['goals']}"])  # fmt: skip
    table.append(
        [None, "Summe", None, None, None, None, sum(int(each["cost"].split()[1]) * 1000 for each in sheets)]
    )
    forms = openpyxl.Workbook()
    forms.remove(forms.worksheets[0])
    for each in sheets:
        sheet = forms.create_sheet(each["number"])
        for label, value in (
            ("Maßnahme Nr.", each["number"]), ("Titel", each["title"]), ("Handlungsfeld", each["field"]), ("Federführendes Amt", each["who"]),
            ("Weitere Beteiligte", each["with"]), ("Umsetzungszeitraum", each["when"]), ("Geschätzte Kosten", each["cost"]),
            ("Priorität", each["priority"]), ("Ziele", each["goals"]), ("Beschreibung", each["text"]),
        ):  # fmt: skip
            sheet.append([label, value])
    found = []
    for name, book in (("plain", plain), ("grouped", grouped), ("forms", forms)):
        file = io.BytesIO()
        book.save(file)
        found.append((name, file.getvalue()))
    return found
