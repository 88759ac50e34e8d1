"""What waits for members of bodies: what they are about to discuss, what was decided, what an Ortsbeirat must be heard on."""

from __future__ import annotations

import rules
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.asker import Asker
from insek.people.models import Body
from insek.thread.models import Item
from insek.web.display import date_words
from insek.web.paging import bounded_count
from insek.web.waiting import SHOWN, Waiting, register_waiting, waiting_line

from .answering import waiting_for_answers
from .hearing import unheard_links
from .models import Check, Consultation
from .queries import decided_papers


def bodies_of(user_id: int | None) -> QuerySet[Body]:
    """The bodies somebody sits in: those of the memberships, and the council for those who hold its role without a body."""
    today = clock.today()
    running = Q(memberships__starts=None) | Q(memberships__starts__lte=today)
    running &= Q(memberships__ends=None) | Q(memberships__ends__gte=today)
    return Body.objects.filter(running, memberships__user=user_id).distinct()


def _own_bodies(asker: Asker) -> list[Body]:
    """The bodies whoever asks sits in, asked for once a request."""
    return asker.once("own bodies", lambda: list(bodies_of(asker.actor.user_id)))


def on_the_agenda(asker: Asker) -> Waiting | None:
    """Papers on their way to the own bodies, the next first; those without a day last."""
    actor, concept = asker.actor, asker.concept
    bodies = _own_bodies(asker) if concept is not None else []
    if not bodies:
        return None
    papers = Item.objects.visible_to(actor).filter(concept=concept, kind="paper").values("pk")
    ahead = Consultation.objects.filter(
        Q(date__gte=clock.today()) | Q(date=None),
        body__in=bodies,
        paper__in=papers,
        result="",
        held=None,
    )
    steps = ahead.select_related("body", "paper__item").order_by("date", "paper__item__sort_key", "pk")
    return Waiting(
        "agenda",
        _("Was Ihr Gremium berät"),
        [
            waiting_line(step.paper.item, f"{step} · {date_words(step.date) or _('ohne Termin')}")
            for step in steps[:SHOWN]
        ],
        bounded_count(ahead),
        reverse("paper-list"),
        _("Alle Vorlagen"),
        _("Zurzeit ist keine Vorlage auf dem Weg zu Ihrem Gremium."),
    )


def to_be_heard(asker: Asker) -> Waiting | None:
    """Undecided papers that touch the own Ortsbezirk and on which its Ortsbeirat was not heard; only where there are any."""
    actor, concept = asker.actor, asker.concept
    if concept is None or actor.user_id is None or actor.sees_internal:
        return None
    own = bodies_of(actor.user_id).filter(kind=Body.Kind.ORTSBEIRAT)
    links = unheard_links(concept).visible_to(actor).filter(target__district__ortsbeirat__in=own)  # type: ignore[attr-defined]  # the queryset of links, behind its gate
    links = links.exclude(source__in=decided_papers(concept).values("pk"))
    unheard = list(links.select_related("source", "target").order_by("source__sort_key", "pk")[:SHOWN])
    if not unheard:
        return None
    return Waiting(
        "unheard",
        _("Ihr Gremium ist noch nicht angehört"),
        [
            waiting_line(link.source, _("betrifft %(place)s") % {"place": link.target.shown_title})
            for link in unheard
        ],
        len(unheard),
        reverse("paper-list"),
        _("Alle Vorlagen"),
    )


def decided_lately(asker: Asker) -> Waiting | None:
    """What the own bodies decided last."""
    actor, concept = asker.actor, asker.concept
    bodies = _own_bodies(asker) if concept is not None else []
    if not bodies:
        return None
    found = Item.objects.visible_to(actor).filter(
        concept=concept, kind="resolution", resolution__body__in=bodies
    )
    latest = found.select_related("resolution").order_by("-resolution__date", "pk")[:SHOWN]
    return Waiting(
        "decided",
        _("Was Ihr Gremium zuletzt beschlossen hat"),
        [waiting_line(item, date_words(item.resolution.date)) for item in latest],
        bounded_count(found),
        reverse("resolution-list"),
        _("Alle Beschlüsse"),
        _("Hier erscheinen die Beschlüsse Ihres Gremiums."),
    )


def open_checks(asker: Asker) -> Waiting | None:
    """Checks that are not finished: those of the own unit, for those without a unit all; only where there are any."""
    actor, concept = asker.actor, asker.concept
    if concept is None or not rules.test_rule("thread.create_item", actor, "concept_check"):
        return None
    drafts = (
        Item.objects.visible_to(actor)
        .filter(concept=concept, kind="concept_check", concept_check__status=Check.Status.DRAFT)
        .select_related("concept_check")
    )
    if actor.unit_id is not None:
        own = Q(concept_check__unit=actor.unit_id)
        drafts = drafts.filter(own | Q(concept_check__unit=None, created_by=actor.user_id))
    latest = list(drafts.order_by("-updated_at", "pk")[:SHOWN])
    if not latest:
        return None
    return Waiting(
        "checks",
        _("Angefangene INSEK-Prüfungen"),
        [waiting_line(item, item.concept_check.get_subject_display()) for item in latest],
        bounded_count(drafts),
        reverse("concept_check-list"),
        _("Alle Prüfungen"),
    )


def asked_to_answer(asker: Asker) -> Waiting | None:
    """Checks with a conflict to which the own unit may answer; only where there are any."""
    actor, concept = asker.actor, asker.concept
    if concept is None or actor.unit_id is None:
        return None
    found = waiting_for_answers(
        Item.objects.visible_to(actor).filter(concept=concept, kind="concept_check"), actor.unit_id
    )
    latest = list(found.select_related("concept_check")[:SHOWN])
    if not latest:
        return None
    return Waiting(
        "answers",
        _("Ihre Antwort zu einem Widerspruch"),
        [
            waiting_line(item, _("bis %(day)s") % {"day": date_words(item.concept_check.answer_until)})
            for item in latest
        ],
        bounded_count(found),
        reverse("concept_check-list"),
        _("Alle Prüfungen"),
    )


register_waiting("answers", 79, asked_to_answer)
register_waiting("unheard", 80, to_be_heard)
register_waiting("agenda", 81, on_the_agenda)
register_waiting("decided", 90, decided_lately)
register_waiting("checks", 85, open_checks)
