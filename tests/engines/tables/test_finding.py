"""Where the table is on a sheet, and why everything else is none."""

from __future__ import annotations

import time

import pytest

from insek.engines.tables.book import Book, Sheet
from insek.engines.tables.finding import find_table, find_tables, likeliest
from insek.engines.tables.found_table import Corrections
from insek.engines.tables.head_texts import head_key, plain_head
from insek.engines.tables.reading import read_book
from tests.engines.tables import measure_lists
from tests.engines.tables.sheets_made import case, sheet, workbook


def heads(table):
    return [column.head for column in table.columns]


def left_out(table):
    return {one.row: one.note.code for one in table.left_out}


FIGURES = [
    ["Einwohner nach Ortsteilen", None, None, None, None],
    ["Stichtag 31.12.", None, None, None, None],
    [None, None, None, None, None],
    [None, "2023", None, "2024", None],
    ["Ortsteil", "zusammen", "darunter weiblich", "zusammen", "darunter weiblich"],
    ["Altdorf", 100, 51, 110, 55],
    ["Neudorf²", 200, 99, 210, 101],
    ["Insgesamt", 300, 150, 320, 156],
    ["² mit Weiler", None, None, None, None],
    ["Quelle: Melderegister", None, None, None, None],
]


def test_titles_two_head_rows_sum_and_legend_are_told_apart():
    table = find_table(sheet(FIGURES))
    assert (table.head_rows, heads(table)) == (
        (4, 5),
        [
            "Ortsteil",
            "2023 · zusammen",
            "2023 · darunter weiblich",
            "2024 · zusammen",
            "2024 · darunter weiblich",
        ],
    )
    assert [row.number for row in table.rows] == [6, 7]
    assert left_out(table) == {1: "title", 2: "title", 8: "sum", 9: "below", 10: "below"}
    assert table.sums[0].values == ("Insgesamt", 300, 150, 320, 156)
    assert table.titles[0] == "Einwohner nach Ortsteilen"


def test_a_merged_head_is_the_same_as_a_head_with_gaps():
    merged = find_table(sheet(FIGURES, merged=[(0, 0, 0, 4), (3, 1, 3, 2), (3, 3, 3, 4)]))
    assert heads(merged) == heads(find_table(sheet(FIGURES)))


def test_a_person_corrects_what_the_program_saw_otherwise():
    table = find_table(
        sheet(FIGURES),
        Corrections(head_rows=(5,), first_row=6, last_row=8, kept=frozenset({8}), left_out=frozenset({6})),
    )
    assert heads(table)[:2] == ["Ortsteil", "zusammen"]
    assert [row.number for row in table.rows] == [7, 8]
    assert left_out(table)[6] == "by_hand"
    assert Corrections.from_json(Corrections((5,), 6, kept=frozenset({8})).as_json()) == Corrections(
        (5,), 6, kept=frozenset({8})
    )


def test_without_heads_the_columns_have_their_letters():
    table = find_table(sheet([["Altdorf", 100], ["Neudorf", 200]]))
    assert (table.head_rows, len(table.rows), [note.code for note in table.notes]) == ((), 2, ["no_head"])
    assert [column.shown for column in table.columns] == ["A", "B"]


LIST = [
    ["Handlungsfeld A: Wohnen", None, None, None],
    ["Ziel A.1 Bauen", None, None, None],
    ["Nr", "Maßnahme", "Wer", "Wann"],
    ["1", "Park", "Amt 61", "2026"],
    ["Ziel A.2 Erhalten", None, None, None],
    ["2", "Wall", "Amt 66", None],
    ["Handlungsfeld B: Verkehr", None, None, None],
    ["Ziel B.1 Rad", None, None, None],
    ["Nr", "Maßnahme", "Wer", "Wann"],
    ["3", "Radweg", "Amt 66", "2027"],
    ["Seite 1 von 2", None, None, None],
    ["4", "Brücke", "Amt 66", "2028"],
]


def test_rows_between_become_columns_and_repeated_heads_go():
    table = find_table(sheet(LIST))
    assert left_out(table) == {
        1: "title",
        2: "title",
        5: "section",
        7: "section",
        8: "section",
        9: "repeated_head",
        11: "page",
    }
    assert [row.number for row in table.rows] == [4, 6, 10, 12]
    goal, field = (table.column(name).index for name in ("Ziel", "Handlungsfeld"))
    assert [row.values[field] for row in table.rows][2:] == ["Handlungsfeld B: Verkehr"] * 2
    assert [row.values[goal] for row in table.rows] == [
        "Ziel A.1 Bauen",
        "Ziel A.2 Erhalten",
        "Ziel B.1 Rad",
        "Ziel B.1 Rad",
    ]


