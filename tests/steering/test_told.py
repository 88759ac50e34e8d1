"""Who is told of reports, steps and gaps, on which day, and the report by a personal link; the calendar stands still."""

from __future__ import annotations

from datetime import date

import pytest

from insek import clock
from insek.notices.links import make_link, path_of
from insek.notices.models import Notice, NoticeSettings, UnitDuty
from insek.notices.moments import month_since
from insek.notices.outbox import tell_of_the_day
from insek.notices.persons import REPORTS
from insek.notices.sending import send_due
from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.steering.models import MeasureTask, StatusReport
from insek.steering.services import add_task, report_status
from tests.factories import make_item, make_unit, make_user
from tests.notices.conftest import all_due
from tests.notices.smtp_server import text_of
from tests.reading import words

pytestmark = pytest.mark.django_db
REPORT = {"state": "on_track", "happened": "Der Entwurf ist fertig."}


@pytest.fixture(autouse=True)
def _nothing_is_torn(request, monkeypatch):
    """Rules about gaps find something in nearly every sample; one test asks for them."""
    if "gaps" not in request.node.name:
        monkeypatch.setattr("insek.steering.told.all_gaps", list)


@pytest.fixture
def unit(concept):
    return make_unit("tiefbau", name="Tiefbauamt")


@pytest.fixture
def measure(concept, unit):
    return make_item(
        "measure", concept=concept, responsible=unit, start_year=2020, title="Brücke sanieren"
    ).measure


def told(kind):
    """Who was told what by a kind."""
    return sorted(Notice.objects.filter(kind=kind).values_list("to", "occasion"))


def day(settings, *moment):
    settings.INSEK_DAY = date(*moment)
    tell_of_the_day()


def test_a_report_is_asked_for_reminded_of_and_escalated_by_the_calendar(measure, unit, settings):
    clerk, deputy = make_user("department", username="a", unit=unit), make_user("department", username="b")
    head, lead = make_user("department", username="h"), make_user("project-lead", username="l")
    for user, part in ((clerk, "answers"), (deputy, "substitute"), (head, "head")):
        UnitDuty.objects.create(unit=unit, user=user, part=part)
    settings.INSEK_DAY = date(2028, 2, 29)  # a leap day
    report_status(measure, REPORT, actor=PROGRAM)
    day(settings, 2029, 1, 28)
    assert not Notice.objects.exists()
    day(settings, 2029, 1, 30)
    assert told("report_due") == [(f"user:{clerk.pk}", "2028-02-29")] and told("report_overdue") == []
    day(settings, 2029, 2, 28)
    assert told("report_overdue") == []  # a year ago today
    NoticeSettings.objects.create(user=clerk, absent_from=date(2029, 3, 1))
    day(settings, 2029, 3, 1)
    day(settings, 2029, 3, 2)
    assert told("report_overdue") == [(f"user:{user.pk}", "@2029-03") for user in (clerk, deputy)]
    assert told("report_unanswered") == []
    day(settings, 2029, 3, 29)
    assert told("report_unanswered") == [(f"user:{head.pk}", "@2029-03")]
    day(settings, 2029, 4, 1)
    assert len(told("report_overdue")) == 4
    assert len(told("report_unanswered")) == 1, "three days after the first time"
    day(settings, 2029, 4, 29)
    assert len(told("report_overdue")) == 4 and told("report_unanswered")[-1] == (
        f"user:{head.pk}",
        "@2029-04",
    )
    report_status(measure, REPORT, actor=PROGRAM)
    count = Notice.objects.count()
    day(settings, 2029, 5, 1)
    assert Notice.objects.count() == count and not Notice.objects.filter(to=f"user:{lead.pk}").exists()


def test_the_mail_leads_to_the_form_and_is_not_sent_when_the_report_is_there(measure, unit, mail_server):
    make_user("department", username="a", unit=unit, email="a@musterstadt.example")
    make_user("project-lead", username="l")
    tell_of_the_day()
    all_due()
    assert send_due() == 1
    [mail] = mail_server.mails
    assert "noch kein Bericht" in text_of(mail) and "Brücke sanieren" in mail["Subject"]
    assert f"https://insek.musterstadt.example/k/{measure.pk}/bericht" in text_of(mail)
    Notice.objects.update(state="waiting")
    report_status(measure, REPORT, actor=PROGRAM)
    assert send_due() == 0 and len(mail_server.mails) == 1


