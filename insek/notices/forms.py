"""Forms of notices: what a person hears, the words of a mail, who answers for a unit, a personal link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.people.forms import PeopleForm
from insek.people.models import Unit, User
from insek.web.number_fields import WholeNumberField

from .composing import unknown_values
from .links import LONGEST, purposes
from .models import MailText, NoticeSettings, UnitDuty
from .register import NoticeKind


class NoticeSettingsForm(forms.ModelForm[NoticeSettings]):
    """What somebody hears by mail. Ticked is what comes; what belongs to the work is not asked."""

    kinds = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Per Mail erhalte ich auch")
    )
    again = forms.BooleanField(
        required=False,
        label=gettext_lazy("Meine Adresse stimmt wieder; senden Sie mir wieder Mail"),
    )

    class Meta:
        model = NoticeSettings
        fields = ["rhythm", "language", "absent_from", "absent_until"]
        labels = {
            "rhythm": gettext_lazy("Wie oft"),
            "language": gettext_lazy("Sprache der Mail"),
            "absent_from": gettext_lazy("Nicht da ab"),
            "absent_until": gettext_lazy("bis einschließlich"),
        }
        help_texts = {
            "absent_from": gettext_lazy("In dieser Zeit erfährt auch Ihre Vertretung, was ansteht."),
        }
        widgets = {
            "rhythm": forms.RadioSelect,
            "absent_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "absent_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    field_order = ["kinds", "rhythm", "language", "absent_from", "absent_until", "again"]

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["kinds"]
        assert isinstance(kinds, forms.MultipleChoiceField)
        kinds.choices = choices
        kinds.initial = [name for name, _label in choices if name not in self.instance.muted]
        if not choices:
            del self.fields["kinds"]
        if not self.instance.refused_on:
            del self.fields["again"]

    def save(self, commit: bool = True) -> NoticeSettings:
        """Keep it; kinds that this form did not ask for stay as they were."""
        if "kinds" in self.fields:
            asked = {name for name, _label in self.fields["kinds"].choices}  # type: ignore[attr-defined]  # see above
            others = set(self.instance.muted) - asked
            self.instance.muted = sorted(others | (asked - set(self.cleaned_data["kinds"])))
        if self.cleaned_data.get("again"):
            self.instance.refused_on = None
        return super().save(commit)


class MailTextForm(PeopleForm):
    """Subject and text of a kind of mail in one language."""

    subject = forms.CharField(max_length=150, label=gettext_lazy("Betreff"))
    text = forms.CharField(
        max_length=4000,
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "Eine leere Zeile trennt Absätze. Der Link zur Aufgabe und der Weg zum Abbestellen folgen immer von selbst."
        ),
    )

    def __init__(self, *args: Any, kind: NoticeKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean(self) -> dict[str, Any]:
        """Refuse values in braces that this mail does not have: they would stand there in braces."""
        cleaned = super().clean()
        for name in ("subject", "text"):
            if wrong := unknown_values(self.kind, cleaned.get(name, "")):
                said = _("Diese Angabe kennt die Nachricht nicht: %(names)s")
                self.add_error(name, said % {"names": ", ".join(f"{{{each}}}" for each in wrong)})
        return cleaned


class UnitDutyForm(forms.Form):
    """A person gets a part in a unit."""

    unit = forms.ModelChoiceField(Unit.objects.all(), label=gettext_lazy("Organisationseinheit"))
    user = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("last_name", "first_name", "username"),
        label=gettext_lazy("Person"),
    )
    part = forms.ChoiceField(choices=UnitDuty.Part.choices, label=gettext_lazy("Aufgabe"))


class AnswerLinkForm(PeopleForm):
    """For whom a personal link is, and how long."""

    purpose = forms.ChoiceField(label=gettext_lazy("Wofür"))
    unit = forms.ModelChoiceField(Unit.objects.all(), label=gettext_lazy("Organisationseinheit"))
    name = forms.CharField(max_length=150, label=gettext_lazy("Für wen"))
    email = forms.EmailField(
        required=False,
        label=gettext_lazy("E-Mail"),
        help_text=gettext_lazy(
            "Dorthin geht der Link, und was ansteht. Ohne Adresse übergeben Sie den Link selbst."
        ),
    )
    language = forms.ChoiceField(
        choices=[("de", "Deutsch"), ("en", "English")],
        required=False,
        initial="de",
        label=gettext_lazy("Sprache der Mail"),
    )
    days = WholeNumberField(min_value=1, max_value=LONGEST, label=gettext_lazy("Gilt so viele Tage"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purpose = self.fields["purpose"]
        assert isinstance(purpose, forms.ChoiceField)
        purpose.choices = [(each.name, str(each.label)) for each in purposes().values()]


def kept_words(kind: NoticeKind, language: str) -> MailText | None:
    """What the city says in this mail, None where it is what the program comes with."""
    return MailText.objects.filter(kind=kind.name, language=language).first()
