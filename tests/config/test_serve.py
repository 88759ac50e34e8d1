"""`insek serve`, `demo`, `check` and `admin` as an operator meets them: real processes on a database of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest

from insek.config.bench_cost import kilobytes_of
from insek.config.supervisor import port_is_free, wait_until_up
from tests.ready_database import migrated_file

PRODUCTION = {
    "INSEK_ENV": "production",
    "INSEK_SECRET_KEY": "k8Hq-2mZrT6vYx0uPw4sLd9fBn3cJg7aEo1iQe5tRb8yUz6hWk2pMx4vNs0d",
    "INSEK_HOSTS": "insek.example.de",
    "INSEK_ORIGIN": "https://insek.example.de",
}
MEMORY_IS_TOLD = Path("/proc/self/smaps_rollup").exists()


@pytest.fixture(scope="module")
def empty_house(tmp_path_factory) -> Path:
    """A data folder with tables and nothing in them."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(migrated_file(), folder / "insek.sqlite3")
    return folder


def environment(folder: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("INSEK_", "PYTEST"))}
    return {**clean, "INSEK_ENV": "demo", "INSEK_DATA_DIR": str(folder), **more}


def insek(*arguments: str, folder: Path, given: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "insek", *arguments],
        env=environment(folder, **more),
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@dataclass
class Served:
    """What was seen of `insek serve` from its start to its end."""

    port: int
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    kilobytes_of_watcher: int = 0
    returncode: int | None = None
    said: str = ""


@pytest.fixture(scope="module")
def served(empty_house) -> Served:
    """Started, asked once and stopped as with Ctrl C."""
    seen = Served(free_port())
    server = subprocess.Popen(
        [sys.executable, "-m", "insek", "serve", "--port", str(seen.port)],
        env=environment(empty_house), stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    try:
        assert wait_until_up("127.0.0.1", seen.port, seconds=60)
        connection = HTTPConnection("127.0.0.1", seen.port)
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        seen.status, seen.headers = response.status, dict(response.getheaders())
        connection.close()
        if MEMORY_IS_TOLD:
            seen.kilobytes_of_watcher = kilobytes_of(server.pid)
    finally:
        server.send_signal(signal.SIGINT)
        seen.said = server.communicate(timeout=15)[1]
    seen.returncode = server.returncode
    return seen


def test_serve_answers_and_stops_cleanly(served):
    assert served.status == 200
    assert "set-cookie" not in served.headers
    assert "default-src 'none'" in served.headers["content-security-policy"]
    assert (served.returncode, port_is_free("127.0.0.1", served.port)) == (0, True)
    assert f"bereit unter http://127.0.0.1:{served.port}/" in served.said
    assert "Traceback" not in served.said and "Code" not in served.said


def test_serve_refuses_an_empty_database(tmp_path):
    done = insek("serve", "--port", str(free_port()), folder=tmp_path)
    assert (done.returncode, done.stderr) == (
        1,
        "Die Datenbank ist noch leer. Zuerst anlegen:\n    insek migrate\n",
    )


def test_serve_refuses_a_taken_port(empty_house):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = insek("serve", "--port", str(port), folder=empty_house)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        1,
        f"Es beenden oder einen anderen Port wählen: insek serve --port {port + 1}",
    )


def test_production_refuses_a_database_with_demo_logins(empty_house):
    make = "from insek.people.services import create_demo_users as c; c()"
    assert insek("check", folder=empty_house, **PRODUCTION).returncode == 0
    assert insek("manage", "shell", "-c", make, folder=empty_house).returncode == 0
    done = insek("check", folder=empty_house, **PRODUCTION)
    assert done.returncode == 1
    assert "insek.E005: Die Datenbank enthält Zugänge der Vorführung:" in done.stderr


def test_a_wrong_setting_is_a_sentence_not_a_traceback(tmp_path):
    done = insek("check", folder=tmp_path, INSEK_ENV="production")
    assert done.returncode == 1
    assert done.stderr.startswith("Die Einstellungen sind unvollständig.\nINSEK_SECRET_KEY fehlt")


@pytest.mark.parametrize(
    ("password", "answer"),
    [
        ("kurz", "Passwort"),
        ("ein-langes-Passwort-42", "Angelegt: vorname.nachname, mit der Rolle Administration."),
    ],
)
def test_the_first_login_is_an_administrator_with_a_good_password(empty_house, password, answer):
    done = insek("admin", "vorname.nachname", folder=empty_house, given=password + "\n")
    assert answer in done.stdout + done.stderr


def test_the_same_login_is_not_made_twice(empty_house):
    for _ in range(2):
        done = insek("admin", "zweimal", folder=empty_house, given="ein-langes-Passwort-42\n")
    assert (done.returncode, done.stderr) == (
        1,
        "Den Zugang zweimal gibt es schon. Neues Passwort: insek manage changepassword zweimal\n",
    )


@pytest.mark.skipif(not MEMORY_IS_TOLD, reason="memory is read from /proc")
def test_who_only_watches_holds_no_django_and_a_web_worker_no_typesetter(empty_house, served):
    assert 0 < served.kilobytes_of_watcher < 40_000
    heavy = ["typst", "docx", "docxtpl", "vl_convert", "openpyxl", "xlsxwriter", "pyogrio"]
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, insek.config.wsgi as w; from django.urls import get_resolver as r; r().url_patterns; print([n for n in {heavy} if n in sys.modules])"],
        env=environment(empty_house), capture_output=True, text=True, timeout=180, check=True,
    )  # fmt: skip
    assert loaded.stdout.strip() == "[]"
