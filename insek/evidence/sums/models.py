"""What is known of the last time the values of an indicator were added up."""

from __future__ import annotations

from django.db import models


class Summation(models.Model):
    """What came of adding an indicator up: how many sums there are, which differ from entered totals, what is missing. Follows from the rest."""

    indicator = models.OneToOneField(
        "evidence.Indicator", primary_key=True, on_delete=models.CASCADE, related_name="summation"
    )
    outcome = models.JSONField(
        default=dict,
        help_text="sums: how many; differ: place, period, entered and sum; missing: place, period and the places that have no value; doubted: places whose parts are not all of them.",
    )

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.outcome.get('sums', 0)}"
