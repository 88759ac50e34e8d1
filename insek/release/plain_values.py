"""What history wrote down as plain values, turned back into what the services take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from shapely import from_wkt

from insek.concept.models import Field, Theme
from insek.thread.history import key_name
from insek.thread.kinds import Kind, kind_named
from insek.thread.models import Item
from insek.thread.own_fields import is_own


@dataclass
class ItemValues:
    """The arguments of ``services.update_item``."""

    values: dict[str, Any] = field(default_factory=dict)
    fields: list[Field] | None = None
    themes: list[Theme] | None = None


def from_plain(item: Item, plain: Mapping[str, Any]) -> ItemValues:
    """Name in the history -> value in the history, as arguments of the services.

    Raises ValidationError where a row that is named has gone, and KeyError for a name that is no field of the item.
    """
    spec = kind_named(item.kind)
    found = ItemValues()
    for name, value in plain.items():
        if name == "fields":
            found.fields = list(item.concept.fields.filter(key__in=value or []))
        elif name == "themes":
            found.themes = list(item.concept.themes.filter(key__in=value or []))
        elif is_own(name):
            found.values[name] = value
        elif name in spec.many_to_many:
            target = spec.model._meta.get_field(name).related_model
            assert isinstance(target, type)
            found.values[name] = list(
                target._default_manager.filter(**{f"{key_name(target)}__in": value or []})
            )
        else:
            column = column_named(spec, name)
            found.values[column.name] = _value(column, value)
    return found


def column_named(spec: Kind, name: str) -> models.Field[Any, Any]:
    """The column of the item or its own row that history calls by this name. Raises KeyError."""
    for model in (Item, spec.model):
        for candidate in (name, name.removesuffix("_id")):
            try:
                column = model._meta.get_field(candidate)
            except FieldDoesNotExist:
                continue
            if isinstance(column, models.Field):
                return column
    raise KeyError(name)


def _value(column: models.Field[Any, Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column, models.ForeignKey):
        row = column.related_model._default_manager.filter(pk=value).first()
        if row is None:
            raise ValidationError(
                {column.name: _("Das, worauf sich diese Angabe bezieht, gibt es nicht mehr.")}
            )
        return row
    if isinstance(column, models.BinaryField):
        return from_wkt(value)  # the only bytes that items keep are geometries
    return column.to_python(value)


def as_plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a form as JSON can keep them: keys of rows, plain text for numbers and days."""
    plain = {}
    for name, value in values.items():
        if isinstance(value, models.Model):
            value = value.pk
        plain[name] = value if value is None or isinstance(value, bool | int | str) else str(value)
    return plain


def model_from_plain(model: type[models.Model], plain: Mapping[str, Any]) -> dict[str, Any]:
    """What ``as_plain`` wrote down, as values of a model. Raises ValidationError where a row has gone."""
    return {name: _value(model._meta.get_field(name), value) for name, value in plain.items()}  # type: ignore[arg-type]  # a column, never a reverse foreign key
