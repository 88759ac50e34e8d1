"""Where the strategy is torn, in its own concept alone."""

import pytest

from insek.thread.gaps import blocking_gaps, gap_named
from insek.thread.models import Item, Link
from tests.factories import make_concept, make_item, make_link, make_unit


def torn(name, concept):
    return {str(row) for row in gap_named(name).find(concept)}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("goal_without_reason", "goal"),
        ("goal_without_measure", "goal"),
        ("goal_without_indicator", "goal"),
        ("measure_without_goal", "measure"),
        ("measure_without_responsible", "measure"),
    ],
)
def test_a_lonely_item_is_torn_in_its_own_concept(concept, name, kind):
    item = make_item(kind)
    other = make_concept()
    elsewhere = make_item(kind, concept=other)
    assert torn(name, concept) == {str(item)}
    assert torn(name, other) == {str(elsewhere)}


def test_a_goal_follows_from_a_finding_a_guideline_or_a_goal(concept):
    goals = [make_item("goal") for _each in range(4)]
    make_link(make_item("finding"), goals[0], "justifies")
    make_link(make_item("guideline"), goals[1], "guides")
    make_link(goals[1], goals[2], "guides")
    assert torn("goal_without_reason", concept) == {str(goals[3])}
    make_link(make_item("contribution"), goals[3], "taken_up")
    assert torn("goal_without_reason", concept) == {str(goals[3])}


def test_a_goal_is_implemented_by_measures_or_by_the_goals_below_it(concept):
    top = make_item("goal")
    below = make_item("goal", parent=top.goal)
    assert torn("goal_without_measure", concept) == {str(below)}
    measure = make_item("measure", responsible=make_unit())
    make_link(below, measure, "implemented_by")
    assert torn("goal_without_measure", concept) == set()
    assert torn("measure_without_goal", concept) == torn("measure_without_responsible", concept) == set()


def test_a_field_with_findings_but_no_goal_is_torn(concept):
    other = make_concept()
    field = concept.fields.get(key="klima")
    make_item("finding", fields=[field])
    make_item("goal", fields=[concept.fields.get(key="wohnen")])
    assert torn("field_without_goal", concept) == {"Klima"}
    assert torn("field_without_goal", other) == set()
    make_item("goal", fields=[field])
    assert torn("field_without_goal", concept) == set()


def test_a_false_commitment_blocks_even_when_it_came_past_the_services(concept):
    example = make_item("goal", standing="example")
    real = make_item("resolution", standing="fact", source_title="Ratsinformation")
    Link.objects.create(source=example, target=real, kind="adopted_by")
    assert [gap.name for gap in blocking_gaps(concept)] == ["example_decided"]
    assert list(gap_named("example_decided").find(concept)) == [Item.objects.get(pk=example.pk)]
    assert torn("example_decided", make_concept()) == set()


def test_an_example_may_be_decided_by_an_example(concept):
    make_link(
        make_item("goal", standing="example"), make_item("resolution", standing="example"), "adopted_by"
    )
    assert torn("example_decided", concept) == set()
