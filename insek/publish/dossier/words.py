"""Why something applies at a place, in words of the active language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.web.display import number_words

from .applying import Rank, Reason

NAMED = 3


def reason_words(reason: Reason, districts: Mapping[str, str], items: Mapping[str, str]) -> str:
    """Why it applies. ``districts`` and ``items`` give the words for ids."""
    if reason.through:
        return through_words(reason, items)
    names = ", ".join(districts[pk] for pk in reason.districts if pk in districts)
    if reason.rank is Rank.DISTRICT:
        said = _("verknüpft mit %(names)s") % {"names": names}
        if reason.metres is not None:
            said = _("%(said)s; eingezeichnet %(far)s entfernt") % {
                "said": said,
                "far": far_words(reason.metres),
            }
        return said
    if reason.rank is Rank.ELSEWHERE:
        return _("verknüpft mit %(names)s, aber eingezeichnet %(far)s entfernt") % {"names": names, "far": far_words(reason.metres or 0)}  # fmt: skip
    return lying_words(reason)


def lying_words(reason: Reason) -> str:
    """How what is drawn lies to the place."""
    lie = reason.lie
    if reason.rank is Rank.COVERS:
        return _("deckt den Ort ganz ab")
    if reason.rank is Rank.CROSSES:
        if lie is None or lie.share is None:
            return _("verläuft durch den Ort")
        return _("deckt %(share)s des Ortes ab") % {"share": share_words(lie.share)}
    if reason.rank is Rank.INSIDE:
        return _("liegt an diesem Ort")
    if reason.rank is Rank.TOUCHES:
        return _("grenzt an den Ort")
    return _("%(far)s entfernt") % {"far": far_words(lie.metres if lie else 0)}


def through_words(reason: Reason, items: Mapping[str, str]) -> str:
    """What brings a goal here."""
    known = [items[pk] for pk in reason.through if pk in items]
    if not known:
        return _("über Inhalte, die hier gelten")
    named = ", ".join(known[:NAMED])
    more = len(reason.through) - min(len(known), NAMED)
    if more:
        return ngettext("über %(named)s und %(more)s weiteren Inhalt", "über %(named)s und %(more)s weitere Inhalte", more) % {
            "named": named, "more": more,
        }  # fmt: skip
    return _("über %(named)s") % {"named": named}


def share_words(share: float) -> str:
    """A part in percent; what is hardly nothing or nearly all is not rounded to it."""
    percent = 100 * share
    if percent < 1:
        return _("weniger als 1 %%") % {}
    if percent > 99:
        return _("mehr als 99 %%") % {}
    return _("%(number)s %%") % {"number": number_words(round(percent))}


def far_words(metres: float) -> str:
    """A distance as exact as it can be known."""
    if metres < 10:
        return _("weniger als 10 m")
    if metres < 1000:
        return _("%(metres)s m") % {"metres": number_words(10 * round(metres / 10))}
    return _("%(km)s km") % {"km": number_words(metres / 1000, 1)}
