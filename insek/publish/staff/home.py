"""The own area of a member of staff, a council member or anybody else with a login."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import rules
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek import clock
from insek.concept.models import Concept
from insek.items.pages import added_actions, all_pages
from insek.items.views.gaps import counted_gaps
from insek.people.actors import Actor, actor_of
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.models import Membership, Right, User
from insek.thread.models import Change, Item, ItemQuerySet, Visibility
from insek.thread.shared_cache import cached
from insek.web.context import asker_of, concept_of, kind_names_of
from insek.web.paging import bounded_count
from insek.web.waiting import waiting_for

SHOWN = 6
SOON = 30
"""Days before its end from which a role is named."""


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, what changed last, what I can start. What is shown follows from the rights."""
    actor = actor_of(request)
    user = request.user
    assert isinstance(user, User)
    concept = concept_of(request)
    if concept is None and rules.test_rule("concept.begin", actor):
        return redirect("beginning")
    names = kind_names_of(request)
    visible = Item.objects.visible_to(actor).filter(concept=concept)
    memberships = Membership.objects.current().filter(user=user).select_related("role", "body")
    held = list(memberships.order_by("role__position", "pk"))
    context: dict[str, Any] = {
        "memberships": held,
        "own_places": _own_places(visible, held),
        "in_round": _in_round(concept, actor),
        "tools": _tools(actor),
        "waiting": waiting_for(asker_of(request)),
        "page_title": _("Mein Bereich"),
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb(),
        "noindex": True,
        "greeting": str(user),
        **_own_measures(request, visible),
    }
    context["create_links"] = [
        {"label": names(pages.kind), "kind": pages.kind, "url": reverse(f"{pages.kind}-create")}
        for pages in all_pages()
        if rules.test_rule("thread.create_item", actor, pages.kind)
    ]
    if rules.test_rule("thread.link_items", actor) and concept is not None:
        context |= _gaps(concept, actor)
    if rules.test_rule("thread.release_item", actor):
        context["unreleased"] = _unreleased(concept, actor, names)
    if rules.test_rule("thread.see_history", actor) and concept is not None:
        context["changes"] = _latest_changes(concept, actor)
        context["shows_changes"] = True
    if rules.test_rule("people.manage", actor):
        context |= _people()
    return render(request, "publish/staff/home.html", context)


def _in_round(concept: Concept | None, actor: Actor) -> list[Item]:
    """The first items that rounds see, found by their rounds. One query."""
    in_rounds = Item.objects.filter(round__concept=concept).select_related("round")
    return list(in_rounds.checked_for(actor, visibility=Visibility.ROUND)[:SHOWN])


def _own_places(visible: ItemQuerySet, memberships: list[Membership]) -> list[Item]:
    """The districts whose Ortsbeirat this person is in. One query, none for who is in no body."""
    bodies = [held.body_id for held in memberships if held.body_id is not None]
    if not bodies:
        return []
    return list(
        visible.filter(kind="district", district__ortsbeirat__in=bodies).order_by("sort_key", "pk")[:SHOWN]
    )


def _people() -> dict[str, Any]:
    """Who cannot sign in yet, and whose role ends soon. Two queries."""
    today = clock.today()
    ending = Membership.objects.current().filter(user__is_active=True, ends__lte=today + timedelta(days=SOON))
    return {
        "shows_people": True,
        "without_password": list(
            User.objects.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by(
                "last_name", "username"
            )[:SHOWN]
        ),
        "ending": list(ending.select_related("user", "role").order_by("ends", "pk")[:SHOWN]),
    }


