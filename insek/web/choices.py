"""What a field of a form offers, set when the form is made: typed once here, so that no form has to talk mypy out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _


def offer_rows(
    form: forms.BaseForm,
    name: str,
    rows: QuerySet[Any],
    *,
    label: Callable[[Any], str] | None = None,
) -> None:
    """Let a field offer these rows, called what ``label`` says, else what they call themselves."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
    if label is not None:
        field.label_from_instance = label  # type: ignore[assignment, method-assign]  # as Django documents it


def offer_choices(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let a field offer these choices: value and words."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def offer_at_hand(form: forms.BaseForm, name: str, rows: Mapping[str, tuple[Any, Any]]) -> None:
    """Let a field offer rows that are in memory: by key each row and its words. The database is not asked again."""
    field = form.fields[name]
    assert isinstance(field, forms.TypedChoiceField)
    field.choices = [(key, words) for key, (_row, words) in rows.items()]
    field.coerce = lambda key: rows[key][0]


def name_empty_choices(form: forms.BaseForm) -> None:
    """Say in words what the empty choice of a select means, where Django would draw dashes."""
    for field in form.fields.values():
        words = _("Bitte wählen") if field.required else _("ohne Angabe")
        if isinstance(field, forms.ModelMultipleChoiceField):
            continue
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = words if field.empty_label else None
        elif isinstance(field, forms.TypedChoiceField):
            choices: Any = field.choices
            field.choices = [(value, words if value in ("", None) else label) for value, label in choices]
