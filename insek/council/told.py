"""What is told of papers: one is on its way to the own body, and a body has to be heard before the council decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Q
from django.template.defaultfilters import date as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.notices.models import Notice
from insek.notices.news import CalendarDate, NewsEntry, register_beside, register_dates, register_news
from insek.notices.persons import unit_people, user_key
from insek.notices.register import NoticeKind, NoticeReader, NoticeWords, ToTell, register_notice
from insek.people.actors import ANONYMOUS
from insek.people.models import Body, Membership
from insek.thread.models import Change, Event, Item

from .amendment_rows import AMENDMENTS, amendment_words
from .amendments import PaperAmendment
from .hearing import unheard_links
from .models import Check, CheckGoal, CheckMeasure, Consultation, Paper, Resolution
from .queries import decided_papers
from .rows import CONSULTATIONS


def _members(bodies: Iterable[int]) -> dict[int, list[str]]:
    """Who sits in bodies today, as recipients. One query."""
    found: dict[int, list[str]] = {}
    rows = Membership.objects.current().filter(body__in=set(bodies), user__is_active=True)
    for body, user in rows.order_by("pk").values_list("body", "user"):
        found.setdefault(body, []).append(user_key(user))
    return found


def _ahead(concept: Concept, today: date) -> Iterable[ToTell]:
    """Papers that come to a body, told to its members when they are entered and when the day changes. Two queries."""
    steps = Consultation.objects.filter(
        Q(date__gte=today) | Q(date=None), paper__item__concept=concept, result="", held=None
    )
    rows = list(steps.order_by("pk").values_list("paper", "body", "key", "date"))
    members = _members(body for _paper, body, _key, _day in rows)
    for paper, body, key, day in rows:
        for to in members.get(body, ()):
            yield ToTell(to, paper, f"{key}-{day or ''}", {"step": key})


def _say_ahead(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    item = reader.item(notice)
    step = (
        Consultation.objects.filter(key=notice.data["step"]).select_related("body").first() if item else None
    )
    if item is None or step is None:
        return None
    day = date_format(step.date, "SHORT_DATE_FORMAT") if step.date else _("ohne Termin")
    return NoticeWords(f"{item.number} {item.shown_title}".strip(), item.url, f"{step} · {day}")


def _is_on_the_way(event: Event) -> bool:
    return event.kind in {"paper", "resolution"} or event.action == "loaded"


register_notice(
    NoticeKind(
        name="paper_ahead",
        label=gettext_lazy("Vorlage auf dem Weg zu Ihrem Gremium"),
        whom=gettext_lazy("wer im Gremium sitzt und die Vorlage sehen darf"),
        when=gettext_lazy("wenn die Beratung eingetragen wird oder ihr Termin sich ändert"),
        subject=gettext_lazy("INSEK: {titel} kommt in Ihr Gremium"),
        text=gettext_lazy("Guten Tag,\n\n„{titel}“ ist auf dem Weg zu Ihrem Gremium: {hinweis}."),
        say=_say_ahead,
        find=_ahead,
        hears=_is_on_the_way,
        order=32,
    )
)


def _unheard(concept: Concept, today: date) -> Iterable[ToTell]:
    """Undecided papers on which an Ortsbeirat has to be heard and is not, told to its members and to the unit of the paper each month.

    Eleven queries at most.
    """
    links = unheard_links(concept, today=today).exclude(source__in=decided_papers(concept).values("pk"))
    rows = list(
        links.order_by("pk").values_list("pk", "source", "target__district__ortsbeirat", "target__title")
    )
    if not rows:
        return
    members = _members(body for _link, _paper, body, _place in rows if body is not None)
    units = dict(Paper.objects.filter(pk__in={row[1] for row in rows}).values_list("pk", "unit"))
    people = unit_people(None, today)
    for link, paper, body, place in rows:
        asked = [to for to in people.who_answers(units.get(paper)) if to.startswith("user:")]
        for to in dict.fromkeys([*members.get(body or 0, ()), *asked]):
            yield ToTell(to, paper, str(link), {"body": body, "place": place}, f"{today:%Y-%m}")


def _say_unheard(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    item = reader.item(notice)
    if item is None:
        return None
    body = Body.objects.filter(pk=notice.data["body"] or 0).first()
    return NoticeWords(
        f"{item.number} {item.shown_title}".strip(),
        item.url,
        str(body) if body else str(notice.data["place"]),
    )


register_notice(
    NoticeKind(
        name="hearing_due",
        label=gettext_lazy("Anhörung steht aus"),
        whom=gettext_lazy("wer im örtlichen Gremium sitzt, und wer für die Einheit der Vorlage antwortet"),
        when=gettext_lazy(
            "solange ein Gremium vor dem Beschluss anzuhören ist und es nicht wurde, jeden Monat"
        ),
        subject=gettext_lazy("INSEK: Anhörung zu {titel} steht aus"),
        text=gettext_lazy("Guten Tag,\n\nzu „{titel}“ ist noch anzuhören: {hinweis}."),
        say=_say_unheard,
        find=_unheard,
        hears=_is_on_the_way,
        is_duty=True,
        order=33,
    )
)


def _meetings(concept: Concept, items: Sequence[str]) -> Iterable[CalendarDate]:
    """Days on which bodies have public papers before them. One query."""
    rows = Consultation.objects.filter(paper__in=items, paper__item__visibility="public", date__isnull=False)
    for step in rows.select_related("paper__item", "body"):
        assert step.date is not None
        title = f"{step}: {step.paper.item.number} {step.paper.item.shown_title}".replace("  ", " ")
        yield CalendarDate(f"beratung-{step.key}", step.date, title, step.paper.item.url)


register_dates(_meetings)


def _of_the_same_matter(item: Item) -> Q:
    """What belongs to an item without a link: the checks and resolutions of a paper, the checks that name a goal or measure."""
    if item.kind == "paper":
        return Q(pk__in=Resolution.objects.filter(paper=item.pk).values("pk")) | Q(
            pk__in=Check.objects.filter(paper=item.pk).values("pk")
        )
    if item.kind == "goal":
        return Q(pk__in=CheckGoal.objects.filter(goal=item.pk).values("check_row"))
    if item.kind == "measure":
        return Q(pk__in=CheckMeasure.objects.filter(measure=item.pk).values("check_row"))
    return Q(pk__in=[])


register_beside(_of_the_same_matter)


def _paper_news(items: Sequence[Item], since: datetime | None, until: datetime | None) -> Iterable[NewsEntry]:
    """Steps of the way of public papers and what is moved to change them, as they stand now. Three queries."""
    papers = {item.pk: item for item in items if item.kind == "paper"}
    if not papers:
        return
    named = Q(differences__has_key=CONSULTATIONS.name) | Q(differences__has_key=AMENDMENTS.name)
    changes = Change.objects.filter(named, item_id__in=papers, internal=False)
    if since is not None:
        changes = changes.filter(at__gt=since)
    if until is not None:
        changes = changes.filter(at__lte=until)
    steps: Mapping[str, Consultation | PaperAmendment] = {
        row.key: row for row in Consultation.objects.filter(paper__in=papers).select_related("body")
    }
    moved = AMENDMENTS.visible_to(PaperAmendment.objects.filter(paper__in=papers), ANONYMOUS)
    amendments: Mapping[str, Consultation | PaperAmendment] = {row.key: row for row in moved}
    for change in changes.order_by("at", "pk"):
        for name, row in ((CONSULTATIONS.name, steps), (AMENDMENTS.name, amendments)):
            after = (change.differences.get(name) or [None, None])[1]
            if isinstance(after, dict) and (found := row.get(after.get("key", ""))) is not None:
                yield NewsEntry(papers[change.item_id], _row_words(found), change.at)


def _row_words(row: Consultation | PaperAmendment) -> str:
    """A step of the way, or what was moved, in one line as it stands now."""
    if isinstance(row, PaperAmendment):
        return amendment_words(row)
    day = date_format(row.date, "SHORT_DATE_FORMAT") if row.date else ""
    return ", ".join(filter(None, [str(row), day, row.result]))


register_news(_paper_news)
