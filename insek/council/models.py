"""Council: papers (Vorlagen), their way through the bodies, resolutions (Beschlüsse) and checks (INSEK-Prüfungen)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept, Edition, Field, Standing
from insek.people.models import Body, Unit
from insek.places.models import District
from insek.strategy.models import Goal
from insek.thread.identity import new_id
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


class Consultation(models.Model):
    """One step of a paper's way through the bodies (Beratungsfolge), in order."""

    class Role(models.TextChoices):
        HEARING = "hearing", _("Anhörung")
        PRELIMINARY = "preliminary", _("Vorberatung")
        DECISION = "decision", _("Entscheidung")

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="consultations")
    position = models.PositiveSmallIntegerField()
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="consultations")
    role = models.CharField(max_length=12, choices=Role.choices)
    date = models.DateField(null=True, blank=True, help_text="Empty: not scheduled yet.")
    result = models.CharField(max_length=300, blank=True)
    held = models.BooleanField(
        null=True,
        blank=True,
        help_text="Whether the body had the matter before it and could speak; empty: not known.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["paper", "position"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "position"], name="consultation_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.body}, {self.get_role_display()}"

    @property
    def had_it(self) -> bool:
        """Whether the body had the matter before it: somebody says so, or there is a result."""
        return self.held is True or (self.held is None and bool(self.result))


class WeightCriterion(models.Model):
    """What makes something a matter of the whole city: one criterion of the list that the council sets."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="weight_criteria")
    key = models.SlugField()
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=500, blank=True)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WORKING)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "key"], name="weight_criterion_once"),
            models.CheckConstraint(condition=~Q(title=""), name="weight_criterion_has_title"),
        ]

    def __str__(self) -> str:
        return self.title


class Check(models.Model):
    """An INSEK-Prüfung by hand: what a draft paper, budget item, funding bid or plan means for the goals."""

    class Subject(models.TextChoices):
        PAPER = "paper", _("Vorlage")
        BUDGET = "budget", _("Haushaltsansatz")
        FUNDING = "funding", _("Förderantrag")
        LAND_USE = "land_use", _("Bauleitplan")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        FINAL = "final", _("abgeschlossen")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="checks")
    key = models.SlugField(default=new_id, editable=False)
    paper = models.ForeignKey(Paper, null=True, blank=True, on_delete=models.PROTECT, related_name="checks")
    title = models.CharField(max_length=300)
    subject = models.CharField(max_length=10, choices=Subject.choices, default=Subject.PAPER)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="checks")
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WORKING)
    weight_reason = models.CharField(max_length=500, blank=True)
    paragraph = models.TextField(blank=True, help_text="Bezug zum INSEK; empty: made from the check.")
    status = models.CharField(max_length=5, choices=Status.choices, default=Status.DRAFT)
    final_on = models.DateField(null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "key"], name="check_key_once"),
            models.CheckConstraint(condition=~Q(title=""), name="check_has_title"),
            models.CheckConstraint(
                condition=Q(status="draft", final_on=None) | Q(status="final", final_on__isnull=False),
                name="check_final_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        """The address of the check."""
        return reverse("check", args=[self.key])

    @property
    def is_final(self) -> bool:
        """Whether the check is frozen."""
        return self.status == self.Status.FINAL


class CheckCriterion(models.Model):
    """A criterion of citywide weight that a check finds fulfilled."""

    check_row = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="criteria")
    criterion = models.ForeignKey(WeightCriterion, on_delete=models.PROTECT, related_name="checks")

    class Meta:
        ordering = ["criterion__position", "criterion__key"]
        constraints = [
            models.UniqueConstraint(fields=["check_row", "criterion"], name="check_criterion_once")
        ]

    def __str__(self) -> str:
        return str(self.criterion)


class CheckGoal(models.Model):
    """What the checked matter does to one goal, how and why."""

    class Effect(models.TextChoices):
        CONFLICTS = "conflicts", _("steht im Widerspruch")
        HINDERS = "hinders", _("hemmt")
        NEUTRAL = "neutral", _("berührt ohne Richtung")
        SUPPORTS = "supports", _("unterstützt")
        STRONG = "strong", _("unterstützt stark")

    class Certainty(models.TextChoices):
        HIGH = "high", _("sicher")
        MEDIUM = "medium", _("wahrscheinlich")
        LOW = "low", _("unsicher")

    check_row = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="goals")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="checks")
    effect = models.CharField(max_length=10, choices=Effect.choices)
    reason = models.CharField(max_length=500)
    certainty = models.CharField(max_length=6, choices=Certainty.choices, default=Certainty.MEDIUM)

    class Meta:
        ordering = ["goal__item__sort_key", "goal"]
        constraints = [
            models.UniqueConstraint(fields=["check_row", "goal"], name="check_goal_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="check_goal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.goal}: {self.get_effect_display()}"


class CheckPlace(models.Model):
    """A place that the checked matter touches."""

    check_row = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="places")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="checks")

    class Meta:
        ordering = ["district__item__sort_key", "district"]
        constraints = [models.UniqueConstraint(fields=["check_row", "district"], name="check_place_once")]

    def __str__(self) -> str:
        return str(self.district)


class CheckMeasure(models.Model):
    """A measure of the concept that the checked matter implements."""

    check_row = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="measures")
    measure = models.ForeignKey("strategy.Measure", on_delete=models.PROTECT, related_name="checks")

    class Meta:
        ordering = ["measure__item__sort_key", "measure"]
        constraints = [models.UniqueConstraint(fields=["check_row", "measure"], name="check_measure_once")]

    def __str__(self) -> str:
        return str(self.measure)


class CheckChange(models.Model):
    """One change of a check, as everything it said before and after. Survives the check, as all history does."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")
    check_key = models.SlugField(
        help_text="Not a foreign key: a draft that was thrown away keeps its history."
    )
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["concept", "check_key", "-at", "-id"], name="change_of_check")]

    def __str__(self) -> str:
        return f"{self.check_key} {self.at:%Y-%m-%d}"


from . import edition_items  # noqa: E402, F401  (its models belong to this app)
