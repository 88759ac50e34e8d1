"""Computing an analysis in a job: once for each question and each state of what goes in."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from insek.engines.reach.network import network_of
from insek.jobs.clock import register_recurring
from insek.jobs.reaper import MOST_ATTEMPTS, register_finder
from insek.people.actors import Actor, require
from insek.places.basemap.archive import current_base_map
from insek.places.basemap.ways import NOTHING, LivedGround, lived_ground
from insek.places.name_models import NameSource
from insek.suggestions.keeping import hash_of
from insek.thread.postings import in_transaction

from .facilities import Facilities, gather_facilities
from .living import LivedAreas, NothingToSpread, areas_of, spread_people
from .measuring import LEAST_LOCAL, AreaReach, ReachGround, by_area, covered, measured, numbers_by_area, pack
from .models import MOST_PROBLEM, ReachAnalysis, ReachRun

VERSION = "2026-11-29.2"
"""Of the computation; another one computes anew."""
KEPT_RUNS = 2
LOST_AFTER = timedelta(minutes=10)
AROUND = 0.02
"""Degrees around the city whose ways and houses count too: a way may lead through the neighbour's land."""
SHOWN_FACILITIES = 1_000

State = ReachRun.State
Said = Callable[[int], object]


def asked_hash(analysis: ReachAnalysis) -> str:
    """What makes two questions the same; what goes in is not part of it."""
    return hash_of(
        [
            VERSION, analysis.facilities, analysis.words.strip(), analysis.points.strip(), analysis.mode, analysis.minutes,
            analysis.people_id, analysis.spread,
        ]
    )  # fmt: skip


def input_hash(analysis: ReachAnalysis, areas: LivedAreas, facilities: Facilities) -> str:
    """Of all that goes in: people, outlines, facilities, and which base map and addresses there are. One query."""
    concept = analysis.item.concept
    base = current_base_map()
    sources = (
        NameSource.objects.filter(city=concept.key, is_valid=True).order_by("pk").values_list("pk", "read_at")
    )
    return hash_of(
        [
            areas.period, [row.pk for row in areas.districts], areas.people.tolist(), [shapely.to_wkb(row.geometry, hex=True) for row in areas.districts],
            facilities.names, facilities.spots, base.generation if base else "",
            [[key, read.isoformat() if read else ""] for key, read in sources],
        ]
    )  # fmt: skip


def hash_of_today(analysis: ReachAnalysis) -> str:
    """The same for what is there now; empty where too little is. Some six queries."""
    try:
        areas = areas_of(analysis.item.concept, analysis.people_id)
    except NothingToSpread:
        return ""
    return input_hash(analysis, areas, _facilities(analysis))


def _facilities(analysis: ReachAnalysis) -> Facilities:
    return gather_facilities(analysis.item.concept, analysis.facilities, analysis.words, analysis.points)


def ask_to_measure(analysis: ReachAnalysis, *, actor: Actor) -> ReachRun:
    """Let a job compute an analysis; one that waits or runs already is that one. Raises PermissionDenied."""
    require(actor, "thread.edit_item", analysis.item)
    return begin_measuring(analysis)


def begin_measuring(analysis: ReachAnalysis) -> ReachRun:
    """The same for the program itself."""
    wanted = asked_hash(analysis)
    with transaction.atomic():
        same = analysis.runs.filter(asked_hash=wanted, state__in=[State.WAITING, State.RUNNING]).first()
        if same is not None:
            return same
        run = ReachRun.objects.create(analysis=analysis, asked_hash=wanted)
    measure_reach.enqueue(run.pk)
    return run


@task()
def measure_reach(key: int) -> None:
    """Do one computation, if nobody has begun."""
    rows = ReachRun.objects.filter(pk=key)
    if rows.filter(state=State.WAITING).update(state=State.RUNNING, touched_at=timezone.now(), problem=""):
        run = rows.select_related("analysis__item__concept").get()
        try:
            compute(run)
        except NothingToSpread as error:
            rows.update(state=State.FAILED, problem=str(error), finished_at=timezone.now())
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"[:MOST_PROBLEM]
            rows.update(state=State.FAILED, problem=problem, finished_at=timezone.now())
            raise


def compute(run: ReachRun) -> None:
    """Compute and keep a result; never inside a transaction. Raises NothingToSpread where too little is known."""
    if in_transaction():
        raise RuntimeError("an analysis is computed outside of transactions, and kept in a short one")
    began = time.monotonic()
    analysis = run.analysis

    def said(percent: int) -> None:
        ReachRun.objects.filter(pk=run.pk).update(percent=percent, touched_at=timezone.now())

    areas = areas_of(analysis.item.concept, analysis.people_id)
    facilities = _facilities(analysis)
    if not len(facilities):
        raise NothingToSpread("facilities")
    hashed = input_hash(analysis, areas, facilities)
    ground, result = analysed(analysis, areas, facilities, said)
    packed = pack(ground)
    with transaction.atomic():
        done = ReachRun.objects.filter(analysis=analysis, state=State.DONE)
        done.filter(asked_hash=run.asked_hash, input_hash=hashed).exclude(pk=run.pk).delete()
        ReachRun.objects.filter(pk=run.pk).update(
            state=State.DONE, percent=100, input_hash=hashed, version=VERSION, result=result, ground=packed, attempts=run.attempts + 1,
            seconds=time.monotonic() - began, finished_at=timezone.now(), touched_at=timezone.now(),
        )  # fmt: skip
        ended = analysis.runs.exclude(state__in=[State.WAITING, State.RUNNING])
        kept = list(ended.values_list("pk", flat=True)[:KEPT_RUNS])
        ended.exclude(pk__in=kept).delete()


