"""The form with which a layer of another service is entered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.web.number_fields import WholeNumberField

from ..outside_models import OutsideLayer
from .capabilities import ServiceSaid


class OutsideLayerForm(forms.ModelForm):
    """All of a layer; what a service said of itself makes the field of its layers a choice."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = OutsideLayer
        fields = [
            "sort", "address", "layer", "title", "title_en", "attribution", "licence", "purpose", "purpose_en", "min_zoom",
            "max_zoom", "position", "is_public", "is_on",
        ]  # fmt: skip
        field_classes = dict.fromkeys(["min_zoom", "max_zoom", "position"], WholeNumberField)
        help_texts = {
            "address": gettext_lazy(
                "Beginnt mit https://. Für einen WMTS geht auch ein Muster wie https://karte.example/{z}/{x}/{y}.png."
            ),
            "layer": gettext_lazy("„Dienst fragen“ schlägt vor, was der Dienst hat."),
            "attribution": gettext_lazy("Steht auf der Karte, solange die Ebene zu sehen ist."),
            "purpose": gettext_lazy(
                "Ein Satz für die Datenschutzseite, etwa: Luftbild des Landes, um Orte wiederzuerkennen."
            ),
            "min_zoom": gettext_lazy(
                "Von weiter weg wird die Ebene nicht geladen. 8 zeigt die Region, 19 ein Haus."
            ),
            "is_public": gettext_lazy("Sonst nur für Angemeldete."),
            "is_on": gettext_lazy(
                "Karten bieten die Ebene an; geladen wird sie erst, wenn jemand sie wählt. Die Datenschutzseite nennt den Dienst."
            ),
        }

    def __init__(self, *args: Any, said: ServiceSaid | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        self.fields["layer"].required = False
        if said is not None and said.layers:
            now = self["layer"].value() or ""
            choices = [
                ("", _("Bitte wählen")),
                *((one.name, f"{one.title} ({one.name})") for one in said.layers),
            ]
            if now and now not in dict(choices):
                choices.append((now, now))
            self.fields["layer"].widget = forms.Select(choices=choices)
            self.fields["layer"].help_text = ""

    def _post_clean(self) -> None:
        """The service validates; the form does not touch the row it shows."""

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def expected_version(self) -> int:
        """The version that was opened, 0 where none was sent."""
        return self.cleaned_data.get("version") or 0
