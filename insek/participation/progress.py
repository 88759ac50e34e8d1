"""What became of a contribution, in the words that its contributor reads. Nothing is said that is not so today."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.thread.models import Item, Visibility
from insek.web.display import date_words

from .deadlines import DAYS_TO_REPLY, days_late, days_overdue, due_on
from .models import Contribution

State = Contribution.State


@dataclass(frozen=True)
class Progress:
    """State and answer of a contribution, as its personal page shows them."""

    sign: str
    state: str
    other: Item | None
    """The public contribution that it was merged into."""
    reply: str
    reply_day: str
    late: str
    """That the answer came, or is still missing, after it was due; empty where it is in time."""
    pending: str
    """What is to be expected where there is no answer; empty where there is one."""


def progress_of(row: Contribution) -> Progress:
    """State and answer of a contribution with its ``merged_into``; costs no query where both items are selected."""
    into = row.merged_into if row.state == State.MERGED else None
    other = into.item if into is not None and into.item.visibility == Visibility.PUBLIC else None
    answering = into if into is not None and other is not None and not row.reply else row
    sign, state = _state(row, other)
    return Progress(
        sign=sign,
        state=state,
        other=other,
        reply=answering.reply,
        reply_day=date_words(answering.replied_on),
        late=late_words(row, answering),
        pending="" if answering.reply else _pending(row, other),
    )


def _state(row: Contribution, other: Item | None) -> tuple[str, str]:
    match row.state:
        case State.PUBLIC:
            return "check", _("Veröffentlicht")
        case State.REJECTED:
            return "close", _("Nicht veröffentlicht")
        case State.MERGED if other is not None:
            return "link", _("Mit einem anderen Beitrag zusammengeführt")
        case State.MERGED if row.merged_into is not None and row.merged_into.state == State.NEW:
            return "link", _("Mit einem anderen Beitrag zusammengeführt, der noch gelesen wird")
    return "eye", _("Wird gelesen")


def _pending(row: Contribution, other: Item | None) -> str:
    if row.state == State.REJECTED:
        return _("Der Grund, warum er nicht veröffentlicht ist, steht oben.")
    if row.taken_over:
        return taken_over_words()
    day = {"day": date_words(due_on(row))}
    if days_overdue(row):
        return _("Noch keine. Sie sollte bis zum %(day)s hier stehen.") % day
    if other is not None:
        return _("Noch keine. Sie soll bis zum %(day)s hier stehen, als Antwort auf beide Beiträge.") % day
    return _("Noch keine. Sie soll bis zum %(day)s hier stehen.") % day


def taken_over_words() -> str:
    """Why no answer is owed."""
    return _("Aus einem früheren Verfahren übernommen; eine Rückmeldung war hier nicht zugesagt.")


def late_words(row: Contribution, answering: Contribution | None = None) -> str:
    """That an answer came or is still missing after it was due; ``answering`` is the row whose answer is read."""
    answering = answering or row
    if days := days_overdue(row, reply=answering.reply):
        return ngettext(
            "Antwort überfällig seit %(count)s Tag", "Antwort überfällig seit %(count)s Tagen", days
        ) % {"count": days}
    if answering.reply and (days := days_late(row, answering.replied_on)):
        return _("Später als vorgesehen: nach %(days)s Tagen statt nach höchstens %(most)s.") % {
            "days": days, "most": DAYS_TO_REPLY,
        }  # fmt: skip
    return ""
