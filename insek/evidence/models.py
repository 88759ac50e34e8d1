"""Evidence: indicators, and observations as append-only rows with source, date and quality."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept, Confidence
from insek.engines.numbers import PERCENT, has_unit
from insek.people.models import in_language
from insek.places.models import District
from insek.thread.models import Item


class Indicator(models.Model):
    """What is measured, in which unit, how, and which way is good."""

    class Direction(models.TextChoices):
        UP = "up", _("mehr ist besser")
        DOWN = "down", _("weniger ist besser")
        NONE = "none", _("ohne Richtung")

    class Periodicity(models.TextChoices):
        YEAR = "year", _("jährlich")
        IRREGULAR = "irregular", _("unregelmäßig")

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="indicator")
    title_en = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=60)
    unit_en = models.CharField(max_length=60, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.NONE)
    periodicity = models.CharField(max_length=10, choices=Periodicity.choices, default=Periodicity.YEAR)
    method = models.TextField(blank=True)
    uncertainty = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="Standard error of a value for the whole city, in the unit; empty where it is not known.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(decimals__lte=6), name="indicator_decimals"),
            models.CheckConstraint(
                condition=Q(uncertainty=None) | Q(uncertainty__gte=0),
                name="indicator_uncertainty",
                violation_error_message=_("Die Unsicherheit kann nicht kleiner als null sein."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)

    @property
    def title_text(self) -> str:
        """What is measured, in the language of the page where it is known; the item must have been read with it."""
        return in_language(self.item.title, self.title_en)

    @property
    def unit_text(self) -> str:
        """The unit in the language of the page."""
        return in_language(self.unit, self.unit_en)

    @property
    def in_percent(self) -> bool:
        """Whether 12.5 means twelve and a half of a hundred; of a share, 0.125 would."""
        return has_unit(self.unit, PERCENT)

    @property
    def units(self) -> tuple[str, ...]:
        """What may follow a value."""
        return (self.unit, self.unit_en, *(PERCENT if self.in_percent else ()))


class SeriesBreak(models.Model):
    """From this period on, values cannot be compared with those before."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="breaks")
    period = models.CharField(max_length=10)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["indicator", "period"]
        constraints = [models.UniqueConstraint(fields=["indicator", "period"], name="series_break_once")]

    def __str__(self) -> str:
        return f"{self.period}: {self.reason}"


class ImportBatch(models.Model):
    """One delivery of observations: a file, a form, a package."""

    label = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="undone_by"
    )
    is_valid = models.BooleanField(
        default=True, help_text="Whether its values count: not before all pieces of it are written."
    )
    touched_at = models.DateTimeField(
        null=True, blank=True, help_text="When a piece was last written, or taken away again."
    )

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(is_valid=False), name="import_batch_unfinished"),
        ]

    def __str__(self) -> str:
        return self.label


def _tomorrow() -> datetime:
    return timezone.now() + PendingImport.KEPT


class PendingImport(models.Model):
    """A file that was uploaded and looked at, but not yet recorded. Only its owner sees it; it goes after a day."""

    KEPT = timedelta(hours=24)

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    data = models.BinaryField()
    columns = models.JSONField(default=dict, help_text="What the owner said about the columns.")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=_tomorrow, db_index=True)
    applied = models.BooleanField(default=False)
    batch = models.ForeignKey(
        ImportBatch,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="What came of it.",
    )

    def __str__(self) -> str:
        return self.name


class ObservationQuerySet(models.QuerySet["Observation"]):
    """Observations that count."""

    def current(self) -> ObservationQuerySet:
        """Without those that a later row corrects or withdraws.

        What a delivery corrects or withdraws goes on counting until the whole of it is written.
        """
        unfinished = ImportBatch.objects.filter(is_valid=False)
        return self.filter(
            Q(superseded_by=None) & ~Q(batch__in=unfinished.values("pk"))
            | Q(superseded_by__in=Observation.objects.filter(batch__in=unfinished.values("pk")).values("pk"))
            | Q(superseded_by=F("pk"), batch__in=unfinished.exclude(undoes=None).values("undoes"))
        )


class Observation(models.Model):
    """One value of one indicator for one place and period. Never changed: a correction is a new row."""

    class Quality(models.TextChoices):
        MEASURED = "measured", _("gezählt")
        ESTIMATED = "estimated", _("geschätzt")
        PROVISIONAL = "provisional", _("vorläufig")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="observations")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="observations")
    period = models.CharField(max_length=10, help_text="2024, 2024-06 or 2024-12-31.")
    value = models.DecimalField(max_digits=20, decimal_places=6)
    quality = models.CharField(max_length=12, choices=Quality.choices, default=Quality.MEASURED)
    source_title = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    source_date = models.CharField(max_length=10, blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="observations")
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "district", "period", "id"]
        indexes = [models.Index(fields=["district", "indicator", "period"], name="observation_of_district")]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "district", "period"],
                condition=Q(superseded_by=None),
                name="observation_current_once",
            ),
            models.CheckConstraint(
                condition=~Q(source_title="") | ~Q(source_url=""), name="observation_has_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.value}"
