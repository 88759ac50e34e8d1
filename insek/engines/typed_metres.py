"""Positions in metres as people write them: ETRS89/UTM with or without the zone, Gauß-Krüger; turned into degrees.

The first digits of a number tell what it is: in Germany a northing has seven digits and begins with 5 or 6 (5.2 to 6.2
million metres), an easting of UTM has six, with the zone before it eight (32 or 33), and of Gauß-Krüger seven with the zone first (2 to 5).
So it does not matter which of the two comes first, but for Gauß-Krüger zone 5, where the easting does.

Gauß-Krüger is turned without the national grid, right within about 3 m; degrees kept at 7 places are right within a centimetre.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from insek.engines.layers.reference_systems import transformer

NORTHINGS = (5_200_000.0, 6_200_000.0)
UTM = {25832: "ETRS89 / UTM 32", 25833: "ETRS89 / UTM 33"}
WITH_ZONE = {32: 4647, 33: 5650}
GAUSS_KRUEGER = {2: 31466, 3: 31467, 4: 31468, 5: 31469}
_NUMBER = r"\d{6,8}(?:[.,]\d{1,4})?|\d{1,2}(?:[. ']\d{3}){2}(?:,\d{1,4})?|\d{3}[. ']\d{3}(?:,\d{1,4})?"
_LABEL = r"(?:(?:ost|nord|east|north|rechts|hoch|rechtswert|hochwert|e|n|r|h|x|y)\s*[:=]?\s*)?"
_UNIT = r"\s*m?\s*(?:[enrh]\b)?"
_POSITION = re.compile(
    rf"(?:(?:utm|zone|etrs89|gk)?[\s:/]*(?P<zone>3[23])\s?[a-z]?[\s,;]+)?{_LABEL}(?P<one>{_NUMBER}){_UNIT}\s*[;,\s]\s*{_LABEL}(?P<other>{_NUMBER}){_UNIT}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TypedMetres:
    """A position in metres that was typed, in degrees too."""

    longitude: float
    latitude: float
    epsg: int

    @property
    def is_rough(self) -> bool:
        """Whether it is right within some 3 m only."""
        return self.epsg in GAUSS_KRUEGER.values()


def read_metres(text: str, own: int = 25832) -> TypedMetres | None:
    """A position as somebody typed it; None for what is no position in metres.

    Parameters
    ----------
    own : EPSG code of the city's own reference system, whose zone counts where none is said
    """
    match = _POSITION.fullmatch(text.strip())
    if match is None:
        return None
    one, other = _number(match["one"]), _number(match["other"])
    zone = int(match["zone"]) if match["zone"] else 0
    for east, north in ((one, other), (other, one)):
        epsg = _system(east, zone, own)
        if epsg and NORTHINGS[0] <= north <= NORTHINGS[1]:
            longitude, latitude = transformer(epsg).transform(east, north)
            if abs(longitude) <= 180 and abs(latitude) <= 90:
                return TypedMetres(round(longitude, 7), round(latitude, 7), epsg)
    return None


def _number(text: str) -> float:
    whole, comma, rest = text.partition(",")
    if not comma and text.count(".") == 1 and len(text.partition(".")[0]) > 3:
        whole, _point, rest = text.partition(".")
    digits = re.sub(r"[. ']", "", whole)
    return float(f"{digits}.{rest}") if rest else float(digits)


def _system(east: float, zone: int, own: int) -> int:
    """The EPSG code of an easting; 0 where it is none."""
    first = int(east // 1_000_000)
    if 100_000 <= east <= 999_999.9999:
        return {32: 25832, 33: 25833}.get(zone, own if own in UTM else 25832)
    if zone == 0 and first in WITH_ZONE and east - first * 1_000_000 >= 100_000:
        return WITH_ZONE[first]
    if zone == 0 and first in GAUSS_KRUEGER and abs(east - first * 1_000_000 - 500_000) < 250_000:
        return GAUSS_KRUEGER[first]
    return 0


def in_metres(longitude: float, latitude: float, epsg: int) -> tuple[float, float]:
    """Easting and northing of a position in degrees, to the centimetre."""
    east, north = transformer(epsg).transform(longitude, latitude, direction="INVERSE")
    return round(float(east), 2), round(float(north), 2)
