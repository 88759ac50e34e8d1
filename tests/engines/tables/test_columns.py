"""Which column is what."""

from __future__ import annotations

import io

import openpyxl
import pytest

from insek.engines.tables.column_reading import read_column
from insek.engines.tables.columns import Wanted, propose_columns
from insek.engines.tables.finding import find_table, find_tables, likeliest
from insek.engines.tables.head_texts import head_key
from insek.engines.tables.reading import read_book
from tests.engines.tables import held_out_lists, measure_lists
from tests.engines.tables.measure_fields import FIELDS
from tests.engines.tables.sheets_made import case, sheet

NAMED = {
    "sheet_per_field": {
        "Nr.": "number", "Maßnahme / Projekt": "title", "Kurzbeschreibung": "text", "Federführung": "unit", "Beteiligte": "others", "Zeithorizont": "horizon",
        "Kosten (netto) in Tsd. € · 2026": "costs", "Kosten (netto) in Tsd. € · 2027": "costs", "Kosten (netto) in Tsd. € · 2028 ff.": "costs",
        "Förderung": "funding", "Priorität": "priority", "Status": "state", "Blatt": "field",
    },
    "forms_below_each_other": {
        "Projekttitel": "title", "Handlungsfeld": "field", "Projektnummer": "number", "Priorität": "priority", "Projektbeschreibung": "text", "Ziele": "goal",
        "Federführung": "unit", "Weitere Akteure": "others", "Umsetzungszeitraum": "horizon", "Status": "state", "Geschätzte Kosten": "costs",
        "Finanzierung / Förderung": "funding", "Räumliche Verortung": "place",
    },
    "implementation_plan": {
        "Ziel": "goal", "lfd. Nr.": "number", "Projektbezeichnung": "title", "Inhalt": "text", "Zuständigkeit": "unit", "Mitwirkung": "others", "Ortsteil": "place",
        "Laufzeit · von": "start", "Laufzeit · bis": "end", "Finanzierung in T€ · Gesamtkosten": "costs", "Finanzierung in T€ · davon Eigenmittel": "own_share",
        "Finanzierung in T€ · davon Fördermittel": "grants", "Prio.": "priority", "abhängig von": "depends", "Bearbeitungsstand": "state", "Abschnitt": "field",
    },
}  # fmt: skip
"""Head of each column of the lists of measures -> what it is; all others are left aside."""


def named(table, kept=None):
    return {one.column.head: one.key for one in propose_columns(table, FIELDS, kept) if one.key}


@pytest.mark.parametrize("name", NAMED)
def test_columns_of_lists_of_measures(name):
    table = likeliest(find_tables(read_book(getattr(measure_lists, name)())))
    assert named(table) == NAMED[name]


def test_columns_of_the_office_list():
    table = likeliest(find_tables(read_book(case("tables/massnahmen_buero.xlsx"))))
    assert list(named(table).values()) == [
        "number",
        "title",
        "text",
        "unit",
        "others",
        "costs",
        "funding",
        "priority",
        "horizon",
        "state",
        "depends",
        "place",
        "field",
    ]


def test_a_proposal_has_score_reason_time_and_what_else_it_could_be():
    table = likeliest(find_tables(read_book(measure_lists.sheet_per_field())))
    proposals = {one.column.head: one for one in propose_columns(table, FIELDS)}
    costs = proposals["Kosten (netto) in Tsd. € · 2028 ff."]
    assert (costs.time, costs.reason.code, costs.score > 0.7) == ("2028 ff.", "head", True)
    assert str(proposals["Nr."].reason) == "Überschrift wie „nr“"
    assert proposals["Zeithorizont · kurzfristig"].key == ""


def test_what_was_mapped_before_is_proposed_first():
    table = find_table(sheet([["Ding", "Kosten", "Egal"], ["Park", "10 €", "a"], ["Weg", "20 €", "b"]]))
    kept = {head_key("Ding"): "title", head_key("Egal"): ""}
    proposals = propose_columns(table, FIELDS, kept)
    assert [(one.key, one.reason.code) for one in proposals] == [
        ("title", "kept"),
        ("costs", "head"),
        ("", "kept"),
    ]


