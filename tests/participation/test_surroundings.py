"""A point outside the city is treated alike by every way in: asked about and flagged near it, refused far away."""

from decimal import Decimal

import pytest
import shapely
from django.core.exceptions import ValidationError

from insek.package import PackageRefused, export_package, import_package
from insek.participation import moderation
from insek.participation.models import Contribution
from insek.participation.surroundings import Whereabouts, lies
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.factories import PROGRAM, make_actor, make_concept, make_item

CITY = shapely.box(7.6, 49.4, 7.9, 49.5)
INSIDE, NEAR, FAR = (49.45, 7.7), (49.45, 8.0), (49.45, 8.4)


@pytest.fixture
def city(concept):
    return make_item("district", concept=concept, level="city", geometry=CITY)


@pytest.mark.parametrize(
    ("point", "where"),
    [(INSIDE, "city"), (NEAR, "around"), (FAR, "far"), ((49.39, 7.7), "around"), ((0, 0), "far"), ((-90, 180), "far")],
)  # fmt: skip
def test_near_is_measured_in_metres(point, where):
    lat, lon = point
    assert lies(CITY, 25832, lon, lat) == where


def test_a_city_without_outline_takes_every_point():
    assert lies(None, 25832, 0, 0) == Whereabouts.CITY


def sent(form_of, point, **more):
    return {
        "text": "Hier fehlt ein Weg.",
        "type": "idea",
        "format": form_of.pk,
        "point": "{} {}".format(*point),
        **more,
    }


def test_the_public_form_asks_about_a_place_near_the_city(client, form_of, city):
    page = client.post("/mitmachen/", sent(form_of, NEAR))
    assert page.status_code == 400 and "außerhalb der Stadt" in page.content.decode()
    assert Contribution.objects.count() == 0
    assert client.post("/mitmachen/", sent(form_of, NEAR, outside="on")).status_code == 302
    assert Contribution.objects.get().lon == Decimal("8.0")


def test_the_public_form_refuses_a_place_far_away(client, form_of, city):
    page = client.post("/mitmachen/", sent(form_of, FAR, outside="on"))
    assert page.status_code == 400 and "weit außerhalb" in page.content.decode()


def test_a_place_in_the_city_is_not_asked_about(client, form_of, city):
    assert 'name="outside"' not in client.get("/mitmachen/").content.decode()
    assert client.post("/mitmachen/", sent(form_of, INSIDE)).status_code == 302


def by_staff(point, **more):
    lat, lon = point
    return {"title": "Von einer Karte", "text": "Hier fehlt ein Weg.", "type": "idea", "received_on": "2024-05-02",
            "standing": "working", "lat": str(lat).replace(".", ","), "lon": str(lon).replace(".", ","), **more}  # fmt: skip


def test_the_form_of_the_staff_asks_the_same(concept, city, as_role):
    lead = as_role("project-lead")
    page = lead.post("/beitraege/neu", by_staff(NEAR))
    assert page.status_code == 400 and "außerhalb der Stadt" in page.content.decode()
    assert "weit außerhalb" in lead.post("/beitraege/neu", by_staff(FAR, outside="on")).content.decode()
    assert Contribution.objects.count() == 0
    assert lead.post("/beitraege/neu", by_staff(NEAR, outside="on")).status_code == 302
    assert lead.post("/beitraege/neu", by_staff(INSIDE)).status_code == 302


def test_services_refuse_what_is_far_away(concept, city):
    item = make_item("contribution", concept=concept, state="new", visibility="internal")
    values = {"lon": Decimal("8.4"), "lat": Decimal("49.45")}
    with pytest.raises(ValidationError) as refused:
        update_item(item, expected_version=1, values=values, actor=PROGRAM)
    assert list(refused.value.message_dict) == ["lon"]


def test_what_stands_far_away_already_can_still_be_moderated(concept):
    item = make_item(
        "contribution",
        concept=concept,
        state="new",
        visibility="internal",
        lon=Decimal("8.4"),
        lat=Decimal("49.45"),
    )
    make_item("district", concept=concept, level="city", geometry=CITY)
    item = Item.objects.select_related("contribution").get(pk=item.pk)
    done = moderation.reject(item, reason="Falscher Ort", expected_version=1, actor=make_actor("moderator"))
    assert done.contribution.state == "rejected"


def test_moderators_see_what_lies_outside(concept, city, as_role, client):
    make_item("contribution", concept=concept, lon=Decimal("7.7"), lat=Decimal("49.45"))
    item = make_item("contribution", concept=concept, lon=Decimal("8.0"), lat=Decimal("49.45"))
    moderator = as_role("moderator")
    assert moderator.get("/moderation/?stand=public").content.decode().count("Ort außerhalb der Stadt") == 1
    assert "Der Ort liegt außerhalb der Stadt." in moderator.get(f"/moderation/{item.pk}/").content.decode()
    assert "außerhalb der Stadt" in client.get(item.url).content.decode()


def test_another_city_is_another_matter(concept, city):
    other = make_concept()
    make_item("contribution", concept=other, lon=Decimal("10"), lat=Decimal("50"))


def test_a_package_with_a_place_far_away_is_refused(concept, city, tmp_path):
    make_item("contribution", concept=concept, lon=Decimal("7.7"), lat=Decimal("49.45"))
    export_package(concept, tmp_path / "paket")
    table = tmp_path / "paket" / "contributions.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",7.7,", ",8.4,"), encoding="utf-8")
    with pytest.raises(PackageRefused) as refused:
        import_package(tmp_path / "paket", replace=True)
    found = [(problem.code, problem.file, problem.column) for problem in refused.value.problems]
    assert found == [("outside_city", "contributions.csv", "lon")]
