"""Further lists of measures in the shapes of offices, written before looking at the words the recogniser knows."""

# fmt: off

from openpyxl.styles import Font

from tests.intake.office_lists import OfficeList, _book, _bytes, _sheet


def number_over_title() -> OfficeList:
    """Number and title in one cell on two lines, crosses for the horizon, classes of cost, remarks with references."""
    book = _book()
    sheet = _sheet(
        book,
        "Tabelle1",
        [
            ["Maßnahmenkatalog der Gemeinde Musterau"],
            ["Maßnahme", "Inhalt", "Akteure", "Umsetzungshorizont", None, None, "Investitions-\nkosten", "laufende Kosten\npro Jahr", "Hinweise"],
            [None, None, None, "kurzfristig\n(bis 2027)", "mittelfristig\n(2028–2031)", "langfristig\n(ab 2032)", None, None, None],
            ["M 1\nOrtskern beleben", "Verfügungsfonds und Management", "Gemeinde (federführend), Gewerbeverein", "x", None, None, "50.000", "25.000", None],
            ["M 2\nRathausplatz umgestalten", "Wettbewerb und Bau", "Gemeinde (federführend), Land Hessen", None, "x", None, "1.900.000", "12.000", "setzt M 1 voraus"],
            ["M 3\nUmgehungsstraße prüfen", "Machbarkeitsstudie", "Hessen Mobil", None, None, "x", "250.000", None, "siehe M 2"],
            ["M 4\nKita Sonnenschein erweitern", "Zwei Gruppen mehr", "Gemeinde, Kirche", "x", None, None, "2.350.000", "310.000", None],
            ["M 5\nFriedhofshalle sanieren", "Dach und Heizung", "Gemeinde", "x", "x", None, "430.000", None, "in Verbindung mit M 4"],
            ["∑", None, None, None, None, None, "4.980.000", "347.000", None],
        ],
    )
    sheet.merge_cells("D2:F2")
    for column in "ABCGHI":
        sheet.merge_cells(f"{column}2:{column}3")
    columns = {"Maßnahme": "title", "Inhalt": "text", "Akteure": "unit", "Umsetzungshorizont": "period", "Investitionskosten": "costs", "laufende Kosten pro Jahr": "yearly_costs", "Hinweise": "depends"}
    rows: list[dict[str, object]] = [
        {"number": "M 1", "title": "Ortskern beleben", "cost": (50_000, 50_000), "yearly_cost": 25_000, "unit": "Gemeinde", "partners": 1, "horizon": "kurz"},
        {"number": "M 2", "title": "Rathausplatz umgestalten", "cost": (1_900_000, 1_900_000), "yearly_cost": 12_000, "depends": ["M 1"], "horizon": "mittel"},
        {"number": "M 3", "title": "Umgehungsstraße prüfen", "cost": (250_000, 250_000), "unit": "Hessen Mobil", "depends": ["M 2"], "horizon": "lang"},
        {"number": "M 4", "title": "Kita Sonnenschein erweitern", "cost": (2_350_000, 2_350_000), "yearly_cost": 310_000, "horizon": "kurz"},
        {"number": "M 5", "title": "Friedhofshalle sanieren", "cost": (430_000, 430_000), "depends": ["M 4"]},
    ]
    return OfficeList("number_over_title", _bytes(book), columns, rows)


