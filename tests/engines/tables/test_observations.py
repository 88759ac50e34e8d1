"""Figures out of tables: wide and long, men and women, ages, files of statistics; and what does not fit together in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.engines.tables.breakdowns import (
    AgeGroup,
    Cut,
    cut_words,
    gaps_between,
    partition,
    read_age,
    read_sex,
)
from insek.engines.tables.checking import (
    check_earlier,
    check_required,
    check_sums,
    find_double_rows,
    find_doubles,
    left_by_answer,
)
from insek.engines.tables.column_cells import Option
from insek.engines.tables.finding import find_table, find_tables, likeliest
from insek.engines.tables.number_columns import NumberKind
from insek.engines.tables.observation_plan import ObservationPlan, propose_plan
from insek.engines.tables.observation_totals import FigureKind
from insek.engines.tables.observations import read_observations
from insek.engines.tables.reading import read_book
from tests.engines.tables.sheets_made import case, sheet

NAMES = [
    "Erzhütten/Wiesenthalerhof",
    "Einsiedlerhof",
    "Morlautern",
    "Erlenbach",
    "Mölschbach",
    "Dansenberg",
    "Hohenecken",
    "Siegelbach",
    "Erfenbach",
]
PLACES = [
    *(Option(str(number), name, (str(number),)) for number, name in enumerate(NAMES, 10)),
    Option("city", "Kaiserslautern", ("07312",)),
]
PEOPLE = FigureKind(
    "people",
    "Bevölkerung",
    ("Bevölkerungsstand", "Bevoelkerung", "Einwohner"),
    NumberKind(whole=True),
    additive=True,
)
BROKEN_DOWN = FigureKind(
    "people", "Bevölkerung", ("Einwohner",), dimensions=frozenset({"sex", "age"}), additive=True
)
RATE = FigureKind("rate", "Arbeitslosenquote", kind=NumberKind("percent"))


def figures(table, indicators=(PEOPLE, RATE), chosen="people", answers=None):
    plan = propose_plan(table, PLACES)
    assert ObservationPlan.from_json(plan.as_json()) == plan
    return read_observations(
        table,
        plan,
        indicators=indicators,
        places=PLACES,
        own_codes=["07312"],
        chosen=chosen,
        decisions=answers,
    )


def of_case(name, **how):
    return figures(likeliest(find_tables(read_book(case(f"tables/{name}"), name))), **how)


def told(result):
    return [(one.place, one.span.text, one.cut.sex, str(one.value), one.status) for one in result.values]


def test_place_by_year():
    result = figures(
        find_table(
            sheet([["Ortsbezirk", 2023, "31.12.2024"], ["Dansenberg", 10, 11], ["12 Morlautern", None, "*"]])
        )
    )
    assert told(result) == [
        ("15", "2023", "", "10", ""),
        ("15", "31.12.2024", "", "11", ""),
        ("12", "31.12.2024", "", "None", "protected"),
    ]
    assert (result.empty, result.questions) == (1, [])


def test_one_figure_a_row_with_words_of_the_indicator():
    rows = [
        ["Jahr", "Stadtteil", "Indikator", "Wert"],
        [2023, "Dansenberg", "Einwohner", "10"],
        [2023, "Dansenberg", "Arbeitslosenquote", "5,5 %"],
        [2024, "Atlantis", "Einwohner", "9"],
    ]
    result = figures(find_table(sheet(rows)), chosen="")
    assert [(one.indicator, one.place, str(one.value)) for one in result.values] == [
        ("people", "15", "10"),
        ("rate", "15", "5.5"),
    ]
    assert [question.key for question in result.questions] == ["place:place:atlantis"]
    left = figures(find_table(sheet(rows)), chosen="", answers={"place:place:atlantis": "-"})
    assert [(one.row, one.note.code) for one in left.left_out] == [(4, "place_left_out")]


def test_several_indicators_beside_each_other_and_a_time_in_the_title():
    rows = [
        ["Stadtteile, Stand 31.12.2023", None, None],
        ["Stadtteil", "Einwohner", "Arbeitslosenquote"],
        ["Dansenberg", 10, "5,5"],
        ["Morlautern", 20, "6,5"],
    ]
    asked = figures(find_table(sheet(rows)), chosen="")
    assert [(question.key, question.proposed) for question in asked.questions] == [("time", "31.12.2023")]
    result = figures(find_table(sheet(rows)), chosen="", answers={"time": "31.12.2023"})
    assert [(one.indicator, one.place, str(one.value)) for one in result.values] == [
        ("people", "15", "10"),
        ("people", "12", "20"),
        ("rate", "15", "5.5"),
        ("rate", "12", "6.5"),
    ]


def test_men_and_women_before_the_total():
    rows = [
        ["Ort", "2023", None, None],
        [None, "männlich", "weiblich", "insgesamt"],
        ["Dansenberg", 4, 6, 10],
        ["Morlautern", 9, 11, 20],
    ]
    assert told(figures(find_table(sheet(rows)))) == [
        ("15", "2023", "", "10", ""),
        ("12", "2023", "", "20", ""),
    ]
    assert len(figures(find_table(sheet(rows)), indicators=[BROKEN_DOWN]).values) == 6


def test_totals_are_made_of_parts_only_where_nothing_is_missing():
    rows = [["Ort", "2023 männlich", "2023 weiblich"], ["Dansenberg", 4, 6], ["Morlautern", 9, "*"]]
    table = find_table(sheet([["Ort", "2023", "2023"], ["", "männlich", "weiblich"], *rows[1:]]))
    result = figures(find_table(sheet([["Ort", "2023", "2023"], [None, "männlich", "weiblich"], *rows[1:]])))
    assert [(one.place, str(one.value), one.made) for one in result.values] == [("15", "10", True)]
    assert table.columns


AGES = [
    ["Ort", "Jahr", "von", "bis unter", "weiblich", "männlich"],
    *[["Dansenberg", 2023, low, high, 5, 6] for low, high in ((0, 18), (18, 65), (65, None))],
]


def test_age_groups_that_are_complete_make_a_total_and_others_do_not():
    result = figures(find_table(sheet(AGES)), indicators=[BROKEN_DOWN])
    assert [str(one.value) for one in result.values if one.made] == ["33"]
    assert {str(one.cut.age) for one in result.values if one.cut.age} == {
        "0 bis unter 18",
        "18 bis unter 65",
        "ab 65",
    }
    gap = figures(find_table(sheet([AGES[0], AGES[1], AGES[3]])), indicators=[BROKEN_DOWN])
    assert not any(one.made for one in gap.values)
    assert [str(note) for note in gap.notes] == [
        "Die Altersgruppen haben Lücken (18 bis unter 65). Deshalb wird keine Gesamtzahl gebildet."
    ]


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("3 bis unter 6", (3, 6)), ("3-5", (3, 6)), ("unter 3", (0, 3)), ("unter 18 Jahre", (0, 18)), ("65 und älter", (65, None)), ("65 Jahre und älter", (65, None)),
        ("ab 65 Jahren", (65, None)), ("75+", (75, None)), ("18 bis 64 Jahre", (18, 65)), ("7", (7, 8)), ("insgesamt", ""), ("alle", ""), ("jung", None),
    ],
)  # fmt: skip
def test_ages(text, group):
    assert read_age(text) == (AgeGroup(*group) if isinstance(group, tuple) else group)


def test_sexes():
    assert [read_sex(text) for text in ("männlich", "Frauen", "w", "Insgesamt", "divers", "blau")] == [
        "male",
        "female",
        "female",
        "",
        "diverse",
        None,
    ]


@given(st.lists(st.integers(1, 99), unique=True, max_size=6).map(sorted))
def test_groups_between_any_bounds_are_a_partition_without_gaps(bounds):
    starts = [0, *bounds]
    groups = [AgeGroup(low, high) for low, high in zip(starts, [*bounds, None], strict=True)]
    assert gaps_between(groups) == []
    assert partition([*groups, AgeGroup(0, None)])[-1].end is None
    if bounds:
        assert gaps_between(groups[1:]) == [groups[0]]
        assert partition(groups[1:]) == []


# --- cases ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("wide_clean.csv", 27), ("wide_bom.csv", 27), ("wide_latin1_tab.txt", 27), ("wide_utf16_unicodetext.txt", 27), ("alt.xls", 18), ("libre.ods", 9), ("dates_head.xlsx", 18),
        ("years_numeric.xlsx", 18), ("merged.xlsx", 18), ("ffcsv_total.csv", 3), ("ffcsv_new.csv", 3), ("genesis_table.csv", 2), ("ffcsv.csv", 3), ("protected.csv", 18),
    ],
)  # fmt: skip
def test_cases_come_in_whole(name, count):
    result = of_case(name)
    assert (len(result.values), result.questions, result.problems) == (count, [], [])


def test_case_wide_has_thousands():
    values = {(one.place, one.span.year): one.value for one in of_case("wide_clean.csv").values}
    assert (values["15", 2022], values["11", 2023], values["17", 2024]) == (1000, 1121, 1908)


def test_case_thousands_are_asked_once():
    assert [question.key for question in of_case("thousand_ambig.csv").questions] == [
        "thousands:values:people"
    ]
    assert [
        str(one.value)
        for one in of_case("thousand_ambig.csv", answers={"thousands:values:people": "thousands"}).values
    ] == ["2765", "3112", "987"]


def test_case_days_as_numbers():
    for name in ("serial.xlsx", "serial.csv"):
        assert [question.key for question in of_case(name).questions] == ["serial:period"]
        values = of_case(name, answers={"serial:period": "date"}).values
        assert (len(values), {one.span.end for one in values}) == (9, {date(2023, 12, 31)})


def test_case_merged_has_sexes_where_the_indicator_has_them():
    assert len(of_case("merged.xlsx", indicators=[BROKEN_DOWN]).values) == 54


def test_case_genesis_leaves_other_districts_out():
    result = of_case("genesis_table.csv", indicators=[BROKEN_DOWN])
    assert told(result) == [
        ("city", "31.12.2022", "", "101486", ""), ("city", "31.12.2023", "", "None", "later"), ("city", "31.12.2022", "male", "51044", ""),
        ("city", "31.12.2023", "male", "None", "meaningless"), ("city", "31.12.2022", "female", "50442", ""), ("city", "31.12.2023", "female", "None", "uncertain"),
    ]  # fmt: skip
    assert [(one.row, one.note.code) for one in result.left_out] == [(9, "elsewhere")]
    assert [one.status for one in of_case("ffcsv_new.csv").values] == ["", "later", ""]


def test_case_inkar():
    result = of_case("inkar.csv", chosen="")
    assert [(one.indicator, one.span.year, str(one.value)) for one in result.values] == [
        ("rate", 2019, "8.33"),
        ("rate", 2020, "9.56"),
        ("rate", 2021, "9.10"),
    ]
    assert [one.row for one in result.left_out] == [4]
    both = read_observations(
        likeliest(find_tables(read_book(case("tables/inkar.csv")))), propose_plan(likeliest(find_tables(read_book(case("tables/inkar.csv")))), PLACES),
        indicators=[RATE], places=[*PLACES, Option("other", "Frankenthal (Pfalz)", ("07311",))], own_codes=["07312"],
    )  # fmt: skip
    assert len(both.values) == 6


def test_case_age_groups_have_a_gap():
    result = of_case("altersgruppen_stadtteile.csv", indicators=[BROKEN_DOWN], answers={"time": "31.12.2023"})
    assert (len(result.values), any(one.made for one in result.values)) == (48, False)
    assert "25 bis unter 65" in str(result.notes[0])


def test_case_percent():
    assert [str(one.value.normalize()) for one in of_case("percent.xlsx", chosen="rate").values][::9] == [
        "12",
        "12.5",
    ]
    assert [question.key for question in of_case("pcttext.csv", chosen="rate").questions] == [
        "bare_percent:values:rate"
    ]


def test_case_text_numbers():
    answers = {"brackets:values:x": "limited", "zero:values:x": "zero"}
    result = of_case("textnums.xlsx", indicators=[FigureKind("x", "X")], chosen="x", answers=answers)
    assert [str(one.value) for one in result.values] == [
        "1234",
        "12.5",
        "1234.5",
        "45500",
        "-3.2",
        "0",
        "0",
        "120",
    ]
    assert [one.status for one in result.values][-2:] == ["nil", "limited"]


# --- what does not fit ------------------------------------------------------------------------------------------------


def test_sums_are_compared_with_their_rows():
    rows = [["Ort", "2023", "2024"], ["A", 10, 5], ["B", 20, "*"], ["Summe", 31, 9]]
    table = find_table(sheet(rows))
    assert [(one.row, one.column) for one in check_sums(table, [1, 2])] == [(4, "2023")]
    assert check_sums(find_table(sheet([*rows[:3], ["Summe", 30, 5]])), [1, 2]) == []


def test_a_district_with_the_figure_of_the_city_is_asked_about():
    table = find_table(
        sheet([["Ort", "2024"], ["Dansenberg", 101_000], ["Morlautern", 900], ["Erlenbach", 305]])
    )
    result = figures(table)
    earlier = {
        ("people", "city"): Decimal(101_486),
        ("people", "12"): Decimal(300),
        ("people", "13"): Decimal(300),
    }
    names = {one.key: one.label for one in PLACES}
    questions = check_earlier(
        result.values, earlier, names=names, city="city", additive=frozenset({"people"})
    )
    assert [(question.note.code, question.rows) for question in questions] == [
        ("whole_city", (2,)),
        ("jump", (3,)),
    ]
    answered = {questions[0].key: "leave", questions[1].key: "keep"}
    assert (
        check_earlier(
            result.values,
            earlier,
            names=names,
            city="city",
            additive=frozenset({"people"}),
            decisions=answered,
        )
        == []
    )
    assert [one.place for one in left_by_answer(result.values, answered)] == ["12", "13"]


def test_double_figures_and_rows_and_missing_titles():
    result = figures(
        find_table(
            sheet(
                [
                    ["Ort", "2023"],
                    ["Dansenberg", 10],
                    ["Dansenberg", 11],
                    ["Morlautern", 5],
                    ["Morlautern", 5],
                ]
            )
        )
    )
    assert [(one.row, one.severe) for one in find_doubles(result.values)] == [(3, True), (5, False)]
    table = find_table(
        sheet([["Nr", "Titel", "Wer"], ["1", "Park", "a"], ["2", "park", "b"], ["2", None, "c"]])
    )
    assert [(one.row, one.column) for one in find_double_rows(table, [0, 1])] == [(4, "Nr"), (3, "Titel")]
    assert [one.row for one in check_required(table, {1: "Titel"})] == [4]


def test_ages_in_figures_alone_are_ages_and_no_total():
    assert cut_words(["18-24"]) == (Cut("", AgeGroup(18, 25)), [])
    assert cut_words(["Frauen", "65+"]) == (Cut("female", AgeGroup(65, None)), [])
    assert cut_words(["2023", "insgesamt"]) == (Cut(), ["2023"])
