"""The queue: one suggestion after the other, many at once, and what was decided."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.concept.models import Concept
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.locking import Conflict
from insek.people.requests import posted, posted_version
from insek.release.bundling import worked_for
from insek.web.context import asker_of, concept_fields, concept_or_404
from insek.web.paging import COUNT_LIMIT, BadCursor, bounded_count, keyset_page, pager

from .. import queries, services
from ..models import Suggestion
from ..quality import qualities, quality_of
from ..queries import QueueChoice
from ..register import (
    ShownSuggestion,
    SuggestionForm,
    all_suggestion_kinds,
    suggester_named,
    suggestion_kind_named,
)  # fmt: skip
from ..wording import confidence_words, engine_facts, outcome_words

AT_ONCE = 50
PAGE_SIZE = 30
THRESHOLDS = (95, 90, 80, 70, 60, 50)
LAST = "zuletzt"


def page_context(title: str, **context: Any) -> dict[str, Any]:
    """What each page of this room says of itself."""
    first = _("Vorschläge des Programms")
    steps = [(first, reverse("suggestion-queue") if title != first else "")]
    if title != first:
        steps.append((title, ""))
    return {
        "page_title": title, "active_nav": "suggestions", "breadcrumb": staff_breadcrumb(*steps), "noindex": True,
        **context,
    }  # fmt: skip


@login_required
@require_safe
def suggestion_queue(request: HttpRequest) -> HttpResponse:
    """The next suggestion of those that a person filters for."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "suggestions.see")
    choice = queries.choice_of(request.GET)
    found = queries.next_for(queries.waiting_for(concept, choice, actor), actor)
    return _shown(request, concept, choice, found)


