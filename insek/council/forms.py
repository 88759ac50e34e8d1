"""The forms of papers, their way, resolutions and checks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.models import Standing
from insek.items.forms import ItemForm
from insek.people.models import Body, Right
from insek.places.models import District
from insek.thread.models import Item
from insek.web.choices import offer_rows
from insek.web.number_fields import NumberField, WholeNumberField

from .models import Check, CheckGoal, Consultation, Paper, Resolution, WeightCriterion


class PaperForm(ItemForm):
    """What sort of decision it is, reference, date and the unit that wrote it, and whether it is of citywide weight."""

    kind = "paper"

    class Meta:
        model = Paper
        fields = ["subject", "reference", "date", "unit", "weight"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "subject" in self.fields:
            self.fields["subject"].required = False
        if "weight" in self.fields:
            self.fields["weight"].help_text = _(
                "Vorab eingeschätzt. Was eine INSEK-Prüfung der Vorlage dazu sagt, gilt mehr."
            )

    def clean_subject(self) -> str:
        """A paper, unless something else is said."""
        return self.cleaned_data.get("subject") or Paper.Subject.PAPER


def _offer_content(form: ItemForm, name: str, rows: QuerySet[Any]) -> None:
    """Let a field offer content, which is German on English pages too."""
    offer_rows(form, name, rows)
    setattr(form.fields[name], "offers_content", True)  # noqa: B010  (read by the template of a field)


def _offer_papers(form: ItemForm, papers: QuerySet[Paper]) -> None:
    """Offer those papers that the person may see; one that is named and may not be seen stays, and is not asked for."""
    if "paper" not in form.fields:
        return
    seen = papers.filter(
        item__in=Item.objects.visible_to(form.actor), item__concept=form.concept, item__kind="paper"
    )
    named = form.instance.paper_id if form.item is not None else None
    if named is not None and not seen.filter(pk=named).exists():
        del form.fields["paper"]
        return
    _offer_content(form, "paper", seen.select_related("item").order_by("item__sort_key"))


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
        if "adopted_fields" not in self.fields:  # who may not edit is asked for less
            return
        _offer_papers(self, Paper.objects.all())
        offer_rows(self, "adopted_fields", self.concept.fields.valid())
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


class CheckForm(ItemForm):
    """What is checked, whether it is of citywide weight, and whether it touches goals at all."""

    kind = "concept_check"
    groups = (
        (_("Gesamtstädtisches Gewicht"), ("weight", "criteria", "weight_reason")),
        (_("Ziele"), ("touches_no_goal", "no_goal_reason")),
        (_("Ort"), ("districts",)),
    )

    class Meta:
        model = Check
        fields = [
            "paper", "subject", "unit", "edition", "weight", "criteria", "weight_reason", "touches_no_goal",
            "no_goal_reason", "districts",
        ]  # fmt: skip
        widgets = {
            "weight": forms.RadioSelect,
            "criteria": forms.CheckboxSelectMultiple,
            "districts": forms.CheckboxSelectMultiple,
            "weight_reason": forms.Textarea(attrs={"rows": 2}),
            "no_goal_reason": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer()
        helps = {
            "weight": _("Ohne Angabe heißt: noch nicht angesehen. Auch „ohne“ ist ein Ergebnis."),
            "criteria": _("Trifft ein Kriterium zu, hat die Sache gesamtstädtisches Gewicht."),
            "edition": _("Leer: die geltende Ausgabe. Sie wird mit dem Abschluss festgehalten."),
            "touches_no_goal": _(
                "Auch das ist ein Ergebnis. Ohne Haken und ohne Ziele gilt: noch nicht angesehen."
            ),
            "no_goal_reason": _("Ein Satz. Er steht später im Absatz der Vorlage."),
        }
        for name, text in helps.items():
            if name in self.fields:
                self.fields[name].help_text = text

    def _offer(self) -> None:
        """What can be chosen; a unit chooses among its own papers."""
        whole = self.actor.has(Right.EDIT)
        _offer_papers(self, Paper.objects.all() if whole else Paper.objects.filter(unit=self.actor.unit_id))
        districts = District.objects.of(self.concept).filter(item__visibility="public")
        offers: dict[str, Any] = {
            "criteria": self.concept.weight_criteria.all(),
            "edition": self.concept.editions.all(),
            "districts": districts.select_related("item").order_by("item__sort_key"),
        }
        for name, rows in offers.items():
            if name in self.fields:
                _offer_content(self, name, rows)

    def clean(self) -> dict[str, Any]:
        """A paper is checked where one is named; what is ticked and what is chosen say the same."""
        cleaned = super().clean()
        named = cleaned.get("paper") or ("paper" not in self.fields and self.instance.paper_id)
        if "subject" in self.fields and cleaned.get("subject") == "paper" and not named:
            was = (
                self.item is not None and self.instance.subject == "paper" and self.instance.paper_id is None
            )
            if not was:
                self.add_error("subject", _("Ohne Vorlage lässt sich keine Vorlage prüfen."))
        if cleaned.get("criteria") and cleaned.get("weight") == Check.Weight.LOCAL:
            self.add_error(
                "weight", _("Es trifft ein Kriterium zu: Dann hat die Sache gesamtstädtisches Gewicht.")
            )
        elif cleaned.get("criteria"):
            cleaned["weight"] = Check.Weight.CITYWIDE
        paper = cleaned.get("paper")
        if "standing" in self.fields and paper is not None and paper.item.is_example:
            cleaned["standing"] = Standing.EXAMPLE
        if "touches_no_goal" in self.fields and not cleaned.get("touches_no_goal"):
            cleaned["no_goal_reason"] = ""
        return cleaned


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
    sign = forms.ChoiceField(
        required=False,
        choices=[("", _("an nichts; das kann nur ein Mensch beurteilen")), *WeightCriterion.Sign.choices],
        label=_("Woran es im Text zu erkennen ist"),
        help_text=_(
            "Danach schlägt das Programm vor, ob eine Vorlage gesamtstädtisches Gewicht haben könnte."
        ),
    )
    least = NumberField(
        required=False, min_value=0, max_digits=14, decimal_places=2, label=_("Ab wie viel"),
        help_text=_("Euro, Hektar oder Anzahl der Räume, je nachdem."), widget=forms.TextInput(attrs={"class": "short"}),
    )  # fmt: skip
    words = forms.CharField(
        required=False, max_length=500, label=_("Welche Wörter"), help_text=_("Mit Komma getrennt; der Anfang eines Wortes genügt, etwa „Satzung, Flächennutzungsplan“."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The sign with what belongs to it, and nothing else."""
        cleaned = super().clean() or self.cleaned_data
        sign, shown = cleaned.get("sign"), WeightCriterion.Sign
        if sign == shown.WORDS and not cleaned.get("words"):
            self.add_error("words", _("Bitte nennen Sie die Wörter."))
        if sign and sign != shown.WORDS and not cleaned.get("least") and "least" not in self.errors:
            self.add_error("least", _("Bitte sagen Sie, ab wie viel es gilt."))
        if sign != shown.WORDS:
            cleaned["words"] = ""
        if not sign or sign == shown.WORDS:
            cleaned["least"] = None
        return cleaned
