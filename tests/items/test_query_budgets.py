"""No page runs more queries with 2,000 items of a kind than with 10, and none more than its budget."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insek.concept.models import Concept
from insek.config.bench import grow
from insek.thread import shared_cache
from insek.thread.kinds import all_kinds
from insek.thread.models import Link
from tests.factories import make_item, make_user

MANY = 6_000  # bench.grow makes a third each of findings, goals and measures: 2,000 of a kind, many pages of each list

# name of the address -> most queries, anonymous and signed in (session, user, memberships come on top)
BUDGETS = {
    "start": 32,  # goals, measures and answers at a glance are made once for all who see the same: see AGAIN
    "contributions": 15,  # so is what became of them
    "field-list": 7,
    "field": 17,  # so is where its measures are drawn
    "process": 5,
    "about": 3,
    "search": 15,
    "edition-list": 4,
    "item": 14,  # what there is beside an item is read with it, and nothing is asked of which there is none
    "list": 11,
    "findings": 11,  # doors above the list, and what proves each
    "item-thread": 6,
}
SIGNED_IN = 4
# the same where nothing has changed since somebody asked who sees the same
AGAIN = {"start": 4, "list contribution": 9, "map": 7}
STAFF_AGAIN = {"gaps": 3, "home": 13, "start": 3}
STAFF_BUDGETS = {"gap-list": 6, "gap": 5, "home": 20, "item-edit": 11, "item-link": 7, "item-history": 5}


def queries(client, address, *, again=False):
    if not again:
        shared_cache.empty()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
        if response.streaming:
            b"".join(response.streaming_content)
        else:
            assert response.content
    assert response.status_code == 200, address
    return len(captured)


def _budget(kind):
    """The budget of the list of a kind."""
    return {"contribution": "contributions", "finding": "findings"}.get(kind, "list")


def a_link(kind):
    """The first link of a kind: its ends have already what a larger concept would add to them, whatever ids are drawn."""
    return Link.objects.filter(kind=kind).select_related("source").order_by("pk").first()


def public_addresses(concept):
    linked = a_link("implemented_by")
    field = concept.fields.first()
    lists = {f"list {kind.name}": (reverse(kind.list_name), _budget(kind.name)) for kind in all_kinds()}
    sorted_lists = {
        f"list goal by {sort}": (f"{reverse('goal-list')}?sortierung={sort}&feld={field.key}", "list")
        for sort in ("nummer", "titel", "neu")
    }
    tables = {
        f"table {kind.name}": (f"{reverse(kind.list_name)}?ansicht=tabelle", _budget(kind.name))
        for kind in all_kinds()
    }
    return {
        **tables,
        "start": (reverse("start"), "start"),
        "fields": (reverse("field-list"), "field-list"),
        "field": (reverse("field", args=[field.key]), "field"),
        "process": (reverse("process"), "process"),
        "about": (reverse("about"), "about"),
        "search": (f"{reverse('search')}?q=Radverkehr", "search"),
        "editions": (reverse("edition-list"), "edition-list"),
        "goal": (reverse("item", args=[linked.source_id]), "item"),
        "finding": (reverse("item", args=[a_link("justifies").source_id]), "item"),
        "measure": (reverse("item", args=[linked.target_id]), "item"),
        "thread": (
            reverse("item-thread", args=[linked.source_id, "folgen", "implemented_by"]),
            "item-thread",
        ),
        **lists,
        **sorted_lists,
    }


def staff_addresses():
    goal = a_link("implemented_by").source
    return {
        "gaps": (reverse("gap-list"), "gap-list"),
        "gap": (reverse("gap", args=["goal_without_indicator"]), "gap"),
        "home": (reverse("home"), "home"),
        "edit": (reverse("item-edit", args=[goal.pk]), "item-edit"),
        "link": (
            f"{reverse('item-link', args=[goal.pk])}?link=folgen.implemented_by.measure&q=Rad",
            "item-link",
        ),
        "history": (reverse("item-history", args=[goal.pk]), "item-history"),
    }


@pytest.mark.slow
@pytest.mark.django_db
def test_no_page_asks_more_of_a_large_concept_than_of_a_small_one():
    grow(30)
    concept = Concept.objects.get()
    anonymous, lead = Client(), Client()
    lead.force_login(make_user("project-lead"), backend="django.contrib.auth.backends.ModelBackend")
    plans = [
        *((client, name, address, BUDGETS[budget] + extra)
          for client, extra in ((anonymous, 0), (lead, SIGNED_IN))
          for name, (address, budget) in public_addresses(concept).items()),
        *((lead, name, address, STAFF_BUDGETS[budget] + SIGNED_IN)
          for name, (address, budget) in staff_addresses().items()),
    ]  # fmt: skip
    for client, _name, address, _budget in plans:
        client.get(address)  # templates and settings are loaded once
    small = {(client is lead, name): queries(client, address) for client, name, address, _budget in plans}
    over = {
        key: n
        for key, n, budget in ((k, small[k], b) for k, b in (((c is lead, n), b) for c, n, _a, b in plans))
        if n > budget
    }
    assert over == {}
    small = {(client is lead, name): anew(client, address) for client, name, address, _budget in plans}
    grow(MANY)
    large = {(client is lead, name): anew(client, address) for client, name, address, _budget in plans}
    grown = {key: (small[key], large[key]) for key in small if large[key] > small[key]}
    assert grown == {}


def anew(client, address):
    """Queries of a page for which nothing is kept: what is kept is asked for again after a change."""
    shared_cache.empty()
    return queries(client, address)


@pytest.mark.django_db
def test_what_is_kept_is_not_asked_again():
    grow(30)
    concept = Concept.objects.get()
    make_item("contribution", concept=concept)
    clients = [Client() for _number in range(3)]
    for client in clients[1:]:  # two of them, who see the same
        client.force_login(make_user("project-lead"), backend="django.contrib.auth.backends.ModelBackend")
    visitor, lead, other_lead = clients
    addresses = {
        "start": reverse("start"), "list contribution": reverse("contribution-list"), "map": reverse("city-map"),
        "gaps": reverse("gap-list"), "home": reverse("home"),
    }  # fmt: skip
    for name in addresses:
        for client in (visitor, lead) if name in AGAIN else (lead,):
            client.get(addresses[name])
    asked = {name: queries(visitor, addresses[name], again=True) for name in AGAIN}
    assert {name: count for name, count in asked.items() if count > AGAIN[name]} == {}
    other_lead.get(reverse("about"))
    asked = {name: queries(other_lead, addresses[name], again=True) - SIGNED_IN for name in STAFF_AGAIN}
    assert {name: count for name, count in asked.items() if count > STAFF_AGAIN[name]} == {}


@pytest.mark.django_db
def test_a_table_of_many_rows_is_read_in_portions():
    grow(30)
    few = queries(Client(), reverse("goal-table"))
    grow(3000)
    many = queries(Client(), reverse("goal-table"))
    assert many <= few + 4
