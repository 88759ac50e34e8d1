"""Lists of measures as planning offices write them, made up: three layouts unlike each other and unlike ``shared/cases``.

Written before the recogniser was, so that it is held to them and not they to it.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

TOPICS = (
    "Marktplatz", "Stadtmauer", "Bahnhofsumfeld", "Schlosspark", "Hallenbad", "Gewerbepark Süd", "Mühlbach", "Kita Regenbogen",
    "Radroute Nord", "Stadtbücherei", "Feuerwehrhaus", "Quartier am Wall",
)  # fmt: skip
ACTS = ("Umgestaltung", "Machbarkeitsstudie", "Erneuerung", "Konzept", "Neubau")


def saved(book: openpyxl.Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _merged(sheet: Worksheet, where: str, value: Any) -> None:
    sheet.merge_cells(where)
    sheet[where.split(":")[0]] = value


def sheet_per_field() -> bytes:
    """One sheet a field; horizon as three columns with x; costs by year in thousands of euros under one merged head; sums; cover and key."""
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "Deckblatt"
    for row, text in enumerate(
        ["Stadt Musterstadt", "INSEK 2040", "Maßnahmenkatalog", None, "Entwurf, Stand 04/2025"], 3
    ):
        cover.cell(row, 2, text)
    fields = {"HF 1 Wohnen": 5, "HF 2 Mobilität": 4, "HF 3 Grün & Klima": 6}
    for field, (name, amount) in enumerate(fields.items(), 1):
        sheet = book.create_sheet(name)
        sheet["A1"] = f"Maßnahmenkatalog – {name}"
        sheet["A1"].font = Font(bold=True)
        sheet["A2"] = "INSEK Musterstadt 2040 (Kosten netto, Preisstand 2025)"
        for column, head in enumerate(
            ["Nr.", "Maßnahme / Projekt", "Kurzbeschreibung", "Federführung", "Beteiligte"], 1
        ):
            sheet.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
            sheet.cell(4, column, head)
        _merged(sheet, "F4:H4", "Zeithorizont")
        for column, head in enumerate(["kurz-\nfristig", "mittel-\nfristig", "lang-\nfristig"], 6):
            sheet.cell(5, column, head)
        _merged(sheet, "I4:K4", "Kosten (netto) in Tsd. €")
        for column, head in enumerate([2026, 2027, "2028 ff."], 9):
            sheet.cell(5, column, head)
        for column, head in enumerate(["Förderung", "Priorität", "Status"], 12):
            sheet.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
            sheet.cell(4, column, head)
        for number in range(1, amount + 1):
            sheet.append([
                f"M {field}.{number}",
                f"{ACTS[(field + number) % 5]} {TOPICS[(field * 4 + number) % 12]}",
                "Kurzer Text zur Maßnahme.\n• erster Schritt\n• zweiter Schritt",
                ["Amt 61", "Amt 66 / Amt 61", "FB 4", "SG Umwelt"][(number + field) % 4],
                ["Stadtwerke; Anliegende", None, "ÖPNV-Träger, Land"][number % 3],
                *[("x" if number % 3 == place else None) for place in range(3)],
                number * 50, [None, 120.5][number % 2], ["k. A.", 80, None][number % 3],
                ["StBauF (LZ)", "GVFG", "–", "offen"][number % 4],
                ["hoch", "mittel", "gering"][number % 3],
                ["in Vorbereitung", "begonnen", "Daueraufgabe"][number % 3],
            ])  # fmt: skip
        last = sheet.max_row
        sheet.append(
            ["Summe", None, None, None, None, None, None, None, sum(n * 50 for n in range(1, amount + 1))]
        )
        sheet.cell(last + 3, 1, "k. A. = keine Angabe; Kosten grob geschätzt")
    key = book.create_sheet("Legende")
    for row in (
        ["Abkürzung", "Bedeutung"],
        ["StBauF", "Städtebauförderung"],
        ["LZ", "Lebendige Zentren"],
        ["GVFG", "Gemeindeverkehrsfinanzierungsgesetz"],
    ):
        key.append(row)
    return saved(book)


FORM_LABELS = (
    ("Projekttitel", "Handlungsfeld"), ("Projektnummer", "Priorität"), ("Projektbeschreibung", None), ("Ziele", None),
    ("Federführung", "Weitere Akteure"), ("Umsetzungszeitraum", "Status"), ("Geschätzte Kosten", "Finanzierung / Förderung"), ("Räumliche Verortung", None),
)  # fmt: skip
FORMS = 7


def form_values(number: int) -> dict[str, Any]:
    """What stands in the form of that number."""
    return {
        "Projekttitel": f"{ACTS[number % 5]} {TOPICS[number]}",
        "Handlungsfeld": ["Wohnen und Quartier", "Innenstadt"][number % 2],
        "Projektnummer": f"P{number:02}",
        "Priorität": ["1 – hoch", "2 – mittel", "3 – nachrangig"][number % 3],
        "Projektbeschreibung": "Das Projekt stärkt den Ort.\nEs wird in Abschnitten umgesetzt.",
        "Ziele": "Z 1.2 Aufenthaltsqualität; Z 3.1 Klimaanpassung",
        "Federführung": "Fachdienst Stadtplanung",
        "Weitere Akteure": None if number == 3 else "Wohnungsbaugesellschaft, Vereine",
        "Umsetzungszeitraum": ["2026–2028", "ab 2027", "fortlaufend", "III/2026 bis IV/2027"][number % 4],
        "Status": ["Idee", "in Planung"][number % 2],
        "Geschätzte Kosten": ["rd. 350 TEUR", "1,1 bis 1,4 Mio. EUR", "jährlich 25.000 €", "nicht bezifferbar"][number % 4],
        "Finanzierung / Förderung": "Eigenmittel; Städtebauförderung 66 %",
        "Räumliche Verortung": ["Altstadt", "Gesamtstadt"][number % 2],
    }  # fmt: skip


def forms_below_each_other() -> bytes:
    """Fact sheets one below the other on one sheet: labels left of values, two pairs a line, a title line above each."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Projektsteckbriefe"
    row = 1
    for number in range(1, FORMS + 1):
        values = form_values(number)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=4)
        sheet.cell(row, 1, f"Projektsteckbrief {number}")
        row += 1
        for left, right in FORM_LABELS:
            sheet.cell(row, 1, f"{left}:")
            sheet.cell(row, 2, values[left])
            if right:
                sheet.cell(row, 3, f"{right}:")
                sheet.cell(row, 4, values[right])
            else:
                sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=4)
            row += 1
        row += 2
    return saved(book)


