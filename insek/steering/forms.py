"""The forms of a report, a step, a state set by hand and a target."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.evidence.models import Indicator
from insek.evidence.value_checks import check_percent
from insek.people.models import Unit
from insek.strategy.models import Goal
from insek.thread.models import Item, Link, Visibility
from insek.web.choices import name_empty_choices, offer_rows
from insek.web.number_fields import EuroField, PercentOrNumberField, WholeNumberField

from .models import SAYABLE, MeasureTask, StatusReport, Target
from .states import MeasureState


class ReportForm(forms.ModelForm[StatusReport]):
    """One report in three minutes."""

    state = forms.ChoiceField(label=_("Wie steht die Maßnahme?"), choices=SAYABLE, widget=forms.RadioSelect)

    class Meta:
        model = StatusReport
        fields = ["state", "deferred_for", "happened", "next_step", "obstacles", "spent_eur", "is_internal"]
        field_classes = {"spent_eur": EuroField}
        labels = {
            "deferred_for": _("Warum zurückgestellt?"),
            "happened": _("Was ist geschehen?"),
            "next_step": _("Was kommt als Nächstes?"),
            "obstacles": _("Was steht im Weg?"),
            "spent_eur": _("Bisher ausgegeben (Euro)"),
            "is_internal": _("Nur für die Verwaltung"),
        }
        help_texts = {
            "deferred_for": _("Nur beim Stand „zurückgestellt“, dann nötig."),
            "happened": _("Zwei, drei Sätze genügen."),
        }
        widgets = {
            "happened": forms.Textarea(attrs={"rows": 4}),
            "next_step": forms.Textarea(attrs={"rows": 2}),
            "obstacles": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, item: Item, waits: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if waits:
            shown = _("Ohne Haken steht der Bericht auf der Seite der Maßnahme, sobald er freigegeben ist.")
        elif item.visibility == Visibility.PUBLIC:
            shown = _("Ohne Haken steht der Bericht gleich auf der öffentlichen Seite der Maßnahme.")
        else:
            shown = _("Ohne Haken steht der Bericht auf der Seite der Maßnahme, sobald sie öffentlich ist.")
        self.fields["is_internal"].help_text = shown

    def clean(self) -> dict[str, Any]:
        """What is put off says why; in any other state there is no such reason."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        check_deferral(self, said)
        return said


def check_deferral(form: forms.BaseForm, said: dict[str, Any]) -> None:
    """A measure that is put off has a reason for it, and no other has: what was chosen for another state is dropped."""
    if said.get("state") == MeasureState.DEFERRED:
        if not said.get("deferred_for") and "deferred_for" not in form.errors:
            form.add_error("deferred_for", _("Bitte sagen Sie, warum die Maßnahme zurückgestellt ist."))
    else:
        said["deferred_for"] = ""


class TaskForm(forms.ModelForm[MeasureTask]):
    """One step of a measure."""

    position = WholeNumberField(
        label=_("Reihenfolge"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("Leer: an letzter Stelle."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = MeasureTask
        fields = ["title", "due", "done", "unit", "position"]
        labels = {
            "title": _("Was ist zu tun?"),
            "due": _("Bis wann"),
            "done": _("Erledigt am"),
            "unit": _("Zuständig"),
        }
        widgets = {
            "due": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "done": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", Unit.objects.all())
        name_empty_choices(self)
        self.initial["version"] = self.instance.version

    def clean_done(self) -> Any:
        """Nothing is done tomorrow."""
        done = self.cleaned_data["done"]
        if done and done > clock.today():
            raise forms.ValidationError(_("Das Datum liegt in der Zukunft."))
        return done


class OverrideForm(forms.Form):
    """A state set by hand, with its reason."""

    state = forms.ChoiceField(label=_("Stand"), choices=SAYABLE, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Warum gilt etwas anderes, als die Regeln ergeben?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Der Satz steht auf der Seite der Maßnahme, mit Datum."),
    )
    expected = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)


class TakeBackForm(forms.Form):
    """Let the rules decide again."""

    expected = forms.CharField(max_length=8, widget=forms.HiddenInput)


class RemoveForm(forms.Form):
    """Whether the row is still the one that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class TargetForm(forms.ModelForm[Target]):
    """A value that an indicator of a goal shall reach."""

    source_url = forms.URLField(
        label=_("Adresse der Quelle"), max_length=500, required=False, assume_scheme="https"
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Target
        fields = [
            "indicator", "direction", "value", "year", "base_period", "base_value", "standing", "source_title",
            "source_url", "note",
        ]  # fmt: skip
        labels = {
            "indicator": _("Indikator"),
            "direction": _("Der Wert soll"),
            "value": _("Zielwert"),
            "year": _("Zieljahr"),
            "base_period": _("Ausgangszeitpunkt"),
            "base_value": _("Ausgangswert"),
            "standing": _("Verlässlichkeit"),
            "source_title": _("Quelle"),
            "note": _("Anmerkung"),
        }
        help_texts = {
            "year": _("Am Ende dieses Jahres soll der Wert erreicht sein."),
            "base_period": _("2024, 2024-06 oder 2024-12-31"),
        }
        field_classes = {
            "value": PercentOrNumberField,
            "year": WholeNumberField,
            "base_value": PercentOrNumberField,
        }

    def __init__(self, *args: Any, goal: Goal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        measured = Link.objects.filter(source=goal.pk, kind="measured_by").values("target")
        offer_rows(
            self,
            "indicator",
            Indicator.objects.filter(pk__in=measured).select_related("item").order_by("item__sort_key"),
        )
        name_empty_choices(self)
        self.initial["version"] = self.instance.version
        if goal.horizon_year:
            self.fields["year"].help_text = _(
                "Am Ende dieses Jahres soll der Wert erreicht sein. Das Ziel gilt bis %(year)s; ein früheres Jahr ist ein Zwischenwert."
            ) % {"year": goal.horizon_year}

    def clean(self) -> dict[str, Any]:
        """A percentage is a value only of an indicator in percent."""
        cleaned = super().clean() or self.cleaned_data
        indicator = cleaned.get("indicator")
        for name in ("value", "base_value"):
            if indicator and name in cleaned:
                try:
                    check_percent(indicator, self[name].data or "")
                except forms.ValidationError as error:
                    self.add_error(name, error)
        return cleaned
