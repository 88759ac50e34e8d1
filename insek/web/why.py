"""The why panel: on one side the reasons of an item, on the other what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from insek.people.actors import Actor
from insek.thread.kinds import link_kind_named
from insek.thread.models import Item, Link

SHOWN = 8
"""Entries of one group on the item's page; the rest stands on the group's own page."""


@dataclass(frozen=True)
class Entry:
    """One neighbour of an item in the thread."""

    item: Item
    relation: str
    reason: str
    locator: str
    link_id: int
    link_version: int
    can_unlink: bool


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

    reasons: list[Group]
    consequences: list[Group]

    @property
    def is_empty(self) -> bool:
        """Whether the item stands alone."""
        return not self.reasons and not self.consequences


def why_panel(item: Item, actor: Actor, *, can_link: bool) -> WhyPanel:
    """The neighbours of an item that the actor may see, grouped. Costs 4 queries, however many there are."""
    links = Link.objects.visible_to(actor)
    return WhyPanel(
        reasons=_groups(item, links.filter(target=item), "source", "gruende", can_link),
        consequences=_groups(item, links.filter(source=item), "target", "folgen", can_link),
    )


def _groups(item: Item, links: Any, end: str, direction: str, can_link: bool) -> list[Group]:
    ranked = (
        links.annotate(
            rank=Window(RowNumber(), partition_by=F("kind"), order_by=[F(f"{end}__sort_key"), F(f"{end}_id")])
        )
        .filter(rank__lte=SHOWN + 1)
        .select_related(end)
        .prefetch_related(f"{end}__fields")
        .order_by("kind", "rank")
    )
    groups: dict[str, Group] = {}
    for link in ranked:
        kind = link_kind_named(link.kind)
        label = str(kind.backward if end == "source" else kind.forward)
        group = groups.setdefault(link.kind, Group(link.kind, label))
        if len(group.entries) == SHOWN:
            group.more_url = reverse("item-thread", args=[item.pk, direction, link.kind])
            continue
        group.entries.append(_entry(link, getattr(link, end), label, can_link))
    return sorted(groups.values(), key=lambda group: _order(group.kind))


def entries_of(links: Iterable[Link], end: str, *, can_link: bool) -> list[Entry]:
    """Entries for links whose end (source or target) is selected."""
    entries = []
    for link in links:
        kind = link_kind_named(link.kind)
        label = str(kind.backward if end == "source" else kind.forward)
        entries.append(_entry(link, getattr(link, end), label, can_link))
    return entries


def _entry(link: Link, other: Item, label: str, can_link: bool) -> Entry:
    return Entry(
        item=other,
        relation=label,
        reason=link.reason,
        locator=link.locator,
        link_id=link.pk,
        link_version=link.version,
        can_unlink=can_link,
    )


def _order(kind: str) -> int:
    from insek.thread.kinds import all_link_kinds

    return [known.name for known in all_link_kinds()].index(kind)
