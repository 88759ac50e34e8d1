"""The forms of papers and resolutions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insek.web.forms import ItemForm

from .models import Paper, Resolution


class PaperForm(ItemForm):
    """Reference, date and the unit that wrote the paper."""

    kind = "paper"

    class Meta:
        model = Paper
        fields = ["reference", "date", "unit"]


class ResolutionForm(ItemForm):
    """What was decided, by whom, with which votes, and which parts of the concept it adopts."""

    kind = "resolution"
    groups = (
        (_("Ergebnis"), ("outcome", "votes_yes", "votes_no", "votes_abstain", "unanimous")),
        (_("Was der Beschluss annimmt"), ("adopted_fields",)),
    )

    class Meta:
        model = Resolution
        fields = [
            "reference", "date", "body", "paper", "outcome", "votes_yes", "votes_no", "votes_abstain", "unanimous",
            "adopted_fields",
        ]  # fmt: skip
        widgets = {"adopted_fields": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = (
            Paper.objects.filter(item__concept=self.concept).select_related("item").order_by("item__sort_key")
        )
        self.fields["paper"].queryset = papers  # type: ignore[attr-defined]
        self.fields["adopted_fields"].queryset = self.concept.fields.all()  # type: ignore[attr-defined]
        self.fields["unanimous"].widget.choices = [
            ("unknown", _("nicht bekannt")), ("true", _("ja")), ("false", _("nein")),
        ]  # fmt: skip
