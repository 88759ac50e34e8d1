"""The forms of papers, their way, resolutions and checks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.models import Concept
from insek.items.forms import ItemForm
from insek.people.actors import Actor
from insek.people.models import Body, Right, Unit
from insek.places.models import District
from insek.web.choices import offer_choices, offer_rows
from insek.web.number_fields import WholeNumberField

from .models import Check, CheckGoal, Consultation, Paper, Resolution, WeightCriterion


class PaperForm(ItemForm):
    """Reference, date and the unit that wrote the paper."""

    kind = "paper"

    class Meta:
        model = Paper
        fields = ["reference", "date", "unit"]


class ResolutionForm(ItemForm):
    """What was decided, by whom, with which votes, and which parts of the concept it adopts."""

    kind = "resolution"
    groups = (
        (_("Ergebnis"), ("outcome", "votes_yes", "votes_no", "votes_abstain", "unanimous")),
        (_("Was der Beschluss annimmt"), ("adopted_fields",)),
    )

    class Meta:
        model = Resolution
        fields = [
            "reference", "date", "body", "paper", "outcome", "votes_yes", "votes_no", "votes_abstain", "unanimous",
            "adopted_fields",
        ]  # fmt: skip
        field_classes = dict.fromkeys(["votes_yes", "votes_no", "votes_abstain"], WholeNumberField)
        widgets = {"adopted_fields": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = (
            Paper.objects.filter(item__concept=self.concept).select_related("item").order_by("item__sort_key")
        )
        offer_rows(self, "paper", papers)
        offer_rows(self, "adopted_fields", self.concept.fields.all())
        self.fields["unanimous"].widget.choices = [
            ("unknown", _("nicht bekannt")), ("true", _("ja")), ("false", _("nein")),
        ]  # fmt: skip


class VersionedForm(forms.Form):
    """A form that knows which version it was opened with."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def values(self) -> dict[str, Any]:
        """What was typed, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def expected(self) -> int:
        """The version the form was opened with."""
        return self.cleaned_data.get("version") or 0


def posted_version(request: HttpRequest) -> int:
    """The version that a button without a form of its own was shown with."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class ConsultationForm(VersionedForm):
    """One step of a paper's way."""

    body = forms.ModelChoiceField(
        queryset=Body.objects.all(), label=_("Gremium"), empty_label=_("Bitte wählen")
    )
    role = forms.ChoiceField(choices=Consultation.Role.choices, label=_("Was das Gremium tut"))
    date = forms.DateField(
        required=False,
        label=_("Sitzung am"),
        help_text=_("Leer lassen, wenn der Tag noch nicht feststeht."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    position = WholeNumberField(
        required=False,
        min_value=1,
        max_value=200,
        label=_("Stelle in der Folge"),
        help_text=_("Leer: Anhörung und Vorberatung stehen vor der Entscheidung, diese am Ende."),
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    held = forms.TypedChoiceField(
        required=False,
        choices=[
            ("", _("noch nicht bekannt")),
            ("true", _("ja, es konnte sich äußern, auch wenn es nichts gesagt hat")),
            ("false", _("nein, abgesetzt oder ausgefallen")),
        ],
        coerce=lambda value: value == "true",
        empty_value=None,
        widget=forms.RadioSelect,
        label=_("Lag die Sache dem Gremium vor?"),
        help_text=_(
            "Dass der Tag vorbei ist, genügt nicht. Eine Anhörung zählt, wenn hier „ja“ steht oder ein Ergebnis eingetragen ist."
        ),
    )
    result = forms.CharField(required=False, max_length=300, label=_("Ergebnis"))

    def clean(self) -> dict[str, Any]:
        """What lies ahead cannot have taken place."""
        cleaned = super().clean() or self.cleaned_data
        day, held = cleaned.get("date"), cleaned.get("held")
        if held and day is not None and day > clock.today():
            self.add_error("held", _("Die Sitzung liegt noch vor uns."))
        return cleaned


class CheckForm(VersionedForm):
    """What is checked, and whether it is of citywide weight."""

    title = forms.CharField(max_length=300, label=_("Was wird geprüft?"))
    subject = forms.ChoiceField(choices=Check.Subject.choices, label=_("Art"))
    unit: forms.ModelChoiceField[Unit] = forms.ModelChoiceField(
        queryset=Unit.objects.all(),
        required=False,
        label=_("Federführung"),
        empty_label=_("ohne Angabe"),
    )
    criteria: forms.ModelMultipleChoiceField[WeightCriterion] = forms.ModelMultipleChoiceField(
        queryset=WeightCriterion.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Was trifft zu?"),
        help_text=_("Trifft ein Kriterium zu, hat das Vorhaben gesamtstädtisches Gewicht."),
    )
    weight_reason = forms.CharField(
        required=False,
        max_length=500,
        label=_("Warum, in einem Satz"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    districts: forms.ModelMultipleChoiceField[District] = forms.ModelMultipleChoiceField(
        queryset=District.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Betroffene Räume"),
    )

    def __init__(
        self, *args: Any, concept: Concept, actor: Actor, paper: Paper | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if paper is None:
            others = [choice for choice in Check.Subject.choices if choice[0] != Check.Subject.PAPER]
            offer_choices(self, "subject", [("", _("Bitte wählen")), *others])
        districts = District.objects.filter(item__concept=concept, item__visibility="public")
        offer_rows(self, "criteria", concept.weight_criteria.all())
        offer_rows(
            self,
            "districts",
            districts.select_related("item").order_by("item__sort_key"),
            label=lambda row: row.item.title,
        )
        if not actor.has(Right.EDIT):
            del self.fields["unit"]

    def sections(self) -> list[dict[str, Any]]:
        """The fields in groups."""
        groups = (
            (_("Vorhaben"), ("title", "subject", "unit")),
            (_("Gesamtstädtisches Gewicht"), ("criteria", "weight_reason")),
            (_("Ort"), ("districts",)),
        )
        return [
            {"heading": heading, "fields": [self[name] for name in names if name in self.fields]}
            for heading, names in groups
        ]


class CheckGoalForm(VersionedForm):
    """What the matter does to one goal."""

    effect = forms.ChoiceField(
        choices=[*reversed(CheckGoal.Effect.choices)],
        widget=forms.RadioSelect,
        label=_("Wirkung auf das Ziel"),
    )
    reason = forms.CharField(
        max_length=500,
        label=_("Wie und warum?"),
        help_text=_("Ein Satz. Er steht später im Absatz der Vorlage."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    certainty = forms.ChoiceField(
        choices=CheckGoal.Certainty.choices, widget=forms.RadioSelect, label=_("Wie sicher ist das?")
    )


class ParagraphForm(VersionedForm):
    """The paragraph for the paper."""

    paragraph = forms.CharField(
        required=False,
        max_length=20_000,
        label=_("Bezug zum INSEK"),
        help_text=_(
            "Aus der Prüfung gebildet. Sie können jedes Wort ändern; leer gespeichert wird er neu gebildet."
        ),
        widget=forms.Textarea(attrs={"rows": 18}),
    )


class CriterionForm(VersionedForm):
    """One criterion of citywide weight."""

    key = forms.SlugField(max_length=50, label=_("Kurzname"), help_text=_("a-z, 0-9 und Bindestriche"))
    position = WholeNumberField(min_value=1, max_value=200, label=_("Stelle in der Liste"))
    title = forms.CharField(max_length=200, label=_("Kriterium in einem Satz"))
    text = forms.CharField(
        required=False, max_length=500, label=_("Erläuterung"), widget=forms.Textarea(attrs={"rows": 3})
    )
