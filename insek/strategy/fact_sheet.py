"""What hangs on the fact sheet of a measure in any number: costs, funding, units taking part, effects on goals."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Standing
from insek.people.models import Unit
from insek.thread.cleaning import is_moment
from insek.thread.identity import new_id

STANDINGS = [choice for choice in Standing.choices if choice[0] in {"working", "fact", "example"}]
A_YEAR = (1900, 2200)


def _years(*names: str) -> Q:
    """Each of these columns is empty or a year that can be meant."""
    condition = Q()
    for name in names:
        condition &= Q(**{name: None}) | Q(**{f"{name}__range": A_YEAR})
    return condition


class SheetLine(models.Model):
    """What lines of costs and of funding have in common."""

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    position = models.PositiveSmallIntegerField(default=1)
    is_internal = models.BooleanField(default=False)
    standing = models.CharField(max_length=10, choices=STANDINGS, default=Standing.WORKING)
    source_title = models.CharField(max_length=300, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


def _fact_has_source(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=~Q(standing="fact") | ~Q(source_title=""),
        name=name,
        violation_error_message=_("„Mit Quelle“ braucht eine Quelle: Bitte die Quelle nennen."),
    )


class CostLine(SheetLine):
    """What a measure, or a part of it, costs (Kostenzeile): an amount or a range, once or every year. Without an amount it is open."""

    class Precision(models.TextChoices):
        EXACT = "exact", _("genau")
        ABOUT = "about", _("rund")
        AT_LEAST = "at_least", _("mindestens")
        AT_MOST = "at_most", _("höchstens")

    class Rhythm(models.TextChoices):
        ONCE = "once", _("einmalig")
        YEARLY = "yearly", _("jährlich")

    class Basis(models.TextChoices):
        GROSS = "gross", _("brutto")
        NET = "net", _("netto")

    class Budget(models.TextChoices):
        RESULT = "result", _("Ergebnishaushalt")
        FINANCIAL = "financial", _("Finanzhaushalt")

    class Duty(models.TextChoices):
        OBLIGATORY = "obligatory", _("pflichtig")
        VOLUNTARY = "voluntary", _("freiwillig")

    measure = models.ForeignKey("strategy.Measure", on_delete=models.CASCADE, related_name="cost_lines")
    title = models.CharField(max_length=200, blank=True)
    amount_eur = models.PositiveBigIntegerField(null=True, blank=True)
    up_to_eur = models.PositiveBigIntegerField(null=True, blank=True)
    precision = models.CharField(max_length=8, choices=Precision.choices, default=Precision.ABOUT)
    rhythm = models.CharField(max_length=6, choices=Rhythm.choices, default=Rhythm.ONCE)
    from_year = models.PositiveSmallIntegerField(null=True, blank=True)
    to_year = models.PositiveSmallIntegerField(null=True, blank=True)
    price_year = models.PositiveSmallIntegerField(null=True, blank=True)
    basis = models.CharField(max_length=5, choices=Basis.choices, blank=True)
    budget_product = models.CharField(max_length=120, blank=True)
    budget = models.CharField(max_length=9, choices=Budget.choices, blank=True)
    duty = models.CharField(max_length=10, choices=Duty.choices, blank=True)
    is_follow_up = models.BooleanField(default=False)
    proviso = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["measure", "position", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(up_to_eur=None) | Q(amount_eur__isnull=False),
                name="cost_line_range_begins",
                violation_error_message=_("Eine Spanne braucht auch den unteren Betrag."),
            ),
            models.CheckConstraint(
                condition=Q(up_to_eur=None) | Q(up_to_eur__gte=F("amount_eur")),
                name="cost_line_range",
                violation_error_message=_("Der obere Betrag der Spanne liegt unter dem unteren."),
            ),
            models.CheckConstraint(
                condition=Q(up_to_eur=None) | ~Q(precision__in=["at_least", "at_most"]),
                name="cost_line_one_bound",
                violation_error_message=_(
                    "„mindestens“ und „höchstens“ haben nur einen Betrag. Für eine Spanne bitte „genau“ oder „rund“ wählen."
                ),
            ),
            models.CheckConstraint(
                condition=Q(to_year=None) | Q(from_year=None) | Q(to_year__gte=F("from_year")),
                name="cost_line_years_in_order",
                violation_error_message=_("Das letzte Jahr liegt vor dem ersten."),
            ),
            models.CheckConstraint(
                condition=_years("from_year", "to_year", "price_year"),
                name="cost_line_years",
                violation_error_message=_("Bitte ein Jahr zwischen 1900 und 2200 angeben."),
            ),
            _fact_has_source("cost_line_fact_has_source"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.get_rhythm_display())


class FundingLine(SheetLine):
    """Who shall pay a measure, from which programme, and how far that has come (Finanzierung, Förderung)."""

    class State(models.TextChoices):
        IDEA = "idea", _("Idee")
        APPLIED = "applied", _("beantragt")
        GRANTED = "granted", _("bewilligt")
        DRAWN = "drawn", _("abgerufen")
        REFUSED = "refused", _("abgelehnt")

    measure = models.ForeignKey("strategy.Measure", on_delete=models.CASCADE, related_name="funding_lines")
    source = models.CharField(max_length=200)
    programme = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.IDEA)
    eligible_eur = models.PositiveBigIntegerField(null=True, blank=True)
    share_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    amount_eur = models.PositiveBigIntegerField(null=True, blank=True)
    own_share_eur = models.PositiveBigIntegerField(null=True, blank=True)
    apply_by = models.CharField(max_length=10, blank=True)
    granted_from = models.CharField(max_length=10, blank=True)
    granted_until = models.CharField(max_length=10, blank=True)
    bound_until = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ["measure", "position", "key"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=""),
                name="funding_line_has_source",
                violation_error_message=_("Bitte nennen, wer das Geld gibt."),
            ),
            models.CheckConstraint(
                condition=Q(share_percent=None) | Q(share_percent__range=(Decimal(0), Decimal(100))),
                name="funding_line_share",
                violation_error_message=_("Ein Fördersatz liegt zwischen 0 und 100 Prozent."),
            ),
            _fact_has_source("funding_line_fact_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source}, {self.programme}" if self.programme else self.source

    def clean(self) -> None:
        """The days are days, and in order."""
        for name in ("apply_by", "granted_from", "granted_until", "bound_until"):
            text = getattr(self, name)
            if text and not is_moment(text):
                raise ValidationError(
                    {name: _("Bitte ein Jahr, einen Monat oder einen Tag angeben, etwa 2024-12-31.")}
                )
        begin, end = self.granted_from, self.granted_until
        if begin and end and end < begin[: len(end)]:
            raise ValidationError({"granted_until": _("Das Ende der Bewilligung liegt vor ihrem Beginn.")})


class TakingPart(models.Model):
    """A unit that takes part in a measure beside the one in charge (mitwirkende Stelle)."""

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    measure = models.ForeignKey(
        "strategy.Measure", on_delete=models.CASCADE, related_name="units_taking_part"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    task = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["measure", "unit__name", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "unit"],
                name="taking_part_once",
                violation_error_message=_("Diese Stelle wirkt schon mit."),
            )
        ]

    def __str__(self) -> str:
        return str(self.unit)


class GoalEffect(models.Model):
    """What a measure does to one goal: in which direction, how strongly, and how sure that is (Wirkung)."""

    class Direction(models.TextChoices):
        SUPPORTS = "supports", _("fördert")
        NEUTRAL = "neutral", _("berührt ohne Richtung")
        HINDERS = "hinders", _("hemmt")

    class Strength(models.TextChoices):
        STRONG = "strong", _("stark")
        MEDIUM = "medium", _("mittel")
        WEAK = "weak", _("schwach")

    class Certainty(models.TextChoices):
        HIGH = "high", _("sicher")
        MEDIUM = "medium", _("wahrscheinlich")
        LOW = "low", _("unsicher")

    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    measure = models.ForeignKey("strategy.Measure", on_delete=models.CASCADE, related_name="effects")
    goal = models.ForeignKey("strategy.Goal", on_delete=models.CASCADE, related_name="effects")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    strength = models.CharField(max_length=6, choices=Strength.choices, blank=True)
    certainty = models.CharField(max_length=6, choices=Certainty.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["measure", "goal__item__sort_key", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "goal"],
                name="goal_effect_once",
                violation_error_message=_("Die Wirkung auf dieses Ziel ist schon eingetragen."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.goal}: {self.get_direction_display()}"
