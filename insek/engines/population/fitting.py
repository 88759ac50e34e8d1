"""What past years say: survival, births and net migration by age, for each area as far as its own numbers carry, and their scatter.

A city that knows births, deaths and moves gives them; one that knows people by age group alone still gets a forecast: births follow
from the youngest group, net migration is what remains of a year after ageing, births and deaths. Small areas lean on the city.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .ages import Floats, Groups
from .cohorts import Assumptions, _older, _sex_shares
from .draws import Scatter
from .schedules import MALE_BIRTHS, cohorts, fertility, migration, survival_of
from .splitting import split, split_like

TURNOVER = 0.07
"""Share of people of all ages who leave an area in a year, where departures are not known."""
HALF_LIFE = 1.0
"""Years after which a past year counts half as much for what goes on; found on Berlin up to 2019."""
COMMON_SHARE, COMMON_WEIGHT = 0.006, 4
"""How far a year of the whole city goes astray where nothing else is known (share of a band), and as how many years that counts."""
COMMON_TIED = 0.6
"""How far bands go astray together in a year of the whole city, where nothing else is known."""
TIE_SHRUNK = 0.8
YOUNGEST, OLDEST = 15, 45
"""Ages between which a place keeps its difference from the country."""
USUAL_CHILDREN, WIDEST_YOUNGEST = 1.4, 10
"""Children per woman in Germany of late, where births are not known and the youngest age group is wider than so many years."""
FEWEST_EXPOSED, LARGEST_RATE = 20.0, 0.3
"""People of an age group that a rate is related to at least, and the largest net migration a year that goes on, as a share."""


@dataclass(frozen=True)
class Fade:
    """What is left of last years' net migration a year later: of that of the city, and of what an area has beside it."""

    city: float
    area: float


FADE = Fade(city=0.55, area=0.75)
"""Found on Berlin up to 2019: booms and slumps end."""


@dataclass(frozen=True)
class Past:
    """People of past years at the same day of each, (years, areas, sexes, groups); one year after the other without a gap, up to ``last``.

    ``births`` and ``deaths`` of the years between, (years - 1, areas) or, known for the city only, (years - 1, 1); None where not known.
    """

    people: Floats
    last: int
    births: Floats | None = None
    deaths: Floats | None = None


@dataclass(frozen=True)
class Fitted:
    """What a projection starts from: people of the last year by single age, rates of a year, and their scatter.

    ``net`` (areas, sexes, groups): net migration a year as a share of those who aged and lived, after leaning on the city.
    """

    groups: Groups
    base: Floats
    survival: Floats
    fertility: Floats
    fertility_level: Floats
    net: Floats
    departure: Floats
    scatter: Scatter

    def assumed(self, years: int, fade: Fade = FADE) -> Assumptions:
        """The assumptions of a middle path: rates of births and deaths go on, net migration fades as stated."""
        aged = _older(self.base * self.survival)
        sums = self._sums(aged)
        whole = (self.net * sums).sum(axis=0) / np.maximum(sums.sum(axis=0), 1e-9)
        level = float((whole * sums.sum(axis=0)).sum() / max(sums.sum(), 1e-9))
        movers = self._sums(aged.sum(axis=0) * migration()) / np.maximum(sums.sum(axis=0), 1e-9)
        felt = level * movers * sums.sum() / max(float((movers * sums.sum(axis=0)).sum()), 1e-9)
        by_age = self.groups.of_age
        # within a group, too, young adults move more than others
        mobile = self._sums(aged * migration()) / np.maximum(sums, 1e-9)
        within = migration() / np.where(mobile > 0, mobile, 1.0)[..., by_age]
        paths = [
            (whole - felt * (1 - fade.city**year) + (self.net - whole) * fade.area**year)[..., by_age]
            * within
            for year in range(1, years + 1)
        ]
        leaving = self.departure
        for net in paths:
            leaving = np.maximum(leaving, -_younger(net))
        leaving = np.clip(leaving, 0, 1)
        arrivals = np.stack([aged * np.maximum(net + _older_rate(leaving), 0) for net in paths])
        flat = np.ones(years)
        return Assumptions(
            self.survival, self.fertility, self.fertility_level, arrivals, leaving, flat, flat, flat
        )  # fmt: skip

    def _sums(self, single: Floats) -> Floats:
        return self.groups.sums(single)


