"""Plans that already apply, and how each was appraised."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.thread.cleaning import is_moment
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
    def aim_list(self) -> list[str]:
        """The aims, one by one."""
        return [line.strip() for line in self.aims.splitlines() if line.strip()]


class Bindingness(models.TextChoices):
    """How a plan binds: a class, not a number. What each means stands in rubric.py. The strongest first."""

    REGIONAL_GOAL = "regional_goal", _("Ziel der Raumordnung")
    REGIONAL_PRINCIPLE = "regional_principle", _("Grundsatz der Raumordnung")
    STATUTE = "statute", _("Satzung oder Bebauungsplan")
    LANDUSE = "landuse", _("Flächennutzungsplan")
    SECTOR = "sector", _("Fachplan nach Gesetz")
    CONCEPT = "concept", _("Vom Rat beschlossenes Konzept")
    NOT_ADOPTED = "not_adopted", _("Nicht beschlossenes Konzept")
    REPORT = "report", _("Gutachten oder Bericht")


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
