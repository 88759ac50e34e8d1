"""The form field for a point, a line or an area: drawn on a map, typed as coordinates, or pasted as GeoJSON.

The field is a text field that works alone; where scripts run, static/insek/draw.js puts a map beside it. Pages that use it
set ``draw`` (see ``places.views.item_location``) and include ``places/draw.html`` at the field.
"""

from __future__ import annotations

from typing import Any

import shapely
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.models import Item
from insek.web.choices import offer_choices

from .geotext import read_geometry, write_geometry
from .hints import coordinate_hint
from .locations import check_inside
from .models import District, Location
from .names.fields import AddressField, knows_names, place_meant
from .queries import place_choices


class GeometryFormField(forms.CharField):
    """Cleans to a Shapely geometry or None; the form says which city it is of (``of_city``)."""

    widget = forms.Textarea(
        attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off", "class": "coordinates"}
    )
    concept: Concept | None = None

    is_inside = True
    """Whether what is entered has to lie in the city."""

    def of_city(self, concept: Concept, *, is_inside: bool = True) -> None:
        """Check what is entered against this city, and give its own coordinates as an example."""
        self.concept, self.is_inside = concept, is_inside
        self.help_text = str(self.help_text) % coordinate_hint(concept).words

    def clean(self, value: Any) -> BaseGeometry | None:
        """Read the text and check that it lies in the city."""
        geometry = read_geometry(
            super().clean(value), self.concept.metric_crs if self.concept else 25832, lambda: coordinate_hint(self.concept)
        )  # fmt: skip
        if geometry is not None and self.concept is not None and self.is_inside:
            check_inside(geometry, self.concept)
        return geometry

    def prepare_value(self, value: Any) -> Any:
        """A geometry as text, what was typed as it was typed."""
        return write_geometry(value) if isinstance(value, BaseGeometry) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as text."""
        return str(self.prepare_value(initial) or "").split() != str(data or "").split()


class LocationForm(forms.Form):
    """Where an item lies: drawn or typed, or the centre of a district."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    geometry = GeometryFormField(
        required=False,
        label=gettext_lazy("Koordinaten"),
        help_text=gettext_lazy(
            "Je Zeile ein Punkt: erst die Länge, dann die Breite, etwa %(degrees)s. Oder Meter: UTM mit oder ohne Zone (%(utm)s),"
            " Gauß-Krüger (%(gauss)s, auf etwa 3 m genau). In der ersten Zeile kann Punkt, Linie oder"
            " Fläche stehen. Auch GeoJSON lässt sich einfügen. Leer heißt: kein Ort."
        ),
    )
    centre = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Oder: Mitte eines Stadtteils"),
        help_text=gettext_lazy("Setzt einen Punkt in die Mitte."),
    )
    address = AddressField(
        label=gettext_lazy("Oder: Adresse, Haltestelle oder Ort"),
        help_text=gettext_lazy(
            "Auch eine Straße oder ein Bahnhof. Ein Teil des Namens genügt. Setzt einen Punkt; danach lässt er sich verschieben."
        ),
    )
    note = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Anmerkung zum Ort"),
        help_text=gettext_lazy("Zum Beispiel: ungefähre Lage, genaue Fläche steht noch nicht fest"),
    )

    def __init__(
        self, *args: Any, item: Item, location: Location | None, actor: Actor, **kwargs: Any
    ) -> None:
        initial: dict[str, Any] = {"version": item.version}
        if location is not None:
            initial |= {"geometry": location.geometry, "note": location.note}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.fields["geometry"].of_city(item.concept)  # type: ignore[attr-defined]  # the field is ours
        self.concept, self.actor = item.concept, actor
        if not knows_names(item.concept):
            del self.fields["address"]
        offer_choices(self, "centre", [
            ("", _("nicht gewählt")), *place_choices(item.concept, actor)
        ])  # fmt: skip

    @property
    def expected_version(self) -> int:
        """The version the form was opened with."""
        return self.cleaned_data.get("version") or 0

    def clean(self) -> dict[str, Any]:
        """A chosen district gives its centre, an address its point; several ways at once are refused."""
        cleaned = super().clean() or self.cleaned_data
        centre, address = cleaned.get("centre"), (cleaned.get("address") or "").strip()
        if address:
            if centre or ("geometry" in self.changed_data and cleaned.get("geometry") is not None):
                raise ValidationError(
                    {"address": _("Bitte nur einen Weg wählen: Koordinaten, Stadtteil oder Adresse.")}
                )
            cleaned["geometry"] = self._at(address)
            self.errors.pop("geometry", None)
        if centre:
            if "geometry" in self.changed_data and cleaned.get("geometry") is not None:
                raise ValidationError(
                    {"centre": _("Bitte nur einen Weg wählen: Koordinaten oder die Mitte eines Stadtteils.")}
                )
            cleaned["geometry"] = centre_of(District.objects.get(pk=centre))
            self.errors.pop("geometry", None)
        return cleaned

    def _at(self, address: str) -> BaseGeometry:
        """The point of an address, inside the city. Raises ValidationError."""
        try:
            place = place_meant(self.concept, address, self.actor)
            point = shapely.Point(place.lon, place.lat)
            check_inside(point, self.concept)
        except ValidationError as error:
            raise ValidationError({"address": error.messages}) from None
        return point


def centre_of(district: District) -> BaseGeometry:
    """The point that stands for a district: the one given, else one inside its area. Raises ValidationError."""
    if district.centre_lon is not None and district.centre_lat is not None:
        return shapely.Point(float(district.centre_lon), float(district.centre_lat))
    area: BaseGeometry | None = district.geometry
    if area is None:
        raise ValidationError({"centre": _("Von diesem Raum ist keine Mitte bekannt.")})
    return area.representative_point()


def centres(concept: Concept, actor: Actor) -> dict[str, str]:
    """Centres of the districts as the text field says them, by id, for draw.js. One query."""
    rows = District.objects.filter(
        item__in=Item.objects.visible_to(actor).filter(concept=concept), centre_lon__isnull=False
    ).values_list("pk", "centre_lon", "centre_lat")
    return {pk: f"{longitude} {latitude}" for pk, longitude, latitude in rows}
