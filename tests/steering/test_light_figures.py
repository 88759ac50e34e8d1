"""The figures behind a light, in the unit of the indicator, and the days and years from which things are said."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from insek.engines.course import Verdict, judge
from insek.steering.light import LIGHTS, Aim, Light, LightReading, PeriodValue, path_at, read_aim, year_of

TODAY = date(2026, 11, 24)
SIGNS = Path(__file__).parents[2] / "insek" / "web" / "static" / "insek" / "icons.svg"


def aim(base="10", to="20", *, since="2020", year=2030, rises=True):
    return Aim(Decimal(to), year, Decimal(base), since, rises)


RISING = aim()
FALLING = aim("20", "10", rises=False)


def values(*numbers, first=2021):
    return [PeriodValue(str(first + at), Decimal(number)) for at, number in enumerate(numbers)]


def read(to, series, *, breaks=(), today=TODAY, uncertainty=None):
    return read_aim(to, series, breaks, uncertainty=uncertainty, today=today)


@pytest.mark.parametrize(
    ("period", "year"),
    [("2024", "2025"), ("2024-01", "2024.0833"), ("2024-06", "2024.5"), ("2024-12", "2025"), ("2024-12-31", "2025"), ("2024-01-31", "2024.0833"), ("2024-03-01", "2024.1694")],
)  # fmt: skip
def test_a_period_counts_at_its_end(period, year):
    assert round(year_of(period), 4) == Decimal(year)


def test_the_path_leaves_the_base_with_its_end_and_meets_the_target_with_its_own():
    assert (RISING.start, RISING.end, RISING.way, RISING.held, RISING.holds) == (2021, 2031, 10, 10, False)
    assert [path_at(FALLING, Decimal(year)) for year in ("2019", "2021", "2023.5", "2031", "2033")] == [
        20,
        20,
        Decimal("17.5"),
        10,
        10,
    ]


@pytest.mark.parametrize(
    ("base", "to", "rises", "holds", "way"),
    [
        ("100", "101", True, True, "5.05"), ("100", "101.1", True, False, "1.1"), ("100", "100", True, True, "5"), ("100", "100", False, True, "-5"),
        ("0", "0", True, True, "1"), ("0", "0", False, True, "-1"), ("-100", "-100", False, True, "-5"), ("0", "0.001", True, False, "0.001"),
        ("99", "100", True, False, "1"),
    ],
)  # fmt: skip
def test_a_way_shorter_than_a_hundredth_is_a_value_to_be_held(base, to, rises, holds, way):
    given = aim(base, to, rises=rises)
    assert (given.holds, given.way) == (holds, Decimal(way))
    assert given.held == Decimal(to if holds else base)


@pytest.mark.parametrize(
    ("to", "reached", "not_yet"), [(RISING, ("20", "21"), "19.9"), (FALLING, ("10", "9"), "10.1")]
)
def test_as_good_as_the_target_is_reached(to, reached, not_yet):
    assert all(to.reached_by(Decimal(value)) for value in reached)
    assert not to.reached_by(Decimal(not_yet))


@pytest.mark.parametrize(("to", "sign"), [(RISING, 1), (FALLING, -1)])
@pytest.mark.parametrize("uncertainty", [None, Decimal("0.5")])
def test_the_figures_are_those_of_the_course_in_the_unit(to, sign, uncertainty):
    done = (Decimal("1.2"), Decimal("1.9"), Decimal("3.3"), Decimal("3.9"), Decimal("5.1"))
    found = read(to, values(*(to.base_value + sign * part for part in done)), uncertainty=uncertainty)
    course = judge(
        np.arange(1, 6) / 10,
        np.array([float(part) / 10 for part in done]),
        uncertainty=0.05 if uncertainty else None,
    )
    assert (found.count, found.needed) == (5, 2 if uncertainty else 3)
    assert found.latest == PeriodValue("2025", to.base_value + sign * done[-1])
    assert (found.path, found.expected) == (15, 0.5)
    assert (found.done, found.low, found.high) == pytest.approx(
        (course.done[0], course.low[0], course.high[0])
    )

    def in_unit(*shares):
        return pytest.approx([float(to.base_value) + sign * 10 * float(share[0]) for share in shares])

    low, high = (course.low, course.high)[::sign]
    assert [float(part) for part in found.level] == in_unit(course.done, low, high)
    low, high = (course.ahead_low, course.ahead_high)[::sign]
    assert [float(part) for part in (found.ahead, found.ahead_low, found.ahead_high)] == in_unit(
        course.ahead, low, high
    )
    assert found.margin is None
    assert not found.bent


def test_a_series_that_turns_round_says_so():
    assert read(RISING, values(11, 12, 13, 14, 15, 14, 13, 12), today=date(2029, 1, 1)).bent


def test_at_the_end_the_margin_is_what_chance_explains():
    found = read(aim(to="15", year=2025), values(11, 12, 12, 12, 12), uncertainty=Decimal(1))
    assert (found.light, found.why, found.count, found.needed, found.path) == (
        Light.MISSED,
        "final_missed",
        5,
        2,
        15,
    )
    course = judge(np.array([0.2, 0.4, 0.6, 0.8, 1.0]), np.array([0.2, 0.4, 0.4, 0.4, 0.4]), uncertainty=0.2)
    assert float(found.margin) == pytest.approx(5 * course.reach_of_one[0])
    assert read(aim(to="15", year=2025), values(11, 12, 13, 14, 15)).why == "final_reached"
    unsure = read(aim(to="15", year=2025), values(11, 12, 13, 14, "14.9"))
    assert (unsure.light, unsure.why) == (Light.GREY, "final_unsure")


@pytest.mark.parametrize(("last", "time"), [("2025", 1.0), ("2025-06", 1.0), ("2026", 1.2)])
def test_what_decides_counts_at_the_end_of_the_target_year_or_when_it_came_after(last, time):
    series = [*values("10.2", 13, 12, 14), PeriodValue(last, Decimal("11"))]
    found = read(aim(to="15", year=2025), series, today=date(2027, 1, 1))
    assert (found.why, found.latest.period) == ("final_unsure", last)
    course = judge(np.array([0.2, 0.4, 0.6, 0.8, time]), np.array([0.04, 0.6, 0.4, 0.8, 0.2]))
    assert float(found.margin) == pytest.approx(5 * course.reach_of_one[0])


@pytest.mark.parametrize(
    ("to", "series", "more", "why"),
    [
        (aim(since="2030"), values(11), {}, "contradiction"), (aim(since="2031"), values(11), {}, "contradiction"),
        (aim(to="9"), values(11), {}, "contradiction"), (aim("10", "11", rises=False), values(11), {}, "contradiction"),
        (RISING, [], {}, "no_new"), (RISING, values(10, first=2020), {}, "no_new"), (RISING, values(10, first=2027), {}, "no_new"),
        (RISING, values(11), {}, "too_old"), (RISING, values(11, first=2022), {}, "too_old"), (RISING, values(11, first=2023), {}, "too_few"),
        (aim(year=2025), values(11, first=2024), {}, "no_value_of_year"), (aim(year=2026), values(11, first=2024), {}, "too_few"),
        (RISING, values(11, 12, 13, first=2023), {"breaks": ["2024"]}, "break"), (RISING, values(11, 12, 13, first=2023), {"breaks": ["2025"]}, "break"),
        (RISING, values(11, 12, 13, first=2023), {"breaks": ["2020", "2026"]}, "judged"),
        (RISING, values(11, 12, first=2024), {}, "too_few"), (RISING, values(20, 20, first=2024), {"uncertainty": Decimal(1)}, "reached"),
        (RISING, values(10, 10, 10, 10, first=2022), {}, "judged"),
    ],
)  # fmt: skip
def test_why_something_is_said_or_not(to, series, more, why):
    found = read(to, series, **more)
    assert found.why == why
    if why in ("too_old", "no_value_of_year", "break", "too_few"):
        assert (found.light, found.latest, found.count) == (Light.GREY, series[-1], len(series))
    if why == "too_few":
        assert found.path == path_at(to, year_of(found.latest.period))
        assert found.needed == 3


def test_the_value_of_the_target_year_decides_once_the_year_is_over_or_its_last_day_is_told():
    series = [*values(11, 12, 13, first=2022), PeriodValue("2025-06", Decimal(9))]
    to = aim(to="15", year=2025)
    assert not read(to, series, today=date(2025, 12, 31)).why.startswith("final")
    assert read(to, series, today=date(2026, 1, 1)).why == "final_missed"
    told = [*series, PeriodValue("2025-12-31", Decimal(15))]
    assert read(to, told, today=date(2025, 12, 31)).why == "final_reached"


def test_without_a_value_of_the_target_year_the_first_one_after_it_decides():
    series = [*values(11, 12), PeriodValue("2026", Decimal(16)), PeriodValue("2027", Decimal(9))]
    found = read(aim(to="15", year=2025), series, today=date(2028, 1, 1))
    assert (found.why, found.latest.period, found.count) == ("final_reached", "2026", 3)


def test_what_shall_be_held_is_reached_at_its_end_only():
    to = aim("100", "100")
    assert read(to, values(100, 100, 100, 101, 101)).light == Light.GREEN
    assert read(aim("100", "100", year=2025), values(100, 100, 100, 101, 101)).light == Light.REACHED


def test_two_values_in_a_row_reach_the_target_before_its_year():
    assert read(RISING, values(11, 15, 19, 20, 20)).why == "reached"
    assert read(RISING, values(11, 15, 20, "19.99", 20)).light == Light.GREEN
    assert read(FALLING, values(19, 15, 11, 10, 10)).why == "reached"


def test_a_light_has_its_word_and_a_sign_that_exists():
    signs = SIGNS.read_text("utf-8")
    shown = [LightReading(light, "") for light in Light]
    assert [reading.label for reading in shown] == [str(label) for label in Light.labels]
    assert len({reading.icon for reading in shown}) == len(Light)
    assert [reading.icon for reading in shown if f'id="{reading.icon}"' not in signs] == []


def test_every_verdict_has_its_light():
    assert {Verdict(verdict).name: light.name for verdict, light in LIGHTS.items()} == {
        "ON": "GREEN", "NEAR": "YELLOW", "OFF": "RED", "REACHED": "REACHED", "MISSED": "MISSED", "UNSURE": "GREY",
    }  # fmt: skip
