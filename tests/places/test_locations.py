"""Where items lie: read from text, checked against the city, kept with history, and drawn only behind the gate."""

from __future__ import annotations

import json
import re

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from insek.config.bench_first_view import first_view
from insek.config.bench_tiles import column_line, fill, first_tiles
from insek.engines.geometry import from_geojson
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.people.locking import Conflict
from insek.places.geotext import read_geometry, write_geometry
from insek.places.layers import content_version, on_map
from insek.places.locations import set_location
from insek.places.models import District, Location
from insek.places.picture import apart
from insek.places.tiles import tile
from insek.thread.models import Change, Item, Link
from insek.web.precompress import precompress
from tests.factories import make_actor, make_concept, make_item, make_link, make_user

POINT = shapely.Point(7.77, 49.44)


def drawn_city(concept):
    """A city that reaches from 7.6 to 7.9 and 49.3 to 49.6."""
    item = make_item("district", concept=concept, level="city", title="Musterstadt")
    row = District.objects.get(item=item)
    row.geometry, row.schematic = shapely.box(7.6, 49.3, 7.9, 49.6), False
    row.save()
    return row


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("7.769 49.444", "Point"),
        ("7,769 49,444", "Point"),
        ("7.769, 49.444", "Point"),
        ("7,769; 49,444", "Point"),
        ("Linie\n7.7 49.4\n7.8 49.5", "LineString"),
        ("7.7 49.4\n7.8 49.5", "LineString"),
        ("Fläche:\n7.7 49.4\n7.8 49.4\n7.8 49.5", "Polygon"),
        ("7.7 49.4\n7.8 49.4\n7.8 49.5\n7.7 49.4", "Polygon"),
        ('{"type":"Point","coordinates":[7.7,49.4]}', "Point"),
        ('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
         '"geometry":{"type":"LineString","coordinates":[[7.7,49.4],[7.8,49.5]]}}]}', "LineString"),
    ],
)  # fmt: skip
def test_typed_and_pasted_texts_become_geometry_and_come_back_the_same(text, kind):
    geometry = read_geometry(text)
    assert geometry is not None and geometry.geom_type == kind
    again = read_geometry(write_geometry(geometry))
    assert again is not None and shapely.normalize(again).equals_exact(shapely.normalize(geometry), 1e-7)


@pytest.mark.parametrize(
    "text",
    ["hallo", "7.7", "Punkt\n7.7 49.4\n7.8 49.4", "Fläche\n7.7 49.4\n7.8 49.4", "Linie", "{", "[1]", "200 95",
     '{"type":"FeatureCollection","features":[]}', '{"type":"GeometryCollection","geometries":[]}',
     "[" * 5000, '{"type":"Point","coordinates":[NaN,1]}', "7.7 49.4; DROP"],
)  # fmt: skip
def test_what_is_no_geometry_is_refused_in_words(text):
    with pytest.raises(ValidationError) as caught:
        read_geometry(text)
    assert caught.value.messages[0]


def test_an_empty_text_is_no_place():
    assert read_geometry("  \n") is None


@pytest.mark.django_db
def test_a_place_is_kept_with_history_and_the_version_counts():
    item = make_item("measure")
    changed = set_location(item, POINT, note="ungefähr", expected_version=1, actor=PROGRAM)
    assert changed.version == 2
    assert Location.objects.get(item=item).west == pytest.approx(7.77)
    assert set_location(item, POINT, note="ungefähr", expected_version=2, actor=PROGRAM).version == 2
    with pytest.raises(Conflict):
        set_location(item, None, expected_version=1, actor=PROGRAM)
    set_location(item, None, expected_version=2, actor=PROGRAM)
    assert not Location.objects.exists()
    last = Change.objects.filter(item_id=item.pk).first()
    assert last is not None and last.differences["location"] == ["POINT (7.77 49.44)", None]


@pytest.mark.django_db
def test_who_may_not_edit_may_not_place():
    item = make_item("measure")
    with pytest.raises(PermissionDenied):
        set_location(item, POINT, expected_version=1, actor=ANONYMOUS)
    with pytest.raises(PermissionDenied):
        set_location(item, POINT, expected_version=1, actor=make_actor("council"))


