"""What is told of contributions: to moderators what waits for them, to contributors who asked for it what becomes of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.concept.models import Concept
from insek.notices.models import Notice
from insek.notices.outbox import put
from insek.notices.persons import with_right
from insek.notices.register import (
    NoticeKind,
    NoticeReader,
    NoticeWords,
    Recipient,
    ToTell,
    register_notice,
    register_recipients,
    register_stopping,
)
from insek.people.models import Right
from insek.thread.models import Event, Item

from .contacts import path_of
from .gaps import unanswered
from .models import Contact, Contribution
from .outcomes import became_of
from .titles import title_from_text

State = Contribution.State


def _is_contribution(event: Event) -> bool:
    return event.kind == "contribution" or event.action == "loaded"


def _week(today: date) -> str:
    year, week, _day = today.isocalendar()
    return f"{year}W{week}"


def _new(concept: Concept) -> list[str]:
    """The newest unread contribution, where there is one. One query."""
    rows = Item.objects.filter(concept=concept, kind="contribution", contribution__state=State.NEW)
    return list(rows.order_by("-created_at", "-pk").values_list("pk", flat=True)[:1])


def _unread(concept: Concept, today: date) -> Iterable[ToTell]:
    """Told anew when one comes in, and once a week while one is unread. Three queries."""
    newest = _new(concept)
    return (
        [ToTell(to, occasion=newest[0], again=_week(today)) for to in with_right(Right.MODERATE)]
        if newest
        else []
    )


def _say_unread(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    rows = Contribution.objects.filter(item__concept=notice.concept_id, state=State.NEW)
    if not (count := rows.count()):
        return None
    said = ngettext("Ein Beitrag ist ungelesen", "%(count)s Beiträge sind ungelesen", count)
    return NoticeWords(said % {"count": count}, reverse("moderation"))


register_notice(
    NoticeKind(
        name="unread",
        label=gettext_lazy("Beiträge ungelesen"),
        whom=gettext_lazy("wer moderiert"),
        when=gettext_lazy("wenn ein Beitrag eingeht, und einmal in der Woche, solange einer ungelesen ist"),
        subject=gettext_lazy("INSEK: {titel}"),
        text=gettext_lazy(
            "Guten Tag,\n\n{titel}. Öffentlich wird ein Beitrag erst, wenn jemand ihn gelesen hat."
        ),
        say=_say_unread,
        find=_unread,
        hears=_is_contribution,
        is_duty=True,
        order=12,
    )
)


def _unanswered(concept: Concept, today: date) -> Iterable[ToTell]:
    """Told once a week while somebody waits longer than four weeks. Three queries."""
    if not unanswered(concept).exists():
        return []
    return [ToTell(to, again=_week(today)) for to in with_right(Right.MODERATE)]


def _say_unanswered(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    if not (count := unanswered(notice.concept).count()):
        return None
    said = ngettext("Ein Beitrag wartet auf Rückmeldung", "%(count)s Beiträge warten auf Rückmeldung", count)
    return NoticeWords(
        said % {"count": count}, f"{reverse('moderation')}?stand=public", _("seit über vier Wochen")
    )


register_notice(
    NoticeKind(
        name="unanswered",
        label=gettext_lazy("Beiträge ohne Rückmeldung"),
        whom=gettext_lazy("wer moderiert"),
        when=gettext_lazy("einmal in der Woche, solange jemand länger als vier Wochen wartet"),
        subject=gettext_lazy("INSEK: {titel}"),
        text=gettext_lazy(
            "Guten Tag,\n\n{titel}, {hinweis}. Wer etwas beiträgt, soll wissen, was daraus wird."
        ),
        say=_say_unanswered,
        find=_unanswered,
        is_duty=True,
        order=13,
    )
)

CONFIRM = "contact_confirm"


def look_up_contacts(keys: Sequence[str]) -> dict[str, Recipient]:
    """Contributors who gave an address; what becomes of a contribution is told to confirmed ones alone (see ``say``). One query."""
    rows = Contact.objects.filter(pk__in=keys)
    found = {}
    for row in rows:
        with translation.override(row.language):
            page = path_of(row.pk)
        found[row.pk] = Recipient(key=f"contact:{row.pk}", email=row.email, language=row.language, page=page)
    return found


def _forget(key: str, kinds: Sequence[str]) -> bool:
    """Who does not want to hear any more has the address deleted."""
    count, _by_model = Contact.objects.filter(pk=key).delete()
    return bool(count)


register_recipients("contact", look_up_contacts, lambda key: _forget(key, ()))
register_stopping("contact", _forget)


def _own_title(notice: Notice) -> str:
    """The first words of the contributor's own text, which nobody else is told."""
    row = Contribution.objects.select_related("item").filter(pk=notice.subject).first()
    return title_from_text(row.item.text) if row is not None else ""


