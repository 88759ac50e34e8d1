"""Public budgets and their lines in the interface: never a draft, never a match that was not released or a measure that is internal."""

from __future__ import annotations

import pytest

from insek.steering import budgets
from insek.steering.budget_models import BudgetMatch
from tests.factories import make_actor, make_item
from tests.steering.test_budget import make_line, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(concept):
    lead = make_actor("project-lead")
    plan = make_plan(concept)
    line = make_line(
        plan, "Radweg am Fluss", {2027: 100_000, 2028: 50_000}, investment="I1", duty="voluntary"
    )
    make_line(plan, "Feuerwehrfahrzeug", {2027: 500_000})
    for values in ({"title": "Radweg", "number": "M 1"}, {"title": "Geheim", "visibility": "internal"}):
        budgets.match_line(line, make_item("measure", concept=concept, **values), actor=lead)
    draft = make_plan(concept, "Entwurf 2028", 2028, stage="draft")
    make_line(draft, "Noch geheim", {2028: 1})
    budgets.publish_budget(plan, expected_version=plan.version, actor=lead)
    return plan


def test_public_budgets_and_their_lines(client, plan):
    [told] = client.get("/api/v1/budgets").json()["items"]
    assert (told["key"], told["stage"], told["first_year"], told["note"]) == (plan.key, "adopted", 2027, None)
    first, second = client.get("/api/v1/budget-lines").json()["items"]
    assert first["amounts"] == ["2027: 100000", "2028: 50000"] and first["budget"] == plan.key
    assert first["budget_part"] == "financial" and first["duty"] == "voluntary" and second["duty"] is None
    public = BudgetMatch.objects.get(measure__item__title="Radweg")
    assert first["measures"] == [public.measure_id] and second["measures"] == []
    assert first["url"].endswith(f"/haushalt/{plan.key}/{first['key']}/")
    table = client.get("/api/v1/budget-lines.csv")
    text = b"".join(table.streaming_content).decode()
    assert "Radweg am Fluss" in text and "Noch geheim" not in text and "2027: 100000, 2028: 50000" in text
    assert client.get("/api/v1/budgets?x=1").status_code == 422


def test_a_match_that_is_taken_back_is_public_no_more_at_once(client, plan):
    lead = make_actor("project-lead")
    match = BudgetMatch.objects.get(measure__item__title="Radweg")
    budgets.unmatch_line(match, expected_version=match.version, actor=lead)
    assert client.get("/api/v1/budget-lines").json()["items"][0]["measures"] == []
    plan.refresh_from_db()
    budgets.withdraw_budget(plan, expected_version=plan.version, actor=lead)
    assert (
        client.get("/api/v1/budgets").json()["items"]
        == client.get("/api/v1/budget-lines").json()["items"]
        == []
    )
