"""How a public item changed, for everybody: its released states, and of an adopted one why it was changed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.items.views.items import item_breadcrumb, visible_item
from insek.people.actors import ANONYMOUS
from insek.release.changes import shown_changes
from insek.release.public_history import PublicChange, has_public_history, public_history
from insek.thread.models import Change, Item
from insek.web.display import date_words

from .edition_items import Deviation

PAGE_SIZE = 25
STEPS = {
    "taken_up": lambda: _("hier aufgenommen und öffentlich"),
    "first": lambda: _("veröffentlicht"), "changed": lambda: _("geändert"), "again": lambda: _("wieder veröffentlicht"),
    "withdrawn": lambda: _("zurückgezogen"), "linked": lambda: _("verknüpft"), "unlinked": lambda: _("Verknüpfung gelöst"),
    "link_changed": lambda: _("Verknüpfung geändert"),
}  # fmt: skip


@require_safe
def public_changes(request: HttpRequest, item_id: str) -> HttpResponse:
    """The released states of a public item, the latest first, word by word. Some eight queries, however many."""
    item, pages = visible_item(request, item_id)
    if not has_public_history(item):
        raise Http404
    steps = public_history(item)
    asked = request.GET.get("seite", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    shown = steps[(number - 1) * PAGE_SIZE : number * PAGE_SIZE] if number else []
    if not shown and (number != 1 or steps):
        raise Http404
    context = {
        "item": item,
        "changes": _shown(shown, item),
        "previous_url": f"?seite={number - 1}" if number > 1 else "",
        "next_url": f"?seite={number + 1}" if number * PAGE_SIZE < len(steps) else "",
        "page_title": _("Veröffentlichte Änderungen"),
        "page_lead": str(item),
        "active_nav": item.kind,
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url), (_("Änderungen"), "")
        ),
    }
    return render(request, "council/public_history.html", context)


def _shown(steps: list[PublicChange], item: Item) -> list[dict[str, Any]]:
    """The steps as the page shows them: as a visitor would see what they name, whoever asks."""
    lines = shown_changes(
        [Change(differences=step.differences, at=step.at) for step in steps], item.kind, ANONYMOUS
    )
    said = Deviation.objects.filter(key=item.pk, edition__concept=item.concept_id)
    reasons = {deviation.day: deviation for deviation in said}
    found = []
    for step, line in zip(steps, lines, strict=True):
        day = timezone.localtime(step.at).date()
        deviation = reasons.get(day) if step.step in {"changed", "again"} else None
        found.append(
            {
                "day": date_words(day),
                "step": STEPS[step.step](),
                "rows": line.rows,
                "other": {"title": str(step.other), "url": step.other.url} if step.other else None,
                "nature": deviation.get_nature_display() if deviation else "",
                "reason": deviation.reason if deviation else "",
            }
        )
    return found


def public_history_link(item: Item) -> dict[str, Any]:
    """Where everybody reads how an item changed; nothing for what is not public."""
    if not has_public_history(item):
        return {}
    return {"public_history_url": reverse("public-history", args=[item.pk])}
