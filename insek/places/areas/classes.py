"""The classes of a layer of areas, from low to high, and their colours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from insek.engines.text.folding import fold

MOST_CLASSES = 20
STEPS = 5
"""Classes that are made of values where the file names none."""
COLOURS = {
    "red": ("#ffe9a8", "#fdc26b", "#f28b4b", "#d84a3a", "#8f1d2c"),
    "blue": ("#d3e6f5", "#9cc8e8", "#5da0d0", "#2b70ab", "#0d3f73"),
    "violet": ("#e6dcf2", "#c3abdf", "#9d79c6", "#7548a4", "#4a1f78"),
    "green": ("#dcedd2", "#aed69c", "#74b566", "#3d8b40", "#175c26"),
}
"""From low to high, of each hue; told apart in grey too."""
ORDER = (
    ("keine", "kein", "nicht", "none"), ("sehr gering", "sehr niedrig", "very low", "unbedenklich"),
    ("gering", "niedrig", "schwach", "low", "selten", "extrem selten", "hqextrem", "hq extrem"), ("maessig", "mittel", "medium", "moderate", "hq100", "hq 100"),
    ("erhoeht", "stark", "elevated"), ("hoch", "high", "haeufig", "hq10", "hq 10", "hq20", "hq 20", "hq50", "hq 50"), ("sehr hoch", "sehr stark", "very high"), ("extrem", "extreme"),
)  # fmt: skip
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


def ordered_classes(words: Mapping[str, Sequence[Decimal]]) -> list[str]:
    """Classes from low to high: by their values, by the numbers or the words in their names, else as they are spelt.

    Parameters
    ----------
    words : each class with the values of its areas
    """
    if all(words.values()):
        return sorted(words, key=lambda word: sum(words[word]) / len(words[word]))
    ranks = {word: _rank(word) for word in words}
    if all(rank is not None for rank in ranks.values()):
        return sorted(words, key=lambda word: (ranks[word], word))
    numbers = {word: _NUMBER.search(word) for word in words}
    if all(numbers.values()):
        return sorted(words, key=lambda word: float(numbers[word][0].replace(",", ".")))  # type: ignore[index]  # all are there
    return sorted(words, key=fold)


def _rank(word: str) -> int | None:
    flat = f" {' '.join(fold(word).split())} "
    found = [(len(name), place) for place, names in enumerate(ORDER) for name in names if f" {name}" in flat]
    return max(found)[1] if found else None


def borders_of(values: Sequence[Decimal]) -> list[Decimal]:
    """Where classes of values begin: as many areas in each, at most five; fewer where values are few."""
    known = sorted(set(values))
    if len(known) <= STEPS:
        return known
    every = sorted(values)
    found = [known[0], *(every[len(every) * place // STEPS] for place in range(1, STEPS))]
    return sorted(set(found))


def step_of(value: Decimal, borders: Sequence[Decimal]) -> int:
    """The class of a value."""
    return max((place for place, border in enumerate(borders) if value >= border), default=0)


def colour_of_step(hue: str, step: int, count: int) -> str:
    """The colour of a class among so many."""
    scale = COLOURS.get(hue, COLOURS["red"])
    if count <= 1:
        return scale[2]
    return scale[round(step * (len(scale) - 1) / (count - 1))]
