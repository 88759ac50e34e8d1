"""An item split into several: words, links and rows go where they were given, and all of it comes back."""

import pytest
import shapely
from django.core.exceptions import PermissionDenied, ValidationError

from insek.people.actors import PROGRAM
from insek.people.locking import Conflict
from insek.places.locations import location_of, set_location
from insek.release import releases, reshaping, splitting
from insek.release.models import Proposal
from insek.release.splitting import SplitPart
from insek.strategy.models import CostLine
from insek.thread.lineage import Lineage, came_of
from insek.thread.models import Change, Item, Link, Tombstone
from insek.thread.services import update_item
from tests.factories import make_actor, make_item, make_link, make_unit
from tests.release.test_merging import inside, merge, state_of

pytestmark = pytest.mark.django_db


def split(item, *parts, values=None, reason="Zwei Dinge in einem.", actor=PROGRAM):
    item.refresh_from_db()
    return splitting.split_or_propose(
        item, parts, values=values or {}, reason=reason, expected_version=item.version, actor=actor
    )


def part_of(item):
    return Item.objects.get(pk=Lineage.objects.get(before=item.pk).after)


def a_measure(visibility="internal"):
    """A measure with two links, two lines of costs and a place."""
    unit = make_unit("tiefbau")
    measure = make_item(
        "measure",
        number="M 1",
        title="Bahnhof",
        text="Vorplatz. Halle.",
        responsible=unit,
        visibility=visibility,
    )
    goals = [make_item("goal", visibility=visibility) for _each in range(2)]
    links = [
        make_link(goal, measure, "implemented_by", f"Grund {number}") for number, goal in enumerate(goals)
    ]
    rows = [CostLine.objects.create(measure=measure.measure, title=title, amount_eur=1, position=at)
            for at, title in enumerate(("Vorplatz", "Halle"), 1)]  # fmt: skip
    set_location(measure, shapely.Point(7.7, 49.4), expected_version=1, actor=PROGRAM)
    return measure, goals, links, rows


def test_each_part_gets_its_words_links_and_rows(concept):
    measure, goals, links, rows = a_measure()
    halle = SplitPart(
        "Halle",
        "Die Halle.",
        "M 2",
        [links[1].pk],
        [links[0].pk],
        [["strategy.CostLine.measure", rows[1].pk]],
        True,
    )
    split(measure, halle, values={"title": "Vorplatz", "text": "Der Vorplatz."})
    made = part_of(measure)
    measure.refresh_from_db()
    assert (measure.number, measure.title, measure.text) == ("M 1", "Vorplatz", "Der Vorplatz.")
    assert (made.number, made.title, made.measure.responsible.key) == ("M 2", "Halle", "tiefbau")
    assert set(made.reasons.values_list("source", "reason")) == {
        (goals[0].pk, "Grund 0"),
        (goals[1].pk, "Grund 1"),
    }
    assert list(measure.reasons.values_list("source", flat=True)) == [goals[0].pk]
    assert {row.title: row.measure_id for row in CostLine.objects.all()} == {
        "Vorplatz": measure.pk,
        "Halle": made.pk,
    }
    assert location_of(made).geometry == location_of(measure).geometry
    assert "M 2 Halle" in Change.objects.get(item_id=measure.pk, action="split").differences["split"][1]


@pytest.mark.parametrize("visibility", ["internal", "public"])
def test_a_split_comes_back_as_a_whole(concept, visibility):
    lead = make_actor("project-lead")
    measure, goals, links, rows = a_measure(visibility)
    before = state_of(measure, *goals)
    halle = SplitPart(
        "Halle", "", "M 2", [links[1].pk], [links[0].pk], [["strategy.CostLine.measure", rows[1].pk]]
    )
    done = split(measure, halle, values={"title": "Vorplatz"}, actor=lead)
    if visibility == "public":
        assert isinstance(done, Proposal) and "Halle" in done.differences["split"][1]
        assert state_of(measure, *goals) == before
        releases.release(done, expected_version=1, actor=lead)
    made = part_of(measure)
    assert made.visibility == visibility
    back = splitting.unsplit_or_propose(reshaping.reshapings_of(measure.pk).get(), actor=lead)
    if visibility == "public":
        releases.release(back, expected_version=1, actor=lead)
    assert state_of(measure, *goals) == before
    assert set(CostLine.objects.values_list("measure", flat=True)) == {measure.pk}
    assert Tombstone.objects.get().pk == made.pk and came_of(made.pk) == [measure.pk]


def test_a_part_that_grew_since_is_merged_and_not_thrown_away(concept):
    measure, *_rest = a_measure()
    split(measure, SplitPart("Halle"))
    made = part_of(measure)
    update_item(made, expected_version=made.version, values={"text": "Neu."}, actor=PROGRAM)
    with pytest.raises(ValidationError, match="legen Sie die Teile stattdessen zusammen"):
        splitting.unsplit_or_propose(reshaping.reshapings_of(measure.pk).get(), actor=PROGRAM)
    made.refresh_from_db()
    merge(measure, made)
    assert came_of(made.pk) == [measure.pk]


def test_what_came_later_is_taken_back_first(concept):
    measure, *_rest = a_measure()
    split(measure, SplitPart("Halle"))
    first = reshaping.reshapings_of(measure.pk).get()
    merge(measure, inside("measure"))
    with pytest.raises(ValidationError, match="Nehmen Sie erst das zurück"):
        splitting.unsplit_or_propose(first, actor=PROGRAM)


def test_a_split_asks_for_words_rights_and_what_was_seen(concept):
    goal = inside("goal")
    with pytest.raises(ValidationError, match="mindestens einem Teil"):
        split(goal)
    with pytest.raises(ValidationError):
        split(goal, SplitPart("Teil", number=inside("goal", number="Z 7").number))
    with pytest.raises(Conflict):
        splitting.split_or_propose(
            goal, [SplitPart("Teil")], values={}, reason="", expected_version=9, actor=PROGRAM
        )
    with pytest.raises(PermissionDenied):
        split(goal, SplitPart("Teil"), actor=make_actor("department"))
    with pytest.raises(ValidationError, match="nicht teilen"):
        split(inside("indicator"), SplitPart("Teil"))
    assert not Lineage.objects.exists() and not Link.objects.exists()
