"""What everybody may read of how an item changed: released states, and nothing that was never released."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from shapely.geometry import Point

from insek.people.actors import PROGRAM, actor_for
from insek.places.locations import set_location
from insek.release.public_history import public_history
from insek.release.releases import release, save_or_propose
from insek.steering.services import report_status, set_target
from insek.thread.models import Change, FieldDefinition, Item
from insek.thread.own_fields import renew_stamp
from insek.thread.services import change_link, delete_item, link_items, unlink_items, update_item
from tests.factories import make_item, make_link, make_user
from tests.thread.test_own_fields import make_field

pytestmark = pytest.mark.django_db


def change(item, **values):
    item.refresh_from_db()
    return update_item(item, expected_version=item.version, values=values, actor=PROGRAM)


def steps(item):
    return [(step.step, step.differences) for step in reversed(public_history(Item.objects.get(pk=item.pk)))]


def page(item):
    response = Client().get(reverse("public-history", args=[item.pk]))
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def goal(concept):
    return make_item("goal", title="Vertraulicher Arbeitstitel", text="Nie gezeigt", visibility="internal")


def test_it_begins_with_the_first_release_and_not_with_what_stood_before(goal):
    change(goal, title="Zweiter Arbeitstitel")
    change(goal, title="Wohnraum schaffen", text="500 Wohnungen.")
    change(goal, visibility="public")
    change(goal, text="900 Wohnungen.")
    assert steps(goal) == [("first", {}), ("changed", {"text": ["500 Wohnungen.", "900 Wohnungen."]})]
    shown = page(goal)
    assert re.search(r"<del>.*?500</del>\s*<ins>.*?900</ins>", shown)
    for secret in ("Arbeitstitel", "Nie gezeigt"):
        assert secret not in shown


def test_what_was_tried_while_it_was_withdrawn_is_not_told(goal):
    change(goal, title="Eins", visibility="public")
    change(goal, visibility="internal", text="Begründung des Rückzugs")
    change(goal, text="Ein Versuch")
    change(goal, text="Das Ergebnis")
    change(goal, visibility="public")
    assert steps(goal) == [
        ("first", {}),
        ("withdrawn", {}),
        ("again", {"text": ["Nie gezeigt", "Das Ergebnis"]}),
    ]
    assert "Versuch" not in page(goal) and "Rückzugs" not in page(goal)


def test_nobody_of_the_staff_is_named(goal):
    change(goal, visibility="public")
    author, lead = (
        make_user("planner", first_name="Ada", last_name="Autorin"),
        make_user("project-lead", first_name="Lea", last_name="Leitung"),
    )
    goal.refresh_from_db()
    proposal = save_or_propose(
        goal,
        expected_version=goal.version,
        values={"title": "Neu"},
        actor=actor_for(author),
        note="Interne Bemerkung",
    )
    release(proposal, expected_version=1, actor=actor_for(lead))
    assert "Neu" in page(goal)
    for name in ("Ada", "Autorin", "Lea", "Leitung", author.username, lead.username, "Interne Bemerkung"):
        assert name not in page(goal)


def test_links_are_told_only_where_both_ends_were_public_then_and_are_now(goal):
    change(goal, visibility="public")
    open_, hidden = (
        make_item("measure", title="Offen"),
        make_item("measure", title="Geheim", visibility="internal"),
    )
    later = make_item("measure", title="Später", visibility="internal")
    gone = make_item("measure", title="Zurückgezogen")
    for measure in (open_, hidden, later, gone):
        make_link(goal, measure, "implemented_by", reason=f"Grund {measure.title}")
    change(later, visibility="public")
    change(gone, visibility="internal")
    drawn = make_link(goal, make_item("measure", title="Zweite"), "implemented_by", reason="Erster Grund")
    change_link(drawn, expected_version=1, reason="Zweiter Grund", locator="", actor=PROGRAM)
    drawn.refresh_from_db()
    unlink_items(drawn, actor=PROGRAM)
    found = [
        (step.step, step.other.title)
        for step in reversed(public_history(Item.objects.get(pk=goal.pk)))
        if step.other
    ]
    assert found == [
        ("linked", "Offen"),
        ("linked", "Zweite"),
        ("link_changed", "Zweite"),
        ("unlinked", "Zweite"),
    ]
    for secret in ("Geheim", "Später", "Zurückgezogen"):
        assert secret not in page(goal)
    link_items(goal, make_item("measure", title="Dritte"), kind="implemented_by", reason="", actor=PROGRAM)
    assert "Dritte" in page(goal)


def test_the_reason_of_a_link_is_told_as_it_was_when_it_was_drawn(goal):
    change(goal, visibility="public")
    drawn = make_link(goal, make_item("measure"), "implemented_by", reason="Erster Grund")
    change_link(drawn, expected_version=1, reason="Zweiter Grund", locator="", actor=PROGRAM)
    told = [step.reason for step in public_history(Item.objects.get(pk=goal.pk)) if step.other]
    assert told == ["", "Erster Grund"] and "Erster Grund" in page(goal)


def test_how_sure_the_staff_is_of_a_source_is_not_told(goal):
    change(goal, visibility="public", confidence="low")
    change(goal, confidence="high")
    change(goal, confidence="low", title="Anders")
    assert steps(goal)[1:] == [("changed", {"title": ["Vertraulicher Arbeitstitel", "Anders"]})]


def test_an_own_field_is_told_from_the_moment_it_became_public(goal):
    field = make_field(goal.concept, "short", kind="goal", audience="staff")
    change(goal, visibility="public")
    for words in ("Geheim", "Bekannt", "Neu"):
        change(goal, **{field.full_name: words})
    last_but_one = Change.objects.filter(item_id=goal.pk).order_by("-pk")[1]
    FieldDefinition.objects.update(audience="public", public_since=last_but_one.at)
    renew_stamp(goal.concept_id)
    assert steps(goal)[1:] == [
        ("changed", {field.full_name: [None, "Bekannt"]}),
        ("changed", {field.full_name: ["Bekannt", "Neu"]}),
    ]


def test_an_internal_goal_above_is_neither_named_nor_shown_by_its_id(goal):
    above = make_item("goal", title="Geheimes Oberziel", visibility="internal")
    change(goal, visibility="public")
    change(goal, parent=above.goal)
    change(goal, parent=None, title="Anders")
    assert steps(goal)[1:] == [("changed", {"title": ["Vertraulicher Arbeitstitel", "Anders"]})]
    assert above.pk not in page(goal) and "Geheimes" not in page(goal)


def test_rows_with_values_are_no_part_of_it(concept):
    """A value may be suppressed later: what a report or a target once said is not to be read here."""
    measure, goal = make_item("measure"), make_item("goal")
    report_status(
        measure.measure, {"state": "on_track", "happened": "Interna", "is_internal": True}, actor=PROGRAM
    )
    indicator = make_item("indicator", title="Wohnungen")
    make_link(goal, indicator, "measured_by")
    values = {
        "indicator": indicator.indicator,
        "direction": "at_least",
        "value": 4711,
        "year": 2035,
        "base_period": "2020",
        "base_value": 815,
    }
    set_target(goal.goal, values, actor=PROGRAM)
    assert Change.objects.filter(item_id=goal.pk, differences__has_key="target").exists()
    assert [step for step, _said in steps(measure)] == ["taken_up"]
    assert [step for step, _said in steps(goal)] == ["taken_up", "linked"]
    assert "Interna" not in page(measure)
    assert "4711" not in page(goal) and "815" not in page(goal)


def test_a_place_is_told(concept):
    measure = make_item("measure")
    set_location(measure, Point(7.7, 49.4), expected_version=1, actor=PROGRAM)
    assert [step for step, _said in steps(measure)] == ["taken_up", "changed"]
    assert "Punkt" in page(measure)


def test_what_was_purged_is_gone_from_it_too(goal):
    from insek.thread.history import PURGED, purge

    change(goal, visibility="public")
    change(goal, text="Frau Mustermann wohnt dort.")
    change(goal, text="Jemand wohnt dort.")
    purge(needle="Mustermann")
    assert "Mustermann" not in page(goal) and PURGED in page(goal)


def test_what_people_sent_in_has_no_public_history(concept):
    """A moderator takes words out of a contribution: they are not to be read there again."""
    contribution = make_item("contribution", text="Mit Telefonnummer 0631 1234")
    change(contribution, text="Ohne")
    assert public_history(Item.objects.get(pk=contribution.pk)) == []
    assert Client().get(reverse("public-history", args=[contribution.pk])).status_code == 404
    assert (
        reverse("public-history", args=[contribution.pk])
        not in Client().get(contribution.url).content.decode()
    )


def test_only_of_public_items(goal):
    assert Client().get(reverse("public-history", args=[goal.pk])).status_code == 404
    change(goal, visibility="public")
    assert reverse("public-history", args=[goal.pk]) in Client().get(goal.url).content.decode()
    goal.refresh_from_db()
    delete_item(goal, expected_version=goal.version, actor=PROGRAM)
    assert Client().get(reverse("public-history", args=[goal.pk])).status_code == 404


def test_an_item_whose_making_is_not_recorded_begins_with_what_is_known(concept):
    goal = make_item("goal", title="Eins")
    change(goal, title="Zwei")
    change(goal, title="Drei")
    Change.objects.filter(item_id=goal.pk, action="created").delete()
    assert steps(goal)[-1] == ("changed", {"title": ["Zwei", "Drei"]})


def test_it_is_read_page_by_page(concept):
    goal = make_item("goal", title="Titel 0")
    for number in range(1, 31):
        change(goal, title=f"Titel {number}")
    address = reverse("public-history", args=[goal.pk])
    first, second = page(goal), Client().get(f"{address}?seite=2").content.decode()
    assert first.count("<article") == 25 and second.count("<article") == 6
    for wrong in ("0", "3", "x", "99999999999"):
        assert Client().get(address, {"seite": wrong}).status_code == 404


def test_the_day_of_a_change_is_that_of_its_release(goal):
    change(goal, visibility="public")
    change(goal, text="Neu")
    [latest, *_rest] = public_history(Item.objects.get(pk=goal.pk))
    assert timezone.localtime(latest.at).date() == timezone.localdate()


def test_what_came_in_public_was_not_published_on_that_day(concept):
    """A package that is read in begins the history anew: its day is that of the reading, not of the publication."""
    shown = page(make_item("goal"))
    assert (
        "Hier aufgenommen und öffentlich" in shown
        and "Veröffentlicht<" not in shown
        and ">Veröffentlicht " not in shown
    )


def test_a_goal_below_another_public_one_says_so_and_of_a_hidden_one_nothing(goal):
    first, second = make_item("goal"), make_item("goal")
    change(goal, visibility="public", parent=first.goal)
    change(goal, parent=second.goal)
    assert steps(goal)[1:] == [("changed", {"parent_id": [first.pk, second.pk]})]
    change(first, visibility="internal")
    assert steps(goal)[1:] == [("changed", {"parent_id": [None, second.pk]})]
