"""The form with which a file for the maps is sent."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.web.number_fields import WholeNumberField

from ..basemap.making import ENDINGS

LARGEST_MAPPING = 200_000


class MapFileForm(forms.Form):
    """The file, and what goes with it."""

    file = forms.FileField(
        label=gettext_lazy("Datei"), error_messages={"required": gettext_lazy("Bitte eine Datei wählen.")}
    )
    mapping = forms.FileField(
        label=gettext_lazy("Zuordnung der Tabellen"),
        required=False,
        help_text=gettext_lazy(
            "Nur zu einem GeoPackage: die JSON-Datei, die sagt, welche Tabelle welche Ebene ist."
        ),
    )
    attribution = forms.CharField(
        label=gettext_lazy("Nennung"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "Wer genannt werden muss, etwa „© GeoBasis-DE / Vermessungsamt des Landes“. Zu Auszügen von OpenStreetMap nicht nötig."
        ),
    )
    margin = WholeNumberField(
        label=gettext_lazy("Kilometer Umland der Grundkarte"), min_value=0, max_value=50, initial=5
    )

    def clean_mapping(self) -> str:
        """The mapping as text; it has to be JSON."""
        sent = self.cleaned_data.get("mapping")
        if not sent:
            return ""
        if sent.size > LARGEST_MAPPING:
            raise ValidationError(_("Die Zuordnung ist zu groß."))
        try:
            text: str = sent.read().decode("utf-8-sig")
            json.loads(text)
        except ValueError:
            raise ValidationError(_("Die Zuordnung ist kein JSON.")) from None
        return text

    def clean(self) -> dict[str, Any]:
        """The ending says whether the file can be what it is said to be."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        file = data.get("file")
        if file and not file.name.lower().endswith(ENDINGS):
            self.add_error(
                "file",
                _("„%(name)s“ endet auf keine dieser Endungen: %(endings)s.")
                % {"name": file.name, "endings": ", ".join(ENDINGS)},
            )
        elif file and file.name.lower().endswith(".gpkg") and "mapping" in data and not data["mapping"]:
            self.add_error("mapping", _("Zu einem GeoPackage gehört eine Zuordnung seiner Tabellen."))
        return data
