"""Who pays, as cells say it; and what the lists of offices show beyond heads and rows: colours, groups, numbers in titles."""

import pytest

from insek.engines.tables.colours import light_of, meanings
from insek.engines.tables.finding import find_table
from insek.engines.tables.found_table import FoundTable
from insek.engines.tables.funding import read_funding
from insek.engines.tables.numbered_titles import numbered
from tests.engines.tables.sheets_made import sheet


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("LEADER", [("LEADER", None, None)]),
        ("Soziale Wohnraumförderung, 3,1 Mio. €", [("Soziale Wohnraumförderung", 3_100_000, None)]),
        ("Städtebauförderung 66 2/3 %", [("Städtebauförderung", None, 66.67)]),
        ("NKI (50 %)", [("NKI", None, 50)]),
        ("Landesprogramm, Förderquote 50 %", [("Landesprogramm", None, 50)]),
        ("Bund 40 %, Land 30 %", [("Bund", None, 40), ("Land", None, 30)]),
        ("EFRE; Land bewilligt 200.000 €", [("EFRE", None, None), ("Land", 200_000, None)]),
        ("1,6 Mio. € (Städtebauförderung)", [("Städtebauförderung", 1_600_000, None)]),
        ("Stadt, Land und EU", [("Stadt, Land und EU", None, None)]),
        ("1 bis 2 Mio. € vom Land", [("1 bis 2 Mio. € vom Land", None, None)]),
        ("Eigenmittel HH 2025", [("Eigenmittel HH 2025", None, None)]),
    ],
)  # fmt: skip
def test_sources_with_amounts_and_rates(text, read):
    found = [
        (one.source, one.amount, None if one.rate is None else float(one.rate)) for one in read_funding(text)
    ]
    assert found == read


def test_an_own_share_in_the_cell_of_the_source_is_told_apart():
    land, own = read_funding("Land (70 %), Eigenanteil 18 TEUR")
    assert (land.source, float(land.rate), own.own, own.amount) == ("Land", 70, True, 18_000)


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("M 1.2 Radweg am Fluss", ("M 1.2", "Radweg am Fluss")),
        ("M 3\nRathausplatz", ("M 3", "Rathausplatz")),
        ("2. Kita bauen", ("2", "Kita bauen")),
        ("Bahnhof (S 01)", ("S 01", "Bahnhof")),
        ("12 Stationen bauen", None),
        ("Radweg (2027)", None),
        ("Radweg", None),
        (7, None),
    ],
)
def test_number_and_title_in_one_cell(cell, parts):
    assert numbered(cell) == parts


def test_lights_and_what_a_legend_calls_them():
    colours = ("FFFF0000", "FFFFC000", "FF00B050", "FFFFFFFF", "FF4472C4", "FF7F7F7F", "")
    assert [light_of(rgb) for rgb in colours] == ["red", "amber", "green", "", "", "", ""]
    told = meanings(["grün = im Plan, gelb = verzögert; rot: gestoppt"])
    assert told == {"green": "im Plan", "amber": "verzögert", "red": "gestoppt"}


def test_rows_that_sum_up_those_below_become_headings():
    heads = ["Pos.", "Maßnahme", "Kosten €"]
    rows = [
        ["1", "Planung", 30],
        ["1.1", "Rahmenplan", 10],
        ["1.2", "Gutachten", 20],
        ["2", "Bau", 90],
        ["2.1", "Platz", 40],
        ["2.2", "Tor", 50],
    ]
    found: FoundTable = find_table(sheet([heads, *rows]))
    assert [(row.values[1], row.values[-1]) for row in found.rows] == [
        ("Rahmenplan", "Planung"), ("Gutachten", "Planung"), ("Platz", "Bau"), ("Tor", "Bau"),
    ]  # fmt: skip
    assert {out.note.code for out in found.left_out} == {"group"}
    rows[0][2] = 45  # no sum: then it is a measure like others
    assert len(find_table(sheet([heads, *rows])).rows) == 6
