"""Every kind of page for visitors and for staff, light at a desk and dark in the hand: axe-core, focus, forced colours, 320 px.

Goals, measures and districts begin with the longest of words here, so that it stands on every page that names them.
"""

import pytest

from tests.journeys.city import chain, pages, table
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.looks import at_a_desk, call_by_the_longest_word, in_the_hand

LOOKS = {"light desktop": (DESKTOP, False, at_a_desk), "dark phone": (PHONE, True, in_the_hand)}


@pytest.fixture(scope="module")
def set_for_the_site():
    """Another site of the city may frame a goal, an indicator, a place."""
    return {"INSEK_EMBED_ORIGINS": "https://stadt.example"}


@pytest.fixture(scope="module")
def site_folder(site_folder):
    """Every second goal, measure and district is called by the longest of words; done before anybody asks for a page."""
    call_by_the_longest_word(site_folder)
    return site_folder


def staff_pages():
    indicator, finding, goal, measure, _resolution = chain()
    return {
        "home": "/mein-bereich/", "gaps": "/luecken/", "gap": "/luecken/goal_without_measure/",
        "link gap": "/luecken/link_without_reason/", "edit": f"/k/{measure}/bearbeiten", "history": f"/k/{goal}/verlauf",
        "delete": f"/k/{finding}/loeschen", "link": f"/k/{goal}/verknuepfen",
        "link chosen": f"/k/{goal}/verknuepfen?link=folgen.implemented_by.measure", "detail": f"/k/{goal}",
        "new measure": "/massnahmen/neu", "new finding": "/befunde/neu", "new resolution": "/beschluesse/neu",
        "new value": f"/k/{indicator}/werte", "password": "/kennwort/", "list": "/massnahmen/",
        "adopt": "/ausgaben/beispiel-2027/beschliessen", "withdraw": "/ausgaben/beispiel-2027/nicht-beschlossen",
        "what becomes of items": "/ausgaben/beispiel-2027/verbleib/", "next edition": "/ausgaben/beispiel-2027/arbeitsstand/",
        "new edition": "/einrichten/ausgabe/neu",
        "deviation": f"/ausgaben/beispiel/inhalt/{table('deviations')[0]['key']}/abweichung",
        "edit a reason": "/verknuepfung/1", "unlink": "/verknuepfung/1/loesen", "rounds": "/runden/", "new round": "/runden/neu",
        "evidence search": f"/k/{finding}/beleg?q=Wohnen", "figures near": f"/k/{finding}/beleg", "new statement": "/kernaussagen/neu",
        "card": f"/k/{finding}/karte", "own board": "/befunde/tafel/?feld=wohnen", "projector": "/befunde/tafel/?ansicht=beamer",
        "new rating": "/befunde/bewertung/neu", "who rates": "/befunde/bewertung/beispiel-2026/gruppen",
        "paper sheet": "/befunde/bewertung/beispiel-2026/papierbogen",
        "enter a sheet": "/befunde/bewertung/beispiel-2026/beispiel-verbaende/eintragen", "upload": "/dokumente/hochladen",
        "set up": "/einrichten/", "options": "/befunde/tows/",
        "new field": "/einrichten/handlungsfeld/neu",
        "change a field": "/einrichten/handlungsfeld/1/",
        "change the concept": "/einrichten/konzept/1/",
        "delete a theme": "/einrichten/thema/1/loeschen",
    }  # fmt: skip


ADMINISTRATION = {
    "people": "/personen/",
    "new person": "/personen/neu",
    "person": "/personen/1/",
    "new role": "/personen/1/rolle",
    "roles": "/personen/rollen/",
    "units": "/personen/einheiten/",
    "new unit": "/personen/einheiten/neu",
    "bodies": "/personen/gremien/",
    "new body": "/personen/gremien/neu",
}


@pytest.mark.parametrize("look", LOOKS)
def test_public_pages(new_page, look):
    viewport, dark, problems_of = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark)
    problems = []
    indicator, _finding, goal, measure, _resolution = chain()
    framed = {f"framed {item}": f"/einbetten/{item}/" for item in (indicator, goal, measure)}
    for name, address in (pages() | framed).items():
        response = page.goto(address)
        assert response.status == (404 if name == "missing" else 200), address
        problems += problems_of(page)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("look", LOOKS)
def test_staff_pages(new_page, look):
    viewport, dark, problems_of = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark, login="leitung")
    problems = []
    for address in staff_pages().values():
        response = page.goto(address)
        assert response.status == 200, address
        problems += problems_of(page)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("look", LOOKS)
def test_administration_pages(new_page, look):
    viewport, dark, problems_of = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark, login="verwaltung")
    problems = []
    for address in ADMINISTRATION.values():
        response = page.goto(address)
        assert response.status == 200, address
        problems += problems_of(page)
    assert not problems, "\n".join(problems)