@pytest.mark.django_db
def test_a_place_outside_the_city_is_refused_and_swapped_axes_are_named():
    concept = make_concept()
    drawn_city(concept)
    item = make_item("measure", concept=concept)
    with pytest.raises(ValidationError, match="außerhalb der Stadt"):
        set_location(item, shapely.Point(8.5, 50.1), expected_version=1, actor=PROGRAM)
    with pytest.raises(ValidationError, match="vertauscht"):
        set_location(item, shapely.Point(49.44, 7.77), expected_version=1, actor=PROGRAM)
    set_location(item, POINT, expected_version=1, actor=PROGRAM)


@pytest.mark.django_db
def test_the_page_works_without_scripts_keeps_what_was_typed_and_warns_of_others(client):
    concept = make_concept()
    drawn_city(concept)
    item = make_item("measure", concept=concept, visibility="internal")
    district = make_item("district", concept=concept, title="Mitte", centre_lon="7.75", centre_lat="49.45")
    address = reverse("item-location", args=[item.pk])
    assert client.get(address).status_code == 302
    client.force_login(make_user("planner"))
    assert "Ort speichern" in client.get(address).content.decode()
    wrong = client.post(address, {"version": 1, "geometry": "Linie\n7.7 quer"})
    assert wrong.status_code == 400 and "7.7 quer" in wrong.content.decode()
    both = client.post(address, {"version": 1, "geometry": "7.77 49.44", "centre": district.pk})
    assert both.status_code == 400
    assert client.post(address, {"version": 1, "geometry": "", "centre": district.pk}).status_code == 302
    assert Location.objects.get(item=item).geometry.equals(shapely.Point(7.75, 49.45))
    late = client.post(address, {"version": 1, "geometry": "7.77 49.44"})
    assert late.status_code == 409 and "7.77 49.44" in late.content.decode()
    again = client.post(address, {"version": 2, "geometry": "7.77 49.44"})
    assert again.status_code == 302
    assert "Ort auf der Karte" in client.get(reverse("item", args=[item.pk])).content.decode()
    assert client.get(reverse("item-location", args=[district.pk])).status_code == 404


