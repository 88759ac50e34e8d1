"""What dwellings follow from a population: households by size through headship rates, replacement, a reserve, hectares.

The chain of the planning literature (BBSR housing market forecast): people by age -> households by size -> dwellings needed ->
dwellings missing -> building land.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .ages import Floats, Groups

HOUSEHOLD_SIZES = (1, 2, 3, 4, 5)
"""Persons of a household; the last stands for five and more."""


@dataclass(frozen=True)
class Headship:
    """Households per person by age group and size of household, shape (groups, sizes), all of at least 0."""

    groups: Groups
    rates: Floats

    def __post_init__(self) -> None:
        if self.rates.shape != (len(self.groups), len(HOUSEHOLD_SIZES)) or (self.rates < 0).any():
            raise ValueError("headship rates by age group and size of household, of at least 0")

    def fitted(self, people: Floats, households: Floats) -> Headship:
        """The same pattern brought to known households by size, shape (sizes,), of these people by group."""
        expected = people @ self.rates
        factor = np.divide(households, expected, out=np.ones_like(expected), where=expected > 0)
        return Headship(self.groups, self.rates * factor)


USUAL = Headship(
    Groups((0, 18, 25, 45, 65, 80)),
    np.array(
        [
            [0.0, 0.0, 0.0, 0.0, 0.0],
            [0.22, 0.06, 0.02, 0.01, 0.0],
            [0.26, 0.15, 0.09, 0.08, 0.03],
            [0.21, 0.24, 0.09, 0.07, 0.03],
            [0.28, 0.34, 0.03, 0.01, 0.0],
            [0.38, 0.25, 0.01, 0.01, 0.0],
        ]
    ),
)
"""Households per person by age of who earns most, in Germany: rounded after the Mikrozensus 2022, a pattern to be brought to a city's own size of households."""


def by_age(headship: Headship, base: Floats, size: float) -> Floats:
    """Households per person of each single age, shape (101,), so that ``base`` (101,) has ``size`` people in each household.

    Raises ValueError for a size of households below 1.
    """
    if size < 1:
        raise ValueError("at least one person in a household")
    each = headship.rates.sum(axis=1)[headship.groups.of_age]
    households = float(base @ each)
    return each * (base.sum() / size / households) if households > 0 else each


@dataclass(frozen=True)
class HousingAssumptions:
    """``replacement``: share of dwellings that is lost or torn down a year; ``reserve``: share that stands empty for moves to be
    possible; ``shared``: dwellings per household (below 1 where households share one); ``density``: dwellings per hectare of
    net building land by type of building, ``types``: share of each type in what is built, summing to 1."""

    replacement: float
    reserve: float
    shared: float
    types: dict[str, float]
    density: dict[str, float]

    def __post_init__(self) -> None:
        if not 0 <= self.replacement < 0.1 or not 0 <= self.reserve < 0.5 or not 0 < self.shared <= 1.5:
            raise ValueError(
                "replacement below 10 % a year, a reserve below 50 %, dwellings per household up to 1.5"
            )
        if abs(sum(self.types.values()) - 1) > 1e-6 or set(self.types) != set(self.density):
            raise ValueError("shares of types sum to 1, each type has a density")
        if any(share < 0 for share in self.types.values()) or any(
            each <= 0 for each in self.density.values()
        ):
            raise ValueError("shares of at least 0, densities above 0")


@dataclass(frozen=True)
class HousingDemand:
    """By year, the base first, (years + 1, areas): ``households`` with sizes as last axis, ``needed`` dwellings at that time;
    ``missing`` against the dwellings of the base less what was lost, ``lost`` since the base; ``hectares`` by type, cumulated."""

    households: Floats
    needed: Floats
    lost: Floats
    missing: Floats
    hectares: dict[str, Floats]


def demand(
    people: Floats, headship: Headship, dwellings: Floats, assumed: HousingAssumptions
) -> HousingDemand:
    """Housing demand of ``people`` (years + 1, areas, groups) where ``dwellings`` (areas,) stand at the base.

    Missing dwellings below zero are a surplus and stay negative; land is needed for what is missing alone. Raises ValueError
    where shapes do not fit.
    """
    years, areas, groups = people.shape
    if groups != len(headship.groups) or dwellings.shape != (areas,):
        raise ValueError("people by year, area and age group; dwellings by area")
    households = people @ headship.rates
    needed = households.sum(axis=-1) * assumed.shared / (1 - assumed.reserve)
    left = dwellings * (1 - assumed.replacement) ** np.arange(years)[:, None]
    missing = needed - left
    built = np.maximum(missing, 0)
    land = {kind: built * share / assumed.density[kind] for kind, share in assumed.types.items()}
    return HousingDemand(households, needed, dwellings - left, missing, land)


def against_sites(missing: Floats, capacity: Floats) -> Floats:
    """What remains missing, (years, areas), when ``capacity`` (years, areas) can be built until then; below zero is room to spare."""
    if missing.shape != capacity.shape:
        raise ValueError("capacity by year and area, cumulated")
    return missing - capacity
