"""Working for an edition: who does says so once, and what they change of the public waits for it from then on."""

from __future__ import annotations

from collections.abc import Callable

import rules
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from insek.concept.models import Edition
from insek.people.actors import actor_of
from insek.release.bundles import OPEN
from insek.release.bundling import bundling
from insek.web.context import concept_of

WORKED_FOR = "edition"
"""The key of the session under which the key of the edition is kept."""


class EditionWorkMiddleware:
    """Lets what is proposed wait for the edition that the person works for, and tells the pages so.

    One query for those who work for an edition, none for anybody else; without a session it reads none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        edition = worked_edition(request)
        request.worked_edition = edition  # type: ignore[attr-defined]  # put here, read by templates
        with bundling(edition):
            return self.get_response(request)


def worked_edition(request: HttpRequest) -> Edition | None:
    """The edition that a person works for, as long as it is worked on and they may."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.session.get(WORKED_FOR):
        return None
    if not rules.test_rule("council.work_for_edition", actor_of(request)):
        return None
    editions = Edition.objects.filter(concept=concept_of(request), key=request.session[WORKED_FOR])
    return editions.filter(status__in=OPEN).first()


def work_for(request: HttpRequest, edition: Edition | None) -> None:
    """Keep in the session for which edition a person works; None for what is in force."""
    if edition is None:
        request.session.pop(WORKED_FOR, None)
    else:
        request.session[WORKED_FOR] = edition.key
