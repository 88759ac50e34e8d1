"""The concept, its editions, fields of action, themes, level names and milestones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insek.people.actors import Actor
from insek.people.addresses import address_of
from insek.people.models import in_language

HEX_COLOUR = RegexValidator(r"^#[0-9a-f]{6}$", _("Bitte eine Farbe wie #2f6b4f angeben."))


class Standing(models.TextChoices):
    """How far a text can be relied on."""

    FACT = "fact", _("Mit Quelle")
    OFFICIAL = "official", _("Amtlicher Wortlaut")
    WORKING = "working", _("Arbeitsstand")
    EXAMPLE = "example", _("Beispiel")


class Confidence(models.TextChoices):
    """How sure the source is."""

    HIGH = "high", _("gesichert")
    MEDIUM = "medium", _("plausibel")
    LOW = "low", _("ungeprüft")


class Versioned(models.Model):
    """A row that two people may change at the same time: whoever is slower gets a message and overwrites nothing."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Concept(Versioned):
    """A city's integrated urban development concept, through all its editions."""

    key = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100)
    city_en = models.CharField(max_length=100, blank=True)
    ags = models.CharField(
        max_length=8, blank=True, help_text="Official municipality key (Amtlicher Gemeindeschlüssel)."
    )
    metric_crs = models.PositiveIntegerField(default=25832, help_text="EPSG code for areas and distances.")
    horizon_from = models.PositiveSmallIntegerField(null=True, blank=True)
    horizon_to = models.PositiveSmallIntegerField(null=True, blank=True)
    licence = models.CharField(max_length=100, blank=True)
    hearing_norm = models.CharField(
        max_length=100,
        blank=True,
        help_text="Where it is written that the body of a district is heard before the council decides; empty: it need not be.",
    )
    colour = models.CharField(
        max_length=7,
        blank=True,
        validators=[HEX_COLOUR],
        help_text="Colour of links and buttons; empty: the program's.",
    )
    logo = models.FileField(upload_to="logo/", blank=True)
    introduction = models.TextField(blank=True)
    introduction_en = models.TextField(blank=True)
    own_fields_stamp = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="Another one whenever the own fields change; 0 where there are none.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(horizon_from=None) | Q(horizon_to=None) | Q(horizon_to__gte=F("horizon_from")),
                name="concept_horizon",
            )
        ]

    def __str__(self) -> str:
        return in_language(self.title, self.title_en)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The stamp of the own fields is written where they change and nowhere else: a row read before would set it back."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            columns = [column.name for column in self._meta.concrete_fields if not column.primary_key]
            kwargs["update_fields"] = [name for name in columns if name != "own_fields_stamp"]
        super().save(*args, **kwargs)

    @property
    def city_name(self) -> str:
        """The city's name in the language of the page."""
        return in_language(self.city, self.city_en)


RESERVED_EDITION_KEYS = ("vergleich", "am")
"""Words under the address of all editions that are pages of their own (council.urls)."""


class EditionQuerySet(models.QuerySet["Edition"]):
    """Editions behind their gate: a draft that was not announced is seen by insiders alone."""

    def visible_to(self, actor: Actor) -> EditionQuerySet:
        """Only what this actor may know of."""
        if actor.sees_internal:
            return self
        return self.exclude(status=Edition.Status.DRAFT, is_announced=False)


