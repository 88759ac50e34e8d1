"""The English version of an item: entered, searched, taken along and shown, the German one wherever it is missing."""

import pytest
from django.test import Client
from shapely import Point

from insek.council.freezing import differing, parts_now
from insek.package import export_package, import_package
from insek.people.actors import PROGRAM
from insek.places.locations import set_location
from insek.thread.english import is_english_older, with_older_english
from insek.thread.gaps import gap_named
from insek.thread.models import Change, Item
from insek.thread.services import update_item
from tests.factories import make_item, make_link

pytestmark = pytest.mark.django_db
ENGLISH = {"title_en": "Cycle paths everywhere", "text_en": "A **safe** path in each street."}


def change(item, **values):
    return update_item(item, expected_version=item.version, values=values, actor=PROGRAM)


def goal(**more):
    return make_item("goal", title="Radwege überall", text="Ein **sicherer** Weg in jeder Straße.", **more)


def test_pages_show_english_where_it_is_and_mark_the_rest_as_german():
    item, finding = goal(**ENGLISH), make_item("finding", title="Zu enge Straßen", text="Es fehlt Platz.")
    make_link(finding, item, "justifies")
    client = Client()
    page = client.get(f"/en/k/{item.pk}").content.decode()
    assert "<h1>Cycle paths everywhere</h1>" in page
    assert '<div class="prose item-text"><p>A <strong>safe</strong> path' in page
    assert ' lang="de">Zu enge Straßen</a>' in page
    assert "Radwege überall" not in page
    neighbour = client.get(f"/en/k/{finding.pk}").content.decode()
    assert '<h1 lang="de">Zu enge Straßen</h1>' in neighbour
    assert ">Cycle paths everywhere</a>" in neighbour
    assert ' lang="de">Cycle' not in neighbour
    listed = client.get("/en/ziele/").content.decode()
    assert "Cycle paths everywhere" in listed
    assert ' lang="de">Cycle' not in listed
    german = client.get(f"/k/{item.pk}").content.decode()
    assert "<h1>Radwege überall</h1>" in german
    assert "Cycle" not in german


def test_english_words_find_and_the_passage_is_english():
    goal(**ENGLISH)
    page = Client().get("/en/suche/?q=paths").content.decode()
    assert "Cycle <mark>paths</mark> everywhere" in page
    assert '<p class="result__text">A safe ' in page
    assert "Radwege überall" in Client().get("/suche/?q=everywhere").content.decode()


def test_a_planner_enters_it_in_a_section_that_opens_once_it_is_filled(as_role):
    item = goal()
    client = as_role("planner")
    page = client.get(f"/k/{item.pk}/bearbeiten")
    assert b'<details class="disclosure"><summary>' in page.content
    form = page.context["form"]
    sent = {
        name: form[name].value() or "" for name in form.fields if name not in {"fields_of_action", "themes"}
    }
    client.post(f"/k/{item.pk}/bearbeiten", {**sent, **ENGLISH, "visibility": "public"})
    waiting = client.get("/freigaben/").content.decode()
    assert "Titel auf Englisch" in waiting or "Text auf Englisch" in waiting
    assert Item.objects.get(pk=item.pk).title_en == ""  # public words wait for their release
    filled = client.get(f"/k/{goal(**ENGLISH).pk}/bearbeiten").content
    assert b'<details class="disclosure" open><summary>' in filled


def test_german_that_went_on_without_the_english_is_said():
    item = goal()
    item = change(item, **ENGLISH)
    assert not is_english_older(item)
    item = change(item, text="Ein anderer Text.")
    assert is_english_older(item)
    assert list(gap_named("english_is_older").find(item.concept)) == [item]
    assert "The English version is older" in Client().get(f"/en/k/{item.pk}").content.decode()
    assert "älter als die deutsche" not in Client().get(f"/k/{item.pk}").content.decode()
    item = change(item, text="Wieder anders.", text_en="Different again.")
    assert not is_english_older(item)
    Change.objects.all().delete()  # as after reading a package
    assert not with_older_english(Item.objects.all()).exists()


def test_it_is_in_the_package_and_no_part_of_what_is_adopted(tmp_path):
    item = goal()
    before = parts_now(item.concept, {"goals": [item.pk]}, example=False)
    item = change(item, **ENGLISH)
    after = parts_now(item.concept, {"goals": [item.pk]}, example=False)
    key = ("goals", item.pk)
    assert differing(before[key].content, after[key].content) == []
    adopted = {name: said for name, said in after[key].content.items() if name != "english"}
    assert "Cycle" not in str(adopted) and after[key].content["english"] != before[key].content["english"]
    export_package(item.concept, tmp_path)
    import_package(tmp_path, replace=True)
    again = Item.objects.get(pk=item.pk)
    assert (again.title_en, again.text_en) == tuple(ENGLISH.values())


def test_files_and_interface_carry_it():
    item = goal(**ENGLISH)
    answer = Client().get(f"/api/v1/items/{item.pk}").json()
    assert (answer["title_en"], answer["text_en"]) == tuple(ENGLISH.values())
    assert "Cycle paths everywhere" in Client().get("/ziele/tabelle.csv").getvalue().decode()


def test_maps_name_it_in_the_language_of_the_page():
    item = make_item("measure", title="Radwege überall", **ENGLISH)
    set_location(item, Point(7.77, 49.44), expected_version=1, actor=PROGRAM)
    tile = "karte/kacheln/14/8545/5595.mvt"
    assert b"Cycle paths everywhere" in Client().get(f"/en/{tile}").content
    assert "Radwege überall".encode() in Client().get(f"/{tile}").content
