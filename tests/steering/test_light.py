"""The traffic light of one target: what is judged and what is not, in which years, and the sentences.

How well the judgement itself is made stands in ``tests/engines/test_course.py``.
"""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import insek
from insek.config.settings import DEMO_DAY
from insek.evidence.models import Indicator
from insek.steering.light import Light, PeriodValue, path_at, read_aim
from insek.steering.light_words import light_reason, outlook_of
from insek.steering.models import Target

CITIES = Path(insek.__file__).parent / "cities"
TODAY = date(2026, 11, 24)
INDICATOR = Indicator(unit="%", decimals=1)


def target(base="10", aim="20", direction="at_least", base_period="2020", year=2030):
    return Target(
        indicator=INDICATOR, direction=direction, value=Decimal(aim), year=year, base_period=base_period,
        base_value=Decimal(base),
    )  # fmt: skip


def series(*values, first=2021):
    return [PeriodValue(str(first + at), Decimal(value)) for at, value in enumerate(values)]


ON_PATH = series("11", "12", "13", "14", "15")


def read(values=ON_PATH, *, breaks=(), today=TODAY, uncertainty=None, **changes):
    aim = target(**changes).aim
    return read_aim(aim, values, breaks, uncertainty=uncertainty, today=today)


def said(values=ON_PATH, *, breaks=(), today=TODAY, uncertainty=None, **changes):
    reading = read(values, breaks=breaks, today=today, uncertainty=uncertainty, **changes)
    return light_reason(target(**changes), reading)


def test_the_path_is_straight_and_ends_at_base_and_target():
    assert [path_at(target().aim, Decimal(year)) for year in (2020, 2021, 2026, 2031, 2040)] == [
        10, 10, 15, 20, 20,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "light"),
    [
        (("11", "12", "13", "14", "15"), Light.GREEN),
        (("12", "14", "16", "18", "19.9"), Light.GREEN),
        (("10.8", "11.6", "12.4", "13.2", "14.0"), Light.GREY),
        (("10.5", "11", "11.5", "12", "12.5"), Light.RED),
        (("10", "10", "10", "10", "10"), Light.RED),
        (("9", "8", "7", "6", "5"), Light.RED),
    ],
)
def test_the_light_follows_how_much_of_the_way_is_done(values, light):
    assert read(series(*values)).light == light


def test_standstill_and_going_backwards_are_not_on_course_in_the_first_year_either():
    for value in ("10", "9"):
        assert read(series(value), year=2035).light == Light.GREY, (
            "green by the old margin of 10 % of the way"
        )


def test_downward_it_is_the_other_way_round():
    down = {"base": "20", "aim": "10", "direction": "at_most"}
    assert read(series("19", "18", "17", "16", "15"), **down).light == Light.GREEN
    assert read(series("21", "22", "23", "24", "25"), **down).light == Light.RED


def test_holding_a_value_is_measured_by_five_percent_of_it():
    hold = {"base": "100", "aim": "100"}
    assert read(series("100.2", "99.9", "100", "100.1"), **hold).light == Light.GREEN
    assert read(series("98", "96", "94", "92"), **hold).light == Light.RED
    assert read(series("0", "0", "0"), base="0", aim="0", direction="at_most").light == Light.GREEN


def test_what_cannot_be_judged_has_no_light_and_says_why():
    assert said([]) == said(series("10", first=2020)) == "Seit dem Ausgangswert liegt kein neuer Wert vor."
    assert "zu alt" in said(series("11", "12"), today=date(2026, 1, 1))
    assert "zu alt" not in said(series("11", "12"), today=date(2025, 12, 31))
    assert "Bruch" in said(breaks=["2023"])
    assert read(breaks=["2019"]).light == Light.GREEN
    assert said(series("11", first=2025)) == (
        "2025: 11,0 %; nach dem Pfad sollten es 15,0 sein. Seit dem Ausgangswert liegt erst ein Wert vor, eine Aussage "
        "braucht mindestens 3."
    )


def test_a_known_uncertainty_lets_two_values_speak():
    assert read(series("10", "10", first=2024)).light == Light.GREY
    assert read(series("10", "10", first=2024), uncertainty=Decimal("0.5")).light == Light.RED


def test_a_value_with_a_standard_error_of_its_own_goes_by_that():
    """Two values, one survey small: what the indicator says of all is not what is known of these."""
    told = [
        PeriodValue("2024", Decimal(10), Decimal("0.5")),
        PeriodValue("2025", Decimal(10), Decimal("0.5")),
    ]
    assert read(told).light == Light.RED, "as good as an uncertainty of the indicator"
    assert read(told).needed == 2
    large = [PeriodValue(each.period, each.value, Decimal(4)) for each in told]
    assert read(large, uncertainty=Decimal("0.5")).light == Light.GREY, "a survey of few people is not sure"
    assert read(told, uncertainty=Decimal(4)).light == Light.RED
    partly = [told[0], PeriodValue("2025", Decimal(10))]
    assert (read(partly).light, read(partly).needed) == (Light.GREY, 3), "of one nothing is known"
    assert read(partly, uncertainty=Decimal("0.5")).light == Light.RED


def test_in_the_target_year_its_own_standard_error_decides_whether_it_is_missed():
    done = [*series("10.6", "11.2", "11.8", "12.4"), PeriodValue("2025", Decimal("13"), Decimal("0.1"))]
    assert read(done, aim="15", year=2025, uncertainty=Decimal("0.1")).light == Light.MISSED
    unsure = [*done[:-1], PeriodValue("2025", Decimal("13"), Decimal(1))]
    assert read(unsure, aim="15", year=2025, uncertainty=Decimal("0.1")).why == "final_unsure"


