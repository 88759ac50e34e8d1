"""A city of two districts for the tests of the dossier, and what is drawn in it."""

from __future__ import annotations

import shapely

from insek.concept.asker import Asker
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.places.locations import set_location
from insek.places.models import District
from insek.publish.dossier.addresses import shape_in_address
from insek.publish.dossier.asked import asked_dossier
from insek.publish.dossier.collecting import dossier_of
from insek.thread.models import Item
from tests.factories import make_concept, make_item

PLOT = shapely.box(7.7000, 49.4000, 7.7010, 49.4005)  # some 72 m × 56 m


def dossier_city():
    concept = make_concept(key="hausen", city="Musterstadt")
    whole = make_item("district", concept=concept, level="city", title="Musterstadt")
    outlined(whole, shapely.box(7.6, 49.3, 7.9, 49.6))
    old = make_item("district", concept=concept, level="stadtteil", title="Altdorf")
    outlined(old, shapely.box(7.69, 49.39, 7.71, 49.41))
    new = make_item("district", concept=concept, level="stadtteil", title="Neudorf")
    outlined(new, shapely.box(7.71, 49.39, 7.73, 49.41))
    return concept


def outlined(item, shape, *, schematic=False):
    row = District.objects.get(pk=item.pk)
    row.geometry, row.schematic = shape, schematic
    row.save()


def place(title):
    return Item.objects.get(kind="district", title=title)


def drawn(kind, shape, concept, **values):
    item = make_item(kind, concept=concept, **values)
    set_location(item, shape, expected_version=item.version, actor=PROGRAM)
    item.refresh_from_db()
    return item


def asked_at(concept, shape=PLOT, actor=ANONYMOUS, **more):
    values = {"form": shape_in_address(shape), **more}
    asker = Asker(actor, concept=concept, asked=values)
    return asker, asked_dossier(asker)


def at(concept, shape=PLOT, actor=ANONYMOUS, **more):
    asker, asked = asked_at(concept, shape, actor, **more)
    assert asked.place is not None, asked.problem
    return dossier_of(asker, asked)


def why(dossier, key):
    return {row.item.title: row.why for row in dossier.group(key).rows}
