"""A unit that is asked about an appraisal is told so, and once more when its time is almost over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Concept
from insek.notices.models import Notice
from insek.notices.persons import user_key
from insek.notices.register import NoticeKind, NoticeReader, NoticeWords, ToTell, register_notice
from insek.people.models import User
from insek.web.display import date_words

from .models import PlanComment

NAME = "plan_comment"
SOON = timedelta(days=3)


def _asked(concept: Concept, today: date) -> Iterable[ToTell]:
    """Everybody with a login in a unit that is asked, while its time runs. Two queries."""
    rows = PlanComment.objects.filter(plan__item__concept=concept, stance="", due__gte=today)
    found = list(rows.values_list("key", "plan", "unit", "due"))
    people: dict[int, list[int]] = {}
    users = User.objects.filter(unit__in={unit for _key, _plan, unit, _due in found}, is_active=True)
    for pk, unit in users.order_by("pk").values_list("pk", "unit"):
        people.setdefault(unit or 0, []).append(pk)
    for key, plan, unit, due in found:
        occasion = f"{key}-soon" if due - today <= SOON else key
        for pk in people.get(unit, ()):
            yield ToTell(user_key(pk), subject=plan, occasion=occasion, data={"comment": key})


def _say(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    """Nothing where it is answered, taken back or over by now, or where the reader may not see the plan."""
    item = reader.item(notice)
    actor = reader.recipient.actor
    row = PlanComment.objects.filter(key=notice.data["comment"], unit=actor.unit_id, stance="").first()
    if item is None or row is None or row.due < reader.today or not actor.sees_internal:
        return None
    until = _("bis %(date)s") % {"date": date_words(row.due)}
    return NoticeWords(item.shown_name, reverse("plan-comment", args=[item.pk, row.key]), until)


register_notice(
    NoticeKind(
        name=NAME,
        label=gettext_lazy("Stellungnahme zu einer Bewertung"),
        whom=gettext_lazy("wer zur gefragten Stelle gehört und Internes sieht"),
        when=gettext_lazy("wenn die Stelle gefragt wird, und noch einmal drei Tage vor der Frist"),
        subject=gettext_lazy("INSEK: Um Ihre Stellungnahme wird gebeten"),
        text=gettext_lazy(
            "Guten Tag,\n\ndie Bewertung von „{titel}“ wird erst öffentlich, wenn Ihre Stelle dazu Stellung genommen hat oder die Frist vorbei ist."
        ),
        say=_say,
        find=_asked,
        is_duty=True,
        order=30,
    )
)
