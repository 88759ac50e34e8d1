"""What is taken and what is kept by others: sizes of requests, and answers made for one person."""

import pytest
from django.test import Client

from insek.web.middleware import LARGEST_BODY
from tests.factories import make_item

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("told", [str(LARGEST_BODY + 1), "99999999999999", "-1", "x"])
def test_what_is_larger_than_any_form_is_refused_unread(concept, told):
    class Unread:
        def read(self, *arguments):
            raise AssertionError("the body is read")

        readline = read

    answer = Client().post(
        "/rueckmeldung/", b"", content_type="text/plain", CONTENT_LENGTH=told, **{"wsgi.input": Unread()}
    )
    assert answer.status_code == 413
    assert "6 MB" in answer.content.decode()


def test_a_form_of_the_largest_size_is_read(concept):
    body = {"message": "x" * 4_000_000}
    assert Client().post("/rueckmeldung/", body).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/", "/ziele/", "/mein-bereich/", "/ziele/tabelle.csv", "/suche/?q=a", "/gibt-es-nicht/", "/beitraege/"],
)
def test_what_was_made_for_staff_is_kept_by_nobody(concept, as_role, path):
    make_item("goal", visibility="internal")
    answer = as_role("planner").get(path)
    told = {part.strip() for part in answer["Cache-Control"].split(",")}
    assert {"private", "no-store"} <= told


def test_signing_in_and_out_is_kept_by_nobody(concept, as_role):
    client = as_role("planner")
    assert "no-store" in client.get("/anmelden/")["Cache-Control"]
    assert "no-store" in client.post("/abmelden/")["Cache-Control"]


def test_what_everybody_sees_may_be_kept(concept):
    for path in ("/", "/ziele/", "/api/v1/goals"):
        assert "no-store" not in Client().get(path).get("Cache-Control", "")
