"""Questions of all sorts find what they should among the first five, in the demo's city."""

from pathlib import Path

import pytest

from insek.config.bench_search import read_questions
from tests.demo_city import loaded_demo

QUESTIONS = Path(__file__).with_name("search_questions.csv")
WANTED = 0.95


@pytest.mark.django_db
def test_nineteen_of_twenty_questions_find_what_they_should():
    asked = read_questions(QUESTIONS)
    with loaded_demo():
        lost = [question.query for question in asked if not question.is_answered()]
    assert len(lost) <= (1 - WANTED) * len(asked), lost