@login_required
@require_http_methods(["GET", "POST"])
def suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """One suggestion; deciding it leads to the next of those that were filtered for."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "suggestions.see")
    choice = queries.choice_of(request.GET)
    rows = (
        Suggestion.objects.filter(concept=concept)
        .visible_to(actor)
        .select_related("item", "other", "about", "decider")
    )
    rows = rows.filter(pk=pk, kind__in=[kind.name for kind in all_suggestion_kinds()])
    found = rows.first()
    if request.method == "GET":
        if found is None:
            raise Http404
        return _shown(request, concept, choice, found)
    require(actor, "suggestions.decide")
    if found is None:
        messages.info(
            request, _("Diesen Vorschlag gibt es nicht mehr: Das Programm schlägt ihn nicht mehr vor.")
        )
        return redirect(_next_url(request, concept, choice))
    act = request.POST.get("act", "")
    form = None
    try:
        if act == "accept":
            services.accept(found, expected_version=posted_version(request), actor=actor)
        elif act == "change":
            form = _form(request, found)
            if form is None or not form.is_valid():
                return _shown(request, concept, choice, found, form=form, status=400)
            services.accept(
                found, expected_version=posted_version(request), actor=actor, changed_to=form.content()
            )
        elif act == "refuse":
            services.refuse(
                found,
                expected_version=posted_version(request),
                actor=actor,
                note=request.POST.get("note", ""),
            )
        elif act == "later":
            services.put_off(found, expected_version=posted_version(request), actor=actor)
        else:
            return redirect(_here(found, choice))
    except services.AlreadyDecided as decided:
        messages.warning(request, _decided_words(decided.current))
        return redirect(_next_url(request, concept, choice))
    except ValidationError as error:
        problem, as_it_is = " ".join(error.messages), rows.first()
        return _shown(request, concept, choice, as_it_is, form=form, problem=problem, status=400)
    except (Conflict, IntegrityError):
        problem = _("Jemand hat den Inhalt gleichzeitig geändert. Bitte sehen Sie noch einmal hin.")
        return _shown(request, concept, choice, rows.first(), form=form, problem=problem, status=409)
    last = None if act == "later" else found.pk
    return redirect(_next_url(request, concept, choice, last))


def _decided_words(current: Suggestion | None) -> str:
    if current is None:
        return _("Diesen Vorschlag gibt es nicht mehr: Das Programm schlägt ihn nicht mehr vor.")
    if current.is_open:
        return _("Dieser Vorschlag hat sich inzwischen geändert. Bitte sehen Sie noch einmal hin.")
    who = current.decider or _("einer Person, die es hier nicht mehr gibt")
    return _("Schon entschieden von %(who)s: %(what)s.") % {"who": who, "what": current.get_state_display()}


def _here(found: Suggestion, choice: QueueChoice) -> str:
    return reverse("suggestion", args=[found.pk]) + choice.query


def _next_url(request: HttpRequest, concept: Concept, choice: QueueChoice, last: int | None = None) -> str:
    """Where it goes on; the next one lies before this person for a moment."""
    actor = actor_of(request)
    following = queries.next_for(queries.waiting_for(concept, choice, actor), actor)
    if following is not None:
        services.hold(following, actor)
    query = choice.query
    if last is not None:
        query += f"{'&' if query else '?'}{LAST}={last}"
    return reverse("suggestion-queue") + query


def _form(request: HttpRequest, found: Suggestion) -> SuggestionForm | None:
    made = suggestion_kind_named(found.kind).form
    if made is None:
        return None
    sent = posted(request) if request.POST.get("act") == "change" else None
    return made(sent, initial=dict(found.content), suggestion=found, asker=asker_of(request))


def _shown(
    request: HttpRequest, concept: Concept, choice: QueueChoice, found: Suggestion | None, *, form: SuggestionForm | None = None,
    problem: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    actor = actor_of(request)
    waiting = queries.waiting_for(concept, choice, actor)
    left = bounded_count(waiting)
    everything = queries.waiting_for(concept, QueueChoice(), actor)
    context = page_context(
        _("Vorschläge des Programms"),
        choice=choice, query=choice.query, left=min(left, COUNT_LIMIT), is_more=left > COUNT_LIMIT,
        kinds=[(kind.name, kind.plural) for kind in all_suggestion_kinds()], fields=concept_fields(request),
        orders=[(queries.STRONG, _("die sichersten zuerst")), (queries.DOUBTFUL, _("die zweifelhaften zuerst"))],
        narrowed=_narrowed(concept, choice, actor), abouts=queries.abouts_of(everything),
        may_decide=rules.test_rule("suggestions.decide", actor), may_run=rules.test_rule("suggestions.run", actor),
        last=_last(request, concept), problem=problem, suggestion=None,
    )  # fmt: skip
    if found is not None:
        kind = suggestion_kind_named(found.kind)
        known = suggester_named(found.suggester)
        context |= {
            "suggestion": found, "version": found.version, "kind": kind,
            "shown": kind.shown([found], asker_of(request)).get(found.pk) or ShownSuggestion(str(kind.label)),
            "sure": confidence_words(found.confidence), "suggester": known,
            "quality": quality_of(concept, found.kind, found.suggester).words,
            "form": form if form is not None else _form(request, found), "is_changing": form is not None,
            "may_decide": context["may_decide"] and kind.may_decide(found, actor), "engine_facts": engine_facts(found), "decided": "" if found.is_open else _decided_words(found),
            "same_item": choice.without("item") if choice.item else QueueChoice(item=found.item_id or "", order=choice.order),
        }  # fmt: skip
    else:
        context["was_searched"] = concept.suggestion_runs.exists()
    return render(request, "suggestions/queue.html", context, status=status)


def _narrowed(concept: Concept, choice: QueueChoice, actor: Any) -> list[dict[str, str]]:
    """The items that the queue is narrowed to, each with the way out. At most one query."""
    from insek.thread.models import Item

    keys = {name: value for name, value in (("item", choice.item), ("about", choice.about)) if value}
    items = (
        Item.objects.visible_to(actor).filter(concept=concept).in_bulk(list(keys.values())) if keys else {}
    )
    return [
        {"label": items[value].shown_name if value in items else value, "url": reverse("suggestion-queue") + choice.without(name).query}
        for name, value in keys.items()
    ]  # fmt: skip


def _last(request: HttpRequest, concept: Concept) -> dict[str, Any] | None:
    """The decision that was just made, so that it can be taken back with one key."""
    sent = request.GET.get(LAST, "")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 15):
        return None
    found = queries.last_decision_of(concept, actor_of(request), int(sent))
    if found is None:
        return None
    shown = suggestion_kind_named(found.kind).shown([found], asker_of(request)).get(found.pk)
    return {
        "suggestion": found,
        "words": outcome_words(found),
        "title": shown.title if shown else "",
        "title_lang": shown.title_lang if shown else "",
    }


@login_required
@require_POST
def suggestion_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision back; the suggestion is open again and shown."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "suggestions.decide")
    choice = queries.choice_of(request.GET)
    found = (
        Suggestion.objects.filter(concept=concept)
        .visible_to(actor)
        .select_related("proposal")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    try:
        services.take_back(found, expected_version=posted_version(request), actor=actor)
    except services.AlreadyDecided as decided:
        messages.warning(request, _decided_words(decided.current))
        return redirect(reverse("suggestion-queue") + choice.query)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect(_here(found, choice))
    except Conflict:
        messages.warning(
            request, _("Der Inhalt wurde inzwischen geändert. Nehmen Sie es in seinem Verlauf zurück.")
        )
        return redirect(_here(found, choice))
    messages.success(request, _("Zurückgenommen. Der Vorschlag ist wieder offen."))
    services.hold(found, actor)
    return redirect(_here(found, choice))


@login_required
@require_http_methods(["GET", "POST"])
def suggestion_many(request: HttpRequest) -> HttpResponse:
    """All suggestions of one kind that are at least so sure, with their words: accepted in one go, less those that are unticked."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "suggestions.decide")
    choice = queries.choice_of(request.GET)
    sent = request.GET.get("ab", "")
    least = int(sent) if sent.isascii() and sent.isdigit() and int(sent) in THRESHOLDS else THRESHOLDS[1]
    rows = queries.waiting_for(concept, choice, actor).select_related("item", "other")
    if request.method == "POST":
        return _accept_many(request, rows, f"{choice.query}{'&' if choice.query else '?'}ab={least}")
    found = list(rows.filter(confidence__gte=least / 100).order_by("-confidence", "pk")[:AT_ONCE])
    shown: dict[int, ShownSuggestion] = {}
    for name in dict.fromkeys(each.kind for each in found):
        some = [each for each in found if each.kind == name]
        shown |= suggestion_kind_named(name).shown(some, asker_of(request))
    context = page_context(
        _("Viele auf einmal annehmen"),
        choice=choice, query=choice.query, least=least, thresholds=THRESHOLDS,
        kinds=[(kind.name, kind.plural) for kind in all_suggestion_kinds()], fields=concept_fields(request),
        entries=[
            {
                "suggestion": each, "shown": shown[each.pk], "kind": suggestion_kind_named(each.kind),
                "sure": confidence_words(each.confidence), "value": f"{each.pk}.{each.version}",
            }
            for each in found if each.pk in shown
        ],
        qualities=_quality_lines(concept, choice.kind),
        notes=[kind.note_of_many for kind in all_suggestion_kinds() if kind.note_of_many and kind.name in {each.kind for each in found}],
        total=bounded_count(rows.filter(confidence__gte=least / 100)),
    )  # fmt: skip
    return render(request, "suggestions/many.html", context)


