"""What waits for moderators: contributions to be read, and those whose writers still wait for an answer."""

from __future__ import annotations

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.models import Item
from insek.thread.shared_cache import cached
from insek.web.display import date_words
from insek.web.paging import bounded_count
from insek.web.waiting import SHOWN, Waiting, WaitingLine, register_waiting, waiting_line

from .gaps import unanswered
from .models import Contribution
from .queries import queue


def unread(asker: Asker) -> Waiting | None:
    """New contributions, the oldest first."""
    concept = asker.concept
    if concept is None or not rules.test_rule("participation.moderate", asker.actor):
        return None
    return cached(concept, asker.actor, "unread", lambda: _unread(concept, asker.actor))


def _unread(concept: Concept, actor: Actor) -> Waiting:
    found = queue(concept, actor, Contribution.State.NEW)
    oldest = found.order_by("contribution__received_on", "pk")[:SHOWN]
    return Waiting(
        "contributions",
        _("Beiträge, die gelesen werden wollen"),
        [_line(item) for item in oldest],
        bounded_count(found),
        reverse("moderation"),
        _("Beiträge moderieren"),
        _("Alle Beiträge sind gelesen."),
    )


def without_answer(asker: Asker) -> Waiting | None:
    """Contributions whose writers wait longer than four weeks, for moderators who do not see them among the gaps."""
    concept, actor = asker.concept, asker.actor
    moderates = rules.test_rule("participation.moderate", actor)
    if concept is None or not moderates or rules.test_rule("thread.link_items", actor):
        return None
    late = unanswered(concept) & Item.objects.visible_to(asker.actor)
    oldest = list(late.select_related("contribution").order_by("contribution__received_on", "pk")[:SHOWN])
    if not oldest:
        return None
    return Waiting(
        "unanswered",
        _("Seit über vier Wochen ohne Rückmeldung"),
        [_line(item) for item in oldest],
        bounded_count(late),
        f"{reverse('moderation')}?stand=public",
        _("Veröffentlichte Beiträge"),
    )


def _line(item: Item) -> WaitingLine:
    received = _("eingegangen am %(day)s") % {"day": date_words(item.contribution.received_on)}
    return waiting_line(item, received, reverse("moderate", args=[item.pk]))


register_waiting("contributions", 27, unread)
register_waiting("unanswered", 28, without_answer)
