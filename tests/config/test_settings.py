"""What production refuses and what each environment sets, seen from a fresh process."""

import json
import os
import subprocess
import sys

import pytest

STRONG = "k8Hq-2mZrT6vYx0uPw4sLd9fBn3cJg7aEo1iQe5tRb8yUz6hWk2pMx4vNs0d"
GOOD = {
    "INSEK_SECRET_KEY": STRONG,
    "INSEK_HOSTS": "insek.example.de",
    "INSEK_ORIGIN": "https://insek.example.de",
}


def run(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python in an environment that holds nothing of INSEK but the given variables."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("INSEK_", "PYTEST_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        env=clean | {"DJANGO_SETTINGS_MODULE": "insek.config.settings"} | variables,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def settings(*names: str, **variables: str) -> dict[str, object]:
    code = f"from django.conf import settings as s; import json; print(json.dumps({{n: getattr(s, n) for n in {names!r}}}))"
    done = run(code, **variables)
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.parametrize("key", ["", "short", STRONG[:49]])
def test_production_does_not_start_without_a_strong_secret(key):
    done = run("from django.conf import settings; settings.DEBUG", **{**GOOD, "INSEK_SECRET_KEY": key})
    assert done.returncode != 0
    assert "INSEK_SECRET_KEY fehlt oder ist kürzer als 50 Zeichen" in done.stderr


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"INSEK_HOSTS": ""}, "insek.E003"),
        ({"INSEK_HOSTS": "*"}, "insek.E003"),
        ({"INSEK_ORIGIN": ""}, "insek.E004"),
        ({"INSEK_EMBED_ORIGINS": "https://www.example.de, http://example.de"}, "insek.E008"),
        ({"INSEK_EMBED_ORIGINS": "https://*.example.de"}, "insek.E008"),
        ({"INSEK_EMBED_ORIGINS": "https://www.example.de/seite"}, "insek.E008"),
        ({"INSEK_ORIGIN": "http://insek.example.de"}, "insek.E004"),
        ({"INSEK_ORIGIN": "https://insek.example.de/pfad"}, "insek.E004"),
        ({"INSEK_SECRET_KEY": "x" * 60}, "insek.E001"),
    ],
)
def test_production_check_names_what_is_insecure(change, error):
    code = (
        "import django; django.setup(); from insek.config.checks import production_is_configured as c;"
        "print([e.id for e in c()])"
    )
    assert run(code, **GOOD | change).stdout.strip() == f"['{error}']"


def test_a_good_production_passes_its_check():
    code = "import django; django.setup(); from insek.config.checks import production_is_configured as c; print(c())"
    assert run(code, **GOOD).stdout.strip() == "[]"


def test_production_speaks_https_and_marks_its_cookies():
    names = [
        "DEBUG",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
    ]
    assert settings(*names, **GOOD) == dict(zip(names, [False, True, True, True, 31_536_000], strict=True))


@pytest.mark.parametrize(
    ("variables", "hosts"),
    [
        (GOOD, ["insek.example.de"]),
        ({"INSEK_ENV": "demo"}, ["localhost", "127.0.0.1", "[::1]"]),
    ],
)
def test_localhost_is_no_name_of_a_production(tmp_path, variables, hosts):
    assert settings("ALLOWED_HOSTS", **variables, INSEK_DATA_DIR=str(tmp_path)) == {"ALLOWED_HOSTS": hosts}


def test_a_proxy_that_is_no_address_is_a_sentence():
    done = run("from django.conf import settings; settings.DEBUG", **GOOD, INSEK_TRUSTED_PROXIES="nginx")
    assert "INSEK_TRUSTED_PROXIES: 'nginx' does not appear to be" in done.stderr


def test_an_unknown_environment_is_refused():
    assert (
        "INSEK_ENV='prod'" in run("from django.conf import settings; settings.DEBUG", INSEK_ENV="prod").stderr
    )


def test_demo_keeps_its_own_secret(tmp_path):
    found = [settings("SECRET_KEY", INSEK_ENV="demo", INSEK_DATA_DIR=str(tmp_path)) for _ in range(2)]
    assert found[0] == found[1]
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_postgresql_uses_a_pool_and_sqlite_waits_for_its_one_writer(tmp_path):
    url = "postgresql://insek:geheim@db:5433/insek"
    pg = settings("DATABASES", INSEK_ENV="demo", INSEK_DATA_DIR=str(tmp_path), INSEK_DATABASE_URL=url)
    assert pg["DATABASES"]["default"]["OPTIONS"]["pool"]["max_size"] == 8
    assert pg["DATABASES"]["default"]["CONN_HEALTH_CHECKS"] is True
    lite = settings("DATABASES", INSEK_ENV="demo", INSEK_DATA_DIR=str(tmp_path))["DATABASES"]["default"]
    assert (lite["NAME"], lite["OPTIONS"]["transaction_mode"]) == (
        str(tmp_path / "insek.sqlite3"),
        "IMMEDIATE",
    )


def test_an_external_base_map_is_the_only_address_the_policy_opens_to():
    variables = {"INSEK_ENV": "test", "INSEK_BASEMAP_STYLE": "https://karten.example.de/stil.json"}
    policy = settings("CONTENT_SECURITY_POLICY", **variables)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    foreign = {name: [v for v in values if "example" in v] for name, values in policy.items()}
    assert {name for name, values in foreign.items() if values} == {"img-src", "connect-src"}
    assert foreign["connect-src"] == ["https://karten.example.de"]
