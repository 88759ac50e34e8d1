"""Housing demand: households, dwellings, land; each step can be worked out by hand."""

import numpy as np
import pytest

from insek.engines.population.ages import Groups
from insek.engines.population.housing import (
    USUAL,
    Headship,
    HousingAssumptions,
    against_sites,
    by_age,
    demand,
)
from insek.engines.population.schedules import cohorts

TWO = Groups((0, 18))
RATES = Headship(TWO, np.array([[0.0, 0, 0, 0, 0], [0.3, 0.2, 0.1, 0.05, 0.02]]))
ASSUMED = HousingAssumptions(
    0.01, 0.02, 1.0, {"Haus": 0.25, "Wohnung": 0.75}, {"Haus": 25.0, "Wohnung": 75.0}
)


def test_by_hand():
    people = np.array([[[100.0, 1_000.0]], [[100.0, 1_100.0]]])
    result = demand(people, RATES, np.array([700.0]), ASSUMED)
    assert result.households[0, 0] == pytest.approx([300, 200, 100, 50, 20])
    assert result.needed[1, 0] == pytest.approx(1_100 * 0.67 / 0.98)
    assert result.lost[:, 0] == pytest.approx([0, 7])
    assert result.missing[1, 0] == pytest.approx(1_100 * 0.67 / 0.98 - 693)
    assert result.hectares["Haus"][1, 0] == pytest.approx(result.missing[1, 0] * 0.25 / 25)
    assert against_sites(result.missing, np.array([[0.0], [100.0]]))[1, 0] == pytest.approx(
        result.missing[1, 0] - 100
    )


def test_a_surplus_is_told_and_needs_no_land():
    people = np.array([[[100.0, 500.0]]])
    result = demand(people, RATES, np.array([700.0]), ASSUMED)
    assert result.missing[0, 0] < 0
    assert result.hectares["Wohnung"][0, 0] == 0


def test_a_pattern_is_brought_to_known_households():
    fitted = RATES.fitted(np.array([100.0, 1_000.0]), np.array([400.0, 190, 80, 50, 10]))
    assert np.array([100.0, 1_000.0]) @ fitted.rates == pytest.approx([400, 190, 80, 50, 10])


@pytest.mark.parametrize(
    "said",
    [
        {"replacement": 0.5}, {"reserve": 0.9}, {"shared": 0.0}, {"types": {"Haus": 0.5, "Wohnung": 0.4}},
        {"density": {"Haus": 25.0}}, {"density": {"Haus": 0.0, "Wohnung": 75.0}},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(said):
    usual = {
        "replacement": 0.01, "reserve": 0.02, "shared": 1.0,
        "types": {"Haus": 0.25, "Wohnung": 0.75}, "density": {"Haus": 25.0, "Wohnung": 75.0},
    }  # fmt: skip
    with pytest.raises(ValueError):
        HousingAssumptions(**{**usual, **said})


def test_the_usual_pattern_is_brought_to_a_size_of_households():
    base = cohorts(2024)[0]
    each = by_age(USUAL, base, 1.8)
    assert base.sum() / (base @ each) == pytest.approx(1.8)
    assert each[85] > each[30] > each[20] > each[10] == 0
    with pytest.raises(ValueError):
        by_age(USUAL, base, 0.5)
