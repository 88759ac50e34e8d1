"""What is told of rounds of reports: opened, soon over, late, a reminder by hand, a question of the lead. One mail with one link to one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek import clock
from insek.concept.models import Concept
from insek.notices.models import Notice
from insek.notices.moments import month_since
from insek.notices.outbox import put
from insek.notices.persons import UnitPeople, unit_people
from insek.notices.register import Find, NoticeKind, NoticeReader, NoticeWords, ToTell, register_notice
from insek.people.models import Unit

from .round_models import ReportRound, RoundAnswer, RoundValue
from .round_queries import open_rounds, owed_words, units_that_owe

SOON = timedelta(days=7)
"""How long before the last day whoever owes something is reminded."""

Whom = Callable[[UnitPeople, int], list[str]]


def who_is_asked(people: UnitPeople, unit: int) -> list[str]:
    """Who is asked for a unit: who answers for it, else its heads. Nobody where there is neither: the page of the lead says so."""
    return people.answering.get(unit) or people.heads.get(unit, [])


def _heads(people: UnitPeople, unit: int) -> list[str]:
    return people.who_heads(unit)


def _finder(when: Callable[[ReportRound, date], bool], whom: Whom, *, monthly: bool = False) -> Find:
    """What finds units that owe something in an open round; ``monthly`` counts from the day after the one that was set. Some ten queries for each round."""

    def find(concept: Concept, today: date) -> Iterable[ToTell]:
        for round in open_rounds(concept):
            if when(round, today):
                again = month_since(round.closes_on + timedelta(days=1), today) if monthly else ""
                yield from _to_units(round, today, whom, again=again)

    return find


def _to_units(
    round: ReportRound, today: date, whom: Whom, *, units: set[int] | None = None, again: str = ""
) -> Iterable[ToTell]:
    owing = units_that_owe(round)
    asked = sorted(owing if units is None else owing & units)
    people = unit_people(asked, today) if asked else None
    for unit in asked:
        for to in whom(people, unit) if people else ():
            yield ToTell(to, str(unit), round.key, {"round": round.key}, again)


def _say(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    """The round as it is now; None where it is closed or the unit has answered all."""
    round = open_rounds(notice.concept).filter(key=notice.data["round"]).first()
    unit = Unit.objects.filter(pk=int(notice.subject)).first()
    if round is None or unit is None or unit.pk not in units_that_owe(round):
        return None
    count = owed_words(round, unit)
    last = str(date_format(round.last_day, "SHORT_DATE_FORMAT"))
    note = _("%(measures)s, bis %(day)s") % {"measures": count, "day": last}
    return NoticeWords(
        f"{round}: {unit}",
        reverse("report-round-unit", args=[round.key, unit.key]),
        note,
        {"einheit": str(unit), "runde": str(round), "frist": last, "massnahmen": count},
    )


VALUES = {
    "einheit": gettext_lazy("Organisationseinheit"),
    "runde": gettext_lazy("Name der Berichtsrunde"),
    "frist": gettext_lazy("letzter Tag für Antworten, immer ein Arbeitstag"),
    "massnahmen": gettext_lazy("zu wie vielen Maßnahmen und Indikatoren eine Antwort fehlt"),
}
OPENED = NoticeKind(
    name="round_opened",
    label=gettext_lazy("Berichtsrunde"),
    whom=gettext_lazy("wer für eine gefragte Einheit antwortet"),
    when=gettext_lazy("wenn die Projektleitung die Runde öffnet"),
    subject=gettext_lazy("INSEK: {runde}, {einheit}"),
    text=gettext_lazy(
        "Guten Tag,\n\nin der Runde „{runde}“ bitten wir {einheit} um den Stand zu: {massnahmen}. Alles steht auf einer Seite. Gibt es nichts Neues, genügt ein Klick je Maßnahme. Letzter Tag: {frist}."
    ),
    say=_say,
    find=_finder(lambda round, today: True, who_is_asked),
    is_duty=True,
    at_once=True,
    order=16,
    values=VALUES,
)
REMINDER = NoticeKind(
    name="round_reminder",
    label=gettext_lazy("Erinnerung an die Berichtsrunde"),
    whom=gettext_lazy("wer für eine Einheit antwortet, von der noch etwas fehlt"),
    when=gettext_lazy("wenn die Projektleitung erinnert, an einem Tag höchstens einmal"),
    subject=gettext_lazy("INSEK: Erinnerung an {runde}, {einheit}"),
    text=gettext_lazy(
        "Guten Tag,\n\nvon {einheit} fehlt in der Runde „{runde}“ noch der Stand zu: {massnahmen}. Letzter Tag: {frist}."
    ),
    say=_say,
    is_duty=True,
    at_once=True,
    order=17,
    values=VALUES,
)
ENDS_SOON = NoticeKind(
    name="round_ends_soon",
    label=gettext_lazy("Berichtsrunde endet bald"),
    whom=gettext_lazy("wer für eine Einheit antwortet, von der noch etwas fehlt"),
    when=gettext_lazy("sieben Tage vor dem letzten Tag"),
    subject=gettext_lazy("INSEK: {runde} endet am {frist}"),
    text=gettext_lazy(
        "Guten Tag,\n\nvon {einheit} fehlt in der Runde „{runde}“ noch der Stand zu: {massnahmen}. Letzter Tag: {frist}."
    ),
    say=_say,
    find=_finder(lambda round, today: round.last_day - SOON <= today <= round.last_day, who_is_asked),
    is_duty=True,
    order=18,
    values=VALUES,
)
LATE = NoticeKind(
    name="round_late",
    label=gettext_lazy("In der Berichtsrunde fehlt etwas"),
    whom=gettext_lazy("wer die Einheit leitet; ist niemand eingetragen, die Projektleitung"),
    when=gettext_lazy("nach dem letzten Tag, und jeden Monat wieder, solange die Runde offen ist"),
    subject=gettext_lazy("INSEK: {runde}, von {einheit} fehlt noch etwas"),
    text=gettext_lazy(
        "Guten Tag,\n\nvon {einheit} fehlt in der Runde „{runde}“ noch der Stand zu: {massnahmen}. Letzter Tag war {frist}. Bitte sorgen Sie dafür, dass jemand antwortet:"
    ),
    say=_say,
    find=_finder(lambda round, today: today > round.last_day, _heads, monthly=True),
    is_duty=True,
    order=19,
    values=VALUES,
)


def _say_question(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    answer: RoundAnswer | RoundValue | None
    if "value" in notice.data:
        values = RoundValue.objects.select_related(
            "round", "indicator__item", "indicator__supplied_by", "proposal"
        )
        answer = values.filter(pk=notice.data["value"], round__closed_on=None).first()
        item, unit = (answer.indicator.item, answer.indicator.supplied_by) if answer else (None, None)
    else:
        answers = RoundAnswer.objects.select_related(
            "round", "measure__item", "measure__responsible", "proposal"
        )
        answer = answers.filter(pk=notice.data["answer"], round__closed_on=None).first()
        item, unit = (answer.measure.item, answer.measure.responsible) if answer else (None, None)
    if answer is None or item is None or unit is None or not answer.asked_back:
        return None
    path = reverse("report-round-unit", args=[answer.round.key, unit.key])
    return NoticeWords(f"{item.number} {item.shown_title}".strip(), f"{path}#m-{item.pk}", str(answer.round))


QUESTION = NoticeKind(
    name="round_question",
    label=gettext_lazy("Rückfrage zu einem Bericht"),
    whom=gettext_lazy("wer für die zuständige Einheit antwortet"),
    when=gettext_lazy("wenn die Projektleitung in einer Berichtsrunde zurückfragt"),
    subject=gettext_lazy("INSEK: Rückfrage zu {titel}"),
    text=gettext_lazy(
        "Guten Tag,\n\nzu Ihrem Bericht über „{titel}“ gibt es eine Rückfrage ({hinweis}). Sie steht bei der Maßnahme:"
    ),
    say=_say_question,
    is_duty=True,
    order=15,
)
for _kind in (QUESTION, OPENED, REMINDER, ENDS_SOON, LATE):
    register_notice(_kind)


def tell_of_round(round: ReportRound) -> int:
    """Tell the units of a round that it is open; those that were told are told nothing more."""
    return put(round.concept, OPENED, _to_units(round, clock.today(), who_is_asked))


def tell_reminder(round: ReportRound, units: set[int] | None = None) -> int:
    """Remind those who answer for units that owe something, once a day."""
    today = clock.today()
    return put(round.concept, REMINDER, _to_units(round, today, who_is_asked, units=units, again=str(today)))


def tell_of_question(answer: RoundAnswer | RoundValue) -> int:
    """Tell those who answer for the unit that the lead asks back; each question once."""
    is_value = isinstance(answer, RoundValue)
    unit = (
        answer.indicator.supplied_by_id if isinstance(answer, RoundValue) else answer.measure.responsible_id
    )
    people = unit_people([unit] if unit else [], clock.today())
    data = {"value" if is_value else "answer": answer.pk}
    said = [
        ToTell(to, answer.item_id, f"{answer.pk}-{answer.version}", data)
        for to in (who_is_asked(people, unit) if unit else [])
    ]
    return put(answer.round.concept, QUESTION, said)
