"""The forms that everybody may fill in, on a phone and without an account."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept, Field
from insek.people.actors import ANONYMOUS
from insek.places.hints import coordinate_hint
from insek.places.models import District
from insek.places.names.fields import AddressField, knows_names, place_meant
from insek.places.names.finding import DISTRICT
from insek.thread.cleaning import clean_text
from insek.thread.models import Item
from insek.web.choices import offer_at_hand, offer_rows

from .about import speakable
from .models import KEY, Contribution, Format
from .surroundings import Whereabouts, around_words, whereabouts

LONGEST_TEXT = 4_000
SHORTEST_TEXT = 10
_NUMBER = re.compile(r"[-+]?\d{1,3}[.,]\d+|[-+]?\d{1,3}")


def clean_words(text: str) -> str:
    """The words of a contribution without control characters. Raises ValidationError."""
    text = str(clean_text(text)).strip()
    if len(text) < SHORTEST_TEXT:
        raise ValidationError(_("Bitte schreiben Sie ein paar Worte mehr, damit man Sie versteht."))
    return text


class PointField(forms.CharField):
    """A place as people copy it: latitude, longitude, as in "51.0000, 10.0000". Gives (longitude, latitude)."""

    concept: Concept | None = None

    def of_city(self, concept: Concept) -> None:
        """Give the coordinates of the city as an example."""
        self.concept = concept
        self.help_text = str(self.help_text) % coordinate_hint(concept).words

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text.strip():
            return None
        numbers = _NUMBER.findall(text)
        wrong = ValidationError(
            _("Bitte so schreiben: %(lat_lon)s (Breite, dann Länge).") % coordinate_hint(self.concept).words
        )
        if len(numbers) != 2:
            raise wrong
        try:
            lat, lon = (
                Decimal(number.replace(",", ".")).quantize(Decimal("0.0000001")) for number in numbers
            )
        except InvalidOperation:
            raise wrong from None
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise wrong
        return lon, lat


class ContributeForm(forms.Form):
    """Three things to say, of which one is needed: the words."""

    text = forms.CharField(
        label=_("Was möchten Sie sagen?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        help_text=_("Ein Satz genügt. Bitte keine Namen und nichts Privates."),
        error_messages={"required": _("Bitte schreiben Sie, worum es geht.")},
    )
    type = forms.ChoiceField(
        label=_("Das ist"),
        choices=Contribution.Type.choices,
        initial=Contribution.Type.IDEA,
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie, was es ist.")},
    )
    address = AddressField(
        label=_("Straße, Adresse oder Haltestelle"),
        help_text=_("Zum Beispiel Bahnhofstraße 12. Oder Sie tippen unten auf die Karte."),
    )
    point = PointField(
        label=_("Koordinaten"),
        required=False,
        max_length=60,
        help_text=_("Breite und Länge, etwa %(lat_lon)s"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    district = forms.ModelChoiceField(
        label=_("Oder: Stadtteil"), queryset=District.objects.none(), required=False,
        empty_label=_("die ganze Stadt"),
    )  # fmt: skip
    topic = forms.ModelChoiceField(
        label=_("Thema"), queryset=Field.objects.none(), required=False, empty_label=_("weiß ich nicht")
    )
    format = forms.TypedChoiceField(
        label=_("Ich schreibe zu"),
        error_messages={"invalid_choice": _("Hier werden gerade keine Beiträge angenommen.")},
    )  # fmt: skip
    about = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)
    outside = forms.BooleanField(label=_("Der Ort stimmt so"), required=False)
    key = forms.RegexField(
        KEY, required=False, widget=forms.HiddenInput,
        help_text="Becomes the secret of the personal link, so that sending twice makes one contribution.",
    )  # fmt: skip
    email = forms.EmailField(
        label=_("E-Mail"),
        required=False,
        help_text=_("Nur, wenn die Stadt nachfragen darf. Sie erscheint nirgends."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    consent = forms.BooleanField(
        label=_(
            "Ja, die Stadt darf mich zu diesem Beitrag anschreiben. Meine Adresse wird getrennt vom Beitrag"
            " aufbewahrt und nach 180 Tagen gelöscht; bestätige ich sie auf Nachfrage nicht, nach 14."
        ),
        required=False,
    )

    def __init__(self, *args: Any, concept: Concept, formats: list[Format], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.concept = concept
        districts = (
            District.objects.of(concept).filter(item__visibility="public").exclude(level=District.Level.CITY)
        )
        offer_rows(
            self,
            "district",
            districts.select_related("item").order_by("item__title_key"),
            label=lambda row: row.item.title,
        )
        self.fields["point"].of_city(concept)  # type: ignore[attr-defined]  # the field is ours
        if not knows_names(concept):
            del self.fields["address"]
        offer_rows(self, "topic", concept.fields.valid())
        offer_at_hand(self, "format", {row.pk: (row, row.item.title) for row in formats})
        if len(formats) == 1:
            self.fields["format"].widget = forms.HiddenInput()

    @property
    def asks_outside(self) -> bool:
        """Whether the question about a place in the surroundings is shown."""
        return self.is_bound and ("outside" in self.errors or bool(self.cleaned_data.get("outside")))

    def clean_text(self) -> str:
        return clean_words(self.cleaned_data["text"])

    def clean_about(self) -> Item | None:
        """What is not public any more is left out; the words count."""
        return speakable(self.concept, self.cleaned_data["about"])

    def clean(self) -> dict[str, Any]:
        """An address is only kept with consent; a place in the surroundings is asked about once."""
        cleaned = super().clean() or self.cleaned_data
        self._place_address(cleaned)
        point = None if cleaned.get("outside") else cleaned.get("point")
        if point and whereabouts(self.concept, *map(float, point)) == Whereabouts.AROUND:
            self.add_error("outside", around_words())
        if cleaned.get("email") and not cleaned.get("consent"):
            self.add_error(
                "consent", _("Mit E-Mail brauchen wir Ihr Einverständnis. Sonst lassen Sie die E-Mail weg.")
            )
        return cleaned

    def _place_address(self, cleaned: dict[str, Any]) -> None:
        """An address gives the point, a district that is named there the district. A point that was set goes before."""
        address = (cleaned.get("address") or "").strip()
        if not address or cleaned.get("point") or "point" in self.errors:
            return
        try:
            place = place_meant(self.concept, address, ANONYMOUS)
        except ValidationError as error:
            self.add_error("address", error)
            return
        if place.kind == DISTRICT:
            cleaned["district"] = cleaned.get("district") or District.objects.get(pk=place.pk)
        else:
            cleaned["point"] = (Decimal(f"{place.lon:.7f}"), Decimal(f"{place.lat:.7f}"))


class CorrectForm(forms.Form):
    """One's own words again."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Ihr Beitrag"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6})
    )

    def clean_text(self) -> str:
        return clean_words(self.cleaned_data["text"])
