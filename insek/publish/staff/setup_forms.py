"""The forms with which a project lead sets up the concept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from insek.concept.asker import Asker
from insek.concept.models import Concept, Edition, Field, LevelName, Milestone, Standing, Theme
from insek.package import all_tables
from insek.package.columns import SEPARATOR
from insek.people.actors import ANONYMOUS
from insek.release.bundles import OPEN
from insek.thread.kinds import kind_names
from insek.web.choices import name_empty_choices, offer_choices, offer_rows
from insek.web.number_fields import WholeNumberField

LABELS = {
    "key": _("Kurzname für Adressen"),
    "title": _("Titel"),
    "title_en": _("Titel auf Englisch"),
    "city": _("Stadt"),
    "city_en": _("Stadt auf Englisch"),
    "ags": _("Amtlicher Gemeindeschlüssel"),
    "metric_crs": _("Metrisches Koordinatensystem (EPSG)"),
    "horizon_from": _("Zeitraum von"),
    "horizon_to": _("Zeitraum bis"),
    "licence": _("Lizenz der Daten"),
    "hearing_norm": _("Vorschrift, nach der örtliche Gremien anzuhören sind"),
    "introduction": _("Einleitung"),
    "introduction_en": _("Einleitung auf Englisch"),
    "position": _("Reihenfolge"),
    "name": _("Name"),
    "name_en": _("Name auf Englisch"),
    "colour": _("Farbe"),
    "icon": _("Zeichen"),
    "aim": _("Worum es geht"),
    "aim_en": _("Worum es geht, auf Englisch"),
    "aim_source_url": _("Adresse der Quelle"),
    "standing": _("Verlässlichkeit"),
    "perspective": _("Perspektive: wie es im Zieljahr aussieht"),
    "perspective_en": _("Perspektive auf Englisch"),
    "perspective_standing": _("Verlässlichkeit der Perspektive"),
    "waits_for": _("Öffentlich"),
    "level": _("Ebene"),
    "follows": _("Schreibt fort"),
    "singular": _("Einzahl"),
    "plural": _("Mehrzahl"),
    "singular_en": _("Einzahl auf Englisch"),
    "plural_en": _("Mehrzahl auf Englisch"),
    "note": _("Anmerkung"),
    "date": _("Datum"),
    "date_precision": _("Genauigkeit des Datums"),
    "date_end": _("Ende"),
    "text": _("Text"),
    "text_en": _("Text auf Englisch"),
    "kind": _("Art"),
    "people": _("Zahl der Teilnehmenden"),
    "source_url": _("Adresse der Quelle"),
    "confidence": _("Sicherheit der Angabe"),
}
ICONS = {
    "houses": _("Häuser"), "home": _("Haus"), "people": _("Menschen"), "work": _("Arbeit"), "bulb": _("Idee"),
    "leaf": _("Blatt"), "tree": _("Baum"), "route": _("Weg"), "bike": _("Fahrrad"), "sun": _("Sonne"),
    "water": _("Wasser"), "heart": _("Herz"), "school": _("Schule"), "building": _("Gebäude"), "compass": _("Kompass"),
}  # fmt: skip
LEVELS = {
    "vision": _("Leitbild"), "guideline": _("Leitlinie"), "goal": _("Ziel"), "measure": _("Maßnahme"),
    "finding": _("Befund"), "indicator": _("Indikator"), "paper": _("Vorlage"), "resolution": _("Beschluss"),
    "unit": _("Organisationseinheit"), "city": _("Gesamtstadt"), "ortsbezirk": _("Stadtbezirk"), "ortsbeirat": _("Örtliches Gremium"),
    "stadtteil": _("Stadtteil"),
}  # fmt: skip
LONG = (
    "introduction",
    "introduction_en",
    "aim",
    "aim_en",
    "perspective",
    "perspective_en",
    "note",
    "text",
    "text_en",
)


class PartForm(forms.ModelForm):
    """A form of one part; ``version`` is the version that was opened. The service validates and saves."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        for name, bound in self.fields.items():
            if name in LABELS:
                bound.label = LABELS[name]
            bound.help_text = ""
            if name in LONG:
                bound.widget.attrs["rows"] = (
                    10 if name in {"introduction", "perspective", "perspective_en"} else 4
                )
            if isinstance(bound, forms.DateField):
                bound.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        name_empty_choices(self)
        if "key" in self.fields and self.instance.pk:
            del self.fields["key"]
        if "colour" in self.fields:
            self.fields["colour"].widget = forms.TextInput(attrs={"type": "color"})

    def _post_clean(self) -> None:
        """The service validates; the form does not touch the row it shows."""

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def expected_version(self) -> int:
        """The version that was opened, 0 where none was sent."""
        return self.cleaned_data.get("version") or 0


