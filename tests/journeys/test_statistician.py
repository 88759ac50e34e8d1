"""A statistician's day: four untouched files become indicators, three more follow from them, maps, other cities, a forecast, and a finding that cites it."""

import csv
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import statistics_files as files
from tests.journeys.conftest import PHONE, Watch, axe_violations, confirm, overflows, sign_in

pytestmark = pytest.mark.usefixtures("worker")

CITY, AGES, PLACES, RATE = (
    "Bevölkerung nach Geschlecht (Beispiel)", "Kinder und Ältere nach Alter (Beispiel)", "Bevölkerung der Stadtteile (Beispiel)", "Arbeitslosenquote INKAR (Beispiel)",
)  # fmt: skip
WOMEN, SMALL, BIRTHS = (
    "Anteil der Frauen (Beispiel)",
    "Anteil der Kinder unter 6 (Beispiel)",
    "Geborene je 1.000 (Beispiel)",
)
SCENARIO = "Bevölkerung bis 2039 (Beispiel)"
AHEAD = "Vorausberechnete Bevölkerung (Beispiel)"
FINDING = "Die Stadt bleibt etwa so groß, wie sie ist (Beispiel)"


class Day:
    """One person at one browser; the stages share what was made."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.made: dict[str, str] = {}
        self.problems: list[str] = []

    def look(self) -> None:
        """No page on the way is closed to a screen reader or too wide."""
        self.problems += axe_violations(self.page)
        if overflows(self.page):
            self.problems.append(f"{self.page.url} scrolls sideways")

    def on_phone(self) -> None:
        """The same page on a phone."""
        self.page.set_viewport_size(PHONE)
        self.look()
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def done(self) -> None:
        """Nothing of the stage was closed to anybody."""
        found, self.problems = self.problems, []
        assert found == []

    def make(self, title: str, where: str = "grundlagen", **fields: object) -> None:
        """Fill in the form of a new item; ticks are True, the rest is typed or chosen."""
        page = self.page
        page.goto(f"/{where}/neu")
        page.fill("input[name=title]", title)
        for name, value in {"visibility": "public", **fields}.items():
            field = page.locator(f"main form [name={name}]")
            for closed in page.locator("main details:not([open])", has=field).all():
                closed.locator("summary").first.click()
            if value is True:
                field.check()
            elif field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(str(value))
            else:
                field.fill(str(value))
        self.look()
        page.get_by_role("button", name="Anlegen", exact=True).click()
        confirm(page)
        self.made[title] = page.url.rsplit("/", 1)[1]

    def key(self, title: str) -> str:
        return self.made[title]

    def read_in(self, name: str, data: bytes, title: str, *, answers: dict[str, str] | None = None) -> str:
        """Drop a file on the page of an indicator and take what is proposed; returns what the preview says."""
        page = self.page
        page.goto(f"/k/{self.key(title)}")
        page.get_by_role("link", name="Werte einlesen").first.click()
        page.set_input_files("main input[type=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": data})  # fmt: skip
        page.click("main form button[type=submit]")
        page.wait_for_url("**/tabelle")
        self.look()
        page.click("main button:has-text('So ist es richtig')")
        page.wait_for_url("**/spalten")
        for field, value in {"source_title": "Statistik (Beispiel)", **(answers or {})}.items():
            one = page.locator(f"main [name='alle.{field}']")
            if not one.is_visible():
                page.click("main summary:has-text('Was für alle Zeilen gilt')")
            one.fill(value)
        self.look()
        page.click("main button:has-text('Weiter')")
        page.wait_for_url(lambda url: not url.endswith("/spalten"))
        if page.url.endswith("/woerter"):
            self.look()
            page.click("main button:has-text('Weiter')")
        page.wait_for_selector("main button:has-text('Einlesen')")
        self.look()
        said = page.locator("main").inner_text()
        page.click("main button:has-text('Einlesen')")
        page.wait_for_selector("main :text('Alles zurücknehmen')")
        return said

    def values(self, title: str) -> list[list[str]]:
        """The table of an indicator as anybody gets it."""
        text = self.page.request.get(f"/k/{self.key(title)}/werte.csv").body().decode("utf-8-sig")
        return list(csv.reader(text.splitlines()[1:], delimiter=";"))


@pytest.fixture(scope="module")
def day(browser: object, site: str) -> Iterator[Day]:
    context = browser.new_context(base_url=site, locale="de-DE", reduced_motion="reduce", viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]  # Playwright's, untyped here  # fmt: skip
    watch = Watch(context, site)
    page = context.new_page()
    page.set_default_timeout(45_000)
    sign_in(page, "leitung")
    yield Day(page)
    context.close()
    assert watch.problems == []


def test_1_four_files_become_indicators(day: Day) -> None:
    page = day.page
    page.goto("/zahlen/vergleichsgebiete/")
    for code in ("07311", "07317"):
        page.fill("main input[name=code]", code)
        page.fill("main input[name=name]", files.PLACES[code])
        day.look()
        page.click("main form:has(input[name=code]) button[type=submit]")
    day.make(CITY, unit="Personen", adds_up=True, by_sex=True)
    day.make(AGES, unit="Personen", adds_up=True, by_sex=True, by_age=True)
    day.make(PLACES, unit="Personen", adds_up=True, by_sex=True)
    day.make(RATE, unit="%", decimals="2")
    for title in (CITY, AGES, PLACES, RATE):
        assert day.values(title) == [], title

    said = day.read_in("12411-0015_flach.csv", files.genesis(), CITY)
    assert "Frankenthal (Pfalz), kreisfreie Stadt" in said or "Vergleichsgebiete" in said, said
    whole = {row[1]: row[8] for row in day.values(CITY) if not row[4]}
    assert whole == {f"{year}-12-31": str(sum(both)) for year, both in files.OF_CITY.items()}
    women = {row[1]: row[8] for row in day.values(CITY) if row[4] == "weiblich"}
    assert women == {f"{year}-12-31": str(both[1]) for year, both in files.OF_CITY.items()}

    said = day.read_in("altersgruppen.csv", files.age_groups(), AGES, answers={"period": "31.12.2023"})
    assert "Lücken (25 bis unter 65)" in said, said
    entered = [row for row in day.values(AGES) if row[0] != "Kaiserslautern"]
    assert len(entered) == len(files.places()) * len(files.AGES) * 2
    assert sum(int(row[8]) for row in entered if row[6] in {"3", "6"}) == files.children()

    said = day.read_in("Bevölkerung 2023-2024.xlsx", files.wide(), PLACES)
    assert "3 × geheim" in said, said
    found = {(row[0], row[1], row[4]): (row[8], row[10]) for row in day.values(PLACES)}
    for at, place in enumerate(files.places()):
        assert found[place["title"], "2023", "männlich"] == (str(files.people_of(at, 2023)[0]), "gezählt")
    assert found[files.SECRET, "2024", ""] == ("", "geheim")
    assert found["Kaiserslautern", "2023", ""][0] == str(sum(files.OF_CITY[2023]))
    assert ("Kaiserslautern", "2024", "") not in found, "one is secret, so there is no sum"

    said = day.read_in("inkar.csv", files.inkar(), RATE)
    assert "6 Werte von 2 Vergleichsgebieten" in said, said
    assert [(row[1], row[8]) for row in day.values(RATE)] == [
        ("2019", "8,33"),
        ("2020", "9,56"),
        ("2021", "9,1"),
    ]
    day.done()


def test_2_three_more_follow_by_formula(day: Day) -> None:
    page = day.page
    day.make(WOMEN, unit="%", decimals="1", formula=f"[{CITY}: weiblich] / [{CITY}] * 100")
    day.make(SMALL, unit="%", decimals="1", formula=f"[{AGES}: unter 6] / [{PLACES}] * 100")
    day.make(BIRTHS, unit="je 1.000 Personen", decimals="1", formula=f"[I 2] / [{CITY}] * 1000")
    for title in (WOMEN, SMALL, BIRTHS):
        page.goto(f"/k/{day.key(title)}")
        for _again in range(30):
            if day.values(title):
                break
            page.wait_for_timeout(1_000)
        page.reload()
        expect(page.locator(".formula")).to_be_visible()
        expect(page.locator("main")).not_to_contain_text("Bitte prüfen:")
        day.look()
    men, women = files.OF_CITY[2024]
    shares = {row[1]: row[8] for row in day.values(WOMEN)}
    assert len(shares) == len(files.YEARS) and shares["2024-12-31"].startswith(
        f"{women / (men + women) * 100:.2f}".replace(".", ",")
    )
    small = {row[0]: row[8] for row in day.values(SMALL)}
    assert len(small) == len(files.places()) + 1, "each place and the city"
    assert small["Kaiserslautern"].startswith(
        f"{files.children() / sum(files.OF_CITY[2023]) * 100:.2f}".replace(".", ",")
    )
    assert {row[1] for row in day.values(BIRTHS)} >= {"2021", "2022", "2023"}
    page.goto(f"/k/{day.key(SMALL)}")
    expect(page.locator(".formula")).to_contain_text("unter 6 Jahren")
    day.on_phone()
    day.done()


def test_3_maps_and_pictures(day: Day) -> None:
    page = day.page
    page.goto(f"/k/{day.key(SMALL)}")
    page.get_by_role("link", name="Karte mit Klassen").click()
    expect(page.locator("main table")).to_contain_text(files.SECRET)
    day.look()
    day.on_phone()
    page.goto(f"/k/{day.key(PLACES)}/rangfolge")
    expect(page.locator("main table").first).to_contain_text("geheim")
    day.look()
    day.on_phone()
    page.goto(f"/k/{day.key(PLACES)}/kartenreihe")
    day.look()
    day.on_phone()
    page.goto(f"/k/{day.key(AGES)}/pyramide")
    day.look()
    day.on_phone()
    page.goto(f"/k/{day.key(SMALL)}/zusammenhang")
    day.look()
    day.on_phone()
    page.goto(
        f"/k/{next(place['id'] for place in files.places() if place['title'] == files.SECRET)}/steckbrief"
    )
    expect(page.locator("main")).to_contain_text(SMALL)
    day.look()
    day.on_phone()
    page.emulate_media(media="print")
    day.look()
    page.emulate_media(media="screen")
    sheet = page.request.get(f"{page.url}.pdf")
    assert sheet.ok and sheet.body().startswith(b"%PDF")
    day.done()


def test_4_beside_other_cities(day: Day) -> None:
    page = day.page
    page.goto(f"/k/{day.key(RATE)}")
    main = page.locator("main")
    for name, rates in ((files.PLACES[code], files.RATES[code]) for code in ("07311", "07317")):
        expect(main).to_contain_text(name)
        expect(main).to_contain_text(f"{rates[2]:.2f}".replace(".", ","))
    day.look()
    day.on_phone()
    day.done()


def test_5_a_forecast_is_published_with_its_intervals(day: Day) -> None:
    page = day.page
    chosen = {
        "people": day.key(CITY),
        "ages": day.key(AGES),
        "places": day.key(PLACES),
        "births": "vxg9yfvz",
        "deaths": "d8uyc6t8",
    }
    day.make(SCENARIO, where="szenarien", path="middle", years="15", **chosen)
    page.get_by_role("button", name=re.compile("Jetzt rechnen|Neu rechnen")).click()
    for _again in range(60):
        page.goto(f"/k/{day.key(SCENARIO)}")
        if "Unter diesen Annahmen leben" in page.locator("main").inner_text():
            break
        page.wait_for_timeout(1_000)
    main = page.locator("main")
    expect(main).to_contain_text("In 80 von 100 Ziehungen")
    expect(main).to_contain_text("Im Alter fehlt eine Gruppe (ab 25, unter 65)")
    expect(main).to_contain_text("Nach Räumen")
    day.look()
    day.on_phone()
    page.goto("/szenarien/vergleich/")
    expect(page.locator("main")).to_contain_text(SCENARIO)
    day.look()
    day.make(AHEAD, unit="Personen", adds_up=True)
    page.goto(f"/k/{day.key(SCENARIO)}")
    page.get_by_role("link", name="Als Werte übernehmen").click()
    page.select_option("main select[name=indicator]", day.key(AHEAD))
    day.look()
    page.click("main form button[type=submit]")
    confirm(page)
    rows = [row for row in day.values(AHEAD) if row[0] == "Kaiserslautern"]
    assert len(rows) == 15 and {row[10] for row in rows} == {"vorausberechnet"}
    assert all("80 von 100 Ziehungen" in row[16] and float(row[11].replace(",", ".")) > 0 for row in rows)


def test_6_a_finding_cites_it_and_everybody_reads_on(day: Day, new_page: Any) -> None:
    page = day.page
    day.make(FINDING, where="befunde", type="opportunity")
    finding = page.url
    for title, what in ((SCENARIO, "Szenario"), (AHEAD, "Vorausberechneter Wert")):
        page.goto(f"{finding}/beleg?q={title}")
        day.look()
        found = page.locator(".proof", has=page.get_by_text(title)).first
        expect(found).to_contain_text(what)
        if title == AHEAD:
            expect(found).to_contain_text("80 von 100 Ziehungen")
        found.locator("input").check()
        page.get_by_role("button", name="Als Beleg nehmen").click()
        confirm(page)
    page.goto(finding)
    for title in (SCENARIO, AHEAD):
        expect(page.locator("main")).to_contain_text(title)
    day.look()
    day.done()
    reader = new_page()
    reader.goto(finding)
    reader.get_by_role("link", name=re.compile(re.escape(AHEAD))).first.click()
    expect(reader.locator("main")).to_contain_text("vorausberechnet")
    expect(reader.locator("main")).to_contain_text("80 von 100 Ziehungen")
    assert axe_violations(reader) == []
