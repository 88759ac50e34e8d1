"""The own words of a report, field by field, declared once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insek.engines.text import shortened
from insek.items.row_forms import RowForm, RowPages, register_row_pages
from insek.thread.rows import RowField, Rows, register_rows
from insek.web.choices import offer_rows

from .models import ProgressWord


def word_called(row: Any) -> str:
    """The field and the first words."""
    return f"{row.field}: {shortened(row.text, 120)}"


WORDS = Rows(
    name="progress_word",
    table="progress_words",
    model_path="progress.ProgressWord",
    kind="progress_report",
    owner="report",
    label=_("Eigene Worte zu einem Handlungsfeld"),
    plural=_("Eigene Worte zu den Handlungsfeldern"),
    note="What people say themselves of a field of action in a progress report.",
    order=97,
    rule="progress.write",
    acts={"add": _("Eigene Worte schreiben"), "change": _("Eigene Worte ändern"), "remove": _("Eigene Worte löschen")},
    forms={"add": "row-create", "change": "row-edit"},
    address="worte",
    called=word_called,
    called_by="field",
    fields=(
        RowField("field", _("Handlungsfeld"), "Key of the field of action.", refers="fields"),
        RowField("text", _("Was dazu zu sagen ist"), "The words, in Markdown.", type="text"),
    ),
)  # fmt: skip


class ProgressWordForm(RowForm):
    """The words on one field."""

    class Meta:
        model = ProgressWord
        fields = ["field", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"text": _("Ein bis drei Sätze, die niemand berechnen kann. Sie stehen im Bericht über allem anderen zu diesem Feld.")}  # fmt: skip

    def offer(self) -> None:
        offer_rows(self, "field", self.item.concept.fields.all())


register_rows(WORDS)
register_row_pages(
    RowPages(
        WORDS, ProgressWordForm, "worte", _("Die Worte stehen im Bericht, sobald er neu erstellt ist."),
        _("Die Worte sind gespeichert. Erstellen Sie den Bericht neu."), _("Die Worte sind gelöscht. Erstellen Sie den Bericht neu."),
        _("Was Sie hier schreiben, steht unter Ihrem Handlungsfeld an erster Stelle."),
    )
)  # fmt: skip
