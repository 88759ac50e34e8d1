"""What holds for goals and measures beyond single fields."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.thread.models import Item

from .models import Goal, Measure, TakingPart

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


def validate_measure(item: Item, measure: Measure) -> None:
    """The unit in charge does not also take part: there is exactly one. One query where somebody is in charge."""
    if measure.responsible_id is None or item._state.adding:
        return
    if TakingPart.objects.filter(measure=item.pk, unit=measure.responsible_id).exists():
        raise ValidationError(
            {
                "responsible": _(
                    "„%(unit)s“ wirkt an dieser Maßnahme schon mit. Nehmen Sie die Stelle dort erst heraus; zuständig ist genau eine."
                )
                % {"unit": measure.responsible}
            }
        )
