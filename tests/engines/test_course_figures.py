"""The figures of a course against a second reckoning, with numpy's own fits, and where one verdict ends and the next begins."""

from math import exp, lgamma, pi, sqrt

import numpy as np
import pytest

from insek.engines.course import Verdict, judge, t995

TABLE = {
    3: 5.841,
    4: 4.604,
    5: 4.032,
    6: 3.707,
    7: 3.499,
    8: 3.355,
    9: 3.250,
    10: 3.169,
    11: 3.106,
    12: 3.055,
}
"""Student's t, two-sided 99 %, as it stands in every table."""


def by_hand(times, shares, uncertainty=None):
    """Level now and at the end with their bounds, reach of one value, and whether the series bends."""
    t, y = np.array(times), np.array(shares)

    def scatter(left, freedom):
        found = sqrt((3 * 0.075**2 + left) / (3 + freedom))
        if uncertainty is None:
            return found, TABLE[3 + freedom]
        if left <= freedom * uncertainty**2:
            return uncertainty, 2.576
        return max(found, uncertainty), TABLE[3 + freedom]

    bent, end = False, max(1.0, t[-1])
    if t.size >= 5:
        design = np.column_stack([t, t * t])
        found, *_rest = np.linalg.lstsq(design, y, rcond=None)
        s, q = scatter(float(((y - design @ found) ** 2).sum()), t.size - 2)
        bent = abs(found[1]) > q * s * sqrt(np.linalg.inv(design.T @ design)[1, 1])
    if bent:
        t, y = t[-5:], y[-5:]
        slope, start = np.polyfit(t, y, 1)
        s, q = scatter(float(((y - start - slope * t) ** 2).sum()), 3)
        spread = ((t - t.mean()) ** 2).sum()
        errors = [sqrt(1 / 5 + (at - t.mean()) ** 2 / spread) for at in (t[-1], end)]
        levels = [start + slope * at for at in (t[-1], end)]
    else:
        slope = np.linalg.lstsq(t[:, None], y, rcond=None)[0][0]
        s, q = scatter(float(((y - slope * t) ** 2).sum()), t.size - 1)
        errors = [at / sqrt((t**2).sum()) for at in (t[-1], end)]
        levels = [slope * at for at in (t[-1], end)]
    figures = [
        figure
        for level, error in zip(levels, errors, strict=True)
        for figure in (level, level - q * s * error, level + q * s * error)
    ]
    return [*figures, q * s], bent


SERIES = [
    ([0.1, 0.2, 0.3], [0.1, 0.2, 0.3]),
    ([0.1, 0.2, 0.3], [0.3, -0.2, 0.1]),
    ([0.1, 0.3, 0.4, 0.8], [0.2, 0.1, 0.5, 0.3]),
    ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], [0.1, 0.2, 0.3, 0.4, 0.5, 0.4, 0.3, 0.2]),
    ([0.1, 0.2, 0.3, 0.4, 0.5], [0.0, 0.0, 0.1, 0.5, 1.2]),
    ([0.2, 0.5, 0.9, 1.1, 1.3], [0.1, 0.6, 0.8, 1.2, 1.2]),
    ([0.2, 0.4, 0.6, 0.8, 1.0, 1.2], [0.4, 0.7, 0.9, 0.9, 0.8, 0.4]),
    ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0.15, 0.15, 0.35, 0.25, 0.35, 0.15]),
    ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0.15, 0.15, 0.35, 0.225, 0.3, 0.075]),
]


@pytest.mark.parametrize("uncertainty", [None, 0.02, 0.3])
@pytest.mark.parametrize(("times", "shares"), SERIES)
def test_the_figures_are_those_of_a_second_reckoning(times, shares, uncertainty):
    course = judge(np.array(times), np.array(shares), uncertainty=uncertainty)
    figures, bent = by_hand(times, shares, uncertainty)
    found = [
        course.done, course.low, course.high, course.ahead, course.ahead_low, course.ahead_high, course.reach_of_one,
    ]  # fmt: skip
    assert [float(each[0]) for each in found] == pytest.approx(figures)
    assert bool(course.bent[0]) == bent


def test_some_of_these_bend_and_some_do_not():
    assert {by_hand(*series)[1] for series in SERIES} == {True, False}


def test_many_series_at_once_are_judged_as_one_by_one():
    times = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
    shares = np.array([[0.1, 0.2, 0.3, 0.4, 0.5], [0.0, 0.0, 0.1, 0.5, 1.2], [0.3, -0.2, 0.1, 0.2, 0.1]])
    for uncertainty in (None, 0.05):
        together = judge(times, shares, uncertainty=uncertainty)
        for at, row in enumerate(shares):
            alone = judge(times, row, uncertainty=uncertainty)
            for name, values in vars(together).items():
                assert values[at] == pytest.approx(vars(alone)[name][0]), name