def _quality_lines(concept: Concept, kind: str) -> list[dict[str, Any]]:
    return [
        {
            "label": known.label if (known := suggester_named(each.suggester)) else each.suggester,
            "words": each.words,
        }
        for each in qualities(concept, kind)
    ]


def _accept_many(request: HttpRequest, rows: Any, query: str) -> HttpResponse:
    ticked: dict[int, int] = {}
    for value in request.POST.getlist("wahl")[:AT_ONCE]:
        key, _dot, version = value.partition(".")
        if key.isascii() and key.isdigit() and version.isascii() and version.isdigit() and len(value) < 25:
            ticked[int(key)] = int(version)
    seen = [(each, ticked[each.pk]) for each in rows.filter(pk__in=ticked).order_by("-confidence", "pk")]
    done = services.accept_many(seen, actor=actor_of(request))
    done.decided += len(ticked) - len(seen)
    if done.accepted:
        told = ngettext("%(n)s Vorschlag ist angenommen.", "%(n)s Vorschläge sind angenommen.", done.accepted)
        told %= {"n": done.accepted}
        if done.waiting:
            waits = ngettext(
                "%(n)s davon wartet auf Freigabe.", "%(n)s davon warten auf Freigabe.", done.waiting
            )
            if worked_for() is not None:
                waits = ngettext("%(n)s davon wartet auf Freigabe oder auf die nächste Ausgabe.", "%(n)s davon warten auf Freigabe oder auf die nächste Ausgabe.", done.waiting)  # fmt: skip
            told += " " + waits % {"n": done.waiting}
        messages.success(request, told)
    if done.decided:
        told = ngettext(
            "%(n)s war inzwischen entschieden oder geändert.", "%(n)s waren inzwischen entschieden oder geändert.", done.decided
        )  # fmt: skip
        messages.info(request, told % {"n": done.decided})
    for each, reason in done.refused[:10]:
        messages.warning(request, f"{each.item or each.subject}: {reason}")
    if not ticked:
        messages.warning(request, _("Es war nichts angekreuzt."))
    return redirect(reverse("suggestion-many") + query)


@login_required
@require_safe
def suggestion_decided(request: HttpRequest) -> HttpResponse:
    """What was decided, by whom and when, the last first."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "suggestions.see")
    choice = queries.choice_of(request.GET)
    known = [kind.name for kind in all_suggestion_kinds()]
    rows = queries.decided_lately(concept, choice, actor).filter(kind__in=known)
    try:
        page = keyset_page(
            rows, order=("-decided_at", "-id"), cursor=request.GET.get("nach", ""), size=PAGE_SIZE
        )
    except BadCursor as error:
        raise Http404 from error
    shown: dict[int, ShownSuggestion] = {}
    for name in dict.fromkeys(each.kind for each in page.rows):
        some = [each for each in page.rows if each.kind == name]
        shown |= suggestion_kind_named(name).shown(some, asker_of(request))
    entries = [
        {
            "suggestion": each, "shown": shown.get(each.pk), "kind": suggestion_kind_named(each.kind),
            "words": outcome_words(each), "version": each.version,
        }
        for each in page.rows
    ]  # fmt: skip
    context = page_context(
        _("Entschiedene Vorschläge"),
        choice=choice, query=choice.query, entries=entries, may_decide=rules.test_rule("suggestions.decide", actor),
        qualities=_quality_lines(concept, choice.kind),
        **pager(page, lambda cursor: f"{choice.query}{'&' if choice.query else '?'}{urlencode({'nach': cursor})}"),
    )  # fmt: skip
    return render(request, "suggestions/decided.html", context)
