"""The layers of the city map, switched on and off without a script."""

from decimal import Decimal

import pytest
import shapely
from django.urls import reverse

from insek.people.actors import PROGRAM
from insek.places.layers import lies_in
from insek.places.locations import set_location
from insek.places.models import District
from insek.thread.models import Item
from tests.factories import make_concept, make_item, make_link

POINT = shapely.Point(7.77, 49.44)


@pytest.mark.django_db
def test_layers_are_switched_on_and_off_one_by_one(client):
    """Each switch says how many it has under the other filters, and turns only itself."""
    concept = make_concept()
    for kind, count in (("measure", 2), ("finding", 1)):
        for number in range(count):
            item = make_item(kind, concept=concept, title=f"{kind} {number}")
            set_location(item, POINT, expected_version=1, actor=PROGRAM)
    address = reverse("city-map")

    def layers(query=""):
        page = client.get(f"{address}{query}")
        assert page.status_code == 200
        found = {layer["label"]: layer for layer in page.context["layers"]}
        return found, page.content.decode()

    first, page = layers()
    assert {label: (layer["count"], layer["on"]) for label, layer in first.items()} == {
        "Befunde": ("1", True), "Maßnahmen": ("2", True),
    }  # fmt: skip
    assert first["Maßnahmen"]["url"] == "?ohne=measure"
    second, page = layers("?ohne=measure")
    assert (second["Maßnahmen"]["on"], second["Befunde"]["on"]) == (False, True)
    assert second["Maßnahmen"]["count"] == "2" and second["Maßnahmen"]["url"] == "?"
    assert "finding 0" in page and "measure 0" not in page and "ohne=measure" in page  # the tiles too
    assert layers("?art=measure")[0]["Befunde"]["url"] == "?"  # of one kind alone: the other comes to it
    for wrong in ("?ohne=nichts", "?ohne=measure,%00"):
        assert client.get(f"{address}{wrong}").status_code == 404


@pytest.mark.django_db
def test_what_lies_in_a_district_is_the_same_for_one_kind_as_for_all():
    concept = make_concept()
    area = shapely.box(7.7, 49.4, 7.9, 49.6)
    place, part = (make_item("district", concept=concept) for _number in range(2))
    District.objects.filter(item=place).update(geometry=area)
    District.objects.filter(item=part).update(parent=place.district)
    outside = make_item("measure", concept=concept)
    set_location(outside, shapely.Point(7.2, 49.44), expected_version=1, actor=PROGRAM)
    inside = [make_item(kind, concept=concept) for kind in ("measure", "finding")]
    for item in inside:
        set_location(item, POINT, expected_version=1, actor=PROGRAM)
    linked = make_item("measure", concept=concept)
    make_link(linked, part, "located_in", reason="")
    said = make_item("contribution", concept=concept, district=part.district)
    drawn = make_item("contribution", concept=concept, lon=Decimal("7.77"), lat=Decimal("49.44"))
    make_item("contribution", concept=concept)
    for kind, expected in {
        "measure": {inside[0], linked}, "finding": {inside[1]}, "contribution": {said, drawn}, "district": {place, part},
    }.items():  # fmt: skip
        of_kind = Item.objects.filter(concept=concept, kind=kind)
        assert set(of_kind.filter(lies_in(concept, place.pk))) == expected
        assert set(of_kind.filter(lies_in(concept, place.pk, kind))) == expected
    only = Item.objects.filter(lies_in(concept, place.pk, "contribution"))
    assert {item.kind for item in only} == {"contribution", "district"}
