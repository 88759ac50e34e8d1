"""The round of reports in the own area: of a unit that owes something, and of those who lead it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.web.display import date_words
from insek.web.waiting import Waiting, WaitingLine, register_waiting

from .round_queries import open_rounds, owed_words
from .rules import units_spoken_for


def owed(asker: Asker) -> Waiting | None:
    """The open rounds that ask the own unit, or one that the person is named for, and are not answered. Two queries, and some for each round."""
    actor, concept = asker.actor, asker.concept
    if concept is None or actor.user_id is None:
        return None
    lines = []
    for unit in units_spoken_for(actor):
        for round in open_rounds(concept).filter(units=unit):
            if not (said := owed_words(round, unit)):
                continue
            note = _("%(count)s offen, bis %(day)s") % {"count": said, "day": date_words(round.last_day)}
            title = round.title if unit.pk == actor.unit_id else f"{round.title}: {unit}"
            lines.append(WaitingLine(title, reverse("report-round-unit", args=[round.key, unit.key]), note))
    if not lines:
        return None
    return Waiting("round", gettext_lazy("Berichtsrunde"), lines, len(lines))


register_waiting("round", 68, owed)
