"""The sentences of the pages of the Gesamtschau that say what is counted, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek import clock

from .answers import SubjectSort, TextsAtHand
from .overview import PlanRow, examples_of
from .timeline import PlanInTime


def limits_words(sort_key: str, sort: SubjectSort, told: TextsAtHand, nowhere: Sequence[PlanInTime]) -> str:
    """How it is decided what answers a subject, and what is not known because nothing is entered."""
    rule = {
        "themen": _("Ein Planwerk antwortet, wenn es selbst oder eine seiner Kernaussagen zum Thema eingetragen ist; ein bloßer Befund genügt nicht."),
        "felder": _("Ein Planwerk antwortet, wenn es selbst oder eine seiner Kernaussagen zum Handlungsfeld eingetragen ist; ein bloßer Befund genügt nicht."),
        "orte": _("Gezählt sind Planwerke, die eigens für den Stadtteil da sind: ihr Gebiet liegt dort, oder eine ihrer Kernaussagen nennt ihn. Was für die ganze Stadt gilt, gilt überall und zählt hier nicht."),
    }  # fmt: skip
    said = [rule[sort_key]]
    if sort.silent and sort_key == "themen":
        said.append(
            _("Ohne jedes Querschnittsthema: %(n)s von %(all)s.") % {"n": sort.silent, "all": told.in_force}
        )
    if nowhere and sort_key == "orte":
        numbers = ", ".join(one.item.number or one.item.shown_title for one in nowhere)
        said.append(
            ngettext(
                "Bei %(n)s geltenden Planwerk (%(numbers)s) ist das Gebiet nur mit Worten genannt und keinem Stadtteil zugeordnet; es fehlt hier.",
                "Bei %(n)s geltenden Planwerken (%(numbers)s) ist das Gebiet nur mit Worten genannt und keinem Stadtteil zugeordnet; sie fehlen hier.",
                len(nowhere),
            )
            % {"n": len(nowhere), "numbers": numbers}
        )  # fmt: skip
    return " ".join(said)


def timeline_words(plans: Sequence[PlanInTime]) -> str:
    """How many have a year to which they look, how many of these are over, how many were replaced."""
    today = clock.today().year
    looking = [one for one in plans if one.horizon]
    over = sum(1 for one in looking if (one.horizon or 0) < today)
    replaced = sum(one.is_replaced for one in plans)
    said = [
        _("Ein Zieljahr ist bei %(n)s von %(all)s Planwerken eingetragen.") % {"n": len(looking), "all": len(plans)}
    ]  # fmt: skip
    if over:
        said.append(ngettext("%(n)s davon ist vorbei.", "%(n)s davon sind vorbei.", over) % {"n": over})
    said.append(
        ngettext("%(n)s Planwerk ist ganz abgelöst.", "%(n)s Planwerke sind ganz abgelöst.", replaced) % {"n": replaced}
        if replaced
        else _("Als ganz abgelöst ist keines eingetragen.")
    )  # fmt: skip
    return " ".join(said)


def examples_words(rows: Sequence[PlanRow]) -> str:
    """How many of the appraisals shown are invented; nothing without any."""
    invented, all_of_them = examples_of(rows)
    if not invented:
        return ""
    if invented == all_of_them:
        return _(
            "Alle Bewertungen hier sind Beispiele und keine Aussage der Stadt: So könnte man Aktualität, Aussagekraft und Bindungswirkung bewerten."
        )
    return ngettext(
        "%(n)s der %(all)s Bewertungen hier ist ein Beispiel und keine Aussage der Stadt.",
        "%(n)s der %(all)s Bewertungen hier sind Beispiele und keine Aussage der Stadt.",
        invented,
    ) % {"n": invented, "all": all_of_them}  # fmt: skip
