"""The why panel: on one side the reasons of an item, on the other what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from insek.people.actors import Actor
from insek.thread.kinds import all_link_kinds, kind_named, link_kind_named
from insek.thread.models import Item, Link, LinkQuerySet

from .display import KindNames, ShownItem, shown_item

SHOWN = 8
"""Entries of one group on the item's page; the rest stands on the group's own page."""


@dataclass(frozen=True)
class Entry:
    """One neighbour of an item in the thread; the addresses are empty for people who may not link."""

    item: ShownItem
    relation: str
    reason: str
    locator: str
    link_id: int
    edit_url: str = ""
    unlink_url: str = ""


@dataclass
class Group:
    """The neighbours that one kind of arrow leads to."""

    kind: str
    label: str
    more_url: str = ""
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class WhyPanel:
    """Reasons and consequences of an item."""

    item: ShownItem
    reasons: list[Group]
    consequences: list[Group]

    @property
    def is_empty(self) -> bool:
        """Whether the item stands alone."""
        return not self.reasons and not self.consequences


def why_panel(item: Item, actor: Actor, *, can_link: bool, names: KindNames | None = None) -> WhyPanel:
    """The neighbours of an item that the actor may see, grouped. Costs 4 queries, however many there are.

    ``names`` gives what the city calls a kind; without it the program's own words stand.
    """
    links = Link.objects.visible_to(actor)
    show = _Shower(item, names or _own_names, can_link)
    return WhyPanel(
        item=shown_item(item, show.names),
        reasons=_groups(links.filter(target=item), "source", show),
        consequences=_groups(links.filter(source=item), "target", show),
    )


def entries_of(
    links: Iterable[Link], end: str, *, item: Item, can_link: bool, names: KindNames | None = None
) -> list[Entry]:
    """Entries for links of an item whose other end (source or target) is selected."""
    show = _Shower(item, names or _own_names, can_link)
    return [show.entry(link, end) for link in links]


def _own_names(kind: str) -> str:
    return str(kind_named(kind).label)


@dataclass(frozen=True)
class _Shower:
    """Makes entries of the panel of one item."""

    item: Item
    names: KindNames
    can_link: bool

    def entry(self, link: Link, end: str) -> Entry:
        back = f"?von={self.item.pk}"
        return Entry(
            item=shown_item(getattr(link, end), self.names),
            relation=label_of(link.kind, end),
            reason=link.reason,
            locator=link.locator,
            link_id=link.pk,
            edit_url=reverse("link-edit", args=[link.pk]) + back if self.can_link else "",
            unlink_url=reverse("link-delete", args=[link.pk]) + back if self.can_link else "",
        )


def label_of(link_kind: str, end: str) -> str:
    """How an arrow reads from the other end: from its target when ``end`` is source."""
    kind = link_kind_named(link_kind)
    return str(kind.backward if end == "source" else kind.forward)


def _groups(links: LinkQuerySet, end: str, show: _Shower) -> list[Group]:
    ranked = (
        links.annotate(
            rank=Window(RowNumber(), partition_by=F("kind"), order_by=[F(f"{end}__sort_key"), F(f"{end}_id")])
        )
        .filter(rank__lte=SHOWN + 1)
        .select_related(end)
        .prefetch_related(f"{end}__fields")
        .order_by("kind", "rank")
    )
    direction = "gruende" if end == "source" else "folgen"
    groups: dict[str, Group] = {}
    for link in ranked:
        group = groups.setdefault(link.kind, Group(link.kind, label_of(link.kind, end)))
        if len(group.entries) == SHOWN:
            group.more_url = reverse("item-thread", args=[show.item.pk, direction, link.kind])
            continue
        group.entries.append(show.entry(link, end))
    order = [kind.name for kind in all_link_kinds()]
    return sorted(groups.values(), key=lambda group: order.index(group.kind))
