"""Creating, changing, deleting and linking items."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from insek.people.actors import ANONYMOUS, PROGRAM
from insek.people.locking import Conflict
from insek.thread.identity import is_id, new_id
from insek.thread.models import Change, Item, Link, Tombstone
from insek.thread.services import (
    change_link,
    create_item,
    delete_item,
    link_items,
    unlink_items,
    update_item,
)
from tests.factories import make_actor, make_concept, make_item, make_link, make_unit

FACT = {"standing": "fact", "source_title": "Statistisches Landesamt"}


def changes_of(item):
    return list(Change.objects.filter(item_id=item.pk).order_by("pk"))


def test_ids_have_the_form_they_promise():
    assert all(is_id(new_id()) for _ in range(100))
    assert not is_id("k1")
    assert not is_id("abcdefgl")


def test_create_writes_own_row_sort_keys_and_history(concept):
    item = make_item("measure", number="M 10", title="Ärztehaus", type="investive", start_year=2026)
    assert item.measure.type == "investive"
    assert item.version == 1
    [change] = changes_of(item)
    assert change.action == "created"
    assert change.differences["title"] == [None, "Ärztehaus"]
    assert change.differences["start_year"] == [None, 2026]


def test_numbers_sort_as_people_read_them(concept):
    for number in ("Z 10.1", "Z 3.2", "Z 3.10"):
        make_item("goal", number=number)
    assert [item.number for item in Item.objects.all()] == ["Z 3.2", "Z 3.10", "Z 10.1"]
    make_item("goal", number="Z 1", title="Zuerst das Ganze")
    make_item("goal", number="Z 1.1", title="Anfang")
    assert [item.number for item in Item.objects.all()][:2] == ["Z 1", "Z 1.1"]


def test_update_changes_only_what_is_named(concept):
    item = make_item("goal", title="Alt", text="bleibt", horizon_year=2040)
    saved = update_item(item, expected_version=1, values={"title": "Neu"}, actor=PROGRAM)
    assert (saved.title, saved.text, saved.goal.horizon_year, saved.version) == ("Neu", "bleibt", 2040, 2)
    assert changes_of(item)[-1].differences == {"title": ["Alt", "Neu"]}


def test_saving_without_a_difference_changes_nothing(concept):
    item = make_item("goal", title="Gleich")
    update_item(item, expected_version=1, values={"title": "Gleich"}, actor=PROGRAM)
    assert Item.objects.get(pk=item.pk).version == 1
    assert len(changes_of(item)) == 1


def test_the_slower_of_two_gets_a_conflict_and_overwrites_nothing(concept):
    item = make_item("goal", title="Anfang")
    update_item(item, expected_version=1, values={"title": "Schneller"}, actor=PROGRAM)
    with pytest.raises(Conflict) as conflict:
        update_item(item, expected_version=1, values={"title": "Langsamer"}, actor=PROGRAM)
    assert conflict.value.current.title == "Schneller"
    assert Item.objects.get(pk=item.pk).title == "Schneller"


@pytest.mark.parametrize(
    "role", ["department", "moderator", "council", "ortsbeirat", "auditor", "administrator", None]
)
def test_only_editing_roles_create(concept, role):
    with pytest.raises(PermissionDenied):
        create_item(kind="goal", concept=concept, values={"title": "x"}, actor=make_actor(role))
    assert not Item.objects.exists()


def test_anonymous_visitors_change_nothing(concept):
    item = make_item("goal")
    for attempt in (
        lambda: update_item(item, expected_version=1, values={"title": "x"}, actor=ANONYMOUS),
        lambda: delete_item(item, expected_version=1, actor=ANONYMOUS),
        lambda: link_items(item, make_item("measure"), kind="implemented_by", reason="", actor=ANONYMOUS),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert Item.objects.get(pk=item.pk).version == 1


def test_a_planner_may_write_but_not_publish_nor_withdraw(concept):
    planner = make_actor("planner")
    with pytest.raises(PermissionDenied):
        create_item(
            kind="goal", concept=concept, values={"title": "x", "visibility": "public"}, actor=planner
        )
    public = make_item("goal")
    with pytest.raises(PermissionDenied):
        update_item(public, expected_version=1, values={"visibility": "internal"}, actor=planner)


def test_publishing_is_a_release_in_the_history(concept):
    item = make_item("goal", visibility="internal")
    update_item(item, expected_version=1, values={"visibility": "public"}, actor=make_actor("project-lead"))
    update_item(item, expected_version=2, values={"visibility": "internal"}, actor=make_actor("project-lead"))
    assert [change.action for change in changes_of(item)] == ["created", "released", "withdrawn"]


def test_a_department_changes_what_is_its_own_and_no_more(concept):
    unit = make_unit("tiefbau")
    own = make_item("measure", responsible=unit, visibility="internal")
    foreign = make_item("measure", visibility="internal")
    actor = make_actor("department", unit=unit)
    assert (
        update_item(own, expected_version=1, values={"next_step": "Ausschreibung"}, actor=actor).version == 2
    )
    with pytest.raises(PermissionDenied):
        update_item(own, expected_version=2, values={"title": "Anders"}, actor=actor)
    with pytest.raises(PermissionDenied):
        update_item(foreign, expected_version=1, values={"next_step": "x"}, actor=actor)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": "Null\x00zeichen"}, "title"),
        ({"text": "halb \ud800"}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"standing": "sicher"}, "standing"),
        ({"standing": "fact"}, "__all__"),
        ({"standing": "official", "document": "INSEK"}, "__all__"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"visibility": "round"}, "__all__"),
        ({"horizon_year": 1}, "__all__"),
    ],
)
def test_wrong_values_are_refused_with_a_message_at_their_field(concept, values, field):
    with pytest.raises(ValidationError) as error:
        make_item("goal", **{"title": "Ziel", **values})
    assert field in error.value.message_dict
    assert not Item.objects.exists()


def test_a_number_is_given_once(concept):
    make_item("goal", number="Z 1")
    with pytest.raises(ValidationError, match="schon vergeben"):
        make_item("goal", number="Z 1")


def test_the_database_itself_refuses_a_fact_without_source(concept):
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.create(
            concept=concept, kind="goal", title="x", standing="fact", sort_key="x", title_key="x"
        )


def test_hidden_and_reversing_characters_are_taken_out(concept):
    item = make_item("goal", title="Rad\u202eweg\u200b", text="Zeile\r\nzwei\x07")
    assert (item.title, item.text) == ("Radweg", "Zeile\nzwei")


def test_a_deleted_item_leaves_a_tombstone_and_its_id_is_never_given_again(concept):
    goal, measure = make_item("goal", number="Z 1"), make_item("measure")
    make_link(goal, measure, "implemented_by")
    tombstone = delete_item(goal, expected_version=1, actor=PROGRAM)
    assert (tombstone.pk, tombstone.kind, tombstone.number, tombstone.was_public) == (
        goal.pk,
        "goal",
        "Z 1",
        True,
    )
    assert not Item.objects.filter(pk=goal.pk).exists()
    assert not Link.objects.exists()
    assert changes_of(measure)[-1].action == "unlinked"
    with pytest.raises(ValidationError, match="nicht frei"):
        make_item("goal", item_id=goal.pk)


def test_nothing_is_deleted_that_others_rest_on(concept):
    parent = make_item("goal")
    make_item("goal", parent=parent.goal)
    with pytest.raises(ProtectedError):
        delete_item(parent, expected_version=1, actor=PROGRAM)
    assert Item.objects.filter(pk=parent.pk).exists()
    assert not Tombstone.objects.exists()


def test_a_link_is_written_into_the_history_of_both_ends(concept):
    finding, goal = make_item("finding"), make_item("goal")
    link = link_items(finding, goal, kind="justifies", reason=" Darum. ", actor=make_actor("project-lead"))
    assert link.reason == "Darum."
    assert changes_of(finding)[-1].differences["link"][1]["item"] == goal.pk
    assert changes_of(goal)[-1].differences["link"][1]["item"] == finding.pk
    unlink_items(link, actor=PROGRAM)
    assert changes_of(goal)[-1].action == "unlinked"
    assert not Link.objects.exists()


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        ("goal", "finding", "justifies"),
        ("finding", "vision", "justifies"),
        ("finding", "goal", "gibt-es-nicht"),
    ],
)
def test_links_run_only_where_they_may(concept, source, target, kind):
    with pytest.raises(ValidationError):
        make_link(make_item(source), make_item(target), kind)


def test_a_link_stands_once_and_never_leads_back_to_itself(concept):
    goal, other = make_item("goal"), make_item("goal")
    make_link(goal, other, "guides")
    with pytest.raises(ValidationError, match="gibt es schon"):
        make_link(goal, other, "guides")
    with pytest.raises(ValidationError, match="sich selbst"):
        make_link(goal, goal, "guides")


def test_two_concepts_are_not_linked_with_each_other(concept):
    with pytest.raises(ValidationError, match="verschiedenen Konzepten"):
        make_link(make_item("finding"), make_item("goal", concept=make_concept()), "justifies")


def test_the_because_of_a_link_is_locked_optimistically(concept):
    link = make_link(make_item("finding"), make_item("goal"), "justifies", "Alt")
    change_link(Link.objects.get(), expected_version=1, reason="Neu", locator="", actor=PROGRAM)
    with pytest.raises(Conflict):
        change_link(link, expected_version=1, reason="Spät", locator="", actor=PROGRAM)
    assert Link.objects.get().reason == "Neu"


@pytest.mark.parametrize("kind", ["adopted_by", "decided_by", "financed_by"])
def test_an_example_is_never_adopted_decided_or_financed_by_a_real_resolution(concept, kind):
    example, real = make_item("measure", standing="example"), make_item("resolution", **FACT)
    with pytest.raises(ValidationError, match="Ein echter Beschluss"):
        make_link(example, real, kind)


@pytest.mark.parametrize("kind", ["adopted_by", "decided_by", "financed_by"])
def test_a_real_item_is_never_decided_by_an_example(concept, kind):
    real, example = make_item("measure"), make_item("resolution", standing="example")
    with pytest.raises(ValidationError, match="ist ein Beispiel"):
        make_link(real, example, kind)


def test_a_decided_item_cannot_become_an_example_afterwards(concept):
    measure, resolution = make_item("measure"), make_item("resolution", **FACT)
    make_link(measure, resolution, "decided_by")
    for item in (measure, resolution):
        with pytest.raises(ValidationError, match="ist ein Beispiel"):
            update_item(item, expected_version=1, values={"standing": "example"}, actor=PROGRAM)
        assert Item.objects.get(pk=item.pk).standing != "example"


@pytest.mark.parametrize("text", ["gestern", "2024-13", "2024-02-30", "24"])
def test_a_source_is_of_a_day_that_exists(concept, text):
    with pytest.raises(ValidationError) as error:
        make_item("goal", source_date=text)
    assert list(error.value.message_dict) == ["source_date"]


def test_a_planner_deletes_drafts_but_nothing_that_is_public(concept):
    planner = make_actor("planner")
    delete_item(make_item("goal", visibility="internal"), expected_version=1, actor=planner)
    public = make_item("goal")
    with pytest.raises(PermissionDenied):
        delete_item(public, expected_version=1, actor=planner)
    assert Item.objects.get() == public
