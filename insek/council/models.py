"""Council: papers (Vorlagen) and resolutions (Beschlüsse)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Edition, Field
from insek.people.models import Body, Unit
from insek.thread.models import Item


class Paper(models.Model):
    """A paper (Vorlage) that the administration or a group puts before a body."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="paper")
    reference = models.CharField(max_length=40, blank=True, help_text="Such as 0466/2020.")
    date = models.DateField(null=True, blank=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="papers")

    def __str__(self) -> str:
        return str(self.item)


class Resolution(models.Model):
    """A decision of a body: what came out, with which votes, and which parts it adopts."""

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", _("angenommen")
        ADOPTED_WITH_CHANGES = "adopted_with_changes", _("mit Änderungen angenommen")
        NOTED = "noted", _("zur Kenntnis genommen")
        REJECTED = "rejected", _("abgelehnt")

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="resolution")
    reference = models.CharField(max_length=40, blank=True)
    date = models.DateField(db_index=True)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="resolutions")
    paper = models.ForeignKey(
        Paper, null=True, blank=True, on_delete=models.PROTECT, related_name="resolutions"
    )
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    votes_yes = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_no = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_abstain = models.PositiveSmallIntegerField(null=True, blank=True)
    unanimous = models.BooleanField(null=True, blank=True)
    edition = models.OneToOneField(
        Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="adopting_resolution"
    )
    adopted_fields = models.ManyToManyField(Field, blank=True, related_name="adopting_resolutions")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(unanimous=True) | Q(votes_no=None) | Q(votes_no=0), name="resolution_unanimous"
            ),
            models.CheckConstraint(
                condition=Q(edition=None) | Q(outcome__in=["adopted", "adopted_with_changes"]),
                name="resolution_edition_adopted",
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)
