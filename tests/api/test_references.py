"""What an item refers to is named, whatever kind of row it is."""

from datetime import date

from django.test import Client

from tests.factories import make_edition, make_item


def test_a_resolution_names_its_body_and_the_edition_it_adopts(concept):
    edition = make_edition(concept, "insek-2025", status="adopted", date=date(2025, 10, 6))
    make_item("resolution", edition=edition)
    response = Client().get("/api/v1/resolutions")
    assert response.status_code == 200
    [answer] = response.json()["items"]
    text = response.content.decode()
    assert '"insek-2025"' in text
    assert "Entwurf" in text
    assert answer["kind"] == "resolution"
