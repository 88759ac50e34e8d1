"""Fields of a city's own: what they are, and the rows by which lists filter and sort what is entered in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept, Versioned
from insek.people.models import in_language

MARK = "own."
"""Begins the name of an own field wherever fields have names: in forms, history, proposals, tables and files."""


class FieldType(models.TextChoices):
    """What an own field holds."""

    SHORT = "short", _("kurzer Text")
    LONG = "long", _("langer Text")
    NUMBER = "number", _("Zahl mit Einheit")
    MONEY = "money", _("Geldbetrag in Euro")
    DATE = "date", _("Datum")
    YEAR = "year", _("Jahr")
    CHOICE = "choice", _("Auswahl (ein Wert)")
    SEVERAL = "several", _("Auswahl (mehrere Werte)")
    YES_NO = "yes_no", _("ja oder nein")
    LINK = "link", _("Internetadresse")
    UNIT = "unit", _("zuständige Organisationseinheit")
    TABLE = "table", _("kleine Tabelle")


NUMERIC = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.YEAR})
WITH_OPTIONS = frozenset({FieldType.CHOICE, FieldType.SEVERAL, FieldType.TABLE})
"""Types that list something: values to choose from, or the columns of a table."""


@dataclass(frozen=True)
class OwnOption:
    """A value to choose from, or a column of a table; one that is retired is offered no more, and kept where it stands."""

    key: str
    label: str
    label_en: str = ""
    retired: bool = False

    def __str__(self) -> str:
        return in_language(self.label, self.label_en)

    @property
    def line(self) -> str:
        """How it is kept: key, German and English words, a minus before what is retired."""
        return f"{'-' if self.retired else ''}{self.key}|{self.label}|{self.label_en}".rstrip("|")


class FieldDefinition(Versioned):
    """A field that a city adds to the items of a kind. It is never deleted: retired it keeps all that was entered."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("alle, die den Inhalt sehen")
        STAFF = "staff", _("nur die Verwaltung")

    class Editors(models.TextChoices):
        ALL = "all", _("alle, die den Inhalt bearbeiten dürfen")
        UNIT = "unit", _("die zuständige Organisationseinheit und die Projektleitung")
        LEAD = "lead", _("nur die Projektleitung")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="own_fields")
    key = models.SlugField(max_length=40, help_text="Once in the concept; never changes.")
    kind = models.CharField(max_length=20)
    type = models.CharField(max_length=10, choices=FieldType.choices)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    help = models.CharField(max_length=300, blank=True)
    help_en = models.CharField(max_length=300, blank=True)
    group = models.CharField(max_length=80, blank=True, help_text="Heading in the form and on the page.")
    group_en = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    audience = models.CharField(max_length=6, choices=Audience.choices, default=Audience.STAFF)
    editors = models.CharField(max_length=4, choices=Editors.choices, default=Editors.ALL)
    is_required = models.BooleanField(default=False)
    unit = models.CharField(max_length=20, blank=True, help_text="Unit of a number.")
    options = models.TextField(
        blank=True, help_text="A line each: key|words|English words, after - if retired."
    )
    retired_on = models.DateField(null=True, blank=True)
    public_since = models.DateTimeField(
        null=True, blank=True, help_text="When it was opened to all; empty: it was from the beginning."
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "key"], name="own_field_key_once"),
            models.UniqueConstraint(
                fields=["concept", "kind", "name"],
                condition=Q(retired_on=None),
                name="own_field_name_once",
                violation_error_message=_("Ein eigenes Feld mit diesem Namen gibt es hier schon."),
            ),
            models.CheckConstraint(condition=Q(type__in=FieldType.values), name="own_field_type_known"),
            models.CheckConstraint(
                condition=Q(audience__in=["public", "staff"]), name="own_field_audience_known"
            ),
            models.CheckConstraint(
                condition=Q(editors__in=["all", "unit", "lead"]), name="own_field_editors_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="own_field_named"),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def full_name(self) -> str:
        """What it is called in forms, history and files."""
        return f"{MARK}{self.key}"

    @property
    def is_retired(self) -> bool:
        """Whether it is kept no more."""
        return self.retired_on is not None

    @property
    def is_public(self) -> bool:
        """Whether everybody who sees an item reads what is entered."""
        return self.audience == self.Audience.PUBLIC and not self.is_retired

    @property
    def help_text(self) -> str:
        """What helps to fill it in."""
        return in_language(self.help, self.help_en)

    @property
    def heading(self) -> str:
        """The group it stands in; empty for none."""
        return in_language(self.group, self.group_en)

    @cached_property
    def choices(self) -> list[OwnOption]:
        """All values or columns, in order."""
        return read_options(self.options)

    @property
    def offered(self) -> list[OwnOption]:
        """Those that are not retired."""
        return [option for option in self.choices if not option.retired]

    @property
    def measure(self) -> str:
        """The unit behind a number; empty for none."""
        if self.type == FieldType.MONEY:
            return "€"
        return self.unit if self.type == FieldType.NUMBER else ""


def read_options(text: str) -> list[OwnOption]:
    """Values or columns from their lines."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        key, _sign, rest = line.removeprefix("-").partition("|")
        label, _sign, label_en = rest.partition("|")
        found.append(
            OwnOption(key.strip(), label.strip() or key.strip(), label_en.strip(), line.startswith("-"))
        )
    return found


def write_options(options: list[OwnOption]) -> str:
    """The lines of values or columns."""
    return "\n".join(option.line for option in options)


READ_BY_ALL = frozenset({"type", "name", "name_en", "unit", "group", "group_en", "audience", "retired_on"})
"""What everybody reads of a public field, beside the words of a choice, or by which it is read no more."""


def is_read_otherwise(changed: Mapping[str, Sequence[Any]]) -> bool:
    """Whether a field that changes so (name to before and after) is read otherwise; a further value of a choice changes nothing."""
    if changed.keys() & READ_BY_ALL:
        return True
    before, after = (
        {(each.key, each.label, each.label_en) for each in read_options(text)}
        for text in changed.get("options", ("", ""))
    )
    return not before <= after


class OwnValue(models.Model):
    """What is entered in an own field of an item, once more as lists ask for it and packages hold it; of several values a row each.

    The truth is ``Item.own``; these rows follow from it.
    """

    item = models.ForeignKey("thread.Item", on_delete=models.CASCADE, related_name="own_rows", db_index=False)
    definition = models.ForeignKey(
        FieldDefinition, on_delete=models.CASCADE, related_name="values", db_index=False
    )
    position = models.PositiveSmallIntegerField(default=1, help_text="Of several values: which.")
    value = models.TextField(help_text="As the package holds it.")
    number = models.DecimalField(max_digits=20, decimal_places=5, null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    text = models.CharField(max_length=120, blank=True, help_text="Words, or a key to filter by.")
    sort = models.CharField(
        max_length=120, blank=True, help_text="What lists are ordered by, as a text for all types."
    )

    class Meta:
        ordering = ["item", "definition", "position"]
        indexes = [
            models.Index(fields=["definition", "number", "item"], name="own_value_by_number"),
            models.Index(fields=["definition", "day", "item"], name="own_value_by_day"),
            models.Index(fields=["definition", "text", "item"], name="own_value_by_text"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "definition", "position"], name="own_value_once")
        ]

    def __str__(self) -> str:
        return self.value