def project_csv() -> OfficeList:
    """An export of a project database: no numbers, full amounts, dates as days."""
    heads = "Projektname;Kurzinfo;Projektträger;Kooperationspartner;Förderprogramm;Gesamtkosten EUR;davon Fördermittel;davon Eigenmittel;Förderquote in %;Beginn;Ende;Sachstand;Bemerkungen"
    lines = [
        heads,
        "Sanierung Altes Rathaus;Brandschutz und Aufzug;Stadt Musterbach;Denkmalamt;Lebendige Zentren;1.250.000,00;833.333,00;416.667,00;66,67;01.04.2026;31.12.2028;Antrag gestellt;",
        'Stadtmauer sichern;Abschnitt Nord;Stadt Musterbach;;Nationale Projekte;640.000,00;426.667,00;213.333,00;66,67;01.09.2026;30.06.2027;bewilligt;"Gutachten liegt vor; Bauantrag folgt"',
        "Kulturscheune;Umbau;Kulturverein e. V.;Stadt Musterbach;LEADER;180.000,00;117.000,00;63.000,00;65,00;15.03.2027;30.11.2027;Idee;",
        "Freibad;Becken erneuern;Stadtwerke Musterbach;;Sport- und Freizeitstätten;4.100.000,00;1.845.000,00;2.255.000,00;45,00;01.10.2027;30.04.2029;in Planung;Beschluss vom 12.02.2026",
        "Jugendtreff;Container durch Neubau ersetzen;Stadt Musterbach;Jugendrat;;560.000,00;0,00;560.000,00;0,00;01.05.2028;31.08.2029;zurückgestellt;",
        "",
        "Stand der Datenbank: 03.03.2026",
    ]
    columns = {
        "Projektname": "title",
        "Kurzinfo": "text",
        "Projektträger": "unit",
        "Kooperationspartner": "partners",
        "Förderprogramm": "programme",
        "Gesamtkosten EUR": "costs",
        "davon Fördermittel": "grant",
        "davon Eigenmittel": "own_share",
        "Förderquote in %": "funding_rate",
        "Beginn": "start",
        "Ende": "end",
        "Sachstand": "state",
        "Bemerkungen": "remark",
    }
    rows: list[dict[str, object]] = [
        {"title": "Sanierung Altes Rathaus", "cost": (1_250_000, 1_250_000), "funding": [("Lebendige Zentren", 833_333, 66.67)], "own": 416_667, "years": (2026, 2028), "unit": "Stadt Musterbach", "partners": 1, "state": "Antrag gestellt"},
        {"title": "Stadtmauer sichern", "cost": (640_000, 640_000), "funding": [("Nationale Projekte", 426_667, 66.67)], "own": 213_333, "years": (2026, 2027)},
        {"title": "Kulturscheune", "cost": (180_000, 180_000), "funding": [("LEADER", 117_000, 65)], "own": 63_000, "years": (2027, 2027)},
        {"title": "Freibad", "cost": (4_100_000, 4_100_000), "funding": [("Sport- und Freizeitstätten", 1_845_000, 45)], "own": 2_255_000, "years": (2027, 2029)},
        {"title": "Jugendtreff", "cost": (560_000, 560_000), "own": 560_000, "years": (2028, 2029), "state": "zurückgestellt"},
    ]
    return OfficeList("project_csv", "\r\n".join(lines).encode("cp1252"), columns, rows, "projekte.csv")


def hidden_columns() -> OfficeList:
    """Hidden columns, a row of units under the heads, per cent done, start and end as quarter."""
    book = _book()
    sheet = _sheet(
        book,
        "Controlling",
        [
            [None, "Maßnahmencontrolling 2026", None],
            [],
            ["ID", "intern", "Leitprojekt / Maßnahme", "Strategisches Ziel", "verantw. Dienststelle", "Mitwirkung", "Mittelbedarf", "Haushalt 2026", "Haushalt 2027", "Start", "Abschluss", "Umsetzungsgrad", "Voraussetzung", "Rang"],
            [None, None, None, None, None, None, "T€", "T€", "T€", "Q/Jahr", "Q/Jahr", "%", "Maßn.-ID", "1–3"],
            ["LP-01", "x", "Campus am Fluss", "Z 1.1", "61 Stadtplanung", "Uni, 80 Liegenschaften", 5200, 200, 1500, "1/2026", "4/2030", 10, None, 1],
            ["LP-02", "x", "Fernwärme ausbauen", "Z 4.2", "Stadtwerke", "66 Tiefbau", 18000, 2000, 3000, "2/2026", "4/2035", 5, "LP-01", 1],
            ["LP-03", None, "Offene Ganztagsschule", "Z 2.3", "40 Schulen", "51 Jugend", 950, 300, 300, "3/2026", "2/2028", 40, None, 2],
            ["LP-04", None, "Hitzeaktionsplan", "Z 4.1", "53 Gesundheit", "67 Grün, Feuerwehr", 85, 60, 25, "1/2026", "4/2026", 75, None, 1],
            ["LP-05", "x", "Markthalle", "Z 3.1", "80 Liegenschaften", None, 3100, 0, 400, "1/2028", "2/2031", 0, "LP-01, LP-03", 3],
            ["Gesamt", None, None, None, None, None, 27335, 2560, 5225],
        ],
    )
    sheet.column_dimensions["B"].hidden = True
    columns = {
        "ID": "number",
        "intern": "left",
        "Leitprojekt / Maßnahme": "title",
        "Strategisches Ziel": "goals",
        "verantw. Dienststelle": "unit",
        "Mitwirkung": "partners",
        "Mittelbedarf": "costs",
        "Haushalt 2026": "part",
        "Haushalt 2027": "part",
        "Start": "start",
        "Abschluss": "end",
        "Umsetzungsgrad": "remark",
        "Voraussetzung": "depends",
        "Rang": "priority",
    }
    rows: list[dict[str, object]] = [
        {"number": "LP-01", "title": "Campus am Fluss", "cost": (5_200_000, 5_200_000), "years": (2026, 2030), "unit": "61 Stadtplanung", "partners": 2},
        {"number": "LP-02", "title": "Fernwärme ausbauen", "cost": (18_000_000, 18_000_000), "years": (2026, 2035), "depends": ["LP-01"]},
        {"number": "LP-03", "title": "Offene Ganztagsschule", "cost": (950_000, 950_000), "years": (2026, 2028)},
        {"number": "LP-04", "title": "Hitzeaktionsplan", "cost": (85_000, 85_000), "years": (2026, 2026), "partners": 2},
        {"number": "LP-05", "title": "Markthalle", "cost": (3_100_000, 3_100_000), "years": (2028, 2031), "depends": ["LP-01", "LP-03"]},
    ]
    return OfficeList("hidden_columns", _bytes(book), columns, rows)


