"""Contributors who gave an address: double opt-in, told of answers, adoption and completion, forgotten with one click; and moderators."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from insek.notices.models import Notice
from insek.notices.outbox import hear, tell_of_the_day
from insek.notices.sending import send_due
from insek.participation import moderation, services
from insek.participation.contacts import path_of, purge_contacts
from insek.participation.models import Contact
from insek.people.actors import PROGRAM
from insek.steering.services import report_status
from insek.thread.models import Event
from tests.factories import make_actor, make_item, make_link, make_user
from tests.notices.conftest import all_due
from tests.notices.smtp_server import text_of
from tests.reading import words

pytestmark = pytest.mark.django_db
ADDRESS = "anna@beispiel.example"


@pytest.fixture
def send(form_of, django_capture_on_commit_callbacks):
    def sent(**values):
        with django_capture_on_commit_callbacks(execute=True):
            item, _token = services.submit_contribution(
                format=form_of,
                type="idea",
                **{"text": "Mehr Bänke am Markt, bitte.", "email": ADDRESS, **values},
            )
        send_due()
        return item

    return sent


def mails(server):
    tell_of_the_day()
    all_due()
    send_due()
    return server.to(ADDRESS)


def test_an_address_is_asked_and_nothing_else_is_sent_before_it_is_confirmed(send, mail_server, client):
    item, moderator = send(), make_actor("moderator")
    [asked] = mail_server.to(ADDRESS)
    path = path_of(item.pk)
    assert f"https://insek.musterstadt.example{path}" in text_of(asked) and "bestätigen" in asked["Subject"]
    assert Contact.objects.get().ends == timezone.localdate() + timedelta(days=14)
    moderation.reply(item, text="Kommt.", expected_version=item.version, actor=moderator)
    assert len(mails(mail_server)) == 1
    assert "Ja, schreiben Sie mir" in words(client.get(path)) and Contact.objects.get().confirmed_at is None
    assert client.post(path, {"act": "confirm"}).status_code == 302 and not client.cookies
    assert Contact.objects.get().ends == timezone.localdate() + timedelta(days=180)
    assert "Kommt." in words(client.get(path))
    [_asked, told] = mails(mail_server)
    assert "geantwortet" in text_of(told) and "Mehr Bänke" in text_of(told) and path in text_of(told)
    assert len(mails(mail_server)) == 2


def test_the_unconfirmed_goes_after_a_fortnight_and_wrong_addresses_give_nothing(send, mail_server, client):
    item = send()
    Contact.objects.update(ends=timezone.localdate() - timedelta(days=1))
    assert purge_contacts() == 1
    assert "Adresse ist gelöscht" in words(client.get(path_of(item.pk)))
    assert client.get(path_of(item.pk)[:-3] + "aa/").status_code == 404


def test_nobody_is_flooded_with_questions(send, mail_server):
    for number in range(5):
        send(text=f"Beitrag Nummer {number}, einer von vielen.")
    assert len(mail_server.to(ADDRESS)) == 3 and Contact.objects.count() == 5


def confirmed(item):
    Contact.objects.filter(pk=item.pk).update(confirmed_at=timezone.now())
    Notice.objects.all().delete()


def test_contributors_hear_of_adoption_and_completion_and_stop_with_one_click(send, mail_server, client):
    item = send()
    moderation.publish(item, expected_version=item.version, actor=make_actor("moderator"))
    confirmed(item)
    mail_server.mails.clear()
    measure = make_item("measure", title="Sitzplätze", start_year=2020)
    hidden = make_item("measure", title="Noch geheim", visibility="internal")
    item.refresh_from_db()
    make_link(item, measure, "taken_up")
    make_link(item, hidden, "taken_up")
    [told] = mails(mail_server)
    assert "Sitzplätze" in text_of(told) and "Noch geheim" not in text_of(told)
    report_status(measure.measure, {"state": "completed", "happened": "Fertig."}, actor=PROGRAM)
    [_first, done] = mails(mail_server)
    assert "ist umgesetzt" in text_of(done) and "Sitzplätze" in text_of(done)
    stop = done["List-Unsubscribe"].strip(" <>").removeprefix("https://insek.musterstadt.example")
    assert client.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Contact.objects.exists()
    assert "nichts mehr abzubestellen" in words(client.post(stop))


def test_the_answer_to_the_one_it_was_merged_into_counts(send, mail_server):
    moderator = make_actor("moderator")
    into, item = send(email="", text="Bänke fehlen am Markt sehr."), send()
    into = moderation.publish(into, expected_version=into.version, actor=moderator)
    moderation.merge(item, into=into, expected_version=item.version, actor=moderator)
    confirmed(item)
    mail_server.mails.clear()
    into.refresh_from_db()
    moderation.reply(into, text="Wir stellen welche auf.", expected_version=into.version, actor=moderator)
    assert len(mails(mail_server)) == 1


def test_without_a_mail_server_an_address_is_kept_for_questions_as_before(send, settings):
    send()
    assert Contact.objects.get().ends == timezone.localdate() + timedelta(days=180)
    assert not Notice.objects.exists()


def test_moderators_hear_of_what_came_in_and_of_who_waits(send, settings, concept):
    moderator = make_user("moderator", username="m")
    settings.INSEK_DAY = date(2026, 3, 2)
    item = send(email="")
    hear([Event(concept_id=concept.pk, kind="contribution", action="created", item_id=item.pk)])
    [notice] = Notice.objects.all()
    assert (notice.kind, notice.to) == ("unread", f"user:{moderator.pk}")
    settings.INSEK_DAY = date(2026, 3, 6)
    assert tell_of_the_day() == 0
    settings.INSEK_DAY = date(2026, 4, 6)
    tell_of_the_day()
    assert set(Notice.objects.values_list("kind", flat=True)) == {"unread", "unanswered"}


def test_who_contributed_in_english_gets_english_mail_with_a_link_to_the_english_page(
    send, mail_server, client
):
    with translation.override("en"):
        item = send()
    send(text="Auf Deutsch.", email="bert@beispiel.example")
    assert set(Contact.objects.values_list("email", "language")) == {
        (ADDRESS, "en"),
        ("bert@beispiel.example", "de"),
    }
    [asked], [gefragt] = mail_server.to(ADDRESS), mail_server.to("bert@beispiel.example")
    path = re.search(r"https://insek\.musterstadt\.example(/en/\S+)", text_of(asked))[1]
    assert "please confirm" in asked["Subject"].lower() and "bitte bestätigen" in gefragt["Subject"]
    assert client.post(path, {"act": "confirm"}).status_code == 302
    moderation.reply(item, text="Kommt.", expected_version=item.version, actor=make_actor("moderator"))
    [_asked, told] = mails(mail_server)
    assert "your contribution" in text_of(told).lower() and "/en/" in text_of(told)
