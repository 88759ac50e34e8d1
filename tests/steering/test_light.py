"""The traffic light against the straight path, its bands, and when there is none."""

from datetime import date
from decimal import Decimal

import pytest

from insek.evidence.models import Indicator, Observation
from insek.steering.light import Light, path_at, read_target
from insek.steering.models import Target

TODAY = date(2026, 11, 24)
INDICATOR = Indicator(unit="%", decimals=1)


def target(base="10", aim="20", direction="at_least", base_period="2020", year=2030):
    return Target(
        indicator=INDICATOR, direction=direction, value=Decimal(aim), year=year, base_period=base_period,
        base_value=Decimal(base),
    )  # fmt: skip


def read(value, period="2025", breaks=(), **changes):
    observed = Observation(indicator=INDICATOR, period=period, value=Decimal(value))
    return read_target(target(**changes), observed, breaks, today=TODAY)


def test_the_path_is_straight_and_ends_at_base_and_target():
    assert [path_at(target(), Decimal(year)) for year in (2020, 2021, 2026, 2031, 2040)] == [
        10,
        10,
        15,
        20,
        20,
    ]


# The way is 10, the path stands at 15 in 2025: 14 is one tenth behind, 12 is three tenths behind.
@pytest.mark.parametrize(
    ("value", "light"),
    [("16", Light.GREEN), ("15", Light.GREEN), ("14", Light.GREEN), ("13.9", Light.YELLOW), ("12", Light.YELLOW), ("11.9", Light.RED)],
)  # fmt: skip
def test_the_light_follows_how_much_of_the_way_is_missing(value, light):
    assert read(value).light == light


def test_downward_it_is_the_other_way_round():
    assert read("16", base="20", aim="10", direction="at_most").light == Light.GREEN
    assert read("18.1", base="20", aim="10", direction="at_most").light == Light.RED


def test_holding_a_value_is_measured_by_five_percent_of_it():
    assert read("99.5", base="100", aim="100").light == Light.GREEN
    assert read("98.4", base="100", aim="100").light == Light.RED


def test_there_is_no_light_without_a_new_recent_comparable_value():
    assert read_target(target(), None, (), today=TODAY).light == Light.GREY
    assert read("12", period="2020").reason == "Seit dem Ausgangswert liegt kein neuer Wert vor."
    assert "zu alt" in read("12", period="2022").reason
    assert read("12", period="2023").light != Light.GREY
    assert "Bruch" in read("12", breaks=["2023"]).reason
    assert read("15", breaks=["2019"]).light == Light.GREEN


def test_the_sentence_says_value_path_and_what_is_missing():
    assert read("13").reason == "2025: 13,0 %; nach dem Pfad sollten es 15,0 sein. Es fehlen 2,0."
    assert read("16").reason == "2025: 16,0 %; nach dem Pfad reichten 15,0."


def test_what_is_missing_within_the_margin_is_said_to_lie_within_it():
    assert read("14.5").reason.endswith("Es fehlen 0,5; das liegt im Spielraum.")
    downward = read("15.5", base="20", aim="10", direction="at_most")
    assert downward.reason.endswith("Es sind 0,5 zu viel; das liegt im Spielraum.")
    assert "Spielraum" not in read("13.9").reason
