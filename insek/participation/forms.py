"""The forms of the staff for formats and contributions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept
from insek.items.forms import ItemForm
from insek.places.models import District
from insek.web.choices import offer_rows
from insek.web.number_fields import CoordinateField, WholeNumberField

from .models import Contribution, Format, Minutes
from .surroundings import Whereabouts, around_words, whereabouts


class FormatForm(ItemForm):
    """When, where, with how many people, and whether contributions are taken."""

    kind = "format"
    groups = ((_("Beiträge annehmen"), ("open_from", "open_until")),)

    class Meta:
        model = Format
        fields = [
            "starts",
            "precision",
            "ends",
            "place",
            "people",
            "people_rounded",
            "results",
            "open_from",
            "open_until",
        ]
        field_classes = {"people": WholeNumberField}


class ContributionForm(ItemForm):
    """A contribution that came in on paper or by word of mouth; what becomes of it is decided in moderation."""

    kind = "contribution"

    class Meta:
        model = Contribution
        fields = ["type", "format", "district", "lon", "lat", "outside", "received_on"]
        field_classes = {"lon": CoordinateField, "lat": CoordinateField}

    outside = forms.BooleanField(label=_("Der Ort stimmt so"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("visibility", "round"):
            self.fields.pop(name, None)
        if not self.is_bound or "lon" not in self.fields or not self._is_around():
            self.fields.pop("outside", None)
        if "format" in self.fields:
            districts = District.objects.of(self.concept).select_related("item")
            offer_rows(self, "format", formats_of(self.concept))
            offer_rows(self, "district", districts.order_by("level", "item__sort_key"))

    def clean(self) -> dict[str, Any]:
        """A place in the surroundings is asked about once, as in the public form."""
        cleaned = super().clean()
        asked = "outside" in self.fields and not cleaned.pop("outside", False)
        if asked and not (self.has_point_already() or self.errors):
            self.add_error("outside", around_words())
        return cleaned

    def has_point_already(self) -> bool:
        """Whether the item had this very point before."""
        return self.item is not None and not {"lon", "lat"} & set(self.changed_data)

    def _is_around(self) -> bool:
        """Whether the point that was typed lies in the surroundings."""
        try:
            lon, lat = (self.fields[name].to_python(self.data.get(name)) for name in ("lon", "lat"))
        except ValidationError:
            return False
        if lon is None or lat is None:
            return False
        return whereabouts(self.concept, float(lon), float(lat)) == Whereabouts.AROUND


class MinutesForm(ItemForm):
    """Who met when, what was on the agenda and what came of it; numbers of people, no names."""

    kind = "minutes"
    groups = (
        (
            _("Treffen"),
            ("date", "precision", "body", "format", "meeting", "place", "people", "people_rounded"),
        ),
        (_("Was daraus folgt"), ("results", "next_meeting", "milestone")),
    )

    class Meta:
        model = Minutes
        fields = [
            "date", "precision", "body", "format", "meeting", "place", "people", "people_rounded", "results", "next_meeting", "milestone",
        ]  # fmt: skip
        field_classes = {"people": WholeNumberField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        helps = {
            "text": _("Was besprochen wurde. Bitte ohne Namen: Das Protokoll kann öffentlich werden."),
            "body": _("Wer sich getroffen hat: ein Gremium, ein Beteiligungsformat oder ein Treffen mit eigenem Namen."),
            "people": _("Nur die Zahl. Listen mit Namen gehören nicht hierher."),
            "results": _("Was entschieden oder vereinbart wurde, am besten als Liste mit -."),
            "milestone": _("Dort erscheint das Protokoll auf der Seite „Wie das Konzept entsteht“."),
        }  # fmt: skip
        for name, text in helps.items():
            if name in self.fields:
                self.fields[name].help_text = text
        if "text" in self.fields:
            self.fields["text"].label = _("Tagesordnung und Notizen")
            offer_rows(self, "format", formats_of(self.concept))
            offer_rows(self, "milestone", self.concept.milestones.all())


def formats_of(concept: Concept) -> QuerySet[Format]:
    """The formats that a form offers."""
    return (
        Format.objects.filter(item__concept=concept, item__kind="format")
        .select_related("item")
        .order_by("item__sort_key")
    )
