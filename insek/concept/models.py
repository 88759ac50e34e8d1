"""The concept, its editions, fields of action, themes, level names and milestones."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

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
    introduction = models.TextField(blank=True)
    introduction_en = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(horizon_from=None) | Q(horizon_to=None) | Q(horizon_to__gte=F("horizon_from")),
                name="concept_horizon",
            )
        ]

    def __str__(self) -> str:
        return in_language(self.title, self.title_en)

    @property
    def city_name(self) -> str:
        """The city's name in the language of the page."""
        return in_language(self.city, self.city_en)


class Edition(Versioned):
    """One issue of the concept: a draft that is worked on, what the council has before it, or what it adopted.

    Filing a draft freezes it (``filed_*``); the resolution adopts what was filed, with its amendments (``sha256``,
    ``archive``). One that was adopted without having been filed here is a late entry.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Arbeitsfassung")
        FILED = "filed", _("Beratungsfassung")
        WITHDRAWN = "withdrawn", _("nicht beschlossen")
        ADOPTED = "adopted", _("beschlossen")
        SUPERSEDED = "superseded", _("fortgeschrieben")

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

    class Meta:
        ordering = ["date", "key"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "key"], name="edition_key_once"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "filed", "withdrawn"], date=None)
                | Q(status__in=["adopted", "superseded"], date__isnull=False),
                name="edition_adopted_has_date",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", filed_on=None)
                | Q(status__in=["filed", "withdrawn"], filed_on__isnull=False)
                | Q(status__in=["adopted", "superseded"]),
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
    def is_late_entry(self) -> bool:
        """Whether it was adopted without having been filed here before: what is frozen was entered afterwards."""
        return self.is_adopted and self.filed_on is None


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
    perspective_standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WORKING)

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
    singular_en = models.CharField(max_length=80)
    plural_en = models.CharField(max_length=80)

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
