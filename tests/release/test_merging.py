"""Items merged into one: words, links, rows, place and addresses go on, and all of it comes back."""

import pytest
import shapely
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ForeignKey, OneToOneField

from insek.people.actors import PROGRAM
from insek.people.locking import Conflict
from insek.places.locations import location_of, set_location
from insek.release import releases, reshaping
from insek.release.models import Proposal
from insek.release.restoring import restore_item
from insek.steering.models import MeasureTask, Target
from insek.strategy.models import CostLine, GoalEffect, TakingPart
from insek.thread import carrying
from insek.thread.kinds import all_kinds
from insek.thread.lineage import Lineage, came_of
from insek.thread.models import Change, Item, Link, Tombstone
from insek.thread.own_acts import define_field
from insek.thread.services import update_item
from tests.factories import make_actor, make_item, make_link, make_unit
from tests.reading import form_values, words

pytestmark = pytest.mark.django_db
BASE = {"direction": "at_least", "base_period": "2020", "base_value": 1}


def merge(item, *others, values=None, place_of="", reason="Beide sagen dasselbe.", actor=PROGRAM):
    item.refresh_from_db()
    return reshaping.merge_or_propose(
        item, [(other.pk, other.version) for other in others], values=values or {}, place_of=place_of,
        reason=reason, expected_version=item.version, actor=actor,
    )  # fmt: skip


def state_of(*items):
    """All that hangs on some items, to compare."""
    found = []
    for item in items:
        stored = Item.objects.get(pk=item.pk)
        links = sorted(Link.objects.filter(source=item).values_list("target_id", "kind", "reason"))
        links += sorted(Link.objects.filter(target=item).values_list("source_id", "kind", "reason"))
        place = location_of(stored)
        found.append(
            (stored.number, stored.title, stored.text, stored.visibility, links, place and place.geometry.wkt)
        )
    return found


def inside(kind, **values):
    return make_item(kind, visibility="internal", **values)


def test_links_go_on_and_the_same_link_keeps_both_reasons(concept):
    one, other = inside("goal", number="Z 1"), inside("goal", number="Z 2", text="Mehr Bäume.")
    finding, measure = inside("finding"), inside("measure")
    make_link(finding, one, "justifies", "Es ist heiß.")
    make_link(finding, other, "justifies", "Es wird heißer.")
    moved = make_link(other, measure, "implemented_by", "So geht es.")
    make_link(one, other, "guides", "Das eine führt zum anderen.")
    merge(one, other, values={"text": "Mehr Grün.\n\nMehr Bäume."})
    assert set(Link.objects.values_list("source_id", "target_id", "kind", "reason")) == {
        (finding.pk, one.pk, "justifies", "Es ist heiß. Es wird heißer."),
        (one.pk, measure.pk, "implemented_by", "So geht es."),
    }
    assert Link.objects.get(pk=moved.pk).source_id == one.pk
    one.refresh_from_db()
    assert one.text == "Mehr Grün.\n\nMehr Bäume."
    line = Change.objects.get(item_id=one.pk, action="merged")
    assert line.differences["merged"][0] == f"{other}\nMehr Bäume."
    assert "links" not in line.differences  # two before: one of these was between both, one came in addition
    gone = Change.objects.get(item_id=other.pk, action="deleted").differences
    assert len(gone["links"][0]) == 3 and gone["text"][0] == "Mehr Bäume."


def test_what_is_gone_leads_to_what_it_became_over_several_steps(concept):
    first, second, third = (inside("goal", number=f"Z {number}") for number in (1, 2, 3))
    merge(second, first)
    second.refresh_from_db()
    merge(third, second)
    assert came_of(first.pk) == came_of(second.pk) == [third.pk]
    assert Tombstone.objects.get(pk=first.pk).number == "Z 1"
    assert Lineage.objects.get(before=first.pk).before_title.startswith("Z 1 ")


def test_the_number_of_the_other_may_stay(concept):
    one, other = inside("goal", number="Z 1"), inside("goal", number="Z 2")
    assert merge(one, other, values={"number": "Z 2"}).number == "Z 2"


def test_rows_beside_a_measure_go_on_and_none_stands_twice(concept):
    unit, goal = make_unit("tiefbau"), inside("goal")
    one, other = inside("measure"), inside("measure")
    for measure in (one, other):
        CostLine.objects.create(measure=measure.measure, title=f"Bau {measure.pk}", amount_eur=10, position=1)
        TakingPart.objects.create(measure=measure.measure, unit=unit, task="Plant mit.")
        GoalEffect.objects.create(measure=measure.measure, goal=goal.goal, direction="supports", strength=2)
    MeasureTask.objects.create(measure=other.measure, title="Entwurf", position=1)
    merge(one, other)
    assert list(CostLine.objects.order_by("position").values_list("title", "measure", "position")) == [
        (f"Bau {one.pk}", one.pk, 1), (f"Bau {other.pk}", one.pk, 2),
    ]  # fmt: skip
    assert [
        row.measure_id
        for row in (*MeasureTask.objects.all(), *TakingPart.objects.all(), *GoalEffect.objects.all())
    ] == [one.pk] * 3
    line = Change.objects.get(item_id=one.pk, action="merged").differences
    assert line["cost_lines"] == [1, 2]
    assert "tiefbau" in line["not_carried"][0]


