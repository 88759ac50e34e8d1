"""What heads, rows and accounts of a budget say."""

from decimal import Decimal

import pytest

from insek.engines.budget.heads import (
    budget_of_account,
    euros,
    head_meaning,
    is_investment,
    is_running_payment,
    is_sum,
    side_in_words,
    side_of_account,
)


@pytest.mark.parametrize(
    ("head", "sort", "year", "offset", "side", "unit"),
    [
        ("Ansatz 2026", "amount", 2026, 0, "", 0),
        ("Plan 2027 in T€", "amount", 2027, 0, "", 1000),
        ("2026", "amount", 2026, 0, "", 0),
        ("Finanzplan 2028 (EUR)", "amount", 2028, 0, "", 1),
        ("Ansatz", "amount", None, 0, "", 0),
        ("Ansatz Vorjahr", "amount", None, -1, "", 0),
        ("1. Folgejahr", "amount", None, 1, "", 0),
        ("Einzahlungen 2026", "amount", 2026, 0, "revenue", 0),
        ("Auszahlungen 2026", "amount", 2026, 0, "expenditure", 0),
        ("VE 2028", "commitment", 2028, 0, "", 0),
        ("VE zu Lasten 2028 €", "commitment", 2028, 0, "", 1),
        ("Verpflichtungsermächtigungen", "commitment", None, 0, "", 0),
        ("Gesamtkosten", "total", None, 0, "", 0),
        ("Ergebnis 2024", "", None, 0, "", 0),
        ("vorl. Ergebnis 2024", "", None, 0, "", 0),
        ("RE 2023", "", None, 0, "", 0),
        ("Produkt", "", None, 0, "", 0),
        ("Haushaltsjahr", "", None, 0, "", 0),
        ("Vergleich", "", None, 0, "", 0),
    ],
)
def test_a_head_says_which_figure_stands_below(head, sort, year, offset, side, unit):
    found = head_meaning(head)
    assert (found.sort, found.year, found.offset, found.side, found.unit) == (sort, year, offset, side, unit)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Summe Produkt 5.4.1", True), ("Saldo aus Investitionstätigkeit", True), ("Jahresergebnis", True), ("= Summe", True),
        ("Ordentliche Erträge", True), ("Zwischensumme", True), ("Teilergebnis", True), ("Straßenbau insgesamt, Summe:", True),
        ("Gesamtschule am Park", False), ("Zusammenhalt im Quartier", False), ("Ergebnisverbesserung Bad", False), ("Umbau Saldowstraße", False),
    ],
)  # fmt: skip
def test_sums_are_told_from_lines(title, told):
    assert is_sum(title) is told


def test_accounts_say_side_and_budget_by_the_frame_of_the_state():
    assert [side_of_account(each, "07") for each in ("4141", "5231", "6811", "7852", "", "9")] == ["revenue", "expenditure", "revenue", "expenditure", "", ""]  # fmt: skip
    assert [side_of_account(each, "08") for each in ("3141", "4231", "5", "6811")] == ["revenue", "expenditure", "", "revenue"]  # fmt: skip
    assert [budget_of_account(each, "07") for each in ("41", "52", "68", "78", "31")] == ["result", "result", "financial", "financial", ""]  # fmt: skip
    assert [budget_of_account(each, "08") for each in ("31", "42", "52", "78")] == ["result", "result", "", "financial"]  # fmt: skip
    assert side_in_words("Zuwendungen vom Land") == "revenue"
    assert side_in_words("Erträge und Aufwendungen") == "", "both is neither"


def test_an_investment_is_a_payment_that_is_neither_running_nor_for_a_loan():
    assert is_investment("financial", "expenditure", "7852", "")
    assert is_investment("financial", "expenditure", "", "I 5410-12")
    assert is_investment("financial", "expenditure", "", "")
    assert not is_investment("financial", "expenditure", "7231", "")
    assert not is_investment("financial", "expenditure", "7921", "")
    assert not is_investment("financial", "revenue", "6811", "I 5410-12")
    assert not is_investment("result", "expenditure", "5231", "")


def test_a_running_payment_is_what_the_results_have_too():
    said = {account: is_running_payment("financial", account, "") for account in ("7233", "6321", "7852", "6811", "7921", "6921", "", "5233")}  # fmt: skip
    assert [account for account, is_running in said.items() if is_running] == ["7233", "6321"]
    assert not is_running_payment("financial", "7233", "I 5410-12")
    assert not is_running_payment("result", "7233", "")


def test_thousands_become_whole_euros():
    assert [euros(Decimal(text), unit) for text, unit in (("1.5", 1000), ("0.0005", 1000), ("-12.5", 1), ("3", 1_000_000))] == [1500, 1, -13, 3_000_000]  # fmt: skip
