"""What becomes of small counts of an indicator, and the values that nobody sees without the right to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LEAST, MOST = 2, 1_000


class SmallCounts(models.Model):
    """From which number on counts of an indicator are shown, and what becomes of smaller ones."""

    class Rule(models.TextChoices):
        REFUSE = "refuse", _("beim Eintragen ablehnen")
        KEEP = "keep", _("aufbewahren und überall verbergen")

    indicator = models.OneToOneField(
        "evidence.Indicator", primary_key=True, on_delete=models.CASCADE, related_name="small_counts"
    )
    rule = models.CharField(max_length=6, choices=Rule.choices)
    below = models.PositiveSmallIntegerField(
        help_text="Counts above 0 and below this number are small: 3 protects ones and twos."
    )
    run = models.PositiveIntegerField(
        default=0, editable=False, help_text="Which calculation may write; an older one stops."
    )
    outcome = models.JSONField(
        default=dict, editable=False, help_text="How many values the last calculation hid, and why."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(below__gte=LEAST, below__lte=MOST), name="small_counts_threshold"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.rule} < {self.below}"


class ProtectedValue(models.Model):
    """The value of an observation that is hidden. The observation itself says „geheim“; so does everything that reads it."""

    class Why(models.TextChoices):
        NEW = "new", _("noch nicht geprüft")
        SMALL = "small", _("kleine Zahl")
        ALONG = "along", _("würde eine kleine Zahl verraten")

    observation = models.OneToOneField(
        "evidence.Observation", primary_key=True, on_delete=models.CASCADE, related_name="protected"
    )
    value = models.DecimalField(max_digits=20, decimal_places=6)
    quality = models.CharField(max_length=14)
    standard_error = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    sample_size = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=500, blank=True)
    why = models.CharField(max_length=5, choices=Why.choices, default=Why.NEW)

    def __str__(self) -> str:
        return f"{self.observation_id}: {self.why}"
