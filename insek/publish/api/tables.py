"""Whole lists as CSV and GeoJSON, written while they are read, in portions of 500."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import http_date

from insek.engines.csv_cells import harmless_cell
from insek.engines.geometry import to_geojson
from insek.thread.models import Item, ItemQuerySet

from .answers import Addresses, item_answers
from .kinds import ApiKind

PORTION = 500
ITEM_COLUMNS = (
    "id", "kind", "number", "title", "text", "title_en", "text_en", "standing", "fields", "themes", "source_title", "source_url", "source_date",
    "created_at", "updated_at", "url",
)  # fmt: skip
CSV = "text/csv; charset=utf-8"
GEOJSON = "application/geo+json"


def streamed(
    parts: Iterable[str], *, content_type: str, filename: str, changed: datetime | None = None
) -> StreamingHttpResponse:
    """An answer that is written while it is read."""
    response = StreamingHttpResponse(parts, content_type=content_type)
    response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    if changed is not None:
        response.headers["Last-Modified"] = http_date(changed.timestamp())
    return response


def csv_lines(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """CSV as the pages give it: UTF-8 with BOM, semicolons, no formulas."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    yield "\ufeff"
    for cells in [columns], ([_cell(row[name]) for name in columns] for row in rows):
        for line in cells:
            writer.writerow(line)
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, date):
        return value.isoformat()
    return harmless_cell(value)


def portions(items: ItemQuerySet) -> Iterator[list[Item]]:
    """Items in the order of their numbers, in portions, so that memory stays small. One query a portion."""
    ids = list(items.order_by("sort_key", "pk").values_list("pk", flat=True))
    for start in range(0, len(ids), PORTION):
        wanted = ids[start : start + PORTION]
        found = {item.pk: item for item in Item.objects.filter(pk__in=wanted).only("pk", "kind")}
        yield [found[pk] for pk in wanted if pk in found]


def item_rows(request: HttpRequest, items: ItemQuerySet) -> Iterator[dict[str, Any]]:
    """Flat rows of items of any kinds."""
    for portion in portions(items):
        for answer in item_answers(request, portion):
            source = answer["source"] or {}
            yield {
                **answer,
                "source_title": source.get("title"),
                "source_url": source.get("url"),
                "source_date": source.get("date"),
            }


def feature_collection(request: HttpRequest, kind: ApiKind, items: ItemQuerySet) -> Iterator[str]:
    """GeoJSON (RFC 7946) of the items that have a place, one feature a line."""
    addresses = Addresses(request)
    yield '{"type": "FeatureCollection", "features": ['
    comma = "\n"
    for portion in portions(items):
        rows = {
            item.pk: item
            for item in kind.select(items.filter(pk__in=[each.pk for each in portion]).order_by())
        }
        ordered = [rows[item.pk] for item in portion if item.pk in rows]
        places = kind.geometries(ordered)
        located = [item for item in ordered if item.pk in places]
        own = kind.properties(located)
        for item in located:
            feature = {
                "type": "Feature",
                "id": item.pk,
                "geometry": to_geojson(places[item.pk]),
                "properties": {
                    "id": item.pk,
                    "kind": item.kind,
                    "number": item.number or None,
                    "title": item.title,
                    "standing": item.standing,
                    "standing_label": item.get_standing_display(),
                    "updated_at": item.updated_at.isoformat(),
                    "url": addresses.item(item.pk),
                    **{name: _plain(value) for name, value in own[item.pk].items()},
                },
            }
            yield comma + json.dumps(feature, ensure_ascii=False, allow_nan=False)
            comma = ",\n"
    yield "\n]}\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
