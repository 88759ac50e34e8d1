"""The one gate: who sees internal, round and public items."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from insek.people.actors import ANONYMOUS, PROGRAM, actor_for
from insek.thread.audience import reads_whole
from insek.thread.kinds import all_kinds
from insek.thread.models import Item, Link, Round, Tombstone
from insek.thread.services import delete_item, update_item
from tests.factories import make_actor, make_concept, make_item, make_link, make_unit, make_user

INSIDERS = ["project-lead", "planner", "practice", "department", "auditor", "administrator"]
OUTSIDERS = ["moderator", "council", "ortsbeirat", None]


def visible_ids(actor):
    return set(Item.objects.visible_to(actor).values_list("pk", flat=True))


@pytest.mark.parametrize("role", INSIDERS)
def test_insiders_see_internal_items(concept, role):
    item = make_item("goal", visibility="internal")
    assert visible_ids(make_actor(role)) == {item.pk}


@pytest.mark.parametrize("role", OUTSIDERS)
def test_outsiders_see_only_public_items(concept, role):
    make_item("goal", visibility="internal")
    public = make_item("goal")
    assert visible_ids(make_actor(role)) == {public.pk}


def test_anonymous_visitors_see_only_public_items(concept):
    make_item("goal", visibility="internal")
    public = make_item("goal")
    assert visible_ids(ANONYMOUS) == {public.pk}


def test_a_round_shows_its_items_to_its_members_until_it_ends(concept):
    member, other = make_user("council"), make_user("council")
    audience = Round.objects.create(concept=concept, name="Fraktionen")
    audience.members.add(member)
    item = make_item("goal", visibility="round", round=audience)
    assert visible_ids(actor_for(member)) == {item.pk}
    assert visible_ids(actor_for(other)) == set()
    audience.ends = timezone.localdate() - timedelta(days=1)
    audience.save()
    assert visible_ids(actor_for(member)) == set()


def test_an_ended_membership_gives_nothing(concept):
    user = make_user("project-lead")
    user.memberships.update(ends=timezone.localdate() - timedelta(days=1))
    make_item("goal", visibility="internal")
    assert actor_for(user).rights == frozenset()
    assert visible_ids(actor_for(user)) == set()


def test_a_deactivated_login_gives_nothing(concept):
    user = make_user("project-lead", is_active=False)
    assert actor_for(user) == ANONYMOUS


def test_links_are_seen_only_with_both_ends(concept):
    finding, goal = make_item("finding"), make_item("goal")
    link = make_link(finding, goal, "justifies")
    assert list(Link.objects.visible_to(ANONYMOUS)) == [link]
    update_item(goal, expected_version=goal.version, values={"visibility": "internal"}, actor=PROGRAM)
    assert list(Link.objects.visible_to(ANONYMOUS)) == []
    assert list(Link.objects.visible_to(make_actor("council"))) == []
    assert list(Link.objects.visible_to(make_actor("planner"))) == [link]


def test_every_kind_is_internal_when_it_is_created_without_saying_so(concept):
    for kind in all_kinds():
        item = make_item(kind.name, visibility="internal")
        assert not Item.objects.visible_to(ANONYMOUS).filter(pk=item.pk).exists()
    assert Item._meta.get_field("visibility").default == "internal"


@pytest.mark.parametrize("role", INSIDERS)
def test_a_contribution_before_moderation_is_seen_by_moderators_alone(concept, role):
    waiting = make_item("contribution", visibility="internal", state="new")
    public = make_item("contribution")
    seen = {waiting.pk, public.pk} if role == "project-lead" else {public.pk}
    assert visible_ids(make_actor(role)) == seen
    assert visible_ids(make_actor("moderator")) == visible_ids(PROGRAM) == {waiting.pk, public.pk}


def test_who_entered_a_contribution_sees_it_until_it_is_moderated(concept):
    clerk, other = make_actor("planner"), make_actor("planner")
    item = make_item("contribution", visibility="internal", state="new", actor=clerk)
    assert visible_ids(clerk) == {item.pk}
    assert visible_ids(other) == set()


def test_a_link_to_a_contribution_before_moderation_is_hidden_too(concept):
    waiting, finding = make_item("contribution", visibility="internal", state="new"), make_item("finding")
    link = make_link(waiting, finding, "evidences")
    for role in ("planner", "auditor", "council"):
        assert list(Link.objects.visible_to(make_actor(role))) == []
    for actor in (make_actor("project-lead"), make_actor("moderator"), PROGRAM):
        assert list(Link.objects.visible_to(actor)) == [link]


def test_the_gate_costs_no_query_of_its_own(concept, django_assert_num_queries):
    finding = make_item("finding")
    make_link(make_item("contribution"), finding, "evidences")
    for role in ("planner", "project-lead", "moderator", None):
        actor = make_actor(role)
        with django_assert_num_queries(2):
            assert visible_ids(actor)
            assert list(Link.objects.visible_to(actor))


def test_that_something_was_there_is_known_to_those_who_saw_it(concept):
    gone = [
        delete_item(make_item("goal", visibility=each), expected_version=1, actor=PROGRAM)
        for each in ("public", "internal")
    ]
    assert set(Tombstone.objects.visible_to(ANONYMOUS)) == {gone[0]}
    assert set(Tombstone.objects.visible_to(make_actor("council"))) == {gone[0]}
    assert set(Tombstone.objects.visible_to(make_actor("planner"))) == set(gone)


def test_somebody_without_a_login_has_entered_nothing(concept):
    """What nobody is known to have entered is not the own of who is nobody."""
    program = replace(make_actor("planner"), user_id=None)
    paper = make_item("paper", visibility="internal")
    assert Item.objects.get(pk=paper.pk).created_by_id is None
    assert not reads_whole(program, Item.objects.get(pk=paper.pk), paper.paper)
    assert not Item.objects.read_whole_by(program).exists()
    assert Item.objects.read_whole_by(PROGRAM).exists()


def test_a_unit_reads_whole_only_where_units_have_something_of_their_own(concept):
    actor = replace(make_actor("planner", unit=make_unit("gruen")), user_id=None)
    contribution = make_item("contribution", visibility="internal")
    assert not reads_whole(actor, Item.objects.get(pk=contribution.pk), contribution.contribution)


def test_what_is_checked_and_not_begun_with_is_behind_the_same_gate(concept):
    public, hidden = make_item("goal"), make_item("goal", visibility="internal")
    other = make_item("goal", concept=make_concept())
    found = Item.objects.filter(pk__in=[public.pk, hidden.pk, other.pk])
    for actor, seen in (
        (ANONYMOUS, {public}),
        (make_actor("planner"), {public, hidden}),
        (PROGRAM, {public, hidden}),
    ):
        assert set(found.checked_for(actor, concept=concept.pk)) == seen
    assert set(found.checked_for(ANONYMOUS)) == {public, other}


def test_an_item_says_what_it_is_and_which_column_is_wrong(concept):
    goal = make_item("goal")
    assert goal.kind_label == "Ziel"
    assert make_item("goal", standing="example").is_example is True and goal.is_example is False
    goal.source_date = "2024-13-45"
    with pytest.raises(ValidationError) as refused:
        goal.clean()
    assert set(refused.value.message_dict) == {"source_date"}
