"""Council: papers (Vorlagen), their way through the bodies, resolutions (Beschlüsse) and checks (INSEK-Prüfungen)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept, Edition, Field, Standing
from insek.people.models import Body, Unit
from insek.places.models import District
from insek.strategy.models import Goal
from insek.thread.identity import new_id
from insek.thread.models import Item

from .amendments import GroupVote, PaperAmendment

__all__ = [
    "Check",
    "CheckCriterion",
    "CheckGoal",
    "CheckMeasure",
    "CheckPlace",
    "Consultation",
    "GroupVote",
    "Paper",
    "PaperAmendment",
    "Resolution",
    "Subject",
    "Weight",
    "WeightCriterion",
]


class Subject(models.TextChoices):
    """What sort of decision is prepared or checked."""

    PAPER = "paper", _("Vorlage")
    BUDGET = "budget", _("Haushaltsansatz")
    FUNDING = "funding", _("Förderantrag")
    LAND_USE = "land_use", _("Bauleitplan")
    LAND_SALE = "land_sale", _("Grundstücksverkauf")
    CONSENT = "consent", _("Zustimmung nach § 36a BauGB")


class Weight(models.TextChoices):
    """Whether a decision is of citywide weight."""

    CITYWIDE = "citywide", _("von gesamtstädtischem Gewicht")
    LOCAL = "local", _("ohne gesamtstädtisches Gewicht")


class Paper(models.Model):
    """A paper (Vorlage) that the administration or a group puts before a body, or another decision that is prepared."""

    Subject, Weight = Subject, Weight

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="paper")
    reference = models.CharField(max_length=40, blank=True, help_text="Such as 0466/2020.")
    date = models.DateField(null=True, blank=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="papers")
    subject = models.CharField(
        max_length=10,
        choices=Subject.choices,
        default=Subject.PAPER,
        help_text="What sort of decision it is.",
    )
    weight = models.CharField(
        max_length=8, choices=Weight.choices, blank=True,
        help_text="Chosen by a person before anybody checks it; what its check says counts more. Empty: not looked at.",
    )  # fmt: skip

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

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
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

    class Sign(models.TextChoices):
        """By what a text shows that a criterion is fulfilled."""

        AMOUNT = "amount", _("ein Betrag in Euro")
        AREA = "area", _("eine Fläche in Hektar")
        PLACES = "places", _("mehrere Stadtteile oder Bezirke")
        WORDS = "words", _("bestimmte Wörter")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="weight_criteria")
    key = models.SlugField()
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=500, blank=True)
    sign = models.CharField(
        max_length=6,
        choices=Sign.choices,
        blank=True,
        help_text="By what a text shows it; empty: only a person can tell.",
    )
    least = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Euros, hectares or places from which on it is fulfilled.",
    )
    words = models.CharField(
        max_length=500,
        blank=True,
        help_text="Words that show it, separated by commas, where words are its sign.",
    )
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WORKING)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sign="")
                | Q(sign="words") & ~Q(words="")
                | Q(sign__in=["amount", "area", "places"], least__gt=0),
                name="weight_criterion_sign_is_whole",
                violation_error_message=_(
                    "Zum Zeichen gehört, ab wie viel es gilt, oder welche Wörter es sind."
                ),
            ),
            models.UniqueConstraint(fields=["concept", "key"], name="weight_criterion_once"),
            models.CheckConstraint(condition=~Q(title=""), name="weight_criterion_has_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def sign_words(self) -> str:
        """By what the program sees it in a text: ein Betrag in Euro, ab 1.000.000."""
        if not self.sign:
            return str(_("nur von Menschen zu beurteilen"))
        label = str(self.get_sign_display())
        if self.sign == self.Sign.WORDS:
            return f"{label}: {self.words}"
        least = number_format(self.least.normalize() if self.least else 0, force_grouping=True)
        return str(_("%(sign)s, ab %(least)s")) % {"sign": label, "least": least}


class Check(models.Model):
    """An INSEK-Prüfung by hand: what a draft paper, budget item, funding bid or plan means for the goals."""

    Subject, Weight = Subject, Weight

    class Status(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        FINAL = "final", _("abgeschlossen")

    item = models.OneToOneField(
        Item, primary_key=True, on_delete=models.CASCADE, related_name="concept_check"
    )
    paper = models.ForeignKey(Paper, null=True, blank=True, on_delete=models.PROTECT, related_name="checks")
    subject = models.CharField(max_length=10, choices=Subject.choices, default=Subject.PAPER)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="checks")
    edition = models.ForeignKey(
        Edition,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="checks",
        help_text="What it rests on; empty: the edition in force, kept when the check is finished.",
    )
    weight = models.CharField(
        max_length=8,
        choices=Weight.choices,
        blank=True,
        help_text="Chosen by a person; empty: not looked at.",
    )
    criteria = models.ManyToManyField(WeightCriterion, through="CheckCriterion", blank=True)
    weight_reason = models.CharField(max_length=500, blank=True)
    touches_no_goal = models.BooleanField(
        default=False, help_text="A result that a person chose; no goals without it: not looked at."
    )
    no_goal_reason = models.CharField(max_length=500, blank=True)
    measures = models.ManyToManyField("strategy.Measure", through="CheckMeasure", blank=True)
    districts = models.ManyToManyField(District, through="CheckPlace", blank=True)
    paragraph = models.TextField(blank=True, help_text="Bezug zum INSEK; empty: made from the check.")
    status = models.CharField(max_length=5, choices=Status.choices, default=Status.DRAFT)
    final_on = models.DateField(null=True, blank=True)
    answer_until = models.DateField(
        null=True,
        blank=True,
        help_text="Until when the unit that leads the matter may answer; empty: nobody asked it.",
    )
    answer = models.TextField(blank=True, help_text="What that unit says to a conflict, in its own words.")
    answered_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "council_check_item"
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft", final_on=None) | Q(status="final", final_on__isnull=False),
                name="check_item_final_has_date",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None) | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="check_item_answer_has_day",
            ),
            models.CheckConstraint(
                condition=Q(touches_no_goal=False) | ~Q(no_goal_reason=""),
                name="check_item_no_goal_has_reason",
                violation_error_message=_("Bitte sagen Sie in einem Satz, warum kein Ziel berührt ist."),
            ),
        ]

    def __str__(self) -> str:
        return self.item.title

    @property
    def is_final(self) -> bool:
        """Whether the check is frozen."""
        return self.status == self.Status.FINAL


class CheckCriterion(models.Model):
    """A criterion of citywide weight that a check finds fulfilled."""

    check_row = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="+")
    criterion = models.ForeignKey(WeightCriterion, on_delete=models.PROTECT, related_name="checks")

    class Meta:
        db_table = "council_check_item_criterion"
        constraints = [
            models.UniqueConstraint(fields=["check_row", "criterion"], name="check_item_criterion_once")
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

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    check_row = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="goals")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="checks")
    effect = models.CharField(max_length=10, choices=Effect.choices)
    reason = models.CharField(max_length=500)
    certainty = models.CharField(max_length=6, choices=Certainty.choices, default=Certainty.MEDIUM)
    asked_unit = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Which unit was asked about this conflict as it stands, or said it itself; empty: none, or it was worded anew.",
    )
    is_heard = models.BooleanField(
        default=False,
        editable=False,
        help_text="Whether that unit spoke: it answered, let its time pass, or said the conflict itself.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        db_table = "council_check_item_goal"
        ordering = ["goal__item__sort_key", "goal"]
        constraints = [
            models.UniqueConstraint(fields=["check_row", "goal"], name="check_item_goal_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="check_item_goal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.goal}: {self.get_effect_display()}"


class CheckPlace(models.Model):
    """A place that the checked matter touches."""

    check_row = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="+")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="checks")

    class Meta:
        db_table = "council_check_item_place"
        constraints = [
            models.UniqueConstraint(fields=["check_row", "district"], name="check_item_place_once")
        ]

    def __str__(self) -> str:
        return str(self.district)


class CheckMeasure(models.Model):
    """A measure of the concept that the checked matter implements."""

    check_row = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="+")
    measure = models.ForeignKey("strategy.Measure", on_delete=models.PROTECT, related_name="checks")

    class Meta:
        db_table = "council_check_item_measure"
        constraints = [
            models.UniqueConstraint(fields=["check_row", "measure"], name="check_item_measure_once")
        ]

    def __str__(self) -> str:
        return str(self.measure)


from . import edition_items  # noqa: E402, F401  (its models belong to this app)