def persistent(base: Floats, year: int) -> Floats:
    """Net migration a year by which a place stays as different from the country at each age as it is: (sexes, 101).

    Where ages are known for one year alone, nothing says who moves at which age; but a town of students stays one. So what people
    between ``YOUNGEST`` and ``OLDEST`` are more or fewer than the country's cohorts goes with the age, not with the people: the rate
    of an age is by how much the ratio to the cohorts rises up to it. Bounded by ``LARGEST_RATE``.
    """
    pattern = cohorts(year, len(base))
    ratio = np.maximum(base, 1e-9) / pattern
    rates = np.zeros_like(base)
    rates[:, 1:] = ratio[:, 1:] / ratio[:, :-1] - 1
    ages = np.arange(base.shape[-1])
    rates[:, (ages < YOUNGEST) | (ages > OLDEST)] = 0
    return np.clip(rates, -LARGEST_RATE, LARGEST_RATE)


def _younger(rate: Floats) -> Floats:
    """A rate that is felt at the end of a year, by the age at its beginning."""
    return np.concatenate([rate[..., 1:], rate[..., -1:]], axis=-1)


def _older_rate(rate: Floats) -> Floats:
    """A rate of the age at the beginning of a year, by the age at its end."""
    return np.concatenate([np.zeros((*rate.shape[:-1], 1)), rate[..., :-1]], axis=-1)


def fit(
    pasts: Sequence[Past],
    groups: Groups,
    *,
    turnover: float = TURNOVER,
    mean_age: float = 31.5,
    half_life: float = HALF_LIFE,
) -> Fitted:
    """Fit to one or more series of years (of half-years: two, a year's steps each); the last year of the first series is the base.

    Raises ValueError where no series has two years, or shapes do not fit.
    """
    if not any(len(past.people) > 1 for past in pasts):
        raise ValueError("a series of at least two years")
    areas, sexes, number = pasts[0].people.shape[1:]
    if number != len(groups) or sexes not in (1, 2):
        raise ValueError("people by year, area, one or two sexes, and group")
    steps = [step for past in pasts for step in _steps(past, groups)]
    alive = _survival(steps, sexes)
    curve, level = _fertility(steps, groups, mean_age)
    exposed, moved = _net(steps, groups, alive, curve, level)
    weights = np.array([0.5 ** ((pasts[0].last - step.year) / half_life) for step in steps])
    flat = (len(steps), areas, -1)
    net, _each = _leaning(exposed.reshape(flat), moved.reshape(flat), weights, groups)
    # men and women go astray together
    _both, scatter = _leaning(exposed.sum(axis=2), moved.sum(axis=2), weights, groups)
    base = _single(pasts[0].people[-1], groups, pasts[0].last)
    departure = np.clip(turnover * migration(), 0, 0.9)
    return Fitted(
        groups, base, alive, curve, level, net.reshape(areas, sexes, -1), np.broadcast_to(departure, base.shape).copy(), scatter
    )  # fmt: skip


@dataclass(frozen=True)
class _Step:
    """A year between two counts: people before by single age (areas, sexes, 101), after by group, births and deaths where known."""

    year: int
    before: Floats
    after: Floats
    births: Floats | None
    deaths: Floats | None


def _single(people: Floats, groups: Groups, year: int) -> Floats:
    """One year's people of all areas by single age: the city is split along the cohorts of the country, the areas follow the city."""
    pattern = cohorts(year, people.shape[1])
    city = np.stack([split(people[:, sex].sum(axis=0), groups, each) for sex, each in enumerate(pattern)])
    return np.stack([split_like(people[:, sex], groups, city[sex]) for sex in range(people.shape[1])], axis=1)


