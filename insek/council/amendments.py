"""What is moved to change a paper before it is decided, and how the groups of the council voted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insek.thread.identity import new_id

VOTES = ("votes_yes", "votes_no", "votes_abstain")


class PaperAmendment(models.Model):
    """A change that somebody moved to a paper (Änderungsantrag, Maßgabe, Tischvorlage), word by word, with the vote on it."""

    class Sort(models.TextChoices):
        MOTION = "motion", _("Änderungsantrag")
        PROVISO = "proviso", _("Maßgabe")
        TABLED = "tabled", _("Tischvorlage")

    class State(models.TextChoices):
        OPEN = "open", _("noch nicht abgestimmt")
        CARRIED = "carried", _("angenommen")
        MODIFIED = "modified", _("in geänderter Fassung angenommen")
        REJECTED = "rejected", _("abgelehnt")
        WITHDRAWN = "withdrawn", _("zurückgezogen")

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    paper = models.ForeignKey("council.Paper", on_delete=models.CASCADE, related_name="amendments")
    number = models.CharField(max_length=30, blank=True)
    sort = models.CharField(max_length=8, choices=Sort.choices, default=Sort.MOTION)
    moved_by = models.CharField(
        max_length=120, help_text="A group, a body or the administration; no persons."
    )
    moved_on = models.DateField(null=True, blank=True)
    goal = models.ForeignKey(
        "strategy.Goal", null=True, blank=True, on_delete=models.SET_NULL, related_name="amendments"
    )
    measure = models.ForeignKey(
        "strategy.Measure", null=True, blank=True, on_delete=models.SET_NULL, related_name="amendments"
    )
    passage = models.CharField(
        max_length=120, blank=True, help_text="Where in the paper; else the goal or measure."
    )
    before = models.TextField(
        max_length=4000, blank=True, help_text="The words as they stand; empty: something new."
    )
    after = models.TextField(
        max_length=4000, blank=True, help_text="The words as moved; empty: to be left out."
    )
    reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    body = models.ForeignKey(
        "people.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )
    decided_on = models.DateField(null=True, blank=True)
    votes_yes = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_no = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_abstain = models.PositiveSmallIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["paper", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(moved_by=""), name="amendment_is_moved"),
            models.CheckConstraint(
                condition=~Q(before="") | ~Q(after=""),
                name="amendment_has_words",
                violation_error_message=_(
                    "Bitte sagen Sie, welcher Wortlaut wegfällt, neu ist oder sich ändert."
                ),
            ),
            models.CheckConstraint(
                condition=Q(goal=None) | Q(measure=None),
                name="amendment_of_one",
                violation_error_message=_("Bitte entweder ein Ziel oder eine Maßnahme angeben."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "withdrawn"])
                | Q(votes_yes=None, votes_no=None, votes_abstain=None),
                name="amendment_votes_of_a_vote",
                violation_error_message=_(
                    "Stimmen gibt es erst, wenn abgestimmt ist. Wählen Sie, was herauskam."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_sort_display()} {self.number}".strip()

    @property
    def is_in(self) -> bool:
        """Whether its words belong to what was decided."""
        return self.state in {self.State.CARRIED, self.State.MODIFIED}


class GroupVote(models.Model):
    """How one group of a body voted on a resolution, where that is known."""

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    resolution = models.ForeignKey("council.Resolution", on_delete=models.CASCADE, related_name="group_votes")
    group = models.CharField(max_length=120)
    votes_yes = models.PositiveSmallIntegerField(default=0)
    votes_no = models.PositiveSmallIntegerField(default=0)
    votes_abstain = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["resolution", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(group=""), name="group_vote_has_group"),
            models.UniqueConstraint(
                fields=["resolution", "group"],
                name="group_vote_once",
                violation_error_message=_("Diese Fraktion ist schon eingetragen."),
            ),
        ]

    def __str__(self) -> str:
        return self.group
