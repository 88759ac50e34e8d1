"""Where participation is torn."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insek.concept.models import Concept
from insek.thread.gaps import Gap, register_gap
from insek.thread.models import Item

DAYS_TO_REPLY = 28


def unanswered(concept: Concept) -> QuerySet[Item]:
    """Contributions that wait for an answer longer than DAYS_TO_REPLY; merged and rejected ones have theirs."""
    return Item.objects.filter(
        concept=concept,
        kind="contribution",
        contribution__state__in=["new", "public"],
        contribution__reply="",
        contribution__received_on__lt=timezone.localdate() - timedelta(days=DAYS_TO_REPLY),
    )


register_gap(
    Gap(
        name="contribution_unanswered",
        severity="warning",
        title=_("Beitrag ohne Rückmeldung"),
        advice=_("Wer etwas beiträgt, soll nach vier Wochen wissen, was daraus wird."),
        find=unanswered,
        mend="item",
    )
)
