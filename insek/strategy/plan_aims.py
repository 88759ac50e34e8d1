"""What became of the guidelines and goals of plans that apply already: quoted word for word, with what was decided and why."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insek.thread.identity import new_id


class PlanAim(models.Model):
    """A guideline or goal of a plan in the plan's own words, and what the concept made of it."""

    class Decision(models.TextChoices):
        OPEN = "open", _("noch offen")
        TAKEN = "taken", _("übernommen")
        ADAPTED = "adapted", _("angepasst")
        REPLACED = "replaced", _("ersetzt")
        DROPPED = "dropped", _("entfallen")

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    plan = models.ForeignKey("plans.Plan", on_delete=models.CASCADE, related_name="aims_quoted")
    number = models.CharField(max_length=30, blank=True, help_text="The number it has in the plan.")
    quotation = models.TextField(help_text="The words of the plan.")
    document = models.CharField(max_length=300, blank=True, help_text="Document that holds the words.")
    page = models.CharField(max_length=20, blank=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.OPEN)
    reason = models.CharField(max_length=500, blank=True)
    guideline = models.ForeignKey(
        "strategy.Guideline", null=True, blank=True, on_delete=models.SET_NULL, related_name="plan_aims"
    )
    goal = models.ForeignKey(
        "strategy.Goal", null=True, blank=True, on_delete=models.SET_NULL, related_name="plan_aims"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["plan", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(quotation=""), name="plan_aim_has_words"),
            models.CheckConstraint(
                condition=Q(decision__in=["open", "taken", "adapted", "replaced", "dropped"]),
                name="plan_aim_decision_known",
            ),
            models.CheckConstraint(
                condition=Q(decision="open") | ~Q(reason=""),
                name="plan_aim_has_reason",
                violation_error_message=_("Bitte sagen Sie in einem Satz, warum so entschieden ist."),
            ),
            models.CheckConstraint(
                condition=Q(guideline=None) | Q(goal=None),
                name="plan_aim_of_one",
                violation_error_message=_("Bitte entweder eine Leitlinie oder ein Ziel angeben."),
            ),
        ]

    def __str__(self) -> str:
        return self.quotation[:80]
