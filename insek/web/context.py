"""What every page knows: the city, the navigation, the languages, the way to the own area."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from insek import clock
from insek.concept.asker import Asker
from insek.concept.models import Concept, Field
from insek.people.actors import ANONYMOUS
from insek.people.addresses import address_of
from insek.people.requests import once
from insek.people.sessions import person_key
from insek.thread.kinds import KindNames, kind_names

from . import menu
from .display import date_words
from .look import look_of


def asker_of(request: HttpRequest) -> Asker:
    """Who asks with this request, and about what; made once a request. Nobody, where an error came before the middleware."""
    return once(
        request,
        "asker",
        lambda: Asker(
            getattr(request, "actor", ANONYMOUS),
            language=(get_language() or "de")[:2],
            asked=request.GET,
            path=request.path,
        ),
    )


def concept_of(request: HttpRequest) -> Concept | None:
    """The concept this request is about; read once a request."""
    return asker_of(request).concept


def concept_or_404(request: HttpRequest) -> Concept:
    """The concept this request is about. Raises Http404 where there is none yet."""
    concept = concept_of(request)
    if concept is None:
        raise Http404
    return concept


def concept_fields(request: HttpRequest) -> list[Field]:
    """The fields of action of the concept; read once a request."""
    return asker_of(request).fields


def kind_names_of(request: HttpRequest) -> KindNames:
    """What the city calls the kinds, for this request."""
    return kind_names(asker_of(request))


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor for all pages. Costs two queries (concept, level names), none on pages that do not show them.

    ``content_lang`` marks texts of the concept, which are German, as such on pages in another language.
    """
    concept = SimpleLazyObject(lambda: concept_of(request))
    language = (get_language() or "de")[:2]
    path = request.get_full_path()
    return {
        "concept": concept,
        "look": SimpleLazyObject(lambda: look_of(concept_of(request))),
        "city": SimpleLazyObject(lambda: getattr(concept_of(request), "city_name", "")),
        "main_nav": SimpleLazyObject(lambda: menu.main_navigation(kind_names_of(request))),
        "content_lang": "" if language == "de" else SafeString(' lang="de"'),
        "languages": [
            {
                "code": code,
                "label": label,
                "url": path if code == language else _in_language(request, code),
                "active": code == language,
            }
            for code, label in (("de", "Deutsch"), ("en", "English"))
        ],
        "page_address": lambda: request.build_absolute_uri(request.path),
        "share_picture": lambda: request.build_absolute_uri(static("insek/share.png")),
        "home_url": address_of("start"),
        "search_url": address_of("search"),
        "login_url": f"{reverse('login')}?next={quote(path)}",
        "account_url": address_of("home"),
        "logout_url": reverse("logout"),
        "work": lambda: _work(request),
        "actor": getattr(request, "actor", None),
        "stated_day": date_words(clock.stated_day()),
        "footer_links": menu.footer_links(),
    }


def _in_language(request: HttpRequest, code: str) -> str:
    """The address of this page in the language; from what was matched already, for matching anew took a twentieth of the page."""
    match, query = request.resolver_match, request.META.get("QUERY_STRING", "")
    if match is None:
        return translate_url(request.get_full_path(), code)
    with override(code):
        try:
            path = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        except NoReverseMatch:
            path = request.path
    return f"{path}?{query}" if query else path


def _work(request: HttpRequest) -> dict[str, str]:
    """What forms of those who are signed in need to keep what is typed (static/insek/work.js)."""
    return {
        "person": person_key(request.user.pk or 0),
        "alive": reverse("still-there"),
        "login": reverse("login"),
        "logout": reverse("logout"),
    }
