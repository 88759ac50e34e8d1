"""Which papers and checks a question finds: of their own concept, decided or not, public or not."""

from datetime import date, timedelta

import pytest

from insek import clock
from insek.council.consulting import add_consultation
from insek.council.hearing import late_links, unheard_links
from insek.council.queries import decided_papers, finished_checks_kept_inside, weighty_papers_without_check
from insek.people.actors import PROGRAM
from tests.factories import make_body, make_concept, make_item, make_link

pytestmark = pytest.mark.django_db
OPEN = {"status": "draft", "final_on": None}


def step(paper, role, body=None, **values):
    return add_consultation(paper.paper, {"body": body or make_body(), "role": role, **values}, actor=PROGRAM)


@pytest.fixture
def local():
    return make_body("ortsbeirat", name="Ortsbeirat", kind="ortsbeirat")


def test_decided_is_what_the_deciding_body_resolved(concept, local):
    by_result, by_resolution, by_link, open_one, preliminary, by_ortsbeirat = (
        make_item("paper") for _each in range(6)
    )
    step(by_result, "decision", result="Zugestimmt")
    step(open_one, "decision")
    step(preliminary, "preliminary", result="Zugestimmt")
    make_item("resolution", paper=by_resolution.paper)
    make_link(by_link, make_item("resolution"), "leads_to")
    heard = make_item("resolution", paper=by_ortsbeirat.paper)
    heard.resolution.body = local
    heard.resolution.save()
    other = make_concept()
    elsewhere = make_item("paper", concept=other)
    step(elsewhere, "decision", result="Zugestimmt")
    assert set(decided_papers(concept)) == {by_result, by_resolution, by_link}
    assert set(decided_papers(other)) == {elsewhere}


def test_weighty_is_what_touches_several_fields_or_the_whole_city_and_is_not_checked(concept):
    both, one = list(concept.fields.all()), list(concept.fields.all()[:1])
    several, single, citywide, quarter, checked, begun, linked, resolved = (
        make_item("paper", fields=fields) for fields in (both, one, one, one, both, both, both, both)
    )
    make_link(citywide, make_item("district", level="city"), "located_in")
    make_link(quarter, make_item("district"), "located_in")
    make_item("concept_check", paper=checked.paper)
    make_item("concept_check", paper=begun.paper, visibility="internal", **OPEN)
    make_link(linked, make_item("resolution"), "leads_to")
    make_item("resolution", paper=resolved.paper)
    other = make_concept()
    elsewhere = make_item("paper", concept=other, fields=list(other.fields.all()))
    assert set(weighty_papers_without_check(concept)) == {several, citywide, begun}
    assert set(weighty_papers_without_check(other)) == {elsewhere}
    assert single not in weighty_papers_without_check(concept)


def test_a_finished_check_of_a_public_paper_should_be_public(concept):
    paper, inside = make_item("paper"), make_item("paper", visibility="internal")
    kept = make_item("concept_check", paper=paper.paper, visibility="internal")
    make_item("concept_check", paper=paper.paper)
    make_item("concept_check", paper=paper.paper, visibility="internal", **OPEN)
    make_item("concept_check", paper=inside.paper, visibility="internal")
    other = make_concept()
    elsewhere = make_item(
        "concept_check", concept=other, visibility="internal", paper=make_item("paper", concept=other).paper
    )
    assert list(finished_checks_kept_inside(concept)) == [kept]
    assert list(finished_checks_kept_inside(other)) == [elsewhere]


def torn(concept, today):
    return [[link.source for link in find(concept, today=today)] for find in (unheard_links, late_links)]


@pytest.mark.parametrize(
    ("meeting", "unheard", "late"),
    [
        (None, True, False), ({"date": date(2026, 6, 10)}, False, False), ({"date": date(2026, 6, 9)}, True, False),
        ({"date": date(2026, 6, 18)}, False, False), ({"date": date(2026, 6, 19)}, True, False),
        ({"date": date(2026, 6, 1), "held": True}, False, False), ({"date": date(2026, 6, 18), "held": True}, False, False),
        ({"date": date(2026, 6, 19), "held": True}, False, True), ({"date": date(2026, 6, 20), "held": True}, False, True),
        ({"date": date(2026, 6, 21), "held": True}, True, False), ({"date": date(2026, 6, 1), "held": False}, True, False),
        ({"date": date(2026, 6, 1), "result": "Zugestimmt"}, False, False), ({}, False, False),
    ],
)  # fmt: skip
def test_a_hearing_is_asked_for_on_the_day_it_matters(concept, local, meeting, unheard, late):
    """Today is 10 June, the council decides on the 20th."""
    place = make_item("district", level="ortsbezirk", has_ortsbeirat=True, ortsbeirat=local)
    paper, elsewhere = make_item("paper"), make_item("paper", concept=make_concept())
    make_link(paper, place, "located_in")
    if meeting is not None:
        step(paper, "hearing", local, **meeting)
    step(paper, "decision", date=date(2026, 6, 20))
    today = date(2026, 6, 10)
    assert torn(concept, today) == [[paper] if unheard else [], [paper] if late else []]
    assert torn(elsewhere.concept, today) == [[], []]


def test_a_hearing_without_a_day_is_in_order_until_two_days_before_the_decision(concept, local):
    place = make_item("district", level="ortsbezirk", has_ortsbeirat=True, ortsbeirat=local)
    paper = make_item("paper")
    make_link(paper, place, "located_in")
    step(paper, "hearing", local)
    step(paper, "decision", date=date(2026, 6, 20))
    assert [torn(concept, date(2026, 6, day))[0] for day in (18, 19, 20)] == [[], [paper], [paper]]


def test_a_hearing_behind_the_decision_is_none(concept, local):
    place = make_item("district", level="ortsbezirk", has_ortsbeirat=True, ortsbeirat=local)
    paper = make_item("paper")
    make_link(paper, place, "located_in")
    today = clock.today()
    step(paper, "decision", date=today + timedelta(days=30))
    step(paper, "hearing", local, date=today + timedelta(days=9), position=2)
    assert torn(concept, today)[0] == [paper]
