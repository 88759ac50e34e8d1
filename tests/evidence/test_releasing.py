"""Values of public indicators wait for their release; the preview of whoever may release is one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from insek.evidence.models import ImportBatch, Observation
from insek.evidence.releasing import record_or_propose
from insek.evidence.services import NewObservation, record_observations, take_back
from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.release.releases import NothingChanges, release
from insek.thread.services import delete_item
from tests.factories import make_actor, make_item
from tests.reading import form_values

pytestmark = pytest.mark.django_db


def value(district, number="100.5"):
    return NewObservation(district, "2024", Decimal(number), source_title="Statistik", note="Stichtag")


def test_a_value_of_a_public_indicator_waits():
    city = make_item("district", level="city", title="Ganze Stadt")
    indicator, planner = make_item("indicator").indicator, make_actor("planner")
    with pytest.raises(PermissionDenied, match="release_item"):
        record_observations(indicator, [value(city.district)], label="Test", actor=planner)
    made = record_or_propose(indicator, [value(city.district)], label="Test", actor=planner)
    assert isinstance(made, Proposal)
    assert not Observation.objects.exists()
    assert made.differences == {"value": [None, "Ganze Stadt, 2024: 100.5 (Statistik; Stichtag)"]}
    release(made, expected_version=1, actor=make_actor("project-lead"))
    row = Observation.objects.get()
    assert (row.value, row.note, row.batch.author_id) == (Decimal("100.5"), "Stichtag", planner.user_id)
    with pytest.raises(NothingChanges):
        record_or_propose(indicator, [value(city.district)], label="Test", actor=planner)
    with pytest.raises(PermissionDenied):
        take_back(row.batch, actor=planner)


def test_an_internal_indicator_takes_its_value_at_once():
    city = make_item("district", level="city")
    indicator = make_item("indicator", visibility="internal").indicator
    made = record_or_propose(indicator, [value(city.district)], label="Test", actor=make_actor("planner"))
    assert isinstance(made, ImportBatch)


def test_a_place_that_is_gone_is_said():
    city = make_item("district", level="city")
    made = record_or_propose(
        make_item("indicator").indicator, [value(city.district)], label="Test", actor=make_actor("planner")
    )
    delete_item(city, expected_version=1, actor=PROGRAM)
    with pytest.raises(Exception, match="gibt es nicht mehr"):
        release(made, expected_version=1, actor=PROGRAM)


def test_the_form_leads_to_the_proposal(concept, as_role):
    city = make_item("district", level="city", title="Ganze Stadt")
    indicator = make_item("indicator", title="Bevölkerung")
    planner = as_role("planner")
    address = f"/k/{indicator.pk}/werte"
    sent = form_values(planner.get(address))
    answer = planner.post(
        address,
        {
            **sent,
            "district": city.pk,
            "period": "2024",
            "value": "7",
            "source_title": "Statistik",
            "quality": "measured",
        },
        follow=True,
    )
    assert answer.redirect_chain[0][0].startswith("/freigaben/")
    assert "warten auf Freigabe" in answer.content.decode()
    assert not Observation.objects.exists()
