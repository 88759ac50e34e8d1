"""What every page knows: the city, the navigation, the languages, the way to the own area."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insek.concept.models import Concept, LevelName
from insek.concept.queries import current_concept, level_names


def concept_of(request: HttpRequest) -> Concept | None:
    """The concept this request is about; read once a request."""
    if not hasattr(request, "_insek_concept"):
        request._insek_concept = current_concept()  # type: ignore[attr-defined]
    return request._insek_concept  # type: ignore[attr-defined, no-any-return]


def level_names_of(request: HttpRequest) -> dict[str, LevelName]:
    """What the levels are called in this city; read once a request."""
    if not hasattr(request, "_insek_level_names"):
        concept = concept_of(request)
        request._insek_level_names = level_names(concept) if concept else {}  # type: ignore[attr-defined]
    return request._insek_level_names  # type: ignore[attr-defined, no-any-return]


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor for all pages. Costs one query (the concept), none on pages that do not show it."""
    concept = SimpleLazyObject(lambda: concept_of(request))
    language = (get_language() or "de")[:2]
    path = request.get_full_path()
    return {
        "concept": concept,
        "city": SimpleLazyObject(lambda: getattr(concept_of(request), "city_name", "")),
        "main_nav": main_navigation(),
        "languages": [
            {"code": code, "label": label, "url": translate_url(path, code), "active": code == language}
            for code, label in (("de", "Deutsch"), ("en", "English"))
        ],
        "login_url": f"{reverse('login')}?next={quote(path)}",
        "account_url": reverse("home"),
        "logout_url": reverse("logout"),
        "actor": getattr(request, "actor", None),
        "footer_links": [],
    }


def main_navigation() -> list[dict[str, str]]:
    """The main menu, in the order of the thread."""
    entries = [
        ("start", _("Start"), "start"),
        ("fields", _("Handlungsfelder"), "field-list"),
        ("goal", _("Ziele"), "goal-list"),
        ("measure", _("Maßnahmen"), "measure-list"),
        ("finding", _("Feststellungen"), "finding-list"),
        ("indicator", _("Grundlagen"), "indicator-list"),
        ("district", _("Räume"), "district-list"),
        ("resolution", _("Beschlüsse"), "resolution-list"),
        ("search", _("Suche"), "search"),
    ]
    return [{"key": key, "label": label, "url": reverse(name)} for key, label, name in entries]
