"""Own fields in lists: columns, filters and orders, in a constant number of queries however many items there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.engines.numbers import EURO
from insek.people.actors import Actor
from insek.thread.models import FieldDefinition, Item, ItemQuerySet
from insek.thread.own_fields import fields_for
from insek.thread.own_models import NUMERIC, FieldType, OwnValue
from insek.thread.own_values import OwnWords, checked, exact, is_empty, understood, unit_names
from insek.web.number_fields import typed_number

from .pages import Filter, ItemPages, TableColumn

FROM, UNTIL = ".ab", ".bis"
WITH, WITHOUT = "+", "-"
LAST = "zzzzzzzzzz"
"""Comes behind every key of an order: where items without a value stand."""
SORTED = frozenset(FieldType) - {FieldType.LONG, FieldType.SEVERAL, FieldType.TABLE, FieldType.LINK}
RANGED = NUMERIC | {FieldType.DATE}


def own_columns(concept: Concept | None, pages: ItemPages, actor: Actor) -> list[TableColumn]:
    """A column for each own field that the actor may read."""
    words = OwnWords()
    return [
        TableColumn(
            field.full_name, _head(field), _value_of(field, words), field.full_name,
            field.full_name if field.type in SORTED else "",
            numeric=field.type in NUMERIC, width=40 if field.type in (FieldType.LONG, FieldType.TABLE) else 18,
        )
        for field in fields_for(concept, pages.kind, actor)
    ]  # fmt: skip


def _head(field: FieldDefinition) -> str:
    return f"{field} ({field.measure})" if field.measure else str(field)


def _value_of(field: FieldDefinition, words: OwnWords) -> Callable[[Item], Any]:
    return lambda item: cell_value(field, item.own.get(field.key), words)


def cell_value(field: FieldDefinition, value: Any, words: OwnWords) -> Any:
    """A value for a cell: numbers, days and truths as such, several values as a list, all else in words."""
    if is_empty(value):
        return None
    found = understood(field, value)
    kind = FieldType(field.type)
    if found is not None:
        if kind in NUMERIC:
            return found if isinstance(found, int) else exact(found)
        if kind == FieldType.DATE:
            return date.fromisoformat(found)
        if kind == FieldType.YES_NO:
            return found
        if kind == FieldType.SEVERAL:
            return [words.loose(field, part) for part in found]
    return words.words(field, value)


def own_filters(asker: Asker, pages: ItemPages) -> list[Filter]:
    """Filters by the own fields that who asks may read."""
    found: list[Filter] = []
    units = cache(unit_names)
    for field in fields_for(asker.concept, pages.kind, asker.actor):
        found += _filters_by(field, units)
    return found


def _filters_by(field: FieldDefinition, units: Callable[[], dict[str, str]]) -> list[Filter]:
    name, label = field.full_name, str(field)
    if field.type in RANGED:
        return [
            _bound(field, FROM, _("%(field)s von"), "gte"),
            _bound(field, UNTIL, _("%(field)s bis"), "lte"),
        ]
    without = (WITHOUT, _("ohne Angabe"))
    choices: Callable[[Asker], list[tuple[str, Any]]]
    if field.type in (FieldType.CHOICE, FieldType.SEVERAL):
        choices = lambda asker: [*((each.key, str(each)) for each in field.choices), without]  # noqa: E731  (one of three)
    elif field.type == FieldType.UNIT:
        choices = lambda asker: [*units().items(), without]  # noqa: E731  (one of three)
    elif field.type == FieldType.YES_NO:
        choices = lambda asker: [("ja", _("ja")), ("nein", _("nein")), without]  # noqa: E731  (one of three)
    else:
        choices = lambda asker: [(WITH, _("mit Angabe")), without]  # noqa: E731  (one of three)
    return [Filter(name, label, choices, lambda items, value: _with(items, field, value))]


def _bound(field: FieldDefinition, end: str, label: str, lookup: str) -> Filter:
    """A filter by a bound that is typed."""
    column = "day" if field.type == FieldType.DATE else "number"

    def apply(items: ItemQuerySet, value: str) -> ItemQuerySet:
        return _among(items, field, Q(**{f"{column}__{lookup}": _typed(field, value)}))

    return Filter(
        f"{field.full_name}{end}", label % {"field": _head(field)}, lambda asker: [], apply, begins=True,
        read=lambda text: _typed(field, text),
    )  # fmt: skip


def _with(items: ItemQuerySet, field: FieldDefinition, value: str) -> ItemQuerySet:
    if value == WITHOUT:
        return items.exclude(pk__in=OwnValue.objects.filter(definition=field.pk).values("item"))
    return _among(items, field, Q() if value == WITH else Q(text=value))


def _among(items: ItemQuerySet, field: FieldDefinition, wanted: Q) -> ItemQuerySet:
    return items.filter(pk__in=OwnValue.objects.filter(wanted, definition=field.pk).values("item"))


def _typed(field: FieldDefinition, text: str) -> Decimal | date:
    """A bound as somebody typed it. Raises ValidationError that says how to write it."""
    if field.type == FieldType.DATE:
        return date.fromisoformat(checked(field, text))
    number = typed_number(text, EURO if field.type == FieldType.MONEY else filter(None, [field.unit]))
    if abs(number) >= 10**14:
        raise ValidationError(_("Diese Zahl ist zu groß."))
    return number


def own_orders(concept: Concept | None, pages: ItemPages, actor: Actor) -> dict[str, FieldDefinition]:
    """The own fields that a list can be ordered by, by the name of the order."""
    return {
        field.full_name: field for field in fields_for(concept, pages.kind, actor) if field.type in SORTED
    }


def ordered_by(
    items: ItemQuerySet, field: FieldDefinition, *, descending: bool
) -> tuple[ItemQuerySet, tuple[str, ...]]:
    """Items that carry the key of an order by an own field, and that order; those without a value come last either way."""
    first = OwnValue.objects.filter(item=OuterRef("pk"), definition=field.pk, position=1).values("sort")[:1]
    nothing = Value("" if descending else LAST, output_field=CharField())
    keyed = items.annotate(own_sort=Coalesce(Subquery(first), nothing, output_field=CharField()))
    return keyed, ("-own_sort", "-pk") if descending else ("own_sort", "pk")
