"""Model schedules by single year of age: mortality, fertility, migration. Used where a city knows totals only.

Sources: Siler 1979 (mortality), Hadwiger 1940 and Hoem et al. 1981 (fertility), Rogers and Castro 1981 (migration); how well they
fit and where they fail: ``docs/methods/population.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .ages import AGES, Floats

_AGE = np.arange(AGES, dtype=np.float64)


@dataclass(frozen=True)
class Mortality:
    """The force of mortality after Siler: falling in childhood, a constant, rising with age."""

    child: float
    child_fall: float
    constant: float
    rise: float


MALE = Mortality(child=0.0095, child_fall=3.0, constant=0.00030, rise=0.0975)
FEMALE = Mortality(child=0.0080, child_fall=3.0, constant=0.00013, rise=0.1085)
E0_MALE, E0_FEMALE = 78.2, 83.0
"""Life expectancy at birth in Germany, 2021/23, years (Federal Statistical Office, period life table); the default of a city that knows no deaths."""
MALE_BIRTHS = 0.513
"""Share of boys among the newborn, long-term mean in Germany."""


def life_expectancy(survival: Floats) -> float:
    """Years a newborn lives at these chances to survive from age to age, shape (101,); the last for ever at its chance."""
    alive = np.concatenate([[1.0], np.cumprod(survival)])
    closed = ((alive[:-2] + alive[1:-1]) / 2).sum()
    last = survival[-1]
    return float(closed + alive[-2] * (0.5 + last / max(1 - last, 1e-9)))


def survival(e0: float, shape: Mortality = FEMALE) -> Floats:
    """Chance to live from birthday to birthday at each age, shape (101,), so that newborns live ``e0`` years.

    Raises ValueError for a life expectancy outside 40 to 100 years.
    """
    if not 40 <= e0 <= 100:
        raise ValueError("life expectancy between 40 and 100 years")
    low, high = -22.0, -4.0
    for _step in range(60):
        middle = (low + high) / 2
        if life_expectancy(_survival_at(middle, shape)) > e0:
            low = middle
        else:
            high = middle
    return _survival_at((low + high) / 2, shape)


def _survival_at(log_level: float, shape: Mortality) -> Floats:
    childhood = (
        shape.child / shape.child_fall * np.exp(-shape.child_fall * _AGE) * -np.expm1(-shape.child_fall)
    )
    ageing = np.exp(log_level) / shape.rise * np.exp(shape.rise * _AGE) * np.expm1(shape.rise)
    return np.exp(-(childhood + shape.constant + ageing))


def survival_of(sexes: int, e0_male: float = E0_MALE, e0_female: float = E0_FEMALE) -> Floats:
    """Survival of men and women, shape (2, 101); where sexes are not told apart, of the mean of both, shape (1, 101)."""
    both = np.stack([survival(e0_male, MALE), survival(e0_female, FEMALE)])
    if sexes == 2:
        return both
    alive = np.cumprod(both, axis=1)
    weights = alive / alive.sum(axis=0)
    return (both * weights).sum(axis=0, keepdims=True)


def fertility(total: float, mean_age: float = 31.5, spread: float = 5.5) -> Floats:
    """Births a year per woman of each age, shape (101,), summing to ``total`` children per woman; Hadwiger's curve, ages 15 to 49.

    Raises ValueError where the total is below zero or the mean age is not between 20 and 45.
    """
    if total < 0 or not 20 <= mean_age <= 45 or spread <= 0:
        raise ValueError("births per woman of at least 0, a mean age between 20 and 45, a spread above 0")
    age = _AGE[15:50] + 0.5
    shape = mean_age / (spread * np.sqrt(2))
    curve = (mean_age / age) ** 1.5 * np.exp(-(shape**2) * (mean_age / age + age / mean_age - 2))
    rates = np.zeros(AGES)
    rates[15:50] = total * curve / curve.sum()
    return rates


def migration(peak_age: float = 20.0) -> Floats:
    """How likely people of each age move, relative to the mean of all ages, shape (101,); the standard schedule of Rogers and Castro
    with more small children (0.035 instead of 0.02), as families leave German cities.

    ``peak_age`` places the rise of young adults; a city of students has it earlier and sharper than a suburb.
    """
    young = _AGE - peak_age
    rates = 0.035 * np.exp(-0.1 * _AGE) + 0.06 * np.exp(-0.1 * young - np.exp(-0.4 * young)) + 0.003
    return rates / rates.mean()


_BIRTHS_FROM = 1915
_BIRTHS = (
    1383, 1029, 912, 927, 1261, 1599, 1560, 1405, 1298, 1271, 1293, 1228, 1162, 1182, 1147, 1127, 1032, 978, 957, 1182,
    1247, 1261, 1262, 1332, 1390, 1380, 1290, 1040, 1110, 1050, 800,
    922, 1028, 1049, 1107, 1117, 1106, 1105, 1095, 1110, 1114, 1137, 1165, 1175, 1244, 1262, 1314, 1317, 1356, 1357,
    1325, 1318, 1272, 1215, 1142, 1048, 1013, 902, 816, 806, 782, 798, 806, 809, 817, 866, 862, 861, 828, 812, 814,
    849, 867, 893, 880, 906, 830, 809, 798, 770, 765, 796, 812, 785, 771, 767, 734, 719, 707, 706, 686, 673, 685,
    683, 665, 678, 663, 674, 682, 715, 738, 792, 785, 788, 778, 773, 795, 739, 693, 677,
)  # fmt: skip
"""Births a year in Germany in thousands, rounded (Federal Statistical Office, long series); before 1946 in the territory of then and for 1944/45 estimated: a shape, nothing else."""


def cohorts(year: int, sexes: int = 1) -> Floats:
    """How many people of each age a German place has at the end of a year, were it made of births and deaths alone; (sexes, 101), in thousands.

    The wars, the years of many births and the pill are in it, so that a wide age group is taken apart where its cohorts differ. Years
    beyond the known births go on with the mean of the last five.
    """
    alive = survival_of(sexes)
    standing = np.concatenate([np.ones((sexes, 1)), np.cumprod(alive[:, :-1], axis=1)], axis=1)
    born = np.array([_born(year - age) for age in range(AGES)])
    people = born * standing
    people[:, -1] /= np.maximum(1 - alive[:, -1], 0.05)
    return people


def _born(year: int) -> float:
    at = year - _BIRTHS_FROM
    if at < 0:
        return float(_BIRTHS[0])
    return float(_BIRTHS[at]) if at < len(_BIRTHS) else float(np.mean(_BIRTHS[-5:]))
