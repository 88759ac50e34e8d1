"""The one place that puts values away and takes them out again: whoever reads an observation elsewhere reads what is public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.people.actors import Actor, require

from .models import ProtectedValue, SmallCounts

if TYPE_CHECKING:
    from ..models import Indicator, Observation

COLUMNS = ("value", "quality", "standard_error", "sample_size", "note")
HIDDEN: dict[str, Any] = {
    "value": None,
    "quality": "protected",
    "standard_error": None,
    "sample_size": None,
    "note": "",
}
"""What an observation says of itself while its value is hidden."""


def kept_secret(indicators: Iterable[str]) -> frozenset[str]:
    """Which of some indicators keep small counts hidden. One query."""
    rows = SmallCounts.objects.filter(indicator__in=list(indicators), rule=SmallCounts.Rule.KEEP)
    return frozenset(rows.values_list("indicator", flat=True))


def kept_in(concept: Any) -> bool:
    """Whether any indicator of a concept keeps small counts hidden. One query."""
    rows = SmallCounts.objects.filter(indicator__item__concept=concept, rule=SmallCounts.Rule.KEEP)
    return bool(rows.exists())


def require_protected(actor: Actor, indicators: Iterable[Indicator], secret: frozenset[str]) -> None:
    """Refuse values of an indicator with hidden ones from whoever may not see them. Raises PermissionDenied."""
    if any(indicator.pk in secret for indicator in indicators):
        require(actor, "evidence.see_protected")


def refuse_small(indicator: Indicator, value: Decimal | None) -> None:
    """Refuse a small count where the indicator takes none. Raises ValidationError."""
    rule: SmallCounts | None = getattr(indicator, "small_counts", None)
    if rule is not None and rule.rule == SmallCounts.Rule.REFUSE and value and 0 < value < rule.below:
        raise ValidationError(
            {
                "value": _(
                    "Anzahlen unter %(below)s nimmt dieser Indikator nicht an. Bitte als Status „geheim“ ohne Wert eintragen; "
                    "weitere Werte, aus denen sich die Zahl errechnen ließe, sperrt die liefernde Stelle."
                )
                % {"below": rule.below}
            }
        )


def put_away(rows: Sequence[Observation]) -> list[Observation]:
    """Take the values off rows that are not yet written, where their indicator hides small counts; returns these rows. One query."""
    secret = kept_secret({row.indicator_id for row in rows})
    hidden = [row for row in rows if row.indicator_id in secret and row.value is not None]
    for row in hidden:
        row.__dict__["withheld"] = {name: getattr(row, name) for name in COLUMNS}
        _say(row, HIDDEN)
    return hidden


def keep_hidden(rows: Sequence[Observation]) -> None:
    """Write what was taken off rows that are written now. One query."""
    if rows:
        kept = [ProtectedValue(observation_id=row.pk, **row.__dict__["withheld"]) for row in rows]
        ProtectedValue.objects.bulk_create(kept)


def give_back(row: Observation) -> None:
    """A row that could not be written has its value again."""
    if withheld := row.__dict__.pop("withheld", None):
        _say(row, withheld)


def reveal(rows: Iterable[Observation]) -> None:
    """Give rows their hidden values, in memory and for those who may: they must have been read with ``protected``."""
    for row in rows:
        if (kept := getattr(row, "protected", None)) is not None:
            _say(row, {name: getattr(kept, name) for name in COLUMNS})


def forget(observations: Any) -> None:
    """Delete the hidden values of rows that go; a query of rows. One query."""
    ProtectedValue.objects.filter(observation__in=observations.values("pk")).delete()


def _say(row: Observation, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
