"""Read models of the portal. Each says how many SQL queries it costs, whatever the number of items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from insek.concept.models import Concept, Edition, Field, Milestone, Standing
from insek.council.models import Resolution
from insek.people.actors import Actor
from insek.thread.kinds import Kind, kind_named
from insek.thread.known_ids import first_seen
from insek.thread.models import Item, ItemQuerySet
from insek.thread.shared_cache import cached
from insek.web.display import SHOWN_COLUMNS

COUNTED = ("goal", "measure", "finding")
LOOKED_AT = 60


@dataclass(frozen=True)
class FieldSummary:
    """A field of action with the number of its items by kind."""

    field: Field
    counts: dict[str, tuple[int, int]]
    """By kind how many there are, and how many of these are examples."""


def field_summaries(concept: Concept, actor: Actor) -> list[FieldSummary]:
    """All fields with counts of what the actor may see; counted once after each change for visitors. Three queries."""
    counts = cached(concept, actor, "field counts", lambda: _counts(concept, actor))
    return [FieldSummary(field, counts.get(field.pk, {})) for field in concept.fields.visible_to(actor)]


def _counts(concept: Concept, actor: Actor) -> dict[int, dict[str, tuple[int, int]]]:
    counts: dict[int, dict[str, tuple[int, int]]] = {}
    rows = (
        Item.objects.visible_to(actor)
        .filter(concept=concept, kind__in=COUNTED, fields__isnull=False)
        .order_by()
        .values_list("fields", "kind")
        .annotate(n=Count("pk"), examples=Count("pk", filter=Q(standing=Standing.EXAMPLE)))
    )
    for field_id, kind, number, examples in rows:
        counts.setdefault(field_id, {})[kind] = (number, examples)
    return counts


@dataclass(frozen=True)
class KindExcerpt:
    """The first items of a kind, and whether there are more."""

    kind: Kind
    items: list[Item]
    more: bool


def excerpts(items: ItemQuerySet, kinds: Iterable[str], *, size: int) -> list[KindExcerpt]:
    """The first items of each kind in the order of their numbers, kinds in the order given. One query a kind."""
    found = []
    for name in kinds:
        rows = list(items.filter(kind=name).select_related(name)[: size + 1])
        found.append(KindExcerpt(kind_named(name), rows[:size], len(rows) > size))
    return found


def newest_resolutions(concept: Concept, actor: Actor, *, size: int) -> list[Item]:
    """The latest decisions. Two queries where the newest are visible."""
    newest = Resolution.objects.order_by("-date", "pk").values_list("pk", flat=True)
    items = Item.objects.visible_to(actor).select_related("resolution")
    return first_seen(newest, items, concept=concept, size=size)


def recent_items(concept: Concept, actor: Actor, *, size: int) -> list[Item]:
    """What changed last besides places and resolutions. One query."""
    visible = (
        Item.objects.visible_to(actor).filter(concept=concept).exclude(kind__in=("district", "resolution"))
    )
    return list(visible.order_by("-updated_at", "pk").only(*SHOWN_COLUMNS, "updated_at")[:size])


def milestones(concept: Concept) -> list[Milestone]:
    """The steps of the process in the order of time. One query."""
    return list(concept.milestones.all())


def has_examples(concept: Concept, actor: Actor) -> bool:
    """Whether visitors meet examples among the first goals and must be told. One query."""
    goals = Item.objects.visible_to(actor).filter(concept=concept, kind="goal")
    return Standing.EXAMPLE in goals.values_list("standing", flat=True)[:LOOKED_AT]


def adopting_resolution(edition: Edition, actor: Actor) -> Item | None:
    """The visible resolution that adopted an edition. One query."""
    visible = Item.objects.visible_to(actor).filter(kind="resolution", resolution__edition=edition)
    return visible.select_related("resolution__body").first()


def vision(concept: Concept, actor: Actor) -> Item | None:
    """The first visible vision. One query."""
    return Item.objects.visible_to(actor).filter(concept=concept, kind="vision").first()


def edition_in_force(concept: Concept) -> Edition | None:
    """The whole edition that is in force and no example; of part updates alone, the latest. One query."""
    adopted = concept.editions.filter(status=Edition.Status.ADOPTED).exclude(standing="example")
    found = list(adopted.order_by("-date"))
    return next((edition for edition in found if not edition.is_part), next(iter(found), None))
