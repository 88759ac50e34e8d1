"""What there is beside an item is read with it: nothing is asked of which there is none, and the page says the same."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from insek.items import pages
from insek.items.pages import ItemPages, is_beside
from insek.steering.models import MeasureTask
from tests.factories import make_item, make_user
from tests.web.test_gate_everywhere import plant

pytestmark = pytest.mark.django_db
SECRETS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"')


def words(client, item):
    return SECRETS.sub("", client.get(item.url).content.decode())


def test_a_page_says_the_same_whether_or_not_it_knows_before_what_there_is(concept, monkeypatch):
    public, hidden = plant(concept)
    visitor, lead = Client(), Client()
    lead.force_login(make_user("project-lead"))
    shown = [(visitor, item) for item in public.values()]
    shown += [(lead, item) for item in (*public.values(), *hidden.values())]
    knowing = [words(*one) for one in shown]
    monkeypatch.setattr(ItemPages, "say_what_is_beside", lambda self, items: items)
    monkeypatch.setattr("insek.people.prepared._kept", type("Nothing", (), {})())
    assert [words(*one) for one in shown] == knowing


def test_what_was_not_read_may_be_there():
    assert is_beside(make_item("goal"), "steps")


def test_a_table_is_asked_as_soon_as_it_has_something(client, concept):
    measure = make_item("measure", concept=concept)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(measure.url).content.decode()
        steps = [one for one in queries if one["sql"].startswith('SELECT "steering_measuretask"')]
        return len(steps), "Aushub" in page

    assert asked() == (0, False)
    MeasureTask.objects.create(measure=measure.measure, title="Aushub")
    assert asked() == (1, True)


def test_every_sort_of_row_is_named_once_and_shown_by_somebody():
    names = [name for asked in pages._beside.values() for name in asked]
    assert {"steps", "reports", "costs", "funding", "editions", "said", "fields"} <= set(names)
