"""Contributions that may say the same: the same text in any script and length, words they share, and their place."""

from __future__ import annotations

import re
import unicodedata

from insek.people.actors import Actor
from insek.thread.models import Item

from .models import Contribution

COMPARED = 1_000
"""Newest contributions that are compared by their words; an identical text is found among all of them."""
SHOWN = 6
LEAST = 0.12
LEAST_OF_PIECES = 0.4
"""Short pieces of letters are shared by texts that say different things; this share of them must be common."""
FEW_WORDS = 4
"""Of texts with fewer telling words, and of scripts without spaces, pieces of three letters are compared."""
WORD = re.compile(r"[^\W\d_]{5,}")
_SIGNS = re.compile(r"[\W_]+")


def bare(text: str) -> str:
    """A text without what two people write differently: case, accents put together otherwise, spaces and punctuation.

    A text of nothing but signs, such as emoji, stays as it is.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _SIGNS.sub("", folded) or "".join(folded.split())


def similar_to(item: Item, actor: Actor) -> list[Item]:
    """The likeliest duplicates of a contribution, the likeliest first. Two queries.

    The same text counts 1; else likeness is the share of common word beginnings, or pieces of three letters (Jaccard), and a
    little more in the same district.
    """
    rows = (
        Item.objects.visible_to(actor)
        .filter(concept=item.concept_id, kind="contribution")
        .filter(contribution__state__in=[Contribution.State.NEW, Contribution.State.PUBLIC])
        .exclude(pk=item.pk)
        .select_related("contribution")
        .order_by("-contribution__received_on", "pk")
    )
    mine = _Text(item)
    here = item.contribution.district_id
    scored = {row.pk: (-1.0, row.pk, row) for row in rows.filter(text=item.text)[:SHOWN]}
    for row in rows[:COMPARED]:
        score = mine.likeness(_Text(row))
        if score >= LEAST / 2 and here and row.contribution.district_id == here:
            score += 0.05
        if score >= LEAST:
            scored[row.pk] = (-min(1.0, score), row.pk, row)
    return [row for _score, _pk, row in sorted(scored.values(), key=lambda entry: entry[:2])[:SHOWN]]


class _Text:
    """What is compared of a contribution."""

    def __init__(self, item: Item) -> None:
        self.bare = bare(item.text)
        self.words = {word[:7] for word in WORD.findall(f"{item.title} {item.text}".casefold())}

    @property
    def pieces(self) -> set[str]:
        """Pieces of three letters."""
        return {self.bare[at : at + 3] for at in range(max(1, len(self.bare) - 2))}

    def likeness(self, other: _Text) -> float:
        """From 0 to 1, which is the same text."""
        if self.bare == other.bare:
            return 1.0
        if min(len(self.words), len(other.words)) >= FEW_WORDS:
            return _jaccard(self.words, other.words)
        by_pieces = _jaccard(self.pieces, other.pieces)
        return max(_jaccard(self.words, other.words), by_pieces if by_pieces >= LEAST_OF_PIECES else 0.0)


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, len(one | other))
