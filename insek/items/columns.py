"""The columns of a list as a table: on the page, chosen by address, and in a spreadsheet that can be read in again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.audience import reads_whole
from insek.thread.labels import FIELD_LABELS
from insek.thread.models import Item, ItemQuerySet, Visibility
from insek.web.display import number_words

from .own_lists import own_columns
from .pages import Choice, ItemPages, TableColumn, Text, for_many

ID, VERSION = "id", "version"
"""The first two columns of a spreadsheet: which item a row is, and how old the content of the row is."""
SEPARATOR = "; "
"""Between several fields of action or themes in one cell."""
OWN_SHOWN = 3
"""Columns of a kind's own that are shown until somebody chooses others."""


def columns_of(pages: ItemPages, actor: Actor, concept: Concept | None = None) -> dict[str, TableColumn]:
    """All columns of a kind that this actor may see, by name, in the order in which they stand; with the own fields of a concept."""
    known = [
        *_common_columns(pages, actor),
        *_own_columns(pages, actor),
        *own_columns(concept, pages, actor),
        *_last_columns(),
    ]
    return {column.name: column for column in known}


def default_names(pages: ItemPages, actor: Actor) -> list[str]:
    """The columns that a table has as long as nobody chooses."""
    names = ["number", "title", *[column.name for column in pages.columns][:OWN_SHOWN], "standing"]
    if actor.sees_internal:
        names.append("visibility")
    if pages.in_fields:
        names.append("fields")
    return [*names, "updated"]


def chosen_names(wanted: str, known: Mapping[str, TableColumn], default: Sequence[str]) -> list[str]:
    """The columns that an address names, in its order; what is not known is left out. The title always stands."""
    names = list(dict.fromkeys(name for name in wanted.split(",") if name in known))
    if not names:
        return list(default)
    return names if "title" in names else ["title", *names]


def values_for_many(columns: Iterable[TableColumn]) -> list[Callable[[Item], Any]]:
    """What gives the cells of a long table."""
    return [for_many(column.value) for column in columns]


def with_columns(items: ItemQuerySet, columns: Iterable[TableColumn], *, many: bool = False) -> ItemQuerySet:
    """Load what the columns need with the items: a constant number of queries, of ``many`` items for each portion."""
    columns = list(columns)
    related = [column.related for column in columns if column.related]
    prefetch = [column.prefetch for column in columns if column.prefetch]
    if related and not many:
        return items.select_related(*related).prefetch_related(*prefetch)
    return items.prefetch_related(*related, *prefetch)


def _common_columns(pages: ItemPages, actor: Actor) -> list[TableColumn]:
    label = FIELD_LABELS
    columns = [
        TableColumn("number", label["number"], lambda item: item.number, "number", "nummer", width=10),
        TableColumn("title", label["title"], lambda item: item.title, "title", "titel", width=48),
        TableColumn("text", label["text"], lambda item: item.text, "text", width=60),
        TableColumn("title_en", label["title_en"], lambda item: item.title_en, "title_en", width=48),
        TableColumn("text_en", label["text_en"], lambda item: item.text_en, "text_en", width=60),
        TableColumn("standing", label["standing"], Choice("standing"), "standing"),
        TableColumn("visibility", label["visibility"], Choice("visibility"), "visibility"),
    ]
    if actor.sees_internal:
        columns.append(
            TableColumn("round", label["round"], lambda item: str(item.round or ""), "round", related="round")
        )
    if pages.in_fields:
        columns += [
            TableColumn(
                "fields", label["fields"], lambda item: list(item.fields.all()), "fields_of_action", prefetch="fields",
                width=28,
            ),
            TableColumn(
                "themes", label["themes"], lambda item: list(item.themes.all()), "themes", prefetch="themes", width=28
            ),
        ]  # fmt: skip
    return columns