class Edition(Versioned):
    """One issue of the concept: a draft that is worked on, what the council has before it, or what it adopted.

    Filing a draft freezes it (``filed_*``); the resolution adopts what was filed, with its amendments (``sha256``,
    ``archive``). One that was adopted without having been filed here is a late entry. A stage (Vorstufe) was never
    adopted and is no draft any more: what the concept grew from. An edition may renew a part only (``scope_*``): what
    is no part of it stays in force as it was adopted before.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Arbeitsfassung")
        FILED = "filed", _("Beratungsfassung")
        WITHDRAWN = "withdrawn", _("nicht beschlossen")
        ADOPTED = "adopted", _("beschlossen")
        SUPERSEDED = "superseded", _("fortgeschrieben")
        STAGE = "stage", _("Vorstufe")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="editions")
    key = models.SlugField()
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WORKING)
    date = models.DateField(null=True, blank=True, help_text="Day of the resolution.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Content hash of the adopted package.")
    archive = models.FileField(upload_to="editions/", blank=True)
    filed_on = models.DateField(null=True, blank=True, help_text="Day on which it was filed, and frozen.")
    filed_sha256 = models.CharField(max_length=64, blank=True, help_text="Content hash of the filed package.")
    filed_archive = models.FileField(upload_to="editions/", blank=True)
    entered_on = models.DateField(
        null=True, blank=True, help_text="Day on which the adoption was entered; not known of those of 0.1."
    )
    note = models.TextField(blank=True)
    follows: models.ForeignKey[Edition | None, Edition | None] = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followed_by",
        help_text="The edition or stage that this one updates; empty: the one in force before it.",
    )
    scope_tables = models.CharField(
        max_length=200,
        blank=True,
        help_text="Tables of the package that it renews, separated by semicolons, such as measures; empty: all.",
    )
    scope_fields = models.CharField(
        max_length=500,
        blank=True,
        help_text="Keys of the fields of action that it renews, separated by semicolons; empty: all.",
    )
    is_announced = models.BooleanField(
        default=True, help_text="Whether everybody may read that this draft is being worked on."
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["date", "key"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "key"], name="edition_key_once"),
            models.CheckConstraint(
                condition=~Q(key__in=RESERVED_EDITION_KEYS),
                name="edition_key_is_free",
                violation_error_message=_(
                    "Unter diesem Kurznamen gibt es eine eigene Seite. Bitte nehmen Sie einen anderen."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "filed", "withdrawn", "stage"], date=None)
                | Q(status__in=["adopted", "superseded"], date__isnull=False),
                name="edition_adopted_has_date",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", filed_on=None)
                | Q(status__in=["filed", "withdrawn"], filed_on__isnull=False)
                | Q(status__in=["adopted", "superseded"])
                | Q(status="stage", filed_on=None),
                name="edition_filed_has_day",
            ),
            models.CheckConstraint(
                condition=Q(filed_on=None) | Q(date=None) | Q(date__gte=F("filed_on")),
                name="edition_filed_before_adoption",
                violation_error_message=_(
                    "Eine Beratungsfassung wird vor dem Beschluss eingereicht, nicht danach."
                ),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.title, self.title_en)

    @property
    def is_example(self) -> bool:
        """Whether it is made up: then it holds examples only, and else none."""
        return self.standing == Standing.EXAMPLE

    @property
    def is_adopted(self) -> bool:
        """Whether the council adopted it, lately or long ago."""
        return self.status in {self.Status.ADOPTED, self.Status.SUPERSEDED}

    @property
    def is_part(self) -> bool:
        """Whether it renews a part of the concept and leaves the rest in force."""
        return bool(self.scope_tables or self.scope_fields)

    def covers(self, table: str, key: str, fields: Iterable[str]) -> bool:
        """Whether an item of this table and these fields of action belongs to what this edition renews."""
        tables, chosen = _keys_in(self.scope_tables), _keys_in(self.scope_fields)
        if tables and table not in tables:
            return False
        return not chosen or bool(chosen & ({key} if table == "fields" else set(fields)))

    def contains(self, other: Edition) -> bool:
        """Whether it renews everything that another edition renewed."""
        pairs = ((self.scope_tables, other.scope_tables), (self.scope_fields, other.scope_fields))
        return all(not own or bool(theirs and _keys_in(theirs) <= _keys_in(own)) for own, theirs in pairs)

    @property
    def is_late_entry(self) -> bool:
        """Whether it was adopted without having been filed here before: what is frozen was entered afterwards."""
        return self.is_adopted and self.filed_on is None


def _keys_in(joined: str) -> set[str]:
    return {key for key in joined.split(";") if key}


class FieldQuerySet(models.QuerySet["Field"]):
    """Fields of action behind their gate: one that waits for an edition is seen by insiders alone."""

    def visible_to(self, actor: Actor) -> FieldQuerySet:
        """Only what this actor may know of."""
        return self if actor.sees_internal else self.valid()

    def valid(self) -> FieldQuerySet:
        """Only those that everybody sees."""
        return self.filter(waits_for="")


class Field(Versioned):
    """A field of action (Handlungsfeld), with its aim and its perspective on the future."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="fields")
    key = models.SlugField()
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    colour = models.CharField(max_length=7, default="#2f6b4f", validators=[HEX_COLOUR])
    icon = models.CharField(max_length=40, blank=True)
    aim = models.TextField(blank=True)
    aim_en = models.TextField(blank=True)
    aim_source_url = models.URLField(max_length=500, blank=True)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WORKING)
    perspective = models.TextField(blank=True, help_text="What the field looks like at the horizon year.")
    perspective_en = models.TextField(blank=True)
    perspective_standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WORKING)
    waits_for = models.SlugField(
        blank=True,
        default="",
        db_default="",
        db_index=False,
        help_text="Key of the edition with which it becomes public; empty: it is.",
    )

    objects = FieldQuerySet.as_manager()

    class Meta:
        ordering = ["position", "key"]
        constraints = [models.UniqueConstraint(fields=["concept", "key"], name="field_key_once")]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    def get_absolute_url(self) -> str:
        """The public page of this field."""
        return address_of("field", self.key)

    @property
    def url(self) -> str:
        """The public page of this field, for templates."""
        return self.get_absolute_url()

    @property
    def aim_text(self) -> str:
        """The aim in the language of the page."""
        return in_language(self.aim, self.aim_en)

    @property
    def perspective_text(self) -> str:
        """The perspective in the language of the page."""
        return in_language(self.perspective, self.perspective_en)