class ConceptForm(PartForm):
    """Title, city, horizon and introduction."""

    class Meta:
        model = Concept
        fields = [
            "title", "title_en", "city", "city_en", "ags", "horizon_from", "horizon_to", "metric_crs", "licence",
            "hearing_norm", "introduction", "introduction_en",
        ]  # fmt: skip
        field_classes = dict.fromkeys(["horizon_from", "horizon_to", "metric_crs"], WholeNumberField)


class FieldForm(PartForm):
    """A field of action with its aim and perspective."""

    aim_source_url = forms.URLField(max_length=500, required=False, assume_scheme="https")
    icon = forms.ChoiceField(choices=[("", _("ohne Zeichen")), *ICONS.items()], required=False)

    class Meta:
        model = Field
        fields = [
            "key", "position", "name", "name_en", "colour", "icon", "aim", "aim_en", "aim_source_url", "standing",
            "perspective", "perspective_en", "perspective_standing", "waits_for",
        ]  # fmt: skip
        field_classes = {"position": WholeNumberField}

    waits_for = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worked_on = self.instance.concept.editions.filter(status__in=OPEN)
        choices = [
            ("", _("sofort")),
            *((each.key, _("erst mit „%(edition)s“") % {"edition": each}) for each in worked_on),
        ]
        offer_choices(self, "waits_for", choices)
        if len(choices) == 1 and not self.instance.waits_for:
            del self.fields["waits_for"]


class ThemeForm(PartForm):
    """A cross-cutting theme."""

    class Meta:
        model = Theme
        fields = ["key", "position", "name", "name_en"]
        field_classes = {"position": WholeNumberField}


class LevelNameForm(PartForm):
    """What a level is called in this city."""

    level = forms.ChoiceField(choices=list(LEVELS.items()))

    class Meta:
        model = LevelName
        fields = ["level", "singular", "plural", "singular_en", "plural_en"]


class EditionForm(PartForm):
    """A draft edition; adopting it is an act of its own."""

    standing = forms.ChoiceField(
        choices=[(Standing.WORKING, _("echt")), (Standing.EXAMPLE, _("erfunden, als Beispiel"))],
        initial=Standing.WORKING,
    )

    scope_tables = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Erneuert nur diese Arten von Inhalten"),
    )
    scope_fields = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Erneuert nur diese Handlungsfelder"),
    )
    is_announced = forms.BooleanField(
        required=False, initial=True, label=_("Alle dürfen wissen, dass daran gearbeitet wird")
    )

    class Meta:
        model = Edition
        fields = [
            "key",
            "title",
            "title_en",
            "standing",
            "note",
            "follows",
            "scope_tables",
            "scope_fields",
            "is_announced",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        concept = self.instance.concept
        names = kind_names(Asker(ANONYMOUS, concept=concept))
        parts = [table for table in all_tables() if table.in_edition == "part" and table.kind]
        choices = {
            "scope_tables": [(table.name, names(table.kind, plural=True)) for table in parts],
            "scope_fields": [(field.key, str(field)) for field in concept.fields.all()],
        }
        for name, offered in choices.items():
            bound = self.fields[name]
            assert isinstance(bound, forms.MultipleChoiceField)
            bound.choices = offered
            bound.help_text = _(
                "Nichts angekreuzt: alle. Was nicht dazugehört, bleibt in Kraft, wie es beschlossen ist."
            )
            self.initial[name] = [key for key in getattr(self.instance, name).split(SEPARATOR) if key]
        offer_rows(self, "follows", concept.editions.exclude(pk=self.instance.pk))
        self.fields["follows"].help_text = _("Leer: die Ausgabe, die davor in Kraft ist.")
        self.fields["standing"].label = _("Echt oder Beispiel?")

    def values(self) -> dict[str, Any]:
        """Several choices are kept as one text."""
        values = super().values()
        return values | {name: SEPARATOR.join(values[name]) for name in ("scope_tables", "scope_fields")}


class MilestoneForm(PartForm):
    """A step of the process."""

    source_url = forms.URLField(max_length=500, required=False, assume_scheme="https")

    class Meta:
        model = Milestone
        fields = [
            "key", "kind", "date", "date_precision", "date_end", "title", "title_en", "text", "text_en", "people",
            "standing", "source_url", "confidence",
        ]  # fmt: skip
        field_classes = {"people": WholeNumberField}


FORMS: dict[type[models.Model], type[PartForm]] = {
    Concept: ConceptForm, Field: FieldForm, Theme: ThemeForm, LevelName: LevelNameForm, Edition: EditionForm,
    Milestone: MilestoneForm,
}  # fmt: skip
