"""What a release, a taking back and a restoring do not reach: other concepts, other items, what one does not see."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models

from insek.people.actors import PROGRAM
from insek.people.addresses import address_of
from insek.people.locking import Conflict
from insek.release import acts, releases, restoring, undo
from insek.release.models import PURGED, Proposal
from insek.release.revising import MARK, marked_proposal, revised_mark, revising
from insek.release.row_proposals import add_or_propose
from insek.steering.rows import TASKS
from insek.thread import kinds
from insek.thread.models import Change, Item, Link, Round
from insek.thread.services import delete_item, link_items, update_item
from tests.factories import make_actor, make_concept, make_item, make_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(concept):
    return make_actor("planner")


@pytest.fixture
def lead(concept):
    return make_actor("project-lead")


def proposed(item, actor, **values):
    made = releases.save_or_propose(item, expected_version=item.version, values=values, actor=actor)
    assert isinstance(made, Proposal)
    return made


def deleted(item):
    return delete_item(item, expected_version=item.version, actor=PROGRAM)


def last_change(item):
    return Change.objects.filter(item_id=item.pk).latest("pk")


# Release


def test_what_was_sent_back_is_not_released_nor_sent_back_again(planner, lead):
    goal = make_item("goal", title="Alt")
    proposal = proposed(goal, planner, title="Neu")
    releases.send_back(proposal, expected_version=1, answer="Kürzer.", actor=lead)
    with pytest.raises(releases.ProposalDecided):
        releases.release(proposal, expected_version=2, actor=lead)
    with pytest.raises(releases.ProposalDecided):
        releases.send_back(proposal, expected_version=2, answer="Noch kürzer.", actor=lead)
    assert Item.objects.get(pk=goal.pk).title == "Alt"
    assert releases.withdraw(proposal, expected_version=2, actor=planner).state == Proposal.State.WITHDRAWN


def test_each_concept_has_its_own_waiting_proposals(concept, planner):
    other = make_concept()
    here = proposed(make_item("goal"), planner, title="Neu")
    there = proposed(make_item("goal", concept=other), planner, title="Neu")
    assert (list(releases.waiting(concept)), list(releases.waiting(other))) == ([here], [there])


def test_the_same_words_for_two_items_are_two_proposals_and_for_one_item_one(planner):
    goal, other = make_item("goal"), make_item("goal")
    first = proposed(goal, planner, text="Neu")
    assert proposed(other, planner, text="Neu") != first
    assert proposed(goal, planner, text="Neu") == first
    assert Proposal.objects.count() == 2


@pytest.mark.parametrize("inside", ["source", "target"])
def test_an_arrow_with_one_public_end_is_drawn_changed_and_taken_away_at_once(planner, inside):
    ends = {"source": "public", "target": "public", inside: "internal"}
    goal, measure = (
        make_item("goal", visibility=ends["source"]),
        make_item("measure", visibility=ends["target"]),
    )
    link = releases.link_or_propose(goal, measure, kind="implemented_by", reason="", actor=planner)
    assert isinstance(link, Link)
    changed = releases.change_link_or_propose(
        link, expected_version=1, reason="Neu", locator="", actor=planner
    )
    assert isinstance(changed, Link)
    assert releases.unlink_or_propose(changed, actor=planner) is None
    assert not Link.objects.exists()


@pytest.fixture
def performed(monkeypatch):
    """What acts were done at once or rehearsed, and with what."""
    done = []

    def act_named(name):
        act = acts.act_named(name)

        def perform(item, payload, actor):
            done.append((name, payload))
            return act.perform(item, payload, actor)

        return replace(act, perform=perform)

    monkeypatch.setattr(releases, "act_named", act_named)
    return done


@pytest.mark.parametrize("visibility", ["internal", "public"])
@pytest.mark.parametrize("name", ["link", "change_link", "unlink"])
def test_links_are_the_same_act_at_once_and_when_they_wait(planner, performed, name, visibility):
    goal, measure = make_item("goal", visibility=visibility), make_item("measure")
    said = {"reason": "Darum.", "locator": "S. 4"}
    if name == "link":
        payload = {"target": measure.pk, "kind": "implemented_by", **said}
        done = releases.link_or_propose(goal, measure, kind="implemented_by", actor=planner, **said)
    else:
        link = make_link(goal, measure, "implemented_by")
        payload = {"link": link.pk, "version": 1, **(said if name == "change_link" else {})}
        if name == "change_link":
            done = releases.change_link_or_propose(link, expected_version=1, actor=planner, **said)
        else:
            done = releases.unlink_or_propose(link, actor=planner)
    assert performed == [(name, payload)]
    assert isinstance(done, Proposal) == (visibility == "public")


@pytest.mark.parametrize("visibility", ["internal", "public"])
def test_the_same_reason_of_a_link_again_is_no_change(planner, visibility):
    goal = make_item("goal", visibility=visibility)
    link = make_link(goal, make_item("measure"), "implemented_by", reason="Darum.")
    before = Change.objects.count()
    same = releases.change_link_or_propose(
        link, expected_version=1, reason=" Darum. ", locator="", actor=planner
    )
    assert (same, same.version, Change.objects.count()) == (link, 1, before)
    assert not Proposal.objects.exists()


def test_what_changed_since_it_was_read_is_not_proposed(planner):
    goal, measure = make_item("goal"), make_item("measure")
    payload = {"target": measure.pk, "kind": "implemented_by", "reason": "", "locator": ""}
    with pytest.raises(Conflict):
        releases.propose("link", goal, payload, actor=planner, expected_version=2)
    assert releases.propose("link", goal, payload, actor=planner, expected_version=1).base_version == 1


def test_what_leaves_its_round_for_the_public_is_in_no_round(concept, planner, lead):
    circle = Round.objects.create(concept=concept, name="Abstimmung")
    goal = make_item("goal", visibility="round", round=circle)
    proposal = proposed(goal, planner, visibility="public", round=None, title="Neu")
    assert proposal.payload == {"visibility": "public", "round_id": None}
    goal.refresh_from_db()
    assert (goal.visibility, goal.round, goal.title) == ("round", circle, "Neu")
    done = releases.release(proposal, expected_version=1, actor=lead)
    assert (done.visibility, done.round) == ("public", None)


def test_an_act_on_something_public_waits_unless_the_actor_may_release_it(planner, lead):
    public, inside = make_item("measure"), make_item("measure", visibility="internal")
    assert isinstance(add_or_propose(TASKS, public, {"title": "Bau"}, actor=planner), Proposal)
    for item, actor, released_by in ((public, lead, lead.user_id), (inside, planner, None)):
        assert add_or_propose(TASKS, item, {"title": "Bau"}, actor=actor).title == "Bau"
        line = Change.objects.filter(item_id=item.pk).first()
        assert line.released_by_id == released_by, "history names who released"


# Taking back


def test_an_arrow_to_what_one_does_not_see_is_neither_planned_nor_drawn_again(planner):
    goal = make_item("goal", visibility="internal")
    hidden = make_item("contribution", state="new", visibility="internal", title="Mein Nachbar")
    link = make_link(hidden, goal, "taken_up")
    drawn = last_change(goal)
    releases.unlink_or_propose(link, actor=PROGRAM)
    for change in (drawn, last_change(goal)):
        plan = undo.plan_undo(change, goal, planner)
        assert (plan.steps, plan.ends) == ([], None)
        assert "gibt es nicht mehr" in plan.problem
    with pytest.raises(ValidationError):
        undo.undo_change(last_change(goal), actor=planner)
    assert undo.undo_change(last_change(goal), actor=PROGRAM).source == hidden


@pytest.mark.parametrize("role", ["auditor", "council", None])
def test_who_may_not_draw_arrows_takes_none_back(role, concept):
    goal = make_item("goal", visibility="internal")
    link = make_link(goal, make_item("measure"), "implemented_by", reason="Eins")
    drawn = last_change(goal)
    releases.change_link_or_propose(link, expected_version=1, reason="Zwei", locator="", actor=PROGRAM)
    for change in (drawn, last_change(goal)):
        with pytest.raises((PermissionDenied, ValidationError)):
            undo.undo_change(change, actor=make_actor(role), fields={"reason", "link"})
    assert Link.objects.get().reason == "Zwei"


def test_an_act_of_a_room_is_taken_back_with_the_right_of_the_room_alone(monkeypatch, planner, lead):
    """Whatever the room's way back asks for itself."""
    done = []
    room_undo = kinds.RoomUndo("participation.moderate", lambda item, *_given: done.append(item) or item)
    goal = kinds.kind_named("goal")
    monkeypatch.setitem(
        kinds._kinds, "goal", replace(goal, room_undo=room_undo, fields_of_room=frozenset({"text"}))
    )
    item = make_item("goal", text="Eins", visibility="internal")
    update_item(item, expected_version=1, values={"text": "Zwei"}, actor=PROGRAM)
    with pytest.raises(PermissionDenied):
        undo.undo_change(last_change(item), actor=planner)
    assert done == []
    undo.undo_change(last_change(item), actor=lead)
    assert done == [item]


