"""Lists of measures as offices keep them, made up, written before looking at the words the recogniser knows.

Each list is a workbook and what a person reads in it: `columns` says what each column is, `rows` what each measure holds.
"""

# fmt: off
import io
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

RED, AMBER, GREEN = (PatternFill("solid", fgColor="FF" + colour) for colour in ("FF0000", "FFC000", "00B050"))


@dataclass
class OfficeList:
    """A workbook, and what a person who reads it says is in it."""

    name: str
    data: bytes
    columns: dict[str, str]
    rows: list[dict[str, object]] = field(default_factory=list)
    file_name: str = ""


def _bytes(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheet(book: Workbook, name: str, rows: list[list[object]]) -> Worksheet:
    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(row)
    return sheet


def _book() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def hanse_city() -> OfficeList:
    """One row of heads under a title; everything as text with line breaks."""
    book = _book()
    sheet = _sheet(
        book,
        "Maßnahmen",
        [
            ["Hansestadt Mustersund – ISEK 2035"],
            ["Maßnahmen- und Finanzierungsübersicht, Stand: 14.03.2026 (Entwurf)"],
            [],
            ["Nr.", "Handlungsfeld", "Maßnahme", "Kurzbeschreibung", "Federführung", "Beteiligte", "Kosten\n(brutto)", "Förderung", "Umsetzungs-\nzeitraum", "Priorität", "Stand", "Abhängigkeiten"],
            ["1.1", "Wohnen", "Quartier am\nHafenbecken", "Neubau von rund 240 Wohnungen,\ndavon 30 % gefördert", "FB 5 / Stadtplanung", "Hafengesellschaft mbH;\nGrundbesitz Mustersund", "ca. 12,5 Mio. €", "Soziale Wohnraumförderung, 3,1 Mio. €", "2026–2031", "hoch", "in Planung", None],
            ["1.2", "Wohnen", "Leerstandskataster", "Erfassung leerstehender Wohnungen", "FB 5 / Stadtplanung", None, "35.000 €", "–", "2026", "mittel", "läuft", None],
            ["1.3", "Wohnen", "Baulückenberatung", "Ansprache der Eigentümer", "FB 5 / Bauordnung", "Grundbesitz Mustersund", "20 T€ p. a.", "keine", "2026 ff.", "gering", "noch nicht begonnen", "siehe 1.2"],
            ["2.1", "Mobilität", "Radschnellweg\nNord–Süd", "Erster Abschnitt, 4,2 km", "FB 6 / Tiefbau", "Land; ADFC", "1,8–2,4 Mio. €", "Stadt und Land, 75 %", "2027 bis 2029", "hoch", "in Vorbereitung", "2.3"],
            ["2.2", "Mobilität", "Mobilitätsstationen", "Zwölf Stationen", "FB 6 / Tiefbau", "Stadtverkehr Mustersund GmbH", "480.000 €", "NKI (50 %)", "bis 2028", "mittel", "in Umsetzung", None],
            ["2.3", "Mobilität", "Umbau Bahnhofsvorplatz", "Neugestaltung mit Bäumen", "FB 6 / Tiefbau", "FB 5 / Stadtplanung", "rd. 3 Mio. Euro", "Städtebauförderung 66 2/3 %", "ab 2026", "sehr hoch", "abgeschlossen", "nach 1.1"],
            [],
            ["Erläuterungen: T€ = Tausend Euro; p. a. = pro Jahr"],
            ["Quelle: Hansestadt Mustersund, FB 5"],
        ],
    )
    sheet.merge_cells("A1:L1")
    columns = {
        "Nr.": "number",
        "Handlungsfeld": "fields",
        "Maßnahme": "title",
        "Kurzbeschreibung": "text",
        "Federführung": "unit",
        "Beteiligte": "partners",
        "Kosten (brutto)": "costs",
        "Förderung": "funding",
        "Umsetzungszeitraum": "period",
        "Priorität": "priority",
        "Stand": "state",
        "Abhängigkeiten": "depends",
    }
    rows: list[dict[str, object]] = [
        {"number": "1.1", "title": "Quartier am Hafenbecken", "field": "Wohnen", "unit": "FB 5 / Stadtplanung", "partners": 2, "cost": (12_500_000, 12_500_000), "funding": [("Soziale Wohnraumförderung", 3_100_000, None)], "years": (2026, 2031), "state": "in Planung"},
        {"number": "1.2", "title": "Leerstandskataster", "field": "Wohnen", "cost": (35_000, 35_000), "funding": [], "years": (2026, 2026), "state": "läuft"},
        {"number": "1.3", "title": "Baulückenberatung", "field": "Wohnen", "cost": (20_000, 20_000), "yearly": True, "funding": [], "years": (2026, None), "depends": ["1.2"]},
        {"number": "2.1", "title": "Radschnellweg Nord–Süd", "field": "Mobilität", "partners": 2, "cost": (1_800_000, 2_400_000), "funding": [("Stadt und Land", None, 75)], "years": (2027, 2029), "depends": ["2.3"]},
        {"number": "2.2", "title": "Mobilitätsstationen", "field": "Mobilität", "cost": (480_000, 480_000), "funding": [("NKI", None, 50)], "years": (None, 2028)},
        {"number": "2.3", "title": "Umbau Bahnhofsvorplatz", "field": "Mobilität", "cost": (3_000_000, 3_000_000), "funding": [("Städtebauförderung", None, 66.67)], "years": (2026, None), "depends": ["1.1"]},
    ]
    return OfficeList("hanse_city", _bytes(book), columns, rows)


def joint_municipality() -> OfficeList:
    """Number and title in one cell, sections, three columns of money in TEUR, sums in between."""
    book = _book()
    sheet = _sheet(
        book,
        "Projektübersicht",
        [
            ["Samtgemeinde Musterheide", None, None, None, None, None, None, None, None, None, None],
            ["Projekte", "Ort", "Gesamtkosten (TEUR)", "Zuwendung (TEUR)", "Eigenanteil (TEUR)", "Förderquote", "Fördertopf", "Zuständig", "Beginn", "Fertigstellung", "Prio"],
            ["Handlungsfeld A – Dorfleben"],
            ["A.1 Dorfgemeinschaftshaus Heidedorf", "Heidedorf", 850, 540, 310, 0.635, "ZILE", "FB 3 / Bauamt", 2026, 2028, "I"],
            ["A.2 Mehrgenerationenplatz", "Altenmuster", 120, 96, 24, 0.8, "LEADER", "FB 2, Heimatverein Altenmuster", 2026, 2026, "II"],
            ["A.3 Dorfladen mit Poststelle", "Heidedorf", 210, 105, 105, 0.5, "Basisdienstleistungen", "FB 1", 2027, 2028, "III"],
            ["Summe A", None, 1180, 741, 439],
            ["Handlungsfeld B – Wege und Wasser"],
            ["B.1 Radweg Heidedorf–Altenmuster", "Heidedorf, Altenmuster", 1400, 1050, 350, 0.75, "Stadt und Land", "FB 3 / Tiefbau", 2027, 2029, "I"],
            ["B.2 Rückhaltebecken Mühlenbach", "Altenmuster", 640, 0, 640, 0, None, "FB 3 / Tiefbau, Wasserverband", 2028, 2030, "II"],
            ["B.3 Barrierefreie Bushaltestellen", "alle", 300, 225, 75, 0.75, "GVFG", "FB 3 / Tiefbau, VBN", 2026, 2030, "I"],
            ["Summe B", None, 2340, 1275, 1065],
            ["Gesamtsumme", None, 3520, 2016, 1504],
            ["Prio: I = sofort, II = mittelfristig, III = langfristig"],
        ],
    )
    for row in range(3, 14):
        sheet.cell(row, 6).number_format = "0.0%"
    columns = {"Projekte": "title", "Ort": "places", "Gesamtkosten (TEUR)": "costs", "Zuwendung (TEUR)": "grant", "Eigenanteil (TEUR)": "own_share", "Förderquote": "funding_rate", "Fördertopf": "programme", "Zuständig": "unit", "Beginn": "start", "Fertigstellung": "end", "Prio": "priority"}
    rows: list[dict[str, object]] = [
        {"number": "A.1", "title": "Dorfgemeinschaftshaus Heidedorf", "field": "Dorfleben", "cost": (850_000, 850_000), "funding": [("ZILE", 540_000, 63.5)], "own": 310_000, "years": (2026, 2028), "unit": "FB 3 / Bauamt"},
        {"number": "A.2", "title": "Mehrgenerationenplatz", "field": "Dorfleben", "cost": (120_000, 120_000), "funding": [("LEADER", 96_000, 80)], "own": 24_000, "years": (2026, 2026), "unit": "FB 2"},
        {"number": "A.3", "title": "Dorfladen mit Poststelle", "field": "Dorfleben", "cost": (210_000, 210_000), "funding": [("Basisdienstleistungen", 105_000, 50)], "own": 105_000, "years": (2027, 2028)},
        {"number": "B.1", "title": "Radweg Heidedorf–Altenmuster", "field": "Wege und Wasser", "cost": (1_400_000, 1_400_000), "funding": [("Stadt und Land", 1_050_000, 75)], "own": 350_000, "years": (2027, 2029)},
        {"number": "B.2", "title": "Rückhaltebecken Mühlenbach", "field": "Wege und Wasser", "cost": (640_000, 640_000), "own": 640_000, "years": (2028, 2030)},
        {"number": "B.3", "title": "Barrierefreie Bushaltestellen", "field": "Wege und Wasser", "cost": (300_000, 300_000), "funding": [("GVFG", 225_000, 75)], "own": 75_000, "years": (2026, 2030)},
    ]
    return OfficeList("joint_municipality", _bytes(book), columns, rows)


def county() -> OfficeList:
    """Fields merged downwards, years of cost under a merged head, traffic lights as fill, start and end apart."""
    book = _book()
    sheet = _sheet(
        book,
        "KEK",
        [
            ["Landkreis Musterland: Kreisentwicklungskonzept"],
            ["Handlungs-\nfeld", "lfd. Nr.", "Bezeichnung der Maßnahme", "Verantwortlich", "Laufzeit", None, "Kosten in T€", None, None, None, "Ampel", "Anmerkungen"],
            [None, None, None, None, "von", "bis", 2026, 2027, 2028, "später", None, None],
            ["Daseinsvorsorge", 1, "Ärztehaus Musterstedt", "Amt 53", 2026, 2028, 150, 900, 450, None, None, "Grundstück ist gesichert"],
            [None, 2, "Rufbus im ganzen Kreis", "Amt 61, Kreisverkehr GmbH", 2026, 2030, 200, 200, 200, 400, None, "Vertrag läuft bis 2030"],
            [None, 3, "Digitale Dorfschule", "Amt 40", 2027, 2028, None, 80, 80, None, None, None],
            ["Wirtschaft", 4, "Gewerbepark A 99", "Stabsstelle WiFö", 2026, 2032, 50, 300, 1200, 6000, None, "siehe auch Nr. 1"],
            [None, 5, "Gründerzentrum", "Stabsstelle WiFö, Hochschule", 2028, 2030, None, None, 500, 1500, None, None],
            ["Klima", 6, "Moorschutzprogramm", "Amt 70", 2026, 2035, 100, 100, 100, 700, None, "Land beteiligt sich"],
            [None, 7, "Solardächer auf Kreisschulen", "Amt 40 / Gebäudemanagement", 2026, 2027, 600, 400, None, None, None, None],
            ["Summe", None, None, None, None, None, 1100, 1980, 2530, 8600],
            ["grün = im Plan, gelb = verzögert, rot = gestoppt"],
        ],
    )
    for area in ("A4:A6", "A7:A8", "A9:A10", "E2:F2", "G2:J2", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "K2:K3", "L2:L3"):
        sheet.merge_cells(area)
    for row, fill in zip(range(4, 11), (GREEN, AMBER, GREEN, RED, AMBER, GREEN, GREEN), strict=True):
        sheet.cell(row, 11).fill = fill
    columns = {
        "Handlungsfeld": "fields",
        "lfd. Nr.": "number",
        "Bezeichnung der Maßnahme": "title",
        "Verantwortlich": "unit",
        "Laufzeit von": "start",
        "Laufzeit bis": "end",
        "Kosten in T€ 2026": "costs",
        "Kosten in T€ 2027": "costs",
        "Kosten in T€ 2028": "costs",
        "Kosten in T€ später": "costs",
        "Ampel": "state",
        "Anmerkungen": "remark",
    }
    rows: list[dict[str, object]] = [
        {"number": "1", "title": "Ärztehaus Musterstedt", "field": "Daseinsvorsorge", "by_year": {2026: 150_000, 2027: 900_000, 2028: 450_000}, "years": (2026, 2028), "state": "grün", "unit": "Amt 53"},
        {"number": "2", "title": "Rufbus im ganzen Kreis", "field": "Daseinsvorsorge", "unit": "Amt 61", "partners": 1, "by_year": {2026: 200_000, 2027: 200_000, 2028: 200_000, None: 400_000}, "years": (2026, 2030), "state": "gelb"},
        {"number": "3", "title": "Digitale Dorfschule", "field": "Daseinsvorsorge", "by_year": {2027: 80_000, 2028: 80_000}, "years": (2027, 2028), "state": "grün"},
        {"number": "4", "title": "Gewerbepark A 99", "field": "Wirtschaft", "state": "rot", "years": (2026, 2032), "by_year": {2026: 50_000, 2027: 300_000, 2028: 1_200_000, None: 6_000_000}},
        {"number": "5", "title": "Gründerzentrum", "field": "Wirtschaft", "state": "gelb", "years": (2028, 2030), "by_year": {2028: 500_000, None: 1_500_000}},
        {"number": "6", "title": "Moorschutzprogramm", "field": "Klima", "state": "grün", "years": (2026, 2035), "by_year": {2026: 100_000, 2027: 100_000, 2028: 100_000, None: 700_000}},
        {"number": "7", "title": "Solardächer auf Kreisschulen", "field": "Klima", "state": "grün", "years": (2026, 2027), "by_year": {2026: 600_000, 2027: 400_000}},
    ]
    return OfficeList("county", _bytes(book), columns, rows)


def sheet_per_field() -> OfficeList:
    """A sheet for each field beside a cover and a legend; stars, quarters, words for the state."""
    book = _book()
    _sheet(book, "Deckblatt", [["Stadt Musterfurt"], ["Umsetzungsprogramm zum INSEK"], ["bearbeitet: Büro Planwerk"], ["Datum:", "01.02.2026"]])
    heads = ["Nr", "Projekt", "Was ist zu tun?", "Wer macht's?", "mit wem?", "Start", "Ende", "Budget", "Wichtigkeit", "Umsetzungsstand"]
    _sheet(
        book,
        "HF 1 Wohnen",
        [
            ["Handlungsfeld 1: Wohnen"],
            [],
            heads,
            ["M 1", "Wohnraumstrategie", "Strategie erarbeiten und beschließen", "Amt für Stadtentwicklung", "Wohnungsunternehmen", "Q1/2026", "Q4/2026", "60.000 €", "★★★", "in Bearbeitung"],
            ["M 2", "Seniorengerechtes Wohnen", "Beratung und Umbauzuschuss", "Sozialamt", "Pflegestützpunkt", "II/2026", "IV/2029", "120.000 € jährlich", "★★", "geplant"],
        ],
    )
    _sheet(
        book,
        "HF 2 Mobilität",
        [
            ["Handlungsfeld 2: Mobilität"],
            [],
            heads,
            ["M 3", "Parkraumkonzept", "Bewirtschaftung der Innenstadt", "Ordnungsamt", "Einzelhandel", "3. Quartal 2026", "2. Quartal 2027", "45 T€", "★", "geplant"],
            ["M 4", "Fahrradstraßen", "Sechs Straßen umwidmen", "Tiefbauamt", "Ordnungsamt", "Q2 2027", "Q4 2028", "0,65 Mio. €", "★★★", "ruht"],
            ["M 5", "Carsharing", "Stellplätze ausweisen", "Tiefbauamt", "Stadtwerke Musterfurt", "Q1 2026", "laufend", "keine", "★★", "erledigt"],
        ],
    )
    _sheet(
        book,
        "HF 3 Grün",
        [
            ["Handlungsfeld 3: Grün"],
            [],
            heads,
            ["M 6", "1.000 Bäume", "Jedes Jahr 200 Bäume", "Grünflächenamt", "Baumpaten", "Q4 2026", "Q4 2030", "ca. 300.000 bis 350.000 €", "★★★", "in Umsetzung"],
            ["M 7", "Stadtteilpark Ost", "Park auf der Bahnbrache", "Grünflächenamt", "Deutsche Bahn", "2027", "2031", "2,4 Mio €", "★★", "Idee"],
        ],
    )
    _sheet(book, "Legende", [["★", "wünschenswert"], ["★★", "wichtig"], ["★★★", "sehr wichtig"]])
    columns = {"Nr": "number", "Projekt": "title", "Was ist zu tun?": "text", "Wer macht's?": "unit", "mit wem?": "partners", "Start": "start", "Ende": "end", "Budget": "costs", "Wichtigkeit": "priority", "Umsetzungsstand": "state"}
    rows: list[dict[str, object]] = [
        {"number": "M 1", "title": "Wohnraumstrategie", "field": "Wohnen", "cost": (60_000, 60_000), "years": (2026, 2026), "unit": "Amt für Stadtentwicklung"},
        {"number": "M 2", "title": "Seniorengerechtes Wohnen", "field": "Wohnen", "cost": (120_000, 120_000), "yearly": True, "years": (2026, 2029)},
        {"number": "M 3", "title": "Parkraumkonzept", "field": "Mobilität", "cost": (45_000, 45_000), "years": (2026, 2027)},
        {"number": "M 4", "title": "Fahrradstraßen", "field": "Mobilität", "cost": (650_000, 650_000), "years": (2027, 2028), "state": "ruht"},
        {"number": "M 5", "title": "Carsharing", "field": "Mobilität", "years": (2026, None), "state": "erledigt"},
        {"number": "M 6", "title": "1.000 Bäume", "field": "Grün", "cost": (300_000, 350_000), "years": (2026, 2030)},
        {"number": "M 7", "title": "Stadtteilpark Ost", "field": "Grün", "cost": (2_400_000, 2_400_000), "years": (2027, 2031)},
    ]
    return OfficeList("sheet_per_field", _bytes(book), columns, rows)


def labels_above() -> OfficeList:
    """Fact sheets below each other, each label in the cell above what it names."""
    book = _book()
    rows: list[list[object]] = []
    for number, title, aim, unit, cost, period in (
        ("5.1", "Stadtbibliothek als dritter Ort", "Ein Ort ohne Konsumzwang", "Kulturamt", "1,1 Mio. €", "2026–2028"),
        ("5.2", "Bürgerhaus Nord", "Treffpunkt für Vereine", "Amt 50", "780.000 €", "2027–2029"),
        ("5.3", "Freiluftbühne", "Sommerkultur stärken", "Kulturamt", "90 T€", "2026"),
        ("5.4", "Probenräume", "Raum für junge Bands", "Jugendamt", "40.000 €", "2028"),
    ):
        rows += [["Nr.", "Maßnahme", None], [number, title, None], ["Ziel der Maßnahme", None, None], [aim, None, None], ["Verantwortlich", "Kosten", "Zeitraum"], [unit, cost, period], []]
    sheet = _sheet(book, "Steckbriefe", rows)
    for index, row in enumerate(rows, 1):
        if row and row[0] in ("Nr.", "Ziel der Maßnahme", "Verantwortlich"):
            for cell in sheet[index]:
                cell.font = Font(bold=True)
    columns = {"Nr.": "number", "Maßnahme": "title", "Ziel der Maßnahme": "text", "Verantwortlich": "unit", "Kosten": "costs", "Zeitraum": "period"}
    truth: list[dict[str, object]] = [
        {"number": "5.1", "title": "Stadtbibliothek als dritter Ort", "cost": (1_100_000, 1_100_000), "years": (2026, 2028), "unit": "Kulturamt"},
        {"number": "5.2", "title": "Bürgerhaus Nord", "cost": (780_000, 780_000), "years": (2027, 2029), "unit": "Amt 50"},
        {"number": "5.3", "title": "Freiluftbühne", "cost": (90_000, 90_000), "years": (2026, 2026), "unit": "Kulturamt"},
        {"number": "5.4", "title": "Probenräume", "cost": (40_000, 40_000), "years": (2028, 2028), "unit": "Jugendamt"},
    ]
    return OfficeList("labels_above", _bytes(book), columns, truth)
