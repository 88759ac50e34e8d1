"""What the Gesamtschau says in short: sentences put together by plain rules, each with its numbers and where they stand.

docs/methods/overview.md explains the rules. What rests on an invented appraisal is a condition, and marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek import clock
from insek.concept.models import Standing

from .answers import SubjectSort, TextsAtHand
from .overview import FieldSum, conclusion
from .timeline import PlanInTime

OLD = 10
"""A plan from more than so many years ago counts as old: concepts are usually renewed after eight to ten."""


@dataclass(frozen=True)
class SummarySentence:
    """A sentence with where its numbers stand; the standing and visibility are those its badge shows."""

    words: str
    url: str
    label: str
    standing: str = Standing.WORKING
    visibility: str = "public"

    @property
    def is_example(self) -> bool:
        """Whether it rests on invented appraisals."""
        return self.standing == Standing.EXAMPLE


def summary_of(
    plans: Sequence[PlanInTime], themes: SubjectSort, told: TextsAtHand, sums: Sequence[FieldSum]
) -> list[SummarySentence]:
    """The sentences in their order; none where there is nothing to say. No query."""
    if not plans:
        return []
    said = [_in_force(plans), *_age(plans), *_themes(themes, told), *_untold(told)]
    concluded = conclusion(sums)
    if concluded:
        invented = any(entry.examples for entry in sums)
        said.append(
            SummarySentence(
                concluded,
                "#je-feld",
                _("Je Handlungsfeld"),
                Standing.EXAMPLE if invented else Standing.WORKING,
            )
        )
    return said


def _in_force(plans: Sequence[PlanInTime]) -> SummarySentence:
    holding, rest = sum(one.is_in_force for one in plans), sum(not one.is_in_force for one in plans)
    if len(plans) == 1:
        words = _("Das eine Planwerk gilt.") if holding else _("Das eine Planwerk gilt nicht.")
    else:
        words = ngettext(
            "Von %(all)s Planwerken gilt %(holding)s.", "Von %(all)s Planwerken gelten %(holding)s.", holding
        ) % {"all": len(plans), "holding": holding}  # fmt: skip
    if rest and len(plans) > 1:
        words += " " + ngettext(
            "Das übrige ist im Entstehen, ausgelaufen, abgelöst, nur zur Kenntnis genommen oder im Stand nicht bekannt.",
            "Die übrigen %(rest)s sind im Entstehen, ausgelaufen, abgelöst, nur zur Kenntnis genommen oder im Stand nicht bekannt.",
            rest,
        ) % {"rest": rest}  # fmt: skip
    return SummarySentence(words, reverse("plan-overview-plans"), _("Alle Planwerke"))


def _age(plans: Sequence[PlanInTime]) -> list[SummarySentence]:
    """How many of those in force are old, and of how many it is not known."""
    holding = [one for one in plans if one.is_in_force]
    if not holding:
        return []
    old = sum(1 for one in holding if one.year and clock.today().year - one.year > OLD)
    known = sum(1 for one in holding if one.year is not None)
    if known == 0:
        words = _("Von keinem geltenden ist das Jahr bekannt")
    elif old:
        words = ngettext(
            "%(old)s der geltenden ist älter als zehn Jahre", "%(old)s der geltenden sind älter als zehn Jahre", old
        ) % {"old": old}  # fmt: skip
    elif known < len(holding):
        words = ngettext(
            "Das eine geltende mit bekanntem Jahr ist nicht älter als zehn Jahre",
            "Keines der %(known)s geltenden mit bekanntem Jahr ist älter als zehn Jahre",
            known,
        ) % {"known": known}  # fmt: skip
    else:
        words = _("Keines der geltenden ist älter als zehn Jahre")
    if 0 < known < len(holding):
        words += _("; von %(n)s ist das Jahr nicht bekannt") % {"n": len(holding) - known}
    return [SummarySentence(f"{words}.", reverse("plan-overview-time"), _("Zeitstrahl"))]


def _themes(themes: SubjectSort, told: TextsAtHand) -> list[SummarySentence]:
    """Which themes no plan in force is entered with: no verdict on what the texts say that nobody has read in."""
    if not themes.subjects or not told.in_force:
        return []
    names = ", ".join(f"„{one.subject.name}“" for one in themes.gaps)
    words = (
        _("Zu %(names)s ist kein geltendes Planwerk eingetragen.") % {"names": names}
        if names
        else _("Zu jedem Querschnittsthema ist mindestens ein geltendes Planwerk eingetragen.")
    )
    return [SummarySentence(words, f"{reverse('plan-overview-gaps')}#themen", _("Lücken"))]


def _untold(told: TextsAtHand) -> list[SummarySentence]:
    """Of how many plans in force nobody has taken a statement: what they say is not known here."""
    if not told.untold:
        return []
    words = (
        _("Aus keinem der %(all)s geltenden Planwerke ist hier eine Kernaussage zu lesen; was ihr Text sagt, zählt nicht mit.")
        if told.untold == told.in_force and told.in_force > 1
        else _("Aus %(untold)s der %(all)s geltenden Planwerke ist hier keine Kernaussage zu lesen; was ihr Text sagt, zählt nicht mit.")
    ) % {"untold": told.untold, "all": told.in_force}  # fmt: skip
    return [SummarySentence(words, reverse("plan-overview-statements"), _("Kernaussagen"))]
