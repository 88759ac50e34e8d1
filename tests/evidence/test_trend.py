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
