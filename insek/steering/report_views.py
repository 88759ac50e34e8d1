"""All reports on a measure, page by page, and as CSV: what the page of the measure shows the latest of."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.items.pages import ItemPages
from insek.items.views.items import item_breadcrumb, visible_item
from insek.people.actors import actor_of
from insek.thread.models import Item
from insek.web.csv_tables import csv_answer
from insek.web.paging import BadCursor, bounded_count, keyset_page, pager

from .models import StatusReport, StatusReportQuerySet
from .pages import shown_report

PAGE_SIZE = 25


def _reports(request: HttpRequest, item_id: str) -> tuple[Item, ItemPages, StatusReportQuerySet]:
    """The measure behind the gate and its reports behind theirs. Raises Http404."""
    item, pages = visible_item(request, item_id)
    if item.kind != "measure":
        raise Http404
    reports = StatusReport.objects.visible_to(actor_of(request)).filter(measure=item.pk)
    return item, pages, reports.select_related("unit")


@require_safe
def report_list(request: HttpRequest, item_id: str) -> HttpResponse:
    """The reports on a measure, the latest first, as a table."""
    item, pages, reports = _reports(request, item_id)
    try:
        page = keyset_page(
            reports, order=("-reported_on", "-pk"), cursor=request.GET.get("nach", ""), size=PAGE_SIZE
        )
    except BadCursor as error:
        raise Http404 from error
    count = bounded_count(reports)
    context = {
        "item": item,
        "table": _table(page.rows) if page.rows else None,
        "table_url": reverse("report-table", args=[item.pk]),
        "count": count,
        **pager(page),
        "page_title": _("Berichte zu %(item)s") % {"item": item.number or item.kind_label},
        "page_lead": item.title,
        "active_nav": item.kind,
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url), (_("Berichte"), "")
        ),
        "noindex": True,
    }
    return render(request, "steering/report_list.html", context)


def _table(reports: list[StatusReport]) -> dict[str, Any]:
    rows = []
    for report in reports:
        shown = shown_report(report)
        internal = _("Nur für die Verwaltung") if report.is_internal else ""
        rows.append(
            [
                {"text": shown["date"], "note": internal},
                shown["state"],
                *(
                    {"text": shown[name], "is_content": True}
                    for name in ("happened", "next_step", "obstacles")
                ),
                {"text": shown["spent"], "numeric": True},
                shown["unit"],
            ]
        )
    head = (
        _("Tag"), _("Stand"), _("Was geschehen ist"), _("Als Nächstes"), _("Was im Weg steht"), _("Bisher ausgegeben"),
        _("Zuständig"),
    )  # fmt: skip
    return {
        "id": "berichte",
        "caption": _("Berichte, die neuesten zuerst"),
        "columns": [{"label": label, "numeric": at == 5} for at, label in enumerate(head)],
        "rows": rows,
    }


@require_safe
def report_table(request: HttpRequest, item_id: str) -> HttpResponse:
    """The reports on a measure as CSV."""
    item, _pages, reports = _reports(request, item_id)
    head = [
        ("id", _("Kennung")),
        ("measure", _("Maßnahme (Kennung)")),
        ("standing", _("Verlässlichkeit")),
        ("date", _("Tag")),
        ("state", _("Stand (Schlüssel)")),
        ("state_label", _("Stand")),
        ("happened", _("Was geschehen ist")),
        ("next_step", _("Nächster Schritt")),
        ("obstacles", _("Hindernisse")),
        ("spent_eur", _("Ausgaben in Euro")),
        ("unit", _("Zuständig")),
        ("internal", _("Intern")),
        ("deferred_for", _("Warum zurückgestellt")),
        ("on_behalf", _("Für die Stelle eingetragen")),
    ]
    lines = (
        [
            report.key, item.pk, item.get_standing_display(), report.reported_on, report.state, report.get_state_display(), report.happened, report.next_step,
            report.obstacles, report.spent_eur, report.unit or "",
            report.is_internal, report.get_deferred_for_display(), report.on_behalf,
        ]
        for report in reports.order_by("-reported_on", "-pk").iterator(chunk_size=500)
    )  # fmt: skip
    return csv_answer(f"berichte-{item.pk}", head, lines)
