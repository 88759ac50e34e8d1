"""What must hold before a report is issued."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.thread.models import Item, Visibility

from .making import is_current
from .models import ProgressContent, ProgressReport


def validate_report(item: Item, row: Any) -> None:
    """Public becomes what was made, with the words that stand there now. Raises ValidationError. Up to three queries."""
    if item.visibility != Visibility.PUBLIC:
        return
    stored = Item.objects.filter(pk=item.pk).values_list("visibility", flat=True).first()
    if stored == Visibility.PUBLIC:
        return
    content = ProgressContent.objects.filter(report=item.pk).first()
    if content is None or not content.is_done:
        raise ValidationError({"visibility": _("Der Bericht ist noch nicht erstellt. Öffentlich wird, was die Freigabe gelesen hat: Erstellen Sie ihn zuerst.")})  # fmt: skip
    report = ProgressReport(item=item, period_from=row.period_from, period_to=row.period_to)
    if not is_current(report, content):
        raise ValidationError({"visibility": _("Seit der Bericht erstellt wurde, sind seine Worte geändert. Erstellen Sie ihn neu.")})  # fmt: skip
