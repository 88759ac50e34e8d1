"""The texts that people wrote in the place of drafts, with whether the facts have changed since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.thread.models import Item
from insek.web.display import date_words

from .models import OverviewText, PlanText
from .written_all import overview_key
from .written_facts import facts_key_of


def text_of_plan(item: Item) -> PlanText | None:
    """What a person wrote of a plan. One query."""
    return PlanText.objects.filter(plan=item.pk).first()


def texts_of(items: Sequence[Item]) -> dict[str, PlanText]:
    """What people wrote of plans, by plan. One query."""
    return {row.plan_id: row for row in PlanText.objects.filter(plan__in=[item.pk for item in items])}


def text_of_all(concept: Concept, *, also_empty: bool = False) -> OverviewText | None:
    """What a person wrote of all plans together; None where the draft stands. One query."""
    row = OverviewText.objects.filter(concept=concept).first()
    return row if row is not None and (row.text or also_empty) else None


def shown_text(
    row: PlanText | OverviewText | None, *, item: Item | None = None, concept: Concept | None = None
) -> dict[str, Any] | None:
    """A text with who wrote it and when, and whether it is older than the facts; None without one. Ten queries."""
    if row is None:
        return None
    now = facts_key_of(item) if item is not None else overview_key(concept) if concept is not None else ""
    when = {"date": date_words(row.written_on), "who": row.written_by}
    said = _("Geschrieben am %(date)s von: %(who)s.") if row.written_by else _("Geschrieben am %(date)s.")
    is_older = row.facts_key != now
    older = _(
        "Die Angaben haben sich seither geändert; dieser Text ist älter. Der Entwurf des Programms folgt den Angaben von heute."
    )
    return {
        "text": row.text,
        "by": said % when,
        "is_older": is_older,
        "older": older if is_older else "",
        "note": " ".join(filter(None, [said % when, older if is_older else ""])),
    }  # fmt: skip
