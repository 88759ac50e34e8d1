"""What the pages of goals and measures ask and say."""

from datetime import date

import pytest

from insek.concept.asker import Asker
from insek.items.pages import additions, pages_of
from insek.people.actors import ANONYMOUS
from insek.strategy.models import Measure
from insek.strategy.pages import (
    goal_detail,
    goal_facts,
    measure_detail,
    measure_facts,
    measure_mark,
    prepare_goals,
    years,
)
from insek.thread.models import Item
from tests.factories import make_actor, make_concept, make_item, make_link, make_unit


@pytest.fixture
def citizen(concept):
    return Asker(ANONYMOUS, concept=concept)


@pytest.fixture
def lead(concept):
    return Asker(make_actor("project-lead"), concept=concept)


def fresh(item):
    return Item.objects.get(pk=item.pk)


def test_a_goal_shows_what_is_above_as_far_as_one_may_see_it(concept, citizen, lead):
    above = make_item("goal", visibility="internal")
    goal = make_item("goal", parent=above.goal)
    told, inside = goal_detail(citizen, fresh(goal)), goal_detail(lead, fresh(goal))
    assert told["parent_goal"] is None
    assert inside["parent_goal"] == above


def test_a_goal_says_where_its_visible_measures_happen(concept, citizen):
    goal = make_item("goal")
    for title, visibility in (("Hier", "public"), ("Im Geheimen", "internal")):
        measure = make_item("measure", visibility=visibility)
        make_link(goal, measure, "implemented_by")
        make_link(measure, make_item("district", title=title), "located_in")
    assert [place.title for place in goal_detail(citizen, fresh(goal))["places"]] == ["Hier"]


def test_the_list_counts_the_public_measures_of_each_goal(concept):
    goal, other = make_item("goal", horizon_year=2035), make_item("goal")
    for visibility in ("public", "public", "internal"):
        make_link(goal, make_item("measure", visibility=visibility), "implemented_by")
    make_link(goal, make_item("indicator"), "measured_by")
    rows = [fresh(goal), fresh(other)]
    prepare_goals(rows)
    assert [row.measure_count for row in rows] == [2, 0]
    assert [value for _label, value in goal_facts(rows[0])] == [2035, "2"]
    assert len(goal_facts(fresh(goal))) == 1


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (2026, 2029, "2026–2029"),
        (2026, 2026, "2026"),
        (2026, None, "ab 2026"),
        (None, 2029, "bis 2029"),
        (None, None, ""),
    ],
)
def test_the_time_of_a_measure_in_words(start, end, words):
    assert years(Measure(start_year=start, end_year=end)) == words


def test_the_facts_of_a_measure(concept):
    bare = make_item("measure")
    full = make_item(
        "measure", type="permanent", responsible=make_unit("tiefbau"), start_year=2026, is_lighthouse=True
    )
    assert [str(value) for _label, value in measure_facts(bare)] == ["", "noch offen", ""]
    assert [str(value) for _label, value in measure_facts(full)] == [
        "Daueraufgabe",
        "Referat tiefbau",
        "ab 2026",
    ]
    assert measure_mark(bare) is None
    assert measure_mark(full)[0] == "star"


def test_the_fact_sheet_names_places_and_resolutions_that_one_may_see(concept, citizen, lead):
    measure = make_item(
        "measure", priority=1, partners="Stadtwerke", standing="fact", source_title="Beschlussbuch"
    )
    place, secret = make_item("district"), make_item("district", visibility="internal")
    resolution = make_item(
        "resolution", date=date(2025, 10, 6), standing="fact", source_title="Ratsinformation"
    )
    make_link(measure, place, "located_in")
    make_link(measure, secret, "located_in")
    make_link(measure, resolution, "decided_by")
    make_link(make_item("goal"), measure, "implemented_by")
    told = measure_detail(citizen, fresh(measure))
    sheet = {str(row["label"]): str(row["value"]) for row in told["sheet"]}
    assert (sheet["Priorität"], sheet["Beteiligte"], sheet["Zuständig"]) == ("hoch", "Stadtwerke", "")
    assert told["places"] == [place]
    assert set(measure_detail(lead, fresh(measure))["places"]) == {place, secret}
    (decision,) = additions(citizen, fresh(measure))["decisions"]
    assert (decision["item"], decision["date"]) == (resolution, "am 6. Oktober 2025")
    assert "Beteiligte" not in {
        str(row["label"]) for row in measure_detail(citizen, make_item("measure"))["sheet"]
    }


def test_a_measure_in_ten_places_or_in_the_whole_city_needs_no_map(concept, citizen):
    city = make_item("district", level="city")
    measure = make_item("measure")
    assert measure_detail(citizen, fresh(measure))["map"] is None
    make_link(measure, city, "located_in")
    assert measure_detail(citizen, fresh(measure))["map"] == {}
    quarter = make_item("district")
    make_link(measure, quarter, "located_in")
    shown = measure_detail(citizen, fresh(measure))["map"]
    assert [row["name"] for row in shown["places"]] == [quarter.title]
    for _place in range(8):
        make_link(measure, make_item("district"), "located_in")
    assert measure_detail(citizen, fresh(measure))["map"] is None


def filtered(kind, name, value):
    (chosen,) = [each for each in pages_of(kind).filters if each.name == name]
    return set(chosen.apply(Item.objects.filter(kind=kind), value))


def test_lists_are_filtered_by_level_kind_unit_and_lighthouse(concept):
    top = make_item("goal")
    sub = make_item("goal", parent=top.goal)
    assert (filtered("goal", "stufe", "haupt"), filtered("goal", "stufe", "unter")) == ({top}, {sub})
    star = make_item("measure", is_lighthouse=True, type="investive")
    own = make_item("measure", responsible=make_unit("tiefbau"), type="permanent")
    make_item("measure", responsible=make_unit("schulen"))
    assert filtered("measure", "leuchtturm", "ja") == {star}
    assert filtered("measure", "typ", "permanent") == {own}
    assert filtered("measure", "zustaendig", "tiefbau") == {own}


def test_a_goal_is_put_below_goals_of_its_own_concept_and_not_below_itself(concept):
    from insek.strategy.forms import GoalForm

    goal, other = make_item("goal"), make_item("goal")
    foreign = make_item("goal", concept=make_concept())
    form = GoalForm(concept=concept, actor=make_actor("project-lead"), item=fresh(goal))
    offered = {str(value) for value, _label in form.fields["parent"].choices}
    assert other.pk in offered
    assert not offered & {goal.pk, foreign.pk}
