"""How a public item changed, for everybody: its released states, and of an adopted one why it was changed."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_safe

from insek.items.views.items import item_breadcrumb, visible_item
from insek.release.public_history import has_public_history
from insek.thread.models import Item
from insek.web.context import kind_names_of

from .item_history import HistoryEntry, item_history

PAGE_SIZE = 25


@require_safe
def public_changes(request: HttpRequest, item_id: str) -> HttpResponse:
    """What happened to a public item, the latest first, word by word. Some ten queries, however many."""
    item, pages = visible_item(request, item_id)
    if not has_public_history(item):
        raise Http404
    entries = item_history(item)
    asked = request.GET.get("seite", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    shown = entries[(number - 1) * PAGE_SIZE : number * PAGE_SIZE] if number else []
    if not shown and (number != 1 or entries):
        raise Http404
    called = item.number or kind_names_of(request)(item.kind)
    with override(settings.LANGUAGE_CODE):
        permanent = request.build_absolute_uri(reverse("public-history", args=[item.pk]))
    context = {
        "item": item,
        "days": _by_day(shown),
        "kind_title": kind_names_of(request)(item.kind),
        "count_words": _count_words(entries),
        "latest": entries[0].day_words if entries else "",
        "adopted": next((entry.edition for entry in entries if entry.step == "adopted"), None),
        "permanent_url": permanent,
        "previous_url": f"?seite={number - 1}" if number > 1 else "",
        "next_url": f"?seite={number + 1}" if number * PAGE_SIZE < len(entries) else "",
        "page_title": _("Veröffentlichte Änderungen: %(item)s") % {"item": called},
        "page_lead": item.title,
        "page_description": _("Was an „%(item)s“ wann geändert wurde, Wort für Wort und mit Grund.") % {"item": item},
        "active_nav": item.kind,
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url), (_("Änderungen"), "")
        ),
    }  # fmt: skip
    return render(request, "council/public_history.html", context)


def _by_day(entries: list[HistoryEntry]) -> list[dict[str, Any]]:
    """The entries of a page under their days."""
    return [
        {"day": day, "words": (inside := list(group))[0].day_words, "entries": inside}
        for day, group in groupby(entries, key=lambda entry: entry.day)
    ]


def _count_words(entries: list[HistoryEntry]) -> str:
    """How often words were changed since they are public; a release and a resolution are none."""
    count = sum(entry.step in {"changed", "explained"} for entry in entries)
    if not count:
        return _("keine bekannt")
    return ngettext("%(count)s Änderung", "%(count)s Änderungen", count) % {"count": count}


def public_history_link(item: Item) -> dict[str, Any]:
    """Where everybody reads how an item changed; nothing for what is not public."""
    if not has_public_history(item):
        return {}
    return {"public_history_url": reverse("public-history", args=[item.pk])}
