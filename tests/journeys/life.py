"""The whole life of a concept, one step after the other, as the people do it whom it is for.

``test_life.py`` walks it as a test, ``tools/screenshots.py`` to take the pictures of the newcomer's tour
(docs/users/rundgang.md), whose words must be those that a step meets on its pages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE

PLAN = "Spielplatzkonzept der Innenstadt"
WISH = "Am Stiftsplatz fehlen Bäume und Schatten zum Sitzen."
WISH_TITLE = "Bäume und Schatten am Stiftsplatz"
REPLY = "Danke! Der Stiftsplatz wird geprüft; der Wunsch gehört jetzt zu einem Befund."
FINDING = "Auf den Plätzen der Innenstadt fehlt Schatten"
GOAL = "Jeder Platz der Innenstadt hat Schatten"
MEASURE = "Zwölf Bäume für den Stiftsplatz"
EDITION = "Nächste Fassung (Beispiel)"
RESOLUTION = "Annahme der Fassung mit den schattigen Plätzen"
PAPER = "Umbau des Stiftsplatzes"
REPORT = "Die Leitungen im Boden sind erkundet, neun von zwölf Standorten sind möglich."


class Walk:
    """Who walks, what came to be on the way, and the words that were on the pages of a step."""

    def __init__(self, new_page: Callable[..., Page], known: dict[str, str]) -> None:
        self.new_page = new_page
        self.known = known
        self.seen = ""

    def desk(self, login: str) -> Page:
        """A page of somebody with a login, on a desk."""
        return self.new_page(login=login)

    def phone(self) -> Page:
        """A page of somebody without a login, on a phone."""
        return self.new_page(viewport=PHONE)

    def look(self, page: Page, *, picture: bool = False) -> None:
        """Take in what the page says; ``picture`` is the moment that the tour shows of a step."""
        shown = page.locator("body").inner_text()
        offered = page.locator("select option, summary, [aria-label]")
        more = offered.evaluate_all(
            "all => all.map(e => (e.getAttribute('aria-label') || '') + ' ' + e.textContent)"
        )
        self.seen += f"\n{shown}\n" + "\n".join(more)
        if picture:
            self.picture(page)

    def picture(self, page: Page) -> None:
        """Nothing in a test; the tour's camera takes a picture here."""


def id_of(page: Page) -> str:
    """The id of the item whose page is open."""
    page.wait_for_url("**/k/*")
    return page.url.split("#")[0].rsplit("/", 1)[1]


def fill(page: Page, **values: Any) -> None:
    """Fill the fields of the form by name."""
    for name, value in values.items():
        field = page.locator(f"main [name={name}]").first
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def press(page: Page, label: str) -> None:
    """Press the button with these words."""
    page.get_by_role("button", name=label, exact=True).first.click()
    page.wait_for_load_state()


def follow(page: Page, label: str) -> None:
    """Follow the first link of the page's main part with these words."""
    page.locator("main").get_by_role("link", name=label).first.click()
    page.wait_for_load_state()


def menu(page: Page, section: str, entry: str) -> None:
    """Go by the main menu: open a section, choose an entry."""
    navigation = page.locator("#hauptnavigation")
    navigation.locator("summary", has_text=section).first.click()
    navigation.get_by_role("link", name=entry, exact=True).click()
    page.wait_for_load_state()


def link(walk: Walk, page: Page, item: str, choice: str, other: str, words: str, reason: str) -> None:
    """Link an item in three steps: how, with what, why."""
    page.goto(f"/k/{item}/verknuepfen?link={choice}")
    page.fill("main [name=q]", words)
    press(page, "Suchen")
    page.locator(f"main input[name=other][value={other}]").check()
    page.fill("main [name=reason]", reason)
    walk.look(page)
    press(page, "Verknüpfen")
    page.wait_for_url(lambda url: not url.split("?")[0].endswith("/verknuepfen"))


def arrive(walk: Walk) -> None:
    """Somebody comes by and reads what this is."""
    page = walk.new_page()
    page.goto("/")
    walk.look(page, picture=True)
    expect(page.locator("h1")).to_contain_text("Kaiserslautern")
    page.goto("/prozess/")
    walk.look(page)


