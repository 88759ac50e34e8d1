"""Colours that can be read: contrast after WCAG 2.2, and the nearest colour that has enough of it.

Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio. Colours are written as "#rrggbb".
"""

from __future__ import annotations

import colorsys
import math

TEXT = 4.5
"""Contrast that text needs (WCAG 2.2, AA)."""


def luminance(colour: str) -> float:
    """Relative luminance of a colour, 0 (black) to 1 (white)."""
    parts = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in _shares(colour)
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(colour: str, ground: str, *, ratio: float = TEXT) -> str:
    """The colour itself where it has enough contrast on a ground, else the nearest one of the same hue that has."""
    if contrast(colour, ground) >= ratio:
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*_shares(colour))
    away = -1 if luminance(ground) > 0.18 else 1
    for step in range(1, 101):
        moved = lightness + away * step / 100
        if not 0 <= moved <= 1:
            break
        found = _written(colorsys.hls_to_rgb(hue, moved, saturation))
        if contrast(found, ground) >= ratio:
            return found
    return "#000000" if away < 0 else "#ffffff"


def darkened(colour: str, lightness: float) -> str:
    """A colour of the same hue that is at most so light (0 to 1)."""
    hue, own, saturation = colorsys.rgb_to_hls(*_shares(colour))
    return _written(colorsys.hls_to_rgb(hue, min(own, lightness), saturation))


def ink_on(ground: str) -> str:
    """White or black, whichever reads better on a ground."""
    return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, ground))


def mixed(strong: str, ground: str, percent: int) -> str:
    """A colour with so much of a strong one in it, as ``color-mix(in srgb, …)`` of a style sheet makes it."""
    part = percent / 100
    red, green, blue = (
        one * part + other * (1 - part) for one, other in zip(_shares(strong), _shares(ground), strict=True)
    )
    return _written((red, green, blue))


def _shares(colour: str) -> tuple[float, float, float]:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _written(shares: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255 * share):02x}" for share in shares)


GRAPHICS = 3.0
"""Contrast that a line or an area needs to be seen (WCAG 2.2, 1.4.11)."""
ALIKE = 0.1
"""Distance of two colours below which one is easily taken for the other where they do not lie side by side."""


def distance(one: str, other: str) -> float:
    """How far apart two colours look, 0 to about 1: in Oklab (https://bottosson.github.io/posts/oklab/)."""
    return math.dist(_oklab(_linear(one)), _oklab(_linear(other)))


def distance_for_all(one: str, other: str) -> float:
    """The same for whoever tells them apart least: with all three cones, or without those for red or for green (Viénot 1999)."""
    seen = [distance(one, other)]
    for rows in _WITHOUT.values():
        seen.append(math.dist(*(_oklab(_times(rows, _linear(colour))) for colour in (one, other))))
    return min(seen)


def grey_distance(one: str, other: str) -> float:
    """How far apart two colours look where there is no colour: in print without it, or in forced greys."""
    return distance(*(_written((level, level, level)) for level in map(_level, (one, other))))


_WITHOUT = {
    "red": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "green": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}
"""What is left of linear red, green and blue."""

Triple = tuple[float, float, float]


def _level(colour: str) -> float:
    red, green, blue = _shares(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Triple:
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in _shares(colour)
    )
    return red, green, blue


def _times(rows: tuple[Triple, Triple, Triple], parts: Triple) -> Triple:
    one, two, three = (max(0.0, sum(a * b for a, b in zip(row, parts, strict=True))) for row in rows)
    return one, two, three


def _oklab(parts: Triple) -> Triple:
    roots = [math.cbrt(part) for part in _times(_TO_CONES, parts)]
    return tuple(sum(a * b for a, b in zip(row, roots, strict=True)) for row in _FROM_CONES)  # type: ignore[return-value]  # three rows


_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566), (0.0883024619, 0.2817188376, 0.6299787005),
)  # fmt: skip
_FROM_CONES = (
    (0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099), (0.0259040371, 0.7827717662, -0.8086757660),
)  # fmt: skip
