"""A match that is public is taken back by who may publish, at once, from its line and from the queue; the page says what follows."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from insek.release.models import Proposal
from insek.steering import budgets
from insek.steering.budget_models import BudgetMatch
from insek.steering.budget_suggested import BUDGET_LINES, MATCH
from insek.suggestions import runs
from insek.suggestions import services as deciding
from insek.suggestions.models import Suggestion
from tests.factories import make_actor, make_item
from tests.reading import words
from tests.steering.test_budget import make_line, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(concept):
    """A line of a public budget whose match was proposed, accepted and published with it."""
    make_item("measure", concept=concept, number="M 1", title="Radweg am Fluss")
    plan = make_plan(concept)
    line = make_line(plan, "Radweg am Fluss", {2027: 100_000}, investment="I1")
    runs.begin_run(BUDGET_LINES, concept)
    proposed = Suggestion.objects.get(kind=MATCH, state="open")
    deciding.accept(proposed, expected_version=proposed.version, actor=make_actor("planner"))
    budgets.publish_budget(plan, expected_version=plan.version, actor=make_actor("project-lead"))
    line.refresh_from_db()
    return line


def address(line):
    return reverse("budget-line", args=[line.budget_plan.key, line.key])


def test_it_is_public_and_then_no_more(line, as_role):
    assert "M 1 Radweg am Fluss" in words(Client().get(address(line)))
    match = BudgetMatch.objects.get()
    lead = as_role("project-lead")
    assert "gilt das sofort auch öffentlich" in words(lead.get(address(line)))
    said = {"was": "loesen", "zuordnung": match.key, "version": match.version}
    done = lead.post(address(line), said, follow=True).content.decode()
    assert "Öffentlich steht sie auch nicht mehr da" in done
    assert not BudgetMatch.objects.exists()
    told = words(Client().get(address(line)))
    assert "M 1 Radweg am Fluss" not in told
    assert "Öffentlich ist keine Maßnahme genannt." in told
    assert "Im Haushalt" not in words(Client().get(match.measure.item.url))


def test_who_may_not_publish_takes_nothing_public_back(line, as_role):
    match = BudgetMatch.objects.get()
    planner = as_role("planner")
    page = planner.get(address(line)).content.decode()
    assert 'value="loesen"' not in page and "lösen kann sie, wer veröffentlichen darf" in page
    with pytest.raises(PermissionDenied):
        budgets.unmatch_line(match, expected_version=match.version, actor=make_actor("planner"))
    assert BudgetMatch.objects.get().is_released


def test_the_decision_taken_back_in_the_queue_takes_it_back_too(line):
    taken = Suggestion.objects.get(kind=MATCH)
    with pytest.raises(ValidationError, match="wer veröffentlichen darf"):
        deciding.take_back(taken, expected_version=taken.version, actor=make_actor("planner"))
    taken.refresh_from_db()
    assert taken.state == "accepted" and BudgetMatch.objects.exists()
    deciding.take_back(taken, expected_version=taken.version, actor=make_actor("project-lead"))
    assert not BudgetMatch.objects.exists() and not Proposal.objects.exists()
    taken.refresh_from_db()
    assert taken.state == "open"
