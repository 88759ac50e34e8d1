"""What is known of the last time an indicator was worked out."""

from __future__ import annotations

from django.db import models


class Derivation(models.Model):
    """When the values of a derived indicator were worked out, by which formula, and what came of it. Follows from the rest."""

    indicator = models.OneToOneField(
        "evidence.Indicator", primary_key=True, on_delete=models.CASCADE, related_name="derivation"
    )
    formula = models.TextField(blank=True)
    computed_at = models.DateTimeField(help_text="Before its parts were read.")
    counts = models.JSONField(
        default=dict,
        help_text="How many places and periods: values, errors (with a standard error), missing (a part), mixed (bases), zero (denominators), turn.",
    )
    is_closed = models.BooleanField(
        default=False, help_text="Whether a public one would show what is not public."
    )

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.computed_at:%Y-%m-%d %H:%M}"
