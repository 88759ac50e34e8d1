"""A search that names a page which is no item leads there: a field of action, a page of the menu or of the foot."""

import pytest
from django.urls import reverse

from insek.concept.models import Field
from tests.factories import make_item

pytestmark = pytest.mark.django_db


def signs(client, query):
    return [
        (sign.label, sign.url) for sign in client.get(reverse("search"), {"q": query}).context["signposts"]
    ]


@pytest.mark.parametrize("query", ["Lebenswelten", "lebenswelt", "Wohnwelten", "Vielfältige Lebenswelten"])
def test_a_field_of_action_is_found_by_its_name_with_its_suspended_hyphen(client, concept, query):
    Field.objects.filter(key="wohnen").update(name="Vielfältige Wohn- und Lebenswelten")
    make_item("goal", title="Dort, wo die Kinder leben")
    assert ("Vielfältige Wohn- und Lebenswelten", reverse("field", args=["wohnen"])) in signs(client, query)


def test_a_page_of_the_menu_or_of_the_foot_is_found_and_is_not_said_to_be_missing(client, concept):
    page = client.get(reverse("search"), {"q": "Impressum"})
    assert [sign.url for sign in page.context["signposts"]] == [reverse("impressum")]
    assert "wurde nichts gefunden" not in page.content.decode()
    assert signs(client, "Karte") == [("Karte", reverse("city-map"))]
    assert signs(client, "leichte sprache") == [("Leichte Sprache", reverse("leichte-sprache"))]


def test_a_word_of_the_page_beside_another_is_a_question_about_items(client, concept):
    assert signs(client, "Karte Betzenberg") == []
    assert signs(client, "") == []


def test_on_english_pages_the_words_of_the_english_menu_count(client, concept):
    page = client.get("/en" + reverse("search"), {"q": "map"})
    assert "/en/karte/" in [sign.url for sign in page.context["signposts"]]
