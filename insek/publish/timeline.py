"""The process in display form: milestones in words, years as a strip, where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.models import Milestone
from insek.web.display import date_words

KEY_KINDS = {Milestone.Kind.RESOLUTION, Milestone.Kind.ADOPTION}


def milestone_date(milestone: Milestone) -> str:
    """When a step was, as precisely as it is known: 2023, Juni 2024, 30. bis 31. August 2024."""
    if milestone.date_precision == Milestone.Precision.YEAR:
        return str(milestone.date.year)
    if milestone.date_precision == Milestone.Precision.MONTH:
        return str(date_format(milestone.date, "F Y"))
    if milestone.date_end and milestone.date_end != milestone.date:
        return _("%(first)s bis %(last)s") % {
            "first": date_words(milestone.date), "last": date_words(milestone.date_end),
        }  # fmt: skip
    return date_words(milestone.date)


def shown_milestones(
    milestones: Iterable[Milestone],
    today: date | None = None,
    *,
    minutes: Iterable[dict[str, Any]] = (),
) -> list[dict[str, Any]]:
    """Milestones for the timeline component, in their order, each with its minutes."""
    today = today or clock.today()
    documents: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in minutes:
        documents[line["milestone"]].append(line)
    return [
        {
            "date_label": milestone_date(milestone),
            "title": str(milestone),
            "text": milestone.description,
            "people": milestone.people,
            "standing": milestone.standing,
            "source_url": milestone.source_url,
            "is_key": milestone.kind in KEY_KINDS,
            "is_ahead": milestone.date > today,
            "year": milestone.date.year,
            "anchor": milestone.anchor,
            "documents": documents[milestone.pk],
        }
        for milestone in milestones
    ]


def year_strip(milestones: list[Milestone], today: date | None = None) -> list[dict[str, Any]]:
    """One entry for each year from the first step to this year, with its steps as dots."""
    if not milestones:
        return []
    this_year = (today or clock.today()).year
    last = max(this_year, milestones[-1].date.year)
    return [
        {
            "year": year,
            "is_now": year == this_year,
            "steps": [
                {"title": str(milestone), "is_key": milestone.kind in KEY_KINDS}
                for milestone in milestones
                if milestone.date.year == year
            ],
        }
        for year in range(milestones[0].date.year, last + 1)
    ]
