"""The page of a unit in a round: what is known, nothing new in one click, drafts, several people, the personal link."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from insek.notices.links import make_link, path_of
from insek.notices.persons import REPORTS
from insek.people.actors import PROGRAM, actor_for
from insek.people.locking import Conflict
from insek.release.models import Proposal
from insek.steering import rounds
from insek.steering.models import StatusReport
from insek.steering.round_models import RoundAnswer
from insek.steering.services import report_status
from tests.factories import make_item, make_unit, make_user
from tests.reading import words
from tests.steering.conftest import REPORT
from tests.steering.making import NEW, answered, form_of, open_round, page_of, say, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_day_of_round")]


def test_what_is_known_stands_there_and_nothing_new_is_one_click(opened, bridge, road, unit, clerk):
    client, address = signed_in(clerk), page_of(opened, unit)
    text = words(client.get(address))
    assert "läuft nach Plan" in text and "Der Entwurf ist fertig." in text and "noch kein Bericht" in text
    sent = form_of(client, address)
    assert sent[f"m-{bridge.pk}-next_step"] == "Ausschreibung"
    assert f"m-{road.pk}-says" not in sent
    answer = client.post(address, {**sent, **answered(bridge, says="same"), "act": "send"}, follow=True)
    assert "eine Antwort ist abgegeben" in words(answer) and "Eine Antwort fehlt noch" in words(answer)
    proposal = Proposal.objects.get()
    said = proposal.payload["values"]
    assert said["state"] == "on_track" and said["next_step"] == "Ausschreibung" and said["spent_eur"] == 1000
    assert said["happened"] == "Nichts Neues seit dem Bericht vom 10. März 2026." and not said["on_behalf"]
    assert RoundAnswer.objects.filter(sent_at__isnull=False).count() == 1


def test_all_is_sent_at_once_or_nothing(opened, bridge, road, unit, clerk):
    client, address = signed_in(clerk), page_of(opened, unit)
    both = {
        **form_of(client, address),
        **answered(bridge, says="same"),
        **answered(road, says="new", state="deferred", happened="Es ruht."),
    }
    answer = client.post(address, {**both, "act": "send"})
    assert answer.status_code == 400 and "warum die Maßnahme zurückgestellt ist" in words(answer)
    assert "Es ruht." in words(answer) and not Proposal.objects.exists()
    assert RoundAnswer.objects.count() == 2, "what was written is kept"
    both = {**form_of(client, address), **answered(road, deferred_for="land")}
    client.post(address, {**both, "act": "send"})
    assert Proposal.objects.count() == 2
    for proposal in Proposal.objects.all():
        rounds.release_reports(opened, {proposal.pk: proposal.version}, actor=PROGRAM)
    page = words(Client().get(road.url))
    assert (
        "zurückgestellt (Grundstück fehlt)" in page and "Tiefbauamt" in page and "eingetragen von" not in page
    )


def test_a_draft_outlives_an_interruption_and_is_no_report(opened, bridge, unit, clerk):
    client, address = signed_in(clerk), page_of(opened, unit)
    sent = {**form_of(client, address), **answered(bridge, **NEW), "act": "draft"}
    assert "Abgegeben ist noch nichts" in words(client.post(address, sent, follow=True))
    again = form_of(signed_in(clerk), address)
    assert (
        again[f"m-{bridge.pk}-happened"] == "Das Gutachten fehlt."
        and again[f"m-{bridge.pk}-state"] == "delayed"
    )
    assert StatusReport.objects.count() == 1 and not Proposal.objects.exists()
    kept = client.post(
        address,
        {**again, **answered(bridge, happened="Es fehlt noch.")},
        headers={"accept": "application/json"},
    )
    said = kept.json()
    assert said["problems"] == {} and said["seen"][f"m-{bridge.pk}-seen"].startswith("2:")


def test_two_of_a_unit_write_at_once_and_only_the_same_measure_is_in_conflict(
    opened, bridge, road, unit, clerk
):
    other = make_user("department", username="kollege", unit=unit)
    address = page_of(opened, unit)
    one, two = signed_in(clerk), signed_in(other)
    mine, theirs = form_of(one, address), form_of(two, address)
    one.post(address, {**mine, **answered(bridge, **NEW), "act": "draft"})
    done = two.post(address, {**theirs, **answered(road, **NEW), "act": "draft"})
    assert done.status_code == 302 and RoundAnswer.objects.count() == 2
    late = two.post(
        address,
        {**theirs, **answered(bridge, says="new", state="at_risk", happened="Anders."), "act": "send"},
    )
    assert late.status_code == 409 and "Das Gutachten fehlt." in words(late) and "Anders." in words(late)
    assert RoundAnswer.objects.get(measure=bridge.pk).state == "delayed" and not Proposal.objects.exists()


def test_what_was_sent_meanwhile_is_not_sent_again(opened, bridge, unit, clerk):
    address, client = page_of(opened, unit), signed_in(clerk)
    sent = {**form_of(client, address), **answered(bridge, says="same"), "act": "send"}
    client.post(address, sent)
    assert "nichts abzugeben" in words(client.post(address, sent, follow=True))
    assert Proposal.objects.count() == 1
    with pytest.raises(Conflict):
        say(opened, bridge, unit, clerk, version=2, says="same")


def test_nothing_new_is_asked_again_where_somebody_reported_meanwhile(opened, bridge, unit, clerk):
    say(opened, bridge, unit, clerk, says="same", state="on_track")
    report_status(bridge.measure, {"state": "at_risk", "happened": "Es brennt."}, actor=PROGRAM)
    with pytest.raises(ValidationError, match="gefährdet"):
        rounds.send_answers(opened, unit, actor=actor_for(clerk))


def test_nothing_new_after_an_internal_report_stays_internal(opened, bridge, unit, clerk):
    report_status(bridge.measure, {**REPORT, "is_internal": True}, actor=PROGRAM)
    say(opened, bridge, unit, clerk, says="same", state="on_track")
    rounds.send_answers(opened, unit, actor=actor_for(clerk))
    assert StatusReport.objects.filter(is_internal=True).count() == 2 and not Proposal.objects.exists()


def test_a_unit_without_logins_answers_by_its_link(opened, bridge, road, unit, lead):
    link = make_link(
        concept=opened.concept,
        purpose=REPORTS,
        unit=unit,
        name="Erna",
        email="",
        days=30,
        actor=actor_for(lead),
    )
    client, address = Client(enforce_csrf_checks=True), path_of(link)
    sent = {
        **form_of(client, address),
        **answered(bridge, says="same"),
        **answered(road, **NEW),
        "act": "send",
    }
    answer = client.post(address, sent, follow=True)
    assert "2 Antworten sind abgegeben" in words(answer) and not client.cookies
    assert {each.payload["values"]["unit"] for each in Proposal.objects.all()} == {unit.pk}
    assert "Berichte von Tiefbauamt" in words(client.get(f"{address}?liste=1"))


def test_other_units_and_roles_see_nothing_of_a_round(opened, unit, clerk, as_role):
    stranger = make_user("department", username="fremd", unit=make_unit("schulen"))
    for client in (signed_in(stranger), as_role("planner"), as_role("council")):
        assert client.get(page_of(opened, unit)).status_code == 403
        assert client.get(f"/mein-bereich/berichtsrunden/{opened.key}/").status_code == 403
    assert signed_in(clerk).get("/mein-bereich/berichtsrunden/").status_code == 403
    assert signed_in(clerk).get(page_of(opened, make_unit("schulen"))).status_code == 403
    assert Client().get(page_of(opened, unit)).status_code == 302


def test_the_own_area_leads_to_the_page_while_something_is_owed(opened, bridge, road, unit, clerk):
    client = signed_in(clerk)
    assert page_of(opened, unit) in client.get("/mein-bereich/").content.decode()
    for item in (bridge, road):
        say(opened, item, unit, clerk, says="new", state="on_track", happened="Gut.")
    rounds.send_answers(opened, unit, actor=actor_for(clerk))
    assert page_of(opened, unit) not in client.get("/mein-bereich/").content.decode()


def test_a_closed_round_takes_nothing(opened, bridge, unit, clerk, lead):
    client, address = signed_in(clerk), page_of(opened, unit)
    sent = {**form_of(client, address), **answered(bridge, says="same"), "act": "send"}
    rounds.close_round(opened, expected_version=1, actor=actor_for(lead))
    answer = client.post(address, sent)
    assert answer.status_code == 400 and "beendet" in words(answer) and not Proposal.objects.exists()


@pytest.mark.parametrize("count", [2, 40])
def test_the_page_costs_the_same_for_many_measures(
    concept, unit, clerk, lead, count, django_assert_max_num_queries
):
    for number in range(count):
        make_item("measure", concept=concept, responsible=unit, number=f"M {number}")
    round = open_round(concept, lead, [unit])
    client = signed_in(clerk)
    client.get(page_of(round, unit))
    with django_assert_max_num_queries(24):
        client.get(page_of(round, unit))
