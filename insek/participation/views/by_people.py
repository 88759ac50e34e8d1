"""Contributions for each 1,000 inhabitants, as a page and as a table."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.people.breadcrumbs import breadcrumb
from insek.thread.kinds import kind_names
from insek.web.context import asker_of, concept_or_404
from insek.web.csv_tables import csv_answer

from ..by_people import spoken_city, spoken_context


@require_safe
def contributions_by_people(request: HttpRequest) -> HttpResponse:
    """Where people speak up: contributions by district against its inhabitants."""
    concept_or_404(request)
    asker = asker_of(request)
    city = spoken_city(asker)
    title = _("Beiträge je 1.000 Menschen")
    context: dict[str, Any] = {
        "spoken": city,
        "page_title": title,
        "active_nav": "contribution",
        "breadcrumb": breadcrumb(
            (kind_names(asker)("contribution", plural=True), reverse("contribution-list")), (title, "")
        ),
    }
    if city is not None:
        context |= spoken_context(asker, city)
    return render(request, "participation/by_people.html", context)


@require_safe
def contributions_by_people_table(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    concept_or_404(request)
    city = spoken_city(asker_of(request))
    if city is None:
        raise Http404
    head = [
        ("district", _("Raum")), ("code", _("Schlüssel")), ("contributions", _("Beiträge")), ("people", _("Menschen")),
        ("rate", _("je 1.000 Menschen")), ("period", _("Einwohnerzahlen")),
    ]  # fmt: skip
    rows = [
        [
            area.district.item.title,
            area.district.code,
            area.contributions,
            area.people,
            area.rate,
            city.period,
        ]
        for area in city.areas
    ]
    return csv_answer("beitraege-je-1000", head, rows)
