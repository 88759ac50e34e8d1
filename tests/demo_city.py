"""The demo as `insek demo` makes it, for tests that walk it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from insek.config.demo import load


@contextmanager
def loaded_demo() -> Iterator[None]:
    """City, logins and what they have been doing; taken back at the end. Nobody waits for the transaction of a test."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # as Django marks its own
    with block:
        load()
        yield
        transaction.set_rollback(True)
