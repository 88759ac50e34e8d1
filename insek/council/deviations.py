"""Why an adopted item reads otherwise than it was adopted: said day by day, by those who release."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from insek import clock
from insek.people.actors import Actor, require
from insek.thread import history
from insek.thread.cleaning import clean_text
from insek.thread.models import Change, Item, Visibility

from .edition_items import Deviation, EditionItem
from .edition_queries import changes_of, frozen_on
from .models import Resolution


def explain_deviation(
    row: EditionItem,
    *,
    day: date,
    nature: str,
    reason: str,
    actor: Actor,
    resolution: Resolution | None = None,
) -> Deviation:
    """Say why an adopted item reads otherwise since a day; said again for the same day it takes the place of what was said.

    Raises PermissionDenied, and ValidationError by field: for a day before the edition, a reason that is missing,
    and a resolution that the public does not see or that is an example where the edition is none.
    """
    require(actor, "council.explain_deviation")
    change = changes_of(row.edition, [row]).get(row.key)
    if not row.edition.is_adopted or change is None:
        raise ValidationError(_("Dieser Inhalt steht heute so da, wie er beschlossen wurde."))
    if not (frozen_on(row.edition) or day) <= day <= clock.today():
        raise ValidationError({"day": _("Der Tag liegt vor der beschlossenen Fassung oder in der Zukunft.")})
    if resolution is not None and resolution.item.is_example != row.edition.is_example:
        raise ValidationError(
            {"resolution": _("Ein Beispiel und ein echter Beschluss: Das eine kann das andere nicht ändern.")}
        )
    if resolution is not None and resolution.item.visibility != Visibility.PUBLIC:
        raise ValidationError(
            {"resolution": _("Dieser Beschluss ist nicht öffentlich und kann hier nicht genannt werden.")}
        )
    where = {"edition": row.edition, "table": row.table, "key": row.key, "day": day}
    with transaction.atomic():
        known = Deviation.objects.filter(**where).first()
        before = _words(known)
        made = known or Deviation(**where)
        made.nature, made.reason, made.resolution = nature, str(clean_text(reason)).strip(), resolution
        made.full_clean()
        made.save()
        item = Item.objects.filter(pk=row.key).first()
        if item is not None and before != _words(made):
            history.record(
                item, Change.Action.UPDATED, actor=actor, changed={"deviation": [before, _words(made)]}
            )
    return made


def _words(deviation: Deviation | None) -> str | None:
    """A deviation as history keeps it."""
    if deviation is None:
        return None
    return f"{deviation.day.isoformat()}, {deviation.get_nature_display()}: {deviation.reason}"
