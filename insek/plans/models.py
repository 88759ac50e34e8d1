"""Plans that already apply, and how each was appraised."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.models import Concept, Versioned
from insek.engines.text import shortened
from insek.people.models import Unit
from insek.thread.cleaning import is_moment
from insek.thread.identity import new_id
from insek.thread.models import Item


class Plan(models.Model):
    """A plan, concept or report that the city already has, is working on, or once had."""

    class Type(models.TextChoices):
        REGIONAL = "regional", _("Regionalplan")
        LANDUSE = "landuse", _("Flächennutzungsplan")
        DEVELOPMENT = "development", _("Bebauungsplan")
        LANDSCAPE = "landscape", _("Landschaftsplan")
        SECTOR = "sector", _("Fachplan")
        FRAMEWORK = "framework", _("Rahmenplan")
        CONCEPT = "concept", _("Konzept")
        AREA = "area", _("Gebietskonzept der Städtebauförderung")
        LEITBILD = "leitbild", _("Leitbild oder Leitlinien")
        RESOLUTION = "resolution", _("Grundsatzbeschluss")
        REPORT = "report", _("Gutachten oder Bericht")

    class Status(models.TextChoices):
        IN_FORCE = "in_force", _("in Kraft")
        ADOPTED = "adopted", _("beschlossen")
        RUNNING = "running", _("in Umsetzung")
        NOTED = "noted", _("zur Kenntnis genommen")
        PROCEDURE = "procedure", _("im Verfahren")
        DRAFT = "draft", _("Entwurf")
        PREPARATION = "preparation", _("in Vorbereitung")
        EXPIRED = "expired", _("ausgelaufen")
        UNKNOWN = "unknown", _("Stand nicht bekannt")

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="plan")
    type = models.CharField(max_length=12, choices=Type.choices, db_index=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.UNKNOWN, db_index=True)
    year = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1850), MaxValueValidator(2200)]
    )
    decision_date = models.CharField(max_length=10, blank=True)
    decision_body = models.CharField(max_length=200, blank=True)
    horizon_year = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2200)]
    )
    area = models.CharField(max_length=200, blank=True)
    aims = models.TextField(blank=True, help_text="One aim a line.")
    document_url = models.URLField(max_length=500, blank=True)

    def __str__(self) -> str:
        return str(self.item)

    def clean(self) -> None:
        """The date of the decision exists."""
        if self.decision_date and not is_moment(self.decision_date):
            raise ValidationError(
                {"decision_date": _("Bitte ein Jahr, einen Monat oder einen Tag angeben, etwa 2024-12-31.")}
            )

    @property
    def reckoned_year(self) -> int | None:
        """The year its age is reckoned from, on every page: the one that is entered, else that of the decision."""
        return self.year or (int(self.decision_date[:4]) if self.decision_date else None)

    @property
    def aim_list(self) -> list[str]:
        """The aims, one by one."""
        return [line.strip() for line in self.aims.splitlines() if line.strip()]


class PlanStatement(models.Model):
    """What a plan says in one sentence (Kernaussage), word for word: its quotation, document and page stand with the item."""

    class Type(models.TextChoices):
        AIM = "aim", _("Ziel")
        ACT = "act", _("Maßnahme")
        STATE = "state", _("Befund")
        COMMITMENT = "commitment", _("Verpflichtung")
        PROHIBITION = "prohibition", _("Ausschluss")

    class Marking(models.TextChoices):
        NONE = "", _("ohne Kennzeichen")
        GOAL = "z", _("Z: Ziel der Raumordnung")
        PREPARED = "z_prepared", _("Ziel der Raumordnung in Aufstellung")
        PRINCIPLE = "g", _("G: Grundsatz der Raumordnung")
        STATUTE = "statute", _("Paragraf einer Satzung oder Festsetzung")

    class Firmness(models.TextChoices):
        MUST = "must", _("muss, ist zu, darf nicht")
        SHALL = "shall", _("soll")
        WILL = "will", _("wird, ist vorgesehen")
        INTENDED = "intended", _("ist Ziel, wird angestrebt")
        SHOULD = "should", _("sollte, wird empfohlen")
        MAY = "may", _("kann, ist zulässig")
        TOLD = "told", _("stellt fest")

    class Bound(models.TextChoices):
        EXACT = "", _("genau")
        LEAST = "least", _("mindestens")
        MOST = "most", _("höchstens")
        ABOUT = "about", _("etwa")
        CHANGE = "change", _("um so viel")
        FROM = "from", _("von")
        TO = "to", _("auf")

    item = models.OneToOneField(
        Item, primary_key=True, on_delete=models.CASCADE, related_name="plan_statement"
    )
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="statements")
    type = models.CharField(max_length=12, choices=Type.choices, db_index=True)
    marking = models.CharField(max_length=10, choices=Marking.choices, blank=True, default="")
    marked_as = models.CharField(
        max_length=40, blank=True, help_text="The marking as it stands there: Z 31, § 4."
    )
    firmness = models.CharField(max_length=8, choices=Firmness.choices, default=Firmness.TOLD)
    target_year = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2200)]
    )
    bound = models.CharField(max_length=6, choices=Bound.choices, blank=True, default="")
    amount = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    amount_unit = models.CharField(max_length=60, blank=True)
    who = models.CharField(max_length=200, blank=True, help_text="Who is to do it, as the plan says.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=["aim", "act", "state", "commitment", "prohibition"]),
                name="plan_statement_type_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)

    @property
    def is_checkable(self) -> bool:
        """Whether one can see later if it came true: a quantity, a year, or who is to do it."""
        return self.amount is not None or self.target_year is not None or bool(self.who)


class Bindingness(models.TextChoices):
    """How a plan binds: a class, not a number. What each means stands in rubric.py. The strongest first."""

    REGIONAL_GOAL = "regional_goal", _("Ziel der Raumordnung")
    REGIONAL_PRINCIPLE = "regional_principle", _("Grundsatz der Raumordnung")
    REGIONAL_PREPARED = "regional_prepared", _("Ziel der Raumordnung in Aufstellung")
    STATUTE = "statute", _("Satzung oder Bebauungsplan")
    LANDUSE = "landuse", _("Flächennutzungsplan")
    SECTOR = "sector", _("Fachplan nach Gesetz")
    CONCEPT = "concept", _("Vom Rat beschlossenes Konzept")
    NOT_ADOPTED = "not_adopted", _("Konzept ohne bekannten Ratsbeschluss")
    REPORT = "report", _("Gutachten oder Bericht")
    NOT_IN_FORCE = "not_in_force", _("Nicht in Kraft")


class PlanAppraisal(models.Model):
    """What somebody thought of a plan on a day. Never changed: a new appraisal is a new row, the old one its history."""

    class Standing(models.TextChoices):
        WORKING = "working", _("Arbeitsstand")
        EXAMPLE = "example", _("Beispiel")

    class Implementation(models.TextChoices):
        UNKNOWN = "unknown", _("nicht bekannt")
        OPEN = "open", _("noch nicht begonnen")
        BEGUN = "begun", _("begonnen")
        UNDERWAY = "underway", _("zum Teil umgesetzt")
        DONE = "done", _("weitgehend umgesetzt")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="appraisals")
    version = models.PositiveIntegerField(default=1, editable=False)
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="supersedes", editable=False
    )
    currency = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    currency_reason = models.CharField(max_length=500)
    substance = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    substance_reason = models.CharField(max_length=500)
    bindingness = models.CharField(max_length=20, choices=Bindingness.choices)
    bindingness_reason = models.CharField(max_length=500, blank=True)
    implementation = models.CharField(
        max_length=10, choices=Implementation.choices, default=Implementation.UNKNOWN
    )
    implementation_reason = models.CharField(max_length=500, blank=True)
    consulted = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="Which units were asked before it became public, and what came of it, in the language of the city.",
    )
    appraised_on = models.DateField(default=clock.today)
    appraised_by = models.CharField(max_length=200, blank=True)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WORKING)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "version"], name="appraisal_version_once"),
            models.CheckConstraint(
                condition=Q(currency__range=(0, 100)) & Q(substance__range=(0, 100)),
                name="appraisal_in_hundred",
                violation_error_message=_("Aktualität und Aussagekraft liegen zwischen 0 und 100."),
            ),
            models.CheckConstraint(
                condition=~Q(currency_reason="") & ~Q(substance_reason=""),
                name="appraisal_has_reasons",
                violation_error_message=_("Zu jeder Zahl gehört ein Satz, der sie begründet."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.currency}/{self.substance} {self.bindingness}"

    @property
    def is_example(self) -> bool:
        """Whether the appraisal says "Beispiel" wherever it is shown."""
        return self.standing == self.Standing.EXAMPLE


class PlanText(models.Model):
    """What a person wrote in the place of the drafted appraisal of a plan; the draft stays visible beside it."""

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="texts")
    text = models.TextField(help_text="The appraisal in words, in Markdown.")
    facts_key = models.CharField(
        max_length=16, blank=True, editable=False, help_text="Stands for the facts that it was written after."
    )
    written_on = models.DateField(default=clock.today)
    written_by = models.CharField(max_length=200, blank=True, help_text="Office or practice, never a person.")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["plan", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"],
                name="plan_text_once",
                violation_error_message=_(
                    "Zu diesem Planwerk steht schon ein eigener Text; bitte ändern Sie ihn."
                ),
            ),
            models.CheckConstraint(condition=~Q(text=""), name="plan_text_has_words"),
        ]

    def __str__(self) -> str:
        return shortened(self.text, 80)


class PlanComment(models.Model):
    """A unit that is asked what it says of an appraisal before that is public, and what it answered. Never public."""

    class Stance(models.TextChoices):
        OPEN = "", _("noch nicht geantwortet")
        AGREES = "agrees", _("stimmt zu")
        REMARKS = "remarks", _("stimmt zu, mit Anmerkungen")
        DISAGREES = "disagrees", _("stimmt nicht zu")

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="comments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    about_version = models.PositiveIntegerField(
        default=0, editable=False, help_text="Version that the appraisal will have which it is about."
    )
    asked_on = models.DateField(default=clock.today)
    due = models.DateField(help_text="Last day to answer.")
    question = models.TextField(blank=True)
    stance = models.CharField(max_length=9, choices=Stance.choices, blank=True, default="")
    comment = models.TextField(blank=True)
    answered_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["plan", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "about_version", "unit"],
                name="plan_comment_once",
                violation_error_message=_("Diese Stelle ist zu dieser Bewertung schon gefragt."),
            ),
            models.CheckConstraint(
                condition=Q(stance__in=["", "agrees", "remarks", "disagrees"]),
                name="plan_comment_stance_known",
            ),
            models.CheckConstraint(
                condition=Q(stance__in=["", "agrees"]) | ~Q(comment=""),
                name="plan_comment_says_why",
                violation_error_message=_(
                    "Bitte schreiben Sie, was Sie anmerken oder warum Sie nicht zustimmen."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_stance_display()}"

    @property
    def is_open(self) -> bool:
        """Whether an answer may still come before its last day is over."""
        return not self.stance and self.due >= clock.today()


class OverviewText(models.Model):
    """What a person wrote in the place of the drafted appraisal of all plans together; one for a concept."""

    key = models.SlugField(max_length=20, default="planwerke", editable=False)
    concept = models.OneToOneField(Concept, on_delete=models.CASCADE, related_name="plan_overview_text")
    text = models.TextField(blank=True, help_text="In Markdown; empty: the draft stands.")
    facts_key = models.CharField(max_length=16, blank=True, editable=False)
    written_on = models.DateField(default=clock.today)
    written_by = models.CharField(max_length=200, blank=True, help_text="Office or practice, never a person.")
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return shortened(self.text, 80)


class RubricValue(Versioned):
    """One number of the rubric that a city sets otherwise than usual, with the reason (rubric_values.py)."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="rubric_values")
    key = models.CharField(max_length=40)
    value = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "key"], name="rubric_value_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="rubric_value_has_reason"),
        ]

    def __str__(self) -> str:
        from .rubric_values import numbers

        known = numbers().get(self.key)
        return str(known.label) if known else self.key


class StatementComparison(models.Model):
    """One comparison of all statements of a concept, by subject; computed in a job and kept until the next one is done."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="statement_comparisons")
    made_at = models.DateTimeField(default=clock.now, editable=False)
    model = models.CharField(max_length=80, help_text="What encoded the sentences.")
    is_done = models.BooleanField(
        default=False, help_text="Whether all rows are written; only then it counts."
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.concept_id} {self.made_at:%Y-%m-%d}"


class ComparedStatement(models.Model):
    """A statement in a comparison: the subject it shares with others, if any, and its place there, the most central first."""

    comparison = models.ForeignKey(StatementComparison, on_delete=models.CASCADE, related_name="statements")
    statement = models.ForeignKey(PlanStatement, on_delete=models.CASCADE, related_name="compared")
    subject = models.PositiveIntegerField(null=True, blank=True)
    place = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(help_text="Of the item when it was compared.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comparison", "statement"], name="statement_compared_once")
        ]
        indexes = [models.Index(fields=["comparison", "subject", "place"], name="compared_by_subject")]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.subject}"
