"""What the invented plans say: sentences with gaps, by kind, and what fills the gaps.

A sentence is drawn from a pattern; what fills ``{n}``, ``{year}``, ``{who}`` and ``{place}`` is what a reader should find in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

CITY = "Musterau"
PLACES = (
    "Nordstadt",
    "Birkental",
    "Hafenrand",
    "Grünau",
    "Altstadt",
    "Südhang",
    "Mühlenviertel",
    "Weststadt",
)
UNITS = (
    "Amt für Stadtgrün",
    "Tiefbauamt",
    "Referat Stadtplanung",
    "Wohnbau Musterau GmbH",
    "Jugendamt",
    "Stadtwerke Musterau",
)
TOPICS = (
    "Wohnen", "Radverkehr", "Stadtgrün", "Hitzevorsorge", "Nahversorgung", "Schulwege", "Starkregen", "Gewerbeflächen", "Kulturorte", "Lärmschutz", "Energie", "Spielräume",
)  # fmt: skip

PATTERNS: dict[str, tuple[str, ...]] = {
    "goal": (
        "Ziel ist es, den Anteil geförderter Wohnungen in {place} bis {year} auf {n} % zu erhöhen.",
        "Der Anteil der Wege, die zu Fuß oder mit dem Rad zurückgelegt werden, soll bis {year} auf {n} % steigen.",
        "Die Wärmeversorgung in {place} soll bis {year} ohne fossile Brennstoffe auskommen.",
        "Angestrebt wird ein dichtes Netz kurzer Wege zwischen {place} und der Innenstadt.",
        "Das Thema {topic} soll in {place} künftig einen höheren Stellenwert erhalten.",
        "Bis {year} will die Stadt den Ausstoß von Treibhausgasen um {n} % senken.",
        "Es gilt, die Nahversorgung in {place} dauerhaft zu sichern.",
        "Langfristig soll {place} zu einem gemischten Quartier mit Wohnen, Arbeiten und Freizeit werden.",
        "Die Zahl der Verkehrsunfälle mit Schwerverletzten soll bis {year} um mindestens {n} % zurückgehen.",
        "Leitend ist das Ziel, im Bestand zu bauen, bevor neue Flächen in Anspruch genommen werden.",
        "Alle Kinder in {place} sollen einen Spielplatz in höchstens {n} Metern Entfernung erreichen.",
        "In {place} wird eine bessere Verknüpfung von Bus und Rad angestrebt.",
    ),
    "measure": (
        "Bis {year} werden in {place} {n} Bäume gepflanzt.",
        "Die Stadt richtet in {place} eine Anlaufstelle für Fragen rund um das Thema {topic} ein.",
        "{who_article} erarbeitet bis {year} ein Konzept zum Thema {topic}.",
        "Der Schulhof in {place} wird entsiegelt und mit Schattenbäumen bepflanzt.",
        "Vorgesehen ist ein Radweg von {place} zum Bahnhof mit einer Länge von {n} km.",
        "Am Quartiersplatz in {place} entstehen {n} Fahrradstellplätze.",
        "Die Buslinie nach {place} soll ab {year} im Viertelstundentakt verkehren.",
        "{who_article} prüft, ob das ehemalige Depot in {place} als Treffpunkt genutzt werden kann.",
        "Für {place} ist ein Förderprogramm zur Begrünung von Dächern und Fassaden geplant.",
        "Das Jugendzentrum in {place} wird saniert und um eine Werkstatt erweitert.",
        "In {place} werden bis {year} {n} Wohnungen barrierefrei umgebaut.",
        "Zur Vorsorge gegen Starkregen wird in {place} ein Rückhaltebecken gebaut.",
        "Die Kreuzung am Markt in {place} soll umgebaut und mit einer Mittelinsel versehen werden.",
        "{who_article} stellt Trinkbrunnen an den Plätzen in {place} auf.",
    ),
    "finding": (
        "In {place} fehlen derzeit rund {n} Betreuungsplätze.",
        "Die Bevölkerung in {place} ist seit {past} um {n} % gewachsen.",
        "Der Anteil versiegelter Flächen liegt in {place} bei {n} %.",
        "Viele Gehwege in {place} sind schmal und nicht barrierefrei.",
        "Die Nahversorgung in {place} ist lückenhaft, weil der letzte Lebensmittelmarkt geschlossen hat.",
        "Die mittlere Miete in {place} ist deutlich höher als im übrigen Stadtgebiet.",
        "Besonders belastet durch sommerliche Hitze sind die dicht bebauten Blöcke in {place}.",
        "{place} verfügt über ein lebendiges Vereinsleben und viele ehrenamtlich Engagierte.",
        "Bis {year} ist mit einem Rückgang der Zahl der Erwerbstätigen um {n} % zu rechnen.",
        "Der Leerstand in der Haupteinkaufsstraße von {place} hat zugenommen.",
        "Zwischen {place} und dem Bahnhof besteht keine durchgehende Radverbindung.",
        "Mehr als die Hälfte der Gebäude in {place} wurde vor 1960 errichtet und ist nicht gedämmt.",
        "Der Mühlbach tritt bei Starkregen in {place} regelmäßig über die Ufer.",
        "Die Kosten des Umbaus in {place} betragen rund {n} Mio. €.",
    ),
    "commitment": (
        "Neue Stellplatzanlagen in {place} sind mit wasserdurchlässigem Belag auszuführen.",
        "Bei Neubauten ab {n} Wohnungen muss ein Mobilitätskonzept vorgelegt werden.",
        "{who_article} wird beauftragt, bis {year} einen Bericht zum Stand beim Thema {topic} vorzulegen.",
        "In {place} sind mindestens {n} % der Wohnungen als geförderter Wohnraum zu errichten.",
        "Die Stadt verpflichtet sich, bis {year} alle Schulgebäude in {place} energetisch zu sanieren.",
        "Die vorhandenen Bäume in {place} sind zu erhalten und bei Abgang zu ersetzen.",
        "Flachdächer in {place} müssen auf mindestens {n} % ihrer Fläche begrünt werden.",
        "Bei allen Planungen sind die Belange von Menschen mit Behinderungen zu berücksichtigen.",
        "Der Grünzug in {place} ist als zusammenhängender Freiraum zu sichern.",
        "Die Träger der Einrichtungen in {place} haben jährlich über die Belegung zu berichten.",
    ),
    "prohibition": (
        "In {place} dürfen keine weiteren Vergnügungsstätten zugelassen werden.",
        "Schottergärten sind in {place} unzulässig.",
        "Die Bebauung der Frischluftschneise in {place} ist ausgeschlossen.",
        "Werbeanlagen oberhalb der Traufe sind in {place} nicht zulässig.",
        "Großflächiger Einzelhandel ist in {place} nur innerhalb des zentralen Versorgungsbereichs zulässig.",
        "Der Auwald in {place} darf nicht als Baufläche ausgewiesen werden.",
        "Das Befahren der Grünflächen in {place} mit Kraftfahrzeugen ist untersagt.",
        "Einfriedungen in {place} dürfen eine Höhe von {n} m nicht überschreiten.",
    ),
    "none": (
        "Das folgende Kapitel beschreibt die Vorgehensweise beim Thema {topic}.",
        "Die Ergebnisse der Werkstatt zum Thema {topic} sind in Anlage {k} dokumentiert.",
        "Abbildung {k} zeigt die Abgrenzung des Untersuchungsgebiets.",
        "Die Befragung wurde im Frühjahr {past} schriftlich durchgeführt.",
        "Der Ausschuss hat den Entwurf am 3. Mai {past} zur Kenntnis genommen.",
        "Unter einer Frischluftschneise wird eine Fläche verstanden, auf der kühle Luft in den Siedlungsraum strömt.",
        "Rechtsgrundlage der Untersuchung ist § 141 BauGB.",
        "Die Auswertung erfolgte in {k} Schritten, die in Kapitel {k} erläutert sind.",
        "Wie kann das Thema {topic} in {place} verankert werden?",
        "Herzlich gedankt sei allen, die an den Veranstaltungen in {place} teilgenommen haben.",
        "Die Gliederung des Berichts zum Thema {topic} folgt den Handlungsfeldern.",
        "Weitere Hinweise zum Thema {topic} finden sich im Anhang.",
        "Die Daten wurden vom Statistischen Landesamt bezogen und für {place} zusammengefasst.",
        "Der Entwurf lag vom 2. bis zum 30. Juni {past} öffentlich aus.",
        "Grundlage der Darstellung in Tabelle {k} sind die Zählungen des Jahres {past}.",
        "Zur Sitzung der Lenkungsgruppe {topic} waren alle Ämter eingeladen.",
        "Vgl. hierzu die Ausführungen in Abschnitt {k} des Berichts von {past}.",
        "Dieser Abschnitt geht der Frage nach, was unter {topic} zu verstehen ist.",
        "Die Stellungnahmen der Behörden zum Entwurf wurden in einer Tabelle zusammengestellt.",
        "Methodisch stützt sich die Untersuchung in {place} auf {k} Gespräche und eine Begehung.",
        "Das Gutachten wurde im Dezember {past} vorgelegt.",
        "Die Karte {k} ist genordet und im Maßstab 1 : 25.000 gehalten.",
        "Der Begriff {topic} wird im Folgenden in einem weiten Sinn verwendet.",
        "Auf die Bestandsaufnahme für {place} folgt in Kapitel {k} die Bewertung.",
    ),
}  # fmt: skip
"""By kind, as `engines.text.statements` calls them, and what is none."""
UNIT_OF = {"%": "%", "km": "km", "m": "m", "Metern": "Metern", "Mio. €": "€", "Bäume": "Bäume", "Wohnungen": "Wohnungen", "Fahrradstellplätze": "Fahrradstellplätze",
           "Betreuungsplätze": "Betreuungsplätze"}  # fmt: skip
MILLION = 1_000_000


@dataclass
class KnownSentence:
    """A sentence of an invented plan, and what a reader should find in it."""

    text: str
    kind: str
    year: int | None = None
    amount: Decimal | None = None
    unit: str = ""
    who: str = ""
    place: str = ""
    marking: str = ""
    """As `engines.text.statements.marking` calls it."""
    marked_as: str = ""
    page: int = 0
    """Of the file, from 1, as the typesetter says."""


def draw_sentence(draw: Random, kind: str, place: str = "") -> KnownSentence:
    """A sentence of a kind."""
    pattern = draw.choice(PATTERNS[kind])
    place = place or draw.choice(PLACES)
    who = draw.choice(UNITS)
    year, past = draw.randint(2028, 2045), draw.randint(2009, 2023)
    number = draw.choice((2, 3, 6)) if " m " in pattern and "Einfried" in pattern else draw.randint(11, 89)
    article = "Die" if who.startswith(("Wohnbau", "Stadtwerke")) else "Das"
    text = pattern.format(
        place=place, year=year, past=past, n=number, topic=draw.choice(TOPICS), k=draw.randint(2, 38), who_article=f"{article} {who}",
    )  # fmt: skip
    unit = next((words for words in UNIT_OF if f"{{n}} {words}" in pattern), "")
    known = kind != "none"
    return KnownSentence(
        text, kind,
        year=year if known and "{year}" in pattern else None,
        amount=Decimal(number) * (MILLION if unit == "Mio. €" else 1) if known and unit else None,
        unit=UNIT_OF[unit] if known and unit else "",
        who=who if known and "{who_article}" in pattern else "",
        place=place if known and "{place}" in pattern else "",
    )  # fmt: skip
