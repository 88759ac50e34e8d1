"""The files of Musterstadt, a made-up city on the Baltic: every one in a shape in which offices send them, and nothing of them real."""

from __future__ import annotations

import io
import json
from random import Random

import openpyxl

from tests.documents.made_concept import Part

QUARTERS = ["Altstadt", "Nordstadt", "Hafen", "Grünau", "Südbahnhof", "Birkental"]
UNITS = {
    "61": "Amt für Stadtplanung", "66": "Tiefbauamt", "67": "Grünflächenamt", "80": "Wirtschaftsförderung",
    "40": "Amt für Bildung und Jugend",
}  # fmt: skip
ROWS = 60
"""Measures of the office's list."""
COSTS = [
    "ca. 1,2 Mio. €", "450.000,- €", "80 T€ p. a.", "1,5–2,0 Mio. €", "n. n.", "3.400.000", "ca. 90 T€", "kostenneutral",
]  # fmt: skip
FUNDING = ["EFRE 2021–2027 beantragt", "Städtebauförderung, 60 %", "offen", "Eigenmittel", ""]
TIMES = ["2025", "2026/27", "2024–2027", "ab 2028", "bis 2030", "2025 ff."]
STATES = ["Idee", "geplant", "in Umsetzung", "abgeschlossen", "ruht"]
WORKS = ["Umbau", "Neubau", "Sanierung", "Aufwertung", "Ausbau"]
THINGS = [
    "Uferpromenade", "Schulhof am Wall", "Radweg Nordring", "Marktplatz", "Treffpunkt Hafenstraße", "Busbahnhof",
    "Sportpark Grünau", "Brücke am Speicher", "Kita Birkenweg", "Gewerbehof Süd", "Stadtbücherei",
]  # fmt: skip


def measures_of_the_office(parts: list[Part]) -> bytes:
    """Sixty measures with title rows above, rows of fields between, a head of two rows and sums below.

    Those of the concept (``parts``) stand in it with their numbers, the others follow them in the same fields.
    """
    draw = Random(60)
    fields = [part for part in parts if part.kind == "field"]
    there = [part for part in parts if part.kind == "measure"]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Maßnahmenliste"
    sheet.append(["Musterstadt 2040 – Maßnahmenprogramm (Anlage 2 zur Vorlage 2024/031)"])
    sheet.append(["Stand: 15.02.2024, Amt 61"])
    sheet.append([None] * 6 + ["Kosten und Finanzierung"])
    sheet.merge_cells("A1:L1")
    sheet.merge_cells("G3:H3")
    sheet.append(
        ["lfd.\nNr.", "Maßnahme", "Kurzbeschreibung", "Feder-\nführung", "weitere\nBeteiligte", "Zu Ziel", "Kosten\n(brutto)", "Förderung",
         "Priorität", "Umsetzungs-\nzeitraum", "Stand", "Abhängig von", "Räumlicher\nBezug"]
    )  # fmt: skip
    count = 0
    for field in fields:
        sheet.append([f"Handlungsfeld {field.number}: {field.title}"])
        before = ""
        own = [part for part in there if part.number.startswith(f"{field.number}.")]
        for one in range(ROWS // len(fields)):
            part = own[one] if one < len(own) else None
            number = part.number if part else f"{field.number}.{3 + one // 10}.{one % 10 + 1}"
            title = (
                part.title if part else f"{WORKS[count % len(WORKS)]}\n{THINGS[count % len(THINGS)]} {count}"
            )
            lead = list(UNITS)[count % len(UNITS)]
            sheet.append([
                number, title, f"Umfasst\n- Bestand\n- Planung\n- Bau in Abschnitten ({count + 1}).",
                f"Amt {lead}" if count % 2 else UNITS[lead], "Stadtwerke,\nAnlieger" if count % 3 else None,
                f"Ziel {field.number}.{count % 2 + 1}", COSTS[count % len(COSTS)], FUNDING[count % len(FUNDING)],
                draw.choice(["hoch", "mittel", "niedrig"]), TIMES[count % len(TIMES)], STATES[count % len(STATES)],
                before if count % 4 == 3 else None, QUARTERS[count % len(QUARTERS)] if count % 5 else "gesamte Stadt",
            ])  # fmt: skip
            before, count = number, count + 1
    sheet.append([None, "Summe", None, None, None, None, 48_000_000])
    sheet.append([None, "T€ = Tausend Euro; n. n. = noch nicht ermittelt"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def map_of_quarters() -> bytes:
    """The quarters as GeoJSON, six fields beside each other."""
    features = []
    for place, name in enumerate(QUARTERS):
        west, south = 10.0 + 0.03 * (place % 3), 54.0 + 0.02 * (place // 3)
        east, north = west + 0.03, south + 0.02
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        said = {"NR": f"{place + 1:02}", "NAME": name}
        features.append(
            {"type": "Feature", "properties": said, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        )
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def population() -> bytes:
    """Inhabitants by quarter and year, wide, as a statistics office saves it from Excel: semicolons, cp1252, thousands with points, a sum."""
    lines = ["Einwohner mit Hauptwohnung am 31.12.;;;", "Stadtteil;2021;2022;2023"]
    sums = [0, 0, 0]
    for place, name in enumerate(QUARTERS):
        values = [8000 - 900 * place + 40 * year for year in range(3)]
        sums = [total + value for total, value in zip(sums, values, strict=True)]
        lines.append(";".join([name, *(f"{value:,}".replace(",", ".") for value in values)]))
    lines.append(";".join(["Stadt gesamt", *(f"{value:,}".replace(",", ".") for value in sums)]))
    lines.append("Quelle: Melderegister Musterstadt")
    return "\r\n".join(lines).encode("cp1252")