def register_plan(walk: Walk) -> None:
    """A planner registers a plan and appraises it."""
    page = walk.desk("planung")
    menu(page, "Ausgangslage", "Planwerke")
    follow(page, "Planwerk anlegen")
    fill(page, title=PLAN, type="sector", aims="Schatten auf jedem Spielplatz\nTrinkwasser in der Nähe",
         standing="example", visibility="public")  # fmt: skip
    page.get_by_label("Nachhaltige und angepasste Klimaräume").check()
    walk.look(page)
    press(page, "Anlegen")
    walk.known["plan"] = opened(page, PLAN)
    walk.look(page)
    follow(page, "Bewerten")
    fill(page, currency="70", currency_reason="Von 2023, die Spielplätze sind noch dieselben.",
         substance="80", substance_reason="Nennt jeden Platz und seine Bäume.", bindingness="not_adopted")  # fmt: skip
    walk.look(page, picture=True)
    press(page, "Bewertung speichern")
    expect(page.get_by_text("Nennt jeden Platz und seine Bäume.")).to_be_visible()
    follow(page, "Zur Gesamtschau")
    walk.look(page)
    expect(page.locator("main")).to_contain_text(PLAN)


def contribute(walk: Walk) -> None:
    """A citizen says something from a phone."""
    phone = walk.phone()
    phone.goto("/mitmachen/")
    phone.fill("[name=text]", WISH)
    phone.locator("label.choice", has_text="Problem").click()
    walk.look(phone, picture=True)
    phone.wait_for_selector("altcha-widget[data-state=verified]", state="attached")
    press(phone, "Absenden")
    phone.wait_for_url("**/beitraege/meiner/**")
    walk.look(phone)
    walk.known["mine"] = phone.locator("[data-copy-source]").inner_text()


def moderate(walk: Walk) -> None:
    """A moderator answers and publishes; the citizen reads the answer."""
    desk = walk.desk("moderation")
    desk.goto("/mein-bereich/")
    walk.look(desk)
    follow(desk, "Beiträge moderieren")
    walk.look(desk)
    desk.locator(".queue__title a", has_text="fehlen Bäume und Schatten").first.click()
    fill(desk, reply=REPLY)
    walk.look(desk, picture=True)
    press(desk, "Rückmeldung speichern")
    desk.goto("/moderation/")
    desk.locator(".queue__title a", has_text="fehlen Bäume und Schatten").first.click()
    fill(desk, title=WISH_TITLE)
    press(desk, "Veröffentlichen")
    phone = walk.phone()
    phone.goto(walk.known["mine"])
    walk.look(phone)
    expect(phone.locator("main")).to_contain_text(REPLY)
    follow(phone, "So sehen ihn alle")
    walk.known["contribution"] = id_of(phone)
    expect(phone.locator("h1")).to_contain_text(WISH_TITLE)


def find(walk: Walk) -> None:
    """A planner writes down what follows from it, and links it with its reasons."""
    page = walk.desk("planung")
    menu(page, "Ausgangslage", "Befunde")
    follow(page, "Befund anlegen")
    fill(page, title=FINDING, type="weakness", standing="example", visibility="public",
         text="Auf drei von vier Plätzen steht im Sommer kein Sitzplatz im Schatten.")  # fmt: skip
    page.get_by_label("Nachhaltige und angepasste Klimaräume").first.check()
    walk.look(page)
    press(page, "Anlegen")
    walk.known["finding"] = opened(page, FINDING)
    walk.look(page)
    known = walk.known
    link(walk, page, known["finding"], "gruende.evidences.contribution", known["contribution"], "Stiftsplatz",
         "Der Beitrag nennt den Platz, auf dem es am meisten fehlt.")  # fmt: skip
    link(walk, page, known["finding"], "gruende.evidences.plan", known["plan"], "Spielplatzkonzept",
         "Das Konzept zählt die Bäume je Platz.")  # fmt: skip
    walk.look(page, picture=True)
    expect(page.locator(".why")).to_contain_text(WISH_TITLE)


