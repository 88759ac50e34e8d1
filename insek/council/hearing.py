"""Whether the Ortsbeirat of a place that a paper touches is heard before the council decides, where the law asks for it.

A hearing counts when the body had the matter before it and could speak, also if it said nothing; a day that has gone by
says nothing. What the body says must still reach the council: ``DAYS_AHEAD`` days lie between hearing and decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import DateField, Exists, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.models import Concept
from insek.thread.models import Item, Link

from .models import Consultation

DAYS_AHEAD = 2
"""Days from a hearing to the decision; one day before is too late for what was said to reach the council."""
LAST_POSITION, LAST_DAY = 32_767, date(9999, 12, 31)


class HearingState(StrEnum):
    """What is known of a hearing that must be; the better one first."""

    HEARD = "heard"
    PLANNED = "planned"
    LATE = "late"
    CLOSE = "close"
    UNCONFIRMED = "unconfirmed"
    UNDATED = "undated"
    AFTER = "after"
    CANCELLED = "cancelled"
    MISSING = "missing"

    @property
    def is_in_order(self) -> bool:
        """Whether nothing is to be done: the body was heard, or its meeting lies ahead and early enough."""
        return self in {HearingState.HEARD, HearingState.PLANNED}


@dataclass(frozen=True)
class Hearing:
    """The best hearing of one body on the way of a paper, with the day of its decision."""

    state: HearingState
    day: date | None = None
    decision: date | None = None
    step: str | None = None
    """The key of the step on the way."""


def hearing_of(steps: Iterable[Consultation], body_id: int | None, today: date) -> Hearing:
    """How one body is heard; ``steps`` is the whole way of a paper, with its bodies. Costs no query."""
    way = sorted(steps, key=lambda step: step.position)
    decision = next(
        (step for step in way if step.role == Consultation.Role.DECISION and step.body.kind == "council"),
        None,
    )
    day = decision.date if decision is not None else None
    order = list(HearingState)
    found = [
        Hearing(_state(step, decision, today), step.date, day, step.key)
        for step in way
        if step.role == Consultation.Role.HEARING and body_id is not None and step.body_id == body_id
    ]
    return min(
        found, key=lambda each: order.index(each.state), default=Hearing(HearingState.MISSING, None, day)
    )


def _state(step: Consultation, decision: Consultation | None, today: date) -> HearingState:
    decided_on = decision.date if decision is not None else None
    if step.held is False:
        return HearingState.CANCELLED
    if decision is not None and step.position > decision.position:
        return HearingState.AFTER
    if step.date and decided_on and step.date > decided_on:
        return HearingState.AFTER
    too_close = bool(step.date and decided_on and (decided_on - step.date).days < DAYS_AHEAD)
    if step.had_it:
        return HearingState.LATE if too_close else HearingState.HEARD
    if step.date is None:
        near = decided_on is not None and decided_on <= today + timedelta(days=1)
        return HearingState.UNDATED if near else HearingState.PLANNED
    if step.date < today:
        return HearingState.UNCONFIRMED
    return HearingState.CLOSE if too_close else HearingState.PLANNED


class _DaysAhead(Func):
    """The day that lies ``DAYS_AHEAD`` days before another."""

    output_field = DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"date(%(expressions)s, '-{DAYS_AHEAD} days')"
        return super().as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"((%(expressions)s)::date - {DAYS_AHEAD})"
        return super().as_sql(compiler, connection, template=template, **context)


def _to_be_heard(concept: Concept) -> QuerySet[Link]:
    """Links from papers to places with an Ortsbeirat, with the decision of the council where one is entered.

    None where the law of the state does not ask for a hearing (``Concept.hearing_norm``).
    """
    decision = Consultation.objects.filter(
        paper=OuterRef("source"), role=Consultation.Role.DECISION, body__kind="council"
    ).order_by("position")
    decided_on = Coalesce(Subquery(decision.values("date")[:1]), Value(LAST_DAY, output_field=DateField()))
    links = Link.objects.filter(
        source__concept=concept,
        source__kind="paper",
        kind="located_in",
        target__district__has_ortsbeirat=True,
    ).annotate(
        decision_position=Coalesce(Subquery(decision.values("position")[:1]), Value(LAST_POSITION)),
        decision_date=decided_on,
        last_day=_DaysAhead(decided_on),
    )
    return links if concept.hearing_norm else links.none()


def _hearings() -> QuerySet[Consultation]:
    """Hearings that come before the decision of a link's paper."""
    return Consultation.objects.filter(
        Q(date=None) | Q(date__lte=OuterRef("decision_date")),
        paper=OuterRef("source"),
        body=OuterRef("target__district__ortsbeirat"),
        role=Consultation.Role.HEARING,
        position__lt=OuterRef("decision_position"),
    )


