"""The dashboard, the parts on other rooms' pages, the forms, the tables; what the gate hides and what it costs."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from insek.concept.models import Concept
from insek.package import package_files
from insek.people.actors import PROGRAM
from insek.steering.models import StatusOverride, StatusReport, Target
from insek.steering.services import add_task, override_status, report_status
from insek.thread import shared_cache
from tests.factories import make_item, make_link, make_unit

pytestmark = pytest.mark.django_db
SECRET = "Geheimnis im Rathauskeller"
HOSTILE = '<script>alert(1)</script> "quoted" =SUM(A1)'


@pytest.fixture
def city(concept):
    unit = make_unit("tiefbau")
    fields = list(concept.fields.all()[:1])
    measure = make_item(
        "measure", title="Brücke bauen", responsible=unit, start_year=2026, is_lighthouse=True, fields=fields
    )
    report_status(measure.measure, {"state": "delayed", "happened": "Das Geländer fehlt."}, actor=PROGRAM)
    add_task(measure.measure, {"title": "Richtfest", "due": date(2099, 1, 1)}, actor=PROGRAM)
    hidden = make_item("measure", title=SECRET, visibility="internal", responsible=unit, start_year=2020)
    report_status(hidden.measure, {"state": "at_risk", "happened": SECRET}, actor=PROGRAM)
    report_status(
        measure.measure, {"state": "stopped", "happened": SECRET, "is_internal": True}, actor=PROGRAM
    )
    goal, indicator = (
        make_item("goal", title="Mehr Rad", fields=fields),
        make_item("indicator", title="Radanteil"),
    )
    make_link(goal, indicator, "measured_by")
    hidden_goal = make_item("goal", title=SECRET, visibility="internal")
    for each in (goal, hidden_goal):
        Target.objects.create(
            goal=each.goal, indicator=indicator.indicator, direction="at_least", value=20, year=2035,
            base_period="2020", base_value=10, standing="working", note=SECRET if each is hidden_goal else "",
        )  # fmt: skip
    return {"measure": measure, "goal": goal, "indicator": indicator, "hidden": hidden}


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def test_visitors_see_states_reports_and_targets_and_nothing_internal(city):
    visitor = Client()
    dashboard = page(visitor, "/umsetzung/")
    for words in (
        "Brücke bauen",
        "verzögert",
        "Das Geländer fehlt.",
        "Richtfest",
        "Mehr Rad",
        "keine Aussage",
    ):
        assert words in dashboard
    measure = page(visitor, city["measure"].url)
    assert "Das Geländer fehlt." in measure
    assert "mindestens 20 Personen bis 2035" in page(visitor, city["goal"].url)
    assert "Mehr Rad" in page(visitor, city["indicator"].url)
    public = [dashboard, measure, page(visitor, city["indicator"].url)]
    public += [page(visitor, f"/umsetzung/{name}.csv") for name in ("massnahmen", "zielwerte")]
    files = package_files(Concept.objects.get(), profile="public")
    public += [files[f"{name}.csv"].decode() for name in ("status_reports", "measure_tasks", "targets")]
    assert all(SECRET not in text for text in public)
    assert "Das Geländer fehlt." in files["status_reports.csv"].decode()
    assert "Was wartet" not in dashboard


def test_staff_see_internal_measures_and_what_waits(city, as_role):
    dashboard = page(as_role("planner"), "/umsetzung/")
    assert SECRET in dashboard
    assert "Was wartet" in dashboard


def test_filters_leave_what_was_asked_for_and_refuse_the_rest(city):
    visitor = Client()
    assert "Brücke bauen" in page(visitor, "/umsetzung/?feld=wohnen&zustaendig=tiefbau&stand=delayed")
    listed = page(visitor, "/umsetzung/?stand=completed").partition('id="alle"')[2]
    assert (
        listed and "Brücke bauen" not in listed
    )  # the state filters the list; what stands above is all of them
    for query in ("feld=nirgends", "zustaendig=niemand", "stand=schlecht", "ampel=bunt"):
        assert visitor.get(f"/umsetzung/?{query}").status_code == 404
    assert "Brücke bauen" not in page(visitor, "/umsetzung/massnahmen.csv?feld=klima")


def test_every_rule_is_written_on_the_page(db):
    text = page(Client(), "/umsetzung/regeln")
    assert "Ein Schritt ist überfällig." in text
    assert "nicht auf Kurs" in text


def test_one_form_reports_and_keeps_what_was_typed_when_it_is_wrong(city, as_role):
    client = as_role("department", unit=make_unit("tiefbau"))
    assert "Bericht geben" in page(client, "/mein-bereich/")
    address = f"/k/{city['measure'].pk}/bericht"
    wrong = client.post(address, {"happened": "Halb fertig"})
    assert wrong.status_code == 400
    assert "Halb fertig" in wrong.content.decode()
    sent = client.post(address, {"happened": HOSTILE, "state": "on_track"})
    assert "&lt;script&gt;alert(1)" in page(client, sent["Location"])
    assert "&lt;script&gt;alert(1)" not in page(client, city["measure"].url), "not before its release"
    lead = as_role("project-lead")
    lead.post(sent["Location"], {"act": "release", "version": 1, "item_version": 1})
    text = page(client, city["measure"].url)
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text + page(client, "/umsetzung/")
    assert client.get(f"/k/{city['measure'].pk}/stand").status_code == 403
    assert client.get(f"/k/{city['hidden'].pk}/bericht").status_code == 200
    assert as_role("department").get(address).status_code == 403


def test_forms_say_beforehand_that_the_public_sees_it_only_after_the_release(city, as_role):
    department, lead = as_role("department", unit=make_unit("tiefbau")), as_role("project-lead")
    waits = "Öffentlich ändert sich erst etwas, wenn Ihre Änderung freigegeben ist."
    public, hidden = (f"/k/{city[name].pk}" for name in ("measure", "hidden"))
    for name in ("bericht", "schritte/neu"):
        assert waits in page(department, f"{public}/{name}")
        assert waits not in page(department, f"{hidden}/{name}")
        assert waits not in page(lead, f"{public}/{name}")
    target = f"/k/{city['goal'].pk}/zielwerte/neu"
    assert waits in page(as_role("planner"), target)
    assert waits not in page(lead, target)
    assert "sobald er freigegeben ist" in page(department, f"{public}/bericht")
    assert "gleich auf der öffentlichen Seite" in page(lead, f"{public}/bericht")
    assert "sobald sie öffentlich ist" in page(department, f"{hidden}/bericht")


def test_the_lead_sets_a_state_and_a_second_form_notices(city, as_role):
    client, address = as_role("project-lead"), f"/k/{city['measure'].pk}/stand"
    sent = {"state": "at_risk", "reason": "Die Statik trägt nicht.", "expected": ""}
    assert client.post(address, sent).status_code == 302
    assert "Die Statik trägt nicht." in page(Client(), city["measure"].url)
    again = client.post(address, sent)
    assert again.status_code == 409
    assert "Jemand anderes war schneller" in again.content.decode()
    key = StatusOverride.objects.get().key
    assert client.post(f"{address}/zuruecknehmen", {"expected": key}).status_code == 302
    assert "Die Statik trägt nicht." not in page(Client(), city["measure"].url)


def test_steps_and_targets_by_form(city, as_role):
    client, measure, goal = as_role("project-lead"), city["measure"], city["goal"]
    assert client.post(f"/k/{measure.pk}/schritte/neu", {"title": "Abriss", "version": 1}).status_code == 302
    task = measure.measure.tasks.get(title="Abriss")
    address = f"/k/{measure.pk}/schritte/{task.key}/"
    sent = {"title": "Abriss", "done": "2026-01-01", "version": 1, "position": 1}
    assert [client.post(address, sent).status_code for _time in range(2)] == [302, 409]
    assert client.post(address, {**sent, "done": "2999-01-01", "version": 2}).status_code == 400
    assert client.post(f"{address}loeschen", {"version": 2}).status_code == 302
    values = {
        "indicator": city["indicator"].pk, "direction": "at_least", "value": "12,5", "year": 2030, "base_period": "2020",
        "base_value": "10", "standing": "working", "version": 1,
    }  # fmt: skip
    assert client.post(f"/k/{goal.pk}/zielwerte/neu", values).status_code == 302
    target = Target.objects.get(year=2030)
    assert target.value == Decimal("12.5")
    assert client.post(f"/k/{goal.pk}/zielwerte/neu", values).status_code == 400
    address = f"/k/{goal.pk}/zielwerte/{target.key}/"
    assert client.post(address, {**values, "value": "13"}).status_code == 302
    assert client.post(f"{address}loeschen", {"version": 1}).status_code == 409
    assert client.post(f"{address}loeschen", {"version": 2}).status_code == 302
    assert client.get(f"/k/{goal.pk}/bericht").status_code == 404


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        page(client, address)
    return len(captured)


def test_the_kept_dashboard_shows_a_report_at_once_and_each_reader_their_own(city, as_role):
    visitor, staff = Client(), as_role("planner")
    assert "Läuft nach langem Stillstand wieder" not in page(visitor, "/umsetzung/")
    report_status(
        city["measure"].measure,
        {"state": "on_track", "happened": "Läuft nach langem Stillstand wieder."},
        actor=PROGRAM,
    )
    assert "Läuft nach langem Stillstand wieder" in page(visitor, "/umsetzung/")
    report_status(
        city["measure"].measure,
        {"state": "delayed", "happened": "Nur für uns: Es klemmt.", "is_internal": True},
        actor=PROGRAM,
    )
    assert "Nur für uns" in page(staff, "/umsetzung/")
    assert "Nur für uns" not in page(visitor, "/umsetzung/")
    assert "Nur für uns" not in page(visitor, "/umsetzung/?stand=delayed")
    unit = make_unit("strassen", name="Referat Tiefbau")
    assert "Referat Tiefbau" in page(visitor, "/umsetzung/")
    type(unit).objects.filter(pk=unit.pk).update(name="Amt für Straßen")
    assert "Amt für Straßen" in page(visitor, "/umsetzung/")


def test_the_dashboard_costs_the_same_with_many_measures(city, as_role):
    visitor, staff = Client(), as_role("planner")
    addresses = ["/umsetzung/", city["measure"].url, city["goal"].url]
    page(visitor, addresses[0])
    shared_cache.empty()
    few = [queries(client, address) for client in (visitor, staff) for address in addresses]
    for number in range(12):
        measure = make_item("measure", title=f"Maßnahme {number}", start_year=2020)
        report_status(measure.measure, {"state": "delayed", "happened": "Es dauert."}, actor=PROGRAM)
        report_status(city["measure"].measure, {"state": "delayed", "happened": "Es dauert."}, actor=PROGRAM)
        add_task(city["measure"].measure, {"title": "Schritt", "due": date(2020, 1, 1)}, actor=PROGRAM)
    override_status(city["measure"].measure, state="stopped", reason="Nein.", expected="", actor=PROGRAM)
    many = [queries(client, address) for client in (visitor, staff) for address in addresses]
    assert max(now - before for now, before in zip(many, few, strict=True)) <= 1
    assert many[0] <= 21
    assert queries(visitor, addresses[0]) <= 6  # kept until something changes
    assert StatusReport.objects.count() > 24
