"""Large deliveries are written in pieces and count all at once, or not at all, whatever ends the writing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from insek.evidence import deliveries
from insek.evidence.models import ImportBatch, Observation
from insek.evidence.queries import latest_values
from insek.evidence.releasing import record_or_propose, take_back_or_propose
from insek.evidence.services import NewObservation, record_delivery, record_observations, take_back
from insek.intake.models import BatchEntry
from insek.intake.releasing import release_in_one_go
from insek.jobs import reaper
from insek.people.actors import PROGRAM, actor_for
from insek.release.models import Proposal
from insek.release.releases import ProposalDecided, release, send_back
from insek.thread import pieces
from insek.thread.models import Change
from tests.factories import make_actor, make_item, make_user

YEARS = range(2015, 2025)


@pytest.fixture
def city(concept):
    return make_item("district", level="city", title="Ganze Stadt").district


@pytest.fixture
def indicators(concept):
    return [make_item("indicator", title=title).indicator for title in ("Bevölkerung", "Wohnungen")]


@pytest.fixture
def in_twos(monkeypatch):
    """Everything is large: it is written two rows at a time. Returns what is called between two pieces."""
    monkeypatch.setattr(deliveries, "AT_ONCE", 2)
    for name in ("FIRST", "SMALLEST", "LARGEST"):
        monkeypatch.setattr(pieces, name, 2)
    meanwhile = []
    for module in (pieces, deliveries):
        monkeypatch.setattr(module, "pause", lambda seconds=0.0: [look() for look in meanwhile])
    return meanwhile


def values(city, indicators, number):
    return [
        (indicator, NewObservation(city, str(year), Decimal(number), source_title="Statistik"))
        for indicator in indicators
        for year in YEARS
    ]


def counting():
    """What counts, as every page reads it."""
    return sorted((row.indicator_id, row.period, int(row.value)) for row in Observation.objects.current())


def recorded(city, indicators, number):
    return record_delivery(values(city, indicators, number), label="Test", actor=PROGRAM)


@pytest.mark.django_db
def test_nobody_sees_half_of_a_delivery_nor_of_its_taking_back(city, indicators, in_twos):
    said = lambda number: sorted((i.pk, n.period, number) for i, n in values(city, indicators, number))  # noqa: E731  (a shorthand of this test)
    seen = []
    in_twos.append(lambda: seen.append((counting(), Change.objects.filter(action="recorded").count())))
    first = recorded(city, indicators, 1)
    assert (first.is_valid, counting()) == (True, said(1))
    assert len(seen) >= 10
    assert all(look == ([], 0) for look in seen)
    seen.clear()
    second = recorded(city, indicators, 2)
    assert counting() == said(2)
    assert len(seen) >= 10
    assert all(look == (said(1), 2) for look in seen)
    assert {row.value for row in latest_values([i.pk for i in indicators]).values()} == {2}
    seen.clear()
    take_back(second, actor=PROGRAM)
    assert counting() == said(1)
    assert all(look == (said(2), 4) for look in seen)
    with pytest.raises(ValidationError, match="schon zurückgenommen"):
        take_back(second, actor=PROGRAM)


@pytest.mark.django_db
def test_what_was_new_is_withdrawn_at_once_too(city, indicators, in_twos):
    batch, seen = recorded(city, indicators, 1), []
    in_twos.append(lambda: seen.append(len(counting())))
    take_back(batch, actor=PROGRAM)
    assert counting() == []
    assert len(seen) >= 9
    assert set(seen) == {20}


class Killed(BaseException):
    """The process is gone."""


def ended(error, after):
    left = [after]

    def end():
        left[0] -= 1
        if not left[0]:
            raise error

    return end


@pytest.mark.django_db
@pytest.mark.parametrize("after", [1, 5, 10])
@pytest.mark.parametrize("what", ["record", "take back"])
def test_a_delivery_that_fails_or_whose_process_is_killed_leaves_nothing(
    city, indicators, in_twos, monkeypatch, after, what
):
    batch = recorded(city, indicators, 1)
    before, rows = counting(), set(Observation.objects.values_list("pk", "superseded_by"))
    do = {
        "record": lambda: recorded(city, indicators, 2),
        "take back": lambda: take_back(batch, actor=PROGRAM),
    }[what]
    in_twos[:] = [ended(ZeroDivisionError(), after)]
    with pytest.raises(ZeroDivisionError):
        do()
    assert set(Observation.objects.values_list("pk", "superseded_by")) == rows
    assert ImportBatch.objects.count() == 1
    in_twos[:] = [ended(Killed(), after)]
    with monkeypatch.context() as dead:
        dead.setattr(deliveries, "_take_away", lambda batch: None)
        with pytest.raises(Killed):
            do()
    in_twos.clear()
    assert counting() == before
    assert reaper.reap() == 0  # perhaps it is only slow
    with pytest.raises(
        ValidationError,
        match="wird gerade eine andere Lieferung eingetragen"
        if what == "record"
        else "schon zurückgenommen|gerade",
    ):
        do()
    ImportBatch.objects.filter(is_valid=False).update(touched_at=timezone.now() - timedelta(minutes=3))
    assert reaper.reap() == 1
    assert set(Observation.objects.values_list("pk", "superseded_by")) == rows
    do()
    assert counting() != before


@pytest.mark.django_db
def test_who_was_given_up_writes_no_more(city, indicators, in_twos):
    def give_up():
        ImportBatch.objects.filter(is_valid=False).update(touched_at=timezone.now() - timedelta(minutes=3))
        reaper.reap()
        in_twos.clear()

    in_twos.append(give_up)
    with pytest.raises(deliveries.Overtaken):
        record_delivery(values(city, indicators, 2), label="Test", actor=PROGRAM, known={})
    assert not Observation.objects.exists()
    assert not ImportBatch.objects.exists()


@pytest.mark.django_db
def test_a_value_that_somebody_changes_meanwhile_ends_a_delivery_that_was_looked_at(
    city, indicators, in_twos
):
    recorded(city, indicators, 1)
    known = {
        (row.indicator_id, row.district_id, row.period, ""): row for row in Observation.objects.current()
    }

    def change():
        in_twos.clear()
        one = NewObservation(city, "2024", Decimal(7), source_title="Statistik")
        record_observations(indicators[1], [one], label="Einzeln", actor=PROGRAM)

    in_twos.append(change)
    with pytest.raises(deliveries.Overtaken):
        record_delivery(values(city, indicators, 2), label="Test", actor=PROGRAM, known=known)
    assert sorted({row.value for row in Observation.objects.current()}) == [1, 7]
    in_twos.append(change)
    recorded(city, indicators, 2)  # what was not looked at takes the place of what is there
    assert {row.value for row in Observation.objects.current()} == {2}


@pytest.mark.django_db
def test_a_proposal_is_foreseen_as_its_release_will_say(city, indicators):
    recorded(city, indicators, 1)
    planner, lead = make_actor("planner"), make_actor("project-lead")
    new = [value for _indicator, value in values(city, indicators[:1], 3)]
    proposal = record_or_propose(indicators[0], new, label="Test", actor=planner)
    foreseen = dict(proposal.differences)
    assert {row.value for row in Observation.objects.current()} == {1}
    release(proposal, expected_version=proposal.version, actor=lead)
    proposal.refresh_from_db()
    assert proposal.differences == foreseen
    assert "2024: 3 (Statistik)" in foreseen["value"][1]


def proposed_values(city, indicators, number):
    new = [value for _indicator, value in values(city, indicators[:1], number)]
    return record_or_propose(indicators[0], new, label="Test", actor=make_actor("planner"))


@pytest.mark.django_db
def test_a_release_writes_in_pieces_too_and_is_decided_with_the_last(city, indicators, in_twos):
    lead, seen = make_actor("project-lead"), []
    proposal = proposed_values(city, indicators, 3)
    in_twos.append(lambda: seen.append((counting(), Proposal.objects.filter(state="waiting").count())))
    release(proposal, expected_version=1, actor=lead)
    new = counting()
    assert [number for _indicator, _period, number in new] == [3] * 10
    assert len(seen) >= 5
    assert all(look == ([], 1) for look in seen)
    assert Change.objects.latest("pk").released_by_id == lead.user_id
    back = take_back_or_propose(ImportBatch.objects.get(), actor=make_actor("planner"))
    foreseen = dict(back.differences)
    assert "2024: 3 (Statistik)" in foreseen["value"][0] and counting() == new
    seen.clear()
    release(back, expected_version=1, actor=lead)
    back.refresh_from_db()
    assert (counting(), back.state, back.differences) == ([], "released", foreseen)
    assert len(seen) >= 5
    assert all(look == (new, 1) for look in seen)


@pytest.mark.django_db
def test_what_is_decided_while_it_is_written_leaves_nothing_and_what_is_decided_before_writes_nothing(
    city, indicators, in_twos
):
    lead, proposal = make_actor("project-lead"), proposed_values(city, indicators, 3)
    other, looks = Proposal.objects.get(), []
    in_twos += [
        lambda: looks.append(1),
        lambda: len(looks) == 2 and send_back(other, expected_version=1, answer="Nein.", actor=lead),
    ]
    with pytest.raises(ProposalDecided):
        release(proposal, expected_version=1, actor=lead)
    assert not Observation.objects.exists() and not ImportBatch.objects.exists()
    assert not Change.objects.filter(action="recorded").exists()
    assert Proposal.objects.get().state == "returned" and len(looks) >= 2
    looks[:] = [1, 1]
    with pytest.raises(ProposalDecided):
        release(proposal, expected_version=1, actor=lead)
    assert len(looks) == 2


@pytest.mark.django_db
def test_many_released_in_one_go_are_each_written_in_pieces(concept, city, indicators, in_twos):
    lead, seen = make_user("project-lead"), []
    proposal = proposed_values(city, indicators, 3)
    in_twos.append(lambda: seen.append(BatchEntry.objects.get().result))
    release_in_one_go(concept, {proposal.pk: (1, proposal.base_version, "")}, [], actor_for(lead))
    assert len(counting()) == 10
    assert len(seen) >= 5 and set(seen) == {"planned"}
    assert BatchEntry.objects.get().result == "released"