HAD_IT = Q(held=True) | (Q(held=None) & ~Q(result=""))
"""The body had the matter before it: somebody says so, or there is a result."""


def unheard_links(concept: Concept, *, today: date | None = None) -> QuerySet[Link]:
    """Links from a paper to a place whose Ortsbeirat was not heard and has no meeting ahead that is early enough.

    One query. While no decision of the council is entered, any hearing will do. A hearing that came too late is
    named by ``late_links``.
    """
    in_order = _in_order(today or clock.today())
    return _to_be_heard(concept).filter(~in_order, ~Exists(_hearings().filter(HAD_IT)))


def late_links(concept: Concept, *, today: date | None = None) -> QuerySet[Link]:
    """Links from a paper to a place whose Ortsbeirat was heard so late that it hardly reached the council. One query."""
    in_order = _in_order(today or clock.today())
    return _to_be_heard(concept).filter(~in_order, Exists(_hearings().filter(HAD_IT)))


def _in_order(today: date) -> Q:
    """The body was heard in time, or its meeting lies ahead and early enough."""
    early = Q(date__lte=OuterRef("last_day"))
    waiting = Q(held=None, result="")
    heard = HAD_IT & (Q(date=None) | early)
    dated, undated = _hearings().filter(heard | (waiting & early & Q(date__gte=today))), _hearings()
    undated = undated.filter(waiting, date=None)
    return Q(Exists(dated)) | (Q(decision_date__gt=today + timedelta(days=1)) & Q(Exists(undated)))


def papers_of(links: QuerySet[Link]) -> QuerySet[Item]:
    """The papers that some links leave."""
    return Item.objects.filter(pk__in=links.values("source"))


def hearing_sentence(hearing: Hearing) -> str:
    """What is known of a hearing, in one sentence; empty where nothing is to be done."""
    days = {"day": _day(hearing.day), "decision": _day(hearing.decision)}
    said = {
        HearingState.LATE: _(
            "Angehört am %(day)s, Entscheidung am %(decision)s: Dazwischen liegen keine zwei Tage."
        ),
        HearingState.CLOSE: _(
            "Die Anhörung ist für den %(day)s vorgesehen, die Entscheidung für den %(decision)s: Das ist zu knapp."
        ),
        HearingState.UNCONFIRMED: _(
            "Vorgesehen war der %(day)s. Ob die Sache dem Gremium vorlag, ist nicht eingetragen."
        ),
        HearingState.UNDATED: _(
            "Für die Anhörung ist kein Tag eingetragen, für die Entscheidung der %(decision)s."
        ),
        HearingState.AFTER: _("Die Anhörung steht hinter der Entscheidung."),
        HearingState.CANCELLED: _("In der eingetragenen Sitzung lag die Sache nicht vor."),
        HearingState.MISSING: _("Eine Anhörung ist nicht eingetragen."),
    }.get(hearing.state, "")
    return said % days


def _day(day: date | None) -> str:
    return str(date_format(day, "SHORT_DATE_FORMAT")) if day is not None else ""
