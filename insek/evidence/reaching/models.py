"""Analyses of how far it is to the next school, stop or doctor, and what was computed of them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.engines.reach.network import CYCLING, WALKING
from insek.thread.models import Item

HASH = 64
MOST_PROBLEM = 500
MOST_MINUTES = 90
MOST_POINTS_TEXT = 200_000


class ReachAnalysis(models.Model):
    """To what, how, and within how many minutes. Why that is asked stands in the item's text."""

    class Mode(models.TextChoices):
        WALKING = "walking", _("zu Fuß")
        CYCLING = "cycling", _("mit dem Rad")

    class Spread(models.TextChoices):
        BUILDINGS = "buildings", _("auf Wohngebäude nach Grundfläche")
        ADDRESSES = "addresses", _("auf Adressen zu gleichen Teilen")
        BUILT = "built", _("auf die bewohnte Fläche")

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="reach")
    facilities = models.CharField(
        max_length=60, default="stops",
        help_text="What is to be reached: stops, stations, list, kind:NAME of items or layer:KEY of areas.",
    )  # fmt: skip
    words = models.CharField(
        max_length=200, blank=True, help_text="Only those whose name holds one of these words, divided by commas."
    )  # fmt: skip
    points = models.TextField(
        blank=True, max_length=MOST_POINTS_TEXT, help_text="Own list: a line each, name; latitude; longitude."
    )  # fmt: skip
    mode = models.CharField(max_length=7, choices=Mode.choices, default=Mode.WALKING)
    minutes = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)]
    )
    people = models.ForeignKey(
        "evidence.Indicator", on_delete=models.PROTECT, related_name="+", help_text="Number of inhabitants, by district."
    )  # fmt: skip
    spread = models.CharField(max_length=9, choices=Spread.choices, default=Spread.BUILDINGS)

    class Meta:
        verbose_name_plural = "reach analyses"
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=MOST_MINUTES), name="reach_minutes"),
            models.CheckConstraint(condition=Q(mode__in=["walking", "cycling"]), name="reach_mode_known"),
            models.CheckConstraint(
                condition=Q(spread__in=["buildings", "addresses", "built"]), name="reach_spread_known"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.item)

    @property
    def speed(self) -> float:
        """Metres a minute."""
        return WALKING if self.mode == self.Mode.WALKING else CYCLING


class ReachRun(models.Model):
    """What was computed of one analysis; the hash of all that went in says whether it still holds."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet")
        RUNNING = "running", _("rechnet")
        DONE = "done", _("gerechnet")
        FAILED = "failed", _("abgebrochen")

    analysis = models.ForeignKey(ReachAnalysis, on_delete=models.CASCADE, related_name="runs")
    asked_hash = models.CharField(max_length=HASH, help_text="Of what was asked.")
    input_hash = models.CharField(max_length=HASH, blank=True, help_text="Of all that went in.")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    percent = models.PositiveSmallIntegerField(default=0, help_text="How far it is.")
    version = models.CharField(max_length=20, blank=True, help_text="Of the engine.")
    seconds = models.FloatField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=MOST_PROBLEM, blank=True)
    result = models.JSONField(default=dict, blank=True)
    ground = models.BinaryField(
        default=b"",
        help_text="Places with their people and distances, and the network, packed: for trying out.",
    )
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["analysis", "asked_hash", "input_hash"], condition=Q(state="done"), name="reach_run_once"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.analysis_id}: {self.get_state_display()}"

    @property
    def is_working(self) -> bool:
        """Whether it waits or computes."""
        return self.state in (self.State.WAITING, self.State.RUNNING)
