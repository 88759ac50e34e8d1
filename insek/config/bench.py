"""A concept with as many goals, findings and measures as wanted, linked along the thread, for tests and measurements."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from insek.concept.models import Concept

WORDS = (
    "Radverkehr",
    "Wohnraum",
    "Klimaanpassung",
    "Innenstadt",
    "Quartier",
    "Grünflächen",
    "Hochschule",
    "Nahversorgung",
    "Barrierefreiheit",
    "Ortskern",
    "Energie",
    "Bildung",
    "Mobilität",
    "Gewerbe",
    "Brachfläche",
    "Spielplatz",
    "Sanierung",
    "Beteiligung",
    "Wald",
    "Starkregen",
)
KINDS = ("finding", "goal", "measure")
LINKS = {"goal": ("finding", "justifies"), "measure": ("goal", "implemented_by")}


def grow(size: int, *, seed: int = 7) -> None:
    """Fill the concept `bench` up to `size` items: a third each of findings, goals and measures, linked along the thread.

    No statistics are gathered afterwards: no installation runs ANALYZE, so no page may need it.
    """
    from django.db import transaction

    from insek.concept.models import Concept, Field
    from insek.thread.models import Item

    concept, new = Concept.objects.get_or_create(
        key="bench", defaults={"title": "Messung", "city": "Musterstadt"}
    )
    if new:
        Field.objects.bulk_create(
            Field(concept=concept, key=f"feld-{n}", position=n, name=f"Handlungsfeld {n}")
            for n in range(1, 5)
        )
    chance = random.Random(seed + size)
    with transaction.atomic():
        start = Item.objects.count()
        for position, kind in enumerate(KINDS):
            wanted = size // 3 + (position < size % 3)
            _add_items(
                concept, kind, wanted - Item.objects.filter(kind=kind).count(), start=start, chance=chance
            )


def _add_items(concept: Concept, kind: str, amount: int, *, start: int, chance: random.Random) -> None:
    """Create items of one kind with their own rows, fields and two reasons each."""
    from insek.thread.kinds import kind_named
    from insek.thread.models import Item, Link
    from insek.thread.ordering import set_sort_keys

    created = []
    for n in range(amount):
        title = " und ".join(chance.sample(WORDS, 2))
        item = Item(
            concept=concept, kind=kind, number=f"{kind_named(kind).prefix} {start + n + 1}", title=title
        )
        item.text = " ".join(chance.choices(WORDS, k=60))
        item.standing, item.visibility = "example", "public"
        set_sort_keys(item)
        created.append(item)
    Item.objects.bulk_create(created, batch_size=1000)
    own = {"finding": {"type": "strength"}, "measure": {"type": "conceptual"}}.get(kind, {})
    model = kind_named(kind).model
    model._default_manager.bulk_create((model(item=item, **own) for item in created), batch_size=1000)
    fields = list(concept.fields.all())
    through = Item.fields.through
    through._default_manager.bulk_create(
        (through(item_id=item.pk, field_id=chance.choice(fields).pk) for item in created), batch_size=1000
    )
    if kind in LINKS:
        source_kind, link_kind = LINKS[kind]
        sources = list(Item.objects.filter(kind=source_kind).values_list("pk", flat=True))
        Link.objects.bulk_create(
            (
                Link(source_id=source, target=item, kind=link_kind, reason="Weil es gemessen wird.")
                for item in created
                for source in chance.sample(sources, min(2, len(sources)))
            ),
            batch_size=1000,
        )
