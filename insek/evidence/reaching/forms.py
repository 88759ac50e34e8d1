"""The form of an analysis, and which indicator its result becomes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from insek.engines.numbers import PERCENT, has_unit
from insek.items.forms import ItemForm
from insek.web.choices import offer_choices, offer_rows
from insek.web.number_fields import WholeNumberField

from ..models import Indicator
from ..scenarios.forms import indicator_label
from ..scenarios.inputs import counts_people
from .facilities import LIST, NEED_WORDS, choices_of, read_points
from .models import MOST_POINTS_TEXT, ReachAnalysis


class ReachForm(ItemForm):
    """What is to be reached, how, within how many minutes, and who lives where."""

    kind = "reach"
    facilities = forms.ChoiceField(label=_("Was erreicht werden soll"))
    groups = (
        (_("Wohin"), ("facilities", "words", "points")),
        (_("Wie weit"), ("mode", "minutes")),
        (_("Wer wo wohnt"), ("people", "spread")),
    )

    class Meta:
        model = ReachAnalysis
        fields = ["facilities", "words", "points", "mode", "minutes", "people", "spread"]
        field_classes = {"minutes": WholeNumberField}
        widgets = {"points": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {
            "facilities": _("Gerechnet wird nur mit dem, was öffentlich ist: Das Ergebnis zeigt, wo es liegt."),
            "words": _("Nur, was eines dieser Wörter im Namen hat, durch Kommas getrennt: Schule, Gymnasium"),
            "points": _("Nur zur eigenen Liste: je Zeile Name; Breite; Länge, etwa „Grundschule Nord; 49,4512; 7,7688“"),
            "minutes": _("1 bis 90. Zu Fuß 80 Meter in der Minute, mit dem Rad 250."),
            "people": _("Einwohnerzahl der Räume"),
            "spread": _("Wo ein Raum davon zu wenig hat, gilt das nächste: Wohngebäude, Adressen, bewohnte Fläche, Umkreis benannter Straßen und Orte, ganze Fläche. Was galt, steht beim Ergebnis."),
        }  # fmt: skip
        for name, hint in hints.items():
            if name in self.fields:
                self.fields[name].help_text = hint
        if "facilities" in self.fields and self.concept is not None:
            offered = choices_of(self.concept)
            current = self.initial.get("facilities") or ""
            if current and current not in dict(offered):
                offered.append((current, current))
            offer_choices(self, "facilities", offered)
        if "people" in self.fields:
            rows = Indicator.objects.filter(item__concept=self.concept).select_related("item")
            offer_rows(self, "people", rows.order_by("item__sort_key"), label=indicator_label)

    def clean_points(self) -> str:
        """Every line is a name with its coordinates."""
        text: str = self.cleaned_data["points"]
        if len(text) > MOST_POINTS_TEXT:
            raise ValidationError(_("Die Liste ist zu lang."))
        read_points(text)
        return text

    def clean(self) -> dict[str, Any]:
        """Refuse what can give no result: names without words, a list without lines, an indicator that counts no people."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = cleaned.get("facilities")
        if chosen in NEED_WORDS and "words" in self.fields and not cleaned.get("words"):
            self.add_error("words", _("Welche Orte? Bitte mindestens ein Wort angeben, etwa „Schule“."))
        if (
            chosen == LIST
            and "points" in self.fields
            and "points" not in self.errors
            and not cleaned.get("points")
        ):
            self.add_error("points", _("Die eigene Liste ist leer."))
        indicator = cleaned.get("people")
        if isinstance(indicator, Indicator) and not counts_people(indicator):
            said = _("Die Einheit dieses Indikators zählt keine Menschen: %(unit)s")
            self.add_error("people", said % {"unit": indicator.unit_text})
        return cleaned


class TakeForm(forms.Form):
    """Into which indicator the shares go; a new one where none is chosen."""

    indicator: forms.ModelChoiceField[Indicator] = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=_("Indikator"),
        empty_label=_("Neuen Indikator anlegen"),
        help_text=_("Ein neuer ist intern, bis Sie ihn veröffentlichen."),
    )

    def __init__(self, *args: Any, analysis: ReachAnalysis, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Indicator.objects.filter(item__concept=analysis.item.concept, formula="")
        offer_rows(
            self, "indicator", rows.select_related("item").order_by("item__sort_key"), label=indicator_label
        )

    def clean_indicator(self) -> Indicator | None:
        """Shares go into an indicator in percent."""
        indicator: Indicator | None = self.cleaned_data["indicator"]
        if indicator is not None and not has_unit(indicator.unit, PERCENT):
            raise ValidationError(
                _("Die Werte sind Anteile in Prozent; die Einheit dieses Indikators ist: %(unit)s"),
                params={"unit": indicator.unit_text},
            )
        return indicator
