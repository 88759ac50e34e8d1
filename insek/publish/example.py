"""One real chain of the thread for the start page: from a number to a resolution."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.models import Item, Link
from insek.web.display import SHOWN_COLUMNS

LOOKED_AT = 60
"""Arrows of each kind that are looked at; the choice stays quick with a hundred thousand items."""


@dataclass(frozen=True)
class Station:
    """One box of the chain; ``link`` is the arrow that leads to it, none for the first."""

    item: Item
    link: Link | None


def example_chain(concept: Concept, actor: Actor) -> list[Station]:
    """Indicator, finding, goal, measure and resolution that follow from each other, where possible with every because.

    Walks backwards from resolutions, looking at no more than LOOKED_AT arrows of a kind. Six queries; empty when
    there is no whole chain.
    """
    links = Link.objects.visible_to(actor).filter(source__concept=concept)
    resolutions = Item.objects.visible_to(actor).filter(concept=concept, kind="resolution")
    decided = links.filter(
        target__in=resolutions.values("pk")[:LOOKED_AT],
        kind__in=("decided_by", "financed_by"),
        source__kind="measure",
    )
    ends = list(decided.order_by("pk")[:LOOKED_AT])
    levels = [ends]
    for kind in ("implemented_by", "justifies", "evidences"):
        reached = {link.source_id for link in levels[-1]}
        levels.append(
            list(links.filter(kind=kind, target__in=reached).order_by("pk")[:LOOKED_AT]) if reached else []
        )
    into = [_by_target(level) for level in levels[1:]]
    best: list[Link] = []
    for end in ends:
        for goal in into[0][end.source_id]:
            for finding in into[1][goal.source_id]:
                for evidence in into[2][finding.source_id]:
                    chain = [evidence, finding, goal, end]
                    if not best or _worth(chain) > _worth(best):
                        best = chain
    if not best:
        return []
    items = (
        Item.objects.visible_to(actor)
        .only(*SHOWN_COLUMNS)
        .in_bulk([best[0].source_id, *(link.target_id for link in best)])
    )
    return [
        Station(items[best[0].source_id], None),
        *(Station(items[link.target_id], link) for link in best),
    ]


def _by_target(links: list[Link]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        found[link.target_id].append(link)
    return found


def _worth(chain: list[Link]) -> int:
    """How many of its arrows say why."""
    return sum(bool(link.reason) for link in chain)
