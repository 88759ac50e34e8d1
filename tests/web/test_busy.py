"""A database that is busy, a disk that is full, a concept that is being replaced: told, never a mistake of ours."""

import os
import subprocess
import sys

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from insek.thread import replacing
from tests.reading import words


@pytest.fixture
def client(concept):
    client = Client()
    client.raise_request_exception = False
    return client


def sign_in(client):
    return client.post(reverse("login"), {"username": "x", "password": "y"})


@pytest.mark.parametrize(
    ("message", "title", "wait"),
    [
        ("database is locked", "Gerade wird zu viel auf einmal geschrieben", "10"),
        ("database or disk is full", "Hier lässt sich gerade nichts speichern", "300"),
        ("disk I/O error", "Hier lässt sich gerade nichts speichern", "300"),
    ],
)
def test_what_cannot_be_written_right_now_is_said(client, monkeypatch, message, title, wait):
    def fails(self, request):
        raise OperationalError(message)

    monkeypatch.setattr("django.contrib.auth.views.LoginView.get_context_data", fails)
    monkeypatch.setattr("insek.people.views.access.SignIn.get", fails)
    answer = client.get(reverse("login"))
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, wait, "no-store")
    assert title in words(answer)
    assert "data-lost" in answer.content.decode()


def test_another_error_of_the_database_is_our_mistake(client, monkeypatch):
    def fails(self, request):
        raise OperationalError("no such table: x")

    monkeypatch.setattr("insek.people.views.access.SignIn.get", fails)
    assert client.get(reverse("login")).status_code == 500


@pytest.fixture
def folder(settings, tmp_path, monkeypatch):
    settings.INSEK_DATA_DIR = tmp_path
    monkeypatch.setattr(replacing, "_lock_file", lambda: tmp_path / replacing.NAME)
    return tmp_path


def test_while_a_concept_is_replaced_reading_goes_on_and_sending_waits(client, folder):
    assert sign_in(client).status_code == 200
    with replacing.announced():
        answer = sign_in(client)
        assert (answer.status_code, answer["Retry-After"]) == (503, "30")
        assert "Das Konzept wird gerade ersetzt" in words(answer)
        assert client.get(reverse("login")).status_code == 200
    assert sign_in(client).status_code == 200


def test_the_word_goes_with_a_process_that_is_killed(client, folder):
    program = f"import fcntl, time; f = open({str(folder / replacing.NAME)!r}, 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('x', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    try:
        assert process.stdout.read(1)
        assert replacing.is_being_replaced()
    finally:
        os.kill(process.pid, 9)
        process.wait()
        process.stdout.close()
    assert not replacing.is_being_replaced()
