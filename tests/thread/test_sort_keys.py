"""Lists go by numbers: what a number begins comes behind it, whatever the titles are."""

import random
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from insek.thread.models import Item
from tests.factories import make_item

pytestmark = pytest.mark.django_db

TITLES = {
    "Z 1": "Zusammenhalt", "Z 1.1": "Anfang", "Z 1.2": "9 Punkte", "Z 1.10": "Älter werden", "Z 1.10.1": "Mitte",
    "Z 2": "1. Weg", "Z 10": "Ende", "Z 10.1": "Anders",
}  # fmt: skip


def make_shuffled():
    for number in random.Random(5).sample(list(TITLES), len(TITLES)):
        make_item("goal", number=number, title=TITLES[number])


def in_order():
    return list(Item.objects.order_by("sort_key", "pk").values_list("number", flat=True))


def test_a_number_stands_before_what_it_begins(concept):
    make_shuffled()
    assert in_order() == list(TITLES)


def test_the_migration_writes_the_keys_of_what_is_there(concept):
    make_shuffled()
    make_item("goal", number="", title="Ohne Nummer")
    kept = dict(Item.objects.values_list("pk", "sort_key"))
    Item.objects.exclude(number="").update(sort_key="falsch")
    migration = import_module("insek.thread.migrations.0005_sort_numbers")
    migration.write_keys(apps, SimpleNamespace(connection=connection))
    assert dict(Item.objects.values_list("pk", "sort_key")) == kept