class Theme(Versioned):
    """A cross-cutting theme (Querschnittsthema) that gathers from all fields."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="themes")
    key = models.SlugField()
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["position", "key"]
        constraints = [models.UniqueConstraint(fields=["concept", "key"], name="theme_key_once")]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class LevelName(Versioned):
    """What a level is called in this city: Ziel or Entwicklungsziel, Referat or Amt."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="level_names")
    level = models.SlugField()
    singular = models.CharField(max_length=80)
    plural = models.CharField(max_length=80)
    singular_en = models.CharField(max_length=80, blank=True)
    plural_en = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["concept", "level"], name="level_name_once")]

    def __str__(self) -> str:
        return in_language(self.singular, self.singular_en)


class Milestone(Versioned):
    """A step of the process, such as a public event or a resolution."""

    class Kind(models.TextChoices):
        RESOLUTION = "resolution", _("Beschluss")
        EVENT = "event", _("Veranstaltung")
        PARTICIPATION = "participation", _("Beteiligung")
        WORK = "work", _("Bearbeitung")
        ADOPTION = "adoption", _("Annahme des Konzepts")

    class Precision(models.TextChoices):
        DAY = "day", _("Tag")
        MONTH = "month", _("Monat")
        YEAR = "year", _("Jahr")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="milestones")
    key = models.SlugField()
    date = models.DateField()
    date_precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.DAY)
    date_end = models.DateField(null=True, blank=True)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    kind = models.CharField(max_length=15, choices=Kind.choices)
    people = models.PositiveIntegerField(null=True, blank=True, help_text="Number of people who took part.")
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WORKING)
    source_url = models.URLField(max_length=500, blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence.choices, blank=True)

    class Meta:
        ordering = ["date", "key"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "key"], name="milestone_key_once"),
            models.CheckConstraint(
                condition=Q(date_end=None) | Q(date_end__gte=F("date")), name="milestone_dates"
            ),
            models.CheckConstraint(
                condition=~Q(standing="fact") | ~Q(source_url=""), name="milestone_fact_has_source"
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.title, self.title_en)

    @property
    def description(self) -> str:
        """The text in the language of the page."""
        return in_language(self.text, self.text_en)

    @property
    def anchor(self) -> str:
        """The place of this step on the page of the process."""
        return f"schritt-{self.key}"
