"""A city in another state sees nothing of Kaiserslautern nor of the law of Rhineland-Palatinate."""

import re

import pytest
from django.urls import reverse

from insek.concept.models import Concept, LevelName
from insek.people.actors import PROGRAM
from insek.people.models import Role
from insek.people.services import ensure_roles
from insek.publish.beginning.lines import lines_of
from insek.publish.beginning.services import add_bodies, add_districts, add_units, begin_concept
from insek.thread.kinds import all_kinds
from tests.factories import make_item, make_user
from tools import messages

OF_ONE_CITY = re.compile(
    r"Kaiserslautern|\bLautern\b|Lautrer|Barbarossa|Ortsbeir|Ortsvorsteh|Ortsbezirk|GemO\b|Rheinland-Pfalz|\bRLP\b|Stadtvorstand|\bReferat"
    r"|Fachreferat|LVermGeoRP|Dansenberg|Erfenbach|Hohenecken|Morlautern|Siegelbach",
)


def test_no_text_of_the_program_names_one_city_or_state():
    found = {
        text
        for entry in messages.current()
        if entry.id
        for text in ([entry.id] if isinstance(entry.id, str) else entry.id)
        if OF_ONE_CITY.search(text)
    }
    assert found == set()


@pytest.fixture
def musterstadt(db):
    """A city in Schleswig-Holstein, as its administrator begins it."""
    ensure_roles()
    values = {
        "city": "Musterstadt",
        "ags": "01000999",
        "title": "Stadtentwicklungskonzept",
        "metric_crs": 25832,
    }
    concept = begin_concept(values, user=None, actor=PROGRAM)
    add_districts(
        concept,
        lines_of("Altstadt;01\nHafen;02;Stadtbezirk\nKai;03;Stadtteil;Hafen", most_cells=4),
        actor=PROGRAM,
    )
    add_units(lines_of("Amt 61;61", most_cells=3), actor=PROGRAM)
    add_bodies(lines_of("Ratsversammlung\nOrtsrat Hafen\nMagistrat", most_cells=2), actor=PROGRAM)
    for kind in (
        "goal",
        "measure",
        "finding",
        "guideline",
        "vision",
        "paper",
        "resolution",
        "indicator",
        "plan",
        "feature",
    ):
        make_item(kind, concept=concept)
    return concept


def test_the_pages_of_a_city_in_another_state_say_nothing_of_them(client, musterstadt):
    user = make_user("project-lead")
    user.memberships.create(role=Role.objects.get(key="administrator"))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    names = [
        "start", "home", "beginning", "beginning-fields", "beginning-levels", "beginning-law", "beginning-districts", "beginning-units", "beginning-bodies", "beginning-mail",
        "setup", "map-setup", "gap-list", "intake-home", "person-list", "person-create", "role-list", "unit-list", "body-list", "body-create", "criterion-list",
        "edition-list", "about", "process", "city-map", "spatial-concept", "search",
        *(f"{kind.name}-create" for kind in all_kinds()), *(kind.list_name for kind in all_kinds()),
    ]  # fmt: skip
    addresses = [reverse(name) for name in names]
    addresses += [item.get_absolute_url() for item in musterstadt.items.all()]
    found = {}
    for address in addresses:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        said = re.sub(r"<(script|style).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
        if hits := set(OF_ONE_CITY.findall(re.sub(r"<[^>]+>", " ", said))):
            found[address] = hits
    assert found == {}


def test_a_city_of_rhineland_palatinate_has_its_words_from_the_first_moment(db):
    begin_concept({"city": "Beispielstadt", "ags": "07000999", "title": "INSEK"}, user=None, actor=PROGRAM)
    words = dict(LevelName.objects.filter(concept=Concept.objects.get()).values_list("level", "singular"))
    assert words == {"ortsbezirk": "Ortsbezirk", "ortsbeirat": "Ortsbeirat"}
