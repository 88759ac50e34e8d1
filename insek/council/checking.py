"""The INSEK-Prüfung by hand: what is special to it. All else (begin, change, delete, undo, release) is the thread's."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek import clock
from insek.concept.models import Concept
from insek.people.actors import Actor, require
from insek.people.locking import Conflict, claim_version
from insek.people.models import Right
from insek.release.acts import Act, Differences, register_act
from insek.release.models import Proposal
from insek.release.releases import act_or_propose
from insek.release.revising import revising
from insek.thread import history, services
from insek.thread.cleaning import clean_text
from insek.thread.models import Item, Visibility
from insek.thread.row_acts import add_row, change_row, remove_row
from insek.web.display import date_words

from .answering import not_asked, unheard
from .models import Check, CheckGoal, WeightCriterion
from .rows import CHECK_GOALS
from .wording import edition_of_check, paragraph_of, paragraph_shown

FINISHED_IN_THE_OPEN = Q(status=Check.Status.FINAL) & (
    Q(paper=None) | Q(paper__item__visibility=Visibility.PUBLIC)
)
"""Checks that are no draft any more: finished, and of a paper that everybody reads, or of none."""


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
    """Say what the matter does to a goal; that none is touched is taken back by it.

    ``expected_version`` is that of what was said before of this goal, 0 where nothing was. Raises PermissionDenied, Conflict,
    ValidationError.
    """
    values = {"effect": effect, "reason": reason, "certainty": certainty}
    with transaction.atomic():
        row = _row_of(check, goal)
        if (row.version if row else 0) != expected_version:
            raise Conflict(row)
        if row is not None:
            return cast(
                CheckGoal,
                change_row(CHECK_GOALS, row, values, expected_version=expected_version, actor=actor),
            )
        if check.touches_no_goal:
            require(actor, "council.edit_check", check.item)
            none = {"touches_no_goal": False, "no_goal_reason": ""}
            item = services.update_item(
                check.item, expected_version=check.item.version, values=none, actor=actor
            )
            check = item.concept_check
            check.item = item
        return cast(CheckGoal, add_row(CHECK_GOALS, check.item, {"goal": goal.goal, **values}, actor=actor))


def leave_out(check: Check, goal: Item, *, expected_version: int, actor: Actor) -> None:
    """Take a goal out of the check. Raises PermissionDenied and Conflict."""
    row = _row_of(check, goal)
    if row is None:
        raise Conflict(None)
    remove_row(CHECK_GOALS, row, expected_version=expected_version, actor=actor)


def _row_of(check: Check, goal: Item) -> CheckGoal | None:
    """What the check says of a goal. One query."""
    row = check.goals.filter(goal=goal.pk).select_related("goal__item").first()
    if row is not None:
        row.check_row = check
    return row


def set_measure(
    check: Check, measure: Item, *, is_implemented: bool, expected_version: int, actor: Actor
) -> Item:
    """Say that the matter implements a measure, or that it does not. Raises what ``update_item`` raises."""
    require(actor, "council.edit_check", check.item)
    others = [row for row in check.measures.all() if row.pk != measure.pk]
    wanted = [*others, measure.measure] if is_implemented else others
    return services.update_item(
        check.item, expected_version=expected_version, values={"measures": wanted}, actor=actor
    )


def write_paragraph(check: Check, text: str, *, expected_version: int, actor: Actor) -> Item:
    """Keep the paragraph as somebody worded it; empty or unchanged: it is still made from the check."""
    require(actor, "council.edit_check", check.item)
    text = clean_text(text).strip()
    values = {"paragraph": "" if text == paragraph_of(check) else text}
    return services.update_item(check.item, expected_version=expected_version, values=values, actor=actor)


def what_is_missing(check: Check) -> list[str]:
    """What a person must still have looked at before the check can be finished, in words. At most five queries."""
    missing = []
    if not check.weight:
        missing.append(_("Ist die Sache von gesamtstädtischem Gewicht? Auch „ohne“ ist ein Ergebnis."))
    if not check.touches_no_goal and not check.goals.exists():
        missing.append(
            _("Welche Ziele sind berührt? Auch „kein Ziel“ ist ein Ergebnis, mit einem Satz warum.")
        )
    if check.weight == Check.Weight.LOCAL and check.criteria.exists():
        missing.append(_("Es trifft ein Kriterium zu: Dann hat die Sache gesamtstädtisches Gewicht."))
    if unheard(check).exists():
        missing.append(_unheard_words(check))
    if check.paragraph and (edition := edition_of_check(check)) and edition.title not in check.paragraph:
        missing.append(
            _("Der Absatz ist von Hand geschrieben und nennt nicht, auf welcher Ausgabe die Prüfung beruht: %(edition)s.")
            % {"edition": edition.title}
        )  # fmt: skip
    return missing


def _unheard_words(check: Check) -> str:
    """That the unit which leads the matter may still answer to the conflict."""
    if (later := not_asked(check)).exists():
        if check.answer_until is not None:
            named = "; ".join(str(row.goal.item) for row in later.select_related("goal__item"))
            return _("Ein Widerspruch ist neu oder anders begründet, seit %(unit)s gefragt wurde: %(goals)s. Bitten Sie noch einmal um Antwort.") % {"unit": check.unit, "goals": named}  # fmt: skip
        return _("Es gibt einen Widerspruch: %(unit)s kann dazu antworten, bevor er öffentlich wird, und ist noch nicht gefragt.") % {"unit": check.unit}  # fmt: skip
    return _("%(unit)s kann zum Widerspruch noch bis %(day)s antworten.") % {
        "unit": check.unit, "day": date_words(check.answer_until),
    }  # fmt: skip


def becomes_public(check: Check) -> bool:
    """Whether everybody can read the check once it is finished: its paper is public."""
    return check.paper is not None and check.paper.item.visibility == Visibility.PUBLIC


def finish_check(check: Check, *, expected_version: int, actor: Actor) -> Item:
    """Freeze the check with its day and the edition it rests on; its paragraph is kept word by word.

    Finishing confirms it, which takes the right to release; a check of a public paper becomes public with it. Raises
    PermissionDenied, Conflict, and ValidationError where something is missing.
    """
    require(actor, "council.confirm_check", check.item)
    if missing := what_is_missing(check):
        raise ValidationError(missing)
    values: dict[str, Any] = {
        "edition": edition_of_check(check),
        "paragraph": paragraph_shown(check),
        "status": Check.Status.FINAL,
        "final_on": clock.today(),
    }
    if becomes_public(check):
        values |= {"visibility": Visibility.PUBLIC, "round": None}
    whole = actor.with_rights(Right.EDIT)  # the permission was checked above
    return services.update_item(check.item, expected_version=expected_version, values=values, actor=whole)


def finish_or_propose(check: Check, *, expected_version: int, actor: Actor) -> Item | Proposal:
    """Freeze the check, or propose it to who confirms: that takes the right to release, whether it becomes public or not."""
    require(actor, "council.edit_check", check.item)
    if missing := what_is_missing(check):
        raise ValidationError(missing)
    own = Proposal.objects.filter(act="check_finish", item=check.pk, author=actor.user_id)
    with revising(own.filter(state=Proposal.State.RETURNED).order_by("-pk").first()):
        return act_or_propose("check_finish", check.item, {}, actor=actor, expected_version=expected_version)


def _check_of(item: Item) -> Check:
    return Check.objects.select_related("item", "paper__item").get(pk=item.pk)


def _is_confirmed(item: Item, payload: dict[str, Any]) -> bool:
    """A check is confirmed by somebody who may release, also where it stays inside."""
    return True


def _finish(item: Item, payload: dict[str, Any], actor: Actor) -> Item:
    check = _check_of(item)
    if check.is_final:
        raise Conflict(item)
    return finish_check(check, expected_version=item.version, actor=actor)


def _all_that_is_published(proposal: Proposal, item: Item) -> Differences:
    """Every word that the public would read; the check was internal until now. Its goals come along with it."""
    now = history.snapshot(item)
    written = {name: pair[1] for name, pair in proposal.differences.items() if name in now}
    after = {name: value for name, value in {**now, **written}.items() if value not in (None, "", [])}
    return history.differences({name: now[name] for name in ("visibility", "status")}, after)


def _form(item: Item, payload: dict[str, Any]) -> str:
    """The draft: it can be changed, and finishing it again takes the place of what came back."""
    return item.url


register_act(
    Act(
        "check_finish",
        gettext_lazy("Prüfung abschließen"),
        _finish,
        rows=_all_that_is_published,
        form_at=_form,
        is_public=_is_confirmed,
    )
)


def checks_resting_on(item: Item) -> QuerySet[Item]:
    """The public checks that name an item: their paragraph holds its words. One query."""
    roads = {
        "paper": "concept_check__paper",
        "goal": "concept_check__goals__goal",
        "measure": "concept_check__measures",
        "district": "concept_check__districts",
    }
    checks = Item.objects.filter(kind="concept_check", visibility=Visibility.PUBLIC)
    return checks.filter(**{roads[item.kind]: item.pk}).distinct() if item.kind in roads else checks.none()


def validate_check(item: Item, check: Check) -> None:
    """What is wrong in a check itself. Raises ValidationError."""
    if check.paper is not None and check.paper.item.is_example and not item.is_example:
        raise ValidationError({"standing": _("Die Prüfung einer Beispielvorlage ist ein Beispiel.")})
    if check.touches_no_goal and not item._state.adding and check.goals.exists():
        raise ValidationError({"touches_no_goal": _("Es sind Ziele gewählt. Nehmen Sie diese erst heraus.")})
    if item.visibility == Visibility.PUBLIC:
        _validate_public(check)


def _validate_public(check: Check) -> None:
    """The public reads finished checks of what it can read itself."""
    if not check.is_final:
        raise ValidationError(
            {"visibility": _("Öffentlich wird eine Prüfung erst, wenn sie abgeschlossen ist.")}
        )
    named = {row.goal_id for row in check.goals.all()} | set(check.measures.values_list("pk", flat=True))
    named |= set(check.districts.values_list("pk", flat=True)) | ({check.paper_id} - {None})
    hidden = Item.objects.filter(pk__in=named).exclude(visibility=Visibility.PUBLIC)
    if titles := [str(other) for other in hidden.order_by("sort_key", "pk")]:
        raise ValidationError(
            {
                "visibility": _("Die Prüfung nennt, was nicht öffentlich ist: %(titles)s.")
                % {"titles": ", ".join(titles)}
            }
        )


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
