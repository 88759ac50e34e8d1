"""One real chain of the thread for the start page: from a number to a resolution."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.models import Item, Link
from insek.thread.shared_cache import cached
from insek.web.display import SHOWN_COLUMNS

from .queries import newest_resolutions

LOOKED_AT = 60
"""Links of each kind that are looked at; the choice stays quick with a hundred thousand items."""


@dataclass(frozen=True)
class Station:
    """One box of the chain; ``link`` is the link that leads to it, none for the first."""

    item: Item
    link: Link | None


def example_chain(concept: Concept, actor: Actor) -> list[Station]:
    """Indicator, finding, goal, measure and resolution that follow from each other, where possible with every reason.

    Walks backwards from the newest resolutions, looking at no more than LOOKED_AT links of a kind; kept for visitors.
    Seven queries; empty when there is no whole chain.
    """
    chosen = cached(concept, actor, "example chain", lambda: _chosen(concept, actor))
    links = Link.objects.visible_to(actor).in_bulk(chosen)
    best = [links[number] for number in chosen if number in links]
    if not best or len(best) < len(chosen):
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


def _chosen(concept: Concept, actor: Actor) -> list[int]:
    """The keys of the links of the best chain."""
    ends = _links_into(
        {item.pk for item in newest_resolutions(concept, actor, size=LOOKED_AT)},
        ("decided_by", "financed_by"),
        "measure",
        actor,
    )
    levels = [ends]
    for kind, source in (("implemented_by", "goal"), ("justifies", "finding"), ("evidences", "indicator")):
        levels.append(_links_into({link.source_id for link in levels[-1]}, (kind,), source, actor))
    into = [_by_target(level) for level in levels[1:]]
    best: list[Link] = []
    for end in ends:
        for goal in into[0][end.source_id]:
            for finding in into[1][goal.source_id]:
                for evidence in into[2][finding.source_id]:
                    chain = [evidence, finding, goal, end]
                    if not best or _worth(chain) > _worth(best):
                        best = chain
    return [link.pk for link in best]


def _links_into(targets: set[str], kinds: tuple[str, ...], source: str, actor: Actor) -> list[Link]:
    """The first links of these kinds that lead from a kind of item to some known items. One query, none without items."""
    if not targets:
        return []
    links = Link.objects.visible_to(actor).filter(target__in=targets, kind__in=kinds, source__kind=source)
    return list(links.order_by("pk")[:LOOKED_AT])


def _by_target(links: list[Link]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        found[link.target_id].append(link)
    return found


def _worth(chain: list[Link]) -> int:
    """How many of its links say why."""
    return sum(bool(link.reason) for link in chain)
