"""Own fields: what is kept, checked, found again after a change of the type, and who may do what."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import override

from insek.concept.models import Concept
from insek.people.actors import PROGRAM, Actor
from insek.people.locking import Conflict
from insek.thread import own_acts, own_fields, services
from insek.thread.models import Change, FieldDefinition, Item
from insek.thread.own_models import OwnValue
from insek.thread.own_values import OwnWords, cells_of, checked, of_cells
from insek.thread.search import search_items
from tests.factories import make_actor, make_concept, make_item, make_unit

OPTIONS = "eigen|Eigenmittel|Own funds\nland|Land|State\n-bund|Bund"
COLUMNS = "gewerk|Gewerk|Trade\nsumme|Summe"


def make_field(
    concept: Concept, type_: str, name: str = "", *, kind: str = "measure", **values: Any
) -> FieldDefinition:
    """An own field, public unless said otherwise."""
    options = {"choice": OPTIONS, "several": OPTIONS, "table": COLUMNS}.get(type_, "")
    given = {
        "type": type_,
        "name": name or f"Feld {type_}",
        "audience": "public",
        "options": options,
        **values,
    }
    return own_acts.define_field(concept=concept, kind=kind, values=given, actor=PROGRAM)


def fill(item: Item, field: FieldDefinition, value: Any, actor: Actor = PROGRAM) -> Item:
    """Enter something."""
    fresh = Item.objects.get(pk=item.pk)
    return services.update_item(
        fresh, expected_version=fresh.version, values={field.full_name: value}, actor=actor
    )


VALUES = [
    ("short", " Pfalz  Ring ", "Pfalz Ring", "Pfalz Ring"),
    ("long", "eins\nzwei", "eins\nzwei", "eins\nzwei"),
    ("number", "1.234,5", 1234.5, "1.234,5 ha"),
    ("number", Decimal("12.0"), 12, "12 ha"),
    ("money", "80.000 €", 80_000, "80.000 €"),
    ("money", Decimal("12.5"), 12.5, "12,50 €"),
    ("year", "2031", 2031, "2031"),
    ("date", "3.5.2027", "2027-05-03", "3. Mai 2027"),
    ("choice", "land", "land", "Land"),
    ("choice", "State", "land", "Land"),
    ("several", ["land", "eigen"], ["eigen", "land"], "Eigenmittel; Land"),
    ("several", "Land; Bund", ["land", "bund"], "Land; Bund"),
    ("yes_no", "ja", True, "ja"),
    ("yes_no", False, False, "nein"),
    ("link", "https://example.org/a", "https://example.org/a", "https://example.org/a"),
    ("unit", "tiefbau", "tiefbau", "Tiefbau"),
    ("unit", "Tiefbau", "tiefbau", "Tiefbau"),
    (
        "table",
        "Rohbau | 12\nDach",
        [{"gewerk": "Rohbau", "summe": "12"}, {"gewerk": "Dach"}],
        "Rohbau | 12\nDach",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("type_", "entered", "kept", "words"), VALUES)
def test_a_value_is_kept_said_and_comes_out_of_a_package_as_it_was(
    type_: str, entered: Any, kept: Any, words: str
) -> None:
    make_unit("tiefbau", name="Tiefbau")
    field = make_field(make_concept(), type_, unit="ha")
    assert checked(field, entered) == kept
    assert OwnWords().words(field, kept) == words
    assert of_cells(field, cells_of(field, kept)) == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("type_", "entered"),
    [("number", "viel"), ("number", Decimal("0.1234567")), ("number", "1" * 20), ("money", "1,234"), ("year", "999"),
     ("date", "31.2.2027"), ("choice", "EU"), ("several", "Land; EU"), ("yes_no", "vielleicht"), ("link", "javascript:alert(1)"),
     ("unit", "Amt für Zauberei"), ("table", "a|b|c"), ("short", "x" * 501)],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_a_reason(type_: str, entered: Any) -> None:
    field = make_field(make_concept(), type_)
    with pytest.raises(ValidationError) as refused:
        checked(field, entered)
    assert refused.value.messages[0]


@pytest.mark.django_db
def test_an_item_keeps_values_with_history_and_the_rows_lists_ask(django_assert_num_queries: Any) -> None:
    concept = make_concept()
    field = make_field(concept, "number", "Fläche", unit="ha")
    item = fill(make_item("measure", concept=concept), field, "2,5")
    assert Item.objects.get(pk=item.pk).own == {field.key: 2.5}
    assert OwnValue.objects.get().number == Decimal("2.5")
    assert Change.objects.filter(item_id=item.pk).first().differences == {"own.flaeche": [None, 2.5]}  # type: ignore[union-attr]
    fill(item, field, "")
    assert Item.objects.get(pk=item.pk).own == {}
    assert not OwnValue.objects.exists()


@pytest.mark.django_db
def test_a_new_item_may_bring_values(concept: Concept | None = None) -> None:
    concept = make_concept()
    field = make_field(concept, "several")
    item = make_item("measure", concept=concept, **{field.full_name: ["land", "eigen"]})
    assert item.own == {field.key: ["eigen", "land"]}
    assert sorted(OwnValue.objects.values_list("text", flat=True)) == ["eigen", "land"]
    with pytest.raises(ValidationError) as refused:
        make_item("measure", concept=concept, **{field.full_name: "EU"})
    assert list(refused.value.message_dict) == [field.full_name]
    with pytest.raises(ValueError, match="no own field"):
        make_item("goal", concept=concept, **{field.full_name: ["land"]})


@pytest.mark.django_db
def test_an_obligatory_field_is_not_emptied_any_more() -> None:
    concept = make_concept()
    field = make_field(concept, "short", is_required=True)
    item = fill(make_item("measure", concept=concept), field, "da")
    with pytest.raises(ValidationError):
        fill(item, field, "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("editors", "unit", "clerk_of_unit", "lead"),
    [("all", True, True, True), ("unit", True, True, True), ("lead", False, False, True)],
)
def test_who_fills_a_field_in(editors: str, unit: bool, clerk_of_unit: bool, lead: bool) -> None:
    concept, in_charge = make_concept(), make_unit("tiefbau")
    field = make_field(concept, "short", editors=editors, audience="staff")
    item = make_item("measure", concept=concept, responsible=in_charge, visibility="internal")
    actors = {
        "unit": (make_actor("department", unit=in_charge), unit),
        "planner": (make_actor("planner"), editors == "all"),
        "lead": (make_actor("project-lead"), lead),
    }
    for actor, allowed in actors.values():
        if allowed:
            fill(item, field, str(actor.user_id), actor)
        else:
            with pytest.raises(PermissionDenied):
                fill(item, field, "nein", actor)


@pytest.mark.django_db
def test_a_changed_type_keeps_the_words_and_brings_them_back(django_capture_on_commit_callbacks: Any) -> None:
    concept = make_concept()
    field = make_field(concept, "short", "Kosten")
    items = [fill(make_item("measure", concept=concept), field, text) for text in ("1.200,50 €", "offen")]
    as_money = FieldDefinition.objects.get()
    as_money.type = "money"
    foreseen = own_acts.foresee(field, as_money)
    assert (foreseen.entered, foreseen.unreadable, foreseen.examples) == (2, 1, ["offen"])
    with django_capture_on_commit_callbacks(execute=True):
        own_acts.change_field(field, values={"type": "money"}, expected_version=field.version, actor=PROGRAM)
    changed = FieldDefinition.objects.get()
    own = [Item.objects.get(pk=item.pk).own[field.key] for item in items]
    assert own == ["1.200,50 €", "offen"]
    assert [OwnWords().words(changed, value) for value in own] == ["1.200,50 €", "offen"]
    assert sorted(OwnValue.objects.values_list("number", flat=True), key=str) == [Decimal("1200.5"), None]
    with django_capture_on_commit_callbacks(execute=True):
        own_acts.change_field(
            changed, values={"type": "short"}, expected_version=changed.version, actor=PROGRAM
        )
    assert set(OwnValue.objects.values_list("value", flat=True)) == {"1.200,50 €", "offen"}


@pytest.mark.django_db
def test_a_retired_field_keeps_what_was_entered_and_comes_back() -> None:
    concept = make_concept()
    field = make_field(concept, "short", "Bauabschnitt")
    item = fill(make_item("measure", concept=concept), field, "Nord")
    own_acts.retire_field(field, expected_version=field.version, actor=PROGRAM)
    concept.refresh_from_db()
    assert own_fields.fields_of_kind(concept, "measure") == []
    assert own_fields.retired_of(concept, "measure") == [field]
    assert Item.objects.get(pk=item.pk).own == {field.key: "Nord"}
    again = make_field(concept, "number", "Bauabschnitt")
    assert again.key == "bauabschnitt-2"
    field = FieldDefinition.objects.get(pk=field.pk)
    with pytest.raises(ValidationError):
        own_acts.take_up_field(field, expected_version=field.version, actor=PROGRAM)
    own_acts.delete_field(again, expected_version=again.version, actor=PROGRAM)
    own_acts.take_up_field(field, expected_version=field.version, actor=PROGRAM)
    concept.refresh_from_db()
    assert own_fields.fields_of_kind(concept, "measure") == [field]
    with pytest.raises(ValidationError):
        own_acts.delete_field(field, expected_version=field.version, actor=PROGRAM)


@pytest.mark.django_db
def test_only_the_lead_defines_and_of_two_the_second_is_told() -> None:
    concept = make_concept()
    with pytest.raises(PermissionDenied):
        own_acts.define_field(
            concept=concept,
            kind="measure",
            values={"type": "short", "name": "x"},
            actor=make_actor("planner"),
        )
    first, second = make_field(concept, "short", "Eins"), make_field(concept, "short", "Zwei")
    own_acts.move_field(second, place=1, expected_version=second.version, actor=PROGRAM)
    assert [field.name for field in FieldDefinition.objects.all()] == ["Zwei", "Eins"]
    with pytest.raises(Conflict):
        own_acts.change_field(first, values={"name": "Drei"}, expected_version=first.version, actor=PROGRAM)
    with pytest.raises(ValidationError):
        make_field(concept, "short", "Zwei")
    with pytest.raises(ValidationError):
        make_field(concept, "choice", "Leer", options="-alt|Alt")


@pytest.mark.django_db
def test_definitions_cost_no_query_where_there_are_none_or_they_are_known(
    django_assert_num_queries: Any,
) -> None:
    concept = make_concept()
    with django_assert_num_queries(0):
        assert own_fields.fields_of_kind(concept, "measure") == []
    field = make_field(concept, "short")
    concept.refresh_from_db()
    own_fields.all_fields(concept)
    with django_assert_num_queries(0):
        assert own_fields.fields_of_kind(concept, "measure") == [field]
    stale = Concept.objects.get(pk=concept.pk)
    make_field(concept, "short", "Noch eins")
    stale.title = "Anders"
    stale.save()
    assert len(own_fields.all_fields(Concept.objects.get(pk=concept.pk))) == 2


@pytest.mark.django_db
def test_search_finds_what_all_may_read_and_nothing_of_the_administration() -> None:
    concept = make_concept()
    open_, closed = (
        make_field(concept, "short", "Offen"),
        make_field(concept, "short", "Zu", audience="staff"),
    )
    item = make_item(
        "measure",
        concept=concept,
        **{open_.full_name: "Regenrückhaltebecken", closed.full_name: "Zwangsversteigerung"},
    )
    found = [
        search_items(word, PROGRAM, Item.objects.all())
        for word in ("Regenrückhaltebecken", "Zwangsversteigerung")
    ]
    assert [[each.pk for each in hits] for hits in found] == [[item.pk], []]


@pytest.mark.django_db
def test_words_are_in_the_language_of_the_page() -> None:
    field = make_field(make_concept(), "several", name_en="Funding")
    with override("en"):
        assert (str(field), OwnWords().words(field, ["eigen", "land"])) == ("Funding", "Own funds; State")
