"""Statements are found in texts, with their parts; how often is counted on sentences two language models labelled by written rules."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from insek.config.bench_text import NAMES, ROOT, TEXTS, agreements, both_passes, cell, labelled_sentences
from insek.engines.text.statements import find_in_paragraphs, find_statements
from insek.engines.text.statements.detection import judge, weights
from insek.engines.text.statements.learning import learn
from insek.engines.text.statements.measuring import agreement, baseline, measure
from insek.engines.text.statements.sentences import sentences

PLAN = """3.2 Wohnen

Die Einwohnerzahl ist seit 2011 um 3,2 % gestiegen, bezahlbare Wohnun-
gen fehlen vor allem in der Nordstadt. Am 3. Mai 2024 beriet der Stadtrat z. B. über den Mietspiegel.
Ziel ist es, den Anteil geförderter Wohnungen von 8 % auf 15 % bis 2035 zu erhöhen.

Maßnahmen:
• Ausbau des Radwegs an der Hafenstraße bis 2028 (Tiefbauamt, 1,5 Mio. Euro)
• Die Stadtwerke prüfen bis Ende 2026 ein Wärmenetz für mindestens 400 Gebäude.

Seite 12 von 60
Wie viele Wohnungen wurden gebaut?
"""


def test_a_plan_is_divided_judged_and_read():
    """Words a line divided are whole, abbreviations and ordinals end no sentence, items of lists are statements; each with its parts."""
    found = {one.text: one for one in find_statements(PLAN)}
    growth = next(one for text, one in found.items() if "bezahlbare Wohnungen fehlen" in text)
    assert (growth.kind, growth.quantities[0].number, growth.quantities[0].bound) == (
        "finding",
        Decimal("3.2"),
        "change",
    )
    assert not [text for text in found if "Mietspiegel" in text or "Wie viele" in text or "Seite 12" in text]
    aim = next(one for one in found.values() if one.kind == "goal")
    assert (aim.year, [(str(q.number), q.unit, q.bound) for q in aim.quantities]) == (
        2035,
        [("8", "%", "from"), ("15", "%", "to")],
    )
    assert (aim.firmness, aim.is_checkable) == ("intended", True)
    assert aim.title == "Den Anteil geförderter Wohnungen von 8 % auf 15 % bis 2035 zu erhöhen"
    assert PLAN[aim.start : aim.end] == aim.text
    works = [one for one in found.values() if one.kind == "measure"]
    assert [(one.year, one.who) for one in works] == [(2028, ("Tiefbauamt",)), (2026, ("Stadtwerke",))]
    assert works[0].quantities[-1].number == 1_500_000
    assert works[1].quantities[0].bound == "least"


@pytest.mark.parametrize(
    ("paragraph", "sort", "words", "firmness"),
    [
        ("Z 31 Der Grünzug ist von Bebauung freizuhalten.", "goal", "Z 31", "must"),
        ("G 12 Bei neuen Baugebieten soll die Innenentwicklung Vorrang haben.", "principle", "G 12", "shall"),
        ("(Z) Großflächiger Einzelhandel ist nur in zentralen Orten zulässig.", "goal", "Z", "may"),
        ("Z 4 (in Aufstellung befindliches Ziel) Die Trasse ist freizuhalten.", "prepared", "Z 4", "must"),
        ("§ 4 Auf Flachdächern ist eine Dachbegrünung anzulegen.", "statute", "§ 4", "must"),
    ],
)
def test_the_legal_marking_is_told_apart_from_the_wording(paragraph, sort, words, firmness):
    """The marking counts for all sentences of its paragraph and is no part of their numbers."""
    (found,) = find_in_paragraphs([paragraph])
    assert found.marking is not None
    assert (found.marking.sort, found.marking.words, found.firmness, found.quantities) == (
        sort,
        words,
        firmness,
        (),
    )
    assert not found.title.startswith(words)


def test_a_must_without_a_marking_binds_nobody_by_law():
    """A modal verb makes no marking, nor does a citation within a sentence."""
    for text in (
        "Die Stadt muss bis 2030 klimaneutral werden.",
        "Der Plan ist nach § 10 BauGB als Satzung zu beschließen.",
    ):
        assert [one.marking for one in find_statements(text, threshold=0)] == [None]


def test_hostile_texts_are_read_in_time():
    """Texts without ends, of signs, numbers and line breaks take no longer than others, and are no statements."""
    begun = time.process_time()
    for text in (
        "soll " * 60_000,
        "1.000." * 40_000,
        "a-\n" * 60_000,
        "§ " * 60_000,
        "(" * 200_000,
        "• x\n" * 40_000,
        "Wird nicht " * 30_000 + ".",
    ):
        assert find_statements(text) == []
    assert time.process_time() - begun < 8


needs_texts = pytest.mark.skipif(not TEXTS.is_file(), reason="the council papers are not at hand")


def test_the_two_passes_agree_as_the_handbook_says():
    """Kappa is Cohen's (50 with 35 equal: 0.4), and docs/methods/statements.md has the figures of the labels that are kept."""
    one = [True] * 25 + [False] * 25
    other = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    found = agreement(one, other)
    assert (found.sentences, found.equal, round(found.kappa, 6)) == (50, 0.7, 0.4)
    assert found.low < 0.4 < found.high
    assert agreement(["goal"], ["goal"]).kappa == 1
    page = (ROOT / "docs" / "methods" / "statements.md").read_text(encoding="utf-8")
    for name, part in (("alle 700", ""), ("die 300 ungesehenen", "unseen")):
        assert f"| {name} | {' | '.join(cell(one) for one in agreements(part))} |" in page


@needs_texts
@pytest.mark.parametrize(
    ("whose", "sentences", "statements", "precision", "macro_f1"),
    [(NAMES[0], 300, 144, 0.79, 0.82), (NAMES[1], 300, 176, 0.85, 0.74), (NAMES[2], 253, 131, 0.82, 0.83)],
)
def test_unseen_sentences_are_judged_as_the_handbook_says(whose, sentences, statements, precision, macro_f1):
    """The figures of docs/methods/statements.md after each pass and where both agree, and that the baseline is far behind."""
    unseen = [(text, kind) for part, _drawn, text, kind in both_passes(TEXTS)[whose] if part == "unseen"]
    texts, kinds = [text for text, _kind in unseen], [kind for _text, kind in unseen]
    found, plain = measure(judge(texts), kinds), measure(baseline(texts), kinds)
    assert (found.sentences, found.statements) == (sentences, statements)
    assert (round(found.precision, 2), round(found.mean_kind_f1, 2)) == (precision, macro_f1)
    assert plain.precision < precision - 0.25
    assert plain.mean_kind_f1 < 0.4


@needs_texts
def test_the_weights_follow_from_the_labels():
    """Whoever learns anew from the 400 gets the weights that come with the program."""
    tune = [(text, kind) for part, _drawn, text, kind in labelled_sentences(TEXTS) if part == "tune"]
    learned = learn([text for text, _kind in tune], [kind for _text, kind in tune])
    assert abs(learned.statement[:, 1] - weights().statement[:, 1]).max() < 0.001
    assert abs(learned.kinds - weights().kinds).max() < 0.001


def test_places_of_sentences_are_those_of_the_text():
    """What is between first and last character is the sentence, but for its breaks."""
    for one in sentences(PLAN):
        assert PLAN[one.start : one.end].split()[0] == one.text.split()[0]
