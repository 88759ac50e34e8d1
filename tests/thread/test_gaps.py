"""Where the thread is torn."""

import pytest

from insek.thread.gaps import all_gaps, blocking_gaps, gap_named
from insek.thread.kinds import all_link_kinds
from insek.thread.models import Item, Link
from tests.factories import make_item, make_link, make_unit


def torn(name, concept):
    return [str(row) for row in gap_named(name).find(concept)]


def test_every_rule_is_silent_on_a_whole_thread(concept):
    field = concept.fields.first()
    place = make_item("district", level="city")
    indicator = make_item("indicator", fields=[field])
    from insek.evidence.services import NewObservation, record_observations
    from insek.people.actors import PROGRAM

    record_observations(
        indicator.indicator,
        [NewObservation(place.district, "2024", 1, source_title="Statistik")],
        label="Test",
        actor=PROGRAM,
    )
    finding, goal = make_item("finding", fields=[field]), make_item("goal", fields=[field])
    measure = make_item("measure", responsible=make_unit(), start_year=2099)
    make_link(indicator, finding, "evidences")
    make_link(finding, goal, "justifies")
    make_link(goal, measure, "implemented_by")
    make_link(goal, indicator, "measured_by")
    assert {gap.name: torn(gap.name, concept) for gap in all_gaps()} == {gap.name: [] for gap in all_gaps()}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("indicator_without_value", "indicator"),
        ("finding_without_evidence", "finding"),
        ("finding_without_goal", "finding"),
        ("goal_without_reason", "goal"),
        ("goal_without_measure", "goal"),
        ("goal_without_indicator", "goal"),
        ("measure_without_goal", "measure"),
        ("measure_without_responsible", "measure"),
    ],
)
def test_a_lonely_item_is_torn(concept, name, kind):
    item = make_item(kind)
    assert torn(name, concept) == [str(item)]


def test_a_field_with_findings_but_no_goal_is_torn(concept):
    field = concept.fields.get(key="klima")
    make_item("finding", fields=[field])
    assert torn("field_without_goal", concept) == ["Klima"]
    make_item("goal", fields=[field])
    assert torn("field_without_goal", concept) == []


def test_a_link_without_a_reason_is_a_hint(concept):
    make_link(make_item("finding"), make_item("goal"), "justifies", reason="")
    assert len(torn("link_without_reason", concept)) == 1
    assert gap_named("link_without_reason").severity == "hint"


def test_a_false_commitment_blocks_even_when_it_came_past_the_services(concept):
    example = make_item("goal", standing="example")
    real = make_item("resolution", standing="fact", source_title="Ratsinformation")
    Link.objects.create(source=example, target=real, kind="adopted_by")
    assert [gap.name for gap in blocking_gaps(concept)] == ["example_decided"]
    assert list(gap_named("example_decided").find(concept)) == [Item.objects.get(pk=example.pk)]


def test_every_way_to_mend_leads_to_a_link_that_can_be_drawn():
    known = {f"{way}.{link.name}.{other}" for link in all_link_kinds() for pair in link.pairs
             for way, other in (("gruende", pair[0]), ("folgen", pair[1]))}  # fmt: skip
    assert {
        gap.name: gap.link_choice for gap in all_gaps() if gap.link_choice and gap.link_choice not in known
    } == {}
