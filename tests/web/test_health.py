"""/healthz says that the process lives, /readyz that it can do its work."""

import errno

import pytest
from django.db import OperationalError, connection
from django.test import Client, override_settings

from insek.web import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_anew(settings, tmp_path):
    settings.INSEK_DATA_DIR = tmp_path
    health.forget()
    yield
    health.forget()


def asked(path, **more):
    response = Client().get(path, **more)
    return response.status_code, response.json()


def broken(*arguments, **values):
    raise OperationalError("server closed the connection unexpectedly")


def test_everything_works():
    assert asked("/healthz") == (200, {"status": "ok"})
    assert asked("/readyz") == (200, {"status": "ok", "database": True, "disk": True})


def test_without_its_database_the_process_lives_and_is_not_ready(monkeypatch):
    monkeypatch.setattr(connection, "cursor", broken)
    assert asked("/healthz") == (200, {"status": "ok"})
    assert asked("/readyz") == (503, {"status": "unavailable", "database": False, "disk": True})


@pytest.mark.parametrize("fault", ["full", "no file can be made", "gone"])
def test_with_a_disk_that_takes_nothing_it_is_not_ready(monkeypatch, settings, tmp_path, fault):
    def no_space(*arguments, **values):
        raise OSError(errno.ENOSPC, "No space left on device")

    if fault == "full":
        monkeypatch.setattr(health, "LEAST_FREE", 1 << 62)
    elif fault == "gone":
        settings.INSEK_DATA_DIR = tmp_path / "nowhere"
    else:
        monkeypatch.setattr(health.tempfile, "TemporaryFile", no_space)
    assert asked("/readyz") == (503, {"status": "unavailable", "database": True, "disk": False})
    assert asked("/healthz")[0] == 200


def test_asking_often_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(1):
        for _time in range(5):
            assert asked("/readyz")[0] == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_who_watches_need_not_know_our_name(path):
    with override_settings(ALLOWED_HOSTS=["insek.example.de"], INSEK_HOSTS=["insek.example.de"]):
        for host in ("10.0.0.7:8000", "localhost", "x"):
            assert asked(path, headers={"Host": host})[0] == 200
        assert Client().get("/", headers={"Host": "localhost"}).status_code == 400


def test_health_is_asked_without_https():
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert [asked(path)[0] for path in ("/healthz", "/readyz")] == [200, 200]
        assert Client().get("/ziele/").status_code == 301
