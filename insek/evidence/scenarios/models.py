"""Scenarios of the population, and what was computed of them."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.thread.models import Item

HASH = 64
MOST_PROBLEM = 500


MOST_DWELLINGS = 1_000_000


class Scenario(models.Model):
    """What is assumed of births, deaths and moves, and from which indicators it starts. Its reasons stand in the item's text."""

    class Path(models.TextChoices):
        LOW = "low", _("niedrig")
        MIDDLE = "middle", _("mittel")
        HIGH = "high", _("hoch")
        OWN = "own", _("eigene Annahmen")

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="scenario")
    people = models.ForeignKey(
        "evidence.Indicator", on_delete=models.PROTECT, related_name="+", help_text="Number of inhabitants."
    )
    ages = models.ForeignKey(
        "evidence.Indicator", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Inhabitants by age, and by sex where known; empty: those of `people`, or the cohorts of the country.",
    )  # fmt: skip
    places = models.ForeignKey(
        "evidence.Indicator", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Inhabitants by district; empty: those of `people`.",
    )  # fmt: skip
    births = models.ForeignKey(
        "evidence.Indicator", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    deaths = models.ForeignKey(
        "evidence.Indicator", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    path = models.CharField(max_length=6, choices=Path.choices, default=Path.MIDDLE)
    years = models.PositiveSmallIntegerField(
        default=20, validators=[MinValueValidator(1), MaxValueValidator(40)], help_text="How far ahead."
    )
    births_change = models.DecimalField(
        max_digits=5, decimal_places=1, default=0, validators=[MinValueValidator(-80), MaxValueValidator(200)],
        help_text="Percent by which births per woman are higher in the last year than today.",
    )  # fmt: skip
    deaths_change = models.DecimalField(
        max_digits=5, decimal_places=1, default=-15, validators=[MinValueValidator(-80), MaxValueValidator(200)],
        help_text="Percent by which the risk to die at each age is higher in the last year than today.",
    )  # fmt: skip
    net_migration = models.IntegerField(
        null=True, blank=True, validators=[MinValueValidator(-50_000), MaxValueValidator(50_000)],
        help_text="People a year that the city gains by moves; empty: what the past years say, fading.",
    )  # fmt: skip
    household_size = models.DecimalField(
        max_digits=4, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="People in a household today; empty: no housing demand is computed.",
    )  # fmt: skip
    dwellings = models.ForeignKey(
        "evidence.Indicator", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Number of dwellings; empty: as many as the households of today need.",
    )  # fmt: skip
    reserve = models.DecimalField(
        max_digits=4, decimal_places=1, default=3, validators=[MinValueValidator(0), MaxValueValidator(30)],
        help_text="Percent of dwellings that stand empty so that moves are possible.",
    )  # fmt: skip
    replacement = models.DecimalField(
        max_digits=4, decimal_places=2, default=Decimal("0.3"), validators=[MinValueValidator(0), MaxValueValidator(5)],
        help_text="Percent of dwellings lost or torn down a year.",
    )  # fmt: skip
    density = models.DecimalField(
        max_digits=5, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text="Dwellings on a hectare of new housing land; empty: no hectares are said.",
    )  # fmt: skip
    pipeline = models.PositiveIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MOST_DWELLINGS)], help_text="Dwellings of projects under way."
    )  # fmt: skip
    inner_sites = models.PositiveIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MOST_DWELLINGS)],
        help_text="Further dwellings that sites inside the built area can take.",
    )  # fmt: skip
    threshold = models.PositiveIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MOST_DWELLINGS)],
        help_text="New dwellings that the regional plan allows until the last year.",
    )  # fmt: skip
    seed = models.PositiveIntegerField(default=1, validators=[MaxValueValidator(2_000_000_000)])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(years__gte=1, years__lte=40), name="scenario_years"),
            models.CheckConstraint(
                condition=Q(path__in=["low", "middle", "high", "own"]), name="scenario_path_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)


class ScenarioRun(models.Model):
    """What was computed of one set of assumptions and values; the hash of both says whether it still holds."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet")
        RUNNING = "running", _("rechnet")
        DONE = "done", _("gerechnet")
        FAILED = "failed", _("abgebrochen")

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="runs")
    assumptions_hash = models.CharField(max_length=HASH)
    input_hash = models.CharField(max_length=HASH, blank=True, help_text="Of all values that went in.")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    version = models.CharField(max_length=20, blank=True, help_text="Of the engine.")
    seed = models.PositiveIntegerField(default=0)
    draws = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=MOST_PROBLEM, blank=True)
    result = models.JSONField(default=dict, blank=True)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "assumptions_hash", "input_hash"],
                condition=Q(state="done"),
                name="scenario_run_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id}: {self.get_state_display()}"

    @property
    def is_working(self) -> bool:
        """Whether it waits or computes."""
        return self.state in (self.State.WAITING, self.State.RUNNING)
