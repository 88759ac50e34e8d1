"""How a change between two values is said."""

from datetime import date
from decimal import Decimal

import pytest

from insek.evidence.models import Observation
from insek.evidence.pages import figure
from insek.evidence.queries import earlier_like
from insek.evidence.words import age_words, trend
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


@pytest.mark.parametrize(
    ("periods", "compared"),
    [
        (["2019-12", "2020-11", "2021-04", "2021-11"], "2020-11"),
        (["2016-11", "2021-04"], None),
        (["2019", "2020-12-31", "2021"], "2020-12-31"),
        (["2015-06-30", "2016-12-31"], None),
        (["2023-12-31", "2024-12-31"], "2023-12-31"),
        (["2024", "2025-06"], None),
        (["2021-11"], None),
        (["2023", "2024", "2024-12-31"], "2023"),
    ],
)
def test_like_is_compared_with_like(concept, periods, compared):
    indicator = make_item("indicator", unit="Personen", decimals=0).indicator
    points = [
        Observation(indicator=indicator, period=period, value=Decimal(n)) for n, period in enumerate(periods)
    ]
    before = earlier_like(points)
    assert (before and before.period) == compared
    assert ("trend" in figure(points, [], label="x")) is (compared is not None)


@pytest.mark.parametrize(
    ("period", "age"),
    [
        ("2026-11", "aus diesem Monat"), ("2026-10", "1 Monat alt"), ("2026-10-29", "aus diesem Monat"), ("2026-10-28", "1 Monat alt"),
        ("2025", "11 Monate alt"), ("2024", "23 Monate alt"), ("2023-12-31", "2 Jahre alt"), ("2021-11", "5 Jahre alt"), ("2026", ""), ("2040", ""),
    ],
)  # fmt: skip
def test_a_figure_says_how_old_it_is(concept, settings, period, age):
    settings.INSEK_DAY = date(2026, 11, 28)
    assert age_words(period) == age


@pytest.mark.parametrize("unit", ["%", "Prozent", "Anteil in %", "% der Haushalte", "Prozent der Wege"])
def test_every_way_to_write_percent_is_one(concept, unit):
    indicator = make_item("indicator", unit=unit, decimals=1, adds_up=True).indicator
    assert indicator.in_percent and not indicator.has_parts
    earlier = Observation(indicator=indicator, period="2020", value=Decimal("12.0"))
    later = Observation(indicator=indicator, period="2023", value=Decimal("14.0"))
    assert trend(later, earlier)["label"] == "2,0 Prozentpunkte mehr als 2020"


def test_what_is_shown_as_the_same_has_not_changed(concept):
    indicator = make_item("indicator", unit="%", decimals=1, direction="up").indicator
    earlier = Observation(indicator=indicator, period="2020", value=Decimal("12.31"))
    later = Observation(indicator=indicator, period="2023", value=Decimal("12.34"))
    assert trend(later, earlier) == {"direction": "flat", "label": "unverändert seit 2020", "good": None}
