"""What holds for goals beyond single fields."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.thread.models import Item

from .models import Goal

DEEPEST_LEVEL = 4


def validate_goal(item: Item, goal: Goal) -> None:
    """A goal may not stand below itself, nor deeper than DEEPEST_LEVEL. Costs one query a level."""
    seen = {item.pk}
    above = goal.parent
    while above is not None:
        if above.pk in seen:
            raise ValidationError({"parent": _("Ein Ziel kann nicht unter sich selbst stehen.")})
        seen.add(above.pk)
        if len(seen) > DEEPEST_LEVEL:
            raise ValidationError({"parent": _("Ziele lassen sich höchstens vier Ebenen tief gliedern.")})
        above = above.parent
