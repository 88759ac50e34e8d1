"""All reports on a measure as pages and table, and the list of measures filtered by how they stand."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from insek.people.actors import PROGRAM
from insek.steering.models import StatusReport
from insek.steering.services import report_status
from tests.factories import make_item
from tests.reading import words

pytestmark = pytest.mark.django_db
SECRET = "Geheimnis im Rathauskeller"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def measure(concept):
    return make_item("measure", number="M 1", title="Brücke bauen")


def report(measure, count, **values):
    """Reports from one a year back to the latest of yesterday."""
    for number in range(count):
        day = date.today() - timedelta(days=count - number)
        StatusReport.objects.create(
            measure=measure.measure, reported_on=day, **{"state": "on_track", "happened": f"Bericht Nr. {number}.", **values}
        )  # fmt: skip


def test_the_page_of_a_measure_leads_to_the_older_reports(measure):
    report(measure, 6)
    page = Client().get(f"/k/{measure.pk}")
    assert "Bericht Nr. 0." not in words(page)
    assert f'href="/k/{measure.pk}/berichte"' in page.content.decode()
    assert "Alle Berichte, auch die älteren" in words(page)
    assert "Bericht Nr. 0." in words(Client().get(f"/k/{measure.pk}/berichte"))


def test_reports_go_on_page_by_page(measure):
    report(measure, 30)
    first = Client().get(f"/k/{measure.pk}/berichte")
    assert "Bericht Nr. 29." in words(first) and "Bericht Nr. 4." not in words(first)
    assert "Alle 30 Berichte als CSV" in words(first)
    text = first.content.decode()
    following = text[text.index('href="?nach=') + 6 :].split('"', 1)[0]
    second = Client().get(f"/k/{measure.pk}/berichte{following}")
    assert "Bericht Nr. 4." in words(second) and "Bericht Nr. 29." not in words(second)


def test_without_reports_the_page_says_so(measure):
    assert "Noch gibt es keinen Bericht" in words(Client().get(f"/k/{measure.pk}/berichte"))


def test_reports_on_an_example_say_so(concept):
    example = make_item("measure", standing="example")
    report(example, 1)
    assert "Beispiel" in words(Client().get(f"/k/{example.pk}/berichte"))


@pytest.mark.parametrize("ending", ["", ".csv"])
def test_nothing_internal_is_read_by_visitors(measure, as_role, ending):
    report(measure, 1)
    report(measure, 1, happened=SECRET, is_internal=True)
    hidden = make_item("measure", visibility="internal", title=SECRET)
    report(hidden, 1, happened=SECRET)
    assert SECRET not in Client().get(f"/k/{measure.pk}/berichte{ending}").content.decode()
    assert Client().get(f"/k/{hidden.pk}/berichte{ending}").status_code == 404
    staff = as_role("planner")
    assert SECRET in staff.get(f"/k/{measure.pk}/berichte{ending}").content.decode()
    assert staff.get(f"/k/{hidden.pk}/berichte{ending}").status_code == 200


def test_only_measures_have_reports(concept):
    goal = make_item("goal")
    for address in (f"/k/{goal.pk}/berichte", f"/k/{goal.pk}/berichte.csv", "/k/abcdefgh/berichte"):
        assert Client().get(address).status_code == 404
    assert Client().get(f"/k/{make_item('measure').pk}/berichte?nach=unsinn").status_code == 404


def test_the_table_holds_every_report_and_no_formula(measure):
    report(measure, 30)
    report(measure, 1, happened="=SUM(A1)", obstacles=HOSTILE, spent_eur=0)
    answer = Client().get(f"/k/{measure.pk}/berichte.csv")
    lines = answer.content.decode("utf-8-sig").strip().split("\r\n")
    assert lines[0].startswith(
        "Kennung;Maßnahme (Kennung);Verlässlichkeit;Tag;Stand (Schlüssel);Stand;Was geschehen ist"
    )
    assert len(lines) == 32
    formula = next(line for line in lines if "SUM(A1)" in line)
    assert ";=SUM" not in formula and ";0;" in formula
    assert HOSTILE not in Client().get(f"/k/{measure.pk}/berichte").content.decode()


def test_the_page_costs_the_same_however_many_reports_there_are(measure):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            Client().get(f"/k/{measure.pk}/berichte")
        return len(queries)

    report(measure, 2)
    few = cost()
    report(measure, 30)
    assert cost() == few <= 8


@pytest.fixture
def three(concept):
    late, fine = make_item("measure", title="Brücke"), make_item("measure", title="Radweg")
    report_status(late.measure, {"state": "delayed", "happened": "Später."}, actor=PROGRAM)
    report_status(fine.measure, {"state": "on_track", "happened": "Gut."}, actor=PROGRAM)
    report_status(fine.measure, {"state": "stopped", "happened": SECRET, "is_internal": True}, actor=PROGRAM)
    make_item("measure", title="Spielplatz")
    return late, fine


def test_the_list_of_measures_is_filtered_by_how_they_stand(three):
    page = words(Client().get("/massnahmen/?stand=delayed"))
    assert "Brücke" in page and "Radweg" not in page and "Spielplatz" not in page
    table = Client().get("/massnahmen/tabelle.csv?stand=delayed")
    assert b"Radweg" not in b"".join(table.streaming_content)


def test_the_filter_tells_nothing_of_internal_reports(three, as_role):
    assert "Radweg" in words(Client().get("/massnahmen/?stand=on_track"))
    assert "Radweg" not in words(Client().get("/massnahmen/?stand=stopped"))
    assert "Radweg" in words(as_role("planner").get("/massnahmen/?stand=stopped"))


@pytest.mark.parametrize("value", ["unsinn", "%00", "<script>"])
def test_a_state_that_is_none_is_not_found(three, value):
    assert Client().get(f"/massnahmen/?stand={value}").status_code == 404


def test_other_lists_have_no_such_filter(three):
    make_item("goal")
    assert 'name="stand"' in Client().get("/massnahmen/").content.decode()
    assert 'name="stand"' not in Client().get("/ziele/").content.decode()


def test_the_filter_costs_three_queries_more_however_many_measures_there_are(three):
    def cost(query):
        with CaptureQueriesContext(connection) as queries:
            Client().get(f"/massnahmen/{query}")
        return len(queries)

    plain, filtered = cost(""), cost("?stand=delayed")
    assert filtered <= plain + 4
    for _number in range(12):
        made = make_item("measure")
        report_status(made.measure, {"state": "delayed", "happened": "Später."}, actor=PROGRAM)
    cost("")  # what is kept is made anew after a change
    assert cost("?stand=delayed") == filtered
