"""The own area of a member of staff, a council member or anybody else with a login."""

from __future__ import annotations

import rules
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from insek.people.models import Membership
from insek.thread.gaps import all_gaps
from insek.thread.models import Change, Item, Visibility

from ..context import concept_of
from ..pages import all_pages
from ..paging import bounded_count

SHOWN = 8


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, what changed last, what I can start."""
    actor = request.actor  # type: ignore[attr-defined]
    concept = concept_of(request)
    visible = Item.objects.visible_to(actor).filter(concept=concept)
    context = {
        "memberships": list(
            Membership.objects.current().filter(user=request.user).select_related("role", "body")
        ),
        "create_links": [
            {"label": pages.spec.new_label, "url": reverse(f"{pages.kind}-create")} for pages in all_pages()
        ]
        if rules.test_rule("thread.create_item", actor)
        else [],
        "in_round": list(visible.filter(visibility=Visibility.ROUND).prefetch_related("fields")[:SHOWN]),
        "own_measures": list(
            visible.filter(kind="measure", measure__responsible=actor.unit_id).prefetch_related("fields")[
                :SHOWN
            ]
        )
        if actor.unit_id
        else [],
        "page_title": _("Mein Bereich"),
        "breadcrumb": [
            {"label": _("Start"), "url": reverse("start")},
            {"label": _("Mein Bereich"), "url": ""},
        ],
        "noindex": True,
        "can_manage_people": rules.test_rule("people.manage", actor),
    }
    if actor.sees_internal and concept is not None:
        gaps = [(gap, bounded_count(gap.find(concept))) for gap in all_gaps()]
        context["gaps"] = [
            {"gap": gap, "count": count, "url": reverse("gap", args=[gap.name])}
            for gap, count in gaps
            if count
        ]
        changes = list(Change.objects.filter(concept=concept).select_related("actor")[:SHOWN])
        items = {item.pk: item for item in visible.filter(pk__in=[change.item_id for change in changes])}
        context["changes"] = [{"change": change, "item": items.get(change.item_id)} for change in changes]
        context["internal_count"] = bounded_count(visible.filter(visibility=Visibility.INTERNAL))
    return render(request, "web/home.html", context)
