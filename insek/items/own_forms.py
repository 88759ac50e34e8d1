"""Own fields in the form of an item: an input for each type, which gives back what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.numbers import EURO
from insek.people.actors import Actor
from insek.people.models import Unit
from insek.thread.cleaning import MAX_TEXT
from insek.thread.models import FieldDefinition, Item
from insek.thread.own_fields import fields_of_kind, may_edit, owner_of, sorted_in_groups
from insek.thread.own_models import FieldType, OwnOption
from insek.thread.own_values import (
    LATEST_YEAR,
    LONGEST_SHORT,
    SHORTEST_YEAR,
    OwnWords,
    checked,
    exact,
    is_empty,
    understood,
)
from insek.web.number_fields import NumberField, WholeNumberField


class OwnInput(forms.Field):
    """What all inputs of own fields do: say in the end what is kept, and leave words alone that the type no longer reads."""

    definition: FieldDefinition
    kept: Any = None
    """What is entered and cannot be read as the type that the field has today."""
    kept_words = ""

    def clean(self, value: Any) -> Any:
        """What is kept of what was sent, None for nothing."""
        if self.kept is not None and (is_empty(value) or value == self.kept_words):
            return self.kept
        return checked(self.definition, super().clean(value))


class OwnText(OwnInput, forms.CharField):
    """A text, a table as lines, or anything that is typed as it is."""


class OwnNumber(OwnInput, NumberField):
    """A number with its unit, or an amount."""


class OwnYear(OwnInput, WholeNumberField):
    """A year."""


class OwnDate(OwnInput, forms.DateField):
    """A day."""


class OwnAddress(OwnInput, forms.URLField):
    """An address in the internet."""


class OwnChoice(OwnInput, forms.ChoiceField):
    """One of several: a value, yes or no, a unit."""


class OwnSeveral(OwnInput, forms.MultipleChoiceField):
    """Several values."""


def input_for(definition: FieldDefinition, value: Any = None) -> forms.Field:
    """The input of a field that has this value now."""
    given: dict[str, Any] = {
        "label": str(definition),
        "help_text": _help(definition),
        "required": definition.is_required,
    }
    made = _MAKERS[FieldType(definition.type)](definition, value, given)
    assert isinstance(made, OwnInput)
    made.definition = definition
    made.initial = initial_of(definition, value)
    if not is_empty(value) and understood(definition, value) is None:
        made.kept, made.kept_words = value, OwnWords().loose(definition, value)
        told = _(
            "Bisher steht hier „%(words)s“. Das passt nicht zur Art des Feldes und bleibt, bis Sie etwas anderes eintragen."
        )
        made.help_text = " ".join(filter(None, [str(made.help_text), told % {"words": made.kept_words}]))
        made.required = False
    return made


def initial_of(definition: FieldDefinition, value: Any) -> Any:
    """What an input shows of a value."""
    if is_empty(value):
        return None
    found = understood(definition, value)
    if found is None:
        return value
    kind = FieldType(definition.type)
    if kind in (FieldType.NUMBER, FieldType.MONEY):
        return exact(found).normalize() + 0
    if kind == FieldType.DATE:
        return date.fromisoformat(found)
    if kind == FieldType.YES_NO:
        return "ja" if found else "nein"
    if kind == FieldType.TABLE:
        return OwnWords().words(definition, found)
    return found


def _help(definition: FieldDefinition) -> str:
    told = [definition.help_text]
    if definition.measure:
        told.append(_("In %(unit)s.") % {"unit": definition.measure})
    if definition.type == FieldType.TABLE:
        columns = " | ".join(str(option) for option in definition.offered)
        told.append(
            _(
                "Je Eintrag eine Zeile, die Spalten mit | getrennt: %(columns)s. Zeilen aus Excel lassen sich einfügen."
            )
            % {"columns": columns}
        )
    if not definition.is_public:
        told.append(_("Sieht nur die Verwaltung."))
    return " ".join(filter(None, told))


def _text(definition: FieldDefinition, value: Any, given: dict[str, Any]) -> forms.Field:
    return OwnText(max_length=LONGEST_SHORT, **given)


def _long(definition: FieldDefinition, value: Any, given: dict[str, Any]) -> forms.Field:
    return OwnText(max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 4}), **given)


def _number(definition: FieldDefinition, value: Any, given: dict[str, Any]) -> forms.Field:
    units = EURO if definition.type == FieldType.MONEY else filter(None, [definition.unit])
    return OwnNumber(units=units, **given)


def _year(definition: FieldDefinition, value: Any, given: dict[str, Any]) -> forms.Field:
    return OwnYear(min_value=SHORTEST_YEAR, max_value=LATEST_YEAR, **given)


def _date(definition: FieldDefinition, value: Any, given: dict[str, Any]) -> forms.Field:
    return OwnDate(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given)


def _address(definition: FieldDefinition, value: Any, given: dict[str, Any]) -> forms.Field:
    return OwnAddress(max_length=LONGEST_SHORT, assume_scheme="https", **given)


def offered_to(definition: FieldDefinition, value: Any) -> list[OwnOption]:
    """The values to choose from: those offered, and those that are chosen though they are offered no more."""
    chosen = value if isinstance(value, list) else [value]
    return [option for option in definition.choices if not option.retired or option.key in chosen]


def _named(options: Sequence[OwnOption]) -> list[tuple[str, Any]]:
    """Keys with words that are in the language in which they are read: a file may come back in another."""
    return [(option.key, lazystr(option)) for option in options]


def _one_of(choices: Sequence[tuple[str, Any]], given: dict[str, Any]) -> forms.Field:
    nothing = _("Bitte wählen") if given["required"] else _("ohne Angabe")
    return OwnChoice(choices=[("", nothing), *choices], **given)


def _choice(definition: FieldDefinition, value: Any, given: dict[str, Any]) -> forms.Field:
    return _one_of(_named(offered_to(definition, value)), given)


def _yes_or_no(definition: FieldDefinition, value: Any, given: dict[str, Any]) -> forms.Field:
    return _one_of([("ja", gettext_lazy("ja")), ("nein", gettext_lazy("nein"))], given)


def _unit(definition: FieldDefinition, value: Any, given: dict[str, Any]) -> forms.Field:
    return _one_of([(unit.key, lazystr(unit)) for unit in Unit.objects.all()], given)


def _several(definition: FieldDefinition, value: Any, given: dict[str, Any]) -> forms.Field:
    choices = _named(offered_to(definition, value))
    return OwnSeveral(choices=choices, widget=forms.CheckboxSelectMultiple, **given)


_MAKERS = {
    FieldType.SHORT: _text, FieldType.LONG: _long, FieldType.NUMBER: _number, FieldType.MONEY: _number, FieldType.YEAR: _year,
    FieldType.DATE: _date, FieldType.CHOICE: _choice, FieldType.SEVERAL: _several, FieldType.YES_NO: _yes_or_no,
    FieldType.LINK: _address, FieldType.UNIT: _unit, FieldType.TABLE: _long,
}  # fmt: skip


def add_own_inputs(
    form: forms.BaseForm, *, kind: str, concept: Any, actor: Actor, item: Item | None, row: Any
) -> list[tuple[str, list[str]]]:
    """Put the own fields that an actor may fill in into a form; the names of the inputs by their heading."""
    fields = [
        field
        for field in fields_of_kind(concept, kind)
        if (field.is_public or actor.sees_internal) and may_edit(field, actor, _owner(item, row, actor))
    ]
    own: Mapping[str, Any] = item.own if item is not None else {}
    for field in fields:
        form.fields[field.full_name] = input_for(field, own.get(field.key))
    return [
        (heading or _("Weitere Angaben"), [field.full_name for field in found])
        for heading, found in sorted_in_groups(fields)
    ]


def _owner(item: Item | None, row: Any, actor: Actor) -> int | None:
    """The unit in charge; of what a unit begins itself, that unit."""
    return actor.unit_id if item is None else owner_of(item, row)
