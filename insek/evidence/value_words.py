"""What the words of a table with values are chosen from: indicators, places, status, how sure a source is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from insek.concept.models import Confidence
from insek.intake.targets import Reading, WordChoice, WordSource
from insek.places.queries import districts

from .models import Observation, SeriesBreak
from .values_plan import usable_indicators


def _indicators(reading: Reading) -> list[WordChoice]:
    return [
        WordChoice(row.pk, str(row.item), [row.item.title, row.item.title_en, row.item.number, row.pk])
        for row in usable_indicators(reading.concept, reading.actor)
    ]


def _places(reading: Reading) -> list[WordChoice]:
    return [
        WordChoice(
            row.pk, row.item.title, [row.item.title_en, row.item.number, row.code, row.pk, *row.also_called]
        )
        for row in districts(reading.concept, reading.actor)
    ]


def _choices_of(
    choices: Iterable[tuple[str, Any]], also: dict[str, tuple[str, ...]]
) -> Callable[[Reading], list[WordChoice]]:
    offered = list(choices)
    return lambda reading: [
        WordChoice(value, str(label), [value, *also.get(value, ())]) for value, label in offered
    ]


INDICATORS = WordSource("indicators", _indicators)
PLACES = WordSource("places", _places)
QUALITIES = WordSource(
    "quality", _choices_of(Observation.Quality.choices, {"measured": ("endgültig", "final", "amtlich"), "provisional": ("p", "v"), "estimated": ("s", "e", "schätzung"), "revised": ("r", "revidiert")}),
)  # fmt: skip
BASES = WordSource("basis", _choices_of(SeriesBreak.Basis.choices, {"register": ("Register", "Einwohnerregister", "Fortschreibung Melderegister"), "census2011": ("Fortschreibung Zensus 2011",), "census2022": ("Fortschreibung Zensus 2022",)}))  # fmt: skip
CONFIDENCES = WordSource("confidence", _choices_of(Confidence.choices, {}))
