"""Further lists of measures, written after the recogniser was finished, to measure it: layouts it was not made for."""

from __future__ import annotations

import openpyxl

from tests.engines.tables.measure_lists import saved


def numbered_fields() -> bytes:
    """Fields as rows with a number of their own ("1 | Städtebau"), measures 1.01; priorities explained in the head; head below a logo line."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Maßnahmen"
    sheet["B2"] = "Große Kreisstadt Beispiel"
    sheet["B3"] = "INSEK 2035+ – Fortschreibung"
    sheet["B4"] = "Maßnahmenübersicht"
    sheet["H4"] = "Stand: 11.09.2024"
    heads = [
        "Maß-\nnahme-Nr.", "Bezeichnung der Maßnahme", "Ziel / Konzeptbezug", "Träger der Maßnahme", "Realisierungs-\nzeitraum", "Gesamtkosten\nin T€",
        "Förder-\nprogramm", "Priorität\n(1 – sehr hoch, 2 – hoch, 3 – mittel)", "Bemerkungen",
    ]  # fmt: skip
    for column, head in enumerate(heads, 1):
        sheet.cell(6, column, head)
    fields = {1: "Städtebau und Denkmalpflege", 2: "Wohnen", 3: "Verkehr und technische Infrastruktur"}
    for number, name in fields.items():
        sheet.append([number, name])
        for one in range(1, 7):
            sheet.append([
                f"{number}.{one:02}", f"Vorhaben {'ABCDEF'[one - 1]} {name.split()[0]}", f"Ziel {number}.{one % 3 + 1}", ["Stadt", "Stadtwerke", "privat", "Stadt / Landkreis"][one % 4],
                ["2025-2027", "ab 2026", "2030", "langfristig"][one % 4], [250, 1200.5, "k. A.", "ca. 80"][one % 4], [None, "SOP", "LEADER/SOP"][one % 3], one % 3 + 1,
                None if one % 2 else "Abstimmung mit LfD",
            ])  # fmt: skip
        sheet.append([None, f"Summe {name}", None, None, None, 3000])
    sheet.append([])
    sheet.append([None, "T€ = Tausend Euro"])
    return saved(book)


def database_export() -> bytes:
    """A CSV of a project database: dates, full amounts, keys of units, tags."""
    lines = [
        "ID;Titel;Langtext;Verantw. OE;Beginn;Ende;Kosten gesamt [EUR];davon Förderung [EUR];Bearb.-Status;Prio;Ortsteile;Schlagworte"
    ]
    for number in range(1, 13):
        lines.append(
            f'{1000 + number};Projekt {number} Nordstadt;"Zeile eins, mit Komma; und Semikolon\nZeile zwei";{["FB 61", "FB 66", "EB Grün"][number % 3]};01.0{number % 9 + 1}.2026;31.12.202{7 + number % 3};'
            f"{['1.250.000,00', '80.000,00', '0,00'][number % 3]};{['900.000,00', '', '0,00'][number % 3]};{['in Planung', 'in Umsetzung', 'abgeschlossen'][number % 3]};{'ABC'[number % 3]};{['Nordstadt', 'Nordstadt, Südstadt', 'gesamt'][number % 3]};grün|blau"
        )
    return "\r\n".join(lines).encode("cp1252")


def gantt() -> bytes:
    """Fields merged downwards in the first column, crosses under years, costs of city and others under a merged head, head in three rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Zeit- und Kostenplan"
    sheet.merge_cells("A1:N1")
    sheet["A1"] = "Zeit- und Kostenplan zum integrierten Handlungskonzept Oststadt"
    for where, head in {"A3:A5": "Handlungs-\nfeld", "B3:B5": "Nr.", "C3:C5": "Maßnahme", "D3:D5": "Verant-\nwortlich", "E3:I3": "Umsetzung", "E4:G4": "Phase 1", "H4:I4": "Phase 2", "J3:L3": "Kosten brutto [€]", "M3:M5": "Dring-\nlichkeit", "N3:N5": "Anmer-\nkungen"}.items():  # fmt: skip
        sheet.merge_cells(where)
        sheet[where.split(":")[0]] = head
    for column, year in enumerate(range(2025, 2030), 5):
        sheet.cell(5, column, year)
    for column, head in enumerate(["gesamt", "Stadt", "Dritte"], 10):
        sheet.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
        sheet.cell(4, column, head)
    row = 6
    for field in ("Wohnumfeld", "Soziales Miteinander", "Lokale Ökonomie"):
        first = row
        for number in range(1, 5):
            values = [
                field if number == 1 else None, f"{field[0]}{number}", f"Maßnahme {number} im Feld {field}", "Quartiersmanagement", *["x" if (number + year) % 3 == 0 else None for year in range(5)],
                number * 100_000, number * 40_000, number * 60_000, ["hoch", "mittel"][number % 2], None if number < 4 else "nur mit Förderung",
            ]  # fmt: skip
            for column, value in enumerate(values, 1):
                sheet.cell(row, column, value)
            row += 1
        sheet.merge_cells(start_row=first, end_row=row - 1, start_column=1, end_column=1)
    sheet.cell(row, 3, "Gesamtsumme")
    sheet.cell(row, 10, 3_000_000)
    sheet.cell(row + 2, 1, "Legende: x = Umsetzung im Jahr")
    return saved(book)


