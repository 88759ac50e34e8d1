"""What is written on the board: a new card, and the words of one that lies there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Field
from insek.items.forms import CleanText
from insek.people.actors import Actor
from insek.thread.cleaning import MAX_TEXT
from insek.thread.models import Item, Link
from insek.web.choices import offer_rows

from .board import LONGEST_GROUP
from .models import Finding


class NewCardForm(CleanText, forms.Form):
    """One sentence is enough for a card."""

    title = forms.CharField(max_length=300)
    type = forms.ChoiceField(choices=Finding.Type.choices)
    fields_of_action = forms.ModelMultipleChoiceField(queryset=Field.objects.none(), required=False)
    group = forms.CharField(max_length=LONGEST_GROUP, required=False)

    def __init__(self, *args: Any, fields: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "fields_of_action", fields)


class CardForm(CleanText, forms.Form):
    """Title, text, quadrant, fields of action and districts of a card."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Titel"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    text = forms.CharField(
        label=_("Text"), max_length=MAX_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    type = forms.ChoiceField(label=_("Art"), choices=Finding.Type.choices)
    fields_of_action = forms.ModelMultipleChoiceField(
        label=_("Handlungsfelder"),
        queryset=Field.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    districts = forms.ModelMultipleChoiceField(
        label=_("Wo es so ist"),
        queryset=Item.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Ohne Auswahl gilt die Karte für die ganze Stadt."),
    )

    def __init__(self, *args: Any, item: Item, actor: Actor, **kwargs: Any) -> None:
        chosen = Link.objects.visible_to(actor).filter(
            source=item, kind="located_in", target__kind="district"
        )
        initial = {
            "version": item.version, "title": item.title, "text": item.text, "type": item.finding.type,
            "fields_of_action": list(item.fields.all()),
            "districts": list(chosen.values_list("target", flat=True)),
        }  # fmt: skip
        super().__init__(*args, **{**kwargs, "initial": initial, "prefix": f"karte-{item.pk}"})
        places = Item.objects.visible_to(actor).filter(concept=item.concept_id, kind="district")
        offer_rows(self, "fields_of_action", item.concept.fields.all())
        offer_rows(self, "districts", places, label=lambda place: place.title)

    def clean_title(self) -> str:
        """A title is one line."""
        return " ".join(self.cleaned_data["title"].split())