@pytest.mark.parametrize("freedom", [*range(1, 31), 31, 60, 1000])
def test_the_quantiles_cut_off_half_a_percent(freedom):
    at = np.linspace(0, t995(freedom), 40_001)
    ratio = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2))
    density = ratio / sqrt(freedom * pi) * (1 + at**2 / freedom) ** (-(freedom + 1) / 2)
    assert np.trapezoid(density, at) == pytest.approx(0.495, abs=8e-6 if freedom < 31 else 4e-6)


def verdict(times, shares, **more):
    return Verdict(int(judge(np.array(times), np.array(shares), **more).verdict[0]))


def on_line(part, *, now=0.5, known=1e-4, holds=False):
    """The verdict on four values exactly on a line that has done a part of what should be done now."""
    times = np.linspace(now / 4, now, 4)
    return verdict(times, part * times / (now if holds else 1), uncertainty=known, holds=holds)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (1.0, Verdict.ON), (0.901, Verdict.ON), (0.899, Verdict.NEAR), (0.668, Verdict.NEAR), (0.665, Verdict.OFF),
        (0.0, Verdict.OFF), (-1.0, Verdict.OFF),
    ],
)  # fmt: skip
@pytest.mark.parametrize("now", [0.25, 0.5, 0.99])
def test_on_course_ends_at_nine_tenths_and_near_at_two_thirds_of_what_should_be_done(part, said, now):
    assert on_line(part, now=now) == said


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (0.0, Verdict.ON),
        (0.099, Verdict.ON),
        (0.101, Verdict.NEAR),
        (0.332, Verdict.NEAR),
        (0.335, Verdict.OFF),
    ],
)
def test_of_what_shall_be_held_a_tenth_may_be_lost_and_a_third_is_too_much(lost, said):
    assert on_line(-lost, holds=True) == said


def test_what_chance_may_explain_is_no_verdict():
    assert on_line(0.8, known=0.05) == Verdict.UNSURE, "below what is enough, but not surely"
    assert on_line(0.95, known=0.2) == Verdict.UNSURE, "enough, but not surely more than too little"


@pytest.mark.parametrize(
    ("count", "known", "speaks"), [(2, None, False), (3, None, True), (1, 0.001, False), (2, 0.001, True)]
)
def test_so_many_values_are_needed(count, known, speaks):
    times = np.linspace(0.1, 0.9, count)
    said = verdict(times, -2 * times, uncertainty=known)
    assert said == (Verdict.OFF if speaks else Verdict.UNSURE)


@pytest.mark.parametrize(
    ("last", "holds", "said"),
    [
        (1.0, False, Verdict.REACHED), (0.999, False, Verdict.UNSURE), (0.743, False, Verdict.UNSURE), (0.742, False, Verdict.MISSED),
        (0.0, True, Verdict.REACHED), (-0.001, True, Verdict.UNSURE), (-0.257, True, Verdict.UNSURE), (-0.258, True, Verdict.MISSED),
    ],
)  # fmt: skip
def test_in_the_end_the_last_value_decides(last, holds, said):
    assert verdict([1.0], [last], uncertainty=0.1, holds=holds) == said
    assert verdict([0.5, 1.0], [0.5 * last, last], uncertainty=0.1, holds=holds) == said


def test_one_moment_before_the_end_it_is_not_the_end():
    assert verdict([0.3, 0.6, 0.9999], [0.0, 0.0, 1.0], uncertainty=0.001) not in (
        Verdict.REACHED,
        Verdict.MISSED,
    )


def test_two_values_in_a_row_reach_the_target_before_its_time_and_one_does_not():
    times = [0.1, 0.2, 0.3, 0.4]
    assert verdict(times, [0.1, 0.2, 1.0, 1.0]) == Verdict.REACHED
    assert verdict(times, [0.1, 1.0, 0.999, 1.0]) != Verdict.REACHED
    assert verdict(times, [0.1, 0.2, 1.0, 1.0], holds=True) != Verdict.REACHED


@pytest.mark.parametrize(
    ("times", "shares"), [([], []), ([0.0, 0.5], [0.0, 0.5]), ([-0.1], [0.0]), ([0.1, 0.2], [0.1])]
)
def test_what_is_no_series_after_the_base_is_refused(times, shares):
    with pytest.raises(ValueError, match="values after the base"):
        judge(np.array(times), np.array(shares))
