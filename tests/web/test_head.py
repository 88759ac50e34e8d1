"""HEAD is answered wherever GET is, with the same headers, no body, and the length that the body would have."""

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from insek.people.second_factor import new_secret
from insek.web.middleware import HeadMiddleware
from tests.factories import make_user
from tests.test_permissions import names, world

pytestmark = pytest.mark.django_db
OF_THE_MOMENT = {"X-Request-ID", "Expires"}
SECONDS = 16
"""Bytes by which two workbooks of the same rows differ: each holds the second in which it was made."""


def asked(client, method, address):
    response = client.generic(method, address)
    body = response.getvalue() if response.streaming else response.content
    headers = {name: value for name, value in response.headers.items() if name not in OF_THE_MOMENT}
    return response.status_code, headers, body


@pytest.mark.slow
def test_every_address_answers_head_as_it_answers_get(tmp_path, monkeypatch):
    """As a visitor; where a visitor is turned away, as the project lead too. One secret for all answers: its picture is of no fixed size."""
    secret = new_secret()
    monkeypatch.setattr("insek.people.second_factor.new_secret", lambda: secret)
    wrong = []
    with override_settings(MEDIA_ROOT=tmp_path, INSEK_DATA_DIR=tmp_path):
        _unit, variants = world()
        visitor, lead = Client(), Client()
        lead.force_login(make_user("project-lead"), backend="django.contrib.auth.backends.ModelBackend")
        for name in names():
            for args in variants.get(name, {"": []}).values():
                address, client = reverse(name, args=args), visitor
                status, headers, body = asked(client, "GET", address)
                if status != 200:
                    client = lead
                    status, headers, body = asked(client, "GET", address)
                head_status, head_headers, head_body = asked(client, "HEAD", address)
                length = head_headers.pop("Content-Length", None)
                headers.pop("Content-Length", None)
                if (status, headers, b"") != (head_status, head_headers, head_body):
                    wrong.append((address, "differs", status, head_status))
                elif abs(int(length) - len(body)) > (SECONDS if address.endswith(".xlsx") else 0):
                    wrong.append((address, "length", len(body), length))
    assert wrong == []


def head(response):
    return HeadMiddleware(lambda request: response)(RequestFactory().head("/"))


def test_what_is_streamed_is_counted_and_not_sent(tmp_path):
    answer = head(StreamingHttpResponse(iter([b"abc", b"de"])))
    assert (answer["Content-Length"], answer.content) == ("5", b"")
    (tmp_path / "x.bin").write_bytes(b"1234567")
    opened = (tmp_path / "x.bin").open("rb")
    answer = head(FileResponse(opened))
    assert (answer["Content-Length"], answer.content) == ("7", b"")
    answer.close()
    assert opened.closed


def test_an_answer_without_a_body_has_no_length():
    assert [head(HttpResponse(status=status)).get("Content-Length") for status in (204, 304)] == [None, None]


def test_the_rooms_see_a_get_and_the_server_a_head():
    seen = []
    request = RequestFactory().head("/")
    HeadMiddleware(lambda request: seen.append(request.META["REQUEST_METHOD"]) or HttpResponse("x"))(request)
    assert (seen, request.method, request.META["REQUEST_METHOD"]) == (["GET"], "HEAD", "HEAD")
    HeadMiddleware(lambda request: seen.append(request.method) or HttpResponse("x"))(
        RequestFactory().post("/")
    )
    assert seen == ["GET", "POST"]


def test_a_compressed_answer_has_the_length_of_the_compressed_one(concept):
    client = Client(headers={"Accept-Encoding": "gzip"})
    for _again in range(3):
        got, told = client.get("/"), client.head("/")
        assert got["Content-Encoding"] == told["Content-Encoding"] == "gzip"
        assert int(told["Content-Length"]) == len(got.content)
