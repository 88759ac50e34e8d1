"""The form of an own field: what it is called, what it holds, who sees it and who fills it in."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from insek.engines.text import fold
from insek.people.actors import PROGRAM
from insek.thread.models import FieldDefinition
from insek.thread.own_acts import Foreseen, foresee, key_of_option
from insek.thread.own_models import (
    WITH_OPTIONS,
    FieldType,
    OwnOption,
    is_read_otherwise,
    read_options,
    write_options,
)

from .columns import columns_of
from .forms import CleanText
from .pages import pages_of

PLAIN = (
    "type", "name", "name_en", "help", "help_en", "group", "group_en", "unit", "audience", "editors", "is_required",
)  # fmt: skip
MOST_OPTIONS, LONGEST_NAME = 80, 80
LABEL, ENGLISH, OFF = "wert-", "englisch-", "beenden-"


class FieldDefinitionForm(CleanText, forms.ModelForm):
    """An own field. Values to choose from, or the columns of a table, are lines to add and inputs to change."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    type = forms.ChoiceField(choices=FieldType.choices, label=gettext_lazy("Art des Feldes"))
    new_options = forms.CharField(
        required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Werte zur Auswahl oder Spalten der Tabelle, jeder in einer Zeile"),
        help_text=gettext_lazy("Nur bei Auswahl und Tabelle. Den englischen Namen, wenn Sie wollen, nach einem senkrechten Strich: Land | State"),
    )  # fmt: skip
    confirmed = forms.BooleanField(required=False, label=gettext_lazy("Ja, so ändern"))

    class Meta:
        model = FieldDefinition
        fields = PLAIN
        labels = {
            "name": gettext_lazy("Name"), "name_en": gettext_lazy("Name auf Englisch"), "help": gettext_lazy("Hilfe beim Ausfüllen"),
            "help_en": gettext_lazy("Hilfe auf Englisch"), "group": gettext_lazy("Überschrift, unter der es steht"),
            "group_en": gettext_lazy("Überschrift auf Englisch"), "unit": gettext_lazy("Einheit der Zahl"),
            "audience": gettext_lazy("Wer sieht, was eingetragen ist"), "editors": gettext_lazy("Wer es ausfüllt"),
            "is_required": gettext_lazy("Pflichtangabe im Formular"),
        }  # fmt: skip
        help_texts = {
            "group": gettext_lazy(
                "Felder mit derselben Überschrift stehen zusammen. Leer: „Weitere Angaben“."
            ),
            "unit": gettext_lazy("Etwa ha, m² oder Personen. Nur bei Zahlen."),
            "is_required": gettext_lazy("Wer einen Inhalt im Formular speichert, muss das Feld ausfüllen."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        self.foreseen = Foreseen()
        self.known = self.instance.choices if self.instance.pk else []
        for option in self.known:
            self.fields[f"{LABEL}{option.key}"] = forms.CharField(
                max_length=80, label=_("„%(option)s“ heißt") % {"option": option.label}, initial=option.label
            )
            self.fields[f"{ENGLISH}{option.key}"] = forms.CharField(
                max_length=80, required=False, initial=option.label_en,
                label=_("„%(option)s“ auf Englisch") % {"option": option.label},
            )  # fmt: skip
            self.fields[f"{OFF}{option.key}"] = forms.BooleanField(
                required=False, initial=option.retired, label=_("„%(option)s“ nicht mehr anbieten") % {"option": option.label}
            )  # fmt: skip
        self._needs_confirming = False

    def _post_clean(self) -> None:
        """The service validates; the form does not touch the row it shows."""

    def clean(self) -> dict[str, Any]:
        """What does not fit together, and what has to be confirmed because of what is entered already."""
        cleaned = super().clean()
        for name in ("name", "name_en"):
            if fold(cleaned.get(name) or "") in names_taken(self.instance.kind):
                self.add_error(
                    name, _("So heißt hier schon eine andere Angabe. Bitte einen anderen Namen wählen.")
                )
        if self.errors:
            return cleaned
        self.values = {name: cleaned[name] for name in PLAIN}
        self.values["options"] = self._options(cleaned)
        changed = self.changed
        if not self.instance.pk:
            return cleaned
        self.foreseen = foresee(self.instance, changed)
        opens = changed.is_public and not self.instance.is_public and self.foreseen.public_items
        shown = self.instance.is_public and self.foreseen.public_items and self._is_read_otherwise(changed)
        lost = self.foreseen.unreadable and changed.type != self.instance.type
        self._needs_confirming = bool(opens or lost or shown)
        if self._needs_confirming and not cleaned.get("confirmed"):
            if opens:
                told = _(
                    "Damit wird öffentlich, was bei %(count)s öffentlichen Inhalten in diesem Feld steht. Bitte unten bestätigen."
                )
                self.add_error("confirmed", told % {"count": self.foreseen.public_items})
            if shown:
                told = _(
                    "Das ändert sofort, was alle bei %(count)s öffentlichen Inhalten in diesem Feld lesen, und ist damit freigegeben. Bitte unten bestätigen."
                )
                self.add_error("confirmed", told % {"count": self.foreseen.public_items})
            if lost:
                told = _(
                    "%(count)s von %(all)s Angaben passen nicht zur neuen Art, etwa: %(examples)s. Die Worte bleiben stehen und kommen"
                    " mit der alten Art wieder; filtern und sortieren lässt sich danach nicht. Bitte unten bestätigen."
                )
                examples = ", ".join(f"„{words}“" for words in self.foreseen.examples)
                self.add_error(
                    "confirmed", told % {"count": self.foreseen.unreadable, "all": self.foreseen.entered, "examples": examples}
                )  # fmt: skip
        return cleaned

    def _is_read_otherwise(self, changed: FieldDefinition) -> bool:
        """Whether the public would read a field otherwise than now, or not at all any more; a new value of a choice changes nothing."""
        return is_read_otherwise(
            {
                name: (now, new)
                for name in (*PLAIN, "options")
                if (now := getattr(self.instance, name)) != (new := getattr(changed, name))
            }
        )

    def _options(self, cleaned: dict[str, Any]) -> str:
        """The values or columns as they are kept: those there were, changed, and new ones behind them."""
        options = [
            OwnOption(
                each.key, _line(cleaned[f"{LABEL}{each.key}"]), _line(cleaned[f"{ENGLISH}{each.key}"]), cleaned[f"{OFF}{each.key}"]
            )
            for each in self.known
        ]  # fmt: skip
        if cleaned["type"] in WITH_OPTIONS:
            for line in cleaned["new_options"].splitlines():
                german, _sign, english = (part.strip() for part in line.partition("|"))
                if german:
                    key = key_of_option(german, [option.key for option in options])
                    options.append(OwnOption(key, german[:80], english[:80]))
        if len(options) > MOST_OPTIONS:
            raise ValidationError(
                {"new_options": _("Mehr als %(limit)s Werte sind nicht möglich.") % {"limit": MOST_OPTIONS}}
            )
        return write_options(options)

    @property
    def changed(self) -> FieldDefinition:
        """The field as it would be, in memory."""
        made = copy(self.instance)
        made.__dict__.pop("choices", None)
        for name, value in self.values.items():
            setattr(made, name, value)
        return made

    @property
    def expected_version(self) -> int:
        """The version that was opened, 0 where none was sent."""
        return self.cleaned_data.get("version") or 0

    def sections(self) -> list[dict[str, Any]]:
        """The inputs in groups, for the template; to confirm only what has to be."""
        of_options = [name for name in self.fields if name.startswith((LABEL, ENGLISH, OFF))]
        groups = [
            (_("Was das Feld ist"), ["name", "type", "unit", "new_options", *of_options]),
            (_("Wie es im Formular steht"), ["help", "group", "is_required"]),
            (_("Wer es sieht und ausfüllt"), ["audience", "editors"]),
            (_("Auf Englisch"), ["name_en", "help_en", "group_en"]),
        ]
        if self._needs_confirming:
            groups.append((_("Bestätigen"), ["confirmed"]))
        return [{"heading": heading, "fields": [self[name] for name in names]} for heading, names in groups]


def _line(text: str) -> str:
    return " ".join(text.replace("|", " ").split())


def option_words(text: str) -> str:
    """Values in words, for lists."""
    return ", ".join(str(option) for option in read_options(text) if not option.retired)


def names_taken(kind: str) -> set[str]:
    """What else items of a kind have, folded, in both languages: heads of tables tell their columns apart."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {fold(str(column.label)) for column in columns_of(pages_of(kind), PROGRAM).values()}
    return found - {""}
