"""What is told of grants: the day by which to apply comes near, the approval period and the time for which something is bound end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q
from django.template.defaultfilters import date as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.engines.periods import period_of
from insek.notices.models import Notice
from insek.notices.persons import unit_people
from insek.notices.register import NoticeKind, NoticeReader, NoticeWords, ToTell, register_notice

from .fact_sheet import FundingLine

AHEAD = (timedelta(days=180), timedelta(days=30))
"""How long before its end a period is told of: half a year, and again a month."""
TOLD_IN: dict[str, tuple[str, ...]] = {
    "apply_by": (FundingLine.State.IDEA,),
    "granted_until": (FundingLine.State.APPLIED, FundingLine.State.GRANTED, FundingLine.State.DRAWN),
    "bound_until": (FundingLine.State.APPLIED, FundingLine.State.GRANTED, FundingLine.State.DRAWN),
}
"""Which day is told of in which states: who has applied needs no reminder to apply, of what was refused nothing ends."""


def _ends(concept: Concept, today: date) -> Iterable[ToTell]:
    """Periods that end within half a year, told once then and once in the last month. Eight queries."""
    lines = FundingLine.objects.filter(measure__item__concept=concept).exclude(
        state=FundingLine.State.REFUSED
    )
    dated = ~Q(apply_by="") | ~Q(granted_until="") | ~Q(bound_until="")
    rows = lines.filter(dated).select_related("measure").order_by("pk")
    people = None
    for line in rows:
        for name in (name for name, states in TOLD_IN.items() if line.state in states):
            end = last_day(getattr(line, name))
            if end is None or not today <= end <= today + AHEAD[0]:
                continue
            people = people or unit_people(None, today)
            stage = "last" if end <= today + AHEAD[1] else "first"
            for to in people.who_answers(line.measure.responsible_id):
                if to.startswith("user:"):
                    yield ToTell(
                        to,
                        line.measure_id,
                        f"{line.key}-{name}-{end}-{stage}",
                        {"line": line.key, "which": name},
                    )


def last_day(moment: str) -> date | None:
    """The last day of a day, month or year as it is entered; None where there is none."""
    try:
        return period_of(moment).end if moment else None
    except ValueError:
        return None


def _say(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    item, line = reader.item(notice), FundingLine.objects.filter(key=notice.data["line"]).first()
    end = last_day(getattr(line, notice.data["which"])) if line is not None else None
    if item is None or line is None or end is None:
        return None
    said = {
        "apply_by": _("Antrag bis %(day)s (%(source)s)"),
        "granted_until": _("Bewilligungszeitraum bis %(day)s (%(source)s)"),
        "bound_until": _("Zweckbindung bis %(day)s (%(source)s)"),
    }
    note = said[notice.data["which"]] % {"day": date_format(end, "SHORT_DATE_FORMAT"), "source": line}
    return NoticeWords(f"{item.number} {item.shown_title}".strip(), item.url, note)


register_notice(
    NoticeKind(
        name="grant_ends",
        label=gettext_lazy("Frist einer Förderung"),
        whom=gettext_lazy("wer für die zuständige Einheit antwortet"),
        when=gettext_lazy(
            "ein halbes Jahr und einen Monat, bevor die Zeit für den Antrag, der Bewilligungszeitraum oder die Zweckbindung enden"
        ),
        subject=gettext_lazy("INSEK: Frist einer Förderung zu {titel}"),
        text=gettext_lazy("Guten Tag,\n\nbei „{titel}“ läuft eine Frist ab: {hinweis}."),
        say=_say,
        find=_ends,
        is_duty=True,
        order=30,
    )
)
