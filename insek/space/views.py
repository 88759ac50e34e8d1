"""The overall spatial concept as a map with its legend, and the list that says the same."""

from __future__ import annotations

from typing import Any

import shapely
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.engines.geometry import to_geojson
from insek.people.actors import actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.places.still import Still, ground_address, ground_picture, still_picture
from insek.thread.models import Item
from insek.web.context import asker_of, concept_of, kind_names_of
from insek.web.display import count_words, shown_items, with_example_word

from .ahead import STEP, STEPS, WORDS, requested_horizon, steps_ahead
from .pages import variant_filter
from .queries import MOST_FEATURES, features, variant_words
from .signs import SIGNS, sign_for_browser, sign_named


@require_safe
def spatial_concept(request: HttpRequest) -> HttpResponse:
    """Map, legend and list: what is in the city up to a step ahead in time, and in one variant. A fixed number of queries."""
    items = features(concept_of(request), actor_of(request))
    filters = []
    variant = request.GET.get(variant_filter.name, "")
    choices = [(str(key), label) for key, label in variant_filter.choices(asker_of(request))]
    if variant:
        if variant not in {key for key, _label in choices}:
            raise Http404
        items = variant_filter.apply(items, variant)
    if choices:
        filters.append(
            {"name": variant_filter.name, "label": variant_filter.label, "type": "select", "value": variant,
             "options": [{"value": key, "label": label, "selected": key == variant} for key, label in choices]}
        )  # fmt: skip
    known = list(items.select_related("feature", "location").order_by("sort_key", "pk")[:MOST_FEATURES])
    step = requested_horizon(request.GET.get(STEP, ""))
    rows = [item for item in known if step is None or STEPS.index(item.feature.horizon) <= STEPS.index(step)]
    names = kind_names_of(request)
    shown = dict(zip([item.pk for item in rows], shown_items(rows, names), strict=True))
    groups = [
        {
            "sign": sign,
            "rows": [
                {
                    "item": shown[item.pk],
                    "horizon": item.feature.get_horizon_display(),
                    "is_new": bool(step) and item.feature.horizon == step,
                    "variant": variant_words(item.feature.variant),
                }
                for item in rows
                if item.feature.sign == sign.key
            ],
        }
        for sign in SIGNS
    ]
    context = {
        "groups": [group for group in groups if group["rows"]],
        "filters": filters,
        "hidden": [{"name": STEP, "value": WORDS[step]}] if step is not None else [],
        "ahead": steps_ahead(asker_of(request), known, step, variant),
        "reset_url": request.path if variant else "",
        "result_label": count_words(
            len(rows), MOST_FEATURES, names("feature"), names("feature", plural=True)
        ),
        "place_map": {
            "id": "raumkonzept-karte",
            "title": _("Karte des gesamträumlichen Konzepts"),
            "picture": still_picture(ground_picture(asker_of(request)), Still(signs=_signs(rows, step))),
            "data": {
                "ground": ground_address(asker_of(request)),
                "features": {"type": "FeatureCollection", "features": _drawn(rows, step)},
            },
        },
        "has_items": bool(rows),
        "page_title": _("Gesamträumliches Konzept"),
        "page_lead": _(
            "Wo sich die Ziele im Stadtraum zeigen: was wächst, was frei bleibt und was verbindet."
        ),
        "active_nav": "spatial",
        "breadcrumb": breadcrumb((_("Gesamträumliches Konzept"), "")),
    }
    return render(request, "space/spatial_concept.html", context)


def _signs(rows: list[Item], step: str | None) -> list[tuple[Any, dict[str, Any]]]:
    """The same for the picture: areas first, points on top."""
    shown = [
        (item.location.geometry, {
            **sign_for_browser(sign_named(item.feature.sign)), "name": with_example_word(item.title, item.standing), "url": item.url,
            "fresh": bool(step) and item.feature.horizon == step,
        })
        for item in rows
        if hasattr(item, "location")
    ]  # fmt: skip
    return sorted(shown, key=lambda pair: -shapely.get_dimensions(pair[0]))


def _drawn(rows: list[Item], step: str | None) -> list[dict[str, Any]]:
    """The elements that have a place, for the map."""
    return [
        {
            "type": "Feature",
            "geometry": to_geojson(item.location.geometry, 6),
            "properties": {
                "id": item.pk,
                "name": with_example_word(item.title, item.standing),
                "url": item.url,
                "sign": sign_for_browser(sign_named(item.feature.sign)),
                "fresh": bool(step) and item.feature.horizon == step,
            },
        }
        for item in rows
        if hasattr(item, "location")
    ]
