"""Findings: strengths, weaknesses, opportunities and threats, each resting on evidence."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from insek.thread.models import Item


class Finding(models.Model):
    """A strength, weakness, opportunity or threat of the city."""

    class Type(models.TextChoices):
        STRENGTH = "strength", _("Stärke")
        WEAKNESS = "weakness", _("Schwäche")
        OPPORTUNITY = "opportunity", _("Chance")
        THREAT = "threat", _("Risiko")

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="finding")
    type = models.CharField(max_length=12, choices=Type.choices, db_index=True)

    def __str__(self) -> str:
        return str(self.item)
