"""Where the thread is torn."""

from insek.thread.gaps import all_gaps, gap_named
from insek.thread.kinds import all_link_kinds
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


def test_a_link_without_a_reason_is_a_hint(concept):
    make_link(make_item("finding"), make_item("goal"), "justifies", reason="")
    assert len(torn("link_without_reason", concept)) == 1
    assert gap_named("link_without_reason").severity == "hint"


def test_every_way_to_mend_leads_to_a_link_that_can_be_drawn():
    known = {f"{way}.{link.name}.{other}" for link in all_link_kinds() for pair in link.pairs
             for way, other in (("gruende", pair[0]), ("folgen", pair[1]))}  # fmt: skip
    assert {
        gap.name: gap.link_choice for gap in all_gaps() if gap.link_choice and gap.link_choice not in known
    } == {}
