"""What heads and rows of tables with values say of themselves: keys that are no indicators, and sums that are the whole city's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from insek.engines.tables.book import cell_shown
from insek.engines.tables.common_words import WHOLE_CITY
from insek.engines.tables.found_table import FoundTable
from insek.engines.tables.observation_plan import figure_of
from insek.engines.text import fold

from .values_said import VALUE, WIDE


def without_keys(
    table: FoundTable, found: dict[int, tuple[str, str]], names: Callable[[str], bool]
) -> dict[int, tuple[str, str]]:
    """Where indicators stand in the heads, a column that is called as if it named them and names none is a key of something else."""
    in_heads = any(
        found.get(column.index, ("", ""))[0] in {WIDE, VALUE} and names(figure_of(column).indicator)
        for column in table.columns
    )
    if not in_heads:
        return found
    gone = set()
    for column in table.columns:
        if found.get(column.index, ("", ""))[0] == "indicator":
            cells = {cell_shown(row.values[column.index]).strip() for row in table.rows}
            if not any(map(names, cells)):
                gone.add(column.index)
    return {index: ("", "") if index in gone else said for index, said in found.items()}


def with_sums_of_the_city(table: FoundTable, columns: Mapping[int, str]) -> FoundTable:
    """The rows of sums that are called as the whole city is, among the rows; they are still checked against their parts."""
    place = next((index for index, name in columns.items() if name == "place"), None)
    if place is None:
        return table
    whole = {fold(word).strip() for word in WHOLE_CITY}
    city = [
        row
        for row in table.sums
        if place < len(row.values) and fold(cell_shown(row.values[place])).strip() in whole
    ]
    if not city:
        return table
    order = {name: place for place, name in enumerate(table.sheets)}
    rows = sorted([*table.rows, *city], key=lambda row: (order.get(row.sheet, 0), row.number))
    numbers = {row.number for row in city}
    return replace(table, rows=rows, left_out=[each for each in table.left_out if each.row not in numbers])
