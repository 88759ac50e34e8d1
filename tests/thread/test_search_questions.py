"""Questions of all sorts find what they should among the first five, in the demo's city."""

from pathlib import Path

import pytest

from insek.config.bench_search import Question, read_questions
from tests.demo_city import loaded_demo

QUESTIONS = Path(__file__).with_name("search_questions.csv")
UNSEEN = QUESTIONS.with_name("search_questions_unseen.csv")
"""Questions in the words of citizens of another city, written before the lists of words were read: 82.9 % were answered at the first asking."""
FRESH = QUESTIONS.with_name("search_questions_fresh.csv")
"""Questions of all sorts, written from the city's texts before anything of the search was read; the half ``held`` was measured and never looked at."""
WANTED = 0.95


@pytest.mark.django_db
def test_nineteen_of_twenty_questions_find_what_they_should(settings, tmp_path):
    settings.INSEK_DATA_DIR = tmp_path  # the words that only this city has come with its demo
    with loaded_demo():
        for path in (QUESTIONS, UNSEEN, FRESH):
            asked = read_questions(path)
            lost = [question.query for question in asked if not question.is_answered()]
            assert len(lost) <= (1 - WANTED) * len(asked), (path.name, lost)


@pytest.mark.django_db
def test_the_demo_knows_the_usual_names_of_its_places(settings, tmp_path):
    settings.INSEK_DATA_DIR = tmp_path
    with loaded_demo():
        for query, wanted in (("Betze", "O 6"), ("Kalkofen", "M 10"), ("Treffpunkt Betze", "BT 20")):
            assert Question("place", query, (wanted,)).is_answered(), query
