"""The middle path: people by area, sex and single year of age, a year at a time (cohort-component method).

Every change is kept by its cause, so that the balance can be checked: births, deaths, arrivals, departures, those a housing
project brings, and the adjustment to a forecast for the whole city.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .ages import AGES, Floats
from .schedules import MALE_BIRTHS

FURTHEST = 40
"""Years ahead that are projected at most."""


@dataclass(frozen=True)
class Assumptions:
    """What a projection assumes of each year; areas, sexes (men, women; or one for both) and 101 ages as in the base.

    ``survival`` (sexes, 101): chance to live to the next birthday. ``fertility`` (101,): births a year per woman, or per person
    where sexes are not told apart. ``fertility_level`` (areas,): factor of each area. ``arrivals`` (years, areas, sexes, 101):
    people who have moved in by the end of a year. ``departure`` (areas, sexes, 101): share of the living that moves out. The paths,
    (years,), are factors of a year on births, on the risk to die and on departures. ``projects`` (years, areas,
    sexes, 101), where given: people who move in or out beside that.
    """

    survival: Floats
    fertility: Floats
    fertility_level: Floats
    arrivals: Floats
    departure: Floats
    births_path: Floats
    mortality_path: Floats
    departure_path: Floats
    projects: Floats | None = None

    @property
    def years(self) -> int:
        """How many years it covers."""
        return len(self.births_path)

    def kept(self, year: int) -> Floats:
        """Which share of people lives and stays, shape (areas, sexes, 101)."""
        living = 1 - (1 - self.survival) * self.mortality_path[year]
        return np.clip(living, 0, 1) * (1 - np.clip(self.departure * self.departure_path[year], 0, 1))


@dataclass(frozen=True)
class CohortProjection:
    """People at the end of each year, (years + 1, areas, sexes, 101), the first being the base; and the flows of each year.

    Flows have the shape (years, areas). ``adjusted`` is what bringing the areas to the whole city added or took.
    """

    people: Floats
    births: Floats
    deaths: Floats
    arrivals: Floats
    departures: Floats
    projects: Floats
    adjusted: Floats
    factors: Floats = field(repr=False)
    """By how much all areas were multiplied, (years, sexes, 101); 1 where nothing was adjusted."""


def project(base: Floats, assumed: Assumptions, whole: Floats | None = None) -> CohortProjection:
    """Project ``base`` (areas, sexes, 101); ``whole`` (years, sexes, 101), where given, is what the areas must sum to.

    Raises ValueError where shapes do not fit, someone is below zero, or more than 40 years are asked.
    """
    areas, sexes, ages = base.shape
    _check(base, assumed)
    people = np.empty((assumed.years + 1, areas, sexes, ages))
    people[0] = base
    flows = {
        name: np.zeros((assumed.years, areas))
        for name in ("births", "deaths", "in", "out", "projects", "adjusted")
    }
    factors = np.ones((assumed.years, sexes, ages))
    for year in range(assumed.years):
        now = people[year]
        living = np.clip(1 - (1 - assumed.survival) * assumed.mortality_path[year], 0, 1)
        leaving = np.clip(assumed.departure * assumed.departure_path[year], 0, 1)
        survivors = now * living
        gone = survivors * leaving
        after = _older(survivors - gone)
        arriving = assumed.arrivals[year]
        after += arriving
        women = (now[:, -1] + after[:, -1]) / 2
        born = women @ assumed.fertility * assumed.fertility_level * assumed.births_path[year]
        newborn = born[:, None] * _sex_shares(sexes)
        alive = newborn * (1 - (1 - living[:, 0]) * 0.9)
        after[:, :, 0] += alive
        extra = np.zeros_like(now) if assumed.projects is None else assumed.projects[year]
        with_projects = np.maximum(after + extra, 0)
        flows["births"][year] = born
        flows["deaths"][year] = (now - survivors).sum(axis=(1, 2)) + (newborn - alive).sum(axis=1)
        flows["in"][year] = arriving.sum(axis=(1, 2))
        flows["out"][year] = gone.sum(axis=(1, 2))
        flows["projects"][year] = (with_projects - after).sum(axis=(1, 2))
        if whole is not None:
            sums = with_projects.sum(axis=0)
            factors[year] = np.divide(whole[year], sums, out=np.ones_like(sums), where=sums > 0)
        people[year + 1] = with_projects * factors[year]
        flows["adjusted"][year] = (people[year + 1] - with_projects).sum(axis=(1, 2))
    return CohortProjection(
        people, flows["births"], flows["deaths"], flows["in"], flows["out"], flows["projects"], flows["adjusted"], factors
    )  # fmt: skip


def _older(people: Floats) -> Floats:
    """Everybody a year older, nobody yet of age 0; those of 100 and more stay there."""
    after = np.zeros_like(people)
    after[..., 1:] = people[..., :-1]
    after[..., -1] += people[..., -1]
    return after


def _sex_shares(sexes: int) -> Floats:
    return np.array([MALE_BIRTHS, 1 - MALE_BIRTHS]) if sexes == 2 else np.ones(1)


def _check(base: Floats, assumed: Assumptions) -> None:
    areas, sexes, ages = base.shape
    if ages != AGES or sexes not in (1, 2):
        raise ValueError("people by area, one or two sexes and 101 ages")
    if not np.isfinite(base).all() or (base < 0).any():
        raise ValueError("numbers of people of at least 0")
    if not 1 <= assumed.years <= FURTHEST:
        raise ValueError(f"between 1 and {FURTHEST} years ahead")
    shapes = {
        "survival": (sexes, ages), "fertility": (ages,), "fertility_level": (areas,), "arrivals": (assumed.years, areas, sexes, ages),
        "departure": (areas, sexes, ages), "births_path": (assumed.years,), "mortality_path": (assumed.years,),
        "departure_path": (assumed.years,),
    }  # fmt: skip
    for name, shape in shapes.items():
        if getattr(assumed, name).shape != shape:
            raise ValueError(f"{name} has the shape {getattr(assumed, name).shape}, not {shape}")
    if assumed.projects is not None and assumed.projects.shape != (assumed.years, *base.shape):
        raise ValueError("projects by year, area, sex and age")