def test_of_each_year_the_last_value_counts_and_forecasts_do_not():
    months = [PeriodValue(f"2025-{month:02}", Decimal(99)) for month in range(1, 12)]
    assert read([*ON_PATH[:4], *months, PeriodValue("2025-12-31", Decimal(15))]).light == Light.GREEN
    assert read([*ON_PATH, PeriodValue("2040", Decimal(0))]).latest.period == "2025"


def test_the_sentences_say_what_should_be_done_what_is_and_where_it_leads():
    standstill = series("10", "10", "10", "10", "10")
    assert said(standstill) == (
        "2025: 10,0 %; nach dem Pfad sollten es 15,0 sein. Vom Weg sollten 50 Prozent geschafft sein, nach den Werten "
        "sind es etwa 0 (zwischen −12 und 12)."
    )
    assert outlook_of(target(), read(standstill)) == (
        "Geht es so weiter, sind es 2030 etwa 10,0 % (zwischen 7,7 und 12,3)."
    )
    assert "führen vom Zielwert weg" in said(series("9", "8", "7", "6", "5"))
    assert said(series("14", "11", "16", "12", "14")).endswith("ob der Wert auf Kurs ist.")
    turned = series("11", "12", "13", "14", "15", "14", "13", "12")
    assert said(turned, today=date(2029, 1, 1)).endswith("zählen nur ihre letzten 5 Werte.")


def test_where_it_leads_stays_within_what_can_be():
    falling = read(series("8", "6", "4", "2"), base="10", aim="5", direction="at_most", year=2040)
    assert outlook_of(target(base="10", aim="5"), falling).endswith("etwa 0,0 % (zwischen 0,0 und 0,0).")


# The target year: what decides is its own value.


def test_after_the_target_year_its_value_decides_whatever_comes_later():
    to_2025 = {"aim": "15", "year": 2025}
    reached, missed = ON_PATH, series("10", "10", "10", "10", "10")
    for today in (TODAY, date(2040, 1, 1)):
        assert read(reached, **to_2025, today=today).light == Light.REACHED
        assert read(missed, **to_2025, today=today).light == Light.MISSED
    assert said(missed, **to_2025) == "2025: 10,0 %. Der Zielwert ist verfehlt, um 5,0."
    later = [*missed, PeriodValue("2026", Decimal(15))]
    assert read(later, **to_2025, today=date(2027, 1, 1)).light == Light.MISSED


def test_a_missed_target_year_is_not_on_course():
    late = read(series("11", "12", "13", "14"), aim="14.5", year=2024)
    assert late.light != Light.GREEN
    without = read(series("11", "12", "13", "14"), aim="15", year=2025)
    assert (without.light, without.why) == (Light.GREY, "no_value_of_year")
    assert said(series("11", "12", "13", "14"), aim="15", year=2025).startswith(
        "Das Zieljahr 2025 ist vorbei"
    )


def test_what_chance_explains_is_neither_reached_nor_missed():
    text = said(series("11", "12.2", "12.9", "14.1", "14.9"), aim="15", year=2025)
    assert "Vom Zielwert trennen ihn 0,1" in text
    assert text.endswith("Ob er erreicht oder verfehlt ist, lässt sich nicht sagen.")


def test_a_month_of_the_target_year_decides_only_when_the_year_is_over():
    values = [*ON_PATH[:4], PeriodValue("2025-06", Decimal(16))]
    assert read(values, aim="15", year=2025, today=date(2025, 7, 1)).light != Light.REACHED
    assert read(values, aim="15", year=2025, today=date(2026, 1, 1)).light == Light.REACHED


def test_before_the_target_year_two_values_in_a_row_reach_it():
    assert read(series("11", "15", "20", "21")).light == Light.REACHED
    assert read(series("11", "15", "19", "21")).light != Light.REACHED


def test_a_way_that_leads_nowhere_is_no_error_of_the_page():
    for wrong in ({"base_period": "2030"}, {"base_period": "2040"}, {"aim": "5"}):
        assert said(**wrong) == "Ausgangswert, Zielwert und Zieljahr passen nicht zusammen."


def test_the_sample_has_each_light_and_says_which_series_are_invented():
    folder = CITIES / "kaiserslautern"
    tables = {
        name: list(csv.DictReader((folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()))
        for name in ("targets", "indicators", "observations")
    }
    indicators = {row["id"]: row for row in tables["indicators"]}
    lights = {}
    for row in tables["targets"]:
        of_indicator = [each for each in tables["observations"] if each["indicator"] == row["indicator"]]
        reading = read(
            [PeriodValue(each["period"], Decimal(each["value"])) for each in of_indicator],
            base=row["base_value"], aim=row["value"], direction=row["direction"], base_period=row["base_period"],
            year=int(row["year"]), today=date.fromisoformat(DEMO_DAY),
        )  # fmt: skip
        lights[row["key"]] = reading.light
        invented = {each["source_title"] == "Erfundene Beispielreihe" for each in of_indicator}
        assert invented == {indicators[row["indicator"]]["standing"] == "example"}, row["key"]
    assert set(lights.values()) == set(Light)
    assert all(row["standing"] == "example" for row in tables["targets"])
