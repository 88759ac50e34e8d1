"""What a page says before an item is deleted: links, rows and places that go with it, and what only forgets it."""

import pytest
import shapely

from insek.people.actors import PROGRAM
from insek.places.locations import set_location
from insek.strategy.models import CostLine, GoalEffect, PlanAim
from tests.factories import make_item, make_link
from tests.reading import words

pytestmark = pytest.mark.django_db


def test_rows_place_and_what_forgets_are_named(as_role, concept, django_assert_max_num_queries):
    measure, goal = (make_item(kind, visibility="internal") for kind in ("measure", "goal"))
    CostLine.objects.create(measure=measure.measure, amount_eur=5, position=1)
    GoalEffect.objects.create(measure=measure.measure, goal=goal.goal, direction="supports", strength="weak")
    set_location(measure, shapely.Point(7.7, 49.4), expected_version=1, actor=PROGRAM)
    PlanAim.objects.create(
        plan=make_item("plan").plan, quotation="Leiser", decision="adapted", reason="Darum.", goal=goal.goal
    )
    make_link(goal, measure, "implemented_by")
    client = as_role("project-lead")
    with django_assert_max_num_queries(40):
        said = words(client.get(f"/k/{measure.pk}/loeschen"))
    for part in (
        "und eine Verknüpfung",
        "1 × Kostenzeilen",
        "1 × Wirkungen auf Ziele",
        "1 × Ort auf der Karte",
    ):
        assert part in said
    said = words(client.get(f"/k/{goal.pk}/loeschen"))
    assert (
        "1 × Wirkungen auf Ziele" in said
        and "nennt diesen Inhalt aber nicht mehr: 1 × Ziele des Planwerks" in said
    )
    assert "kommt nicht zurück: Wirkungen von Maßnahmen." in said


def test_what_has_nothing_says_that_nothing_goes(as_role, concept):
    said = words(as_role("project-lead").get(f"/k/{make_item('goal', visibility='internal').pk}/loeschen"))
    assert "Nur der Inhalt selbst" in said and "×" not in said