def test_steps_are_told_before_they_are_due_and_after(measure, unit, settings):
    other = make_unit("gruen", name="Grünflächenamt")
    own, theirs = (
        make_user("department", username="a", unit=unit),
        make_user("department", username="b", unit=other),
    )
    settings.INSEK_DAY = date(2026, 3, 1)
    report_status(measure, REPORT, actor=PROGRAM)
    add_task(measure, {"title": "Planung", "due": date(2026, 3, 20)}, actor=PROGRAM)
    done = add_task(measure, {"title": "Bäume", "due": date(2026, 4, 10), "unit": other}, actor=PROGRAM)
    day(settings, 2026, 3, 5)
    assert told("step_due") == []
    day(settings, 2026, 3, 6)
    assert [to for to, _when in told("step_due")] == [f"user:{own.pk}"]
    day(settings, 2026, 3, 20)
    assert told("step_overdue") == []
    day(settings, 2026, 4, 1)
    assert [to for to, _when in told("step_overdue")] == [f"user:{own.pk}"]
    assert [to for to, _when in told("step_due")] == [f"user:{own.pk}", f"user:{theirs.pk}"]
    done.done = date(2026, 4, 2)
    done.save()
    day(settings, 2026, 5, 1)
    assert [to for to, _when in told("step_overdue")] == [f"user:{own.pk}"] * 2


def test_what_is_overdue_since_the_end_of_a_month_is_not_told_again_on_the_first(measure, unit, settings):
    user = make_user("department", username="a", unit=unit)
    settings.INSEK_DAY = date(2026, 6, 1)
    report_status(measure, REPORT, actor=PROGRAM)
    add_task(measure, {"title": "Planung", "due": date(2026, 6, 29)}, actor=PROGRAM)
    key = MeasureTask.objects.get().key
    for moment in ((6, 30), (7, 1), (7, 29)):
        day(settings, 2026, *moment)
        assert told("step_overdue") == [(f"user:{user.pk}", f"{key}-2026-06-29@2026-06")], moment
    day(settings, 2026, 7, 30)
    assert len(told("step_overdue")) == 2


@pytest.mark.parametrize(
    ("first", "today", "month"),
    [
        (date(2026, 6, 30), date(2026, 6, 30), "2026-06"),
        (date(2026, 6, 30), date(2026, 7, 1), "2026-06"),
        (date(2026, 6, 30), date(2026, 7, 30), "2026-07"),
        (date(2026, 1, 31), date(2026, 2, 27), "2026-01"),
        (date(2026, 1, 31), date(2026, 2, 28), "2026-02"),
        (date(2026, 1, 31), date(2026, 3, 1), "2026-02"),
        (date(2026, 12, 15), date(2027, 1, 14), "2026-12"),
        (date(2026, 12, 15), date(2027, 1, 15), "2027-01"),
    ],
)
def test_months_are_counted_from_the_first_day(first, today, month):
    assert month_since(first, today) == month


def test_the_gaps_of_a_unit_are_one_notice_a_month(measure, unit, settings, client):
    user = make_user("department", username="a", unit=unit)
    day(settings, 2026, 3, 2)
    day(settings, 2026, 3, 30)
    [notice] = Notice.objects.filter(kind="unit_gaps")
    assert notice.to == f"user:{user.pk}" and notice.data["count"] >= 1
    client.force_login(user)
    assert "an Ihren Maßnahmen" in words(client.get("/nachrichten/"))


def test_a_unit_without_logins_reports_by_its_link(concept, measure, unit, client, mail_server):
    lead = make_user("project-lead", username="l")
    values = {"concept": concept, "purpose": REPORTS, "unit": unit, "days": 30, "actor": PROGRAM}
    link = make_link(name="Erna Amt", email="erna@musterstadt.example", **values)
    foreign = make_item("measure", concept=concept, responsible=make_unit("fremd"), title="Fremde Sache")
    tell_of_the_day()
    all_due()
    send_due()
    [mail] = mail_server.to("erna@musterstadt.example")
    assert f"https://insek.musterstadt.example{path_of(link)}" in text_of(mail) and "/k/" not in text_of(mail)
    page = client.get(path_of(link))
    assert (
        "Brücke sanieren" in words(page)
        and "Bericht fehlt" in words(page)
        and "Fremde Sache" not in words(page)
    )
    assert client.get(f"{path_of(link)}?m={foreign.pk}").status_code == 404
    address = f"{path_of(link)}?m={measure.pk}"
    assert client.post(address, {"state": "on_track"}).status_code == 400
    sent = client.post(address, {**REPORT, "is_internal": "on"}, follow=True)
    assert "sobald die Projektleitung ihn freigibt" in words(sent) and not client.cookies
    proposal = Proposal.objects.get()
    assert proposal.author is None and proposal.payload["values"]["is_internal"] is False
    assert not StatusReport.objects.exists() and "wartet auf Freigabe" in words(client.get(path_of(link)))
    assert lead.pk and clock.today()


def test_an_internal_measure_of_the_unit_takes_a_report_by_link_at_once(concept, unit, client):
    item = make_item("measure", concept=concept, responsible=unit, visibility="internal", title="Noch geheim")
    values = {"concept": concept, "purpose": REPORTS, "unit": unit, "days": 30, "actor": PROGRAM}
    link = make_link(name="Erna", email="", **values)
    sent = client.post(f"{path_of(link)}?m={item.pk}", REPORT, follow=True)
    assert "der Bericht ist abgegeben" in words(sent) and StatusReport.objects.get().measure_id == item.pk
