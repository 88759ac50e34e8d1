"""`insek serve`: one command that runs web, worker and clock, restarts what dies and stops everything cleanly."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import TextIO

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
GRACE_SECONDS = 8.0  # then a child that does not stop is killed
LONGEST_BACKOFF = 30.0
STEADY_SECONDS = 20.0  # a child that lived this long starts with a clean slate


class PortTaken(Exception):
    """Refused: another program listens on the port."""


class NotReady(Exception):
    """Refused: the installation is not fit to serve; the message says what to do."""


def hold_port(host: str, port: int) -> socket.socket:
    """Take a port for as long as the socket returned is open: the web process may listen on it, nobody else may.

    Two granians would quietly share one port, and of two programs that only look whether it is free both may find so.
    Here the system decides: only one can listen. The one that could stops listening and stays bound; whoever wants to
    listen beside it must say that the port is shared, as granian does and this function does not. Raises PortTaken.
    """
    holder = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((host, port))
        holder.listen(1)
    except OSError as error:
        holder.close()
        raise PortTaken(
            f"Port {port} ist belegt: Dort läuft schon ein Programm, vielleicht ein zweites INSEK.\n"
            f"Es beenden oder einen anderen Port wählen: insek serve --port {port + 1}"
        ) from error
    try:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        holder.shutdown(socket.SHUT_RD)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except (OSError, AttributeError):
        holder.close()  # a system that can not hold a port without listening: it was free just now
    return holder


def port_is_free(host: str, port: int) -> bool:
    """Return whether a server could listen."""
    try:
        hold_port(host, port).close()
    except PortTaken:
        return False
    return True


def hold_first_free_port(host: str, wanted: int, *, tries: int = 50) -> tuple[int, socket.socket]:
    """Take the wanted port or the next one above it that nobody uses; see ``hold_port``. Raises PortTaken."""
    for port in range(wanted, min(wanted + tries, 65_536)):
        try:
            return port, hold_port(host, port)
        except PortTaken:
            continue
    raise PortTaken(
        f"Alle Ports von {wanted} bis {wanted + tries - 1} sind belegt. Einen anderen mit --port wählen."
    )


def first_free_port(host: str, wanted: int, *, tries: int = 50) -> int:
    """Return the wanted port or the next one above it that nobody uses."""
    port, holder = hold_first_free_port(host, wanted, tries=tries)
    holder.close()
    return port


@dataclass
class Child:
    """One process of the installation."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    deaths: int = 0  # in a row
    start_again_at: float = 0.0

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Runs children until told to stop.

    Each child leads a process group of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops
    the children in order, and a child's own workers can be ended with it.
    """

    children: list[Child]
    out: TextIO = field(default_factory=lambda: sys.stderr)
    json_lines: bool = False
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, *, on_start: Callable[[], None] | None = None) -> int:
        """Start everything and stay until SIGTERM, SIGINT or SIGHUP; return the exit code."""
        previous = {number: signal.signal(number, lambda *_: self.stopping.set()) for number in STOP_SIGNALS}
        try:
            for child in self.children:
                self._start(child)
            if on_start:
                threading.Thread(target=on_start, daemon=True).start()
            while not self.stopping.wait(0.2):
                for child in self.children:
                    self._look_after(child)
        finally:
            self._stop_all()
            for number, handler in previous.items():
                signal.signal(number, handler)
        return 0

    def say(self, name: str, text: str) -> None:
        """Write one line that tells whose it is; a child's JSON lines are passed on as they are."""
        if not self.json_lines:
            line = f"{name:<6} │ {text}"
        elif text.startswith("{"):
            line = text
        else:
            line = json.dumps({"level": "info", "process": name, "message": text}, ensure_ascii=False)
        print(line, file=self.out, flush=True)

    def _start(self, child: Child) -> None:
        child.started = time.monotonic()
        child.process = subprocess.Popen(
            child.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        threading.Thread(target=self._pass_on, args=(child.name, child.process), daemon=True).start()

    def _pass_on(self, name: str, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                if text := line.rstrip():
                    self.say(name, text)

    def _look_after(self, child: Child) -> None:
        if child.running:
            return
        now = time.monotonic()
        if child.process is not None:
            code = child.process.returncode
            _signal_group(child.process, signal.SIGKILL)  # workers that outlived it
            child.deaths = 1 if now - child.started > STEADY_SECONDS else child.deaths + 1
            pause = min(LONGEST_BACKOFF, 0.5 * 2 ** (child.deaths - 1))
            child.start_again_at, child.process = now + pause, None
            self.say(child.name, f"beendet (Code {code}), neuer Start in {pause:.1f} s")
        elif now >= child.start_again_at:
            self._start(child)

    def _stop_all(self) -> None:
        alive = [child.process for child in self.children if child.process is not None]
        for process in alive:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for process in alive:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)
                process.wait()
            _signal_group(process, signal.SIGKILL)


def _signal_group(process: subprocess.Popen[str], number: int) -> None:
    """Signal every process of the child's group that is left; none left is fine."""
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return


def installation_processes(*, host: str, port: int, workers: int) -> list[Child]:
    """The processes of an installation: web, worker and clock."""
    insek = [sys.executable, "-m", "insek"]
    web = [sys.executable, "-m", "granian", "insek.config.wsgi:application", "--interface", "wsgi"]
    web += ["--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", "2"]
    web += ["--workers-kill-timeout", "5", "--respawn-failed-workers", "--log-level", "warning"]
    return [
        Child("web", web),
        Child("worker", [*insek, "worker"]),
        Child("clock", [*insek, "clock"]),
    ]


def refuse_unless_ready() -> None:
    """Raise NotReady when tables are missing or a check of this installation fails.

    Expects Django to be set up.
    """
    from django.core.checks import run_checks
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import OperationalError

    from .restoring import is_unfinished

    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise NotReady(f"Die Datenbank ist nicht erreichbar: {error}") from error
    if missing and not executor.loader.applied_migrations:
        raise NotReady("Die Datenbank ist noch leer. Zuerst anlegen:\n    insek migrate")
    if missing:
        raise NotReady(
            f"Der Datenbank fehlen {len(missing)} Änderungen dieser Version.\n"
            "Zuerst sichern und dann aktualisieren:\n    insek backup sicherung.zip\n    insek migrate"
        )
    if is_unfinished():
        raise NotReady(
            "Eine Sicherung wurde nicht zu Ende eingespielt. Bitte noch einmal:\n    insek restore sicherung.zip"
        )
    found = [message for message in run_checks(databases=["default"]) if message.is_serious()]
    connection.close()
    if serious := [
        f"{message.id}: {message.msg} {message.hint or ''}" for message in found if not message.is_silenced()
    ]:
        raise NotReady("So darf die Installation nicht betrieben werden:\n" + "\n".join(serious))


def wait_until_up(host: str, port: int, *, seconds: float) -> bool:
    """Ask /healthz until it answers 200."""
    deadline = time.monotonic() + seconds
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection(reachable, port, timeout=2)
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            if connection.getresponse().status == 200:
                return True
        except (OSError, HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.15)
    return False


def serve(
    *,
    host: str,
    port: int,
    on_up: Callable[[], None] | None = None,
    holder: socket.socket | None = None,
) -> int:
    """Run the installation until it is told to stop; ``holder`` is given where the port is held already.

    This process only watches: Django is never loaded in it, and a process of its own looks whether all is in order.
    Raises PortTaken or NotReady before anything is started.
    """
    with holder or hold_port(host, port):
        return _serve(host, port, on_up)


def refuse_unless_ready_elsewhere() -> None:
    """The same as ``refuse_unless_ready``, asked of a process that is gone afterwards. Raises NotReady."""
    command = [sys.executable, "-m", "insek", "check", "--before-start"]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise NotReady(done.stderr.decode("utf-8", "replace").strip())


def _serve(host: str, port: int, on_up: Callable[[], None] | None) -> int:
    from insek.config import settings

    from .private_files import close_to_others

    close_to_others()
    refuse_unless_ready_elsewhere()
    supervisor = Supervisor(
        installation_processes(host=host, port=port, workers=settings.INSEK_WORKERS),
        json_lines=settings.INSEK_LOG_FORMAT == "json",
    )

    def announce() -> None:
        if not wait_until_up(host, port, seconds=60):
            supervisor.say("insek", "Die Webseite antwortet noch nicht; die Meldungen oben nennen den Grund.")
        elif on_up:
            on_up()
        else:
            supervisor.say("insek", f"bereit unter http://{host}:{port}/")

    return supervisor.run(on_start=announce)
