"""The overall spatial concept as a map with its legend, and the list that says the same."""

from __future__ import annotations

from typing import Any

import rules
import shapely
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.concept.asker import Asker
from insek.engines.geometry import to_geojson
from insek.people.breadcrumbs import breadcrumb
from insek.places.outside.showing import outside_context, with_outside_layers
from insek.places.queries import are_schematic
from insek.places.sheets.content import sheet_address
from insek.places.still import Still, ground_address, still_picture
from insek.thread.models import Item
from insek.web.context import asker_of, kind_names_of
from insek.web.display import count_words, shown_items, with_example_word

from .ahead import STEP, WORDS, steps_ahead
from .asked import asked_plan, planned
from .overlaps import answers
from .queries import MOST_FEATURES, variant_words
from .signs import sign_of_feature, signs_of
from .sum_tables import sums_on_page
from .sums import plan_sums


@require_safe
@with_outside_layers
def spatial_concept(request: HttpRequest) -> HttpResponse:
    """Map, legend and list: what is in the city up to a step ahead in time, and in one variant. A fixed number of queries."""
    asker = asker_of(request)
    asked = asked_plan(asker)
    step, variant = asked.step, asked.variant
    read = planned(asker, asked, MOST_FEATURES)
    known = read[:MOST_FEATURES]
    rows = [item for item in known if asked.shows(item)]
    sums = plan_sums(
        asker,
        rows,
        variant=variant,
        variants=[key for key, _label in asked.choices],
        is_cut=len(read) > len(known),
    )
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
        for sign in signs_of(asker.concept)
    ]
    context = {
        "groups": [group for group in groups if group["rows"]],
        "filters": asked.filter_parts,
        "hidden": [{"name": STEP, "value": WORDS[step]}] if step is not None else [],
        "ahead": steps_ahead(asker, known, step, variant),
        "reset_url": request.path if variant else "",
        **sums_on_page(sums, asked),
        "result_label": count_words(
            len(rows), MOST_FEATURES, names("feature"), names("feature", plural=True)
        ),
        "place_map": {
            "id": "raumkonzept-karte",
            "title": _("Karte des gesamträumlichen Konzepts"),
            "picture": still_picture(asker_of(request), Still(signs=_signs(rows, step))),
            "data": {
                "ground": ground_address(asker_of(request)),
                "features": {"type": "FeatureCollection", "features": _drawn(rows, step)},
            },
        },
        **outside_context(asker_of(request)),
        "has_items": bool(rows),
        "conflicts_url": _conflicts_url(asker),
        "sheet_url": sheet_address("raumkonzept", **asked.values),
        "schematic": asker.concept is not None and are_schematic(asker.concept, asker.actor),
        "page_title": _("Gesamträumliches Konzept"),
        "page_lead": _(
            "Wo sich die Ziele im Stadtraum zeigen: was wächst, was frei bleibt und was verbindet."
        ),
        "active_nav": "spatial",
        "breadcrumb": breadcrumb((_("Gesamträumliches Konzept"), "")),
    }
    return render(request, "space/spatial_concept.html", context)


def _conflicts_url(asker: Asker) -> str:
    """Where overlapping aims are: for who works on them, and for all once one is answered. Up to one query."""
    if asker.concept is None:
        return ""
    seen = rules.test_rule("thread.see_gaps", asker.actor)
    return reverse("sign-conflicts") if seen or answers(asker.concept, asker.actor) else ""


def _signs(rows: list[Item], step: str | None) -> list[tuple[Any, dict[str, Any]]]:
    """The same for the picture: areas first, points on top."""
    shown = [
        (item.location.geometry, {
            **sign_of_feature(item).drawn, "name": with_example_word(item.shown_title, item.standing), "url": item.url,
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
                "name": with_example_word(item.shown_title, item.standing),
                "url": item.url,
                "sign": sign_of_feature(item).drawn,
                "fresh": bool(step) and item.feature.horizon == step,
            },
        }
        for item in rows
        if hasattr(item, "location")
    ]
