"""The release step: nothing the public sees changes before somebody with the right has released it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from insek.people.actors import ANONYMOUS, PROGRAM
from insek.people.locking import Conflict
from insek.release import releases
from insek.release.acts import act_named
from insek.release.models import Proposal
from insek.thread.models import Change, Item, Link
from insek.thread.services import (
    change_link,
    link_items,
    unlink_items,
    update_item,
)
from tests.factories import make_actor, make_item, make_link, make_unit

pytestmark = pytest.mark.django_db


def proposed(item: Item, actor: Any = None, **values: Any) -> Proposal:
    """A proposal by a planner."""
    made = releases.save_or_propose(
        item, expected_version=item.version, values=values, actor=actor or make_actor("planner")
    )
    assert isinstance(made, Proposal)
    return made


def released(proposal: Proposal, **options: Any) -> Item:
    """Released by the project lead."""
    return releases.release(
        proposal, expected_version=proposal.version, actor=make_actor("project-lead"), **options
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda goal, actor: update_item(goal, expected_version=1, values={"text": "Neu"}, actor=actor),
        lambda goal, actor: update_item(goal, expected_version=1, values={}, fields=[], actor=actor),
        lambda goal, actor: link_items(
            goal, make_item("measure"), kind="implemented_by", reason="", actor=actor
        ),
        lambda goal, actor: change_link(
            make_link(goal, make_item("measure"), "implemented_by"),
            expected_version=1, reason="Neu", locator="", actor=actor,
        ),
        lambda goal, actor: unlink_items(make_link(goal, make_item("measure"), "implemented_by"), actor=actor),
    ],
)  # fmt: skip
def test_what_is_public_changes_only_with_the_right_to_release(change: Callable[[Item, Any], Any]):
    goal = make_item("goal")
    goal.fields.set(goal.concept.fields.all())
    with pytest.raises(PermissionDenied, match="release_item"):
        change(goal, make_actor("planner"))
    assert not Change.objects.filter(item_id=goal.pk, actor__isnull=False).exists()
    change(goal, make_actor("project-lead"))


def test_a_link_to_something_internal_needs_no_release():
    link = link_items(
        make_item("goal"), make_item("measure", visibility="internal"),
        kind="implemented_by", reason="", actor=make_actor("planner"),
    )  # fmt: skip
    unlink_items(link, actor=make_actor("planner"))
    assert not Link.objects.exists()


def test_saving_something_public_without_a_difference_asks_for_nothing():
    goal = make_item("goal", title="Gleich")
    same = update_item(goal, expected_version=1, values={"title": "Gleich"}, actor=make_actor("planner"))
    assert same.version == 1
    kept = releases.save_or_propose(
        goal, expected_version=1, values={"title": "Gleich"}, actor=make_actor("planner")
    )
    assert kept == goal
    assert not Proposal.objects.exists()


def test_an_internal_item_is_saved_at_once():
    goal = make_item("goal", visibility="internal")
    saved = releases.save_or_propose(
        goal, expected_version=1, values={"title": "Neu"}, actor=make_actor("planner")
    )
    assert isinstance(saved, Item)
    assert saved.title == "Neu"


@pytest.mark.parametrize("role", ["planner", "project-lead"])
def test_a_change_of_something_public_waits_whoever_makes_it(role: str):
    goal = make_item("goal", title="Alt", text="Ein Text.")
    proposal = proposed(goal, make_actor(role), title="Neu", text="Ein Text.")
    goal.refresh_from_db()
    assert (goal.title, goal.version) == ("Alt", 1)
    assert proposal.differences == {"title": ["Alt", "Neu"]}
    assert proposal.payload == {"title": "Neu"}
    assert list(releases.waiting(goal.concept)) == [proposal]


def test_a_release_performs_the_change_and_history_names_both():
    goal = make_item("goal", title="Alt")
    author, lead = make_actor("planner"), make_actor("project-lead")
    proposal = proposed(goal, author, title="Neu")
    saved = releases.release(proposal, expected_version=1, actor=lead)
    assert (saved.title, saved.version) == ("Neu", 2)
    change = Change.objects.filter(item_id=goal.pk).first()
    assert change is not None
    assert (change.actor_id, change.released_by_id) == (author.user_id, lead.user_id)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by_id) == (Proposal.State.RELEASED, lead.user_id)


def test_every_kind_of_value_survives_the_wait():
    concept = make_item("vision").concept
    unit, theme = make_unit("gruen"), concept.themes.create(key="inklusion", position=1, name="Inklusion")
    measure = make_item("measure")
    made = releases.save_or_propose(
        measure,
        expected_version=1,
        values={"responsible": unit, "start_year": 2027, "ownership": "Stadt", "is_lighthouse": True},
        fields=list(concept.fields.filter(key="klima")),
        themes=[theme],
        actor=make_actor("planner"),
    )
    assert isinstance(made, Proposal)
    saved = released(made)
    row = saved.measure  # type: ignore[attr-defined]
    assert (row.responsible, row.start_year, row.is_lighthouse) == (unit, 2027, True)
    assert row.ownership == "Stadt"
    assert [field.key for field in saved.fields.all()] == ["klima"]
    assert list(saved.themes.all()) == [theme]


def test_an_invalid_change_is_refused_before_it_waits():
    goal = make_item("goal")
    for values in ({"standing": "fact"}, {"title": "a\x00b"}, {"title": "\ud800"}, {"title": "x" * 301}):
        with pytest.raises(ValidationError):
            releases.save_or_propose(goal, expected_version=1, values=values, actor=make_actor("planner"))
    with pytest.raises(Conflict):
        releases.save_or_propose(goal, expected_version=7, values={"title": "x"}, actor=make_actor("planner"))
    for actor in (ANONYMOUS, make_actor("council"), make_actor("auditor"), make_actor("department")):
        with pytest.raises(PermissionDenied):
            releases.save_or_propose(goal, expected_version=1, values={"title": "x"}, actor=actor)
    with pytest.raises(ValidationError):
        releases.save_or_propose(
            goal, expected_version=1, values={"title": "x"}, actor=make_actor("planner"), note="x" * 2001
        )
    assert not Proposal.objects.exists()


def test_a_department_proposes_what_it_may_change_of_its_own_measure():
    unit = make_unit("tiefbau")
    own = make_item("measure", responsible=unit)
    actor = make_actor("department", unit=unit)
    assert released(proposed(own, actor, next_step="Ausschreibung")).version == 2
    own.refresh_from_db()
    for values in ({"title": "Anders"}, {"visibility": "internal"}):
        with pytest.raises(PermissionDenied):
            releases.save_or_propose(own, expected_version=2, values=values, actor=actor)


def test_becoming_public_waits_and_the_rest_is_saved():
    goal = make_item("goal", title="Alt", text="Innen.", visibility="internal")
    proposal = proposed(goal, title="Neu", visibility="public")
    goal.refresh_from_db()
    assert (goal.title, goal.visibility) == ("Neu", "internal")
    rows = act_named("update").rows(proposal, goal)
    assert rows["title"] == [None, "Neu"]
    assert rows["text"] == [None, "Innen."]
    assert rows["visibility"] == ["internal", "public"]
    assert released(proposal).visibility == "public"
    assert Change.objects.filter(item_id=goal.pk).first().action == Change.Action.RELEASED  # type: ignore[union-attr]


def test_a_new_public_item_is_created_internal_and_waits():
    concept = make_item("vision").concept
    proposal = releases.create_or_propose(
        kind="goal",
        concept=concept,
        values={"title": "Neu", "visibility": "public"},
        actor=make_actor("planner"),
    )
    assert isinstance(proposal, Proposal)
    assert proposal.item is not None
    assert proposal.item.visibility == "internal"
    assert released(proposal).visibility == "public"


def test_withdrawing_from_the_public_waits_too():
    goal = make_item("goal")
    assert released(proposed(goal, visibility="internal")).visibility == "internal"


def test_links_between_public_ends_wait():
    finding, goal, planner = make_item("finding"), make_item("goal"), make_actor("planner")
    drawn = releases.link_or_propose(finding, goal, kind="justifies", reason="Darum.", actor=planner)
    assert isinstance(drawn, Proposal)
    assert not Link.objects.exists()
    released(drawn)
    link = Link.objects.get()
    assert link.author_id == planner.user_id
    changed = releases.change_link_or_propose(
        link, expected_version=1, reason="Deshalb.", locator="", actor=planner
    )
    assert isinstance(changed, Proposal)
    released(changed)
    link.refresh_from_db()
    assert link.reason == "Deshalb."
    same = releases.change_link_or_propose(
        link, expected_version=2, reason="Deshalb.", locator="", actor=planner
    )
    assert same == link
    gone = releases.unlink_or_propose(link, actor=planner)
    assert gone is not None
    released(gone)
    assert not Link.objects.exists()
    for item in (finding, goal):
        first = Change.objects.filter(item_id=item.pk).first()
        assert first is not None
        assert first.released_by is not None


def test_a_link_that_changed_meanwhile_is_not_overwritten():
    link = make_link(make_item("finding"), make_item("goal"), "justifies")
    proposal = releases.change_link_or_propose(
        link, expected_version=1, reason="Von mir.", locator="", actor=make_actor("planner")
    )
    assert isinstance(proposal, Proposal)
    change_link(Link.objects.get(), expected_version=1, reason="Von anderen.", locator="", actor=PROGRAM)
    with pytest.raises(Conflict):
        released(proposal)
    proposal.refresh_from_db()
    assert proposal.is_waiting
    assert Link.objects.get().reason == "Von anderen."


@pytest.mark.parametrize("end", ["source", "target"])
def test_a_link_is_not_drawn_where_an_end_was_taken_from_the_public(end: str):
    ends = {"source": make_item("finding"), "target": make_item("goal")}
    proposal = releases.link_or_propose(
        ends["source"], ends["target"], kind="justifies", reason="Darum.", actor=make_actor("planner")
    )
    assert isinstance(proposal, Proposal)
    update_item(ends[end], expected_version=1, values={"visibility": "internal"}, actor=PROGRAM)
    with pytest.raises(ValidationError, match="nicht mehr öffentlich"):
        released(proposal, item_version=Item.objects.get(pk=ends["source"].pk).version)
    proposal.refresh_from_db()
    assert proposal.is_waiting
    assert not Link.objects.exists()


def test_a_link_is_not_drawn_where_its_target_is_gone():
    finding, goal = make_item("finding"), make_item("goal")
    proposal = releases.link_or_propose(
        finding, goal, kind="justifies", reason="Darum.", actor=make_actor("planner")
    )
    assert isinstance(proposal, Proposal)
    Item.objects.filter(pk=goal.pk).delete()
    with pytest.raises(ValidationError, match="gibt es nicht mehr"):
        released(proposal)
    proposal.refresh_from_db()
    assert proposal.is_waiting


def test_a_release_is_performed_against_the_version_that_was_looked_at():
    goal = make_item("goal", title="Alt", text="Alt.")
    proposal = proposed(goal, title="Neu")
    update_item(goal, expected_version=1, values={"text": "Von anderen."}, actor=PROGRAM)
    with pytest.raises(Conflict):
        released(proposal)
    proposal.refresh_from_db()
    assert proposal.is_waiting
    saved = released(proposal, item_version=2)
    assert (saved.title, saved.text) == ("Neu", "Von anderen.")


def test_several_changes_of_one_item_wait_side_by_side():
    goal = make_item("goal", title="Alt", text="Alt.")
    first, second = proposed(goal, title="Neu"), proposed(goal, text="Neu.")
    assert proposed(goal, title="Neu") == first
    released(first)
    assert released(second, item_version=2).text == "Neu."


def test_the_same_words_wait_for_each_item():
    first, second = make_item("goal"), make_item("goal")
    assert proposed(first, title="Neu") == proposed(first, title="Neu") != proposed(second, title="Neu")


def test_what_the_program_proposed_is_released_in_its_name():
    proposal = proposed(make_item("goal"), title="Neu")
    Proposal.objects.update(author=None)
    released(Proposal.objects.get(pk=proposal.pk))
    last = Change.objects.latest("pk")
    assert last.differences["title"] and last.actor is None and last.released_by is not None


def test_a_proposal_is_decided_once():
    proposal = proposed(make_item("goal"), title="Neu")
    author = releases.author_of(proposal)
    released(proposal)
    for act in (
        lambda: releases.release(proposal, expected_version=1, actor=PROGRAM),
        lambda: releases.release(proposal, expected_version=2, actor=PROGRAM),
        lambda: releases.send_back(proposal, expected_version=2, answer="Nein", actor=PROGRAM),
        lambda: releases.withdraw(proposal, expected_version=2, actor=author),
    ):
        with pytest.raises(releases.ProposalDecided):
            act()


def test_only_the_right_people_decide():
    author = make_actor("planner")
    proposal = proposed(make_item("goal"), author, title="Neu")
    for actor in (author, ANONYMOUS, make_actor("administrator")):
        with pytest.raises(PermissionDenied):
            releases.release(proposal, expected_version=1, actor=actor)
        with pytest.raises(PermissionDenied):
            releases.send_back(proposal, expected_version=1, answer="Nein", actor=actor)
    for actor in (make_actor("planner"), make_actor("project-lead"), ANONYMOUS):
        with pytest.raises(PermissionDenied):
            releases.withdraw(proposal, expected_version=1, actor=actor)
    releases.withdraw(proposal, expected_version=1, actor=author)
    assert proposal.state == Proposal.State.WITHDRAWN


def test_sending_back_takes_an_answer_and_the_author_proposes_again():
    goal, author, lead = make_item("goal", title="Alt"), make_actor("planner"), make_actor("project-lead")
    proposal = proposed(goal, author, title="Neu")
    with pytest.raises(ValidationError):
        releases.send_back(proposal, expected_version=1, answer=" ", actor=lead)
    releases.send_back(proposal, expected_version=1, answer="Bitte kürzer.", actor=lead)
    assert (proposal.state, proposal.answer, proposal.version) == (
        Proposal.State.RETURNED, "Bitte kürzer.", 2,
    )  # fmt: skip
    again = releases.save_or_propose(
        goal, expected_version=1, values={"title": "Kurz"}, actor=author, revises=(proposal, 2)
    )
    assert again == proposal
    assert isinstance(again, Proposal)
    assert again.is_waiting
    assert released(again).title == "Kurz"


def test_a_proposal_of_another_is_not_revised():
    goal = make_item("goal")
    proposal = proposed(goal, title="Neu")
    with pytest.raises(PermissionDenied):
        releases.save_or_propose(
            goal,
            expected_version=1,
            values={"title": "x"},
            actor=make_actor("planner"),
            revises=(proposal, 1),
        )
