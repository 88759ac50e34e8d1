"""A file that waits belongs to one person, for a day, and is recorded once, as it was looked at."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from insek.evidence.import_services import (
    MOST_PENDING,
    ImportPlanChanged,
    apply_import,
    keep_upload,
    plan_import,
    purge_imports,
    say_columns,
    usable_indicators,
)
from insek.evidence.importing import ColumnMapping
from insek.evidence.models import Observation, PendingImport
from insek.people.actors import ANONYMOUS
from tests.factories import make_actor, make_concept, make_item

TABLE = b"Raum;Jahr;Wert\nO 1;2023;1\n"


@pytest.fixture
def indicator(concept):
    make_item("district", title="Hohenecken", number="O 1")
    return make_item("indicator")


@pytest.fixture
def owner(concept):
    return make_actor("project-lead")


def kept(indicator, actor):
    pending = keep_upload(
        concept=indicator.concept, name="werte.csv", data=TABLE, indicator=indicator.pk, actor=actor
    )
    columns = ColumnMapping(
        ["district", "period", "value"], indicator=indicator.pk, source_title="Statistikstelle"
    )
    say_columns(pending, columns, "")
    return pending, plan_import(pending, columns, actor).fingerprint


def test_the_owner_records_it_once(indicator, owner):
    pending, plan = kept(indicator, owner)
    first = apply_import(pending, fingerprint=plan, actor=owner)
    second = apply_import(pending, fingerprint=plan, actor=owner)
    assert (first.batch, first.waiting) == (second.batch, 0)
    assert first.batch is not None
    assert Observation.objects.count() == 1
    pending.refresh_from_db()
    assert (pending.applied, bytes(pending.data)) == (True, b"")


def test_nobody_else_records_it(indicator, owner):
    pending, plan = kept(indicator, owner)
    assert apply_import(pending, fingerprint=plan, actor=make_actor("project-lead")).batch is None
    with pytest.raises(PermissionDenied):
        apply_import(pending, fingerprint=plan, actor=ANONYMOUS)
    pending.refresh_from_db()
    assert (pending.applied, Observation.objects.count()) == (False, 0)


def test_whoever_lost_the_right_records_nothing(indicator, owner):
    pending, plan = kept(indicator, owner)
    former = type(owner)(user_id=owner.user_id, name=owner.name)
    with pytest.raises(PermissionDenied):
        apply_import(pending, fingerprint=plan, actor=former)
    assert not Observation.objects.exists()


def test_after_its_day_it_is_not_recorded_and_goes(indicator, owner):
    (pending, plan), (fresh, _plan) = kept(indicator, owner), kept(indicator, owner)
    PendingImport.objects.filter(pk=pending.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert apply_import(pending, fingerprint=plan, actor=owner).batch is None
    assert not Observation.objects.exists()
    purge_imports()
    assert list(PendingImport.objects.all()) == [fresh]


def test_another_plan_than_the_one_looked_at_is_not_recorded(indicator, owner):
    pending, _plan = kept(indicator, owner)
    with pytest.raises(ImportPlanChanged):
        apply_import(pending, fingerprint="anders", actor=owner)
    assert not Observation.objects.exists()
    assert not PendingImport.objects.get(pk=pending.pk).applied, "taken back with the rest"


def test_of_each_person_only_the_newest_wait(indicator, owner):
    of_another = kept(indicator, make_actor("project-lead"))[0]
    mine = [kept(indicator, owner)[0] for _each in range(MOST_PENDING + 1)]
    assert set(PendingImport.objects.all()) == {of_another, *mine[1:]}


def test_values_are_given_to_visible_indicators_of_the_concept(indicator, owner):
    hidden = make_item("indicator", visibility="internal")
    make_item("indicator", concept=make_concept())
    assert {row.pk for row in usable_indicators(indicator.concept, owner)} == {indicator.pk, hidden.pk}
    assert [row.pk for row in usable_indicators(indicator.concept, ANONYMOUS)] == [indicator.pk]
