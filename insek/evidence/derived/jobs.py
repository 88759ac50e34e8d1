"""When derived indicators are worked out: after each act that touches their parts, in a job, and once an hour what was missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db.models import Q
from django_tasks import task

from insek.concept.models import Concept
from insek.jobs.clock import register_recurring
from insek.package import register_derived
from insek.thread.events import register_listener
from insek.thread.models import Event

from ..basis_breaks import keep_basis_breaks
from ..models import Indicator
from ..sums.keeping import sum_up_all
from .computing import derive_all


def hear(events: Sequence[Event]) -> None:
    """Ask for what follows from the indicators that something happened to; one job for a concept, however much it was."""
    touched: dict[int, set[str] | None] = defaultdict(set)
    for event in events:
        if event.kind == "indicator" and event.item_id:
            if (ids := touched[event.concept_id]) is not None:
                ids.add(event.item_id)
        elif not event.item_id or event.kind == "district":  # who sees a place decides what may be added up
            touched[event.concept_id] = None
    for concept, ids in touched.items():
        if ids is not None and not ids:
            continue
        if Indicator.objects.filter(_FOLLOWS, item__concept=concept).exists():
            derive_values.enqueue(concept, None if ids is None else sorted(ids))


@task()
def derive_values(concept: int, changed: list[str] | None) -> None:
    """Work out what follows from some indicators of a concept, or all."""
    follow(concept, changed)


_FOLLOWS = ~Q(formula="") | Q(derivation__isnull=False) | Q(summation__isnull=False) | Q(adds_up=True) | Q(needs_basis=True)  # fmt: skip
"""Indicators from which something follows by itself, or that follow from others."""


def follow(concept: int, changed: Collection[str] | None = None) -> None:
    """Breaks where the basis of the population changes, sums of places, then formulas over all of these."""
    keep_basis_breaks(concept, changed)
    summed = sum_up_all(concept, changed)
    derive_all(concept, None if changed is None else {*changed, *summed})


def derive_what_was_missed() -> None:
    """Work out everything that follows again; what is right already is left alone."""
    for concept in (
        Indicator.objects.filter(_FOLLOWS).values_list("item__concept", flat=True).distinct().order_by()
    ):
        follow(concept)


def derive_concept(concept: Concept) -> None:
    """Work out all of a concept that was read in."""
    follow(concept.pk)


def _nothing_more(concept: Concept) -> None:
    """Sums are made with what else follows."""


register_listener("derived", hear)
register_recurring("derive-indicators", timedelta(hours=1), derive_what_was_missed)
register_derived("evidence.Summation", "indicator__item__concept", _nothing_more)
register_derived("evidence.Derivation", "indicator__item__concept", derive_concept)
