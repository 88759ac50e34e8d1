"""How a change between two values is said."""

from decimal import Decimal

import pytest

from insek.evidence.models import Observation
from insek.evidence.pages import trend
from tests.factories import make_item


@pytest.mark.parametrize(
    ("unit", "label"),
    [("%", "3,5 Prozentpunkte weniger als 2018"), ("Personen", "3,5 Personen weniger als 2018")],
)
def test_shares_change_by_points(concept, unit, label):
    indicator = make_item("indicator", unit=unit, decimals=1, direction="up").indicator
    earlier = Observation(indicator=indicator, period="2018", value=Decimal("12.0"))
    later = Observation(indicator=indicator, period="2023", value=Decimal("8.5"))
    assert trend(later, earlier) == {"direction": "down", "label": label, "good": False}


@pytest.mark.parametrize(
    ("period", "value", "label"),
    [
        ("2023-12-31", "145", "135 Personen weniger als am 31. Dezember 2023"),
        ("2021-04", "5", "5 Personen mehr als im April 2021"),
        ("2020", "11", "1 Personen weniger als 2020"),
        ("2023-12-31", "10", "unverändert seit dem 31. Dezember 2023"),
        ("2021-04", "10", "unverändert seit April 2021"),
    ],
)
def test_a_change_names_the_time_before_in_a_whole_sentence(concept, period, value, label):
    indicator = make_item("indicator", unit="Personen", decimals=0).indicator
    earlier = Observation(indicator=indicator, period=period, value=Decimal(value))
    later = Observation(indicator=indicator, period="2024", value=Decimal("10"))
    assert trend(later, earlier)["label"] == label
