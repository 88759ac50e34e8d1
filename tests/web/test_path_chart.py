"""The drawing of a series on its way, and lists that stay short."""

from __future__ import annotations

import pytest

from insek.engines.periods import are_years
from insek.web.listed import listed
from insek.web.path_chart import FEWEST, Stop, TargetWay, path_chart, place_in_time, sparkline


def stop(at: float, value: float) -> Stop:
    return Stop(at=at, value=value, period=str(int(at)), words=f"{value:g} %")


def drawn(values: list[float], **more: object) -> dict:
    stops = [stop(2020 + place, value) for place, value in enumerate(values)]
    return path_chart(stops, number=lambda value: f"{value:g}", **more)  # type: ignore[arg-type]  # keywords of the test, passed on


def test_the_line_begins_at_the_left_and_the_way_ends_at_the_right_with_its_words():
    way = TargetWay(start=stop(2020, 10), end=stop(2030, 20), bound=19)
    chart = drawn([10, 11, 13], way=way)
    assert chart["lines"][0].startswith("0,")
    assert chart["path"].split()[-1].startswith("100,")
    assert (chart["target"]["words"], chart["target"]["anchor"]) == ("20 %", "end")
    assert chart["band"].split()[:2] == chart["path"].split()
    assert [year["words"] for year in chart["years"]] == ["2020", "2025", "2030"]


def test_a_line_stops_at_a_break():
    chart = drawn([1, 2, 3, 4], breaks=[2022])
    assert [len(line.split()) for line in chart["lines"]] == [2, 2]


def test_equal_values_and_negative_ones_have_an_axis():
    assert len(drawn([5, 5, 5])["grid"]) >= 2
    assert any(line["words"].startswith("-") for line in drawn([-3, 4, 2])["grid"])


def test_one_value_is_no_drawing():
    assert drawn([5]) == {}
    assert sparkline([1.0] * (FEWEST - 1)) == {}


@pytest.mark.parametrize(("first", "last"), [(2020, 2021), (2001, 2040), (1900, 2100)])
def test_never_more_than_a_few_years_are_named(first: int, last: int):
    chart = path_chart([stop(first, 1), stop(last, 2)], number=str)
    assert 1 <= len(chart["years"]) <= 5


def test_months_stand_within_their_year():
    assert are_years(["2024", "2023-12-31"])
    assert not are_years(["2024", "2023-06"])
    assert 2024.4 < place_in_time("2024-06", by_year=False) < 2024.5


def test_a_single_row_is_never_folded_and_many_are():
    assert listed(range(7), first=6)["rest"] == []
    many = listed(range(60), first=6, all_url="/ziele/", all_label="Alle Ziele")
    assert (len(many["rows"]), many["rest_label"]) == (6, "54 weitere Einträge")
