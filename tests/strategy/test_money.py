"""Costs, funding, units taking part and effects on the page of a measure, in forms and in sums."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from insek.people.actors import PROGRAM
from insek.release.models import Proposal
from insek.release.releases import release
from insek.strategy.models import CostLine, FundingLine, GoalEffect, TakingPart
from insek.strategy.rows import COSTS, EFFECTS, FUNDING, TAKING_PART
from insek.thread.models import Change
from insek.thread.row_acts import add_row
from insek.thread.search import search_items
from insek.thread.services import update_item
from tests.factories import make_actor, make_item, make_unit
from tests.reading import words

FORMS = [
    ("kosten", {"title": "Bau", "amount_eur": "1.500.000 €", "up_to_eur": "2.000.000", "precision": "about", "rhythm": "once",
                "from_year": "2027", "standing": "working", "version": "1"}, CostLine, "rund 1.500.000 bis 2.000.000 Euro"),
    ("finanzierung", {"source": "Land", "programme": "Dorferneuerung", "state": "applied", "eligible_eur": "100.000",
                      "share_percent": "66,67", "standing": "working", "version": "1"}, FundingLine, "rechnerisch 66.670 Euro"),
    ("mitwirkung", {"task": "Bäume pflanzen", "version": "1"}, TakingPart, "Bäume pflanzen"),
    ("wirkung", {"direction": "hinders", "strength": "weak", "certainty": "low", "reason": "Lärm", "version": "1"}, GoalEffect, "hemmt, schwach"),
]  # fmt: skip


@pytest.mark.parametrize(("sort", "typed", "model", "shown"), FORMS)
def test_a_row_is_entered_changed_and_removed_on_pages(concept, as_role, sort, typed, model, shown):
    lead, item = as_role("project-lead"), make_item("measure", title="Park")
    if sort == "mitwirkung":
        typed = {**typed, "unit": make_unit("gruen").pk}
    if sort == "wirkung":
        typed = {**typed, "goal": make_item("goal", title="Ruhe").pk}
    new = reverse("row-create", args=[item.pk, sort])
    assert new in lead.get(item.url).content.decode()
    assert lead.get(new).status_code == 200
    assert lead.post(new, typed).status_code == 302
    row = model.objects.get()
    assert shown in words(lead.get(item.url))
    edit = reverse("row-edit", args=[item.pk, sort, row.key])
    same = {
        name: field.value() or "" for name, field in ((f.name, f) for f in lead.get(edit).context["form"])
    }
    assert lead.post(edit, {**same, "version": 1}).status_code == 302
    row.refresh_from_db()
    assert row.version == 1, "what is sent as it was shown changes nothing"
    assert lead.post(edit, {**same, "version": 7}).status_code == 409
    away = reverse("row-delete", args=[item.pk, sort, row.key])
    assert lead.post(away, {"version": 1}).status_code == 302
    assert not model.objects.exists()
    assert Change.objects.filter(item_id=item.pk).count() == 3


def test_what_is_wrong_is_said_at_its_field(concept, as_role):
    lead, item = as_role("project-lead"), make_item("measure")
    new = reverse("row-create", args=[item.pk, "kosten"])
    typed = {
        "amount_eur": "9",
        "up_to_eur": "5",
        "precision": "about",
        "rhythm": "once",
        "standing": "working",
    }
    page = lead.post(new, typed)
    assert page.status_code == 400
    assert "Der obere Betrag der Spanne liegt unter dem unteren." in words(page)
    assert lead.get(reverse("row-create", args=[item.pk, "unsinn"])).status_code == 404
    assert lead.get(reverse("row-create", args=[make_item("goal").pk, "kosten"])).status_code == 404


@pytest.mark.parametrize(
    ("rows", "values", "told"),
    [
        (COSTS, {"up_to_eur": 5}, "unteren Betrag"),
        (COSTS, {"amount_eur": 5, "up_to_eur": 6, "precision": "at_least"}, "nur einen Betrag"),
        (COSTS, {"from_year": 2030, "to_year": 2029}, "vor dem ersten"),
        (COSTS, {"price_year": 25}, "zwischen 1900"),
        (COSTS, {"standing": "fact"}, "Quelle"),
        (FUNDING, {"source": " "}, "darf nicht leer sein"),
        (FUNDING, {"source": "Land", "share_percent": 101}, "100 Prozent"),
        (FUNDING, {"source": "Land", "granted_from": "bald"}, "etwa 2024-12-31"),
        (FUNDING, {"source": "Land", "granted_from": "2027-05", "granted_until": "2026"}, "vor ihrem Beginn"),
        (EFFECTS, {"direction": "supports"}, "wie stark"),
    ],
)
def test_what_no_line_can_be(concept, rows, values, told):
    if rows is EFFECTS:
        values = {**values, "goal": make_item("goal").goal}
    with pytest.raises(ValidationError) as refused:
        add_row(rows, make_item("measure"), values, actor=PROGRAM)
    assert told in " ".join(refused.value.messages)


def test_there_is_exactly_one_unit_in_charge(concept):
    first, second = make_unit("tiefbau"), make_unit("gruen")
    item = make_item("measure", responsible=first)
    with pytest.raises(ValidationError, match="schon für die Maßnahme zuständig"):
        add_row(TAKING_PART, item, {"unit": first}, actor=PROGRAM)
    add_row(TAKING_PART, item, {"unit": second}, actor=PROGRAM)
    with pytest.raises(ValidationError, match="wirkt schon mit"):
        add_row(TAKING_PART, item, {"unit": second}, actor=PROGRAM)
    with pytest.raises(ValidationError, match="genau eine"):
        update_item(item, expected_version=item.version, values={"responsible": second}, actor=PROGRAM)


def test_the_unit_in_charge_enters_costs_and_others_do_not(concept):
    unit = make_unit("tiefbau")
    item = make_item("measure", responsible=unit, visibility="internal")
    add_row(COSTS, item, {"amount_eur": 5}, actor=make_actor("department", unit=unit))
    for actor in (make_actor("department", unit=make_unit("kita")), make_actor("moderator")):
        with pytest.raises(PermissionDenied):
            add_row(COSTS, item, {"amount_eur": 5}, actor=actor)


def test_of_a_public_measure_it_waits_for_its_release(concept, as_role):
    item = make_item("measure")
    page = as_role("planner").post(
        reverse("row-create", args=[item.pk, "kosten"]),
        {"amount_eur": "5", "precision": "about", "rhythm": "once", "standing": "working"},
    )
    proposal = Proposal.objects.get()
    assert page.url == proposal.url
    assert not CostLine.objects.exists()
    release(proposal, expected_version=proposal.version, actor=make_actor("project-lead"))
    assert CostLine.objects.get().amount_eur == 5
    item.refresh_from_db()
    assert item.version == 2, "what is adopted of a measure has a new version"


@pytest.fixture
def three(concept):
    """Three measures: one with costs in two fields, one with an internal line and funding, one without."""
    first = make_item("measure", title="Park", fields=concept.fields.all(), start_year=2026, end_year=2027)
    second = make_item("measure", title="Bad", responsible=make_unit("sport"))
    make_item("measure", title="Rad")
    add_row(COSTS, first, {"amount_eur": 1000, "precision": "exact", "price_year": 2025}, actor=PROGRAM)
    add_row(COSTS, second, {"amount_eur": 70_000, "is_internal": True, "precision": "exact"}, actor=PROGRAM)
    add_row(COSTS, second, {}, actor=PROGRAM)
    add_row(FUNDING, second, {"source": "Land", "amount_eur": 300, "state": "granted"}, actor=PROGRAM)
    add_row(FUNDING, second, {"source": "Geheimfonds", "amount_eur": 9, "is_internal": True}, actor=PROGRAM)
    make_item("measure", title="Verborgen", visibility="internal")
    return first, second


def test_public_sums_know_no_internal_line(client, as_role, three):
    page = words(client.get(reverse("money")))
    assert "1 von 3 Maßnahmen nennt Kosten" in page
    assert "Bei einer Kostenzeile ist der Betrag noch offen." in page
    assert "1.000 Euro" in page
    inside = words(as_role("planner").get(reverse("money")))
    assert "2 von 4 Maßnahmen nennen Kosten" in inside
    assert "71.000 Euro" in inside
    for address in ("money", "money-table", "money-workbook", "item"):
        answer = client.get(
            reverse(address, args=[three[1].pk] if address == "item" else []), {"nach": "geldgeber"}
        )
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200
        assert b"70.000" not in content
        assert b"Geheimfonds" not in content


def test_a_sum_names_examples_only_where_they_are_in_it(client, three):
    example = make_item("measure", title="Beispiel", standing="example")
    assert "mit Beispielen" not in words(client.get(reverse("money")))
    add_row(COSTS, example, {"amount_eur": 5, "standing": "example"}, actor=PROGRAM)
    assert "mit Beispielen" in words(client.get(reverse("money")))


def test_a_measure_in_several_fields_counts_in_each_and_that_is_said(client, three):
    page = client.get(reverse("money"), {"nach": "feld"})
    rows = {row[0]: row[3]["text"] for row in page.context["table"]["rows"]}
    assert rows == {
        "Wohnen": "1.000 Euro",
        "Klima": "1.000 Euro",
        "ohne Handlungsfeld": "–",
        "Zusammen": "1.000 Euro",
    }
    assert "zählt in jedem" in words(page)
    chosen = client.get(reverse("money"), {"zustaendig": "sport", "nach": "geldgeber"})
    assert [row[0] for row in chosen.context["table"]["rows"]] == ["Land"]
    for query in ({"nach": "wetter"}, {"feld": "x"}, {"zustaendig": "x"}):
        assert client.get(reverse("money"), query).status_code == 404


def test_sums_cost_the_same_for_many(client, three, django_assert_max_num_queries):
    for _number in range(20):
        add_row(COSTS, make_item("measure"), {"amount_eur": 5}, actor=PROGRAM)
    for view in ("jahr", "feld", "stelle", "geldgeber"):
        with django_assert_max_num_queries(14):
            client.get(reverse("money"), {"nach": view})


def test_the_csv_has_numbers(client, three):
    text = client.get(reverse("money-table"), {"nach": "jahr"}).content.decode("utf-8-sig")
    assert text.splitlines()[1] == "2026–2027;1000;1000;;;1000;1000;1;1;2025"


def test_search_finds_what_the_fact_sheet_says(concept):
    item = make_item("measure", planning_law="Bebauungsplan Kammgarn", entry_state="im Verzug seit Ostern")
    for word in ("Kammgarn", "Ostern"):
        assert [found.pk for found in search_items(word, PROGRAM)] == [item.pk]
