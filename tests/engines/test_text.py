"""German analysis: what a query finds, how texts fold and sort, what hostile text does."""

import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insek.engines.text import clean, excerpt, excerpts, fold, index_terms, query_terms, sort_key, terms

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


def shuffled(things: list[str]) -> list[str]:
    return random.Random(3).sample(things, len(things))


def finds(query: str, text: str) -> bool:
    found = set(index_terms(text))
    groups = query_terms(query)
    return bool(groups) and all(group & found for group in groups)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Rad", "Radverkehr"),
        ("Rad", "Ausbau des Radverkehrs"),
        ("Rad", "Räder"),
        ("rad", "Fahrräder"),
        ("räder", "Rad"),
        ("raeder", "Räder"),
        ("verkehr", "Radverkehr"),
        ("Radwege", "Radwegenetz"),
        ("wohnen", "Wohnungen"),
        ("Wohnen", "Wohngebiet"),
        ("Wohnung", "Wohnungsbau"),
        ("Bau", "Wohnungsbau"),
        ("Stadtentwicklung", "Stadtentwicklungskonzepte"),
        ("entwickeln", "Stadtentwicklung"),
        ("fördern", "Förderung"),
        ("gefördert", "fördern"),
        ("Klima", "Klimaanpassung"),
        ("anpassung", "Klimaanpassung"),
        ("Fläche", "Grünflächen"),
        ("gruenflaeche", "Grünfläche"),
        ("GRÜNFLÄCHE", "grünfläche"),
        ("Kinder", "Kindertagesstätte"),
        ("Kindertagesstätten", "Kindertagesstätte"),
        ("Bezirk", "Ortsbezirke"),
        ("Ortsbezirk", "in den Ortsbezirken"),
        ("Grundschule", "Grundschulplätze"),
        ("Haus", "Mehrfamilienhäuser"),
        ("Familie", "Mehrfamilienhäuser"),
        ("Versorgung", "Nahversorgung"),
        ("Vorsorge", "Starkregenvorsorge"),
        ("Bürger", "Bürgerinnen"),
        ("Bürger:innen", "alle Bürgerinnen und Bürger"),
        ("Bürgerinnen", "alle Bürger*innen"),
        ("Radverkehr", "Rad-Verkehr"),
        ("Rad-Verkehr", "Radverkehr"),
        ("Z 3.2", "Ziel Z 3.2: Wege"),
        ("1000", "1.000 Bäume"),
        ("2024", "am 31.12.2024"),
        ("Straße", "STRASSE"),
        ("der Verkehr in der Stadt", "Stadtverkehr"),
        ("der", "der Weg"),
        ('"Radverkehr"', "Radverkehr"),
    ],
)
def test_a_query_finds(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Radverkehr", "Verkehr"),
        ("Radverkehr", "Autoverkehr"),
        ("Rad Schule", "Radverkehr"),
        ("Haus", "Haushalt"),
        ("Rad", "Kamerad Konrad"),
        ("Burg", "Bürgerinnen"),
        ("Z 3.2", "Z 2.3"),
        ("Z 3.2", "Z 3.20"),
        ('"Räder"', "Rad"),
        ("", "Rad"),
        ("!?", "Rad"),
    ],
)
def test_a_query_does_not_find(query: str, text: str) -> None:
    assert not finds(query, text)


def test_query_groups_are_words_with_their_lemmas() -> None:
    assert query_terms("Räder Wege") == [frozenset({"raeder", "rad"}), frozenset({"wege", "weg"})]
    assert query_terms("rad rad") == [frozenset({"rad"})]
    assert query_terms('"Räder und Wege"') == [frozenset({"raeder"}), frozenset({"und"}), frozenset({"wege"})]


def test_index_terms_of_a_compound() -> None:
    assert index_terms("Radwegenetz") == ("radwegenetz", "rad", "radweg", "weg", "wegenetz", "netz")


def test_sort_key_orders_numbers_by_value_and_umlauts_as_in_an_index() -> None:
    ordered = ["Z 2", "Z 3", "Z 3.1", "Z 3.2", "Z 3.10", "Z 10.1"]
    assert sorted(shuffled(ordered), key=sort_key) == ordered
    words = ["Ärzte", "Bau", "Straße", "Strassen", "Übung", "Zaun", "Київ"]
    assert sorted(shuffled(words), key=sort_key) == words


