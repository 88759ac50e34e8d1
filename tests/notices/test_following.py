"""Anyone follows: by mail with double opt-in and one click out, as Atom, as a calendar; and learns no more than is public."""

from datetime import date, timedelta

import pytest
from defusedxml.ElementTree import fromstring
from django.utils import timezone

from insek.council.amendment_rows import AMENDMENTS
from insek.council.consulting import add_consultation
from insek.notices.feeds import calendar_of
from insek.notices.following import forget_follows
from insek.notices.models import Follow, Notice
from insek.notices.news import topic_of
from insek.notices.outbox import forget_old_notices, tell_of_the_day
from insek.notices.sending import send_due
from insek.people.actors import PROGRAM
from insek.steering.services import add_task, report_status
from insek.thread.models import Change
from insek.thread.row_acts import add_row
from insek.thread.services import update_item
from tests.factories import make_body, make_item, make_link
from tests.notices.conftest import all_due
from tests.notices.smtp_server import html_of, text_of
from tests.reading import words

pytestmark = pytest.mark.django_db
ADDRESS = "anna@beispiel.example"


def mails(server):
    tell_of_the_day()
    all_due()
    send_due()
    found, server.mails[:] = server.to(ADDRESS), []
    return found


def followed(client, server, address, email=ADDRESS):
    """Follow, and confirm by the mail."""
    client.post(f"/folgen/?{address}", {"email": email})
    send_due()
    [asked] = server.to(email)
    server.mails.clear()
    link = next(line for line in text_of(asked).splitlines() if "/folgen/bestaetigen/" in line).strip()
    path = link.removeprefix("https://insek.musterstadt.example")
    client.post(path, {"act": "confirm"})
    return path


def test_a_citizen_who_follows_a_goal_gets_one_mail(concept, client, mail_server):
    goal = make_item("goal", concept=concept, title="Grüne Höfe")
    answer = client.post(f"/folgen/?inhalt={goal.pk}", {"email": ADDRESS}, follow=True)
    assert "Wenn die Adresse stimmt" in words(answer) and not client.cookies
    assert mails(mail_server)[0]["Subject"].startswith("Bitte bestätigen")
    update_item(goal, expected_version=goal.version, values={"title": "Grünere Höfe"}, actor=PROGRAM)
    assert mails(mail_server) == []  # not confirmed
    row = Follow.objects.get()
    assert row.ends == timezone.localdate() + timedelta(days=7)
    Follow.objects.update(confirmed_at=timezone.now())
    assert mails(mail_server) == []  # nothing since
    goal.refresh_from_db()
    update_item(goal, expected_version=goal.version, values={"title": "Die grünsten Höfe"}, actor=PROGRAM)
    [told] = mails(mail_server)
    assert "Die grünsten Höfe" in text_of(told) and f"https://insek.musterstadt.example{goal.url}" in text_of(
        told
    )
    assert mails(mail_server) == []
    stop = told["List-Unsubscribe"].strip(" <>").removeprefix("https://insek.musterstadt.example")
    assert (
        client.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
        and not Follow.objects.exists()
    )


def test_the_link_in_the_mail_confirms_by_a_button_and_ends_by_one(concept, client, mail_server):
    goal = make_item("goal", concept=concept, title="Grüne Höfe")
    path = followed(client, mail_server, f"inhalt={goal.pk}")
    assert "Sie folgen: " in words(client.get(path)) and Follow.objects.get().confirmed_at is not None
    client.post(path, {"act": "forget"})
    assert not Follow.objects.exists() and client.get(path).status_code == 410


def test_reports_and_resolutions_are_in_it_and_internal_ones_are_not(concept, client, mail_server):
    measure = make_item("measure", concept=concept, title="Brücke", start_year=2020)
    followed(client, mail_server, f"inhalt={measure.pk}")
    said = {"state": "on_track", "happened": "Geheimes."}
    report_status(measure.measure, {**said, "is_internal": True}, actor=PROGRAM)
    hidden = make_item("resolution", concept=concept, title="Noch geheim", visibility="internal")
    make_link(measure, hidden, "decided_by")
    assert mails(mail_server) == []
    report_status(measure.measure, {**said, "is_internal": False}, actor=PROGRAM)
    [told] = mails(mail_server)
    assert "neuer Bericht: " in text_of(told) and "Geheimes" not in text_of(told)
    resolution = make_item("resolution", concept=concept, title="Beschluss zur Brücke")
    make_link(measure, resolution, "decided_by")
    assert mails(mail_server) == []  # one mail a day
    Notice.objects.filter(kind="followed").update(occasion="@gestern")
    [told] = mails(mail_server)
    assert "Beschluss zur Brücke" in text_of(told)


