"""Keeping small counts secret in tables with sums: which further cells must be hidden so that no subtraction brings them back.

Every cell (a place, a part, a time) is the sum of *atoms*: the finest places, sexes, age intervals, other words and times that
the cells of the table tell apart. What the public knows is one equation for each public cell, and that no atom is below zero;
what it can find out of a hidden cell are the ends of a linear program over these. A small count is protected where the upper
end lies at least ``margin`` above it. Where it does not, a second program looks for another world in which the count is that
much larger and as few public cells as possible differ; those cells are hidden too.

References: Kelly, Golden, Assad (1990), Networks 20, 397-417 (cells hidden one after the other by linear programs); Fischetti,
Salazar-González (2001), JASA 96, 1042-1053 (bounds of an attacker); Hundepool et al. (2012), Statistical Disclosure Control.
The method with its limits: ``docs/methods/secrecy.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from insek.engines.tables.breakdowns import AgeGroup, Cut

MOST_ATOMS = 300_000
MOST_PROGRAMS = 3_000
"""Linear programs for one table; a larger task is not done, and everything stays hidden."""
TINY = 1e-6
OPEN_AGE = 10_000
ALREADY_PUBLIC = 1_000.0
"""How much dearer it is to hide what was public before: whoever kept it knows it."""


class TooLarge(Exception):
    """The table has more cells than can be checked; nothing of it may be shown that was not."""


@dataclass(frozen=True)
class Cell:
    """One figure of a table of counts.

    ``value`` is None where nobody here knows it. ``hidden`` says that it was hidden before and stays so; ``was_public`` that it was seen.
    """

    key: Any
    place: str
    cut: Cut
    begin: int
    """First day, as an ordinal number."""
    end: int
    """The day after the last one."""
    value: float | None
    hidden: bool = False
    was_public: bool = False


@dataclass
class SecretTable:
    """A table as equations: ``atoms`` is a sparse matrix, cells by atoms, with 1 where an atom is part of a cell."""

    cells: list[Cell]
    atoms: Any
    sizes: Any
    """How many of the finest places, parts and times each cell has."""
    values: Any = field(default=None)
    """The values as sums of atoms: sums that were rounded differ from the given ones, and count as known to everybody."""


def table_of(cells: Sequence[Cell], below: Mapping[str, Collection[str]]) -> SecretTable:
    """The equations of a table; ``below`` are the places that each place consists of. Raises TooLarge."""
    from scipy.sparse import csr_matrix

    axes = [_places(cells, below), _sexes(cells), _ages(cells), _times(cells)]
    axes += [_words(cells, name) for name in sorted({name for cell in cells for name, _w in cell.cut.other})]
    shape = [1 + max((i for found in axis.values() for i in found), default=0) for axis in axes]
    if float(np.prod([float(n) for n in shape])) > MOST_ATOMS:
        raise TooLarge
    rows, columns = [], []
    sizes = np.zeros(len(cells))
    for number, cell in enumerate(cells):
        found = np.ravel_multi_index(np.ix_(*(axis[cell.key] for axis in axes)), shape).ravel()
        rows.append(np.full(len(found), number))
        columns.append(found)
        sizes[number] = len(found)
    matrix = csr_matrix(
        (np.ones(sum(map(len, columns))), (np.concatenate(rows), np.concatenate(columns))),
        shape=(len(cells), int(np.prod(shape))),
    )
    marks = np.random.default_rng(1).random((2, len(cells)))
    signs = np.round(np.vstack([matrix.T @ mark for mark in marks]), 9)
    _unique, first = np.unique(signs, axis=1, return_index=True)  # atoms in the same cells are one
    first = np.sort(first[signs[0, first] > 0])
    table = SecretTable(list(cells), matrix[:, first].tocsr(), sizes)
    table.values = _fitted(table)
    return table


Axis = dict[Any, list[int]]


def _places(cells: Sequence[Cell], below: Mapping[str, Collection[str]]) -> Axis:
    order: dict[str, int] = {}
    memory: dict[str, list[int]] = {}

    def leaves(place: str, depth: int = 0) -> list[int]:
        if place not in memory:
            parts = sorted(below.get(place, ())) if depth < 9 else []
            if not parts:
                memory[place] = [order.setdefault(place, len(order))]
            else:
                memory[place] = sorted({leaf for part in parts for leaf in leaves(part, depth + 1)})
        return memory[place]

    return {cell.key: leaves(cell.place) for cell in cells}


def _of_words(cells: Sequence[Cell], words: Mapping[Any, str]) -> Axis:
    """A word is one element, none is all; where only one word is named, there is something else beside it."""
    known = sorted({word for word in words.values() if word})
    order = {word: number for number, word in enumerate(known)}
    everything = list(range(max(1, len(known) + (len(known) == 1))))
    return {cell.key: [order[words[cell.key]]] if words[cell.key] else everything for cell in cells}


def _sexes(cells: Sequence[Cell]) -> Axis:
    return _of_words(cells, {cell.key: cell.cut.sex for cell in cells})


def _words(cells: Sequence[Cell], name: str) -> Axis:
    return _of_words(cells, {cell.key: dict(cell.cut.other).get(name, "") for cell in cells})


def _spans(spans: Mapping[Any, tuple[int, int]]) -> Axis:
    """Stretches as the pieces between all their ends."""
    ends = sorted({end for span in spans.values() for end in span})
    order = {pair: number for number, pair in enumerate(pairwise(ends))}
    return {
        key: [n for (first, last), n in order.items() if begin <= first and last <= end]
        for key, (begin, end) in spans.items()
    }


def _ages(cells: Sequence[Cell]) -> Axis:
    def span(group: AgeGroup | None) -> tuple[int, int]:
        return (0, OPEN_AGE) if group is None else (group.start, OPEN_AGE if group.end is None else group.end)

    return _spans({cell.key: span(cell.cut.age) for cell in cells})


def _times(cells: Sequence[Cell]) -> Axis:
    return _spans({cell.key: (cell.begin, cell.end) for cell in cells})


def _solve(cost: Any, *, equal: Any = None, to: Any = None, above: Any = None, least: Any = None, bounds: Any = None) -> Any:  # fmt: skip
    from scipy.optimize import linprog

    return linprog(
        cost, A_eq=equal, b_eq=to, A_ub=None if above is None else -above,
        b_ub=None if least is None else -np.atleast_1d(least), bounds=bounds if bounds is not None else (0, None), method="highs",
    )  # fmt: skip


def _fitted(table: SecretTable) -> Any:
    """Values that are sums of atoms: the given ones where they fit together, else as near to them as possible.

    An attacker is taken to know by how much a sum was rounded, which is more than anybody knows.
    """
    from scipy.sparse import eye, hstack

    given = np.array([np.nan if cell.value is None else max(cell.value, 0.0) for cell in table.cells])
    known = ~np.isnan(given)
    single = np.asarray(table.atoms.sum(axis=1)).ravel() == 1
    atoms = np.full(table.atoms.shape[1], np.nan)
    for row in np.flatnonzero(single & known):
        column = table.atoms.indices[table.atoms.indptr[row]]
        if np.isnan(atoms[column]):
            atoms[column] = given[row]
    if np.isnan(atoms).any():
        rows = table.atoms[known]
        count, size = rows.shape
        weight = np.where(single[known], 50.0, 1.0)
        answer = _solve(
            np.concatenate([np.zeros(size), weight, weight]),
            equal=hstack([rows, eye(count), -eye(count)], format="csr"), to=given[known],
        )  # fmt: skip
        if answer.x is None:
            raise TooLarge
        atoms = answer.x[:size]
    return table.atoms @ np.where(np.isnan(atoms), 0.0, atoms)


def _left_open(table: SecretTable, hidden: Any) -> tuple[Any, Any, Any, Any]:
    """What the public cells leave open: the open atoms, the equations over them, and what the others are for certain."""
    public = ~hidden
    rows, right = table.atoms[public], table.values[public].astype(float).copy()
    fixed = np.full(rows.shape[1], np.nan)
    if not rows.shape[0]:
        return np.arange(rows.shape[1]), rows, right, fixed
    while True:
        is_open = np.isnan(fixed)
        left = right - rows @ np.where(is_open, 0.0, fixed)
        count = rows @ is_open.astype(float)
        nothing = (count > 0) & (left < TINY)
        single = (count == 1) & ~nothing
        before = int(is_open.sum())
        if nothing.any():
            fixed[(rows[nothing].T @ np.ones(int(nothing.sum())) > 0) & is_open] = 0.0
        for row in np.flatnonzero(single):
            inside = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
            inside = inside[np.isnan(fixed[inside])]
            if len(inside) == 1:
                fixed[inside[0]] = max(left[row], 0.0)
        if int(np.isnan(fixed).sum()) == before:
            break
    is_open = np.isnan(fixed)
    left = right - rows @ np.where(is_open, 0.0, fixed)
    kept = (rows @ is_open.astype(float)) > 0
    return np.flatnonzero(is_open), rows[kept][:, is_open], left[kept], fixed


def bounds_of(
    table: SecretTable, hidden: Collection[Any], wanted: Iterable[Any]
) -> dict[Any, tuple[float, float]]:
    """Between which values everybody can tell that a hidden cell lies, who knows all public cells."""
    number = {cell.key: row for row, cell in enumerate(table.cells)}
    mask = np.array([cell.key in hidden or cell.value is None for cell in table.cells])
    state = _left_open(table, mask)
    return {
        key: (_end(table, state, number[key], lowest=True), _end(table, state, number[key])) for key in wanted
    }


def _end(table: SecretTable, state: tuple[Any, Any, Any, Any], row: int, *, lowest: bool = False) -> float:
    """One end of what a cell may be."""
    is_open, rows, right, fixed = state
    mine = table.atoms[row]
    sure = float((mine @ np.where(np.isnan(fixed), 0.0, fixed))[0])
    cost = mine[:, is_open].toarray().ravel()
    if not cost.any():
        return sure
    has_rows = rows.shape[0] > 0
    answer = _solve(
        cost if lowest else -cost, equal=rows if has_rows else None, to=right if has_rows else None
    )
    if answer.status == 3:
        return float("inf")
    if answer.x is None:  # no world fits exactly, by a rounding of the solver: nothing is certain to be safe
        return sure
    return sure + float(cost @ answer.x)


def hide(table: SecretTable, primary: Collection[Any], margin: float) -> set[Any]:
    """Which cells must not be shown so that of no ``primary`` one can be told that it is below its value plus ``margin``.

    Holds the primary ones and those that were hidden before. Raises TooLarge.
    """
    hidden = np.array(
        [cell.hidden or cell.value is None or cell.key in primary for cell in table.cells], dtype=bool
    )
    costs = np.array([_cost(cell, size) for cell, size in zip(table.cells, table.sizes, strict=True)])
    number = {cell.key: row for row, cell in enumerate(table.cells)}
    done = 0
    state = _left_open(table, hidden)
    for key in sorted(primary, key=lambda key: (-float(table.values[number[key]]), str(key))):
        row = number[key]
        target = float(table.values[row]) + margin
        while _end(table, state, row) < target - TINY:
            done += 1
            if done > MOST_PROGRAMS:
                raise TooLarge
            found = _other_world(table, hidden, costs, row, target)
            if not found.any():
                raise TooLarge
            hidden |= found
            state = _left_open(table, hidden)
    return {cell.key for cell, is_hidden in zip(table.cells, hidden, strict=True) if is_hidden}


def _cost(cell: Cell, size: float) -> float:
    """How much it hurts to hide a cell: sums more than parts, large figures a little more than small ones."""
    base = 1.0 + 2.0 * np.log2(max(size, 1.0)) + 0.1 * np.log1p(cell.value or 0.0)
    return float(base * (ALREADY_PUBLIC if cell.was_public else 1.0))


def _other_world(table: SecretTable, hidden: Any, costs: Any, row: int, target: float) -> Any:
    """The public cells that differ in the cheapest world in which the cell is as large as ``target``.

    Cells that are nothing stay so where that is possible: hiding a nought that everybody expects protects nobody.
    """
    from scipy.sparse import eye, hstack

    public = np.flatnonzero(~hidden)
    count, size = len(public), table.atoms.shape[1]
    equal = hstack([table.atoms[public], -eye(count), eye(count)], format="csr")
    values = table.values[public]
    above = hstack([table.atoms[row], np.zeros((1, 2 * count))], format="csr")
    cost = np.concatenate([np.zeros(size), costs[public], costs[public]])
    for noughts_stay in (True, False):
        up = np.where((values > TINY) | (not noughts_stay), np.inf, 0.0)
        highest = np.concatenate([np.full(size, np.inf), up, values])
        answer = _solve(
            cost, equal=equal, to=values, above=above, least=target,
            bounds=np.column_stack([np.zeros(size + 2 * count), highest]),
        )  # fmt: skip
        if answer.x is not None and answer.status == 0:
            moved = answer.x[size : size + count] + answer.x[size + count :]
            found = np.zeros(len(hidden), dtype=bool)
            found[public[moved > TINY]] = True
            return found
    return np.zeros(len(hidden), dtype=bool)