@given(ANY_TEXT, st.integers(1, 50))
def test_sort_key_is_short_ascii(text: str, length: int) -> None:
    key = sort_key(text, length)
    assert key.isascii() and len(key) <= length and "\0" not in key


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_sort_key_keeps_the_order_of_numbers(one: int, other: int) -> None:
    assert (one < other) == (sort_key(f"M {one}") < sort_key(f"M {other}"))


@given(ANY_TEXT)
def test_folding_is_idempotent_and_storable(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert "\0" not in folded
    folded.encode()
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT)
@settings(max_examples=60, deadline=None)
def test_a_text_is_found_by_each_of_its_words(text: str) -> None:
    found = set(index_terms(text))
    assert all(term.isalnum() and len(term) <= 64 for term in found)
    groups = query_terms(text.replace('"', " "))
    assert all(group & found for group in groups)


@pytest.mark.parametrize(
    "text",
    ["", "\0", "\ud800", "\u202e\u200f", "🙂", "العربية", "a" * 100_000, "Rad\0weg\ud83d\u202edaR", "…"],
)
def test_hostile_text_is_harmless(text: str) -> None:
    for term in index_terms(text):
        term.encode()
    query_terms(text)
    "".join(piece for piece, _ in excerpt(text, query_terms("Rad"))).encode()


def test_soft_hyphens_and_direction_marks_do_not_hide_a_word() -> None:
    assert finds("Radverkehr", "Rad\u00adver\u200bkehr")


def test_a_megabyte_is_analysed() -> None:
    text = "Die Radverkehre der Städte wachsen. " * 30_000
    assert len(text) > 1_000_000
    assert finds("Rad Stadt", text)
    assert len("".join(piece for piece, _ in excerpt(text, query_terms("Rad"), 200))) < 210


def test_a_text_of_endless_new_words_is_analysed_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "MOST_EFFORT", 120)
    assert index_terms("Radverkehr Wohnungen") == (
        "radverkehr",
        "rad",
        "verkehr",
        "wohnungen",
        "wohnung",
    )


def test_excerpt_shows_the_best_place() -> None:
    text = (
        "Lorem ipsum dolor. " * 30
        + "Am Bahnhof stehen viele Räder.\n\nDort fehlt Platz. "
        + "Sit amet. " * 30
    )
    pieces = excerpt(text, query_terms("rad bahnhof"), 60)
    assert [piece for piece, found in pieces if found] == ["Bahnhof", "Räder"]
    assert pieces[0] == ("… " + pieces[0][0].removeprefix("… "), False)
    assert pieces[-1][0].endswith(" …")


def test_excerpt_marks_compounds_and_strong_verbs() -> None:
    assert ("Radverkehr", True) in excerpt("Mehr Radverkehr.", query_terms("Rad"))
    assert excerpt("Es ging gut.", query_terms("gehen")) == [("Es ", False), ("ging", True), (" gut.", False)]


def test_words_unlike_the_query_are_analysed_only_where_no_text_of_a_thing_has_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    analysed: list[str] = []
    known = terms._analysed
    monkeypatch.setattr(terms, "_analysed", lambda word: analysed.append(word) or known(word))
    title, text = excerpts([("Mehr Radwege", 99), ("Es ging gut.", 99)], query_terms("Radweg"))
    assert ("Radwege", True) in title
    assert text == [("Es ging gut.", False)]
    assert set(analysed) == {"Radwege"}
    title, text = excerpts([("Mehr Radwege", 99), ("Es ging gut.", 99)], query_terms("gehen"))
    assert title == [("Mehr Radwege", False)]
    assert ("ging", True) in text


def test_excerpt_without_a_hit_is_the_beginning() -> None:
    assert excerpt("Ein  kurzer\nText", []) == [("Ein kurzer Text", False)]
    assert excerpt("eins zwei drei vier", query_terms("Rad"), 10) == [("eins zwei …", False)]


@given(st.text(st.sampled_from("Rad Weg\n.ä"), max_size=80), st.integers(5, 40))
@settings(max_examples=60, deadline=None)
def test_excerpt_pieces_are_a_stretch_of_the_text(text: str, width: int) -> None:
    shown = "".join(piece for piece, _ in excerpt(text, query_terms("Rad"), width))
    bare = shown.removeprefix("… ").removesuffix(" …")
    assert bare in " ".join(text.split())
    assert len(bare) <= width


def test_importing_loads_no_model() -> None:
    code = "import sys, insek.engines.text; print(sorted({'HanTa', 'simplemma'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
