"""Options of the TOWS matrix: what could be done where strengths or weaknesses meet opportunities or threats."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insek.findings.models import Finding
from insek.thread.identity import new_id
from insek.thread.models import Item

INNER = (Finding.Type.STRENGTH, Finding.Type.WEAKNESS)
OUTER = (Finding.Type.OPPORTUNITY, Finding.Type.THREAT)
CELLS = {(inner, outer): f"{sign}{other}" for inner, sign in zip(INNER, "sw", strict=True) for outer, other in zip(OUTER, "ot", strict=True)}  # fmt: skip
"""Types of finding that meet -> the cell: so, st, wo, wt."""


class TowsOption(models.Model):
    """One option: it joins two to four findings, and may have become a goal or a measure."""

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="tows_options")
    against = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="+")
    also_finding = models.ForeignKey(
        Finding, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    also_against = models.ForeignKey(
        Finding, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.CharField(max_length=300)
    reason = models.CharField(max_length=500, blank=True)
    position = models.PositiveIntegerField(default=1)
    is_example = models.BooleanField(default=False)
    goal = models.ForeignKey(
        "strategy.Goal", null=True, blank=True, on_delete=models.SET_NULL, related_name="tows_options"
    )
    measure = models.ForeignKey(
        "strategy.Measure", null=True, blank=True, on_delete=models.SET_NULL, related_name="tows_options"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="tows_option_has_words"),
            models.CheckConstraint(
                condition=Q(goal=None) | Q(measure=None),
                name="tows_option_became_one",
                violation_error_message=_("Eine Option wird ein Ziel oder eine Maßnahme, nicht beides."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def findings(self) -> Sequence[Finding]:
        """The findings it joins, each once."""
        named = (self.finding, self.also_finding, self.against, self.also_against)
        return list(dict.fromkeys(each for each in named if each is not None))

    @property
    def cell(self) -> str:
        """Where it stands: so, st, wo or wt; empty where its findings no longer meet, since one was moved."""
        types = [each.type for each in self.findings]
        inner = next((each for each in types if each in INNER), None)
        outer = next((each for each in types if each in OUTER), None)
        return CELLS[inner, outer] if inner and outer else ""  # type: ignore[index]  # those two are among the choices

    @property
    def became(self) -> Item | None:
        """What became of it."""
        row = self.goal or self.measure
        return row.item if row else None
