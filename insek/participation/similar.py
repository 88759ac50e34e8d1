"""Contributions that may say the same: by words they share, and by their place."""

from __future__ import annotations

import re

from insek.people.actors import Actor
from insek.thread.models import Item

from .models import Contribution

COMPARED = 1_000
"""So many of the newest contributions are looked at."""
SHOWN = 6
LEAST = 0.12
WORD = re.compile(r"[a-zäöüß]{5,}")


def _words(text: str) -> set[str]:
    return {word[:7] for word in WORD.findall(text.lower())}


def similar_to(item: Item, actor: Actor) -> list[Item]:
    """The likeliest duplicates of a contribution, the likeliest first. One query.

    Likeness is the share of common word beginnings (Jaccard), and a little more in the same district.
    """
    rows = (
        Item.objects.visible_to(actor)
        .filter(concept=item.concept_id, kind="contribution")
        .filter(contribution__state__in=[Contribution.State.NEW, Contribution.State.PUBLIC])
        .exclude(pk=item.pk)
        .select_related("contribution")
        .order_by("-contribution__received_on", "pk")
    )
    mine = _words(f"{item.title} {item.text}")
    here = item.contribution.district_id
    scored = []
    for row in rows[:COMPARED]:
        theirs = _words(f"{row.title} {row.text}")
        score = len(mine & theirs) / max(1, len(mine | theirs))
        if score >= LEAST / 2 and here and row.contribution.district_id == here:
            score += 0.05
        if score >= LEAST:
            scored.append((-score, row.pk, row))
    return [row for _score, _pk, row in sorted(scored, key=lambda entry: entry[:2])[:SHOWN]]
