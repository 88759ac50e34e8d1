"""Dividing an area by a line and joining two: nothing is lost, nothing doubled, all through the release step."""

from __future__ import annotations

import pytest
import shapely
from django.core.exceptions import ValidationError
from django.urls import reverse

from insek.engines.cutting import cut_by_line, joined
from insek.engines.geometry import metric_area, to_degrees
from insek.people.actors import PROGRAM
from insek.places.geotext import write_geometry
from insek.places.locations import set_location
from insek.places.models import Location
from insek.release.models import Proposal
from insek.release.releases import release
from insek.space.dividing import divide, join
from insek.thread.models import Item
from tests.factories import make_concept, make_item
from tests.reading import form_values, words

SQUARE = shapely.box(0, 0, 100, 100)
RING = SQUARE.difference(shapely.box(40, 40, 60, 60))
ROUND = shapely.Polygon([(0, 50), (20, 10), (80, 0), (100, 50), (70, 100), (20, 100)])
"""A line from corner to corner, as drawing takes hold of them, is a hair beside both."""
EAST, NORTH = 410_000, 5_477_000


@pytest.mark.parametrize(
    ("area", "line", "sizes"),
    [
        (SQUARE, [(30, 0), (30, 100)], [7000, 3000]),
        (SQUARE, [(30, 0.5), (30, 99.5)], [7000, 3000]),
        (SQUARE, [(-10, 50), (110, 50)], [5000, 5000]),
        (SQUARE, [(10, 10), (60, 60)], [10000]),
        (ROUND, [(-10, 50.0000001), (110, 50.0000001)], [3750, 3600]),
        (SQUARE, [(200, 0), (200, 100)], [10000]),
        (SQUARE, [(-5, 20), (105, 20), (105, 60), (-5, 60)], [4000, 4000, 2000]),
        (RING, [(50, -10), (50, 110)], [4800, 4800]),
        (RING, [(50, -10), (50, 50)], [9600]),
        (shapely.MultiPolygon([SQUARE, shapely.box(500, 0, 510, 10)]), [(30, -1), (30, 101)], [7100, 3000]),
    ],
)
def test_a_line_cuts_from_border_to_border_and_nothing_is_lost(area, line, sizes):
    pieces = cut_by_line(area, shapely.LineString(line))
    assert [round(piece.area) for piece in pieces] == sizes
    assert shapely.union_all(pieces).symmetric_difference(area).area < 0.1
    assert all(piece.is_valid for piece in pieces)


@pytest.mark.parametrize(("gap", "parts"), [(0, 1), (0.8, 1), (20, 2)])
def test_two_areas_become_one_and_only_a_narrow_gap_is_closed(gap, parts):
    other = shapely.box(100 + gap, 0, 200 + gap, 100)
    made = joined(SQUARE, other)
    assert len(shapely.get_parts(made)) == parts and made.is_valid
    assert made.area == pytest.approx(20_000 + (gap * 100 if parts == 1 else 0), abs=1)


def metres(shape):
    return to_degrees(shapely.affinity.translate(shape, EAST, NORTH), 25832)


def make_area(title, shape, **values):
    item = make_item("feature", title=title, **{"sign": "centre", **values})
    item = set_location(item, metres(shape), expected_version=1, actor=PROGRAM)
    return Item.objects.select_related("concept", "feature", "location").get(pk=item.pk)


def hectares_of(item):
    return metric_area(Location.objects.get(item=item).geometry, 25832) / 10_000


@pytest.mark.django_db
def test_pieces_are_elements_of_their_own_and_the_page_does_both(as_role):
    concept = make_concept(metric_crs=25832)
    item = make_area("Feld", SQUARE, concept=concept, horizon="short", dwellings=40, number="R 1")
    item.fields.set(concept.fields.all()[:1])
    lead, address = as_role("project-lead"), reverse("feature-area", args=[item.pk])
    assert address in lead.get(item.url).content.decode()
    page = lead.get(address)
    assert "Die Fläche misst 1,0 ha." in words(page)
    typed = {**form_values(page), "teilen": "1"}
    short = write_geometry(metres(shapely.LineString([(30, 10), (30, 50)])))
    for line, told in (
        ("", "Bitte die Linie zeichnen"),
        (short, "von Rand zu Rand"),
        ("Punkt\n7.77 49.44", "eine Linie"),
    ):
        refused = lead.post(address, {**typed, "line": line})
        assert refused.status_code == 400 and told in words(refused)
    assert Item.objects.filter(kind="feature").count() == 1, "nothing is made of what is refused"
    line = write_geometry(metres(shapely.LineString([(30, -5), (30, 105)])))
    assert lead.post(address, {**typed, "line": line}).status_code == 302
    new = Item.objects.exclude(pk=item.pk).get(kind="feature")
    assert (new.title, new.visibility, new.feature.horizon, new.feature.dwellings) == (
        "Feld, Teil 2",
        "internal",
        "short",
        None,
    )
    assert list(new.fields.all()) == list(item.fields.all())
    assert hectares_of(new) == pytest.approx(0.3, abs=0.002)
    for proposal in Proposal.objects.waiting():
        release(proposal, expected_version=proposal.version, actor=PROGRAM)
    assert hectares_of(item) == pytest.approx(0.7, abs=0.002)
    again = form_values(lead.get(address))
    assert lead.post(address, {**typed, "line": line}).status_code == 400, "somebody was faster"
    again.pop("teilen", None)
    assert (
        lead.post(address, {**again, "verbinden": "1", "other": new.pk, "takes_place": "on"}).status_code
        == 302
    )
    for proposal in Proposal.objects.waiting():
        release(proposal, expected_version=proposal.version, actor=PROGRAM)
    assert hectares_of(item) == pytest.approx(1.0, abs=0.003)
    assert not Location.objects.filter(item=new).exists() and Item.objects.filter(pk=new.pk).exists()


@pytest.mark.django_db
def test_what_is_no_area_is_neither_divided_nor_joined(as_role):
    concept = make_concept(metric_crs=25832)
    point, area = (
        make_area("Punkt", shapely.Point(10, 10), concept=concept, sign="node"),
        make_area("Feld", SQUARE, concept=concept),
    )
    line = metres(shapely.LineString([(30, -5), (30, 105)]))
    with pytest.raises(ValidationError):
        divide(point, line, expected_version=point.version, actor=PROGRAM)
    with pytest.raises(ValidationError):
        join(
            area,
            point,
            expected_version=area.version,
            other_version=point.version,
            takes_place=True,
            actor=PROGRAM,
        )
    lead = as_role("project-lead")
    assert lead.get(reverse("feature-area", args=[point.pk])).status_code == 404
    assert reverse("feature-area", args=[point.pk]) not in lead.get(point.url).content.decode()
