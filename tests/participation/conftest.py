"""A concept with a public format that takes contributions, and solved challenges."""

import altcha
import pytest

from insek.participation import bots
from tests.factories import make_concept, make_item


@pytest.fixture
def concept(db):
    return make_concept()


@pytest.fixture
def form_of(concept):
    """The open format."""
    return make_item("format", concept=concept, title="Offener Dialog", open_from="2020-01-01").format


@pytest.fixture
def solved(monkeypatch):
    """Gives payloads of solved challenges; made easy, because the browser does the work elsewhere."""
    monkeypatch.setattr(bots, "COST", 1)

    def solve():
        challenge = altcha.Challenge.from_dict(bots.new_challenge())
        solution = altcha.solve_challenge(challenge)
        return altcha.Payload(challenge, solution).to_base64()

    return solve
