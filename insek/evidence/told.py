"""What is told of figures: for which indicators a newer value should be there by now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.concept.models import Concept
from insek.notices.models import Notice
from insek.notices.moments import month_since
from insek.notices.persons import with_right
from insek.notices.register import NoticeKind, NoticeReader, NoticeWords, ToTell, register_notice
from insek.people.models import Right

from .models import Indicator, Observation

LENGTHS = {"year": 366, "half": 184, "quarter": 92, "month": 31, "school": 366}
"""Days of a period; what comes irregularly or over several years is never missed."""
LAG = timedelta(days=270)
"""How long figures may take after the end of their period: official statistics of a year come within nine months."""


def indicators_due(concept: Concept, today: date) -> list[str]:
    """Indicators with values of the city whose next period has ended more than nine months ago. Two queries."""
    return sorted(_due_since(concept, today))


def _due_since(concept: Concept, today: date) -> dict[str, date]:
    """The same with the first day on which the value was missed."""
    periods = dict(Indicator.objects.filter(item__concept=concept).values_list("pk", "periodicity"))
    rows = Observation.objects.figures().filter(indicator__item__concept=concept, indicator__formula="")
    last = rows.order_by().values_list("indicator").annotate(last=Max("period_end"))
    return {
        pk: late + timedelta(days=1)
        for pk, end in last
        if (length := LENGTHS.get(periods[pk])) and (late := end + timedelta(days=length) + LAG) < today
    }


def _due(concept: Concept, today: date) -> Iterable[ToTell]:
    """Told once a month since the first was missed, as a number with the way to the list. Four queries."""
    since = _due_since(concept, today)
    if not since:
        return []
    again = month_since(min(since.values()), today)
    return [ToTell(to, again=again) for to in with_right(Right.EDIT, Right.SEE_INTERNAL)]


def _say(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    due = indicators_due(notice.concept, reader.today)
    if not due:
        return None
    said = ngettext(
        "Zu einem Indikator sollte es einen neueren Wert geben",
        "Zu %(count)s Indikatoren sollte es einen neueren Wert geben",
        len(due),
    ) % {"count": len(due)}
    first = Indicator.objects.filter(pk__in=due).select_related("item").order_by("item__sort_key", "pk")[:3]
    named = ", ".join(row.item.title for row in first)
    more = _(" und weitere") if len(due) > 3 else ""
    return NoticeWords(said, reverse("indicator-list"), f"{named}{more}")


register_notice(
    NoticeKind(
        name="figures_due",
        label=gettext_lazy("Werte werden fällig"),
        whom=gettext_lazy("wer Inhalte ändern darf"),
        when=gettext_lazy(
            "einmal im Monat, wenn ein Zeitraum seit neun Monaten zu Ende ist und sein Wert fehlt"
        ),
        subject=gettext_lazy("INSEK: {titel}"),
        text=gettext_lazy("Guten Tag,\n\n{titel}: {hinweis}."),
        say=_say,
        find=_due,
        order=31,
    )
)
