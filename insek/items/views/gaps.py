"""Where the thread is torn, the gravest first, each with the way to mend it."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from insek.concept.models import Concept
from insek.people.actors import Actor, actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.thread.gaps import SEVERITIES, Gap, all_gaps, gap_named, torn
from insek.thread.kinds import link_kind_named
from insek.thread.shared_cache import cached
from insek.web.context import concept_or_404, kind_names_of
from insek.web.display import KindNames
from insek.web.paging import (
    COUNT_LIMIT,
    PAGE_SIZE,
    BadCursor,
    bounded_count,
    bounded_counts,
    keyset_page,
    pager,
)

from ..mending import mend_named

HEADINGS = {
    "blocking": gettext_lazy("Verhindert den Beschluss"),
    "warning": gettext_lazy("Hier fehlt etwas"),
    "hint": gettext_lazy("Hier lohnt ein Blick"),
}
ORDERS = {"item": ("sort_key", "pk"), "field": ("position", "pk"), "link": ("pk",)}


@login_required
@require_safe
def gap_list(request: HttpRequest) -> HttpResponse:
    """All rules with the number of torn places; what is whole is said too."""
    actor = actor_of(request)
    require(actor, "thread.see_gaps")
    concept = concept_or_404(request)
    counted = counted_gaps(concept, actor)
    groups = [
        {"severity": severity, "label": HEADINGS[severity],
         "gaps": [entry for entry in counted if entry["gap"].severity == severity and entry["count"]]}
        for severity in SEVERITIES
    ]  # fmt: skip
    context = {
        "groups": [group for group in groups if group["gaps"]],
        "closed": [entry for entry in counted if not entry["count"]],
        "blocking": sum(1 for entry in counted if entry["count"] and entry["gap"].severity == "blocking"),
        "page_title": _("Wo der rote Faden gerissen ist"),
        "page_lead": _("Jede Zeile sagt, wie oft etwas fehlt, und führt dorthin, wo es sich ergänzen lässt."),
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Lücken"), "")),
        "noindex": True,
    }
    return render(request, "items/gap_list.html", context)


def counted_gaps(concept: Concept, actor: Actor) -> list[dict[str, Any]]:
    """All rules with the number of torn places, counted once after each change, all in one query."""

    def made() -> list[int]:
        return bounded_counts([torn(gap, concept, actor) for gap in all_gaps()])

    counts = cached(concept, actor, "gap counts", made)
    return [counted_gap(gap, count) for gap, count in zip(all_gaps(), counts, strict=True)]


def counted_gap(gap: Gap, count: int) -> dict[str, Any]:
    """A rule with its number of torn places as the page shows it."""
    many = count > COUNT_LIMIT
    return {
        "gap": gap,
        "count": count,
        "count_label": f"> {number_format(COUNT_LIMIT, force_grouping=True)}"
        if many
        else number_format(count, force_grouping=True),
        "url": reverse("gap", args=[gap.name]),
    }


@login_required
@require_safe
def gap_detail(request: HttpRequest, name: str) -> HttpResponse:
    """The torn places of one rule."""
    actor = actor_of(request)
    require(actor, "thread.see_gaps")
    concept = concept_or_404(request)
    try:
        gap = gap_named(name)
    except KeyError as error:
        raise Http404 from error
    rows: Any = torn(gap, concept, actor)
    if gap.subject == "link":
        rows = rows.select_related("source", "target")
    elif gap.subject == "item":
        rows = rows.select_related("concept").prefetch_related("fields")
    try:
        page = keyset_page(
            rows, order=ORDERS[gap.subject], cursor=request.GET.get("nach", ""), size=PAGE_SIZE
        )
    except BadCursor as error:
        raise Http404 from error
    names = kind_names_of(request)
    context = {
        "gap": gap,
        "severity_label": SEVERITIES[gap.severity],
        "may_mend": may_mend(gap, actor),
        "entries": [entry_of(gap, row, names) for row in page.rows],
        "result_label": counted_gap(gap, bounded_count(torn(gap, concept, actor)))["count_label"],
        **pager(page),
        "page_title": str(gap.title),
        "page_lead": str(gap.advice),
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Lücken"), reverse("gap-list")), (str(gap.title), "")),
        "noindex": True,
    }
    return render(request, "items/gap_detail.html", context)


def entry_of(gap: Gap, subject: Any, names: KindNames) -> dict[str, Any]:
    """One torn place: what it is, where it stands, and the way to mend it."""
    if gap.subject == "link":
        title = f"{subject.source} → {subject.target}"
        kicker = str(link_kind_named(subject.kind).forward)
        return {"number": "", "title": title, "kicker": kicker, "url": subject.source.url, "item": None,
                "mend_url": mend_named(gap.mend).address(gap, subject), "mend_label": mend_named(gap.mend).label}  # fmt: skip
    is_item = gap.subject == "item"
    return {
        "number": subject.number if is_item else "",
        "title": subject.shown_title if is_item else str(subject),
        "kicker": names(subject.kind) if is_item else _("Handlungsfeld"),
        "url": subject.url,
        "item": subject if is_item else None,
        "says": gap.says(subject) if gap.says else "",
        "mend_url": mend_named(gap.mend).address(gap, subject),
        "mend_label": mend_named(gap.mend).label,
    }


def may_mend(gap: Gap, actor: Actor) -> bool:
    """Whether the page that mends this gap lets the actor in."""
    return bool(rules.test_rule(mend_named(gap.mend).rule, actor))
