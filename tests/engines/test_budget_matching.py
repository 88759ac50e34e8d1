"""Lines of a budget and measures that may belong together: by number, by name, by place."""

import pytest

from insek.engines.budget.matching import (
    FOR_EACH,
    LEAST,
    LineWords,
    Matcher,
    MeasureWords,
    plain_number,
    terms_of,
)

MEASURES = [
    MeasureWords("m1", "Mobilitätsstationen an den Haltepunkten", products=("5.4.1", "I541-0007"), places=frozenset({"Innenstadt"})),
    MeasureWords("m2", "Grünzug an der Lauter", also="Pflege der Ufer", places=frozenset({"Lautertal"})),
    MeasureWords("m3", "Hitzeaktionsplan"),
    MeasureWords("m4", "Sanierung der Sporthalle am Kniebrech"),
    MeasureWords("m5", "Neubau der Kindertagesstätte Bännjerrück", places=frozenset({"Bännjerrück"})),
]  # fmt: skip
LINES = [
    LineWords("1", "Errichtung Mobilitätsstationen", product="5.4.1", investment="I541-0007"),
    LineWords("2", "Straßenbeleuchtung", product="5.4.1"),
    LineWords("3", "Uferpflege im Grünzug Lauter", product="5.5.1", places=frozenset({"Lautertal"})),
    LineWords("4", "Feuerwehrfahrzeug HLF 20", product="1.2.6"),
    LineWords("5", "Sporthalle Kniebrech, energetische Sanierung", product="4.2.4"),
    LineWords("6", "Kindertagesstätte Bännjerrück, Spielgeräte", product="3.6.5", places=frozenset({"Bännjerrück"})),
    LineWords("7", "Gehweg", product="5.4.1", places=frozenset({"Bännjerrück"})),
]  # fmt: skip


@pytest.fixture(scope="module")
def matcher():
    return Matcher(MEASURES, LINES)


def best(matcher, line, **more):
    found = matcher.matches(line, **more)
    return (found[0].measure, found[0]) if found else ("", None)


def test_number_and_name_together_are_surest(matcher):
    measure, match = best(matcher, LINES[0])
    assert measure == "m1" and match.confidence > 0.95 and match.number == "I541-0007"
    assert "mobilitaetsstation" in " ".join(match.words)


def test_a_product_alone_is_weaker_than_an_investment_and_weaker_the_more_lines_stand_under_it(matcher):
    under = [each.confidence for each in matcher.matches(LINES[1]) if each.measure == "m1"]
    assert all(confidence < 0.6 for confidence in under)
    alone = Matcher(MEASURES, LINES[1:2]).matches(LINES[1])[0]
    crowded = Matcher(
        MEASURES, [LINES[1], *(LineWords(str(n), "Unterhaltung", product="5.4.1") for n in range(20, 40))]
    )
    assert alone.measure == "m1" and alone.confidence > 0.6
    assert crowded.matches(LINES[1]) == [], "one product of twenty lines says nothing"


def test_names_are_compared_by_their_parts_and_forms(matcher):
    assert best(matcher, LINES[2])[0] == "m2"
    assert best(matcher, LINES[4])[0] == "m4"
    assert best(matcher, LINES[3])[0] == "", "nothing is like it"


def test_a_place_makes_surer_and_proposes_nothing_alone(matcher):
    with_place = best(matcher, LINES[5])[1]
    without = Matcher(MEASURES, LINES).matches(LineWords("6", LINES[5].title, product="3.6.5"))[0]
    assert with_place.measure == "m5" and with_place.confidence > without.confidence
    assert with_place.places == ("Bännjerrück",) and without.places == ()
    assert "m5" not in {each.measure for each in matcher.matches(LINES[6])}


def test_what_was_refused_is_not_proposed(matcher):
    assert "m1" not in {each.measure for each in matcher.matches(LINES[0], refused={"m1"})}


def test_no_more_than_a_few_and_none_that_is_unsure():
    many = [MeasureWords(f"m{n}", f"Radweg Lautertal Abschnitt {n}") for n in range(9)]
    found = Matcher(many, [LineWords("1", "Radweg Lautertal")]).matches(LineWords("1", "Radweg Lautertal"))
    assert len(found) <= FOR_EACH
    assert all(LEAST <= each.confidence <= 0.99 for each in found)
    assert [each.measure for each in found] == sorted(each.measure for each in found), "the same every time"


@pytest.mark.parametrize(
    ("one", "other"), [("5.4.1", "05-04-01"), ("I 541/7", "i541.7"), ("5.4.1", "5.4.1 ")]
)
def test_numbers_are_compared_without_their_signs(one, other):
    assert plain_number(one).replace(".", "") == plain_number(other).replace(".", "")


def test_words_that_name_no_thing_are_none():
    assert terms_of("Neubau und Sanierung der Maßnahme") == frozenset()
    assert plain_number("5.4.1") != plain_number("5.41")
    assert Matcher([], []).matches(LINES[0]) == []
