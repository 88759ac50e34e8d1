"""What is said of a state: its reason, which indicators are behind, what it rests on and how old that is."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.people.models import in_language
from insek.web.display import date_words

from .states import MeasureState
from .status import BY_HAND, Status

NAMED = 2
"""Indicators behind their path that a reason names; the others are counted."""

GROUNDS = {
    "report": gettext_lazy("Bericht vom %(date)s"),
    "step": gettext_lazy("Schritt, erledigt am %(date)s"),
    "due": gettext_lazy("Termin am %(date)s"),
    "end": gettext_lazy("geplantes Ende am %(date)s"),
    "begin": gettext_lazy("geplanter Beginn"),
    "hand": gettext_lazy("von Hand gesetzt am %(date)s"),
    "nothing": gettext_lazy("nichts gemeldet"),
}
"""What a state can rest on."""


_SAYS = gettext_lazy("Der Bericht vom %(date)s meldet: %(state)s.")
_IS_LATE = gettext_lazy("Der Schritt „%(title)s“ war bis zum %(date)s vorgesehen und ist nicht erledigt.")
REASONS: dict[str, str | Promise] = {
    BY_HAND: "%(reason)s",
    "step_long_overdue": _IS_LATE,
    "step_overdue": _IS_LATE,
    "past_end": gettext_lazy("Die Maßnahme sollte bis %(year)s fertig sein; ein Abschluss ist nicht gemeldet."),
    "begins_later": gettext_lazy("Der Beginn ist für %(year)s vorgesehen."),
    "report_too_old": gettext_lazy("Der letzte Bericht vom %(date)s meldete: %(state)s. Er ist älter als ein Jahr."),
    "hand_too_old": gettext_lazy("Am %(date)s war von Hand gesetzt: %(state)s. Das ist älter als ein Jahr."),
    "step_too_old": gettext_lazy("Der letzte erledigte Schritt ist vom %(date)s und damit älter als ein Jahr."),
    "nothing_said": gettext_lazy("Noch gibt es keinen Bericht und keinen erledigten Schritt."),
}  # fmt: skip
"""The sentence of each rule; one that only repeats its report needs none, two that count
are in :func:`status_reason`."""


def status_reason(status: Status) -> str:
    """The sentence of the rule in the language of the page, or of whoever set the state."""
    values = dict(status.said)
    if "date" in values:
        values["date"] = date_words(date.fromisoformat(values["date"]))
    if "state" in values:
        values["state"] = MeasureState(values["state"]).label
    if status.rule == "all_steps_done":
        words = ngettext(
            "Der geplante Schritt ist erledigt.", "Alle %(all)s Schritte sind erledigt.", values["all"]
        )
    elif status.rule == "step_done_lately":
        words = ngettext(
            "%(done)s von %(all)s Schritten ist erledigt, keiner ist überfällig.",
            "%(done)s von %(all)s Schritten sind erledigt, keiner ist überfällig.",
            values["done"],
        )
    else:
        words = str(REASONS.get(status.rule, _SAYS))
    return words % values


def behind_words(status: Status) -> str:
    """Which indicators of the measure's goals are behind their path; empty where none is."""
    if not status.behind:
        return ""
    names = ", ".join(f"„{in_language(title, english)}“" for title, english in status.behind[:NAMED])
    more = len(status.behind) - NAMED
    if more > 0:
        return ngettext(
            "Hinter ihrem Pfad liegen Indikatoren ihrer Ziele: %(names)s und ein weiterer.",
            "Hinter ihrem Pfad liegen Indikatoren ihrer Ziele: %(names)s und %(more)s weitere.",
            more,
        ) % {"names": names, "more": more}
    return ngettext(
        "Hinter seinem Pfad liegt ein Indikator ihrer Ziele: %(names)s.",
        "Hinter ihrem Pfad liegen Indikatoren ihrer Ziele: %(names)s.",
        len(status.behind),
    ) % {"names": names}


def full_reason(status: Status) -> str:
    """The reason, and which indicators are behind."""
    return " ".join(filter(None, [status_reason(status), behind_words(status)]))


def ground_words(status: Status, today: date) -> str:
    """What the state rests on and how old that is on a day, such as: Bericht vom 1. Oktober 2026 (vor 54 Tagen)."""
    words = str(GROUNDS[status.ground.kind])
    if status.ground.on is None:
        return words
    return f"{words % {'date': date_words(status.ground.on)}} ({ago_words(status.ground.on, today)})"


def percent_words(status: Status) -> str:
    """How many steps are done; empty without steps."""
    if status.percent is None:
        return ""
    return _("%(done)s von %(all)s Schritten erledigt (%(percent)s %%)") % {
        "done": status.steps_done,
        "all": status.steps,
        "percent": status.percent,
    }


def ago_words(day: date, today: date) -> str:
    """How long something is ago: days up to two months, then months, from two years on years."""
    days = (today - day).days
    if days <= 0:
        return _("heute")
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    if months < 2:
        return ngettext("vor einem Tag", "vor %(count)s Tagen", days) % {"count": days}
    if months < 24:
        return ngettext("vor einem Monat", "vor %(count)s Monaten", months) % {"count": months}
    return ngettext("vor einem Jahr", "vor %(count)s Jahren", months // 12) % {"count": months // 12}
