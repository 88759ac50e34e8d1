"""The forms of a round of reports, and of what a unit says of one measure in it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insek.evidence.models import Observation
from insek.items.forms import CleanText
from insek.package import plain_decimal
from insek.people.models import Unit
from insek.thread.models import Item
from insek.web.number_fields import EuroField, NumberField

from .models import SAYABLE, StatusReport
from .round_models import WRITTEN, WRITTEN_OF_VALUES, Asked, ReportRound, RoundAnswer, RoundValue, SaidInRound
from .round_values import AskedValue
from .states import DeferralReason


class ReportRoundForm(CleanText, forms.ModelForm[ReportRound]):
    """Which units are asked what, about which time, until when."""

    asks = forms.MultipleChoiceField(
        label=_("Gefragt wird außer nach Stand und Satz"),
        choices=Asked.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    units = forms.ModelMultipleChoiceField(
        label=_("Gefragte Einheiten"), queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ReportRound
        fields = ("title", "period_from", "period_to", "closes_on", "text", "asks", "units", "shows_shares")
        widgets = {
            **{
                name: forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
                for name in ("period_from", "period_to", "closes_on")
            },
            "text": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "closes_on": _(
                "Fällt der Tag auf ein Wochenende oder einen Feiertag, gilt der nächste Arbeitstag."
            ),
            "text": _("Ein, zwei Sätze; sie stehen oben auf der Seite jeder Einheit."),
            "shows_shares": _(
                "Die Seite „Wer hat geantwortet?“ nennt dann Einheit, Zahl der Fragen und Zahl der Antworten, keine Personen."
            ),
        }

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]  # a field of rows
        self.initial["version"] = self.instance.version

    def _post_clean(self) -> None:
        """The service validates; the form does not touch the row it shows."""


class SaidForm(CleanText, forms.Form):
    """What a unit says of one thing; nothing has to be said while it is a draft."""

    said: SaidInRound | None
    names: tuple[str, ...]
    """Columns that the unit writes."""

    def from_before(self) -> dict[str, Any]:
        """What the form starts from where nothing was said."""
        raise NotImplementedError

    @property
    def written(self) -> dict[str, Any]:
        """What was written; what this round does not ask stays as it is known."""
        kept = self.said.values if self.said is not None else self.from_before()
        return {name: self.cleaned_data.get(name, kept[name]) for name in self.names}

    @property
    def is_touched(self) -> bool:
        """Whether somebody wrote something since the page was shown."""
        return bool(self.cleaned_data.get("seen", "").partition(":")[2] != digest_of(self.written))

    def says_the_same(self, said: SaidInRound) -> bool:
        """Whether what was written is kept already."""
        return digest_of(said.values) == digest_of(self.written)

    @property
    def seen_version(self) -> int:
        """The version of the answer that the page showed; 0 for none."""
        text = self.cleaned_data.get("seen", "").partition(":")[0]
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class RoundAnswerForm(SaidForm):
    """What a unit says of one measure."""

    names = WRITTEN

    says = forms.ChoiceField(
        label=_("Gibt es Neues?"), choices=RoundAnswer.Says.choices, widget=forms.RadioSelect, required=False
    )
    state = forms.ChoiceField(
        label=_("Wie steht die Maßnahme?"), choices=[("", _("Bitte wählen")), *SAYABLE], required=False
    )
    deferred_for = forms.ChoiceField(
        label=_("Warum zurückgestellt?"),
        choices=[("", _("Bitte wählen")), *DeferralReason.choices],
        required=False,
        help_text=_("Nur beim Stand „zurückgestellt“, dann nötig."),
    )
    happened = forms.CharField(
        label=_("Was ist geschehen?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Ein Satz genügt."),
    )
    next_step = forms.CharField(
        label=_("Was kommt als Nächstes?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    obstacles = forms.CharField(
        label=_("Was steht im Weg?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    spent_eur = EuroField(label=_("Bisher ausgegeben (Euro)"), min_value=0, required=False)
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        item: Item,
        round: ReportRound,
        answer: RoundAnswer | None,
        last: StatusReport | None,
    ) -> None:
        self.said, self.last = answer, last
        now = answer.values if answer is not None else known(last)
        super().__init__(data, prefix=f"m-{item.pk}", initial={**now, "seen": mark_of(answer, now)})
        for name in Asked.values:
            if name in self.fields and name not in round.asks:
                del self.fields[name]
        for name in ("state", "deferred_for", "happened"):
            self.fields[name].one_of_several = True  # type: ignore[attr-defined]  # asked for where there is something new
        if last is None:
            self.fields["says"].choices = [RoundAnswer.Says.choices[1]]  # type: ignore[attr-defined]  # nothing is not new

    def from_before(self) -> dict[str, Any]:
        """What the last report says, but for the sentence."""
        return known(self.last)

    @property
    def written(self) -> dict[str, Any]:
        """What was written; "nothing new" keeps the state of the last report."""
        said = super().written
        if said["says"] == RoundAnswer.Says.SAME and self.last is not None:
            said["state"] = self.last.state
        return said


class RoundValueForm(SaidForm):
    """What a unit says of one indicator."""

    names = WRITTEN_OF_VALUES

    says = forms.ChoiceField(
        label=_("Gibt es einen neuen Wert?"),
        choices=RoundValue.Says.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    period = forms.CharField(
        label=_("Für welche Zeit?"), max_length=40, required=False, help_text=_("Etwa 2025 oder 31.12.2025")
    )
    value = NumberField(label=_("Wert"), max_digits=20, decimal_places=6, required=False)
    quality = forms.ChoiceField(label=_("Status"), choices=Observation.Quality.choices, required=False)
    source_title = forms.CharField(label=_("Quelle"), max_length=300, required=False)
    note = forms.CharField(
        label=_("Anmerkung"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Nötig, wenn der Wert weit von den früheren abweicht. Sie steht öffentlich beim Wert."),
    )
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, *, asked: AskedValue, said: RoundValue | None) -> None:
        self.said, self.asked = said, asked
        now = said.values if said is not None else self.from_before()
        super().__init__(data, prefix=f"m-{asked.item.pk}", initial={**now, "seen": mark_of(said, now)})
        value = self.fields["value"]
        assert isinstance(value, NumberField)
        value.units = asked.indicator.units
        value.label = _("Wert (%(unit)s)") % {"unit": asked.indicator.unit_text}
        for name in ("period", "value", "source_title"):
            self.fields[name].one_of_several = True  # type: ignore[attr-defined]  # asked for where there is a new value

    def from_before(self) -> dict[str, Any]:
        """The period that comes next and the source of the last value."""
        found: dict[str, Any] = dict.fromkeys(self.names, "")
        found |= {"period": self.asked.expected, "value": None, "quality": Observation.Quality.MEASURED.value}
        if self.asked.last is not None:
            found["source_title"] = self.asked.last.source_title
        return found


def known(last: StatusReport | None) -> dict[str, Any]:
    """What a unit starts from: what the last report says, but for the sentence."""
    found: dict[str, Any] = dict.fromkeys(WRITTEN, "")
    found["spent_eur"] = last.spent_eur if last is not None else None
    if last is not None:
        found |= {"state": last.state, "deferred_for": last.deferred_for, "next_step": last.next_step, "obstacles": last.obstacles}  # fmt: skip
    return found


def digest_of(values: Mapping[str, Any]) -> str:
    """A short sign for what stands in a form."""
    text = "\x1f".join(_plain(value) for value in values.values())
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain_decimal(value)
    return "" if value is None else str(value).strip()


def mark_of(said: SaidInRound | None, values: Mapping[str, Any]) -> str:
    """What the page shows of an answer: its version, and a sign for what is written."""
    return f"{said.version if said is not None else 0}:{digest_of(values)}"
