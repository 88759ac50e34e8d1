"""Keeping a delivery of areas: written in pieces, in force by one switch, taken back or taken away as a whole."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import shapely
from django.db import transaction
from django.db.models import QuerySet
from shapely.geometry.base import BaseGeometry

from insek.engines.geometry import to_geojson
from insek.people.actors import Actor
from insek.thread.pieces import in_pieces
from insek.thread.setting_up import delete_part, save_part

from ..area_models import Area, AreaDelivery, AreaLayer
from ..outside.services import RIGHT
from .rows import SaidArea

COARSE = 0.0002
"""Degrees (some 15 metres) by which the view from afar is simplified."""


def write_areas(layer: AreaLayer, delivery: AreaDelivery, areas: Sequence[SaidArea], *, actor: Actor) -> None:
    """Write a delivery in the place of the one before, which is kept so that this one can be taken back."""
    delivery.layer = layer
    _delete(layer.deliveries.exclude(pk=layer.current_id or 0).filter(later=None))
    delivery.coarse = pack(coarse_shapes(areas, len(delivery.classes)))
    delivery.save()

    def write(piece: Sequence[SaidArea]) -> None:
        rows = [Area(delivery=delivery, step=one.step, value=one.value, name=one.name, geometry=one.shape) for one in piece]  # fmt: skip
        for row in rows:
            row.keep_box()
        Area.objects.bulk_create(rows)

    in_pieces(areas, write)
    with transaction.atomic():
        layer = AreaLayer.objects.get(pk=layer.pk)
        before = layer.current
        save_part(layer, values={"current": delivery}, expected_version=layer.version, actor=actor, right=RIGHT)  # fmt: skip
        AreaDelivery.objects.filter(pk=delivery.pk).update(former=before)
        if before is not None:
            AreaDelivery.objects.filter(pk=before.pk).update(former=None)
    _delete(layer.deliveries.exclude(pk=delivery.pk).filter(later=None))


def coarse_shapes(areas: Sequence[SaidArea], classes: int) -> list[BaseGeometry]:
    """The areas of each class as one shape, for the view from afar."""
    found = []
    for step in range(classes):
        shapes = [shapely.simplify(one.shape, COARSE / 2) for one in areas if one.step == step]
        whole = shapely.union_all(shapely.make_valid(shapes)) if shapes else shapely.Polygon()
        whole = shapely.simplify(shapely.union_all([p for p in shapely.get_parts(whole) if p.area > 0]), COARSE)  # fmt: skip
        parts = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon" and part.area > COARSE**2 / 4]  # fmt: skip
        found.append(shapely.MultiPolygon(parts))
    return found


def pack(shapes: Sequence[BaseGeometry]) -> bytes:
    """Shapes as they are kept for the view from afar."""
    return zlib.compress(json.dumps([to_geojson(shape, 5) if not shape.is_empty else None for shape in shapes]).encode())  # fmt: skip


def unpack(coarse: bytes | memoryview) -> list[Any]:
    """Them as GeoJSON geometries, None for a class without areas."""
    return list(json.loads(zlib.decompress(bytes(coarse)))) if coarse else []


def take_back_areas(reading: Any, *, actor: Actor) -> bool:
    """Let the delivery count again that a reading replaced; a layer that came with it goes. Whether it still counted."""
    with transaction.atomic():
        delivery = AreaDelivery.objects.filter(reading=reading).select_related("layer").first()
        if delivery is None or delivery.layer.current_id != delivery.pk:
            return False
        layer, former = delivery.layer, delivery.former
        save_part(layer, values={"current": former}, expected_version=layer.version, actor=actor, right=RIGHT)
        AreaDelivery.objects.filter(pk=delivery.pk).update(former=None)
    _delete(AreaDelivery.objects.filter(pk=delivery.pk))
    if former is None:
        layer.refresh_from_db()
        delete_part(layer, expected_version=layer.version, actor=actor, right=RIGHT)
    return True


def remove_layer(layer: AreaLayer, *, expected_version: int, actor: Actor) -> None:
    """Take a layer away with all that was read in. Raises PermissionDenied and Conflict."""
    with transaction.atomic():
        save_part(layer, values={"current": None}, expected_version=expected_version, actor=actor, right=RIGHT)  # fmt: skip
    layer.deliveries.update(former=None)
    _delete(layer.deliveries.all())
    layer.refresh_from_db()
    delete_part(layer, expected_version=layer.version, actor=actor, right=RIGHT)


def forget_former_areas(before: datetime) -> None:
    """Take away what was replaced by deliveries that cannot be taken back any more."""
    for delivery in AreaDelivery.objects.filter(read_at__lt=before).exclude(former=None):
        former = AreaDelivery.objects.filter(pk=delivery.former_id or 0)
        AreaDelivery.objects.filter(pk=delivery.pk).update(former=None)
        _delete(former)


def _delete(deliveries: QuerySet[AreaDelivery]) -> None:
    for delivery in list(deliveries):
        keys = list(delivery.areas.values_list("pk", flat=True))
        in_pieces(keys, lambda piece: Area.objects.filter(pk__in=piece).delete())
        delivery.delete()
