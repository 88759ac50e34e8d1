"""Sessions last as long as they are used; a browser learns which draft was saved, and only that."""

import re
import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.test import Client
from django.urls import reverse

from insek.people import sessions
from insek.people.sessions import EXTENDED, SAVED, person_key
from tests.factories import make_item, make_user

DRAFT = "123-456-789"


@pytest.fixture
def person(concept):
    return make_user("project-lead")


@pytest.fixture
def client(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_session_in_use_ends_later_and_later(client, concept):
    session = client.session
    session[EXTENDED] = long_ago = int(time.time()) - 5 * 60 * 60
    session.save()
    answer = client.get(reverse("home"))
    assert client.session[EXTENDED] > long_ago
    assert answer.cookies["insek"]["max-age"] == 12 * 60 * 60


def test_a_session_is_not_written_with_every_page(client, concept):
    client.get(reverse("home"))
    assert "insek" not in client.get(reverse("home")).cookies


def test_a_visitor_gets_no_session(concept):
    visitor = Client()
    visitor.get("/")
    assert not visitor.cookies


def form(title="Mehr Schatten", **more):
    return {"title": title, "standing": "working", "visibility": "internal", "kept": DRAFT, **more}


def test_what_was_saved_is_named(client, concept):
    answer = client.post("/ziele/neu", form())
    assert answer.status_code == 302 and answer.cookies[SAVED].value == DRAFT
    assert not answer.cookies[SAVED]["httponly"] and answer.cookies[SAVED]["samesite"] == "Lax"


@pytest.mark.parametrize("kept", ["", "x" * 12, "1; path=/", "1" * 99])
def test_only_a_name_of_a_draft_is_told_back(client, concept, kept):
    assert SAVED not in client.post("/ziele/neu", form(kept=kept)).cookies


def test_what_was_refused_is_not_named(client, concept):
    assert SAVED not in client.post("/ziele/neu", form(title="")).cookies


def test_what_met_a_conflict_is_not_named(client, concept):
    item = make_item("goal", concept=concept, visibility="internal")
    answer = client.post(f"/k/{item.pk}/bearbeiten", form(version=99))
    assert answer.status_code == 409 and SAVED not in answer.cookies


def test_what_was_done_with_a_warning_is_not_named(client, concept):
    from django.contrib.messages.storage.base import Message
    from django.http import HttpResponseRedirect
    from django.test import RequestFactory

    request = RequestFactory().post("/", {"kept": DRAFT})
    for level, saved in ((constants.SUCCESS, True), (constants.WARNING, False), (constants.ERROR, False)):
        request._messages = type("Told", (), {"_queued_messages": [Message(level, "x")]})()
        assert sessions._was_saved(request, HttpResponseRedirect("/ziele/")) is saved


def test_after_the_login_comes_the_page_with_the_form(concept):
    visitor = Client()
    answer = visitor.post(
        "/moderation/antworten",
        {"kept": DRAFT},
        headers={"referer": "http://testserver/moderation/?stand=public"},
    )
    assert answer["Location"] == "/anmelden/?next=/moderation/%3Fstand%3Dpublic"
    assert SAVED not in answer.cookies
    for foreign in ("https://elsewhere.example/", ""):
        answer = visitor.post("/moderation/antworten", {}, headers={"referer": foreign})
        assert answer["Location"] == "/anmelden/?next=/moderation/antworten"


def test_a_page_asks_who_is_signed_in(client, concept, person):
    told = client.get(reverse("still-there"))
    assert told.json()["person"] == person_key(person.pk) and "no-store" in told["Cache-Control"]
    page = client.get("/ziele/neu").content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post("/ziele/neu", form(csrfmiddlewaretoken="falsch")).status_code == 403
    assert strict.post("/ziele/neu", form(csrfmiddlewaretoken=told.json()["csrf"])).status_code == 302
    assert token
    assert Client().get(reverse("still-there")).status_code == 401


def test_the_key_of_drafts_says_nothing_of_the_person(person):
    assert person_key(person.pk) == person_key(person.pk) != person_key(person.pk + 1)
    assert re.fullmatch("[0-9a-f]{16}", person_key(person.pk)) and AnonymousUser.id is None


def test_pages_of_visitors_carry_no_key(concept, client):
    assert 'id="work"' not in Client().get("/").content.decode()
    assert 'id="work"' in client.get("/").content.decode()
