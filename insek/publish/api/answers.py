"""From rows to answers. Each function says what it asks the database, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError as WrongValue
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import override

from insek.concept.levels import level_name
from insek.concept.models import Concept
from insek.people.actors import ANONYMOUS
from insek.thread.kinds import link_kind_named
from insek.thread.models import Item, ItemQuerySet, Link
from insek.thread.own_fields import fields_of_kind
from insek.thread.own_values import OwnWords, is_empty, understood
from insek.web.context import concept_of
from insek.web.paging import BadCursor, KeysetPage, keyset_page

from .filters import unknown
from .kinds import ApiKind, api_kinds

ORDER = ("updated_at", "-pk")
"""Oldest change first: what changes while somebody reads moves to the end and is met again, and nothing is missed."""
LINKS = 100
Answer = dict[str, Any]


class Addresses:
    """Absolute addresses of one request, made without asking Django for each item anew."""

    def __init__(self, request: HttpRequest) -> None:
        self.origin = request.build_absolute_uri("/").rstrip("/")
        self.item = self._around("item")
        self.api_item = self._around("api-item")
        self.links = self._around("api-item-links")

    def _around(self, name: str) -> Callable[[str], str]:
        before, after = reverse(name, args=["aaaaaaaa"]).split("aaaaaaaa")
        return lambda pk: f"{self.origin}{before}{pk}{after}"


def next_address(request: HttpRequest, cursor: str) -> str | None:
    """The same request, one page on."""
    if not cursor:
        return None
    asked = request.GET.copy()
    asked["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")


def page_of(rows: QuerySet[Any], *, order: Sequence[str], cursor: str, limit: int) -> KeysetPage[Any]:
    """One page behind a cursor. One query. Raises ValidationError for a cursor that was made by hand."""
    try:
        return keyset_page(rows, order=order, cursor=cursor, size=limit)
    except (BadCursor, WrongValue, OverflowError) as error:
        raise unknown("cursor", "not a cursor of this interface; begin again without it") from error


def item_answers(request: HttpRequest, items: Sequence[Item]) -> list[Answer]:
    """Items of any kinds as the interface shows them. Up to six queries for each kind among them."""
    found: dict[str, Answer] = {}
    addresses, own = Addresses(request), _OwnFields(concept_of(request))
    for name, kind in api_kinds().items():
        ids = [item.pk for item in items if item.kind == name]
        if ids:
            rows = kind.select(Item.objects.visible_to(ANONYMOUS).filter(pk__in=ids))
            found.update(_answers_of(kind, list(rows.prefetch_related("fields", "themes")), addresses, own))
    return [found[item.pk] for item in items if item.pk in found]


def _answers_of(
    kind: ApiKind, items: Sequence[Item], addresses: Addresses, own_fields: _OwnFields
) -> dict[str, Answer]:
    own = kind.properties(items)
    return {
        item.pk: {
            **_common(kind, item, addresses),
            "properties": own[item.pk],
            "own_fields": own_fields.of(item),
        }
        for item in items
    }


class _OwnFields:
    """What items hold in fields that everybody may read. One query at most where a field names a unit, and one for the definitions."""

    def __init__(self, concept: Concept | None) -> None:
        self.concept, self.words = concept, OwnWords()

    def of(self, item: Item) -> Answer:
        with override("de"):
            return {
                field.key: {
                    "label": field.name,
                    "label_en": field.name_en or None,
                    "type": field.type,
                    "unit": field.measure or None,
                    "value": understood(field, value),
                    "words": self.words.words(field, value),
                }
                for field in fields_of_kind(self.concept, item.kind, public_only=True)
                if not is_empty(value := item.own.get(field.key))
            }


def _common(kind: ApiKind, item: Item, addresses: Addresses) -> Answer:
    return {
        "id": item.pk,
        "kind": item.kind,
        "kind_label": level_name(item.concept_id, kind.kind.level, default=kind.kind.label),
        "number": item.number or None,
        "title": item.title,
        "text": item.text,
        "title_en": item.title_en or None,
        "text_en": item.text_en or None,
        "standing": item.standing,
        "standing_label": item.get_standing_display(),
        "fields": [field.key for field in item.fields.all()],
        "themes": [theme.key for theme in item.themes.all()],
        "source": _source(item),
        "created_at": item.created_at,
        "updated_at": item.updated_at,
        "url": addresses.item(item.pk),
        "api_url": addresses.api_item(item.pk),
    }


def _source(item: Item) -> Answer | None:
    if not (item.source_title or item.source_url or item.document):
        return None
    return {
        "title": item.source_title or None,
        "url": item.source_url or None,
        "date": item.source_date or None,
        "document": item.document or None,
        "page": item.page or None,
        "confidence": item.confidence or None,
    }


def links_of(item: Item) -> QuerySet[Link]:
    """The links of an item that everybody may see, with both ends."""
    return (
        Link.objects.visible_to(ANONYMOUS)
        .filter(Q(source=item) | Q(target=item))
        .select_related("source", "target")
    )


def link_answers(request: HttpRequest, item: Item, links: Iterable[Link]) -> list[Answer]:
    """Links as they read from one of their ends. No query."""
    addresses, found = Addresses(request), []
    for link in links:
        forward = link.source_id == item.pk
        other = link.target if forward else link.source
        kind = link_kind_named(link.kind)
        found.append(
            {
                "kind": link.kind,
                "label": kind.label_towards("target" if forward else "source"),
                "direction": "consequence" if forward else "reason",
                "because": link.reason or None,
                "locator": link.locator or None,
                "item": {
                    "id": other.pk,
                    "kind": other.kind,
                    "number": other.number or None,
                    "title": other.title,
                    "standing": other.standing,
                    "url": addresses.item(other.pk),
                    "api_url": addresses.api_item(other.pk),
                },
            }
        )
    return found


def item_page(request: HttpRequest, items: ItemQuerySet, *, cursor: str, limit: int) -> Answer:
    """One page of items."""
    page = page_of(items, order=ORDER, cursor=cursor, limit=limit)
    return {
        "items": item_answers(request, page.rows),
        "next": next_address(request, page.next_cursor),
    }


def columns(row: Model, *names: str) -> Answer:
    """Plain columns of a row; what is empty is null."""
    return {name: None if getattr(row, name) == "" else getattr(row, name) for name in names}
