"""The why panel: grouped, bounded, behind the gate."""

import pytest

from insek.concept.asker import Asker
from insek.items import why
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread.kinds import kind_named
from tests.factories import make_item, make_link

pytestmark = pytest.mark.django_db


def names(kind, plural=False):
    return str(kind_named(kind).label)


def panel(item, actor=ANONYMOUS, can_link=False):
    return why.why_panel(item, Asker(actor), can_link=can_link, names=names)


def test_reasons_and_consequences_with_their_sentences():
    finding, goal, measure = make_item("finding"), make_item("goal"), make_item("measure")
    make_link(finding, goal, "justifies", reason="Es fehlt Wohnraum.")
    make_link(goal, measure, "implemented_by")
    shown = panel(goal)
    assert [
        (group.kind, [(entry.item.pk, entry.reason) for entry in group.entries]) for group in shown.reasons
    ] == [("justifies", [(finding.pk, "Es fehlt Wohnraum.")])]
    assert [entry.item.pk for group in shown.consequences for entry in group.entries] == [measure.pk]


def test_an_internal_neighbour_is_not_shown_to_visitors():
    goal, hidden = make_item("goal"), make_item("measure", visibility="internal")
    make_link(goal, hidden, "implemented_by")
    assert panel(goal).is_empty
    assert [entry.item.pk for entry in panel(goal, PROGRAM).consequences[0].entries] == [hidden.pk]


def test_only_people_who_may_link_get_addresses_for_it():
    goal, measure = make_item("goal"), make_item("measure")
    link = make_link(goal, measure, "implemented_by")
    assert panel(goal).consequences[0].entries[0].edit_url == ""
    entry = panel(goal, PROGRAM, can_link=True).consequences[0].entries[0]
    assert entry.edit_url == f"/verknuepfung/{link.pk}?von={goal.pk}"
    assert entry.unlink_url == f"/verknuepfung/{link.pk}/loesen?von={goal.pk}"


@pytest.mark.parametrize("few", [80, 3])
def test_the_first_of_a_long_group_and_the_way_to_the_rest(monkeypatch, few):
    monkeypatch.setattr(why, "FEW", few)
    goal = make_item("goal")
    measures = [make_item("measure", number=f"M {number}") for number in range(1, why.SHOWN + 3)]
    for measure in reversed(measures):
        make_link(goal, measure, "implemented_by")
    [group] = panel(goal).consequences
    assert [entry.item.number for entry in group.entries] == [
        f"M {number}" for number in range(1, why.SHOWN + 1)
    ]
    assert group.more_url == f"/k/{goal.pk}/folgen/implemented_by"


def test_where_something_is_comes_last():
    finding, place, goal = make_item("finding"), make_item("district"), make_item("goal")
    make_link(finding, place, "located_in")
    make_link(finding, goal, "justifies")
    assert [group.kind for group in panel(finding).consequences] == ["justifies", "located_in"]
