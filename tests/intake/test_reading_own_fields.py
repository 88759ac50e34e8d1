"""Reading in and own fields: a column fills a field, and a column without one becomes one."""

from __future__ import annotations

from typing import Any

import pytest

from insek.concept.models import Concept
from insek.people.models import User
from insek.thread.models import FieldDefinition, Item
from tests.factories import make_unit, make_user
from tests.intake.reading import begin, go_on, workbook, write
from tests.items.test_saved_views import client_of
from tests.reading import words
from tests.thread.test_own_fields import make_field

TABLE = [
    ["Titel", "Fläche", "Förderkulisse", "Bewilligt", "Anlaufstelle", "Aktenzeichen"],
    ["Park", "1.234,5 ha", "Land", "03.05.2027", "Tiefbau", "A 17"],
    ["Platz", "unklar", "Eigenmittel; Land", "offen", "", "A 18"],
]


@pytest.fixture
def lead(db: None) -> User:
    return make_user("project-lead")


def test_columns_fill_own_fields_and_what_does_not_fit_stays_in_the_text(
    concept: Concept, lead: User
) -> None:
    make_unit("tiefbau", name="Tiefbau")
    make_field(concept, "number", "Fläche", unit="ha")
    make_field(concept, "several", "Förderkulisse")
    make_field(concept, "date", "Bewilligt")
    make_field(concept, "unit", "Anlaufstelle")
    client = client_of(lead)
    batch = begin(client, "items.measure", workbook(*TABLE))
    page = go_on(client, batch, {"Titel": "title", "Aktenzeichen": "own+short"}, {})
    assert "2 Neu" in words(page)
    write(client, batch)
    park, platz = (Item.objects.get(title=title) for title in ("Park", "Platz"))
    assert park.own == {
        "flaeche": 1234.5, "foerderkulisse": ["land"], "bewilligt": "2027-05-03", "anlaufstelle": "tiefbau", "aktenzeichen": "A 17",
    }  # fmt: skip
    assert platz.own == {"foerderkulisse": ["eigen", "land"], "aktenzeichen": "A 18"}
    assert "**Fläche:** unklar" in platz.text and "**Bewilligt:** offen" in platz.text
    made = FieldDefinition.objects.get(key="aktenzeichen")
    assert (made.type, made.audience) == ("short", "staff")


def test_a_column_becomes_a_choice_of_its_words_for_the_lead_alone(concept: Concept, lead: User) -> None:
    def said(client: Any, type_: str) -> Any:
        batch = begin(client, "items.measure", workbook(*TABLE))
        return batch, go_on(client, batch, {"Titel": "title", "Förderkulisse": type_}, {})

    batch, _page = said(client_of(lead), "own+several")
    write(client_of(lead), batch)
    field = FieldDefinition.objects.get()
    assert [str(option) for option in field.choices] == ["Land", "Eigenmittel"]
    assert Item.objects.get(title="Platz").own == {field.key: ["land", "eigenmittel"]}
    Item.objects.all().delete()
    with pytest.raises(AssertionError, match="heißt hier schon eine andere Angabe"):
        said(client_of(lead), "own+short")
    with pytest.raises(AssertionError, match="legt die Projektleitung an"):
        said(client_of(make_user("planner")), "own+short")
    assert FieldDefinition.objects.count() == 1
