"""Computing a scenario, in a job: once for each set of assumptions and values, with the same seed the same result."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from insek.engines.population.ages import AGES, NINE, Floats, Groups
from insek.engines.population.cohorts import Assumptions, CohortProjection
from insek.engines.population.draws import Intervals, Scatter, simulate
from insek.engines.population.fitting import USUAL_CHILDREN, Fitted, fit, persistent
from insek.engines.population.housing import USUAL, by_age
from insek.engines.population.schedules import MALE_BIRTHS, migration, survival_of
from insek.jobs.clock import register_recurring
from insek.jobs.reaper import MOST_ATTEMPTS, register_finder
from insek.people.actors import Actor, require
from insek.suggestions.keeping import hash_of
from insek.thread.postings import in_transaction

from .inputs import ALL_AGES, Inputs, NotEnough, gather
from .models import MOST_PROBLEM, Scenario, ScenarioRun

VERSION = "2026-11-29.2"
"""Of the computation; another one computes anew."""
DRAWS = 1_000
KEPT_RUNS = 5
LOST_AFTER = timedelta(minutes=4)
PYRAMID = Groups(tuple(range(0, 95, 5)))
"""Age groups of the pyramid."""
PATHS: dict[str, tuple[float, float, float]] = {
    Scenario.Path.LOW: (-10.0, -5.0, -0.002),
    Scenario.Path.MIDDLE: (0.0, -15.0, 0.0),
    Scenario.Path.HIGH: (10.0, -25.0, 0.002),
}
"""What the ready paths assume: births and risks to die in the last year against today, in percent, and net migration beside the
fading of the past, as a share of all people a year. Widths of the variants of official projections for German states."""

State = ScenarioRun.State
ASSUMED = (
    "people_id",
    "ages_id",
    "places_id",
    "births_id",
    "deaths_id",
    "path",
    "years",
    "births_change",
    "deaths_change",
    "net_migration",
    "seed",
    "household_size",
    "dwellings_id",
    "reserve",
    "replacement",
)
OF_OWN_PATH = ("births_change", "deaths_change", "net_migration")


def assumptions_hash(scenario: Scenario) -> str:
    """What makes two sets of assumptions the same; the values that go in are not part of it."""
    only_own = scenario.path != Scenario.Path.OWN
    plain = [
        None if value is None or (only_own and name in OF_OWN_PATH) else str(value)
        for name in ASSUMED
        for value in [getattr(scenario, name)]
    ]
    # decimals as typed and as stored are the same
    return hash_of([VERSION, DRAWS, [_short(value) for value in plain]])


def _short(value: str | None) -> str | None:
    return value.rstrip("0").rstrip(".") if value and "." in value else value


def ask_to_compute(scenario: Scenario, *, actor: Actor) -> ScenarioRun:
    """Let a job compute a scenario; one that waits or runs already is that one. Raises PermissionDenied."""
    require(actor, "thread.edit_item", scenario.item)
    return begin_computing(scenario)


def begin_computing(scenario: Scenario) -> ScenarioRun:
    """The same for the program itself."""
    wanted = assumptions_hash(scenario)
    with transaction.atomic():
        same = scenario.runs.filter(assumptions_hash=wanted, state__in=[State.WAITING, State.RUNNING]).first()
        if same is not None:
            return same
        run = ScenarioRun.objects.create(scenario=scenario, assumptions_hash=wanted, seed=scenario.seed)
    compute_scenario.enqueue(run.pk)
    return run


@task()
def compute_scenario(key: int) -> None:
    """Do one computation, if nobody has begun."""
    rows = ScenarioRun.objects.filter(pk=key)
    if rows.filter(state=State.WAITING).update(state=State.RUNNING, touched_at=timezone.now(), problem=""):
        run = rows.select_related("scenario__item").get()
        try:
            compute(run)
        except NotEnough as error:
            rows.update(state=State.FAILED, problem=str(error), finished_at=timezone.now())
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"[:MOST_PROBLEM]
            rows.update(state=State.FAILED, problem=problem, finished_at=timezone.now())
            raise


def compute(run: ScenarioRun) -> None:
    """Compute and keep a result; never inside a transaction. Raises NotEnough where too little is known."""
    if in_transaction():
        raise RuntimeError("a scenario is computed outside of transactions, and kept in a short one")
    began = time.monotonic()
    inputs = gather(run.scenario)
    middle, intervals = forecast(run.scenario, inputs)
    notes = [*inputs.notes, *_fewer_leave(run.scenario, inputs.last, middle)]
    result = plain_result(replace(inputs, notes=notes), middle, intervals)
    with transaction.atomic():
        earlier = ScenarioRun.objects.filter(scenario=run.scenario, state=State.DONE)
        earlier.filter(assumptions_hash=run.assumptions_hash, input_hash=inputs.hash).exclude(
            pk=run.pk
        ).delete()
        ScenarioRun.objects.filter(pk=run.pk).update(
            state=State.DONE, input_hash=inputs.hash, version=VERSION, draws=DRAWS, result=result, attempts=run.attempts + 1,
            seconds=time.monotonic() - began, finished_at=timezone.now(), touched_at=timezone.now(),
        )  # fmt: skip
        kept = list(
            run.scenario.runs.exclude(state__in=[State.WAITING, State.RUNNING]).values_list("pk", flat=True)[
                :KEPT_RUNS
            ]
        )
        run.scenario.runs.exclude(pk__in=kept).exclude(state__in=[State.WAITING, State.RUNNING]).delete()


def forecast(scenario: Scenario, inputs: Inputs) -> tuple[CohortProjection, Intervals]:
    """The middle path and the intervals of a scenario, by area; nothing is kept."""
    fitted = spread_over(fit(inputs.pasts, ALL_AGES), inputs)
    assumed = assumptions(scenario, fitted)
    return simulate(
        fitted.base,
        assumed,
        fitted.scatter,
        groups=NINE,
        draws=DRAWS,
        seed=scenario.seed,
        weights=_households(scenario, fitted),
    )


def _households(scenario: Scenario, fitted: Fitted) -> Floats | None:
    """Households per person of each age, at the size of households of today; None where that is not said."""
    if scenario.household_size is None:
        return None
    return by_age(USUAL, fitted.base.sum(axis=(0, 1)), float(scenario.household_size))


def spread_over(city: Fitted, inputs: Inputs) -> Fitted:
    """What was fitted for the whole city, for its areas and its true ages: they follow it, small ones less evenly.

    Births and deaths of the base are brought to those of the last years; who moves at which age follows from how the city differs
    from the country (``persistent``), so that the moves of all ages together are those that were fitted.
    """
    base = inputs.base
    areas = len(base)
    bands = len(city.scatter.bands)
    whole = base.sum(axis=0)
    survival = _survival(whole, city, inputs)
    fertility = _fertility(whole, city, inputs)
    aged = _a_year_older(whole * survival)
    net = persistent(whole, inputs.last)
    movers = np.broadcast_to(migration(), whole.shape)
    wanted = float(city.net[0, 0, 0]) * aged.sum()
    net = net + movers * ((wanted - (net * aged).sum()) / max(float((movers * aged).sum()), 1e-9))
    own = OWN_SCATTER * np.sqrt(REFERENCE / np.maximum(base.sum(axis=(1, 2)), 1.0))
    local = np.broadcast_to(own[:, None], (areas, bands)) if areas > 1 else np.zeros((areas, bands))
    scatter = Scatter(
        bands=city.scatter.bands, common=city.scatter.common, local=local.copy(), local_tie=np.eye(bands),
        common_mean=city.scatter.common_mean, local_mean=1.0,
    )  # fmt: skip
    return replace(
        city, groups=SINGLE, base=base, survival=survival, fertility=fertility, fertility_level=np.ones(areas),
        net=np.broadcast_to(net, base.shape).copy(), departure=np.broadcast_to(city.departure[:1, :1], base.shape).copy(), scatter=scatter,
    )  # fmt: skip


def _survival(whole: Floats, city: Fitted, inputs: Inputs) -> Floats:
    """Survival by sex and age, its risks such that as many die in the base as did in the last years, where that is known."""
    alive = survival_of(len(whole))
    died = _recent([past.deaths for past in inputs.pasts])
    expected = float((whole * (1 - alive)).sum())
    return np.clip(1 - (1 - alive) * (died / expected), 0, 1) if died and expected > 0 else alive


def _fertility(whole: Floats, city: Fitted, inputs: Inputs) -> Floats:
    """Births per woman, or per person, so that as many are born in the base as were in the last years, where that is known."""
    curve = city.fertility / max(city.fertility.sum(), 1e-9)
    born = _recent([past.births for past in inputs.pasts])
    bearing = float(whole[-1] @ curve)
    if born and bearing > 0:
        return curve * (born / bearing)
    return curve * (USUAL_CHILDREN if len(whole) == 2 else USUAL_CHILDREN * (1 - MALE_BIRTHS))


def _recent(flows: Sequence[Floats | None]) -> float:
    """The mean of the last three years that are known; 0 where none is."""
    known = [value for flow in reversed(flows) if flow is not None for value in flow.reshape(-1).tolist()]
    return float(np.mean(known[-RECENT:])) if known else 0.0


FEWER = 1.0
"""People by which fewer than assumed may leave in a year before it is said."""
SINGLE = Groups(tuple(range(AGES)))
RECENT = 3
"""Years of births and deaths that today's are taken from."""
OWN_SCATTER, REFERENCE = 0.012, 5_000.0
"""How far a district of so many people goes astray for itself in a year, as a share; found on the district regions of Berlin to 2019."""


