"""The portal: start page, fields of action, process, and what this is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.concept.models import Concept
from insek.council.pages import resolution_lines
from insek.engines.text import shortened
from insek.evidence.pages import figure
from insek.evidence.queries import city_figures, latest_values
from insek.items.pages import pages_of
from insek.participation.minutes import minutes_lines
from insek.participation.queries import open_or_next, takes_contributions
from insek.people.actors import actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.people.models import in_language
from insek.places.pages import city_map
from insek.places.queries import map_places
from insek.thread.kinds import link_kind_named
from insek.thread.models import Item
from insek.thread.shared_cache import cached
from insek.web.context import asker_of, concept_of, concept_or_404, kind_names_of
from insek.web.display import date_words, number_words, period_words, shown_field, shown_item, shown_items
from insek.web.richtext import plain_text

from . import queries
from .example import example_chain
from .timeline import shown_milestones, year_strip

START_MILESTONES = 4
START_RECENT = 3
FIELD_EXCERPT = 6


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What this is, where the process stands, the fields, the map, what is new - in ten seconds."""
    concept = concept_of(request)
    if concept is None:
        return render(
            request, "publish/empty.html", {"page_title": _("Noch kein Konzept"), "active_nav": "start"}
        )
    context = {
        "page_title": "",
        "page_description": plain_text(in_language(concept.introduction, concept.introduction_en), 200),
        "active_nav": "start",
        **cached(concept, actor_of(request), "start page", lambda: _shown_at_start(request, concept)),
    }
    return render(request, "publish/start.html", context)


def _shown_at_start(request: HttpRequest, concept: Concept) -> dict[str, Any]:
    """What the start page says, in plain values, so that it can be kept. Some twenty queries."""
    actor = actor_of(request)
    steps = queries.milestones(concept)
    rows = map_places(concept, actor)
    return {
        "status": _status(request, concept),
        "years": year_strip(steps),
        "milestones": shown_milestones(steps[-START_MILESTONES:]),
        "milestone_count": len(steps),
        "has_examples": queries.has_examples(concept, actor),
        "chain": _chain(request, concept),
        "field_tiles": _field_tiles(request, concept),
        "map": city_map(asker_of(request), rows, id="stadt-karte", title=_("Ihr Ort im Konzept"))
        if len(rows) > 1
        else None,
        "figures": _figures(request, concept),
        "invitation": _invitation(concept),
        "recent": _recent(request, concept),
    }


def _invitation(concept: Concept) -> dict[str, Any] | None:
    """Where people can say something now, or will be able to next; nothing where neither is planned. One query."""
    row = open_or_next(concept)
    if row is None:
        return None
    now, last = row.is_open(), date_words(row.open_until)
    when = _("bis %(day)s") % {"day": last} if now and last else ""
    return {
        "is_open": now,
        "title": row.item.title,
        "is_example": row.item.is_example,
        "when": when or ("" if now else _("ab %(day)s") % {"day": date_words(row.open_from)}),
        "format_url": row.item.url,
        "url": f"{reverse('contribute')}?format={row.pk}",
    }


def _status(request: HttpRequest, concept: Concept) -> dict[str, str]:
    """Where the process stands: adopted when and by whom, else being worked out. Two queries."""
    edition = queries.edition_in_force(concept)
    if edition is None:
        return {"label": _("In Arbeit"), "text": _("Das Konzept wird gerade erarbeitet."), "url": ""}
    resolution = queries.adopting_resolution(edition, actor_of(request))
    if resolution is None:
        url, text = reverse("edition", args=[edition.key]), ""
    else:
        url, text = resolution.url, str(resolution.resolution.body)
    label = _("Beschlossen am %(date)s") % {"date": date_words(edition.date)}
    return {"label": label, "text": text, "url": url}


def _chain(request: HttpRequest, concept: Concept) -> list[dict[str, Any]]:
    """The example of the golden thread, each station with the reason of the link that leads to it. Seven queries."""
    names = kind_names_of(request)
    stations = example_chain(concept, actor_of(request))
    if not stations:
        return []
    number = latest_values([stations[0].item.pk]).get(stations[0].item.pk)
    shown: list[dict[str, Any]] = [
        {
            "item": shown_item(station.item, names),
            "label": link_kind_named(station.link.kind).label_towards("target") if station.link else "",
            "reason": station.link.reason if station.link else "",
        }
        for station in stations
    ]
    if number is not None:
        shown[0]["value"] = number_words(number.value, number.indicator.decimals)
        shown[0]["unit"] = number.indicator.unit_text
        shown[0]["period"] = period_words(number.period)
    return shown


def _recent(request: HttpRequest, concept: Concept) -> list[dict[str, Any]]:
    """The newest resolutions, then what changed last in the concept. Two queries."""
    actor, names = actor_of(request), kind_names_of(request)
    decided = queries.newest_resolutions(concept, actor, size=START_RECENT)
    changed = queries.recent_items(concept, actor, size=START_RECENT)
    return [
        *({"item": shown_item(item, names), "date": date_words(item.resolution.date)} for item in decided),
        *(
            {
                "item": shown_item(item, names),
                "date": _("geändert am %(date)s") % {"date": date_words(localdate(item.updated_at))},
            }
            for item in changed
        ),
    ]


