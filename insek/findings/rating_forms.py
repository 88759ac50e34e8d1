"""The forms of rating: a round, and the sheet that people fill in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept
from insek.items.forms import CleanText
from insek.thread.identity import is_id
from insek.web.choices import name_empty_choices, offer_rows
from insek.web.number_fields import WholeNumberField

from .rating_models import DIMENSIONS, RatingRound


class RatingRoundForm(CleanText, forms.ModelForm):
    """What is asked, of which field, when, and how few answers are shown."""

    class Meta:
        model = RatingRound
        fields = (
            "title", "text", "field", "opens_on", "closes_on", "is_anonymous", "threshold", "earlier", "includes_internal",
        )  # fmt: skip
        widgets = {
            "opens_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "closes_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "text": forms.Textarea(attrs={"rows": 3}),
        }
        field_classes = {"threshold": WholeNumberField}
        help_texts = {
            "field": _("Ohne Auswahl werden alle Befunde bewertet."),
            "is_anonymous": _("Sonst kann, wer will, einen Namen angeben; er steht getrennt und wird 90 Tage nach dem letzten Tag gelöscht."),
            "threshold": _("Gruppen mit weniger Antworten werden nicht einzeln gezeigt."),
            "earlier": _("Eine frühere Runde, neben die das Ergebnis gestellt wird."),
            "includes_internal": _("Titel und Text liest dann, wer den Link hat. Das darf nur, wer freigeben darf."),
        }  # fmt: skip

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, concept: Concept, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "field", concept.fields.all())
        others = RatingRound.objects.filter(concept=concept).exclude(pk=self.instance.pk)
        offer_rows(self, "earlier", others)
        name_empty_choices(self)
        self.initial["version"] = self.instance.version

    def _post_clean(self) -> None:
        """The service validates; the form does not touch the row it shows."""


def answers_sent(sent: Mapping[str, str]) -> dict[str, dict[str, int | None]]:
    """What a sheet says: names of fields are those of the finding and the dimension, ``w-<id>-<dimension>``."""
    found: dict[str, dict[str, int | None]] = {}
    for name, value in sent.items():
        parts = name.split("-")
        if (
            len(parts) == 3
            and parts[0] == "w"
            and is_id(parts[1])
            and parts[2] in DIMENSIONS
            and value in {"1", "2", "3", "4", "5"}
        ):
            found.setdefault(parts[1], {})[parts[2]] = int(value)
    return found
