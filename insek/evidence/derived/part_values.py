"""A value as it goes into a formula, and which status is the weaker one."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ..models import Observation

Quality = Observation.Quality
WEAKEST_FIRST = (
    Quality.FORECAST, Quality.LIMITED, Quality.ESTIMATED, Quality.LESS_THAN_HALF, Quality.PROVISIONAL, Quality.REVISED, Quality.MEASURED,
)  # fmt: skip
"""What a derived value is, by its weakest part; nothing there (nil) is a count."""
REASONS = (Quality.PROTECTED, Quality.UNKNOWN, Quality.UNCERTAIN, Quality.MEANINGLESS, Quality.LATER)
"""Why there is no derived value, by the first of these that a part has."""


class PartValue(NamedTuple):
    """A value of a part as it goes in."""

    period: str
    value: Decimal | None
    quality: str
    error: Decimal | None
    source_date: str
    basis: str = ""
