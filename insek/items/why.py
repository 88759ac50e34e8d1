"""The why panel: on one side the reasons of an item, on the other what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from insek.concept.asker import Asker
from insek.people.actors import Actor
from insek.people.prepared import prepared, prepared_for
from insek.thread.audience import gated
from insek.thread.kinds import all_link_kinds, link_kind_named
from insek.thread.models import Item, ItemQuerySet, Link
from insek.web.display import SHOWN_COLUMNS, KindNames, ShownItem, shown_item

from .pages import is_beside

PLACE = "located_in"
"""Where something is comes after what follows from it."""
SHOWN = 8
"""Entries of one group on the item's page; the rest is on the group's own page."""
FEW = 80
"""Links that are read at once; of an item with more, the database picks the first of each group."""
DIRECTIONS = {"source": "gruende", "target": "folgen"}
"""The other end of a link, and what the address calls that side."""


@dataclass(frozen=True)
class EntryState:
    """How a neighbour stands: sign and word of its state, and one fact such as its years."""

    mark: Mapping[str, str] | None = None
    """{name, icon, label}, see the component ``item_row``; None where the kind has no state."""
    fact: str = ""
    who: str = ""


StateProvider = Callable[[Asker, list[Item]], Mapping[str, EntryState]]
_states: dict[str, StateProvider] = {}
_state_columns: dict[str, tuple[str, ...]] = {}


def add_states(kind: str, provide: StateProvider, *, columns: tuple[str, ...]) -> None:
    """Let a later room say how items of a kind stand, by their ids, wherever they are neighbours.

    ``columns`` are those of own rows that it needs, as paths from the item; they are read with the neighbours.
    """
    _states[kind] = provide
    _state_columns[kind] = columns


def read_with_states(items: ItemQuerySet) -> ItemQuerySet:
    """Items read with what ``states_of`` needs of them."""
    columns = [column for paths in _state_columns.values() for column in paths]
    return items.only(*SHOWN_COLUMNS, *columns).select_related(
        *sorted({column.rpartition("__")[0] for column in columns})
    )


def states_of(asker: Asker, items: Iterable[Item]) -> dict[str, EntryState]:
    """How items stand, by their ids, where their room says so; read with ``read_with_states``. Three queries for measures."""
    by_kind: dict[str, list[Item]] = {}
    for item in items:
        if item.kind in _states:
            by_kind.setdefault(item.kind, []).append(item)
    found: dict[str, EntryState] = {}
    for kind, rows in by_kind.items():
        found.update(_states[kind](asker, rows))
    return found


@dataclass(frozen=True)
class WhyEntry:
    """One neighbour of an item in the thread; the addresses are empty for people who may not link."""

    item: ShownItem
    label: str
    """How the link reads from the item."""
    reason: str
    locator: str
    link_id: int
    edit_url: str = ""
    unlink_url: str = ""
    state: EntryState | None = None


@dataclass
class WhyGroup:
    """The neighbours that one kind of link leads to."""

    kind: str
    label: str
    more_url: str = ""
    entries: list[WhyEntry] = field(default_factory=list)


@dataclass(frozen=True)
class WhyPanel:
    """Reasons and consequences of an item."""

    item: ShownItem
    reasons: list[WhyGroup]
    consequences: list[WhyGroup]

    @property
    def is_empty(self) -> bool:
        """Whether the item stands alone."""
        return not self.reasons and not self.consequences


def why_panel(item: Item, asker: Asker, *, can_link: bool, names: KindNames) -> WhyPanel:
    """The neighbours of an item that the actor may see, grouped.

    ``names`` gives what the city calls a kind. Costs two queries where there are links, four for an item with more than FEW links, and those of the
    rooms that say how neighbours stand.
    """
    actor = asker.actor
    has_links = is_beside(item, "reasons") or is_beside(item, "consequences")
    links = prepared("links of an item", _links_of, item.pk) if has_links else []
    if len(links) > FEW:
        links = [*_first_of_groups(item, "source", actor), *_first_of_groups(item, "target", actor)]
    ids = {link.source_id if link.target_id == item.pk else link.target_id for link in links}
    others = {
        other.pk: other
        for other in prepared_for(
            gated(actor, "neighbours"),
            lambda pks: read_with_states(Item.objects.visible_to(actor).filter(pk__in=pks)).order_by(),
            ids,
        )
    }
    reasons = _groups(
        item, [link for link in links if link.target_id == item.pk], "source", others, names, can_link
    )
    consequences = _groups(
        item, [link for link in links if link.source_id == item.pk], "target", others, names, can_link
    )
    _say_states(asker, [*reasons, *consequences], others)
    return WhyPanel(shown_item(item, names), reasons, consequences)


def _say_states(asker: Asker, groups: list[WhyGroup], others: Mapping[str, Item]) -> None:
    """Add how they stand to the entries that are shown."""
    shown = [others[entry.item.pk] for group in groups for entry in group.entries]
    if found := states_of(asker, shown):
        for group in groups:
            group.entries = [replace(entry, state=found.get(entry.item.pk)) for entry in group.entries]


def _links_of(pk: Any) -> QuerySet[Link]:
    return Link.objects.filter(Q(source=pk) | Q(target=pk)).order_by("pk")[: FEW + 1]


def entries_of(
    links: Iterable[Link], end: str, *, item: Item, can_link: bool, names: KindNames
) -> list[WhyEntry]:
    """Entries for links of an item whose other end (source or target) is selected."""
    return [_entry(item, link, getattr(link, end), end, names, can_link) for link in links]


def _first_of_groups(item: Item, end: str, actor: Actor) -> Iterable[Link]:
    """The first links of each kind on one side, one more than are shown."""
    here = "target" if end == "source" else "source"
    order = [F(f"{end}__sort_key"), F(f"{end}_id")]
    return (
        Link.objects.visible_to(actor)
        .filter(**{here: item})
        .annotate(rank=Window(RowNumber(), partition_by=F("kind"), order_by=order))
        .filter(rank__lte=SHOWN + 1)
    )


def _groups(
    item: Item, links: list[Link], end: str, others: dict[str, Item], names: KindNames, can_link: bool
) -> list[WhyGroup]:
    """Visible neighbours on one side, by kind of link, each group in the order of numbers."""
    seen = [(others[pk], link) for link in links if (pk := getattr(link, f"{end}_id")) in others]
    groups: dict[str, WhyGroup] = {}
    for other, link in sorted(seen, key=lambda pair: (pair[0].sort_key, pair[0].pk)):
        group = groups.setdefault(
            link.kind, WhyGroup(link.kind, link_kind_named(link.kind).label_towards(end))
        )
        if len(group.entries) == SHOWN:
            group.more_url = reverse("item-thread", args=[item.pk, DIRECTIONS[end], link.kind])
            continue
        group.entries.append(_entry(item, link, other, end, names, can_link))
    order = [kind.name for kind in all_link_kinds()]
    return sorted(groups.values(), key=lambda group: (group.kind == PLACE, order.index(group.kind)))


def _entry(item: Item, link: Link, other: Item, end: str, names: KindNames, can_link: bool) -> WhyEntry:
    back = f"?von={item.pk}"
    return WhyEntry(
        item=shown_item(other, names),
        label=link_kind_named(link.kind).label_towards(end),
        reason=link.reason,
        locator=link.locator,
        link_id=link.pk,
        edit_url=reverse("link-edit", args=[link.pk]) + back if can_link else "",
        unlink_url=reverse("link-delete", args=[link.pk]) + back if can_link else "",
    )
