"""What a table with items of a kind can hold: the fields of its form, links to other items, and the rows that hang on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insek.items.columns import own_field
from insek.items.forms import ItemForm
from insek.items.own_forms import OwnInput
from insek.items.pages import ItemPages, pages_of
from insek.thread.kinds import LinkKind, all_kinds, all_link_kinds, kind_named
from insek.thread.labels import FIELD_LABELS
from insek.thread.models import Item
from insek.thread.own_models import FieldType

from .row_readings import row_readings_of
from .shapes import heads_of_field, identities_of
from .targets import KEPT, Reading, WantedField, WordSource
from .word_sources import of_rows, source_of

ITEM_ID = "item_id"
"""The id that INSEK itself gave, as its own files carry it: the item that a row is."""
YEARS = "years"
"""A period in one cell, for kinds that have a first and a last year."""
SINGULAR = {"version", "visibility", "round", "release_note", "title_en", "text_en"}
"""What no table says: new items are internal."""
FOR_ALL = {
    "fields_of_action", "themes", "standing", "source_title", "source_url", "source_date", "document", "confidence", "responsible",
    "type", "level", "horizon_year",
}  # fmt: skip
MEANINGS = {
    "number": "number", "title": "title", "text": "text", "fields_of_action": "field", "responsible": "unit", "partners": "others",
    "priority": "priority", YEARS: "horizon", "start_year": "start", "end_year": "end", "next_step": "next_steps",
    "is_lighthouse": "key_project", "source_title": "source", "located_in": "place",
    "planning_law": "legal", "ownership": "ownership", "entry_state": "state", "link.prerequisite_of.measure.source": "depends",
}  # fmt: skip
"""Whose synonyms of heads the engine uses for a field."""
OTHER_HEADS = {
    "themes": "querschnittsthema|querschnittsthemen",
    "occasion": "anlass",
    "parent": "uebergeordnet|gehoert zu|liegt in|teil von|oberziel|uebergeordnetes ziel|parent",
    "document": "dokument",
    "page": "seite",
}


@dataclass(frozen=True)
class LinkWanted:
    """A column with the other ends of links: which link, where the others stand, and of which kind they are."""

    link: LinkKind
    end: str
    kind: str

    @property
    def name(self) -> str:
        return f"link.{self.link.name}.{self.kind}.{self.end}"


def links_wanted(kind: str) -> list[LinkWanted]:
    """The links that a table with items of a kind can draw; what claims a resolution is drawn by hand."""
    found = []
    for link in all_link_kinds():
        if link.commits:
            continue
        for source, target in sorted(link.pairs):
            if source == kind:
                found.append(LinkWanted(link, "target", target))
            if target == kind:
                found.append(LinkWanted(link, "source", source))
    order = {spec.name: place for place, spec in enumerate(all_kinds())}
    return sorted(found, key=lambda each: (order.get(each.kind, 99), each.name))


def tells_which(kind: str, names: Iterable[str]) -> bool:
    """Whether one of the columns says which item a row is, so that it needs nothing else."""
    return not {ITEM_ID, "number", *identities_of(kind)}.isdisjoint(names)


def form_of(pages: ItemPages, reading: Reading) -> ItemForm:
    """The form of the kind, whose fields check what cells say."""
    return pages.form(concept=reading.concept, actor=reading.actor)


def wanted_of(kind: str, reading: Reading) -> list[WantedField]:
    """All that a table with items of a kind can hold."""
    pages = pages_of(kind)
    form = form_of(pages, reading)
    return [
        *_of_form(kind, pages, form),
        *_of_own_fields(form),
        *_of_rows(kind),
        *_of_links(kind, reading),
        WantedField(
            ITEM_ID,
            _("Kennung in INSEK"),
            heads="insek id|insek kennung|kennung",
            meaning="-",
            group=_("Sonst"),
            help=_("Steht in Dateien, die aus INSEK kommen; daran wird der Inhalt wiedererkannt."),
        ),
        WantedField(
            KEPT,
            _("als Angabe in den Text"),
            group=_("Sonst"),
            many=True,
            help=_("Bleibt wörtlich, mit dem Kopf der Spalte davor."),
        ),
    ]


def names_in_form(pages: ItemPages, form: ItemForm) -> list[str]:
    """The fields of the form that a column can hold."""
    return [
        name
        for name, bound in form.fields.items()
        if name not in SINGULAR
        and not isinstance(bound, forms.FileField)
        and (name in _COMMON or _is_plain(own_field(pages, name)))
        and (name not in {"fields_of_action", "themes"} or pages.in_fields)
    ]


def is_of_own_kind(kind: str, bound: forms.Field) -> bool:
    """Whether a field of a kind's form names another item of the kind, such as the goal above."""
    if not isinstance(bound, forms.ModelChoiceField) or isinstance(bound, forms.ModelMultipleChoiceField):
        return False
    return bound.queryset is not None and bound.queryset.model is kind_named(kind).model


_COMMON = {
    "number", "title", "text", "fields_of_action", "themes", "standing", "source_title", "source_url", "source_date", "document",
    "page", "confidence",
}  # fmt: skip


