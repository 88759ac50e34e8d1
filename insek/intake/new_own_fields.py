"""A column of a table for which items have no field becomes an own field of the city, for those who may define one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rules
from django.utils.translation import gettext as _

from insek.engines.tables.book import cell_shown
from insek.engines.tables.found_table import FoundTable
from insek.engines.text import fold, shortened
from insek.items.own_field_forms import LONGEST_NAME, MOST_OPTIONS, names_taken
from insek.thread.models import FieldDefinition
from insek.thread.own_acts import define_field, key_of_option
from insek.thread.own_models import FieldType, OwnOption, write_options

from .targets import Reading

NEW = "own+"
"""Begins what a column is called that shall become a field; behind it stands the type."""
ITEMS = "items."
OFFERED = (
    FieldType.SHORT, FieldType.LONG, FieldType.NUMBER, FieldType.MONEY, FieldType.DATE, FieldType.YEAR, FieldType.CHOICE,
    FieldType.SEVERAL, FieldType.YES_NO, FieldType.LINK, FieldType.UNIT,
)  # fmt: skip


def kind_of(reading: Reading) -> str:
    """The kind whose items a table holds; empty for other tables."""
    target = reading.batch.target
    return target.removeprefix(ITEMS) if target.startswith(ITEMS) else ""


def new_fields_offered(reading: Reading) -> list[dict[str, str]]:
    """What a column may become anew; nothing for those who define no fields."""
    if not kind_of(reading) or not rules.test_rule("concept.set_up", reading.actor):
        return []
    return [{"name": f"{NEW}{type_}", "label": str(type_.label)} for type_ in OFFERED]


def is_new(name: str) -> bool:
    """Whether a column shall become a field."""
    return name.startswith(NEW)


def problems_of(reading: Reading, table: FoundTable, columns: Mapping[int, str]) -> list[str]:
    """Why columns cannot become fields, in words, before any is made."""
    wanted = {index: name for index, name in columns.items() if is_new(name)}
    if not wanted:
        return []
    offered = {each["name"] for each in new_fields_offered(reading)}
    if not set(wanted.values()) <= offered:
        return [_("Eigene Felder legt die Projektleitung an.")]
    kind = kind_of(reading)
    there = FieldDefinition.objects.filter(concept=reading.concept, kind=kind, retired_on=None)
    taken = names_taken(kind) | {fold(field.name) for field in there}
    found = []
    for index, name in wanted.items():
        head = name_of(table, index)
        if not head:
            found.append(_("Eine Spalte ohne Überschrift kann kein eigenes Feld werden."))
        elif fold(head) in taken:
            found.append(_("„%(name)s“ heißt hier schon eine andere Angabe.") % {"name": head})
        elif name.removeprefix(NEW) in {FieldType.CHOICE, FieldType.SEVERAL} and not _options(
            table, index, name
        ):
            found.append(
                _("„%(name)s“ hat keine oder zu viele verschiedene Werte für eine Auswahl.") % {"name": head}
            )
        taken.add(fold(head))
    return found


def make_fields(reading: Reading, table: FoundTable, columns: Mapping[int, str]) -> dict[int, str]:
    """Make the fields, read by the administration alone; the columns as they are called then. Raises ValidationError."""
    named = dict(columns)
    for index, name in columns.items():
        if is_new(name):
            values: dict[str, Any] = {"type": name.removeprefix(NEW), "name": name_of(table, index)}
            values["options"] = write_options(_options(table, index, name))
            made = define_field(
                concept=reading.concept, kind=kind_of(reading), values=values, actor=reading.actor
            )
            named[index] = made.full_name
    return named


def name_of(table: FoundTable, index: int) -> str:
    """What a field is called that a column becomes: its head."""
    head = next((column.head for column in table.columns if column.index == index), "")
    return shortened(" ".join(head.split()), LONGEST_NAME)


def _options(table: FoundTable, index: int, name: str) -> list[OwnOption]:
    """The different words of a column as values to choose from; none where there are too many."""
    type_ = name.removeprefix(NEW)
    if type_ not in {FieldType.CHOICE, FieldType.SEVERAL}:
        return []
    found: dict[str, str] = {}
    for row in table.rows:
        text = cell_shown(row.values[index]) if index < len(row.values) else ""
        for part in text.split(";") if type_ == FieldType.SEVERAL else [text]:
            word = " ".join(part.replace("|", " ").split())
            if word and len(word) <= LONGEST_NAME:
                found.setdefault(fold(word), word)
    if len(found) > MOST_OPTIONS:
        return []
    options: list[OwnOption] = []
    for word in found.values():
        options.append(OwnOption(key_of_option(word, [option.key for option in options]), word))
    return options
