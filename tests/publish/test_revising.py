"""What came back can be written anew in the form it came from; it stays the same proposal, with the answers so far."""

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from insek.people.actors import actor_for
from insek.release.acts import all_acts, nowhere
from insek.release.models import Proposal
from insek.release.releases import change_link_or_propose, release, send_back
from tests.factories import make_actor, make_item, make_link, make_user
from tests.publish.test_release_word_for_word import CASES

pytestmark = pytest.mark.django_db
WITHOUT_FORM = {
    "measure_task_remove", "status_report_remove", "target_remove", "consultation_remove", "cost_line_remove", "funding_line_remove",
    "taking_part_remove", "goal_effect_remove", "plan_aim_remove", "paper_amendment_remove", "budget_match_remove", "group_vote_remove", "plan_text_remove", "unlink", "delivery_undo", "unmerge", "unsplit",
    "survey_question_remove", "tows_option_remove", "progress_word_remove", "put",
}  # fmt: skip
"""Nothing is written there: what is taken away is proposed again, or withdrawn."""


@pytest.fixture
def planner(client):
    user = make_user("planner")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def returned(proposal):
    """The proposal, sent back with an answer."""
    return send_back(
        proposal, expected_version=proposal.version, answer="Bitte genauer", actor=make_actor("project-lead")
    )


def edit_url(client, proposal):
    """Where the page of a proposal leads to revise it."""
    return client.get(proposal.url).context["edit_url"]


def fields_of(page):
    """What is in the form of a page, as a browser would send it."""
    form = page.context["form"]
    sent = {}
    for bound in form:
        value = bound.value()
        shown = bound.field.widget.format_value(value) if not isinstance(value, bool) else value
        if isinstance(shown, list):
            shown = shown[0] if shown else ""
        if shown not in (None, False, ""):
            sent[bound.html_name] = "on" if shown is True else str(shown)
    return sent


def test_every_act_can_be_revised_or_has_nothing_to_write():
    assert {act.name for act in all_acts() if act.form_at is nowhere} == WITHOUT_FORM | {"update"}


CHANGED = {
    "status_reports": ("happened", "Der Bagger kam zweimal"), "measure_tasks": ("title", "Leitungen neu legen"),
    "targets": ("note", "Nur an Werktagen"), "plan_appraisals": ("currency_reason", "Nicht mehr aktuell"),
    "consultations": ("result", "Ohne Auflagen"), "paper_amendments": ("reason", "Weil es heißer wird"), "group_votes": ("group", "Liste Drei"), "observations": ("note", "Neu gerechnet"), "locations": ("note", "Ganz genau"),
    "links": ("reason", "Weil es sehr eng ist"), "cost_lines": ("note", "ca. 1,3 Mio"), "goal_effects": ("reason", "Weil es leiser wird"),
    "plan_aims": ("reason", "Weil es anders kam"), "plan_texts": ("text", "Das Konzept taugt nicht mehr."),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_what_came_back_is_written_anew(concept, client, planner, name):
    case, (field, words) = CASES[name], CHANGED[name]
    proposal = case.propose(make_item(case.kind, title="Stadtpark"), actor_for(planner))
    returned(proposal)
    address = edit_url(client, Proposal.objects.get())
    page = client.get(address)
    assert page.status_code == 200
    assert "Bitte genauer" in strip_tags(page.content.decode())
    sent = fields_of(page)
    if name == "links":
        sent |= {"link": page.context["choice"]["value"], "other": proposal.payload["target"]}
    assert field in sent
    answer = client.post(address, {**sent, field: words})
    assert answer.status_code == 302, getattr(answer.context["form"], "errors", "")
    again = Proposal.objects.get()
    assert (again.pk, again.state, again.version) == (proposal.pk, Proposal.State.WAITING, 3)
    assert [entry["answer"] for entry in again.earlier_answers] == ["Bitte genauer"]
    assert answer["Location"] == again.url
    assert words in " ".join(strip_tags(client.get(again.url).content.decode()).split())
    release(again, expected_version=again.version, actor=make_actor("project-lead"))
    assert Proposal.objects.get().state == Proposal.State.RELEASED


def test_nothing_else_of_what_was_written_is_lost(concept, client, planner):
    proposal = CASES["status_reports"].propose(make_item("measure"), actor_for(planner))
    returned(proposal)
    page = client.get(edit_url(client, Proposal.objects.get()))
    assert fields_of(page) == {
        "state": "delayed", "happened": "Der Bagger kam", "next_step": "Asphalt bestellen", "obstacles": "Ein alter Kanal",
        "spent_eur": "123456",
    }  # fmt: skip


def test_a_changed_reason_of_a_link_is_written_anew(concept, client, planner):
    link = make_link(make_item("finding"), make_item("goal"), "justifies")
    made = change_link_or_propose(
        link, expected_version=1, reason="Neu", locator="S. 3", actor=actor_for(planner)
    )
    returned(made)
    address = edit_url(client, Proposal.objects.get())
    assert fields_of(client.get(address)) == {"reason": "Neu", "locator": "S. 3"}
    client.post(address, {"reason": "Noch neuer", "locator": "S. 3", "version": "1"})
    assert Proposal.objects.get().payload["reason"] == "Noch neuer"


def test_a_check_that_came_back_is_finished_again(concept, client, planner):
    proposal = CASES["check_goals"].propose(None, actor_for(planner))
    returned(proposal)
    proposal.refresh_from_db()
    assert edit_url(client, proposal).startswith(proposal.item.url)
    client.post(reverse("check-finish", args=[proposal.item_id]), {"version": proposal.item.version})
    again = Proposal.objects.get()
    assert (again.pk, again.state) == (proposal.pk, Proposal.State.WAITING)


def test_only_the_author_revises_and_only_what_is_undecided(concept, client, as_role, planner):
    proposal = CASES["measure_tasks"].propose(make_item("measure"), actor_for(planner))
    returned(proposal)
    address = edit_url(client, Proposal.objects.get())
    assert as_role("planner").get(address).status_code == 404
    assert edit_url(as_role("planner"), proposal) == ""
    assert client.get(address.replace(f"freigabe={proposal.pk}", "freigabe=x")).status_code == 404
    Proposal.objects.update(state=Proposal.State.WITHDRAWN)
    assert client.get(address).status_code == 404


def test_who_was_faster_is_noticed_and_what_was_typed_stays(concept, client, planner):
    proposal = CASES["measure_tasks"].propose(make_item("measure"), actor_for(planner))
    returned(proposal)
    address = edit_url(client, Proposal.objects.get())
    sent = fields_of(client.get(address)) | {"title": "Ein neuer Titel"}
    Proposal.objects.update(version=9)
    answer = client.post(address, sent)
    assert answer.status_code == 400
    assert "inzwischen jemand anderes" in answer.content.decode()
    assert "Ein neuer Titel" in answer.content.decode()
    assert Proposal.objects.get().state == Proposal.State.RETURNED


def test_who_may_release_meanwhile_does_it_at_once_and_the_old_one_is_gone(concept, client, planner):
    item = make_item("measure")
    returned(CASES["measure_tasks"].propose(item, actor_for(planner)))
    address = edit_url(client, Proposal.objects.get())
    sent = fields_of(client.get(address))
    planner.memberships.update(role=make_user("project-lead").memberships.get().role)
    client.post(address, sent)
    assert item.measure.tasks.count() == 1
    assert Proposal.objects.get().state == Proposal.State.WITHDRAWN