def _is_plain(column: Any) -> bool:
    return column is not None and column.get_internal_type() not in {"BinaryField", "JSONField"}


def _of_form(kind: str, pages: ItemPages, form: ItemForm) -> Iterator[WantedField]:
    names = names_in_form(pages, form)
    for name in names:
        bound = form.fields[name]
        if is_of_own_kind(kind, bound):
            yield WantedField(
                name, bound.label or FIELD_LABELS.get(name) or name, OTHER_HEADS.get(name, ""), meaning="-", kind="references",
                group=kind_named(kind).label, help=_("Nummer oder Titel; auch aus derselben Tabelle."),
            )  # fmt: skip
            continue
        yield WantedField(
            name,
            bound.label or FIELD_LABELS.get(name) or name,
            heads=heads_of_field(kind, name)
            or "|".join(
                filter(
                    None, [OTHER_HEADS.get(name, ""), str(kind_named(kind).label) if name == "title" else ""]
                )
            ),
            meaning="-" if heads_of_field(kind, name) else MEANINGS.get(name, "-"),
            kind=_sort_of(name, bound, own_field(pages, name)),
            group=_("Inhalt") if name in _COMMON else kind_named(kind).label,
            needed=bound.required and form.get_initial_for_field(bound, name) in (None, ""),
            many=name == "text",
            for_all=name in FOR_ALL,
            words=source_of(kind, name, bound),
        )
        if name == "start_year" and "end_year" in names:
            yield WantedField(
                YEARS, _("Zeitraum (Beginn und Ende)"), group=kind_named(kind).label, kind="horizon", meaning=MEANINGS[YEARS]
            )  # fmt: skip


def _of_own_fields(form: ItemForm) -> Iterator[WantedField]:
    """The fields that the city added; what a cell says for one is read as its own input reads it."""
    for name, bound in form.fields.items():
        if isinstance(bound, OwnInput):
            field = bound.definition
            yield WantedField(
                name,
                bound.label or name,
                heads="|".join(filter(None, [field.name, field.name_en])),
                help=bound.help_text,
                group=_("Eigene Felder"),
                meaning="-",
                kind=READ_AS.get(FieldType(field.type), "text"),
                needed=bound.required,
            )


READ_AS = {
    FieldType.NUMBER: "number", FieldType.MONEY: "money", FieldType.DATE: "date", FieldType.YEAR: "year",
}  # fmt: skip
"""Types of own fields whose cells the engine reads before they are checked."""


def _of_rows(kind: str) -> Iterator[WantedField]:
    for each in row_readings_of(kind):
        yield WantedField(
            each.wanted_name,
            each.label,
            each.heads,
            each.help,
            group=_("Was dazugehört"),
            words=each.words,
            many=True,
            meaning=each.meaning,
            kind=each.kind,
        )


def _of_links(kind: str, reading: Reading) -> Iterator[WantedField]:
    for each in links_wanted(kind):
        there = kind_named(each.kind)
        label = f"{there.label} ({each.link.label_towards(each.end)})"
        yield WantedField(
            each.name,
            label,
            "|".join([str(there.label), str(there.plural)]) if each.end == "source" else "",
            _("Nummer oder Titel; mehrere mit Komma oder Semikolon."),
            group=_("Verknüpfungen"),
            many=True,
            words=source_of_items(each.kind) if each.kind in ASKED else None,
            kind="text" if each.kind in ASKED else "references",
            meaning=MEANINGS.get(each.name, MEANINGS.get(each.link.name, "-")),
        )


ASKED: set[str] = set()
"""Kinds whose items are so few that it is asked which of them a word means, such as places."""


def ask_by_word(kind: str) -> None:
    """Let it be asked which item of a kind a word means, instead of taking numbers and titles only."""
    ASKED.add(kind)


def source_of_items(kind: str) -> WordSource:
    """The items of a kind, called as the city calls them."""
    spec = kind_named(kind)

    def rows(reading: Reading) -> Any:
        seen = Item.objects.visible_to(reading.actor).filter(concept=reading.concept, kind=kind)
        own = spec.model._default_manager.filter(item__in=seen.values("pk"))
        return own.select_related("item").order_by("item__sort_key", "pk")

    return of_rows(f"items.{kind}", rows, spec.model, several=True)


def _sort_of(name: str, bound: forms.Field, column: Any) -> str:
    """What the cells of a field are, as the engine reads them."""
    if isinstance(bound, forms.DateField):
        return "date"
    if name == "priority":
        return "priority"
    if isinstance(bound, forms.BooleanField | forms.NullBooleanField):
        return "yesno"
    if isinstance(bound, forms.ModelChoiceField):
        return "unit" if name == "responsible" else "choice"
    if isinstance(bound, forms.ChoiceField):
        return "choice"
    if name.endswith("_eur"):
        return "money"
    if isinstance(bound, forms.IntegerField | forms.DecimalField):
        return "year" if name.endswith("_year") else "number"
    return "text"
