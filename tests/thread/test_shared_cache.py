"""What is kept for all who see the same until something changes, and queries that start from known ids."""

import pytest

from insek.people.actors import ANONYMOUS, PROGRAM
from insek.people.services import change_body, create_body, create_unit
from insek.strategy.models import Goal
from insek.thread.known_ids import first_seen, is_seen, seen_ids
from insek.thread.models import Item
from insek.thread.services import create_item, delete_item, update_item
from insek.thread.shared_cache import audience, cached, content_version
from tests.factories import make_actor, make_item


def counting(made):
    made.append(len(made))
    return made[-1]


@pytest.mark.django_db
def test_what_is_kept_is_made_again_after_every_change(concept):
    made: list[int] = []
    goal = make_item("goal", concept=concept, visibility="public")
    assert cached(concept, ANONYMOUS, "goals", lambda: counting(made)) == 0
    assert cached(concept, ANONYMOUS, "goals", lambda: counting(made)) == 0
    goal = update_item(goal, expected_version=1, values={"title": "Anders"}, actor=PROGRAM)
    assert cached(concept, ANONYMOUS, "goals", lambda: counting(made)) == 1
    create_item(kind="goal", concept=concept, values={"title": "Neu"}, actor=PROGRAM)
    assert cached(concept, ANONYMOUS, "goals", lambda: counting(made)) == 2
    delete_item(goal, expected_version=2, actor=PROGRAM)
    assert cached(concept, ANONYMOUS, "goals", lambda: counting(made)) == 3
    assert cached(concept, ANONYMOUS, "other", lambda: counting(made)) == 4


@pytest.mark.django_db
def test_what_is_kept_is_shared_only_by_those_who_see_the_same(concept):
    made: list[int] = []

    def asked(actor):
        return cached(concept, actor, "goals", lambda: counting(made))

    lead, other_lead, council = make_actor(), make_actor(), make_actor("council")
    assert [asked(lead), asked(other_lead), asked(ANONYMOUS), asked(lead)] == [0, 0, 1, 0]
    assert asked(PROGRAM) == 2  # nobody with a name either, but sees everything
    assert asked(lead.with_rights(*PROGRAM.rights)) == 2
    assert [asked(council), asked(council)] == [3, 4]  # sees what rounds show


@pytest.mark.django_db
def test_who_sees_what_he_entered_himself_is_given_nothing_that_is_kept(concept):
    made: list[int] = []
    clerk = make_actor("department")
    assert clerk.sees_internal and audience(clerk) is None
    assert [cached(concept, clerk, "goals", lambda: counting(made)) for _ in range(2)] == [0, 1]


@pytest.mark.django_db
def test_units_and_bodies_are_seen_to_change(concept):
    admin = PROGRAM
    versions = [content_version(concept)]
    body = create_body(name="Stadtrat", name_en="", kind="council", actor=admin)
    versions.append(content_version(concept))
    change_body(body, expected_version=1, name="Rat", name_en="", kind="council", actor=admin)
    versions.append(content_version(concept))
    create_unit(name="Tiefbau", name_en="", abbreviation="", parent=None, actor=admin)
    versions.append(content_version(concept))
    assert len(set(versions)) == 4


@pytest.mark.django_db
def test_a_change_within_a_request_is_seen_in_it(client, concept):
    from insek.thread import shared_cache as module

    module.begin_request()
    before = content_version(concept)
    make_item("goal", concept=concept)
    assert content_version(concept) != before
    module.end_request()


@pytest.mark.django_db
def test_the_first_seen_keep_their_order_and_what_is_hidden_makes_room(concept, monkeypatch):
    monkeypatch.setattr("insek.thread.known_ids.PORTION", 3)
    goals = [
        make_item(
            "goal", concept=concept, title=str(number), visibility="internal" if number % 2 else "public"
        )
        for number in range(20)
    ]
    ids = Goal.objects.order_by("-item__title_key", "pk").values_list("pk", flat=True)
    wanted = sorted((goal for goal in goals if goal.visibility == "public"), key=lambda goal: goal.title_key)
    found = first_seen(ids, Item.objects.visible_to(ANONYMOUS), concept=concept, size=6)
    assert [goal.pk for goal in found] == [goal.pk for goal in reversed(wanted)][:6]
    every = first_seen(ids, Item.objects.visible_to(ANONYMOUS), concept=concept, size=50)
    assert len(every) == 10
    assert seen_ids([goal.pk for goal in goals], ANONYMOUS) == {goal.pk for goal in every}


@pytest.mark.django_db
def test_rows_are_looked_up_behind_the_gate(concept):
    seen, hidden = (
        make_item("goal", concept=concept, visibility="public"),
        make_item("goal", concept=concept, visibility="internal"),
    )
    rows = Goal.objects.filter(is_seen(Item.objects.visible_to(ANONYMOUS), "item"))
    assert [row.pk for row in rows] == [seen.pk]
    assert hidden.pk in {row.pk for row in Goal.objects.filter(is_seen(Item.objects.all(), "item"))}
