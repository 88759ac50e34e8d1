"""What people decided about suggestions, in the working profile of a package alone: never proposed again, also where it is read in.

Open suggestions are in no package: a machine makes them anew. Who decided is in none either.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from insek.concept.models import Concept
from insek.package import Column, Table, register_table
from insek.package.tables import GONE_OR_NOT

from .models import Suggestion


def _decided(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(
        state__in=[state for state in Suggestion.State.values if state != Suggestion.State.OPEN]
    )


def _never(rows: QuerySet[Any]) -> QuerySet[Any]:
    """What a machine proposes is never given to the public."""
    return rows.none()


def _with_moment(row: Suggestion) -> None:
    """A package knows the day of a decision; here it has noon."""
    if row.decided_at is not None and not isinstance(row.decided_at, datetime):
        row.decided_at = timezone.make_aware(datetime.combine(row.decided_at, time(12)))


def _beside_those_there(concept: Concept, made: Sequence[Any]) -> Sequence[Any]:
    """A decision of this installation stands; one of the package takes the place of what still waits here."""
    keys = {(row.kind, row.subject, row.content_hash): row for row in made}
    there = Suggestion.objects.filter(concept=concept, content_hash__in={row.content_hash for row in made})
    waiting = []
    for row in there:
        if (key := (row.kind, row.subject, row.content_hash)) not in keys:
            continue
        if row.is_open:
            waiting.append(row.pk)
        else:
            del keys[key]
    Suggestion.objects.filter(pk__in=waiting).delete()
    return list(keys.values())


register_table(
    Table(
        name="suggestion_decisions",
        model_path="suggestions.Suggestion",
        note="What people decided about suggestions of the program, so that it is not proposed again. Working profile only; never who decided.",
        order=110,
        key_columns=("kind", "subject", "content_hash"),
        select=_decided,
        public=_never,
        prepare=_with_moment,
        beside_those_there=_beside_those_there,
        own_columns=(
            Column("kind", "text", "What was proposed.", required=True),
            Column("subject", "text", "What it was about, as the program names it, such as item:abc12345.", required=True),
            Column("content_hash", "text", "Of what makes it the same suggestion.", required=True),
            Column("content", "json", "What accepting it makes.", required=True),
            Column("item", "reference", "Id of the item it was about, or of its tombstone.", refers=GONE_OR_NOT),
            Column("other", "reference", "Id of a second item that it named, or of its tombstone.", refers=GONE_OR_NOT),
            Column("about", "reference", "Id of what the subject belongs to, such as the plan of a passage.", refers=GONE_OR_NOT),
            Column("field_key", "text", "Key of the field of action."),
            Column("why", "text", "Why it was proposed.", required=True),
            Column("evidence", "json", "What it was drawn from: a list of words, place and address.", required=True),
            Column("confidence", "decimal", "How sure it was, a share.", required=True),
            Column("raw_confidence", "decimal", "How sure the engine itself was.", required=True),
            Column("suggester", "text", "Which engine.", required=True),
            Column("engine_version", "text", "Its version.", required=True),
            Column("model", "text", "What encoded the texts."),
            Column("seed", "integer", "Of the run.", required=True),
            Column("input_hash", "text", "Of what it looked at."),
            Column(
                "state", "choice", "What was decided.", required=True,
                choices=Suggestion.State.values,
            ),
            Column("decided_at", "date", "Day of the decision; never empty."),
            Column("changed_to", "json", "The content as it was accepted, where changed."),
            Column("note", "text", "Why it was refused, where somebody said so."),
        ),
    )
)  # fmt: skip
