"""Coordinates that stand as examples are those of the city."""

from __future__ import annotations

import shapely
from django.urls import reverse

from insek.people.actors import PROGRAM
from insek.places.models import District
from insek.thread.services import update_item
from tests.factories import make_item
from tests.reading import words


def test_examples_of_coordinates_are_those_of_the_city_else_of_the_middle_of_the_country(concept, as_role):
    lead = as_role("project-lead")
    page = words(lead.get(reverse("item-location", args=[make_item("measure", concept=concept).pk])))
    assert "etwa 10.000 51.000." in page and "(32 570000 5650000)" in page and "(3570000 5652000" in page
    row = District.objects.get(item=make_item("district", concept=concept, level="city", title="Am Meer"))
    row.geometry = shapely.box(10.6, 53.8, 10.8, 53.9)
    row.save()
    update_item(row.item, expected_version=row.item.version, values={"title": "Stadt am Meer"}, actor=PROGRAM)
    item = make_item("measure", concept=concept)
    address = reverse("item-location", args=[item.pk])
    page = words(lead.get(address))
    assert "etwa 10.700 53.850." in page and "(32 612000 5968000)" in page and "7.7" not in page
    wrong = words(lead.post(address, {"geometry": "hier", "version": item.version}))
    assert "etwa 10.700 53.850, oder Meter, etwa 32 612000 5968000" in wrong
    turned = words(lead.post(address, {"geometry": "53.85 10.7", "version": item.version}))
    assert "Länge (etwa 10.7), dann die Breite (etwa 53.8)" in turned
