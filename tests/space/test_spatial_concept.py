"""The spatial concept: its page, its filters, its signs, and what the public sees of it."""

from __future__ import annotations

import pytest
import shapely
from django.urls import reverse

from insek.people.actors import PROGRAM
from insek.places.locations import set_location
from insek.space.queries import variant_words
from insek.space.signs import sign_of_feature
from insek.thread.gaps import gap_named
from tests.factories import make_concept, make_item, make_link


def make_feature(title, **values):
    """An element with a place."""
    item = make_item("feature", title=title, **values)
    spot = shapely.Point(7.77, 49.44)
    area = spot.buffer(0.01) if sign_of_feature(item).shape == "area" else spot
    set_location(item, area, expected_version=1, actor=PROGRAM)
    return item


@pytest.mark.django_db
def test_map_legend_and_list_say_the_same_and_internal_elements_are_in_none(
    client, django_assert_max_num_queries
):
    make_concept()
    make_feature("Talraum am Bach", sign="green")
    make_feature("Geheimer Knoten", sign="node", visibility="internal")
    with django_assert_max_num_queries(12):
        text = client.get(reverse("spatial-concept")).content.decode()
    assert text.count("Talraum am Bach") == 2  # legend and data of the map
    assert "Geheimer Knoten" not in text


@pytest.mark.django_db
def test_an_element_without_variant_stands_in_each(client):
    make_concept()
    make_feature("Überall", variant="", horizon="short")
    make_feature("Nur kompakt", variant="Kompakte Stadt", horizon="long")
    make_feature("Nur Dörfer", variant="Starke Ortsbezirke", horizon="long")
    text = client.get(reverse("spatial-concept"), {"variante": "Kompakte Stadt"}).content.decode()
    assert "Überall" in text and "Nur kompakt" in text and "Nur Dörfer" not in text
    for wrong in ({"variante": "gibtsnicht"}, {"bis": "'; --"}, {"bis": "\x00"}, {"bis": "x" * 5000}):
        assert client.get(reverse("spatial-concept"), wrong).status_code == 404


@pytest.mark.django_db
def test_goals_show_themselves_in_elements_and_gaps_name_what_is_torn(client):
    concept = make_concept()
    goal = make_item("goal", concept=concept)
    placed, unplaced = make_feature("Mit Ort", concept=concept), make_item("feature", concept=concept)
    make_link(goal, placed, "shown_by")
    assert list(gap_named("feature_without_place").find(concept)) == [unplaced]
    assert list(gap_named("feature_without_goal").find(concept)) == [unplaced]
    assert "im Raum gezeigt durch" in client.get(reverse("item", args=[goal.pk])).content.decode()
    assert "Ort auf der Karte" in client.get(reverse("item", args=[placed.pk])).content.decode()


@pytest.mark.django_db
def test_an_empty_concept_says_so(client):
    make_concept()
    assert "Hier steht noch nichts" in client.get(reverse("spatial-concept")).content.decode()


@pytest.mark.django_db
def test_each_step_ahead_shows_what_stands_by_then_and_what_joins(client, django_assert_max_num_queries):
    concept = make_concept(horizon_from=2026, horizon_to=2040)
    for title, horizon in (("Schon da", ""), ("Bald", "short"), ("Später", "long")):
        make_feature(title, concept=concept, horizon=horizon)
    make_feature("Geheim", concept=concept, horizon="medium", visibility="internal")
    with django_assert_max_num_queries(12):
        today = client.get(reverse("spatial-concept"), {"bis": "heute"}).content.decode()
    assert "Schon da" in today and "Bald" not in today and "kommt hinzu" not in today
    soon = client.get(reverse("spatial-concept"), {"bis": "kurzfristig"}).content.decode()
    assert "Schon da" in soon and "Später" not in soon and soon.count("kommt hinzu") == 1
    last = client.get(reverse("spatial-concept"), {"bis": "langfristig"}).content.decode()
    assert all(title in last for title in ("Schon da", "Bald", "Später"))
    assert "bis 2040" in last and "mittelfristig" not in last, "a step with nothing visible is not offered"


@pytest.mark.django_db
def test_where_all_belongs_to_one_time_there_is_no_look_ahead(client):
    concept = make_concept()
    make_feature("Bald", concept=concept, horizon="short")
    assert 'id="ausblick"' not in client.get(reverse("spatial-concept")).content.decode()


@pytest.mark.django_db
def test_the_step_and_the_variant_are_kept_together(client):
    concept = make_concept()
    make_feature("Nur kompakt", concept=concept, variant="Kompakte Stadt", horizon="long")
    make_feature("Überall", concept=concept, horizon="short")
    text = client.get(
        reverse("spatial-concept"), {"variante": "Kompakte Stadt", "bis": "langfristig"}
    ).content.decode()
    assert '<input type="hidden" name="bis" value="langfristig">' in text
    assert "?variante=Kompakte+Stadt&amp;bis=kurzfristig#ausblick" in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Variante A", "Variante A"),
        ("Kompakte Stadt", "Variante „Kompakte Stadt“"),
        ("Szenario 2", "Szenario 2"),
        ("", ""),
    ],
)
def test_a_variant_is_not_called_a_variant_twice(name, said):
    assert variant_words(name) == said


@pytest.mark.django_db
def test_the_legend_names_a_variant_once(client):
    make_feature("Nur hier", concept=make_concept(), variant="Variante A")
    text = client.get(reverse("spatial-concept")).content.decode()
    assert "Variante A" in text and "Variante Variante" not in text