@pytest.mark.parametrize("day", [date(2047, 3, 2), date(2019, 3, 4)])
def test_on_a_stated_day_news_of_that_day_are_told_once(concept, client, mail_server, settings, day):
    """The clock that readers see and that of the machine are years apart, whichever is ahead."""
    settings.INSEK_DAY = day
    goal = make_item("goal", concept=concept, title="Grüne Höfe")
    followed(client, mail_server, f"inhalt={goal.pk}")
    assert mails(mail_server) == []
    update_item(goal, expected_version=goal.version, values={"title": "Grünere Höfe"}, actor=PROGRAM)
    settings.INSEK_DAY = day + timedelta(days=1)
    [told] = mails(mail_server)
    assert "Grünere Höfe" in text_of(told)
    settings.INSEK_DAY = day + timedelta(days=2)
    assert mails(mail_server) == []


def test_a_field_and_a_search_are_followed_too(concept, client, mail_server):
    field = concept.fields.first()
    followed(client, mail_server, f"feld={field.key}")
    followed(client, mail_server, "suche=Radverkehr", "b@beispiel.example")
    make_item("goal", concept=concept, title="Radverkehr stärken", fields=[field])
    tell_of_the_day()
    all_due()
    assert send_due() == 2
    assert {mail["To"] for mail in mail_server.mails} == {ADDRESS, "b@beispiel.example"}
    assert all("Radverkehr stärken" in text_of(mail) for mail in mail_server.mails)


def told_once(concept, client, server, topic, change, words_of_it):
    """Follow, nothing, a change, one mail that says it, and on the next days no other."""
    server.mails.clear()
    followed(client, server, topic)
    assert mails(server) == []
    change()
    [told] = mails(server)
    assert words_of_it in text_of(told), text_of(told)
    for _day in range(2):
        Notice.objects.filter(kind="followed").update(occasion=f"@{Notice.objects.count()}")
        assert mails(server) == []


def test_a_district_is_followed_with_what_lies_in_it(concept, client, mail_server):
    place = make_item("district", concept=concept, title="Nordviertel")
    measure = make_item("measure", concept=concept, title="Spielplatz am Kanal", start_year=2020)
    make_link(measure, place, "located_in")
    said = {"state": "delayed", "happened": "Das Angebot fehlt.", "is_internal": False}
    told_once(
        concept, client, mail_server, f"inhalt={place.pk}",
        lambda: report_status(measure.measure, said, actor=PROGRAM), "Spielplatz am Kanal: neuer Bericht: verzögert",
    )  # fmt: skip


def test_a_measure_is_followed_with_its_goals(concept, client, mail_server):
    goal = make_item("goal", concept=concept, title="Kurze Wege")
    measure = make_item("measure", concept=concept, title="Steg am Kanal")
    make_link(goal, measure, "implemented_by")
    told_once(
        concept, client, mail_server, f"inhalt={measure.pk}",
        lambda: update_item(goal, expected_version=goal.version, values={"title": "Kürzere Wege"}, actor=PROGRAM),
        "Kürzere Wege: geändert",
    )  # fmt: skip


def test_a_search_is_followed_by_what_it_finds(concept, client, mail_server):
    told_once(
        concept, client, mail_server, "suche=Kanalufer",
        lambda: make_item("measure", concept=concept, title="Kanalufer begrünen"), "Kanalufer begrünen: öffentlich",
    )  # fmt: skip