# --- held out: first read when the eight above were right ---


def climate_plan() -> OfficeList:
    """Held out: sections on two levels, head repeated on each page, text before number, cost classes with amounts."""
    book = _book()
    heads = ["Kürzel", "Aktivität", "Ziel / Nutzen", "Hauptverantwortung", "Unterstützung durch", "Finanzbedarf", "Fördermöglichkeit", "Zeitplanung", "Dringlichkeit", "Bearbeitungsstand"]
    _sheet(
        book,
        "Aktionsplan",
        [
            ["Stadt Musterau am See"],
            ["Aktionsplan Klimaanpassung"],
            ["Beschluss: 12.11.2025"],
            heads,
            ["Handlungsfeld I: Hitze"],
            ["H1", "Trinkbrunnen im Zentrum", "Versorgung an heißen Tagen", "Stadtwerke", "Tiefbauamt", "rund 75.000 EUR", "Landesprogramm KLIMOPASS, Förderquote 50 %", "2026/27", "1", "offen"],
            ["H2", "Kühle Orte ausweisen", "Schutz älterer Menschen", "Gesundheitsamt", "Kirchen, Vereine", "5 TEUR/a", "nicht erforderlich", "ab 2026 (dauerhaft)", "2", "laufend"],
            heads,
            ["Handlungsfeld II: Starkregen"],
            ["S1", "Retentionsdächer", "Abfluss mindern", "Hochbauamt", None, "1 bis 1,5 Mio. EUR", "KfW 80 %", "2027–2030", "1", "in Vorbereitung"],
            ["S2", "Gefahrenkarte", "Vorsorge der Eigentümer", "Tiefbauamt", "Büro Wasserwerk", "60 TEUR", "Land (70 %), Eigenanteil 18 TEUR", "2026", "1", "abgeschlossen"],
            ["S3", "Notwasserwege", "Straßen als Abflussweg", "Tiefbauamt", "Feuerwehr", "noch offen", "offen", "bis 2032", "3", "offen"],
            [],
            ["TEUR: Tausend Euro"],
        ],
    )
    columns = {"Kürzel": "number", "Aktivität": "title", "Ziel / Nutzen": "text", "Hauptverantwortung": "unit", "Unterstützung durch": "partners", "Finanzbedarf": "costs", "Fördermöglichkeit": "funding", "Zeitplanung": "period", "Dringlichkeit": "priority", "Bearbeitungsstand": "state"}
    rows: list[dict[str, object]] = [
        {"number": "H1", "title": "Trinkbrunnen im Zentrum", "field": "Hitze", "cost": (75_000, 75_000), "funding": [("Landesprogramm KLIMOPASS", None, 50)], "years": (2026, 2027), "unit": "Stadtwerke"},
        {"number": "H2", "title": "Kühle Orte ausweisen", "field": "Hitze", "cost": (5_000, 5_000), "yearly": True, "funding": [], "years": (2026, None), "partners": 2},
        {"number": "S1", "title": "Retentionsdächer", "field": "Starkregen", "cost": (1_000_000, 1_500_000), "funding": [("KfW", None, 80)], "years": (2027, 2030)},
        {"number": "S2", "title": "Gefahrenkarte", "field": "Starkregen", "cost": (60_000, 60_000), "funding": [("Land", None, 70)], "own": 18_000, "years": (2026, 2026)},
        {"number": "S3", "title": "Notwasserwege", "field": "Starkregen", "years": (None, 2032)},
    ]
    return OfficeList("climate_plan", _bytes(book), columns, rows)


