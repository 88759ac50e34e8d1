"""Metres to the nearest facility, over the network where it covers a district, else as the straight line times a factor; and who reaches it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np

from insek.engines.reach.distances import (
    TOO_FAR,
    nearest,
    nearest_estimated,
    number_within,
    number_within_estimated,
)
from insek.engines.reach.network import Floats, Network
from insek.engines.reach.people import reach

from .models import ReachRun

LEAST_LOCAL = 0.4
"""Share of small ways, by length, below which a map is taken to have the main roads only: no network to walk on."""
LEAST_JOINED = 0.9
"""Share of the people of a district who live near a way, below which it is measured by the straight line."""
DECIMETRES = 10


@dataclass(frozen=True)
class ReachGround:
    """Where people live, the network, and the facilities: all that is needed to measure and to try out.

    ``by_network`` says of each area whether its people go by the network; ``metres`` and ``facility`` are to the nearest of all.
    """

    points: Floats
    area: Any
    people: Floats
    by_network: Any
    network: Network | None
    entries: Floats
    owner: Any
    metres: Floats
    facility: Any


@dataclass(frozen=True)
class AreaReach:
    """Of an area: people, those within reach, their share (None where nobody lives), median metres (None where most reach nothing)."""

    people: float
    reaching: float
    share: float | None
    median: float | None


def covered(points: Floats, area: Any, people: Floats, network: Network | None, areas: int) -> Any:
    """Of each area, whether enough of its people live near a way of the network."""
    from scipy.spatial import cKDTree

    if network is None:
        return np.zeros(areas, dtype=bool)
    far, _node = cKDTree(network.nodes).query(points)
    near = np.bincount(area, weights=people * (far <= TOO_FAR), minlength=areas)
    return near >= LEAST_JOINED * np.maximum(np.bincount(area, weights=people, minlength=areas), 1e-9)


def measured(ground: ReachGround, entries: Floats, owner: Any) -> tuple[Floats, Any]:
    """Metres to the nearest of some entries for each point, and whose entry it is (-1 for none)."""
    metres = np.full(len(ground.points), np.inf)
    facility = np.full(len(ground.points), -1, dtype=np.intp)
    walks = ground.by_network[ground.area]
    for mask, by_network in ((walks, True), (~walks, False)):
        if not mask.any():
            continue
        places = ground.points[mask]
        if by_network and ground.network is not None:
            found = nearest(ground.network, entries, places)
        else:
            found = nearest_estimated(entries, places)
        metres[mask] = found.metres
        facility[mask] = np.where(found.facility >= 0, owner[np.maximum(found.facility, 0)], -1) if len(owner) else -1  # fmt: skip
    return metres, facility


def numbers_by_area(
    ground: ReachGround, areas: int, within: float
) -> tuple[list[float | None], float | None]:
    """How many facilities a person has within so many metres, in the mean of each area and of all; None where nobody lives."""
    numbers = np.zeros(len(ground.points))
    walks = ground.by_network[ground.area]
    for mask, by_network in ((walks, True), (~walks, False)):
        if not mask.any():
            continue
        places = ground.points[mask]
        if by_network and ground.network is not None:
            numbers[mask] = number_within(ground.network, ground.entries, places, within, ground.owner)
        else:
            numbers[mask] = number_within_estimated(ground.entries, places, within, ground.owner)
    people = np.bincount(ground.area, weights=ground.people, minlength=areas)
    found = np.bincount(ground.area, weights=ground.people * numbers, minlength=areas)
    rows = [float(some / all_) if all_ > 0 else None for some, all_ in zip(found, people, strict=True)]
    return rows, float(found.sum() / people.sum()) if people.sum() > 0 else None


def by_area(
    ground: ReachGround, metres: Floats, areas: int, within: float
) -> tuple[list[AreaReach], AreaReach]:
    """Who reaches a facility within so many metres, of each area and of all together."""
    each = reach(metres, ground.people, ground.area, areas, within)
    whole = reach(metres, ground.people, np.zeros(len(metres), dtype=np.intp), 1, within)
    rows = [_plain(each, number) for number in range(areas)]
    return rows, _plain(whole, 0)


def _plain(found: Any, number: int) -> AreaReach:
    share, median = float(found.share[number]), float(found.median[number])
    return AreaReach(
        float(found.people[number]), float(found.reaching[number]), None if np.isnan(share) else share,
        median if np.isfinite(median) else None,
    )  # fmt: skip


def with_changes(ground: ReachGround, planned: Floats, closed: Sequence[int]) -> Floats:
    """Metres of each point where facilities stand at ``planned`` points too, and those of these numbers are gone."""
    metres = ground.metres
    if closed:
        left = ~np.isin(ground.owner, np.array(closed, dtype=np.intp))
        touched = np.isin(ground.facility, np.array(closed, dtype=np.intp))
        if touched.any():
            some = replace(ground, points=ground.points[touched], area=ground.area[touched])
            metres = metres.copy()
            metres[touched] = measured(some, ground.entries[left], ground.owner[left])[0]
    if len(planned):
        new, _facility = measured(ground, planned, np.arange(len(planned)))
        metres = np.minimum(metres, new)
    return metres


def pack(ground: ReachGround) -> bytes:
    """A ground as bytes, coordinates to a decimetre, the rest in single precision."""
    target = io.BytesIO()
    network: dict[str, Any] = {}
    if ground.network is not None:
        graph = ground.network.graph
        network = {
            "nodes": _to_decimetres(ground.network.nodes), "indptr": graph.indptr.astype(np.int32), "indices": graph.indices.astype(np.int32),
            "lengths": graph.data.astype(np.float32), "left_out": np.array(ground.network.left_out),
        }  # fmt: skip
    np.savez_compressed(
        target, points=_to_decimetres(ground.points), area=ground.area.astype(np.int16), people=ground.people.astype(np.float32),
        by_network=ground.by_network, entries=_to_decimetres(ground.entries), owner=ground.owner.astype(np.int32),
        metres=ground.metres.astype(np.float32), facility=ground.facility.astype(np.int32), **network,
    )  # fmt: skip
    return target.getvalue()


def unpack(data: bytes) -> ReachGround:
    """The ground of ``pack``."""
    from scipy.sparse import csr_matrix

    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        known = {name: file[name] for name in file.files}
    network = None
    if "nodes" in known:
        nodes = known["nodes"] / DECIMETRES
        graph = csr_matrix(
            (known["lengths"].astype(np.float64), known["indices"], known["indptr"]), shape=(len(nodes), len(nodes))
        )  # fmt: skip
        network = Network(nodes, graph, float(known["left_out"]))
    return ReachGround(
        known["points"] / DECIMETRES, known["area"].astype(np.intp), known["people"].astype(np.float64), known["by_network"], network,
        known["entries"] / DECIMETRES, known["owner"].astype(np.intp), known["metres"].astype(np.float64), known["facility"].astype(np.intp),
    )  # fmt: skip


def _to_decimetres(points: Floats) -> Any:
    return np.rint(points * DECIMETRES).astype(np.int32).reshape(-1, 2)


def ground_of(run: ReachRun) -> ReachGround | None:
    """The ground of a run that is done; None where it was not kept. One query, then kept in the process."""
    return _ground(run.pk, run.finished_at)


@lru_cache(maxsize=3)
def _ground(run: int, _finished: datetime | None) -> ReachGround | None:
    data = ReachRun.objects.filter(pk=run).values_list("ground", flat=True).first()
    return unpack(bytes(data)) if data else None