def test_a_paper_is_followed_with_its_way_its_amendments_its_checks_and_what_was_decided(
    concept, client, mail_server
):
    paper = make_item("paper", concept=concept, title="Stegordnung")
    body, hidden = make_body(), make_item("goal", concept=concept, title="Geheim", visibility="internal")
    changes = {
        "angehört": lambda: add_consultation(
            paper.paper, {"body": body, "role": "hearing", "date": date(2026, 3, 9), "result": "angehört"}, actor=PROGRAM
        ),
        "Änderungsantrag Ä 1, Fraktion Nord: angenommen": lambda: add_row(
            AMENDMENTS, paper, {"sort": "motion", "number": "Ä 1", "moved_by": "Fraktion Nord", "after": "Neu.", "state": "carried"}, actor=PROGRAM
        ),
        "Beschluss zur Stegordnung: öffentlich": lambda: make_item(
            "resolution", concept=concept, title="Beschluss zur Stegordnung", paper=paper.paper
        ),
    }  # fmt: skip
    for number, (said, change) in enumerate(changes.items()):
        Follow.objects.all().delete()
        Notice.objects.all().delete()
        told_once(concept, client, mail_server, f"inhalt={paper.pk}", change, said)
        assert number < 2 or Follow.objects.count() == 1
    add_row(
        AMENDMENTS, paper, {"sort": "motion", "moved_by": "Fraktion Süd", "goal": hidden.goal, "after": "Anders."}, actor=PROGRAM
    )  # fmt: skip
    Notice.objects.filter(kind="followed").update(occasion="@früher")
    assert mails(mail_server) == [], "it changes a goal that is not public"


def test_nobody_learns_of_addresses_is_flooded_or_follows_what_is_not_public(
    concept, client, mail_server, settings
):
    hidden = make_item("goal", concept=concept, visibility="internal")
    long = "suche=" + "a" * 201
    for address in (f"inhalt={hidden.pk}", "inhalt=quatsch", "feld=quatsch", "suche=ab", long, ""):
        assert client.get(f"/folgen/?{address}").status_code == 404
        assert client.get(f"/folgen/neues.atom?{address}").status_code == 404
    goals = [make_item("goal", concept=concept) for _number in range(5)]
    answers = [client.post(f"/folgen/?inhalt={goal.pk}", {"email": ADDRESS}) for goal in [*goals, goals[0]]]
    assert {answer.status_code for answer in answers} == {302} and Follow.objects.count() == 3
    client.post(f"/folgen/?inhalt={goals[4].pk}", {"email": "x@y.example", "website": "http://spam"})
    assert Follow.objects.count() == 3
    assert client.post(f"/folgen/?inhalt={goals[0].pk}", {"email": "falsch"}).status_code == 400
    for signs in ("ü" * 200, "🚲" * 200):  # what the search takes can be followed
        assert client.get("/folgen/", {"suche": signs}).status_code == 200
        assert client.get("/folgen/neues.atom", {"suche": signs}).status_code == 200
    assert client.post(f"/folgen/?suche={'%C3%BC' * 200}", {"email": "lang@y.example"}).status_code == 302
    assert Follow.objects.filter(email="lang@y.example").exists()
    settings.EMAIL_HOST = ""
    assert "versendet zurzeit keine Mail" in words(client.get(f"/folgen/?inhalt={goals[0].pk}"))


def test_whoever_asks_puts_no_words_into_the_mail_of_the_city(concept, client, mail_server):
    client.post("/folgen/?suche=Gewonnen+http://boese.example", {"email": ADDRESS})
    send_due()
    [asked] = mail_server.to(ADDRESS)
    said = asked["Subject"] + text_of(asked) + html_of(asked)
    assert "boese" not in said and "Treffer einer Suche" in said
    path = next(line for line in text_of(asked).splitlines() if "/folgen/bestaetigen/" in line).strip()
    page = client.get(path.removeprefix("https://insek.musterstadt.example"))
    assert "boese.example" in words(page), "whoever confirms sees what"


def test_an_address_that_is_refused_is_deleted_and_asked_no_more(concept, client, mail_server):
    goal = make_item("goal", concept=concept, title="Grüne Höfe")
    followed(client, mail_server, f"inhalt={goal.pk}")
    update_item(goal, expected_version=goal.version, values={"title": "Grünere Höfe"}, actor=PROGRAM)
    mail_server.refusals[ADDRESS] = (550, "5.1.1 no such user")
    assert mails(mail_server) == [] and not Follow.objects.exists()


