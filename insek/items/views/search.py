"""Search over everything the visitor may see."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from insek.engines.text import excerpt, query_terms
from insek.people.actors import actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.people.requests import search_words
from insek.thread.cleaning import MAX_TEXT
from insek.thread.kinds import all_kinds
from insek.thread.models import Item
from insek.thread.search import hits, search_items
from insek.web.context import concept_of, kind_names_of
from insek.web.display import count_words, shown_items
from insek.web.paging import COUNT_LIMIT, PAGE_SIZE, BadCursor, KeysetPage, bounded_count, keyset_page, pager
from insek.web.richtext import plain_text


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The search page: title hits first, with the words found marked in an excerpt."""
    query = search_words(request, request.GET)
    kind = request.GET.get("art", "")
    kinds = all_kinds()
    if kind and kind not in {known.name for known in kinds}:
        raise Http404
    groups = query_terms(query)
    actor = actor_of(request)
    wanted: dict[str, Any] = {"concept": concept_of(request)} | ({"kind": kind} if kind else {})
    found = search_items(query, actor, **wanted).only("pk", "sort_key")
    page: KeysetPage[Item] = KeysetPage([], "", "")
    if groups:
        try:
            page = keyset_page(
                found,
                order=("hit", "sort_key", "pk"),
                cursor=request.GET.get("nach", ""),
                size=PAGE_SIZE,
            )
        except BadCursor as error:
            raise Http404 from error
    count = bounded_count(hits(query, actor, **wanted)) if groups else 0
    items = Item.objects.visible_to(actor).order_by().in_bulk([item.pk for item in page.rows])
    rows = [items[item.pk] for item in page.rows if item.pk in items]
    names = kind_names_of(request)
    context: dict[str, Any] = {
        "query": query,
        "kind": kind,
        "kind_links": _kind_links(names, query, kind),
        "all_kinds_url": _address(query, ""),
        "ways": [
            {
                "label": names(known.name, plural=True),
                "explanation": known.explanation,
                "icon": f"kind-{known.name}",
                "url": reverse(known.list_name),
            }
            for known in kinds
        ],
        "results": [
            {
                "item": shown,
                "title": excerpt(item.title, groups, len(item.title) + 1),
                "excerpt": excerpt(plain_text(item.text, MAX_TEXT), groups, 220),
            }
            for item, shown in zip(rows, shown_items(rows, names), strict=True)
        ],
        **pager(page, lambda cursor: _address(query, kind, cursor)),
        "result_label": count_words(
            count, COUNT_LIMIT, ngettext("Treffer", "Treffer", 1), ngettext("Treffer", "Treffer", 2)
        ),
        "page_title": _("Suche: %(query)s") % {"query": query} if query else _("Suche"),
        "active_nav": "search",
        "breadcrumb": breadcrumb((_("Suche"), "")),
        "noindex": bool(query),
    }
    return render(request, "items/search.html", context)


def _address(query: str, kind: str, cursor: str = "") -> str:
    """The address of a page of results."""
    parts = {"q": query, "art": kind, "nach": cursor}
    return "?" + urlencode({name: value for name, value in parts.items() if value})


def _kind_links(names: Any, query: str, chosen: str) -> list[dict[str, Any]]:
    """The links to one kind of result, the first to all."""
    return [
        {"label": _("Alles"), "url": _address(query, ""), "icon": "", "chosen": not chosen},
        *(
            {
                "label": names(known.name, plural=True),
                "url": _address(query, known.name),
                "icon": f"kind-{known.name}",
                "chosen": known.name == chosen,
            }
            for known in all_kinds()
        ),
    ]