def _steps(past: Past, groups: Groups) -> list[_Step]:
    first = past.last - len(past.people) + 1
    singles = [_single(people, groups, first + at) for at, people in enumerate(past.people[:-1])]
    return [
        _Step(
            first + at + 1,
            before,
            past.people[at + 1],
            None if past.births is None else past.births[at],
            None if past.deaths is None else past.deaths[at],
        )
        for at, before in enumerate(singles)
    ]


def _survival(steps: list[_Step], sexes: int) -> Floats:
    """The life table of today, its risks brought to the number of deaths where that is known."""
    alive = survival_of(sexes)
    known = [step for step in steps if step.deaths is not None]
    if not known:
        return alive
    expected = sum(float((step.before * (1 - alive)).sum()) for step in known)
    seen = sum(float(step.deaths.sum()) for step in known if step.deaths is not None)
    return np.clip(1 - (1 - alive) * (seen / expected), 0, 1) if expected > 0 else alive


def _fertility(steps: list[_Step], groups: Groups, mean_age: float) -> tuple[Floats, Floats]:
    """Births a year per woman (or person) of each age, and the factor of each area, leaning on the city where children are few."""
    curve = fertility(1.0, mean_age)
    if any(step.births is None for step in steps) and groups.ends[0] > WIDEST_YOUNGEST:
        women = 1.0 if steps[0].before.shape[1] == 2 else 1 - MALE_BIRTHS
        return curve * (USUAL_CHILDREN * women), np.ones(len(steps[0].before))
    bearing = np.sum([step.before[:, -1] @ curve for step in steps], axis=0)
    known = [step.births for step in steps if step.births is not None]
    all_known = len(known) == len(steps)
    if all_known and len(known[0]) == len(bearing):
        born = np.sum(known, axis=0)
    else:
        born = np.sum([step.after[:, :, 0].sum(axis=1) / groups.ends[0] for step in steps], axis=0)
    total = float(np.sum(known)) if all_known else float(born.sum())
    rate = total / max(float(bearing.sum()), 1e-9)
    expected = bearing * (float(born.sum()) / max(float(bearing.sum()), 1e-9))
    return curve * rate, _shrunk_ratio(born.astype(np.float64), expected)


def _shrunk_ratio(seen: Floats, expected: Floats) -> Floats:
    """Seen over expected numbers of each area, leaning on 1 where numbers are small (gamma-Poisson, by moments; Marshall 1991)."""
    total = expected.sum()
    if total <= 0 or len(seen) < 2:
        return np.ones_like(seen)
    raw = np.divide(seen, expected, out=np.ones_like(seen), where=expected > 0)
    between = (expected * (raw - 1) ** 2).sum() / total - len(seen) / total
    weight = expected * max(between, 0.0)
    return 1 + (raw - 1) * weight / (weight + 1)


def _net(
    steps: list[_Step], groups: Groups, alive: Floats, curve: Floats, level: Floats
) -> tuple[Floats, Floats]:
    """Who would be there without moves, and who came on top, by step, area, sex and band."""
    sexes = len(alive)
    exposed, moved = [], []
    for step in steps:
        aged = _older(step.before * alive)
        born = (step.before[:, -1] + aged[:, -1]) / 2 @ curve * level
        if step.births is not None:
            born = (
                step.births
                if len(step.births) == len(born)
                else born * (step.births.sum() / max(born.sum(), 1e-9))
            )
        aged[:, :, 0] += born[:, None] * _sex_shares(sexes) * alive[:, 0]
        expected = groups.sums(aged)
        exposed.append(expected)
        moved.append(step.after - expected)
    return np.stack(exposed), np.stack(moved)