def derive(walk: Walk) -> None:
    """From the finding follow a goal and a measure."""
    page = walk.desk("planung")
    known = walk.known
    menu(page, "Konzept", "Ziele")
    walk.look(page)
    follow(page, "Ziel anlegen")
    fill(page, title=GOAL, standing="example", visibility="public", horizon_year="2035")
    page.get_by_label("Nachhaltige und angepasste Klimaräume").first.check()
    press(page, "Anlegen")
    known["goal"] = opened(page, GOAL)
    link(walk, page, known["goal"], "gruende.justifies.finding", known["finding"], "fehlt Schatten",
         "Aus der Schwäche folgt das Ziel.")  # fmt: skip
    menu(page, "Konzept", "Maßnahmen")
    follow(page, "Maßnahme anlegen")
    fill(
        page,
        title=MEASURE,
        standing="example",
        visibility="public",
        next_step="Leitungen erkunden, Frühjahr 2027",
    )
    page.locator("main [name=responsible]").select_option(label="Referat Tiefbau")
    walk.look(page)
    press(page, "Anlegen")
    known["measure"] = opened(page, MEASURE)
    page.goto(f"/k/{known['goal']}/verknuepfen?link=folgen.implemented_by.measure")
    page.fill("main [name=q]", "Bäume für den Stiftsplatz")
    press(page, "Suchen")
    page.locator(f"main input[name=other][value={known['measure']}]").check()
    page.fill("main [name=reason]", "Der größte Platz der Innenstadt zuerst.")
    walk.look(page, picture=True)
    press(page, "Verknüpfen")
    page.wait_for_url(f"**/k/{known['goal']}")
    walk.look(page)


def draw(walk: Walk) -> None:
    """The measure gets its place."""
    page = walk.desk("planung")
    page.goto(f"/k/{walk.known['measure']}")
    walk.look(page)
    follow(page, "Ort auf der Karte angeben")
    page.wait_for_selector("[data-draw][data-ready=drawn]")
    press(page, "Punkt")
    press(page, "Punkt in Kartenmitte setzen")
    page.get_by_label("Koordinaten").fill("7.7719 49.4451")
    walk.look(page, picture=True)
    press(page, "Ort speichern")
    page.wait_for_selector("[data-place-map][data-ready=picture]")
    walk.look(page)
    expect(page.locator(".item-place")).to_contain_text("Punkt")


def release(walk: Walk) -> None:
    """The project lead reads what is to become public, word by word, and releases it."""
    page = walk.desk("leitung")
    page.goto("/mein-bereich/")
    walk.look(page)
    for title in (GOAL, MEASURE):
        page.goto("/freigaben/")
        follow(page, title)
        expect(page.locator(".release")).to_contain_text(title)
        walk.look(page, picture=title == GOAL)
        press(page, "Veröffentlichen")
    page.goto("/freigaben/")
    walk.look(page)
    for title in (FINDING, PLAN):
        page.locator(".queue__line", has_text=title).locator("input[type=checkbox]").check()
    press(page, "Angekreuzte ansehen und veröffentlichen")
    walk.look(page)
    press(page, "Angekreuzte veröffentlichen")
    walk.look(page)
    visitor = walk.phone()
    for name in ("plan", "finding", "goal", "measure"):
        assert visitor.goto(f"/k/{walk.known[name]}").status == 200, name


def freeze(walk: Walk) -> None:
    """The council has decided: the resolution is written down, and the edition is frozen."""
    page = walk.desk("leitung")
    menu(page, "Politik", "Beschlüsse")
    follow(page, "Beschluss anlegen")
    fill(
        page, title=RESOLUTION, date="2026-11-28", outcome="adopted", standing="example", visibility="public"
    )
    page.locator("main [name=body]").select_option(label="Stadtrat")
    walk.look(page)
    press(page, "Anlegen")
    walk.known["resolution"] = opened(page, RESOLUTION, release=True)
    goal, resolution = walk.known["goal"], walk.known["resolution"]
    link(
        walk,
        page,
        goal,
        "folgen.adopted_by.resolution",
        resolution,
        "schattigen Plätzen",
        "Der Rat nimmt das Ziel an.",
    )
    press(page, "Veröffentlichen")
    page.goto("/einrichten/ausgabe/neu")
    fill(page, key="naechste", title=EDITION, standing="example")
    press(page, "Anlegen")
    menu(page, "Politik", "Ausgaben des Konzepts")
    follow(page, EDITION)
    walk.look(page)
    follow(page, "Als Beratungsfassung einreichen")
    walk.look(page)
    press(page, "Weiter zur Bestätigung")
    page.locator("main [name=understood]").check()
    press(page, "Endgültig einreichen und einfrieren")
    walk.look(page)
    follow(page, "Beschluss eintragen")
    page.locator("main [name=resolution]").select_option(
        label=next(
            text
            for text in page.locator("main [name=resolution] option").all_inner_texts()
            if RESOLUTION in text
        )
    )
    press(page, "Weiter zur Bestätigung")
    page.locator("main [name=understood]").check()
    walk.look(page, picture=True)
    press(page, "Endgültig eintragen und einfrieren")
    walk.look(page)
    expect(page.locator("main")).to_contain_text("Prüfsumme")
    with page.expect_download() as download:
        follow(page, "Paket herunterladen (ZIP)")
    assert download.value.suggested_filename.endswith(".zip")


