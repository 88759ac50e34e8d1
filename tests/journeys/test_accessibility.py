"""axe-core on every kind of page, light and dark, on a desk and on a phone, for visitors and for staff."""

import pytest

from tests.journeys.city import chain, pages, table
from tests.journeys.conftest import DESKTOP, PHONE, axe_violations, overflows

LOOKS = {"light desktop": (DESKTOP, False), "dark phone": (PHONE, True)}


def staff_pages():
    indicator, finding, goal, measure, _resolution = chain()
    return {
        "home": "/mein-bereich/", "gaps": "/luecken/", "gap": "/luecken/goal_without_measure/",
        "link gap": "/luecken/link_without_reason/", "edit": f"/k/{measure}/bearbeiten", "history": f"/k/{goal}/verlauf",
        "delete": f"/k/{finding}/loeschen", "link": f"/k/{goal}/verknuepfen",
        "link chosen": f"/k/{goal}/verknuepfen?link=folgen.implemented_by.measure", "detail": f"/k/{goal}",
        "new measure": "/massnahmen/neu", "new finding": "/feststellungen/neu", "new resolution": "/beschluesse/neu",
        "new value": f"/k/{indicator}/werte", "password": "/kennwort/", "list": "/massnahmen/",
        "adopt": "/ausgaben/beispiel-2027/beschliessen", "withdraw": "/ausgaben/beispiel-2027/nicht-beschlossen",
        "deviation": f"/ausgaben/beispiel/inhalt/{table('deviations')[0]['key']}/abweichung",
        "edit a reason": "/verknuepfung/1", "unlink": "/verknuepfung/1/loesen", "rounds": "/runden/", "new round": "/runden/neu",
        "set up": "/einrichten/",
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
    viewport, dark = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark)
    problems = []
    for name, address in pages().items():
        response = page.goto(address)
        assert response.status == (404 if name == "missing" else 200), address
        problems += axe_violations(page)
        if overflows(page):
            problems.append(f"{address} scrolls sideways")
    assert problems == []


@pytest.mark.parametrize("look", LOOKS)
def test_staff_pages(new_page, look):
    viewport, dark = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark, login="leitung")
    problems = []
    for address in staff_pages().values():
        response = page.goto(address)
        assert response.status == 200, address
        problems += axe_violations(page)
        if overflows(page):
            problems.append(f"{address} scrolls sideways")
    assert problems == []


@pytest.mark.parametrize("look", LOOKS)
def test_administration_pages(new_page, look):
    viewport, dark = LOOKS[look]
    page = new_page(viewport=viewport, dark=dark, login="verwaltung")
    problems = []
    for address in ADMINISTRATION.values():
        response = page.goto(address)
        assert response.status == 200, address
        problems += axe_violations(page)
        if overflows(page):
            problems.append(f"{address} scrolls sideways")
    assert problems == []
