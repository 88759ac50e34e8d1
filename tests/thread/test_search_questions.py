"""Questions of all sorts find what they should among the first five, in the demo's city."""

from pathlib import Path

import pytest

from insek.config.bench_search import read_questions
from tests.demo_city import loaded_demo

QUESTIONS = Path(__file__).with_name("search_questions.csv")
UNSEEN = QUESTIONS.with_name("search_questions_unseen.csv")
"""Seventy questions by somebody who knew the city's texts, but neither the code nor its lists of words: 60 were answered at the first asking."""
WANTED, WANTED_UNSEEN = 0.95, 0.9


@pytest.mark.django_db
def test_nineteen_of_twenty_questions_find_what_they_should():
    with loaded_demo():
        for path, wanted in ((QUESTIONS, WANTED), (UNSEEN, WANTED_UNSEEN)):
            asked = read_questions(path)
            lost = [question.query for question in asked if not question.is_answered()]
            assert len(lost) <= (1 - wanted) * len(asked), (path.name, lost)
