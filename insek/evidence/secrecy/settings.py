"""Setting and ending the protection of small counts of an indicator."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from insek.people.actors import Actor, require
from insek.thread import history
from insek.thread.models import Change
from insek.thread.services import require_release_of

from ..models import Indicator
from .models import LEAST, MOST, ProtectedValue, SmallCounts


def set_small_counts(indicator: Indicator, *, rule: str, below: int | None, actor: Actor) -> None:
    """Say from which number on counts are shown and what becomes of smaller ones; an empty ``rule`` ends it.

    Values that are hidden stay so: while there are any, the rule can not be ended or turned into refusing. What is
    shown follows in a job. Raises PermissionDenied and ValidationError.
    """
    item = indicator.item
    require(actor, "evidence.see_protected")
    require(actor, "thread.edit_item", item)
    require_release_of(actor, item)
    if rule and (below is None or not LEAST <= below <= MOST):
        raise ValidationError(
            {"below": _("Die Schwelle muss zwischen %(least)s und %(most)s liegen.") % {"least": LEAST, "most": MOST}}
        )  # fmt: skip
    if rule == SmallCounts.Rule.KEEP and (not indicator.has_parts or indicator.formula):
        raise ValidationError(
            {
                "rule": _(
                    "Verbergen lassen sich nur eingetragene Anzahlen, deren Räume zusammen die Stadt ergeben. Bitte sagen Sie das zuerst beim Indikator."
                )
            }
        )
    with transaction.atomic():
        before = SmallCounts.objects.select_for_update().filter(pk=indicator.pk).first()
        old = _words(before.rule, before.below) if before else None
        new = _words(rule, below) if rule else None
        if old == new:
            return
        if before and before.rule == SmallCounts.Rule.KEEP and rule != SmallCounts.Rule.KEEP:
            hidden = ProtectedValue.objects.filter(observation__indicator=indicator.pk).count()
            if hidden:
                raise ValidationError(
                    {
                        "rule": _(
                            "%(n)s Werte dieses Indikators sind verborgen. Solange es sie gibt, bleibt das Verbergen."
                        )
                        % {"n": hidden}
                    }
                )
        if not rule or below is None:
            SmallCounts.objects.filter(pk=indicator.pk).delete()
        else:
            SmallCounts.objects.update_or_create(indicator=indicator, defaults={"rule": rule, "below": below})
        history.record(item, Change.Action.UPDATED, actor=actor, changed={"small_counts": [old, new]})
    indicator.refresh_from_db()


def _words(rule: str, below: int | None) -> str:
    return _("unter %(below)s: %(rule)s") % {"below": below, "rule": SmallCounts.Rule(rule).label}
