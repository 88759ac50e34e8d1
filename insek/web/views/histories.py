"""The history of one item."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from insek.people.actors import actor_of, require
from insek.thread.history import changes_seen_by

from ..changes import shown_changes
from ..paging import BadCursor, keyset_page
from .items import PAGE_SIZE, breadcrumb_of, visible_item


@login_required
@require_GET
def item_history(request: HttpRequest, item_id: str) -> HttpResponse:
    """Every change of an item, newest first, word by word."""
    actor = actor_of(request)
    require(actor, "thread.see_history")
    item, pages = visible_item(request, item_id)
    try:
        page = keyset_page(
            changes_seen_by(item, actor).select_related("actor", "released_by"),
            order=("-at", "-pk"),
            cursor=request.GET.get("nach", ""),
            size=PAGE_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "item": item,
        "changes": shown_changes(page.rows, item.kind, actor),
        "previous_url": f"?nach={page.previous_cursor}" if page.previous_cursor else "",
        "next_url": f"?nach={page.next_cursor}" if page.next_cursor else "",
        "page_title": _("Verlauf von %(item)s") % {"item": item.number or item.kind_label},
        "page_lead": item.title,
        "active_nav": item.kind,
        "breadcrumb": breadcrumb_of(
            request, pages, (item.number or item.title, item.url), (_("Verlauf"), "")
        ),
        "noindex": True,
    }
    return render(request, "web/item_history.html", context)
