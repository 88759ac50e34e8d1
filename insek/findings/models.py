"""Findings: strengths, weaknesses, opportunities and threats, each resting on evidence."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept
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
    is_assertion = models.BooleanField(_("Behauptung ohne Beleg"), default=False)

    def __str__(self) -> str:
        return str(self.item)


class Board(models.Model):
    """The board of a concept: counts how often cards were arranged, so that everybody at it sees when something moved."""

    concept = models.OneToOneField(Concept, primary_key=True, on_delete=models.CASCADE, related_name="+")
    arranged = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.concept_id}: {self.arranged}"


class BoardCard(models.Model):
    """Where a finding lies on the board, and in which group: a working arrangement that the public never reads."""

    finding = models.OneToOneField(Finding, primary_key=True, on_delete=models.CASCADE, related_name="card")
    position = models.PositiveIntegerField()
    group = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.position}"


from .rating_models import (  # noqa: E402  (their tables belong to this app)
    Rating,  # noqa: F401  (its table belongs to this app)
    RatingGroup,  # noqa: F401  (its table belongs to this app)
    RatingName,  # noqa: F401  (its table belongs to this app)
    RatingRound,  # noqa: F401  (its table belongs to this app)
    RatingSheet,  # noqa: F401  (its table belongs to this app)
)
