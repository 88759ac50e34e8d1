"""How many items lie in each place: what lies in a part lies in the whole, and what is drawn in it without a link, too."""

from __future__ import annotations

import shapely

from insek.places.lying import lying_in_each
from insek.places.models import District


def test_by_link_by_part_and_by_drawing_each_once():
    city = District(pk="city", level="city", geometry=shapely.box(0, 0, 10, 10))
    west = District(pk="west", parent_id="city", level="district", geometry=shapely.box(0, 0, 5, 10))
    quarter = District(pk="quarter", parent_id="west", level="quarter")
    east = District(pk="east", parent_id="city", level="district", geometry=shapely.box(5, 0, 10, 10))
    linked = {"city": {"everywhere"}, "quarter": {"linked"}, "west": {"linked", "both"}}
    drawn = [
        ("both", shapely.Point(1, 1)),
        ("drawn", shapely.Point(9, 9)),
        ("border", shapely.box(5, 0, 6, 1)),
    ]
    assert lying_in_each([city, west, quarter, east], linked, drawn) == {
        "city": {"everywhere"},
        "west": {"linked", "both"},
        "quarter": {"linked"},
        "east": {"drawn", "border"},
    }
    assert lying_in_each([west], {}, []) == {}