def test_what_names_a_goal_names_what_it_became(concept):
    one, other, indicator = inside("goal"), inside("goal"), inside("indicator")
    below = inside("goal", parent=other.goal)
    measure = inside("measure")
    Target.objects.create(goal=other.goal, indicator=indicator.indicator, year=2030, value=5, **BASE)
    GoalEffect.objects.create(measure=measure.measure, goal=other.goal, direction="supports", strength=2)
    merge(one, other)
    below.goal.refresh_from_db()
    assert below.goal.parent_id == one.pk
    assert Target.objects.get().goal_id == GoalEffect.objects.get().goal_id == one.pk
    assert Change.objects.filter(item_id=below.pk, differences__parent_id=[other.pk, one.pk]).exists()
    assert Change.objects.filter(item_id=measure.pk, differences__has_key="goal_effect").exists()


def test_a_goal_merged_with_the_one_above_stands_where_that_stood(concept):
    top = inside("goal")
    middle = inside("goal", parent=top.goal)
    low = inside("goal", parent=middle.goal)
    lowest = inside("goal", parent=low.goal)
    before = state_of(top, middle, low, lowest)
    merge(low, middle)
    low.goal.refresh_from_db()
    assert low.goal.parent_id == top.pk
    reshaping.unmerge_or_propose(reshaping.reshapings_of(low.pk).get(), actor=PROGRAM)
    for goal in (low, Item.objects.get(pk=middle.pk)):
        goal.goal.refresh_from_db()
    assert (low.goal.parent_id, middle.goal.parent_id) == (middle.pk, top.pk)
    assert state_of(top, middle, low, lowest) == before


def test_the_place_stays_or_comes_from_the_other(concept):
    one, other, third = inside("measure"), inside("measure"), inside("measure")
    set_location(other, shapely.Point(7.7, 49.4), expected_version=1, actor=PROGRAM)
    other.refresh_from_db()
    merge(one, other)
    assert location_of(one).geometry.wkt == "POINT (7.7 49.4)"
    one.refresh_from_db()
    set_location(third, shapely.Point(7.8, 49.5), expected_version=1, actor=PROGRAM)
    third.refresh_from_db()
    merge(one, third, place_of=third.pk)
    assert location_of(one).geometry.wkt == "POINT (7.8 49.5)"


@pytest.mark.parametrize("visibility", ["internal", "public"])
def test_all_of_it_comes_back(concept, visibility):
    lead = make_actor("project-lead")
    make = lambda kind, **values: make_item(kind, visibility=visibility, **values)  # noqa: E731
    one, other, finding = make("goal", number="Z 1"), make("goal", number="Z 2", text="B"), make("finding")
    indicator, below = make("indicator"), make("goal", parent=other.goal)
    set_location(other, shapely.Point(7.7, 49.4), expected_version=1, actor=PROGRAM)
    other.refresh_from_db()
    for goal, reason in ((one, "Es ist heiß."), (other, "Es wird heißer.")):
        make_link(finding, goal, "justifies", reason)
    make_link(one, other, "guides")
    Target.objects.create(goal=other.goal, indicator=indicator.indicator, year=2030, value=5, **BASE)
    before = state_of(one, other, finding, below)
    done = merge(one, other, values={"number": "Z 2", "title": "Beides"}, actor=lead)
    if visibility == "public":
        assert isinstance(done, Proposal) and state_of(one, other, finding, below) == before
        assert done.differences["title"][1] == "Beides" and "B" in done.differences["merged"][0]
        releases.release(done, expected_version=1, actor=lead)
    assert Tombstone.objects.get().was_public == (visibility == "public")
    back = reshaping.unmerge_or_propose(reshaping.reshapings_of(one.pk).get(), actor=lead)
    if visibility == "public":
        releases.release(back, expected_version=1, actor=lead)
    assert state_of(one, other, finding, below) == before
    below.goal.refresh_from_db()
    assert below.goal.parent_id == other.pk and Target.objects.get().goal_id == other.pk
    assert not Tombstone.objects.exists() and not Lineage.objects.exists()
    with pytest.raises(ValidationError, match="schon zurückgenommen"):
        reshaping.unmerge_or_propose(reshaping.Reshaping.objects.get(), actor=PROGRAM)


def test_what_was_changed_since_stays_when_a_merger_is_taken_back(concept):
    one, other = inside("goal", title="Eins"), inside("goal")
    done = merge(one, other, values={"title": "Beides", "text": "Neu."})
    update_item(done, expected_version=done.version, values={"title": "Ganz anders"}, actor=PROGRAM)
    reshaping.unmerge_or_propose(reshaping.reshapings_of(one.pk).get(), actor=PROGRAM)
    one.refresh_from_db()
    assert (one.title, one.text) == ("Ganz anders", "")


