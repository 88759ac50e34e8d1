"""The course of a series: the bounds of the traffic light, simulated, and its edges.

The bounds are those of ``docs/methods/traffic-light.md``: 10 and 15 years, one value a year, scatter of 0, 5 and 10 % of
the way, 2,000 runs each.
"""

from functools import cache
from math import ceil

import numpy as np
import pytest

from insek.engines.course import Verdict, judge, t995

RUNS = 2000
YEARS = (10, 15)
SCATTERS = (0.0, 0.05, 0.1)
SPEEDS = {"on_path": 1.0, "half": 0.5, "standstill": 0.0, "backwards": -1.0, "slowly_backwards": -0.5}
GREEN = (Verdict.ON, Verdict.REACHED)
WRONG_ON_PATH = (Verdict.NEAR, Verdict.OFF, Verdict.MISSED)


@cache
def verdicts(path, years, scatter, uncertainty=None):
    """What is said after each year; shape (runs, years)."""
    rng = np.random.default_rng([years, int(1000 * scatter), list(SPEEDS).index(path)])
    times = np.arange(1, years + 1) / years
    shares = SPEEDS[path] * times + rng.normal(0, 1, (RUNS, years)) * scatter
    return np.stack(
        [judge(times[:n], shares[:, :n], uncertainty=uncertainty).verdict for n in range(1, years + 1)],
        axis=1,
    )


def part(found, which):
    """In which part of the runs one of these is said, by year."""
    return np.isin(found, [int(verdict) for verdict in which]).mean(axis=0)


each = pytest.mark.parametrize(
    ("years", "scatter"), [(years, scatter) for years in YEARS for scatter in SCATTERS]
)


@each
def test_on_the_path_the_light_is_wrong_in_less_than_five_percent_in_no_year_and_in_no_run(years, scatter):
    found = verdicts("on_path", years, scatter)
    assert part(found, WRONG_ON_PATH).max() < 0.05
    ever = np.isin(found, [int(verdict) for verdict in WRONG_ON_PATH]).any(axis=1)
    assert ever.mean() < 0.05, "not even once in all years: it does not flicker"


@each
def test_standstill_is_green_in_less_than_five_percent_from_a_quarter_of_the_way_on(years, scatter):
    assert part(verdicts("standstill", years, scatter), GREEN)[ceil(years / 4) - 1 :].max() < 0.05


@each
@pytest.mark.parametrize("path", ["backwards", "slowly_backwards"])
def test_backwards_is_never_green(path, years, scatter):
    assert part(verdicts(path, years, scatter), GREEN).max() == 0


@each
def test_at_half_the_speed_it_is_never_green_from_half_way_on(years, scatter):
    assert part(verdicts("half", years, scatter), GREEN)[ceil(years / 2) - 1 :].max() == 0


