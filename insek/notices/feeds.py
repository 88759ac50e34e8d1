"""What one follows without an address: news as Atom (RFC 4287) and public dates as iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .news import CalendarDate, Followed, dates_of, news_of

IN_FEED = 20
"""Items that changed last, of which the feed tells."""
LINE = 75
"""Octets of a line of iCalendar before it is folded."""


def atom_of(topic: Followed, origin: str) -> str:
    """The news of a topic; no entry says more than the public page it leads to."""
    feed = Atom1Feed(
        title=_("Neues zu %(topic)s") % {"topic": legible(topic.title)},
        link=f"{origin}{reverse('follow')}?{topic.address}",
        description=None,
        language=(get_language() or "de")[:2],
        author_name=topic.concept.city_name,
        feed_url=f"{origin}{reverse('follow-atom')}?{topic.address}",
    )
    for entry in news_of(topic, most=IN_FEED):
        title = f"{entry.item.kind_label} {entry.item.number} {entry.item.shown_title}".replace("  ", " ")
        feed.add_item(
            title=legible(f"{title}: {entry.what}"),
            link=f"{origin}{entry.item.url}",
            description=legible(entry.what),
            unique_id=f"{origin}/k/{entry.item.pk}#{entry.at.isoformat()}",
            updateddate=entry.at,
        )
    return str(feed.writeString("utf-8"))


def legible(text: str) -> str:
    """Text without signs that XML does not allow."""
    return "".join(
        sign
        for sign in text
        if sign >= " " and sign not in "\ufffe\uffff" and not "\ud800" <= sign <= "\udfff"
    )


def calendar_of(topic: Followed, origin: str, now: datetime) -> str:
    """The public dates of a topic, as a calendar that programs can subscribe to."""
    host = urlsplit(origin).hostname or "insek"
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//INSEK//INSEK//DE", "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(topic.title)}", "REFRESH-INTERVAL;VALUE=DURATION:P1D",
    ]  # fmt: skip
    for day in dates_of(topic):
        lines += _event(day, origin, host, now)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(day: CalendarDate, origin: str, host: str, now: datetime) -> list[str]:
    after = (day.last or day.day) + timedelta(days=1)
    return [
        "BEGIN:VEVENT", f"UID:{day.key}@{host}", f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day.day:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{_escaped(day.title)}", f"URL:{origin}{day.path}", "TRANSP:TRANSPARENT", "END:VEVENT",
    ]  # fmt: skip


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return legible(" ".join(text.split()))


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets, never within a sign; those behind the first begin with a space."""
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    yield piece
