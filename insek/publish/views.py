"""The portal: start page, fields of action, process, and what this is."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.concept.models import Concept, Field
from insek.engines.text import shortened
from insek.evidence.figures import may_lead
from insek.evidence.pages import figure
from insek.evidence.queries import city_figures, latest_values
from insek.participation.minutes import minutes_lines
from insek.participation.queries import open_or_next
from insek.people.actors import actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.people.models import german_mark, in_language
from insek.places.basemap.archive import generation_of_base_map
from insek.places.pages import city_map
from insek.places.queries import map_places
from insek.thread.kinds import kind_named, link_kind_named
from insek.thread.models import Item
from insek.thread.shared_cache import cached
from insek.web.context import asker_of, concept_fields, concept_of, concept_or_404, kind_names_of
from insek.web.display import (
    date_words,
    example_share,
    number_words,
    period_words,
    shown_field,
    shown_item,
)
from insek.web.richtext import plain_text

from . import queries
from .at_a_glance import at_a_glance, what_comes_next
from .example import example_chain
from .field_page import field_page
from .timeline import shown_milestones, year_strip

START_RECENT = 3
FEWEST_FIGURES = 3
"""Fewer figures of the city are no row; the list of indicators has them."""


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
        **cached(
            concept,
            actor_of(request),
            ("start page", generation_of_base_map()),
            lambda: _shown_at_start(request, concept),
        ),
    }
    return render(request, "publish/start.html", context)


def _shown_at_start(request: HttpRequest, concept: Concept) -> dict[str, Any]:
    """What the start page says, in plain values, so that it can be kept. Some twenty queries."""
    actor = actor_of(request)
    rows, asker = map_places(concept, actor), asker_of(request)
    glance = at_a_glance(asker, concept)
    return {
        "status": _status(request, concept),
        "glance": glance,
        "ahead": what_comes_next(asker, concept),
        "has_examples": queries.has_examples(concept, actor),
        "chain": _chain(request, concept),
        "field_tiles": [
            {**tile, **glance["field_bars"].get(tile["key"], {})} for tile in _field_tiles(request, concept)
        ],
        "map": {**city_map(asker, rows, id="stadt-karte", title=_("Ihr Ort im Konzept")), "folds": True}
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
        return {
            "label": _("In Arbeit"),
            "text": _("Das Konzept wird gerade erarbeitet."),
            "url": "",
            "edition_url": "",
        }
    resolution = queries.adopting_resolution(edition, actor_of(request))
    if resolution is None:
        url, text = reverse("edition", args=[edition.key]), ""
    else:
        url, text = resolution.url, str(resolution.resolution.body)
    label = _("Beschlossen am %(date)s") % {"date": date_words(edition.date)}
    return {"label": label, "text": text, "url": url, "edition_url": reverse("edition", args=[edition.key])}


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
        shown[0]["unit"] = number.indicator.unit_after(shown[0]["value"])
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
            "key": summary.field.key,
            "field": {
                "name": str(summary.field),
                "colour": summary.field.colour,
                "icon": summary.field.icon,
                "url": summary.field.url,
                "aim": summary.field.aim_text,
                "standing": summary.field.standing,
                "visibility": "internal" if summary.field.waits_for else "public",
            },
            "counts": [
                {
                    "value": number_words(count[0]),
                    "label": names(kind, plural=count[0] != 1),
                    "share": example_share(count[1], count[0]),
                    "url": f"{reverse(kind_named(kind).list_name)}?feld={summary.field.key}",
                }
                for kind in queries.COUNTED
                if (count := summary.counts.get(kind))
            ],
        }
        for summary in queries.field_summaries(concept, actor_of(request))
    ]


def _figures(request: HttpRequest, concept: Concept) -> list[dict[str, Any]]:
    """One figure of the whole city for each field of action, of those that are young enough to lead a page. Five queries."""
    shown = []
    for points, breaks in city_figures(concept, actor_of(request)):
        if not may_lead(points[-1].period):
            continue
        indicator = points[-1].indicator
        label = indicator.title_text
        shown.append({**figure(points, breaks, label=label), "url": indicator.item.url})
    return shown if len(shown) >= FEWEST_FIGURES else []


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
    """One field: where it stands, its goals and what is done for them, what it rests on. Made once after each change."""
    concept = concept_or_404(request)
    field = next((one for one in concept_fields(request) if one.key == key), None)
    if field is None:
        raise Http404

    def made() -> str:
        return SafeString(
            render_to_string("publish/_field.html", _shown_field(request, concept, field), request)
        )

    names = kind_names_of(request)
    beside = (
        *((one.key, str(one), one.colour, one.icon) for one in concept_fields(request)),
        *(names(kind, plural=True) for kind in ("goal", "measure", "finding", "indicator")),
    )
    context = {
        "body": cached(concept, actor_of(request), ("field page", key, field.version, *beside), made),
        "page_title": str(field),
        "page_description": shortened(field.aim_text, 200),
        "waits_for": str(concept.editions.filter(key=field.waits_for).first() or field.waits_for)
        if field.waits_for
        else "",
        "active_nav": "fields",
        "breadcrumb": breadcrumb((_("Handlungsfelder"), reverse("field-list")), (str(field), "")),
    }
    return render(request, "publish/field.html", context)


def _shown_field(request: HttpRequest, concept: Concept, field: Field) -> dict[str, Any]:
    """What the page of a field says, with its own texts."""
    first, _blank, rest = field.perspective_text.strip().partition("\n\n")
    return {
        "field": shown_field(field),
        "aim": field.aim_text,
        "aim_source_url": field.aim_source_url,
        "standing": {"standing": field.standing, "visibility": "public"},
        "perspective": {"first": first, "rest": rest.strip(), "lang": german_mark(field.perspective_en)},
        "perspective_standing": {"standing": field.perspective_standing, "visibility": "public"},
        "horizon": concept.horizon_to,
        **field_page(asker_of(request), concept, field),
    }


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
