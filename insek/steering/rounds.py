"""What can be done with rounds of reports: open, change and close one, answer in it, remind, ask back, release."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from insek import clock
from insek.people.actors import Actor, require
from insek.people.locking import Conflict, claim_version
from insek.people.models import Unit
from insek.release.models import Proposal
from insek.release.releases import ItemGone, ProposalDecided, release, send_back
from insek.release.revising import revising
from insek.thread.models import Item
from insek.web.display import date_words

from .models import StatusReport
from .round_models import ReportRound, RoundAnswer, RoundValue, SaidInRound
from .round_queries import answers_of, counted_now, last_reports, measures_asked, waiting_reports
from .round_values import ready_values, send_value, values_asked, values_said
from .services import report_status

LONGEST_QUESTION = 1_000
"""Characters of a question that goes back to a unit."""


def day_after(day: date) -> date:
    """The next day."""
    return day + timedelta(days=1)


def require_open(round: ReportRound) -> None:
    """Raises ValidationError where the round is closed."""
    if not ReportRound.objects.filter(pk=round.pk, closed_on=None).exists():
        raise ValidationError(_("Die Berichtsrunde ist beendet."))


def save_round(
    round: ReportRound, values: Mapping[str, Any], *, expected_version: int, actor: Actor
) -> ReportRound:
    """Open a round, or change one; its units are told. Raises PermissionDenied, ValidationError, Conflict."""
    from .round_told import tell_of_round

    require(actor, "steering.lead_round")
    units = list(values["units"])
    for name, value in values.items():
        if name != "units":
            setattr(round, name, value)
    if not units:
        raise ValidationError({"units": _("Bitte wählen Sie mindestens eine Einheit.")})
    with transaction.atomic():
        if round.pk is None:
            round.opened_by_id = actor.user_id
            round.full_clean()
            round.save()
        else:
            require_open(round)
            round.full_clean()
            claim_version(round, expected_version)
            round.save()
        round.units.set(units)
        tell_of_round(round)
    return round


def close_round(round: ReportRound, *, expected_version: int, actor: Actor) -> None:
    """Take no more answers; drafts stay and count for nothing. Raises PermissionDenied, Conflict."""
    require(actor, "steering.lead_round")
    with transaction.atomic():
        claim_version(round, expected_version, closed_on=clock.today(), counted=counted_now(round))


def reopen_round(round: ReportRound, *, expected_version: int, actor: Actor) -> None:
    """Take answers again. Raises PermissionDenied, Conflict."""
    require(actor, "steering.lead_round")
    with transaction.atomic():
        claim_version(round, expected_version, closed_on=None, counted={})


def save_answer(
    round: ReportRound,
    item: Item,
    unit: Unit,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
) -> RoundAnswer:
    """Keep what is said of a measure as a draft. ``expected_version`` is 0 where nothing was said yet.

    Raises PermissionDenied, ValidationError for a closed round, and Conflict where somebody else of the unit wrote or sent meanwhile.
    """
    require(actor, "steering.answer_round", unit)
    require(actor, "steering.report", item)
    with transaction.atomic():
        require_open(round)
        answer = RoundAnswer.objects.select_related("proposal").filter(round=round, measure=item.pk).first()
        if answer is None:
            if expected_version:
                raise Conflict(None)
            answer = RoundAnswer(round=round, measure=item.measure, unit=unit, **values)
            answer.full_clean(
                exclude={"round", "measure", "unit", "says"} if not values.get("says") else None
            )
            try:
                with transaction.atomic():
                    answer.save()
            except IntegrityError:
                raise Conflict(RoundAnswer.objects.filter(round=round, measure=item.pk).first()) from None
            return answer
        if answer.is_answered:
            raise Conflict(answer)
        for name, value in values.items():
            setattr(answer, name, value)
        answer.full_clean(validate_unique=False, validate_constraints=False)
        claim_version(answer, expected_version, unit=unit, changed_at=clock.now(), **dict(values))
        return answer


@dataclass
class SentAnswers:
    """What became of sending: how many answers were sent, how many of them wait for their release, how many are still owed."""

    done: int = 0
    waiting: int = 0
    open: int = 0


def send_answers(round: ReportRound, unit: Unit, *, actor: Actor) -> SentAnswers:
    """Make a report of each draft of a unit, and record its values; what nothing is said of stays open.

    All are checked first: where one cannot be sent none is. Each is sent in a transaction of its own.
    Raises PermissionDenied, and ValidationError by the ids of measures and indicators.
    """
    require(actor, "steering.answer_round", unit)
    require_open(round)
    items = {
        item.pk: item
        for item in measures_asked(round, [unit.pk]).visible_to(actor).select_related("measure", "concept")  # type: ignore[attr-defined]  # the manager of items
    }
    answers = answers_of(round, unit)
    drafts = [
        answers[pk] for pk in items if pk in answers and answers[pk].says and not answers[pk].is_answered
    ]
    last = last_reports([draft.measure_id for draft in drafts], actor)
    problems: dict[str, list[str]] = {}
    said: list[tuple[RoundAnswer, dict[str, Any]]] = []
    for draft in drafts:
        try:
            said.append((draft, report_values(draft, last.get(draft.measure_id))))
        except ValidationError as error:
            problems[draft.measure_id] = error.messages
    asked = values_asked(round, [unit.pk])
    ready = ready_values(round, unit, asked, problems)
    if problems:
        raise ValidationError(problems)
    said_of = values_said(round, unit)
    counts = SentAnswers(
        open=sum(pk not in answers or not answers[pk].says for pk in items)
        + sum(each.item.pk not in said_of or not said_of[each.item.pk].says for each in asked)
    )
    for draft, values in said:
        report = {**values, "unit": unit, "on_behalf": actor.unit_id != unit.pk}
        made = _send(draft, items[draft.measure_id], report, actor)
        counts.waiting += isinstance(made, Proposal)
        counts.done += 1
    for each_value in ready:
        counts.waiting += send_value(each_value, unit, actor) is not None
        counts.done += 1
    return counts


def report_values(draft: RoundAnswer, last: StatusReport | None) -> dict[str, Any]:
    """What the report of a draft says. Raises ValidationError where something is missing.

    "Nothing new" repeats the last report, also whether it is internal.
    """
    if draft.says == RoundAnswer.Says.SAME:
        if last is None:
            raise ValidationError(_("Es gibt noch keinen Bericht. Bitte nennen Sie einen Stand."))
        if draft.state and draft.state != last.state:
            raise ValidationError(
                _(
                    "Inzwischen gibt es einen neueren Bericht mit dem Stand „%(state)s“. Gilt „Nichts Neues“ noch?"
                )
                % {"state": last.get_state_display()}
            )
        with override(settings.LANGUAGE_CODE):  # content
            same = _("Nichts Neues seit dem Bericht vom %(day)s.") % {"day": date_words(last.reported_on)}
        return {
            "state": last.state, "deferred_for": last.deferred_for, "happened": same, "next_step": last.next_step,
            "obstacles": last.obstacles, "spent_eur": last.spent_eur, "is_internal": last.is_internal,
        }  # fmt: skip
    missing = []
    if not draft.state:
        missing.append(_("Bitte wählen Sie den Stand."))
    if not draft.happened.strip():
        missing.append(_("Bitte sagen Sie in einem Satz, was geschehen ist."))
    if draft.state == "deferred" and not draft.deferred_for:
        missing.append(_("Bitte sagen Sie, warum die Maßnahme zurückgestellt ist."))
    if missing:
        raise ValidationError(missing)
    return {
        "state": draft.state, "deferred_for": draft.deferred_for if draft.state == "deferred" else "",
        "happened": draft.happened, "next_step": draft.next_step, "obstacles": draft.obstacles,
        "spent_eur": draft.spent_eur, "is_internal": False,
    }  # fmt: skip


def _send(draft: RoundAnswer, item: Item, values: Mapping[str, Any], actor: Actor) -> StatusReport | Proposal:
    before = draft.proposal
    own = before is not None and before.state == Proposal.State.RETURNED and before.author_id == actor.user_id
    with transaction.atomic():
        claim_version(draft, draft.version, sent_at=clock.now(), question="")
        with revising(before) if own and actor.user_id else nullcontext():
            made = report_status(item.measure, values, actor=actor)
        is_proposal = isinstance(made, Proposal)
        draft.proposal, draft.report = (made, None) if is_proposal else (None, made)  # type: ignore[assignment]  # told apart above
        draft.save(update_fields=["proposal", "report"])
    return made


def ask_back(answer: SaidInRound, question: str, *, expected_version: int, actor: Actor) -> None:
    """Give an answer back to its unit with a question; a report that waits goes back with it, one that stands stays until there is a new one.

    Raises PermissionDenied, ValidationError, Conflict.
    """
    from .round_told import tell_of_question

    assert isinstance(answer, RoundAnswer | RoundValue)
    require(actor, "steering.lead_round")
    if not question.strip():
        raise ValidationError(_("Bitte schreiben Sie, was Sie wissen möchten."))
    if len(question.strip()) > LONGEST_QUESTION:
        raise ValidationError(_("Bitte höchstens %(limit)s Zeichen schreiben.") % {"limit": LONGEST_QUESTION})
    with transaction.atomic():
        require_open(answer.round)
        if not answer.is_answered:
            raise Conflict(answer)
        claim_version(answer, expected_version, sent_at=None, question=question.strip())
        if answer.proposal is not None and answer.proposal.state == Proposal.State.WAITING:
            try:
                send_back(
                    answer.proposal, expected_version=answer.proposal.version, answer=question, actor=actor
                )
            except ProposalDecided:
                raise Conflict(answer) from None
        tell_of_question(answer)


def remind(round: ReportRound, units: set[int] | None, *, actor: Actor) -> int:
    """Remind the units that owe something, or those of them that are named; returns how many mails and notices that makes.

    Nobody is reminded twice on one day. Raises PermissionDenied.
    """
    from .round_told import tell_reminder

    require(actor, "steering.lead_round")
    require_open(round)
    return tell_reminder(round, units)


def release_reports(round: ReportRound, seen: Mapping[int, int], *, actor: Actor) -> tuple[int, int]:
    """Release the reports of a round that wait and were shown: proposal -> its version. Returns how many are public now, and how many were
    not released because they changed meanwhile. Raises PermissionDenied.
    """
    require(actor, "steering.lead_round")
    done, left = 0, 0
    for proposal in (
        waiting_reports(round).filter(pk__in=list(seen)).select_related("item", "author").order_by("pk")
    ):
        try:
            here = Item.objects.get(pk=proposal.item_id)
            release(proposal, expected_version=seen[proposal.pk], actor=actor, item_version=here.version)
            done += 1
        except (Item.DoesNotExist, ItemGone, ProposalDecided, Conflict, ValidationError):
            left += 1
    return done, left
