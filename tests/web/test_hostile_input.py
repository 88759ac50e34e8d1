"""Hostile text in every text field of every form is stored harmlessly or refused with a message; nothing is lost."""

import base64
import json

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insek.items.pages import all_pages
from insek.people.actors import PROGRAM
from insek.thread.models import Item
from tests.factories import make_body, make_item, own_values

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
HOSTILE = {
    "script": SCRIPT,
    "far too long": "ä" * 100_000,
    "right-to-left": "Rad\u202egeW\u2066x",
    "nul": "vor\x00nach",
    "lone surrogate": b"vor\xed\xa0\x80nach",
    "quotes": "\"'`;--${7*7}{{7*7}}{% now 'Y' %}",
}
KINDS = [pages.kind for pages in all_pages()]


@pytest.fixture
def lead(as_role):
    return as_role("project-lead")


def plain_data(kind):
    """The smallest form that is accepted, as a browser would send it."""
    own = {name: str(value) for name, value in own_values(kind).items()}
    if kind == "resolution":
        own["body"] = str(make_body().pk)
        own["unanimous"] = "unknown"
    if kind == "indicator":
        own |= {"decimals": "0", "direction": "none", "periodicity": "year"}
    if kind == "concept_check":
        own |= {"subject": "budget", "visibility": "internal"}
    if kind == "plan_statement":
        own["firmness"] = "told"
    if kind == "scenario":
        indicator = make_item("indicator").pk
        own |= {
            "path": "middle",
            "years": "20",
            "births_change": "0",
            "deaths_change": "-15",
            "people": indicator,
            "seed": "1",
            "reserve": "3",
            "replacement": "0,3",
        }
    if kind == "reach":
        own |= {
            "facilities": "stops",
            "mode": "walking",
            "minutes": "10",
            "people": make_item("indicator").pk,
            "spread": "buildings",
        }
    if kind == "progress_report":
        own["visibility"] = "internal"
    if kind == "contribution":
        own["received_on"] = "2026-01-02"
    return {"title": f"Ein {kind}", "standing": "working", "visibility": "public", **own}


def text_fields(kind, concept):
    form = next(pages.form for pages in all_pages() if pages.kind == kind)(concept=concept, actor=PROGRAM)
    return [
        name for name, bound in form.fields.items()
        if isinstance(bound, forms.CharField) and not isinstance(bound.widget, forms.HiddenInput)
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_smallest_form_of_a_kind_is_accepted(concept, lead, kind):
    response = lead.post(reverse(f"{kind}-create"), plain_data(kind))
    assert response.status_code == 302, response.context["form"].errors
    assert Item.objects.get(kind=kind).title == f"Ein {kind}"


def assert_harmless(lead, kind):
    """What was stored is shown without doing anything, wherever it is read."""
    item = Item.objects.get(kind=kind)
    assert "\x00" not in item.title + item.text
    for address in (
        item.url,
        reverse(f"{kind}-list"),
        reverse("search") + "?q=Ein",
        reverse("item-history", args=[item.pk]),
    ):
        page = lead.get(address)
        assert page.status_code == 200
        body = page.content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert "\u202e" not in body


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_in_every_text_field(concept, lead, kind, name):
    """In the title, then in all other fields at once: what is refused is named, and the rest is stored without it."""
    others = [field for field in text_fields(kind, concept) if field != "title"]
    for fields in (["title"], others):
        Item.objects.filter(kind=kind).delete()
        Item.objects.all().delete()
        data = {**plain_data(kind), **dict.fromkeys(fields, HOSTILE[name])}
        response = lead.post(reverse(f"{kind}-create"), data)
        if response.status_code == 400 and response.context:
            refused = set(response.context["form"].errors)
            assert refused & set(fields)
            assert not Item.objects.filter(kind=kind).exists()
            if "title" in fields:
                continue
            assert f'value="Ein {kind}"' in response.content.decode(), "what was typed elsewhere is lost"
            plain = plain_data(kind)
            for field in refused:
                data.pop(field, None)
                data |= {field: plain[field]} if field in plain else {}
            response = lead.post(reverse(f"{kind}-create"), data)
            assert response.status_code == 302, (refused, response.context["form"].errors)
        if response.status_code == 302:
            assert_harmless(lead, kind)
        else:
            assert response.status_code == 400, (fields, response.status_code)


def test_markdown_cannot_bring_script_or_foreign_addresses(concept):
    item = make_item(
        "goal",
        text=f"# Titel\n\n{SCRIPT}\n\n[klick](javascript:alert(1)) ![bild](https://example.org/x.png) <iframe src=//x></iframe>",
    )
    body = Client().get(item.url).content.decode()
    assert 'href="javascript:' not in body
    assert "<iframe" not in body
    assert "<img src=x" not in body
    assert "example.org/x.png" not in body


@pytest.mark.parametrize("kind", ["goal"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=400))
def test_whatever_text_comes_is_stored_or_refused(concept, lead, kind, text):
    response = lead.post(
        reverse(f"{kind}-create"), {**plain_data(kind), "text": text.encode("utf-8", "surrogatepass")}
    )
    assert response.status_code in {302, 400}
    if response.status_code == 302:
        assert lead.get(response["Location"]).status_code == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.text(max_size=60),
    cursor=st.text(max_size=60),
    sort=st.sampled_from(["nummer", "titel", "neu", "x", ""]),
)
def test_whatever_stands_in_an_address_is_answered(concept, query, cursor, sort):
    client = Client()
    for name in ("goal-list", "search", "goal-table"):
        data = {"q": query, "nach": cursor, "sortierung": sort, "feld": query}
        data = {key: value.encode("utf-8", "surrogatepass") for key, value in data.items()}
        assert client.get(reverse(name), data).status_code in {200, 404}


@pytest.mark.parametrize(
    "cursor", ["e30", "WyJuIiwgMV0", "WyJuIiwgIlx1MDAwMCIsICJ4Il0", "bm9qc29u", "===", "ä"]
)
def test_a_made_up_cursor_is_no_page(concept, cursor):
    assert Client().get(reverse("goal-list"), {"nach": cursor}).status_code == 404


def test_a_made_up_date_in_a_cursor_is_no_page(concept):
    cursor = base64.urlsafe_b64encode(json.dumps(["n", "kein Datum", "abc"]).encode()).decode().rstrip("=")
    assert Client().get(reverse("goal-list"), {"nach": cursor, "sortierung": "neu"}).status_code == 404
