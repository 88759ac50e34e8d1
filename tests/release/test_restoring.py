"""Bringing deleted items back under their id."""

import pytest
import shapely
from django.core.exceptions import PermissionDenied, ValidationError

from insek.people.actors import PROGRAM
from insek.places.locations import location_of, set_location
from insek.release import releases, restoring, undo
from insek.release.models import Proposal
from insek.thread import history
from insek.thread.models import Change, Item, Link, Tombstone
from insek.thread.search import search_items
from insek.thread.services import delete_item, link_items, update_item
from tests.factories import make_actor, make_body, make_item, make_link, make_unit

pytestmark = pytest.mark.django_db


def deleted(item, actor=PROGRAM):
    item.refresh_from_db()
    return delete_item(item, expected_version=item.version, actor=actor)


def restored(tombstone, actor=PROGRAM):
    return restoring.restore_item(tombstone, actor=actor)


def test_an_item_comes_back_whole_under_its_id_and_goes_on_in_its_history(concept):
    living, climate = concept.fields.all()
    theme = concept.themes.create(key="teilhabe", name="Teilhabe", position=1)
    item = make_item(
        "measure", number="M 7", title="Radweg", text="Ein Radweg.", responsible=make_unit(), start_year=2026,
        standing="fact", source_title="Plan", source_date="2024-06", fields=[living, climate], themes=[theme],
        visibility="internal",
    )  # fmt: skip
    set_location(item, shapely.Point(7.7, 49.4), note="ungefähr", expected_version=1, actor=PROGRAM)
    before = history.snapshot(Item.objects.get(pk=item.pk))
    tombstone = deleted(item)
    assert not search_items("Radweg", PROGRAM, Item.objects.all())
    planner = make_actor("planner")
    back = restored(tombstone, planner)
    item = Item.objects.get(pk=item.pk)
    assert history.snapshot(item) == before
    assert (location_of(item).geometry, location_of(item).note) == (shapely.Point(7.7, 49.4), "ungefähr")
    assert (back.lost, back.proposal) == ([], None)
    assert not Tombstone.objects.exists()
    assert list(search_items("Radweg", PROGRAM, Item.objects.all())) == [item]
    lines = list(Change.objects.filter(item_id=item.pk).order_by("pk").values_list("action", "version"))
    assert lines == [("created", 1), ("updated", 2), ("deleted", 2), ("created", 3), ("updated", 4)]
    line = Change.objects.get(item_id=item.pk, version=3)
    assert line.actor_id == planner.user_id
    assert history.UNDOES in line.differences


def test_taking_back_the_deletion_is_the_same_as_restoring(concept):
    item = make_item("goal", title="Mehr Rad", visibility="internal")
    tombstone = deleted(item)
    change = Change.objects.get(item_id=tombstone.pk, action="deleted")
    assert undo.undo_change(change, actor=PROGRAM) == Item.objects.get(pk=item.pk)


def test_links_come_back_where_their_other_end_still_is(concept):
    goal, measure = make_item("goal", visibility="internal"), make_item("measure", visibility="internal")
    upper, gone = make_item("goal", visibility="internal"), make_item("indicator", title="Radverkehr")
    link_items(goal, measure, kind="implemented_by", reason="Weil.", locator="Seite 3", actor=PROGRAM)
    make_link(upper, goal, "guides", "Darum.")
    make_link(goal, gone, "measured_by")
    tombstone = deleted(goal)
    deleted(gone)
    back = restored(tombstone)
    assert set(Link.objects.values_list("source", "target", "kind", "reason", "locator")) == {
        (goal.pk, measure.pk, "implemented_by", "Weil.", "Seite 3"),
        (upper.pk, goal.pk, "guides", "Darum.", ""),
    }
    assert len(back.lost) == 1 and "Radverkehr" in back.lost[0]


