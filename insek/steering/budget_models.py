"""The budget of the city (Haushalt): its plans, their lines, and which line pays which measure."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.models import Concept, Standing, Versioned
from insek.engines.budget.heads import is_investment, is_running_payment
from insek.strategy.fact_sheet import STANDINGS, CostLine
from insek.strategy.models import Measure
from insek.thread.identity import new_id


class BudgetPlan(Versioned):
    """A budget of one stage: the plan of a year or two, its draft, or a supplement to it (Nachtrag)."""

    class Sort(models.TextChoices):
        PLAN = "plan", _("Haushaltsplan")
        SUPPLEMENT = "supplement", _("Nachtrag")

    class Stage(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        ADOPTED = "adopted", _("beschlossen")
        APPROVED = "approved", _("genehmigt")

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="budget_plans")
    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    title = models.CharField(_("Name"), max_length=120)
    sort = models.CharField(_("Art"), max_length=10, choices=Sort.choices, default=Sort.PLAN)
    stage = models.CharField(
        _("Stand des Haushalts"), max_length=8, choices=Stage.choices, default=Stage.DRAFT
    )
    first_year = models.PositiveSmallIntegerField(_("Erstes Haushaltsjahr"))
    last_year = models.PositiveSmallIntegerField(_("Letztes Haushaltsjahr"), help_text=_("Bei einem Doppelhaushalt das zweite, sonst dasselbe."))  # fmt: skip
    as_of = models.DateField(_("Stand vom"), default=clock.today)
    standing = models.CharField(
        _("Verlässlichkeit"), max_length=10, choices=STANDINGS, default=Standing.WORKING
    )
    source_title = models.CharField(_("Quelle"), max_length=300, blank=True)
    source_url = models.URLField(_("Adresse der Quelle"), max_length=500, blank=True)
    note = models.TextField(_("Anmerkung"), max_length=2000, blank=True)
    is_public = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-first_year", "-as_of", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["concept", "title"], name="budget_plan_title_once",
                violation_error_message=_("Einen Haushalt mit diesem Namen gibt es schon."),
            ),
            models.CheckConstraint(
                condition=Q(first_year__range=(2000, 2100)) & Q(last_year__range=(2000, 2100)),
                name="budget_plan_year",
                violation_error_message=_("Bitte ein Jahr zwischen 2000 und 2100 angeben."),
            ),
            models.CheckConstraint(
                condition=Q(last_year__gte=models.F("first_year")), name="budget_plan_years",
                violation_error_message=_("Das letzte Jahr liegt vor dem ersten."),
            ),
            models.CheckConstraint(
                condition=~Q(standing="fact") | ~Q(source_title=""), name="budget_plan_fact_has_source",
                violation_error_message=_("„Mit Quelle“ braucht eine Quelle: Bitte die Quelle nennen."),
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | ~Q(stage="draft"), name="budget_plan_draft_is_internal",
                violation_error_message=_("Ein Entwurf bleibt intern."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_supplement(self) -> bool:
        """Whether it lists changes alone."""
        return self.sort == self.Sort.SUPPLEMENT

    @property
    def is_example(self) -> bool:
        """Whether its figures are made up."""
        return self.standing == Standing.EXAMPLE


class BudgetLine(Versioned):
    """One line of a budget: what is planned under a product, account or investment, by year."""

    class Side(models.TextChoices):
        EXPENDITURE = "expenditure", _("Ausgabe")
        REVENUE = "revenue", _("Einnahme")

    budget_plan = models.ForeignKey(BudgetPlan, on_delete=models.CASCADE, related_name="lines")
    key = models.CharField(max_length=8, primary_key=True, default=new_id, editable=False)
    position = models.PositiveIntegerField(default=1)
    identity = models.CharField(
        max_length=64, editable=False, help_text="Of product, account, investment, side and title: the same in the next budget."
    )  # fmt: skip
    title = models.CharField(max_length=300)
    product = models.CharField(max_length=60, blank=True)
    product_name = models.CharField(max_length=200, blank=True)
    account = models.CharField(max_length=60, blank=True)
    investment = models.CharField(max_length=60, blank=True)
    budget = models.CharField(max_length=9, choices=CostLine.Budget.choices, blank=True)
    side = models.CharField(max_length=11, choices=Side.choices, default=Side.EXPENDITURE)
    duty = models.CharField(max_length=10, choices=CostLine.Duty.choices, blank=True)
    amounts = models.JSONField(default=dict, blank=True, help_text="Year -> whole euros.")
    commitments = models.JSONField(
        default=dict, blank=True, help_text="Year -> whole euros that may be committed (Verpflichtungsermächtigung)."
    )  # fmt: skip
    total_eur = models.BigIntegerField(null=True, blank=True)
    is_without_measure = models.BooleanField(
        default=False, help_text="Whether a person said that it pays no measure of the concept."
    )

    class Meta:
        ordering = ["budget_plan", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["budget_plan", "identity"], name="budget_line_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def concept(self) -> Concept:
        """The concept that its budget belongs to."""
        return self.budget_plan.concept

    @property
    def is_investment(self) -> bool:
        """Whether it pays an investment."""
        return is_investment(self.budget, self.side, self.account, self.investment)

    @property
    def is_running_payment(self) -> bool:
        """Whether it is in the budget of finances what the budget of results has too."""
        return is_running_payment(self.budget, self.account, self.investment)

    @property
    def number(self) -> str:
        """What it stands under: investment, account or product."""
        return self.investment or self.account or self.product

    def amount(self, year: int) -> int:
        """What is planned in a year; 0 where nothing is."""
        return int(self.amounts.get(str(year), 0))


class BudgetMatch(models.Model):
    """A line of a budget that pays a measure, or is paid for it, as a person confirmed."""

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="budget_matches")
    line = models.ForeignKey(BudgetLine, on_delete=models.CASCADE, related_name="matches")
    note = models.CharField(max_length=300, blank=True)
    is_released = models.BooleanField(default=False)
    confirmed_on = models.DateField(default=clock.today)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["measure", "line__position", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "line"],
                name="budget_match_once",
                violation_error_message=_("Diese Zeile ist der Maßnahme schon zugeordnet."),
            )
        ]

    def __str__(self) -> str:
        return str(self.line)
