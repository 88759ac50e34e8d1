"""Where participation is torn."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.concept.models import Concept
from insek.thread.gaps import Gap, register_gap
from insek.thread.models import Item, Link

from .deadlines import DAYS_TO_REPLY
from .models import Contribution

DAYS_TO_DOCUMENT = 28


def unanswered(concept: Concept) -> QuerySet[Item]:
    """Contributions that wait for an answer longer than DAYS_TO_REPLY, themselves or with one that was merged into them.

    Rejected ones have their reason.
    """
    before = clock.today() - timedelta(days=DAYS_TO_REPLY)
    merged = Contribution.objects.filter(
        merged_into=OuterRef("pk"), reply="", received_on__lt=before, taken_over=False
    )
    return Item.objects.filter(
        Q(contribution__received_on__lt=before, contribution__taken_over=False) | Exists(merged),
        concept=concept,
        kind="contribution",
        contribution__state__in=["new", "public"],
        contribution__reply="",
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


def undocumented(concept: Concept) -> QuerySet[Item]:
    """Formats that ended more than DAYS_TO_DOCUMENT ago and have no minutes here."""
    link = Link.objects.filter(source=OuterRef("pk"), kind="documented_in")
    return (
        Item.objects.filter(
            ~Exists(link),
            concept=concept,
            kind="format",
            format__minutes=None,
            format__starts__isnull=False,
        )
        .annotate(over=Coalesce("format__ends", "format__starts"))
        .filter(over__lt=clock.today() - timedelta(days=DAYS_TO_DOCUMENT))
    )


register_gap(
    Gap(
        name="format_undocumented",
        severity="hint",
        title=_("Beteiligung ohne Protokoll"),
        advice=_("Was besprochen wurde, soll man nachlesen können: ein Protokoll, auch ein kurzes."),
        find=undocumented,
        link_choice="folgen.documented_in.minutes",
    )
)
