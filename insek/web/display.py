"""Display data: what templates show of items, fields, dates and numbers, prepared once in Python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insek.concept.models import Field, Standing
from insek.people.addresses import address_of
from insek.people.models import in_language
from insek.thread.kinds import KindNames
from insek.thread.models import Item

"""Gives what the city calls a kind of item."""

_period = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field of action as a chip or dot."""

    key: str
    name: str
    colour: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item as a card, a line or a box of the why panel."""

    pk: str
    number: str
    title: str
    kind: str
    kind_label: str
    standing: str
    visibility: str
    url: str
    fields: Sequence[ShownField]


def shown_field(field: Field) -> ShownField:
    """A field in the language of the page."""
    return _field(field.key, str(field), field.colour, field.icon, get_language() or "")


@lru_cache(maxsize=512)
def _field(key: str, name: str, colour: str, icon: str, language: str) -> ShownField:
    return ShownField(key, name, colour, icon, address_of("field", key))


SHOWN_COLUMNS = ("concept", "kind", "number", "title", "standing", "visibility", "sort_key")
"""What is read of an item that is shown without its text."""


def shown_item(item: Item, names: KindNames, fields: Sequence[ShownField] = ()) -> ShownItem:
    """An item as a card or box, with the fields given."""
    return ShownItem(
        pk=item.pk,
        number=item.number,
        title=item.title,
        kind=item.kind,
        kind_label=names(item.kind),
        standing=item.standing,
        visibility=item.visibility,
        url=item.url,
        fields=fields,
    )


def shown_items(items: Iterable[Item], names: KindNames) -> list[ShownItem]:
    """Items with their fields. One query."""
    rows = list(items)
    fields = fields_of(item.pk for item in rows)
    return [shown_item(item, names, fields.get(item.pk, ())) for item in rows]


def fields_of(item_ids: Iterable[str]) -> dict[str, list[ShownField]]:
    """The fields of action of items, by item. One query."""
    rows = (
        Item.fields.through.objects.filter(item_id__in=list(item_ids))
        .order_by("field__position", "field__key")
        .values_list("item_id", "field__key", "field__name", "field__name_en", "field__colour", "field__icon")
    )
    language = get_language() or ""
    found: dict[str, list[ShownField]] = {}
    for item_id, key, name, name_en, colour, icon in rows:
        found.setdefault(item_id, []).append(_field(key, in_language(name, name_en), colour, icon, language))
    return found


def period_words(period: str) -> str:
    """A period in words: 2024, Juni 2024, 31. Dezember 2024. What is none is returned as it is."""
    match = _period.fullmatch(period)
    if match is None:
        return period
    year, month, day = match.groups()
    try:
        if day:
            return date_words(date(int(year), int(month), int(day)))
        if month:
            return str(date_format(date(int(year), int(month), 1), "F Y"))
    except ValueError:
        return period
    return str(year)


def with_example_word(title: str, standing: str) -> str:
    """A title where no badge can stand, such as a cell, a sign of a map or a feed: with the word that it is an example."""
    return _("%(title)s (Beispiel)") % {"title": title} if standing == Standing.EXAMPLE else title


def example_share(examples: int, count: int) -> str:
    """How many of a counted number are examples, in words; empty where none is."""
    if not examples:
        return ""
    if examples < count:
        return _("davon Beispiel: %(examples)s") % {"examples": number_words(examples)}
    return _("Beispiel") if count == 1 else _("alle Beispiel")


def date_words(day: date | None) -> str:
    """A day in words: 6. Oktober 2025, or 6 October 2025."""
    return str(date_format(day, "DATE_FORMAT")) if day else ""


def shown_source(source: Any) -> dict[str, str]:
    """Source, document and page of an item or observation, with its date in words; empty when there is none."""
    names = ("source_title", "source_url", "source_date", "document", "page", "confidence")
    shown = {name: getattr(source, name, "") for name in names}
    if not (shown["source_title"] or shown["source_url"] or shown["document"]):
        return {}
    return {**shown, "source_date_label": period_words(shown["source_date"])}


def number_words(value: Any, decimals: int = 0) -> str:
    """A number in the language of the page, rounded, with grouped thousands and a true minus sign."""
    if isinstance(value, float | Decimal):
        value = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) or Decimal(0)
    return str(number_format(value, decimal_pos=decimals, force_grouping=True)).replace("-", "−", 1)


def position_words(north: Any, east: Any) -> str:
    """A position on the map, to about a metre."""
    return _("%(north)s° N %(east)s° O") % {"north": number_words(north, 5), "east": number_words(east, 5)}


def noun_inside(name: str) -> str:
    """A noun inside a sentence: German keeps its capital letter, English does not (28 measures)."""
    german = (get_language() or "de").startswith("de")
    return name if german or name[1:2].isupper() else name[:1].lower() + name[1:]


def count_words(count: int, limit: int, one: str, many: str) -> str:
    """A bounded count in words: 1 Maßnahme, 28 Maßnahmen, mehr als 1.000 Maßnahmen."""
    one, many = noun_inside(one), noun_inside(many)
    if count > limit:
        return _("mehr als %(limit)s %(many)s") % {
            "limit": number_format(limit, force_grouping=True), "many": many,
        }  # fmt: skip
    return f"{number_format(count, force_grouping=True)} {one if count == 1 else many}"
