"""What leaves for other sites: robots, sitemap, words for those who share a page, and frames where the city allows them."""

import re
from xml.etree import ElementTree

import pytest
import shapely
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from insek.places.models import Location
from insek.thread.kinds import all_kinds
from tests.factories import make_edition, make_item, make_link

CITY = "https://www.musterstadt.example"
NAME = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def addresses(client, address):
    return [each.text for each in ElementTree.fromstring(client.get(address).content).iter(NAME)]


def test_robots_are_told_the_way_and_a_demonstration_is_left_alone(client, concept):
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in text and "Disallow: /anmelden/" in text
    assert "Disallow: /\n" not in text
    with override_settings(INSEK_ORIGIN="https://insek.musterstadt.example"):
        assert (
            "Sitemap: https://insek.musterstadt.example/sitemap.xml"
            in client.get("/robots.txt").content.decode()
        )
    with override_settings(INSEK_ENV="demo"):
        assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"


def test_the_sitemap_holds_every_public_page_in_both_languages_and_no_other(client, concept):
    edition = make_edition(concept)
    goal = make_item("goal", title="Sichtbar")
    hidden = make_item("goal", title="Intern", visibility="internal")
    parts = addresses(client, "/sitemap.xml")
    assert len(parts) == 4
    found = [each for part in parts for each in addresses(client, part)]
    assert f"http://testserver{goal.url}" in found and f"http://testserver/en{goal.url}" in found
    assert f"http://testserver/ausgaben/{edition.key}/" in found
    assert {
        f"http://testserver/{kind.list_path}/" for kind in all_kinds() if kind.list_path != "raumkonzept"
    } <= set(found)
    assert not [each for each in found if hidden.pk in each]
    assert len(found) == len(set(found))
    for address in found:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200, address


def test_the_sitemap_asks_no_more_for_many_items(client, concept):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            client.get("/sitemap-items.xml")
        return len(captured)

    make_item("goal")
    few = cost()
    for _each in range(8):
        make_item("goal")
    assert cost() == few


def test_a_shared_page_says_what_it_is(client, concept):
    goal = make_item("goal", number="Z 1", title='Mehr "Grün" <hier>', text="Bäume pflanzen.")
    page = client.get(goal.url + "?x=1").content.decode()
    told = dict(re.findall(r'<meta property="og:([a-z:_]+)" content="([^"]*)">', page))
    assert (
        told["title"] == "Z 1 Mehr &quot;Grün&quot; &lt;hier&gt;" and told["description"] == "Bäume pflanzen."
    )
    assert told["url"] == f"http://testserver{goal.url}"
    picture = told["image"].removeprefix("http://testserver")
    assert picture.endswith("/insek/share.png")


@pytest.fixture
def shown(concept):
    place = make_item("district", title="Musterstadt", level="city", geometry=shapely.box(7, 49, 7.2, 49.2))
    measure = make_item("measure", number="M 1", title="Baumallee")
    Location.objects.create(item=measure, geometry=shapely.Point(7.1, 49.1))
    goal = make_item("goal", number="Z 1", title="Mehr Grün", text="Bäume pflanzen.")
    indicator = make_item("indicator", number="I 1", title="Bäume", unit="Bäume")
    make_link(goal, measure, "implemented_by")
    return {"place": place, "measure": measure, "goal": goal, "indicator": indicator}


def test_nothing_is_framed_until_the_city_names_who_may(client, shown):
    assert client.get(f"/einbetten/{shown['goal'].pk}/").status_code == 404
    assert "iframe" not in client.get(shown["goal"].url).content.decode()


@override_settings(INSEK_EMBED_ORIGINS=[CITY], INSEK_ORIGIN="https://insek.musterstadt.example")
def test_a_frame_is_for_the_named_origins_alone_and_says_where_it_comes_from(client, shown):
    for name in ("goal", "measure", "indicator"):
        answer = client.get(f"/einbetten/{shown[name].pk}/")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert f"frame-ancestors {CITY};" in answer["Content-Security-Policy"] + ";"
        assert "X-Frame-Options" not in answer
        assert ('class="city-picture"' in page) is (name == "measure")
        assert "<form" not in page and f'href="http://testserver{shown[name].url}" target="_top"' in page
    whole = client.get(shown["goal"].url)
    assert whole["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in whole["Content-Security-Policy"]
    assert f'src="https://insek.musterstadt.example/einbetten/{shown["goal"].pk}/"' in whole.content.decode()
    assert client.get(f"/einbetten/{shown['place'].pk}/").status_code == 404


@override_settings(INSEK_EMBED_ORIGINS=[CITY])
def test_a_frame_shows_what_visitors_see_whoever_is_signed_in(shown, as_role):
    hidden = make_item("measure", title="Geheim", visibility="internal")
    lead = as_role("project-lead")
    assert lead.get(f"/einbetten/{hidden.pk}/").status_code == 404
    own = lead.get(f"/einbetten/{shown['goal'].pk}/").content
    assert own == Client().get(f"/einbetten/{shown['goal'].pk}/").content
    assert "iframe" not in lead.get(hidden.url).content.decode()