@pytest.mark.parametrize("years", YEARS)
@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("on_path", GREEN),
        ("half", (Verdict.OFF,)),
        ("standstill", (Verdict.OFF,)),
        ("backwards", (Verdict.OFF,)),
    ],
)
def test_by_half_of_the_way_the_light_says_what_is_right(path, right, years):
    assert part(verdicts(path, years, 0.05), right)[years // 2 - 1] >= 0.7


@pytest.mark.parametrize("years", YEARS)
@pytest.mark.parametrize("scatter", [0.05, 0.1])
def test_a_known_uncertainty_keeps_the_bounds_and_lets_the_light_speak_sooner(years, scatter):
    known = verdicts("on_path", years, scatter, uncertainty=scatter)
    assert part(known, WRONG_ON_PATH).max() < 0.05
    assert part(verdicts("backwards", years, scatter, uncertainty=scatter), GREEN).max() == 0
    assert (
        part(verdicts("half", years, scatter, uncertainty=scatter), GREEN)[ceil(years / 2) - 1 :].max() == 0
    )
    half = years // 2 - 1
    if scatter == 0.05:
        assert part(known, GREEN)[half] > part(verdicts("on_path", years, scatter), GREEN)[half]


@pytest.mark.parametrize("years", YEARS)
def test_an_uncertainty_that_was_given_too_small_does_not_make_the_light_wrong(years):
    assert part(verdicts("on_path", years, 0.1, uncertainty=0.02), WRONG_ON_PATH).max() < 0.05


def one(shares, years=10, **more):
    times = np.arange(1, len(shares) + 1) / years
    course = judge(times, np.array([shares], float), **more)
    return Verdict(int(course.verdict[0])), course


def test_errors_that_differ_carry_to_the_line_as_the_law_of_propagation_says():
    times, shares = np.array([0.2, 0.4, 0.5]), np.array([0.2, 0.4, 0.5])
    errors = np.array([0.02, 0.1, 0.05])
    weights = times / (times @ times) * times[-1]
    expected = 2.576 * ((weights * errors) ** 2).sum() ** 0.5
    found = judge(times, shares, uncertainty=errors)
    assert found.done - found.low == pytest.approx(expected)
    assert found.reach_of_one == pytest.approx(2.576 * 0.05), "of the last value alone"
    same = judge(times, shares, uncertainty=0.05), judge(times, shares, uncertainty=np.full(3, 0.05))
    assert same[0].low == same[1].low == pytest.approx(found.done - 2.576 * 0.05 * 0.5 / 0.45**0.5)
    partly = judge(times, shares, uncertainty=np.array([0.02, np.nan, 9.0]))
    assert (partly.high - partly.low > judge(times, shares).high - judge(times, shares).low).all()
    assert partly.verdict == Verdict.UNSURE


def test_one_or_two_values_are_not_judged_whatever_they_are():
    assert one([0.1])[0] == one([-0.5, -0.9])[0] == Verdict.UNSURE
    assert one([-0.5, -1.0], uncertainty=0.05)[0] == Verdict.OFF


def test_a_series_that_turns_round_is_judged_by_its_last_values():
    verdict, course = one([0.1, 0.2, 0.3, 0.4, 0.5, 0.4, 0.3, 0.2])
    assert (verdict, bool(course.bent[0])) == (Verdict.OFF, True)
    assert course.done[0] < 0.35, "the straight line through all would say 0.46"
    assert not one([0.1, 0.2, 0.3, 0.4, 0.5])[1].bent[0]


def test_a_late_jump_to_the_path_is_not_held_against_the_series_for_ever():
    assert one([0, 0, 0, 0, 0, 0.6, 0.7, 0.8, 0.9])[0] in (Verdict.UNSURE, Verdict.ON)


def test_between_two_thirds_and_nine_tenths_it_is_near():
    assert one([0.08 * year for year in range(1, 9)])[0] == Verdict.NEAR
    assert one([0.06 * year for year in range(1, 9)])[0] == Verdict.OFF


def test_where_it_leads_lies_on_the_line_and_the_range_narrows_with_the_years():
    early, late = one([0.05, 0.1, 0.15])[1], one([0.05 * year for year in range(1, 10)])[1]
    assert early.ahead[0] == pytest.approx(0.5) == late.ahead[0]
    assert early.ahead_high[0] - early.ahead_low[0] > 2 * (late.ahead_high[0] - late.ahead_low[0])
    assert late.done[0] == pytest.approx(0.45)


def test_in_the_end_the_last_value_decides_and_what_chance_explains_is_left_open():
    line = [0.1 * year for year in range(1, 10)]
    assert one([*line, 1.0])[0] == Verdict.REACHED
    assert one([*line, 0.95])[0] == Verdict.UNSURE
    assert one([*line, 0.5])[0] == Verdict.MISSED
    assert one([*line, 0.95], uncertainty=0.0)[0] == Verdict.UNSURE, "the values themselves scatter by then"


def test_before_the_end_two_values_in_a_row_reach_the_target_and_one_does_not():
    assert one([0.3, 0.6, 1.1])[0] != Verdict.REACHED
    assert one([0.3, 1.1, 1.0])[0] == Verdict.REACHED


def test_a_value_that_shall_be_held_is_on_course_when_it_stays_and_off_when_it_falls():
    assert one([0.01, -0.02, 0.0, 0.01], holds=True)[0] == Verdict.ON
    assert one([-0.3, -0.6, -0.9, -1.2], holds=True)[0] == Verdict.OFF
    assert one([2, 2, 2], holds=True)[0] == Verdict.ON, "above what was set is not the end of holding"


def test_times_before_the_base_and_missing_values_are_refused():
    for times, shares in (([], [[]]), ([0.0, 0.1], [[0, 0]]), ([0.1], [[0, 0]])):
        with pytest.raises(ValueError, match="after the base"):
            judge(np.array(times, float), np.array(shares, float))


def test_the_quantiles_fall_towards_the_normal_distribution():
    found = [t995(freedom) for freedom in range(1, 200)]
    assert found == sorted(found, reverse=True)
    assert t995(31) == pytest.approx(2.744, abs=0.002)
    assert t995(120) == pytest.approx(2.617, abs=0.002)
