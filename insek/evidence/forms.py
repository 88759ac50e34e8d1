"""The forms of indicators and of new values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insek.engines.tables.breakdowns import AgeGroup, Cut, read_age, read_key
from insek.engines.tables.official_signs import WITHOUT_VALUE
from insek.items.forms import ItemForm
from insek.places.models import District
from insek.thread.labels import FIELD_LABELS
from insek.web.choices import offer_rows
from insek.web.number_fields import NumberField, WholeNumberField

from .derived.names import NamesOfParts, formula_help
from .models import Breakdown, Indicator, Observation, SeriesBreak
from .services import REASON_OR_VALUE, NewObservation
from .value_checks import check_period


class IndicatorForm(ItemForm):
    """What is measured and how."""

    kind = "indicator"
    groups = (
        (
            _("Messung"),
            (
                "unit",
                "unit_en",
                "decimals",
                "direction",
                "periodicity",
                "supplied_by",
                "method",
                "adds_up",
                "sums_differ",
                "needs_basis",
                "uncertainty",
            ),
        ),
        (_("Gliederung der Werte"), ("by_sex", "by_age", "by_other")),
        (_("Ableitung aus anderen Indikatoren"), ("formula",)),
    )

    class Meta:
        model = Indicator
        fields = [
            "unit",
            "unit_en",
            "decimals",
            "direction",
            "periodicity",
            "supplied_by",
            "method",
            "adds_up",
            "sums_differ",
            "needs_basis",
            "uncertainty",
            "by_sex",
            "by_age",
            "by_other",
            "formula",
        ]
        field_classes = {"decimals": WholeNumberField, "uncertainty": NumberField}
        help_texts = {
            "supplied_by": _("Sie wird in der Berichtsrunde nach neuen Werten gefragt. Leer: niemand."),
            "adds_up": _(
                "Für Anzahlen und Mengen. Dann steht auf der Seite eines Raumes, welchen Teil der Stadt er hat. Nicht für Anteile, Mittelwerte und Dichten."
                " Fehlt der Wert eines Raumes, wird er aus denen darunter zusammengezählt, wenn sie alle da sind."
            ),
            "sums_differ": _(
                "Womit veröffentlichte Gesamtzahlen von der Summe ihrer Teile abweichen. Die Seite sagt es; berichtigt wird nichts."
            ),
            "needs_basis": _(
                "Für Einwohnerzahlen: Melderegister und die Zensus von 2011 und 2022 ergeben verschiedene. Wo die Grundlage wechselt, bricht die Reihe."
            ),
            "uncertainty": _(
                "Standardfehler eines Wertes für die ganze Stadt, in der Einheit des Indikators, etwa 1,5. Leer, wenn er nicht "
                "bekannt ist. Die Ampel der Zielwerte rechnet damit."
            ),
            "by_other": _(
                "Weitere Gliederungen mit Semikolon getrennt, etwa „Haushaltsgröße; Staatsangehörigkeit“."
            ),
        }
        widgets = {
            "method": forms.Textarea(attrs={"rows": 4}),
            "formula": forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "formula" in self.fields:
            self.names = NamesOfParts(self.concept, self.actor)
            self.fields["formula"].help_text = formula_help(self.names, self.item)
            if kept := self.initial.get("formula"):
                self.initial["formula"] = self.names.in_numbers(kept)

    def clean_formula(self) -> str:
        """The formula as it is kept, with ids for names."""
        return self.names.in_ids(self.cleaned_data["formula"])


class ObservationForm(forms.Form):
    """One new value, or the correction of one."""

    district: forms.ModelChoiceField[District] = forms.ModelChoiceField(
        queryset=None, label=FIELD_LABELS["district"], empty_label=_("Bitte wählen")
    )
    period = forms.CharField(
        max_length=40,
        label=FIELD_LABELS["period"],
        help_text=_(
            "Etwa 2024, 31.12.2024, 2024-06, 1. Quartal 2024, 1. Halbjahr 2024, 2022/23 oder 2020-2022"
        ),
    )
    sex = forms.ChoiceField(
        choices=[("", _("insgesamt")), *Breakdown.Sex.choices], required=False, label=FIELD_LABELS["sex"]
    )
    ages = forms.CharField(
        max_length=40,
        required=False,
        label=FIELD_LABELS["ages"],
        help_text=_("Etwa „3 bis unter 6“ oder „ab 65“; leer: alle"),
    )
    other = forms.CharField(max_length=300, required=False, label=FIELD_LABELS["breakdown"])
    value = NumberField(
        max_digits=20,
        decimal_places=6,
        required=False,
        label=FIELD_LABELS["value"],
        help_text=_("Leer nur, wenn der Status sagt, warum kein Wert da ist."),
    )
    quality = forms.ChoiceField(choices=Observation.Quality.choices, label=FIELD_LABELS["quality"])
    source_title = forms.CharField(max_length=300, label=FIELD_LABELS["source_title"])
    source_url = forms.URLField(
        max_length=500, required=False, assume_scheme="https", label=FIELD_LABELS["source_url"]
    )
    source_date = forms.RegexField(
        r"^\d{4}(-\d{2}(-\d{2})?)?$",
        required=False,
        label=FIELD_LABELS["source_date"],
        help_text=_("2024, 2024-06 oder 2024-12-31"),
        error_messages={"invalid": _("Bitte ein Jahr, einen Monat oder einen Tag angeben, etwa 2024-12-31.")},
    )
    standard_error = NumberField(
        max_digits=20,
        decimal_places=6,
        min_value=0,
        required=False,
        label=FIELD_LABELS["standard_error"],
        help_text=_("Dieses Wertes, in der Einheit des Indikators"),
    )
    sample_size = WholeNumberField(
        min_value=1, max_value=2_000_000_000, required=False, label=FIELD_LABELS["sample_size"]
    )
    basis = forms.ChoiceField(
        choices=[("", _("Bitte wählen")), *SeriesBreak.Basis.choices],
        required=False,
        label=FIELD_LABELS["basis"],
    )
    note = forms.CharField(max_length=500, required=False, label=FIELD_LABELS["note"])

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        concept = indicator.item.concept
        value = self.fields["value"]
        assert isinstance(value, NumberField)
        value.units = indicator.units
        self.indicator = indicator
        for name, there in (
            ("sex", indicator.by_sex),
            ("ages", indicator.by_age),
            ("other", bool(indicator.by_other)),
            ("basis", indicator.needs_basis),
        ):
            if not there:
                del self.fields[name]
        if indicator.by_other:
            names = [name.strip() for name in indicator.by_other.split(";") if name.strip()]
            self.fields["other"].help_text = _("Als „%(name)s=…“, mehrere mit Semikolon; leer: alle") % {
                "name": names[0]
            }
        districts = District.objects.of(concept).select_related("item").order_by("level", "item__sort_key")
        offer_rows(self, "district", districts)

    def clean_period(self) -> str:
        """A period that exists, in normal form."""
        return check_period(self.cleaned_data["period"], self.indicator)

    def clean_ages(self) -> AgeGroup | None:
        """An age group in words."""
        found = read_age(self.cleaned_data["ages"])
        if found is None:
            raise forms.ValidationError(
                _("Bitte ein Alter oder eine Altersgruppe angeben, etwa „3 bis unter 6“ oder „ab 65“.")
            )
        return found if isinstance(found, AgeGroup) else None

    def clean_other(self) -> tuple[tuple[str, str], ...]:
        """Further parts as NAME=WORD."""
        try:
            return read_key(Cut(other=tuple(_pairs(self.cleaned_data["other"]))).key).other
        except ValueError:
            raise forms.ValidationError(_("Bitte als „Name=Wort“ angeben.")) from None

    def clean(self) -> dict[str, Any]:
        """A value, or a status that says why there is none; a part that the indicator has."""
        said = super().clean() or self.cleaned_data
        if (
            "value" in said
            and "quality" in said
            and (said["value"] is None) != (said["quality"] in WITHOUT_VALUE)
        ):
            self.add_error(
                "value",
                REASON_OR_VALUE if said["value"] is None else _("Mit diesem Status gibt es keinen Wert."),
            )
        return said

    def new_observation(self) -> NewObservation:
        """The value as the service takes it."""
        said = dict(self.cleaned_data)
        cut = Cut(said.pop("sex", ""), said.pop("ages", None), said.pop("other", ()))
        return NewObservation(**said, breakdown=cut.key)


def part_in_form(key: str) -> dict[str, Any]:
    """What the form of a value opens with for a part."""
    cut = read_key(key)
    ages = "" if cut.age is None else str(cut.age)
    return {"sex": cut.sex, "ages": ages, "other": Cut(other=cut.other).key}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in filter(str.strip, text.split(";")):
        name, _sign, word = part.partition("=")
        yield " ".join(name.split()), " ".join(word.split())
