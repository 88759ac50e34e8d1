"""Steering: steps and reports of measures, states set by hand, and the values that indicators shall reach."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.models import Standing
from insek.evidence.models import Indicator
from insek.people.actors import Actor
from insek.people.models import Unit
from insek.strategy.models import Goal, Measure
from insek.thread.cleaning import is_moment
from insek.thread.identity import new_id

from .light import Aim
from .states import SAYABLE, DeferralReason, MeasureState


class MeasureTask(models.Model):
    """A step of a measure: what, until when, by whom, and since when it is done."""

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    due = models.DateField(null=True, blank=True)
    done = models.DateField(null=True, blank=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["measure", "position", "due", "key"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="measure_task_has_title")]

    def __str__(self) -> str:
        return self.title


class StatusReportQuerySet(models.QuerySet["StatusReport"]):
    """Reports behind their own gate; that of their measure comes first."""

    def valid(self) -> StatusReportQuerySet:
        """Those that nobody took back."""
        return self.filter(retracted_on=None)

    def visible_to(self, actor: Actor) -> StatusReportQuerySet:
        """All valid ones for whoever sees internal things, else those for everybody."""
        return self.valid() if actor.sees_internal else self.valid().filter(is_internal=False)


class StatusReport(models.Model):
    """What the responsible department says of a measure on one day. Never changed: a correction is a new report, or the old one is taken back."""

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="reports")
    reported_on = models.DateField(default=clock.today)
    state = models.CharField(max_length=12, choices=SAYABLE)
    happened = models.TextField(max_length=2000)
    next_step = models.TextField(max_length=1000, blank=True)
    obstacles = models.TextField(max_length=1000, blank=True)
    spent_eur = models.PositiveBigIntegerField(null=True, blank=True)
    deferred_for = models.CharField(max_length=8, choices=DeferralReason.choices, blank=True)
    on_behalf = models.BooleanField(
        default=False, help_text="Whether others wrote it in the name of the unit, as in a round of reports."
    )
    is_internal = models.BooleanField(default=False)
    retracted_on = models.DateField(null=True, blank=True, editable=False)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = StatusReportQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_on", "-pk"]
        indexes = [models.Index(fields=["measure", "-reported_on", "-id"], name="status_report_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[value for value, _label in SAYABLE]), name="status_report_state"
            ),
            models.CheckConstraint(condition=~Q(happened=""), name="status_report_says_something"),
            models.CheckConstraint(
                condition=Q(deferred_for="") | Q(state=MeasureState.DEFERRED),
                name="status_report_deferred_for",
                violation_error_message=_(
                    "Ein Grund der Zurückstellung passt nur zum Stand „zurückgestellt“."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reported_on}: {self.get_state_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new report; an old one is refused."""
        if not self._state.adding:
            raise TypeError("a report is never changed")
        super().save(*args, **kwargs)


class StatusOverride(models.Model):
    """A state set by hand, with its reason; taken back it stays as history."""

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="overrides")
    state = models.CharField(max_length=12, choices=SAYABLE)
    reason = models.CharField(max_length=500)
    set_on = models.DateField(default=clock.today)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_back_on = models.DateField(null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-set_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure"], condition=Q(taken_back_on=None), name="status_override_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="status_override_has_reason"),
            models.CheckConstraint(
                condition=Q(state__in=[value for value, _label in SAYABLE]), name="status_override_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.set_on}: {self.get_state_display()}"


class Target(models.Model):
    """The value that an indicator shall reach for the whole city by the end of a year, set by a goal."""

    class Direction(models.TextChoices):
        AT_LEAST = "at_least", _("mindestens")
        AT_MOST = "at_most", _("höchstens")

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="targets")
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    value = models.DecimalField(max_digits=20, decimal_places=6)
    year = models.PositiveSmallIntegerField()
    base_period = models.CharField(max_length=10)
    base_value = models.DecimalField(max_digits=20, decimal_places=6)
    standing = models.CharField(
        max_length=10,
        choices=[choice for choice in Standing.choices if choice[0] in {"working", "fact", "example"}],
        default=Standing.WORKING,
    )
    source_title = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    note = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["goal", "indicator", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "indicator", "year"],
                name="target_once",
                violation_error_message=_(
                    "Für dieses Ziel, diesen Indikator und dieses Jahr gibt es schon einen Zielwert."
                ),
            ),
            models.CheckConstraint(
                condition=Q(year__range=(1900, 2200)),
                name="target_year",
                violation_error_message=_("Bitte ein Jahr zwischen 1900 und 2200 angeben."),
            ),
            models.CheckConstraint(
                condition=~Q(standing="fact") | ~Q(source_title="") | ~Q(source_url=""),
                name="target_fact_has_source",
                violation_error_message=_(
                    "„Mit Quelle“ braucht eine Quelle: Bitte Titel oder Adresse der Quelle angeben."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.value}"

    @property
    def aim(self) -> Aim:
        """What shall be reached, in plain values."""
        return Aim(
            value=self.value,
            year=self.year,
            base_value=self.base_value,
            base_period=self.base_period,
            rises=self.direction == self.Direction.AT_LEAST,
        )

    @property
    def contradicts_goal(self) -> bool:
        """Whether it lies after the year of its goal, which decides."""
        return self.goal.horizon_year is not None and self.year > self.goal.horizon_year

    @property
    def is_interim(self) -> bool:
        """Whether it lies before the year of its goal: a value on the way there."""
        return self.goal.horizon_year is not None and self.year < self.goal.horizon_year

    def clean(self) -> None:
        """What no single field can tell: the base is a period before the target's year, and the way leads there."""
        if None in (self.year, self.value, self.base_value):
            return
        if not is_moment(self.base_period):
            raise ValidationError(
                {"base_period": _("Bitte ein Jahr, einen Monat oder einen Tag angeben, etwa 2024-12-31.")}
            )
        if int(self.base_period[:4]) >= self.year:
            raise ValidationError({"year": _("Das Zieljahr muss nach dem Ausgangswert liegen.")})
        if self.contradicts_goal:
            raise ValidationError(
                {
                    "year": _(
                        "Das Ziel soll bis %(year)s erreicht sein, ein späterer Zielwert widerspricht dem. Nennen Sie ein früheres "
                        "Jahr, oder ändern Sie zuerst das Jahr des Zieles."
                    )
                    % {"year": self.goal.horizon_year}
                }
            )
        rises = self.direction == self.Direction.AT_LEAST
        if (self.value < self.base_value) if rises else (self.value > self.base_value):
            raise ValidationError(
                {
                    "direction": _(
                        "Die Richtung passt nicht: Vom Ausgangswert führt der Weg andersherum zum Zielwert."
                    )
                }
            )
