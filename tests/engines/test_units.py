"""Units in the singular after 1, and only there."""

import pytest

from insek.engines.units import UNITS, unit_of


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        ("1", "Spielplätze", "Spielplatz"), ("−1", "Personen", "Person"), ("0", "Plätze", "Plätze"), ("1,0", "Kinder", "Kinder"),
        ("11", "Kinder", "Kinder"), ("1", "people per household", "person per household"), ("1", "%", "%"), ("1", "Mio. €", "Mio. €"),
        ("1", "Quietscheenten", "Quietscheenten"),
    ],
)  # fmt: skip
def test_a_unit_follows_its_number(number, unit, expected):
    assert unit_of(number, unit) == expected


def test_nothing_is_turned_twice():
    assert not [one for one in UNITS.values() if UNITS.get(one, one) != one]
