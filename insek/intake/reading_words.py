"""The page on which it is said what words mean."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from insek.engines.tables.column_cells import Option
from insek.engines.tables.likeness import OptionIndex
from insek.engines.text import fold
from insek.people.actors import Actor

from . import readings as service
from .models import Batch
from .reading_pages import asked_questions, say_answers
from .said_words import WordQuestion, keep_words, questions, words_of_reading
from .targets import ANEW, AS_SAID, EMPTY, Reading, target_named

WORDS_AT_ONCE, KNOWN_AT_ONCE = 60, 300
MOST_CHOICES = 400
"""Choices of one word that are listed; of more the likeliest are, and others can be typed."""


def words_page(batch: Batch, actor: Actor, *, every: bool = False) -> dict[str, Any]:
    """The words that have to be decided, those that can be read in several ways, and how many were known at once."""
    reading = service.reading_of(batch, actor, service.table_of(batch))
    asked = _word_questions(reading, every=every)
    undecided = [each for each in asked if every or not each.answered]
    sources = []
    at_once = KNOWN_AT_ONCE if every else WORDS_AT_ONCE
    for each in undecided[:at_once]:
        choices = [{"value": choice.value, "label": choice.label} for choice in reading.choices(each.source)]
        sources.append(
            {
                "question": each,
                "choices": _likeliest(each, choices),
                "unlisted": max(0, len(choices) - MOST_CHOICES),
                "may_create": each.source.create is not None and each.source.may_create(reading),
            }
        )
    engine = [
        each
        for each in asked_questions(target_named(batch.target).open_questions(reading), batch)
        if not each["said"]
    ]
    return {
        "words": sources,
        "questions": engine,
        "more": max(0, len(undecided) - at_once),
        "count": len(undecided) + len(engine),
        "every": every,
        "marks": {"as_said": AS_SAID, "empty": EMPTY, "anew": ANEW},
    }


def _likeliest(question: WordQuestion, choices: list[dict[str, str]]) -> list[dict[str, str]]:
    """The choices that are listed: all, or of very many those that are most like the word, in their order."""
    if len(choices) <= MOST_CHOICES:
        return choices
    options = [Option(each["value"], each["label"]) for each in choices]
    likely = {each.option.key for each in OptionIndex(options).likely(question.word, 20)} | {
        question.proposed
    }
    first = [each for each in choices if each["value"] in likely]
    return first + [each for each in choices if each["value"] not in likely][: MOST_CHOICES - len(first)]


def _typed(reading: Reading, question: WordQuestion, text: str) -> str:
    """The choice that was typed by its name or number; empty where there is no one such."""
    wanted = fold(text).strip()
    found = {
        choice.value
        for choice in reading.choices(question.source)
        if wanted in {fold(name).strip() for name in (choice.label, choice.value, *choice.names)}
    }
    return found.pop() if len(found) == 1 else ""


def _word_questions(reading: Reading, *, every: bool) -> list[WordQuestion]:
    cells = target_named(reading.batch.target).word_cells(reading)
    known = words_of_reading(reading, [wanted for wanted, _texts in cells])
    return list(questions(reading, cells, known, every=every))


def said_words(batch: Batch, actor: Actor, sent: QueryDict) -> tuple[bool, list[str]]:
    """Take what the words were said to mean; whether more are to be decided, and what was typed that nobody knows."""
    reading = service.reading_of(batch, actor, service.table_of(batch))
    known = {each.decision: each for each in _word_questions(reading, every=True)}
    answers: dict[str, str] = {}
    unknown: list[str] = []
    for place in range(KNOWN_AT_ONCE):
        decision, meaning = sent.get(f"wort.{place}", ""), sent.get(f"heisst.{place}", "")
        question = known.get(decision)
        if question is None or not meaning:
            continue
        if typed := sent.get(f"name.{place}", "").strip():
            meaning = _typed(reading, question, typed)
            unknown += [] if meaning else [typed]
        values = {choice.value for choice in reading.choices(question.source)} | {AS_SAID, EMPTY}
        if question.source.create is not None and question.source.may_create(reading):
            values.add(ANEW)
        if meaning in values:
            answers[decision] = meaning
    service.decide(batch, answers)
    say_answers(batch, sent)
    keep_words(reading, answers)
    return bool(unknown) or (bool(answers) and words_page(batch, actor)["count"] > 0), unknown
