"""A wish from a phone becomes finding, goal, measure and decision: the whole life, one test for each step.

The steps build on each other, and they are the newcomer's tour: what docs/users/rundgang.md prints in bold must stand on
the pages of its step.
"""

import re
from pathlib import Path

import pytest

from tests.journeys.life import STEPS, Walk

TOUR = Path(__file__).resolve().parents[2] / "docs" / "users" / "rundgang.md"
KNOWN: dict[str, str] = {}


def told(number):
    """The words in bold of one step of the tour."""
    chapters = re.split(r"^## \d+\. ", TOUR.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(chapters) == len(STEPS) + 1
    return [" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", chapters[number], re.DOTALL)]


@pytest.mark.parametrize("number", range(1, len(STEPS) + 1), ids=[step.__name__ for step in STEPS])
def test_a_step_of_the_life_is_done_as_the_tour_tells_it(new_page, number):
    walk = Walk(new_page, KNOWN)
    STEPS[number - 1](walk)
    seen = " ".join(walk.seen.split()).lower()
    assert [words for words in told(number) if words.lower() not in seen] == []
