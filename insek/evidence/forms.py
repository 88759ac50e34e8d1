"""The forms of indicators and of new values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insek.items.forms import ItemForm
from insek.places.models import District
from insek.thread.labels import FIELD_LABELS
from insek.web.choices import offer_rows
from insek.web.number_fields import NumberField, WholeNumberField

from .models import Indicator, Observation
from .services import NewObservation, check_period


class IndicatorForm(ItemForm):
    """What is measured and how."""

    kind = "indicator"
    groups = (
        (_("Messung"), ("unit", "unit_en", "decimals", "direction", "periodicity", "method", "uncertainty")),
    )

    class Meta:
        model = Indicator
        fields = [
            "title_en",
            "unit",
            "unit_en",
            "decimals",
            "direction",
            "periodicity",
            "method",
            "uncertainty",
        ]
        field_classes = {"decimals": WholeNumberField, "uncertainty": NumberField}
        help_texts = {
            "uncertainty": _(
                "Standardfehler eines Wertes für die ganze Stadt, in der Einheit des Indikators, etwa 1,5. Leer, wenn er nicht "
                "bekannt ist. Die Ampel der Zielwerte rechnet damit."
            )
        }
        widgets = {"method": forms.Textarea(attrs={"rows": 4})}


class ObservationForm(forms.Form):
    """One new value, or the correction of one."""

    district: forms.ModelChoiceField[District] = forms.ModelChoiceField(
        queryset=None, label=FIELD_LABELS["district"], empty_label=_("Bitte wählen")
    )
    period = forms.CharField(
        max_length=10,
        label=FIELD_LABELS["period"],
        help_text=_("2024, 2024-06 oder 2024-12-31"),
    )
    value = NumberField(max_digits=20, decimal_places=6, label=FIELD_LABELS["value"])
    quality = forms.ChoiceField(choices=Observation.Quality.choices, label=FIELD_LABELS["quality"])
    source_title = forms.CharField(max_length=300, label=FIELD_LABELS["source_title"])
    source_url = forms.URLField(
        max_length=500, required=False, assume_scheme="https", label=FIELD_LABELS["source_url"]
    )
    source_date = forms.RegexField(
        r"^\d{4}(-\d{2}(-\d{2})?)?$",
        required=False,
        label=FIELD_LABELS["source_date"],
        help_text=_("2024, 2024-06 oder 2024-12-31"),
        error_messages={"invalid": _("Bitte ein Jahr, einen Monat oder einen Tag angeben, etwa 2024-12-31.")},
    )
    note = forms.CharField(max_length=500, required=False, label=FIELD_LABELS["note"])

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        concept = indicator.item.concept
        value = self.fields["value"]
        assert isinstance(value, NumberField)
        value.units = indicator.units
        districts = District.objects.of(concept).select_related("item").order_by("level", "item__sort_key")
        offer_rows(self, "district", districts)

    def clean_period(self) -> str:
        """A period that exists, in normal form."""
        return check_period(self.cleaned_data["period"])

    def new_observation(self) -> NewObservation:
        """The value as the service takes it."""
        return NewObservation(**self.cleaned_data)
