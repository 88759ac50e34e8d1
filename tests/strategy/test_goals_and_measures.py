"""What holds for goals and measures: their tree, their years, what the database refuses, who may change what."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from insek.people.actors import PROGRAM
from insek.strategy.models import Goal, Measure
from insek.strategy.rules import DEPARTMENT_FIELDS
from insek.thread.kinds import kind_named
from insek.thread.services import update_item
from tests.factories import make_actor, make_item, make_unit


def below(parent, **values):
    return make_item("goal", parent=parent.goal, **values)


def test_a_goal_cannot_stand_below_itself(concept):
    top = make_item("goal")
    middle = below(top)
    lowest = below(middle)
    for under in (top, middle, lowest):
        with pytest.raises(ValidationError, match="nicht unter sich selbst"):
            update_item(top, expected_version=1, values={"parent": under.goal}, actor=PROGRAM)
    assert Goal.objects.get(pk=top.pk).parent is None


def test_goals_stand_four_levels_deep_and_no_deeper(concept):
    fourth = below(below(below(make_item("goal"))))
    with pytest.raises(ValidationError, match="höchstens vier Ebenen tief"):
        below(fourth)
    assert Goal.objects.count() == 4


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("measure", {"start_year": 2030, "end_year": 2029}, "Das Ende liegt vor dem Beginn"),
        ("measure", {"priority": 0}, "Die Priorität ist 1, 2 oder 3"),
        ("measure", {"priority": 4}, "Die Priorität ist 1, 2 oder 3"),
        ("goal", {"horizon_year": 1899}, "horizon_year"),
        ("goal", {"horizon_year": 2201}, "horizon_year"),
    ],
)
def test_what_contradicts_itself_is_refused(concept, kind, values, words):
    with pytest.raises(ValidationError, match=words):
        make_item(kind, **values)


def test_what_is_just_possible_is_kept(concept):
    years = make_item("measure", start_year=2030, end_year=2030, priority=1).measure
    assert (years.start_year, years.end_year, years.priority) == (2030, 2030, 1)
    assert make_item("measure", priority=3, end_year=2028).measure.start_year is None
    assert [make_item("goal", horizon_year=year).goal.horizon_year for year in (1900, 2200)] == [1900, 2200]


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Measure, {"start_year": 2030, "end_year": 2029}),
        (Measure, {"priority": 4}),
        (Goal, {"horizon_year": 1899}),
    ],
)
def test_the_database_refuses_it_too(concept, model, values):
    item = make_item(model.__name__.lower())
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=item.pk).update(**values)


def test_a_goal_is_not_its_own_parent_in_the_database_either(concept):
    goal = make_item("goal")
    with pytest.raises(IntegrityError), transaction.atomic():
        Goal.objects.filter(pk=goal.pk).update(parent=goal.pk)


def test_what_a_department_changes_of_its_measures():
    assert {
        "text",
        "text_en",
        "occasion",
        "partners",
        "start_year",
        "end_year",
        "next_step",
        "planning_law",
        "ownership",
    } == DEPARTMENT_FIELDS
    assert kind_named("measure").fields_of_owner == DEPARTMENT_FIELDS


@pytest.mark.parametrize("name", sorted(DEPARTMENT_FIELDS))
def test_a_department_changes_this_of_its_own_measure(concept, name):
    unit = make_unit("tiefbau")
    measure = make_item("measure", responsible=unit, visibility="internal")
    value = 2031 if name.endswith("_year") else "Neu gesagt."
    changed = update_item(
        measure, expected_version=1, values={name: value}, actor=make_actor("department", unit=unit)
    )
    assert (
        getattr(changed if name in {"text", "text_en"} else Measure.objects.get(pk=measure.pk), name) == value
    )


@pytest.mark.parametrize(
    "values",
    [
        {"title": "Neu"},
        {"number": "M 9"},
        {"visibility": "public"},
        {"priority": 1},
        {"entry_state": "läuft"},
        {"responsible": None},
    ],
)
def test_and_nothing_else(concept, values):
    unit = make_unit("tiefbau")
    measure = make_item("measure", responsible=unit, visibility="internal")
    with pytest.raises(PermissionDenied):
        update_item(measure, expected_version=1, values=values, actor=make_actor("department", unit=unit))


def test_nor_anything_of_another_unit(concept):
    measure = make_item("measure", responsible=make_unit("schulen"), visibility="internal")
    for unit in (make_unit("tiefbau"), None):
        with pytest.raises(PermissionDenied):
            update_item(
                measure, expected_version=1, values={"text": "Neu"}, actor=make_actor("department", unit=unit)
            )