def _last_columns() -> list[TableColumn]:
    label = FIELD_LABELS

    def plain(name: str) -> Callable[[Item], Any]:
        return lambda item: getattr(item, name)

    names = ("source_title", "source_url", "source_date", "document", "page")
    return [
        *(TableColumn(name, label[name], plain(name), name, width=24) for name in names),
        TableColumn("confidence", label["confidence"], Choice("confidence"), "confidence"),
        TableColumn("updated", gettext_lazy("Zuletzt geändert"), lambda item: item.updated_at, sort="neu"),
    ]


def _own_columns(pages: ItemPages, actor: Actor) -> list[TableColumn]:
    """The columns a room declares, and one for each further field of the form."""
    form_names: Sequence[str] = pages.form.Meta.fields  # type: ignore[attr-defined]  # every form of a kind has a Meta
    columns = []
    for column in pages.columns:
        model_field = own_field(pages, column.name)
        columns.append(
            TableColumn(
                column.name,
                column.label or form_label(pages, column.name),
                column.value,
                column.name if column.name in form_names else "",
                column.sort,
                isinstance(model_field, models.IntegerField | models.DecimalField),
                40 if isinstance(model_field, models.TextField) else 18,
                prefetch=column.prefetch,
            )
        )
    declared = {column.name for column in columns}
    kept = [
        name for name in form_names if own_field(pages, name) is not None
    ]  # a form may ask what nobody keeps
    columns += [_field_column(pages, name, actor) for name in kept if name not in declared]
    return columns


def _field_column(pages: ItemPages, name: str, actor: Actor) -> TableColumn:
    kind, model_field = pages.kind, own_field(pages, name)

    def raw(item: Item) -> Any:
        return getattr(getattr(item, kind), name)

    label, numeric = form_label(pages, name), False
    related = prefetch = ""
    value: Callable[[Item], Any] = raw
    if getattr(model_field, "flatchoices", None):
        value = Choice(name, kind)
    elif isinstance(model_field, models.ManyToManyField):
        prefetch = f"{kind}__{name}"
        value = lambda item: list(raw(item).all())  # noqa: E731  (one of several ways to read a cell)
    elif isinstance(model_field, models.ForeignKey):
        related = f"{kind}__{name}"
        if hasattr(model_field.related_model, "item"):
            related += "__item"
            value = lambda item: _seen_title(raw(item), actor)  # noqa: E731  (one of several ways to read a cell)
    else:
        numeric = isinstance(model_field, models.IntegerField | models.DecimalField)
    width = 40 if isinstance(model_field, models.TextField) else 18
    return TableColumn(name, label, value, name, "", numeric, width, related, prefetch)


def _seen_title(row: Any, actor: Actor) -> str:
    """Number and title of a row that is itself an item, behind the gate; no query, so what a round shows is left out."""
    if row is None:
        return ""
    inside = actor.sees_internal and reads_whole(actor, row.item, row)
    return str(row.item) if inside or row.item.visibility == Visibility.PUBLIC else ""


def own_field(pages: ItemPages, name: str) -> Any:
    """The column of the own row of that name, None where it is something else."""
    try:
        return pages.spec.model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def form_label(pages: ItemPages, name: str) -> Text:
    """What a field of a kind is called: as on the form."""
    bound = pages.form.base_fields.get(name)
    known = next((each for each in (f"{pages.kind}.{name}", name) if each in FIELD_LABELS), None)
    if known and not (bound and bound.label and name in getattr(pages.form, "own_labels", ())):
        return FIELD_LABELS[known]
    model_field = own_field(pages, name)
    return bound.label if bound and bound.label else getattr(model_field, "verbose_name", name)


def cell_text(value: Any) -> str:
    """A value as plain words: yes and no, days in words, several names with semicolons."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, list):
        return SEPARATOR.join(str(part) for part in value)
    if isinstance(value, datetime | date):
        return str(date_format(value, "SHORT_DATE_FORMAT"))
    if isinstance(value, int) and abs(value) >= 10_000:
        return number_words(value)
    if isinstance(value, Decimal):
        return number_words(value, max(0, -int(value.normalize().as_tuple().exponent)))
    return str(value)


def is_editable(column: TableColumn, form: forms.Form) -> bool:
    """Whether a form reads this column back."""
    return bool(column.field) and column.field in form.fields
