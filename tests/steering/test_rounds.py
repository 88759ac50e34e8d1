"""A round of reports for its lead: opened, told, reminded of, answered in the name of a unit, asked back, released."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from insek.notices.models import Notice, UnitDuty
from insek.notices.outbox import tell_of_the_day
from insek.notices.sending import send_due
from insek.people.actors import PROGRAM, actor_for
from insek.release.models import Proposal
from insek.release.releases import send_back
from insek.steering import rounds
from insek.steering.models import StatusReport
from insek.steering.round_models import ReportRound, RoundAnswer
from insek.steering.round_queries import measures_asked, standings
from insek.steering.services import report_status
from tests.factories import make_item, make_unit, make_user
from tests.notices.conftest import all_due
from tests.notices.smtp_server import text_of
from tests.reading import words
from tests.steering.making import NEW, answered, form_of, open_round, page_of, say, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_day_of_round")]


def test_each_unit_gets_one_mail_with_one_link_to_one_page(opened, unit, clerk, lead, mail_server):
    Notice.objects.all().delete()
    rounds.remind(opened, None, actor=actor_for(lead))
    Notice.objects.all().delete()
    round = open_round(opened.concept, lead, [unit, make_unit("leer")], title="Noch eine")
    all_due()
    assert send_due() == 1
    [mail] = mail_server.mails
    assert mail["To"] == "amt@musterstadt.example" and "Noch eine" in mail["Subject"]
    text = text_of(mail)
    assert f"https://insek.musterstadt.example{page_of(round, unit)}" in text and "2 Maßnahmen" in text
    rounds.save_round(
        round, {"units": [unit], "text": "Bitte kurz."}, expected_version=1, actor=actor_for(lead)
    )
    tell_of_the_day()
    assert Notice.objects.filter(kind="round_opened", occasion=round.key).count() == 1


def test_the_last_day_is_a_working_day_of_the_state(concept, opened):
    assert opened.last_day == date(2026, 4, 7)  # Good Friday, Saturday, Easter, Easter Monday
    opened.closes_on = date(2026, 11, 1)
    assert opened.last_day == date(2026, 11, 2)
    opened.closes_on = date(2028, 2, 29)
    assert opened.last_day == date(2028, 2, 29)


def test_reminders_follow_the_calendar_and_a_round_keeps_other_reminders_quiet(
    opened, unit, clerk, lead, settings
):
    head = make_user("department", username="chefin", unit=None)
    UnitDuty.objects.create(unit=unit, user=head, part="head")

    def told(kind):
        return list(Notice.objects.filter(kind=kind).values_list("to", flat=True))

    tell_of_the_day()
    assert told("report_overdue") == [] and told("round_ends_soon") == []
    settings.INSEK_DAY = date(2026, 3, 31)
    tell_of_the_day()
    tell_of_the_day()
    assert told("round_ends_soon") == [f"user:{clerk.pk}"] and told("round_late") == []
    settings.INSEK_DAY = date(2026, 4, 7)
    tell_of_the_day()
    assert told("round_late") == []
    settings.INSEK_DAY = date(2026, 4, 8)
    tell_of_the_day()
    assert told("round_late") == [f"user:{head.pk}"]
    settings.INSEK_DAY = date(2026, 5, 4)
    tell_of_the_day()
    assert len(told("round_late")) == 2
    rounds.close_round(opened, expected_version=1, actor=actor_for(lead))
    tell_of_the_day()
    assert len(told("round_late")) == 2 and told("report_overdue") != []


def test_a_round_that_is_late_at_the_end_of_a_month_reminds_once_in_a_month(opened, unit, lead, settings):
    UnitDuty.objects.create(unit=unit, user=make_user("department", username="chefin", unit=None), part="head")  # fmt: skip
    ReportRound.objects.update(closes_on=date(2026, 6, 29))
    late = Notice.objects.filter(kind="round_late")
    for day, count in ((30, 1), (31, 1), (59, 1), (60, 2)):
        settings.INSEK_DAY = date(2026, 5, 31) + timedelta(days=day)
        tell_of_the_day()
        assert late.count() == count, settings.INSEK_DAY


def test_a_closed_round_says_what_was_counted_when_it_closed(opened, bridge, road, unit, clerk, lead):
    say(opened, bridge, unit, clerk)
    before = [(each.unit, each.asked, each.answered) for each in standings(opened)]
    rounds.close_round(opened, expected_version=1, actor=actor_for(lead))
    opened.refresh_from_db()
    road.measure.responsible = make_unit("Ein anderes Referat")
    road.measure.save()
    assert [(each.unit, each.asked, each.answered) for each in standings(opened)] == before
    assert before[0][1] == 2


def test_nobody_is_reminded_twice_on_a_day_or_when_nothing_is_owed(opened, unit, clerk, lead, settings):
    actor = actor_for(lead)
    assert (
        rounds.remind(opened, None, actor=actor) == 1 and rounds.remind(opened, {unit.pk}, actor=actor) == 0
    )
    settings.INSEK_DAY = date(2026, 3, 11)
    assert rounds.remind(opened, {unit.pk}, actor=actor) == 1
    with pytest.raises(PermissionDenied):
        rounds.remind(opened, None, actor=actor_for(clerk))


def test_finished_measures_are_not_asked_for_but_those_finished_in_the_round_stay(
    opened, bridge, road, unit, clerk
):
    make_item("measure", responsible=make_unit("anderes"))
    report_status(road.measure, {"state": "completed", "happened": "Fertig."}, actor=PROGRAM)
    assert list(measures_asked(opened)) == [bridge]
    say(opened, bridge, unit, clerk, says="new", state="completed", happened="Fertig.")
    rounds.send_answers(opened, unit, actor=actor_for(clerk))
    proposal = Proposal.objects.get()
    rounds.release_reports(opened, {proposal.pk: proposal.version}, actor=PROGRAM)
    assert list(measures_asked(opened)) == [bridge]


def test_the_lead_sees_who_owes_what_and_who_was_asked(opened, bridge, unit, clerk, lead):
    say(opened, bridge, unit, clerk, says="same", state="on_track")
    [row] = standings(opened)
    assert (row.asked, row.answered, row.drafts, row.owes) == (2, 0, 1, 2)
    text = words(signed_in(lead).get(f"/mein-bereich/berichtsrunden/{opened.key}/"))
    assert (
        "Tiefbauamt" in text
        and "2 Antworten fehlen" in text
        and "1 Entwurf" in text
        and "Gefragt ist: amt" in text
    )


def test_the_lead_answers_for_a_unit_and_that_is_said(opened, bridge, unit, lead):
    client, address = signed_in(lead), page_of(opened, unit)
    assert "Sie antworten für Tiefbauamt" in words(client.get(address))
    client.post(address, {**form_of(client, address), **answered(bridge, **NEW), "act": "send"})
    report = StatusReport.objects.get(state="delayed")
    assert report.on_behalf and report.unit == unit
    assert "für Tiefbauamt, eingetragen von der Projektleitung" in words(Client().get(bridge.url))


def test_the_lead_asks_back_and_the_unit_answers_anew(opened, bridge, unit, clerk, lead):
    say(opened, bridge, unit, clerk, **NEW)
    rounds.send_answers(opened, unit, actor=actor_for(clerk))
    answer = RoundAnswer.objects.get()
    page = f"/mein-bereich/berichtsrunden/{opened.key}/"
    sent = {"act": "ask", "answer": answer.pk, "version": answer.version, "question": "Seit wann fehlt es?"}
    refused = signed_in(lead).post(page, {**sent, "question": "Und warum? " * 100 + "Bitte."})
    assert refused.status_code == 409 and "Bitte.</textarea>" in refused.content.decode(), "all of it is kept"
    assert signed_in(lead).post(page, sent).status_code == 302
    assert Proposal.objects.get().state == "returned"
    assert Notice.objects.filter(kind="round_question", to=f"user:{clerk.pk}").count() == 1
    client, address = signed_in(clerk), page_of(opened, unit)
    assert "Seit wann fehlt es?" in words(client.get(address))
    assert signed_in(lead).post(page, sent).status_code == 409, "asked a second time from the old page"
    client.post(
        address,
        {
            **form_of(client, address),
            **answered(bridge, happened="Seit Mai fehlt das Gutachten."),
            "act": "send",
        },
    )
    proposal = Proposal.objects.get()
    assert proposal.state == "waiting" and "Seit Mai" in proposal.payload["values"]["happened"]


def test_what_is_sent_back_on_the_page_of_releases_is_open_again(opened, bridge, unit, clerk, lead):
    say(opened, bridge, unit, clerk, **NEW)
    rounds.send_answers(opened, unit, actor=actor_for(clerk))
    proposal = Proposal.objects.get()
    send_back(proposal, expected_version=proposal.version, answer="Bitte genauer.", actor=actor_for(lead))
    assert standings(opened)[0].owes == 2
    assert "Bitte genauer." in words(signed_in(clerk).get(page_of(opened, unit)))


def test_all_reports_are_released_in_one_go_but_none_that_changed(opened, bridge, road, unit, clerk, lead):
    for item in (bridge, road):
        say(opened, item, unit, clerk, **NEW)
    rounds.send_answers(opened, unit, actor=actor_for(clerk))
    page, client = f"/mein-bereich/berichtsrunden/{opened.key}/", signed_in(lead)
    ticks = re.findall(r'name="proposal" value="(\d+:\d+)"', client.get(page).content.decode())
    assert len(ticks) == 2
    Proposal.objects.filter(pk=int(ticks[1].partition(":")[0])).update(version=9)
    answer = client.post(page, {"act": "release", "proposal": ticks}, follow=True)
    said = answer.content.decode()
    assert "Eine Antwort ist veröffentlicht." in said and "Eine nicht" in said
    assert StatusReport.objects.filter(state="delayed").count() == 1


def test_a_new_round_begins_with_the_last_one_as_its_model(opened, unit, lead):
    make_item("measure", responsible=make_unit("schulen", name="Schulamt"))
    client = signed_in(lead)
    text = client.get("/mein-bereich/berichtsrunden/neu").content.decode()
    assert 'value="2026-01-01"' in text and text.count(" checked") == 4
    sent = {
        "title": "Jahresbericht 2027", "period_from": "2026-01-01", "period_to": "2026-12-31", "closes_on": "2027-03-01",
        "asks": ["next_step"], "units": [unit.pk],
    }  # fmt: skip
    wrong = client.post("/mein-bereich/berichtsrunden/neu", {**sent, "period_to": "2025-01-01"})
    assert wrong.status_code == 400 and "endet, bevor er anfängt" in words(wrong)
    assert client.post("/mein-bereich/berichtsrunden/neu", {**sent, "units": []}).status_code == 400
    assert client.post("/mein-bereich/berichtsrunden/neu", sent).status_code == 302
    made = ReportRound.objects.get(title="Jahresbericht 2027")
    assert list(made.units.all()) == [unit] and made.asks == ["next_step"]
    page = (
        signed_in(make_user("department", username="neu", unit=unit))
        .get(page_of(made, unit))
        .content.decode()
    )
    assert "-next_step" in page and "-obstacles" not in page
    edit = f"/mein-bereich/berichtsrunden/{made.key}/aendern"
    assert client.post(edit, {**sent, "title": "Anders", "version": 1}).status_code == 302
    assert client.post(edit, {**sent, "title": "Zu spät", "version": 1}).status_code == 409


def test_a_deferred_measure_says_why_in_every_form(bridge, clerk):
    client = signed_in(clerk)
    sent = {"state": "deferred", "happened": "Es ruht."}
    assert client.post(f"/k/{bridge.pk}/bericht", sent).status_code == 400
    assert client.post(f"/k/{bridge.pk}/bericht", {**sent, "deferred_for": "budget"}).status_code == 302
    client.post(
        f"/k/{bridge.pk}/bericht", {"state": "on_track", "happened": "Es geht.", "deferred_for": "budget"}
    )
    assert [each.payload["values"]["deferred_for"] for each in Proposal.objects.order_by("pk")] == [
        "budget",
        "",
    ]


def test_a_question_back_about_a_finished_measure_can_be_answered(opened, bridge, unit, clerk, lead):
    say(opened, bridge, unit, clerk, says="new", state="completed", happened="Fertig.")
    rounds.send_answers(opened, unit, actor=actor_for(clerk))
    proposal = Proposal.objects.get()
    rounds.release_reports(opened, {proposal.pk: proposal.version}, actor=actor_for(lead))
    answer = RoundAnswer.objects.get()
    rounds.ask_back(answer, "Auch die Rampe?", expected_version=answer.version, actor=actor_for(lead))
    assert bridge in measures_asked(opened)
    [row] = standings(opened)
    assert (row.asked, row.answered, row.asked_back, row.owes) == (2, 0, 1, 2)
    client, address = signed_in(clerk), page_of(opened, unit)
    assert "Auch die Rampe?" in words(client.get(address))
    client.post(
        address,
        {
            **form_of(client, address),
            **answered(bridge, happened="Fertig, auch die Rampe."),
            "act": "send",
        },
    )
    [row] = standings(opened)
    assert (row.answered, row.asked_back) == (1, 0)
    assert "auch die Rampe" in Proposal.objects.get(state="waiting").payload["values"]["happened"]


def test_of_a_closed_round_a_unit_that_was_asked_nothing_owes_nothing(
    opened, concept, bridge, road, unit, clerk, lead
):
    idle = make_unit("ruhig", name="Ruhiges Amt")
    opened.units.add(idle)
    rounds.close_round(opened, expected_version=1, actor=actor_for(lead))
    opened.refresh_from_db()
    assert idle.key not in opened.counted
    make_item("measure", concept=concept, responsible=idle, title="Erst danach")
    found = {each.unit: (each.asked, each.owes) for each in standings(opened)}
    assert found == {unit: (2, 2), idle: (0, 0)}
    assert "Eine Antwort fehlt" not in words(
        signed_in(lead).get(f"/mein-bereich/berichtsrunden/{opened.key}/")
    )


def test_a_running_round_stands_first_in_the_own_area_with_its_button(opened, unit, clerk, lead):
    page = signed_in(clerk).get("/mein-bereich/").content.decode()
    assert (
        page.index('id="wartet-round"') < page.index('id="eigene"') and page.count('id="wartet-round"') == 1
    )
    own = words(signed_in(clerk).get("/mein-bereich/"))
    assert "2 Maßnahmen offen, bis 7. April 2026" in own and "Jetzt antworten" in own
    assert "Wer noch fehlt" not in own
    led = words(signed_in(lead).get("/mein-bereich/"))
    assert "0 von 2 beantwortet, bis 7. April 2026" in led and "Wer noch fehlt" in led
    rounds.close_round(opened, expected_version=1, actor=actor_for(lead))
    for user in (clerk, lead):
        assert "wartet-round" not in signed_in(user).get("/mein-bereich/").content.decode()
