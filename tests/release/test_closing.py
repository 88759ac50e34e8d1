"""What becomes of proposals that nobody decided: closed with their item or link, seen by whom they concern, purged."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils import translation

from insek.people.actors import ANONYMOUS, PROGRAM
from insek.release import releases
from insek.release.models import Proposal
from insek.thread import history
from insek.thread.models import Item
from insek.thread.services import (
    delete_item,
)
from tests.factories import make_actor, make_item
from tests.release.test_releases import proposed, released

pytestmark = pytest.mark.django_db


def test_what_is_undecided_is_closed_with_its_item():
    goal, other, lead = make_item("goal"), make_item("measure"), make_actor("project-lead")
    done, waits, back = proposed(goal, title="Eins"), proposed(goal, text="Zwei"), proposed(goal, text="Drei")
    released(done)
    releases.send_back(back, expected_version=1, answer="Bitte kürzer.", actor=lead)
    link = releases.link_or_propose(
        goal, other, kind="implemented_by", reason="Weil.", actor=make_actor("planner")
    )
    elsewhere = proposed(other, title="Vier")
    delete_item(Item.objects.get(pk=goal.pk), expected_version=2, actor=lead)
    assert list(releases.waiting(goal.concept)) == [elsewhere]
    assert isinstance(link, Proposal)
    for proposal, version in ((waits, 2), (back, 3), (link, 2)):
        proposal.refresh_from_db()
        assert (proposal.state, proposal.version) == (Proposal.State.WITHDRAWN, version)
        assert proposal.answer == "Der Inhalt wurde gelöscht."
        assert proposal.decided_by_id == lead.user_id
    assert [entry["answer"] for entry in back.earlier_answers] == ["Bitte kürzer."]
    done.refresh_from_db()
    assert (done.state, done.answer) == (Proposal.State.RELEASED, "")
    with pytest.raises(releases.ProposalDecided):
        released(waits)


def test_a_link_that_waits_is_closed_with_its_other_end():
    goal, measure = make_item("goal"), make_item("measure")
    link = releases.link_or_propose(
        goal, measure, kind="implemented_by", reason="", actor=make_actor("planner")
    )
    assert isinstance(link, Proposal)
    with translation.override("en"):
        delete_item(measure, expected_version=1, actor=PROGRAM)
    link.refresh_from_db()
    assert link.state == Proposal.State.WITHDRAWN
    assert link.answer == "Der Inhalt am anderen Ende der Verknüpfung wurde gelöscht."


def test_a_deletion_that_fails_closes_nothing():
    above = make_item("goal")
    make_item("goal", parent=above.goal)
    proposal = proposed(above, title="Neu")
    with pytest.raises(ProtectedError):
        delete_item(above, expected_version=1, actor=PROGRAM)
    proposal.refresh_from_db()
    assert proposal.is_waiting


def test_a_proposal_outlives_its_item_and_can_only_be_withdrawn():
    goal = make_item("goal")
    proposal = proposed(goal, title="Neu")
    Item.objects.filter(pk=goal.pk).delete()
    proposal.refresh_from_db()
    with pytest.raises(releases.ItemGone):
        released(proposal)
    proposal.refresh_from_db()
    assert proposal.is_waiting
    assert Proposal.objects.visible_to(make_actor("project-lead")).get() == proposal
    releases.withdraw(proposal, expected_version=1, actor=make_actor("project-lead"))


def test_what_is_gone_by_now_is_said():
    goal, above = make_item("goal"), make_item("goal")
    proposal = proposed(goal, parent=above.goal)
    delete_item(above, expected_version=1, actor=PROGRAM)
    with pytest.raises(ValidationError, match="gibt es nicht mehr"):
        released(proposal)


def test_the_gate_of_proposals():
    author = make_actor("planner")
    proposal = proposed(make_item("goal"), author, title="Neu")
    for role, seen in (
        ("planner", True), ("project-lead", True), ("auditor", True), ("council", False), ("moderator", False),
    ):  # fmt: skip
        assert Proposal.objects.visible_to(make_actor(role)).filter(pk=proposal.pk).exists() is seen
    assert not Proposal.objects.visible_to(ANONYMOUS).exists()
    assert Proposal.objects.visible_to(PROGRAM).exists()


def test_a_purge_reaches_proposals():
    goal = make_item("goal")
    made = releases.save_or_propose(
        goal, expected_version=1, values={"text": "Anna Muster war hier."},
        actor=make_actor("planner"), note="Anna Muster bat darum.",
    )  # fmt: skip
    assert isinstance(made, Proposal)
    assert history.purge(needle="Anna Muster", item_ids=[goal.pk]) == 1
    made.refresh_from_db()
    assert "Anna" not in f"{made.payload} {made.differences} {made.note}"
    made.earlier_answers = [{"at": "2026-01-02T03:04:05+00:00", "answer": "Ohne Anna Muster, bitte."}]
    made.save()
    assert history.purge(needle="Anna Muster", item_ids=[goal.pk]) == 1
    made.refresh_from_db()
    assert made.earlier_answers == [{"at": "2026-01-02T03:04:05+00:00", "answer": "Ohne [gelöscht], bitte."}]
