"""The uncertainty around the middle path: many draws of years as uneven as those of the past.

Each draw lets births, deaths and net migration of each age group go astray from the assumptions as they did in the city's own past:
partly for all areas at once (a war, a campus), partly for each area, persisting from year to year; and by a mean that was never
known exactly, because few years were seen. The same seed gives the same draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from .ages import NINE, Floats, Groups
from .cohorts import Assumptions, CohortProjection, _sex_shares, project

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Bounds of the intervals of 80 and of 50 percent, and the median."""
FEWEST_DRAWS = 1_000
MOST_LEAVE = 0.9
"""The largest share of an age group that a draw lets go astray in a year."""

Singles = NDArray[np.float32]


@dataclass(frozen=True)
class Scatter:
    """How far a year goes astray from what was assumed.

    ``bands``: the age groups whose net migration goes astray each for itself. ``common`` (bands, bands): a square root of the
    covariance of what all areas share, in shares of the people of a band a year; ``local`` (areas, bands): the standard deviation
    of each area for itself; ``local_tie`` (bands, bands): a square root of the correlation of bands within an area.
    ``common_persists``, ``local_persists``: correlation from one year to the next. ``common_mean``, ``local_mean``: standard
    deviation of the assumed mean relative to that of a single year. ``births`` and ``deaths``: standard deviation of the
    yearly step of their level, as a share.
    """

    bands: Groups
    common: Floats
    local: Floats
    local_tie: Floats
    common_persists: float = 0.5
    local_persists: float = 0.3
    common_mean: float = 0.5
    local_mean: float = 0.5
    births: float = 0.03
    deaths: float = 0.015


@dataclass(frozen=True)
class Intervals:
    """Quantiles by year (the base first), area and group; the last group is all ages.

    ``areas`` (quantiles, years + 1, areas, groups + 1), ``whole`` (quantiles, years + 1, groups + 1); the quantiles are
    ``QUANTILES``. ``middle`` is the path without anything astray, ``(years + 1, areas, groups + 1)``.
    """

    groups: Groups
    areas: Floats
    whole: Floats
    middle: Floats
    draws: int
    seed: int
    weighted: Floats | None = None
    """Of people weighted by age, such as households, for the whole: (quantiles, years + 1); None where no weights were given."""


def simulate(
    base: Floats,
    assumed: Assumptions,
    scatter: Scatter,
    *,
    groups: Groups = NINE,
    draws: int = FEWEST_DRAWS,
    seed: int = 1,
    whole: Floats | None = None,
    weights: Floats | None = None,
) -> tuple[CohortProjection, Intervals]:
    """Project the middle path and the quantiles around it; arguments as of ``project``. ``weights`` (101,) are counted beside.

    Each area is drawn by itself, so memory does not grow with areas. Raises ValueError as ``project``, and for fewer than 100 draws.
    """
    if draws < 100:
        raise ValueError("at least 100 draws")
    middle = project(base, assumed, whole)
    areas = len(base)
    years, columns = assumed.years, len(groups) + (1 if weights is None else 2)
    root = np.random.SeedSequence(seed)
    shared_seed, *own_seeds = root.spawn(areas + 1)
    shared = _Shared.drawn(scatter, years, draws, np.random.default_rng(shared_seed))
    sums = np.zeros((years + 1, columns, draws), dtype=np.float32)
    quantiles = np.empty((len(QUANTILES), years + 1, areas, columns))
    # the products are small: threads of the linear algebra would wait for each other longer than they compute
    with threadpool_limits(1):
        for area in range(areas):
            rng = np.random.default_rng(own_seeds[area])
            drawn = _Area(base, area, assumed, scatter, groups, middle.factors, weights).drawn(
                shared, draws, rng
            )
            sums += drawn
            quantiles[:, :, area] = _quantiles(drawn)
    grouped = groups.sums(middle.people.sum(axis=2))
    path = np.concatenate([grouped, grouped.sum(axis=-1, keepdims=True)], axis=-1)
    summed, shown = _quantiles(sums), len(groups) + 1
    counted = None if weights is None else summed[..., -1]
    return middle, Intervals(groups, quantiles[..., :shown], summed[..., :shown], path, draws, seed, counted)


@dataclass(frozen=True)
class _Shared:
    """What all areas have in common by year: rates astray (years, bands, draws), factors of births and of the risk to die (years, draws)."""

    rates: Singles
    births: Singles
    deaths: Singles

    @classmethod
    def drawn(cls, scatter: Scatter, years: int, draws: int, rng: np.random.Generator) -> _Shared:
        astray = _astray(years, len(scatter.bands), draws, scatter.common_persists, scatter.common_mean, rng)
        steps = np.cumsum(_mirrored(rng, (2, years), draws), axis=1)
        drift = np.arange(1, years + 1)[:, None] / 2  # keeps the mean of a factor at 1
        births = np.exp(steps[0].astype(np.float64) * scatter.births - drift * scatter.births**2)
        deaths = np.exp(steps[1] * scatter.deaths - drift * scatter.deaths**2)
        rates = np.einsum("bk,ykd->ybd", scatter.common.astype(np.float32), astray)
        return cls(rates, births.astype(np.float32), deaths.astype(np.float32))


def _astray(
    years: int, bands: int, draws: int, persists: float, mean: float, rng: np.random.Generator
) -> Singles:
    """Years of unit variance that persist, around a mean that is itself astray; shape (years, bands, draws)."""
    out = _mirrored(rng, (years + 1, bands), draws)
    fresh = np.float32(np.sqrt(1 - persists**2))
    for year in range(1, years + 1):
        out[year] *= fresh
        out[year] += np.float32(persists) * out[year - 1]
    fixed = _mirrored(rng, (bands,), draws) * np.float32(mean)
    return out[1:] + fixed


