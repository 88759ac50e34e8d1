"""The map around a place, with what of the concept lies there; the picture first, and what the map that moves needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.concept.asker import Asker
from insek.engines.geometry import to_geojson
from insek.thread.kinds import kind_named
from insek.thread.models import Item
from insek.thread.two_languages import title_in_language
from insek.web.display import with_example_word

from ..layers import colour_of, located_rows
from ..still import Still, ground_address, still_picture

INK = "#15221e"


def map_around(
    asker: Asker, around: BaseGeometry, ids: Sequence[str], *, name: str, here: BaseGeometry
) -> dict[str, Any]:
    """The map around a shape, with the items drawn; ``here`` is what stands for the place itself. One query for each located table."""
    items = Item.objects.visible_to(asker.actor).filter(pk__in=list(ids))
    known = (
        {
            row["item_id"]: row
            for rows in located_rows(items)
            for row in rows.values(
                "item_id", "kind", "geometry", "item__standing", shown=title_in_language("item__")
            )
        }
        if ids
        else {}
    )
    drawn = [known[pk] for pk in ids if pk in known]
    features = [
        {
            "type": "Feature",
            "geometry": to_geojson(row["geometry"], 6),
            "properties": {
                "id": row["item_id"],
                "name": with_example_word(row["shown"], row["item__standing"]),
                "url": reverse("item", args=[row["item_id"]]),
                "sign": _sign(row["kind"]),
            },
        }
        for row in drawn
    ]
    is_point = here.geom_type == "Point"
    own: dict[str, Any] = {
        "key": "here", "shape": "point" if is_point else "", "colour": INK, "letter": "", "hatch": "" if is_point else "right",
        "dash": [], "width": 4, "arrow": False,
    }  # fmt: skip
    features.append(
        {
            "type": "Feature",
            "geometry": to_geojson(here, 6),
            "properties": {"id": "here", "name": name, "sign": own},
        }
    )
    signs = [
        (
            row["geometry"],
            {**_sign(row["kind"]), "url": reverse("item", args=[row["item_id"]]), "name": row["shown"]},
        )
        for row in drawn
    ]
    still = Still(
        signs=signs if is_point else [*signs, (here, {**own, "name": name})],
        points=[(here.x, here.y)] if is_point else [],
        is_cropped=True,
        around=around,
    )
    return {
        "id": "umgebung-karte",
        "title": _("Auf der Karte"),
        "picture": still_picture(asker, still),
        "data": {
            "ground": ground_address(asker),
            "features": {"type": "FeatureCollection", "features": features},
            "around": to_geojson(around, 5),
        },
    }


def _sign(kind: str) -> dict[str, Any]:
    """A kind on the map: its colour and letter."""
    return {
        "key": kind, "shape": "", "colour": colour_of(kind), "letter": kind_named(kind).prefix, "hatch": "", "dash": [], "width": 4,
        "arrow": False,
    }  # fmt: skip
