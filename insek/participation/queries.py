"""What can be asked about participation."""

from __future__ import annotations

from django.db.models import Q

from insek import clock
from insek.concept.models import Concept
from insek.people.actors import ANONYMOUS, Actor
from insek.thread.models import Item, ItemQuerySet

from .models import Contribution, Format

MOST_POINTS = 2_000
"""Points on one map of the list."""


def open_formats(concept: Concept) -> list[Format]:
    """The public formats that take contributions today, the newest first. One query."""
    today = clock.today()
    visible = Item.objects.visible_to(ANONYMOUS).filter(concept=concept, kind="format").values("pk")
    rows = Format.objects.filter(item__in=visible, open_from__lte=today).filter(
        Q(open_until=None) | Q(open_until__gte=today)
    )
    return list(rows.select_related("item__concept").order_by("-open_from", "item"))


def open_or_next(concept: Concept) -> Format | None:
    """The public format that takes contributions since last, else the one that will be the next. One query."""
    today = clock.today()
    visible = Item.objects.visible_to(ANONYMOUS).filter(concept=concept, kind="format").values("pk")
    rows = Format.objects.filter(item__in=visible, open_from__isnull=False).filter(
        Q(open_until=None) | Q(open_until__gte=today)
    )
    known = list(rows.select_related("item__concept").order_by("open_from", "item"))
    opened = [row for row in known if row.is_open(today)]
    return opened[-1] if opened else next(iter(known), None)


def is_open(concept: Concept) -> bool:
    """Whether any public format takes contributions today. One query."""
    today = clock.today()
    return (
        Item.objects.visible_to(ANONYMOUS)
        .filter(concept=concept, kind="format", format__open_from__lte=today)
        .filter(Q(format__open_until=None) | Q(format__open_until__gte=today))
        .exists()
    )


def format_choices(concept: Concept, actor: Actor) -> list[tuple[str, str]]:
    """The formats the actor may see, by number. One query."""
    rows = Item.objects.visible_to(actor).filter(concept=concept, kind="format")
    return list(rows.order_by("sort_key", "pk").values_list("pk", "title"))


def points(items: ItemQuerySet) -> list[dict[str, object]]:
    """The places of contributions for a map: id, title, kind and coordinates. One query."""
    rows = (
        items.filter(contribution__lon__isnull=False)
        .order_by("sort_key", "pk")
        .values_list("pk", "title", "contribution__type", "contribution__lon", "contribution__lat")
    )
    return [
        {"id": pk, "title": title, "type": kind, "lon": float(lon or 0), "lat": float(lat or 0)}
        for pk, title, kind, lon, lat in rows[:MOST_POINTS]
    ]


def queue(concept: Concept, actor: Actor, state: str = Contribution.State.NEW) -> ItemQuerySet:
    """Contributions for moderation, behind the gate, with what a line shows."""
    rows = Item.objects.visible_to(actor).filter(concept=concept, kind="contribution")
    if state:
        rows = rows.filter(contribution__state=state)
    return rows.select_related(
        "contribution__format__item", "contribution__district__item", "contribution__about"
    ).prefetch_related("fields")


def answered(items: ItemQuerySet, value: str) -> ItemQuerySet:
    """Contributions with an answer ("ja") or without one."""
    return items.exclude(contribution__reply="") if value == "ja" else items.filter(contribution__reply="")
