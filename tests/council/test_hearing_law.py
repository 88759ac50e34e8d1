"""Packages from before the law was data: a city of Rhineland-Palatinate keeps its hearings, nobody else gets them."""

import csv
import io

import pytest

from insek.council.former_law import read_former_law


def package(ags, **more):
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, ["key", "ags", *more], lineterminator="\n")
    writer.writeheader()
    writer.writerow({"key": "stadt", "ags": ags, **more})
    return {"concept.csv": target.getvalue().encode()}


def test_a_city_of_the_state_keeps_its_law():
    files, said = read_former_law(package("07312000"))
    [row] = csv.DictReader(io.StringIO(files["concept.csv"].decode()))
    assert row["hearing_norm"] == "§ 75 Abs. 2 GemO" and "§ 75" in said[0]


@pytest.mark.parametrize(("ags", "more"), [("12054000", {}), ("", {}), ("07312000", {"hearing_norm": ""})])
def test_nothing_is_entered_for_others_or_where_a_package_says_that_there_is_none(ags, more):
    files = package(ags, **more)
    assert read_former_law(files) == (files, [])