def _say_confirm(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    title = _own_title(notice)
    waits = Contact.objects.filter(pk=notice.subject, confirmed_at=None).exists()
    return NoticeWords(title, path_of(notice.subject)) if title and waits else None


def ask_to_confirm(contribution: Contribution) -> None:
    """Ask at an address whether it is theirs who contributed."""
    told = ToTell(f"contact:{contribution.pk}", contribution.pk)
    put(contribution.item.concept, ASKING, [told])


ASKING = NoticeKind(
    name=CONFIRM,
    label=gettext_lazy("Adresse bestätigen"),
    whom=gettext_lazy("wer bei einem Beitrag eine Adresse angab"),
    when=gettext_lazy("wenn der Beitrag eingeht"),
    subject=gettext_lazy("Ihr Beitrag zur Stadtentwicklung: bitte bestätigen"),
    text=gettext_lazy(
        "Guten Tag,\n\nzu einem Beitrag an {stadt} wurde diese Adresse angegeben. Möchten Sie hier erfahren, was daraus wird? Dann bestätigen Sie das mit einem Klick. Sonst brauchen Sie nichts zu tun: Die Adresse wird nach 14 Tagen gelöscht, und es kommt keine weitere Nachricht."
    ),
    say=_say_confirm,
    is_duty=True,
    at_once=True,
    for_staff=False,
    order=60,
)
register_notice(ASKING)


def _confirmed(concept: Concept) -> list[Contribution]:
    """Contributions whose writers want to hear of them. One query."""
    rows = Contribution.objects.filter(item__concept=concept, contact__confirmed_at__isnull=False)
    return list(rows.select_related("merged_into").order_by("pk"))


def _answer_of(row: Contribution) -> str:
    """What the city says to it: its answer, that to the one it was merged into, or why it does not appear."""
    return row.reply or (row.merged_into.reply if row.merged_into is not None else "") or row.rejection_reason


def _replied(concept: Concept, today: date) -> Iterable[ToTell]:
    """Answers, told again when their words change. One query."""
    for row in _confirmed(concept):
        if answer := _answer_of(row):
            yield ToTell(f"contact:{row.pk}", row.pk, sha256(answer.encode()).hexdigest()[:16])


def _say_to_contributor(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    title = _own_title(notice)
    wanted = Contact.objects.filter(pk=notice.subject, confirmed_at__isnull=False).exists()
    return NoticeWords(title, path_of(notice.subject)) if title and wanted else None


register_notice(
    NoticeKind(
        name="contribution_replied",
        label=gettext_lazy("Rückmeldung zu Ihrem Beitrag"),
        whom=gettext_lazy("wer beigetragen und die Adresse bestätigt hat"),
        when=gettext_lazy("wenn die Stadt antwortet oder begründet, warum ein Beitrag nicht erscheint"),
        subject=gettext_lazy("Rückmeldung zu Ihrem Beitrag"),
        text=gettext_lazy("Guten Tag,\n\n{stadt} hat auf Ihren Beitrag „{titel}“ geantwortet:"),
        say=_say_to_contributor,
        find=_replied,
        hears=_is_contribution,
        for_staff=False,
        order=61,
    )
)


def adopted(concept: Concept) -> Iterable[tuple[str, Item]]:
    """Contributions whose writers want to hear of them, with each public item that took them up. Two queries."""
    rows = _confirmed(concept)
    came = became_of([*(row.pk for row in rows), *(row.merged_into_id for row in rows if row.merged_into_id)])
    for row in rows:
        for item in [*came.get(row.pk, ()), *came.get(row.merged_into_id or "", ())]:
            yield row.pk, item


def _taken_up(concept: Concept, today: date) -> Iterable[ToTell]:
    for pk, item in adopted(concept):
        yield ToTell(f"contact:{pk}", pk, item.pk, {"item": item.pk})


def say_of_outcome(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    """The own contribution, and the public item that it led to."""
    said = _say_to_contributor(notice, reader)
    item = Item.objects.visible_to(reader.recipient.actor).filter(pk=notice.data["item"]).first()
    if said is None or item is None:
        return None
    return NoticeWords(
        said.title, said.path, f"{item.kind_label} {item.number} {item.shown_title}".replace("  ", " ")
    )


register_notice(
    NoticeKind(
        name="contribution_adopted",
        label=gettext_lazy("Ihr Beitrag ist im Konzept"),
        whom=gettext_lazy("wer beigetragen und die Adresse bestätigt hat"),
        when=gettext_lazy("wenn der Beitrag in etwas Öffentliches des Konzepts eingeht"),
        subject=gettext_lazy("Ihr Beitrag ist im Konzept"),
        text=gettext_lazy("Guten Tag,\n\nIhr Beitrag „{titel}“ ist in das Konzept eingegangen: {hinweis}."),
        say=say_of_outcome,
        find=_taken_up,
        hears=lambda event: event.action in {"linked", "released", "loaded"},
        for_staff=False,
        order=62,
    )
)
