"""What words of a table are chosen from: rows of the program, choices of a kind, yes and no."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import rules
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from insek.concept.models import Field, Theme
from insek.engines.text import shortened
from insek.people.models import Unit
from insek.people.services import create_unit, free_key
from insek.release.bundling import fields_wait_for
from insek.thread.setting_up import delete_part, save_part

from .targets import Reading, WordChoice, WordSource

YES, NO = "true", "false"


@dataclass(frozen=True)
class Maker:
    """How a row that a word names is made where it is not there yet, by whom, and how it is taken away again."""

    rule: str
    make: Callable[[Reading, str], models.Model]
    take_away: Callable[[Reading, models.Model], None]


def _make_field(reading: Reading, name: str) -> models.Model:
    return _make_part(reading, Field, name)


def _make_theme(reading: Reading, name: str) -> models.Model:
    return _make_part(reading, Theme, name)


def _make_part(reading: Reading, model: type[Any], name: str) -> models.Model:
    others = model.objects.filter(concept=reading.concept)
    last = others.order_by("-position").first()
    row = model(concept=reading.concept)
    if isinstance(row, Field):
        row.waits_for = fields_wait_for(reading.concept)
    values: dict[str, Any] = {"name": shortened(name, 120), "key": _free_part_key(model, reading, name)}
    if hasattr(row, "position"):
        values["position"] = (last.position if last else 0) + 1
    saved: models.Model = save_part(row, values=values, expected_version=None, actor=reading.actor)
    return saved


def _free_part_key(model: type[Any], reading: Reading, name: str) -> str:
    return free_key(model, name)


def _take_part_away(reading: Reading, row: Any) -> None:
    delete_part(row, expected_version=row.version, actor=reading.actor)


def _make_unit(reading: Reading, name: str) -> models.Model:
    return create_unit(
        name=shortened(name, 200), name_en="", abbreviation="", parent=None, actor=reading.actor
    )


def _take_unit_away(reading: Reading, row: Any) -> None:
    for relation in row._meta.related_objects:
        # people of a unit would be left without one: what refers to it keeps it
        if relation.related_model._base_manager.filter(**{relation.field.name: row}).exists():
            raise ValidationError(_("Darauf verweist inzwischen etwas."))
    row.delete()


MAKERS: dict[type[models.Model], Maker] = {
    Field: Maker("concept.set_up", _make_field, _take_part_away),
    Theme: Maker("concept.set_up", _make_theme, _take_part_away),
    Unit: Maker("people.manage", _make_unit, _take_unit_away),
}
"""What may be made anew out of a word."""


def of_rows(
    name: str, rows: Callable[[Reading], Iterable[Any]], model: type[Any], *, several: bool, key: str = "pk"
) -> WordSource:
    """Rows of a table, known by their names, key, number and abbreviation."""
    maker = MAKERS.get(model)

    def choices(reading: Reading) -> list[WordChoice]:
        return [
            WordChoice(str(getattr(row, key)), _label(row), [each for each in _names(row) if each])
            for row in rows(reading)
        ]

    if maker is None:
        return WordSource(name, choices, several)
    made = maker

    def create(reading: Reading, word: str) -> str:
        return str(getattr(made.make(reading, word), key))

    def take_away(reading: Reading, value: str) -> bool:
        row = model.objects.filter(**{key: value}).first()
        if row is None:
            return True
        try:
            made.take_away(reading, row)
        except (ValidationError, models.ProtectedError):
            return False
        return True

    return WordSource(
        name,
        choices,
        several,
        create=create,
        may_create=lambda reading: bool(rules.test_rule(made.rule, reading.actor)),
        take_away=take_away,
    )


def _label(row: Any) -> str:
    item = getattr(row, "item", None)
    return str(item if item is not None else row)


def _names(row: Any) -> list[str]:
    names = [str(getattr(row, name, "") or "") for name in ("key", "abbreviation", "name", "name_en", "code")]
    if (item := getattr(row, "item", None)) is not None:
        names += [item.number, item.title, item.title_en]
    names += getattr(row, "also_called", ())
    return names


ALSO = {
    "priority": {
        "1": ("A", "I", "hoch", "sehr hoch", "höchste", "hohe Priorität", "high", "prioritär", "sehr wichtig", "sofort", "+++", "★★★", "***"),
        "2": ("B", "II", "mittel", "mittlere", "mittlere Priorität", "medium", "wichtig", "++", "★★", "**"),
        "3": ("C", "III", "niedrig", "gering", "nachrangig", "niedrige Priorität", "low", "wünschenswert", "+", "★", "*"),
    }
}  # fmt: skip
"""Other words for the choices of a field, by its name."""


def of_choices(name: str, choices: Iterable[Any]) -> WordSource:
    """The choices of a field of a form."""
    offered, also = list(choices), ALSO.get(name.rpartition(".")[2], {})

    def listed(reading: Reading) -> list[WordChoice]:
        return [
            WordChoice(str(value), str(label), [str(value), *also.get(str(value), ())])
            for value, label in offered
            if value not in ("", None)
        ]

    return WordSource(name, listed)


def yes_or_no() -> WordSource:
    """Yes and no, as sheets write them."""

    def listed(reading: Reading) -> list[WordChoice]:
        return [
            WordChoice(YES, _("ja"), ["yes", "x", "1", "wahr", "true", "j", "y"]),
            WordChoice(NO, _("nein"), ["no", "0", "falsch", "false", "n", "-"]),
        ]

    return WordSource("yes-no", listed)


def source_of(kind: str, name: str, bound: forms.Field) -> WordSource | None:
    """What the words of a field of a kind's form are chosen from; None where it takes texts, numbers or days."""
    if isinstance(bound, forms.ModelChoiceField):
        queryset = bound.queryset
        assert queryset is not None
        model = queryset.model
        key = "key" if model in {Field, Theme} else "pk"
        several = isinstance(bound, forms.ModelMultipleChoiceField) or model is Unit
        limited = queryset.select_related("item") if hasattr(model, "item") else queryset
        return of_rows(model._meta.label, lambda reading: limited.all(), model, several=several, key=key)
    if isinstance(bound, forms.BooleanField | forms.NullBooleanField):
        return yes_or_no()
    if isinstance(bound, forms.ChoiceField):
        return of_choices(f"{kind}.{name}", bound.choices)  # type: ignore[arg-type]  # an iterable of pairs
    if isinstance(bound.widget, forms.Select):
        return of_choices(f"{kind}.{name}", bound.widget.choices)
    return None
