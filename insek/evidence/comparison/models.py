"""Areas that the city compares itself with, and their values."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept
from insek.engines import periods
from insek.engines.tables.official_signs import WITHOUT_VALUE


class ComparisonArea(models.Model):
    """Another city, district, state or the country, by its official code; its rows of tables that are read in are kept."""

    class Sort(models.TextChoices):
        CITY = "city", _("Stadt")
        DISTRICT = "district", _("Kreis")
        REGION = "region", _("Region")
        STATE = "state", _("Land")
        COUNTRY = "country", _("Bund")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="comparison_areas")
    code = models.CharField(max_length=12, help_text="Official code, as tables name it.")
    name = models.CharField(max_length=200)
    sort = models.CharField(max_length=8, choices=Sort.choices, default=Sort.CITY)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["concept", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["concept", "code"],
                name="comparison_area_once",
                violation_error_message=_("Diesen Schlüssel gibt es schon."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ComparisonValue(models.Model):
    """A value of an indicator in another area; what is read in later takes its place."""

    indicator = models.ForeignKey(
        "evidence.Indicator", on_delete=models.CASCADE, related_name="comparison_values"
    )
    area = models.ForeignKey(ComparisonArea, on_delete=models.CASCADE, related_name="values")
    period = models.CharField(max_length=periods.LONGEST)
    period_end = models.DateField(editable=False, help_text="Last day of the period; follows from it.")
    value = models.DecimalField(max_digits=20, decimal_places=6)
    quality = models.CharField(max_length=14, default="measured")
    source_title = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    source_date = models.CharField(max_length=10, blank=True)
    delivery = models.ForeignKey(
        "evidence.ImportBatch", null=True, blank=True, on_delete=models.SET_NULL, related_name="compared"
    )

    class Meta:
        ordering = ["indicator", "area", "period_end", "period"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "area", "period"], name="comparison_value_once"),
            models.CheckConstraint(
                condition=~Q(source_title="") | ~Q(source_url=""), name="comparison_value_has_source"
            ),
            models.CheckConstraint(
                condition=~Q(quality__in=sorted(WITHOUT_VALUE)), name="comparison_value_is_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.value}"

    def save(self, *args: Any, **said: Any) -> None:
        """Write the row with the last day of its period."""
        self.period_end = periods.period_of(self.period).end
        super().save(*args, **said)
