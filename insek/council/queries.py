"""What can be asked of checks and of the way of a paper."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from insek.concept.models import Concept
from insek.people.actors import ANONYMOUS, Actor
from insek.people.models import Body
from insek.thread.in_hand import is_seen
from insek.thread.models import Item, ItemQuerySet, Link

from .models import Check, CheckGoal, CheckMeasure, CheckPlace, Consultation, Resolution


def visible_checks(actor: Actor) -> QuerySet[Check]:
    """The gate of checks: staff see all; others final ones of papers, goals, measures and places they may see."""
    if actor.sees_internal:
        return Check.objects.all()
    return _final_checks_of(Item.objects.visible_to(actor))


def checks_public_with(item: Item) -> QuerySet[Check]:
    """Final checks that the public sees only once this item is public too."""
    public = Item.objects.visible_to(ANONYMOUS)
    soon = _final_checks_of(Item.objects.filter(Q(pk=item.pk) | is_seen(public, "pk")))
    now = visible_checks(ANONYMOUS).filter(pk=OuterRef("pk"))
    return soon.filter(~Exists(now), concept=item.concept_id)


def _final_checks_of(seen: ItemQuerySet) -> QuerySet[Check]:
    hidden: list[tuple[Any, str]] = [(CheckGoal, "goal"), (CheckMeasure, "measure"), (CheckPlace, "district")]
    found = Check.objects.filter(is_seen(seen, "paper"), status=Check.Status.FINAL)
    for model, name in hidden:
        rows = model.objects.filter(~is_seen(seen, name), check_row=OuterRef("pk"))
        found = found.filter(~Exists(rows))
    return found


def decided_papers(concept: Concept) -> QuerySet[Item]:
    """Papers with a resolution of the deciding body, or with a result at the step that decides."""
    decides = Consultation.objects.filter(paper=OuterRef("pk"), role=Consultation.Role.DECISION)
    resolved = Resolution.objects.filter(
        Q(paper=OuterRef("pk")) | Q(item__reasons__source=OuterRef("pk"), item__reasons__kind="leads_to")
    ).exclude(body__kind=Body.Kind.ORTSBEIRAT)
    return Item.objects.filter(
        Exists(decides.exclude(result="")) | Exists(resolved), concept=concept, kind="paper"
    )


def weighty_papers_without_check(concept: Concept) -> QuerySet[Item]:
    """Undecided papers that touch several fields of action or the whole city and have no final check."""
    fields = Item.fields.through.objects.filter(item=OuterRef("pk")).order_by("field")
    return Item.objects.filter(
        Exists(Link.objects.filter(source=OuterRef("pk"), kind="located_in", target__district__level="city"))
        | Exists(fields[1:2]),
        ~Exists(Check.objects.filter(paper=OuterRef("pk"), status=Check.Status.FINAL)),
        ~Exists(Link.objects.filter(source=OuterRef("pk"), kind="leads_to", target__kind="resolution")),
        paper__resolutions=None,
        concept=concept,
        kind="paper",
    )
