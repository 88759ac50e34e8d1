"""Numbers of files: thousands, percentages and days come in as they are meant, or are asked about."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook

from insek.evidence.import_forms import ColumnsForm
from insek.evidence.importing import ColumnMapping, decimal_sign_of, plan_of
from insek.intake.table_files import read_table, shown
from tests.factories import make_item


def workbook(*rows, formats=None):
    """Bytes of a workbook; ``formats`` gives cells such as ``B2`` a format."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for place, code in (formats or {}).items():
        book.active[place].number_format = code
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def plan(data, *, unit, roles=("district", "period", "value"), sign=","):
    """What recording a file would do, for an indicator with this unit."""
    table = read_table(data)
    names = sorted({shown(row[0]) for _number, row in table.rows})
    districts = [make_item("district", title=name).district for name in names]
    indicator = make_item("indicator", title="Indikator", unit=unit).indicator
    said = ColumnMapping(roles=list(roles), sign=sign, indicator=indicator.pk, source_title="Statistik")
    return plan_of(table, said, districts, [indicator])


def values(made):
    return [line.new.value for line in made.new]


SHARES = workbook(
    ["Raum", "Jahr", "Wert"], ["Nord", 2024, 0.12], ["Süd", 2024, 0.125], ["West", 2024, 0],
    formats={"C2": "0.0%", "C3": "0.0%", "C4": "0.0%"},
)  # fmt: skip


@pytest.mark.parametrize(("unit", "read"), [
    ("%", ["12", "12.5", "0"]), ("Prozent", ["12", "12.5", "0"]), ("Anteil", ["0.12", "0.125", "0"]),
])  # fmt: skip
def test_cells_shown_in_percent_are_percent_in_an_indicator_in_percent(concept, unit, read):
    made = plan(SHARES, unit=unit)
    assert made.refused == []
    assert values(made) == [Decimal(number) for number in read]


def test_a_small_number_among_percentages_is_asked_about(concept):
    text = "Raum;Jahr;Wert\nNord;2024;12,5 %\nSüd;2024;0,125\nWest;2024;14\n"
    made = plan(text.encode(), unit="%")
    assert values(made) == [Decimal("12.5"), Decimal(14)]
    [refused] = made.refused
    assert refused.row == 3
    assert "Ist 0,125 % oder 12,5 % gemeint?" in refused.reason


def test_a_percentage_is_refused_where_the_indicator_counts_otherwise(concept):
    made = plan("Raum;Jahr;Wert\nNord;2024;12,5 %\nSüd;2024;3\n".encode(), unit="Menschen")
    assert [line.reason for line in made.refused] == [
        "Hier steht ein Prozentwert; der Indikator zählt in Menschen. Bitte rechnen Sie um."
    ]


def test_thousands_with_spaces_and_digits_that_are_no_group(concept):
    made = plan(
        "Raum;Jahr;Wert\nNord;2024;2 765\nSüd;2024;2\u202f765\nWest;2024;12 34\n".encode(), unit="Menschen"
    )
    assert values(made) == [Decimal(2765), Decimal(2765)]
    assert [line.row for line in made.refused] == [4]


def test_thousands_or_decimals_are_asked_once_for_the_column(concept):
    table = read_table("Raum;Jahr;Wert\nNord;2024;2.765\nSüd;2024;3.112\nWest;2024;987\n".encode())
    roles = ["district", "period", "value"]
    assert decimal_sign_of(table, roles) == "?"
    form = ColumnsForm(None, table=table, roles=roles, indicators=[], places=[], initial={})
    assert form["sign"].value() == ""


def test_decimals_with_a_point_hold_for_the_whole_column(concept):
    text = "Raum;Jahr;Wert\nNord;2024;12.5\nSüd;2024;3.112\nWest;2024;9.87\n".encode()
    sign = decimal_sign_of(read_table(text), ["district", "period", "value"])
    assert values(plan(text, unit="%", sign=sign)) == [Decimal("12.5"), Decimal("3.112"), Decimal("9.87")]


@pytest.mark.parametrize(("day", "code", "period"), [
    (date(2024, 6, 1), "MMM YY", "2024-06"), (date(2024, 1, 1), "YYYY", "2024"), (date(2024, 12, 31), "DD.MM.YYYY", "2024-12-31"),
])  # fmt: skip
def test_a_day_shown_as_a_month_or_year_is_one(concept, day, code, period):
    made = plan(workbook(["Raum", "Zeit", "Wert"], ["Nord", day, 7], formats={"B2": code}), unit="Menschen")
    assert [line.new.period for line in made.new] == [period]


@pytest.mark.parametrize(("day", "code"), [(date(2024, 6, 30), "MMM YY"), (date(2024, 12, 31), "YYYY")])
def test_a_day_hidden_behind_a_month_or_year_is_asked_about(concept, day, code):
    made = plan(workbook(["Raum", "Zeit", "Wert"], ["Nord", day, 7], formats={"B2": code}), unit="Menschen")
    assert made.new == []
    assert "enthält aber den" in made.refused[0].reason


def test_heads_that_are_days_shown_as_months_are_months(concept):
    data = workbook(["Raum", date(2024, 6, 1)], ["Nord", 7], formats={"B1": "MMMM YYYY"})
    made = plan(data, unit="Menschen", roles=("district", "period_value"))
    assert [line.new.period for line in made.new] == ["2024-06"]