def test_a_place_without_figures_is_no_section_and_a_measure_with_a_title_only_is_one():
    table = find_table(sheet([["Ort", "2022", "2023"], ["A", 1, 2], ["B", None, None], ["C", 3, 4]]))
    assert [row.values[0] for row in table.rows] == ["A", "B", "C"]
    table = find_table(
        sheet(
            [
                ["Nr", "Maßnahme", "Wer", "Kosten", "Stand"],
                ["1", "Park", "Amt", "10 €", "neu"],
                ["2", "Wall", None, None, None],
                ["3", "Weg", "Amt", "5 €", "neu"],
                ["4", "Tor", None, None, None],
            ]
        )
    )
    assert [row.number for row in table.rows] == [2, 3, 4, 5]


def test_hidden_rows_and_columns_are_asked_about_and_left_out_when_said():
    def hide(made):
        made.row_dimensions[3].hidden = True
        made.column_dimensions["C"].hidden = True

    data = workbook([["Ort", "2023", "2024"], ["A", 1, 2], ["B", 3, 4], ["C", 5, 6]], hide)
    table = find_tables(read_book(data))[0]
    assert [question.key for question in table.questions] == [
        "hidden_rows:Tabelle1",
        "hidden_column:Tabelle1:2",
    ]
    answered = {"hidden_rows:Tabelle1": "leave", "hidden_column:Tabelle1:2": "leave"}
    table = find_tables(read_book(data), decisions=answered)[0]
    assert ([row.values for row in table.rows], table.questions) == ([("A", 1), ("C", 5)], [])
    assert left_out(table) == {3: "hidden"}


def test_heads_in_one_line():
    assert plain_head("Umsetzungs-\nzeitraum") == "Umsetzungszeitraum"
    assert plain_head("lfd.\nNr.") == "lfd. Nr."
    assert plain_head("ÖPNV-\nTräger") == "ÖPNV-Träger"
    assert plain_head("Ortsteil¹") == "Ortsteil"
    assert head_key("Kosten\n(brutto, geschätzt)") == "kosten brutto geschaetzt"


# --- lists of measures ------------------------------------------------------------------------------------------------


def test_one_sheet_a_field_is_one_table():
    tables = find_tables(read_book(measure_lists.sheet_per_field()))
    table = likeliest(tables)
    assert (len(table.rows), len(table.sums), table.sheets) == (
        15,
        3,
        ("HF 1 Wohnen", "HF 2 Mobilität", "HF 3 Grün & Klima"),
    )
    assert heads(table) == [
        "Nr.", "Maßnahme / Projekt", "Kurzbeschreibung", "Federführung", "Beteiligte", "Zeithorizont · kurzfristig", "Zeithorizont · mittelfristig",
        "Zeithorizont · langfristig", "Kosten (netto) in Tsd. € · 2026", "Kosten (netto) in Tsd. € · 2027", "Kosten (netto) in Tsd. € · 2028 ff.",
        "Förderung", "Priorität", "Status", "Zeithorizont", "Blatt",
    ]  # fmt: skip
    assert [row.values[0] for row in table.rows][4:6] == ["M 1.5", "M 2.1"]


def test_forms_become_rows():
    table = likeliest(find_tables(read_book(measure_lists.forms_below_each_other())))
    assert (table.layout, len(table.rows)) == ("forms", measure_lists.FORMS)
    for number, row in enumerate(table.rows, 1):
        for head, value in measure_lists.form_values(number).items():
            assert row.values[table.column(head).index] == value
    assert table.rows[1].values[table.column("Überschrift des Steckbriefs").index] == "Projektsteckbrief 2"


def test_forms_on_sheets_of_their_own_are_one_table():
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for number in range(1, 5):
        made = book.create_sheet(f"M{number}")
        made.append([f"Steckbrief M{number}"])
        for label, value in list(measure_lists.form_values(number).items())[:8]:
            made.append([label, value])
    target = io.BytesIO()
    book.save(target)
    table = find_tables(read_book(target.getvalue()))[0]
    assert (table.layout, len(table.rows), table.rows[2].sheet) == ("forms", 4, "M3")
    assert (
        table.rows[2].values[table.column("Projekttitel").index]
        == measure_lists.form_values(3)["Projekttitel"]
    )


