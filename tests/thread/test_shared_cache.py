"""What is kept for all who see the same until something changes, and queries that start from known ids."""

from datetime import date

import pytest
from django.urls import reverse

from insek.people.actors import ANONYMOUS, PROGRAM
from insek.people.services import change_body, create_body, create_unit
from insek.strategy.models import Goal
from insek.thread import history, shared_cache
from insek.thread.kinds import all_kinds
from insek.thread.known_ids import first_seen, is_seen
from insek.thread.models import Item, Round
from insek.thread.services import change_link, create_item, delete_item, unlink_items, update_item
from insek.thread.setting_up import save_part
from insek.thread.shared_cache import audience, cached, content_version
from tests.factories import make_actor, make_item, make_link


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
    create_item(kind="goal", concept=concept, values={"title": "Neu", "visibility": "public"}, actor=PROGRAM)
    assert cached(concept, ANONYMOUS, "goals", lambda: counting(made)) == 2
    delete_item(goal, expected_version=2, actor=PROGRAM)
    assert cached(concept, ANONYMOUS, "goals", lambda: counting(made)) == 3
    assert cached(concept, ANONYMOUS, "other", lambda: counting(made)) == 4


def versions(concept):
    return content_version(concept, ANONYMOUS), content_version(concept)


@pytest.mark.django_db
def test_what_comes_in_and_is_worked_on_inside_empties_nothing_for_visitors(concept):
    make_item("goal", concept=concept, visibility="public")
    for_visitors, for_staff = versions(concept)
    seen = {for_staff}

    def inside():
        item = make_item("contribution", concept=concept, visibility="internal", state="new")
        yield
        update_item(item, expected_version=1, values={"title": "Anders"}, actor=PROGRAM)
        yield
        source = make_item("finding", concept=concept, visibility="internal")
        target = make_item("goal", concept=concept, visibility="internal")
        yield
        link = make_link(source, target, "justifies")
        yield
        change_link(link, expected_version=1, reason="Darum.", locator="", actor=PROGRAM)
        yield
        unlink_items(link, actor=PROGRAM)
        yield
        delete_item(target, expected_version=1, actor=PROGRAM)
        yield

    for _act in inside():
        now_for_visitors, now_for_staff = versions(concept)
        assert now_for_visitors == for_visitors
        assert now_for_staff not in seen
        seen.add(now_for_staff)


def released(concept, public, inside):
    update_item(inside, expected_version=1, values={"visibility": "public"}, actor=PROGRAM)


def withdrawn(concept, public, inside):
    update_item(public, expected_version=1, values={"visibility": "internal"}, actor=PROGRAM)


def made_public(concept, public, inside):
    make_item("goal", concept=concept, visibility="public")


def deleted(concept, public, inside):
    delete_item(public, expected_version=1, actor=PROGRAM)


def linked_to_what_is_public(concept, public, inside):
    make_link(inside, public, "justifies")


def changed_while_somebody_published_it(concept, public, inside):
    stale = Item.objects.get(pk=inside.pk)
    Item.objects.filter(pk=inside.pk).update(visibility="public")
    history.record(stale, "updated", actor=PROGRAM, changed={"title": ["Alt", "Neu"]})


def linked_from_inside(concept, public, inside):
    history.record(inside, "linked", actor=PROGRAM, other_end=public.pk)


def shown_to_a_round(concept, public, inside):
    few = Round.objects.create(concept=concept, name="Beirat")
    update_item(inside, expected_version=1, values={"visibility": "round", "round": few}, actor=PROGRAM)


def a_value(concept, public, inside):
    history.record(inside, "recorded", actor=PROGRAM, changed={"values": [None, "2025: 7"]})


def a_part_of_the_city(concept, public, inside):
    make_item("district", concept=concept, visibility="internal")


def a_field(concept, public, inside):
    field = concept.fields.first()
    save_part(field, values={"name": "Anders"}, expected_version=field.version, actor=PROGRAM)


