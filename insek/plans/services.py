"""What can be done with plans beyond what all items share: they are appraised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.people.actors import Actor, require
from insek.people.locking import Conflict
from insek.people.models import Unit
from insek.release.acts import Act, register_act
from insek.release.also_published import AlsoPublished, Before, register_also_published
from insek.release.models import Proposal
from insek.release.plain_values import as_plain, model_from_plain
from insek.release.releases import NothingChanges, act_or_propose, propose
from insek.thread import history
from insek.thread.cleaning import clean_text
from insek.thread.models import Change, Item
from insek.thread.row_acts import add_row
from insek.thread.rows import rows_named
from insek.thread.services import require_release_of

from .commenting import asked_for, consulted_words, still_waits
from .models import Plan, PlanAppraisal

VALUES = (
    "currency", "currency_reason", "substance", "substance_reason", "bindingness", "bindingness_reason",
    "implementation", "implementation_reason", "appraised_on", "appraised_by", "standing",
)  # fmt: skip
"""What an appraisal says."""
CONSULTED = "consulted"
"""What is said of the comments of units: nobody types it, it follows from what they were asked and answered."""


def current_appraisal(plan: Plan) -> PlanAppraisal | None:
    """The appraisal that holds. One query."""
    return PlanAppraisal.objects.filter(plan=plan, superseded_by=None).select_related("author").first()


def appraise_plan(
    plan: Plan, *, expected_version: int, values: Mapping[str, Any], actor: Actor
) -> PlanAppraisal:
    """Appraise a plan anew; the appraisal before stays as its history. The same values again change nothing.

    ``expected_version`` is the version of the appraisal the form was opened with, 0 without any. Raises
    Conflict when another stands there now, PermissionDenied (a public plan takes the right to release),
    and ValidationError by field.
    """
    require(actor, "thread.edit_item", plan.item)
    appraisal = PlanAppraisal(plan=plan, author_id=actor.user_id, version=expected_version + 1)
    for name in (*VALUES, CONSULTED):
        if name in values:
            value = clean_text(values[name])
            setattr(appraisal, name, value.strip() if isinstance(value, str) else value)
    appraisal.clean_fields(exclude={"plan", "author", "superseded_by"})
    appraisal.validate_constraints(exclude={"plan", "version"})
    with transaction.atomic():
        before = current_appraisal(plan)
        if (before.version if before else 0) != expected_version:
            raise Conflict(before)
        if (
            before is not None
            and not appraisal.consulted
            and all(getattr(before, name) == getattr(appraisal, name) for name in VALUES)
        ):
            return before
        require_release_of(actor, plan.item)
        try:
            with transaction.atomic():
                appraisal.save(force_insert=True)
        except IntegrityError:
            raise Conflict(current_appraisal(plan)) from None
        if before is not None:
            PlanAppraisal.objects.filter(pk=before.pk).update(superseded_by=appraisal)
        history.record(
            plan.item,
            Change.Action.RECORDED,
            actor=actor,
            changed={"appraisal": [in_words(before) if before else None, in_words(appraisal)]},
        )
    return appraisal


def appraise_or_propose(
    plan: Plan, *, expected_version: int, values: Mapping[str, Any], actor: Actor
) -> PlanAppraisal | Proposal:
    """Appraise a plan, or propose it where the plan is public and the actor may not release, or where a unit was asked for its comment."""
    payload = {"version": expected_version, "values": as_plain(values)}
    try:
        if asked_for(plan, expected_version + 1):
            return propose("appraisal", plan.item, payload, actor=actor)
        return act_or_propose("appraisal", plan.item, payload, actor=actor)
    except NothingChanges:
        now = current_appraisal(plan)
        assert now is not None
        return now


def ask_and_propose(
    plan: Plan,
    *,
    expected_version: int,
    values: Mapping[str, Any],
    unit: Unit,
    due: date,
    question: str,
    actor: Actor,
) -> Proposal:
    """Ask a unit for its comment and let the appraisal wait for it, both or nothing. Raises what these raise."""
    rows = rows_named("plan_comment")
    assert rows is not None  # declared in this room
    with transaction.atomic():
        asked = {"unit": unit, "due": due, "question": question, "about_version": expected_version + 1}
        add_row(rows, plan.item, asked, actor=actor)
        saved = appraise_or_propose(plan, expected_version=expected_version, values=values, actor=actor)
        assert isinstance(
            saved, Proposal
        )  # whom it is asked of makes it another one, also with the same values
        return saved


def _perform(item: Item, payload: dict[str, Any], actor: Actor) -> PlanAppraisal:
    values = model_from_plain(PlanAppraisal, payload["values"])
    values["consulted"] = consulted_words(item.plan, payload["version"] + 1)
    return appraise_plan(item.plan, expected_version=payload["version"], values=values, actor=actor)


def appraisals_also_published(item: Item, actor: Actor, before: Before) -> list[AlsoPublished]:
    """The appraisals of a plan become public with it, the latest first. One query for a plan."""
    if item.kind != "plan":
        return []
    words = [in_words(row) for row in PlanAppraisal.objects.filter(plan=item.pk).order_by("-version")]
    return [AlsoPublished(_("Die Bewertung von"), str(item), item.url, words)] if words else []


register_also_published(appraisals_also_published)
register_act(
    Act(
        "appraisal",
        gettext_lazy("Planwerk bewerten"),
        _perform,
        form_at=lambda item, payload: reverse("plan-appraise", args=[item.pk]),
        waits_for=lambda item, payload: still_waits(item.plan, payload["version"] + 1),
    )
)


def in_words(appraisal: PlanAppraisal) -> str:
    """An appraisal as the history of its plan keeps it, in the language of the city."""
    with translation.override(settings.LANGUAGE_CODE):
        return _lines(appraisal)


def _lines(appraisal: PlanAppraisal) -> str:
    lines = [
        f"{_label('currency')}: {appraisal.currency}. {appraisal.currency_reason}",
        f"{_label('substance')}: {appraisal.substance}. {appraisal.substance_reason}",
        f"{_label('bindingness')}: {appraisal.get_bindingness_display()}. {appraisal.bindingness_reason}",
        f"{_label('implementation')}: {appraisal.get_implementation_display()}. {appraisal.implementation_reason}",
        f"{_label('consulted')}: {appraisal.consulted}" if appraisal.consulted else "",
        f"{_label('standing')}: {appraisal.get_standing_display()}",
        " · ".join(
            filter(None, [appraisal.appraised_by, date_format(appraisal.appraised_on, "DATE_FORMAT")])
        ),
    ]
    return "\n".join(line.strip() for line in lines if line)


def _label(name: str) -> str:
    return history.field_label("plan", name)