# Restoring


def test_what_was_in_a_round_that_is_gone_comes_back_internal(concept, lead):
    circle, stays = (Round.objects.create(concept=concept, name=name) for name in ("Abstimmung", "Beirat"))
    gone = deleted(make_item("goal", visibility="round", round=circle))
    kept = deleted(make_item("goal", visibility="round", round=stays))
    circle.delete()
    back = restoring.restore_item(gone, actor=lead)
    assert (back.item.visibility, back.item.round) == ("internal", None)
    assert "gibt es nicht mehr" in " ".join(back.lost)
    again = restoring.restore_item(kept, actor=lead)
    assert (again.item.visibility, again.item.round, again.lost) == ("round", stays, [])


def test_each_concept_has_its_own_bin_and_its_own_numbers(concept, lead):
    other = make_concept()
    here = deleted(make_item("goal", number="Z 1"))
    there = deleted(make_item("goal", concept=other))
    assert list(restoring.tombstones_seen_by(lead, concept)) == [here]
    assert list(restoring.tombstones_seen_by(lead, other)) == [there]
    make_item("goal", number="Z 1", concept=other)
    assert restoring.why_not(restoring.deleted_items([here])[0], lead) == ""
    make_item("goal", number="Z 1")
    assert "Z 1" in restoring.why_not(restoring.deleted_items([here])[0], lead)


