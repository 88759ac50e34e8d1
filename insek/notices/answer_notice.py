"""The mail with which somebody gets a personal link."""

from __future__ import annotations

from django.template.defaultfilters import date as date_format
from django.utils import timezone
from django.utils.translation import gettext_lazy

from insek.people.mail import can_send

from .links import path_of, purposes
from .models import AnswerLink, Notice
from .outbox import put
from .register import NoticeKind, NoticeReader, NoticeWords, ToTell, register_notice


def _say(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    link = AnswerLink.objects.valid().filter(key=notice.subject).select_related("unit").first()
    if link is None or link.purpose not in purposes():
        return None
    last = date_format(timezone.localtime(link.ends_at), "SHORT_DATE_FORMAT")
    values = {"einheit": str(link.unit), "frist": str(last)}
    return NoticeWords(str(purposes()[link.purpose].label), path_of(link), str(link.unit), values)


ANSWER_LINK = NoticeKind(
    name="answer_link",
    label=gettext_lazy("Persönlicher Link"),
    whom=gettext_lazy("wer ohne Zugang für eine Einheit antwortet"),
    when=gettext_lazy("wenn der Link angelegt wird"),
    subject=gettext_lazy("INSEK: {titel}"),
    text=gettext_lazy(
        "Guten Tag,\n\nunter dieser Adresse antworten Sie für {einheit}, ohne Zugang und ohne Passwort. Der Link ist nur für Sie und gilt bis {frist}. Geben Sie ihn nicht weiter."
    ),
    say=_say,
    is_duty=True,
    at_once=True,
    for_staff=False,
    order=2,
    values={
        "einheit": gettext_lazy("Organisationseinheit"),
        "frist": gettext_lazy("letzter Tag, an dem der Link gilt"),
    },
)
register_notice(ANSWER_LINK)


def send_link(link: AnswerLink) -> bool:
    """Put the mail with a link into the outbox; False where there is no address or no server."""
    if not link.email or not can_send():
        return False
    return bool(put(link.concept, ANSWER_LINK, [ToTell(f"link:{link.key}", subject=link.key)]))