def check(walk: Walk) -> None:
    """A department checks its paper against the goals and takes the paragraph along."""
    page = walk.desk("referat")
    page.goto("/mein-bereich/")
    walk.look(page)
    follow(page, "INSEK-Prüfungen")
    walk.look(page)
    follow(page, "INSEK-Prüfung anlegen")
    fill(page, title=PAPER, subject="budget")
    page.locator("main input[name=criteria]").first.check()
    walk.look(page)
    press(page, "Anlegen")
    page.wait_for_url("**/pruefung/")
    walk.look(page)
    press(page, "Speichern und weitere Ziele suchen")
    page.wait_for_url("**/ziele")
    page.fill("main input[name=q]", "Schatten")
    press(page, "Suchen")
    follow(page, GOAL)
    page.get_by_label("unterstützt stark").check()
    fill(page, reason="Zwölf Bäume stehen auf dem größten Platz")
    walk.look(page)
    press(page, "Eintragen")
    page.wait_for_url("**/ziele")
    walk.look(page)
    follow(page, "Fertig: zur Prüfung")
    walk.look(page, picture=True)
    expect(page.locator("#bezug")).to_contain_text("Zwölf Bäume stehen auf dem größten Platz")


def report(walk: Walk) -> None:
    """The department reports on its measure; the lead releases the report."""
    page = walk.desk("referat")
    page.goto(f"/k/{walk.known['measure']}")
    walk.look(page)
    follow(page, "Bericht geben")
    page.get_by_label("läuft nach Plan").check()
    page.get_by_label("Was ist geschehen?").fill(REPORT)
    walk.look(page, picture=True)
    press(page, "Bericht abgeben")
    walk.look(page)
    lead = walk.desk("leitung")
    lead.goto("/freigaben/")
    lead.locator("main").get_by_role("link", name=MEASURE).first.click()
    lead.wait_for_load_state()
    expect(lead.locator("main")).to_contain_text(REPORT)
    press(lead, "Veröffentlichen")


def read(walk: Walk) -> None:
    """Whoever wrote the wish walks from it to the decision and the state of things, and back."""
    phone = walk.phone()
    known = walk.known
    phone.goto(known["mine"])
    walk.look(phone)
    follow(phone, "So sehen ihn alle")
    walk.look(phone)
    for name in ("finding", "goal", "measure"):
        phone.locator(f'.why a[href$="/k/{known[name]}"]').first.click()
        phone.wait_for_url(f"**/k/{known[name]}")
        if name == "goal":
            expect(phone.locator(".why")).to_contain_text(RESOLUTION)
            walk.look(phone, picture=True)
    expect(phone.locator("#umsetzung")).to_contain_text(REPORT)
    walk.look(phone)
    for name in ("goal", "finding", "contribution"):
        phone.locator(f'.why a[href$="/k/{known[name]}"]').first.click()
        phone.wait_for_url(f"**/k/{known[name]}")
    expect(phone.locator("h1")).to_contain_text(WISH_TITLE)


def opened(page: Page, title: str, *, release: bool = False) -> str:
    """The id of an item that was just created as a public one: its page opens, or the one where it waits."""
    page.wait_for_load_state()
    if "/freigaben/" in page.url:
        page.locator(".lead a").first.click() if not release else press(page, "Veröffentlichen")
        page.wait_for_load_state()
        if "/freigaben/" in page.url:
            page.locator(".lead a").first.click()
            page.wait_for_load_state()
    expect(page.locator("h1")).to_contain_text(title)
    return id_of(page)


STEPS: list[Callable[[Walk], None]] = [
    arrive, register_plan, contribute, moderate, find, derive, draw, release, freeze, check, report, read,
]  # fmt: skip
"""The twelve steps, in the order of the tour."""
