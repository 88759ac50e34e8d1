"""A city that is not Kaiserslautern goes from an empty server to its adopted, linked, public concept, following the handbook word by word.

Each test is a stage and goes on where the one before ended. What stands in bold in ``eine-stadt-an-einem-tag.md`` is what is
clicked and filled here, in that order; a label that the page does not have, or that the test does not use, fails.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.documents.made_concept import MadeConcept, make_concept
from tests.journeys.conftest import PHONE, ROOT, _environment, axe_violations, overflows
from tests.journeys.musterstadt import (
    QUARTERS,
    ROWS,
    UNITS,
    map_of_quarters,
    measures_of_the_office,
    population,
)
from tests.ready_database import migrated_file

pytestmark = pytest.mark.usefixtures("worker")
HANDBOOK = ROOT / "docs" / "users" / "eine-stadt-an-einem-tag.md"
NAME, PASSWORD = "anna", "stadtplanung-2040"
MONTHS = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"]  # fmt: skip


@pytest.fixture(scope="module")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty installation, as `insek migrate` leaves it, with the login that its operator makes, and nothing else."""
    folder = tmp_path_factory.mktemp("musterstadt") / "data"
    folder.mkdir()
    shutil.copy(migrated_file(), folder / "insek.sqlite3")
    command = [sys.executable, "-m", "insek"]
    subprocess.run([*command, "migrate"], cwd=ROOT, env=_environment(folder), check=True, capture_output=True)
    subprocess.run(
        [*command, "admin", NAME], cwd=ROOT, env=_environment(folder), check=True, capture_output=True,
        input=f"{PASSWORD}\n".encode(),
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def concept() -> MadeConcept:
    """The concept as the city printed it."""
    return make_concept(fields=2, goals=2, measures=2, chapters=1)


class Guide:
    """The handbook in one hand, the page before one: each bold word of a section is used, in its order."""

    def __init__(self, page: Page, section: int) -> None:
        text = HANDBOOK.read_text(encoding="utf-8").split("\n## ")[section]
        assert text.startswith(f"{section}. ")
        self.page, self.left = page, re.findall(r"\*\*(.+?)\*\*", text, re.DOTALL)
        self.problems: list[str] = []

    def _next(self, label: str) -> re.Pattern[str]:
        assert self.left and " ".join(self.left[0].split()) == label, (
            f"the handbook says {self.left[:1]}, done is {label}"
        )
        self.left.pop(0)
        words = ".*".join(re.escape(part) for part in label.split("…"))
        return re.compile(rf"^\s*{words}(\s*\(freiwillig\))?\s*$")

    def press(self, *labels: str, within: Locator | None = None) -> None:
        """Follow links and buttons."""
        for label in labels:
            name, place = self._next(label), within or self.page
            found = place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name))
            found.first.click()
            self.page.wait_for_load_state()

    def fill(self, label: str, value: str) -> None:
        """Type into a field, or choose in it."""
        field = self.page.get_by_label(self._next(label)).first
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)

    def file(self, label: str, name: str, data: bytes) -> None:
        """Choose a file."""
        field = self.page.get_by_label(self._next(label)).first
        field.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})

    def tick(self, label: str) -> None:
        """Choose an answer."""
        self.page.get_by_label(self._next(label)).check()

    def look(self) -> None:
        """No page on the way is closed to a screen reader."""
        self.problems += axe_violations(self.page)

    def done(self) -> None:
        """Nothing of the section was left out."""
        assert self.left == [] and self.problems == []