def form_sheets() -> bytes:
    """A sheet for each measure: labels in B, values in D, headings between, lists over several rows; and a sheet with an overview."""
    book = openpyxl.Workbook()
    overview = book.active
    overview.title = "Übersicht"
    overview.append(["Nr.", "Titel", "Handlungsfeld"])
    for number in range(1, 7):
        overview.append([f"S{number}", f"Schlüsselprojekt {number}", "Mitte stärken"])
    for number in range(1, 7):
        sheet = book.create_sheet(f"S{number}")
        sheet["B1"] = "INSEK Musterhausen – Schlüsselprojekt"
        lines = [
            ("Allgemeine Angaben", None), ("Nummer", f"S{number}"), ("Titel", f"Schlüsselprojekt {number}"), ("Kurzbeschreibung", f"Das Projekt {number} stärkt die Mitte."), ("Bausteine", "• Plan"),
            (None, "• Bau"), (None, "• Pflege") if number % 2 else (None, None), ("Umsetzung", None), ("Federführung", "Amt für Stadtplanung"), ("Partner", "Händlerschaft"), ("Zeithorizont", "mittelfristig (bis 2030)"),
            ("Kostenschätzung", f"{number},5 Mio. €"), ("Förderzugang", "StBauF"), ("Priorität", "hoch"), ("Lage", "Innenstadt"),
        ]  # fmt: skip
        for row, (label, value) in enumerate(lines, 3):
            sheet.cell(row, 2, label)
            sheet.cell(row, 4, value)
    return saved(book)


def two_rows_each() -> bytes:
    """Each measure in two rows: its facts, and below them its description over the rest of the width."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Katalog"
    sheet.append(["Maßnahmenkatalog"])
    sheet.append([])
    sheet.append(["Nr.", "Maßnahme", "Zuständig", "Zeitraum", "Kosten", "Priorität"])
    for number in range(1, 9):
        sheet.append(
            [number, f"Maßnahme {number} am Markt", "Bauamt", "2026", f"{number * 10}.000 €", "mittel"]
        )
        sheet.merge_cells(
            start_row=sheet.max_row + 1, end_row=sheet.max_row + 1, start_column=2, end_column=6
        )
        sheet.cell(
            sheet.max_row + 1 if sheet.max_row % 2 == 0 else sheet.max_row,
            2,
            f"Beschreibung der Maßnahme {number}: Sie umfasst Planung, Beteiligung und Umsetzung in mehreren Schritten.",
        )
        sheet.merge_cells(start_row=sheet.max_row - 1, end_row=sheet.max_row, start_column=1, end_column=1)
    return saved(book)


def wide_without_order() -> bytes:
    """Heads in unusual words, an empty column between, a table that begins in column C and row 9, totals beside, notes to the right."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Projekte 2025ff"
    sheet["C2"] = "Projektspeicher Stadtentwicklung"
    sheet["C4"] = "Ansprechperson: Stabsstelle Strategie, Tel. 1234"
    sheet["C6"] = "Hinweis: Kosten sind Schätzungen aus 2023 und nicht beschlossen."
    heads = [
        "#",
        "Was soll geschehen?",
        None,
        "Warum?",
        "Wer macht's?",
        "Mit wem?",
        "Wann?",
        "Wie teuer?",
        "Woher kommt das Geld?",
        "Wie wichtig?",
        "Wo?",
    ]
    for column, head in enumerate(heads, 3):
        sheet.cell(9, column, head)
    for number in range(1, 11):
        values = [
            number, f"Platz {number} begrünen", None, "Hitze mindern", "Grünflächenamt", "Anwohnende", ["sofort", "2026", "bis 2028"][number % 3], ["10-15 T€", "rd. 1 Mio. €", "offen"][number % 3],
            "Eigenmittel", ["+++", "++", "+"][number % 3], "Südstadt",
        ]  # fmt: skip
        for column, value in enumerate(values, 3):
            sheet.cell(9 + number, column, value)
    sheet["P10"] = "bitte prüfen"
    return saved(book)
