"""The outbox against a real mail server: told once, in one mail a day, tried again, given up, never twice."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from insek import clock
from insek.engines.holidays import state_of
from insek.notices import outbox, sending
from insek.notices.models import Notice, NoticeSettings
from insek.notices.moments import next_morning
from insek.notices.outbox import put, tell_of_the_day
from insek.notices.register import ToTell
from insek.notices.sending import free_lost_notices, send_again, send_due
from insek.people.actors import PROGRAM
from insek.thread import events
from insek.thread.services import update_item
from tests.factories import make_concept, make_item, make_user
from tests.notices.conftest import all_due
from tests.notices.smtp_server import html_of, text_of

pytestmark = pytest.mark.django_db


def person(name="p", **values):
    return make_user("planner", username=name, email=f"{name}@musterstadt.example", **values)


def test_what_is_told_is_told_once_and_in_one_mail_a_day(concept, server, bell):
    user = person()
    told = [ToTell(f"user:{user.pk}", subject="a"), ToTell(f"user:{user.pk}", subject="b")]
    bell(told)
    assert (tell_of_the_day(), tell_of_the_day()) == (2, 0)
    assert send_due() == 0  # it waits for the morning
    all_due()
    assert (send_due(), send_due()) == (1, 0)
    [mail] = server.mails
    assert mail["To"] == "p@musterstadt.example" and mail["Subject"] == "INSEK: 2 Dinge warten auf Sie"
    for said in (text_of(mail), html_of(mail)):
        assert (
            "Glocke a" in said and "Glocke b" in said and "https://insek.musterstadt.example/glocke" in said
        )
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}
    assert len(set(Notice.objects.values_list("mail", flat=True))) == 1


def test_one_thing_has_its_own_words_and_one_click_to_stop_it(concept, server, bell, client):
    user = person(first_name="Erna", last_name="Amt")
    kind = bell([ToTell(f"user:{user.pk}", subject="a")])
    tell_of_the_day()
    all_due()
    send_due()
    [mail] = server.mails
    assert mail["Subject"] == "Es läutet: Glocke a"
    assert "Guten Tag Erna Amt," in text_of(mail) and mail["Auto-Submitted"] == "auto-generated"
    address = mail["List-Unsubscribe"].strip(" <>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and address in text_of(mail)
    path = address.removeprefix("https://insek.musterstadt.example")
    assert "Abbestellen" in client.get(path).content.decode()
    assert (
        NoticeSettings.objects.count() == 0
    )  # looking at it stops nothing: programs open links to check them
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert NoticeSettings.objects.get().muted == ["bell"]
    put(concept, kind, [ToTell(f"user:{user.pk}", subject="b")])
    assert Notice.objects.get(subject="b").state == "own_area"
    assert client.get(path[:-3] + "xyz").status_code == 404


def test_what_belongs_to_the_work_has_no_way_to_stop_it(concept, server, bell):
    user = person()
    NoticeSettings.objects.create(user=user, muted=["bell"])
    bell([ToTell(f"user:{user.pk}", subject="a")], is_duty=True)
    tell_of_the_day()
    all_due()
    assert send_due() == 1
    assert "List-Unsubscribe" not in server.mails[0] and "abbestellen" not in text_of(server.mails[0])


def test_what_settled_itself_before_the_morning_is_not_sent(concept, server, bell):
    user = person()
    holds = [ToTell(f"user:{user.pk}", subject="a")]
    bell(holds)
    tell_of_the_day()
    holds.clear()
    all_due()
    assert send_due() == 0 and server.mails == []
    assert Notice.objects.get().state == "obsolete"


def test_a_reminder_of_last_week_still_holds_on_monday_and_is_told_once(concept, server, bell):
    user = person()
    holds = [ToTell(f"user:{user.pk}", subject="a", again="W10")]
    bell(holds)
    tell_of_the_day()
    holds[:] = [ToTell(f"user:{user.pk}", subject="a", again="W11")]
    tell_of_the_day()
    all_due()
    assert send_due() == 1 and text_of(server.mails[0]).count("/glocke") == 1
    assert sorted(Notice.objects.values_list("occasion", "state")) == [("@W10", "obsolete"), ("@W11", "sent")]


def test_what_nobody_may_see_is_not_named(concept, server, bell):
    item = make_item("goal", concept=concept, title="Streng geheim", visibility="internal")
    council = make_user("council", email="c@musterstadt.example")

    def say(notice, reader):
        item = reader.item(notice)
        return None if item is None else sending.NoticePart  # never reached for who may not see

    bell([ToTell(f"user:{council.pk}", subject=item.pk)], say=say)
    tell_of_the_day()
    all_due()
    assert send_due() == 0 and Notice.objects.get().state == "obsolete"


def test_a_refused_address_is_given_up_and_marked_and_others_go(concept, server, bell):
    refused, other = person("fort"), person("da")
    server.refusals["fort@musterstadt.example"] = (550, "no such user")
    kind = bell(at_once=True)
    put(concept, kind, [ToTell(f"user:{refused.pk}"), ToTell(f"user:{other.pk}")])
    assert send_due() == 1 and server.recipients == ["da@musterstadt.example"]
    failed = Notice.objects.get(to=f"user:{refused.pk}")
    assert failed.state == "failed" and "nimmt diese Adresse nicht an" in failed.problem
    assert NoticeSettings.objects.get(user=refused).refused_on == clock.today()
    put(concept, kind, [ToTell(f"user:{refused.pk}", occasion="2")])
    assert Notice.objects.get(occasion="2").state == "own_area"


def test_what_fails_for_now_is_tried_again_later_and_later(concept, server, bell):
    user = person()
    server.refusals["p@musterstadt.example"] = (451, "try later")
    kind = bell(at_once=True)
    put(concept, kind, [ToTell(f"user:{user.pk}")])
    pauses = []
    for _try in range(3):
        before = timezone.now()
        assert send_due(before + timedelta(days=1)) == 0
        notice = Notice.objects.get()
        assert notice.state == "waiting" and notice.claimed_by == ""
        pauses.append(round((notice.due_at - before) / timedelta(minutes=1)))
    assert pauses == [1, 2, 4] and notice.tries == 3
    server.refusals.clear()
    assert send_due(timezone.now() + timedelta(days=1)) == 1
    Notice.objects.update(state="waiting", tries=sending.MOST_TRIES - 1, due_at=timezone.now())
    server.refusals["p@musterstadt.example"] = (451, "try later")
    send_due()
    assert Notice.objects.get().state == "failed"
    assert send_again(Notice.objects.get()) and not send_again(Notice.objects.get())
    server.refusals.clear()
    assert send_due() == 1 and len(server.mails) == 2


def test_a_server_that_does_not_answer_costs_one_try_and_leaves_the_rest(concept, server, bell, settings):
    settings.EMAIL_PORT = 1  # nobody listens
    kind = bell(at_once=True)
    put(concept, kind, [ToTell(f"user:{person(name).pk}") for name in ("a", "b", "c")])
    assert send_due() == 0
    assert sorted(Notice.objects.values_list("tries", flat=True)) == [0, 0, 1]
    assert not Notice.objects.exclude(claimed_by="").exists()


def test_a_refusal_by_the_rules_of_the_server_marks_no_address(concept, server, bell):
    user = person()
    server.refusals["p@musterstadt.example"] = (554, "5.7.1 Relay access denied")
    put(concept, bell(at_once=True), [ToTell(f"user:{user.pk}")])
    assert send_due() == 0
    assert Notice.objects.get().state == "waiting"
    assert not NoticeSettings.objects.filter(refused_on__isnull=False).exists()


def test_a_server_that_is_down_for_days_costs_no_mail(concept, server, bell, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    put(concept, bell(at_once=True), [ToTell(f"user:{person().pk}")])
    for _try in range(sending.MOST_TRIES + 4):
        all_due()
        send_due()
    notice = Notice.objects.get()
    assert notice.state == "waiting" and notice.tries > sending.MOST_TRIES
    settings.EMAIL_PORT = port
    all_due()
    assert send_due() == 1
    settings.EMAIL_PORT = 1
    Notice.objects.update(state="waiting", made_at=timezone.now() - timedelta(days=8))
    all_due()
    send_due()
    assert Notice.objects.get().state == "failed", "after a week it says too little"


def test_of_a_mail_whose_worker_died_nobody_knows_and_it_goes_out_no_second_time(
    concept, server, bell, monkeypatch
):
    class Died(BaseException):
        pass

    def dies(message, connection=None):
        raise Died

    user = person()
    put(concept, bell(at_once=True), [ToTell(f"user:{user.pk}", occasion="1")])
    with monkeypatch.context() as patched, pytest.raises(Died):
        patched.setattr(sending, "hand_over", dies)
        send_due()
    assert free_lost_notices(timezone.now() - timedelta(minutes=1)) == 0  # it may be at work still
    assert free_lost_notices(timezone.now() + timedelta(minutes=1)) == 1
    assert Notice.objects.get().state == "unsure" and send_due() == 0
    Notice.objects.update(state="waiting", claimed_by="somebody", claimed_at=timezone.now(), handed_at=None)
    free_lost_notices(timezone.now() + timedelta(minutes=1))
    assert send_due() == 1  # it had not begun to hand it over


def test_where_the_connection_breaks_after_the_mail_nobody_knows_and_it_goes_out_no_second_time(
    concept, server, bell
):
    first, second = person("a"), person("b")
    server.silent_after.add(first.email)
    put(concept, bell(at_once=True), [ToTell(f"user:{user.pk}") for user in (first, second)])
    assert send_due() == 0 and [mail["To"] for mail in server.mails] == [first.email]
    told, waiting = Notice.objects.order_by("pk")
    assert (told.state, waiting.state) == ("unsure", "waiting") and "unklar" in told.problem
    server.silent_after.clear()
    assert send_due() == 1 and [mail["To"] for mail in server.mails] == [first.email, second.email]


def test_another_worker_in_the_middle_of_a_mail_sends_nothing_twice(concept, server, bell, monkeypatch):
    people = [person(f"p{number}").pk for number in range(4)]
    put(
        concept, bell(), [ToTell(f"user:{pk}", occasion=occasion) for pk in people for occasion in ("1", "2")]
    )
    all_due()
    Notice.objects.filter(occasion="2").update(at_once=True)
    hand_over = sending.hand_over

    def slowly(message, connection=None):
        monkeypatch.setattr(sending, "hand_over", hand_over)
        others.append(send_due())  # the other worker runs while this one waits for the server
        hand_over(message, connection)

    others = []
    monkeypatch.setattr(sending, "hand_over", slowly)
    assert (send_due(), others) == (2, [6])  # the first keeps both mails of the one person it had claimed
    assert {len(server.to(f"p{number}@")) for number in range(4)} == {2}
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_nothing_twice(server, bell):
    if connection.vendor == "sqlite":
        pytest.skip("threads share one connection to the database in memory")
    concept = make_concept()
    people = [person(f"p{number}").pk for number in range(6)]
    put(
        concept, bell(), [ToTell(f"user:{pk}", occasion=occasion) for pk in people for occasion in ("1", "2")]
    )
    all_due()
    Notice.objects.filter(occasion="2").update(at_once=True)
    begin = threading.Barrier(2)

    def work():
        begin.wait()
        send_due()
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(server.mails) == 12 and {len(server.to(f"p{number}@")) for number in range(6)} == {2}
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}


def test_without_a_server_nothing_waits_that_would_go_out_later(concept, bell, settings):
    user = person()
    put(concept, bell(), [ToTell(f"user:{user.pk}")])
    assert Notice.objects.get().state == "own_area"
    assert send_due() == 0


def test_an_act_tells_by_its_event_those_who_listen(concept, server, bell):
    user, goal = person(), make_item("goal", concept=concept)
    holds = [ToTell(f"user:{user.pk}", subject=goal.pk)]
    bell(holds, name="deaf")
    bell(holds, hears=lambda event: event.action == "updated" and event.kind == "goal")
    events.Event.objects.all().delete()
    update_item(goal, expected_version=goal.version, values={"title": "Neu"}, actor=PROGRAM)
    assert Notice.objects.count() == 0  # nothing in the transaction of the act but its event
    events.deliver()
    assert Notice.objects.get().kind == "bell"


def test_mail_waits_for_the_next_morning_on_which_offices_are_open():
    def at(*moment):
        return timezone.datetime(*moment, tzinfo=timezone.get_current_timezone())

    rp = state_of("07312000")
    assert rp == "RP"
    assert next_morning(at(2026, 3, 3, 5), rp) == at(2026, 3, 3, 7)
    assert next_morning(at(2026, 3, 3, 7), rp) == at(2026, 3, 4, 7)
    assert next_morning(at(2026, 3, 27, 12), rp) == at(2026, 3, 30, 7)  # over the change to summer time
    assert next_morning(at(2026, 4, 2, 12), rp) == at(2026, 4, 7, 7)  # Easter
    assert next_morning(at(2026, 6, 3, 12), rp) == at(2026, 6, 5, 7)  # Fronleichnam
    assert next_morning(at(2026, 6, 3, 12), "BE") == at(2026, 6, 4, 7)
    assert next_morning(at(2027, 12, 31, 12), rp) == at(2028, 1, 3, 7)
    assert next_morning(at(2028, 2, 28, 12), rp) == at(2028, 2, 29, 7)
    assert next_morning(at(2026, 3, 4, 12), rp, weekly=True) == at(2026, 3, 9, 7)
    assert next_morning(at(2026, 4, 2, 12), rp, weekly=True) == at(2026, 4, 7, 7)  # Easter Monday
    assert next_morning(at(2026, 4, 7, 6), rp, weekly=True) == at(2026, 4, 7, 7)


def test_a_long_list_is_cut_and_says_so(concept, server, bell):
    user = person()
    bell([ToTell(f"user:{user.pk}", subject=str(number)) for number in range(40)])
    tell_of_the_day()
    all_due()
    send_due()
    said = text_of(server.mails[0])
    assert (
        said.count("- Glocke") == 25
        and "und 15 weitere: https://insek.musterstadt.example/nachrichten/" in said
    )
    assert server.mails[0]["Subject"] == "INSEK: 40 Dinge warten auf Sie"


def test_nothing_of_the_outbox_holds_an_address_or_words(concept, server, bell):
    user = person("sehrgeheim", first_name="Erna")
    bell([ToTell(f"user:{user.pk}", subject="a")])
    tell_of_the_day()
    all_due()
    send_due()
    [row] = Notice.objects.values()
    assert "sehrgeheim" not in str(row) and "Erna" not in str(row)


def test_english_readers_get_english_mail(concept, server):
    user = make_user("project-lead", email="lead@musterstadt.example")
    NoticeSettings.objects.create(user=user, language="en")
    from insek.people.mail import invite

    invite(user)
    assert send_due() == 1
    [mail] = server.mails
    assert mail["Subject"] == "Your login for INSEK"
    assert "https://insek.musterstadt.example/en/kennwort/waehlen/" in text_of(mail)


def test_old_notices_are_forgotten_and_what_waits_stays(concept, bell):
    user = person()
    kind = bell()
    put(concept, kind, [ToTell(f"user:{user.pk}", occasion=each) for each in ("old", "new", "waiting")])
    Notice.objects.filter(occasion__in=["old", "waiting"]).update(
        made_at=timezone.now() - timedelta(days=500)
    )
    Notice.objects.filter(occasion="waiting").update(state="waiting")
    assert outbox.forget_old_notices() == 1
    assert set(Notice.objects.values_list("occasion", flat=True)) == {"new", "waiting"}


def test_holidays_are_those_of_the_state():
    from insek.engines.holidays import easter, holidays_of, is_working_day, working_days_later

    assert [easter(year) for year in (2024, 2025, 2026, 2027, 2028, 2038, 2049)] == [
        date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16), date(2038, 4, 25),
        date(2049, 4, 18),
    ]  # fmt: skip
    assert (
        len(holidays_of(2026, "RP")) == 11
        and len(holidays_of(2026, "")) == 9
        and len(holidays_of(2026, "SN")) == 11
    )
    assert date(2026, 11, 18) in holidays_of(2026, "SN")
    assert date(2017, 10, 31) in holidays_of(2017, "RP") and date(2018, 10, 31) not in holidays_of(2018, "RP")
    assert date(2018, 10, 31) in holidays_of(2018, "NI") and date(2025, 5, 8) in holidays_of(2025, "BE")
    assert not is_working_day(date(2026, 11, 1), "RP") and is_working_day(date(2026, 11, 2), "RP")
    assert working_days_later(date(2026, 4, 2), 1, "RP") == date(2026, 4, 7)


def test_what_waited_in_a_restored_backup_does_not_go_out_by_itself(
    concept, server, bell, tmp_path, settings
):
    from insek.config import backup

    user = person()
    put(concept, bell(at_once=True), [ToTell(f"user:{user.pk}")])
    settings.MEDIA_ROOT = tmp_path / "files"
    assert sending.doubt_what_waited() == 1 and send_due() == 0
    assert Notice.objects.get().state == "unsure" and "Sicherung" in Notice.objects.get().problem
    assert backup.doubt_what_waited is sending.doubt_what_waited
