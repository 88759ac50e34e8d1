"""The form of a plan sign."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.items.forms import CleanText
from insek.web.number_fields import NumberField

from .sign_models import PlanSign

DASHES = (
    ("", gettext_lazy("durchgezogen")),
    ("3 1.5", gettext_lazy("lange Striche")),
    ("1.5 1.2", gettext_lazy("kurze Striche")),
    ("0.4 1.4", gettext_lazy("Punkte")),
    ("3 1.2 0.4 1.2", gettext_lazy("Strich und Punkt")),
)
"""Patterns of a line that are told apart; lengths in line widths."""
PLAIN = (
    "name", "name_en", "shape", "colour", "letter", "hatch", "dash", "width", "arrow", "explanation", "explanation_en",
)  # fmt: skip


class PlanSignForm(CleanText, forms.ModelForm):
    """How a sign is called, drawn and explained; the service validates and saves."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    dash = forms.ChoiceField(required=False, label=gettext_lazy("Strichart"))

    class Meta:
        model = PlanSign
        fields = PLAIN
        field_classes = {"width": NumberField}
        widgets = {"colour": forms.TextInput(attrs={"type": "color"})}
        help_texts = {
            "shape": gettext_lazy("Ein Punkt kann kein Zeichen einer Fläche tragen: Elemente werden nur so gezeichnet, wie es hier steht."),
            "letter": gettext_lazy("Steht im Punkt, an der Linie, in der Fläche; jeder nur einmal. An ihm erkennt das Zeichen, wer Farben nicht unterscheidet."),
            "hatch": gettext_lazy("Nur bei Flächen."),
            "width": gettext_lazy("Nur bei Linien: 1 bis 12 Bildpunkte."),
            "explanation": gettext_lazy("Ein Satz für die Legende."),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        patterns: list[tuple[str, Any]] = list(DASHES)
        if self.instance.dash not in dict(DASHES):
            kept = _("wie bisher (%(lengths)s)") % {"lengths": self.instance.dash}
            patterns = [*patterns, (self.instance.dash, kept)]
        dash = self.fields["dash"]
        assert isinstance(dash, forms.ChoiceField)
        dash.choices = patterns
        dash.help_text = _("Nur bei Linien.")
        self.fields["hatch"] = forms.ChoiceField(
            required=False, label=self.fields["hatch"].label, help_text=self.fields["hatch"].help_text,
            choices=[("", _("einfarbig")), *PlanSign.Hatch.choices],
        )  # fmt: skip
        self.fields["arrow"].help_text = _("Nur bei Linien: zeigt, wohin etwas strömt oder führt.")
        self.fields["width"].required = False
        self.fields["letter"].widget.attrs["class"] = "short"

    def _post_clean(self) -> None:
        """The service validates; the form does not touch the row it shows."""

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        said = {name: self.cleaned_data[name] for name in PLAIN}
        return {
            **said,
            "colour": str(said["colour"]).lower(),
            "width": said["width"] if said["width"] is not None else 3,
        }

    @property
    def as_it_would_be(self) -> PlanSign:
        """The sign in memory as far as what was typed is right, for the preview."""
        made = copy(self.instance)
        for name in PLAIN:
            if name in getattr(self, "cleaned_data", {}) and self.cleaned_data[name] is not None:
                setattr(made, name, self.cleaned_data[name])
        return made

    @property
    def expected_version(self) -> int:
        """The version that was opened, 0 where none was sent."""
        return self.cleaned_data.get("version") or 0
