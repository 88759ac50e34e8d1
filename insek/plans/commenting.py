"""The unit in charge says what it thinks of an appraisal before that becomes public: asked, answered, or its time is over."""

from __future__ import annotations

from datetime import date, timedelta

import rules
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.asker import Asker
from insek.people.actors import Actor
from insek.people.models import Right, Unit
from insek.thread.models import Item
from insek.thread.row_acts import change_row
from insek.thread.rows import rows_named
from insek.web.display import date_words
from insek.web.paging import bounded_count
from insek.web.waiting import SHOWN, Waiting, register_waiting, waiting_line

from .models import Plan, PlanAppraisal, PlanComment

TIME = timedelta(days=14)
"""So long a unit has, where nobody says otherwise."""


def next_version(plan: Plan) -> int:
    """The version that the next appraisal of a plan will have. One query."""
    last = (
        PlanAppraisal.objects.filter(plan=plan, superseded_by=None).values_list("version", flat=True).first()
    )
    return (last or 0) + 1


def asked_for(plan: Plan, version: int) -> bool:
    """Whether some unit was asked about this appraisal, and it waits. One query."""
    return any(row.is_open for row in _rows(plan, version))


def still_waits(plan: Plan, version: int) -> str:
    """Why an appraisal is not released yet, in words; empty where everybody answered or had the time to. One query."""
    waiting = [row for row in _rows(plan, version) if row.is_open]
    if not waiting:
        return ""
    units = "; ".join(f"{row.unit} ({_('bis %(date)s') % {'date': date_words(row.due)}})" for row in waiting)
    return _("Die Bewertung wird erst öffentlich, wenn die gefragte Stelle geantwortet hat oder ihre Frist vorbei ist: %(units)s.") % {"units": units}  # fmt: skip


def consulted_words(plan: Plan, version: int) -> str:
    """Who was asked about an appraisal and what came of it, in the language of the city; empty where nobody was. One query."""
    with translation.override(settings.LANGUAGE_CODE):
        return " ".join(_outcome(row) for row in _rows(plan, version))


def _outcome(row: PlanComment) -> str:
    values = {"unit": row.unit.name, "due": date_words(row.due), "stance": row.get_stance_display()}
    if row.stance:
        return _("%(unit)s: %(stance)s (%(day)s).") % {
            **values,
            "day": date_words(row.answered_on or clock.today()),
        }
    if row.is_open:
        return _("%(unit)s ist gefragt und kann sich bis %(due)s äußern.") % values
    return _("%(unit)s war gefragt und hat sich bis %(due)s nicht geäußert.") % values


def _rows(plan: Plan, version: int) -> QuerySet[PlanComment]:
    return PlanComment.objects.filter(plan=plan, about_version=version).select_related("unit").order_by("pk")


def may_answer(row: PlanComment, actor: Actor) -> bool:
    """Whether somebody belongs to the unit that was asked, and the appraisal it was asked about is still to come."""
    if actor.user_id is None or actor.unit_id is None or not actor.sees_internal:
        return False
    return actor.unit_id == row.unit_id and row.about_version >= next_version(row.plan)


def asked_by_default() -> date:
    """The last day that a form proposes."""
    return clock.today() + TIME


def comments_waiting(asker: Asker) -> Waiting | None:
    """Appraisals on which the own unit was asked, those that end first; only where there are any. Up to three queries."""
    actor, concept = asker.actor, asker.concept
    if concept is None or actor.unit_id is None or not actor.sees_internal:
        return None
    seen = Item.objects.visible_to(actor).filter(concept=concept, kind="plan")
    rows = PlanComment.objects.filter(
        unit=actor.unit_id, stance="", plan__in=seen.values("pk"), due__gte=clock.today()
    )
    first = list(rows.select_related("plan__item").order_by("due", "pk")[:SHOWN])
    if not first:
        return None
    return Waiting(
        "plan-comments",
        _("Um Ihre Stellungnahme wird gebeten"),
        [
            waiting_line(
                row.plan.item,
                _("Bewertung, bis %(date)s") % {"date": date_words(row.due)},
                reverse("plan-comment", args=[row.plan_id, row.key]),
            )
            for row in first
        ],
        bounded_count(rows),
    )


def shown_comments(item: Item, actor: Actor) -> list[dict[str, object]]:
    """Who was asked about the appraisal that holds and the next one, for insiders, with what the actor can do. Two queries."""
    if not actor.sees_internal:
        return []
    coming = next_version(item.plan)
    rows = PlanComment.objects.filter(plan=item.pk, about_version__gte=coming - 1).select_related(
        "unit", "plan"
    )
    edits = rules.test_rule("thread.edit_item", actor, item)
    return [
        {
            "row": row,
            "unit": str(row.unit),
            "asked": date_words(row.asked_on),
            "due": date_words(row.due),
            "answered": date_words(row.answered_on) if row.answered_on else "",
            "stance": row.get_stance_display(),
            "is_over": not row.stance and not row.is_open,
            "is_next": row.about_version >= coming,
            "answer_url": reverse("plan-comment", args=[item.pk, row.key]) if may_answer(row, actor) else "",
            "edit_url": reverse("row-edit", args=[item.pk, "stellungnahme", row.key]) if edits and not row.stance else "",
        }
        for row in rows
    ]  # fmt: skip


def answer(
    row: PlanComment, *, stance: str, comment: str, expected_version: int, actor: Actor
) -> PlanComment:
    """Answer for the unit that was asked. Raises PermissionDenied, Conflict, ValidationError."""
    if not may_answer(row, actor):
        raise PermissionDenied("plans.comment")
    if not stance:
        raise ValidationError({"stance": _("Bitte wählen Sie, ob Ihre Stelle zustimmt.")})
    rows = rows_named("plan_comment")
    assert rows is not None  # declared in this room
    values = {"stance": stance, "comment": comment, "answered_on": clock.today()}
    changed: PlanComment = change_row(
        rows, row, values, expected_version=expected_version, actor=actor.with_rights(Right.EDIT)
    )
    return changed


def units_to_ask() -> QuerySet[Unit]:
    """All units."""
    return Unit.objects.all()


register_waiting("plan-comments", 70, comments_waiting)
