"""The form of a rule: which two signs exclude each other, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.web.number_fields import WholeNumberField

from .conflict_models import SignConflict
from .signs import offered_choices


class SignConflictForm(forms.ModelForm):
    """Two signs, the reason, and how wide a line is."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = SignConflict
        fields = ["one", "other", "reason", "reach_m"]
        field_classes = {"reach_m": WholeNumberField}
        help_texts = {
            "reason": gettext_lazy("Ein Satz, etwa: Bebauung hält die kühle Luft auf, die nachts in die Stadt strömt."),
            "reach_m": gettext_lazy("So breit ist zu jeder Seite, was als Linie oder Punkt gezeichnet ist; 0 nimmt die Linie selbst."),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        self.fields["reach_m"].required = False
        for name in ("one", "other"):
            kept = getattr(self.instance, name)
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label,
                choices=[("", _("bitte wählen")), *offered_choices(self.instance.concept_id, kept)],
            )

    def _post_clean(self) -> None:
        """The service validates; the form does not touch the row it shows."""

    def values(self) -> dict[str, Any]:
        """What the service takes: the two signs in the order in which they are kept."""
        one, other = sorted((self.cleaned_data["one"], self.cleaned_data["other"]))
        return {
            "one": one, "other": other, "reason": self.cleaned_data["reason"], "reach_m": self.cleaned_data.get("reach_m") or 0,
        }  # fmt: skip

    @property
    def expected_version(self) -> int:
        """The version that was opened, 0 where none was sent."""
        return self.cleaned_data.get("version") or 0
