"""What can be asked of papers and their checks."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from insek.concept.models import Concept
from insek.people.models import Body
from insek.thread.models import Item, Link

from .models import Check, Consultation, Resolution


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


def finished_checks_kept_inside(concept: Concept) -> QuerySet[Item]:
    """Finished checks of public papers that the public does not see."""
    return Item.objects.filter(
        concept=concept,
        kind="concept_check",
        concept_check__status=Check.Status.FINAL,
        concept_check__paper__item__visibility="public",
    ).exclude(visibility="public")