def test_a_plan_with_letters_numbers_of_columns_and_two_pages():
    table = likeliest(find_tables(read_book(measure_lists.implementation_plan())))
    assert (table.head_rows, len(table.rows), len(table.sums)) == ((4, 5), 15, 3)
    assert left_out(table) == {
        1: "title",
        2: "title",
        6: "numbering",
        7: "section",
        13: "sum",
        15: "repeated_head",
        16: "section",
        22: "sum",
        24: "repeated_head",
        25: "section",
        31: "sum",
        33: "below",
        34: "below",
    }
    assert {row.values[table.column("Abschnitt").index] for row in table.rows} == {
        "A Stadtbild und Bauen",
        "B Verkehr",
        "C Soziales",
    }
    assert [row.values[0] for row in table.rows][:5] == ["A-Z1 Ort stärken"] * 3 + ["A-Z2 Wege verkürzen"] * 2
    assert [question.key for question in table.questions] == ["hidden_column:Umsetzungsfahrplan:7"]


# --- cases ------------------------------------------------------------------------------------------------------------


def test_the_office_list_has_60_measures_in_5_fields():
    table = likeliest(find_tables(read_book(case("tables/massnahmen_buero.xlsx"))))
    assert (table.head_rows, len(table.rows), [row.number for row in table.sums]) == ((3, 4), 60, [70])
    fields = [row.values[-1] for row in table.rows]
    assert (len(set(fields)), fields[0], fields[-1]) == (
        5,
        "Handlungsfeld 1: Wohnen und Quartiere",
        "Handlungsfeld 5: Zusammenleben, Bildung, Kultur",
    )
    assert (table.columns[9].head, table.questions, table.notes) == ("Umsetzungszeitraum", [], [])


@pytest.mark.parametrize(
    ("name", "head_rows", "rows", "columns"),
    [
        ("merged.xlsx", (4, 5), 9, 7), ("genesis_table.csv", (4, 5, 6, 7), 3, 6), ("inkar.csv", (1, 2), 2, 6), ("dates_head.xlsx", (1,), 9, 3),
        ("years_numeric.xlsx", (1,), 9, 3), ("limesurvey.csv", (1,), 2, 7), ("ffcsv.csv", (1,), 9, 14), ("altersgruppen_stadtteile.csv", (1,), 24, 6),
    ],
)  # fmt: skip
def test_cases_have_their_heads(name, head_rows, rows, columns):
    table = likeliest(find_tables(read_book(case(f"tables/{name}"))))
    assert (table.head_rows, len(table.rows), len(table.columns)) == (head_rows, rows, columns)


def test_case_merged_leaves_sum_and_legend_out():
    table = likeliest(find_tables(read_book(case("tables/merged.xlsx"))))
    assert left_out(table) == {1: "title", 2: "title", 15: "sum", 16: "below", 17: "below", 18: "below"}


def test_merged_cells_beyond_the_sheet_do_no_harm():
    rows = [["Titel", None, None], ["Ort", "2023", "2024"], ["A", 1, 2], [None, 3, 4]]
    table = find_table(sheet(rows, merged=[(0, 0, 0, 16_383), (2, 0, 1_048_575, 0), (9_999, 0, 10_000, 3)]))
    assert [row.values for row in table.rows] == [("A", 1, 2), ("A", 3, 4)]


def test_rows_without_a_number_of_their_own_go_on_with_the_row_above():
    rows = [
        ["Nr.", "Maßnahme", "Wer", "Kosten"],
        ["1", "Park", "Amt", "10 €"],
        [None, None, None, "20 €"],
        ["2", "Weg", "Amt", "5 €"],
        ["3", "Tor", "Amt", "6 €"],
        [None, None, "Verein", "7 €"],
    ]
    table = find_table(sheet(rows))
    assert [(one.key, one.proposed, one.rows) for one in table.questions] == [("joined:T", "join", (3, 6))]
    joined = find_table(sheet(rows), decisions={"joined:T": "join"})
    assert [row.values for row in joined.rows] == [
        ("1", "Park", "Amt", "10 €\n20 €"),
        ("2", "Weg", "Amt", "5 €"),
        ("3", "Tor", "Amt\nVerein", "6 €\n7 €"),
    ]
    merged = find_table(sheet(rows, merged=[(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2)]))
    assert [(one.key, one.rows) for one in merged.questions] == [("joined:T", (3, 6))]
    assert len(find_table(sheet(rows), decisions={"joined:T": "each"}).rows) == 5


def test_a_word_that_stands_once_may_hold_for_the_rows_below():
    rows = [
        ["Handlungsfeld", "Nr.", "Maßnahme", "Wer"],
        ["Wohnen", "1", "Park", "a"],
        [None, "2", "Weg", "b"],
        [None, "3", "Tor", "c"],
        ["Verkehr", "4", "Rad", "d"],
        [None, "5", "Bus", "e"],
    ]
    table = find_table(sheet(rows))
    assert [(one.key, one.proposed) for one in table.questions] == [("gaps:T:handlungsfeld", "fill")]
    filled = find_table(sheet(rows), decisions={"gaps:T:handlungsfeld": "fill"})
    assert [row.values[0] for row in filled.rows] == ["Wohnen", "Wohnen", "Wohnen", "Verkehr", "Verkehr"]


