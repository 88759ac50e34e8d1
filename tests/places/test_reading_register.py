"""The city's street register and house coordinates, read in from the page: found before the base map, replaced and taken back as a whole."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import shapely
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from insek.engines.layers.coordinate_columns import read_coordinates
from insek.engines.layers.reference_systems import transformer
from insek.intake import batches
from insek.people.actors import ANONYMOUS
from insek.places.map_files.services import clear_incoming
from insek.places.models import District, HouseNumber, NamedPlace, NameSource, StreetWithoutPlace
from insek.places.names.fields import place_meant
from insek.places.names.finding import find_places
from insek.places.names.register_lines import house_numbers
from insek.places.names.rows import NameRow
from insek.places.names.writing import write_names
from tests.factories import make_item, make_user
from tests.intake.reading import begin, sent_by, workbook, write
from tests.items.test_saved_views import client_of
from tests.reading import words

MIDDLE = (7.76, 49.44)


def metres(epsg: int, lon: float, lat: float) -> tuple[float, float]:
    east, north = transformer(epsg).transform(lon, lat, direction="INVERSE")
    return round(east, 2), round(north, 2)


@pytest.fixture
def town(concept):
    """A city with two parts, and a base map that puts house 12 elsewhere and writes the street otherwise."""
    for code, title, level, box in (
        ("", "Musterstadt", "city", (7.70, 49.40, 7.80, 49.50)),
        ("01", "Osten", "stadtteil", (7.75, 49.40, 7.80, 49.50)),
        ("02", "Westen", "stadtteil", (7.70, 49.40, 7.75, 49.50)),
    ):
        row = District.objects.get(
            item=make_item("district", concept=concept, title=title, level=level, code=code)
        )
        row.geometry, row.schematic = shapely.box(*box), False
        row.save()
    line = shapely.LineString([(7.76, 49.44), (7.762, 49.44)])
    street = NameRow("street", "Königstrasse", 7.761, 49.44, line.bounds, shape=shapely.to_wkb(line, hex=True), houses=((12, "", 7.7601, 49.4401), (99, "", 7.7609, 49.44)))  # fmt: skip
    way = NameRow("street", "Musterweg", 7.72, 49.42, (7.72, 49.42, 7.72, 49.42))
    write_names([street, way], city=concept.key, sort="base", attribution="© Karte")
    return concept


def read_in(client, target: str, data, said: dict[str, str], columns: dict[int, str] | None = None, *, name="x.xlsx"):  # fmt: skip
    """All steps as they are proposed, but for some columns and what holds for all rows; gives the batch and the preview."""
    batch = begin(client, target, data, name)
    answer = client.post(reverse("reading-table", args=[batch.pk]), {"weiter": "1"})
    sent = sent_by(client.get(answer["Location"])) | {f"alle.{key}": value for key, value in said.items()}
    sent |= {f"spalte.{place}": value for place, value in (columns or {}).items()}
    answer = client.post(answer["Location"], sent)
    if answer.status_code != 302:
        return batch, words(answer)
    while answer["Location"].endswith("/woerter"):
        answer = client.post(answer["Location"], sent_by(client.get(answer["Location"])))
    return batch, words(client.get(answer["Location"]))


def found(town, text: str) -> list[tuple[str, float, float]]:
    places = find_places(town, text, ANONYMOUS).places
    return [(place.whole, round(place.lon, 4), round(place.lat, 4)) for place in places]


def house_rows(epsg: int) -> list[list[object]]:
    """A table as an office hands it out, with wrong rows among the right ones."""
    rows = [
        ("Königstraße", "00123", 12, None, 7.7615, 49.4405, "Osten"),
        ("Königstraße", "00123", 12, "b", 7.7616, 49.4405, "Osten"),
        ("Musterweg", "00200", "3a", None, 7.7200, 49.4200, "Westen"),
        ("Musterweg", "00200", "5-7", None, 7.7201, 49.4201, "Westen"),
        ("Musterweg", "00200", "ohne", None, 7.7202, 49.4201, "Westen"),
        ("Musterweg", "00200", 9, None, 9.9, 51.0, "Westen"),
        ("Musterweg", "00200", 11, None, None, None, "Westen"),
        (None, "00200", 13, None, 7.7203, 49.4201, "Westen"),
        ("Musterweg", "00200", "3 a", None, 7.7300, 49.4300, "Westen"),
    ]
    return [[*row[:4], *(metres(epsg, row[4], row[5]) if row[4] else (None, None)), row[6]] for row in rows]


HEAD = ["Straßenname", "Straßenschlüssel", "Hausnr.", "Zusatz", "Ostwert", "Nordwert", "Stadtteil"]


@pytest.mark.django_db
def test_addresses_are_found_by_the_citys_own_houses_until_they_are_taken_back(town, monkeypatch):
    monkeypatch.setattr(batches, "INLINE_READ", 500)
    client = client_of(make_user("project-lead"))
    assert found(town, "Königstraße 12") == [("Königstrasse 12, Osten", 7.7601, 49.4401)]

    batch, page = read_in(client, "houses", workbook(HEAD, *house_rows(25832)), {})
    assert "Bitte angeben, was für alle Zeilen gilt: Quelle." in page
    batch, page = read_in(client, "houses", workbook(HEAD, *house_rows(25832)), {"attribution": "Vermessungsamt", "as_of": "31.12.2025"})  # fmt: skip
    assert "ETRS89 / UTM Zone 32" in page and "5 Neu" in page, page[:900]
    refused = words(client.get(reverse("reading", args=[batch.pk]), {"zeigen": "abgelehnt"}))
    for said in ("„ohne“ ist keine Hausnummer", "außerhalb der Stadt", "Es fehlen die Koordinaten", "Es fehlt der Name der Straße"):  # fmt: skip
        assert said in refused, said
    assert "Steht schon in Zeile 4, an einem anderen Ort" in page
    write(client, batch)
    assert found(town, "Königstraße 12") == [("Königstraße 12, Osten", 7.7615, 49.4405)]
    assert found(town, "koenigstr. 12b")[0][0] == "Königstraße 12b, Osten"
    assert found(town, "Musterweg 3a") == [("Musterweg 3a, Westen", 7.72, 49.42)]
    assert found(town, "Musterweg 7")[0][0] == "Musterweg 7, Westen"
    assert found(town, "Königstraße 99") == [("Königstraße 99, Osten", 7.7609, 49.44)], (
        "the base map knows it"
    )
    known = words(client.get(reverse("map-setup")))
    for said in ("Hausnummern 5", "mit amtlichem Schlüssel 2", "Quelle Vermessungsamt", "Stand 31.12.2025", "Datei x.xlsx"):  # fmt: skip
        assert said in known, said

    # a newer delivery, in Gauß-Krüger and with the northing first, replaces it as a whole
    rows = [[*row[:4], row[5], row[4], row[6]] for row in house_rows(31467)[:2]]
    newer, page = read_in(client, "houses", workbook([*HEAD[:4], "x", "y", "Stadtteil"], *rows), {"attribution": "Vermessungsamt"}, {4: "east", 5: "north"})  # fmt: skip
    assert "Gauß-Krüger Zone 3" in page and "Norden zuerst" in page and "Ersetzt wird die Lieferung" in page
    write(client, newer)
    assert found(town, "Musterweg 3a")[0][0] == "Musterweg, Westen" and len(found(town, "Königstr. 12b")) == 1
    early = client.post(reverse("reading-undo", args=[batch.pk]), follow=True)
    assert "Eine neuere hat sie ersetzt" in words(early)
    client.post(reverse("reading-undo", args=[newer.pk]))
    assert found(town, "Musterweg 3a") == [("Musterweg 3a, Westen", 7.72, 49.42)]
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert found(town, "Königstraße 12") == [("Königstrasse 12, Osten", 7.7601, 49.4401)]
    assert NameSource.objects.count() == 1 and NamedPlace.objects.count() == 2


@pytest.mark.django_db
def test_a_register_without_coordinates_says_key_and_part_of_streets_the_map_knows(town):
    client = client_of(make_user("project-lead"))
    register = workbook(
        ["Schlüssel", "Straße", "Stadtteil", "Bezirk"],
        ["0123", "Königstraße", "Osten", "Musterstadt"],
        ["0200", "Musterweg", "Westen", None],
        ["0300", "Neue Gasse", "Westen", None],
    )
    batch, page = read_in(client, "streets", register, {"attribution": "Stadt"})
    assert (
        "3 Neu" in page
        and "Sie wird ohne Ort behalten" in page
        and "ohne Ort, bis eine Karte sie kennt 1" in page
    )
    write(client, batch)
    street = NamedPlace.objects.get(source__sort="streets", name="Königstraße")
    assert (street.official_key, street.codes, street.shape.geom_type) == ("0123", "01", "LineString")
    assert found(town, "Königstr.") == [("Königstraße, Osten", 7.761, 49.44)]
    # a street of which nobody knows where it lies is kept, told, and placed once a map knows it
    unknown = find_places(town, "Neue Gasse", ANONYMOUS)
    assert (unknown.unplaced, [place.name for place in unknown.places]) == ("Neue Gasse", ["Westen"])
    near = words(client.get(reverse("nearby"), {"wo": "neue gasse"}))
    assert (
        "„Neue Gasse“ steht im Straßenverzeichnis der Stadt; wo genau die Straße liegt, ist hier noch nicht bekannt"
        in near
    )
    with pytest.raises(ValidationError, match=r"Straßenverzeichnis der Stadt \(Westen\)"):
        place_meant(town, "Neue Gasse", ANONYMOUS)
    assert "ohne Ort 1" in words(client.get(reverse("map-setup")))
    lane = NameRow("street", "Neue Gasse", 7.71, 49.41, (7.71, 49.41, 7.71, 49.41))
    write_names([lane], city=town.key, sort="houses", attribution="© Vermessung")
    assert found(town, "Neue Gasse") == [("Neue Gasse, Westen", 7.71, 49.41)]
    assert place_meant(town, "Neue Gasse", ANONYMOUS).lon == 7.71
    # what was replaced goes when nobody can get it back any more
    again, _page = read_in(client, "streets", register, {"attribution": "Stadt"})
    write(client, again)
    assert NameSource.objects.filter(sort="streets").count() == 2
    NameSource.objects.update(read_at=timezone.now() - timedelta(days=32))
    clear_incoming()
    assert NameSource.objects.filter(sort="streets").count() == 1 and len(found(town, "Musterweg")) == 1
    assert StreetWithoutPlace.objects.count() == 0, "read in again, it lies where the houses say"
    assert client_of(make_user("moderator")).get(reverse("intake-begin", args=["streets"])).status_code in {403, 404}  # fmt: skip
    assert HouseNumber.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "suffix", "numbers"),
    [
        ("12", "", [(12, "")]), ("12", "A", [(12, "a")]), ("3 a", "", [(3, "a")]), ("12-14", "", [(12, ""), (14, "")]),
        ("7/9", "", [(7, ""), (9, "")]), ("12a-c", "", [(12, "a"), (12, "c")]), ("Nr. 5", "", [(5, "")]), ("8 1/2", "", [(8, "1/2")]),
        ("0", "", []), ("ohne", "", []), ("", "", []), ("12345", "", []),
    ],
)  # fmt: skip
def test_house_numbers_as_offices_write_them(text, suffix, numbers):
    assert list(house_numbers(text, suffix)) == numbers


@pytest.mark.parametrize("epsg", [25832, 25833, 4647, 31466, 31467, 4326])
@pytest.mark.parametrize("written", ["number", "comma", "thousands", "swapped"])
def test_coordinates_tell_their_system_by_all_rows_together(epsg, written):
    lons, lats = [7.74 + n * 0.001 for n in range(40)], [49.43 + n * 0.0005 for n in range(40)]
    pairs = [metres(epsg, *pair) if epsg != 4326 else pair for pair in zip(lons, lats, strict=True)]

    def say(number: float) -> object:
        if written == "comma" or (written == "thousands" and epsg == 4326):
            return f"{number:.5f}".replace(".", ",")
        return f"{number:,.2f}".translate(str.maketrans(",.", ".,")) if written == "thousands" else number

    first, second = [say(pair[0]) for pair in pairs], [say(pair[1]) for pair in pairs]
    first[3], second[5] = "unbekannt", None
    if written == "swapped":
        first, second = second, first
    read = read_coordinates(first, second, near=MIDDLE, own=25832)
    assert (read.epsg, read.are_swapped) == (epsg, written == "swapped")
    for place, (lon, lat) in enumerate(zip(lons, lats, strict=True)):
        if place not in (3, 5):
            assert read.degrees[place] == pytest.approx([lon, lat], abs=2e-6)
        else:
            assert not (read.degrees[place] > -400).any()


@pytest.mark.django_db
def test_a_map_file_with_addresses_or_with_the_course_of_streets_is_read_too(town):
    client = client_of(make_user("project-lead"))

    def layer(*features) -> bytes:
        shapes = [{"type": "Feature", "properties": said, "geometry": json.loads(shapely.to_geojson(shape))} for said, shape in features]  # fmt: skip
        return json.dumps({"type": "FeatureCollection", "features": shapes}).encode()

    points = layer(*(({"strasse": "Am Wall", "hnr": f"{n}"}, shapely.Point(7.76 + n * 1e-4, 49.45)) for n in range(1, 5)))  # fmt: skip
    batch, page = read_in(client, "houses", points, {"attribution": "Amt"}, name="adressen.geojson")
    assert "4 Neu" in page, page[:600]
    write(client, batch)
    assert found(town, "Am Wall 3") == [("Am Wall 3, Osten", 7.7603, 49.45)]
    lines = layer(({"name": "Am Wall", "schluessel": "0400"}, shapely.LineString([(7.76, 49.45), (7.77, 49.451)])), ({"name": "Fern", "schluessel": "9"}, shapely.LineString([(8.76, 49.45), (8.77, 49.451)])))  # fmt: skip
    batch, page = read_in(client, "streets", lines, {"attribution": "Amt"}, {0: "street", 1: "key"}, name="achsen.geojson")  # fmt: skip
    assert "1 Neu" in page and "außerhalb der Stadt" in page
    write(client, batch)
    [street] = find_places(town, "Am Wall", ANONYMOUS).places
    assert shapely.from_wkb(street.shape).geom_type == "LineString" and found(town, "Am Wall 3")
