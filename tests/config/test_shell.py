"""First minutes: help in the language of the shell, commands on the demo's data, nothing before the logins."""

import logging
import logging.config
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from insek.cli import _parser, main
from insek.config.demo import welcome
from insek.config.logs import logging_config
from insek.config.shell import BEGINNING, ENGLISH, shell_is_german

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shell(monkeypatch):
    """Sets the language of the shell."""

    def speaks(**variables: str) -> None:
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return speaks


@pytest.mark.parametrize(
    ("variables", "german"),
    [
        ({"LANG": "de_DE.UTF-8"}, True),
        ({"LANG": "de_AT.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "de_DE"}, True),
        ({"LANG": "C.UTF-8"}, False),
        ({}, False),
    ],
)
def test_the_language_is_that_of_the_shell(shell, variables, german):
    shell(**variables)
    assert shell_is_german() is german


def test_the_help_is_german_or_english_to_the_last_word(shell):
    shell(LANG="en_GB.UTF-8")
    english = _parser().format_help()
    shell(LANG="de_DE.UTF-8")
    german = _parser().format_help()
    assert "Aufruf: insek [-h] [--version] BEFEHL" in german
    assert "prüfen, ob die Installation betrieben werden darf" in german
    assert [word for word in ("usage:", "options", "show this") if word in german] == []
    assert "usage: insek [-h] [--version] COMMAND" in english
    assert "check whether the installation is fit to run" in english
    words = set("".join(letter if letter.isalpha() else " " for letter in english).split())
    assert words & {"BEFEHL", "Befehle", "anlegen", "prüfen", "Vorführung"} == set()


def test_no_help_text_is_without_its_english(shell):
    shell(LANG="C")
    _parser()  # a text without its English is a KeyError
    source = (ROOT / "insek" / "cli.py").read_text(encoding="utf-8")
    of_beginning = {said for option in BEGINNING for said in option}
    assert [german for german in ENGLISH if f'"{german}"' not in source and german not in of_beginning] == [
        "diese Hilfe zeigen",
        "die Version nennen",
    ]


def test_the_welcome_is_in_the_language_of_the_shell(shell):
    logins = [("leitung", "geheim", "Projektleitung")]
    shell(LANG="de_DE.UTF-8")
    assert "Passwort für alle: geheim" in welcome("127.0.0.1", 8000, logins, seconds=3)
    shell(LANG="fr_FR.UTF-8")
    english = welcome("127.0.0.1", 8000, logins, seconds=3)
    assert "Log in at http://localhost:8000/en/anmelden/" in english
    assert "Password for all: geheim" in english


def test_started_and_finished_tasks_do_not_stand_before_the_logins(capfd):
    try:
        logging.config.dictConfig(logging_config(log_format="plain", requests=False))
        for name in ("django_tasks", "django_tasks_db"):
            logging.getLogger(name).setLevel(logging.INFO)  # as db_worker does when it starts
            logging.getLogger(name).info("Task started")
            logging.getLogger(name).error("Task failed")
    finally:
        logging.config.dictConfig(settings.LOGGING)
    said = capfd.readouterr().err
    assert (said.count("Task started"), said.count("Task failed")) == (0, 2)


def test_a_command_before_there_are_data_says_what_to_do_first(tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("INSEK_", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-m", "insek", "export", str(tmp_path / "x.zip")],
        env={**clean, "INSEK_ENV": "demo", "INSEK_DATA_DIR": str(tmp_path / "data")},
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=180,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr
        == "Hier sind noch keine Daten. Zuerst die Vorführung starten: ./dev demo oder insek demo\n"
    )


def test_help_ends_well(capsys, shell):
    shell(LANG="C")
    with pytest.raises(SystemExit) as ended:
        main(["export", "--help"])
    assert ended.value.code == 0
    assert "folder, or file that ends in .zip" in capsys.readouterr().out


DEV = (ROOT / "dev").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("language", "line"), [("de_DE.UTF-8", "alles prüfen"), ("C.UTF-8", "check everything")]
)
def test_dev_helps_in_the_language_of_the_shell(language, line):
    clean = {name: value for name, value in os.environ.items() if name not in {"LC_ALL", "LC_MESSAGES"}}
    done = subprocess.run(
        [str(ROOT / "dev"), "help"], env={**clean, "LANG": language}, capture_output=True, text=True,
        encoding="utf-8", check=True,
    )  # fmt: skip
    assert f"./dev test                 {line}" in done.stdout.splitlines()
    assert "./dev test --quick" in done.stdout


@pytest.mark.parametrize(
    ("given", "environment"),
    [
        ({}, "demo data-demo"),
        ({"INSEK_DATA_DIR": "elsewhere"}, "demo elsewhere"),
        ({"INSEK_ENV": "production"}, "production "),
        ({"INSEK_DATABASE_URL": "postgresql://x/y"}, " "),
    ],
)
def test_dev_works_on_the_data_of_the_demo_where_nothing_else_is_set(given, environment):
    body = "\n".join(DEV)
    function = body[body.index("on_the_demo() {") :].split("\n}\n")[0] + "\n}\n"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("INSEK_")}
    done = subprocess.run(
        ["bash", "-euc", function + 'on_the_demo; echo "${INSEK_ENV:-} ${INSEK_DATA_DIR:-}"'],
        env={**clean, **given}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == environment + "\n"
    lines = [line for line in DEV if line.startswith(("  insek)", "  shell)"))]
    assert [("on_the_demo;" in line) for line in lines] == [True, True]
