"""What comes next in a selection, of every sort: steps of measures, meetings on papers, ends of grants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.council.models import Consultation
from insek.engines.periods import in_time, is_period
from insek.strategy.fact_sheet import FundingLine
from insek.strategy.told import TOLD_IN
from insek.thread.models import Item
from insek.web.display import date_words

from .queries import AssessedMeasure

SHOWN = 8
RUNNING = (FundingLine.State.GRANTED, FundingLine.State.DRAWN)


@dataclass(frozen=True)
class NextDate:
    """A day, what is then, and the item where it belongs."""

    day: date
    what: str
    title: str
    is_content: bool
    item: Item

    @property
    def when(self) -> str:
        """The day in words."""
        return date_words(self.day)


def dates_ahead(
    asker: Asker, today: date, *, measures: Iterable[AssessedMeasure], funding: Iterable[tuple[FundingLine, Item]], papers: Q
) -> list[NextDate]:  # fmt: skip
    """The next days, the first first; ``papers`` narrows the papers. One query."""
    found = [*_steps(measures, today), *_grants(funding, today), *_meetings(asker, today, papers)]
    found.sort(key=lambda each: (each.day, each.what, each.title))
    return found[:SHOWN]


def _steps(measures: Iterable[AssessedMeasure], today: date) -> list[NextDate]:
    return [
        NextDate(task.due, _("Schritt, fällig"), task.title, True, row.item)
        for row in measures
        for task in row.tasks
        if task.due and not task.done and task.due >= today
    ]


def _grants(funding: Iterable[tuple[FundingLine, Item]], today: date) -> list[NextDate]:
    """By when to apply, when grants that run end, and until when what was paid is bound; of what was refused nothing ends."""
    found = []
    for line, item in funding:
        for name, states, what in (
            ("apply_by", TOLD_IN["apply_by"], _("Förderung beantragen bis")),
            ("granted_until", RUNNING, _("Bewilligung endet")),
            ("bound_until", TOLD_IN["bound_until"], _("Zweckbindung endet")),
        ):
            text = getattr(line, name) if line.state in states else ""
            if text and is_period(text) and (day := in_time(text)[0]) >= today:
                found.append(NextDate(day, what, line.programme or line.source, True, item))
    return found


def _meetings(asker: Asker, today: date, papers: Q) -> Sequence[NextDate]:
    seen = Item.objects.visible_to(asker.actor).filter(papers, concept=asker.concept, kind="paper")
    rows: Any = (
        Consultation.objects.filter(date__gte=today, paper__item__in=seen.order_by().values("pk"))
        .select_related("body", "paper__item")
        .order_by("date", "pk")[:SHOWN]
    )
    return [
        NextDate(
            row.date,
            f"{row.get_role_display()}, {row.body}",
            row.paper.item.shown_title,
            False,
            row.paper.item,
        )
        for row in rows
    ]