def test_arrows_to_what_one_does_not_see_are_not_named_and_not_drawn_again(planner):
    goal = make_item("goal", visibility="internal")
    seen, hidden = (
        make_item("contribution", state=state, visibility=visibility, title=title)
        for state, visibility, title in (
            ("public", "public", "Mehr Bäume"),
            ("new", "internal", "Mein Nachbar"),
        )
    )
    for contribution in (seen, hidden):
        link_items(contribution, goal, kind="taken_up", reason="", actor=PROGRAM)
    stone = deleted(goal)
    (found,) = restoring.deleted_items([stone])
    assert set(restoring.link_titles(found, planner)) == {"Mehr Bäume", "ein Inhalt, den Sie nicht sehen"}
    assert set(restoring.link_titles(found, PROGRAM)) == {"Mehr Bäume", "Mein Nachbar"}
    back = restoring.restore_item(stone, actor=planner)
    assert [link.source for link in Link.objects.all()] == [seen]
    assert "Mein Nachbar" not in " ".join(back.lost)
    assert len(back.lost) == 1


def test_what_is_created_inside_is_there_at_once_and_is_given_back(concept, planner):
    made = releases.create_or_propose(
        kind="goal", concept=concept, values={"title": "Neu", "standing": "working"}, actor=planner
    )
    assert isinstance(made, Item) and (made.title, made.visibility) == ("Neu", "internal")
    assert not Proposal.objects.exists()


def test_every_column_of_a_proposal_with_words_of_somebody_is_purged():
    texts = {
        column.name
        for column in Proposal._meta.concrete_fields
        if isinstance(column, models.TextField | models.JSONField)
    }
    assert texts == set(PURGED)


def test_a_form_of_several_pages_keeps_the_own_proposal_of_its_act_and_as_it_was_read(concept, planner, lead):
    proposal = releases.save_or_propose(
        make_item("goal"), expected_version=1, values={"text": "Neu"}, actor=planner
    )
    with revising(proposal):
        kept = revised_mark("update")
        assert revised_mark("link") == {}
    assert revised_mark("update") == {} and kept == {MARK: [proposal.pk, 1]}
    Proposal.objects.update(version=2)
    found = marked_proposal(kept, planner)
    assert found is not None and (found.pk, found.version) == (proposal.pk, 1)
    assert marked_proposal(kept, lead) is None and marked_proposal({}, planner) is None


def test_of_a_hidden_item_a_proposal_shows_nothing(concept, planner):
    proposal = releases.save_or_propose(
        make_item("goal"), expected_version=1, values={"text": "Neu"}, actor=planner
    )
    for shows, shown in ((True, proposal.item), (False, None)):
        proposal.shows_item = shows
        assert proposal.shown_item == shown


def test_what_fails_while_it_is_released_is_as_undecided_as_before(planner, lead, monkeypatch):
    item = make_item("goal", text="Alt")
    proposal = proposed(item, planner, text="Neu")
    with pytest.raises(ZeroDivisionError):
        releases.release(proposal, expected_version=1, actor=lead, at_end=lambda released: 1 / 0)
    assert Proposal.objects.values_list("state", "version").get() == ("waiting", 1)
    item.refresh_from_db()
    assert (item.text, item.version) == ("Alt", 1)


def test_a_proposed_arrow_is_written_anew_in_the_form_that_draws_it(planner):
    finding, goal = make_item("finding"), make_item("goal")
    made = releases.link_or_propose(
        finding, goal, kind="justifies", reason="Weil es eng ist", locator="S. 12", actor=planner
    )
    address, _mark, query = acts.act_named("link").form_at(finding, made.payload).partition("?")
    assert address == address_of("item-link", finding.pk)
    assert dict(parse_qsl(query)) == {
        "link": "folgen.justifies.goal", "other": goal.pk, "reason": "Weil es eng ist", "locator": "S. 12",
    }  # fmt: skip
