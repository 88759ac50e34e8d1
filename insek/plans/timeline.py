"""The plans in time: from which year they are, how far they look ahead, and what took their place. Drawn without a script.

All places are parts of the drawing in percent, so that one drawing serves every width; the names beside it are text of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from insek import clock
from insek.people.actors import Actor
from insek.thread.models import Item, Link

from .rubric import IN_FORCE

SUPERSEDED, PARTLY = "superseded_by", "partly_superseded_by"
YEARS = 6
"""Years that the axis names, at most."""


@dataclass(frozen=True)
class Replacement:
    """A plan that took the place of another, or of parts of it; or the other way round."""

    item: Item
    is_part: bool


@dataclass(frozen=True)
class PlanInTime:
    """A plan with its years and what took its place."""

    item: Item
    year: int | None
    horizon: int | None
    has_force: bool
    """By its own state."""
    successors: tuple[Replacement, ...] = ()
    predecessors: tuple[Replacement, ...] = ()

    @cached_property
    def url(self) -> str:
        """The page of the plan."""
        return self.item.url

    @property
    def is_in_force(self) -> bool:
        """Whether it holds, and no other took its place as a whole."""
        return self.has_force and not self.is_replaced

    @property
    def is_replaced(self) -> bool:
        """Whether another plan took its place as a whole."""
        return any(not one.is_part for one in self.successors)


def in_force_of(plans: Sequence[PlanInTime]) -> frozenset[str]:
    """The ids of those that are in force: the one meaning of the word on every page (docs/methods/overview.md)."""
    return frozenset(one.item.pk for one in plans if one.is_in_force)


def plans_in_time(items: Sequence[Item], actor: Actor) -> list[PlanInTime]:
    """The plans in the order of their years, those without one at the end, each with what took its place. One query."""
    known = {item.pk: item for item in items}
    links = Link.objects.visible_to(actor).filter(
        kind__in=(SUPERSEDED, PARTLY), source__in=known, target__in=known
    )
    after: dict[str, list[Replacement]] = {}
    before: dict[str, list[Replacement]] = {}
    for old, new, kind in links.order_by("pk").values_list("source", "target", "kind"):
        after.setdefault(old, []).append(Replacement(known[new], kind == PARTLY))
        before.setdefault(new, []).append(Replacement(known[old], kind == PARTLY))
    found = [
        PlanInTime(
            item, item.plan.reckoned_year, item.plan.horizon_year, item.plan.status in IN_FORCE,
            tuple(after.get(item.pk, ())), tuple(before.get(item.pk, ())),
        )
        for item in items
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.year is None, one.year or 0))


def drawn_in_time(plans: Sequence[PlanInTime]) -> dict[str, Any]:
    """The drawing of those with a year: a sign at it, a bar to the horizon, a line down to what took its place; {} without two."""
    rows = [one for one in plans if one.year is not None]
    if len(rows) < 2:
        return {}
    today = clock.today().year
    years = [year for one in rows for year in (one.year, one.horizon) if year is not None]
    first, last = min(*years, today) - 1, max(*years, today) + 1
    places = {one.item.pk: place for place, one in enumerate(rows)}
    year_at = {one.item.pk: one.year for one in rows}

    def x(year: int | None) -> str:
        return _percent(((year or first) - first) / (last - first))

    def y(pk: str) -> str:
        return _percent((places[pk] + 0.5) / len(rows))

    steps = []
    for one in rows:
        for successor in one.successors:
            new = successor.item.pk
            if new in places:
                at = max(one.year or 0, year_at[new] or 0)
                steps.append(
                    {"x1": x(one.year), "x": x(at), "y1": y(one.item.pk), "y2": y(new), "is_part": successor.is_part}
                )  # fmt: skip
    return {
        "rows": [
            {
                "item": one.item,
                "url": one.url,
                "y": y(one.item.pk),
                "x": x(one.year),
                "end": x(one.horizon) if one.horizon and one.horizon > (one.year or 0) else "",
                "holds": one.is_in_force,
            }
            for one in rows
        ],
        "steps": steps,
        "years": [
            {
                "x": x(year),
                "words": str(year),
                "anchor": "start" if year == first + 1 else "end" if year == last - 1 else "middle",
            }
            for year in _named(first, last)
        ],
        "today": x(today),
        "today_year": today,
    }


def _percent(part: float) -> str:
    return f"{100 * part:.2f}".rstrip("0").rstrip(".")


def _named(first: int, last: int) -> list[int]:
    """Round years within, at most YEARS."""
    for step in (1, 2, 5, 10, 20, 50, 100):
        years = [year for year in range(first + 1, last) if year % step == 0]
        if len(years) <= YEARS:
            break
    return years
