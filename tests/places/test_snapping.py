"""What drawing takes hold of: exact lines of districts and items in a part of the map, behind the gate."""

from __future__ import annotations

import pytest
import shapely
from django.urls import reverse

from insek.people.actors import PROGRAM
from insek.places import snapping
from insek.places.locations import set_location
from insek.places.models import District
from tests.factories import make_concept, make_item


@pytest.mark.django_db
def test_lines_are_exact_only_of_that_part_without_the_own_and_not_for_everybody(
    client, as_role, monkeypatch, django_assert_max_num_queries
):
    concept = make_concept()
    exact = 7.1234567
    make_item(
        "district",
        concept=concept,
        title="Viertel",
        level=District.Level.STADTTEIL,
        geometry=shapely.box(7, 49, 7.5, 49.5),
        schematic=False,
    )
    shapes = {
        "Nah": shapely.LineString([(exact, 49.1), (7.2, 49.2)]),
        "Fern": shapely.box(7.4, 49.4, 7.41, 49.41),
        "Eigen": shapely.Point(7.15, 49.15),
        "Geheim": shapely.Point(7.16, 49.16),
    }
    items = {}
    for name, shape in shapes.items():
        items[name] = make_item(
            "feature", concept=concept, title=name, visibility="internal" if name == "Geheim" else "public",
            sign={"Point": "node", "LineString": "axis"}.get(shape.geom_type, "green"),
        )  # fmt: skip
        set_location(items[name], shape, expected_version=1, actor=PROGRAM)
    asked = {"ausschnitt": "7.1,49.1,7.3,49.3", "ohne": items["Eigen"].pk}
    assert client.get(reverse("snap-lines"), asked).status_code == 302
    lead = as_role("project-lead")
    with django_assert_max_num_queries(12):
        said = lead.get(reverse("snap-lines"), asked).json()
    assert {name for name, _line in said["lines"]} == {"Nah", "Geheim"}
    assert dict(said["lines"])["Nah"][0] == [exact, 49.1] and not said["is_full"]
    names = {name for name, _line in as_role("council").get(reverse("snap-lines"), asked).json()["lines"]}
    assert names == {"Nah"}
    wide = lead.get(reverse("snap-lines"), {"ausschnitt": "6,48,8,50"}).json()
    assert {name for name, _line in wide["lines"]} == {"Viertel", *shapes}
    monkeypatch.setattr(snapping, "MOST_POSITIONS", 3)
    assert lead.get(reverse("snap-lines"), {"ausschnitt": "6,48,8,50"}).json() == {
        "lines": [],
        "is_full": True,
    }
    assert lead.get(reverse("snap-lines"), {"ausschnitt": "x"}).status_code == 404
