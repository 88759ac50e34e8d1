"""Rounds of reports: when every unit that answers for measures is asked at one time, and what it answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.models import Concept
from insek.engines.holidays import state_of, working_day_from
from insek.evidence.models import Indicator, Observation
from insek.people.models import Unit
from insek.release.models import Proposal
from insek.strategy.models import Measure
from insek.thread.identity import new_id

from .models import StatusReport
from .states import SAYABLE, DeferralReason


class Asked(models.TextChoices):
    """What a round asks beside the state and the sentence on it."""

    NEXT_STEP = "next_step", _("Was kommt als Nächstes?")
    OBSTACLES = "obstacles", _("Was steht im Weg?")
    SPENT = "spent_eur", _("Bisher ausgegeben (Euro)")
    VALUES = "values", _("Neue Werte der Indikatoren, deren Werte die Einheit liefert")


def all_questions() -> list[str]:
    """All that can be asked: what a first round begins with."""
    return list(Asked.values)


class ReportRound(models.Model):
    """One time of asking units for reports on their measures."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="report_rounds")
    key = models.CharField(max_length=8, unique=True, default=new_id, editable=False)
    title = models.CharField(_("Name der Berichtsrunde"), max_length=120)
    text = models.TextField(_("Was die Einheiten dazu lesen"), max_length=1000, blank=True)
    period_from = models.DateField(_("Berichtet wird über die Zeit ab"))
    period_to = models.DateField(_("bis"))
    closes_on = models.DateField(_("Antworten bis"))
    asks = models.JSONField(_("Gefragt wird außer nach Stand und Satz"), default=all_questions)
    units = models.ManyToManyField(Unit, verbose_name=_("Gefragte Einheiten"), related_name="+")
    opened_on = models.DateField(default=clock.today, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_on = models.DateField(null=True, blank=True, editable=False)
    shows_shares = models.BooleanField(
        _("Nach dem Ende öffentlich zeigen, welche Einheit wie viel beantwortet hat"), default=False
    )
    counted = models.JSONField(
        default=dict,
        editable=False,
        help_text="Since it was closed: key of a unit -> how many answers were asked of it, and how many came.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")),
                name="report_round_period",
                violation_error_message=_("Der Zeitraum endet, bevor er anfängt."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> date:
        """The last day for answers: the next working day of the state where the day that was set is none."""
        return working_day_from(self.closes_on, state_of(self.concept.ags))

    @property
    def is_open(self) -> bool:
        """Whether answers are taken; late ones too, until the lead closes the round."""
        return self.closed_on is None

    @property
    def is_late(self) -> bool:
        """Whether the last day has passed."""
        return clock.today() > self.last_day


class SaidInRound(models.Model):
    """What a unit says of one thing in a round: a draft until it is sent."""

    changed_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    question = models.TextField(
        max_length=1000, blank=True, help_text="What the lead asked back; answered by sending it anew."
    )
    proposal = models.ForeignKey(Proposal, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @property
    def is_answered(self) -> bool:
        """Whether it was sent and did not come back."""
        returned = self.proposal is not None and self.proposal.state in CAME_BACK
        return self.sent_at is not None and not returned

    @property
    def asked_back(self) -> str:
        """What the lead wants to know, of an answer that came back."""
        if self.is_answered:
            return ""
        back = self.proposal.answer if self.proposal is not None and self.sent_at is not None else ""
        return self.question or back

    @property
    def values(self) -> dict[str, Any]:
        """What was said, as the form of the page has it."""
        return {name: getattr(self, name) for name in self.written()}

    @classmethod
    def written(cls) -> tuple[str, ...]:
        """Columns of an answer that a unit writes."""
        raise NotImplementedError

    @property
    def item_id(self) -> str:
        """Id of what it is about."""
        raise NotImplementedError


class RoundAnswer(SaidInRound):
    """What a unit says of one measure in a round: a draft until it is sent, then a report."""

    class Says(models.TextChoices):
        SAME = "same", _("Nichts Neues")
        NEW = "new", _("Es gibt Neues")

    round = models.ForeignKey(ReportRound, on_delete=models.CASCADE, related_name="answers")
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="round_answers")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    says = models.CharField(max_length=4, choices=Says.choices, blank=True)
    state = models.CharField(max_length=12, choices=SAYABLE, blank=True)
    deferred_for = models.CharField(max_length=8, choices=DeferralReason.choices, blank=True)
    happened = models.TextField(max_length=2000, blank=True)
    next_step = models.TextField(max_length=1000, blank=True)
    obstacles = models.TextField(max_length=1000, blank=True)
    spent_eur = models.PositiveBigIntegerField(null=True, blank=True)
    report = models.ForeignKey(
        StatusReport, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["round", "measure"]
        constraints = [models.UniqueConstraint(fields=["round", "measure"], name="round_answer_once")]

    def __str__(self) -> str:
        return f"{self.get_says_display()} {self.get_state_display()}".strip()

    @classmethod
    def written(cls) -> tuple[str, ...]:
        """Columns of an answer that a unit writes."""
        return WRITTEN

    @property
    def item_id(self) -> str:
        """Id of the measure."""
        return self.measure_id


class RoundValue(SaidInRound):
    """What a unit says of one indicator in a round: a draft until it is sent, then a value that is recorded or waits."""

    class Says(models.TextChoices):
        SAME = "same", _("Noch kein neuer Wert")
        NEW = "new", _("Es gibt einen neuen Wert")

    round = models.ForeignKey(ReportRound, on_delete=models.CASCADE, related_name="values_said")
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="round_values")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    says = models.CharField(max_length=4, choices=Says.choices, blank=True)
    period = models.CharField(max_length=40, blank=True)
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    quality = models.CharField(max_length=14, choices=Observation.Quality.choices, blank=True)
    source_title = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["round", "indicator"]
        constraints = [models.UniqueConstraint(fields=["round", "indicator"], name="round_value_once")]

    def __str__(self) -> str:
        return f"{self.get_says_display()} {self.period}".strip()

    @classmethod
    def written(cls) -> tuple[str, ...]:
        """Columns of an answer that a unit writes."""
        return WRITTEN_OF_VALUES

    @property
    def item_id(self) -> str:
        """Id of the indicator."""
        return self.indicator_id


CAME_BACK = (Proposal.State.RETURNED, Proposal.State.WITHDRAWN)
ANSWERED = Q(sent_at__isnull=False) & (Q(proposal=None) | ~Q(proposal__state__in=CAME_BACK))
"""Answers that were sent and did not come back."""
SPOKEN_OF = Q(sent_at__isnull=False) | ~Q(question="")
"""Answers that were sent, whether the lead has asked back since or not: what they are about stays in the round."""
WRITTEN = ("says", "state", "deferred_for", "happened", "next_step", "obstacles", "spent_eur")
"""Columns of an answer on a measure that a unit writes."""
WRITTEN_OF_VALUES = ("says", "period", "value", "quality", "source_title", "note")
"""Columns of an answer on an indicator that a unit writes."""
