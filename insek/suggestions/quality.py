"""How good suggestions are, counted from what people decided: by kind and suggester, and honest where there are few."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.web.display import number_words

from .models import Suggestion

FEW = 20
"""Under so many decisions no share is told: it would say more than is known."""
Z95 = 1.96


@dataclass(frozen=True)
class Quality:
    """What became of the suggestions of one kind and suggester."""

    kind: str
    suggester: str
    accepted: int
    changed: int
    refused: int

    @property
    def decided(self) -> int:
        """How many were decided."""
        return self.accepted + self.changed + self.refused

    @property
    def words(self) -> str:
        """The same in a sentence."""
        if not self.decided:
            return _("Noch ist nichts entschieden. Wie gut diese Vorschläge sind, zeigt sich erst daran.")
        numbers = {
            name: number_words(getattr(self, name)) for name in ("accepted", "changed", "refused", "decided")
        }
        told = (
            _(
                "Von %(decided)s entschiedenen: %(accepted)s angenommen, %(changed)s geändert angenommen, %(refused)s abgelehnt."
            )
            % numbers
        )
        if self.decided < FEW:
            return f"{told} {_('Das sind zu wenige für einen Anteil.')}"
        low, high = wilson(self.accepted + self.changed, self.decided)
        share = _("Brauchbar waren damit %(low)s bis %(high)s %% (95-%%-Bereich).") % {
            "low": round(100 * low), "high": round(100 * high),
        }  # fmt: skip
        return f"{told} {share}"


def wilson(hits: int, number: int) -> tuple[float, float]:
    """The range in which a share lies with 95 %, from so many hits of a number (Wilson 1927); fits few numbers too."""
    if not number:
        return 0.0, 1.0
    share, square = hits / number, Z95**2
    middle = (share + square / (2 * number)) / (1 + square / number)
    reach = Z95 * sqrt(share * (1 - share) / number + square / (4 * number**2)) / (1 + square / number)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def qualities(concept: Concept, kind: str = "") -> list[Quality]:
    """What was decided, by kind and suggester; a number for each and nothing of any item. One query."""
    rows = Suggestion.objects.filter(concept=concept).decided()
    if kind:
        rows = rows.filter(kind=kind)
    states = Suggestion.State
    counted = rows.order_by("kind", "suggester").values("kind", "suggester").annotate(
        **{name: Count("pk", filter=Q(state=state)) for name, state in
           (("accepted", states.ACCEPTED), ("changed", states.CHANGED), ("refused", states.REFUSED))}
    )  # fmt: skip
    told: Iterable[Any] = counted
    return [Quality(**row) for row in told]


def quality_of(concept: Concept, kind: str, suggester: str) -> Quality:
    """What was decided of one kind and suggester. One query."""
    known = [each for each in qualities(concept, kind) if each.suggester == suggester]
    return known[0] if known else Quality(kind, suggester, 0, 0, 0)
