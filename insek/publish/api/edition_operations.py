"""What was in force on a day, for programs."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field

from insek import clock
from insek.council.in_force import EditionPartInForce, first_day, in_force_on
from insek.web.context import concept_of

from .answers import Answer, columns
from .filters import refuse_unknown_parameters
from .in_force_schemas import InForce
from .operations import router

Day = Annotated[dt.date | None, Field(description="The day, such as 2026-03-16; without it today.")]


@router.get(
    "/in-force",
    response=InForce,
    url_name="api-in-force",
    operation_id="listInForce",
    tags=["Concept"],
    summary="What was in force on a day",
)
def list_in_force(request: HttpRequest, on: Day = None) -> Answer:
    """The adopted editions of which something was in force at the end of a day, the latest first, real ones before examples,
    with the items of each. None before the first adoption; of a day to come nobody knows, and `known` says so."""
    refuse_unknown_parameters(request, "on")
    concept, day = concept_of(request), on or clock.today()
    is_known = day <= clock.today()
    found = (
        [entry for example in (False, True) for entry in in_force_on(concept, day, example=example)]
        if concept is not None and is_known
        else []
    )
    return {
        "on": day,
        "known": is_known,
        "first_day": first_day(concept) if concept is not None else None,
        "editions": [_answer(request, entry) for entry in found],
    }


def _answer(request: HttpRequest, entry: EditionPartInForce) -> Answer:
    edition = entry.edition
    return {
        **columns(edition, "key", "title", "status", "standing", "date"),
        "renews_a_part": edition.is_part,
        "renewed_in_part": entry.is_replaced_in_part,
        "has_text": entry.has_text,
        "url": request.build_absolute_uri(reverse("edition", args=[edition.key])),
        "items": [
            {
                "table": row.table,
                "key": row.key,
                "number": row.number or None,
                "title": row.title,
                "url": request.build_absolute_uri(reverse("edition-item", args=[edition.key, row.key])),
            }
            for row in sorted(entry.rows.values(), key=lambda row: row.position)
        ],
    }
