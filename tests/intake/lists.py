"""An office's list of measures, made up for tests: titles above, two head rows, sections, sums below, odd values."""

from typing import Any

from tests.intake.reading import workbook

HEADS = [
    "Lfd.\nNr.",
    "Vorhaben",
    "Worum es geht",
    "Zuständig",
    "Kostenansatz",
    "Prio",
    "Zeitraum",
    "Zu Ziel",
    "Ort",
    "Bemerkung",
]
ROWS: list[list[Any]] = [
    ["Handlungsfeld A: Wohnen"],
    ["W 1", "Baulücken\nschließen", "Eigentümer ansprechen\n- Kataster\n- Beratung", "referat tiefbau", "ca. 1,2 Mio. €", "hoch", "2025", "Z 1", "Nordstadt", "mit Land abgestimmt"],
    ["W 2", "Quartierstreff", "Ein Haus für alle", "Amt 41", "1,5–2,0 Mio. €", "A", "2025 ff.", "", "Nordstadt / Hafen", ""],
    ["W 3", "Werkswohnungen", "", "Amt 41 / referat tiefbau", "n. n.", "-", "2026/27", "Z 9", "gesamte Stadt", "ruht"],
    ["Handlungsfeld B: Verkehr"],
    ["V 1", "Radweg am Fluss", "Lückenschluss", "referat tiefbau", "80 T€ p. a.", "II", "bis 2030", "Z 1", "", ""],
    ["V 2", "Bahnhof umbauen", "Barrierefrei", "", "3.400.000", "3", "2024–2027", "", "Hafen", "siehe W 1"],
]  # fmt: skip


def office_list() -> bytes:
    """Five measures in two fields."""
    title = ["Maßnahmenliste Musterstadt (Anlage 2)"] + [None] * 9
    above = [None, None, None, None, "Geld und Zeit", None, None, None, None, None]
    sums = [None, "Summe", None, None, 8_000_000, None, None, None, None, None]
    rows = [row + [None] * (10 - len(row)) for row in ROWS]
    return workbook(title, above, HEADS, *rows, sums, merged=("A1:J1", "E2:G2"))
