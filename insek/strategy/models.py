"""Strategy: vision, guidelines, goals and measures."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insek.people.models import Unit
from insek.thread.models import Item

from .fact_sheet import CostLine, FundingLine, GoalEffect, TakingPart
from .plan_aims import PlanAim
from .tows_options import TowsOption

__all__ = [
    "CostLine",
    "FundingLine",
    "Goal",
    "GoalEffect",
    "Guideline",
    "Measure",
    "PlanAim",
    "TakingPart",
    "TowsOption",
    "Vision",
]


class Vision(models.Model):
    """The picture of the city at the horizon (Leitbild, Charta)."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="vision")

    def __str__(self) -> str:
        return str(self.item)


class Guideline(models.Model):
    """A guideline (Leitlinie) that holds across all fields."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="guideline")

    def __str__(self) -> str:
        return str(self.item)


class Goal(models.Model):
    """A development goal; may stand below another goal."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="goal")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    horizon_year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("item")), name="goal_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(horizon_year=None) | Q(horizon_year__range=(1900, 2200)), name="goal_horizon_year"
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)


class Measure(models.Model):
    """What is done: a measure that serves one or several goals, with its fact sheet (Steckbrief)."""

    class Type(models.TextChoices):
        INVESTIVE = "investive", _("investiv")
        CONCEPTUAL = "conceptual", _("konzeptionell")
        PERMANENT = "permanent", _("Daueraufgabe")

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="measure")
    type = models.CharField(max_length=12, choices=Type.choices, blank=True)
    is_lighthouse = models.BooleanField(default=False)
    occasion = models.TextField(blank=True, help_text="Why now (Anlass).")
    responsible = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="measures"
    )
    partners = models.CharField(max_length=300, blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    start_year = models.PositiveSmallIntegerField(null=True, blank=True)
    end_year = models.PositiveSmallIntegerField(null=True, blank=True)
    next_step = models.TextField(blank=True)
    planning_law = models.TextField(blank=True, help_text="What planning law it needs (Planungsrecht).")
    ownership = models.TextField(blank=True, help_text="Whose ground it is (Eigentum).")
    entry_state = models.CharField(
        max_length=200, blank=True, help_text="How it stood when it was entered, in the words of the office."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(start_year=None) | Q(end_year=None) | Q(end_year__gte=F("start_year")),
                name="measure_years",
                violation_error_message=_("Das Ende liegt vor dem Beginn."),
            ),
            models.CheckConstraint(
                condition=Q(priority=None) | Q(priority__range=(1, 3)),
                name="measure_priority",
                violation_error_message=_("Die Priorität ist 1, 2 oder 3."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)
