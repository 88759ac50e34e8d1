"""Read models of the portal. Each says how many SQL queries it costs, whatever the number of items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from insek.concept.models import Concept, Edition, Field, Milestone
from insek.people.actors import Actor
from insek.thread.kinds import Kind, all_kinds
from insek.thread.models import Item, ItemQuerySet


@dataclass(frozen=True)
class FieldSummary:
    """A field of action with the number of its items by kind."""

    field: Field
    counts: dict[str, int]

    @property
    def goals(self) -> int:
        """Number of visible goals."""
        return self.counts.get("goal", 0)

    @property
    def measures(self) -> int:
        """Number of visible measures."""
        return self.counts.get("measure", 0)

    @property
    def findings(self) -> int:
        """Number of visible findings."""
        return self.counts.get("finding", 0)


def field_summaries(concept: Concept, actor: Actor) -> list[FieldSummary]:
    """All fields with counts of what the actor may see. Two queries."""
    counts: dict[int, dict[str, int]] = {}
    rows = (
        Item.objects.visible_to(actor)
        .filter(concept=concept, kind__in=["goal", "measure", "finding"], fields__isnull=False)
        .order_by()
        .values_list("fields", "kind")
        .annotate(n=Count("pk"))
    )
    for field_id, kind, number in rows:
        counts.setdefault(field_id, {})[kind] = number
    return [FieldSummary(field, counts.get(field.pk, {})) for field in concept.fields.all()]


@dataclass(frozen=True)
class KindExcerpt:
    """The first items of a kind, and whether there are more."""

    kind: Kind
    items: list[Item]
    more: bool


def excerpts(items: ItemQuerySet, kinds: Iterable[str], *, size: int) -> list[KindExcerpt]:
    """The first items of each kind in the order of their numbers. One query a kind, two for their fields."""
    found = []
    for kind in all_kinds():
        if kind.name in kinds:
            rows = list(
                items.filter(kind=kind.name).select_related(kind.name).prefetch_related("fields")[: size + 1]
            )
            found.append(KindExcerpt(kind, rows[:size], len(rows) > size))
    return found


def recent_items(concept: Concept, actor: Actor, *, size: int) -> list[Item]:
    """What changed last. Two queries."""
    visible = Item.objects.visible_to(actor).filter(concept=concept).exclude(kind="district")
    return list(visible.order_by("-updated_at", "pk").prefetch_related("fields")[:size])


def milestones(concept: Concept) -> list[Milestone]:
    """The steps of the process in the order of time. One query."""
    return list(concept.milestones.all())


def edition_in_force(concept: Concept) -> Edition | None:
    """The edition the council adopted last that is no example. One query."""
    return (
        concept.editions.filter(status=Edition.Status.ADOPTED)
        .exclude(standing="example")
        .order_by("-date")
        .first()
    )
