"""What search engines are told: which pages there are (sitemap) and which are none of theirs (robots.txt)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from insek.concept.models import Edition, Field
from insek.concept.queries import current_concept
from insek.people.actors import ANONYMOUS
from insek.thread.kinds import all_kinds
from insek.thread.models import Item
from insek.web.menu import addresses

CLOSED = ("login", "home", "search")
"""Addresses that lead to a form or a sign-in and answer no question of a search."""


class _Pages(Sitemap):
    """Both languages of every page, each naming the other."""

    i18n = True
    alternates = True
    limit = 5_000


class FixedPages(_Pages):
    """Start, the pages of the menu, and the list of each kind."""

    def items(self) -> list[str]:
        lists = {kind.list_name for kind in all_kinds()}
        return sorted({*addresses(), *lists} - {"search"})

    def location(self, item: str) -> str:
        return reverse(item)


class FieldPages(_Pages):
    """The fields of action."""

    def items(self) -> QuerySet[Field]:
        return Field.objects.filter(concept=current_concept()).valid().order_by("position", "key")

    def location(self, item: Field) -> str:
        return reverse("field", args=[item.key])


class EditionPages(_Pages):
    """The editions, each a text to read."""

    def items(self) -> QuerySet[Edition]:
        return Edition.objects.visible_to(ANONYMOUS).filter(concept=current_concept()).order_by("key")

    def location(self, item: Edition) -> str:
        return reverse("edition", args=[item.key])


class PublicItems(_Pages):
    """Everything public that has a page of its own."""

    def items(self) -> QuerySet[Item]:
        visible = Item.objects.visible_to(ANONYMOUS).filter(concept=current_concept())
        return visible.order_by("pk").only("pk", "kind", "updated_at")

    def location(self, item: Item) -> str:
        return item.url

    def lastmod(self, item: Item) -> datetime:
        return item.updated_at


SECTIONS: dict[str, Any] = {
    "pages": FixedPages,
    "fields": FieldPages,
    "editions": EditionPages,
    "items": PublicItems,
}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Who searches the web may read everything but forms and sign-ins; a demonstration is left alone as a whole."""
    if settings.INSEK_ENV == "demo":
        lines = ["User-agent: *", "Disallow: /"]
    else:
        with override(settings.LANGUAGE_CODE):
            closed = [reverse(name) for name in CLOSED]
        address = settings.INSEK_ORIGIN or request.build_absolute_uri("/").rstrip("/")
        lines = [
            "User-agent: *",
            *(f"Disallow: {each}" for each in closed),
            f"Sitemap: {address}/sitemap.xml",
        ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


urlpatterns: list[URLPattern] = [
    path("robots.txt", robots, name="robots"),
    path(
        "sitemap.xml",
        require_safe(index),
        {"sitemaps": SECTIONS, "sitemap_url_name": "sitemap"},
        name="sitemaps",
    ),
    path("sitemap-<section>.xml", require_safe(sitemap), {"sitemaps": SECTIONS}, name="sitemap"),
]
