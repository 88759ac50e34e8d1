"""The form of a district."""

from __future__ import annotations

from typing import Any

from insek.items.forms import ItemForm
from insek.web.choices import offer_choices, offer_rows
from insek.web.number_fields import CoordinateField

from .level_words import body_words, levels_of
from .models import District


class DistrictForm(ItemForm):
    """Level, key and validity; the area itself comes from a map file that is read in."""

    kind = "district"

    class Meta:
        model = District
        fields = [
            "level", "code", "parent", "has_ortsbeirat", "ortsbeirat", "valid_from", "valid_to", "centre_lon", "centre_lat",
        ]  # fmt: skip
        field_classes = {"centre_lon": CoordinateField, "centre_lat": CoordinateField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "parent" not in self.fields:  # who may not edit is asked for less
            return
        above = District.objects.of(self.concept).select_related("item")
        if self.item is not None:
            above = above.exclude(pk=self.item.pk)
        offer_rows(self, "parent", above.order_by("level", "item__sort_key"))
        offered: Any = self.fields["level"].choices  # type: ignore[attr-defined]  # a choice field
        offer_choices(self, "level", [*(one for one in offered if one[0] == ""), *levels_of(self.concept)])
        self.fields["level"].initial = District.Level.STADTTEIL  # the city itself is there from the beginning
        self.fields["ortsbeirat"].label = body_words(self.concept.pk)
