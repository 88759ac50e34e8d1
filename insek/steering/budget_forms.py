"""The forms of a budget and of one of its lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insek.items.forms import CleanText
from insek.strategy.fact_sheet import CostLine
from insek.thread.models import Item, ItemQuerySet
from insek.web.number_fields import WholeNumberField

from .budget_models import BudgetLine, BudgetPlan


class BudgetPlanForm(CleanText, forms.ModelForm[BudgetPlan]):
    """What a budget is: name, years, stage, day, source."""

    source_url = forms.URLField(
        label=_("Adresse der Quelle"), max_length=500, required=False, assume_scheme="https"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = BudgetPlan
        fields = ("title", "sort", "stage", "first_year", "last_year", "as_of", "source_title", "source_url", "standing", "note")  # fmt: skip
        field_classes = {"first_year": WholeNumberField, "last_year": WholeNumberField}
        widgets = {
            "as_of": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "note": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def _post_clean(self) -> None:
        """The service validates; the form does not touch the row it shows."""


class BudgetLineForm(CleanText, forms.ModelForm[BudgetLine]):
    """What a person says of a line: whether it is obligatory, and whether it pays no measure."""

    duty = forms.ChoiceField(label=_("Pflicht"), choices=[("", _("ohne Angabe")), *CostLine.Duty.choices], required=False)  # fmt: skip
    is_without_measure = forms.BooleanField(label=_("Gehört zu keiner Maßnahme des Konzepts"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = BudgetLine
        fields = ("duty", "is_without_measure")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def _post_clean(self) -> None:
        """The service validates; the form does not touch the row it shows."""


class MeasureChoice(forms.ModelChoiceField):
    """Measures by number and title."""

    def label_from_instance(self, obj: Any) -> str:
        """How a measure is called in the list."""
        return f"{obj.number} {obj.shown_title}".strip()


class LineMatchForm(CleanText, forms.Form):
    """Which measure a line pays."""

    measure = MeasureChoice(label=_("Maßnahme"), queryset=Item.objects.none())
    note = forms.CharField(label=_("Anmerkung"), required=False, help_text=_("Etwa „nur der erste Bauabschnitt“."))  # fmt: skip

    def __init__(self, *args: Any, measures: ItemQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].queryset = measures  # type: ignore[attr-defined]  # a field of rows
