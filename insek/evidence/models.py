"""Evidence: indicators, and observations as append-only rows with source, date and quality."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Confidence
from insek.engines import periods
from insek.engines.formulas import LONGEST
from insek.engines.numbers import PERCENT, has_unit
from insek.engines.tables.breakdowns import AgeGroup, Cut
from insek.engines.tables.official_signs import WITHOUT_VALUE
from insek.engines.units import unit_of
from insek.people.models import Unit, in_language
from insek.places.models import District
from insek.thread.models import Item

from .comparison.models import ComparisonArea, ComparisonValue
from .derived.models import Derivation
from .reaching.models import ReachAnalysis, ReachRun
from .scenarios.models import Scenario, ScenarioRun
from .secrecy.models import ProtectedValue, SmallCounts
from .sums.models import Summation

__all__ = [
    "IN_TIME",
    "PERIOD_KINDS",
    "TOTAL",
    "Breakdown",
    "ComparisonArea",
    "ComparisonValue",
    "Derivation",
    "ImportBatch",
    "Indicator",
    "Observation",
    "ObservationQuerySet",
    "ProtectedValue",
    "ReachAnalysis",
    "ReachRun",
    "Scenario",
    "ScenarioRun",
    "SeriesBreak",
    "SmallCounts",
    "Summation",
]


class Indicator(models.Model):
    """What is measured, in which unit, how, and which way is good."""

    class Direction(models.TextChoices):
        UP = "up", _("mehr ist besser")
        DOWN = "down", _("weniger ist besser")
        NONE = "none", _("ohne Richtung")

    class Periodicity(models.TextChoices):
        YEAR = "year", _("jährlich")
        HALF = "half", _("halbjährlich")
        QUARTER = "quarter", _("vierteljährlich")
        MONTH = "month", _("monatlich")
        SCHOOL = "school", _("je Schuljahr")
        YEARS = "years", _("über mehrere Jahre")
        IRREGULAR = "irregular", _("unregelmäßig")

    class SumsDiffer(models.TextChoices):
        EXACT = "", _("gar nicht: Teile ergeben zusammen das Ganze")
        ROUNDED = "rounded", _("durch Rundung jedes Wertes")
        CELL_KEY = "cell_key", _("durch die Cell-Key-Methode")

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="indicator")
    unit = models.CharField(max_length=60)
    unit_en = models.CharField(max_length=60, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.NONE)
    periodicity = models.CharField(max_length=10, choices=Periodicity.choices, default=Periodicity.YEAR)
    method = models.TextField(blank=True)
    uncertainty = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="Standard error of a value for the whole city, in the unit; empty where it is not known.",
    )
    adds_up = models.BooleanField(
        default=False,
        help_text="Whether the values of places add up to that of the city: numbers and amounts, never shares, averages or densities.",
    )
    sums_differ = models.CharField(
        max_length=8,
        blank=True,
        choices=SumsDiffer.choices,
        help_text="How totals may differ from the sum of their parts: by rounding, by the cell-key method; empty: not at all.",
    )
    needs_basis = models.BooleanField(
        default=False, help_text="Whether each value must say on which count of the population it rests."
    )

    formula = models.TextField(
        blank=True,
        max_length=LONGEST,
        help_text="How its values follow from those of others: ids in square brackets, + - * / ( ) and numbers; empty: they are entered.",
    )
    by_sex = models.BooleanField(default=False, help_text="Whether there are values of men and women.")
    by_age = models.BooleanField(default=False, help_text="Whether there are values of ages and age groups.")
    by_other = models.CharField(
        max_length=300, blank=True, help_text="Names of further breakdowns, separated by semicolons."
    )
    supplied_by = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="indicators",
        help_text="The unit that has its values and is asked for new ones; empty: nobody is.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(decimals__lte=6), name="indicator_decimals"),
            models.CheckConstraint(
                condition=Q(uncertainty=None) | Q(uncertainty__gte=0),
                name="indicator_uncertainty",
                violation_error_message=_("Die Unsicherheit kann nicht kleiner als null sein."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)

    @property
    def title_text(self) -> str:
        """What is measured, in the language of the page where it is known; the item must have been read with it."""
        return self.item.shown_title

    @property
    def unit_text(self) -> str:
        """The unit in the language of the page."""
        return in_language(self.unit, self.unit_en)

    def unit_after(self, number: str) -> str:
        """The unit as it follows a number that is shown: 1 Spielplatz, 2 Spielplätze."""
        return unit_of(number, self.unit_text)

    @property
    def in_percent(self) -> bool:
        """Whether 12.5 means twelve and a half of a hundred; of a share, 0.125 would."""
        return has_unit(self.unit, PERCENT) or self.unit.strip().casefold().startswith(PERCENT_FIRST)

    @property
    def has_parts(self) -> bool:
        """Whether a place has a part of what the whole city has, which can be said in percent."""
        return self.adds_up and not self.in_percent

    @property
    def dimensions(self) -> frozenset[str]:
        """By what its values are broken down: ``sex``, ``age``, names of others."""
        others = {" ".join(name.split()) for name in self.by_other.split(";") if name.strip()}
        return frozenset(others | ({"sex"} if self.by_sex else set()) | ({"age"} if self.by_age else set()))

    @property
    def period_kinds(self) -> frozenset[str]:
        """Which kinds of periods (``engines.periods``) its values may have; empty for all."""
        return PERIOD_KINDS[Indicator.Periodicity(self.periodicity)]

    @property
    def units(self) -> tuple[str, ...]:
        """What may follow a value."""
        return (self.unit, self.unit_en, *(PERCENT if self.in_percent else ()))


PERIOD_KINDS: dict[str, frozenset[str]] = {
    Indicator.Periodicity.YEAR: frozenset({periods.YEAR, periods.DAY}),
    Indicator.Periodicity.HALF: frozenset({periods.HALF, periods.DAY}),
    Indicator.Periodicity.QUARTER: frozenset({periods.QUARTER, periods.DAY}),
    Indicator.Periodicity.MONTH: frozenset({periods.MONTH, periods.DAY}),
    Indicator.Periodicity.SCHOOL: frozenset({periods.SCHOOL, periods.DAY}),
    Indicator.Periodicity.YEARS: frozenset({periods.YEARS}),
    Indicator.Periodicity.IRREGULAR: frozenset(),
}
"""Which kinds of periods go with a turn, so that years and quarters never stand in one series; a reporting day goes with any."""


class SeriesBreak(models.Model):
    """From this period on, values cannot be compared with those before."""

    class Basis(models.TextChoices):
        REGISTER = "register", _("Melderegister")
        CENSUS_1987 = "census1987", _("Volkszählung 1987")
        CENSUS_2011 = "census2011", _("Zensus 2011")
        CENSUS_2022 = "census2022", _("Zensus 2022")

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="breaks")
    period = models.CharField(max_length=periods.LONGEST)
    reason = models.CharField(max_length=300)
    basis = models.CharField(
        max_length=10,
        blank=True,
        choices=Basis.choices,
        help_text="On which count of the population values rest from then on; empty: on what they did, or on none.",
    )

    class Meta:
        ordering = ["indicator", "period"]
        constraints = [models.UniqueConstraint(fields=["indicator", "period"], name="series_break_once")]

    def __str__(self) -> str:
        return f"{self.period}: {self.reason}"


class ImportBatch(models.Model):
    """One delivery of observations: a file, a form, a package."""

    label = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="undone_by"
    )
    is_valid = models.BooleanField(
        default=True, help_text="Whether its values count: not before all pieces of it are written."
    )
    touched_at = models.DateTimeField(
        null=True, blank=True, help_text="When a piece was last written, or taken away again."
    )
    is_derived = models.BooleanField(
        default=False,
        help_text="Whether its values were worked out by formulas: they are not taken back but worked out anew.",
    )

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(is_valid=False), name="import_batch_unfinished"),
        ]

    def __str__(self) -> str:
        return self.label


class Breakdown(models.Model):
    """Which part of all a value is of: a sex, ages, anything else. The row 0 is all of it; it is there in every database."""

    class Sex(models.TextChoices):
        MALE = "male", _("männlich")
        FEMALE = "female", _("weiblich")
        DIVERSE = "diverse", _("divers oder ohne Angabe")

    sex = models.CharField(max_length=8, blank=True, choices=Sex.choices)
    age_from = models.PositiveSmallIntegerField(default=0)
    age_to = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Up to below this age; empty: without end."
    )
    other = models.CharField(max_length=300, blank=True, help_text="NAME=WORD, separated by semicolons.")
    key = models.CharField(max_length=400, unique=True)

    def __str__(self) -> str:
        return self.key

    @classmethod
    def of(cls, cut: Cut) -> Breakdown:
        """The row that stands for a cut, not yet written."""
        age = cut.age or AgeGroup(0, None)
        other = Cut(other=cut.other).key
        return cls(sex=cut.sex, age_from=age.start, age_to=age.end, other=other, key=cut.key)

    @property
    def age(self) -> AgeGroup | None:
        """The ages it is of; None for all."""
        return AgeGroup(self.age_from, self.age_to) if self.age_from or self.age_to is not None else None

    @property
    def others(self) -> list[tuple[str, str]]:
        """Names and words of the other breakdowns."""
        return [(name, word) for part in self.other.split(";") if part for name, word in [part.split("=", 1)]]


PERCENT_FIRST = ("%", "prozent", "percent")
"""What a unit of percent may begin with: % der Haushalte."""
TOTAL = 0
"""The key of the breakdown that is all of it."""
IN_TIME = ("period_end", "period_start", "pk")
"""The order of time; a year comes before its last day."""


class ObservationQuerySet(models.QuerySet["Observation"]):
    """Observations that count."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **said: Any) -> list[Any]:
        """Rows with the days of their period."""
        rows = list(objs)
        for row in rows:
            row.set_days()
        return super().bulk_create(rows, *args, **said)

    def figures(self) -> ObservationQuerySet:
        """What may stand as one figure: the current values of all, where there is a value; never of a part, never projected."""
        return self.totals().filter(value__isnull=False).exclude(quality=Observation.Quality.FORECAST)

    def totals(self) -> ObservationQuerySet:
        """The current values of all, also those that say why there is none."""
        return self.current().filter(breakdown=TOTAL)

    def current(self) -> ObservationQuerySet:
        """Without those that a later row corrects or withdraws.

        What a delivery corrects or withdraws goes on counting until the whole of it is written.
        """
        unfinished = ImportBatch.objects.filter(is_valid=False)
        return self.filter(
            Q(superseded_by=None) & ~Q(batch__in=unfinished.values("pk"))
            | Q(superseded_by__in=Observation.objects.filter(batch__in=unfinished.values("pk")).values("pk"))
            | Q(superseded_by=F("pk"), batch__in=unfinished.exclude(undoes=None).values("undoes"))
        )