@pytest.mark.django_db
def test_the_city_map_and_its_tiles_show_only_what_the_gate_lets_through(client):
    concept = make_concept()
    drawn_city(concept)
    seen = make_item("measure", concept=concept, title="Sichtbare Maßnahme")
    hidden = make_item("measure", concept=concept, title="Geheime Maßnahme", visibility="internal")
    for item in (seen, hidden):
        set_location(item, POINT, expected_version=1, actor=PROGRAM)
    page = client.get(reverse("city-map"))
    assert "Sichtbare" in page.content.decode() and "Geheime" not in page.content.decode()
    column, line = column_line(16, 7.77, 49.44)
    answer = client.get(reverse("tile", args=[16, column, line]))
    [feature] = mapbox_vector_tile.decode(answer.content)["points"]["features"]
    assert feature["properties"]["id"] == seen.pk
    low = client.get(reverse("tile", args=[10, *column_line(10, 7.77, 49.44)]))
    [cell] = mapbox_vector_tile.decode(low.content)["points"]["features"]
    assert cell["properties"]["count"] == 1
    client.force_login(make_user("planner"))
    signed_in = client.get(reverse("tile", args=[16, column, line]))
    assert len(mapbox_vector_tile.decode(signed_in.content)["points"]["features"]) == 2
    assert signed_in["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_filters_leave_what_they_name_and_unknown_ones_are_missing(client):
    concept = make_concept()
    mitte = make_item("district", concept=concept, title="Mitte")
    near, far = (
        make_item("measure", concept=concept, title=title) for title in ("Nahe Sache", "Ferne Sache")
    )
    for item in (near, far):
        set_location(item, POINT, expected_version=1, actor=PROGRAM)
    make_link(near, mitte, "located_in")
    text = client.get(reverse("city-map"), {"ort": mitte.pk}).content.decode()
    assert "Nahe Sache" in text and "Ferne Sache" not in text
    assert "Nahe Sache" not in client.get(reverse("city-map"), {"art": "finding"}).content.decode()
    for wrong in (
        {"art": "gibtsnicht"},
        {"feld": "x"},
        {"thema": "\x00"},
        {"ort": "aaaaaaaa"},
        {"nach": "unsinn"},
    ):
        assert client.get(reverse("city-map"), wrong).status_code == 404
    for z, x, y in ((20, 0, 0), (3, 8, 0), (0, 0, 1)):
        assert client.get(f"/karte/kacheln/{z}/{x}/{y}.mvt").status_code == 404


@pytest.mark.django_db
def test_anonymous_tiles_are_cached_by_the_version_of_the_content(client):
    concept = make_concept()
    item = make_item("measure", concept=concept)
    version = content_version(concept, ANONYMOUS)
    address = reverse("tile", args=[12, *column_line(12, 7.77, 49.44)])
    first = client.get(address, {"v": version})
    assert first["Cache-Control"] == "public, max-age=3600" and first["ETag"] == f'"{version}"'
    assert client.get(address, {"v": "alt"})["Cache-Control"] == "public, no-cache"
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    set_location(item, POINT, expected_version=1, actor=PROGRAM)
    assert content_version(concept, ANONYMOUS) != version


@pytest.mark.slow
@pytest.mark.django_db
def test_twenty_thousand_places_keep_the_first_view_light(client, django_assert_max_num_queries):
    concept = fill(20_000)
    with django_assert_max_num_queries(16):
        page = client.get(reverse("city-map"))
    import gzip

    weight = len(gzip.compress(page.content))
    visible = on_map(Item.objects.visible_to(ANONYMOUS).filter(concept=concept))
    for zoom in (11, 12):
        with django_assert_max_num_queries(36):
            tiles = [gzip.compress(tile(visible, *place)) for place in first_tiles(zoom)]
        assert weight + sum(map(len, tiles)) < 150_000
    counted = mapbox_vector_tile.decode(tile(visible, 10, *column_line(10, 7.74, 49.44)))["points"][
        "features"
    ]
    assert sum(feature["properties"]["count"] for feature in counted) > 8_000


@pytest.mark.django_db
def test_a_link_or_title_with_markup_stays_text_on_the_map_page(client):
    item = make_item("measure", title="</script><script>alert(1)</script>")
    set_location(item, POINT, expected_version=1, actor=PROGRAM)
    for address in (reverse("city-map"), reverse("item", args=[item.pk])):
        assert "<script>alert" not in client.get(address).content.decode()
    assert not Link.objects.exists()


def test_the_shipped_stops_name_their_origin_and_lie_in_the_city():
    from insek.places.views import stops_of

    collection = json.loads(stops_of("kaiserslautern"))
    assert "DB InfraGO" in collection["attribution"] and "OpenStreetMap" in collection["attribution"]
    assert len(collection["features"]) > 300
    for feature in collection["features"]:
        assert set(feature["properties"]) == {"kind", "name"}
        assert shapely.box(7.55, 49.3, 7.95, 49.6).covers(from_geojson(feature))
    assert stops_of("../kaiserslautern") == b"" == stops_of("")


def a_district(concept, title, *, parent=None, box=None, level="stadtteil"):
    item = make_item("district", concept=concept, level=level, title=title)
    row = District.objects.get(item=item)
    row.parent, row.geometry = parent, shapely.box(*box) if box else None
    row.save()
    return row


def placed(concept, title, shape, **values):
    item = make_item("measure", concept=concept, title=title, **values)
    set_location(item, shape, expected_version=1, actor=PROGRAM)
    return item


def titles_in(client, district, page="city-map"):
    text = client.get(reverse(page), {"ort": district.pk}).content.decode()
    return {title for title in TITLES if title in text}


TITLES = {"Mitten drin", "Durch beide", "Am Rand", "Weit weg", "Nur gesagt", "Im Teil gesagt", "Geheim drin"}


@pytest.mark.django_db
def test_the_filter_by_place_asks_where_a_thing_lies_and_where_it_is_said_to_lie(
    client, django_assert_max_num_queries
):
    concept = make_concept()
    drawn_city(concept)
    west = a_district(concept, "Bezirk West", level="ortsbezirk", box=(7.6, 49.3, 7.7, 49.6))
    part = a_district(concept, "Teil im Westen", parent=west, box=(7.6, 49.3, 7.65, 49.4))
    east = a_district(concept, "Bezirk Ost", level="ortsbezirk", box=(7.7, 49.3, 7.8, 49.6))
    placed(concept, "Mitten drin", shapely.Point(7.62, 49.35))
    placed(concept, "Geheim drin", shapely.Point(7.62, 49.35), visibility="internal")
    placed(concept, "Durch beide", shapely.LineString([(7.68, 49.5), (7.75, 49.5)]))
    placed(concept, "Am Rand", shapely.box(7.7, 49.31, 7.72, 49.33))  # touches the west, lies in the east
    placed(concept, "Weit weg", shapely.Point(7.85, 49.5))
    make_link(placed(concept, "Nur gesagt", shapely.Point(7.85, 49.5)), west.item, "located_in")
    make_link(placed(concept, "Im Teil gesagt", shapely.Point(7.85, 49.51)), part.item, "located_in")
    assert titles_in(client, part) == {"Mitten drin", "Im Teil gesagt"}
    assert titles_in(client, west) == {"Mitten drin", "Im Teil gesagt", "Nur gesagt", "Durch beide"}
    assert titles_in(client, east) == {"Durch beide", "Am Rand"}
    for district in (part, west, east):
        assert titles_in(client, district, "measure-list") == titles_in(client, district)
    whole = District.objects.get(level="city")
    assert titles_in(client, whole) == TITLES - {"Geheim drin"}
    with django_assert_max_num_queries(24):
        client.get(reverse("city-map"), {"ort": west.pk})


@pytest.mark.django_db
def test_lists_queue_map_and_interface_mean_the_same_by_a_place(client):
    concept = make_concept()
    west = a_district(concept, "Bezirk West", level="ortsbezirk", box=(7.6, 49.3, 7.7, 49.6))
    part = a_district(concept, "Teil im Westen", parent=west)
    said = make_item("contribution", concept=concept, title="Nur gesagt", district=part)
    make_item("contribution", concept=concept, title="Mitten drin", lon="7.62", lat="49.35")
    make_item("contribution", concept=concept, title="Weit weg", lon="7.85", lat="49.5")
    for page in ("city-map", "contribution-list"):
        found = titles_in(client, west, page)
        assert found - {"Nur gesagt"} == {"Mitten drin"}, page  # what has no point is not drawn on the map
    assert titles_in(client, west, "contribution-list") == {"Mitten drin", "Nur gesagt"}
    answer = client.get("/api/v1/contributions", {"district": west.pk}).json()
    assert {row["title"] for row in answer["items"]} == {"Mitten drin", "Nur gesagt"}
    client.force_login(make_user("moderator"))
    queue = client.get(reverse("moderation"), {"ort": west.pk, "stand": "alle"}).content.decode()
    assert {title for title in TITLES if title in queue} == {"Mitten drin", "Nur gesagt"}
    assert said.pk in queue


@pytest.mark.django_db
def test_a_list_filtered_by_place_asks_no_more_of_ten_thousand_places(client, django_assert_max_num_queries):
    concept = fill(10_000)
    west = a_district(concept, "Fast alles", box=(7.0, 49.0, 8.5, 50.0))
    empty = a_district(concept, "Nichts", box=(8.0, 50.0, 8.1, 50.1))
    for district in (empty, west):
        with django_assert_max_num_queries(16):
            page = client.get(reverse("measure-list"), {"ort": district.pk}).content.decode()
    assert "M 0" in page


@pytest.mark.django_db
def test_a_place_that_was_moved_leaves_the_filter_at_once(client):
    concept = make_concept()
    west = a_district(concept, "Bezirk West", box=(7.6, 49.3, 7.7, 49.6))
    item = placed(concept, "Mitten drin", shapely.Point(7.62, 49.35))
    assert titles_in(client, west) == {"Mitten drin"}
    set_location(item, shapely.Point(7.75, 49.35), expected_version=2, actor=PROGRAM)
    assert titles_in(client, west) == set()


@pytest.mark.django_db
def test_the_first_view_is_a_picture_that_says_what_the_list_says(client):
    concept = make_concept()
    drawn_city(concept)
    a_district(concept, "Bezirk West", box=(7.6, 49.3, 7.7, 49.6))
    alone = placed(concept, 'Ort <script>"&', shapely.Point(7.85, 49.5))
    for number in range(3):
        placed(concept, f"Nah {number}", shapely.Point(7.65, 49.4))
    placed(concept, "Achse", shapely.LineString([(7.7, 49.4), (7.8, 49.5)]))
    placed(concept, "Geheim", shapely.Point(7.75, 49.55), visibility="internal")
    text = client.get(reverse("city-map")).content.decode()
    drawing = text[
        text.index("<svg viewBox", text.index("data-city-map")) : text.index(
            "</svg>", text.index("city-picture__city")
        )
    ]
    assert "Bezirk West" in drawing and "city-picture__shape" in drawing and "<script>" not in drawing
    assert f'<a href="/k/{alone.pk}" tabindex="-1">' in drawing
    assert drawing.count("<circle") == 3 and ">3</text>" in drawing
    assert "Geheim" not in text
    assert "," not in "".join(re.findall(r'(?:cx|cy|data-lon|data-lat)="([^"]*)"', drawing)), (
        "numbers are English"
    )


@pytest.mark.django_db
def test_the_ground_of_the_maps_that_move_shows_a_visitor_what_is_public(client, as_role):
    concept = make_concept()
    drawn_city(concept)
    a_district(concept, "Bezirk West", box=(7.6, 49.3, 7.7, 49.6))
    hidden = a_district(concept, "Geheimbezirk", box=(7.7, 49.3, 7.8, 49.6))
    Item.objects.filter(pk=hidden.pk).update(visibility="internal")
    address = reverse("map-ground")
    answer = client.get(address)
    names = [one["properties"]["name"] for one in answer.json()["districts"]["features"]]
    assert (
        names == ["Bezirk West"]
        and answer.json()["outline"]
        and answer["Cache-Control"] == "public, no-cache"
    )
    inside = as_role("project-lead").get(address)
    assert "Geheimbezirk" in inside.content.decode() and "no-store" in inside["Cache-Control"]


@pytest.mark.django_db
def test_the_page_of_an_item_shows_its_place_on_a_still_picture(client):
    concept = make_concept()
    drawn_city(concept)
    item = placed(concept, "Achse", shapely.LineString([(7.7, 49.4), (7.8, 49.5)]))
    page = client.get(reverse("item", args=[item.pk])).content.decode()
    assert "city-picture__line" in page and "data-move-map" in page and '"outline"' not in page


@pytest.mark.django_db
def test_without_any_district_there_is_no_picture_but_the_list(client):
    placed(make_concept(), "Mitten drin", shapely.Point(7.62, 49.35))
    text = client.get(reverse("city-map")).content.decode()
    assert "data-picture" not in text and "Mitten drin" in text


def test_circles_in_one_place_are_moved_apart():
    middle = apart(np.array([[100.0, 100.0]] * 4), np.full(4, 10.0))
    gap = np.hypot(*(middle[:, None] - middle[None, :]).transpose(2, 0, 1))
    assert gap[~np.eye(4, dtype=bool)].min() > 15


@pytest.mark.django_db
def test_the_first_view_of_the_city_map_weighs_less_than_150_kb(settings):
    settings.WHITENOISE_AUTOREFRESH = False
    precompress(
        settings.STATIC_ROOT
    )  # as the build does: what was touched since is served without, and weighs more
    concept = fill(400)
    drawn_city(concept)
    for number in range(18):
        west = 7.6 + number / 60
        a_district(concept, f"Stadtteil Nummer {number}", box=(west, 49.3, west + 1 / 60, 49.6))
    for encoding in ("br, gzip", "gzip"):
        view = first_view(encoding)
        assert view.total < 150_000, view.in_words()
        assert not [address for address in view.parts if "maplibre" in address]
        assert {"app.css", "still_map.js", "FiraSans-Regular.woff2"} <= {
            name.rsplit("/", 1)[-1] for name in view.parts
        }


@pytest.mark.django_db
def test_an_address_is_a_place_and_several_ways_at_once_are_refused(as_role):
    concept = make_concept(key="kaiserslautern")
    item = make_item("measure", concept=concept, visibility="internal")
    client = as_role("planner")
    address = reverse("item-location", args=[item.pk])
    for data, answer in (
        ({"address": "Morlautern R"}, "Welcher ist gemeint"),
        ({"address": "<script>"}, "kennt die Karte nicht"),
        ({"address": "x" * 5000}, ""),
        ({"address": "Galgenschanze", "geometry": "7.77 49.44"}, "nur einen Weg wählen"),
    ):
        response = client.post(address, {"version": item.version, **data})
        assert response.status_code == 400 and answer in response.content.decode()
    assert client.post(address, {"version": item.version, "address": "Galgenschanze"}).status_code == 302
    assert Location.objects.get(item=item).geometry.distance(shapely.Point(7.74412, 49.43549)) < 1e-4


@pytest.mark.django_db
def test_where_no_names_are_known_nobody_is_asked_for_one(as_role):
    item = make_item("measure")
    text = as_role("planner").get(reverse("item-location", args=[item.pk])).content.decode()
    assert "Adresse, Haltestelle oder Ort" not in text
