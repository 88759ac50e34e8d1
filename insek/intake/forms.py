"""The forms of reading in: a file or pasted text, and what holds for all rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.tables.book import USUAL_LIMITS

from .layer_reading import MAP_FILES

MOST_BYTES = 20 * 1024 * 1024
MOST_PASTED = 2_000_000


class ReadingForm(forms.Form):
    """A file, or what was copied out of a table; ``maps`` and ``tables`` say which files a target takes."""

    file = forms.FileField(
        label=gettext_lazy("Datei"),
        required=False,
        help_text=gettext_lazy(
            "Excel (XLSX, XLS), LibreOffice (ODS), CSV oder JSON-Zeilen, höchstens 20 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.xlsb,.ods,.csv,.tsv,.txt,.jsonl"}),
        error_messages={"empty": gettext_lazy("Die Datei ist leer.")},
    )
    pasted = forms.CharField(
        label=gettext_lazy("Oder hier einfügen"),
        required=False,
        strip=False,
        help_text=gettext_lazy("In der Tabelle markieren, kopieren, hier einfügen; mit der Kopfzeile."),
        widget=forms.Textarea(attrs={"rows": 5, "wrap": "off"}),
    )

    def __init__(self, *args: Any, maps: bool = False, tables: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file = self.fields["file"]
        if maps:
            said = _("Karten: GeoPackage, Shapefile als ZIP, GeoJSON, KML, GML oder FlatGeobuf.")
            file.help_text = f"{file.help_text} {said}" if tables else f"{said} {_('Höchstens 20 MB.')}"
            accepted = file.widget.attrs["accept"]
            file.widget.attrs["accept"] = f"{accepted},{MAP_FILES}" if tables else MAP_FILES
        if tables:  # one of the two is needed, so neither is called voluntary
            for either in self.fields.values():
                either.one_of_several = True  # type: ignore[attr-defined]  # the component of fields asks for it
        else:
            del self.fields["pasted"]
            file.required, file.error_messages["required"] = True, _("Bitte wählen Sie eine Datei.")

    def clean_file(self) -> Any:
        """Not bigger than what is read."""
        file = self.cleaned_data["file"]
        if file and file.size > min(MOST_BYTES, USUAL_LIMITS.file_bytes):
            raise forms.ValidationError(_("Die Datei ist größer als 20 MB. Bitte teilen Sie sie auf."))
        return file

    def clean(self) -> dict[str, Any]:
        """Either a file or text."""
        said = self.cleaned_data
        if not self.errors and not said.get("file") and not (said.get("pasted") or "").strip():
            self.add_error("file", _("Bitte wählen Sie eine Datei oder fügen Sie eine Tabelle ein."))
        if len(said.get("pasted") or "") > MOST_PASTED:
            self.add_error("pasted", _("Der Text ist zu lang. Bitte laden Sie ihn als Datei hoch."))
        return said
