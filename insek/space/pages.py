"""How the elements of the spatial concept are shown in lists and on their pages."""

from __future__ import annotations

from typing import Any

import rules
import shapely
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.engines.geometry import metric_area
from insek.items.mending import Mend, register_mend
from insek.items.pages import Choice, Filter, ItemPages, KindColumn, add_to_detail, register_pages
from insek.places.pages import place_filter, register_sign
from insek.strategy.money_words import span_words
from insek.thread.models import Item
from insek.web.display import number_words

from .areas import SQUARE_METRES, hectares
from .forms import FeatureForm
from .models import Feature
from .queries import variants
from .signs import offered_signs, sign_of_feature, sign_words, signs_of

OFF = 0.1
"""Share by which the area that the plan says may differ from what is drawn before the page says so."""


def facts(item: Item) -> list[tuple[Any, Any]]:
    """Sign, horizon and variant, and what adds up: dwellings, areas and years."""
    row = item.feature
    return [
        (_("Planzeichen"), sign_words(row)),
        (_("Zeithorizont"), row.get_horizon_display()),
        (_("Variante"), row.variant),
        (_("Wohnungen"), "" if row.dwellings is None else number_words(row.dwellings)),
        (_("Fläche, angegeben"), hectares(row.area_ha)),
        (_("Zeitraum"), span_words(row.start_year, row.end_year)),
    ]


def drawn_area(asker: Asker, item: Item) -> dict[str, Any]:
    """What an area measures on the map, beside what the plan says. The place was read with the item; no query."""
    place = getattr(item, "location", None)
    if place is None or shapely.get_dimensions(place.geometry) != 2:
        return {}
    drawn = metric_area(place.geometry, item.concept.metric_crs) / SQUARE_METRES
    told = item.feature.area_ha
    is_off = told is not None and abs(float(told) - drawn) > max(OFF * drawn, 0.1)
    may_edit = asker.actor.user_id is not None and rules.test_rule("thread.edit_item", asker.actor, item)
    return {
        "drawn_area": hectares(drawn),
        "told_area": hectares(told),
        "areas_differ": is_off,
        "area_url": reverse("feature-area", args=[item.pk]) if may_edit else "",
    }


horizon_filter = Filter(
    "horizont",
    gettext_lazy("Zeithorizont"),
    lambda asker: Feature.Horizon.choices,
    lambda items, value: items.filter(feature__horizon=value),
)
variant_filter = Filter(
    "variante",
    gettext_lazy("Variante"),
    lambda asker: [(name, name) for name in variants(asker.concept, asker.actor)],
    lambda items, value: items.filter(feature__variant__in=["", value]),
)
"""An element without a variant is part of each."""

register_pages(
    ItemPages(
        kind="feature",
        form=FeatureForm,
        detail_template="space/feature.html",
        facts=facts,
        filters=(
            horizon_filter,
            variant_filter,
            place_filter("feature"),
            Filter(
                "zeichen",
                gettext_lazy("Planzeichen"),
                lambda asker: [(sign.key, str(sign)) for sign in signs_of(asker.concept)],
                lambda items, value: items.filter(feature__sign=value),
            ),
        ),
        columns=(
            KindColumn("sign", Choice("sign", "feature")),
            KindColumn("horizon", Choice("horizon", "feature")),
            KindColumn("variant", lambda item: item.feature.variant),
            KindColumn("dwellings", lambda item: item.feature.dwellings),
            KindColumn("area_ha", lambda item: item.feature.area_ha),
            KindColumn("start_year", lambda item: item.feature.start_year),
            KindColumn("end_year", lambda item: item.feature.end_year),
        ),
        bulk_fields=("sign", "horizon", "variant", "start_year", "end_year"),
    )
)
register_sign(
    "feature",
    lambda item: {
        "sign": sign_of_feature(item).drawn,
        "legend": str(sign_of_feature(item)),
    },
    catalogue=lambda concept: [(str(sign), sign.drawn) for sign in offered_signs(concept)],
)
add_to_detail("feature", drawn_area)
register_mend(
    "sign_conflicts",
    Mend(gettext_lazy("Beantworten"), "thread.link_items", lambda gap, item: reverse("sign-conflicts")),
)
