"""How districts are shown."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.geometry import metric_area
from insek.thread.models import Item, ItemQuerySet
from insek.web.context import concept_of
from insek.web.pages import Column, Filter, ItemPages, register_pages

from . import queries
from .forms import DistrictForm
from .models import District


def area_km2(item: Item) -> float | None:
    """Area in square kilometres, from the drawn or official outline, in the city's metric reference system."""
    district = item.district
    if district.geometry is None:
        return None
    return metric_area(district.geometry, item.concept.metric_crs) / 1e6


def facts(item: Item) -> list[tuple[Any, Any]]:
    """Level, key and body."""
    district = item.district
    return [
        (_("Ebene"), district.get_level_display()),
        (_("Gehört zu"), district.parent.item.title if district.parent else ""),
        (_("Schlüssel"), district.code),
        (_("Ortsbeirat"), str(district.ortsbeirat) if district.ortsbeirat else ""),
    ]


def detail(request: HttpRequest, item: Item) -> dict[str, Any]:
    """The district on the city map, its parts, its area."""
    rows = list(queries.districts(item.concept, request.actor))  # type: ignore[attr-defined]
    parts = [row for row in rows if row.parent_id == item.pk]
    return {
        "map_features": queries.map_features(rows),
        "parts": parts,
        "area_km2": area_km2(item),
        "schematic": item.district.schematic and item.district.geometry is not None,
    }


def list_context(request: HttpRequest, items: ItemQuerySet) -> dict[str, Any]:
    """The city map above the list of districts."""
    concept = concept_of(request)
    rows = list(queries.districts(concept, request.actor)) if concept else []  # type: ignore[attr-defined]
    return {"map_features": queries.map_features(rows), "schematic": any(row.schematic for row in rows)}


register_pages(
    ItemPages(
        kind="district",
        form=DistrictForm,
        detail_template="places/district.html",
        list_template="places/district_list.html",
        detail=detail,
        list_context=list_context,
        facts=facts,
        related=("district__parent__item", "district__ortsbeirat", "concept"),
        filters=(
            Filter(
                "ebene", gettext_lazy("Ebene"), lambda request: District.Level.choices,
                lambda items, value: items.filter(district__level=value),
            ),
        ),
        columns=(
            Column("level", lambda item: item.district.get_level_display()),
            Column("code", lambda item: item.district.code),
            Column("parent", lambda item: item.district.parent.item.title if item.district.parent else ""),
            Column("centre_lon", lambda item: item.district.centre_lon),
            Column("centre_lat", lambda item: item.district.centre_lat),
        ),
    )
)  # fmt: skip
