"""What is planned in a district: measures with their state, goals, papers and how the Ortsbeirat is heard, nothing internal."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from insek.council.models import Consultation
from insek.people.actors import PROGRAM
from insek.people.models import Body
from insek.steering.services import report_status
from tests.factories import make_item, make_link

pytestmark = pytest.mark.django_db
SECRET = "Geheimnis im Rathauskeller"


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_measures_goals_and_papers_of_a_district(concept):
    body = Body.objects.create(key="ob", name="Ortsbeirat Dorf", kind="local_council")
    place = make_item("district", title="Dorf", has_ortsbeirat=True, ortsbeirat=body)
    goal = make_item("goal", title="Mehr Bus", horizon_year=2035)
    measure = make_item("measure", title="Takt verdichten", start_year=2026, end_year=2029)
    hidden = make_item("measure", title=SECRET, visibility="internal")
    heard, unheard = make_item("paper", title="Gehört"), make_item("paper", title="Ungehört")
    Consultation.objects.create(
        paper=heard.paper, body=body, role="hearing", position=1, date=date(2026, 1, 5), held=True
    )
    for item in (measure, hidden, heard, unheard):
        make_link(item, place, "located_in", reason="")
    for item in (measure, hidden):
        make_link(goal, item, "implemented_by")
    report_status(measure.measure, {"state": "delayed", "happened": "x"}, actor=PROGRAM)
    shown = words(Client().get(place.url).content.decode())
    assert re.search(r"verzögert .{0,20}Takt verdichten", shown)
    assert "2026–2029" in shown
    assert "Mehr Bus" in shown
    assert "Örtliches Gremium: angehört (5. Januar 2026)" in shown
    assert "Örtliches Gremium: Anhörung nicht eingetragen" in shown
    assert SECRET not in shown


def test_many_measures_are_folded_and_all_are_one_step_away(concept):
    place = make_item("district")
    for number in range(20):
        make_link(make_item("measure", title=f"Maßnahme {number}"), place, "located_in")
    html = Client().get(place.url).content.decode()
    assert "7 weitere Einträge" in html
    assert f"?ort={place.pk}" in html
