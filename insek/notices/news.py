"""What is new for everybody about an item, a field of action or a search: the released steps of public items, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from insek.concept.models import Concept, Field
from insek.people.actors import ANONYMOUS
from insek.release.public_history import PublicChange, public_history
from insek.thread.identity import is_id
from insek.thread.models import Change, Item, ItemQuerySet, Link
from insek.thread.search import hits

LONGEST_QUERY, LONGEST_ADDRESS = 200, 2450
MOST_ITEMS = 60
"""Items that changed last and are looked at for one answer; of more it is said that there are more."""


@dataclass(frozen=True)
class Followed:
    """What one can follow: an item with what is linked to it, a field of action, or what a search finds."""

    concept: Concept
    item: Item | None = None
    field: Field | None = None
    query: str = ""

    @property
    def title(self) -> str:
        """What it is called on a page."""
        if self.item is not None:
            return f"{self.item.number} {self.item.shown_title}".strip()
        return (
            str(self.field) if self.field is not None else _("Suche nach „%(query)s“") % {"query": self.query}
        )

    @property
    def address(self) -> str:
        """The query part of its addresses."""
        if self.item is not None:
            return urlencode({"inhalt": self.item.pk})
        return urlencode({"feld": self.field.key} if self.field is not None else {"suche": self.query})

    def items(self) -> ItemQuerySet:
        """The public items it is about. Searching costs a few queries."""
        public = Item.objects.visible_to(ANONYMOUS).filter(concept=self.concept)
        if self.field is not None:
            return public.filter(fields=self.field)
        if self.item is None:
            return hits(self.query, ANONYMOUS, public)
        links = Link.objects.visible_to(ANONYMOUS)
        about = Q(pk=self.item.pk)
        about |= Q(Exists(links.filter(source=self.item.pk, target=OuterRef("pk"))))
        about |= Q(Exists(links.filter(target=self.item.pk, source=OuterRef("pk"))))
        for beside in _beside:
            about |= beside(self.item)
        return public.filter(about)


def topic_named(concept: Concept, address: str) -> Followed | None:
    """What the query part of an address names, as it was kept. One query."""
    named = dict(parse_qsl(address))
    return topic_of(
        concept, item=named.get("inhalt", ""), field=named.get("feld", ""), query=named.get("suche", "")
    )


def topic_of(concept: Concept, *, item: str = "", field: str = "", query: str = "") -> Followed | None:
    """What an address names; None for what is not public, not there, or nothing. One query."""
    if item:
        found = (
            Item.objects.visible_to(ANONYMOUS).filter(concept=concept, pk=item).first()
            if is_id(item)
            else None
        )
        return Followed(concept, item=found) if found is not None else None
    if field:
        row = Field.objects.filter(concept=concept, key=field).first()
        return Followed(concept, field=row) if row is not None else None
    searched = Followed(concept, query=" ".join(query.split()))
    # signs beyond ASCII are longer in an address
    fits = 2 < len(searched.query) <= LONGEST_QUERY and len(searched.address) <= LONGEST_ADDRESS
    return searched if fits else None


@dataclass(frozen=True)
class NewsEntry:
    """One thing that is new: the item, what happened, and when."""

    item: Item
    what: str
    at: datetime


def news_of(
    topic: Followed, since: datetime | None = None, until: datetime | None = None, most: int = MOST_ITEMS
) -> list[NewsEntry]:
    """What is new of public items, the latest first. Two queries and up to four for each item that changed, ``most`` items."""
    return sorted(_entries(topic, since, until, most), key=lambda entry: entry.at, reverse=True)


Beside = Callable[[Item], Q]
_beside: list[Beside] = []


def register_beside(find: Beside) -> None:
    """Let a room name items that belong to a followed one without a link, such as the resolutions on a paper."""
    _beside.append(find)


FindNews = Callable[[Sequence[Item], datetime | None, datetime | None], Iterable[NewsEntry]]
_rooms: list[FindNews] = []


def register_news(find: FindNews) -> None:
    """Let a room say what is new for everybody about public items, in rows that are no part of their words."""
    _rooms.append(find)


def has_news(topic: Followed, since: datetime) -> bool:
    """Whether anything is new. Two queries where nothing changed."""
    return any(True for _entry in _entries(topic, since, None, MOST_ITEMS))


def _entries(
    topic: Followed, since: datetime | None, until: datetime | None, most: int
) -> Iterator[NewsEntry]:
    changes = Change.objects.filter(concept=topic.concept, internal=False, item_id=OuterRef("pk"))
    if since is not None:
        changes = changes.filter(at__gt=since)
    if until is not None:
        changes = changes.filter(at__lte=until)
    latest = Subquery(changes.order_by("-at").values("at")[:1])
    changed = topic.items().annotate(changed_at=latest).filter(changed_at__isnull=False)
    items = list(changed.order_by("-changed_at", "pk")[:most])
    for find in _rooms if items else ():
        yield from find(items, since, until)
    for item in items:
        for step in public_history(item):
            if (since is None or step.at > since) and (until is None or step.at <= until):
                yield NewsEntry(item, _words(step), step.at)


def _words(step: PublicChange) -> str:
    """What happened, in words that say no more than the public page."""
    if step.other is not None:
        name = f"{step.other.number} {step.other.shown_title}".strip()
        said = {
            "linked": _("verknüpft mit %(item)s"), "unlinked": _("nicht mehr verknüpft mit %(item)s"),
            "link_changed": _("Verknüpfung mit %(item)s geändert"),
        }  # fmt: skip
        return said.get(step.step, "") % {"item": name}
    said = {"changed": _("geändert"), "again": _("wieder öffentlich"), "withdrawn": _("zurückgezogen")}
    return said.get(step.step, _("öffentlich"))


@dataclass(frozen=True)
class CalendarDate:
    """A public date: the day, what it is, where it leads; the key is its lasting name in calendars."""

    key: str
    day: date
    title: str
    path: str
    last: date | None = None


FindDates = Callable[[Concept, Sequence[str]], Iterable[CalendarDate]]
_dates: list[FindDates] = []


def register_dates(find: FindDates) -> None:
    """Let a room name the public dates of items of a concept."""
    _dates.append(find)


def dates_of(topic: Followed) -> list[CalendarDate]:
    """The public dates of a topic, in order. Two queries and those of each room."""
    ids = list(topic.items().order_by("-updated_at", "pk").values_list("pk", flat=True)[:2000])
    found = [day for find in _dates for day in find(topic.concept, ids)]
    return sorted(found, key=lambda each: (each.day, each.key))
