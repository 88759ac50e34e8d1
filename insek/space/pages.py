"""How the elements of the spatial concept are shown in lists and on their pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.items.pages import Choice, Filter, ItemPages, KindColumn, register_pages
from insek.places.pages import place_filter, register_sign
from insek.thread.models import Item

from .forms import FeatureForm
from .models import Feature
from .queries import variants
from .signs import SIGNS, sign_for_browser, sign_named


def facts(item: Item) -> list[tuple[Any, Any]]:
    """Sign, horizon and variant."""
    row = item.feature
    return [
        (_("Planzeichen"), row.get_sign_display()),
        (_("Zeithorizont"), row.get_horizon_display()),
        (_("Variante"), row.variant),
    ]


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
            place_filter(),
            Filter(
                "zeichen",
                gettext_lazy("Planzeichen"),
                lambda asker: [(sign.key, sign.name) for sign in SIGNS],
                lambda items, value: items.filter(feature__sign=value),
            ),
        ),
        columns=(
            KindColumn("sign", Choice("sign", "feature")),
            KindColumn("horizon", Choice("horizon", "feature")),
            KindColumn("variant", lambda item: item.feature.variant),
        ),
        bulk_fields=("sign", "horizon", "variant"),
    )
)
register_sign("feature", lambda item: {"sign": sign_for_browser(sign_named(item.feature.sign))})
