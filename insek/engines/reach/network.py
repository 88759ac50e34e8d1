"""A network of ways from lines: nodes where a line has a point, edges as long as the way is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WALKING, CYCLING = 80.0, 250.0
"""Metres a minute: 4.8 and 15 km/h, the usual planning values for everyday ways."""
LONGEST_EDGE = 40.0
"""Longer edges are cut, so that no place is far from a node of the way it stands at."""
SAME_POINT = 0.1
"""Metres up to which two points are one."""


@dataclass(frozen=True)
class Network:
    """``nodes`` (n, 2) in metres; ``graph``: a symmetric sparse matrix (n, n) of metres; ``left_out``: the share of the length
    of all ways that hangs together with nothing else and is left out."""

    nodes: Floats
    graph: Any
    left_out: float

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return len(self.nodes)


def network_of(lines: Sequence[Floats]) -> Network:
    """A network from lines, arrays (points, 2) in metres; lines meet where they have a point in common, to a decimetre.

    Only the largest part that hangs together is kept: from an island of ways nothing can be reached. Raises ValueError where no
    line has two points, or a coordinate is not a number.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    usable = [line for line in (np.asarray(each, dtype=np.float64)[:, :2] for each in lines) if len(line) > 1]
    if not usable:
        raise ValueError("at least one line of two points")
    points = np.concatenate([_cut(line) for line in usable])
    if not np.isfinite(points).all():
        raise ValueError("coordinates in metres")
    counts = [len(_cut(line)) for line in usable]
    cells = np.round(points / SAME_POINT).astype(np.int64)
    _unique, first, node = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    node = node.reshape(-1)
    ends = np.cumsum(counts)
    inner = np.ones(len(points) - 1, dtype=bool)
    inner[ends[:-1] - 1] = False
    start, end = node[:-1][inner], node[1:][inner]
    length = np.hypot(*(points[1:] - points[:-1])[inner].T)
    apart = start != end
    start, end, length = start[apart], end[apart], length[apart]
    nodes = points[first]
    graph = _shortest_of(start, end, length, len(nodes), coo_matrix)
    _number, part = connected_components(graph, directed=False)
    largest = np.bincount(part).argmax()
    kept = part == largest
    total = float(length.sum())
    return Network(
        nodes[kept], graph[kept][:, kept].tocsr(), 1 - float(length[kept[start]].sum()) / max(total, 1e-9)
    )


def _cut(line: Floats) -> Floats:
    """A line with further points where two lie far apart."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    parts = np.maximum(np.ceil(steps / LONGEST_EDGE).astype(int), 1)
    if parts.max(initial=1) == 1:
        return line
    pieces = [
        line[at] + (line[at + 1] - line[at]) * (np.arange(number) / number)[:, None]
        for at, number in enumerate(parts)
    ]
    return np.concatenate([*pieces, line[-1:]])


def _shortest_of(start: Any, end: Any, length: Floats, size: int, matrix: Any) -> Any:
    """Both directions of each edge; of several between the same nodes the shortest."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((length, high, low))
    low, high, length = low[order], high[order], length[order]
    new = np.ones(len(low), dtype=bool)
    new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    low, high, length = low[new], high[new], np.maximum(length[new], 1e-6)
    both = (np.concatenate([length, length]), (np.concatenate([low, high]), np.concatenate([high, low])))
    return matrix(both, shape=(size, size)).tocsr()
