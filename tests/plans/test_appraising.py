"""The appraisal of a plan follows from its facts, is shown with them, and is only a proposal to the person who appraises."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from insek.documents.models import Document, DocumentPage
from insek.people.actors import PROGRAM
from insek.plans.appraising import computed_appraisal
from insek.plans.models import Bindingness, PlanAppraisal, RubricValue
from insek.plans.rubric_values import rubric_of
from insek.plans.written import parts_of
from insek.plans.written_facts import facts_of
from tests.factories import make_item, make_link, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(settings):
    settings.INSEK_DAY = date(2026, 11, 29)


def computed(**values):
    return computed_appraisal(
        make_item("plan", **{"type": "concept", "status": "adopted", "decision_body": "Stadtrat", **values})
    )


def test_currency_halves_with_the_half_life_of_the_kind(concept):
    """Half of the points are left after the half-life; without a year the middle is taken and said."""
    now = 2026
    assert computed(year=now).currency.value == 100
    assert computed(year=now - 8).currency.value == 50
    assert computed(type="sector", year=now - 5).currency.value == 50
    assert (
        computed(type="regional", year=now - 15, status="in_force").currency.value == 45
    )  # the law changed since
    unknown = computed(year=None)
    assert (unknown.currency.value, "nicht bekannt" in unknown.currency.reason) == (50, True)
    assert computed(year=now - 8, decision_date=f"{now}-02-04").currency.value == 50
    decided = computed(year=None, decision_date=f"{now - 8}-02-04")
    assert (decided.currency.value, decided.currency.reason[:34]) == (
        50,
        "2018 beschlossen, 8 Jahre her; Pla",
    )


def test_what_ended_or_was_replaced_is_not_current(concept):
    """A passed horizon takes points, an expired or wholly replaced plan has a ceiling; each is a fact that is shown."""
    now = 2026
    passed = computed(year=now, horizon_year=now - 1)
    assert passed.currency.value == 70
    assert computed(year=now, status="expired").currency.value == 19
    old, new = make_item("plan", type="concept", year=now), make_item("plan")
    make_link(old, new, "partly_superseded_by")
    assert computed_appraisal(old).currency.value == 85
    make_link(old, new, "superseded_by")
    whole = computed_appraisal(old).currency
    assert (whole.value, sum(fact.points for fact in whole.facts)) == (19, 19)
    assert "Ganz abgelöst." in whole.reason


def test_substance_counts_what_can_be_checked(concept):
    """Statements with number, year or who; without text the facts entered about the plan, never more than 60."""
    fields = list(concept.fields.all())
    plan = make_item(
        "plan",
        type="concept",
        status="adopted",
        decision_body="Stadtrat",
        year=2024,
        area="Gesamtstadt",
        fields=fields,
        aims="A\nB\nC\n40 Wohnungen",
        horizon_year=2035,
        text="x",
    )
    without = computed_appraisal(plan)
    assert (without.has_text, without.substance.value) == (False, 52)
    row = {"plan": plan.plan, "visibility": "internal"}
    make_item("plan_statement", type="aim", amount=40, amount_unit="Wohnungen", target_year=2030, **row)
    make_item("plan_statement", type="act", **row)
    make_item("plan_statement", type="state", text="Die Zahlen sind von 2011.", **row)
    found = computed_appraisal(plan)
    assert found.has_text
    assert [fact.points for fact in found.substance.facts] == [18, 3, 10, 10, 7, 0, 0, 0]
    assert found.currency.facts[-1].points == -10  # old data
    assert found.mix == (("Vom Rat beschlossenes Konzept", 2),)


def test_the_class_is_of_the_plan_and_its_statements_may_differ(concept):
    """An old concept may hold a statute: the mix says so."""
    plan = make_item("plan", type="concept", status="adopted", decision_body="Stadtrat")
    make_item("plan_statement", type="commitment", marking="statute", plan=plan.plan)
    make_item("plan_statement", type="commitment", plan=plan.plan)
    found = computed_appraisal(plan)
    assert found.bindingness == Bindingness.CONCEPT
    assert found.mix == (("Satzung oder Bebauungsplan", 1), ("Vom Rat beschlossenes Konzept", 1))


def test_the_computed_one_is_offered_shown_beside_and_never_public(concept):
    """The form begins with it; another class needs a reason; what was decided stands beside it; visitors see only what was decided."""
    plan = make_item(
        "plan",
        title="Radverkehrskonzept",
        type="concept",
        status="adopted",
        decision_body="Rat der Stadt",
        year=2026,
    )
    address = reverse("plan-appraise", args=[plan.pk])
    client = Client()
    client.force_login(make_user("project-lead"))
    page = client.get(address)
    initial = page.context["form"].initial
    assert (initial["currency"], initial["bindingness"]) == (100, "concept")
    sent = {
        **{name: str(value) for name, value in initial.items()},
        "currency": "40",
        "currency_reason": "Überholt durch den Brückenbau.",
        "bindingness": "not_adopted",
        "bindingness_reason": "",
        "standing": "working",
    }
    refused = client.post(address, sent)
    assert refused.status_code == 400
    assert "Sie weichen von der berechneten Klasse ab" in refused.content.decode()
    assert (
        client.post(address, {**sent, "bindingness_reason": "Der Beschluss wurde aufgehoben."}).status_code
        == 302
    )
    assert PlanAppraisal.objects.get(plan=plan.pk).currency == 40
    shown = client.get(plan.url).content.decode()
    assert (
        "Berechnet: Aktualität 100" in shown
        and "bewertet: 40" in shown
        and "bewertet: Konzept ohne bekannten Ratsbeschluss" in shown
    )
    public = Client().get(plan.url).content.decode()
    assert "Überholt durch den Brückenbau." in public and "Berechnet:" not in public


@pytest.mark.parametrize(
    "body, expected, said",
    [
        ("", "not_adopted", "Ein Beschluss des Rats ist nicht eingetragen."),
        ("Stadtrat", "concept", ""),
        ("Rat der Stadt", "concept", ""),
        ("Stadtverordnetenversammlung", "concept", ""),
        ("Landrat", "not_adopted", "Als Beschluss eingetragen: Landrat; das ist nicht als Rat zu erkennen."),
        (
            "Magistrat",
            "not_adopted",
            "Als Beschluss eingetragen: Magistrat; das ist nicht als Rat zu erkennen.",
        ),
        ("Bauausschuss des Stadtrats", "not_adopted", "nicht als Rat zu erkennen"),
    ],
)
def test_only_a_named_council_makes_a_concept_of_the_council(concept, body, expected, said):
    """That it is called adopted does not say by whom; what is not known is not claimed either way."""
    found = computed(decision_body=body, year=2020)
    assert (found.bindingness, said in found.bindingness_reason) == (expected, True)


def test_indicators_and_a_map_count_where_the_text_names_them(concept):
    """Each with the page on which it stands; without a document nothing is claimed."""
    plan = make_item("plan", type="concept", status="adopted", year=2024)
    make_item("plan_statement", type="act", plan=plan.plan)
    told = {fact.words: fact.points for fact in computed_appraisal(plan).substance.facts}
    assert told["Ob Indikatoren genannt sind, ist nicht bekannt: Ein Dokument liegt nicht vor."] == 0
    document = Document.objects.create(
        concept=concept, sha256="a" * 64, title="Konzept", file="documents/a", file_name="a.pdf", format="pdf", state=Document.State.DONE, about=plan
    )  # fmt: skip
    for number, text in enumerate(
        ["Die Karten auf den Tisch.", "Indikatoren zur Messung, siehe Karte 3."], 1
    ):
        DocumentPage.objects.create(document=document, number=number, text=text, blocks=[])
    told = {fact.words: fact.points for fact in computed_appraisal(plan).substance.facts}
    assert told["Indikatoren oder Kennzahlen sind genannt (S. 2)."] == 5
    assert told["Eine Karte ist genannt (S. 2)."] == 5
    DocumentPage.objects.filter(number=2).delete()
    told = {fact.words: fact.points for fact in computed_appraisal(plan).substance.facts}
    assert told["Indikatoren oder Kennzahlen sind im gelesenen Text nicht genannt."] == 0
    assert told["Eine Karte ist im gelesenen Text nicht genannt, und sein Gebiet ist nicht gezeichnet."] == 0


def test_a_statement_with_a_district_can_be_checked(concept):
    """A place is as good as a number, a year or who is to do it; the text in words counts the same."""
    plan = make_item("plan", type="concept", status="adopted", year=2024)
    statement = make_item("plan_statement", type="act", plan=plan.plan)
    make_link(statement, make_item("district"), "located_in")
    first = computed_appraisal(plan).substance.facts[0]
    assert (first.points, first.words[:9]) == (35, "1 von 1 Z")
    said = " ".join(part.said for part in parts_of(facts_of(concept, [plan], PROGRAM)[0]))
    assert "Stadtteil genannt sind: 1 von 1 entnommenen" in said


def test_a_city_that_set_its_points_before_maps_counted_keeps_its_sum(concept):
    """Old rows that added up to 100 with what was usual then still do."""
    for key, value in (("substance-checkable", 30), ("substance-costs", 20)):
        RubricValue.objects.create(concept=concept, key=key, value=value, reason="Bei uns so.")
    points = rubric_of(concept.pk).of("substance")
    assert (sum(points.values()), points["fields"], points["map"]) == (100, 15, 0)
