"""The tiles of the base map as they are served."""

import gzip
import re
from html import unescape
from xml.etree import ElementTree

import pytest
import shapely

from insek.engines.report import maps
from insek.places.basemap import tiling
from insek.places.basemap.archive import base_path, current_base_map
from insek.places.basemap.extracts import WHOLE, extract_for, fitting_width, is_near
from insek.places.basemap.features import BaseAbout, BaseFeature
from insek.places.basemap.paper import paper_base
from insek.places.basemap.shapes import base_shapes
from insek.places.models import District
from insek.places.picture import Projection
from tests.factories import make_concept, make_item

WOOD = BaseFeature("wood", "wood", shapely.box(7.70, 49.40, 7.75, 49.45))
HOSTILE = "© <script>alert(1)</script>"


@pytest.fixture
def base(settings, tmp_path, db):
    """A city that stands on a wood."""
    settings.MEDIA_ROOT = tmp_path
    concept = make_concept()
    make_item("district", concept=concept, level="city", geometry=shapely.box(7.6, 49.3, 7.9, 49.5))
    base_path().parent.mkdir(parents=True)
    tiling.write_tiles([WOOD], BaseAbout((HOSTILE,)), base_path())
    return current_base_map()


def test_a_tile_is_packed_kept_for_good_and_asked_for_once(base, client):
    ground = client.get("/karte/grund.json").json()["base"]
    assert ground["zooms"] == [8, 14] and ground["attribution"] == HOSTILE
    address = ground["tiles"].format(z=9, x=266, y=174)
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    plain = client.get(address, headers={"Accept-Encoding": ""})
    assert packed["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain
    assert gzip.decompress(packed.content) == plain.content != b""
    assert packed["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(address, headers={"If-None-Match": packed["ETag"]}).status_code == 304
    older = client.get(address.replace(base.generation, "older"))
    assert (older["Cache-Control"], older.content) == ("public, no-cache", plain.content)
    assert client.get(address.replace("/174.", "/0.")).content == b""
    assert [client.get(f"/karte/grundkarte/x/{place}.mvt").status_code for place in ("15/1/1", "7/1/1", "9/999/1")] == [404] * 3  # fmt: skip


def test_without_a_base_map_every_map_stands_on_plain_ground(settings, tmp_path, client, db):
    settings.MEDIA_ROOT = tmp_path
    make_concept()
    assert client.get("/karte/grund.json").json()["base"] is None
    assert client.get("/karte/grundkarte/x/9/266/174.mvt").status_code == 404


def test_the_still_picture_stands_on_a_file_that_names_the_colours_of_the_page(base, client):
    page = client.get("/karte/").content.decode()
    address = re.search(r'<use href="([^"#]+)#flaechen"', page)[1]
    assert f'<use href="{address}#linien"/>' in page
    assert "© &lt;script&gt;alert(1)&lt;/script&gt;</p>" in page and "<script>alert" not in page
    answer = client.get(unescape(address))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/svg+xml", "public, max-age=3600")
    drawing = ElementTree.fromstring(answer.content)
    areas, lines, names = drawing
    assert [group.get("id") for group in (areas, lines, names)] == ["flaechen", "linien", "namen"]
    assert f'href="{address}#namen"/>' in page
    assert [one.get("fill") for one in areas] == ["var(--map-wood)"]
    assert [client.get(f"/karte/grundbild/{far}.svg").status_code for far in ("0/9/9", "9/0/0", "4/99/0", "4/0/-99")] == [200, 404, 404, 404]  # fmt: skip


def test_an_extract_of_the_picture_lies_in_the_file_below_it(base):
    paper = Projection((7.6, 49.3, 7.9, 49.5))
    for x, y, wanted in [(0.0, 0.0, 60.0), (301.3, 77.7, 130.0), (-20.0, -13.0, 300.0), (10.0, 10.0, 500.0)]:
        width = fitting_width(wanted, paper)
        extract = extract_for(x, y, width, paper)
        left, top, wide, high = extract.frame(paper)
        assert wanted <= width <= paper.width and is_near(extract, paper)
        if extract != WHOLE:
            assert left <= x and x + width <= left + wide + 1e-6
            assert top <= y and y + width / 1.6 <= top + high + 1e-6


def test_shapes_that_lay_in_several_tiles_are_one_again(base):
    shapes = base_shapes(base, (7.6, 49.3, 7.9, 49.5), 12)
    assert list(shapes.areas) == ["wood"] and shapes.lines == {}
    wood = shapes.areas["wood"]
    assert wood.geom_type == "Polygon"
    assert wood.symmetric_difference(WOOD.geometry).area < WOOD.geometry.area / 100


def test_a_map_on_paper_stands_on_the_base_in_grey_and_names_who_made_it(base):
    rows = list(District.objects.all())
    below = paper_base(rows, 300)
    outline = shapely.geometry.mapping(rows[0].geometry)
    feature = {"properties": {"id": "x"}, "geometry": outline}
    svg = maps.district_map({"features": [feature]}, outline=outline, chosen=["x"], base=below)
    drawing = ElementTree.fromstring(svg)
    paths = [one for one in drawing if one.tag.endswith("path")]
    assert paths[0].get("fill") == "#e0e4de" and paths[-1].get("fill-opacity") == "0.5"
    assert HOSTILE in {one.text for one in drawing.iter()}
    dark = maps.district_map({"features": [feature]}, outline=outline, base=below, dark=True)
    assert "#e0e4de" not in dark and "alert" not in dark
