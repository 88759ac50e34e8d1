"""Distances on a network: to the nearest facility for every place at once, and how many facilities are within a distance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .network import Floats, Network

TOO_FAR = 300.0
"""Metres from the nearest way beyond which a place counts as not connected."""
DETOUR = 1.4
"""How much longer a way is than the straight line, where there is no network: an estimate (in Kaiserslautern 1.4 to 1.6 in the median)."""
AT_ONCE = 16
"""Facilities whose searches are held in memory together."""


@dataclass(frozen=True)
class Nearest:
    """For each place: ``metres`` to the nearest facility (infinite where none is reached) and ``facility``, its number or -1.

    ``is_estimate``: measured as a straight line times a factor, not on a network.
    """

    metres: Floats
    facility: NDArray[np.intp]
    is_estimate: bool = False


@dataclass(frozen=True)
class _Joined:
    """Places joined to their nearest node, by a straight line."""

    node: NDArray[np.intp]
    metres: Floats


def nearest(network: Network, facilities: Floats, places: Floats) -> Nearest:
    """The nearest of ``facilities`` (m, 2) for each of ``places`` (k, 2), by one search from all facilities (Dijkstra 1959)."""
    from scipy.sparse.csgraph import dijkstra

    if not len(facilities):
        return Nearest(np.full(len(places), np.inf), np.full(len(places), -1))
    start, goal = _join(network, facilities), _join(network, places)
    graph = _with_sources(network, start)
    metres, _before, source = dijkstra(
        graph, indices=network.size + np.arange(len(facilities)), min_only=True, return_predecessors=True
    )
    total = metres[goal.node] + goal.metres
    reached = np.isfinite(total)
    facility = np.where(reached, source[goal.node] - network.size, -1)
    return Nearest(np.where(reached, total, np.inf), facility.astype(np.intp))


def number_within(
    network: Network, entries: Floats, places: Floats, metres: float, owner: NDArray[np.intp] | None = None
) -> NDArray[np.intp]:
    """How many facilities each of ``places`` (k, 2) reaches within ``metres``: a search from each of ``entries`` (m, 2), that ends there.

    ``owner`` (m,) says whose entry it is; a facility with several counts once. Without it each entry is a facility.
    """
    from scipy.sparse.csgraph import dijkstra

    counted = np.zeros(len(places), dtype=np.intp)
    if not len(entries):
        return counted
    start, goal = _join(network, entries), _join(network, places)
    graph = _with_sources(network, start)
    for some in _of_whole_facilities(len(entries), owner):
        found = dijkstra(graph, indices=network.size + some, limit=metres)
        counted += _facilities(found[:, goal.node] + goal.metres <= metres, some, owner)
    return counted


def number_within_estimated(
    entries: Floats,
    places: Floats,
    metres: float,
    owner: NDArray[np.intp] | None = None,
    factor: float = DETOUR,
) -> NDArray[np.intp]:
    """The same by the straight line times ``factor``, where there is no network."""
    from scipy.spatial.distance import cdist

    counted = np.zeros(len(places), dtype=np.intp)
    for some in _of_whole_facilities(len(entries), owner):
        counted += _facilities(cdist(entries[some], places) * factor <= metres, some, owner)
    return counted


def _of_whole_facilities(count: int, owner: NDArray[np.intp] | None) -> Iterator[NDArray[np.intp]]:
    """Numbers of entries that are looked at together; those of one facility are never parted."""
    order = np.arange(count) if owner is None else np.argsort(owner, kind="stable")
    begins = np.arange(count) if owner is None else np.unique(owner[order], return_index=True)[1]
    for first in range(0, len(begins), AT_ONCE):
        end = begins[first + AT_ONCE] if first + AT_ONCE < len(begins) else count
        yield order[begins[first] : end]


def _facilities(within: Any, some: NDArray[np.intp], owner: NDArray[np.intp] | None) -> Any:
    """Of entries by places which are within reach: how many facilities each place has."""
    if owner is not None and len(some):
        within = np.logical_or.reduceat(within, np.unique(owner[some], return_index=True)[1], axis=0)
    return within.sum(axis=0)


def nearest_estimated(facilities: Floats, places: Floats, factor: float = DETOUR) -> Nearest:
    """The nearest facility by the straight line times ``factor``, where there is no network. Raises ValueError for a factor below 1."""
    from scipy.spatial import cKDTree

    if factor < 1:
        raise ValueError("a way is never shorter than the straight line")
    if not len(facilities):
        return Nearest(np.full(len(places), np.inf), np.full(len(places), -1), is_estimate=True)
    metres, facility = cKDTree(facilities).query(places)
    return Nearest(metres * factor, np.asarray(facility, dtype=np.intp), is_estimate=True)


def _join(network: Network, places: Floats) -> _Joined:
    from scipy.spatial import cKDTree

    metres, node = cKDTree(network.nodes).query(places)
    metres = np.where(metres <= TOO_FAR, metres, np.inf)
    return _Joined(np.asarray(node, dtype=np.intp), metres)


def _with_sources(network: Network, start: _Joined) -> Any:
    """The network with a node of its own for each facility, from which a way leads to its nearest node; none leads back."""
    from scipy.sparse import csr_matrix

    graph, joined = network.graph, np.isfinite(start.metres)
    indptr = np.concatenate([graph.indptr, graph.indptr[-1] + np.cumsum(joined)])
    indices = np.concatenate([graph.indices, start.node[joined]])
    data = np.concatenate([graph.data, np.maximum(start.metres[joined], 1e-6)])
    size = network.size + len(joined)
    return csr_matrix((data, indices.astype(np.int32), indptr.astype(np.int32)), shape=(size, size))
