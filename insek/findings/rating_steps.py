"""A long sheet in steps: the findings of a round by field of action, a few at a time, with how many are rated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from insek.concept.models import Field
from insek.thread.models import Item

SHORT = 8
"""Findings up to which a sheet is one page."""
AT_ONCE = 6
"""Findings of one step, at most."""


@dataclass(frozen=True)
class SheetStep:
    """Some findings of one field, with how many of them are rated."""

    number: int
    title: str
    items: tuple[Item, ...]
    rated: int

    @property
    def is_done(self) -> bool:
        """Whether each of its findings is rated."""
        return self.rated == len(self.items)


def steps_of(items: Sequence[Item], given: Mapping[str, object]) -> list[SheetStep]:
    """The steps in the order of the fields, the whole city last; none for a short sheet. One query, or none where fields are read already.

    A finding of several fields stands with the first of them, so that it is asked once.
    """
    if len(items) <= SHORT:
        return []
    parts: dict[int, tuple[Field | None, list[Item]]] = {}
    for item in items:
        field = min(item.fields.all(), key=lambda each: (each.position, each.pk), default=None)
        parts.setdefault(field.pk if field else 0, (field, []))[1].append(item)
    ordered = sorted(parts.values(), key=lambda part: (part[0] is None, part[0].position if part[0] else 0))
    steps: list[SheetStep] = []
    for field, found in ordered:
        name = str(field) if field else _("Ganze Stadt")
        pieces = list(_evenly(found))
        for place, piece in enumerate(pieces, 1):
            title = _("%(name)s (%(n)s von %(all)s)") % {"name": name, "n": place, "all": len(pieces)}
            rated = sum(item.pk in given for item in piece)
            steps.append(SheetStep(len(steps) + 1, title if len(pieces) > 1 else name, tuple(piece), rated))
    return steps


def _evenly(items: Sequence[Item]) -> Iterable[Sequence[Item]]:
    """Pieces of nearly the same length, none longer than a step."""
    count = -(-len(items) // AT_ONCE)
    for place in range(count):
        yield items[place * len(items) // count : (place + 1) * len(items) // count]


def step_to_begin(steps: Sequence[SheetStep], wanted: str) -> SheetStep:
    """The step that the address names, else the first in which something is not rated yet."""
    named = [step for step in steps if str(step.number) == wanted]
    return next(iter([*named, *(step for step in steps if not step.is_done), steps[0]]))