def cost_overview() -> OfficeList:
    """Held out: costs and financing of a funded programme, shares of Bund, Land and Kommune, years as columns of their own."""
    book = _book()
    sheet = _sheet(
        book,
        "KoFi",
        [
            ["Kosten- und Finanzierungsübersicht", None],
            ["Gesamtmaßnahme Altstadt", None],
            ["Pos.", "Einzelmaßnahme", "Kostenträger", "Gesamt-\nkosten €", "Finanzierung", None, None, "Jahresraten (Kosten) €", None, None, "Stand", "Maßnahmenbeginn", "Maßnahmenende"],
            [None, None, None, None, "Bund/Land €", "Kommune €", "Dritte €", "2026", "2027", "2028 ff.", None, None, None],
            ["1", "Vorbereitung", None, 180000, 120000, 60000, 0, 100000, 80000, 0, None, None, None],
            ["1.1", "Vorbereitende Untersuchungen", "Stadt", 80000, 53333, 26667, 0, 80000, 0, 0, "fertig", "2025", "2026"],
            ["1.2", "Rahmenplan", "Stadt", 100000, 66667, 33333, 0, 20000, 80000, 0, "beauftragt", "2026", "2027"],
            ["2", "Baumaßnahmen", None, 2900000, 1800000, 900000, 200000, 200000, 1200000, 1500000, None, None, None],
            ["2.1", "Marktplatz", "Stadt", 2000000, 1333333, 666667, 0, 100000, 900000, 1000000, "geplant", "2027", "2029"],
            ["2.2", "Stadttor", "Denkmalstiftung", 900000, 466667, 233333, 200000, 100000, 300000, 500000, "geplant", "2026", "2028"],
            ["Summe", None, None, 3080000, 1920000, 960000, 200000, 300000, 1280000, 1500000],
        ],
    )
    sheet.merge_cells("E3:G3")
    sheet.merge_cells("H3:J3")
    for column in "ABCDKLM":
        sheet.merge_cells(f"{column}3:{column}4")
    for row in (5, 8):
        for cell in sheet[row]:
            cell.font = Font(bold=True)
    columns = {
        "Pos.": "number",
        "Einzelmaßnahme": "title",
        "Kostenträger": "remark",
        "Gesamtkosten €": "part",
        "Finanzierung Bund/Land €": "grant",
        "Finanzierung Kommune €": "own_share",
        "Finanzierung Dritte €": "grant",
        "Jahresraten (Kosten) € 2026": "costs",
        "Jahresraten (Kosten) € 2027": "costs",
        "Jahresraten (Kosten) € 2028 ff.": "costs",
        "Stand": "state",
        "Maßnahmenbeginn": "start",
        "Maßnahmenende": "end",
    }
    rows: list[dict[str, object]] = [
        {"number": "1.1", "title": "Vorbereitende Untersuchungen", "by_year": {2026: 80_000}, "own": 26_667, "grant": 53_333, "years": (2025, 2026), "field": "Vorbereitung"},
        {"number": "1.2", "title": "Rahmenplan", "by_year": {2026: 20_000, 2027: 80_000}, "own": 33_333, "grant": 66_667, "years": (2026, 2027)},
        {"number": "2.1", "title": "Marktplatz", "by_year": {2026: 100_000, 2027: 900_000, 2028: 1_000_000}, "own": 666_667, "grant": 1_333_333, "years": (2027, 2029)},
        {"number": "2.2", "title": "Stadttor", "by_year": {2026: 100_000, 2027: 300_000, 2028: 500_000}, "own": 233_333, "grant": 666_667, "years": (2026, 2028), "field": "Baumaßnahmen"},
    ]
    return OfficeList("cost_overview", _bytes(book), columns, rows)


