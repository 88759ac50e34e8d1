"""The forms of the guide: the city, ready structures, lines to paste, words of levels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.concept.states import state_of
from insek.concept.structures import STRUCTURES
from insek.publish.staff.setup_forms import LABELS, LEVELS
from insek.web.number_fields import WholeNumberField

from .lines import PastedLine, lines_of


class CityForm(forms.ModelForm):
    """The city and its concept, in the fewest words."""

    horizon_from = WholeNumberField(
        required=False, label=gettext_lazy("Zeitraum von"), help_text=gettext_lazy("Jahr, etwa 2026")
    )
    horizon_to = WholeNumberField(
        required=False, label=gettext_lazy("Zeitraum bis"), help_text=gettext_lazy("Zieljahr, etwa 2040")
    )

    ags = forms.CharField(
        required=False,
        max_length=20,
        label=LABELS["ags"],
        help_text=gettext_lazy(
            "Acht Ziffern. Daraus folgen Land und Koordinatensystem; amtliche Zahlen finden darüber ihre Stadt."
        ),
    )

    class Meta:
        model = Concept
        fields = ["city", "ags", "title", "horizon_from", "horizon_to"]
        labels = {name: LABELS[name] for name in ("city", "title")}
        help_texts = {
            "city": gettext_lazy("Name, wie er überall stehen soll"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].initial = _("Integriertes nachhaltiges Stadtentwicklungskonzept")

    def clean_ags(self) -> str:
        """Eight digits whose first two are a state; blanks do not count."""
        ags = "".join(str(self.cleaned_data["ags"]).split())
        if ags and state_of(ags) is None:
            raise ValidationError(
                _("Der Gemeindeschlüssel hat acht Ziffern und beginnt mit der Zahl des Landes (01 bis 16).")
            )
        return ags

    def values(self) -> dict[str, Any]:
        """What the service takes, with the reference system and the law of the state that the key names."""
        state = state_of(self.cleaned_data["ags"])
        by_law = {"metric_crs": state.crs, "hearing_norm": state.hearing_norm} if state else {}
        return {**self.cleaned_data, **by_law}


class FieldsForm(forms.Form):
    """A ready structure, or fields of action one a line, or both."""

    structure = forms.ChoiceField(
        required=False,
        widget=forms.RadioSelect,
        label=gettext_lazy("Fertige Gliederung"),
    )
    lines = forms.CharField(
        required=False,
        label=gettext_lazy("Eigene Handlungsfelder"),
        help_text=gettext_lazy(
            "Eines je Zeile. In einer zweiten Spalte (Tabulator oder Semikolon) kann stehen, worum es geht."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    themes = forms.CharField(
        required=False,
        label=gettext_lazy("Querschnittsthemen"),
        help_text=gettext_lazy("Eines je Zeile, zum Beispiel Klimaanpassung, Digitalisierung, Teilhabe"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (each.key, f"{each.title}: {' · '.join(idea.name for idea in each.fields)}")
            for each in STRUCTURES.values()
        ]
        self.fields["structure"].choices = [("", _("keine, ich nenne eigene")), *choices]  # type: ignore[attr-defined]  # a choice field

    def clean_lines(self) -> list[PastedLine]:
        """The rows of the own fields."""
        return lines_of(self.cleaned_data["lines"], most_cells=2, heads=("handlungsfeld", "name"))

    def clean_themes(self) -> list[PastedLine]:
        """The rows of the themes."""
        return lines_of(
            self.cleaned_data["themes"], most_cells=2, heads=("thema", "querschnittsthema", "name")
        )

    def clean(self) -> dict[str, Any]:
        """Something must be said."""
        data = super().clean() or {}
        if not self.errors and not any(data.get(name) for name in ("structure", "lines", "themes")):
            raise ValidationError(_("Bitte wählen Sie eine Gliederung oder nennen Sie Handlungsfelder."))
        return data


class LinesForm(forms.Form):
    """A small table to paste."""

    lines = forms.CharField(widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}))

    def __init__(
        self, *args: Any, label: str, help_text: str, most_cells: int, heads: tuple[str, ...], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.most_cells, self.heads = most_cells, heads
        self.fields["lines"].label, self.fields["lines"].help_text = label, help_text

    def clean_lines(self) -> list[PastedLine]:
        """The rows; at least one."""
        lines = lines_of(self.cleaned_data["lines"], most_cells=self.most_cells, heads=self.heads)
        if not lines:
            raise ValidationError(_("Darin ist keine Zeile mit einem Namen."))
        return lines


class LevelsForm(forms.Form):
    """What each level is called; what is left empty is called as the program calls it."""

    def __init__(self, *args: Any, concept: Concept, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state = state_of(concept.ags)
        there = {name.level: name for name in concept.level_names.all()}
        self.now = [*there.values()]
        self.fields["seen"] = forms.CharField(required=False, initial=self._state(), widget=forms.HiddenInput)
        self.sections = []
        for level, label in LEVELS.items():
            named = there.get(level)
            by_law = state.words.get(level) if state else None
            for place, (name, title) in enumerate(_PARTS):
                known = getattr(named, name) if named else (by_law[place] if by_law else "")
                field = forms.CharField(required=False, max_length=80, label=title, initial=known)
                self.fields[f"{level}-{name}"] = field
            bound = [self[f"{level}-{name}"] for name, _title in _PARTS]
            self.sections.append({"level": level, "heading": label, "fields": bound})

    def topics(self) -> list[dict[str, Any]]:
        """The levels by topic; open where a city has words of its own, or where something is wrong."""
        found = []
        named = {name.level for name in self.now}
        for heading, levels in TOPICS:
            parts = [section for section in self.sections if section["level"] in levels]
            wrong = any(field.errors for part in parts for field in part["fields"])
            found.append(
                {
                    "heading": heading,
                    "what": ", ".join(str(part["heading"]) for part in parts),
                    "levels": parts,
                    "is_open": wrong or bool(named & set(levels)),
                }
            )
        return found

    def _state(self) -> str:
        """Stands for what all levels are called now."""
        return " ".join(sorted(f"{name.pk}:{name.version}" for name in self.now))

    def clean_seen(self) -> str:
        """Whoever saw other words than there are now decides again, for all words of the form are saved."""
        seen = str(self.cleaned_data["seen"])
        if "seen" in self.data and seen != self._state():
            self.data = {**{name: self[name].data for name in self.fields}, "seen": self._state()}
            now = ", ".join(
                f"{LEVELS[name.level]}: {name.singular}" for name in self.now if name.level in LEVELS
            )
            raise ValidationError(
                _("Inzwischen hat jemand anderes die Wörter geändert. Jetzt gilt: %(now)s. Ihre Eingaben stehen noch hier; speichern Sie noch einmal, gelten sie.")
                % {"now": now or _("alles, wie INSEK es nennt")}
            )  # fmt: skip
        return seen

    def clean(self) -> dict[str, Any]:
        """A level has both, singular and plural, or neither."""
        data = super().clean() or {}
        for level in LEVELS:
            singular, plural, *english = (
                str(data.get(f"{level}-{name}", "")).strip() for name, _title in _PARTS
            )
            if bool(singular) != bool(plural):
                self.add_error(
                    f"{level}-{'plural' if singular else 'singular'}",
                    _("Bitte Einzahl und Mehrzahl nennen, oder keines von beiden."),
                )
            elif any(english) and not singular:
                self.add_error(f"{level}-singular", _("Bitte auch die deutschen Wörter nennen."))
        return data

    def words(self) -> dict[str, tuple[str, ...]]:
        """The words by level; empty where it is called as the program calls it."""
        return {
            level: tuple(str(self.cleaned_data.get(f"{level}-{name}", "")).strip() for name, _title in _PARTS)
            for level in LEVELS
        }


_PARTS: tuple[tuple[str, Any], ...] = (
    ("singular", LABELS["singular"]), ("plural", LABELS["plural"]),
    ("singular_en", LABELS["singular_en"]), ("plural_en", LABELS["plural_en"]),
)  # fmt: skip


TOPICS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("Strategie"), ("vision", "guideline", "goal", "measure")),
    (gettext_lazy("Grundlagen"), ("finding", "indicator")),
    (gettext_lazy("Stadt und Stadtteile"), ("city", "ortsbezirk", "stadtteil")),
    (gettext_lazy("Verwaltung und Politik"), ("unit", "ortsbeirat", "paper", "resolution")),
)
"""Which levels stand together on the page of the words; every level in one topic."""


class LawForm(forms.Form):
    """Whether bodies of districts are heard, and where that is written."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    hearing_norm = forms.CharField(
        required=False,
        max_length=100,
        label=LABELS["hearing_norm"],
        help_text=gettext_lazy(
            "Wie sie zu zitieren ist, mit Paragraf und Gesetz oder Hauptsatzung. Leer: INSEK prüft keine Anhörung."
        ),
    )
    metric_crs = WholeNumberField(
        label=LABELS["metric_crs"],
        help_text=gettext_lazy(
            "Vorgeschlagen nach dem Land: 25832 (UTM 32 Nord) im Westen, 25833 (UTM 33 Nord) im Osten"
        ),
    )
