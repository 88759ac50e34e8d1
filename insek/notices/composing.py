"""What a mail says: the words of the city or those the program comes with, the link to the one task, and how to stop it.

The words may name values in braces, such as {titel}; what is put in is taken as it is, never read as words with braces again.
Text and HTML say the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.models import Concept
from insek.people.mail import one_line
from insek.thread.models import Item

from .models import MailText, Notice
from .register import NoticeKind, NoticeReader, NoticeWords, Recipient, Text, notice_kind, notice_kinds

NAMED = re.compile(r"\{([a-zäöüß_]+)\}")
MOST_LINES = 25
"""Tasks that one mail names; of more it says how many and where they are."""
SALT = "insek.notices.stop"
DIGEST = "digest"
COMMON: dict[str, Text] = {
    "name": gettext_lazy("Name der Person"),
    "stadt": gettext_lazy("Name der Stadt"),
    "konzept": gettext_lazy("Name des Konzepts"),
}
OF_ONE: dict[str, Text] = {
    "titel": gettext_lazy("worum es geht, etwa Nummer und Titel einer Maßnahme"),
    "hinweis": gettext_lazy("ein Wort dazu, etwa seit wann etwas fällig ist"),
}
OF_MANY: dict[str, Text] = {"anzahl": gettext_lazy("wie viele Aufgaben die Nachricht nennt")}


def _nothing(notice: Notice, reader: NoticeReader) -> None:
    return None


MANY = NoticeKind(
    name=DIGEST,
    label=gettext_lazy("Mehrere Aufgaben an einem Tag"),
    whom=gettext_lazy("alle, für die an einem Tag mehr als eine Nachricht ansteht"),
    when=gettext_lazy("an Arbeitstagen morgens"),
    subject=gettext_lazy("INSEK: {anzahl} Dinge warten auf Sie"),
    text=gettext_lazy("Guten Tag,\n\nim Konzept „{konzept}“ steht für Sie Folgendes an:"),
    say=_nothing,
    is_duty=True,
)
"""The mail that names several things: not told by itself, but worded like the others."""


def worded_kinds() -> list[NoticeKind]:
    """All kinds of mail whose words a city can change."""
    return [MANY, *notice_kinds()]


def worded_kind(name: str) -> NoticeKind | None:
    """One of them by its name."""
    return MANY if name == DIGEST else notice_kind(name)


def values_of(kind: NoticeKind) -> dict[str, Text]:
    """What the words of a kind may name, each with its explanation."""
    return {**COMMON, **(OF_MANY if kind is MANY else OF_ONE), **kind.values}


def unknown_values(kind: NoticeKind, *texts: str) -> list[str]:
    """What is in braces and is no value of the kind."""
    named = {name for text in texts for name in NAMED.findall(text)}
    return sorted(named - values_of(kind).keys())


@dataclass(frozen=True)
class NoticePart:
    """One thing that a mail tells."""

    notice: Notice
    kind: NoticeKind
    said: NoticeWords


def reader_of(notices: Sequence[Notice], recipient: Recipient) -> NoticeReader:
    """What somebody may see of what notices are about. One query, none where they are about nothing."""
    ids = {notice.subject for notice in notices if notice.subject}
    items = Item.objects.visible_to(recipient.actor).filter(pk__in=ids) if ids else ()
    return NoticeReader(recipient, {item.pk: item for item in items}, clock.today())


def parts_of(notices: Sequence[Notice], recipient: Recipient) -> list[NoticePart]:
    """What is told of these, in the language that is active; what the recipient may not see, or is gone, is left out."""
    reader = reader_of(notices, recipient)
    found = []
    for notice in notices:
        kind = notice_kind(notice.kind)
        said = kind.say(notice, reader) if kind is not None else None
        if kind is not None and said is not None:
            found.append(NoticePart(notice, kind, said))
    return found


def origin() -> str:
    """Scheme and host of the addresses in mail."""
    return settings.INSEK_ORIGIN or "http://localhost:8000"


def filled(text: str, values: Mapping[str, str]) -> str:
    """The words with the values put in; what is no value stays."""
    return NAMED.sub(lambda found: str(values.get(found[1], found[0])), text)


def words_of(kind: NoticeKind, language: str | None = None) -> tuple[str, str]:
    """Subject and text in the language that is active: those of the city, else those the program comes with. One query."""
    language = (language or get_language() or "de")[:2]
    own = MailText.objects.filter(kind=kind.name, language=language).first()
    return (own.subject, own.text) if own is not None else (str(kind.subject), str(kind.text))


def stop_token(to: str, kinds: Sequence[str]) -> str:
    """What a link to stop mail carries: signed, so that nobody stops that of others."""
    return signing.dumps({"t": to, "k": sorted(set(kinds))}, salt=SALT)


def behind_stop_token(token: str) -> tuple[str, list[str]] | None:
    """Whose mail of which kinds a link stops; None for one that was not made here."""
    try:
        said: Any = signing.loads(token, salt=SALT)
        return str(said["t"]), [str(name) for name in said["k"]]
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def compose(
    concept: Concept,
    parts: Sequence[NoticePart],
    recipient: Recipient,
    *,
    mail: str,
    own_words: tuple[str, str] | None = None,
) -> EmailMultiAlternatives:
    """The mail of one or several things, in the language that is active. ``own_words`` are tried out instead of the kept ones."""
    kind = parts[0].kind if len(parts) == 1 else MANY
    subject, text = own_words or words_of(kind)
    values: dict[str, str] = {
        "name": recipient.name, "stadt": concept.city_name, "konzept": str(concept),
        "anzahl": str(len(parts)), "titel": parts[0].said.title, "hinweis": parts[0].said.note,
        **parts[0].said.values,
    }  # fmt: skip
    stoppable = sorted({part.kind.name for part in parts if not part.kind.is_duty})
    stop_url = ""
    if stoppable:
        stop_url = f"{origin()}{reverse('notice-stop', args=[stop_token(recipient.key, stoppable)])}"
    more = max(0, len(parts) - MOST_LINES)
    context = {
        "subject": one_line(filled(subject, values)),
        "paragraphs": _paragraphs(filled(text, values)),
        "parts": [_line(part, recipient) for part in parts[:MOST_LINES]] if len(parts) > 1 else [],
        "link": _address(parts[0].said.path, recipient) if len(parts) == 1 else "",
        "more": ngettext("und eine weitere:", "und %(count)s weitere:", more) % {"count": more}
        if more
        else "",
        "all_url": _address(reverse("notice-list"), recipient),
        "why": _why(parts),
        "stop_url": stop_url,
        "settings_url": f"{origin()}{reverse('notice-settings')}" if recipient.has_settings else "",
        "city": concept.city_name,
        "concept": concept,
        "language": (get_language() or "de")[:2],
    }
    message = EmailMultiAlternatives(
        str(context["subject"]), _plain(render_to_string("notices/mail.txt", context)),
        settings.DEFAULT_FROM_EMAIL, [recipient.email], headers=_headers(mail, stop_url),
    )  # fmt: skip
    message.attach_alternative(render_to_string("notices/mail.html", context), "text/html")
    return message


def _headers(mail: str, stop_url: str) -> dict[str, str]:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    headers = {
        "Message-ID": f"<{mail}@{domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if stop_url:
        headers |= {
            "List-Unsubscribe": f"<{stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers


def _address(path: str, recipient: Recipient) -> str:
    return f"{origin()}{recipient.page or path}"


def _line(part: NoticePart, recipient: Recipient) -> dict[str, str]:
    return {
        "label": str(part.kind.label),
        "title": part.said.title,
        "note": part.said.note,
        "url": _address(part.said.path, recipient),
    }


def _why(parts: Sequence[NoticePart]) -> str:
    kinds = {part.kind.name: part.kind for part in parts}
    if len(kinds) > 1:
        return ""
    [kind] = kinds.values()
    return _("Diese Nachricht geht an: %(whom)s.") % {"whom": kind.whom}


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


def _plain(text: str) -> str:
    """Plain text as a template leaves it, with single empty lines."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