def _field_tiles(request: HttpRequest, concept: Concept) -> list[dict[str, Any]]:
    """The fields with their numbers of goals, measures and findings. Two queries."""
    names = kind_names_of(request)
    return [
        {
            "field": {
                "name": str(summary.field),
                "colour": summary.field.colour,
                "icon": summary.field.icon,
                "url": summary.field.url,
                "aim": summary.field.aim_text,
                "standing": summary.field.standing,
            },
            "counts": [
                {"value": number, "label": names(kind, plural=number != 1)}
                for kind in queries.COUNTED
                if (number := summary.counts.get(kind, 0))
            ],
        }
        for summary in queries.field_summaries(concept, actor_of(request))
    ]


def _figures(request: HttpRequest, concept: Concept) -> list[dict[str, Any]]:
    """One figure of the whole city for each field of action. Five queries."""
    shown = []
    for points, breaks in city_figures(concept, actor_of(request)):
        indicator = points[-1].indicator
        label = in_language(indicator.item.title, indicator.title_en)
        shown.append({**figure(points, breaks, label=label), "url": indicator.item.url})
    return shown


@require_safe
def field_list(request: HttpRequest) -> HttpResponse:
    """The fields of action side by side."""
    concept = concept_or_404(request)
    context = {
        "field_tiles": _field_tiles(request, concept),
        "themes": [{"name": str(theme), "key": theme.key} for theme in concept.themes.all()],
        "page_title": _("Handlungsfelder"),
        "page_lead": _("In diesen Feldern will die Stadt ihre Ziele erreichen."),
        "active_nav": "fields",
        "breadcrumb": breadcrumb((_("Handlungsfelder"), "")),
    }
    return render(request, "publish/field_list.html", context)


@require_safe
def field_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One field: its aim, its picture of the future, its findings, goals, measures and indicators."""
    concept = concept_or_404(request)
    field = get_object_or_404(concept.fields, key=key)
    names = kind_names_of(request)
    visible = Item.objects.visible_to(actor_of(request)).filter(concept=concept)
    kinds = ("finding", "goal", "measure", "indicator")
    adopting = visible.filter(kind="resolution", resolution__adopted_fields=field).select_related(
        "resolution__body"
    )[:5]
    groups = []
    for part in queries.excerpts(visible.filter(fields=field), kinds, size=FIELD_EXCERPT):
        pages = pages_of(part.kind.name)
        pages.prepare(part.items)
        if part.items:
            groups.append(
                {
                    "kind": part.kind.name,
                    "label": names(part.kind.name, plural=True),
                    "explanation": part.kind.explanation,
                    "more_url": f"{reverse(part.kind.list_name)}?feld={field.key}" if part.more else "",
                    "rows": [
                        {
                            "item": shown,
                            "text": _latest(item) or plain_text(item.text, 130),
                            "mark": pages.mark(item),
                        }
                        for item, shown in zip(part.items, shown_items(part.items, names), strict=True)
                    ],
                }
            )
    context = {
        "field": shown_field(field),
        "aim": field.aim_text,
        "aim_source_url": field.aim_source_url,
        "standing": {"standing": field.standing, "visibility": "public"},
        "perspective": field.perspective,
        "perspective_standing": {"standing": field.perspective_standing, "visibility": "public"},
        "groups": groups,
        "adopting": resolution_lines(adopting, names),
        "horizon": concept.horizon_to,
        "say_url": f"{reverse('contribute')}?feld={field.key}" if takes_contributions(concept) else "",
        "page_title": str(field),
        "page_description": shortened(field.aim_text, 200),
        "active_nav": "fields",
        "breadcrumb": breadcrumb((_("Handlungsfelder"), reverse("field-list")), (str(field), "")),
    }
    return render(request, "publish/field.html", context)


def _latest(item: Item) -> str:
    """The latest value of an indicator with its date; nothing for other kinds."""
    latest = getattr(item, "latest", None)
    if latest is None:
        return ""
    amount = number_words(latest.value, latest.indicator.decimals)
    return f"{amount} {latest.indicator.unit_text}, {period_words(latest.period)}"


@require_safe
def process(request: HttpRequest) -> HttpResponse:
    """How the concept came about, step by step, and what happens with it now."""
    concept = concept_or_404(request)
    actor = actor_of(request)
    steps = queries.milestones(concept)
    minutes = Item.objects.filter(concept=concept, minutes__milestone__isnull=False)
    context = {
        "milestones": shown_milestones(steps, minutes=minutes_lines(minutes, actor, most=200)),
        "anchors": True,
        "years": year_strip(steps),
        "status": _status(request, concept),
        "page_title": _("Wie das Konzept entstanden ist"),
        "page_lead": _("Vom ersten Beschluss bis heute, mit den Quellen."),
        "active_nav": "process",
        "breadcrumb": breadcrumb((_("Prozess"), "")),
    }
    return render(request, "publish/process.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this concept is, what is real and what is an example."""
    concept = concept_or_404(request)
    context = {
        "introduction": in_language(concept.introduction, concept.introduction_en),
        "licence": concept.licence,
        "standings": [
            {"standing": standing, "visibility": "public", "meaning": meaning}
            for standing, meaning in (
                ("fact", _("Eine Tatsache oder ein Beschluss; die Quelle steht dabei.")),
                ("official", _("Wörtlich aus einem amtlichen Dokument, mit Seite.")),
                ("working", _("Daran wird noch gearbeitet; es ist nicht beschlossen.")),
                (
                    "example",
                    _("Erfunden, damit man sieht, wie das Konzept arbeitet. Keine Aussage der Stadt."),
                ),
            )
        ],
        "page_title": _("Über dieses Konzept"),
        "active_nav": "start",
        "breadcrumb": breadcrumb((_("Über dieses Konzept"), "")),
    }
    return render(request, "publish/about.html", context)
