"""Who asks: which concept, what is read for one question, and what the city calls its levels."""

import pytest
from django.utils.translation import override as language

from insek.concept import levels
from insek.concept.asker import Asker
from insek.concept.levels import level_name
from insek.concept.models import LevelName
from insek.concept.queries import current_concept, names_of_cities
from insek.people.actors import ANONYMOUS
from insek.thread.kinds import kind_names
from tests.factories import make_concept


def test_the_installation_serves_its_first_concept(db):
    assert current_concept() is None
    assert Asker(ANONYMOUS).fields == []
    first = make_concept()
    make_concept()
    assert current_concept() == Asker(ANONYMOUS).concept == first


def test_a_concept_that_is_given_is_not_looked_up(concept, django_assert_num_queries):
    other = make_concept()
    with django_assert_num_queries(0):
        assert Asker(ANONYMOUS, concept=other).concept == other
    assert {field.concept_id for field in Asker(ANONYMOUS, concept=other).fields} == {other.pk}


def test_what_is_read_for_a_question_is_read_once(concept, django_assert_num_queries):
    asker = Asker(ANONYMOUS)
    with django_assert_num_queries(2):
        for _time in range(2):
            assert [field.key for field in asker.fields] == ["wohnen", "klima"]
    made = []
    assert [asker.once("eins", lambda: made.append(1) or "gemacht") for _time in range(2)] == ["gemacht"] * 2
    assert made == [1]


def test_the_same_question_with_other_words(concept):
    asker = Asker(ANONYMOUS, language="en", asked={"q": "Wald"}, path="/suche/")
    asker.once("eins", lambda: 1)
    other = asker.about({"q": "Wiese"})
    assert (other.actor, other.language, other.path, other.asked) == (
        ANONYMOUS,
        "en",
        "/suche/",
        {"q": "Wiese"},
    )
    assert other.concept == asker.concept
    assert other.once("eins", lambda: 2) == 2, "what was read for the other question is not shared"
    assert Asker(ANONYMOUS).asked == {}


@pytest.fixture
def named(concept):
    return LevelName.objects.create(
        concept=concept, level="goal", singular="Entwicklungsziel", plural="Entwicklungsziele", singular_en="aim", plural_en="",
    )  # fmt: skip


def test_a_city_names_its_levels_in_both_languages(concept, named):
    assert level_name(concept.pk, "goal") == "Entwicklungsziel"
    assert level_name(concept.pk, "goal", plural=True) == "Entwicklungsziele"
    assert level_name(concept.pk, "measure", default="Maßnahme") == "Maßnahme"
    assert level_name(make_concept().pk, "goal", default="Ziel") == "Ziel", "another city calls it otherwise"
    with language("en"):
        assert level_name(concept.pk, "goal") == "aim"
        assert level_name(concept.pk, "goal", plural=True) == "Entwicklungsziele", "no English, then German"


def test_names_of_levels_are_read_once_and_anew_for_the_next_request(
    concept, named, django_assert_num_queries
):
    with django_assert_num_queries(1):
        assert [level_name(concept.pk, "goal") for _time in range(3)] == ["Entwicklungsziel"] * 3
    LevelName.objects.update(singular="Oberziel")
    assert level_name(concept.pk, "goal") == "Entwicklungsziel"
    levels.forget()
    assert level_name(concept.pk, "goal") == "Oberziel"


def test_kinds_are_called_as_the_city_calls_them(concept, named):
    names = kind_names(Asker(ANONYMOUS))
    assert (names("goal"), names("goal", plural=True), names("measure")) == (
        "Entwicklungsziel", "Entwicklungsziele", "Maßnahme",
    )  # fmt: skip


def test_without_a_concept_kinds_have_their_own_names(db):
    assert kind_names(Asker(ANONYMOUS))("goal", plural=True) == "Ziele"


def test_no_password_is_the_name_of_the_city(db):
    make_concept(city="Bad Muster", city_en="Muster Spa", title="INSEK Bad Muster")
    assert names_of_cities() == ["Bad Muster", "Muster Spa", "INSEK Bad Muster"]
