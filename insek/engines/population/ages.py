"""Single years of age from 0 to 100 and more, and how they are put into groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

AGES = 101
"""Single years of age 0, 1, …, 99, and 100 with all above it."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Groups:
    """Age groups without a gap: ``starts`` are the youngest ages of each, ascending from 0; the last has no end.

    Raises ValueError where the starts do not begin at 0, do not ascend or go beyond 100.
    """

    starts: tuple[int, ...]

    def __post_init__(self) -> None:
        starts = self.starts
        if not starts or starts[0] != 0 or starts[-1] >= AGES:
            raise ValueError("age groups begin at 0 and end before 101")
        if any(later <= earlier for earlier, later in pairwise(starts)):
            raise ValueError("age groups ascend")

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def ends(self) -> tuple[int, ...]:
        """Up to below which age each group goes; of the last one 101."""
        return (*self.starts[1:], AGES)

    @property
    def of_age(self) -> NDArray[np.intp]:
        """The group of each age, shape (101,)."""
        return np.searchsorted(np.array(self.starts), np.arange(AGES), side="right") - 1

    def sums(self, single: Floats) -> Floats:
        """The sums of each group along the last axis: shape (…, 101) to (…, groups)."""
        sums: Floats = np.add.reduceat(single, np.array(self.starts), axis=-1)
        return sums

    def indicator(self) -> Floats:
        """1 where an age belongs to a group, shape (groups, 101)."""
        return (self.of_age == np.arange(len(self))[:, None]).astype(np.float64)


def groups_of(starts: Sequence[int]) -> Groups:
    """The age groups that begin at these ages. Raises ValueError as ``Groups`` does."""
    return Groups(tuple(int(start) for start in starts))


NINE = Groups((0, 3, 6, 10, 18, 25, 45, 65, 80))
"""What intervals are given for: nursery, kindergarten, primary school, youth, education, two of working age, two of old age."""
