"""The elements of the overall spatial concept. The place of an element is kept in `places.Location`, as for all kinds."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from insek.thread.models import Item

from .signs import SIGNS


class Feature(models.Model):
    """An element of the spatial concept, drawn with a plan sign."""

    class Horizon(models.TextChoices):
        SHORT = "short", _("kurzfristig")
        MEDIUM = "medium", _("mittelfristig")
        LONG = "long", _("langfristig")

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="feature")
    sign = models.CharField(max_length=20, choices=[(sign.key, sign.name) for sign in SIGNS])
    horizon = models.CharField(max_length=6, choices=Horizon.choices, blank=True)
    variant = models.CharField(max_length=60, blank=True, help_text="Empty: stands in every variant.")

    class Meta:
        indexes = [models.Index(fields=["variant"], name="feature_by_variant")]

    def __str__(self) -> str:
        return str(self.item)
