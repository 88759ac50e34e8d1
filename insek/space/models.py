"""The elements of the overall spatial concept. The place of an element is kept in `places.Location`, as for all kinds."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insek.thread.models import Item

from .sign_models import KEY_LENGTH, PlanSign, SignKeyField  # noqa: F401  (in a file of its own)
from .signs import sign_choices


class Feature(models.Model):
    """An element of the spatial concept, drawn with a plan sign."""

    class Horizon(models.TextChoices):
        SHORT = "short", _("kurzfristig")
        MEDIUM = "medium", _("mittelfristig")
        LONG = "long", _("langfristig")

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="feature")
    sign = SignKeyField(max_length=KEY_LENGTH, choices=sign_choices)
    horizon = models.CharField(max_length=6, choices=Horizon.choices, blank=True)
    variant = models.CharField(max_length=60, blank=True, help_text="Empty: stands in every variant.")
    dwellings = models.PositiveIntegerField(
        null=True, blank=True, help_text="Dwellings it shall have; empty: not said."
    )
    area_ha = models.DecimalField(
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Hectares as the plan says them; what is drawn is measured beside it.",
    )
    start_year = models.PositiveSmallIntegerField(null=True, blank=True)
    end_year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["variant"], name="feature_by_variant")]
        constraints = [
            models.CheckConstraint(
                condition=Q(start_year=None) | Q(end_year=None) | Q(end_year__gte=F("start_year")),
                name="feature_years",
                violation_error_message=_("Das Ende liegt vor dem Beginn."),
            ),
            models.CheckConstraint(
                condition=(Q(start_year=None) | Q(start_year__range=(1900, 2200)))
                & (Q(end_year=None) | Q(end_year__range=(1900, 2200))),
                name="feature_year_range",
                violation_error_message=_("Ein Jahr liegt zwischen 1900 und 2200."),
            ),
            models.CheckConstraint(
                condition=Q(area_ha=None) | Q(area_ha__gte=0),
                name="feature_area",
                violation_error_message=_("Eine Fläche ist nicht kleiner als null."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)


from .conflict_models import SignConflict  # noqa: E402, F401  (in a file of its own)
