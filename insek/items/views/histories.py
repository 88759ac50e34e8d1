"""The history of one item."""

from __future__ import annotations

from collections.abc import Callable

import rules
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.people.actors import Actor, actor_of, require
from insek.release import undo
from insek.release.changes import shown_changes
from insek.release.reshaping import reshapings_of
from insek.thread.history import changes_seen_by
from insek.thread.kinds import kind_named
from insek.thread.models import Change, Item
from insek.web.paging import PAGE_SIZE, BadCursor, keyset_page, pager

from .items import item_breadcrumb, visible_item


@login_required
@require_safe
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
        "changes": shown_changes(page.rows, item.kind, actor, undo_url=_ways_back(item, actor)),
        **pager(page),
        "page_title": _("Verlauf von %(item)s") % {"item": item.number or item.kind_label},
        "page_lead": item.title,
        "active_nav": item.kind,
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url), (_("Verlauf"), "")
        ),
        "noindex": True,
    }
    return render(request, "items/item_history.html", context)


def _ways_back(item: Item, actor: Actor) -> Callable[[Change], str]:
    """Where each change of an item can be taken back, as far as the actor's rights go. Four queries at most, however many changes."""
    kind = kind_named(item.kind)
    allowed: dict[str, bool] = {}
    reshaped: dict[int | None, str] = {}
    if kind.reshapes and rules.test_rule("thread.reshape_items", actor, item):
        last = reshapings_of(item.pk).first()
        if last is not None:
            reshaped[last.change] = reverse("reshaping-undo", args=[last.pk])

    def way_back(change: Change) -> str:
        if change.action in {Change.Action.MERGED, Change.Action.SPLIT}:
            return reshaped.get(change.pk, "")
        if not undo.is_undoable(change, kind):
            return ""
        rule = undo.rule_of_undoing(change, kind)
        if rule not in allowed:
            allowed[rule] = rules.test_rule(rule, actor, item)
        if not allowed[rule]:
            return ""
        if change.action == Change.Action.CREATED:
            return reverse("item-delete", args=[item.pk])
        return reverse("item-undo", args=[item.pk, change.pk])

    return way_back
