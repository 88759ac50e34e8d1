"""A city whose clock a test sets, with a real mail server beside it: what the journey of the year after adoption stands on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from email.message import EmailMessage
from pathlib import Path
from urllib.error import URLError

from insek.config.supervisor import first_free_port
from tests.journeys.conftest import PORTS_OF_A_WORKER, ROOT, WORKER, _environment
from tests.notices.smtp_server import Received, text_of

SENDER = "insek@kaiserslautern.example"
PEOPLE = """
from datetime import date
from insek.people.models import Role, Unit, User
from insek.people.services import give_role
from insek.people.actors import PROGRAM
from insek.steering.round_models import ReportRound
units = {unit.key: unit for unit in Unit.objects.all()}
for name in ("leitung", "referat"):
    User.objects.filter(username=name).update(email=f"{name}@stadt.example")
User.objects.filter(username="rat").update(email="rat@stadt.example")
for name, unit in (("soziales", "soziales"), ("schulen", "schulen"), ("amtsleitung", None)):
    user = User.objects.create_user(username=name, last_name=name.title(), email=f"{name}@stadt.example", password="kaiserslautern", unit=units.get(unit))
    if unit:
        give_role(user, role=Role.objects.get(key="department"), actor=PROGRAM)
ReportRound.objects.filter(closed_on=None).update(closed_on=date(2027, 1, 5))
"""
"""Who is there beside the demo: addresses, two units with a login, and a head of department without any right but to be told."""
MORNING = """
from django.utils import timezone
from insek.notices.models import Notice
from insek.notices.outbox import tell_of_the_day
from insek.notices.sending import send_due
tell_of_the_day()
Notice.objects.filter(state="waiting").update(due_at=timezone.now())
print("SENT", send_due())
"""
"""What the clock does in a night, with the next morning come."""


class YearCity:
    """The demo on a stated day, served, with its worker; the day is set anew by starting both again."""

    def __init__(self, folder: Path, mail_port: int, received: Received) -> None:
        self.folder, self.received = folder, received
        self.port = first_free_port("127.0.0.1", 8700 + PORTS_OF_A_WORKER * WORKER + os.getpid() % 40)
        self.address = f"http://127.0.0.1:{self.port}"
        self.settings = {
            "INSEK_MAIL_HOST": "127.0.0.1", "INSEK_MAIL_PORT": str(mail_port), "INSEK_MAIL_SECURITY": "none",
            "INSEK_MAIL_FROM": SENDER, "INSEK_ORIGIN": self.address, "INSEK_DAY": "",
            "DJANGO_SETTINGS_MODULE": "insek.config.settings",
        }  # fmt: skip
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self, script: str) -> str:
        """Do something in the city; returns what it printed."""
        command = [sys.executable, "-m", "insek", "manage", "shell", "-v", "0", "-c", script]
        done = subprocess.run(
            command, cwd=ROOT, env=_environment(self.folder) | self.settings, check=False, capture_output=True, text=True
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def on(self, day: str) -> None:
        """Go on on another day."""
        self.end()
        self.settings["INSEK_DAY"] = day
        serve = [
            "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--no-access-log", "--log-level", "warning", "insek.config.wsgi:application",
        ]  # fmt: skip
        work = ["-m", "insek", "manage", "db_worker", "--queue-name", "*", "--interval", "1", "--no-reload"]
        for command in (serve, work):
            environment = _environment(self.folder) | self.settings
            process = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL
            )
            self._running.append(process)
        for _attempt in range(900):
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=2):
                    return
            except (URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError("the server did not come up")

    def end(self) -> None:
        """Stop server and worker."""
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.wait(30)
        self._running = []

    def morning(self) -> int:
        """A night passes; returns how many mails went out."""
        return int(self.run(MORNING).split("SENT ")[1].split()[0])

    def mail_to(self, address: str, about: str = "") -> EmailMessage:
        """The one mail that came to an address since it was last asked, waited for."""
        for _attempt in range(450):
            with self.received.lock:
                found = [mail for mail in self.received.to(address) if about in mail["Subject"]]
            if found:
                break
            time.sleep(0.1)
        assert len(found) == 1, [(mail["To"], mail["Subject"]) for mail in self.received.mails]
        with self.received.lock:
            self.received.mails.remove(found[0])
        return found[0]

    def link_in(self, mail: EmailMessage, part: str) -> str:
        """The one address in a mail that has these words."""
        found = {word for word in text_of(mail).split() if word.startswith(self.address) and part in word}
        assert len(found) == 1, text_of(mail)
        return found.pop()
