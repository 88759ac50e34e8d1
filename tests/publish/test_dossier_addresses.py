"""What the address of a dossier takes: shapes and days, hostile ones too; and the three months of § 36a BauGB."""

from __future__ import annotations

import re
from datetime import date

import pytest
import shapely
from django.core.exceptions import ValidationError
from django.urls import reverse

from insek.publish.dossier.addresses import MOST_POSITIONS, shape_in_address, shape_of_address
from insek.publish.dossier.deadline import ConsentClock
from tests.publish.making_dossiers import PLOT, dossier_city


@pytest.fixture
def city(db):
    return dossier_city()


@pytest.mark.parametrize(
    ("received", "ends", "safe", "moved"),
    [
        (
            date(2026, 2, 2),
            date(2026, 5, 2),
            date(2026, 4, 30),
            date(2026, 5, 4),
        ),  # a Saturday behind a holiday
        (
            date(2026, 11, 30),
            date(2027, 2, 28),
            date(2027, 2, 26),
            date(2027, 3, 1),
        ),  # a Sunday, a short month
        (date(2027, 11, 30), date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 29)),  # a leap day
        (date(2026, 1, 31), date(2026, 4, 30), date(2026, 4, 30), date(2026, 4, 30)),
        (date(2026, 10, 1), date(2027, 1, 1), date(2026, 12, 31), date(2027, 1, 4)),
        (date(2026, 3, 4), date(2026, 6, 4), date(2026, 6, 3), date(2026, 6, 5)),  # Fronleichnam
    ],
)
def test_the_three_months_end_on_the_day_of_the_same_number(received, ends, safe, moved):
    clock = ConsentClock(received, date(2026, 1, 1), "RP")
    assert (clock.ends, clock.safe, clock.moved_to) == (ends, safe, moved)
    assert (clock.counts_as_given - clock.ends).days == 1


@pytest.mark.parametrize(
    "text", ["", "2026-13-01", "1999-01-01", "morgen", "2026-1-1", "9999999999", "٢٠٢٦-01-01"]
)
def test_no_day_makes_no_clock(city, client, text):
    answer = client.get(
        reverse("dossier"), {"form": shape_in_address(PLOT), "zweck": "zustimmung", "eingang": text}
    )
    assert answer.status_code == 200 and answer.context["clock"] is None
    assert bool(answer.context["received_problem"]) == bool(text)


SHAPES = [
    PLOT,
    shapely.Point(7.7, 49.4),
    shapely.LineString([(7.7, 49.4), (7.71, 49.41), (7.72, 49.4)]),
    shapely.Polygon([(7.7, 49.4), (7.72, 49.4), (7.72, 49.42), (7.7, 49.42)], [[(7.705, 49.405), (7.71, 49.405), (7.71, 49.41)]]),
    shapely.union(PLOT, shapely.box(7.71, 49.41, 7.72, 49.42)),
    shapely.MultiPoint([(7.7, 49.4), (7.71, 49.41)]),
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_comes_back_from_its_address(shape):
    text = shape_in_address(shape)
    assert re.fullmatch(r"[A-Z0-9.~_!*-]+", text)
    assert shapely.equals(shape_of_address(text), shape)


@pytest.mark.parametrize(
    "text",
    ["", "F", "X7.7~49.4", "F7.7~49.4", "F7.7~49.4_7.7~49.4_7.7~49.4", "P", "Pnan~nan", "P1e5~3", "P999~99", "L7.7~49.4", "F" + "_".join(["7.7~49.4"] * 500),
     "F7,7~49,4", "P7.7~49.4!", "P" + "7" * 9000, "P7.7~49.4\x00", "F*!_~", "P٧~٤"],
)  # fmt: skip
def test_what_is_no_shape_is_refused_with_a_sentence(city, client, text):
    with pytest.raises(ValidationError):
        shape_of_address(text)
    for name in ("dossier-pdf", "dossier-docx"):
        assert client.get(reverse(name), {"form": text}).status_code == 404
    assert client.get(reverse("dossier"), {"form": text}).status_code == (400 if text else 200)


def test_hostile_shapes_are_mended_or_refused(city, client):
    bow = "Fläche\n7.700 49.400\n7.702 49.402\n7.702 49.400\n7.700 49.402"
    answer = client.post(reverse("dossier"), {"geometry": bow})
    assert answer.status_code == 302 and not answer.cookies
    page = client.get(answer.url)
    assert page.status_code == 200 and page.context["place"].shape.is_valid and not page.cookies
    for outside in ("9.0 50.0", "49.4 7.7", "Fläche\n7 49\n8.5 49\n8.5 50\n7 50"):
        answer = client.post(reverse("dossier"), {"geometry": outside})
        assert answer.status_code == 400 and answer.context["form"].errors
    assert client.get(reverse("dossier"), {"form": "P9~50"}).status_code == 400
    many = shapely.Point(7.7, 49.4).buffer(0.001, quad_segs=64)
    assert len(many.exterior.coords) > MOST_POSITIONS
    answer = client.post(reverse("dossier"), {"geometry": shapely.to_geojson(many)})
    assert "257 Punkte" in answer.content.decode()
    for empty in ("", "{}", "[" * 5000, "Fläche\n1 1"):
        assert client.post(reverse("dossier"), {"geometry": empty}).status_code == 400
