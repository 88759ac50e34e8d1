"""The form of an item: the fields all items share, and below them those of the own row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept, Confidence, Field, Standing, Theme
from insek.people.actors import Actor
from insek.release import releases
from insek.release.models import Proposal
from insek.release.plain_values import from_plain
from insek.thread import history, services
from insek.thread.cleaning import MAX_TEXT, clean_text
from insek.thread.kinds import kind_named
from insek.thread.labels import FIELD_LABELS
from insek.thread.models import Item, Round, Visibility
from insek.thread.own_fields import is_own
from insek.web.choices import name_empty_choices, offer_rows

from .own_forms import OwnInput, add_own_inputs, initial_of

FIELD_HELP = {
    "number": _(
        "Wie man darüber spricht, etwa Z 3.2. Die Adresse der Seite bleibt, auch wenn sich die Nummer ändert."
    ),
    "text": _("Überschriften mit ##, Listen mit -, **fett**."),
    "title_en": _("Steht auf den englischen Seiten. Ohne ihn steht dort der deutsche Titel."),
    "text_en": _("Steht auf den englischen Seiten. Ohne ihn steht dort der deutsche Text."),
    "fields_of_action": _("Ein Inhalt kann zu mehreren Handlungsfeldern gehören."),
    "standing": _(
        "„Mit Quelle“ braucht eine Quelle, „Amtlicher Wortlaut“ braucht Dokument und Seite. Ein Beispiel ist erfunden"
        " und kann nie als beschlossen gelten."
    ),
    "page": _("Bei amtlichem Wortlaut"),
    "document": _("Bei amtlichem Wortlaut"),
    "round": _("Nur bei „in einer Runde“: wer den Inhalt vor der Öffentlichkeit sieht."),
    "parent": _("Das, worunter dieser Inhalt steht."),
    "occasion": _("Warum jetzt?"),
    "partners": _("Wer außerhalb der Verwaltung mitwirkt, durch Kommas getrennt"),
    "responsible": _("Wer die Maßnahme fortschreiben darf und für sie einsteht"),
    "next_step": _("Was als Nächstes geschieht, mit Zeitpunkt"),
    "planning_law": _("Welches Planungsrecht gebraucht wird, etwa ein Bebauungsplan"),
    "ownership": _("Wem die Flächen gehören"),
    "dwellings": _("Wie viele Wohnungen hier entstehen sollen; leer heißt: noch offen"),
    "area_ha": _("Nur wenn der Plan eine andere Fläche nennt als die gezeichnete; diese misst INSEK selbst"),
    "entry_state": _("In den Worten der Liste, aus der die Maßnahme übernommen wurde"),
    "decimals": _("So viele Stellen zeigt die Seite"),
    "direction": _("Welche Entwicklung gut ist"),
    "code": _("Amtlicher Schlüssel"),
    "reference": _("Zum Beispiel 0466/2020"),
}
"""What helps to fill a field in, for all kinds; the help texts of the models are for developers."""

ENGLISH_VERSION = _("Englische Fassung")
ENGLISH = ("title_en", "text_en")
"""The English version, in a section of its own that is folded as long as it is empty."""
COMMON_CHAR_FIELDS = (
    "number",
    "title",
    *ENGLISH,
    "source_title",
    "source_url",
    "source_date",
    "document",
    "page",
)


class CleanText(forms.BaseForm):
    """For forms whose texts go into the thread: no signs that nobody sees."""

    def clean(self) -> dict[str, Any]:
        """Refuse broken text with a message at its field; nothing that was typed is lost."""
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            try:
                cleaned[name] = clean_text(value)
            except ValidationError as error:
                self.add_error(name, error)
        return cleaned


class ItemForm(CleanText, forms.ModelForm):
    """Base of every kind's form; ``Meta.model`` is the own row, ``Meta.fields`` its fields."""

    kind: str
    groups: tuple[tuple[Any, tuple[str, ...]], ...] = ()
    """Headings with the names of the own fields below them; what no group names comes first."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    number = forms.CharField(max_length=30, required=False, widget=forms.TextInput(attrs={"class": "short"}))
    title = forms.CharField(max_length=300)
    text = forms.CharField(required=False, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 8}))
    title_en = forms.CharField(max_length=300, required=False, widget=forms.TextInput(attrs={"lang": "en"}))
    text_en = forms.CharField(
        required=False, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 8, "lang": "en"})
    )
    fields_of_action = forms.ModelMultipleChoiceField(
        queryset=Field.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    themes = forms.ModelMultipleChoiceField(
        queryset=Theme.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    standing = forms.ChoiceField(choices=Standing.choices, initial=Standing.WORKING)
    source_title = forms.CharField(max_length=300, required=False)
    source_url = forms.URLField(max_length=500, required=False, assume_scheme="https")
    source_date = forms.RegexField(
        r"^\d{4}(-\d{2}(-\d{2})?)?$",
        required=False,
        help_text=_("2024, 2024-06 oder 2024-12-31"),
        error_messages={"invalid": _("Bitte ein Jahr, einen Monat oder einen Tag angeben, etwa 2024-12-31.")},
    )
    document = forms.CharField(max_length=300, required=False)
    page = forms.CharField(max_length=20, required=False)
    confidence = forms.ChoiceField(choices=[("", _("ohne Angabe")), *Confidence.choices], required=False)
    visibility = forms.ChoiceField(choices=Visibility.choices, initial=Visibility.INTERNAL)
    round = forms.ModelChoiceField(queryset=Round.objects.none(), required=False)
    release_note = forms.CharField(
        required=False,
        max_length=releases.MAX_NOTE,
        label=_("Warum diese Änderung?"),
        help_text=_("Das liest, wer die Änderung freigibt."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        concept: Concept,
        actor: Actor,
        item: Item | None = None,
        revises: Proposal | None = None,
        **kwargs: Any,
    ) -> None:
        self.concept, self.actor, self.item, self.revises = concept, actor, item, revises
        if item is not None:
            kwargs["instance"] = kind_named(item.kind).row(item)
            kwargs["initial"] = {
                **_initial(item),
                **(_initial_of(revises, item) if revises else {}),
                **kwargs.get("initial", {}),
            }
        super().__init__(*args, **kwargs)
        offer_rows(self, "fields_of_action", concept.fields.visible_to(actor), label=_field_label)
        offer_rows(self, "themes", concept.themes.all())
        offer_rows(self, "round", Round.objects.filter(concept=concept))
        self._set_labels()
        self._leave_what_is_allowed()
        self.own_groups = self._add_own_fields()
        self.order_fields([name for _heading, names in self._names_in_groups() for name in names])

    def _set_labels(self) -> None:
        for name, bound in self.fields.items():
            key = "fields" if name == "fields_of_action" else name
            if name in FIELD_HELP or name not in self.declared_fields:
                bound.help_text = FIELD_HELP.get(name, "")
            if isinstance(bound, forms.DateField):
                bound.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            known = next((each for each in (f"{self.kind}.{key}", key) if each in FIELD_LABELS), None)
            if known and not (bound.label and name in getattr(self, "own_labels", ())):
                bound.label = FIELD_LABELS[known]
        name_empty_choices(self)

    def _leave_what_is_allowed(self) -> None:
        """A department sees only what it may change. Whoever may edit may ask for a release."""
        spec = kind_named(self.kind)
        allowed = services.changeable(spec, spec.row(self.item) if self.item else None, self.actor)
        if allowed is not None:
            kept = (
                allowed
                | {"version", "release_note"}
                | ({"fields_of_action"} if "fields" in allowed else set())
            )
            for name in set(self.fields) - kept:
                del self.fields[name]
        if "visibility" in self.fields:
            self.fields["visibility"].help_text = _(
                "Öffentlich wird ein Inhalt erst, wenn er freigegeben ist."
            )
        elif self.item is None or self.item.visibility != Visibility.PUBLIC:
            del self.fields["release_note"]

    def _add_own_fields(self) -> list[tuple[str, list[str]]]:
        """The fields that the city added, where the item is still changed; what a proposal would set stands in them."""
        spec = kind_named(self.kind)
        row = spec.row(self.item) if self.item else None
        if row is not None and spec.is_closed(row):
            return []
        groups = add_own_inputs(
            self, kind=self.kind, concept=self.concept, actor=self.actor, item=self.item, row=row
        )
        for name, value in (self.revises.payload if self.revises else {}).items():
            if isinstance(bound := self.fields.get(name), OwnInput):
                bound.initial = initial_of(bound.definition, value)
        return groups

    @property
    def expected_version(self) -> int:
        """The version of the item that the form was opened with, 0 where none was sent."""
        return self.cleaned_data.get("version") or 0

    def name_in_form(self, name: str) -> str | None:
        """The field of this form that a name of the history stands for."""
        name = "fields_of_action" if name == "fields" else name
        return next((known for known in (name, name.removesuffix("_id")) if known in self.fields), None)

    def _post_clean(self) -> None:
        """The services validate; the form does not touch the row it shows."""

    def apply(self) -> Item | Proposal:
        """Create or change the item, or propose it where the public would see it.

        Raises what the services raise; messages of a field land at that field.
        """
        data = dict(self.cleaned_data)
        version = data.pop("version", None)
        fields = data.pop("fields_of_action", None)
        themes = data.pop("themes", None)
        note = data.pop("release_note", "")
        if data.get("visibility") not in (None, Visibility.ROUND):
            data["round"] = None
        if self.item is None:
            return releases.create_or_propose(
                kind=self.kind,
                concept=self.concept,
                values=data,
                actor=self.actor,
                fields=fields if fields is not None else (),
                themes=themes if themes is not None else (),
                note=note,
            )
        return releases.save_or_propose(
            self.item,
            expected_version=version or 0,
            values=data,
            actor=self.actor,
            fields=fields,
            themes=themes,
            note=note,
            revises=(self.revises, self.revises.version) if self.revises else None,
        )

    def add_service_errors(self, error: ValidationError) -> None:
        """Show what a service refused, each message at its field."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)

    def _names_in_groups(self) -> list[tuple[Any, tuple[str, ...]]]:
        """Headings with the names below them, in the order of the page."""
        own = [name for name in self.Meta.fields if name in self.fields]  # type: ignore[attr-defined]  # every form of a kind has a Meta
        grouped = {name for _heading, names in self.groups for name in names}
        return [
            (_("Inhalt"), ("number", "title", *[name for name in own if name not in grouped], "text")),
            *self.groups,
            *((heading, tuple(names)) for heading, names in self.own_groups),
            (ENGLISH_VERSION, ENGLISH),
            (_("Einordnung"), ("fields_of_action", "themes")),
            (_("Verlässlichkeit und Quelle"),
             ("standing", "source_title", "source_url", "source_date", "document", "page", "confidence")),
            (_("Sichtbarkeit"), ("visibility", "round", "release_note")),
        ]  # fmt: skip

    def _section(self, heading: Any, fields: list[forms.BoundField]) -> dict[str, Any]:
        is_folded = heading is ENGLISH_VERSION and not any(field.value() or field.errors for field in fields)
        return {
            "heading": heading,
            "fields": fields,
            "folds": heading is ENGLISH_VERSION,
            "is_folded": is_folded,
        }

    def sections(self) -> list[dict[str, Any]]:
        """The fields in groups, for the template: heading and bound fields, and whether the group can be folded."""
        return [
            self._section(heading, [self[name] for name in names if name in self.fields])
            for heading, names in self._names_in_groups()
            if any(name in self.fields for name in names)
        ]


