"""Ownership decays: who would not answer today is listed; who is named for a unit may speak for it; shares are public where the city wishes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from insek.notices.models import Notice, UnitDuty
from insek.people.actors import PROGRAM, actor_for
from insek.release.models import Proposal
from insek.steering import rounds
from insek.steering.models import StatusReport
from insek.steering.ownership import ownership_of
from insek.steering.round_models import ReportRound
from insek.steering.services import report_status
from insek.web.display import date_words
from tests.factories import make_item, make_unit, make_user
from tests.reading import words
from tests.steering.making import NEW, answered, form_of, open_round, page_of, say, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_day_of_round")]
PAGE, SHARES = "/mein-bereich/berichtsrunden/zustaendigkeit", "/umsetzung/antworten"


@pytest.fixture
def head(unit):
    """The head of the unit, who belongs to another one."""
    person = make_user("department", username="chefin", unit=make_unit("dezernat"))
    UnitDuty.objects.create(unit=unit, user=person, part="head")
    return person


def test_the_head_of_a_unit_who_is_no_member_opens_its_page_and_answers(opened, bridge, unit, head):
    client, address = signed_in(head), page_of(opened, unit)
    page = client.get(address)
    assert page.status_code == 200 and "Sie antworten für" not in words(page)
    assert address in client.get("/mein-bereich/").content.decode()
    client.post(address, {**form_of(client, address), **answered(bridge, **NEW), "act": "send"})
    said = Proposal.objects.get().payload["values"]
    assert said["unit"] == unit.pk and not said["on_behalf"]


def test_the_head_reports_on_a_measure_of_the_unit_by_itself(bridge, road, unit, head):
    client = signed_in(head)
    assert client.get(f"/k/{bridge.pk}/bericht").status_code == 200
    client.post(f"/k/{bridge.pk}/bericht", {"state": "delayed", "happened": "Es fehlt etwas."})
    proposal = Proposal.objects.get()
    rounds.release(proposal, expected_version=proposal.version, actor=PROGRAM, item_version=bridge.version)
    assert StatusReport.objects.get().unit == unit, "named right, not as the unit of the head"
    stranger = signed_in(make_user("department", username="fremd", unit=make_unit("schulen")))
    assert stranger.get(f"/k/{bridge.pk}/bericht").status_code == 403


def test_where_nobody_would_answer_is_listed(concept, clerk, opened, bridge, road, unit, lead):
    orphan = make_item("measure", concept=concept, number="M 7", title="Ohne Amt")
    done = make_item("measure", concept=concept, number="M 8", title="Fertig ohne Amt")
    report_status(done.measure, {"state": "completed", "happened": "Fertig."}, actor=PROGRAM)
    make_item("measure", concept=concept, responsible=make_unit("leer", name="Leeramt"))
    make_item("indicator", concept=concept, number="I 3", title="Zahl ohne Amt")
    text = words(signed_in(lead).get(PAGE))
    assert orphan.title in text and "Fertig ohne Amt" not in text and "Zahl ohne Amt" in text
    assert "Leeramt" in text and "amt Tiefbauamt" in text and "hat sich nie angemeldet" in text
    say(opened, bridge, unit, clerk, **NEW)
    assert [each.name for each in ownership_of(concept).silent] == ["amt"], "a draft is no answer"
    rounds.send_answers(opened, unit, actor=actor_for(clerk))
    assert ownership_of(concept).silent == []
    assert signed_in(clerk).get(PAGE).status_code == 403 and Client().get(PAGE).status_code == 302


def test_shares_are_public_only_where_the_city_wishes_and_the_round_is_over(
    concept, opened, bridge, unit, clerk, lead
):
    say(opened, bridge, unit, clerk, **NEW)
    rounds.send_answers(opened, unit, actor=actor_for(clerk))
    assert "Tiefbauamt" not in words(Client().get(SHARES)) and "50 %" in words(signed_in(lead).get(SHARES))
    ReportRound.objects.update(shows_shares=True)
    assert "Tiefbauamt" not in words(Client().get(SHARES)), "it is not over"
    rounds.close_round(opened, expected_version=1, actor=actor_for(lead))
    text = words(Client().get(SHARES))
    assert "Tiefbauamt" in text and "50 %" in text and "1 von 2" in text and "10. März 2026" in text
    assert "Tiefbauamt;2;1;50" in Client().get(f"{SHARES}.csv").content.decode()
    bridge.measure.responsible = make_unit("anderes")
    bridge.measure.save()
    assert "1 von 2" in words(Client().get(SHARES)), "of the day it was closed"
    opened.refresh_from_db()
    rounds.reopen_round(opened, expected_version=opened.version, actor=actor_for(lead))
    assert "Tiefbauamt" not in words(Client().get(SHARES))


def test_a_new_round_keeps_what_the_city_wished(concept, opened, lead):
    client = signed_in(lead)
    assert (
        "checked"
        not in client.get("/mein-bereich/berichtsrunden/neu").content.decode().split("shows_shares")[1][:80]
    )
    ReportRound.objects.update(shows_shares=True)
    page = client.get("/mein-bereich/berichtsrunden/neu").content.decode()
    assert "checked" in page.split('name="shows_shares"')[1][:80]
    assert (
        open_round(concept, lead, list(opened.units.all()), closes_on=date(2027, 1, 29)).shows_shares is False
    )


def test_days_of_asking_are_days_of_the_city_and_not_of_utc(concept, clerk, opened):
    night = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # half past midnight on 2 July
    Notice.objects.update(made_at=night)
    clerk.last_login = night
    clerk.save()
    [person] = ownership_of(concept).silent
    assert (person.asked_since, person.last_login) == (date(2026, 7, 2), date(2026, 7, 2))
    assert date_words(night) == "2. Juli 2026"
