"""Which words somebody may have meant, and which have the same stem."""

from random import Random

import pytest

from insek.thread import vocabulary
from insek.thread.models import Word
from insek.thread.postings import number_of
from insek.thread.vocabulary import _without_umlauts, differently_linked, distance, kin, nearly


@pytest.fixture
def words(db):
    chance = Random(7)
    parts = [
        "rad",
        "weg",
        "wald",
        "bahn",
        "hof",
        "haupt",
        "strasse",
        "wohn",
        "raum",
        "stadt",
        "park",
        "platz",
        "baum",
    ]
    made = {"".join(chance.sample(parts, chance.choice((1, 2, 3)))) for _ in range(400)}
    made |= {
        "asternweg",
        "gruenes",
        "moelschbach",
        "beleuchtung",
        "beleuchtet",
        "behinderte",
        "behinderung",
        "insekt",
        "insekten",
        "insek",
        "b270",
    }
    Word.objects.bulk_create(Word(id=number_of(term), term=term) for term in sorted(made))
    return made


def test_by_counted_letters_the_same_words_are_near_as_by_comparing_all(words):
    chance, known = Random(11), vocabulary.vocabulary()
    for word in chance.sample(sorted(word for word in words if len(word) > 3), 80):
        place = chance.randrange(len(word) - 1)
        typed = chance.choice(
            [
                word[:place] + word[place + 1 :],
                word[:place] + word[place + 1] + word[place] + word[place + 2 :],
                word[:place] + chance.choice("aeiou") + word[place:],
            ]
        )
        most = 2 if len(typed) >= vocabulary.LONG else 1
        all_near = {
            (distance(_without_umlauts(typed), _without_umlauts(other), most), other)
            for other in words
            if other != typed and other.isalpha()
        }
        wanted = (
            {(errors, other) for errors, other in all_near if errors <= most} if len(typed) > 3 else set()
        )
        assert set(nearly(typed, known)) == wanted, typed


def test_what_has_the_same_stem_is_kin_and_what_only_begins_so_is_not(words):
    known = vocabulary.vocabulary()
    assert kin("beleuchtung", known) == ["beleuchtet"]
    assert kin("behinderte", known) == ["behinderung"]
    assert kin("insekten", known) == ["insekt"]


def test_an_umlaut_is_one_letter_to_leave_out_to_swap_or_to_mistake(words):
    known = vocabulary.vocabulary()
    for typed, meant in (
        ("grnes", "gruenes"),
        ("guernes", "gruenes"),
        ("grhnes", "gruenes"),
        ("malschbah", "moelschbach"),
    ):
        assert meant in [word for _errors, word in nearly(typed, known)], typed


def test_a_compound_is_found_however_its_parts_are_linked(words):
    known = vocabulary.vocabulary()
    assert differently_linked("asterweg", known) == ["asternweg"]
    assert differently_linked("asternsweg", known) == ["asternweg"]
    assert differently_linked("asternwegn", known) == []
