"""The OpenAPI document: kept in the repository, kept by the answers, shown on the page, named in the guide.

After a change that is meant, write the kept document anew: INSEK_WRITE_OPENAPI=1 ./dev test tests/api/test_document.py
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from insek.publish.api.document import openapi_document
from insek.publish.api.kinds import api_kinds
from tests.reading import words

KEPT = Path(__file__).parent / "openapi.json"
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "developers" / "api.md"
PLAIN = {"Accept-Encoding": "identity"}
"""The tester reads what the server wrote, and cannot unpack it."""
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture
def application():
    """The WSGI application; its connection stays open between requests, as with Django's own test client."""
    application = get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield application
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


BOUNDED = settings(
    max_examples=8, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def test_the_document_is_the_kept_one():
    """A difference is a change of the interface: is it an addition, and meant?"""
    current = json.dumps(openapi_document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("INSEK_WRITE_OPENAPI"):
        KEPT.write_text(current, encoding="utf-8")
    assert current == KEPT.read_text(encoding="utf-8"), __doc__


def test_the_document_is_served(client, db):
    response = client.get("/api/v1/openapi.json")
    assert response.json() == json.loads(json.dumps(openapi_document()))
    assert response["Access-Control-Allow-Origin"] == "*"


def test_every_operation_says_what_it_is():
    for path, methods in openapi_document()["paths"].items():
        assert set(methods) == {"get"}, path
        operation = methods["get"]
        assert operation["summary"] and operation["operationId"] and operation["tags"], path
        for parameter in operation["parameters"]:
            assert parameter["description"], (path, parameter["name"])
    for name, schema in openapi_document()["components"]["schemas"].items():
        for key, part in schema["properties"].items():
            assert "$ref" in part or part, (name, key)


def test_every_operation_stands_on_the_page_and_in_the_guide(client, city):
    guide = GUIDE.read_text(encoding="utf-8")
    german, english = client.get("/api/"), client.get("/en/api/")
    assert german.status_code == english.status_code == 200
    for path in openapi_document()["paths"]:
        short = path.removeprefix("/api/v1")
        assert short in words(german) and short in words(english), path
    kinds = ", ".join(f"`/{kind.plural}`" for kind in api_kinds().values())
    if os.environ.get("INSEK_WRITE_OPENAPI"):
        guide = re.sub(r"(?<=with its own properties:\n\n)[^\n]+", f"{kinds}.", guide)
        GUIDE.write_text(guide, encoding="utf-8")
    assert f"{kinds}." in guide, __doc__
    named = {path.removeprefix("/api/v1").split(".")[0] for path in openapi_document()["paths"]}
    assert sorted(path for path in named if f"`{path}`" not in guide) == []


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_the_answers_keep_what_the_document_promises(city, application, mode):
    """Schemathesis asks every operation with good and with wrong parameters it makes up, and with those known to be good."""
    schema = schemathesis.openapi.from_dict(openapi_document())
    schema.app = application
    known = {"item_id": city.goal.pk, "field": "wohnen", "district": city.place.pk}

    def ask(case):
        case.call_and_validate(checks=CHECKS, headers=PLAIN)
        if mode is GenerationMode.POSITIVE:
            case.query.update({name: known[name] for name in case.query if name in known})
            indicator = "indicators" in case.path
            for name in case.path_parameters:
                case.path_parameters[name] = city.indicator.pk if indicator else known[name]
            case.call_and_validate(checks=CHECKS, headers=PLAIN)

    for result in schema.get_all_operations():
        operation = result.ok()
        if mode is GenerationMode.POSITIVE or operation.query:
            cases = operation.as_strategy(generation_mode=mode)
            BOUNDED(given(case=cases)(ask))()


def test_the_checks_would_notice(city, application, monkeypatch):
    """What the document does not promise is found."""
    monkeypatch.setitem(
        openapi_document()["components"]["schemas"]["Concept"]["properties"]["city"], "type", "integer"
    )
    schema = schemathesis.openapi.from_dict(openapi_document())
    schema.app = application
    with pytest.raises(FailureGroup):
        schema["/api/v1/concepts"]["GET"].Case().call_and_validate(checks=CHECKS, headers=PLAIN)
