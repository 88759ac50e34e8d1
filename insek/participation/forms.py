"""The forms of the staff for formats and contributions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from insek.places.models import District
from insek.web.forms import ItemForm

from .models import Contribution, Format


class FormatForm(ItemForm):
    """When, where, with how many people, and whether contributions are taken."""

    kind = "format"
    groups = ((_("Beiträge annehmen"), ("open_from", "open_until")),)

    class Meta:
        model = Format
        fields = ["starts", "precision", "ends", "place", "people", "results", "open_from", "open_until"]


class ContributionForm(ItemForm):
    """A contribution that came in on paper or by word of mouth; what becomes of it is decided in moderation."""

    kind = "contribution"

    class Meta:
        model = Contribution
        fields = ["type", "format", "district", "lon", "lat", "received_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("visibility", "round"):
            self.fields.pop(name, None)
        if "format" in self.fields:
            formats = Format.objects.filter(item__concept=self.concept).select_related("item")
            districts = District.objects.filter(item__concept=self.concept).select_related("item")
            self.fields["format"].queryset = formats.order_by("item__sort_key")  # type: ignore[attr-defined]
            self.fields["district"].queryset = districts.order_by("level", "item__sort_key")  # type: ignore[attr-defined]
