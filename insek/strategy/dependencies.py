"""Dependencies between measures: one is needed before another. They never run in a circle, at any depth."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.package import Package, Problems
from insek.people.actors import Actor
from insek.thread.models import Item, Link

PREREQUISITE = "prerequisite_of"
"""The kind of link from a measure to one that cannot do without it."""


def way_between(pairs: Iterable[tuple[str, str]], start: str, end: str) -> list[str]:
    """The shortest way along pairs of ids from one to another, both named; empty where there is none."""
    follows: dict[str, list[str]] = {}
    for source, target in pairs:
        follows.setdefault(source, []).append(target)
    came_from: dict[str, str] = {start: ""}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if here == end:
            way = [here]
            while came_from[way[-1]]:
                way.append(came_from[way[-1]])
            return way[::-1]
        for after in follows.get(here, ()):
            if after not in came_from:
                came_from[after] = here
                waiting.append(after)
    return []


def refuse_circle(source: Item, target: Item, actor: Actor) -> None:
    """A measure may not need itself by way of others. Two queries. Raises ValidationError that names the chain."""
    links = Link.objects.filter(kind=PREREQUISITE, source__concept=source.concept_id)
    way = way_between(links.order_by("pk").values_list("source_id", "target_id"), target.pk, source.pk)
    if not way:
        return
    seen = {item.pk: str(item) for item in Item.objects.visible_to(actor).filter(pk__in=way)}
    named = [f"„{seen[pk]}“" if pk in seen else _("eine Maßnahme, die Sie nicht sehen") for pk in way]
    raise ValidationError(
        _("Das ergäbe einen Kreis: %(chain)s. Eine Maßnahme kann sich nicht selbst voraussetzen.")
        % {"chain": " → ".join([*named, named[0]])}
    )


def check_circles(package: Package, problems: Problems) -> None:
    """No dependencies of a package run in a circle; each circle is told once."""
    rows = [
        row for row in package.table("links") if row.values.get("kind") == PREREQUISITE and not row.broken
    ]
    pairs = [(str(row.values["source"]), str(row.values["target"])) for row in rows]
    told: set[str] = set()
    for row, (source, target) in zip(rows, pairs, strict=True):
        way = way_between(pairs, target, source)
        if way and told.isdisjoint(way):
            told.update(way)
            problems.add(
                "circle",
                file=row.table.path,
                row=row.line,
                column="target",
                message=_("Die Maßnahmen setzen sich im Kreis voraus: %(chain)s.")
                % {"chain": " → ".join([*way, way[0]])},
                advice=_("Eine der Verknüpfungen herausnehmen."),
            )