@pytest.fixture(scope="module")
def planner(browser: object, site: str) -> Iterator[Page]:
    """One person at one browser, all day; the stages share where it stands."""
    context = browser.new_context(  # type: ignore[attr-defined]
        base_url=site, locale="de-DE", reduced_motion="reduce", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(45_000)
    yield page
    context.close()


def written(page: Page) -> str:
    """What the page of a reading says when all is in."""
    expect(page.get_by_text("ist eingelesen.")).to_be_visible()
    return str(page.locator(".batch-counts").inner_text())


def test_1_the_frame(planner: Page) -> None:
    guide = Guide(planner, 1)
    planner.goto("/")
    guide.press("Ihre Stadt einrichten")
    guide.fill("Anmeldename", NAME)
    guide.fill("Passwort", PASSWORD)
    guide.press("Anmelden", within=planner.locator("main"))
    for label, value in (("Stadt", "Musterstadt"), ("Amtlicher Gemeindeschlüssel", "01 000 999"), ("Zeitraum von", "2026"), ("Zeitraum bis", "2040")):  # fmt: skip
        guide.fill(label, value)
    guide.look()
    guide.press("Beginnen")
    expect(planner.locator("h1")).to_have_text("Ihre Stadt einrichten")
    guide._next("Ihre Stadt einrichten")
    expect(planner.get_by_text("Schleswig-Holstein: keine Anhörung")).to_be_visible()
    guide.press("Weiter mit „Stadt und Konzept“")
    guide.fill(
        "Einleitung",
        "Musterstadt hat sich bis 2040 viel vorgenommen. Hier steht, was, warum und wie weit es ist.",
    )
    guide.press("Speichern")
    guide.press("Stadt und Stadtteile")
    guide.fill(
        "Räume, einer je Zeile", "\n".join(f"{name}\t{number:02}" for number, name in enumerate(QUARTERS, 1))
    )
    guide.press("Anlegen")
    guide.press("Organisationseinheiten")
    guide.fill("Einheiten, eine je Zeile", "\n".join(f"{name}\t{number}" for number, name in UNITS.items()))
    guide.press("Anlegen")
    guide.press("Gremien")
    guide.fill("Gremien, eines je Zeile", "Stadtvertretung\nBauausschuss\nOrtsrat Birkental")
    guide.press("Anlegen")
    guide.look()
    said = planner.locator("main").inner_text()
    assert "7 Räume" in said and "5 Einheiten" in said and "3 Gremien" in said
    guide.press("Stadt und Stadtteile")
    guide.press("Eine Kartendatei oder eine Tabelle mit mehr Angaben Schritt für Schritt einlesen")
    guide.file("Datei", "stadtteile.geojson", map_of_quarters())
    guide.press("Weiter", "Weiter", "Weiter")
    guide.press("Einlesen", within=planner.locator("main"))
    written(planner)
    guide.press(
        "Mein Bereich", "Freigaben", "Alle … ansehen und veröffentlichen", "Angekreuzte veröffentlichen"
    )
    expect(planner.get_by_text("veröffentlicht").first).to_be_visible()
    guide.done()
    planner.goto("/einrichten/anfang/")
    expect(planner.locator("main")).to_contain_text("7 Räume, 7 mit Fläche")


def test_2_the_adopted_pdf(planner: Page, concept: MadeConcept) -> None:
    guide = Guide(planner, 2)
    guide.press("Mein Bereich", "Dokumente", "Dokumente hochladen")
    guide.file("Dateien", "INSEK Musterstadt.pdf", concept.data)
    guide.press("Hochladen")
    guide.press("Gliederung übernehmen")
    guide.press("Alle angekreuzten Zeilen anlegen")
    planner.wait_for_url("**/stapel/**")
    guide.done()
    counts = planner.locator(".batch-counts").inner_text().split()
    assert counts[1] == "angelegt" and int(counts[0]) >= len(concept.parts)  # and findings of its chapter


def test_3_the_list_of_the_office(planner: Page, concept: MadeConcept) -> None:
    guide = Guide(planner, 3)
    guide.press("Mein Bereich", "Einlesen", "Maßnahmen")
    guide.file("Datei", "Maßnahmen 2024-02-15.xlsx", measures_of_the_office(concept.parts))
    guide.press("Weiter", "So ist es richtig", "Weiter")
    there = sum(part.kind == "measure" for part in concept.parts)
    expect(planner.get_by_role("link", name=re.compile(rf"^{there}\s+Anders als bisher"))).to_be_visible()
    expect(planner.get_by_role("link", name=re.compile(rf"^{ROWS - there}\s+Neu"))).to_be_visible()
    guide.press("Einlesen", within=planner.locator("main"))
    assert written(planner).split()[:2] == [str(ROWS), "geschrieben"]
    guide.done()
    last = next(part for part in concept.parts if part.number == "1.2.2")
    planner.get_by_role("link", name=last.title).first.click()
    said = " ".join((planner.locator("main").text_content() or "").split())
    for words in ("Wirtschaftsförderung", "Umbau der Frischluftschneisen", "abgeschlossen", "Grünau"):
        assert words in said  # unit, what it needs before, state, place
    assert "200.000 Euro" in said  # what it costs, as the adopted fact sheet says
    planner.goto("/kosten/")
    expect(planner.locator("main")).to_contain_text("53 von 60 Maßnahmen nennen Kosten")


def test_4_figures(planner: Page) -> None:
    guide = Guide(planner, 4)
    guide.press("Mein Bereich", "Indikator")
    guide.fill("Nummer", "I 1")
    guide.fill("Titel", "Einwohnerinnen und Einwohner")
    guide.fill("Einheit", "Personen")
    guide.fill("Sichtbarkeit", "öffentlich")
    guide.press("Anlegen", "Veröffentlichen")
    guide.press("Werte einlesen")
    guide.file("Datei", "einwohner.csv", population())
    guide.press("Weiter", "So ist es richtig")
    guide.fill("Quelle", "Melderegister Musterstadt")
    guide.press("Weiter")
    guide.tick("8000 (Tausender)")
    guide.press("Weiter")
    guide.press("Einlesen", within=planner.locator("main"))
    assert written(planner).split()[:2] == ["18", "geschrieben"]
    guide.done()


def test_5_links(planner: Page) -> None:
    guide = Guide(planner, 5)
    guide.press("Mein Bereich", "Einlesen", "Verknüpfungen")
    rows = [("LL 1", "Z 1.1", "Grün entsteht nur gemeinsam."), ("LL 2", "Z 1.2", "Schulen stehen schon in jedem Stadtteil."), ("LL 3", "Z 2.1", "Kurze Wege führen zur Mitte.")]  # fmt: skip
    guide.fill(
        "Oder hier einfügen", "\n".join("\t".join(row) for row in [("Grund", "Folge", "Begründung"), *rows])
    )
    guide.press("Weiter", "So ist es richtig", "Weiter")
    guide.press("Einlesen", within=planner.locator("main"))
    assert written(planner).split()[:2] == ["3", "geschrieben"]
    guide._next("Lücken im roten Faden")
    guide.press("Mein Bereich")
    guide.done()
    planner.goto("/luecken/")
    expect(planner.locator("main")).to_contain_text("Ziel ohne Begründung")


def test_6_published_and_adopted_as_a_late_entry(planner: Page) -> None:
    guide = Guide(planner, 6)
    guide.press("Mein Bereich", "Beschluss")
    guide.fill("Titel", "Musterstadt 2040 als Stadtentwicklungskonzept")
    guide.fill("Datum", "2024-03-12")
    guide.fill("Gremium", "Stadtvertretung")
    guide.fill("Ergebnis", "angenommen")
    guide.fill("Sichtbarkeit", "öffentlich")
    guide.press("Anlegen", "Veröffentlichen")
    guide.press("Mein Bereich", "Konzept einrichten", "Arbeitsfassung")
    guide.fill("Titel", "Musterstadt 2040")
    guide.press("Speichern")
    for label in ("Konzept", "Ausgaben"):
        guide._next(label)
    planner.goto("/ausgaben/")
    planner.get_by_role("link", name="Musterstadt 2040").first.click()
    guide.press("Früheren Beschluss nacherfassen")
    guide.look()
    labels = guide.left[:3]
    for what in ("Leitbilder", "Leitlinien", "Ziele", "Maßnahmen"):
        guide.left[:3] = labels
        guide._next("veröffentlichen")
        planner.get_by_role("row", name=what).get_by_role("button").click()
        guide.press("Angekreuzte ändern")
        expect(planner.get_by_text("zur Freigabe vorgelegt").first).to_be_visible()
        guide.press("Zurück und weiter")
        guide.left[:0] = labels
    guide.left[:3] = []
    guide.press("Zu den Freigaben", "Alle … ansehen und veröffentlichen", "Angekreuzte veröffentlichen")
    expect(planner.get_by_text("veröffentlicht").first).to_be_visible()
    planner.goto("/ausgaben/erste/")
    guide.press("Früheren Beschluss nacherfassen")
    guide.fill("Beschluss", planner.locator("select[name=resolution] option").nth(1).inner_text())
    guide.press("Weiter zur Bestätigung")
    planner.get_by_label(re.compile("^Ja. Eingefroren wird: 68 öffentlich")).check()
    guide.press("Endgültig eintragen und einfrieren")
    guide.done()
    expect(planner.locator("main")).to_contain_text("Nacherfassung")


def test_7_what_everybody_sees(new_page: object) -> None:
    guide_says = HANDBOOK.read_text(encoding="utf-8").split("\n## 7. ")[1]
    assert "Warum? – Wozu?" in guide_says
    problems = []
    for viewport in ({"width": 1280, "height": 900}, PHONE):
        page = new_page(viewport=viewport)  # type: ignore[operator]
        for address in ("/", "/ziele/", "/massnahmen/", "/kosten/", "/ausgaben/erste/", "/raeume/"):
            page.goto(address)
            problems += [f"{address} scrolls"] * overflows(page)
            if viewport != PHONE:
                problems += axe_violations(page)
    page.goto("/")
    expect(page.locator("main")).to_contain_text("Wohnen und Nachbarschaft")
    page.goto("/ziele/")
    page.locator("main a[href^='/k/']").first.click()
    expect(page.locator("main")).to_contain_text("Gemeinsam planen")
    expect(page.locator("main")).to_contain_text("Ausbau der Gewerbeflächen am Hafenrand")
    assert problems == []


def test_8_the_next_edition(planner: Page, new_page: object) -> None:
    """Worked on beside the one in force, with a Verbleib for each item, decided, valid in one moment, and compared."""
    guide = Guide(planner, 8)
    main = planner.locator("main")
    guide.press("Mein Bereich", "Konzept einrichten", "Ausgabe anlegen")
    guide.fill("Kurzname für Adressen", "fortschreibung")
    guide.fill("Titel", "Musterstadt 2045")
    guide.press("Anlegen", "An dieser Ausgabe arbeiten")
    guide.look()
    for address, number, field, words in (("/ziele/", "Z 1.1", "Text", "Kühle Plätze in jedem Stadtteil."), ("/massnahmen/", "M 1.1.1", "Titel", "Umbau der Gewerbeflächen")):  # fmt: skip
        planner.goto(address)
        main.locator("a[href^='/k/']").first.click()
        expect(main).to_contain_text(number)
        guide.press("Bearbeiten", within=main)
        guide.fill(field, words)
        guide.press("Speichern", within=main)
        expect(planner.get_by_text("liegt für die nächste Ausgabe bereit")).to_be_visible()
    planner.get_by_role("link", name="Musterstadt 2045").first.click()
    guide.press("Verbleib sagen")
    guide.look()
    for number, reason in (
        ("Z 1.1", "Die Hitze nimmt zu."),
        ("M 1.1.1", "Es wird umgebaut statt ausgebaut."),
    ):
        main.get_by_label(re.compile(rf"^{re.escape(number)} ")).check()
        guide.fill("Was wird daraus?", "angepasst")
        guide.fill("Grund, in einem Satz", reason)
        guide.press("Verbleib speichern")
    main.get_by_label(re.compile("^von allen .* die zur Auswahl passen$")).check()
    guide.press("Vorschläge bestätigen")
    expect(planner.get_by_text("Zu jedem ist gesagt, was daraus wird.")).to_be_visible()
    visitor = new_page(viewport=PHONE)  # type: ignore[operator]
    visitor.goto("/massnahmen/")
    expect(visitor.locator("main")).not_to_contain_text("Umbau der Gewerbeflächen")
    planner.goto("/ausgaben/fortschreibung/arbeitsstand/")
    guide.press("Als Beratungsfassung einreichen", "Weiter zur Bestätigung")
    planner.get_by_label(re.compile("^Ja. Eingefroren wird: 68 öffentlich")).check()
    guide.press("Endgültig einreichen und einfrieren")
    filed = re.search(r"Am (\d+)\. (\w+) (\d{4}) eingereicht", main.inner_text())
    assert filed
    today = (
        f"{filed[3]}-{MONTHS.index(filed[2]) + 1:02}-{int(filed[1]):02}"  # the day on which the demo stands
    )
    guide.press("Mein Bereich", "Beschluss")
    guide.fill("Titel", "Musterstadt 2045 als Fortschreibung")
    guide.fill("Datum", today)
    guide.fill("Gremium", "Stadtvertretung")
    guide.fill("Ergebnis", "angenommen")
    guide.fill("Sichtbarkeit", "öffentlich")
    guide.press("Anlegen", "Veröffentlichen")
    planner.goto("/ausgaben/fortschreibung/")
    guide.press("Beschluss eintragen")
    guide.fill("Beschluss", "Musterstadt 2045 als Fortschreibung")
    guide.press("Weiter zur Bestätigung")
    planner.get_by_label(re.compile("^Ja. Beschlossen ist, was eingereicht war")).check()
    guide.press("Endgültig eintragen und einfrieren")
    expect(main.get_by_text("2 geändert, 0 nicht mehr darin")).to_be_visible()
    problems = []
    visitor.goto("/massnahmen/")
    expect(visitor.locator("main")).to_contain_text("Umbau der Gewerbeflächen")
    planner.goto("/ausgaben/")
    guide.press("Ausgaben vergleichen")
    planner.goto("/ausgaben/vergleich/?von=erste&mit=fortschreibung")
    expect(main).to_contain_text("0 neu, 2 geändert, 0 nicht mehr da.")
    planner.goto("/ausgaben/")
    guide.press("Was galt an einem Tag?")
    guide.fill("Tag", "2025-01-01")
    guide.press("Zeigen")
    expect(main).to_contain_text("Musterstadt 2040")
    expect(main).not_to_contain_text("Musterstadt 2045")
    guide.done()
    for address in ("/ausgaben/fortschreibung/verbleib/", "/ausgaben/vergleich/?von=erste&mit=fortschreibung", f"/ausgaben/am/{today}/"):  # fmt: skip
        visitor.goto(address)
        problems += [f"{address} scrolls"] * overflows(visitor) + axe_violations(visitor)
    expect(visitor.locator("main")).to_contain_text("Musterstadt 2045")
    assert problems == []
