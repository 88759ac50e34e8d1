"""What waits for those who answer feedback about the portal."""

from __future__ import annotations

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.web.display import date_words
from insek.web.paging import bounded_count
from insek.web.waiting import SHOWN, Waiting, WaitingLine, register_waiting

from .models import Feedback


def open_feedback(asker: Asker) -> Waiting | None:
    """Feedback without an answer, the oldest first; only where there is any."""
    concept = asker.concept
    if concept is None or not rules.test_rule("duties.answer_feedback", asker.actor):
        return None
    found = Feedback.objects.filter(concept=concept, state=Feedback.State.OPEN)
    oldest = list(found.order_by("pk")[:SHOWN])
    if not oldest:
        return None
    return Waiting(
        "feedback",
        _("Rückmeldungen zum Portal"),
        [
            WaitingLine(str(entry), reverse("feedback-answer", args=[entry.pk]),
                 f"{entry.get_kind_display()} · {date_words(entry.created_at)}")
            for entry in oldest
        ],
        bounded_count(found),
        reverse("feedback-list"),
        _("Alle Rückmeldungen"),
    )  # fmt: skip


register_waiting("feedback", 100, open_feedback)
