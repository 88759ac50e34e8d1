"""Names on their way into the gazetteer, whatever file they came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NameRow:
    """A name for the gazetteer: coordinates and box in degrees (WGS 84)."""

    kind: str
    name: str
    lon: float
    lat: float
    box: tuple[float, float, float, float]
    codes: str = ""
    beside: str = ""
    shape: str = ""
    """Where it runs, as WKB in hexadecimal digits; empty for what is a point."""
    houses: tuple[tuple[int, str, float, float], ...] = ()
    """Number, letter, longitude and latitude of each house."""
    official_key: str = ""


@dataclass
class HouseLine:
    """One line of house coordinates or of a street register."""

    street: str
    number: int
    suffix: str
    beside: str = ""
    codes: str = ""
    official_key: str = ""
