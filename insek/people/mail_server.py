"""Django's way to a mail server, which also knows whether a mail had been handed over when the connection broke.

A mail server answers twice to DATA: that it listens (354), and that it has taken the mail. Where the connection breaks between the two, nobody
knows whether it goes out; smtplib says the same there as where nothing was sent.
"""

from __future__ import annotations

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class AnswerLost(smtplib.SMTPException):
    """The connection broke after the mail was handed over and before the server said whether it took it."""


class _Listening:
    """Knows whether the server listens to a mail right now."""

    listens = False

    def getreply(self) -> tuple[int, bytes]:
        """The answer of the server; 354 says that it listens from now on."""
        answer: tuple[int, bytes] = super().getreply()  # type: ignore[misc]  # of smtplib
        self.listens = answer[0] == 354
        return answer

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand a mail over. Raises AnswerLost where the connection breaks while it is."""
        self.listens = False
        try:
            answer: tuple[int, bytes] = super().data(msg)  # type: ignore[misc]  # of smtplib
        except smtplib.SMTPDataError:
            raise
        except OSError as error:  # of which SMTPServerDisconnected is one
            if self.listens:
                raise AnswerLost(str(error)) from error
            raise
        return answer


class _Plain(_Listening, smtplib.SMTP):
    pass


class _Encrypted(_Listening, smtplib.SMTP_SSL):
    pass


class MailServer(EmailBackend):
    """As Django's, with a connection that knows what was handed over."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """What speaks with the server."""
        return _Encrypted if self.use_ssl else _Plain
