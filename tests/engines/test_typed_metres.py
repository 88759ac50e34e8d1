"""Positions in metres as people write them."""

import pytest
from pyproj import Transformer

from insek.engines.layers.reference_systems import kilometres
from insek.engines.typed_metres import in_metres, read_metres

HERE = (7.77, 49.44)


EASTERN = (13.4, 52.5)


def at(epsg, place=HERE):
    return Transformer.from_crs(4326, epsg, always_xy=True).transform(*place)


EAST, NORTH = at(25832)
EAST_33, NORTH_33 = at(25833, EASTERN)
RIGHT, HIGH = at(31466)
RIGHT_3, HIGH_3 = at(31467)


def dotted(number):
    return f"{number:,.2f}".replace(",", "x").replace(".", ",").replace("x", ".")


@pytest.mark.parametrize(
    ("text", "epsg", "metres"),
    [
        (f"{EAST:.1f} {NORTH:.1f}", 25832, 0.2), (f"{NORTH:.1f} {EAST:.1f}", 25832, 0.2), (f"32U {EAST:.0f} {NORTH:.0f}", 25832, 1),
        (f"32 {EAST:.2f}; {NORTH:.2f}".replace(".", ","), 25832, 0.1), (f"33 {EAST_33:.1f} {NORTH_33:.1f}", 25833, 0.2), (f"32{EAST:.1f} {NORTH:.1f}", 4647, 0.2),
        (f"E {EAST:.1f} N {NORTH:.1f}", 25832, 0.2), (f"{EAST:.1f} m E, {NORTH:.1f} m N", 25832, 0.2), (f"{dotted(EAST)} {dotted(NORTH)}", 25832, 0.1),
        (f"{RIGHT:.1f} {HIGH:.1f}", 31466, 3), (f"R {RIGHT_3:.0f} H {HIGH_3:.0f}", 31467, 3), (f"Rechtswert: {RIGHT_3:.1f}; Hochwert: {HIGH_3:.1f}", 31467, 3),
    ],
)  # fmt: skip
def test_a_position_in_metres_is_understood_and_where_it_lies_is_right(text, epsg, metres):
    found = read_metres(text)
    assert found is not None and found.epsg == epsg, text
    assert kilometres((found.longitude, found.latitude), EASTERN if epsg == 25833 else HERE) * 1000 < metres
    assert found.is_rough == (epsg > 31000)


def test_the_zone_of_the_city_counts_where_none_is_said():
    found = read_metres(f"{EAST_33:.1f} {NORTH_33:.1f}", own=25833)
    assert found is not None and found.epsg == 25833
    assert kilometres((found.longitude, found.latitude), EASTERN) < 0.001


@pytest.mark.parametrize(
    "text",
    ["", "7.769 49.444", "7,769 49,444", "410000", "410000 410000", "1 2", "410.000 49.444", "x" * 9000, "32 7.7 49.4", "9410000 5476000", "410000 5476000 3"],
)  # fmt: skip
def test_anything_else_is_none(text):
    assert read_metres(text) is None


def test_and_back_to_the_centimetre():
    assert in_metres(*HERE, 25832) == (pytest.approx(EAST, abs=0.01), pytest.approx(NORTH, abs=0.01))
