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

from .gazetteer import MOST_FOUND, named_stops, stops_named
from .geotext import read_geometry, write_geometry
from .locations import check_inside
from .models import District, Location
from .queries import place_choices


class GeometryFormField(forms.CharField):
    """Cleans to a Shapely geometry or None; ``concept`` is set by the form so that the city can be checked."""

    widget = forms.Textarea(
        attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off", "class": "coordinates"}
    )
    concept: Concept | None = None

    def clean(self, value: Any) -> BaseGeometry | None:
        """Read the text and check that it lies in the city."""
        geometry = read_geometry(super().clean(value))
        if geometry is not None and self.concept is not None:
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
            "Je Zeile ein Punkt: erst die Länge, dann die Breite, etwa 7.769 49.444. In der ersten Zeile kann Punkt, Linie oder"
            " Fläche stehen. Auch GeoJSON lässt sich einfügen. Leer heißt: kein Ort."
        ),
    )
    centre = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Oder: Mitte eines Stadtteils"),
        help_text=gettext_lazy("Setzt einen Punkt in die Mitte."),
    )
    stop = forms.CharField(
        required=False,
        max_length=100,
        label=gettext_lazy("Oder: Name einer Haltestelle"),
        help_text=gettext_lazy(
            "Auch ein Bahnhof. Ein Teil des Namens genügt. Setzt einen Punkt; danach lässt er sich verschieben."
        ),
        widget=forms.TextInput(attrs={"list": "haltestellen", "autocomplete": "off", "spellcheck": "false"}),
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
        self.fields["geometry"].concept = item.concept  # type: ignore[attr-defined]  # the field is ours
        self.city = item.concept.key
        if not named_stops(self.city):
            del self.fields["stop"]
        offer_choices(self, "centre", [
            ("", _("nicht gewählt")), *place_choices(item.concept, actor)
        ])  # fmt: skip

    @property
    def expected_version(self) -> int:
        """The version the form was opened with."""
        return self.cleaned_data.get("version") or 0

    def clean(self) -> dict[str, Any]:
        """A chosen district gives its centre, a named stop its place; several ways at once are refused."""
        cleaned = super().clean() or self.cleaned_data
        centre, stop = cleaned.get("centre"), (cleaned.get("stop") or "").strip()
        if stop:
            if centre or ("geometry" in self.changed_data and cleaned.get("geometry") is not None):
                raise ValidationError(
                    {"stop": _("Bitte nur einen Weg wählen: Koordinaten, Stadtteil oder Haltestelle.")}
                )
            cleaned["geometry"] = stop_at(self.city, stop)
            self.errors.pop("geometry", None)
        if centre:
            if "geometry" in self.changed_data and cleaned.get("geometry") is not None:
                raise ValidationError(
                    {"centre": _("Bitte nur einen Weg wählen: Koordinaten oder die Mitte eines Stadtteils.")}
                )
            cleaned["geometry"] = centre_of(District.objects.get(pk=centre))
            self.errors.pop("geometry", None)
        return cleaned


def stop_at(city: str, words: str) -> BaseGeometry:
    """The one stop these words name. Raises ValidationError, which names those that may be meant."""
    found = stops_named(city, words)
    if not found:
        raise ValidationError(
            {"stop": _("Diese Haltestelle kennt die Karte nicht. Bitte einen anderen Namen, einen Stadtteil oder Koordinaten angeben.")}
        )  # fmt: skip
    if len(found) > 1:
        names = ", ".join(list(found)[:MOST_FOUND]) + (" …" if len(found) > MOST_FOUND else "")
        raise ValidationError(
            {"stop": _("Mehrere Haltestellen passen. Welche ist gemeint: %(names)s?") % {"names": names}}
        )
    return next(iter(found.values()))


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