def _mirrored(rng: np.random.Generator, shape: tuple[int, ...], draws: int) -> Singles:
    """Normal draws (…, draws), the second half the first with the other sign: so quantiles are steadier (antithetic variates)."""
    half = rng.standard_normal((*shape, (draws + 1) // 2), dtype=np.float32)
    return np.concatenate([half, -half], axis=-1)[..., :draws]


class _Area:
    """One area, made ready for its draws: people as (sexes, 101, draws), draws side by side in memory."""

    def __init__(
        self,
        base: Floats,
        area: int,
        assumed: Assumptions,
        scatter: Scatter,
        groups: Groups,
        factors: Floats,
        weights: Floats | None,
    ) -> None:
        self.base, self.area, self.assumed, self.scatter = base[area], area, assumed, scatter
        self.sexes, ages = self.base.shape
        self.adjusts = None if np.all(factors == 1) else factors.astype(np.float32)
        women = np.zeros((self.sexes, ages))
        women[-1] = assumed.fertility * assumed.fertility_level[area]
        rows = [groups.indicator(), np.ones(ages), *([] if weights is None else [weights])]
        counted = np.tile(np.vstack(rows), (1, self.sexes))
        self.counted = np.vstack([counted, women.reshape(1, -1)]).astype(np.float32)
        """Sums people by group, then all, then weighted where asked, then the births of a year at the rates of today."""
        self.shape = np.tile(scatter.bands.indicator(), (1, self.sexes))
        self.newborn_band = int(scatter.bands.of_age[0])

    def drawn(self, shared: _Shared, draws: int, rng: np.random.Generator) -> Singles:
        """All draws, counted by group: (years + 1, groups + 1, draws)."""
        assumed, sexes, years = self.assumed, self.sexes, self.assumed.years
        ages = self.base.shape[-1]
        rates = self._rates(shared, draws, rng)
        people = np.repeat(self.base.astype(np.float32)[..., None], draws, axis=2)
        after, share = np.empty_like(people), np.empty((sexes * ages, draws), dtype=np.float32)
        weights = np.ones((rates.shape[1] + 2, draws), dtype=np.float32)
        out = np.empty((years + 1, len(self.counted) - 1, draws), dtype=np.float32)
        counts = self.counted @ people.reshape(-1, draws)
        out[0] = counts[:-1]
        for year in range(years):
            weights[1] = shared.deaths[year] - 1
            weights[2:] = rates[year]
            np.matmul(self._effects(year), weights, out=share)
            share *= people.reshape(-1, draws)
            stayed = share.reshape(sexes, ages, draws)
            after[:, 0] = 0
            np.add(stayed[:, :-1], self._moved(year)[:, 1:, None], out=after[:, 1:])
            after[:, -1] += stayed[:, -1]
            births = counts[-1] / 2
            counts = self.counted @ after.reshape(-1, draws)
            births += counts[-1] / 2
            after[:, 0] = self._newborn(year)[:, None] * (
                births * shared.births[year] * self._newborn_stay(rates[year])
            )
            after[:, 0] += self._moved(year)[:, 0, None]
            if self.adjusts is not None:
                after *= self.adjusts[year][..., None]
            if assumed.projects is not None:
                np.maximum(after, 0, out=after)
            people, after = after, people
            counts = self.counted @ people.reshape(-1, draws)
            out[year + 1] = counts[:-1]
        return out

    def _rates(self, shared: _Shared, draws: int, rng: np.random.Generator) -> Singles:
        """Net migration astray as a share of each band, (years, bands, draws); no more than nine in ten leave in a year."""
        scatter = self.scatter
        own = _astray(
            self.assumed.years, len(scatter.bands), draws, scatter.local_persists, scatter.local_mean, rng
        )
        tie = (scatter.local[self.area][:, None] * scatter.local_tie).astype(np.float32)
        return np.maximum(np.einsum("bk,ykd->ybd", tie, own) + shared.rates, np.float32(-MOST_LEAVE))

    def _effects(self, year: int) -> Singles:
        """What a share of people that stays is made of, (sexes x 101, bands + 2): assumption, risk to die, bands astray."""
        kept = self.assumed.kept(year)[self.area].reshape(-1)
        risk = (
            (1 - self.assumed.survival)
            * self.assumed.mortality_path[year]
            * (1 - self.assumed.departure[self.area])
        )
        # what goes astray is a share of those who stay, so that no number falls below zero
        return np.vstack([kept, -risk.reshape(-1), self.shape * kept]).T.astype(np.float32)

    def _moved(self, year: int) -> Singles:
        moved = self.assumed.arrivals[year, self.area]
        if self.assumed.projects is not None:
            moved = moved + self.assumed.projects[year, self.area]
        return moved.astype(np.float32)

    def _newborn(self, year: int) -> Singles:
        living = 1 - (1 - self.assumed.survival[:, 0]) * self.assumed.mortality_path[year] * 0.9
        return (_sex_shares(self.sexes) * living * self.assumed.births_path[year]).astype(np.float32)

    def _newborn_stay(self, rates: Singles) -> Singles:
        return 1 + rates[self.newborn_band]


def _quantiles(drawn: Singles) -> Floats:
    """The quantiles over the draws of an array (years + 1, columns, draws): (quantiles, years + 1, columns)."""
    ordered = np.sort(drawn, axis=-1)
    place = np.array(QUANTILES) * (ordered.shape[-1] - 1)
    below = place.astype(np.intp)
    lower, upper = ordered[..., below], ordered[..., np.minimum(below + 1, ordered.shape[-1] - 1)]
    return np.moveaxis(lower + (upper - lower) * (place - below), -1, 0).astype(np.float64)
