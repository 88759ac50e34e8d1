"""Where the thread is torn, the gravest first, each with the way to mend it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from insek.people.actors import require
from insek.thread.gaps import SEVERITIES, Gap, all_gaps, gap_named

from ..context import concept_of
from ..paging import COUNT_LIMIT, BadCursor, bounded_count, keyset_page
from .items import PAGE_SIZE

ORDERS = {"item": ("sort_key", "pk"), "field": ("position", "pk"), "link": ("pk",)}


@login_required
@require_GET
def gap_list(request: HttpRequest) -> HttpResponse:
    """All rules with the number of torn places."""
    require(request.actor, "thread.see_gaps")  # type: ignore[attr-defined]
    concept = concept_of(request)
    if concept is None:
        raise Http404
    groups = []
    for severity, label in SEVERITIES.items():
        gaps = [
            {"gap": gap, "count": bounded_count(gap.find(concept)), "url": reverse("gap", args=[gap.name])}
            for gap in all_gaps()
            if gap.severity == severity
        ]
        groups.append({"severity": severity, "label": label, "gaps": gaps})
    context = {
        "groups": groups,
        "count_limit": COUNT_LIMIT,
        "page_title": _("Wo der rote Faden gerissen ist"),
        "page_lead": _("Jede Lücke hat einen Weg, sie zu schließen."),
        "breadcrumb": [
            {"label": _("Mein Bereich"), "url": reverse("home")},
            {"label": _("Lücken"), "url": ""},
        ],
        "noindex": True,
    }
    return render(request, "web/gap_list.html", context)


@login_required
@require_GET
def gap_detail(request: HttpRequest, name: str) -> HttpResponse:
    """The torn places of one rule."""
    require(request.actor, "thread.see_gaps")  # type: ignore[attr-defined]
    concept = concept_of(request)
    try:
        gap = gap_named(name)
    except KeyError as error:
        raise Http404 from error
    if concept is None:
        raise Http404
    rows: Any = gap.find(concept)
    if gap.subject == "link":
        rows = rows.select_related("source", "target")
    elif gap.subject == "item":
        rows = rows.prefetch_related("fields")
    try:
        page = keyset_page(
            rows, order=ORDERS[gap.subject], cursor=request.GET.get("nach", ""), size=PAGE_SIZE
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "gap": gap,
        "severity_label": SEVERITIES[gap.severity],
        "page": page,
        "entries": [{"subject": row, "mend_url": mend_url(gap, row)} for row in page.rows],
        "page_title": str(gap.title),
        "page_lead": str(gap.advice),
        "breadcrumb": [
            {"label": _("Mein Bereich"), "url": reverse("home")},
            {"label": _("Lücken"), "url": reverse("gap-list")},
            {"label": str(gap.title), "url": ""},
        ],
        "noindex": True,
    }
    return render(request, "web/gap_detail.html", context)


def mend_url(gap: Gap, subject: Any) -> str:
    """The page on which this gap is mended."""
    if gap.mend == "reason":
        return reverse("link-edit", args=[subject.pk])
    if gap.mend == "goal":
        return f"{reverse('goal-create')}?feld={subject.key}"
    if gap.mend == "observations":
        return reverse("observation-create", args=[subject.pk])
    if gap.mend == "edit":
        return reverse("item-edit", args=[subject.pk])
    if gap.mend == "link":
        return reverse("item-link", args=[subject.pk])
    raise ValueError(gap.mend)
