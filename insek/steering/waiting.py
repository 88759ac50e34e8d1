"""What waits for a unit: reports that are due and steps that are late, of its own measures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.people.models import Right
from insek.thread.models import Item
from insek.thread.shared_cache import cached
from insek.web.paging import bounded_count
from insek.web.waiting import SHOWN, Waiting, register_waiting, waiting_line

from .queries import with_overdue_step, without_report

DUE: list[tuple[str, Any, Any, Callable[[Concept], QuerySet[Item]]]] = [
    ("steps", gettext_lazy("Schritte, die überfällig sind"), gettext_lazy("Schritt überfällig"), with_overdue_step),
    ("reports", gettext_lazy("Berichte, die fällig sind"), gettext_lazy("kein Bericht aus den letzten zwölf Monaten"), without_report),
]  # fmt: skip


def due(
    key: str, heading: Any, note: Any, find: Callable[[Concept], QuerySet[Item]], asker: Asker
) -> Waiting | None:
    """Measures of the own unit that a rule finds; only where there are any, and for those who report."""
    actor, concept = asker.actor, asker.concept
    reports = actor.has(Right.EDIT_OWN_MEASURES) or actor.has(Right.EDIT)
    if concept is None or actor.unit_id is None or not reports:
        return None
    of_unit = ("due", key, actor.unit_id)
    return cached(
        concept, actor, of_unit, lambda: _due_in_unit(key, heading, note, find(concept), actor.unit_id)
    )


def _due_in_unit(
    key: str, heading: Any, note: Any, found: QuerySet[Item], unit_id: int | None
) -> Waiting | None:
    found = found.filter(measure__responsible=unit_id)
    first = list(found.order_by("sort_key", "pk")[:SHOWN])
    if not first:
        return None
    return Waiting(
        key,
        heading,
        [waiting_line(item, note, reverse("report-create", args=[item.pk])) for item in first],
        bounded_count(found),
        reverse("steering"),
        _("Umsetzung"),
    )


for _place, _rule in enumerate(DUE):
    register_waiting(_rule[0], 70 + _place, partial(due, *_rule))
