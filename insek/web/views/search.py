"""Search over everything the visitor may see."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from insek.engines.text import excerpt, query_terms
from insek.thread.kinds import all_kinds
from insek.thread.models import Item
from insek.thread.search import search_items

from ..context import concept_of
from ..paging import COUNT_LIMIT, BadCursor, bounded_count, keyset_page
from .items import PAGE_SIZE

MAX_QUERY = 200


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The search page: title hits first, with the words found marked in an excerpt."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_QUERY]
    kind = request.GET.get("art", "")
    kinds = all_kinds()
    if kind and kind not in {known.name for known in kinds}:
        raise Http404
    items = Item.objects.filter(concept=concept_of(request))
    found = search_items(query, request.actor, items.of_kind(kind) if kind else items)  # type: ignore[attr-defined]
    try:
        page = keyset_page(
            found.prefetch_related("fields"),
            order=("hit", "sort_key", "pk"),
            cursor=request.GET.get("nach", ""),
            size=PAGE_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    count = bounded_count(found) if query else 0
    groups = query_terms(query)
    kept = request.GET.copy()
    kept.pop("nach", None)
    context: dict[str, Any] = {
        "query": query,
        "kind": kind,
        "kinds": [(known.name, known.plural) for known in kinds],
        "results": [{"item": item, "excerpt": excerpt(item.text, groups, 220)} for item in page.rows],
        "page": page,
        "count": count,
        "count_is_limit": count > COUNT_LIMIT,
        "count_limit": COUNT_LIMIT,
        "query_string": kept.urlencode(),
        "page_title": _("Suche: %(query)s") % {"query": query} if query else _("Suche"),
        "active_nav": "search",
        "breadcrumb": [{"label": _("Start"), "url": reverse("start")}, {"label": _("Suche"), "url": ""}],
        "noindex": bool(query),
    }
    return render(request, "web/search.html", context)