class Observation(models.Model):
    """One value of one indicator for one place and period. Never changed: a correction is a new row."""

    class Quality(models.TextChoices):
        MEASURED = "measured", _("gezählt")
        ESTIMATED = "estimated", _("geschätzt")
        PROVISIONAL = "provisional", _("vorläufig")
        REVISED = "revised", _("berichtigt")
        LIMITED = "limited", _("eingeschränkt aussagekräftig")
        NIL = "nil", _("nichts vorhanden")
        LESS_THAN_HALF = "less_than_half", _("weniger als die Hälfte der kleinsten Einheit")
        PROTECTED = "protected", _("geheim")
        UNKNOWN = "unknown", _("unbekannt oder geheim")
        LATER = "later", _("später")
        UNCERTAIN = "uncertain", _("nicht sicher genug")
        MEANINGLESS = "meaningless", _("nicht sinnvoll")
        FORECAST = "forecast", _("vorausberechnet")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="observations")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="observations")
    breakdown = models.ForeignKey(
        Breakdown, on_delete=models.PROTECT, related_name="+", default=TOTAL, help_text="0: all of it."
    )
    period = models.CharField(
        max_length=periods.LONGEST,
        help_text="2024, 2024-06, 2024-12-31, 2024-Q1, 2024-H1, 2022/23, 2020-2022.",
    )
    period_start = models.DateField(editable=False, help_text="First day of the period; follows from it.")
    period_end = models.DateField(editable=False, help_text="Last day of the period; follows from it.")
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    quality = models.CharField(max_length=14, choices=Quality.choices, default=Quality.MEASURED)
    standard_error = models.DecimalField(
        max_digits=20, decimal_places=6, null=True, blank=True, help_text="Of this value, in the unit."
    )
    sample_size = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many were asked or measured."
    )
    basis = models.CharField(
        max_length=10,
        blank=True,
        choices=SeriesBreak.Basis.choices,
        help_text="On which count of the population it rests; empty: on none, or nobody said.",
    )
    source_title = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    source_date = models.CharField(max_length=10, blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="observations")
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "district", *IN_TIME[:2], "id"]
        indexes = [
            models.Index(
                fields=["district", "indicator", "breakdown", "period_end", "period_start"],
                name="observation_of_district",
            ),
            models.Index(
                fields=["indicator", "breakdown", "period_end"],
                name="observation_of_indicator",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "district", "breakdown", "period_start", "period_end"],
                condition=Q(superseded_by=None),
                name="observation_current_once",
            ),
            models.CheckConstraint(
                condition=~Q(source_title="") | ~Q(source_url=""), name="observation_has_source"
            ),
            models.CheckConstraint(
                condition=Q(value=None, quality__in=sorted(WITHOUT_VALUE))
                | (~Q(value=None) & ~Q(quality__in=sorted(WITHOUT_VALUE))),
                name="observation_value_or_reason",
                violation_error_message=_(
                    "Ein Wert ist da, oder sein Status sagt, warum keiner da ist: geheim, unbekannt, später, nicht sicher genug, nicht sinnvoll."
                ),
            ),
            models.CheckConstraint(
                condition=Q(standard_error=None) | Q(standard_error__gte=0),
                name="observation_standard_error",
                violation_error_message=_("Die Unsicherheit kann nicht kleiner als null sein."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.value}"

    def save(self, *args: Any, **said: Any) -> None:
        """Write the row with the days of its period."""
        self.set_days()
        super().save(*args, **said)

    def set_days(self) -> None:
        """The first and last day follow from the period. Raises ValueError where it is none."""
        found = periods.period_of(self.period)
        self.period_start, self.period_end = found.start, found.end

    @property
    def known(self) -> Decimal:
        """The value of a row that has one."""
        assert self.value is not None
        return self.value
