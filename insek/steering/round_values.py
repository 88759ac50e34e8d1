"""New values of indicators in a round: which are asked for, what a unit says, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from insek import clock
from insek.engines.periods import next_like, period_of
from insek.evidence.models import Indicator, Observation
from insek.evidence.queries import CityValue, city_values, latest_values
from insek.evidence.releasing import record_or_propose
from insek.evidence.services import NewObservation, check_period, checked_row, current_rows, says_the_same
from insek.people.actors import Actor, require
from insek.people.locking import Conflict, claim_version
from insek.people.models import Right, Unit
from insek.places.models import District
from insek.release.models import Proposal
from insek.release.revising import revising
from insek.thread.models import Item

from .plausible import question_about
from .round_models import SPOKEN_OF, Asked, ReportRound, RoundValue


@dataclass
class AskedValue:
    """An indicator that a round asks for: its last value, and the period whose value should come next."""

    item: Item
    last: Observation | None
    expected: str

    @property
    def indicator(self) -> Indicator:
        """What is measured."""
        indicator: Indicator = self.item.indicator
        indicator.item = self.item
        return indicator


def values_asked(round: ReportRound, units: Iterable[int] | None = None) -> list[AskedValue]:
    """The indicators that a round asks for: those whose values its units supply and whose next period ends with the time of the round.

    Also those that were answered in it, and those that the lead asked back about. Values of formulas are asked of nobody. Two queries; none where the round asks for no values.
    """
    if Asked.VALUES not in round.asks:
        return []
    wanted = round.units.all() if units is None else round.units.filter(pk__in=list(units))
    rows = Item.objects.filter(
        concept=round.concept_id, kind="indicator", indicator__formula="", indicator__supplied_by__in=wanted.values("pk")
    )  # fmt: skip
    items = list(rows.select_related("indicator__supplied_by", "concept").order_by("sort_key", "pk"))
    if not items:
        return []
    latest = latest_values(item.pk for item in items)
    spoken_of = set(RoundValue.objects.filter(SPOKEN_OF, round=round).values_list("indicator", flat=True))
    found = []
    for item in items:
        last = latest.get(item.pk)
        expected = next_like(last.period) if last is not None else ""
        if item.pk in spoken_of or not expected or period_of(expected).end <= round.period_to:
            found.append(AskedValue(item, last, expected))
    return found


def values_said(round: ReportRound, unit: Unit | None = None) -> Mapping[str, RoundValue]:
    """What was said of indicators in a round, by indicator. One query."""
    rows = round.values_said.select_related("proposal", "unit")
    if unit is not None:
        rows = rows.filter(indicator__supplied_by=unit)
    return {row.indicator_id: row for row in rows}


def save_value(
    round: ReportRound,
    item: Item,
    unit: Unit,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
) -> RoundValue:
    """Keep what is said of an indicator as a draft. ``expected_version`` is 0 where nothing was said yet.

    Raises PermissionDenied, ValidationError for a closed round, and Conflict where somebody else of the unit wrote or sent meanwhile.
    """
    from .rounds import require_open

    require(actor, "steering.answer_round", unit)
    if item.indicator.supplied_by_id != unit.pk:
        raise ValidationError(_("Die Werte dieses Indikators liefert eine andere Einheit."))
    with transaction.atomic():
        require_open(round)
        said = RoundValue.objects.select_related("proposal").filter(round=round, indicator=item.pk).first()
        if said is None:
            if expected_version:
                raise Conflict(None)
            said = RoundValue(round=round, indicator=item.indicator, unit=unit, **values)
            said.clean_fields(exclude={"round", "indicator", "unit"})
            try:
                with transaction.atomic():
                    said.save()
            except IntegrityError:
                raise Conflict(RoundValue.objects.filter(round=round, indicator=item.pk).first()) from None
            return said
        if said.is_answered:
            raise Conflict(said)
        for name, value in values.items():
            setattr(said, name, value)
        said.clean_fields(exclude={"round", "indicator", "unit"})
        claim_version(said, expected_version, unit=unit, changed_at=clock.now(), **dict(values))
        return said


@dataclass
class ReadyValue:
    """A draft that can be sent: what is to be recorded; None where there is no new value."""

    draft: RoundValue
    item: Item
    new: NewObservation | None


def ready_values(
    round: ReportRound, unit: Unit, asked: Iterable[AskedValue], problems: dict[str, list[str]]
) -> list[ReadyValue]:
    """The drafts of a unit as they can be sent; what is wrong goes to ``problems``, by indicator. Some four queries."""
    said = values_said(round, unit)
    drafts = [(each, said[each.item.pk]) for each in asked if each.item.pk in said]
    drafts = [(each, draft) for each, draft in drafts if draft.says and not draft.is_answered]
    if not drafts:
        return []
    known = city_values(each.item.pk for each, _draft in drafts)
    city = District.objects.of(round.concept).filter(level=District.Level.CITY).select_related("item").first()
    found = []
    for each, draft in drafts:
        try:
            new = _to_record(each, draft, known.get(each.item.pk, []), city)
        except ValidationError as error:
            problems[each.item.pk] = error.messages
        else:
            found.append(ReadyValue(draft, each.item, new))
    return found


def _to_record(
    asked: AskedValue, draft: RoundValue, known: list[CityValue], city: District | None
) -> NewObservation | None:
    """What a draft says, checked. Raises ValidationError."""
    if draft.says == RoundValue.Says.SAME:
        return None
    if city is None:
        raise ValidationError(_("Es ist noch kein Raum für die ganze Stadt angelegt."))
    missing = []
    if not draft.period.strip():
        missing.append(_("Bitte sagen Sie, für welche Zeit der Wert gilt."))
    if not draft.source_title.strip():
        missing.append(_("Bitte nennen Sie die Quelle."))
    if missing:
        raise ValidationError(missing)
    indicator = asked.indicator
    new = NewObservation(
        district=city, period=check_period(draft.period, indicator), value=draft.value,
        quality=draft.quality or Observation.Quality.MEASURED, source_title=draft.source_title, note=draft.note,
    )  # fmt: skip
    row = checked_row(indicator, new)
    before = current_rows([indicator.pk], [(indicator.pk, city.pk, row.period, "")]).get(
        (indicator.pk, city.pk, row.period, "")
    )
    if before is not None and says_the_same(before, row):
        raise ValidationError(_("Genau dieser Wert steht schon da. Ist das alles, wählen Sie „Noch kein neuer Wert“."))  # fmt: skip
    asks = question_about(indicator, known, row.period, draft.value)
    if asks and not draft.note.strip():
        raise ValidationError(_("%(question)s Bitte sagen Sie in der Anmerkung, warum.") % {"question": asks})
    return new


def question_of(asked: AskedValue, said: RoundValue | None, known: list[CityValue]) -> str:
    """What is asked of a value that is said, whether its note answers it or not."""
    if said is None or said.says != RoundValue.Says.NEW or not said.period:
        return ""
    try:
        period = check_period(said.period, asked.indicator)
    except ValidationError:
        return ""
    return question_about(asked.indicator, known, period, said.value)


def send_value(ready: ReadyValue, unit: Unit, actor: Actor) -> Proposal | None:
    """Record a value, or propose it; that there is none is only noted. Raises Conflict, ValidationError."""
    draft, before = ready.draft, ready.draft.proposal
    own = before is not None and before.state == Proposal.State.RETURNED and before.author_id == actor.user_id
    whole = actor.with_rights(Right.EDIT)  # that the unit supplies these values was checked
    with transaction.atomic():
        claim_version(draft, draft.version, sent_at=clock.now(), question="")
        made: Any = None
        if ready.new is not None:
            label = _("%(round)s: %(unit)s") % {"round": draft.round, "unit": unit}
            with revising(before) if own and actor.user_id else nullcontext():
                made = record_or_propose(ready.item.indicator, [ready.new], label=label, actor=whole)
        draft.proposal = made if isinstance(made, Proposal) else None
        draft.save(update_fields=["proposal"])
    return draft.proposal