def test_another_table_below_is_named_and_can_be_read():
    rows = [
        ["Nr.", "Maßnahme", "Federführung", "Kosten"], ["1", "Park", "Amt", "10 €"], ["2", "Weg", "Amt", "20 €"], [None] * 4,
        ["Indikator", "Einheit", "Quelle", "Stand"], ["Bäume", "Anzahl", "Kataster", "2023"], ["Wege", "km", "Kataster", "2023"],
    ]  # fmt: skip
    table = find_table(sheet(rows))
    assert [row.number for row in table.rows] == [2, 3]
    assert [(note.code, note.values["row"]) for note in table.notes] == [("other_table", "5")]
    below = find_table(sheet(rows), Corrections(head_rows=(5,), first_row=6))
    assert (heads(below), [row.values[0] for row in below.rows]) == (
        ["Indikator", "Einheit", "Quelle", "Stand"],
        ["Bäume", "Wege"],
    )


def test_forms_whose_first_label_counts_and_lines_without_a_label():
    rows: list[list[str | None]] = []
    for number in range(1, 5):
        rows += [
            [f"Maßnahme {number}", f"Lückenschluss {number}"],
            ["Beschreibung", "Ausbau"],
            ["Akteure", "Tiefbauamt"],
            ["Kosten", "100 €"],
            [None, None],
        ]
    table = find_tables(Book("xlsx", [sheet([*rows, [None, "übrig"]])]))[0]
    assert (table.layout, heads(table)) == (
        "forms",
        ["Maßnahme", "Beschreibung", "Akteure", "Kosten", "Überschrift des Steckbriefs"],
    )
    assert table.rows[1].values == ("Lückenschluss 2", "Ausbau", "Tiefbauamt", "100 €", "Maßnahme 2")
    assert [(one.row, one.note.code) for one in table.left_out] == [(21, "no_label")]


def test_a_title_row_of_two_cells_is_no_head():
    rows = [
        ["Arbeitsstand 10/2025", None, None, "vertraulich", None],
        [None, None, None, "Kosten in T€", None],
        ["Nr.", "Projekt", "Wer", "2026", "ab 2028"],
        ["1", "Park", "Amt", 10, 20],
        ["2", "Weg", "Amt", 30, 40],
    ]
    table = find_table(sheet(rows, merged=[(1, 3, 1, 4)]))
    assert (table.head_rows, heads(table)) == (
        (2, 3),
        ["Nr.", "Projekt", "Wer", "Kosten in T€ · 2026", "Kosten in T€ · ab 2028"],
    )


def test_many_forms_a_sheet_each_are_one_table_though_rows_come_again_word_by_word():
    sheets = [
        Sheet(
            f"{number}",
            [
                ["Maßnahme Nr.", f"{number}"], ["Titel", f"Vorhaben {number}"], ["Amt", "Tiefbauamt" if number % 3 else "Bauamt"],
                ["Zeitraum", f"{2026 + number % 4} bis 2030"], ["Priorität", "hoch"], ["Ziele", f"1.{number}"],
            ],
        )
        for number in range(1, 81)
    ]  # fmt: skip
    began = time.process_time()
    [table] = find_tables(Book("xlsx", sheets))
    assert time.process_time() - began < 5, "eighty sheets once took minutes"
    assert len(table.rows) == 80
    assert {"Titel", "Amt", "Priorität"} <= {column.head for column in table.columns}


def test_a_list_that_lies_across_is_told_with_what_to_do():
    """Heads below each other and a measure a column: read as it stands, each fact would be a measure."""
    rows = [
        ["Kürzel", "M-A", "M-B", "M-C"], ["Titel der Maßnahme", "Markthalle", "Radweg", "Bäume"], ["Handlungsfeld", "Wirtschaft", "Mobilität", "Klima"],
        ["Wer macht es?", "Hochbau", "Tiefbau", "Grün"], ["Kosten (brutto)", "1,8 Mio. €", "420.000 €", "60 T€"], ["Zeitraum", "2026", "2027", "2028"], ["Stand", "läuft", "geplant", "Idee"],
    ]  # fmt: skip
    across = find_tables(Book("xlsx", [sheet(rows)]))[0]
    assert [note.code for note in across.notes] == ["across"] and "Transponieren" in str(across.notes[0])
    upright = find_tables(Book("xlsx", [sheet([list(row) for row in zip(*rows, strict=True)])]))[0]
    assert "across" not in [note.code for note in upright.notes]
