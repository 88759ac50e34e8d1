"""Display data: what templates show of items, fields, dates and numbers, prepared once in Python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insek.concept.models import Field, Standing
from insek.engines import periods
from insek.people.addresses import address_of
from insek.people.models import NOT_MARKED, in_language
from insek.people.prepared import prepared_for
from insek.thread.kinds import KindNames
from insek.thread.models import Item

"""Gives what the city calls a kind of item."""


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
    title_lang: SafeString = NOT_MARKED
    """``lang="de"`` as an attribute where the title is German on a page in another language."""

    @property
    def shown_title(self) -> str:
        """The title as it is: in the language of the page where it is there. The same name as of an item."""
        return self.title


def shown_field(field: Field) -> ShownField:
    """A field in the language of the page."""
    return _field(field.key, str(field), field.colour, field.icon, get_language() or "")


@lru_cache(maxsize=512)
def _field(key: str, name: str, colour: str, icon: str, language: str) -> ShownField:
    return ShownField(key, name, colour, icon, address_of("field", key))


SHOWN_COLUMNS = ("concept", "kind", "number", "title", "title_en", "standing", "visibility", "sort_key")
"""What is read of an item that is shown without its text."""


def shown_item(item: Item, names: KindNames, fields: Sequence[ShownField] = ()) -> ShownItem:
    """An item as a card or box, with the fields given."""
    return ShownItem(
        pk=item.pk,
        number=item.number,
        title=item.shown_title,
        kind=item.kind,
        kind_label=names(item.kind),
        standing=item.standing,
        visibility=item.visibility,
        url=item.url,
        fields=fields,
        title_lang=item.title_lang,
    )


def shown_items(items: Iterable[Item], names: KindNames) -> list[ShownItem]:
    """Items with their fields. One query."""
    rows = list(items)
    fields = fields_of(item.pk for item in rows)
    return [shown_item(item, names, fields.get(item.pk, ())) for item in rows]


def _fields_of(item_ids: list[Any]) -> QuerySet[Any, tuple[str, ...]]:
    return (
        Item.fields.through._default_manager.filter(item_id__in=item_ids)
        .order_by("field__position", "field__key")
        .values_list("item_id", "field__key", "field__name", "field__name_en", "field__colour", "field__icon")
    )


def fields_of(item_ids: Iterable[str]) -> dict[str, list[ShownField]]:
    """The fields of action of items, by item. One query."""
    rows = prepared_for("fields of items", _fields_of, item_ids)
    language = get_language() or ""
    found: dict[str, list[ShownField]] = {}
    for item_id, key, name, name_en, colour, icon in rows:
        found.setdefault(item_id, []).append(_field(key, in_language(name, name_en), colour, icon, language))
    return found


def period_words(period: str) -> str:
    """A period in words: 2024, Juni 2024, 31. Dezember 2024, 1. Quartal 2024. What is none is returned as it is."""
    try:
        found = periods.period_of(period)
    except ValueError:
        return period
    year = {"number": found.number, "year": found.start.year}
    if found.kind == periods.DAY:
        return date_words(found.start)
    if found.kind == periods.MONTH:
        return str(date_format(found.start, "F Y"))
    if found.kind == periods.QUARTER:
        return _("%(number)s. Quartal %(year)s") % year
    if found.kind == periods.HALF:
        return _("%(number)s. Halbjahr %(year)s") % year
    if found.kind == periods.SCHOOL:
        return _("Schuljahr %(years)s") % {"years": period}
    if found.kind == periods.YEARS:
        return _("%(from)s bis %(to)s") % {"from": found.start.year, "to": found.end.year}
    if found.kind == periods.FREE:
        return _("%(from)s bis %(to)s") % {"from": date_words(found.start), "to": date_words(found.end)}
    return period


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
    """A day in words: 6. Oktober 2025, or 6 October 2025; of a moment its day where the city lies."""
    if isinstance(day, datetime):
        day = timezone.localdate(day)
    return str(date_format(day, "DATE_FORMAT")) if day else ""


def page_words(page: str) -> str:
    """Where it stands in a document: a page, or as it is called where a document has none ("Abschnitt 3", "Anhang A")."""
    return page if re.search(r"[^\W\d_]{4,}", page) else _("Seite %(page)s") % {"page": page}


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