def _nothing(_percent: int) -> None:
    """Nobody is told."""


def analysed(
    analysis: ReachAnalysis, areas: LivedAreas, facilities: Facilities, said: Said = _nothing
) -> tuple[ReachGround, dict[str, Any]]:
    """The measured ground and the result of an analysis; nothing is kept."""
    concept = analysis.item.concept
    said(10)
    lived = _lived(areas, concept.metric_crs)
    said(50)
    spots = spread_people(concept, areas, lived, analysis.spread)
    said(70)
    network = network_of(lived.ways) if lived.ways and lived.local >= LEAST_LOCAL else None
    count = len(areas.districts)
    by_network = covered(spots.points, spots.area, spots.people, network, count)
    if not by_network.any():
        network = None
    ground = ReachGround(
        spots.points, spots.area, spots.people, by_network, network, facilities.points, facilities.owner,
        np.empty(0), np.empty(0, dtype=np.intp),
    )  # fmt: skip
    metres, facility = measured(ground, facilities.points, facilities.owner)
    said(90)
    ground = ReachGround(
        spots.points, spots.area, spots.people, by_network, network, facilities.points, facilities.owner, metres, facility
    )  # fmt: skip
    within = analysis.minutes * analysis.speed
    rows, whole = by_area(ground, metres, count, within)
    numbers, number = numbers_by_area(ground, count, within)
    base = current_base_map()
    result = {
        "period": areas.period,
        "sources": areas.sources,
        "areas": [
            {"pk": district.pk, "by_network": bool(by_network[at]), "rule": spots.rules[at], "number": _tenth(numbers[at]), **plain_reach(rows[at], analysis.speed)}
            for at, district in enumerate(areas.districts)
        ],
        "city": {"number": _tenth(number), **plain_reach(whole, analysis.speed)},
        "facilities": len(facilities),
        "is_cut": facilities.is_cut,
        "names": facilities.names[:SHOWN_FACILITIES],
        "spots": facilities.spots[:SHOWN_FACILITIES],
        "nodes": network.size if network else 0,
        "left_out": network.left_out if network else 0.0,
        "main_roads_only": bool(lived.ways) and lived.local < LEAST_LOCAL,
        "base": " · ".join(base.about.attribution) if base else "",
        "base_as_of": base.about.as_of if base else "",
    }  # fmt: skip
    return ground, result


def _tenth(number: float | None) -> float | None:
    return None if number is None else round(number, 1)


def _lived(areas: LivedAreas, crs: int) -> LivedGround:
    base = current_base_map()
    if base is None:
        return NOTHING
    west, south, east, north = shapely.total_bounds([row.geometry for row in areas.districts])
    return lived_ground(
        base, (float(west) - AROUND, float(south) - AROUND, float(east) + AROUND, float(north) + AROUND), crs
    )


def plain_reach(found: AreaReach, speed: float) -> dict[str, Any]:
    """What is kept of an area: whole people, the share to a thousandth, the median in minutes to a tenth."""
    return {
        "people": round(found.people), "reaching": round(found.reaching),
        "share": None if found.share is None else round(found.share, 3),
        "minutes": None if found.median is None else round(found.median / speed, 1),
    }  # fmt: skip


def latest_run(analysis: ReachAnalysis) -> ReachRun | None:
    """The newest result of just this question. One query."""
    runs = analysis.runs.filter(asked_hash=asked_hash(analysis), state=State.DONE).defer("ground")
    return runs.order_by("-finished_at").first()


def measure_what_is_missing() -> None:
    """Compute analyses without a result, and those whose inputs have changed since."""
    for analysis in ReachAnalysis.objects.select_related("item__concept").order_by("pk"):
        if analysis.runs.filter(state__in=[State.WAITING, State.RUNNING]).exists():
            continue
        run = latest_run(analysis)
        today = hash_of_today(analysis)
        if run is not None and (run.input_hash == today or not today):
            continue
        failed = analysis.runs.filter(asked_hash=asked_hash(analysis), state=State.FAILED)
        if failed.filter(finished_at__gt=timezone.now() - timedelta(days=1)).exists():
            continue
        begin_measuring(analysis)


def resume_measuring(before: datetime) -> int:
    """Take up again what its process left; returns how many."""
    found = 0
    lost = ReachRun.objects.filter(state__in=[State.WAITING, State.RUNNING], touched_at__lt=before)
    for run in lost.defer("ground"):
        mine = ReachRun.objects.filter(pk=run.pk, state=run.state, touched_at=run.touched_at)
        if run.attempts >= MOST_ATTEMPTS:
            problem = "The process died again and again."
            found += mine.update(state=State.FAILED, problem=problem, finished_at=timezone.now())
        elif mine.update(state=State.WAITING, touched_at=timezone.now(), attempts=run.attempts + 1):
            found += 1
            measure_reach.enqueue(run.pk)
    return found


register_recurring("measure-reach", timedelta(hours=1), measure_what_is_missing)
register_finder("reach-runs", resume_measuring, after=LOST_AFTER)
