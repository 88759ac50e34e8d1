"""Mail that the program sends: by the server that the operator names in the environment, or none at all.

What is sent is said by whoever asks; nothing is kept here. Without a server nothing is lost: links are shown instead. All mail
goes through the outbox of ``notices`` but tests, which shall say at once what the server answers.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

from .mail_server import AnswerLost
from .models import User


class MailNotSent(Exception):
    """The mail did not go; the message says why, in words for the person who asked.

    ``is_final``: trying again does not help. ``is_server``: it is the server that does not answer, so others will not go either.
    ``is_address``: the address is refused for good, whatever the mail says. ``is_unsure``: perhaps it did go; the connection broke
    before the server said so.
    """

    def __init__(
        self,
        words: str,
        *,
        is_final: bool = False,
        is_server: bool = False,
        is_address: bool = False,
        is_unsure: bool = False,
    ) -> None:
        super().__init__(words)
        self.is_final, self.is_server, self.is_address = is_final, is_server, is_address
        self.is_unsure = is_unsure


POLICY = b"5.7."
"""How servers begin a refusal that lies in their own rules, such as relaying (RFC 3463): the address may be right."""


def can_send() -> bool:
    """Whether a mail server is named."""
    return bool(settings.EMAIL_HOST and settings.DEFAULT_FROM_EMAIL)


def one_line(text: str) -> str:
    """A subject: no line break adds a header of its own."""
    return " ".join(text.split())


def send_mail_to(address: str, *, subject: str, text: str) -> None:
    """Send one mail, now. It waits for the server: never within a transaction. Raises MailNotSent."""
    hand_over(EmailMessage(one_line(subject), text, settings.DEFAULT_FROM_EMAIL, [address]))


def hand_over(message: EmailMessage, connection: BaseEmailBackend | None = None) -> None:
    """Hand a mail to the server, over an open connection where one is given. Never within a transaction. Raises MailNotSent."""
    if not can_send():
        raise MailNotSent(_("Es ist kein Mailserver eingerichtet."), is_server=True)
    if connection is not None:
        message.connection = connection
    try:
        message.send()
    except AnswerLost as error:
        said = _("Die Verbindung zum Mailserver brach ab; ob die Nachricht hinausging, ist unklar.")
        raise MailNotSent(said, is_server=True, is_unsure=True) from error
    except smtplib.SMTPAuthenticationError as error:
        raise MailNotSent(_("Der Mailserver lehnt Benutzer oder Passwort ab."), is_server=True) from error
    except smtplib.SMTPRecipientsRefused as error:
        answers = error.recipients.values()
        final = bool(answers) and all(code >= 500 and not said.startswith(POLICY) for code, said in answers)
        said = _("Der Mailserver nimmt diese Adresse nicht an.")
        raise MailNotSent(said, is_final=final, is_address=final) from error
    except smtplib.SMTPSenderRefused as error:
        raise MailNotSent(_("Der Mailserver nimmt die Absenderadresse nicht an."), is_server=True) from error
    except (ssl.SSLError, smtplib.SMTPNotSupportedError) as error:
        raise MailNotSent(
            _("Die Verschlüsselung passt nicht zum Mailserver; bitte Art und Port prüfen."), is_server=True
        ) from error
    except (
        socket.gaierror, ConnectionError, TimeoutError, smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPHeloError,
    ) as error:  # fmt: skip
        raise MailNotSent(
            _("Der Mailserver antwortet nicht; bitte Name und Port prüfen."), is_server=True
        ) from error
    except smtplib.SMTPResponseException as error:
        said = _("Der Mailserver hat die Nachricht nicht angenommen.")
        raise MailNotSent(said, is_final=error.smtp_code >= 500) from error
    except (smtplib.SMTPException, ValueError) as error:
        raise MailNotSent(_("Der Mailserver hat die Nachricht nicht angenommen.")) from error
    except OSError as error:
        said = _("Der Mailserver antwortet nicht; bitte Name und Port prüfen.")
        raise MailNotSent(said, is_server=True) from error


_inviting: list[Callable[[User], None]] = []


def register_inviting(invite: Callable[[User], None]) -> None:
    """Let the outbox take the mail with which a person chooses a password."""
    _inviting[:] = [invite]


def invite(user: User) -> None:
    """Send a person the link to choose a password, by the outbox."""
    for put_into_outbox in _inviting:
        put_into_outbox(user)
