"""What all tests share: a concept, logged-in clients by role, and quiet markers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from insek.concept import levels
from insek.concept.models import Concept
from insek.people import counting
from insek.thread import pieces, shared_cache
from tests import factories


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks the database; only that is run again on PostgreSQL."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or names & {"db", "transactional_db", "django_db_setup"}:
            item.add_marker(pytest.mark.database)


@pytest.fixture
def concept(db: None) -> Concept:
    """A concept with two fields of action."""
    return factories.make_concept()


@pytest.fixture
def as_role(db: None) -> Callable[[str], Client]:
    """A client that is logged in with a role: ``as_role("planner")``."""

    def login(role: str, **values: object) -> Client:
        client = Client()
        client.force_login(
            factories.make_user(role, **values), backend="django.contrib.auth.backends.ModelBackend"
        )
        return client

    return login


@pytest.fixture(autouse=True)
def _nothing_is_left_of_the_test_before() -> None:
    """The language of its last page, names of levels (keys of concepts come again after a rollback), and counts."""
    translation.activate(settings.LANGUAGE_CODE)
    levels.forget()
    shared_cache.empty()
    counting.forget()


@pytest.fixture(autouse=True)
def _nobody_waits_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test is alone: pauses between two pieces are for others."""
    monkeypatch.setattr(pieces, "PAUSE", 0)
