"""What the tests of the council share."""

import pytest

from tests.factories import make_item, make_unit


@pytest.fixture
def paper(concept):
    return make_item("paper", title="Radweg an der Lauter", unit=make_unit("tiefbau")).paper
