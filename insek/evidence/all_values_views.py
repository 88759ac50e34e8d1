"""All values to take along: as a table, as a workbook, with the districts for a geographic information system."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.people.actors import Actor, actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.thread.models import Item
from insek.thread.shared_cache import cached
from insek.web.context import concept_or_404, kind_names_of
from insek.web.csv_tables import CONTENT_TYPE
from insek.web.display import number_words, period_words

from .all_values import (
    MOST_IN_WORKBOOK,
    as_geojson,
    district_features,
    value_lines,
    value_workbook,
    visible_values,
    year_table,
)
from .queries import series_of
from .words import quality_words, shown_number

GEOJSON = "application/geo+json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_YEARS = 8
"""Years of a table on the page; the files have all."""
MOST_CHOICES = 400
"""Indicators that can be chosen on the page."""


@require_safe
def all_values(request: HttpRequest) -> HttpResponse:
    """What there is, the files, and for one indicator the places by years."""
    concept, actor = concept_or_404(request), actor_of(request)
    counts = cached(concept, actor, "all values", lambda: _counts(concept, actor))
    items = Item.objects.visible_to(actor).filter(
        concept=concept, kind="indicator", pk__in=counts["indicators"]
    )
    choices = list(items.order_by("sort_key", "pk").only("pk", "number", "title", "title_en")[:MOST_CHOICES])
    asked = request.GET.get("indikator", "")
    chosen = next((item for item in choices if not asked or item.pk == asked), None)
    if asked and chosen is None:
        raise Http404
    names = kind_names_of(request)
    context = {
        "counts": {name: number_words(counts[name]) for name in ("values", "places")},
        "indicator_count": len(counts["indicators"]),
        "has_workbook": counts["values"] <= MOST_IN_WORKBOOK,
        "most_in_workbook": number_words(MOST_IN_WORKBOOK),
        "choices": choices,
        "chosen": chosen,
        "table": _table(chosen, actor) if chosen else None,
        "page_title": _("Alle Zahlen"),
        "active_nav": "indicator",
        "breadcrumb": breadcrumb(
            (names("indicator", plural=True), reverse("indicator-list")), (_("Alle Zahlen"), "")
        ),
    }
    return render(request, "evidence/all_values.html", context)


def _counts(concept: Any, actor: Actor) -> dict[str, Any]:
    """How many values there are, of which indicators, for how many places. Three queries."""
    rows = visible_values(concept, actor).order_by()
    indicators = rows.values_list("indicator", flat=True).distinct()
    return {
        "values": rows.count(),
        "indicators": sorted(indicators),
        "places": rows.values("district").distinct().count(),
    }


def _table(item: Item, actor: Actor) -> dict[str, Any]:
    """Places by years of one indicator."""
    indicator = item.indicator
    indicator.item = item
    years, rows = year_table(series_of(indicator, actor), most_years=MOST_YEARS)
    return {
        "id": "raum-und-jahr",
        "caption": _("%(title)s nach Raum und Jahr, in %(unit)s")
        % {"title": item.title, "unit": indicator.unit_text},
        "columns": [
            {"label": _("Raum")},
            {"label": _("Schlüssel")},
            *({"label": period_words(year), "numeric": True} for year in years),
        ],
        "rows": [
            [
                {"text": district.item.title, "url": district.item.url, "is_content": True},
                district.code or "–",
                *(
                    {"text": shown_number(point), "note": quality_words(point), "numeric": True}
                    if point
                    else {"text": "–", "numeric": True}
                    for point in points
                ),
            ]
            for district, points in rows
        ],
    }


@require_safe
def all_values_table(request: HttpRequest) -> StreamingHttpResponse:
    """Every value in a line, as CSV."""
    lines = value_lines(concept_or_404(request), actor_of(request))
    response = StreamingHttpResponse(lines, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{_("zahlen")}.csv"'
    return response


@require_safe
def all_values_workbook(request: HttpRequest) -> HttpResponse:
    """The same as XLSX, with a second sheet of places by years; where there are too many values, only the CSV file is there."""
    concept, actor = concept_or_404(request), actor_of(request)
    if (
        visible_values(concept, actor).order_by().values("pk")[: MOST_IN_WORKBOOK + 1].count()
        > MOST_IN_WORKBOOK
    ):
        raise Http404
    response = HttpResponse(value_workbook(concept, actor).getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{_("zahlen")}.xlsx"'
    return response


@require_safe
def district_map(request: HttpRequest) -> HttpResponse:
    """The districts with the latest value of every indicator, as GeoJSON."""
    concept, actor = concept_or_404(request), actor_of(request)
    text = cached(concept, actor, "district values", lambda: as_geojson(district_features(concept, actor)))
    response = HttpResponse(text, content_type=GEOJSON)
    response["Content-Disposition"] = 'inline; filename="districts.geojson"'
    return response
