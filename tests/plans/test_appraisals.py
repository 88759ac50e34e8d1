"""Plans are appraised through one door: with reasons, with history, and never over somebody else's head."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from insek.people.actors import PROGRAM
from insek.people.locking import Conflict
from insek.plans.models import PlanAppraisal
from insek.plans.rubric import BINDINGS, CURRENCY, SUBSTANCE, scale_step
from insek.plans.services import (
    appraise_or_propose,
    appraise_plan,
    current_appraisal,
)
from insek.release.models import Proposal
from insek.release.releases import release
from insek.thread.gaps import gap_named
from insek.thread.models import Change
from tests.factories import make_actor, make_item, make_link

pytestmark = pytest.mark.django_db
VALUES = {
    "currency": 70, "currency_reason": "Von 2021.", "substance": 80, "substance_reason": "Nennt Zahlen.",
    "bindingness": "concept", "implementation": "begun", "appraised_on": date(2026, 11, 24), "standing": "working",
}  # fmt: skip


def make_plan(**values):
    return make_item("plan", **values)


def appraise(item, *, version=0, actor=PROGRAM, **values):
    return appraise_plan(item.plan, expected_version=version, values={**VALUES, **values}, actor=actor)


def posted(**values):
    reason = {"bindingness_reason": "Beschluss vom 3. Mai."}
    return {**{name: str(value) for name, value in VALUES.items()}, **reason, "version": "0", **values}


def test_a_new_appraisal_keeps_the_one_before_as_history(concept):
    item = make_plan()
    first = appraise(item)
    second = appraise(item, version=1, currency=40)
    first.refresh_from_db()
    assert (first.superseded_by, current_appraisal(item.plan)) == (second, second)
    change = Change.objects.filter(item_id=item.pk).first()
    assert "Aktualität: 70." in change.differences["appraisal"][0]
    assert "Aktualität: 40." in change.differences["appraisal"][1]


def test_the_same_appraisal_again_changes_nothing(concept):
    item = make_plan()
    assert appraise(item) == appraise(item, version=1)
    assert PlanAppraisal.objects.count() == 1


def test_who_is_slower_is_told(concept):
    item = make_plan()
    faster = appraise(item)
    with pytest.raises(Conflict) as slow:
        appraise(item, currency=10)
    assert slow.value.current == faster


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": 101},
        {"currency": -1},
        {"substance": None},
        {"currency_reason": " "},
        {"bindingness": "viel"},
    ],
)
def test_numbers_without_reason_or_measure_are_refused(concept, wrong):
    with pytest.raises(ValidationError):
        appraise(make_plan(), **wrong)
    assert not PlanAppraisal.objects.exists()


def test_only_those_who_edit_appraise(concept):
    item = make_plan()
    with pytest.raises(PermissionDenied):
        appraise(item, actor=make_actor("council"))
    with pytest.raises(PermissionDenied, match="release_item"):
        appraise(item, actor=make_actor("planner"))
    made = appraise_or_propose(item.plan, expected_version=0, values=VALUES, actor=make_actor("planner"))
    assert isinstance(made, Proposal)
    assert current_appraisal(item.plan) is None
    release(made, expected_version=1, actor=make_actor("project-lead"))
    assert current_appraisal(item.plan).currency == VALUES["currency"]
    with pytest.raises(Conflict):
        appraise_or_propose(
            item.plan, expected_version=0, values={**VALUES, "currency": 5}, actor=make_actor("planner")
        )


def test_the_form_shows_the_rubric_and_what_others_did(concept, as_role):
    item, lead = make_plan(), as_role("project-lead")
    address = reverse("plan-appraise", args=[item.pk])
    assert "Wichtige Annahmen haben sich geändert" in lead.get(address).content.decode()
    assert lead.post(address, posted()).status_code == 302
    slow = lead.post(address, posted(currency="12", currency_reason="Ganz anders."))
    body = slow.content.decode()
    assert slow.status_code == 409
    assert "Von 2021." in body and "Ganz anders." in body
    assert lead.post(address, posted(currency="12", version="1")).status_code == 302
    assert current_appraisal(item.plan).currency == 12


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a\x00b", "ä" * 600, "\u202egeW"])
def test_hostile_reasons_are_harmless_or_refused(concept, as_role, text):
    item, lead = make_plan(), as_role("project-lead")
    response = lead.post(reverse("plan-appraise", args=[item.pk]), posted(currency_reason=text))
    assert response.status_code in {302, 400}
    assert "<script>alert" not in Client().get(item.url).content.decode()
    assert "<script>alert" not in lead.get(reverse("item-history", args=[item.pk])).content.decode()


def test_the_form_is_for_plans_alone(concept, as_role):
    assert (
        as_role("project-lead").get(reverse("plan-appraise", args=[make_item("goal").pk])).status_code == 404
    )


def test_visitors_see_the_appraisal_but_not_the_earlier_ones(concept, as_role):
    item = make_plan()
    appraise(item, currency_reason="Damals neu.", standing="example")
    appraise(item, version=1, currency_reason="Heute alt.", currency=15, standing="example")
    page = Client().get(item.url).content.decode()
    assert (
        "Heute alt." in page and "überholt" in page and "ist ein Beispiel und keine Aussage der Stadt" in page
    )
    assert "Damals neu." not in page
    assert "Damals neu." in as_role("project-lead").get(item.url).content.decode()


def test_gaps_name_plans_without_appraisal_and_without_consequence(concept):
    item = make_plan()
    torn = [
        list(gap_named(name).find(concept)) for name in ("plan_without_appraisal", "plan_without_consequence")
    ]
    assert torn == [[item], [item]]
    appraise(item)
    make_link(item, make_item("goal"), "taken_up")
    torn = [
        list(gap_named(name).find(concept)) for name in ("plan_without_appraisal", "plan_without_consequence")
    ]
    assert torn == [[], []]


def test_the_rubric_covers_every_number_and_class():
    for scale in (CURRENCY, SUBSTANCE):
        assert all(
            scale_step(scale, value).low <= value <= scale_step(scale, value).high for value in range(101)
        )
    assert set(BINDINGS) == {value for value, _label in PlanAppraisal._meta.get_field("bindingness").choices}
