"""Own fields in the package: what a city added to its kinds, and what is entered, in one long table."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.thread.kinds import all_kinds
from insek.thread.models import FieldDefinition, Item
from insek.thread.own_acts import write_rows
from insek.thread.own_fields import renew_stamp
from insek.thread.own_models import FieldType
from insek.thread.own_values import of_cells
from insek.thread.pieces import in_pieces

from .columns import Column
from .foundation import KEY, POSITION
from .parsing import Package
from .problems import Problems
from .tables import ITEMS, Table, item_tables, register_derived, register_table

FIELDS, VALUES = "own_fields", "own_values"


def _check(package: Package, problems: Problems) -> None:
    """A value stands in a field of its kind."""
    fields = package.index(FIELDS)
    kinds = {row.key[0]: table.kind for table in item_tables() for row in package.table(table.name)}
    for row in package.table(VALUES):
        field, kind = fields.get((row.values.get("definition"),)), kinds.get(row.values.get("item"))
        if field is not None and kind is not None and field.values.get("kind") != kind:
            problems.add_in_row(
                "foreign_field", row, "definition",
                _("Dieses Feld gibt es bei %(field)s, nicht bei %(item)s.") % {"field": field.values.get("kind"), "item": kind},
                _("Ein Feld dieser Art von Inhalten nennen."),
            )  # fmt: skip


def own_values_of(package: Package) -> dict[str, dict[str, Any]]:
    """What items hold in own fields, by item, as it is kept."""
    fields = definitions_of(package)
    cells: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for row in package.table(VALUES):
        values = row.values
        cells[values["item"], values["definition"]].append((values["position"], values["value"]))
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for (item, key), entries in cells.items():
        found[item][key] = of_cells(fields[key], [text for _position, text in sorted(entries)])
    return found


def definitions_of(package: Package) -> dict[str, FieldDefinition]:
    """The own fields of a package in memory, by key."""
    return {row.values["key"]: FieldDefinition(**row.values) for row in package.table(FIELDS)}


def rebuild(concept: Concept) -> None:
    """After an import: the definitions are others, and lists find values by rows that follow from them."""
    with transaction.atomic():
        renew_stamp(concept.pk)
    for field in FieldDefinition.objects.filter(concept=concept):
        holding = Item.objects.filter(own__has_key=field.key, concept=concept)
        in_pieces(list(holding.values_list("pk", flat=True)), partial(write_rows, field))


register_table(
    Table(
        name=FIELDS,
        model_path="thread.FieldDefinition",
        note="Fields that the city added to a kind of item; what is entered in them stands in own_values.csv.",
        order=8,
        in_edition="context",
        public=lambda rows: rows.filter(audience=FieldDefinition.Audience.PUBLIC, retired_on=None),
        own_columns=(
            KEY,
            Column("kind", "choice", "Kind of the items that have the field.", required=True,
                   choices=lambda: [kind.name for kind in all_kinds()]),
            POSITION,
            Column("type", "choice", "What it holds.", required=True, choices=FieldType.values),
            Column("name", "text", "What it is called.", required=True),
            Column("name_en", "text", "The same in English."),
            Column("help", "text", "What helps to fill it in."),
            Column("help_en", "text", "The same in English."),
            Column("group", "text", "Heading that it stands under."),
            Column("group_en", "text", "The same in English."),
            Column("unit", "text", "Unit of a number."),
            Column("options", "text", "Values to choose from or columns of a table, a line each: key, words and English words with bars between; a minus before the key of one that is offered no more."),
            Column("audience", "choice", "Who reads what is entered: all who see the item, or the administration.", required=True,
                   choices=FieldDefinition.Audience.values),
            Column("editors", "choice", "Who fills it in: all who edit the item, the unit in charge and the lead, or the lead.", required=True,
                   choices=FieldDefinition.Editors.values),
            Column("is_required", "boolean", "Whether forms ask for it.", required=True),
            Column("retired_on", "date", "Day since which it is kept no more; what is entered stays."),
        ),
    )
)  # fmt: skip
register_table(
    Table(
        name=VALUES,
        model_path="thread.OwnValue",
        note="What is entered in own fields, a row for each value; several values of a choice and the rows of a table have a row each.",
        order=81,
        in_edition="own",
        key_columns=("item", "definition", "position"),
        scope="item__concept",
        check=_check,
        public=lambda rows: rows.filter(
            definition__audience=FieldDefinition.Audience.PUBLIC, definition__retired_on=None
        ),
        own_columns=(
            Column("item", "reference", "Id of the item.", required=True, refers=ITEMS),
            Column("definition", "reference", "Key of the field.", required=True, refers=FIELDS),
            Column("position", "integer", "Which of several values or rows, from 1.", required=True),
            Column("value", "text", "A number with a point, true or false, a day as 2027-05-03, the key of a choice or unit, a row of a table as JSON, or a text.",
                   required=True),
        ),
    )
)  # fmt: skip
register_derived("thread.OwnValue", "item__concept", rebuild)
