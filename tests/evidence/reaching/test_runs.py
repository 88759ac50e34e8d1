"""Analyses of reachability: over the network of the base map, else by the straight line; kept, outdated, computed again."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
import shapely
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from insek.engines.reach.network import network_of
from insek.evidence.models import ReachRun
from insek.evidence.reaching.facilities import choices_of, gather_facilities, read_points
from insek.evidence.reaching.living import NothingToSpread, areas_of, spread_people
from insek.evidence.reaching.measuring import pack, unpack
from insek.evidence.reaching.runs import (
    analysed,
    ask_to_measure,
    begin_measuring,
    compute,
    hash_of_today,
    latest_run,
    measure_what_is_missing,
    resume_measuring,
)
from insek.places.basemap.archive import current_base_map
from insek.places.basemap.ways import NOTHING, lived_ground
from insek.places.models import Location
from tests.factories import make_actor, make_item

from . import town
from .conftest import analysis_of, computed, line, record

pytestmark = pytest.mark.django_db


def by_place(run, places):
    known = {place.pk: name for name, place in places.items()}
    return {known[row["pk"]]: row for row in run.result["areas"]}


def test_the_ways_of_the_tiles_hang_together_as_the_streets_do(base):
    ground = lived_ground(current_base_map(), (7.74, 49.43, 7.79, 49.47), town.CRS)
    network = network_of(ground.ways)
    assert network.left_out == pytest.approx(0, abs=0.001), (
        "no street falls off at a crossing or at the border of a tile"
    )
    length = sum(line.length for line in (*town.streets(0), *town.streets(0), town.BRIDGE))
    assert network.graph.sum() / 2 == pytest.approx(length, rel=0.01)
    assert ground.local == 1
    assert len(ground.houses) == 400, "the shed is no house"
    assert np.median(ground.footprint) == pytest.approx(144, rel=0.02)
    assert ground.footprint.sum() == pytest.approx(400 * 144, rel=0.02)


def test_houses_on_works_are_left_out(places):
    town.lay_base_map(town.town_features(works=shapely.box(0, 0, town.WIDE, town.HIGH / 2)))
    ground = lived_ground(current_base_map(), (7.74, 49.43, 7.79, 49.47), town.CRS)
    assert len(ground.houses) == 300


def test_who_is_near_enough_by_the_streets(base, analysis, places):
    run = computed(analysis)
    rows = by_place(run, places)
    # 800 m by the streets: counted by hand on the grid; who lives in the middle of a block may walk around half of it more
    middles = [(x + 50, y + 50) for x in range(0, 1_000, 100) for y in range(0, 2_000, 100)]
    ways = [abs(x - 900) + abs(y - 1_000) for x, y in middles]
    low, high = (2_000 * sum(way <= limit for way in ways) / 200 for limit in (699, 800))
    assert rows["west"]["people"] == 2_000
    assert 0 < low <= rows["west"]["reaching"] <= high < 2_000
    assert rows["east"]["reaching"] == 0, "the way over the bridge is longer, though the straight line is not"
    assert run.result["city"]["share"] == pytest.approx(rows["west"]["reaching"] / 3_000, abs=0.001)
    assert all(row["by_network"] and row["rule"] == "buildings" for row in rows.values())
    assert run.percent == 100 and run.version and len(run.input_hash) == 64


def test_the_median_is_in_minutes_of_the_mode(base, people, places):
    walking = computed(analysis_of(people, points=line("Schule", 500, 1_000)))
    cycling = computed(analysis_of(people, points=line("Schule", 500, 1_000), mode="cycling"))
    slow, fast = (by_place(run, places)["west"]["minutes"] for run in (walking, cycling))
    assert slow == pytest.approx(fast * 250 / 80, rel=0.02)
    assert by_place(cycling, places)["east"]["reaching"] > 0


def test_without_a_base_map_it_is_the_straight_line_and_said(analysis, places):
    rows = by_place(computed(analysis), places)
    assert not any(row["by_network"] for row in rows.values())
    assert {row["rule"] for row in rows.values()} == {"whole"}
    assert rows["east"]["reaching"] > 0, "straight across the river"


def test_main_roads_alone_are_no_network(places, analysis):
    town.lay_base_map(town.town_features(roads="primary"))
    run = computed(analysis)
    assert run.result["main_roads_only"] and run.result["nodes"] == 0
    assert {row["rule"] for row in run.result["areas"]} == {"buildings"}


def test_a_district_that_the_map_does_not_cover_is_estimated_alone(people, places):
    half = [one for one in town.town_features() if one.geometry.within(town.WEST)]
    town.lay_base_map(half)
    run = computed(analysis_of(people, points=line("Schule", 500, 1_000)))
    rows = by_place(run, places)
    assert (rows["west"]["by_network"], rows["west"]["rule"]) == (True, "buildings")
    assert (rows["east"]["by_network"], rows["east"]["rule"]) == (False, "whole")
    assert rows["east"]["people"] == 1_000


def test_a_map_with_a_few_of_the_houses_does_not_put_all_people_into_them(people, places, concept):
    features = [one for one in town.town_features() if one.layer == "road"]
    features.append(town.BaseFeature("building", "", town.placed(town.houses(0)[0])))
    town.lay_base_map(features)
    ground = lived_ground(current_base_map(), (7.74, 49.43, 7.79, 49.47), town.CRS)
    spots = spread_people(concept, areas_of(concept, people.pk), ground, "buildings")
    assert spots.rules == ["whole", "whole"]
    assert np.bincount(spots.area, weights=spots.people).tolist() == pytest.approx([1_000, 2_000])


def test_lived_on_land_comes_before_all_of_a_district(people, places, concept):
    land = town.BaseFeature("landuse", "residential", town.placed(shapely.box(0, 0, 400, 400)))
    town.lay_base_map([*town.town_features(with_houses=False), land])
    ground = lived_ground(current_base_map(), (7.74, 49.43, 7.79, 49.47), town.CRS)
    areas = areas_of(concept, people.pk)
    spots = spread_people(concept, areas, ground, "buildings")
    rules = dict(zip([one.item.title for one in areas.districts], spots.rules, strict=True))
    assert rules == {"West": "built", "East": "whole"}
    west = spots.points[spots.area == [one.item.title for one in areas.districts].index("West")] - (
        town.CORNER.x,
        town.CORNER.y,
    )
    assert (west > -5).all() and (west < 405).all()


def test_people_are_neither_made_nor_lost(base, people, concept):
    ground = lived_ground(current_base_map(), (7.74, 49.43, 7.79, 49.47), town.CRS)
    for wanted in ("buildings", "addresses", "built"):
        for known in (ground, NOTHING):
            spots = spread_people(concept, areas_of(concept, people.pk), known, wanted)
            assert spots.people.sum() == pytest.approx(3_000)


def test_of_a_district_and_its_parts_only_the_parts_count(people, places, concept):
    whole = make_item(
        "district", title="Beide Ufer", level="ortsbezirk", geometry=shapely.union(town.WEST, town.EAST)
    ).district
    places["west"].parent = places["east"].parent = whole
    places["west"].save()
    places["east"].save()
    record(people, (whole, 3_000))
    areas = areas_of(concept, people.pk)
    assert sorted(one.item.title for one in areas.districts) == ["East", "West"]


def test_districts_that_are_not_the_city_do_not_stand_for_it(people, places, concept):
    record(
        people, (places["city"], 9_000), (places["west"], 2_000), (places["east"], 1_000), period="2026-06-30"
    )
    areas = areas_of(concept, people.pk)
    assert areas.period == "2025-12-31", "in 2026 two thirds of the people are in no district"


def test_without_people_there_is_no_result(places, nobody_measures):
    nothing = make_item("indicator", title="Leer").indicator
    run = begin_measuring(analysis_of(nothing, points=line("Schule", 500, 1_000)))
    with pytest.raises(NothingToSpread, match="people"):
        compute(run)


def test_facilities_are_what_the_public_sees(people, concept, places):
    seen, hidden = (
        make_item("measure", title="Spielplatz Nord"),
        make_item("measure", title="Spielplatz Süd", visibility="internal"),
    )
    for item in (seen, hidden):
        Location.objects.create(item=item, geometry=shapely.Point(*town.degrees_of(500, 500)))
    found = gather_facilities(concept, "kind:measure", "spielplatz, schule", "")
    assert found.names == ["Spielplatz Nord"]
    assert "kind:measure" in dict(choices_of(concept))
    assert len(gather_facilities(concept, "kind:measure", "Bahnhof", "")) == 0
    assert len(gather_facilities(concept, "names", "", "")) == 0, "all names of the map are no facilities"


def test_an_area_is_reached_at_its_border(concept, places):
    park = make_item("measure", title="Park")
    Location.objects.create(item=park, geometry=town.placed(shapely.box(0, 0, 400, 400)))
    found = gather_facilities(concept, "kind:measure", "", "")
    assert len(found) == 1
    assert len(found.points) >= 32 and set(found.owner.tolist()) == {0}


@pytest.mark.parametrize(
    "text",
    [
        "Schule",
        "Schule; 49",
        "Schule; acht; 7",
        "; 49; 7",
        "Schule; 7; 949",
        "Schule; nan; 7",
        "=cmd; inf; 7",
    ],
)
def test_an_own_list_says_which_line_is_wrong(text):
    with pytest.raises(ValidationError, match="Zeile 2"):
        read_points(f"Gut; 49,44; 7,75\n{text}")


def test_a_result_is_outdated_when_what_went_in_changes(base, analysis, people, places):
    run = computed(analysis)
    assert run.input_hash == hash_of_today(analysis)
    record(people, (places["west"], 2_500), (places["east"], 500))
    assert run.input_hash != hash_of_today(analysis)
    again = computed(analysis)
    assert again.input_hash == hash_of_today(analysis)
    town.lay_base_map(town.town_features(works=shapely.box(0, 0, 100, 100)))
    assert again.input_hash != hash_of_today(analysis), "another base map"


def test_another_question_has_no_result_yet(base, analysis):
    computed(analysis)
    analysis.minutes = 5
    analysis.save()
    assert latest_run(analysis) is None


def test_the_clock_computes_what_is_missing_or_outdated_once(base, analysis, people, places, nobody_measures):
    measure_what_is_missing()
    measure_what_is_missing()
    assert analysis.runs.count() == 1
    compute(analysis.runs.get())
    measure_what_is_missing()
    assert analysis.runs.count() == 1
    record(people, (places["west"], 2_500), (places["east"], 500))
    measure_what_is_missing()
    assert analysis.runs.filter(state="waiting").count() == 1


def test_what_failed_is_not_tried_every_hour(places, nobody_measures):
    nothing = make_item("indicator", title="Leer").indicator
    analysis = analysis_of(nothing, points=line("Schule", 500, 1_000))
    ReachRun.objects.filter(pk=begin_measuring(analysis).pk).update(
        state="failed", finished_at=timezone.now()
    )
    measure_what_is_missing()
    assert analysis.runs.count() == 1


def test_a_lost_run_is_taken_up_and_given_up_in_the_end(analysis, nobody_measures):
    run = begin_measuring(analysis)
    for _time in range(10):
        ReachRun.objects.filter(pk=run.pk).update(touched_at=timezone.now() - timedelta(hours=1))
        resume_measuring(timezone.now() - timedelta(minutes=10))
    run.refresh_from_db()
    assert run.state == "failed"


def test_who_may_not_edit_may_not_let_it_compute(analysis, nobody_measures):
    with pytest.raises(PermissionDenied):
        ask_to_measure(analysis, actor=make_actor("council"))
    first = ask_to_measure(analysis, actor=make_actor("planner"))
    assert ask_to_measure(analysis, actor=make_actor("planner")).pk == first.pk


def test_few_runs_are_kept(base, analysis, people, places):
    for number in range(4):
        record(people, (places["west"], 2_000 + number), (places["east"], 1_000 - number))
        computed(analysis)
    assert analysis.runs.count() == 2


def test_a_ground_is_the_same_packed_and_unpacked(base, analysis, concept):
    ground, _result = analysed(
        analysis,
        areas_of(concept, analysis.people_id),
        gather_facilities(concept, "list", "", analysis.points),
    )
    again = unpack(pack(ground))
    assert again.metres == pytest.approx(ground.metres, abs=0.1)
    assert again.points == pytest.approx(ground.points, abs=0.06)
    assert again.people == pytest.approx(ground.people, rel=1e-5)
    assert again.network.size == ground.network.size


def test_the_list_of_the_city_stands_in_its_package(analysis):
    """What is asked is kept in the package; what came out is computed again."""
    from insek.package import package_files

    files = package_files(analysis.item.concept, profile="working")
    rows = list(csv.DictReader(io.StringIO(files["reach_analyses.csv"].decode())))
    assert [(row["facilities"], row["minutes"], row["mode"]) for row in rows] == [("list", "10", "walking")]
    assert "Schule" in rows[0]["points"]
    assert Decimal(rows[0]["minutes"]) == 10


def test_it_says_how_many_a_person_can_choose_from(base, people, places):
    """All of the west reach one of two schools that stand at one spot, or both."""
    one = computed(analysis_of(people, points=line("Schule", 500, 1_000), minutes=60))
    two = computed(analysis_of(people, points=line("Schule", 500, 1_000) + "\n" + line("Schule 2", 500, 1_000), minutes=60))  # fmt: skip
    west, whole = by_place(one, places)["west"], one.result["city"]
    assert west["number"] == west["share"] == 1.0 and whole["number"] == pytest.approx(
        whole["share"], abs=0.06
    )
    assert by_place(two, places)["west"]["number"] == 2.0
