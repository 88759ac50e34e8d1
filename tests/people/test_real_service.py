"""The whole way with a real sign-in service: oidc-provider in a process of its own. Skipped where Node or the package is missing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from django.test import Client

from insek.config.service_check import problems_of_service
from insek.people.actors import PROGRAM
from insek.people.groups import add_group_role
from insek.people.models import Role, User
from insek.people.provider import ALGORITHMS

ROOT = Path(__file__).parents[2]
ORIGIN = "http://insek.musterstadt.example"
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def service(settings, concept):
    """The service, with its address in the settings."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "oidc-provider").exists():
        pytest.skip("Node or oidc-provider is missing: npm ci installs it")
    script = ROOT / "tests" / "people" / "provider" / "service.mjs"
    command = [node, str(script), f"{ORIGIN}/anmelden/dienst/zurueck/", json.dumps(["insek-planung"])]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            lines = (line.strip() for line in process.stdout)  # it warns before it says where it listens
            settings.INSEK_OIDC_ISSUER = next(
                (line for line in lines if line.startswith("http://127.0.0.1:")), ""
            )
            assert settings.INSEK_OIDC_ISSUER
            settings.INSEK_OIDC_CLIENT, settings.INSEK_OIDC_SECRET = "insek", "nur-zum-probieren"
            settings.INSEK_OIDC_SCOPES, settings.INSEK_ORIGIN = (
                ["openid", "profile", "email", "groups"],
                ORIGIN,
            )
            role = Role.objects.get(pk="planner")
            add_group_role(group="insek-planung", role=role, body=None, unit=None, actor=PROGRAM)
            yield settings.INSEK_OIDC_ISSUER
        finally:
            process.kill()


def go(browser, address, data=None):
    """Follow redirects until a page comes or the way leads back to INSEK; the answer and its address."""
    while not address.startswith(ORIGIN):
        answer = browser.request(
            "POST" if data else "GET", address, data=data, allow_redirects=False, timeout=20
        )
        data = None
        if answer.status_code not in {302, 303}:
            assert answer.status_code == 200, answer.text
            return answer, address
        address = urljoin(address, answer.headers["Location"])
    return None, address


def form_of(answer, address):
    """Where the form of a page goes, and what it hides."""
    action = urljoin(address, re.search(r'<form[^>]* action="([^"]+)"', answer.text)[1])
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
    return action, hidden


def test_signing_in_and_out_with_a_real_service(service):
    assert problems_of_service() == []
    client, browser = Client(), requests.Session()
    answer = client.get("/anmelden/dienst/?next=/ziele/")
    page, at = go(browser, answer["Location"])
    action, hidden = form_of(page, at)
    page, at = go(browser, action, {**hidden, "login": "m.muster", "password": "x"})
    action, hidden = form_of(page, at)  # may INSEK know who you are?
    _page, at = go(browser, action, hidden)
    back = urlsplit(at)
    assert parse_qs(back.query)["iss"] == [service]
    answer = client.get(f"{back.path}?{back.query}")
    assert (answer.status_code, answer.get("Location")) == (302, "/ziele/"), answer.content.decode()
    user = User.objects.get(username="m.muster")
    assert user.email == "m.muster@musterstadt.example" and user.memberships.get().role_id == "planner"
    assert client.get("/anmelden/noch-da").status_code == 200
    assert client.get(f"{back.path}?{back.query}").status_code == 403  # the same answer again

    answer = client.post("/abmelden/")
    page, at = go(browser, answer.context["service_url"])
    action, hidden = form_of(page, at)
    _page, at = go(browser, action, {**hidden, "logout": "yes"})
    assert at == f"{ORIGIN}/"
    page, at = go(browser, client.get("/anmelden/dienst/")["Location"])
    assert 'name="login"' in page.text  # there one is signed out too
    assert "RS256" in ALGORITHMS
