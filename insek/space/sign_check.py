"""A sign is drawn as what it is for: a point cannot be an area's sign, nor a line. Asked at every door: form, drawing, reading in, undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.places.locations import register_place_check
from insek.places.models import Location
from insek.thread.kinds import register_validation
from insek.thread.models import Item

from .models import Feature
from .sign_models import PlanSign
from .signs import all_signs, signs_of

SHAPES = ("point", "line", "area")
DRAWN = {
    "point": gettext_lazy("ein Punkt"),
    "line": gettext_lazy("eine Linie"),
    "area": gettext_lazy("eine Fläche"),
}
MEANT = {
    "point": gettext_lazy("Punkte"),
    "line": gettext_lazy("Linien"),
    "area": gettext_lazy("Flächen"),
}


def shape_of(geometry: BaseGeometry) -> str:
    """What a geometry is drawn as."""
    return SHAPES[int(shapely.get_dimensions(geometry))]


def fault_of_sign(sign: PlanSign | None, geometry: BaseGeometry) -> str:
    """Why a shape cannot carry a sign, in words; empty where it can. An unknown sign is refused as such."""
    if sign is None or (drawn := shape_of(geometry)) == sign.shape:
        return ""
    return _("„%(sign)s“ ist ein Planzeichen für %(meant)s; gezeichnet ist %(drawn)s. Bitte ein anderes Planzeichen wählen oder anders zeichnen.") % {
        "sign": sign, "meant": MEANT[sign.shape], "drawn": DRAWN[drawn],
    }  # fmt: skip


def _known(key: str, item: Item | None) -> PlanSign | None:
    return next(
        (
            sign
            for sign in all_signs()
            if sign.key == key and (item is None or sign.concept_id == item.concept_id)
        ),
        None,
    )


def check_shape(geometry: BaseGeometry, item: Item | None, values: Mapping[str, Any]) -> None:
    """Refuse a shape that the sign of an element is not for. Raises ValidationError."""
    key = values.get("sign") or (item.feature.sign if item is not None else "")
    if key and (fault := fault_of_sign(_known(str(key), item), geometry)):
        raise ValidationError(fault)


def check_sign(item: Item, row: Any) -> None:
    """Refuse a sign of another concept, and one that is not for what is drawn already. Up to three queries. Raises ValidationError by field.

    What contradicts itself since it was read in may keep its sign while something else of it is changed.
    """
    sign = _known(row.sign, item)
    if sign is None:
        raise ValidationError({"sign": _("Dieses Planzeichen gibt es im Konzept nicht.")})
    if item._state.adding:
        return  # nothing is drawn of it yet
    geometry = Location.objects.filter(pk=item.pk).values_list("geometry", flat=True).first()
    if geometry is None or not (fault := fault_of_sign(sign, geometry)):
        return
    if not Feature.objects.filter(pk=item.pk, sign=row.sign).exists():
        raise ValidationError({"sign": fault})


def contradictions(concept: Concept, sign: PlanSign | None = None) -> list[Item]:
    """The elements that are drawn as what their sign is not for; of one sign as it would be, or of all. One query."""
    signs = {each.key: each for each in ([sign] if sign is not None else signs_of(concept))}
    rows = Item.objects.filter(
        concept=concept, kind="feature", feature__sign__in=signs, location__isnull=False
    )
    found = rows.select_related("feature", "location").order_by("sort_key", "pk")
    return [item for item in found if shape_of(item.location.geometry) != signs[item.feature.sign].shape]


register_place_check("feature", check_shape)
register_validation("feature", check_sign)
