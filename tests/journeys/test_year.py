"""The year after adoption, played on a set clock: asked, answered, late, paid for, checked, amended, reported, told.

Each test is a stage and goes on where the one before ended, in one city with one clock and a real mail server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Locator, Page, expect
from pypdfium2 import PdfDocument

from tests.journeys.conftest import PHONE, axe_violations, overflows
from tests.journeys.life import fill, follow, menu, press
from tests.journeys.test_check_sheet import REASONS, TEXT, TITLE
from tests.journeys.year import PEOPLE, YearCity
from tests.notices.smtp_server import mail_server, text_of

TUESDAY, LAST_DAY, THE_DAY_AFTER = "2027-03-02", "2027-03-26", "2027-03-31"
"""The round ends on Good Friday, so its last day is the Tuesday after Easter."""
ROUND = "Bericht zum Frühjahr 2027"
CITIZEN = "erika@beispiel.example"
LATE_WORDS = "Die Ausschreibung brachte kein Angebot."
GOAL = "nettvry8"  # Die Innenstadt kühlt ab


LOCAL = "Der Spielplatz in Dansenberg erhält zwei Sonnensegel und einen Baum, damit Kinder im Sommer Schatten haben. Die Kosten liegen bei 18.000 Euro."
FEES = "Die Satzung über die Erhebung von Friedhofsgebühren wird geändert. Die Gebühr für die Nutzung der Trauerhalle steigt von 210 auf 225 Euro."
WORDS = "Bis {} gibt es in der Innenstadt auf jedem Weg von fünf Minuten einen schattigen Platz zum Ausruhen. Versiegelte Fläche nimmt ab."
AMENDMENTS = (
    ("Ä 1", "Beispielfraktion Mitte", WORDS.format(2034), "angenommen", ("23", "14")),
    ("Ä 2", "Beispielfraktion Nord", WORDS.format(2029), "abgelehnt", ("14", "25")),
)


def text_of_pdf(data: bytes) -> str:
    """All words of a file, in order."""
    pages = PdfDocument(BytesIO(data))
    text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)
    return text.replace("\ufffe", "")  # where a word was hyphenated


@pytest.fixture(scope="module")
def city(site_folder: Path) -> Iterator[YearCity]:
    """The city, on the Tuesday in March."""
    with mail_server() as (port, received):
        made = YearCity(site_folder, port, received)
        made.run(PEOPLE)
        made.on(TUESDAY)
        yield made
        made.end()


@pytest.fixture(scope="module")
def site(city: YearCity) -> str:
    """Its address, the same on every day."""
    return city.address


def sign_in_here(page: Page, name: str) -> None:
    """Sign in where the page asks for it, as one does who came by a link."""
    fill(page, username=name, password="kaiserslautern")
    page.click("main form button[type=submit]")
    page.wait_for_load_state()


def choose(page: Page, **labels: str) -> None:
    """Choose in fields of the form by what people read."""
    for name, label in labels.items():
        page.locator(f"main select[name={name}]").select_option(label=label)


def test_1_a_citizen_follows_a_goal(city: YearCity, new_page) -> None:
    page = new_page(viewport=PHONE)
    page.goto(f"/k/{GOAL}")
    page.get_by_role("link", name="Folgen").first.click()
    page.get_by_label("E-Mail").fill(CITIZEN)
    press(page, "Folgen")
    expect(page.get_by_text("Erst nach einem Klick darin folgen Sie.")).to_be_visible()
    page.goto(city.link_in(city.mail_to(CITIZEN), "/folgen/bestaetigen/"))
    page.locator("main button").first.click()
    expect(page.get_by_text("Sie folgen: ")).to_be_visible()


def test_2_the_lead_opens_the_round_and_each_unit_gets_one_mail(city: YearCity, new_page) -> None:
    lead = new_page(login="leitung")
    lead.goto("/nachrichten/einheiten/")
    choose(lead, unit="Referat Schulen", user="Amtsleitung", part="leitet die Einheit")
    press(lead, "Eintragen")
    lead.goto("/nachrichten/links/")
    choose(lead, unit="Referat Grünflächen")
    fill(lead, name="Frau Beispiel", email="gruen@stadt.example")
    press(lead, "Link anlegen")
    city.mail_to("gruen@stadt.example")
    lead.goto("/mein-bereich/berichtsrunden/")
    follow(lead, "Berichtsrunde öffnen")
    for box in lead.get_by_role("group", name="Gefragte Einheiten").get_by_role("checkbox").all():
        box.uncheck()
    for unit in ("Referat Tiefbau", "Referat Grünflächen", "Referat Soziales", "Referat Schulen"):
        lead.get_by_label(unit, exact=True).check()
    fill(lead, title=ROUND, closes_on=LAST_DAY)
    press(lead, "Runde öffnen")
    expect(lead.locator("main")).to_contain_text("Bis 30. März 2027")
    assert axe_violations(lead) == []
    expect(lead.locator("main")).not_to_contain_text("niemand hat eine Nachricht erhalten")


def answer(card: Locator, state: str, happened: str) -> None:
    """Say something new on a card."""
    card.get_by_text("Es gibt Neues", exact=True).click()
    card.locator("select[name$=-state]").select_option(state)
    card.locator("textarea[name$=-happened]").fill(happened)


def send(page: Page) -> None:
    """Nothing new where that can be said, a first report where there was none, and all of it sent."""
    for card in page.locator(".round-card").all():
        same = card.get_by_text("Nichts Neues", exact=True)
        if card.locator("input:checked").count():
            continue
        if same.count():
            same.click()
        else:
            answer(card, "on_track", "Die Vorarbeiten laufen. (Beispiel)")
    press(page, "Alles abgeben")
    expect(page.locator(".verdict").first).to_contain_text("abgegeben")


def filled(source: Path, folder: Path) -> Path:
    """The workbook of a unit as somebody fills it in: the first is new, of the others nothing is, where something was said before."""
    book = load_workbook(BytesIO(source.read_bytes()))
    sheet = book["Maßnahmen"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        is_first = row == 2 or sheet.cell(row, heads["Zuletzt berichtet"]).value == "noch kein Bericht"
        sheet.cell(row, heads["Gibt es Neues?"], "Es gibt Neues" if is_first else "Nichts Neues")
        if is_first:
            sheet.cell(row, heads["Wie steht die Maßnahme?"], "läuft nach Plan")
            sheet.cell(row, heads["Was ist geschehen?"], "Das Angebot steht, der Vertrag folgt im Mai.")
    target = folder / "berichtsrunde.xlsx"
    book.save(target)
    return target


def test_3_three_units_answer_by_account_by_link_and_by_file(city: YearCity, new_page, tmp_path) -> None:
    page = new_page()
    page.goto(city.link_in(city.mail_to("referat@stadt.example"), "/einheit/tiefbau"))
    sign_in_here(page, "referat")
    answer(page.locator(".round-card").first, "delayed", LATE_WORDS)
    send(page)
    by_link = new_page(viewport=PHONE)
    by_link.goto(city.link_in(city.mail_to("gruen@stadt.example"), "/antworten/"))
    send(by_link)
    assert by_link.context.cookies() == []
    by_file = new_page()
    by_file.goto(city.link_in(city.mail_to("soziales@stadt.example"), "/einheit/soziales"))
    sign_in_here(by_file, "soziales")
    with by_file.expect_download() as download:
        by_file.get_by_role("link", name="Tabelle herunterladen (XLSX)").click()
    by_file.set_input_files("input[type=file]", filled(Path(download.value.path()), tmp_path))
    press(by_file, "Einlesen")
    expect(by_file.locator(".round__read")).to_contain_text("0 abgelehnt")
    press(by_file, "Alles abgeben")
    expect(by_file.locator(".verdict").first).to_contain_text("abgegeben")
    lead = new_page(login="leitung")
    lead.goto("/mein-bereich/berichtsrunden/")
    follow(lead, ROUND)
    expect(lead.locator(".round-unit", has_text="alles beantwortet")).to_have_count(3)
    press(lead, "Angehakte veröffentlichen")
    expect(lead.locator("body")).to_contain_text("Antworten sind veröffentlicht.")


def test_4_one_is_late_and_the_head_is_told(city: YearCity, new_page) -> None:
    city.mail_to("schulen@stadt.example")  # the one mail when the round was opened
    city.on(THE_DAY_AFTER)
    city.morning()
    mail = city.mail_to("amtsleitung@stadt.example")
    assert "fehlt noch etwas" in mail["Subject"] and re.search(r"30\.0?3\.2027", text_of(mail))
    told = city.mail_to(CITIZEN)
    assert "neuer Bericht: " in text_of(told) and text_of(told).count(f"/k/{GOAL}") == 1
    page = new_page()
    page.goto(city.link_in(mail, "/einheit/schulen"))
    sign_in_here(page, "amtsleitung")
    send(page)
    lead = new_page(login="leitung")
    lead.goto("/mein-bereich/berichtsrunden/")
    follow(lead, ROUND)
    expect(lead.locator("main")).to_contain_text("Die Frist ist vorbei")
    expect(lead.locator(".round-unit", has_text="alles beantwortet")).to_have_count(4)
    if lead.get_by_role("button", name="Angehakte veröffentlichen").count():
        press(lead, "Angehakte veröffentlichen")
    press(lead, "Runde beenden")
    expect(lead.locator("main")).to_contain_text("Die Runde ist seit 31. März 2027 beendet.")


PLAN = {"plan_title": "Haushaltsplan 2027", "first_year": "2027", "stage": "adopted", "source_title": "Kämmerei, erfunden"}  # fmt: skip
BUDGET = (
    ["Stadt Kaiserslautern: Investitionsprogramm 2027, Beträge in T€"],
    [],
    ["Produkt", "Produktname", "Investitionsnummer", "Bezeichnung", "Ansatz 2027", "Plan 2028", "Plan 2029"],
    ["5.4.7", "ÖPNV", "I547-0003", "Mobilitätsstationen an Haltepunkten", 600, 700, 180],
    ["5.5.1", "Öffentliches Grün", "I551-0012", "Theaterwiese, Freilegung der Lauter", 900, 1000, 200],
    ["1.2.6", "Brandschutz", "I126-0001", "Löschfahrzeug", 500, 0, 0],
)


def test_5_the_budget_is_read_in_matched_and_published(city: YearCity, new_page) -> None:
    book, target = Workbook(), BytesIO()
    for row in BUDGET:
        book.active.append(row)
    book.save(target)
    lead = new_page(login="leitung")
    menu(lead, "Konzept", "Haushalt")
    follow(lead, "Haushalt einlesen")
    lead.set_input_files("input[type=file]", {"name": "haushalt-2027.xlsx", "mimeType": "application/octet-stream", "buffer": target.getvalue()})  # fmt: skip
    press(lead, "Weiter")
    press(lead, "So ist es richtig")
    for name, value in PLAN.items():
        field = lead.locator(f"[name='alle.{name}']")
        field.select_option(value) if name == "stage" else field.fill(value)
    press(lead, "Weiter")
    press(lead, "Einlesen")
    expect(lead.get_by_text("ist eingelesen.")).to_be_visible()
    menu(lead, "Konzept", "Haushalt")
    waiting = lead.get_by_role("link", name=re.compile("auf Ihre Entscheidung"))
    for _time in range(60):  # the program compares the lines with the measures in the background
        if waiting.count():
            break
        lead.wait_for_timeout(500)
        lead.reload()
    waiting.click()
    for _card in range(12):  # lines of other budgets wait too
        expect(lead.get_by_role("button", name="Annehmen")).to_be_visible()
        said = lead.locator("main").inner_text()
        if "Haushaltsplan 2027, beschlossen" in said and "M 25 " in said:
            break
        lead.get_by_role("button", name="Später").first.click()
        expect(lead.locator("main")).not_to_have_text(said)
        lead.wait_for_load_state("networkidle")
    lead.get_by_role("button", name="Annehmen").first.click()
    lead.wait_for_load_state("networkidle")
    lead.goto("/haushalt/?sicht=zeilen&zuordnung=offen")
    follow(lead, "I551-0012 Theaterwiese, Freilegung der Lauter")
    lead.locator("summary", has_text="Einer Maßnahme zuordnen").click()
    choose(lead, measure="M 17 Theaterwiese: die Lauter kehrt zurück")
    press(lead, "Zuordnen")
    expect(lead.get_by_text("Die Zeile ist zugeordnet.")).to_be_visible()
    lead.goto("/haushalt/?sicht=zeilen")
    follow(lead, "I126-0001 Löschfahrzeug")
    lead.locator("summary", has_text="Pflicht, oder keine Maßnahme").click()
    lead.get_by_label("Gehört zu keiner Maßnahme des Konzepts").check()
    press(lead, "Speichern")
    expect(lead.get_by_text("Gespeichert.")).to_be_visible()
    lead.goto("/haushalt/")
    press(lead, "Veröffentlichen")
    expect(lead.get_by_text("Der Haushalt ist öffentlich")).to_be_visible()
    visitor = new_page()
    visitor.goto("/haushalt/?sicht=zeilen")
    rows = {row.locator("th, td").first.inner_text(): row.inner_text() for row in visitor.locator("tbody tr").all()}  # fmt: skip
    assert "M 25" in rows["I547-0003 Mobilitätsstationen an Haltepunkten"]
    assert "keine Maßnahme" in rows["I126-0001 Löschfahrzeug"]
    visitor.goto("/k/zapsupr6")
    expect(visitor.locator("main")).to_contain_text("Theaterwiese, Freilegung der Lauter")


def checked_paper(page: Page, title: str, text: str, decide) -> str:
    """A public paper is entered, read by the program and checked on one page; returns its address."""
    menu(page, "Politik", "Vorlagen")
    follow(page, "Vorlage anlegen")
    fill(page, title=title, text=text, visibility="public", standing="example", date=THE_DAY_AFTER)
    press(page, "Anlegen")
    press(page, "Veröffentlichen")
    expect(page.locator("h1")).to_have_text(title)
    paper = page.url.partition("#")[0]
    press(page, "Prüfen")
    looking = page.get_by_text("Das Programm liest die Vorlage gerade.")
    for _time in range(60):
        if not looking.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    decide(page)
    press(page, "Speichern und abschließen")
    press(page, "Prüfung abschließen")
    expect(page.locator("main .item-facts")).to_contain_text("abgeschlossen am")
    return paper


def is_citywide(page: Page) -> None:
    """Three goals are supported."""
    page.get_by_label("von gesamtstädtischem Gewicht", exact=True).check()
    for title, reason in REASONS.items():
        goal = page.locator(".sheet__goal", has_text=title)
        goal.get_by_label("unterstützt", exact=True).check()
        goal.get_by_label("Wie und warum?").fill(reason)


def is_local(page: Page) -> None:
    """Of no citywide weight; one goal is supported."""
    page.get_by_label("ohne gesamtstädtisches Gewicht", exact=True).check()
    goal = page.locator(".sheet__goal").first
    goal.get_by_label("unterstützt", exact=True).check()
    goal.get_by_label("Wie und warum?").fill("Der Spielplatz bekommt Schatten.")


def touches_nothing(page: Page) -> None:
    """The program says so too; a person confirms it with a reason."""
    expect(page.get_by_text("Vorschlag: Die Vorlage berührt kein Ziel.")).to_be_visible()
    page.get_by_label("ohne gesamtstädtisches Gewicht", exact=True).check()
    page.get_by_label("Kein Ziel ist berührt").check()
    page.locator("textarea[name=no_goal_reason]").fill("Nur die Höhe der Gebühren ändert sich.")


def test_6_three_papers_are_checked_and_one_is_amended_and_adopted(city: YearCity, new_page) -> None:
    lead = new_page(login="leitung")
    paper = checked_paper(lead, TITLE, TEXT, is_citywide)
    checked_paper(lead, "Sonnensegel für den Spielplatz Dansenberg", LOCAL, is_local)
    checked_paper(lead, "Änderung der Friedhofsgebührensatzung", FEES, touches_nothing)
    menu(lead, "Politik", "INSEK-Prüfungen")
    follow(lead, "Welche Entscheidungen geprüft sind")
    expect(lead.locator("main")).not_to_contain_text("Talstraße")  # the one of citywide weight is checked
    lead.goto(paper)
    follow(lead, "Beratung eintragen")
    choose(lead, body="Stadtrat")
    lead.locator("select[name=role]").select_option("decision")
    fill(lead, date="2027-03-30")
    press(lead, "Speichern")
    expect(lead.locator(".way")).to_contain_text("Stadtrat")
    lead.goto(paper)
    for number, group, after, state, votes in AMENDMENTS:
        follow(lead, "Änderung eintragen")
        lead.get_by_label("Änderungsantrag", exact=True).check()
        lead.locator("select[name=goal]").select_option(GOAL)
        lead.get_by_label(state, exact=True).check()
        choose(lead, body="Stadtrat")
        fill(lead, number=number, moved_by=group, after=after, decided_on="2027-03-30", votes_yes=votes[0], votes_no=votes[1])  # fmt: skip
        lead.locator("main form button[type=submit]").first.click()
        lead.wait_for_load_state()
    expect(lead.locator("#aenderungen")).to_contain_text("1 angenommen · 1 abgelehnt")
    lead.locator("#aenderungen").get_by_role("button", name="Als Maßgabe übernehmen").click()
    expect(lead.get_by_text("liegen für die nächste Ausgabe bereit")).to_be_visible()
    lead.goto(paper)
    expect(lead.locator("#aenderungen")).to_contain_text("liegt dafür bereit")
    follow(lead, "Beschluss eintragen")
    fill(lead, votes_yes="23", votes_no="14", votes_abstain="2", visibility="public")
    press(lead, "Anlegen")
    press(lead, "Veröffentlichen")
    for group, votes in (("Beispielfraktion Mitte", "23"), ("Beispielfraktion Nord", "0")):
        follow(lead, "Stimmen eintragen")
        fill(lead, group=group, votes_yes=votes, votes_no="14" if votes == "0" else "0", votes_abstain="0")
        lead.locator("main form button[type=submit]").first.click()
        lead.wait_for_load_state()
    expect(lead.locator("#fraktionen")).to_contain_text("Ohne Angabe der Fraktion: Enthaltung 2.")
    assert axe_violations(lead) == []
    lead.goto("/ausgaben/beispiel-2027/")
    follow(lead, "Beschluss eintragen")
    names = lead.locator("main [name=resolution] option").all_inner_texts()
    choose(lead, resolution=next(name for name in names if TITLE in name))
    expect(lead.locator(f"[name='voted'][value='goals:{GOAL}:text']")).to_be_checked()
    expect(lead.locator(f"[name='words:goals:{GOAL}']")).to_have_value("In Ziel Z 3.1 wird „2037“ durch „2034“ ersetzt.")  # fmt: skip
    press(lead, "Weiter zur Bestätigung")
    lead.locator("main [name=understood]").check()
    press(lead, "Endgültig eintragen und einfrieren")
    visitor = new_page(viewport=PHONE)
    visitor.goto(f"/k/{GOAL}")
    expect(visitor.locator("main")).to_contain_text("Bis 2034 gibt es in der Innenstadt")
    visitor.goto("/ausgaben/beispiel-2027/#massgaben")
    expect(visitor.locator("main")).to_contain_text("wird „2037“ durch „2034“ ersetzt.")
    assert axe_violations(visitor) == [] and not overflows(visitor)


def test_7_the_progress_report_is_issued_and_compared_with_last_years(city: YearCity, new_page) -> None:
    lead = new_page(login="leitung")
    lead.goto("/mein-bereich/berichtsrunden/")
    follow(lead, ROUND)
    follow(lead, "Fortschrittsbericht anlegen")
    fill(lead, text="Ein Jahr nach dem Beschluss. (Beispiel)", standing="example")
    press(lead, "Anlegen")
    press(lead, "Bericht erstellen")
    expect(lead.get_by_role("heading", name="Der Entwurf")).to_be_visible(timeout=240_000)
    press(lead, "Ausgeben")
    press(lead, "Veröffentlichen")
    visitor = new_page(viewport=PHONE)
    visitor.goto("/fortschrittsberichte/")
    follow(visitor, ROUND)
    expect(visitor.locator("main")).to_contain_text("ändert sich nicht mehr")
    assert axe_violations(visitor) == [] and not overflows(visitor)
    file = visitor.request.get(f"{visitor.url}/bericht/full-de.pdf")
    text = text_of_pdf(file.body())
    assert "Verglichen ist mit dem Bericht „Fortschrittsbericht 2025 (Beispiel)“" in text
    assert LATE_WORDS in text


def test_8_the_citizen_gets_one_mail_for_all_that_happened(city: YearCity, new_page) -> None:
    city.settings["INSEK_DAY"] = "2027-04-01"
    city.morning()
    told = text_of(city.mail_to(CITIZEN))
    assert "Ziel Z 3.1 Die Innenstadt kühlt ab: geändert" in told and LATE_WORDS not in told
    city.morning()
    assert city.received.to(CITIZEN) == []
