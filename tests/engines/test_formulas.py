"""Formulas: read or refused with the place, worked out with their error, checked for their units."""

import random
from decimal import Decimal
from math import isclose, sqrt

import pytest

from insek.engines.formulas import (
    DEEPEST,
    LONGEST,
    MOST_PIECES,
    FormulaError,
    UnitNote,
    ZeroDenominator,
    names_in,
    parse,
    renamed,
    unit_notes,
    work_out,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", 6), ("a + b * 2", 14), ("(a + b) * 2", 20), ("a - b - 1", 1), ("a / b / 2", 0.75), ("-a + b", -2), ("a * -b", -24),
        ("a : b × 10 − 1", 14), ("a*0,5", 3), ("a*0.125", 0.75), ("[I 12] / a", 2), ("I 12 / a", 2), ("[Plätze, Kita (U6)] + 1", 9),
    ],
)  # fmt: skip
def test_a_formula_is_worked_out_as_in_school(text, value):
    values = {"a": 6, "b": 4, "I 12": 12, "Plätze, Kita (U6)": 8}
    assert work_out(parse(text), {name: Decimal(number) for name, number in values.items()}).value == Decimal(
        str(value)
    )


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "ends", 1), ("a +", "ends", 4), ("a + * b", "unexpected", 5), ("a b", "unexpected", 3), ("(a + b", "not_closed", 1), ("a)", "unexpected", 2),
        ("a + $", "strange", 5), ("a.__class__", "strange", 2), ("a + [", "strange", 5), ("a * 1.000", "grouped", 5), ("a * 1.000,5", "grouped", 5),
        ("1 + 2", "no_names", 1), ("a ** b", "unexpected", 4), ("f(a)", "unexpected", 2), ("a" * (LONGEST + 1), "too_long", LONGEST + 1),
        ("(" * (DEEPEST + 2) + "a" + ")" * (DEEPEST + 2), "too_deep", DEEPEST + 2), ("-" * 150 + "a", "too_deep", DEEPEST + 2),
        (" + ".join(f"n{number}" for number in range(21)), "too_many", 1),
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused_with_its_place(text, code, at):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert (caught.value.code, caught.value.at) == (code, at)


def test_the_longest_formula_is_worked_out():
    text = "+".join(["a"] * (MOST_PIECES // 2))
    assert work_out(parse(text), {"a": Decimal(1)}).value == MOST_PIECES // 2
    with pytest.raises(FormulaError, match="too_long at 201"):
        parse(f"{text}+a")


def test_names_come_once_and_can_be_changed():
    assert names_in(parse("a / (b + a) * [c d]")) == ["a", "b", "c d"]
    assert (
        renamed("a/(b  + [c d]) * 100", {"a": "I 1", "b": "I 2", "c d": "x"}.__getitem__)
        == "[I 1]/([I 2] + [x]) * 100"
    )


def test_nothing_is_divided_by_zero_and_nothing_overflows():
    values = {"a": Decimal(1), "b": Decimal(2), "c": Decimal(2)}
    with pytest.raises(ZeroDenominator) as caught:
        work_out(parse("a / (b - c)"), values)
    assert caught.value.names == ("b", "c")
    with pytest.raises(OverflowError):
        work_out(parse("*".join(["a"] * 99)), {"a": Decimal("1e99999")})


def test_the_error_is_that_of_the_first_order():
    outcome = work_out(parse("a / b * 100"), {"a": Decimal(50), "b": Decimal(1000)})
    error = outcome.error({"a": Decimal(5), "b": Decimal(20)})
    assert isclose(error, 5 * sqrt(0.1**2 + 0.02**2))
    assert outcome.error({"a": Decimal(5)}) == Decimal("0.5")  # an exact denominator
    assert (
        work_out(parse("a - a"), {"a": Decimal(3)}).error({"a": Decimal(1)}) == 0
    )  # the same figure is not independent of itself


def test_the_error_fits_drawn_figures():
    draw = random.Random(7)
    tree = parse("(a - b) / c * 1000")
    middle, spread = {"a": 900, "b": 700, "c": 50_000}, {"a": 20, "b": 15, "c": 400}
    drawn = [
        float(work_out(tree, {key: Decimal(draw.gauss(middle[key], spread[key])) for key in middle}).value)
        for _ in range(4_000)
    ]
    mean = sum(drawn) / len(drawn)
    scatter = sqrt(sum((value - mean) ** 2 for value in drawn) / len(drawn))
    outcome = work_out(tree, {key: Decimal(value) for key, value in middle.items()})
    assert isclose(
        outcome.error({key: Decimal(value) for key, value in spread.items()}), scatter, rel_tol=0.05
    )


def test_slopes_are_differences():
    draw = random.Random(3)
    step = Decimal("0.000001")
    for _ in range(200):
        text = random_formula(draw, 4)
        values = {name: Decimal(draw.randint(1, 90)) for name in "abc"}
        try:
            outcome = work_out(parse(f"a*0 + {text}"), values)
            moved = {
                name: work_out(parse(f"a*0 + {text}"), {**values, name: values[name] + step})
                for name in "abc"
            }
        except (ZeroDenominator, OverflowError):
            continue
        for name in "abc":
            slope = (moved[name].value - outcome.value) / step
            assert isclose(outcome.slopes.get(name, 0), slope, rel_tol=0.001, abs_tol=0.001), text


def random_formula(draw, depth):
    if depth == 0 or draw.random() < 0.2:
        return draw.choice(["a", "b", "c", str(draw.randint(1, 9))])
    left, right = random_formula(draw, depth - 1), random_formula(draw, depth - 1)
    return f"({left} {draw.choice('+-*/')} {right})"


UNITS = {"people": "Personen", "kids": "Kinder", "places": "Plätze", "land": "ha", "share": "%"}


@pytest.mark.parametrize(
    ("formula", "stated", "codes"),
    [
        ("places / kids * 100", "%", []), ("places / kids", "%", ["no_hundred"]), ("places * 100", "%", ["no_share"]),
        ("kids / people * 100", "Prozent", []), ("share - share / 2", "%", []), ("people + land", "Personen", ["unlike"]),
        ("people - kids", "Personen", []), ("people + 1", "Personen", ["unlike"]), ("people - kids", "ha", ["other_unit"]),
        ("kids / people * 1000", "je 1.000 Personen", []), ("kids / people * 100", "je 1.000 Personen", ["no_factor"]),
        ("(kids - people) / people * 1000", "je 1 000 Einwohnerinnen und Einwohner", []), ("people / land", "Einw./ha", []),
    ],
)  # fmt: skip
def test_units_are_checked(formula, stated, codes):
    assert [note.code for note in unit_notes(parse(formula), UNITS, stated)] == codes


def test_unlike_units_are_named():
    assert unit_notes(parse("people + land"), UNITS, "x")[0] == UnitNote("unlike", "personen", "ha")
