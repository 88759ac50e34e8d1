"""How districts are shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import rules
import shapely
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry.base import BaseGeometry

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.engines.classes import Classes
from insek.engines.geometry import metric_area, to_geojson
from insek.items.pages import (
    EVERY_KIND,
    Filter,
    ItemPages,
    KindColumn,
    add_filters,
    add_to_detail,
    read_with_detail,
    register_pages,
)
from insek.thread.models import Item, ItemQuerySet, Visibility
from insek.thread.shared_cache import cached
from insek.web.display import date_words, number_words, with_example_word

from . import queries
from .areas.lying_in import lies_in_areas
from .forms import DistrictForm
from .geotext import shape_label
from .layers import lies_in
from .level_words import body_words, levels_of
from .models import District, Location
from .outside.showing import detail_layers
from .queries import map_features, on_screen
from .still import Still, classes_of, ground_address, shades_of, still_picture


def area_words(item: Item) -> str:
    """Area in hectares, as statistics say it, from the official outline in the city's metric reference system.

    A schematic drawing has none: what it measures is its own, and would contradict the statistics of the same place.
    """
    district = item.district
    if district.geometry is None or district.schematic:
        return ""
    area = metric_area(district.geometry, item.concept.metric_crs) / 1e4
    return _("%(area)s ha") % {"area": number_words(area, 1)}


def facts(item: Item) -> list[tuple[Any, Any]]:
    """Level, and the body or the place above; for a line of the list."""
    district = item.district
    above = public_parent(district)
    place = (_("Gehört zu"), above.item.title if above else "")
    body = (body_words(item.concept_id), str(district.ortsbeirat)) if district.ortsbeirat else place
    return [(_("Ebene"), district.level_words), body]


def public_parent(district: District) -> District | None:
    """The place above, where everybody may see it."""
    above = district.parent
    return above if above is not None and above.item.visibility == Visibility.PUBLIC else None


def sheet(item: Item) -> list[dict[str, Any]]:
    """Level, place above, key, body and area, for the page of a district."""
    district = item.district
    above = public_parent(district)
    return [
        {"label": _("Ebene"), "value": district.level_words},
        {
            "label": _("Gehört zu"),
            "value": above.item.title if above else "",
            "url": above.item.url if above else "",
        },
        {"label": _("Schlüssel"), "value": district.code},
        {
            "label": body_words(item.concept_id),
            "value": str(district.ortsbeirat) if district.ortsbeirat else "",
        },
        {"label": _("Fläche"), "value": area_words(item)},
        {"label": _("Gültig ab"), "value": date_words(district.valid_from)},
        {"label": _("Gültig bis"), "value": date_words(district.valid_to)},
    ]


def city_map(
    asker: Asker,
    rows: Sequence[District],
    *,
    id: str,
    title: str,
    values: Mapping[str, float] | None = None,
    labels: Mapping[str, str] | None = None,
    order: Sequence[str] = (),
    chosen: Collection[str] = (),
    decimals: int = 0,
    signs: Sequence[tuple[BaseGeometry, Mapping[str, Any]]] = (),
    classes: Classes | None = None,
    class_words: Sequence[str] = (),
) -> dict[str, Any]:
    """The city's districts for the map component: the picture, what the map that moves needs, and the list that says the same.

    ``values`` colour the areas, ``labels`` say them in words; ``order`` sorts the list, else it follows the keys of the
    districts. ``signs`` are shapes drawn on the picture, each with its sign (``still.Still``). Where ``classes`` are given,
    ``class_words`` are the words of their legend, and only ``rows`` are drawn; else there are five of about equal size.
    """
    values, labels = values or {}, labels or {}
    parts = [row for row in rows if row.level != District.Level.CITY]
    limits = classes_of([values[row.pk] for row in parts if row.pk in values and row.geometry is not None])
    grouped = Classes(tuple(limits)) if classes is None else classes
    shades = shades_of(grouped.limits)
    shaded = (
        {pk: shades[grouped.place(value)] for pk, value in values.items() if value <= grouped.limits[-1]}
        if grouped.limits
        else {}
    )
    words = class_words if classes is not None else _class_words(limits, sorted(values.values()), decimals)
    places = [
        {
            "id": row.pk,
            "name": row.item.title,
            "url": row.item.url,
            "value_label": labels.get(row.pk, ""),
            "chosen": row.pk in chosen,
        }
        for row in parts
    ]
    if order:
        rank = {pk: number for number, pk in enumerate(order)}
        places.sort(key=lambda place: rank.get(str(place["id"]), len(rank)))
    still = Still(
        shades=shaded,
        chosen=frozenset(chosen),
        is_shaded=True,
        has_values=bool(values),
        signs=signs,
        only=None if classes is None else frozenset(row.pk for row in parts),
    )
    return {
        "id": id,
        "title": title,
        "picture": still_picture(asker, still),
        "data": {
            "ground": ground_address(asker),
            "places": {
                row.pk: {
                    "url": row.item.url,
                    **(
                        {"percent": shaded[row.pk].percent, "value_label": labels.get(row.pk, "")}
                        if row.pk in shaded
                        else {}
                    ),
                    **({"chosen": True} if row.pk in chosen else {}),
                }
                for row in parts
            },
        },
        "legend": [
            {"colour": shade.colour, "words": said} for shade, said in zip(shades, words, strict=True)
        ],
        "places": places,
        "schematic": any(row.schematic and row.west is not None for row in parts),
        "sided": True,
        "basemap_style": settings.INSEK_BASEMAP_STYLE,
    }


def _class_words(limits: Sequence[float], ordered: Sequence[float], decimals: int) -> list[str]:
    """The smallest and the largest value of each class."""
    words = []
    for place, limit in enumerate(limits):
        above = limits[place - 1] if place else float("-inf")
        low = next(value for value in ordered if value > above)
        ends = [number_words(value, decimals) for value in (low, limit)]
        words.append(ends[0] if ends[0] == ends[1] else " – ".join(ends))
    return words


def geometry_of(rows: Sequence[District]) -> dict[str, Any]:
    """Outline and districts of the city as GeoJSON."""
    city = next((row for row in rows if row.level == District.Level.CITY and row.geometry is not None), None)
    return {
        "features": map_features([row for row in rows if row.level != District.Level.CITY]),
        "outline": to_geojson(on_screen(city)) if city else None,
    }


def map_ground(asker: Asker) -> dict[str, Any]:
    """The ground of every map with places on it: outline of the city and its parts; kept. One query."""
    concept, actor = asker.concept, asker.actor
    if concept is None:
        return map_ground_of([])
    return cached(concept, actor, "ground", lambda: map_ground_of(queries.map_places(concept, actor)))


def map_ground_of(rows: Sequence[District]) -> dict[str, Any]:
    """The same for districts that were read already. ``label`` is where a name stands, ``rank`` which is kept first."""
    parts = [row for row in rows if row.level != District.Level.CITY and row.geometry is not None]
    largest = sorted(parts, key=lambda row: (row.level, -shapely.area(row.geometry)))
    rank = {row.pk: place for place, row in enumerate(largest)}
    whole = next((row for row in rows if row.level == District.Level.CITY and row.geometry is not None), None)
    return {
        "outline": to_geojson(on_screen(whole), 5) if whole else None,
        "districts": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": to_geojson(on_screen(row), 5),
                    "properties": {
                        "id": row.pk,
                        "name": row.item.title,
                        "level": row.level,
                        "rank": rank[row.pk],
                        "label": label_point(row),
                    },
                }
                for row in parts
            ],
        },
        "basemap": settings.INSEK_BASEMAP_STYLE,
    }


def label_point(row: District) -> list[float]:
    """Where the name of a district stands: well inside its area."""
    point = shapely.point_on_surface(row.geometry)
    return [round(point.x, 5), round(point.y, 5)]


def location_panel(asker: Asker, item: Item) -> dict[str, Any]:
    """The map extract on the page of an item that has a place, and the way to give it one.

    The place was read with the item. No query, one for the ground where there is a place, and one for each
    layer of areas that the city has.
    """
    if item.kind == "district":
        return {}
    location: Location | None = getattr(item, "location", None)
    actor = asker.actor
    may_edit = actor.user_id is not None and rules.test_rule("thread.edit_item", actor, item)
    if location is None and not may_edit:
        return {}
    panel: dict[str, Any] = {
        "edit_url": reverse("item-location", args=[item.pk]) if may_edit else "",
    }
    if location is not None:
        sign = sign_of(item)
        feature = {
            "type": "Feature",
            "geometry": to_geojson(location.geometry, 6),
            "properties": {
                "id": item.pk,
                "name": with_example_word(item.shown_title, item.standing),
                "colour": "#a4572b",
                **sign,
            },
        }
        still = Still(signs=[(location.geometry, sign.get("sign", {}))], is_cropped=True)
        panel |= {
            "shape": shape_label(location.geometry),
            "note": location.note,
            "lies_in": lies_in_areas(asker, location.geometry),
            "map": {
                "id": "ort-karte",
                "title": _("Ort auf der Karte"),
                "picture": still_picture(asker, still),
                "data": {
                    "ground": ground_address(asker),
                    "features": {"type": "FeatureCollection", "features": [feature]},
                    "focus": True,
                },
            },
        }
    layers = detail_layers(asker) if location is not None else {}
    return {"location_panel": panel, "added_sections": ["places/location_panel.html"], **layers}


_signs: dict[str, Callable[[Item], dict[str, Any]]] = {}
SignCatalogue = Callable[[Concept], list[tuple[str, dict[str, Any]]]]
_catalogues: dict[str, SignCatalogue] = {}


def register_sign(
    kind: str, sign: Callable[[Item], dict[str, Any]], catalogue: SignCatalogue | None = None
) -> None:
    """Let a later room say how the items of a kind are drawn: properties of the feature (see place_map.js); ``catalogue`` are
    all signs that they may have, with their names."""
    _signs[kind] = sign
    if catalogue is not None:
        _catalogues[kind] = catalogue


def signs_for(kind: str, concept: Concept) -> list[tuple[str, dict[str, Any]]]:
    """The signs that items of a kind may have, with their names; none where no room keeps a catalogue."""
    return _catalogues[kind](concept) if kind in _catalogues else []


def sign_of(item: Item) -> dict[str, Any]:
    """How an item is drawn; empty where no room said so."""
    return _signs[item.kind](item) if item.kind in _signs else {}


def signed_kinds() -> list[str]:
    """The kinds whose items have signs of their own."""
    return list(_signs)


def list_context(asker: Asker, items: ItemQuerySet) -> dict[str, Any]:
    """The city map above the list of districts."""
    concept = asker.concept
    rows = queries.map_places(concept, asker.actor) if concept else []
    return {"map": city_map(asker, rows, id="stadt-karte", title=_("Karte der Stadt"))}


def place_filter(kind: str = "") -> Filter:
    """A filter by place for the list of a kind that can lie somewhere, or for all kinds."""

    def lying_in(items: ItemQuerySet, place: str) -> ItemQuerySet:
        """Those of some items that lie in a district, as the city map understands it. Two queries, see ``lies_in``."""
        district = Item.objects.select_related("concept").filter(pk=place).first()
        return items.filter(lies_in(district.concept, place, kind)) if district is not None else items.none()

    return Filter(
        "ort",
        gettext_lazy("Ort"),
        lambda asker: queries.place_choices(asker.concept, asker.actor) if asker.concept else [],
        lying_in,
        begins=bool(kind),
    )


add_filters(EVERY_KIND, lambda asker: [place_filter()])
register_pages(
    ItemPages(
        kind="district",
        form=DistrictForm,
        detail_template="places/district.html",
        list_template="places/district_list.html",
        list_context=list_context,
        layout="lines",
        in_fields=False,
        facts=facts,
        related=("district__parent__item", "district__ortsbeirat"),
        filters=(
            Filter(
                "ebene", gettext_lazy("Ebene"), lambda asker: levels_of(asker.concept),
                lambda items, value: items.filter(district__level=value),
            ),
        ),
        columns=(
            KindColumn("level", lambda item: item.district.level_words),
            KindColumn("code", lambda item: item.district.code),
            KindColumn("parent", lambda item: above.item.title if (above := public_parent(item.district)) else ""),
            KindColumn("centre_lon", lambda item: item.district.centre_lon),
            KindColumn("centre_lat", lambda item: item.district.centre_lat),
        ),
        bulk_fields=("parent", "ortsbeirat"),
    )
)  # fmt: skip
read_with_detail("location")
add_to_detail(EVERY_KIND, location_panel)
