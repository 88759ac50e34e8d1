"""What all tests share: a concept, logged-in clients by role, and quiet markers."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import translation

from insek.concept import levels
from insek.concept.models import Concept
from insek.people import counting
from insek.space import signs
from insek.thread import pieces, shared_cache
from tests import factories, ready_database
from tests.notices import smtp_server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks the database; only that is run again on PostgreSQL. What is slow comes first: at the end no worker waits for another."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or names & {"db", "transactional_db", "django_db_setup"}:
            item.add_marker(pytest.mark.database)


def pytest_collection_finish() -> None:
    """What is loaded stays for all tests: looking through it for garbage again and again took a fourteenth of the whole run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _empty_only_what_holds_rows() -> None:
    """After a test that commits, Django truncates all tables; for PostgreSQL that is seconds of new files, however few hold a row.

    Keys that others point to are checked when all is deleted, as everywhere in Django.
    """
    truncate_all = connection.ops.sql_flush

    def sql_flush(
        style: Any, tables: Sequence[str], *, reset_sequences: bool = False, **options: Any
    ) -> list[str]:
        if reset_sequences or not tables:
            return truncate_all(style, tables, reset_sequences=reset_sequences, **options)  # type: ignore[no-any-return]  # Django says no types
        quoted = [connection.ops.quote_name(table) for table in tables]
        held = " UNION ALL ".join(
            f"SELECT {at} WHERE EXISTS (SELECT 1 FROM {name})" for at, name in enumerate(quoted)
        )
        with connection.cursor() as cursor:
            cursor.execute(held)
            return [f"DELETE FROM {quoted[at]}" for (at,) in cursor.fetchall()]

    connection.ops.sql_flush = sql_flush  # type: ignore[method-assign]  # for this run only


@pytest.fixture(scope="session")
def _tables_are_ready(
    django_test_environment: None, django_db_use_migrations: bool, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The database of this worker is a copy of one that was migrated from empty."""
    if not django_db_use_migrations:
        yield
    elif connection.vendor == "postgresql":
        template = ready_database.migrated_template(os.environ["INSEK_DATABASE_URL"])
        connection.settings_dict["TEST"]["TEMPLATE"] = template
        _empty_only_what_holds_rows()
        yield
    else:
        held = ready_database.copy_into_memory(connection.creation._get_test_db_name())
        yield
        held.close()


@pytest.fixture(scope="session")
def django_db_setup(_tables_are_ready: None, django_db_setup: None) -> None:
    """What pytest-django sets up, on tables that are there; it finds nothing left to migrate."""


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
    signs.forget()
    shared_cache.empty()
    counting.forget()


@pytest.fixture(autouse=True)
def _nobody_waits_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test is alone: pauses between two pieces are for others."""
    monkeypatch.setattr(pieces, "PAUSE", 0)


@pytest.fixture
def mail_server(settings: Any) -> Iterator[smtp_server.Received]:
    """Mail goes to a real server on this machine; what it received."""
    with smtp_server.mail_server() as (port, received):
        settings.EMAIL_BACKEND = "insek.people.mail_server.MailServer"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.DEFAULT_FROM_EMAIL = "insek@musterstadt.example"
        settings.INSEK_ORIGIN = "https://insek.musterstadt.example"
        yield received