def department_plan() -> OfficeList:
    """Held out: title before number, several goals, years in one column with words, own share in per cent, a second small table below."""
    book = _book()
    _sheet(
        book,
        "Arbeitsprogramm",
        [
            ["Arbeitsprogramm Stadtentwicklung 2026+"],
            [],
            ["Vorhaben (Nummer)", "Themenfeld", "Erläuterung", "Lokalisierung", "Leitung", "weitere Stellen", "geschätzte Kosten", "Eigenmittel", "Drittmittel", "Wann?", "Wie weit?", "hängt ab von"],
            ["Bahnhofsquartier (S 01)", "Bauen", "Rahmenplan und Wettbewerb", "Mitte", "Dez. III", "DB, Land", "2,0 Mio. €", "400 T€", "1,6 Mio. € (Städtebauförderung)", "2026 bis 2030", "angelaufen", "–"],
            ["Klinikareal (S 02)", "Bauen", "Nachnutzung klären", "Nord", "Dez. III", "Klinikum GmbH", "k. A.", "–", "–", "2027", "Vorüberlegung", "S 01"],
            ["Stadtarchiv (K 01)", "Kultur", "Umzug und Magazin", "Mitte", "Dez. II", None, "3.450 T€", "3.450 T€", "0", "2028/29", "beschlossen", "–"],
            ["Musikschule (K 02)", "Kultur", "Sanierung", "Süd", "Dez. II", "Förderverein", "900.000 bis 1.100.000 €", "300 T€", "600.000 € (Land)", "2026", "im Bau", "K 01"],
            ["Quartierstreff (Z 01)", "Zusammenleben", "Anmietung", "West", "Dez. IV", "AWO, Caritas", "48.000 €/Jahr", "48 T€", "–", "laufend seit 2024", "läuft", "S 01, S 02"],
            [],
            ["Abkürzungen"],
            ["Dez.", "Dezernat"],
            ["DB", "Deutsche Bahn"],
        ],
    )
    columns = {
        "Vorhaben (Nummer)": "title",
        "Themenfeld": "fields",
        "Erläuterung": "text",
        "Lokalisierung": "places",
        "Leitung": "unit",
        "weitere Stellen": "partners",
        "geschätzte Kosten": "costs",
        "Eigenmittel": "own_share",
        "Drittmittel": "grant",
        "Wann?": "period",
        "Wie weit?": "state",
        "hängt ab von": "depends",
    }
    rows: list[dict[str, object]] = [
        {"number": "S 01", "title": "Bahnhofsquartier", "field": "Bauen", "cost": (2_000_000, 2_000_000), "own": 400_000, "grant": 1_600_000, "years": (2026, 2030), "unit": "Dez. III", "partners": 2},
        {"number": "S 02", "title": "Klinikareal", "field": "Bauen", "years": (2027, 2027), "depends": ["S 01"]},
        {"number": "K 01", "title": "Stadtarchiv", "field": "Kultur", "cost": (3_450_000, 3_450_000), "own": 3_450_000, "years": (2028, 2029)},
        {"number": "K 02", "title": "Musikschule", "field": "Kultur", "cost": (900_000, 1_100_000), "own": 300_000, "grant": 600_000, "years": (2026, 2026), "depends": ["K 01"]},
        {"number": "Z 01", "title": "Quartierstreff", "field": "Zusammenleben", "cost": (48_000, 48_000), "yearly": True, "own": 48_000, "years": (2024, None), "partners": 2, "depends": ["S 01", "S 02"]},
    ]
    return OfficeList("department_plan", _bytes(book), columns, rows)


SEEN = (number_over_title, project_csv, hidden_columns)
HELD_OUT = (climate_plan, cost_overview, department_plan)