def test_what_was_told_before_the_outbox_forgot_it_is_not_told_again(concept, client, mail_server):
    goal = make_item("goal", concept=concept, title="Grüne Höfe")
    followed(client, mail_server, f"inhalt={goal.pk}")
    update_item(goal, expected_version=goal.version, values={"title": "Grünere Höfe"}, actor=PROGRAM)
    assert len(mails(mail_server)) == 1
    long_ago = timezone.now() - timedelta(days=500)
    Follow.objects.update(confirmed_at=long_ago)
    Change.objects.update(at=long_ago + timedelta(days=1))
    Notice.objects.update(made_at=long_ago + timedelta(days=2))
    forget_old_notices()
    assert mails(mail_server) == []


def test_addresses_go_when_their_time_is_over(concept, client, mail_server):
    goal = make_item("goal", concept=concept)
    followed(client, mail_server, f"inhalt={goal.pk}")
    assert Follow.objects.get().ends == timezone.localdate() + timedelta(days=730) and forget_follows() == 0
    Follow.objects.update(ends=timezone.localdate() - timedelta(days=1))
    assert forget_follows() == 1


def test_news_as_atom_say_what_is_public(concept, client):
    measure = make_item("measure", concept=concept, title="Brücke & Steg", start_year=2020)
    report_status(
        measure.measure, {"state": "on_track", "happened": "Geheimes.", "is_internal": True}, actor=PROGRAM
    )
    answer = client.get(f"/folgen/neues.atom?inhalt={measure.pk}")
    assert (
        answer["Content-Type"].startswith("application/atom+xml")
        and "Geheimes" not in answer.content.decode()
    )
    feed = fromstring(answer.content)
    names = {"a": "http://www.w3.org/2005/Atom"}
    titles = [entry.findtext("a:title", namespaces=names) for entry in feed.findall("a:entry", names)]
    assert len(titles) == 1 and "Brücke & Steg: öffentlich" in titles[0]
    assert f'href="/folgen/?inhalt={measure.pk}"' in client.get(measure.url).content.decode()
    assert "/folgen/?suche=Br" in client.get("/suche/?q=Brücke").content.decode()


def test_public_dates_are_a_calendar_that_programs_can_read(concept, client):
    measure = make_item("measure", concept=concept, title="Brücke")
    add_task(measure.measure, {"title": "Planung; mit, Komma", "due": date(2026, 12, 31)}, actor=PROGRAM)
    paper = make_item(
        "paper",
        concept=concept,
        title="Eine Vorlage mit einem sehr langen Titel über Brücken, Stege und Übergänge",
    )
    add_consultation(
        paper.paper, {"body": make_body(), "role": "decision", "date": date(2026, 3, 9)}, actor=PROGRAM
    )
    text = client.get(f"/folgen/termine.ics?inhalt={measure.pk}").content.decode()
    assert (
        "BEGIN:VCALENDAR\r\n" in text
        and "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n" in text
    )
    assert "Planung\\; mit\\, Komma" in text
    topic = topic_of(concept, item=paper.pk)
    folded = calendar_of(topic, "https://insek.musterstadt.example", timezone.now())
    assert max(len(line.encode()) for line in folded.split("\r\n")) <= 75
    assert "Stege und Übergänge" in folded.replace("\r\n ", "") and "DTSTART;VALUE=DATE:20260309" in folded
    assert "1 Termin" not in words(client.get(f"/folgen/?inhalt={measure.pk}")) and "ein Termin" in words(
        client.get(f"/folgen/?inhalt={measure.pk}")
    )


def test_the_page_costs_little_however_much_there_is(concept, client, django_assert_max_num_queries):
    goal = make_item("goal", concept=concept)
    for _number in range(8):
        make_link(goal, make_item("measure", concept=concept), "implemented_by")
    client.get(f"/folgen/?inhalt={goal.pk}")
    with django_assert_max_num_queries(15):
        client.get(f"/folgen/?inhalt={goal.pk}")