PLAN_FIELDS = {"A": "Stadtbild und Bauen", "B": "Verkehr", "C": "Soziales"}


def implementation_plan() -> bytes:
    """A plan of implementation: letters as fields in unmerged rows, head repeated on each page, a row of column numbers, goals merged
    downwards, start and end in two columns, costs in T€ as bare numbers, a hidden column, footnotes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Umsetzungsfahrplan"
    sheet["C1"] = "Stadt Beispielhausen · Umsetzungs- und Finanzierungsplan zum ISEK"
    sheet["C2"] = "Anlage 2 · Beschlussfassung Stadtrat 14.11.2024"
    _merged(sheet, "I4:J4", "Laufzeit")
    _merged(sheet, "K4:M4", "Finanzierung in T€")
    heads = [
        "Ziel", "lfd. Nr.", "Projektbezeichnung", "Inhalt", "Zuständig-\nkeit", "Mitwirkung", "Ortsteil¹", "intern",
        "von", "bis", "Gesamt-\nkosten²", "davon Eigen-\nmittel", "davon Förder-\nmittel", "Prio.", "abhängig von", "Bearbeitungs-\nstand",
    ]  # fmt: skip
    sheet.append(heads)
    sheet.append(list(range(1, 17)))
    for page, (letter, name) in enumerate(PLAN_FIELDS.items()):
        if page:
            sheet.append([])
            sheet.append(heads)
        sheet.append([f"{letter}  {name}"])
        for number in range(1, 6):
            cost = 100 * number + 40 * page
            sheet.append([
                f"{letter}-Z1 Ort stärken" if number == 1 else (f"{letter}-Z2 Wege verkürzen" if number == 4 else None),
                f"{letter}{number}", f"{TOPICS[(page * 5 + number) % 12]} – {ACTS[number % 5]}", "Inhalt in Stichworten",
                ["Bauamt", "Ordnungsamt", "Bürgermeister", "Bauamt/Kämmerei"][number % 4], [None, "Verkehrsverein"][number % 2],
                ["Kernstadt", "Unterdorf", "alle"][number % 3], "nicht für Rat",
                2025 + number % 3, [2026 + number % 3, "offen"][number % 5 == 4],
                cost, cost * 0.4, cost * 0.6, number % 3 + 1,
                None if number == 1 else f"nach {letter}{number - 1}" + (", A1" if number == 5 and letter != "A" else ""),
                ["neu", "läuft", "erledigt", "zurückgestellt"][number % 4],
            ])  # fmt: skip
        last = sheet.max_row
        sheet.merge_cells(start_row=last - 4, end_row=last - 2, start_column=1, end_column=1)
        sheet.merge_cells(start_row=last - 1, end_row=last, start_column=1, end_column=1)
        sheet.append(
            [
                None,
                None,
                f"Zwischensumme {letter}",
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                1500 + 200 * page,
                600 + 80 * page,
                900 + 120 * page,
            ]
        )
    sheet.append([])
    sheet.append(["¹ Ortsteile nach Hauptsatzung"])
    sheet.append(["² Kostenschätzung DIN 276, 1. Ebene"])
    sheet.column_dimensions["H"].hidden = True
    return saved(book)
