"""Before there is a concept every address answers: an empty page, a page not found, or the way to the login."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from insek.concept.models import Concept
from insek.thread.kinds import all_kinds, kind_named

TAILS = (
    "",
    "neu",
    "tabelle.csv",
    "tabelle.xlsx",
    "?thema=wandel",
    "?feld=wohnen",
    "?q=Bahn",
    "?ansicht=tabelle",
)


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Every address that needs no key of something."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern).replace("^", "").replace("$", "")
        if isinstance(entry, URLResolver):
            yield from addresses(entry, route)
        elif isinstance(entry, URLPattern) and "<" not in route and "(?P" not in route:
            yield route


@pytest.mark.parametrize("role", [None, "project-lead", "moderator"])
def test_nothing_fails_before_there_is_a_concept(db, as_role, role):
    assert not Concept.objects.exists()
    client = as_role(role) if role else Client()
    client.raise_request_exception = False
    lists = {f"/{kind.list_path}/{tail}" for kind in all_kinds() for tail in TAILS}
    asked = {path for path in addresses(get_resolver()) if "abmelden" not in path} | lists
    assert len(asked) > 200
    answers = {path: client.get(path).status_code for path in sorted(asked)}
    assert {path: code for path, code in answers.items() if code >= 500 and path != "/readyz"} == {}
    assert {
        answers[f"/{kind.list_path}/"] for kind in all_kinds() if f"/{kind.list_path}/" != "/raumkonzept/"
    } <= {200, 301, 302}


def test_a_list_without_a_concept_says_what_will_be_there(db):
    page = Client().get("/massnahmen/")
    assert page.status_code == 200
    assert str(kind_named("measure").empty) in page.content.decode()
