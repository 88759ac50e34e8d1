"""The pages that show an indicator over places, each in another picture."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy

from insek.thread.models import Item

PICTURES = {
    "indicator-ranking": gettext_lazy("Rangfolge und Veränderung"),
    "indicator-map": gettext_lazy("Karte mit Klassen"),
    "indicator-maps": gettext_lazy("Karten aller Zeiträume"),
    "indicator-scatter": gettext_lazy("Zusammenhang mit einem anderen"),
    "indicator-pyramid": gettext_lazy("Bevölkerungspyramide"),
}
"""Their addresses and titles, in the order in which they name each other."""


def picture_ways(item: Item, places: int, *, besides: str = "") -> list[dict[str, str]]:
    """The ways to the pictures of an indicator that has values of so many places: with fewer than two only to the pyramid of
    ages by sex, where it has them."""
    has_pyramid = {"age", "sex"} <= item.indicator.dimensions
    return [
        {"label": str(label), "url": reverse(name, args=[item.pk])}
        for name, label in PICTURES.items()
        if name != besides and (has_pyramid if name == "indicator-pyramid" else places > 1)
    ]
