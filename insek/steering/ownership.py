"""Whether somebody answers: measures and values without a unit, units without a person, persons who never answered, and what share was answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from insek import clock
from insek.concept.models import Concept
from insek.notices.models import Notice
from insek.notices.persons import unit_people
from insek.people.models import Unit, User
from insek.release.models import Proposal
from insek.thread.models import Item

from .models import StatusReport
from .queries import measures_with_last_words, said_last
from .round_models import ReportRound
from .round_queries import counted_now
from .round_told import ENDS_SOON, LATE, OPENED, QUESTION, REMINDER
from .states import FINISHED

ASKING = [kind.name for kind in (OPENED, REMINDER, ENDS_SOON, LATE, QUESTION)]
"""Notices that ask a person for something."""


def measures_without_unit(concept: Concept) -> QuerySet[Item]:
    """Measures that are not finished and of which nobody is responsible. One query."""
    running = measures_with_last_words(concept).filter(measure__responsible=None).exclude(said_last(FINISHED))
    return running.order_by("sort_key", "pk")


def values_without_unit(concept: Concept) -> QuerySet[Item]:
    """Indicators with values of their own that no unit supplies. One query."""
    rows = Item.objects.filter(
        concept=concept, kind="indicator", indicator__formula="", indicator__supplied_by=None
    )
    return rows.order_by("sort_key", "pk")


def owning_units(concept: Concept) -> QuerySet[Unit]:
    """Units that answer for measures or supply values. One query."""
    asked = Q(measures__item__concept=concept) | Q(indicators__item__concept=concept)
    return Unit.objects.filter(asked).distinct()


@dataclass
class SilentPerson:
    """Somebody who was asked and never answered: since when, for which units, and whether they ever signed in."""

    name: str
    asked_since: date
    last_login: date | None
    units: list[str] = field(default_factory=list)


@dataclass
class Ownership:
    """What the page says."""

    units_without_person: list[Unit]
    silent: list[SilentPerson]


def ownership_of(concept: Concept) -> Ownership:
    """Which units have nobody to answer, and who was asked and never answered. Some fifteen queries."""
    units = {unit.pk: unit for unit in owning_units(concept)}
    people = unit_people(units, clock.today()) if units else None
    nobody = [unit for pk, unit in units.items() if people is None or people.has_nobody(pk)]
    by_person: dict[int, list[str]] = {}
    for pk, keys in (people.answering if people else {}).items():
        for key in keys:
            sort, _sign, number = key.partition(":")
            if sort == "user":
                by_person.setdefault(int(number), []).append(str(units[pk]))
    asked = dict(
        Notice.objects.filter(concept=concept, kind__in=ASKING, to__in=[f"user:{pk}" for pk in by_person])
        .order_by()
        .values_list("to")
        .annotate(first=Min("made_at"))
    )
    spoke = _who_spoke(by_person)
    silent = [
        SilentPerson(str(user), timezone.localdate(asked[f"user:{user.pk}"]), timezone.localdate(user.last_login) if user.last_login else None, sorted(by_person[user.pk]))
        for user in User.objects.filter(pk__in=by_person).order_by("last_name", "first_name", "pk")
        if f"user:{user.pk}" in asked and user.pk not in spoke
    ]  # fmt: skip
    return Ownership(sorted(nobody, key=str), silent)


def _who_spoke(people: dict[int, list[str]]) -> set[int]:
    """Those of some persons who ever reported, or proposed a report or a value. Two queries."""
    acts = Proposal.objects.filter(author__in=people, act__in=["status_report_add", "observations"])
    reports = StatusReport.objects.filter(author__in=people)
    return {*acts.values_list("author", flat=True), *reports.values_list("author", flat=True)} - {None}


@dataclass(frozen=True)
class RoundShares:
    """How many of its questions each unit answered in a round."""

    round: ReportRound
    of_unit: dict[str, tuple[int, int]]
    """Key of a unit -> asked, answered."""

    @property
    def whole(self) -> tuple[int, int]:
        """Asked and answered of all units."""
        return sum(asked for asked, _done in self.of_unit.values()), sum(
            done for _asked, done in self.of_unit.values()
        )


def shares_of(concept: Concept, *, is_lead: bool) -> list[RoundShares]:
    """The rounds of a concept with the shares of their units, the newest first: for the public those that are over and that the city opened.

    Of a round that is over they are those of the day on which it was closed. One query, and a few for each round that is open.
    """
    rounds = ReportRound.objects.filter(concept=concept).select_related("concept")
    if not is_lead:
        rounds = rounds.filter(shows_shares=True, closed_on__isnull=False)
    found = []
    for round in rounds.order_by("-period_to", "-pk")[:10]:
        counted = round.counted if round.closed_on is not None and round.counted else counted_now(round)
        found.append(RoundShares(round, {key: (int(pair[0]), int(pair[1])) for key, pair in counted.items()}))
    return found
