"""The built wheel alone serves the city: an empty environment, no Node.js, no checkout."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests import ready_database

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [path] = folder.glob("insek-*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The `insek` command of a fresh virtual environment that holds nothing but the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("installation")
    subprocess.run([sys.executable, "-m", "venv", folder / "v"], check=True)
    pip = [
        folder / "v" / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
    ]
    subprocess.run(
        [*pip, "--require-hashes", "-r", ROOT / "requirements.lock"], check=True, capture_output=True
    )
    subprocess.run([*pip, "--no-deps", wheel], check=True, capture_output=True)
    return folder / "v" / "bin" / "insek"


def get(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")
    finally:
        connection.close()


def test_the_wheel_holds_browser_files_translations_and_the_city(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    needed = {
        "insek/web/static/BUILD",
        "insek/web/static/vendor/htmx/htmx.min.js",
        "insek/web/static/vendor/maplibre/maplibre-gl.mjs",
        "insek/web/static/vendor/kern/kern.css",
        "insek/locale/en/LC_MESSAGES/django.mo",
        "insek/cities/kaiserslautern/datapackage.json",
    }
    assert needed - names == set()
    assert [name for name in names if name.startswith(("tests/", "node_modules/"))] == []


def test_an_installed_wheel_serves_the_city(installed, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("INSEK_", "PYTEST", "DJANGO"))
    }
    clean = {
        **clean,
        "PATH": str(tmp_path),
        "PYTHONPATH": "",
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "",
    }  # no Node.js, nor anything else
    (tmp_path / "data-demo").mkdir()
    shutil.copy(
        ready_database.migrated_file(), tmp_path / "data-demo" / "insek.sqlite3"
    )  # the city is loaded here
    demo = subprocess.Popen(
        [installed, "demo", "--port", str(port)],
        cwd=tmp_path,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    try:
        greeting = read_until(demo, "Beenden mit Strg+C")
        assert f"http://localhost:{port}/" in greeting
        assert get(port, "/healthz")[0] == 200
        status, page = get(port, "/")
        assert (status, "Kaiserslautern" in page) == (200, True)
        static = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
        assert {path.split("/")[2] for path in static} == {
            (ROOT / "insek/web/static/BUILD").read_text().strip()
        }
        assert {path: get(port, path)[0] for path in static} == dict.fromkeys(static, 200)
        assert get(port, "/en/")[0] == 200
    finally:
        demo.send_signal(signal.SIGINT)
        try:
            assert demo.wait(30) == 0
        finally:  # what still runs or stays open would disturb the next test
            demo.kill()
            demo.stdout.close()


def read_until(process: subprocess.Popen[str], end: str, *, seconds: float = 240) -> str:
    """What the process has said up to the line that contains `end`."""
    said: list[str] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and (line := process.stdout.readline()):
        said.append(line)
        if end in line:
            return "".join(said)
    raise AssertionError("".join(said) or "nothing was said")
