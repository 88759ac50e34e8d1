"""The pages of a budget: each view with what narrows it, what everybody reads, sums that count money once."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from insek.steering import budgets
from insek.steering.budget_models import BudgetLine, BudgetPlan
from insek.steering.budget_state import plan_before
from insek.steering.budget_tables import VIEWS
from tests.factories import make_actor, make_item
from tests.reading import words
from tests.steering import test_budget
from tests.steering.test_budget import make_line, make_plan, state

pytestmark = pytest.mark.django_db
city = test_budget.city


def test_the_comparison_is_of_whole_budgets_whatever_is_chosen_elsewhere(city, as_role):
    old = make_plan(city["plan"].concept, "Haushalt 2026", 2026)
    make_line(old, "Freibad, Becken", {2027: 300_000}, investment="I2")
    make_line(old, "Parkhaus", {2027: 1}, investment="I9")
    lead, page = as_role("project-lead"), reverse("budget")
    whole = lead.get(page, {"sicht": "vergleich"})
    for more in ({"bezirk": city["place"].pk}, {"feld": "klima"}, {"q": "radweg"}):
        shown = lead.get(page, {"sicht": "vergleich", **more})
        assert shown.context["table"]["rows"] == whole.context["table"]["rows"]
        assert shown.context["filters"] == [] and "immer im Ganzen" in words(shown)
    gone = [row[0]["text"] for row in whole.context["table"]["rows"] if row[5]["text"] == "entfallen"]
    assert gone == ["I9 Parkhaus"]


@pytest.mark.parametrize("view", ["", *(name for name in VIEWS if name != "zeilen")])
def test_what_narrows_all_lines_narrows_no_other_view(city, as_role, view):
    lead, page = as_role("project-lead"), reverse("budget")
    whole = lead.get(page, {"sicht": view})
    shown = lead.get(page, {"sicht": view, "q": "radweg", "seite": "revenue", "zuordnung": "xyz"})
    assert shown.status_code == 200
    for name in ("figures", "said", "table"):
        assert str(shown.context.get(name)) == str(whole.context.get(name))
    from_list = lead.get(page, {"sicht": "zeilen", "q": "radweg", "feld": "klima"})
    there = next(
        each["url"] for each in from_list.context["views"] if f"sicht={view}" in each["url"] or not view
    )
    assert "q=" not in there and "feld=klima" in there
    assert any("q=radweg" in each["url"] for each in from_list.context["views"]), "the list itself keeps it"


def test_all_lines_asks_for_no_state_that_is_none(city, as_role):
    assert (
        as_role("project-lead").get(reverse("budget"), {"sicht": "zeilen", "zuordnung": "xyz"}).status_code
        == 404
    )


def test_the_public_workbook_says_nothing_that_the_page_leaves_out(client, city, as_role):
    budgets.publish_budget(city["plan"], expected_version=1, actor=make_actor("project-lead"))
    said = {}
    for who, asks in (("public", client), ("lead", as_role("project-lead"))):
        book = load_workbook(BytesIO(b"".join(asks.get(reverse("budget-workbook")))))
        said[who] = (" ".join(str(row[0].value) for row in book.worksheets[0].rows), book.sheetnames)
    assert "Aufsicht" in said["lead"][0] and "Aufsicht" not in said["public"][0]
    assert "Ohne Freiwilliges" in said["lead"][1] and "Ohne Freiwilliges" not in said["public"][1]


def test_the_public_is_not_told_that_nobody_matched_what_somebody_did(client, city, as_role):
    secret = make_item("measure", title="Verdeckter Ankauf", visibility="internal")
    buys = make_line(city["plan"], "Grundstück", {2027: 9_000}, investment="I7")
    budgets.match_line(buys, secret, actor=make_actor("planner"))
    budgets.publish_budget(city["plan"], expected_version=1, actor=make_actor("project-lead"))
    where = reverse("budget-line", args=[city["plan"].key, buys.key])
    shown = words(client.get(where))
    assert "Öffentlich ist keine Maßnahme genannt." in shown and "niemand" not in shown
    for view in ("", "ohne-ziel", "zeilen"):
        shown = words(client.get(reverse("budget"), {"sicht": view}))
        assert "niemand gesagt" not in shown and "noch nicht zugeordnet" not in shown, view
        assert "öffentlich" in shown
    lead = as_role("project-lead")
    assert "noch nicht zugeordnet" in words(lead.get(reverse("budget"), {"sicht": "zeilen"}))
    other = reverse("budget-line", args=[city["plan"].key, city["open"].key])
    assert "Noch hat niemand gesagt" in words(lead.get(other))


def test_money_in_the_results_and_in_the_finances_counts_once(city, as_role):
    before = state(city)
    plan, actor = city["plan"], make_actor("planner")
    spent, own = before.sum_of(before.going_out()), {each.item.number: each.spent for each in before.measures}
    said = {"product": "5.5.1", "budget": "result"}
    expense = make_line(plan, "Unterhaltung", {2027: 100_000}, account="5233", duty="voluntary", **said)
    payment = make_line(
        plan, "Unterhaltung, Zahlung", {2027: 100_000}, account="7233", product="5.5.1", duty="voluntary"
    )
    make_line(plan, "Bau", {2027: 10_000}, account="7852")
    make_line(plan, "Tilgung", {2027: 1_000}, account="7921")
    make_line(plan, "Entgelte, Zahlung", {2027: 4_000}, account="6321", side="revenue")
    found = state(city)
    assert found.sum_of(found.going_out()) - spent == 111_000
    assert [each.line.title for each in found.counted_as_result()] == ["Unterhaltung, Zahlung"]
    assert found.sum_of(found.coming_in()) == 64_000, (
        "no revenue among the results: the payment is all there is"
    )
    # the payment alone is matched: the measure has money, and its field has it too
    budgets.match_line(payment, city["poor"], actor=actor)
    found = state(city)
    poor = next(each for each in found.measures if each.item.pk == city["poor"].pk)
    assert (poor.spent, poor.own_share, poor.voluntary, poor.running) == (100_000,) * 4
    assert poor not in found.priority_without_money()
    assert [each.line.pk for each in found.going_out() if poor.item in each.for_measures] == [expense.pk]
    for by in ("feld", "ziel", "bezirk"):
        lines = {each.line.pk: each for _name, group in found.grouped(by) for each in group}
        assert found.sum_of(lines.values()) == found.sum_of(found.going_out()) == spent + 111_000
    # both are matched: still once
    budgets.match_line(expense, city["poor"], actor=actor)
    poor = next(each for each in state(city).measures if each.item.pk == city["poor"].pk)
    assert (poor.spent, poor.running) == (100_000, 100_000)
    assert {each.item.number: each.spent for each in state(city).measures} == {**own, "M 3": 100_000}
    heads, rows = VIEWS["pflicht"].table(state(city), None)
    assert sum(row[heads.index("Zusammen")] for row in rows) == spent + 111_000
    shown = words(as_role("project-lead").get(reverse("budget")))
    assert "1 laufende Zahlung des Finanzhaushalts zählt in den Summen nicht mit" in shown


def test_finances_alone_count_with_their_running_payments(city):
    BudgetLine.objects.filter(budget="result").delete()
    spent = state(city).sum_of(state(city).going_out())
    make_line(city["plan"], "Unterhaltung", {2027: 100_000}, account="7233")
    found = state(city)
    assert found.sum_of(found.going_out()) - spent == 100_000 and not found.counted_as_result()


def test_a_supplement_is_not_taken_for_the_whole_budget(city, as_role):
    concept, lead, page = city["plan"].concept, as_role("project-lead"), reverse("budget")
    more = make_plan(concept, "Erster Nachtrag 2027", sort="supplement", as_of="2099-01-01")
    make_line(more, "Radweg am Fluss", {2027: 170_000}, investment="I1")
    make_line(more, "Spielplatz", {2027: 5_000}, investment="I8")
    assert lead.get(page).context["plan"] == city["plan"], "the whole budget first"
    shown = lead.get(page, {"haushalt": more.key})
    assert "Ein Nachtrag nennt nur Änderungen" in words(shown) and "in diesem Nachtrag" in words(shown)
    assert {each["label"] for each in shown.context["said"]}.isdisjoint({"Ohne Geld", "Folgekosten"})
    assert lead.get(page, {"haushalt": more.key, "sicht": "ohne-geld"}).context.get("view") is None
    rows = lead.get(page, {"haushalt": more.key, "sicht": "vergleich"}).context["table"]["rows"]
    assert [(row[0]["text"], row[2]["text"], row[3]["text"], row[5]["text"]) for row in rows] == [
        ("I1 Radweg am Fluss", "100.000", "170.000", "–"),
        ("I8 Spielplatz", "–", "5.000", "neu"),
    ]
    book = load_workbook(BytesIO(b"".join(lead.get(reverse("budget-workbook"), {"haushalt": more.key}))))
    assert "Ohne Geld" not in book.sheetnames
    assert any("nur Änderungen" in str(row[0].value) for row in book.worksheets[0].rows)
    later = make_plan(concept, "Haushalt 2028", 2028)
    assert plan_before(list(BudgetPlan.objects.all()), later) == city["plan"], (
        "nothing is compared with a supplement"
    )


def test_what_is_an_example_is_said_once_above_its_figures(city, as_role):
    lead, address = as_role("project-lead"), reverse("budget")
    assert {figure["source_title"] for figure in lead.get(address).context["figures"]} == {"Kämmerei"}
    BudgetPlan.objects.filter(pk=city["plan"].pk).update(standing="example")
    shown = lead.get(address)
    assert words(shown).count("Kämmerei") == 1 and not any(
        f["source_title"] for f in shown.context["figures"]
    )
