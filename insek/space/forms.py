"""The form of an element of the spatial concept."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from insek.items.forms import ItemForm
from insek.web.choices import offer_choices
from insek.web.number_fields import NumberField, WholeNumberField

from .models import Feature
from .signs import offered_choices


class FeatureForm(ItemForm):
    """Sign, horizon and variant, and what adds up; where it lies is drawn on the page "Ort"."""

    kind = "feature"
    groups = (
        (_("Im Plan"), ("sign", "horizon", "variant")),
        (_("Was sich summiert"), ("dwellings", "area_ha", "start_year", "end_year")),
    )

    class Meta:
        model = Feature
        fields = ["sign", "horizon", "variant", "dwellings", "area_ha", "start_year", "end_year"]
        field_classes = {
            **dict.fromkeys(["dwellings", "start_year", "end_year"], WholeNumberField),
            "area_ha": NumberField,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "sign" in self.fields:  # who may not edit is asked for less
            kept = self.instance.sign if self.item is not None else ""
            offer_choices(self, "sign", [("", _("Bitte wählen")), *offered_choices(self.concept, kept)])
