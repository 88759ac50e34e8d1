"""Names into the table: piece by piece, valid all at once, and those they replace away again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from insek.engines.place_names import name_key
from insek.thread.pieces import in_pieces

from ..name_models import HouseNumber, NamedPlace, NameSource, StreetWithoutPlace
from .rows import HouseLine, NameRow


@dataclass(frozen=True)
class NameDelivery:
    """What is kept of a delivery that was read in with a preview, and can be taken back."""

    reading: UUID
    file_name: str = ""
    as_of: date | None = None


def write_names(
    rows: Sequence[NameRow],
    *,
    city: str,
    sort: str,
    attribution: str = "",
    delivery: NameDelivery | None = None,
    unplaced: Sequence[HouseLine] = (),
) -> int:
    """Write names and houses, and streets of which nothing says where they lie, in the place of those of the same sort; returns the number of houses.

    Until the last piece is written the former ones count; what is left of a writing that failed goes first. The ones
    before a ``delivery`` are kept, so that it can be taken back, those before them go.
    """
    mine = NameSource.objects.filter(city=city, sort=sort)
    _delete(mine.filter(is_valid=False, later=None))
    source = NameSource.objects.create(city=city, sort=sort, attribution=attribution[:300])
    if delivery is not None:
        source.reading, source.file_name, source.as_of = delivery.reading, delivery.file_name[:200], delivery.as_of  # fmt: skip
        source.save()
    in_pieces(rows, lambda piece: NamedPlace.objects.bulk_create(_place_of(source, row) for row in piece))
    streets = dict(
        zip(range(len(rows)), source.places.order_by("pk").values_list("pk", flat=True), strict=True)
    )
    houses = [
        HouseNumber(street_id=streets[place], number=number, suffix=suffix, lon=lon, lat=lat)
        for place, row in enumerate(rows)
        for number, suffix, lon, lat in row.houses
    ]
    in_pieces(houses, HouseNumber.objects.bulk_create)
    nowhere = [
        StreetWithoutPlace(
            source=source, name=line.street, key=name_key(line.street)[:120], codes=line.codes, beside=line.beside,
            official_key=line.official_key,
        )
        for line in unplaced
    ]  # fmt: skip
    in_pieces(nowhere, StreetWithoutPlace.objects.bulk_create)
    with transaction.atomic():
        former = mine.filter(is_valid=True).order_by("pk").last()
        mine.filter(is_valid=True).update(is_valid=False)
        mine.filter(pk=source.pk).update(is_valid=True, former=former if delivery is not None else None)
        if former is not None:
            mine.filter(pk=former.pk).update(former=None)
    _delete(mine.filter(is_valid=False, later=None))
    return len(houses)


def is_written(reading: UUID) -> bool:
    """Whether the names of a reading are all there and count."""
    return NameSource.objects.filter(reading=reading, is_valid=True).exists()


def take_back_names(reading: UUID) -> bool:
    """Let those count again that a reading replaced, and take its own away; whether it still counted."""
    with transaction.atomic():
        source = NameSource.objects.filter(reading=reading, is_valid=True).first()
        if source is None:
            return False
        NameSource.objects.filter(pk=source.pk).update(is_valid=False, former=None)
        NameSource.objects.filter(pk=source.former_id or 0).update(is_valid=True)
    _delete(NameSource.objects.filter(pk=source.pk))
    return True


def forget_former(before: datetime) -> None:
    """Take away what was replaced by deliveries that cannot be taken back any more."""
    old = NameSource.objects.filter(is_valid=True, read_at__lt=before).exclude(former=None)
    for source in old:
        former = NameSource.objects.filter(pk=source.former_id or 0)
        old.filter(pk=source.pk).update(former=None)
        _delete(former)


def delete_names(*, city: str, sort: str) -> None:
    """Take away the names of a sort: at once for who looks, piece by piece in the table."""
    sources = NameSource.objects.filter(city=city, sort=sort)
    sources.update(is_valid=False, former=None)
    _delete(sources)


def _delete(sources: QuerySet[NameSource]) -> None:
    """Take away names that do not count, piece by piece."""
    for source in list(sources):
        houses = HouseNumber.objects.filter(street__source=source).values_list("pk", flat=True)
        in_pieces(list(houses), lambda piece: HouseNumber.objects.filter(pk__in=piece).delete())
        nowhere = source.unplaced.values_list("pk", flat=True)
        in_pieces(list(nowhere), lambda piece: StreetWithoutPlace.objects.filter(pk__in=piece).delete())
        places = NamedPlace.objects.filter(source=source).values_list("pk", flat=True)
        in_pieces(list(places), lambda piece: NamedPlace.objects.filter(pk__in=piece).delete())
        source.delete()


def _place_of(source: NameSource, row: NameRow) -> NamedPlace:
    west, south, east, north = row.box
    return NamedPlace(
        source=source, kind=row.kind, name=row.name, key=name_key(row.name)[:120], lon=row.lon, lat=row.lat,
        west=west, south=south, east=east, north=north, shape=bytes.fromhex(row.shape) or None, codes=row.codes, beside=row.beside,
        official_key=row.official_key,
    )  # fmt: skip
