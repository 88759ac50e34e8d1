"""The page on which the spatial concept adds up, and its tables as files."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from insek.people.actors import actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.web.context import asker_of
from insek.web.csv_tables import csv_answer
from insek.web.display import number_words

from .ahead import STEP, WORDS
from .asked import AskedPlan, asked_plan, planned
from .sum_tables import (
    HEAD,
    VIEW,
    VIEWS,
    SumView,
    address,
    cells_of,
    offered,
    sum_chart,
    sum_notes,
    sum_table,
    summary,
    workbook,
)
from .sums import MOST_SUMMED, PlanSums, plan_sums

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(request: HttpRequest) -> tuple[AskedPlan, PlanSums, SumView]:
    asker = asker_of(request)
    asked = asked_plan(asker)
    items = planned(asker, asked, MOST_SUMMED)
    sums = plan_sums(
        asker,
        [item for item in items[:MOST_SUMMED] if asked.shows(item)],
        variant=asked.variant,
        variants=[key for key, _label in asked.choices],
        is_cut=len(items) > MOST_SUMMED,
    )
    view = VIEWS.get(request.GET.get(VIEW) or "zeichen")
    if view is None:
        raise Http404
    return asked, sums, view


@require_safe
def spatial_sums(request: HttpRequest) -> HttpResponse:
    """What the elements add up to, looked at in one way at a time."""
    asked, sums, view = _asked(request)
    groups = view.groups(sums)
    table = sum_table(view, groups, sums.total) if groups else None
    chart = sum_chart(view, groups)
    context = {
        "page_title": _("Was das Raumkonzept summiert"),
        "page_lead": _("Wohnungen und Flächen der Raumelemente, nach Zeichen, Zeit, Stadtteil und Handlungsfeld."),
        "active_nav": "spatial",
        "breadcrumb": breadcrumb(
            (_("Gesamträumliches Konzept"), reverse("spatial-concept")), (_("Summen"), "")
        ),
        "sentence": summary(sums),
        "views": [
            {"label": each.label, "url": address("spatial-sums", asked, nach=each.name), "is_chosen": each is view}
            for each in offered(sums)
        ],
        "filters": asked.filter_parts,
        "hidden": [
            {"name": VIEW, "value": view.name},
            *([{"name": STEP, "value": WORDS[asked.step]}] if asked.step is not None else []),
        ],
        "step": WORDS[asked.step] if asked.step is not None else "",
        "whole_url": f"{reverse('spatial-sums')}?{VIEW}={view.name}",
        "reset_url": f"{request.path}?{VIEW}={view.name}" if asked.variant else "",
        "result_label": ngettext("%(count)s Element", "%(count)s Elemente", len(sums.shown))
        % {"count": number_words(len(sums.shown))},
        "chart": {"id": "summen-bild", "title": chart[0], "description": "", "spec": chart[1], "table": table}
        if chart
        else None,
        "table": table,
        "notes": sum_notes(view, sums, groups),
        "has_examples": sums.has_examples,
        "shows_internal": actor_of(request).sees_internal,
        "csv_url": address("spatial-sums-table", asked, nach=view.name),
        "xlsx_url": address("spatial-sums-workbook", asked),
        "noindex": bool(asked.values),
    }  # fmt: skip
    return render(request, "space/spatial_sums.html", context)


@require_safe
def spatial_sums_table(request: HttpRequest) -> HttpResponse:
    """The chosen sums as CSV."""
    _asked_for, sums, view = _asked(request)
    groups = view.groups(sums)
    rows = groups if view.name == "variante" else [*groups, sums.total]
    return csv_answer(f"raumkonzept-{view.name}", HEAD, (cells_of(group) for group in rows))


@require_safe
def spatial_sums_workbook(request: HttpRequest) -> FileResponse:
    """All sums and the elements they are made of as a workbook."""
    _asked_for, sums, _view = _asked(request)
    return FileResponse(
        workbook(sums), as_attachment=True, filename="raumkonzept-summen.xlsx", content_type=XLSX
    )
