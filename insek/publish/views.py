"""The portal: start page, fields of action, process, map."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from insek.concept.models import Concept
from insek.evidence.queries import latest_values
from insek.people.models import in_language
from insek.places.queries import districts, map_features
from insek.thread.models import Item
from insek.web.context import concept_of

from . import queries

START_FIGURES = 4


def _concept(request: HttpRequest) -> Concept:
    concept = concept_of(request)
    if concept is None:
        raise Http404
    return concept


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """What this is, where the process stands, the fields, the map, what is new - in ten seconds."""
    concept = concept_of(request)
    if concept is None:
        context = {"page_title": _("Noch kein Konzept"), "active_nav": "start"}
        return render(request, "publish/empty.html", context)
    actor = request.actor  # type: ignore[attr-defined]
    steps = queries.milestones(concept)
    rows = list(districts(concept, actor))
    indicators = list(
        Item.objects.visible_to(actor)
        .filter(concept=concept, kind="indicator")
        .select_related("indicator")[:START_FIGURES]
    )
    latest = latest_values(item.pk for item in indicators)
    context = {
        "fields": queries.field_summaries(concept, actor),
        "milestones": steps,
        "last_milestone": steps[-1] if steps else None,
        "edition": queries.edition_in_force(concept),
        "figures": [{"item": item, "latest": latest[item.pk]} for item in indicators if item.pk in latest],
        "map_features": map_features(rows),
        "districts": [row for row in rows if row.level != "city"],
        "schematic": any(row.schematic for row in rows),
        "recent": queries.recent_items(concept, actor, size=5),
        "basemap_style": settings.INSEK_BASEMAP_STYLE,
        "page_title": "",
        "active_nav": "start",
    }
    return render(request, "publish/start.html", context)


@require_GET
def field_list(request: HttpRequest) -> HttpResponse:
    """The fields of action side by side."""
    concept = _concept(request)
    context = {
        "fields": queries.field_summaries(concept, request.actor),  # type: ignore[attr-defined]
        "page_title": _("Handlungsfelder"),
        "page_lead": _("In diesen Feldern will die Stadt ihre Ziele erreichen."),
        "active_nav": "fields",
        "breadcrumb": [
            {"label": _("Start"), "url": reverse("start")},
            {"label": _("Handlungsfelder"), "url": ""},
        ],
    }
    return render(request, "publish/field_list.html", context)


@require_GET
def field_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One field: its aim, its picture of the future, its findings, goals, measures and indicators."""
    concept = _concept(request)
    field = get_object_or_404(concept.fields, key=key)
    visible = Item.objects.visible_to(request.actor).filter(concept=concept, fields=field)  # type: ignore[attr-defined]
    context = {
        "field": field,
        "excerpts": queries.excerpts(visible, ("finding", "goal", "measure", "indicator"), size=6),
        "adopting": list(
            Item.objects.visible_to(request.actor).filter(
                kind="resolution", resolution__adopted_fields=field
            )[:5]  # type: ignore[attr-defined]
        ),
        "page_title": str(field),
        "active_nav": "fields",
        "breadcrumb": [
            {"label": _("Start"), "url": reverse("start")},
            {"label": _("Handlungsfelder"), "url": reverse("field-list")},
            {"label": str(field), "url": ""},
        ],
    }
    return render(request, "publish/field.html", context)


@require_GET
def process(request: HttpRequest) -> HttpResponse:
    """How the concept came about, step by step, and what happens with it now."""
    concept = _concept(request)
    context = {
        "milestones": queries.milestones(concept),
        "edition": queries.edition_in_force(concept),
        "page_title": _("Wie das Konzept entstanden ist"),
        "active_nav": "start",
        "breadcrumb": [{"label": _("Start"), "url": reverse("start")}, {"label": _("Prozess"), "url": ""}],
    }
    return render(request, "publish/process.html", context)


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """What this concept is, what is real and what is an example."""
    concept = _concept(request)
    context = {
        "introduction": in_language(concept.introduction, concept.introduction_en),
        "page_title": _("Über dieses Konzept"),
        "active_nav": "start",
        "breadcrumb": [
            {"label": _("Start"), "url": reverse("start")},
            {"label": _("Über dieses Konzept"), "url": ""},
        ],
    }
    return render(request, "publish/about.html", context)


@never_cache
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether this process can answer and reach its database; 503 when not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": False}, status=503)
    return JsonResponse({"status": "ok", "database": True})
