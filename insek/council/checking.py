"""The INSEK-Prüfung by hand: begun, filled, frozen. Every step claims the version of the check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from insek import clock
from insek.concept.models import Concept
from insek.people.actors import Actor, require
from insek.people.locking import Conflict, claim_version
from insek.people.models import Right
from insek.places.models import District
from insek.release.acts import Act, register_act
from insek.release.models import Proposal
from insek.release.releases import act_or_propose
from insek.release.revising import revising
from insek.thread import history
from insek.thread.cleaning import clean_text
from insek.thread.models import Change, Item
from insek.thread.services import require_release_of

from .models import (
    Check,
    CheckChange,
    CheckCriterion,
    CheckGoal,
    CheckMeasure,
    CheckPlace,
    Paper,
    WeightCriterion,
)
from .wording import check_in_words, paragraph_of


def begin_check(concept: Concept, values: dict[str, Any], *, actor: Actor, paper: Paper | None) -> Check:
    """Begin a draft, for a paper or with a title alone. Raises PermissionDenied and ValidationError."""
    require(actor, "council.edit_check", paper)
    check = Check(concept=concept, paper=paper, author_id=actor.user_id)
    if paper is not None and paper.item.is_example:
        check.standing = "example"
    criteria, districts = _take(check, values, actor)
    if check.unit_id is None:
        check.unit_id = actor.unit_id
    check.full_clean(exclude={"concept", "paper", "author"})
    with transaction.atomic():
        check.save()
        _set_rows(check, criteria, districts)
        _remember(check, "", actor)
    return check


def change_check(check: Check, values: dict[str, Any], *, expected_version: int, actor: Actor) -> Check:
    """Change what the check says about itself. Raises PermissionDenied, Conflict, ValidationError."""
    require(actor, "council.edit_check", check)
    before = check_in_words(check)
    criteria, districts = _take(check, values, actor)
    check.full_clean(exclude={"concept", "paper", "author"})
    with transaction.atomic():
        claim(check, expected_version)
        check.save()
        _set_rows(check, criteria, districts)
        _remember(check, before, actor)
    return check


def _take(check: Check, values: dict[str, Any], actor: Actor) -> tuple[Any, Any]:
    values = {name: clean_text(value) for name, value in values.items()}
    if check.paper_id is None and values.get("subject") == Check.Subject.PAPER:
        raise ValidationError({"subject": _("Ohne Vorlage lässt sich keine Vorlage prüfen.")})
    criteria, districts = values.pop("criteria", None), values.pop("districts", None)
    for name, value in values.items():
        setattr(check, name, value)
    if not actor.has(Right.EDIT):
        check.unit_id = actor.unit_id
    return criteria, districts


def _set_rows(
    check: Check, criteria: Iterable[WeightCriterion] | None, districts: Iterable[District] | None
) -> None:
    if criteria is not None:
        check.criteria.all().delete()
        CheckCriterion.objects.bulk_create(CheckCriterion(check_row=check, criterion=row) for row in criteria)
    if districts is not None:
        check.places.all().delete()
        CheckPlace.objects.bulk_create(CheckPlace(check_row=check, district=row) for row in districts)


def set_goal(
    check: Check,
    goal: Item,
    *,
    effect: str,
    reason: str,
    certainty: str,
    expected_version: int,
    actor: Actor,
) -> CheckGoal:
    """Say what the matter does to a goal. Only public goals: the paragraph will be read in public."""
    require(actor, "council.edit_check", check)
    _require_public(check, goal, "goal")
    row = check.goals.filter(goal=goal.pk).first() or CheckGoal(check_row=check, goal_id=goal.pk)
    row.effect, row.certainty, row.reason = effect, certainty, clean_text(reason).strip()
    row.full_clean(exclude={"check_row", "goal"}, validate_unique=False)
    before = check_in_words(check)
    with transaction.atomic():
        claim(check, expected_version)
        row.save()
        _remember(check, before, actor)
    return row


def set_measure(check: Check, measure: Item, *, expected_version: int, actor: Actor) -> None:
    """Say that the matter implements a measure."""
    require(actor, "council.edit_check", check)
    _require_public(check, measure, "measure")
    before = check_in_words(check)
    with transaction.atomic():
        claim(check, expected_version)
        CheckMeasure.objects.get_or_create(check_row=check, measure_id=measure.pk)
        _remember(check, before, actor)


def leave_out(check: Check, item: Item, *, expected_version: int, actor: Actor) -> None:
    """Take a goal or measure out of the check."""
    require(actor, "council.edit_check", check)
    before = check_in_words(check)
    with transaction.atomic():
        claim(check, expected_version)
        check.goals.filter(goal=item.pk).delete()
        check.measures.filter(measure=item.pk).delete()
        _remember(check, before, actor)


def write_paragraph(check: Check, text: str, *, expected_version: int, actor: Actor) -> Check:
    """Keep the paragraph as somebody worded it; empty or unchanged: it goes on being made from the check."""
    require(actor, "council.edit_check", check)
    before = check_in_words(check)
    text = clean_text(text).strip()
    with override("de"):
        made = paragraph_of(check)
    check.paragraph = "" if text == made else text
    with transaction.atomic():
        claim(check, expected_version)
        check.save()
        _remember(check, before, actor)
    return check


def finish_check(check: Check, *, expected_version: int, actor: Actor) -> Check:
    """Freeze the check with author and date; its paragraph is kept word by word.

    With it a check of a public paper becomes public: that takes the right to release, or a proposal.
    """
    require(actor, "council.edit_check", check)
    if check.paper is not None:
        require_release_of(actor, check.paper.item)
    if not check.goals.exists():
        raise ValidationError(_("Eine Prüfung braucht mindestens ein Ziel, das berührt ist."))
    before = check_in_words(check)
    with transaction.atomic():
        claim(check, expected_version)
        with override("de"):
            check.paragraph = check.paragraph or paragraph_of(check)
        check.status, check.final_on = Check.Status.FINAL, clock.today()
        check.author_id = actor.user_id
        check.save()
        _remember(check, before, actor)
    return check


def finish_or_propose(check: Check, *, expected_version: int, actor: Actor) -> Check | Proposal:
    """Freeze the check, or propose it where it becomes public by that and the actor may not release."""

    def perform() -> Check:
        return finish_check(check, expected_version=expected_version, actor=actor)

    if check.paper is None:
        return perform()
    payload = {"check": check.key, "version": expected_version}
    own = Proposal.objects.filter(
        act="check_finish", item=check.paper.pk, author=actor.user_id, payload__check=check.key
    )
    with revising(own.filter(state=Proposal.State.RETURNED).order_by("-pk").first()):
        return act_or_propose("check_finish", check.paper.item, payload, actor=actor, perform=perform)


def _finish(item: Item, payload: dict[str, Any], actor: Actor) -> None:
    check = Check.objects.select_related("paper__item").filter(key=payload["check"], paper=item.pk).first()
    if check is None or check.is_final:
        raise Conflict
    finish_check(check, expected_version=payload["version"], actor=actor)


def _form(item: Item, payload: dict[str, Any]) -> str:
    """The draft: it can be changed, and finishing it again takes the place of what came back."""
    return reverse("check", args=[payload["check"]])


register_act(Act("check_finish", gettext_lazy("Prüfung abschließen"), _finish, form_at=_form))


def delete_check(check: Check, *, expected_version: int, actor: Actor) -> None:
    """Throw a draft away; a frozen check stays. Raises PermissionDenied and Conflict."""
    require(actor, "council.edit_check", check)
    before = check_in_words(check)
    with transaction.atomic():
        claim(check, expected_version)
        paper = check.paper
        gone = CheckChange(concept_id=check.concept_id, check_key=check.key, before=before)
        check.delete()
        _write(gone, paper, actor)


def save_criterion(
    concept: Concept,
    values: dict[str, Any],
    *,
    actor: Actor,
    criterion: WeightCriterion | None = None,
    expected_version: int = 0,
) -> WeightCriterion:
    """Add a criterion of citywide weight or change one. Raises PermissionDenied, Conflict, ValidationError."""
    require(actor, "council.edit_criteria")
    row = criterion or WeightCriterion(concept=concept)
    for name, value in values.items():
        setattr(row, name, clean_text(value))
    row.full_clean(exclude={"concept"})
    if criterion is None:
        row.validate_constraints()
        row.save()
        return row
    claim_version(row, expected_version)
    row.save()
    return row


def delete_criterion(criterion: WeightCriterion, *, actor: Actor) -> None:
    """Take a criterion off the list. Raises PermissionDenied, and ProtectedError when checks rest on it."""
    require(actor, "council.edit_criteria")
    criterion.delete()


def claim(check: Check, expected: int) -> None:
    """Take the next version of a draft, or raise Conflict; a frozen check is refused."""
    if Check.objects.filter(pk=check.pk, status=Check.Status.FINAL).exists():
        raise Conflict(check)
    claim_version(check, expected)


def _require_public(check: Check, item: Item, kind: str) -> None:
    if item.kind != kind or item.concept_id != check.concept_id:
        raise PermissionDenied("council.edit_check")
    if item.visibility != "public":
        raise ValidationError(_("Nur veröffentlichte Inhalte: Der Absatz wird öffentlich gelesen."))


def _remember(check: Check, before: str, actor: Actor) -> None:
    """A check keeps its own history, word by word; it also stands in that of its paper."""
    after = check_in_words(Check.objects.get(pk=check.pk))
    if after != before:
        change = CheckChange(concept_id=check.concept_id, check_key=check.key, before=before, after=after)
        _write(change, check.paper, actor)


def _write(change: CheckChange, paper: Paper | None, actor: Actor) -> None:
    change.actor_id = actor.user_id
    change.save(force_insert=True)
    if paper is not None:
        words = [change.before or None, change.after or None]
        history.record(paper.item, Change.Action.UPDATED, actor=actor, changed={"council_check": words})
