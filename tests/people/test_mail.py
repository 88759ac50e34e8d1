"""Mail goes by the server of the environment, or not at all; what the server refuses is said in words."""

import smtplib

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend

from insek.notices.models import Notice
from insek.notices.sending import send_due
from insek.people.mail import MailNotSent, can_send, send_mail_to
from tests.factories import make_user
from tests.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.musterstadt.example", "insek@musterstadt.example"
    return settings


def test_without_a_server_links_are_shown_and_no_button_sends(concept, as_role):
    admin, user = as_role("administrator"), make_user("planner", email="p@musterstadt.example")
    assert not can_send()
    assert "senden" not in words(admin.get(f"/personen/{user.pk}/link"))
    page = words(admin.get("/einrichten/anfang/mail/"))
    assert (
        "Ohne Mailserver geht alles andere" in page
        and "INSEK_MAIL_HOST" in page
        and "Probe senden" not in page
    )
    with pytest.raises(MailNotSent, match="kein Mailserver"):
        send_mail_to("a@b.example", subject="x", text="y")
    admin.post(f"/personen/{user.pk}/link", {"weg": "mail"})
    assert outbox.outbox == []


def test_a_test_goes_out_and_so_does_a_link_to_the_own_address(concept, as_role, server):
    server.EMAIL_HOST_PASSWORD = "ganz geheim"
    admin, user = as_role("administrator"), make_user("planner", email="p@musterstadt.example")
    page = admin.get("/einrichten/anfang/mail/")
    assert "mail.musterstadt.example" in words(page) and "ganz geheim" not in page.content.decode()
    answer = admin.post("/einrichten/anfang/mail/", {"address": "a@musterstadt.example"}, follow=True)
    assert "hat die Nachricht angenommen" in answer.content.decode()  # the message stands above the main part
    assert "über mail.musterstadt.example" in words(answer)
    server.INSEK_ORIGIN = "https://insek.musterstadt.example"
    answer = admin.post(f"/personen/{user.pk}/link", {"weg": "mail"}, follow=True)
    assert "unterwegs" in answer.content.decode() and "kennwort/waehlen" not in answer.content.decode()
    assert "kennwort" not in str(
        Notice.objects.values()
    )  # the link is made when it is sent, and kept nowhere
    send_due()
    test, invitation = outbox.outbox
    assert (test.to, invitation.to) == (["a@musterstadt.example"], ["p@musterstadt.example"])
    assert (
        "https://insek.musterstadt.example/kennwort/waehlen/" in invitation.body
        and user.username in invitation.body
    )
    assert invitation.from_email == "insek@musterstadt.example"


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (smtplib.SMTPAuthenticationError(535, b"no"), "Benutzer oder Passwort"),
        (ConnectionRefusedError(111, "refused"), "antwortet nicht"),
        (smtplib.SMTPRecipientsRefused({}), "nimmt diese Adresse nicht an"),
        (smtplib.SMTPDataError(554, b"no"), "nicht angenommen"),
    ],
)
def test_what_the_server_refuses_is_said(concept, as_role, server, monkeypatch, refusal, said):
    def refused(self, messages):
        raise refusal

    monkeypatch.setattr(EmailBackend, "send_messages", refused)
    admin, user = as_role("administrator"), make_user("planner", email="p@musterstadt.example")
    answer = admin.post("/einrichten/anfang/mail/", {"address": "a@musterstadt.example"})
    assert answer.status_code == 400 and said in words(answer)
    admin.post(f"/personen/{user.pk}/link", {"weg": "mail"})
    send_due()
    assert said in words(admin.get("/nachrichten/versand/"))


def test_no_line_of_a_subject_adds_another(server):
    send_mail_to("a@musterstadt.example", subject="Eins\nBcc: b@musterstadt.example", text="x")
    assert outbox.outbox[0].subject == "Eins Bcc: b@musterstadt.example" and outbox.outbox[0].bcc == []


def test_a_role_is_called_as_the_city_calls_it(concept, as_role):
    admin = as_role("administrator")
    seen = admin.get("/personen/rollen/council").context["form"]["seen"].value()
    said = {"seen": seen, "name": "Mitglied der Bürgerschaft", "rights": ["see_internal"]}
    assert "Mitglied der Bürgerschaft" in words(admin.post("/personen/rollen/council", said, follow=True))
    assert make_user("council").memberships.get().role.rights == ["see_internal"]
    late = admin.post("/personen/rollen/council", {**said, "name": "Anders"})  # saw what was there before
    assert late.status_code == 400 and "jemand anderes diese Rolle geändert" in words(late)


def test_the_right_to_manage_people_stays_with_somebody(concept, as_role):
    admin = as_role("administrator")
    seen = admin.get("/personen/rollen/administrator").context["form"]["seen"].value()
    answer = admin.post(
        "/personen/rollen/administrator", {"seen": seen, "name": "Administration", "rights": []}
    )
    assert answer.status_code == 400 and "niemand mehr auf Dauer Personen verwalten" in words(answer)
    assert admin.get("/personen/").status_code == 200


@pytest.mark.parametrize(
    ("error", "is_server", "is_final"),
    [
        (smtplib.SMTPConnectError(554, b"no service"), True, False),
        (OSError(101, "Network is unreachable"), True, False),
        (smtplib.SMTPNotSupportedError("STARTTLS"), True, False),
        (smtplib.SMTPDataError(554, b"spam"), False, True),
    ],
)
def test_what_lies_at_the_server_or_the_words_marks_no_address(
    server, monkeypatch, error, is_server, is_final
):
    def refuse(self, messages):
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    with pytest.raises(MailNotSent) as found:
        send_mail_to("a@b.example", subject="x", text="y")
    said = found.value
    assert (said.is_server, said.is_final, said.is_address) == (is_server, is_final, False)
