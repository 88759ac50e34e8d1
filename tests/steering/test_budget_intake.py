"""A budget comes in from the tables that town halls send, each line once, and goes again as a whole."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from insek.intake.models import Batch
from insek.steering.budget_models import BudgetLine, BudgetPlan
from insek.suggestions.models import SuggestionRun
from insek.thread.models import Change
from tests.factories import make_user
from tests.intake.reading import begin, go_on_saying, workbook, write
from tests.items.test_saved_views import client_of
from tests.reading import words

pytestmark = pytest.mark.django_db

ABOUT = {"plan_title": "Haushaltsplan 2027, Entwurf", "first_year": "2027", "stage": "draft", "source_title": "Kämmerei"}  # fmt: skip

YEARS_AS_COLUMNS = workbook(
    ["Musterstadt: Investitionsprogramm 2027, Beträge in T€"],
    [],
    ["Produkt", "Produktname", "Investitionsnummer", "Bezeichnung", "Ergebnis 2025", "Ansatz 2027", "Plan 2028", "Plan 2029", "VE 2028"],
    ["5.4.1.1", "Gemeindestraßen", "I541-0007", "Mobilitätsstationen", 12.5, 120, 400.5, None, 400],
    ["5.4.1.1", "Gemeindestraßen", "I541-0008", "Radweg am Fluss", 0, 0, 85, 90, None],
    ["5.4.1.1", "Gemeindestraßen", None, "Summe Gemeindestraßen", 12.5, 120, 485.5, 90, 400],
    ["4.2.4.1", "Sportstätten", "I424-0001", "Sporthalle Kniebrech", 3, "1.250", "2.000", "-", None],
    ["4.2.4.1", "Sportstätten", "I424-0001", "Sporthalle Kniebrech", 3, 1, 2, 3, None],
)  # fmt: skip
A_ROW_A_YEAR = """Haushaltsjahr;Produkt;Sachkonto;Bezeichnung;Art;Pflicht;Betrag in Euro
2027;5.5.1;5231;Pflege der Ufer;Aufwand;F;45.000,00
2028;5.5.1;5231;Pflege der Ufer;Aufwand;F;46.500,50
2027;5.5.1;4141;Zuwendungen vom Land;Ertrag;;-30.000,00
2027;3.6.5;5262;Betrieb der Kindertagesstätten;Aufwand;P;2.150.000
;3.6.5;5262;Ohne Jahr;Aufwand;P;1
"""
SIDES_APART = """Buchungsstelle;Maßnahme;Einzahlungen 2027 (EUR);Auszahlungen 2027 (EUR);Auszahlungen 2028 (EUR);Verpflichtungsermächtigungen (EUR)
1141-I0001;Rathaus, Dämmung;600.000;900.000;300.000;300.000
1141-I0002;Rathaus, Aufzug;;150.000;;
;Saldo aus Investitionstätigkeit;600.000;-450.000;-300.000;
1141-I0003;Ohne Betrag;;;;
"""


def read_in(client, data, name, columns=None, **about):
    batch = begin(client, "budget", data, name=name)
    page = go_on_saying(client, batch, columns or {}, {**ABOUT, **about})
    return batch, page


def lines():
    return {line.title: line for line in BudgetLine.objects.all()}


@pytest.fixture
def client(concept):
    concept.ags = "07312000"
    concept.save()
    return client_of(make_user("project-lead"))


def test_years_as_columns_in_thousands_with_sums_and_results_left_out(client):
    batch, page = read_in(client, YEARS_AS_COLUMNS, "investitionen.xlsx")
    shown = words(page)
    assert "3 Neu" in shown, shown
    assert "Das steht schon in Zeile 7." in shown
    assert write(client, batch).state == Batch.State.DONE
    found = lines()
    assert set(found) == {"Mobilitätsstationen", "Radweg am Fluss", "Sporthalle Kniebrech"}
    first = found["Mobilitätsstationen"]
    assert (first.amounts, first.commitments) == ({"2027": 120_000, "2028": 400_500}, {"2028": 400_000})
    assert (first.product, first.product_name, first.investment) == (
        "5.4.1.1",
        "Gemeindestraßen",
        "I541-0007",
    )
    assert (first.budget, first.side, first.is_investment) == ("financial", "expenditure", True)
    assert found["Radweg am Fluss"].amounts == {"2027": 0, "2028": 85_000, "2029": 90_000}
    assert found["Sporthalle Kniebrech"].amounts["2027"] == 1_250_000
    plan = BudgetPlan.objects.get()
    assert (plan.title, plan.first_year, plan.stage, plan.standing, plan.is_public) == ("Haushaltsplan 2027, Entwurf", 2027, "draft", "fact", False)  # fmt: skip
    assert SuggestionRun.objects.filter(suggester="budget-lines").exists(), "the program looks for measures"


def test_one_row_for_each_year_becomes_one_line_and_a_turned_sign_is_turned_back(client):
    batch, page = read_in(client, A_ROW_A_YEAR.encode(), "ergebnis.csv")
    assert "3 Neu" in words(page) and "Das Jahr fehlt." in words(page), words(page)
    write(client, batch)
    found = lines()
    assert found["Pflege der Ufer"].amounts == {"2027": 45_000, "2028": 46_501}
    assert (found["Pflege der Ufer"].duty, found["Pflege der Ufer"].budget) == ("voluntary", "result")
    grant = found["Zuwendungen vom Land"]
    assert (grant.side, grant.amounts) == ("revenue", {"2027": 30_000})
    assert found["Betrieb der Kindertagesstätten"].duty == "obligatory"
    assert not found["Pflege der Ufer"].is_investment


def test_revenue_and_expenditure_in_columns_of_their_own_become_two_lines(client):
    batch, page = read_in(client, SIDES_APART.encode(), "rathaus.csv")
    shown = words(page)
    assert "3 Neu" in shown and "In dieser Zeile steht kein Betrag." in shown, shown
    write(client, batch)
    rows = {(line.title, line.side): line for line in BudgetLine.objects.all()}
    assert rows["Rathaus, Dämmung", "revenue"].amounts == {"2027": 600_000}
    spent = rows["Rathaus, Dämmung", "expenditure"]
    assert spent.amounts == {"2027": 900_000, "2028": 300_000}
    assert spent.commitments == {"2027": 300_000}, "what may be committed goes with what is spent"
    assert rows["Rathaus, Aufzug", "expenditure"].amounts == {"2027": 150_000}
    assert len(rows) == 3


def test_the_sum_of_what_came_in_is_the_sum_of_the_file(client):
    batch, _page = read_in(client, YEARS_AS_COLUMNS, "investitionen.xlsx")
    write(client, batch)
    for year, wanted in (("2027", 1_370_000), ("2028", 2_485_500), ("2029", 90_000)):
        assert sum(line.amounts.get(year, 0) for line in BudgetLine.objects.all()) == wanted


def test_each_thing_once_and_taken_back_as_a_whole(client):
    batch, _page = read_in(client, YEARS_AS_COLUMNS, "investitionen.xlsx")
    write(client, batch)
    again, page = read_in(client, YEARS_AS_COLUMNS, "investitionen.xlsx")
    assert "3 Schon so" in words(page) or "3 Ist schon so" in words(page), words(page)
    write(client, again)
    assert BudgetLine.objects.count() == 3 and BudgetPlan.objects.count() == 1
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert not BudgetLine.objects.exists() and not BudgetPlan.objects.exists()
    assert Change.objects.filter(item_id="", action="deleted").exists(), "history keeps that it was there"


def test_what_is_missing_is_asked_for(client):
    batch = begin(client, "budget", SIDES_APART.encode(), name="rathaus.csv")
    client.post(reverse("reading-table", args=[batch.pk]), {"weiter": "1"})
    answer = client.post(
        reverse("reading-columns", args=[batch.pk]), {"spalte.0": "account", "spalte.1": "title"}
    )
    shown = words(answer)
    assert "in welchen Spalten Beträge stehen" in shown
    assert re.search("Bitte angeben, was für alle Zeilen gilt: Name des Haushalts", shown)


def test_a_public_budget_takes_no_more_lines(client):
    batch, _page = read_in(client, YEARS_AS_COLUMNS, "investitionen.xlsx", stage="adopted")
    write(client, batch)
    BudgetPlan.objects.update(is_public=True)
    more = begin(client, "budget", SIDES_APART.encode(), name="rathaus.csv")
    page = go_on_saying(client, more, {}, {**ABOUT, "stage": "adopted"}, refused=True)
    assert "Dieser Haushalt ist öffentlich." in words(page)
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert BudgetLine.objects.count() == 3, "what everybody sees is not taken away behind their back"


@pytest.mark.parametrize(("role", "status"), [("project-lead", 200), ("planner", 200), ("department", 403), ("moderator", 403), ("council", 403)])  # fmt: skip
def test_who_may_read_in_a_budget(concept, role, status):
    assert client_of(make_user(role)).get(reverse("intake-begin", args=["budget"])).status_code == status


def read_lines(client, table, columns=None, **about):
    batch, page = read_in(client, table.encode(), "tabelle.csv", columns, unit="1", **about)
    assert write(client, batch).state == Batch.State.DONE
    return {(line.title, line.side): line for line in BudgetLine.objects.all()}, words(page)


def test_authorisations_and_totals_whose_heads_name_no_side_stay(client):
    found, _shown = read_lines(
        client,
        "Maßnahme;Einzahlungen 2027;Auszahlungen 2027;VE 2028;Gesamtkosten\n"
        "Brücke;;100;500;900\nSteg;50;100;200;400\nTunnel;60;0;700;\nNur VE;;;30;\nZuschuss;40;;;80\nUfer;0;10;;\n",
    )
    said = {key: (line.amounts, line.commitments, line.total_eur) for key, line in found.items()}
    assert said == {
        ("Brücke", "expenditure"): ({"2027": 100}, {"2028": 500}, 900),
        ("Steg", "revenue"): ({"2027": 50}, {}, None),
        ("Steg", "expenditure"): ({"2027": 100}, {"2028": 200}, 400),
        ("Tunnel", "revenue"): ({"2027": 60}, {}, None),
        ("Tunnel", "expenditure"): ({"2027": 0}, {"2028": 700}, None),
        ("Nur VE", "expenditure"): ({}, {"2028": 30}, None),
        ("Zuschuss", "revenue"): ({"2027": 40}, {}, 80),
        ("Ufer", "expenditure"): ({"2027": 10}, {}, None),
    }


def test_years_of_columns_with_and_without_a_side_are_one_line(client):
    found, _shown = read_lines(client, "Maßnahme;Auszahlungen 2027;Plan 2028;VE 2028\nBrücke;100;200;50\n")
    line = found["Brücke", "expenditure"]
    assert (line.amounts, line.commitments) == ({"2027": 100, "2028": 200}, {"2028": 50})


@pytest.mark.parametrize("columns", [{}, {"Haushaltsjahr": "year"}])
def test_the_year_of_a_column_holds_beside_a_column_of_the_year_of_the_budget(client, columns):
    found, _shown = read_lines(client, "Haushaltsjahr;Maßnahme;Ansatz 2027;Plan 2028;Plan 2029\n2027;Brücke;100;200;300\n;Steg;1;2;3\n", columns)  # fmt: skip
    assert found["Brücke", "expenditure"].amounts == {"2027": 100, "2028": 200, "2029": 300}
    assert found["Steg", "expenditure"].amounts == {"2027": 1, "2028": 2, "2029": 3}


def test_two_columns_of_the_year_of_the_row_are_asked_about(client):
    batch = begin(
        client, "budget", "Jahr;Maßnahme;Betrag;Ansatz\n2027;Brücke;100;200\n".encode(), name="t.csv"
    )
    page = go_on_saying(
        client,
        batch,
        {"Jahr": "year", "Betrag": "amount", "Ansatz": "amount"},
        {**ABOUT, "unit": "1"},
        refused=True,
    )
    assert "Mehrere Spalten sind Beträge desselben Jahres." in words(page)


def test_signs_of_revenue_are_judged_over_all_years_of_a_line(client):
    found, shown = read_lines(
        client, "Jahr;Bezeichnung;Art;Betrag\n2027;Erstattung;Ertrag;-5\n2028;Erstattung;Ertrag;7\n2027;Gebühr;Ertrag;-5\n2028;Gebühr;Ertrag;-6\n",
    )  # fmt: skip
    assert found["Erstattung", "revenue"].amounts == {"2027": -5, "2028": 7}
    assert found["Gebühr", "revenue"].amounts == {"2027": 5, "2028": 6}
    assert "Hier steht ein Minus" in shown


def test_payments_that_are_all_printed_with_a_minus_are_read_without_it(client):
    found, _shown = read_lines(client, "Maßnahme;Auszahlungen 2027;VE 2028;Gesamtkosten\nBrücke;-100;-50;-900\nSteg;-20;;\n")  # fmt: skip
    line = found["Brücke", "expenditure"]
    assert (line.amounts, line.commitments, line.total_eur) == ({"2027": 100}, {"2028": 50}, 900)
    assert found["Steg", "expenditure"].amounts == {"2027": 20}


def test_a_single_payment_with_a_minus_is_kept_and_asked_about(client):
    found, shown = read_lines(client, "Maßnahme;Auszahlungen 2027\nBrücke;100\nErstattete Löhne;-20\n")
    assert found["Erstattete Löhne", "expenditure"].amounts == {"2027": -20}
    assert "Hier steht ein Minus: Der Betrag mindert die Summen." in shown


def test_authorisation_and_total_of_a_turned_revenue_are_turned(client):
    found, _shown = read_lines(client, "Maßnahme;Einzahlungen 2027;Gesamtkosten\nZuwendung;-100;-900\n")
    assert (found["Zuwendung", "revenue"].amounts, found["Zuwendung", "revenue"].total_eur) == ({"2027": 100}, 900)  # fmt: skip


@pytest.mark.parametrize(("about", "said"), [
    ({"plan_title": "Haushaltsplan " * 10}, "ist zu lang: höchstens 120 Zeichen"),
    ({"source_title": "Kämmerei " * 40}, "ist zu lang: höchstens 300 Zeichen"),
    ({"source_title": "", "standing": "fact"}, "braucht eine Quelle"),
])  # fmt: skip
def test_what_no_budget_can_be_called_is_said_before_the_preview(client, about, said):
    batch = begin(client, "budget", SIDES_APART.encode(), name="rathaus.csv")
    page = go_on_saying(client, batch, {}, {**ABOUT, **about}, refused=True)
    assert said in words(page)
