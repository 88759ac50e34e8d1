"""What acts of the thread must not do: leave words behind, overtake, publish without the right, reach what is another's."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from insek import clock
from insek.concept.models import Theme
from insek.council.rows import CONSULTATIONS
from insek.people.actors import ANONYMOUS, PROGRAM, actor_for
from insek.people.locking import Conflict
from insek.release.models import Proposal
from insek.release.releases import save_or_propose
from insek.steering.rows import OVERRIDES, REPORTS, TASKS
from insek.thread import history, rounds, services, withdrawing
from insek.thread.kinds import kind_named
from insek.thread.known_ids import first_seen
from insek.thread.models import Change, Item, Link, Posting, Round, Word
from insek.thread.row_acts import add_row, change_row, in_force, remove_row
from insek.thread.search import search_items
from insek.thread.services import change_link, delete_item, update_item
from tests.factories import make_actor, make_body, make_concept, make_item, make_link, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(concept):
    return make_actor("planner")


def last_change(item):
    return Change.objects.filter(item_id=item.pk).latest("pk")


# Deleting


def words_in_search():
    """Terms of the index, by what they are of and as they are written."""
    return Posting.objects.count(), set(Word.objects.values_list("term", flat=True))


def test_no_words_of_a_deleted_item_are_left_in_the_index(concept, django_capture_on_commit_callbacks):
    stays, goes = make_item("goal", title="Radweg"), make_item("goal", title="Gehweg")
    assert {"radweg", "gehweg", "weg"} <= words_in_search()[1]
    with django_capture_on_commit_callbacks(execute=True):
        delete_item(goes, expected_version=1, actor=PROGRAM)
    assert {"radweg", "weg"} <= words_in_search()[1] and "gehweg" not in words_in_search()[1]
    with django_capture_on_commit_callbacks(execute=True):
        update_item(stays, expected_version=1, values={"title": "Baum"}, actor=PROGRAM)
    assert "baum" in words_in_search()[1] and "radweg" not in words_in_search()[1]
    with django_capture_on_commit_callbacks(execute=True):
        delete_item(Item.objects.get(pk=stays.pk), expected_version=2, actor=PROGRAM)
    assert words_in_search() == (0, set())


def test_what_changed_since_it_was_read_is_not_deleted(concept):
    goal = make_item("goal")
    update_item(goal, expected_version=1, values={"text": "Neu"}, actor=PROGRAM)
    with pytest.raises(Conflict):
        delete_item(goal, expected_version=1, actor=PROGRAM)
    assert Item.objects.filter(pk=goal.pk).exists()


@pytest.mark.parametrize("visibility", ["public", "internal"])
def test_a_tombstone_says_whether_it_was_public(concept, visibility):
    stone = delete_item(make_item("goal", visibility=visibility), expected_version=1, actor=PROGRAM)
    assert stone.was_public == (visibility == "public")


def test_later_rooms_do_their_part_before_an_item_goes(concept, monkeypatch):
    seen = []
    monkeypatch.setattr(services, "_before_deletion", [])
    services.register_before_deletion(lambda item, actor: seen.append((item.pk, actor)))
    goal = make_item("goal")
    delete_item(goal, expected_version=1, actor=PROGRAM)
    assert seen == [(goal.pk, PROGRAM)]


# Publishing


@pytest.mark.parametrize(("before", "after"), [("internal", "public"), ("public", "internal")])
def test_nobody_publishes_or_withdraws_without_the_right(planner, before, after):
    goal = make_item("goal", visibility=before)
    with pytest.raises(PermissionDenied, match="release_item"):
        update_item(goal, expected_version=1, values={"visibility": after}, actor=planner)
    assert Item.objects.get(pk=goal.pk).visibility == before


def test_what_rests_on_a_withdrawn_item_is_withdrawn_with_it_and_says_so(concept, monkeypatch):
    rests, inside = make_item("goal"), make_item("goal", visibility="internal")
    monkeypatch.setattr(withdrawing, "_finders", [])
    withdrawing.register_withdrawn_with(lambda item: [rests, inside] if item.kind == "measure" else [])
    lead = make_actor("project-lead")
    measure = make_item("measure")
    assert withdrawing.withdrawn_with(measure) == [rests, inside]
    update_item(measure, expected_version=1, values={"visibility": "internal"}, actor=lead)
    rests.refresh_from_db()
    assert (rests.visibility, rests.version) == ("internal", 2)
    line = last_change(rests)
    assert (line.action, line.actor_id, line.version) == ("withdrawn", lead.user_id, 2)
    assert line.differences == {"visibility": ["public", "internal"]}
    assert last_change(inside).action == "created", "what was internal stays as it is"
    assert Item.objects.get(pk=inside.pk).version == 1


# Links


def test_a_link_is_seen_with_both_ends_only(concept):
    public, inside = make_item("goal"), make_item("goal", visibility="internal")
    for source, target in ((public, inside), (inside, public)):
        link = make_link(source, target, "guides")
        assert not Link.objects.visible_to(ANONYMOUS).filter(pk=link.pk).exists()
    assert Link.objects.visible_to(PROGRAM).count() == 2


def test_the_slower_of_two_does_not_overwrite_a_link(concept):
    link = make_link(make_item("finding"), make_item("goal"), "justifies", "Alt")
    late = Link.objects.get()
    change_link(link, expected_version=1, reason="Neu", locator="S. 3", actor=PROGRAM)
    with pytest.raises(Conflict):
        change_link(late, expected_version=1, reason="Spät", locator="", actor=PROGRAM)
    assert list(Link.objects.values_list("reason", "locator", "version")) == [("Neu", "S. 3", 2)]


# Rounds


def test_a_round_ends_after_its_last_day(concept):
    member, other = make_user("council"), make_user("council")
    circle = Round.objects.create(concept=concept, name="Fraktionen", ends=clock.today())
    circle.members.add(member)
    item = make_item("goal", visibility="round", round=circle)
    assert list(Item.objects.visible_to(actor_for(member))) == [item]
    assert not Item.objects.visible_to(actor_for(other)).exists()
    Round.objects.update(ends=clock.today() - timedelta(days=1))
    assert not Item.objects.visible_to(actor_for(member)).exists()


def test_rounds_are_made_and_changed_by_those_who_may_release_and_never_over_each_other(concept, planner):
    lead, member = make_actor("project-lead"), make_user("council")
    values = {"name": " Beirat ", "members": [member], "ends": None}
    with pytest.raises(PermissionDenied):
        rounds.create_round(concept=concept, actor=planner, **values)
    circle = rounds.create_round(concept=concept, actor=lead, **values)
    assert (circle.name, list(circle.members.all())) == ("Beirat", [member])
    with pytest.raises(PermissionDenied):
        rounds.change_round(circle, expected_version=1, actor=planner, **values)
    changed = rounds.change_round(
        circle, expected_version=1, actor=lead, name="Neu", members=[], ends=clock.today()
    )
    assert (changed.name, changed.ends, list(changed.members.all())) == ("Neu", clock.today(), [])
    with pytest.raises(Conflict):
        rounds.change_round(circle, expected_version=1, actor=lead, **values)
    assert Round.objects.get().name == "Neu"
    with pytest.raises(ValidationError):
        rounds.create_round(concept=concept, actor=lead, **{**values, "name": "Neu"})


# History


def test_of_what_was_moderated_others_read_what_came_after_the_last_release(concept, planner):
    item = make_item("contribution", state="new", visibility="internal", title="Mit Namen")
    for values in ({"title": "Ohne"}, {"visibility": "public", "state": "public"}, {"title": "Später"}):
        item = update_item(item, expected_version=item.version, values=values, actor=PROGRAM)
    seen = history.changes_seen_by(item, planner)
    assert [change.differences["title"] for change in seen] == [["Ohne", "Später"]]
    assert history.changes_seen_by(item, make_actor("moderator")).count() == 4
    Item.objects.filter(pk=item.pk).update(created_by=planner.user_id)
    item.refresh_from_db()
    assert history.changes_seen_by(item, planner).count() == 4, "who entered it knows it all"
    goal = make_item("goal")
    assert history.changes_seen_by(goal, planner).count() == 1


def test_purging_one_item_leaves_what_is_kept_of_others(concept, planner):
    kept = []
    for item in (make_item("goal"), make_item("goal")):
        values = {"text": "Gemeldet von Erika Mustermann."}
        kept.append(save_or_propose(item, expected_version=1, values=values, actor=planner))
    history.purge(needle="Erika Mustermann", item_ids=[kept[0].item_id])
    words = [str(Proposal.objects.get(pk=proposal.pk).payload) for proposal in kept]
    assert ["Erika" in text for text in words] == [False, True]


# Rows beside an item


def report(measure, actor, **values):
    said = {"reported_on": clock.today(), "state": "on_track", "happened": "Etwas.", "next_step": "Mehr."}
    return add_row(REPORTS, measure, {**said, **values}, actor=actor)


def test_what_the_public_reads_of_a_row_is_added_and_taken_away_by_those_who_may_release(concept):
    unit = make_unit()
    department, lead = make_actor("department", unit=unit), make_actor("project-lead")
    measure = make_item("measure", responsible=unit)
    with pytest.raises(PermissionDenied, match="release_item"):
        report(measure, department)
    inside = report(measure, department, is_internal=True)
    public = report(measure, lead)
    with pytest.raises(PermissionDenied, match="release_item"):
        remove_row(REPORTS, public, actor=department)
    remove_row(REPORTS, inside, actor=department)
    remove_row(REPORTS, public, actor=lead)
    with pytest.raises(Conflict):
        remove_row(REPORTS, public, actor=lead)


def test_of_a_chain_one_row_is_in_force_and_the_next_one_ends_it(concept):
    lead, measure = make_actor("project-lead"), make_item("measure")

    def override(state, expected=""):
        said = {"state": state, "reason": "Der Rat hat es gesagt."}
        return add_row(OVERRIDES, measure, said, actor=lead, expected=expected)

    first = override("deferred")
    with pytest.raises(Conflict):
        override("stopped")
    second = override("stopped", first.key)
    assert in_force(OVERRIDES, measure) == second
    with pytest.raises(Conflict):
        override("delayed", first.key)
    third = override("delayed", second.key)
    assert list(OVERRIDES.of_item(measure).filter(taken_back_on=None)) == [third]
    remove_row(OVERRIDES, third, actor=lead)
    assert in_force(OVERRIDES, measure) is None
    assert (
        OVERRIDES.of_item(measure).filter(taken_back_by=lead.user_id, taken_back_on=clock.today()).count()
        == 3
    )
    with pytest.raises(Conflict):
        remove_row(OVERRIDES, third, actor=lead)


def test_who_may_not_sets_nothing_by_hand(concept, planner):
    said = {"state": "deferred", "reason": "So."}
    with pytest.raises(PermissionDenied, match="override_status"):
        add_row(OVERRIDES, make_item("measure", visibility="internal"), said, actor=planner)


def test_a_row_that_is_refused_leaves_the_one_in_force(concept):
    lead, measure = make_actor("project-lead"), make_item("measure")
    first = add_row(OVERRIDES, measure, {"state": "deferred", "reason": "So."}, actor=lead)
    for wrong in ({"state": "gibt-es-nicht", "reason": "So."}, {"state": "stopped", "reason": ""}):
        with pytest.raises(ValidationError):
            add_row(OVERRIDES, measure, wrong, actor=lead, expected=first.key)
        assert in_force(OVERRIDES, measure) == first
    assert Change.objects.filter(item_id=measure.pk).count() == 2, "nothing is told of what did not happen"


def test_one_step_is_changed_and_no_other_and_what_fails_changes_nothing(concept):
    measure = make_item("measure")
    one, other = (
        add_row(TASKS, measure, {"title": name, "position": None}, actor=PROGRAM) for name in ("Eins", "Zwei")
    )
    done = change_row(TASKS, one, {"title": "x" * 200}, expected_version=1, actor=PROGRAM)
    assert (done, done.title, done.version) == (one, "x" * 200, 2)
    stale = TASKS.objects.get(pk=other.pk)
    stale.measure = measure.measure
    change_row(TASKS, other, {"title": "Drei"}, expected_version=1, actor=PROGRAM)
    with pytest.raises(Conflict):
        change_row(TASKS, stale, {"title": "Vier"}, expected_version=1, actor=PROGRAM)
    with pytest.raises(Conflict):
        change_row(TASKS, stale, {"title": "Drei"}, expected_version=1, actor=PROGRAM)
    with pytest.raises(ValidationError, match="höchstens 200 Zeichen"):
        change_row(TASKS, other, {"title": "x" * 201}, expected_version=2, actor=PROGRAM)
    told = last_change(measure).differences["measure_task"]
    assert [words["title"] for words in told] == ["Zwei", "Drei"]
    TASKS.objects.filter(pk=one.pk).delete()
    with pytest.raises(Conflict):
        change_row(TASKS, one, {"title": "Weg"}, expected_version=2, actor=PROGRAM)
    assert [(row.title, row.version) for row in TASKS.of_item(measure)] == [("Drei", 2)]


def test_rows_are_released_as_they_were_and_as_they_become(concept, planner):
    measure = make_item("measure")
    row = add_row(TASKS, measure, {"title": "Offen", "position": None}, actor=PROGRAM)
    some_are_public = replace(TASKS, public={"title": "Offen"})
    for before, after in (("Offen", "Innen"), ("Innen", "Offen")):
        TASKS.objects.filter(pk=row.pk).update(title=before)
        read = TASKS.objects.get(pk=row.pk)
        with pytest.raises(PermissionDenied, match="release_item"):
            change_row(some_are_public, read, {"title": after}, expected_version=1, actor=planner)
    never_wait = replace(TASKS, released=False)
    read = TASKS.objects.get(pk=row.pk)
    assert change_row(never_wait, read, {"title": "Neu"}, expected_version=1, actor=planner).title == "Neu"


def test_rows_in_order_make_room_for_one_more_and_close_up(concept):
    paper, other = (make_item("paper", visibility="internal") for _number in range(2))
    body = make_body()

    def step(role, item=paper, **more):
        return add_row(CONSULTATIONS, item, {"body": body, "role": role, **more}, actor=PROGRAM)

    def order(item=paper):
        return list(CONSULTATIONS.of_item(item).order_by("position").values_list("pk", "position"))

    alone, decision = step("decision", other), step("decision")
    hearing = step("hearing")
    assert hearing.position == 1
    assert order() == [(hearing.pk, 1), (decision.pk, 2)]
    first = step("decision", position=1)
    assert order() == [(first.pk, 1), (hearing.pk, 2), (decision.pk, 3)]
    remove_row(CONSULTATIONS, first, expected_version=first.version, actor=PROGRAM)
    assert order() == [(hearing.pk, 1), (decision.pk, 2)]
    assert order(other) == [(alone.pk, 1)]


def test_every_act_is_done_whole_or_not_at_all(concept, monkeypatch):
    finding, goal, other = make_item("finding"), make_item("goal", title="Alt"), make_item("goal")
    link = make_link(finding, goal, "justifies", "Alt")

    def broken(*arguments, **more):
        raise RuntimeError("no room for history")

    monkeypatch.setattr(history, "record", broken)
    for act in (
        lambda: make_item("goal"),
        lambda: update_item(goal, expected_version=1, values={"title": "Neu"}, actor=PROGRAM),
        lambda: delete_item(other, expected_version=1, actor=PROGRAM),
        lambda: services.link_items(finding, other, kind="justifies", reason="", actor=PROGRAM),
        lambda: change_link(Link.objects.get(pk=link.pk), expected_version=1, reason="Neu", locator="", actor=PROGRAM),
        lambda: services.unlink_items(Link.objects.get(pk=link.pk), actor=PROGRAM),
    ):  # fmt: skip
        with pytest.raises(RuntimeError):
            act()
    assert set(Item.objects.values_list("pk", "version")) == {(each.pk, 1) for each in (finding, goal, other)}
    assert Item.objects.get(pk=goal.pk).title == "Alt"
    assert list(Link.objects.values_list("reason", "version")) == [("Alt", 1)]


# Who owns it


def test_a_unit_enters_its_own_paper_and_says_no_more_than_it_may(concept):
    department = make_actor("department", unit=make_unit("bauen"))
    made = services.create_item(
        kind="paper", concept=concept, values={"title": "Radweg", "visibility": "internal"}, actor=department
    )
    assert made.paper.unit_id == department.unit_id
    with pytest.raises(PermissionDenied, match="create_item"):
        services.create_item(
            kind="paper",
            concept=concept,
            values={"title": "Gehweg", "unit": make_unit("kultur")},
            actor=department,
        )
    assert Item.objects.count() == 1


def test_a_unit_claims_only_what_belongs_to_it(concept):
    bauen = make_unit("bauen")
    department = make_actor("department", unit=bauen)
    own = make_item("paper", unit=bauen, visibility="internal").paper
    foreign = make_item("paper", unit=make_unit("kultur"), visibility="internal").paper

    def check(paper):
        values = {"title": "Prüfung", "paper": paper, "visibility": "internal"}
        return services.create_item(kind="concept_check", concept=concept, values=values, actor=department)

    assert check(own).concept_check.unit_id == bauen.pk
    with pytest.raises(PermissionDenied, match=r"^thread\.edit_item$"):
        check(foreign)


def test_of_what_is_closed_only_who_sees_it_changes(concept):
    closed = replace(
        kind_named("paper"), is_closed=lambda row: True, fields_of_owner=frozenset({"title", "round"})
    )
    department = make_actor("department", unit=make_unit("bauen"))
    assert services.changeable(closed, object(), PROGRAM) == {"visibility", "round"}
    assert services.changeable(closed, object(), department) == {"round"}
    assert services.changeable(closed, None, PROGRAM) is None
    assert services.changeable(closed, None, department) == {"title", "round"}


def test_who_may_not_link_draws_changes_and_takes_away_nothing(concept):
    council, inside = make_actor("council"), {"visibility": "internal"}
    finding, goal, other = (make_item(kind, **inside) for kind in ("finding", "goal", "goal"))
    link = make_link(finding, goal, "justifies", "Alt")
    for act in (
        lambda: services.link_items(finding, other, kind="justifies", reason="", actor=council),
        lambda: change_link(link, expected_version=1, reason="Neu", locator="", actor=council),
        lambda: services.unlink_items(link, actor=council),
    ):
        with pytest.raises(PermissionDenied, match="link_items"):
            act()
    assert Link.objects.get().reason == "Alt"


def test_words_lose_the_spaces_around_them_and_keys_fit_their_column(concept):
    goal = make_item("goal", title="  Radweg ", number="Z 1")
    assert goal.title == "Radweg"
    long = update_item(goal, expected_version=1, values={"title": "x" * 300}, actor=PROGRAM)
    assert (len(long.title_key), len(long.sort_key)) == (120, 120)
    with pytest.raises(ValueError, match="no field item"):
        update_item(goal, expected_version=2, values={"item": make_item("goal")}, actor=PROGRAM)


def test_what_is_closed_is_withdrawn_but_not_reworded(concept):
    check = make_item("concept_check")
    with pytest.raises(ValidationError, match="abgeschlossen"):
        update_item(check, expected_version=1, values={"no_goal_reason": "Anders."}, actor=PROGRAM)
    done = update_item(check, expected_version=1, values={"visibility": "internal"}, actor=PROGRAM)
    assert (done.visibility, done.version) == ("internal", 2)


@pytest.mark.parametrize("item_id", ["Ziel-1", "", "ABCDEFGH"])
def test_an_item_gets_no_id_of_another_form(concept, item_id):
    with pytest.raises(ValidationError, match="nicht frei"):
        services.create_item(
            kind="goal", concept=concept, values={"title": "Ziel"}, actor=PROGRAM, item_id=item_id
        )


def test_themes_alone_are_a_change(concept):
    theme = Theme.objects.create(concept=concept, key="rad", position=1, name="Rad", name_en="Cycling")
    done = update_item(make_item("goal"), expected_version=1, values={}, themes=[theme], actor=PROGRAM)
    assert (done.version, list(done.themes.all())) == (2, [theme])


def test_new_words_are_found_and_others_are_not_stored_again(concept, monkeypatch):
    goal = make_item("goal", title="Radweg")
    update_item(goal, expected_version=1, values={"title": "Gehweg"}, actor=PROGRAM)
    assert [len(search_items(word, PROGRAM)) for word in ("Radweg", "Gehweg")] == [0, 1]
    monkeypatch.setattr(services.postings, "store_terms", None)
    assert update_item(goal, expected_version=2, values={"horizon_year": 2040}, actor=PROGRAM).version == 3


# Ids in hand


def test_what_belongs_to_another_concept_is_not_among_the_first(concept):
    goals = [
        make_item("goal", title=str(n), concept=where)
        for n, where in enumerate((concept, make_concept(), concept))
    ]
    ids = Item.objects.filter(kind="goal").order_by("title").values_list("pk", flat=True)
    assert first_seen(ids, Item.objects.visible_to(ANONYMOUS), concept=concept, size=5) == [
        goals[0],
        goals[2],
    ]
