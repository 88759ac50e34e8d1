"""The way of a paper through the bodies, and the Ortsbeirat that must be heard."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from insek.council.consulting import add_consultation, change_consultation, remove_consultation
from insek.council.hearing import hearing_of, late_links, unheard_links
from insek.council.rows import CONSULTATIONS
from insek.people.actors import PROGRAM
from insek.people.locking import Conflict
from insek.release.models import Proposal
from insek.release.releases import release
from insek.release.undo import plan_undo, undo_change
from insek.thread.gaps import gap_named
from insek.thread.models import Change
from insek.thread.row_acts import add_row
from tests.factories import make_actor, make_body, make_item, make_link, make_unit
from tests.reading import words


@pytest.fixture
def paper(concept):
    return make_item("paper", unit=make_unit("tiefbau")).paper


@pytest.fixture
def ortsbeirat(paper):
    body = make_body("ortsbeirat-dansenberg", name="Ortsbeirat Dansenberg", kind="ortsbeirat")
    place = make_item(
        "district", level="ortsbezirk", has_ortsbeirat=True, ortsbeirat=body, title="Dansenberg"
    )
    make_link(paper.item, place, "located_in")
    return body


def add(paper, body, role, day=None, actor=PROGRAM, **values):
    return add_consultation(paper, {"body": body, "role": role, "date": day, **values}, actor=actor)


def order(paper):
    return [(step.position, step.body.key) for step in paper.consultations.select_related("body")]


def is_torn(paper):
    return gap_named("ortsbeirat_not_heard").find(paper.item.concept).filter(pk=paper.pk).exists()


def test_a_hearing_goes_before_the_decision_by_itself_and_steps_can_be_moved(paper, ortsbeirat):
    council = make_body()
    add(paper, council, "decision")
    hearing = add(paper, ortsbeirat, "hearing")
    assert order(paper) == [(1, "ortsbeirat-dansenberg"), (2, "stadtrat")]
    values = {"body": ortsbeirat, "role": "hearing", "position": 2}
    change_consultation(hearing, values, actor=PROGRAM, expected_version=1)
    assert order(paper) == [(1, "stadtrat"), (2, "ortsbeirat-dansenberg")]
    with pytest.raises(Conflict):
        remove_consultation(hearing, expected_version=1, actor=PROGRAM)
    remove_consultation(hearing, expected_version=2, actor=PROGRAM)
    assert order(paper) == [(1, "stadtrat")]
    assert Change.objects.filter(item_id=paper.pk, differences__has_key="consultation").count() == 4


@pytest.mark.parametrize(
    ("hearing", "state"),
    [
        (None, "missing"),
        ({"date": date(2026, 5, 1), "held": True}, "heard"),
        ({"date": date(2026, 5, 1), "result": "Zugestimmt"}, "heard"),
        ({"date": None, "held": True}, "heard"),
        ({"date": date(2026, 5, 30), "held": True}, "heard"),
        ({"date": date(2026, 5, 31), "held": True}, "late"),
        ({"date": date(2026, 6, 1), "held": True}, "late"),
        ({"date": date(2026, 6, 2), "held": True}, "after"),
        ({"date": date(2026, 5, 1)}, "unconfirmed"),
        ({"date": date(2026, 5, 1), "held": False}, "cancelled"),
        ({"date": date(2026, 5, 1), "held": False, "result": "Vertagt"}, "cancelled"),
        ({"date": date(2026, 5, 20)}, "planned"),
        ({"date": date(2026, 5, 30)}, "planned"),
        ({"date": date(2026, 5, 31)}, "close"),
        ({"date": date(2026, 6, 1)}, "close"),
        ({"date": None}, "planned"),
    ],
)
def test_a_hearing_counts_when_the_body_had_the_matter_in_time(paper, ortsbeirat, hearing, state):
    add(paper, make_body(), "decision", date(2026, 6, 1))
    if hearing is not None:
        add(paper, ortsbeirat, "hearing", hearing.pop("date"), **hearing)
    today = date(2026, 5, 20)
    assert heard(paper, ortsbeirat, today).state == state
    assert in_lists(paper, today) == LISTED.get(state, "unheard")


@pytest.mark.parametrize(
    ("today", "dated", "undated"),
    [
        (date(2026, 5, 30), "planned", "planned"),
        (date(2026, 5, 31), "planned", "undated"),
        (date(2026, 6, 1), "planned", "undated"),
        (date(2026, 6, 2), "planned", "undated"),
    ],
)
def test_one_day_before_the_decision_a_hearing_without_a_day_warns(paper, ortsbeirat, today, dated, undated):
    add(paper, make_body(), "decision", date(2026, 6, 1))
    step = add(paper, ortsbeirat, "hearing")
    assert heard(paper, ortsbeirat, today).state == undated
    assert in_lists(paper, today) == LISTED.get(undated, "unheard")
    paper.consultations.filter(role="decision").update(date=date(2026, 7, 1))
    paper.consultations.filter(pk=step.pk).update(date=date(2026, 6, 20))
    assert heard(paper, ortsbeirat, today).state == dated


LISTED = {"heard": "", "planned": "", "late": "late"}


def heard(paper, body, today):
    return hearing_of(paper.consultations.select_related("body"), body.pk, today)


def in_lists(paper, today):
    """In which of the two lists of torn papers the database finds it."""
    concept = paper.item.concept
    found = {
        name
        for name, links in (
            ("unheard", unheard_links(concept, today=today)),
            ("late", late_links(concept, today=today)),
        )
        if links.filter(source=paper.pk).exists()
    }
    assert len(found) < 2
    return found.pop() if found else ""


def test_the_best_of_several_hearings_counts(paper, ortsbeirat):
    add(paper, make_body(), "decision", date(2026, 6, 1))
    add(paper, ortsbeirat, "hearing", date(2026, 4, 1), held=False)
    assert in_lists(paper, date(2026, 5, 2)) == "unheard"
    add(paper, ortsbeirat, "hearing", date(2026, 5, 1), held=True)
    assert in_lists(paper, date(2026, 5, 2)) == ""
    assert heard(paper, ortsbeirat, date(2026, 5, 2)).state == "heard"


def test_what_is_said_of_a_hearing_names_its_day(paper, ortsbeirat, as_role):
    yesterday = timezone.localdate() - timedelta(days=1)
    add(paper, ortsbeirat, "hearing", yesterday)
    lead = as_role("project-lead")
    assert "Ob die Sache dem Gremium vorlag, ist nicht eingetragen." in words(lead.get(paper.item.url))
    step = paper.consultations.get()
    address = reverse("consultation-edit", args=[step.paper_id, step.key])
    assert f'href="{address}"' in lead.get(paper.item.url).content.decode()
    values = {"version": 1, "body": ortsbeirat.pk, "role": "hearing", "date": yesterday, "position": 1}
    assert lead.post(address, {**values, "held": "true"}).status_code == 302
    shown = words(lead.get(paper.item.url))
    assert "vorlag, ist nicht" not in shown and "lag vor" in shown
    ahead = timezone.localdate() + timedelta(days=3)
    refused = lead.post(address, {**values, "version": 2, "date": ahead, "held": "true"})
    assert "Die Sitzung liegt noch vor uns." in words(refused)


def test_a_hearing_after_the_decision_or_of_another_body_does_not_count(paper, ortsbeirat):
    add(paper, make_body("bauausschuss", kind="committee"), "hearing", held=True)
    assert is_torn(paper)
    add(paper, make_body(), "decision")
    late = add(paper, ortsbeirat, "hearing", position=9, held=True)
    assert is_torn(paper)
    change_consultation(late, {"position": 1}, actor=PROGRAM, expected_version=1)
    assert not is_torn(paper)


def test_without_a_place_or_ortsbeirat_nobody_must_be_heard(paper):
    assert not is_torn(paper)
    make_link(paper.item, make_item("district", level="stadtteil"), "located_in")
    assert not is_torn(paper)


def test_the_warning_stands_on_the_page_of_staff_and_leads_to_the_form_that_mends_it(
    paper, ortsbeirat, as_role
):
    lead = as_role("project-lead")
    page = lead.get(paper.item.url).content.decode()
    address = f"{reverse('consultation-create', args=[paper.pk])}?anhoerung=ortsbeirat-dansenberg"
    assert address in page
    assert "ist nicht in Ordnung" not in Client().get(paper.item.url).content.decode()
    form = lead.get(address).content.decode()
    assert f'<option value="{ortsbeirat.pk}" selected>' in form
    sent = lead.post(
        address,
        {"body": ortsbeirat.pk, "role": "hearing", "date": "2026-05-01", "position": "", "held": "true"},
    )
    assert sent.status_code == 302
    assert "ist nicht in Ordnung" not in lead.get(paper.item.url).content.decode()
    assert "Ortsbeirat Dansenberg" in Client().get(paper.item.url).content.decode()


def test_who_was_slower_keeps_what_was_typed(paper, ortsbeirat, as_role):
    step = add(paper, ortsbeirat, "hearing")
    lead = as_role("project-lead")
    address = reverse("consultation-edit", args=[step.paper_id, step.key])
    sent = {"version": 0, "body": ortsbeirat.pk, "role": "hearing", "result": "Zugestimmt", "position": 1}
    refused = lead.post(address, sent)
    assert refused.status_code == 400
    assert "Zugestimmt" in refused.content.decode()
    assert lead.post(address, {**sent, "version": 1}).status_code == 302
    assert (
        lead.post(reverse("consultation-delete", args=[step.paper_id, step.key]), {"version": 2}).status_code
        == 302
    )
    assert order(paper) == []


def test_a_department_keeps_the_way_of_its_own_papers(paper, ortsbeirat):
    own = make_actor("department", unit=make_unit("tiefbau"))
    made = add_consultation(paper, {"body": ortsbeirat, "role": "hearing", "date": None}, actor=own)
    assert isinstance(made, Proposal)
    assert not paper.consultations.exists()
    release(made, expected_version=1, actor=PROGRAM)
    step = paper.consultations.get()
    gone = remove_consultation(step, expected_version=1, actor=own)
    assert isinstance(gone, Proposal)
    release(gone, expected_version=1, actor=PROGRAM)
    assert not paper.consultations.exists()
    with pytest.raises(PermissionDenied):
        add_row(CONSULTATIONS, paper.item, {"body": ortsbeirat, "role": "hearing"}, actor=own)
    with pytest.raises(PermissionDenied):
        add(paper, make_body(), "decision", actor=make_actor("department", unit=make_unit("kultur")))


def test_steps_of_internal_papers_are_not_reached(concept, as_role):
    hidden = make_item("paper", visibility="internal").paper
    step = add(hidden, make_body(), "decision")
    assert (
        as_role("council").get(reverse("consultation-edit", args=[step.paper_id, step.key])).status_code
        == 404
    )


def test_a_step_that_only_moved_stays_where_it_is_when_its_change_is_taken_back(paper, ortsbeirat):
    council = make_body()
    add(paper, council, "decision", date(2026, 6, 1))
    step = paper.consultations.get()
    change_consultation(step, {"result": "Vertagt"}, actor=PROGRAM, expected_version=1)
    line = Change.objects.filter(item_id=paper.pk).first()
    add(paper, ortsbeirat, "hearing")
    [planned] = plan_undo(line, paper.item, PROGRAM).steps
    assert not planned.changed_since
    undo_change(line, actor=PROGRAM)
    assert order(paper) == [(1, "ortsbeirat-dansenberg"), (2, "stadtrat")]
    assert paper.consultations.get(pk=step.pk).result == ""


def test_a_move_is_taken_back_and_what_was_taken_away_comes_back_to_its_place(paper, ortsbeirat):
    add(paper, make_body(), "decision")
    hearing = add(paper, ortsbeirat, "hearing")
    change_consultation(hearing, {"position": 2}, actor=PROGRAM, expected_version=1)
    undo_change(Change.objects.filter(item_id=paper.pk).first(), actor=PROGRAM)
    assert order(paper) == [(1, "ortsbeirat-dansenberg"), (2, "stadtrat")]
    remove_consultation(paper.consultations.get(pk=hearing.pk), expected_version=3, actor=PROGRAM)
    assert order(paper) == [(1, "stadtrat")]
    undo_change(Change.objects.filter(item_id=paper.pk).first(), actor=PROGRAM)
    assert order(paper) == [(1, "ortsbeirat-dansenberg"), (2, "stadtrat")]
    assert paper.consultations.get(position=1).key == hearing.key
