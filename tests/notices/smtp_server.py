"""A small mail server on this machine (RFC 5321, what smtplib says): keeps what it is handed, refuses what it is told to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Received:
    """What came in, and what the next recipients are answered."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    silent_after: set[str] = field(default_factory=set)
    """Addresses whose mail is taken and never answered for: the connection breaks."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to one address."""
        return [mail for mail in self.mails if address in mail["To"]]


class _Talk(socketserver.StreamRequestHandler):
    received: Received

    def handle(self) -> None:
        self._say("220 probe ESMTP")
        to: list[str] = []
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words[:4].upper()
            if verb in {"EHLO", "HELO"}:
                self._say("250 probe")
            elif verb == "RCPT":
                address = words.partition("<")[2].partition(">")[0]
                code, said = self.received.refusals.get(address, (250, "ok"))
                if code == 250:
                    to.append(address)
                self._say(f"{code} {said}")
            elif verb == "DATA":
                self._say("354 go on")
                self._take(to)
                if self.received.silent_after & set(to):
                    return
                to = []
                self._say("250 ok")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self, to: list[str]) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        mail = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        with self.received.lock:
            self.received.mails.append(mail)
            self.received.recipients += to

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def mail_server() -> Iterator[tuple[int, Received]]:
    """A server that listens: its port, and what it receives."""
    received = Received()
    with _Server(("127.0.0.1", 0), type("Talk", (_Talk,), {"received": received})) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1], received
        finally:
            server.shutdown()
            thread.join()


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(mail: EmailMessage) -> str:
    """The HTML of a mail."""
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())