def assumptions(scenario: Scenario, fitted: Fitted) -> Assumptions:
    """The assumptions of a scenario on what was fitted; moves are net numbers of people, as in official projections."""
    births, deaths, share = PATHS.get(scenario.path) or (
        float(scenario.births_change),
        float(scenario.deaths_change),
        0.0,
    )
    assumed = fitted.assumed(scenario.years)
    way = np.arange(1, scenario.years + 1) / scenario.years
    moves = assumed.arrivals - _a_year_older(fitted.base * fitted.survival * assumed.departure)
    if scenario.path == Scenario.Path.OWN and scenario.net_migration is not None:
        moves = (
            moves
            + _movers(fitted, 1.0) * (scenario.net_migration - moves.sum(axis=(1, 2, 3)))[:, None, None, None]
        )
    moves = moves + _movers(fitted, share * fitted.base.sum())
    return replace(
        assumed, births_path=1 + way * births / 100, mortality_path=1 + way * deaths / 100,
        arrivals=np.zeros_like(assumed.arrivals), departure=np.zeros_like(assumed.departure), projects=moves,
    )  # fmt: skip


def _fewer_leave(scenario: Scenario, last: int, middle: CohortProjection) -> list[tuple[str, dict[str, str]]]:
    """From when on the moves that are assumed cannot be met, because not so many people are there."""
    if scenario.path != Scenario.Path.OWN or scenario.net_migration is None:
        return []
    missed = middle.projects.sum(axis=1) - scenario.net_migration > FEWER
    return [("too_many_leave", {"period": str(last + 1 + int(missed.argmax()))})] if missed.any() else []


