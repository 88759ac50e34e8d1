"""The forms of rows beside an item: a room registers one for each sort of row it declares, and gets the pages to add, change
and remove such rows (``views.rows``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from insek.people.actors import Actor
from insek.thread.models import Item
from insek.thread.rows import Rows
from insek.web.choices import name_empty_choices

from .forms import CleanText


class RowForm(CleanText, forms.ModelForm):
    """One row beside an item; ``Meta.fields`` are declared columns, called as they are declared."""

    rows: Rows
    groups: tuple[tuple[Any, tuple[str, ...]], ...] = ()
    """Headings with the names of the fields below them; none for a short form."""
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, item: Item, actor: Actor, **kwargs: Any) -> None:
        self.item, self.actor = item, actor
        super().__init__(*args, **kwargs)
        for name, bound in self.fields.items():
            if (declared := self.rows.field(name)) is not None and name not in self.declared_fields:
                bound.label = str(declared.label)
                bound.help_text = (getattr(self.Meta, "help_texts", None) or {}).get(name, "")  # type: ignore[attr-defined]  # every form of rows has a Meta
        self.offer()
        name_empty_choices(self)
        self.initial["version"] = getattr(self.instance, "version", 0)

    def offer(self) -> None:
        """Say what the fields offer, where that depends on the item."""

    def sections(self) -> list[dict[str, Any]]:
        """The fields in groups, for the template."""
        return [
            {"heading": heading, "fields": [self[name] for name in names if name in self.fields]}
            for heading, names in self.groups
        ]

    @property
    def values(self) -> dict[str, Any]:
        """What the acts on rows take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def expected_version(self) -> int:
        """The version that the form was opened with."""
        return self.cleaned_data.get("version") or 0

    def _post_clean(self) -> None:
        """The services validate; the form does not touch the row it shows."""

    def add_service_errors(self, error: ValidationError) -> None:
        """Show what a service refused, each message at its field."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class RowRemoveForm(forms.Form):
    """Whether the row is still the one that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class RowPages:
    """The pages of one sort of row: its form, what they say, and where on the page of the item the rows stand."""

    rows: Rows
    form: type[RowForm]
    anchor: str
    added: Any
    changed: Any
    removed: Any
    intro: Any = ""
    back: Callable[[Item], str] | None = None
    """Where one gets to afterwards; without it, to the rows on the page of the item."""


_pages: dict[str, RowPages] = {}


def register_row_pages(pages: RowPages) -> None:
    """Make the pages of a sort of row known; its address is in the declaration."""
    pages.form.rows = pages.rows
    _pages[pages.rows.address] = pages


def row_pages_at(address: str) -> RowPages | None:
    """The pages of the rows of this address."""
    return _pages.get(address)
