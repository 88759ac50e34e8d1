"""Statements of plans: excerpted by a key in the reader, read from their words, bound by their marking."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from insek.documents.jobs import _keep_pages
from insek.engines.documents.content import Content, ReadPage
from insek.plans.models import Bindingness, Plan
from insek.plans.rubric import binding_of_statement
from insek.suggestions.models import Suggestion
from insek.suggestions.register import suggester_named
from insek.suggestions.runs import ask_to_run
from insek.suggestions.services import accept, accept_many, refuse
from insek.thread.models import Item, Link
from tests.documents.making_documents import block, make_document
from tests.factories import make_actor, make_item, make_user

pytestmark = pytest.mark.django_db

AIM = "Ziel ist es, den Anteil geförderter Wohnungen in der Musterau von 8 % auf 15 % bis 2035 zu erhöhen."
RULE = "Z 31 Der Grünzug ist von Bebauung freizuhalten."


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def document(concept):
    district = make_item("district", title="Musterau")
    plan = make_item("plan", title="Wohnraumkonzept", type="concept", status="adopted")
    made = make_document(
        concept,
        [block("Wohnen", "heading", 1), block(AIM), block(RULE)],
        title="Wohnraumkonzept 2024",
        about=plan,
    )
    return made, plan, district


def take(client, document, place, **sent):
    values = {"machen": "plan_statement", "wahl-plan_statement": "recognise", "absatz": place, **sent}
    return client.post(reverse("document-take", args=[document.pk, 1]), values, follow=True)


@pytest.mark.parametrize(
    ("sort", "status", "standing"),
    [
        ("concept", "adopted", "official"),
        ("landuse", "expired", "official"),
        ("concept", "draft", "fact"),
        ("concept", "unknown", "fact"),
        ("report", "noted", "fact"),
        ("report", "adopted", "fact"),
    ],
)
def test_only_the_words_of_a_plan_that_holds_or_held_are_official(document, sort, status, standing):
    """A draft or an expert report is quoted with its source, but is no official wording."""
    made, plan, _district = document
    Plan.objects.filter(pk=plan.pk).update(type=sort, status=status)
    client = Client()
    client.force_login(make_user("project-lead"))
    take(client, made, 1)
    item = Item.objects.get(kind="plan_statement")
    assert (item.standing, item.document, item.page) == (standing, "Wohnraumkonzept 2024", "11")
    assert item.source_title == ("" if standing == "official" else "Wohnraumkonzept 2024")


def test_a_passage_becomes_a_statement_of_its_plan(document):
    """One key: sort, plan, year, number and place follow from the words; quotation, document and page are kept; another sort can be chosen."""
    made, plan, district = document
    client = Client()
    client.force_login(make_user("project-lead"))
    assert (
        "<kbd>K</kbd> Kernaussage" in client.get(reverse("document-page", args=[made.pk, 1])).content.decode()
    )
    take(client, made, 1)
    item = Item.objects.get(kind="plan_statement")
    row = item.plan_statement
    assert (row.type, row.plan_id, row.firmness, row.marking) == ("aim", plan.pk, "intended", "")
    assert (row.target_year, row.amount, row.amount_unit, row.bound) == (2035, Decimal(15), "%", "to")
    assert (item.text, item.document, item.page, item.standing) == (
        AIM,
        "Wohnraumkonzept 2024",
        "11",
        "official",
    )
    assert item.title.startswith("Den Anteil geförderter Wohnungen")
    assert item.visibility == "internal"
    assert item.passages.get().quotation == AIM
    assert [link.target_id for link in Link.objects.filter(source=item, kind="located_in")] == [district.pk]
    page = client.get(item.url).content.decode()
    assert plan.title in page and "Der Wortlaut allein bindet niemanden." in page and "auf 15 %" in page
    take(client, made, 2, **{"wahl-plan_statement": "prohibition"})
    rule = Item.objects.get(kind="plan_statement", title__startswith="Der Grünzug").plan_statement
    assert (rule.type, rule.marking, rule.marked_as) == ("prohibition", "z", "Z 31")
    assert take(client, made, 1, **{"wahl-plan_statement": "x"}).context["messages"]
    assert Item.objects.filter(kind="plan_statement").count() == 2


@pytest.mark.parametrize(
    ("plan_type", "status", "marking", "sort", "binding"),
    [
        ("regional", "in_force", "z", "act", Bindingness.REGIONAL_GOAL),
        ("regional", "in_force", "g", "commitment", Bindingness.REGIONAL_PRINCIPLE),
        ("regional", "procedure", "z", "aim", Bindingness.REGIONAL_PREPARED),
        ("regional", "in_force", "z_prepared", "aim", Bindingness.REGIONAL_PREPARED),
        ("regional", "expired", "z", "aim", Bindingness.NOT_IN_FORCE),
        ("concept", "adopted", "", "commitment", Bindingness.CONCEPT),
        ("concept", "adopted", "statute", "aim", Bindingness.STATUTE),
        ("concept", "noted", "", "prohibition", Bindingness.NOT_ADOPTED),
        ("landuse", "in_force", "", "act", Bindingness.LANDUSE),
        ("report", "in_force", "", "commitment", Bindingness.REPORT),
        ("concept", "adopted", "", "state", None),
    ],
)
def test_how_a_statement_binds_follows_its_marking_and_its_plan(plan_type, status, marking, sort, binding):
    """Never the modal verb: the firmest wording of a concept binds as the resolution does, a finding binds nobody."""
    plan = make_item("plan", type=plan_type, status=status, decision_body="Stadtrat").plan
    row = make_item("plan_statement", type=sort, marking=marking, firmness="must", plan=plan).plan_statement
    found = binding_of_statement(row, Plan.objects.get(pk=plan.pk))
    assert (found and found.key) == binding


def test_a_plan_that_is_internal_is_not_named_by_its_public_statement(concept):
    """The gate of the plan holds on the page of its statement, in its list and in the filter."""
    plan = make_item("plan", title="Geheimer Rahmenplan", visibility="internal").plan
    item = make_item("plan_statement", plan=plan)
    for address in (item.url, reverse("plan_statement-list")):
        response = Client().get(address)
        assert response.status_code == 200
        assert "Geheimer" not in response.content.decode()
    assert Client().get(reverse("plan_statement-list"), {"aus": plan.pk}).status_code == 404


def test_statements_are_proposed_from_a_document_and_survive_its_reading(document):
    """A run reads the plan, accepting makes the statement with its passage, and neither a new run nor a new reading asks again."""
    made, plan, _district = document
    lead = make_actor("project-lead")
    suggester = suggester_named("plan-statements")
    ask_to_run(suggester, made.concept, actor=lead, about=plan)
    found = {each.content["words"]: each for each in Suggestion.objects.visible_to(lead).filter(about=plan)}
    assert set(found) == {AIM, RULE}
    assert not Suggestion.objects.visible_to(make_actor(None)).exists()
    first = found[AIM]
    assert "Jahr: 2035" in first.why and "Zahl: auf 15 %" in first.why
    accept(first, expected_version=first.version, actor=lead)
    item = Item.objects.get(kind="plan_statement")
    assert (item.plan_statement.type, item.plan_statement.plan_id, item.passages.get().quotation) == (
        "aim",
        plan.pk,
        AIM,
    )
    second = found[RULE]
    refuse(second, expected_version=second.version, actor=lead)
    _keep_pages(made, Content("pdf", [ReadPage(1, [block("Neu gelesen"), block(RULE), block(AIM)], "11")]))
    ask_to_run(suggester, made.concept, actor=lead, about=plan)
    assert not Suggestion.objects.waiting().filter(about=plan).exists()
    assert Item.objects.filter(kind="plan_statement").count() == 1
    client = Client()
    client.force_login(make_user("project-lead"))
    assert client.get(reverse("suggestion-queue"), {"zu": plan.pk}).status_code == 200
    page = client.get(plan.url).content.decode()
    assert (
        "Ziel: <strong>1</strong>" in page
        and "Kernaussagen vorschlagen lassen" in page
        and made.title in page
    )
    response = client.post(reverse("suggestion-runs"), {"verfahren": "plan-statements", "zu": plan.pk})
    assert response.status_code == 302
    visitor = Client().get(plan.url).content.decode()
    assert "Kernaussage" not in visitor.partition("<main")[2]


def test_among_many_a_sentence_is_taken_without_its_field(document):
    """The field is much less sure than that it is a statement: one by one it goes along, among many it is left to a person."""
    made, plan, _district = document
    lead = make_actor("project-lead")
    ask_to_run(suggester_named("plan-statements"), made.concept, actor=lead, about=plan)
    rows = Suggestion.objects.waiting().filter(about=plan)
    for each in rows:
        Suggestion.objects.filter(pk=each.pk).update(content={**each.content, "fields": ["wohnen"]})
    first, second = rows.order_by("pk")
    accept(first, expected_version=first.version, actor=lead)
    accept_many([(second, second.version)], actor=lead)
    of = {item.passages.get().quotation: item for item in Item.objects.filter(kind="plan_statement")}
    assert [field.key for field in of[first.content["words"]].fields.all()] == ["wohnen"]
    assert not of[second.content["words"]].fields.exists()
    second.refresh_from_db()
    assert second.state == "accepted", "it counts as accepted, not as changed"
