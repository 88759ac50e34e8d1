"""The forms of an import: the file, and what its columns mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.text import shortened
from insek.intake.table_files import MAX_BYTES, FileTable, shown
from insek.places.models import District
from insek.thread.labels import FIELD_LABELS
from insek.web.choices import offer_choices

from .importing import ROLES, ColumnMapping, as_period, decimal_sign_of, indicator_title
from .models import Indicator, Observation


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("Datei"),
        help_text=gettext_lazy("CSV oder Excel (XLSX), höchstens 5 MB und 50.000 Zeilen."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        max_length=200,
    )

    def clean_file(self) -> UploadedFile:
        """A file that is not too big."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(_("Die Datei ist größer als 5 MB. Bitte teilen Sie sie auf."))
        return file


class ColumnsForm(forms.Form):
    """What each column is, and what holds for every row."""

    sign = forms.ChoiceField(
        label=gettext_lazy("Schreibweise der Zahlen"),
        choices=[
            (",", gettext_lazy("deutsch: 1.234,5")),
            (".", gettext_lazy("mit Dezimalpunkt: 1,234.5")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Bitte sagen Sie, ob 1.234 eintausend oder eins Komma zwei bedeutet.")
        },
    )
    indicator = forms.ChoiceField(
        label=gettext_lazy("Indikator"),
        required=False,
        help_text=gettext_lazy("Wenn keine Spalte ihn nennt."),
    )
    district = forms.ChoiceField(
        label=FIELD_LABELS["district"], required=False, help_text=gettext_lazy("Wenn keine Spalte ihn nennt.")
    )
    period = forms.CharField(
        label=FIELD_LABELS["period"], required=False, max_length=10,
        help_text=gettext_lazy("Wenn weder eine Spalte noch der Kopf ihn nennt, etwa 2024 oder 31.12.2024."),
    )  # fmt: skip
    quality = forms.ChoiceField(label=FIELD_LABELS["quality"], choices=Observation.Quality.choices)
    source_title = forms.CharField(
        label=FIELD_LABELS["source_title"], required=False, max_length=300,
        help_text=gettext_lazy("Titel oder Adresse ist nötig, wenn keine Spalte sie nennt."),
    )  # fmt: skip
    source_url = forms.URLField(
        label=FIELD_LABELS["source_url"], required=False, max_length=500, assume_scheme="https"
    )
    source_date = forms.CharField(
        label=FIELD_LABELS["source_date"], required=False, max_length=10,
        help_text=gettext_lazy("Freiwillig, etwa 2024 oder 31.12.2024."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, table: FileTable, roles: list[str], indicators: Iterable[Indicator], places: Iterable[District],
        initial: dict[str, Any], **kwargs: Any,
    ) -> None:  # fmt: skip
        self.table = table
        self.examples: dict[int, str] = {}
        sign = decimal_sign_of(table, roles)
        kwargs["initial"] = {"sign": "" if sign == "?" else sign, **initial}
        super().__init__(*args, **kwargs)
        none = [("", _("steht in der Datei"))]
        self._choices("indicator", none + [(row.pk, indicator_title(row)) for row in indicators])
        self._choices("district", none + [(row.pk, row.item.title) for row in places])
        if sign == "?":
            self.fields["sign"].help_text = _("Aus der Datei geht es nicht eindeutig hervor.")
        for index, head in enumerate(table.head):
            examples = [shown(cells[index]) for _number, cells in table.rows[:40] if cells[index] != ""][:3]
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=shortened(head, 80) or _("Spalte %(number)s") % {"number": index + 1},
                choices=list(ROLES.items()), required=False, initial=roles[index],
            )  # fmt: skip
            self.examples[index] = " · ".join(shortened(text, 40) for text in examples)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        offer_choices(self, name, choices)

    @property
    def column_fields(self) -> list[dict[str, Any]]:
        """The columns with examples of what is in them."""
        return [
            {"field": self[f"column_{index}"], "examples": self.examples[index]}
            for index in range(len(self.table.head))
        ]

    @property
    def common_fields(self) -> list[Any]:
        """What holds for every row."""
        return [self[name] for name in self.base_fields]

    def _period(self, name: str) -> str:
        text = self.cleaned_data[name].strip()
        return as_period(text) if text else ""

    def clean_period(self) -> str:
        """A period in normal form."""
        return self._period("period")

    def clean_source_date(self) -> str:
        """A day, month or year in normal form."""
        return self._period("source_date")

    def clean(self) -> dict[str, Any]:
        """Everything a value needs is said by the columns or for all rows."""
        said = self.cleaned_data
        roles = [said.get(f"column_{index}", "") for index in range(len(self.table.head))]
        for role, label in ROLES.items():
            if role not in {"", "period_value"} and roles.count(role) > 1:
                self.add_error(None, _("Zwei Spalten sind als „%(role)s“ angegeben.") % {"role": label})
        periods = "period_value" in roles
        if periods and "value" in roles:
            self.add_error(
                None, _("Die Werte stehen entweder in einer Spalte oder in einer Spalte je Zeitraum.")
            )
        if not periods and "value" not in roles:
            self.add_error(None, _("Bitte sagen Sie, in welcher Spalte die Werte stehen."))
        if not periods and "period" not in roles and not said.get("period") and "period" not in self.errors:
            self.add_error("period", _("Bitte eine Spalte wählen oder den Zeitraum hier angeben."))
        for name in ("indicator", "district"):
            if name not in roles and not said.get(name) and name not in self.errors:
                self.add_error(name, _("Bitte eine Spalte wählen oder hier auswählen."))
        sources = {"source_title", "source_url"}
        if not sources & {*roles, *self.errors} and not any(said.get(name) for name in sources):
            self.add_error("source_title", _("Jeder Wert braucht eine Quelle: Titel oder Adresse."))
        said["roles"] = roles
        return said

    def columns(self) -> ColumnMapping:
        """What was said, as the reader of the file takes it."""
        names = (
            "roles",
            "sign",
            "indicator",
            "district",
            "period",
            "quality",
            "source_title",
            "source_url",
            "source_date",
        )
        return ColumnMapping(**{name: self.cleaned_data[name] for name in names})
