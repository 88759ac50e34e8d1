"""The round of reports in the own area: of a unit that owes something, and of those who lead it."""

from __future__ import annotations

from collections.abc import Sequence

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.web.display import date_words, number_words
from insek.web.waiting import Waiting, WaitingLine, register_waiting

from .round_models import ReportRound
from .round_queries import open_rounds, owed_words, standings
from .rules import units_spoken_for


def running(asker: Asker) -> Waiting | None:
    """The open rounds that ask for an answer of this person, and for whoever leads them how far they are. Two queries, and some for each round."""
    if asker.concept is None or asker.actor.user_id is None:
        return None
    rounds = list(open_rounds(asker.concept))
    lines = [*_led(asker, rounds), *_owed(asker)] if rounds else []
    if not lines:
        return None
    return Waiting("round", gettext_lazy("Berichtsrunde"), lines, len(lines), ends=True)


def _led(asker: Asker, rounds: Sequence[ReportRound]) -> list[WaitingLine]:
    """How far the open rounds are, for those who lead them."""
    if not rules.test_rule("steering.lead_round", asker.actor):
        return []
    lines = []
    for round in rounds:
        rows = standings(round)
        note = _("%(answered)s von %(asked)s beantwortet, bis %(day)s") % {
            "answered": number_words(sum(row.answered for row in rows)),
            "asked": number_words(sum(row.asked for row in rows)),
            "day": date_words(round.last_day),
        }
        address = reverse("report-round", args=[round.key])
        lines.append(WaitingLine(round.title, address, note, action=_("Wer noch fehlt")))
    return lines


def _owed(asker: Asker) -> list[WaitingLine]:
    """The open rounds that ask the own unit, or one that the person is named for, and are not answered."""
    actor, concept = asker.actor, asker.concept
    if concept is None:
        return []
    lines = []
    for unit in units_spoken_for(actor):
        for round in open_rounds(concept).filter(units=unit):
            if not (said := owed_words(round, unit)):
                continue
            note = _("%(count)s offen, bis %(day)s") % {"count": said, "day": date_words(round.last_day)}
            title = round.title if unit.pk == actor.unit_id else f"{round.title}: {unit}"
            address = reverse("report-round-unit", args=[round.key, unit.key])
            lines.append(WaitingLine(title, address, note, action=_("Jetzt antworten")))
    return lines


register_waiting("round", 68, running)
