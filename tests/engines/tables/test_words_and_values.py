"""What the words, sums and times of a column mean, and what is asked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.engines.tables.breakdowns import read_age
from insek.engines.tables.column_cells import ColumnCell, Option
from insek.engines.tables.column_reading import read_column
from insek.engines.tables.finding import find_table, find_tables, likeliest
from insek.engines.tables.horizons import NotAHorizon, read_horizon
from insek.engines.tables.likeness import OptionIndex, bare_name, likeness
from insek.engines.tables.money import NotMoney, read_money, unit_in_head
from insek.engines.tables.notes import Note
from insek.engines.tables.reading import read_book
from insek.engines.tables.references import KnownNumbers, read_references
from insek.engines.tables.time_spans import NotATime, read_time
from insek.engines.tables.word_columns import WordRules, read_words
from tests.engines.tables import measure_lists
from tests.engines.tables.measure_fields import CITY, PRIORITIES, STATE_OPTIONS
from tests.engines.tables.sheets_made import case, sheet


def cells(*values, percent=()):
    return [ColumnCell(row, value, row in percent) for row, value in enumerate(values, 2)]


def statuses(reading):
    return [cell.status for cell in reading.cells]


def keys(reading):
    return [question.key for question in reading.questions]


# --- money ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "low", "high", "flags"),
    [
        ("ca. 1,2 Mio. €", 1_200_000, 1_200_000, "about"), ("1,5–2,0 Mio. €", 1_500_000, 2_000_000, ""), ("80 T€ p. a.", 80_000, 80_000, "yearly"),
        ("50 k€", 50_000, 50_000, ""), ("k€ 50", 50_000, 50_000, ""), ("120 TEUR", 120_000, 120_000, ""), ("3.400.000", 3_400_000, 3_400_000, "bare"),
        ("ca. 450.000,- €", 450_000, 450_000, "about"), ("rd. 350 TEUR", 350_000, 350_000, "about"), ("1,1 bis 1,4 Mio. EUR", 1_100_000, 1_400_000, ""),
        ("jährlich 25.000 €", 25_000, 25_000, "yearly"), ("25.000 €/a", 25_000, 25_000, "yearly"), ("bis zu 50.000 €", None, 50_000, ""), ("mind. 2 Mio. €", 2_000_000, None, ""),
        ("500 T€ – 1,2 Mio. €", 500_000, 1_200_000, ""), ("15-20 T€", 15_000, 20_000, ""), ("zwischen 1 und 2 Mio. €", 1_000_000, 2_000_000, ""), ("1 200 000 €", 1_200_000, 1_200_000, ""),
        ("n. n.", None, None, "open"), ("noch zu ermitteln", None, None, "open"), ("nicht bezifferbar", None, None, "open"), ("offen", None, None, "open"),
        ("kostenneutral", 0, 0, "nothing"), ("0 €", 0, 0, "nothing"),
    ],
)  # fmt: skip
def test_sums_of_money(text, low, high, flags):
    (found,) = read_money(text)
    assert (found.low, found.high) == (low, high)
    assert [
        name for name in ("about", "yearly", "open", "nothing", "bare") if getattr(found, name)
    ] == flags.split()


def test_several_sums_in_a_cell_and_what_is_none():
    assert [(one.label, one.low, one.within) for one in read_money("Planung: 50.000 €; Bau: 1,2 Mio. €\ndavon Förderung 600 T€")] == [("Planung", 50_000, False), ("Bau", 1_200_000, False), ("davon Förderung", 600_000, True)]  # fmt: skip
    for text, code in {
        "1.250 Mio. €": "unclear",
        "2 x 50.000 €": "unclear",
        "Personalkosten": "unknown",
        "12,5 %": "unknown",
        "1 Stelle EG 11": "unknown",
    }.items():
        with pytest.raises(NotMoney) as refused:
            read_money(text)
        assert refused.value.code == code


def test_the_unit_of_bare_numbers_stands_in_the_head_or_is_asked():
    assert [
        unit_in_head(head)
        for head in (
            "Kosten in T€",
            "Kosten (netto) in Tsd. €",
            "Mio. €",
            "Kosten in €",
            "Kosten",
            "in 1.000 €",
        )
    ] == [1000, 1000, 10**6, 1, 0, 1000]
    reading = read_column("money", cells(50, 120.5, "n. n."), key="k", head="Kosten in T€")
    assert [cell.value[0].low for cell in reading.cells] == [50_000, 120_500, None]
    assert keys(read_column("money", cells(50, 120.5), key="k", head="Kosten")) == ["money_unit:k"]
    answered = read_column(
        "money", cells(50, 120.5), key="k", head="Kosten", decisions={"money_unit:k": "1000"}
    )
    assert [cell.value[0].low for cell in answered.cells] == [50_000, 120_500]
    assert keys(read_column("money", cells("50 T€", "–"), key="k", head="Kosten")) == ["dash:k"]
    assert (
        read_column("money", cells("50 T€"), key="k", head="Kosten (brutto)").cells[0].value[0].gross
        == "gross"
    )


# --- times ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end", "kind"),
    [
        ("2023", "2023-01-01", "2023-12-31", "year"), ("2023-Q1", "2023-01-01", "2023-03-31", "quarter"), ("1. Halbjahr 2023", "2023-01-01", "2023-06-30", "half"),
        ("2020-2022", "2020-01-01", "2022-12-31", "years"), ("2022/23", "2022-08-01", "2023-07-31", "split_year"), ("31.12.23", "2023-12-31", "2023-12-31", "day"),
        ("Dez 2023", "2023-12-01", "2023-12-31", "month"), ("Stand: 31.12.2023", "2023-12-31", "2023-12-31", "day"), ("IV. Quartal 2022", "2022-10-01", "2022-12-31", "quarter"),
        ("WS 2022/23", "2022-10-01", "2023-03-31", "split_year"), ("12/2023", "2023-12-01", "2023-12-31", "month"), ("KW 12/2023", "2023-03-20", "2023-03-26", "week"),
    ],
)  # fmt: skip
def test_days_and_periods(text, start, end, kind):
    span = read_time(text)
    assert (span.start.isoformat(), span.end.isoformat(), span.kind) == (start, end, kind)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31.02.2023", "day"),
        ("2022-2020", "order"),
        ("2022/25", "order"),
        ("03/04/2023", "slashed"),
        ("bald", "unknown"),
    ],
)
def test_what_is_no_time(text, code):
    with pytest.raises(NotATime) as refused:
        read_time(text)
    assert refused.value.code == code


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_as_it_is_written(day):
    for text in (day.strftime("%d.%m.%Y"), day.isoformat(), f"{day.day}.{day.month}.{day.year}"):
        assert read_time(text).start == read_time(text).end == day


def test_numbers_that_may_be_days_are_asked_about():
    reading = read_column("date", cells(45291, "45291"), key="k", head="Stichtag")
    assert (keys(reading), statuses(reading)) == (["serial:k"], ["open", "open"])
    assert "31.12.2023" in str(reading.questions[0].note)
    answered = read_column("period", cells(45291, "45291"), key="k", decisions={"serial:k": "date"})
    assert [cell.value.start for cell in answered.cells] == [date(2023, 12, 31)] * 2


def test_day_and_month_are_told_by_the_column_or_asked():
    assert read_column("date", cells("03/04/2023", "25/04/2023"), key="k").cells[0].value == date(2023, 4, 3)
    assert read_column("date", cells("03/04/2023", "04/25/2023"), key="k").cells[0].value == date(2023, 3, 4)
    assert keys(read_column("date", cells("03/04/2023"), key="k")) == ["slashed:k"]


def test_case_of_periods():
    column = likeliest(find_tables(read_book(case("tables/quarter.csv")))).cells(1)
    reading = read_column("period", column, key="k", decisions={"split_year:k": "school"})
    assert [cell.value.kind for cell in reading.cells] == [
        "quarter",
        "half",
        "years",
        "split_year",
        "day",
        "month",
    ]
    assert keys(read_column("period", column, key="k")) == ["split_year:k"]
    yearly = read_column(
        "period", column, key="k", periods=frozenset({"year", "day"}), decisions={"split_year:k": "school"}
    )
    assert [problem.row for problem in yearly.problems] == [2, 3, 4, 5, 7]


@pytest.mark.parametrize(
    ("text", "start", "end", "word"),
    [
        ("2025", 2025, 2025, ""), ("2025 ff.", 2025, None, ""), ("2026/27", 2026, 2027, ""), ("ab 2028", 2028, None, ""), ("bis 2030", None, 2030, ""), ("2024–2027", 2024, 2027, ""),
        ("laufend", None, None, "continuous"), ("kurzfristig", None, None, "short"), ("kurz- bis mittelfristig", None, None, "short"), ("kurzfristig (bis 2027)", None, 2027, "short"),
        ("III/2026 bis IV/2027", 2026, 2027, ""), ("Q3 2026", 2026, 2026, ""), ("Mitte 2026 bis Ende 2027", 2026, 2027, ""), ("01/2026 - 06/2027", 2026, 2027, ""), ("offen", None, None, "open"),
        ("2025 - laufend", 2025, None, ""), ("2027+", 2027, None, ""),
    ],
)  # fmt: skip
def test_horizons(text, start, end, word):
    horizon = read_horizon(text)
    assert (horizon.start_year, horizon.end_year, horizon.word) == (start, end, word)


def test_what_is_no_horizon():
    with pytest.raises(NotAHorizon):
        read_horizon("bald")


# --- words ------------------------------------------------------------------------------------------------------------

PLACES = [
    Option("01", "Innenstadt", ("1", "01")),
    Option("02", "Erzhütten/Wiesenthalerhof", ("2",)),
    Option("03", "Mölschbach", ("3",)),
    CITY,
]
UNITS = [
    Option("u1", "Stadtplanung und Bauordnung", ("5.610",)),
    Option("u2", "Stadtgrün und Verkehr", ("5.660",)),
    Option("u3", "Wirtschaftsförderung", ("WF",)),
]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Innenstadt", "01"), ("01 - Innenstadt", "01"), ("01", "01"), ("1", "01"), ("INNENSTADT", "01"), ("Stadtteil Innenstadt", "01"), ("Innenstadt, Stadt", "01"),
        ("Innenstadt¹", "01"), ("Erzhütten / Wiesenthalerhof", "02"), ("Moelschbach", "03"), ("gesamtstädtisch", "city"),
    ],
)  # fmt: skip
def test_places_that_are_certain(text, key):
    reading = read_words(cells(text), PLACES, key="k")
    assert (reading.cells[0].value, reading.questions) == (key, [])


def test_a_word_is_asked_about_once_and_decided_for_all_rows():
    reading = read_words(cells("Mölsbach", "Innenstadt", "mölsbach", "Atlantis"), PLACES, key="k", head="Ort")
    assert [(question.key, question.proposed, question.rows) for question in reading.questions] == [
        ("word:k:moelsbach", "03", (2, 4)),
        ("word:k:atlantis", "", (5,)),
    ]
    decided = read_words(
        cells("Mölsbach", "Atlantis"),
        PLACES,
        key="k",
        decisions={"word:k:moelsbach": "03", "word:k:atlantis": "-"},
    )
    assert ([cell.value for cell in decided.cells], decided.questions) == (["03", None], [])


def test_a_municipality_as_statistics_write_it():
    index = OptionIndex([Option("kl", "Kaiserslautern"), Option("ld", "Landau in der Pfalz")])
    for text in (
        "Kaiserslautern, kreisfreie Stadt",
        "Kaiserslautern, Stadt",
        "Stadt Kaiserslautern",
        "07312 Kaiserslautern",
    ):
        assert (index.likely(text)[0].option.key, index.likely(text)[0].score >= 0.94) == ("kl", True)


def test_the_first_of_several_units_is_in_charge():
    reading = read_column(
        "unit",
        cells("5.610 / 5.660", "Bereich 5.610", "WF", "Bereich Stadtplanung und Bauordnung", None),
        key="k",
        options=UNITS,
    )
    assert ([cell.value for cell in reading.cells], reading.questions) == (
        [("u1", "u2"), ("u1",), ("u3",), ("u1",), ()],
        [],
    )


def test_a_unit_nobody_knows_may_become_one():
    rules = WordRules(several=True, may_be_new=True, what="unit")
    reading = read_words(cells("Amt 99"), UNITS, key="k", rules=rules)
    assert reading.questions[0].proposed == "+"
    assert read_words(cells("Amt 99"), UNITS, key="k", rules=rules, decisions={"unit:k:amt99": "+"}).cells[
        0
    ].value == ("+Amt 99",)
    assert [
        bare_name(text)
        for text in (
            "Handlungsfeld 1: Wohnen und Quartiere",
            "HF 2 Mobilität",
            "A  Stadtbild und Bauen",
            "Ziel 1.2 Aufenthalt",
        )
    ] == ["Wohnen und Quartiere", "Mobilität", "Stadtbild und Bauen", "Aufenthalt"]


def test_priorities_of_several_systems():
    reading = read_column(
        "priority",
        cells("hoch", "1 – hoch", "mittel (2)", "A", "III", "1", "gering", "-"),
        key="k",
        options=PRIORITIES,
    )
    assert [cell.value for cell in reading.cells] == ["p1", "p1", "p2", None, None, None, None, None]
    assert [(question.examples[0], question.proposed) for question in reading.questions] == [
        ("A", "p1"),
        ("III", "p3"),
        ("1", "p1"),
        ("gering", "p3"),
    ]


def test_states_have_many_names():
    reading = read_column(
        "choice", cells("in Umsetzung", "ruht", "Idee", "läuft", "erledigt"), key="k", options=STATE_OPTIONS
    )
    assert [cell.value for cell in reading.cells] == ["running", "paused", "idea", "running", "done"]


def test_numbers_of_other_measures():
    known = KnownNumbers([f"M {number}" for number in range(1, 9)])
    assert read_references("nach M 3, M 7", known).known == ("M 3", "M 7")
    assert read_references("M2–M4 und 6", known).known == ("M 2", "M 3", "M 4", "M 6")
    assert read_references("M 3, M 99", known).unknown == ("M 99",)
    assert read_references("–", known).nothing
    assert read_references("1.1", KnownNumbers(["1.1", "1.10", "11"])).known == ("1.1",)


def test_yes_no_and_texts():
    assert [
        cell.value for cell in read_column("yesno", cells("ja", "x", "–", True, None), key="k").cells
    ] == [True, True, False, True, None]
    assert [problem.row for problem in read_column("yesno", cells("vielleicht"), key="k").problems] == [2]
    assert read_column("text", cells("a\u00a0 b\r\n- c "), key="k").cells[0].value == "a b\n- c"


@given(st.text(max_size=12), st.text(max_size=12))
def test_likeness_is_even_and_between_0_and_1(one, other):
    assert 0.0 <= likeness(one, other) <= 1.0


@given(st.text(max_size=30))
def test_no_text_breaks_a_reader(text):
    for kind in ("number", "money", "date", "year", "period", "horizon", "references", "yesno", "text"):
        read_column(kind, cells(text), key="k")
    read_column("unit", cells(text), key="k", options=UNITS)


def test_notes_speak_german_and_are_patterns():
    note = Note("x", "100 %% von „%(what)s“", {"what": "5 %"})
    assert (str(note), Note.from_json(note.as_json())) == ("100 % von „5 %“", note)


def test_all_measures_of_the_lists_are_read():
    for name in ("sheet_per_field", "forms_below_each_other", "implementation_plan"):
        table = likeliest(find_tables(read_book(getattr(measure_lists, name)())))
        for column in table.columns:
            if "osten" in column.head:
                reading = read_column("money", table.cells(column.index), key="k", head=column.head)
                assert (reading.problems, reading.questions) == ([], []), column.head


def test_all_costs_times_and_dependencies_of_the_office_list_are_read():
    table = likeliest(find_tables(read_book(case("tables/massnahmen_buero.xlsx"))))
    numbers = [str(row.values[0]) for row in table.rows]
    costs = read_column("money", table.cells(6), key="k", head=table.columns[6].head)
    times = read_column("horizon", table.cells(9), key="k")
    depends = read_column("references", table.cells(11), key="k", known=numbers)
    assert (costs.problems, costs.questions, times.problems, depends.problems) == ([], [], [], [])
    assert (
        sum(cell.value is not None for cell in costs.cells)
        == sum(cell.value is not None for cell in times.cells)
        == 60
    )
    assert sum(len(cell.value.known) for cell in depends.cells) == 55
    assert {one.gross for cell in costs.cells for one in cell.value if not one.open} == {"gross"}


HOSTILE = [
    "1" * 9000,
    "1 " * 4000,
    "1." * 4000,
    "(" * 9000,
    "ca. " * 3000,
    "1 Mio. " * 2000,
    "€ " * 4000,
    "2025/" * 2000,
    "a und " * 2000,
    "a" + " " * 9000 + "b",
    "M 1-" * 3000,
    ",stadt" * 2000,
    "²" * 50,
]
"""Texts on which careless patterns would run for minutes, or numbers would not end."""


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_read_or_refused_at_once(text):
    import time

    begin = time.process_time()
    for kind in ("number", "money", "date", "year", "period", "horizon", "references", "yesno", "text"):
        read_column(kind, cells(text), key="k")
    for kind in ("unit", "place", "priority"):
        read_column(kind, cells(text), key="k", options=UNITS)
    read_age(text)
    find_table(sheet([["Nr", "Titel", text], ["1", text, "a"], [text, None, None], ["2", text, "b"]]))
    assert time.process_time() - begin < 5