def value_typed(value: Any) -> Any:
    """A cleaned value as the history writes it: keys of rows, plain text for numbers and days."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, QuerySet):
        return sorted(str(getattr(row, history.key_name(type(row)))) for row in value)
    if isinstance(value, str):
        return value.strip()
    return value if value is None or isinstance(value, bool | int | float | list) else str(value)


def _field_label(field: Field) -> str:
    """What a field of action is called in a form, where one that waits is told apart."""
    return (
        _("%(field)s (erst mit der nächsten Ausgabe)") % {"field": field} if field.waits_for else str(field)
    )


def _initial(item: Item) -> dict[str, Any]:
    names = (*COMMON_CHAR_FIELDS, "text", "standing", "confidence", "visibility", "round", "version")
    initial = {name: getattr(item, name) for name in names}
    initial["fields_of_action"] = list(item.fields.all())
    initial["themes"] = list(item.themes.all())
    return initial


def _initial_of(proposal: Proposal, item: Item) -> dict[str, Any]:
    """What a proposal would set, on top of the item as it is now; what has gone since is left out."""
    initial: dict[str, Any] = {"release_note": proposal.note}
    for name, plain in proposal.payload.items():
        if is_own(name):
            continue
        try:
            new = from_plain(item, {name: plain})
        except ValidationError:
            continue
        initial |= new.values
        if new.fields is not None:
            initial["fields_of_action"] = new.fields
        if new.themes is not None:
            initial["themes"] = new.themes
    return initial


class LinkForm(forms.Form):
    """The reason of a link."""

    reason = forms.CharField(
        max_length=500,
        required=False,
        label=FIELD_LABELS["reason"],
        help_text=_("Ein Satz: Warum folgt das eine aus dem anderen?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    locator = forms.CharField(
        max_length=200,
        required=False,
        label=FIELD_LABELS["locator"],
        help_text=_("Ort und Zeitraum oder Seite und Zitat"),
    )
