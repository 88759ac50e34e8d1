"""Where an axis is divided: at round numbers around what is shown."""

from __future__ import annotations

import math

STEPS = (1, 2, 2.5, 5, 10)
ABOUT = 5
"""Parts of an axis, at about."""
MOST_DECIMALS = 12


def ticks_of(low: float, high: float) -> tuple[list[float], int]:
    """Round numbers from at or below the smallest to at or above the largest value, and the decimals they need."""
    if low == high:
        low, high = low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2
    raw = (high - low) / ABOUT
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * each for each in STEPS if size * each >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    needed = (places for places in range(MOST_DECIMALS) if abs(round(step, places) - step) < 1e-9 * step)
    decimals = next(needed, MOST_DECIMALS)
    return [round(number * step, decimals) + 0.0 for number in range(first, last + 1)], decimals