def _tools(actor: Actor) -> list[dict[str, Any]]:
    """The pages of the staff area that this person may open, by what one does there."""
    groups = [
        (
            _("Am Konzept arbeiten"),
            [
                ("thread.see_gaps", "gap-list", _("Lücken im roten Faden"), "thread"),
                ("intake.read_in", "intake-home", _("Einlesen"), "table"),
                ("documents.edit", "document-list", _("Dokumente"), "document"),
                ("suggestions.see", "suggestion-queue", _("Vorschläge des Programms"), "bulb"),
                ("intake.read_sheet", "batch-list", _("Viele auf einmal geändert"), "table"),
                ("thread.restore_item", "deleted-list", _("Papierkorb"), "trash"),
            ],
        ),
        (
            _("Prüfen und antworten"),
            [
                ("thread.see_gaps", "proposal-list", _("Freigaben"), "check"),
                ("steering.lead_round", "report-round-list", _("Berichtsrunden"), "calendar"),
                ("participation.moderate", "moderation", _("Beiträge moderieren"), "list"),
                ("council.see_criteria", "concept_check-list", _("INSEK-Prüfungen"), "check"),
                ("duties.answer_feedback", "feedback-list", _("Rückmeldungen"), "info"),
            ],
        ),
        (
            _("Einrichten"),
            [
                ("concept.set_up", "setup", _("Konzept einrichten"), "edit"),
                ("places.set_up_maps", "map-setup", _("Karten einrichten"), "map"),
                ("concept.begin", "beginning", _("Ihre Stadt einrichten"), "compass"),
                ("thread.release_item", "round-list", _("Runden"), "people"),
                ("people.manage", "person-list", _("Personen und Rollen"), "user"),
                ("notices.assign", "unit-duties", _("Wer für Einheiten antwortet"), "people"),
                ("notices.set_up", "notice-log", _("Versandte Nachrichten"), "info"),
            ],
        ),
    ]
    shown = [
        {
            "heading": heading,
            "tools": [
                {"label": label, "url": reverse(name), "icon": icon}
                for rule, name, label, icon in tools
                if rules.test_rule(rule, actor)
            ],
        }
        for heading, tools in groups
    ]
    own = [
        {"label": _("Nachrichten"), "url": reverse("notice-list"), "icon": "info"},
        {"label": _("Gespeicherte Ansichten"), "url": reverse("saved-view-list"), "icon": "star"},
        {"label": _("Passwort ändern"), "url": reverse("password_change"), "icon": "lock"},
        {"label": _("Zweiter Faktor"), "url": reverse("own-factor"), "icon": "lock"},
    ]
    return [*(group for group in shown if group["tools"]), {"heading": _("Für Sie"), "tools": own}]


def _own_measures(request: HttpRequest, visible: ItemQuerySet) -> dict[str, Any]:
    """Measures of the own unit, those without a next step first, with what can be done with them."""
    actor = actor_of(request)
    if actor.unit_id is None:
        return {"own_measures": []}
    own = visible.filter(kind="measure", measure__responsible=actor.unit_id)
    own = own.select_related("measure__responsible")
    first = list(own[: SHOWN * 3])
    rows = [
        {
            "item": item,
            "edit_url": reverse("item-edit", args=[item.pk])
            if rules.test_rule("thread.edit_item", actor, item)
            else "",
            "actions": [
                {"url": url, "label": label} for url, label in added_actions(asker_of(request), item)
            ],
            "lacks_next_step": not item.measure.next_step,
        }
        for item in first
    ]
    unit = first[0].measure.responsible if first else None
    return {
        "measures_first": not actor.has(Right.EDIT),
        "own_measures": sorted(rows, key=lambda row: not row["lacks_next_step"])[:SHOWN],
        "own_measure_count": bounded_count(own),
        "own_measures_url": f"{reverse('measure-list')}?{urlencode({'zustaendig': unit.key})}"
        if unit
        else "",
    }


def _gaps(concept: Concept, actor: Actor) -> dict[str, Any]:
    """The gravest rules that find something, and whether one forbids adoption."""
    found = [entry for entry in counted_gaps(concept, actor) if entry["count"]]
    return {
        "shows_gaps": True,
        "gaps": found[:SHOWN],
        "more_gaps": max(0, len(found) - SHOWN),
        "blocking": sum(1 for entry in found if entry["gap"].severity == "blocking"),
    }


def _unreleased(concept: Concept | None, actor: Actor, names: Callable[..., str]) -> list[dict[str, Any]]:
    """How many items of each kind are internal, each with the list that shows them; kept. One query."""
    internal = Item.objects.visible_to(actor).filter(concept=concept, visibility=Visibility.INTERNAL)
    by_kind = internal.order_by().values_list("kind").annotate(count=Count("pk"))
    counts = cached(concept, actor, "internal by kind", lambda: dict(by_kind)) if concept else {}
    return [
        {
            "label": names(pages.kind, plural=True),
            "count": counts[pages.kind],
            "url": f"{reverse(pages.spec.list_name)}?sichtbarkeit=internal",
        }
        for pages in all_pages()
        if counts.get(pages.kind)
    ]


def _latest_changes(concept: Concept, actor: Actor) -> list[dict[str, Any]]:
    """The items changed last that are still there, each with its last change. Two queries."""
    recent = Change.objects.filter(concept=concept).select_related("actor")[: SHOWN * 5]
    latest: dict[str, Change] = {}
    for change in recent:
        latest.setdefault(change.item_id, change)
    seen = Item.objects.visible_to(actor).filter(pk__in=latest).order_by()
    items = {item.pk: item for item in seen if item.concept_id == concept.pk}
    return [
        {
            "item": items[change.item_id],
            "who": str(change.actor) if change.actor else _("INSEK"),
            "action": change.get_action_display(),
            "at": change.at,
        }
        for change in latest.values()
        if change.item_id in items
    ][:SHOWN]
