"""How costs add up: ranges, rhythms, years, fields, prices; all of it without a database where it can be."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from insek.engines.tables.money import read_money
from insek.intake.row_readings import SaidCell
from insek.strategy.models import CostLine, FundingLine
from insek.strategy.money_pages import cost_summary, total_words
from insek.strategy.money_tables import VIEWS, cells_of, chart_of
from insek.strategy.money_words import amount_words, cost_words, short_range
from insek.strategy.readings import read_costs, read_funding
from insek.strategy.sums import Money, Priced, by_price, by_year, funding_by, price_note, total_of, years_of
from insek.strategy.totals import Span, costs_of, funded_eur, span_of


def line(amount=None, up_to=None, **more):
    return CostLine(amount_eur=amount, up_to_eur=up_to, **more)


def measure(pk="m1", start=None, end=None, unit=None):
    row = SimpleNamespace(start_year=start, end_year=end, responsible_id=unit)
    return SimpleNamespace(pk=pk, measure=row, is_example=False)


def money(*lines, item=None, horizon=2040, funding=()):
    item = item or measure()
    costs = [Priced(each, item, span_of(each), years_of(each, item, horizon)) for each in lines]
    return Money([item], costs, [(each, item) for each in funding])


@pytest.mark.parametrize(
    ("said", "span", "words"),
    [
        ({}, None, ""),
        ({"amount": 500, "precision": "exact"}, Span(500, 500), "500 Euro"),
        ({"amount": 0}, Span(0, 0, True), "rund 0 Euro"),
        ({"amount": 1_250_000}, Span(1_250_000, 1_250_000, True), "rund 1.250.000 Euro"),
        ({"amount": 5, "precision": "at_least"}, Span(5, None), "mindestens 5 Euro"),
        ({"amount": 5, "precision": "at_most"}, Span(0, 5), "höchstens 5 Euro"),
        (
            {"amount": 1_500_000, "up_to": 2_000_000, "precision": "exact"},
            Span(1_500_000, 2_000_000),
            "1.500.000 bis 2.000.000 Euro",
        ),
    ],
)
def test_an_amount_and_its_words(said, span, words):
    assert span_of(line(**said)) == span
    assert amount_words(line(**said)) == words


def test_ranges_stay_ranges_in_sums():
    total = costs_of([line(100, precision="exact"), line(50, 80, precision="exact"), line()])
    assert (total.once, total.open_lines) == (Span(150, 180), 1)
    assert costs_of([line(100), line(1, precision="at_least")]).once == Span(101, None, True)
    assert total_words(Span(150, None)) == "mindestens 150 Euro"


@pytest.mark.parametrize(
    ("lines", "value", "note"),
    [
        ([], "", ""),
        ([line()], "", ""),
        ([line(500, basis="net", price_year=2024)], "rund 500 Euro", "netto, Preisstand 2024"),
        (
            [line(500, basis="net", price_year=2024), line(100, basis="gross", price_year=2026), line()],
            "rund 600 Euro",
            "teils brutto, teils netto, Preisstand 2024, 2026, ein Teil ist noch offen",
        ),
        (
            [
                line(9, rhythm="yearly"),
                line(5, rhythm="yearly", is_follow_up=True),
                line(3, is_follow_up=True),
            ],
            "rund 9 Euro im Jahr; Folgekosten rund 3 Euro; Folgekosten rund 5 Euro im Jahr",
            "",
        ),
    ],
)
def test_what_a_measure_costs_in_one_fact(lines, value, note):
    told = cost_summary(lines)
    assert (told["value"], told["note"]) == (value, note)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (500, 500, "500 Euro"),
        (24_000, 24_000, "24 Tsd. €"),
        (120_000, 180_000, "120–180 Tsd. €"),
        (2_348_000, 2_408_000, "2,35–2,41 Mio. €"),
        (1_000_000, None, "ab 1,00 Mio. €"),
    ],
)
def test_a_sum_where_there_is_little_room(low, high, words):
    assert short_range(low, high) == words


def test_a_line_in_one_line():
    said = line(9, title="Pflege", rhythm="yearly", is_follow_up=True, from_year=2030)
    assert cost_words(said) == "Pflege, Folgekosten, rund 9 Euro im Jahr, ab 2030"
    assert cost_words(line()) == "Betrag noch offen"


@pytest.mark.parametrize(
    ("values", "item", "years"),
    [
        ({"from_year": 2026, "to_year": 2028}, measure(), (2026, 2028)),
        ({"from_year": 2026}, measure(end=2030), (2026, 2026)),
        ({"to_year": 2027}, measure(), (2027, 2027)),
        ({}, measure(start=2026, end=2030), (2026, 2030)),
        ({}, measure(), None),
        ({"rhythm": "yearly", "from_year": 2026}, measure(end=2030), (2026, 2030)),
        ({"rhythm": "yearly"}, measure(start=2026), (2026, 2040)),
        ({"rhythm": "yearly"}, measure(), None),
        ({"rhythm": "yearly", "is_follow_up": True}, measure(start=2026, end=2030), (2031, 2040)),
        ({"rhythm": "yearly", "from_year": 2045}, measure(), None),
    ],
)
def test_in_which_years_a_line_counts(values, item, years):
    assert years_of(line(1, **values), item, 2040) == years


def test_sums_by_year_divide_nothing():
    found = money(
        line(100, from_year=2026, to_year=2028, precision="exact"),
        line(10, from_year=2027, precision="exact"),
        line(5, rhythm="yearly", from_year=2027, to_year=2028, precision="exact"),
        line(7, precision="exact"),
        line(from_year=2026),
    )
    groups = {group.name: (group.once, group.yearly) for group in by_year(found)}
    assert groups == {
        "2027": (Span(10, 10), Span(5, 5)),
        "2028": (None, Span(5, 5)),
        "2026–2028": (Span(100, 100), None),
        "ohne Jahr": (Span(7, 7), None),
    }
    assert list(groups) == ["2027", "2028", "2026–2028", "ohne Jahr"]
    assert total_of(found).total == Span(127, 127), "yearly times two years, each line once"
    assert (found.named, found.open_lines) == (1, 1)


def test_what_has_no_end_is_in_no_sum_over_years_and_said():
    found = money(line(5, rhythm="yearly", from_year=2027), horizon=None)
    total = total_of(found)
    assert (total.yearly, total.total, found.endless) == (Span(5, 5, True), None, 1)


def test_price_years_and_bases_are_not_mixed_silently():
    mixed = money(line(1, price_year=2020, basis="gross"), line(2, price_year=2024, basis="net"), line(4))
    assert [group.name for group in by_price(mixed)] == [
        "Preise von 2020",
        "Preise von 2024",
        "ohne Preisstand",
    ]
    assert "nicht umgerechnet" in price_note([total_of(mixed)])
    assert (
        price_note([total_of(money(line(1, price_year=2020, basis="net"), line(2, price_year=2020)))]) == ""
    )


@pytest.mark.parametrize(
    ("values", "amount"),
    [
        ({"amount_eur": 7, "eligible_eur": 100, "share_percent": Decimal(50)}, 7),
        ({"eligible_eur": 101, "share_percent": Decimal("50")}, 51),
        ({"eligible_eur": 100}, None),
        ({}, None),
    ],
)
def test_what_a_line_of_funding_brings(values, amount):
    assert funded_eur(FundingLine(**values)) == amount


def test_funding_by_source_counts_what_was_refused_apart():
    rows = [
        FundingLine(source="Land", state="granted", amount_eur=10, own_share_eur=3),
        FundingLine(source="land ", state="refused", amount_eur=90, own_share_eur=40),
        FundingLine(source="Land", state="refused"),
        FundingLine(source="Bund", state="idea"),
        FundingLine(source="Bund", state="applied", eligible_eur=200, share_percent=Decimal(60)),
    ]
    bund, land = funding_by(money(funding=rows), "source", "ohne")
    assert (bund.name, bund.total, bund.open_lines, bund.computed) == ("Bund", 120, 1, True)
    assert (land.name, land.total, land.own_share, land.by_state["refused"]) == ("Land", 10, 3, 90)
    assert land.open_lines == 0


def test_a_table_for_files_keeps_the_bounds_apart():
    found = money(
        line(50, 80, from_year=2026, price_year=2025), line(1, precision="at_least", from_year=2027)
    )
    view = VIEWS["jahr"]
    groups = view.groups(found)
    assert cells_of(view, groups[0]) == ["2026", 50, 80, "", "", 50, 80, 1, 1, "2025"]
    assert cells_of(view, groups[1])[1:3] == [1, ""]
    bars = chart_of(view, groups)["data"]["values"]
    assert [(bar["low"], bar["high"]) for bar in bars] == [(50, 80), (1, 1)]


@pytest.mark.parametrize(
    ("cell", "head", "lines"),
    [
        ("ca. 450.000,- €", "Kosten", [(450_000, None, "about", "once", None)]),
        ("1,5–2,0 Mio. €", "Kosten (Preisstand 2024)", [(1_500_000, 2_000_000, "exact", "once", 2024)]),
        ("bis 80 T€ p. a.", "Kosten", [(80_000, None, "at_most", "yearly", None)]),
        ("ab 2 Mio. €", "Kosten", [(2_000_000, None, "at_least", "once", None)]),
        ("n. n.", "Kosten", [(None, None, "about", "once", None)]),
        ("kostenneutral", "Kosten", [(0, None, "exact", "once", None)]),
        ("Planung: 50 T€, Bau: 1,2 Mio. €", "Kosten",
         [(50_000, None, "exact", "once", None), (1_200_000, None, "exact", "once", None)]),
    ],
)  # fmt: skip
def test_what_an_office_writes_becomes_lines(cell, head, lines):
    found = read_costs(None, SaidCell(head, cell, value=read_money(cell)))
    read = [(row["amount_eur"], row.get("up_to_eur"), row["precision"], row["rhythm"], row["price_year"]) for row in found]  # fmt: skip
    assert read == lines
    assert {row["note"] for row in found} == {""}, "the columns say all of it"
    assert [row["title"] for row in found] == (["Planung", "Bau"] if "Bau" in cell else [""])


def test_who_pays_is_read_with_how_far_it_has_come():
    found = read_funding(
        None, SaidCell("Förderung", "Land: Dorferneuerung (bewilligt);\nEU, beantragt; Stiftung")
    )
    assert [(row["source"], row["state"]) for row in found] == [
        ("Land: Dorferneuerung", "granted"), ("EU", "applied"), ("Stiftung", "idea"),
    ]  # fmt: skip
    for cell in ("n. n.", "80 %", "offen", "x" * 201):
        with pytest.raises(ValueError, match="steht im Text"):
            read_funding(None, SaidCell("Förderung", cell))
