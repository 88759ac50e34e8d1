"""The forms of feedback and of the public pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Standing
from insek.thread.cleaning import MAX_TEXT

from .models import Feedback
from .titles import EASY


class FeedbackForm(forms.Form):
    """What somebody tells us; ``website`` is a trap that people do not see."""

    kind = forms.ChoiceField(
        choices=Feedback.Kind.choices, widget=forms.RadioSelect, label=_("Worum geht es?"), initial="barrier"
    )
    message = forms.CharField(
        max_length=4000,
        label=_("Was ist Ihnen aufgefallen?"),
        help_text=_("Was wollten Sie tun, und was ging nicht?"),
        error_messages={"required": _("Bitte schreiben Sie, worum es geht.")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    page = forms.CharField(
        max_length=300, required=False, label=_("Auf welcher Seite?"), help_text=_("Adresse oder Überschrift")
    )
    contact = forms.CharField(
        max_length=200,
        required=False,
        label=_("Wie erreichen wir Sie?"),
        help_text=_("E-Mail oder Telefon, nur wenn Sie eine Antwort möchten. Wir löschen es nach 90 Tagen."),
    )
    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )


class AnswerForm(forms.Form):
    """What was answered."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    state = forms.ChoiceField(choices=Feedback.State.choices, widget=forms.RadioSelect, label=_("Stand"))
    answer = forms.CharField(
        required=False,
        max_length=4000,
        label=_("Was wurde geantwortet oder getan?"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class PageForm(forms.Form):
    """The words of a public page."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(max_length=200, label=_("Überschrift"))
    text = forms.CharField(
        max_length=MAX_TEXT,
        label=_("Text"),
        help_text=_("Überschriften mit ##, Listen mit -, **fett**."),
        widget=forms.Textarea(attrs={"rows": 22}),
    )
    title_en = forms.CharField(max_length=200, required=False, label=_("Überschrift auf Englisch"))
    text_en = forms.CharField(
        max_length=MAX_TEXT,
        required=False,
        label=_("Text auf Englisch"),
        help_text=_("Ohne diesen Text steht auf den englischen Seiten der deutsche."),
        widget=forms.Textarea(attrs={"rows": 22, "lang": "en"}),
    )
    date = forms.DateField(
        required=False,
        label=_("Zuletzt geprüft am"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    standing = forms.ChoiceField(
        choices=[choice for choice in Standing.choices if choice[0] in ("working", "example")],
        label=_("Stand"),
        help_text=_("„Beispiel“, solange Angaben der Stadt fehlen."),
    )

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if key == EASY:  # Leichte Sprache is German; another language has rules of its own
            del self.fields["title_en"], self.fields["text_en"]
