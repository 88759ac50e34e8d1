"""Beside an item in the report stand its first own fields, and how many more there are where there are more."""

import pytest

from insek.publish.report.own_facts import SHOWN, own_facts
from insek.thread.models import Item
from insek.thread.own_values import OwnWords
from tests.factories import make_item
from tests.thread.test_own_fields import fill, make_field

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("filled", "told"),
    [
        (1, None),
        (SHOWN, None),
        (SHOWN + 1, "und 1 weitere Angabe auf der Seite im Netz"),
        (SHOWN + 3, "und 3 weitere Angaben auf der Seite im Netz"),
    ],
)
def test_what_more_there_is_is_told_only_where_there_is_more(concept, filled, told):
    item = make_item("measure")
    for number in range(SHOWN + 3):
        field = make_field(concept, "short", f"Feld {number:02}")
        if number < filled:
            fill(item, field, f"Angabe {number}")
    item = Item.objects.get(pk=item.pk)
    facts, *more = own_facts(item.concept, item, OwnWords(), "https://stadt.example/k/1")
    assert len(facts["rows"]) == min(filled, SHOWN)
    assert ["".join(run["t"] for run in block["runs"]) for block in more] == ([told] if told else [])


def test_nothing_stands_there_where_nothing_is_filled(concept):
    make_field(concept, "short", "Leer")
    item = make_item("measure")
    assert own_facts(item.concept, item, OwnWords()) == []