def _leaning(exposed: Floats, moved: Floats, weights: Floats, groups: Groups) -> tuple[Floats, Scatter]:
    """Net rates of each area and band, leaning on the city as far as they are noise; and the scatter of single years.

    Variance of a single year about an area's mean is modelled as a part of the area and a part that falls with the number of people.
    """
    steps = len(exposed)
    shares = weights / weights.sum()
    counted = 1 / (shares**2).sum()
    # who would be there: at least a few, so that an area that was empty before it was built on has no rate of thousands
    safe = np.maximum(exposed, FEWEST_EXPOSED)
    yearly = np.clip(moved / safe, -LARGEST_RATE, LARGEST_RATE)
    city = moved.sum(axis=1) / exposed.sum(axis=1).clip(1)  # (steps, bands)
    mean_city = shares @ city
    own = np.einsum("s,sab->ab", shares, yearly)
    people = safe.mean(axis=0)
    astray = yearly - own - (city - mean_city)[:, None]
    freedom = max(steps - 1, 1)
    squares = (astray**2).sum(axis=0) / freedom
    if steps == 1:
        # a single step says nothing about the scatter of a year: that of areas among each other stands in for it
        squares = (own - mean_city) ** 2 / 2
        astray = (own - mean_city)[None]
    fixed, falling = _variance(squares, people)
    variance = fixed + falling / people
    between = _between(own - mean_city, variance / counted, people)
    weight = between / (between + variance / counted)
    net = mean_city + (own - mean_city) * weight
    tie = _tie(astray / np.sqrt(variance))
    return net, Scatter(
        bands=groups,
        common=_common(city - mean_city),
        local=np.sqrt(variance),
        local_tie=tie,
        local_mean=float(np.sqrt(1 / counted)),
        common_mean=float(np.sqrt(1 / counted)),
    )


def _variance(squares: Floats, people: Floats) -> tuple[Floats, Floats]:
    """The two parts of the variance of each band, from squares (areas, bands) over numbers of people; neither is below zero."""
    fixed, falling = np.empty(squares.shape[1]), np.empty(squares.shape[1])
    for band in range(squares.shape[1]):
        inverse = 1 / people[:, band]
        weights = people[:, band] / people[:, band].max()
        # large areas tell the part that stays, small ones that which falls
        best = None
        for part in np.linspace(0, 1, 21):
            model = part + (1 - part) * inverse / inverse.mean()
            scale = (weights * squares[:, band] / model).sum() / weights.sum()
            loss = (
                weights * (squares[:, band] / (scale * model + 1e-12) + np.log(scale * model + 1e-12))
            ).sum()
            if best is None or loss < best[0]:
                best = (loss, scale * part, scale * (1 - part) / inverse.mean())
        assert best is not None
        fixed[band], falling[band] = max(best[1], 1e-8), max(best[2], 0.05)
    return fixed, falling


def _between(own: Floats, noise: Floats, people: Floats) -> Floats:
    """How far areas differ from the city beyond noise, a variance of each band."""
    weights = people / people.sum(axis=0)
    return np.maximum((weights * (own**2 - noise)).sum(axis=0), 1e-8)


def _tie(standardised: Floats) -> Floats:
    """A square root of the correlation of bands within an area, drawn a little to none."""
    rows = standardised.reshape(-1, standardised.shape[-1])
    if len(rows) < 10:
        return np.eye(rows.shape[1])
    cross = rows.T @ rows
    scale = np.sqrt(np.diag(cross).clip(1e-12))
    matrix = TIE_SHRUNK * cross / np.outer(scale, scale) + (1 - TIE_SHRUNK) * np.eye(len(cross))
    root: Floats = np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)
    return root


def _common(years: Floats) -> Floats:
    """A square root of the covariance of what all areas share in a year, from the city's years (years, bands) and what is assumed."""
    bands = years.shape[1]
    assumed = COMMON_SHARE**2 * (COMMON_TIED + (1 - COMMON_TIED) * np.eye(bands))
    seen = years.T @ years
    root: Floats = np.asarray(
        np.linalg.cholesky((COMMON_WEIGHT * assumed + seen) / (COMMON_WEIGHT + len(years) - 1)),
        dtype=np.float64,
    )
    return root
