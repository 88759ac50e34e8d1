"""What the database refuses of a concept and its parts, and what an edition says of itself."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override as language

from insek.concept.models import Edition, Field, LevelName, Milestone, Theme
from tests.factories import make_concept, make_edition

DAY, BEFORE = date(2026, 6, 1), date(2026, 5, 31)


def milestone(concept, **values):
    defaults = {"key": "auftakt", "date": DAY, "title": "Auftakt", "kind": "event"}
    return Milestone.objects.create(concept=concept, **{**defaults, **values})


def refused(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({"status": "draft"}, True),
        ({"status": "draft", "date": DAY}, False),
        ({"status": "draft", "filed_on": DAY}, False),
        ({"status": "filed", "filed_on": DAY}, True),
        ({"status": "filed"}, False),
        ({"status": "filed", "filed_on": DAY, "date": DAY}, False),
        ({"status": "withdrawn", "filed_on": DAY}, True),
        ({"status": "withdrawn"}, False),
        ({"status": "adopted", "date": DAY}, True),
        ({"status": "adopted"}, False),
        ({"status": "adopted", "filed_on": DAY, "date": DAY}, True),
        ({"status": "adopted", "filed_on": DAY, "date": BEFORE}, False),
        ({"status": "superseded", "date": DAY}, True),
        ({"status": "superseded"}, False),
    ],
)
def test_the_days_of_an_edition_fit_its_status(concept, values, fits):
    if fits:
        make_edition(concept, **values)
    else:
        refused(lambda: make_edition(concept, **values))


@pytest.mark.parametrize(
    ("values", "adopted", "late"),
    [
        ({"status": "draft"}, False, False),
        ({"status": "filed", "filed_on": DAY}, False, False),
        ({"status": "adopted", "filed_on": BEFORE, "date": DAY}, True, False),
        ({"status": "adopted", "date": DAY}, True, True),
        ({"status": "superseded", "date": DAY}, True, True),
    ],
)
def test_an_edition_says_whether_it_was_adopted_and_whether_it_was_entered_late(values, adopted, late):
    edition = Edition(**values)
    assert (edition.is_adopted, edition.is_late_entry, edition.is_example) == (adopted, late, False)
    assert Edition(standing="example").is_example


@pytest.mark.parametrize(
    ("years", "fits"),
    [
        ((2025, 2040), True),
        ((2025, 2025), True),
        ((None, 2040), True),
        ((2025, None), True),
        ((2025, 2024), False),
    ],
)
def test_the_horizon_does_not_end_before_it_begins(db, years, fits):
    values = {"horizon_from": years[0], "horizon_to": years[1]}
    if fits:
        make_concept(**values)
    else:
        refused(lambda: make_concept(**values))


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({"date_end": DAY}, True),
        ({"date_end": BEFORE}, False),
        ({"standing": "fact"}, False),
        ({"standing": "fact", "source_url": "https://www.kaiserslautern.de/"}, True),
    ],
)
def test_a_milestone_ends_after_it_begins_and_a_fact_has_a_source(concept, values, fits):
    if fits:
        milestone(concept, **values)
    else:
        refused(lambda: milestone(concept, **values))


@pytest.mark.parametrize(
    "make",
    [
        lambda concept: Field.objects.create(concept=concept, key="neu", name="Neu"),
        lambda concept: Theme.objects.create(concept=concept, key="neu", name="Neu"),
        lambda concept: LevelName.objects.create(concept=concept, level="neu"),
        lambda concept: make_edition(concept, key="neu"),
        lambda concept: milestone(concept, key="neu"),
    ],
)
def test_a_key_stands_once_in_a_concept_and_again_in_another(concept, make):
    make(concept)
    make(make_concept())
    refused(lambda: make(concept))


@pytest.mark.parametrize(
    ("colour", "fits"), [("#2f6b4f", True), ("2f6b4f", False), ("#2F6B4F", False), ("#2f6b4f0", False)]
)
def test_a_colour_has_six_signs(concept, colour, fits):
    field = Field(concept=concept, key="neu", name="Neu", colour=colour)
    if fits:
        field.full_clean()
    else:
        with pytest.raises(ValidationError):
            field.full_clean()


def test_fields_and_themes_stand_in_the_order_they_were_given(concept):
    concept.fields.update(position=5)
    for key, position in (("z", 1), ("b", 9), ("a", 9)):
        Field.objects.create(concept=concept, key=key, name=key, position=position)
        Theme.objects.create(concept=concept, key=key, name=key, position=position)
    assert [field.key for field in concept.fields.all()] == ["z", "klima", "wohnen", "a", "b"]
    assert [theme.key for theme in concept.themes.all()] == ["z", "a", "b"]


def test_each_part_is_called_in_the_language_of_the_page(concept):
    concept.title_en, concept.city_en = "IUDC", "Sample City"
    field = Field(name="Wohnen", name_en="Housing", aim="Ziel", aim_en="")
    step = Milestone(key="auftakt", title="Auftakt", title_en="Start", text="Wort", text_en="Word")
    assert [str(concept), concept.city_name, str(field), str(step), step.description, step.anchor] == [
        "INSEK Musterstadt", "Musterstadt", "Wohnen", "Auftakt", "Wort", "schritt-auftakt",
    ]  # fmt: skip
    with language("en"):
        assert [str(concept), concept.city_name, str(field), field.aim_text, str(step), step.description] == [
            "IUDC", "Sample City", "Housing", "Ziel", "Start", "Word",
        ]  # fmt: skip