@pytest.mark.parametrize(
    ("head", "key"),
    [
        ("Kostenträger", ""), ("Kostenstelle", ""), ("Verantwortl.", "unit"), ("Preisstand", ""), ("Umsetzungs-\nzeitraum", "horizon"), ("Projekt-Nr.", "number"),
        ("Gesamtkosten in T€", "costs"), ("Priorit.", "priority"), ("Maßnahmen-\nbezeichnung", "title"), ("Zuständige Dienststelle", "unit"),
        ("Federführendes Amt", "unit"), ("Realisierungszeitraum", "horizon"), ("Sachstand 2024", "state"), ("Stadtteil/Ort", "place"),
    ],
)  # fmt: skip
def test_heads_and_what_they_mean(head, key):
    values = {"costs": "100 T€", "horizon": "2026", "place": "Altdorf", "number": "3"}.get(key, "Amt Nord")
    table = find_table(
        sheet(
            [
                ["Dings", head, "Bemerkung"],
                ["Umbau der Schule", values, "a"],
                ["Neubau der Kita", values, "b"],
            ]
        )
    )
    assert propose_columns(table, FIELDS)[1].key == key


def test_men_and_women_before_the_total_take_no_wrong_column():
    rows = [["Ort", "männlich", "weiblich", "insgesamt"], ["A", 5, 6, 11], ["B", 7, 8, 15]]
    wanted = [Wanted("place", "Ort", "place"), Wanted("value", "Wert", "number")]
    table = find_table(sheet(rows))
    assert [one.key for one in propose_columns(table, wanted)] == ["place", "", "", "value"]
    both = [
        [None, "Einwohner", None, None],
        ["Ort", "männlich", "weiblich", "zusammen"],
        ["A", 5, 6, 11],
        ["B", 7, 8, 15],
    ]
    chosen = [
        one.column.head for one in propose_columns(find_table(sheet(both)), wanted) if one.key == "value"
    ]
    assert chosen == ["zusammen"]


HELD_OUT = {
    "numbered_fields": (18, ["number", "title", "goal", "unit", "horizon", "costs", "funding", "priority", "notes", "field"]),
    "database_export": (12, ["number", "title", "text", "unit", "start", "end", "costs", "grants", "state", "priority", "place", ""]),
    "gantt": (12, ["field", "number", "title", "unit", "", "", "", "", "", "costs", "own_share", "grants", "priority", "notes", "horizon"]),
    "form_sheets": (6, ["number", "title", "text", "", "unit", "others", "horizon", "costs", "funding", "priority", "place", ""]),
    "two_rows_each": (8, ["number", "title", "unit", "horizon", "costs", "priority", "text"]),
    "wide_without_order": (10, ["number", "title", "goal", "unit", "others", "horizon", "costs", "funding", "priority", "place", ""]),
}  # fmt: skip


@pytest.mark.parametrize("name", HELD_OUT)
def test_lists_written_after_the_recogniser(name):
    table = likeliest(find_tables(read_book(getattr(held_out_lists, name)())))
    assert (len(table.rows), [one.key for one in propose_columns(table, FIELDS)]) == HELD_OUT[name]


def test_a_total_and_its_parts_are_not_both_costs():
    book = openpyxl.Workbook()
    for row in (["Nr.", "Maßnahme", "Kosten", None, None], [None, None, "gesamt", "Planung", "Bau"], ["1", "Radweg", 5, 2, 3], ["2", "Platz der Stadt", 9, 4, 5]):  # fmt: skip
        book.active.append(row)
    for area in ("C1:E1", "A1:A2", "B1:B2"):
        book.active.merge_cells(area)
    kept = io.BytesIO()
    book.save(kept)
    table = likeliest(find_tables(read_book(kept.getvalue())))
    reasons = {one.column.head: one.reason.code for one in propose_columns(table, FIELDS)}
    assert reasons["Kosten · Planung"] == "part"


def test_a_row_below_each_row_belongs_to_it():
    table = likeliest(find_tables(read_book(held_out_lists.two_rows_each())))
    texts = [row.values[table.column("Zusatzzeile").index] for row in table.rows]
    assert [text.split(":")[0] for text in texts] == [
        f"Beschreibung der Maßnahme {number}" for number in range(1, 9)
    ]


def test_crosses_under_years_become_words():
    table = likeliest(find_tables(read_book(held_out_lists.gantt())))
    reading = read_column("horizon", table.cells(table.columns[-1].index), key="k")
    assert [(one.value.start_year, one.value.end_year) for one in reading.cells][:3] == [
        (2027, 2027),
        (2026, 2029),
        (2025, 2028),
    ]


def test_costs_from_a_year_on_count_as_a_time_beside_the_sum():
    rows = [
        [None, None, "Kosten in T€", None, None],
        ["Nr.", "Projekt", "2026", "ab 2028", "Summe"],
        ["1", "Park am Wall", 10, 20, 30],
        ["2", "Weg am Ufer", 30, 40, 70],
    ]
    proposals = propose_columns(find_table(sheet(rows, merged=[(0, 2, 0, 4)])), FIELDS)
    assert [(one.key, one.time) for one in proposals[2:]] == [
        ("costs", "2026"),
        ("costs", "ab 2028"),
        ("", ""),
    ]