def test_what_was_public_comes_back_internal_and_waits_to_become_public(concept):
    goal, measure = make_item("goal"), make_item("measure")
    make_link(goal, measure, "implemented_by")
    back = restored(deleted(goal), make_actor("planner"))
    assert isinstance(back.outcome, Proposal)
    goal = Item.objects.get(pk=goal.pk)
    assert goal.visibility == "internal"
    releases.release(back.proposal, expected_version=back.proposal.version, actor=make_actor("project-lead"))
    goal.refresh_from_db()
    assert goal.visibility == "public"
    assert Link.objects.get().source == goal


def test_a_taken_number_refuses_and_nothing_happens(concept):
    tombstone = deleted(make_item("goal", number="Z 1", title="Alt"))
    make_item("goal", number="Z 1", title="Mehr Rad")
    with pytest.raises(ValidationError, match="„Mehr Rad“"):
        restored(tombstone)
    assert Tombstone.objects.filter(pk=tombstone.pk).exists()
    assert Item.objects.count() == 1


def test_what_it_named_and_is_gone_is_left_out_and_said(concept):
    unit, (living, climate) = make_unit(), concept.fields.all()
    tombstone = deleted(
        make_item("measure", responsible=unit, fields=[living, climate], visibility="internal")
    )
    unit.delete()
    climate.delete()
    back = restored(tombstone)
    assert Item.objects.get().measure.responsible is None
    assert list(Item.objects.get().fields.all()) == [living]
    assert len(back.lost) == 2


def test_what_it_can_not_be_without_and_is_gone_refuses(concept):
    tombstone = deleted(make_item("resolution", visibility="internal"))
    make_body().delete()
    with pytest.raises(ValidationError, match="ohne geht es nicht"):
        restored(tombstone)
    assert Tombstone.objects.filter(pk=tombstone.pk).exists()


def test_purged_words_do_not_come_back(concept):
    tombstone = deleted(make_item("finding", text="Gemeldet von Erika Mustermann.", visibility="internal"))
    history.purge(needle="Erika Mustermann")
    restored(tombstone)
    assert Item.objects.get().text == "Gemeldet von [gelöscht]."
    other = deleted(make_item("finding", visibility="internal"))
    Change.objects.filter(item_id=other.pk).update(differences={})
    with pytest.raises(ValidationError, match="auf Dauer gelöscht"):
        restored(other)


def test_a_tombstone_without_history_refuses(concept):
    with pytest.raises(ValidationError, match="auf Dauer gelöscht"):
        restored(Tombstone.objects.create(pk="abcdefgh", concept=concept, kind="goal"))


def test_it_comes_back_once(concept):
    tombstone = deleted(make_item("goal", visibility="internal"))
    restored(tombstone)
    tombstone.pk = Item.objects.get().pk
    with pytest.raises(ValidationError, match="schon wiederhergestellt"):
        restored(tombstone)


def test_it_can_be_deleted_and_restored_again_with_what_was_changed(concept):
    item = make_item("goal", title="Eins", visibility="internal")
    restored(deleted(item))
    item = Item.objects.get(pk=item.pk)
    update_item(item, expected_version=item.version, values={"title": "Zwei"}, actor=PROGRAM)
    restored(deleted(item))
    assert Item.objects.get(pk=item.pk).title == "Zwei"


@pytest.mark.parametrize("role", ["department", "auditor", "moderator", "council", "administrator", None])
def test_who_may_not_create_may_not_restore(concept, role):
    tombstone = deleted(make_item("goal", visibility="internal"))
    with pytest.raises(PermissionDenied):
        restored(tombstone, make_actor(role))
    with pytest.raises(PermissionDenied):
        restoring.tombstones_seen_by(make_actor(role), concept)


def test_deleted_contributions_are_seen_by_moderators_alone(concept):
    tombstone = deleted(make_item("contribution", state="new", visibility="internal"))
    planner = make_actor("planner")
    assert not restoring.tombstones_seen_by(planner, concept).exists()
    with pytest.raises(PermissionDenied):
        restored(tombstone, planner)
    assert restoring.tombstones_seen_by(make_actor("project-lead"), concept).get() == tombstone