def the_concept(concept, public, inside):
    save_part(concept, values={"title": "Anders"}, expected_version=concept.version, actor=PROGRAM)


def a_unit(concept, public, inside):
    create_unit(name="Tiefbau", name_en="", abbreviation="", parent=None, actor=PROGRAM)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act",
    [released, withdrawn, made_public, deleted, linked_to_what_is_public, changed_while_somebody_published_it,
     linked_from_inside, shown_to_a_round, a_value, a_part_of_the_city, a_field, the_concept, a_unit],
)  # fmt: skip
def test_what_visitors_can_see_empties_what_is_kept_for_them(concept, act):
    public = make_item("goal", concept=concept, visibility="public")
    inside = make_item("finding", concept=concept, visibility="internal")
    before = versions(concept)
    act(concept, public, inside)
    after = versions(concept)
    assert after[0] != before[0] and after[1] != before[1]


@pytest.mark.django_db
def test_another_day_empties_what_is_kept(concept, settings):
    made: list[int] = []
    for day, count in (("2026-11-28", 0), ("2026-11-28", 0), ("2026-11-29", 1)):
        settings.INSEK_DAY = date.fromisoformat(day)
        assert cached(concept, ANONYMOUS, "goals", lambda: counting(made)) == count


@pytest.mark.django_db
def test_nothing_visitors_are_given_is_made_from_what_is_internal(client, concept):
    """Where something internal of any kind comes in, is changed and linked, each value comes out the same as before."""
    for kind in all_kinds():
        make_item(kind.name, concept=concept, visibility="public", text="Etwas, das öffentlich ist.")
    addresses = [reverse(name) for name in ("start", "city-map", "steering", "gap-list")]
    addresses += [reverse(kind.list_name) for kind in all_kinds()]

    def given():
        shared_cache.empty()
        for address in addresses:
            client.get(address)
        return {
            key: made for key, (_version, made) in shared_cache._kept.items() if key[4] == ANONYMOUS.rights
        }

    before, version = given(), content_version(concept, ANONYMOUS)
    open_ = {"concept_check": {"status": "draft", "final_on": None}, "contribution": {"state": "new"}}
    inside = [
        make_item(
            kind.name,
            concept=concept,
            visibility="internal",
            text="Etwas Internes.",
            **open_.get(kind.name, {}),
        )
        for kind in all_kinds()
        if kind.name not in shared_cache.SHOWS_THROUGH
    ]
    for item in inside:
        update_item(item, expected_version=1, values={"title": f"AAA {item.kind}"}, actor=PROGRAM)
    by_kind = {item.kind: item for item in inside}
    make_link(by_kind["finding"], by_kind["goal"], "justifies")
    assert content_version(concept, ANONYMOUS) == version
    assert len(before) > 8
    assert plain(given()) == plain(before)


def plain(given):
    """By name and value; the address of a version is in some of them and stays, since the version does."""
    return {str(key): repr(made) for key, made in given.items()}


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
def test_the_first_seen_keep_their_order_and_what_is_hidden_makes_room(
    concept, monkeypatch, django_assert_num_queries
):
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
    with django_assert_num_queries(2):  # who is full reads no further
        first_seen(ids, Item.objects.visible_to(ANONYMOUS), concept=concept, size=1)
    assert [goal.pk for goal in found] == [goal.pk for goal in reversed(wanted)][:6]
    every = first_seen(ids, Item.objects.visible_to(ANONYMOUS), concept=concept, size=50)
    assert len(every) == 10


@pytest.mark.django_db
def test_rows_are_looked_up_behind_the_gate(concept):
    seen, hidden = (
        make_item("goal", concept=concept, visibility="public"),
        make_item("goal", concept=concept, visibility="internal"),
    )
    rows = Goal.objects.filter(is_seen(Item.objects.visible_to(ANONYMOUS), "item"))
    assert [row.pk for row in rows] == [seen.pk]
    assert hidden.pk in {row.pk for row in Goal.objects.filter(is_seen(Item.objects.all(), "item"))}