def _a_year_older(people: Floats) -> Floats:
    older = np.zeros_like(people)
    older[..., 1:] = people[..., :-1]
    older[..., -1] += people[..., -1]
    return older


def _movers(fitted: Fitted, people: float) -> Floats:
    """So many people of the ages at which people move, over all areas by their size; negative for such who leave."""
    mobile = fitted.base * migration()
    return mobile * (people / max(mobile.sum(), 1e-9))


def plain_result(inputs: Inputs, middle: CohortProjection, intervals: Intervals) -> dict[str, Any]:
    """A result as it is kept: whole people, by year, group and area."""
    return {
        "last": inputs.last,
        "day": list(inputs.day),
        "groups": list(NINE.starts),
        "past": [[[year, round(value)] for year, value in years] for years in inputs.series],
        "notes": inputs.notes,
        "whole": _whole(intervals.whole),
        "middle": _whole(intervals.middle.sum(axis=1)),
        "areas": [area.pk for area in inputs.areas] if len(inputs.areas) > 1 else [],
        "by_area": _whole(intervals.areas[:, :, :, -1]) if len(inputs.areas) > 1 else [],
        "households": [] if intervals.weighted is None else _whole(intervals.weighted),
        "dwellings": inputs.dwellings,
        "pyramid_groups": list(PYRAMID.starts),
        "pyramid": [_whole(PYRAMID.sums(middle.people[at].sum(axis=0))) for at in (0, -1)],
        "births": _whole(middle.births.sum(axis=1)),
        "deaths": _whole(middle.deaths.sum(axis=1)),
        "net": _whole((middle.arrivals - middle.departures + middle.projects).sum(axis=1)),
    }


def _whole(values: Floats) -> Any:
    return np.rint(values).astype(int).tolist()


def latest_of(scenario: Scenario) -> ScenarioRun | None:
    """The newest result of just these assumptions. One query."""
    runs = scenario.runs.filter(assumptions_hash=assumptions_hash(scenario), state=State.DONE)
    return runs.order_by("-finished_at").first()


def is_current(run: ScenarioRun) -> bool:
    """Whether the values that went in are those of today."""
    try:
        return gather(run.scenario).hash == run.input_hash
    except NotEnough:
        return False


def compute_what_is_missing() -> None:
    """Compute scenarios without a result, and those whose values have changed since: of a package read in, of new figures."""
    for scenario in Scenario.objects.select_related("item").order_by("pk"):
        if scenario.runs.filter(state__in=[State.WAITING, State.RUNNING]).exists():
            continue
        run = latest_of(scenario)
        failed = scenario.runs.filter(assumptions_hash=assumptions_hash(scenario), state=State.FAILED)
        if run is not None and is_current(run):
            continue
        if run is None and failed.filter(finished_at__gt=timezone.now() - timedelta(days=1)).exists():
            continue
        begin_computing(scenario)


def resume_lost(before: datetime) -> int:
    """Take up again what its process left; returns how many."""
    found = 0
    for run in ScenarioRun.objects.filter(state__in=[State.WAITING, State.RUNNING], touched_at__lt=before):
        mine = ScenarioRun.objects.filter(pk=run.pk, state=run.state, touched_at=run.touched_at)
        if run.attempts >= MOST_ATTEMPTS:
            problem = "The process died again and again."
            found += mine.update(state=State.FAILED, problem=problem, finished_at=timezone.now())
        elif mine.update(state=State.WAITING, touched_at=timezone.now(), attempts=run.attempts + 1):
            found += 1
            compute_scenario.enqueue(run.pk)
    return found


register_recurring("compute-scenarios", timedelta(hours=1), compute_what_is_missing)
register_finder("scenario-runs", resume_lost, after=LOST_AFTER)

__all__ = ["ask_to_compute", "begin_computing", "compute", "forecast", "is_current", "latest_of"]
