"""Filing and adopting editions in tests, as the pages do it: with the numbers confirmed."""

from __future__ import annotations

from typing import Any

from insek.concept.models import Edition
from insek.council.edition_queries import numbers_of
from insek.council.services import adopt_edition, file_edition, parts_for
from insek.people.actors import PROGRAM
from tests.factories import make_item

FACT = {"standing": "fact", "source_title": "Ratsinformation"}


def make_resolution(**values: Any) -> Any:
    """A real resolution that adopted something."""
    return make_item("resolution", **{**FACT, **values}).resolution


def sign_of(edition: Edition) -> str:
    """The sign of the numbers that the page would show."""
    return numbers_of(edition, parts_for(edition)[1]).sign


def file(edition: Edition, actor: Any = PROGRAM) -> Edition:
    """File a draft."""
    return file_edition(edition, confirmed=sign_of(edition), actor=actor)


def adopt(edition: Edition, resolution: Any = None, actor: Any = PROGRAM, **values: Any) -> Edition:
    """Adopt an edition: one that was filed, or a draft as a late entry."""
    if edition.status == Edition.Status.DRAFT:
        values = {"confirmed": sign_of(edition), **values}
    return adopt_edition(edition, resolution=resolution or make_resolution(), actor=actor, **values)
