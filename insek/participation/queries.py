"""What can be asked about participation."""

from __future__ import annotations

from django.db.models import Q

from insek import clock
from insek.concept.models import Concept
from insek.items.pages import MOST_CHOICES
from insek.people.actors import ANONYMOUS, Actor
from insek.thread.models import Item, ItemQuerySet
from insek.thread.shared_cache import cached

from .deadlines import due_before
from .models import Contribution, Format


def open_formats(concept: Concept) -> list[Format]:
    """The public formats that take contributions today, the newest first. Two queries."""
    today = clock.today()
    return sorted(
        (row for row in _dated(concept) if row.is_open(today)),
        key=lambda row: (-row.open_from.toordinal() if row.open_from else 0, row.item.sort_key, row.pk),
    )


def open_or_next(concept: Concept) -> Format | None:
    """The public format that takes contributions since last, else the one that will be the next. Two queries."""
    today = clock.today()
    known = sorted(_dated(concept), key=lambda row: (row.open_from or today, row.item.sort_key, row.pk))
    opened = [row for row in known if row.is_open(today)]
    return opened[-1] if opened else next(iter(known), None)


def takes_contributions(concept: Concept) -> bool:
    """Whether any public format takes contributions today; kept. Two queries."""
    return cached(concept, ANONYMOUS, "takes contributions", lambda: bool(open_formats(concept)))


def _dated(concept: Concept) -> list[Format]:
    """The public formats that take or will take contributions; few at a time, so the dates are asked first."""
    today = clock.today()
    dated = Format.objects.filter(open_from__isnull=False).filter(
        Q(open_until=None) | Q(open_until__gte=today)
    )
    ids = list(dated.values_list("pk", flat=True))
    visible = Item.objects.visible_to(ANONYMOUS).filter(pk__in=ids).select_related("format").order_by()
    found = []
    for item in visible if ids else ():
        if item.concept_id == concept.pk:
            item.concept = concept
            item.format.item = item
            found.append(item.format)
    return found


def format_choices(concept: Concept, actor: Actor) -> list[tuple[str, str]]:
    """The first formats the actor may see, by number; kept. One query."""
    rows = Item.objects.visible_to(actor).filter(concept=concept, kind="format").order_by("sort_key", "pk")
    return cached(
        concept, actor, "format choices", lambda: list(rows.values_list("pk", "title")[:MOST_CHOICES])
    )


def points(items: ItemQuerySet) -> list[list[object]]:
    """The places of contributions for a map, all of them: id, title, longitude and latitude. One query."""
    rows = items.filter(contribution__lon__isnull=False).order_by("sort_key", "pk")
    columns = ("pk", "title", "contribution__lon", "contribution__lat")
    return [
        [pk, title, float(lon or 0), float(lat or 0)]
        for pk, title, lon, lat in rows.values_list(*columns).iterator(chunk_size=2000)
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
    """Contributions with an answer ("ja"), without one, or without one that is due ("ueberfaellig") or not due yet ("wartet"), or
    taken over from an earlier procedure without one ("uebernommen")."""
    if value == "ja":
        return items.exclude(contribution__reply="")
    unanswered = items.filter(contribution__reply="")
    if value == "uebernommen":
        return unanswered.filter(contribution__taken_over=True)
    if value == "nein":
        return unanswered
    unanswered = unanswered.filter(contribution__taken_over=False)
    if value == "ueberfaellig":
        return unanswered.filter(contribution__received_on__lt=due_before())
    return unanswered.filter(contribution__received_on__gte=due_before()) if value == "wartet" else unanswered