def test_what_was_merged_comes_back_from_the_bin_by_taking_that_back_alone(concept):
    one, other = inside("goal"), inside("goal")
    merge(one, other)
    with pytest.raises(ValidationError, match="aufgegangen"):
        restore_item(Tombstone.objects.get(), actor=make_actor("project-lead"))


@pytest.mark.parametrize(
    ("kind", "own", "its", "words"),
    [
        ("goal", {"standing": "example"}, {}, "Ein Beispiel und ein echter Inhalt"),
        ("indicator", {}, {}, "Inhalte dieser Art lassen sich nicht zusammenlegen"),
    ],
)
def test_what_does_not_belong_together_is_refused(concept, kind, own, its, words):
    one, other = inside(kind, **own), inside(kind, **its)
    with pytest.raises(ValidationError, match=words):
        merge(one, other)
    assert Item.objects.count() == 2


def test_nobody_merges_what_has_changed_unseen_or_waits(concept):
    one, other = inside("goal"), make_item("goal")
    planner = make_actor("planner")
    with pytest.raises(ValidationError, match="inzwischen geändert"):
        reshaping.merge_or_propose(
            one, [(other.pk, 7)], values={}, place_of="", reason="", expected_version=1, actor=PROGRAM
        )
    with pytest.raises(Conflict):
        reshaping.merge_or_propose(
            one, [(other.pk, 1)], values={}, place_of="", reason="", expected_version=7, actor=PROGRAM
        )
    releases.save_or_propose(other, expected_version=1, values={"title": "Neu"}, actor=planner)
    with pytest.raises(ValidationError, match="wartet noch eine Änderung"):
        merge(one, other)
    with pytest.raises(PermissionDenied):
        merge(one, other, actor=make_actor("department"))


def test_a_circle_of_prerequisites_is_refused_with_the_whole_merger(concept):
    first, second, third = inside("measure"), inside("measure"), inside("measure")
    make_link(first, second, "prerequisite_of")
    make_link(second, third, "prerequisite_of")
    with pytest.raises(ValidationError):
        merge(first, third)
    assert Item.objects.filter(kind="measure").count() == 3 and Link.objects.count() == 2


def test_every_column_that_names_an_item_is_thought_of():
    """A room that lets its rows name goals, measures … says whether they go on when these are merged."""
    forgotten = []
    for kind in all_kinds():
        if not kind.reshapes:
            continue
        known = {carried.name for carried in carrying.carried_with(kind.name)} | set(carrying.staying())
        for model in (Item, kind.model):
            for relation in model._meta.related_objects:
                column = relation.field
                own_row = isinstance(column, OneToOneField) and column.primary_key and column.name == "item"
                if isinstance(column, ForeignKey) and not own_row:
                    name = f"{column.model._meta.label}.{column.name}"
                    if name not in known:
                        forgotten.append(name)
    assert not forgotten


def test_own_fields_and_places_of_both_can_stay(concept, as_role):
    lead = make_actor("project-lead")
    for name in ("Akte", "Lage", "Zeichen"):
        define_field(
            concept=concept,
            kind="measure",
            values={"type": "short", "audience": "staff", "name": name},
            actor=lead,
        )
    one, other = inside("measure", number="M 1"), inside("measure", number="M 2")
    for item, values in (
        (one, {"own.akte": "61-1", "own.lage": "Nord"}),
        (other, {"own.akte": "61-2", "own.zeichen": "II"}),
    ):
        update_item(item, expected_version=item.version, values=values, actor=lead)
    for item, west in ((one, 0), (other, 1)):
        item.refresh_from_db()
        set_location(
            item,
            shapely.box(west, 0, west + 1, 1),
            note=f"Teil {west}",
            expected_version=item.version,
            actor=PROGRAM,
        )
    client, address = as_role("project-lead"), f"/k/{one.pk}/zusammenlegen?mit={other.pk}"
    page = client.get(address)
    said = words(page)
    # what only one has goes on by itself, of what both have the person chooses
    sent = form_values(page)
    assert sent["wahl-own.zeichen"] == [other.pk] and sent["wahl-own.akte"] == [one.pk]
    assert "alle Orte zusammen, als einer" in said and "Stelle in der Reihenfolge" not in said
    client.post(address, {**sent, "wahl-own.akte": other.pk, "ort": "alle"})
    stays = Item.objects.get(kind="measure")
    assert stays.own == {"akte": "61-2", "lage": "Nord", "zeichen": "II"}
    place = location_of(stays)
    assert place.geometry.equals(shapely.box(0, 0, 2, 1)) and place.note == "Teil 0; Teil 1"
    # an area and a point do not become one
    third = inside("measure", number="M 3")
    set_location(third, shapely.Point(0.5, 0.5), note="", expected_version=third.version, actor=PROGRAM)
    assert "alle Orte zusammen" not in words(client.get(f"/k/{stays.pk}/zusammenlegen?mit={third.pk}"))
