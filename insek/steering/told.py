"""What is told to those who answer for measures: reports and steps, due and overdue, and where the thread of their measures is torn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.concept.models import Concept
from insek.notices.models import Notice
from insek.notices.moments import month_since
from insek.notices.news import CalendarDate, NewsEntry, register_dates, register_news
from insek.notices.persons import unit_people
from insek.notices.register import Find, NoticeKind, NoticeReader, NoticeWords, ToTell, register_notice
from insek.participation.told import adopted, say_of_outcome
from insek.people.actors import ANONYMOUS
from insek.people.addresses import address_of
from insek.people.models import Unit
from insek.thread.gaps import all_gaps
from insek.thread.models import Change, Item

from .models import MeasureTask, StatusReport
from .queries import measures_done, with_overdue_step, without_report
from .round_queries import asked_in_open_rounds
from .status import SPEAKS_FOR, months_before

AHEAD = timedelta(days=30)
"""How long before it is due a report is asked for."""
STEP_AHEAD = timedelta(days=14)
PATIENCE = timedelta(days=28)
"""How long a report is overdue before the head of the unit is told."""


def _day(day: date) -> str:
    return str(date_format(day, "SHORT_DATE_FORMAT"))


def _missing_since(
    last: date | None, created_at: datetime, start_year: int | None, patience: timedelta = timedelta()
) -> date:
    """The first day without a report from the last twelve months; where there never was one, the day from which it was asked for."""
    if last is not None:
        return months_before(last, -SPEAKS_FOR) + timedelta(days=1) + patience
    made = timezone.localdate(created_at) + patience
    return max(made, date(start_year, 1, 1)) if start_year else made


_MISSING = ("pk", "measure__responsible", "last_report", "created_at", "measure__start_year")


def _unreported(concept: Concept, today: date) -> QuerySet[Any]:
    """Measures without a report, with the day of the last one as ``last_report``; not those that an open round asks for."""
    rest = without_report(concept, today)
    return rest.exclude(measure__responsible__in=asked_in_open_rounds(concept).values("pk"))


def _due(concept: Concept, today: date) -> Iterable[ToTell]:
    """Measures whose last report will be a year old within a month. Nine queries."""
    soon = _unreported(concept, today + AHEAD).filter(last_report__gte=months_before(today, SPEAKS_FOR))
    rows = list(soon.values_list("pk", "measure__responsible", "last_report"))
    people = unit_people(None, today) if rows else None
    for item_id, unit, last in rows:
        for to in people.who_answers(unit) if people else ():
            yield ToTell(to, item_id, str(last), {"last": str(last)})


def _overdue(concept: Concept, today: date) -> Iterable[ToTell]:
    """Measures without a report from the last twelve months, told anew each month. Nine queries."""
    rows = list(_unreported(concept, today).values_list(*_MISSING))
    people = unit_people(None, today) if rows else None
    for item_id, unit, last, made, start in rows:
        again = month_since(_missing_since(last, made, start), today)
        for to in people.who_answers(unit) if people else ():
            yield ToTell(to, item_id, "", {"last": str(last or "")}, again)


def _unanswered(concept: Concept, today: date) -> Iterable[ToTell]:
    """Measures that were asked for in vain for four weeks, told to the head of the unit each month. Nine queries."""
    late = _unreported(concept, today).filter(
        Q(last_report__lt=months_before(today - PATIENCE, SPEAKS_FOR))
        | Q(last_report=None, created_at__date__lte=today - PATIENCE)
    )
    rows = list(late.values_list(*_MISSING))
    people = unit_people(None, today) if rows else None
    for item_id, unit, last, made, start in rows:
        again = month_since(_missing_since(last, made, start, PATIENCE), today)
        for to in people.who_heads(unit) if people else ():
            yield ToTell(to, item_id, "", {"last": str(last or "")}, again)


def _say_report(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    item = reader.item(notice)
    if item is None:
        return None
    last = notice.data.get("last", "")
    note = (
        _("letzter Bericht vom %(day)s") % {"day": _day(date.fromisoformat(last))}
        if last
        else _("noch kein Bericht")
    )
    return NoticeWords(
        f"{item.number} {item.shown_title}".strip(), reverse("report-create", args=[item.pk]), note
    )


register_notice(
    NoticeKind(
        name="report_due",
        label=gettext_lazy("Bericht wird fällig"),
        whom=gettext_lazy("wer für die zuständige Einheit antwortet"),
        when=gettext_lazy("dreißig Tage, bevor der letzte Bericht ein Jahr alt wird"),
        subject=gettext_lazy("INSEK: Bericht zu {titel}"),
        text=gettext_lazy(
            "Guten Tag,\n\nin den nächsten Wochen ist wieder ein Bericht zu „{titel}“ fällig ({hinweis}). Drei Minuten genügen:"
        ),
        say=_say_report,
        find=_due,
        is_duty=True,
        order=20,
    )
)
register_notice(
    NoticeKind(
        name="report_overdue",
        label=gettext_lazy("Bericht ist überfällig"),
        whom=gettext_lazy("wer für die zuständige Einheit antwortet"),
        when=gettext_lazy("wenn es seit einem Jahr keinen Bericht gibt, und jeden Monat wieder"),
        subject=gettext_lazy("INSEK: Bericht zu {titel} fehlt"),
        text=gettext_lazy("Guten Tag,\n\nzu „{titel}“ fehlt ein Bericht ({hinweis}). Drei Minuten genügen:"),
        say=_say_report,
        find=_overdue,
        is_duty=True,
        order=21,
    )
)
register_notice(
    NoticeKind(
        name="report_unanswered",
        label=gettext_lazy("Bericht trotz Erinnerung nicht gekommen"),
        whom=gettext_lazy("wer die zuständige Einheit leitet; ist niemand eingetragen, die Projektleitung"),
        when=gettext_lazy("wenn ein Bericht seit vier Wochen überfällig ist, und jeden Monat wieder"),
        subject=gettext_lazy("INSEK: Zu {titel} kam kein Bericht"),
        text=gettext_lazy(
            "Guten Tag,\n\nzu „{titel}“ kam trotz Erinnerung kein Bericht ({hinweis}). Bitte sorgen Sie dafür, dass jemand antwortet, oder antworten Sie selbst:"
        ),
        say=_say_report,
        find=_unanswered,
        is_duty=True,
        order=22,
    )
)


def _steps(when: Callable[[date], Q], *, late: bool) -> Find:
    """What finds steps that are not done. Nine queries."""

    def find(concept: Concept, today: date) -> Iterable[ToTell]:
        tasks = MeasureTask.objects.filter(when(today), done=None, measure__item__concept=concept)
        if late:
            tasks = tasks.filter(measure__in=with_overdue_step(concept, today).values("pk"))
        rows = list(tasks.select_related("measure").order_by("pk"))
        people = unit_people(None, today) if rows else None
        for task in rows:
            assert task.due is not None
            for to in people.who_answers(task.unit_id or task.measure.responsible_id) if people else ():
                yield ToTell(
                    to,
                    task.measure_id,
                    f"{task.key}-{task.due}",
                    {"task": task.key},
                    month_since(task.due + timedelta(days=1), today) if late else "",
                )

    return find


def _say_step(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    """The step as it is now: its title may have been changed since."""
    item = reader.item(notice)
    task = (
        MeasureTask.objects.filter(key=notice.data["task"], done=None).first() if item is not None else None
    )
    if item is None or task is None or task.due is None:
        return None
    words = _("„%(step)s“, bis %(day)s") % {"step": task.title, "day": _day(task.due)}
    title = f"{item.number} {item.shown_title}".strip()
    return NoticeWords(title, reverse("task-edit", args=[item.pk, task.key]), words)


register_notice(
    NoticeKind(
        name="step_due",
        label=gettext_lazy("Schritt wird fällig"),
        whom=gettext_lazy("wer für die Einheit des Schritts antwortet, sonst für die der Maßnahme"),
        when=gettext_lazy("vierzehn Tage vor dem Termin"),
        subject=gettext_lazy("INSEK: Ein Schritt zu {titel} steht an"),
        text=gettext_lazy(
            "Guten Tag,\n\nzu „{titel}“ steht ein Schritt an: {hinweis}. Ist er getan, sagen Sie es hier:"
        ),
        say=_say_step,
        find=_steps(lambda today: Q(due__gte=today, due__lte=today + STEP_AHEAD), late=False),
        is_duty=True,
        order=23,
    )
)
register_notice(
    NoticeKind(
        name="step_overdue",
        label=gettext_lazy("Schritt ist überfällig"),
        whom=gettext_lazy("wer für die Einheit des Schritts antwortet, sonst für die der Maßnahme"),
        when=gettext_lazy("wenn der Termin vorbei und der Schritt nicht getan ist, und jeden Monat wieder"),
        subject=gettext_lazy("INSEK: Ein Schritt zu {titel} ist überfällig"),
        text=gettext_lazy(
            "Guten Tag,\n\nein Schritt zu „{titel}“ ist überfällig: {hinweis}. Ist er getan, oder gilt ein neuer Termin? Sagen Sie es hier:"
        ),
        say=_say_step,
        find=_steps(lambda today: Q(due__lt=today), late=True),
        is_duty=True,
        order=24,
    )
)


def _torn_measures(concept: Concept) -> Counter[int]:
    """How many torn places the measures of each unit have. One query for each rule about items."""
    counts: Counter[int] = Counter()
    for gap in all_gaps():
        if gap.subject == "item":
            rows = gap.find(concept).filter(kind="measure", measure__responsible__isnull=False)
            counts.update(rows.order_by().values_list("measure__responsible", flat=True))
    return counts


def _gaps(concept: Concept, today: date) -> Iterable[ToTell]:
    """Torn places of the measures of each unit, once a month."""
    counts = _torn_measures(concept)
    people = unit_people(counts, today) if counts else None
    for unit in sorted(counts):
        for to in people.answering.get(unit, ()) if people else ():
            if to.startswith("user:"):
                yield ToTell(to, str(unit), "", {"count": counts[unit]}, f"{today:%Y-%m}")


def _say_gaps(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    unit = Unit.objects.filter(pk=int(notice.subject)).first()
    if unit is None:
        return None
    count = int(notice.data["count"])
    said = ngettext("%(count)s Lücke an Ihren Maßnahmen", "%(count)s Lücken an Ihren Maßnahmen", count)
    return NoticeWords(said % {"count": count}, address_of("home"), str(unit))


register_notice(
    NoticeKind(
        name="unit_gaps",
        label=gettext_lazy("Lücken Ihrer Einheit"),
        whom=gettext_lazy("wer für die zuständige Einheit antwortet"),
        when=gettext_lazy("einmal im Monat, solange an Maßnahmen der Einheit etwas fehlt"),
        subject=gettext_lazy("INSEK: {titel}"),
        text=gettext_lazy(
            "Guten Tag,\n\nan den Maßnahmen von {hinweis} fehlt noch etwas, etwa eine Verknüpfung oder ein nächster Schritt: {titel}. Ihre Maßnahmen stehen in Ihrem Bereich:"
        ),
        say=_say_gaps,
        find=_gaps,
        order=40,
    )
)


def _completed(concept: Concept, today: date) -> Iterable[ToTell]:
    """Contributions whose measure is done, for contributors who want to hear of it. Six queries."""
    taken_up = [(pk, item) for pk, item in adopted(concept) if item.kind == "measure"]
    done = measures_done(concept) if taken_up else {}
    for pk, item in taken_up:
        if item.pk in done:
            yield ToTell(f"contact:{pk}", pk, item.pk, {"item": item.pk})


register_notice(
    NoticeKind(
        name="contribution_done",
        label=gettext_lazy("Aus Ihrem Beitrag ist etwas geworden"),
        whom=gettext_lazy("wer beigetragen und die Adresse bestätigt hat"),
        when=gettext_lazy("wenn eine Maßnahme fertig ist, in die der Beitrag eingegangen ist"),
        subject=gettext_lazy("Aus Ihrem Beitrag ist etwas geworden"),
        text=gettext_lazy(
            "Guten Tag,\n\neine Maßnahme, in die Ihr Beitrag „{titel}“ eingegangen ist, ist umgesetzt: {hinweis}."
        ),
        say=say_of_outcome,
        find=_completed,
        hears=lambda event: event.kind == "measure",
        for_staff=False,
        order=63,
    )
)


def _step_dates(concept: Concept, items: Sequence[str]) -> Iterable[CalendarDate]:
    """Steps of public measures that are not done and have a day. One query."""
    rows = MeasureTask.objects.filter(measure__in=items, measure__item__visibility="public", done=None)
    for task in rows.filter(due__isnull=False).select_related("measure__item"):
        assert task.due is not None
        title = f"{task.measure.item.number} {task.title}".strip()
        yield CalendarDate(f"schritt-{task.key}", task.due, title, task.measure.item.url)


register_dates(_step_dates)


def _report_news(
    items: Sequence[Item], since: datetime | None, until: datetime | None
) -> Iterable[NewsEntry]:
    """Reports for everybody that nobody took back, when they became public. Two queries."""
    by_id = {item.pk: item for item in items if item.kind == "measure"}
    changes = Change.objects.filter(item_id__in=by_id, differences__has_key="status_report")
    if since is not None:
        changes = changes.filter(at__gt=since)
    if until is not None:
        changes = changes.filter(at__lte=until)
    said = [(change, (change.differences["status_report"][1] or {}).get("key")) for change in changes]
    reports = StatusReport.objects.visible_to(ANONYMOUS).filter(key__in=[key for _change, key in said if key])
    shown = {report.key: report for report in reports}
    for change, key in said:
        if key in shown:
            words = _("neuer Bericht: %(state)s") % {"state": shown[key].get_state_display()}
            yield NewsEntry(by_id[change.item_id], words, change.at)


register_news(_report_news)
