"""The form of a plan, and the form that appraises one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.items.forms import CleanText, ItemForm
from insek.people.models import Unit
from insek.thread.labels import FIELD_LABELS
from insek.web.choices import offer_rows
from insek.web.number_fields import NumberField, WholeNumberField

from .commenting import asked_by_default
from .models import Bindingness, Plan, PlanAppraisal, PlanStatement
from .services import VALUES

MOMENT = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def _form_field(column: models.Field[Any, Any], **options: Any) -> forms.Field | None:
    """The usual field of a form; an address without a scheme is one of https."""
    if isinstance(column, models.URLField):
        options["assume_scheme"] = "https"
    return column.formfield(**options)


class PlanForm(ItemForm):
    """What sort of plan it is, who decided it and what it wants."""

    kind = "plan"
    groups = ((_("Geltung"), ("status", "year", "decision_date", "decision_body", "horizon_year", "area")),)

    class Meta:
        model = Plan
        fields = [
            "type", "status", "year", "decision_date", "decision_body", "horizon_year", "area", "aims", "document_url",
        ]  # fmt: skip
        field_classes = {"year": WholeNumberField, "horizon_year": WholeNumberField}
        widgets = {"aims": forms.Textarea(attrs={"rows": 5})}
        formfield_callback = _form_field

    decision_date = forms.RegexField(
        MOMENT,
        required=False,
        help_text=_("2024, 2024-06 oder 2024-12-31"),
        error_messages={"invalid": _("Bitte ein Jahr, einen Monat oder einen Tag angeben, etwa 2024-12-31.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {
            "aims": _("Ein Ziel je Zeile."),
            "area": _("Wo es gilt, etwa Gesamtstadt oder Pfaff-Areal"),
            "document_url": _("Wo das Dokument selbst steht"),
            "decision_body": _("Wer beschlossen hat, oder wem es vorgestellt wurde"),
        }
        for name, hint in hints.items():
            if name in self.fields:
                self.fields[name].help_text = hint
        if "status" in self.fields:
            self.fields["status"].required = False

    def clean_status(self) -> str:
        """Without a choice the state is not known."""
        return self.cleaned_data.get("status") or Plan.Status.UNKNOWN


class PlanStatementForm(ItemForm):
    """What a plan says: of what sort, of which plan, how much, until when, who."""

    kind = "plan_statement"
    groups = (
        (_("Wie es bindet und wie es klingt"), ("marking", "marked_as", "firmness")),
        (_("Was sich prüfen lässt"), ("target_year", "bound", "amount", "amount_unit", "who")),
    )

    class Meta:
        model = PlanStatement
        fields = [
            "type", "plan", "marking", "marked_as", "firmness", "target_year", "bound", "amount", "amount_unit", "who",
        ]  # fmt: skip
        field_classes = {"target_year": WholeNumberField, "amount": NumberField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {
            "marking": _("Folgt dem Kennzeichen im Planwerk, nicht dem Wort „muss“. Danach richtet sich, wen es bindet."),
            "marked_as": _("Wie es dort steht, etwa Z 31 oder § 4"),
            "amount_unit": _("Etwa Prozent, Wohnungen oder Euro"),
            "who": _("Wer es tun soll, wie das Planwerk es sagt"),
        }  # fmt: skip
        for name, hint in hints.items():
            if name in self.fields:
                self.fields[name].help_text = hint
        if "plan" in self.fields:
            plans = Plan.objects.filter(item__concept=self.concept).select_related("item")
            offer_rows(self, "plan", plans.order_by("item__sort_key"))


def _reason(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        max_length=500, required=required, label=label, widget=forms.Textarea(attrs={"rows": 2})
    )


def _points(label: Any) -> WholeNumberField:
    return WholeNumberField(
        min_value=0, max_value=100, label=label, help_text=_("0 bis 100"), widget=forms.TextInput(attrs={"class": "short"})
    )  # fmt: skip


class AppraisalForm(CleanText, forms.Form):
    """Two numbers with their reasons, one class, and how far the plan's own measures got."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    currency = _points(_("Punkte für Aktualität"))
    currency_reason = _reason(_("Warum diese Aktualität?"))
    substance = _points(_("Punkte für Aussagekraft"))
    substance_reason = _reason(_("Warum diese Aussagekraft?"))
    bindingness = forms.ChoiceField(
        choices=[("", _("bitte wählen")), *Bindingness.choices], label=_("Klasse der Bindungswirkung")
    )
    bindingness_reason = _reason(_("Woraus ergibt sich das?"), required=False)
    implementation = forms.ChoiceField(
        choices=PlanAppraisal.Implementation.choices, label=_("Stand der Umsetzung")
    )
    implementation_reason = _reason(_("Worauf stützt sich das?"), required=False)
    appraised_by = forms.CharField(
        max_length=200,
        required=False,
        label=_("Bewertet von"),
        help_text=_("Stelle oder Büro, keine Person; steht öffentlich auf der Seite"),
    )
    appraised_on = forms.DateField(
        label=_("Bewertet am"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    standing = forms.ChoiceField(choices=PlanAppraisal.Standing.choices, label=FIELD_LABELS["standing"])
    ask_unit = forms.ModelChoiceField(
        Unit.objects.all(),
        required=False,
        label=_("Zuständige Stelle"),
        empty_label=_("niemanden fragen"),
        help_text=_(
            "Die Bewertung wird erst öffentlich, wenn die Stelle geantwortet hat oder die Frist vorbei ist."
        ),
    )
    ask_due = forms.DateField(
        required=False,
        label=_("Frist"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ask_question = forms.CharField(
        max_length=2000, required=False, label=_("Worauf die Stelle achten soll"), widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip

    def __init__(self, *args: Any, computed: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.computed = computed

    def clean(self) -> dict[str, Any]:
        """Another class than the computed one has its reason."""
        cleaned = super().clean()
        chosen = cleaned.get("bindingness")
        if self.computed and chosen and chosen != self.computed and not cleaned.get("bindingness_reason"):
            self.add_error(
                "bindingness_reason",
                _("Sie weichen von der berechneten Klasse ab. Bitte sagen Sie in einem Satz, warum."),
            )
        if cleaned.get("ask_unit") and "ask_due" not in self.errors:
            due = cleaned.get("ask_due") or asked_by_default()
            cleaned["ask_due"] = due
            if due < clock.today():
                self.add_error("ask_due", _("Die Frist liegt in der Vergangenheit."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The appraisal as the service takes it."""
        return {name: self.cleaned_data[name] for name in VALUES}

    def sections(self) -> list[dict[str, Any]]:
        """The fields in groups, for the template."""
        groups = [
            (FIELD_LABELS["currency"], ("currency", "currency_reason")),
            (FIELD_LABELS["substance"], ("substance", "substance_reason")),
            (FIELD_LABELS["bindingness"], ("bindingness", "bindingness_reason")),
            (FIELD_LABELS["implementation"], ("implementation", "implementation_reason")),
            (_("Wer und wann"), ("appraised_by", "appraised_on", "standing")),
            (_("Vorher Stellung nehmen lassen"), ("ask_unit", "ask_due", "ask_question")),
        ]
        return [{"heading": heading, "fields": [self[name] for name in names]} for heading, names in groups]
