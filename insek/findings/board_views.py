"""The board: its page, its cards for those who look at it without reloading, and what can be done with a card."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.concept.models import Field
from insek.items.filtered import filtered
from insek.items.pages import pages_of
from insek.items.views.items import item_breadcrumb, visible_item
from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted, search_words
from insek.release.bundling import waits_words
from insek.release.models import Proposal
from insek.release.waiting_changes import waits_message
from insek.thread.identity import is_id
from insek.thread.models import Item, Visibility
from insek.web.context import asker_of, concept_fields, concept_or_404
from insek.web.display import count_words, shown_field
from insek.web.richtext import plain_text

from . import board
from .board_forms import CardForm, NewCardForm
from .models import Finding
from .pages import PLURALS
from .profile import profile_of

FILTERS = ("beleg", "thema", "ort")
"""Filters of the list of findings that the board offers beside the field."""
SEEN = {"ansicht"}
LARGE = "beamer"
ASKED_EVERY = 4
"""Seconds between two questions whether anything moved."""


def _is_script(request: HttpRequest) -> bool:
    """Whether the script of the board asks, which shows the answer in place."""
    return request.headers.get("X-Board") == "1"


def _query(request: HttpRequest) -> str:
    """What the address of the board says, without what only says how it looks."""
    kept = {name: value for name, value in request.GET.items() if value and name not in SEEN}
    return urlencode(sorted(kept.items()))


def _field(request: HttpRequest) -> Field | None:
    key = request.GET.get("feld", "")
    return next((field for field in concept_fields(request) if field.key == key), None)


def _shown(request: HttpRequest) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The quadrants for the page, and the filters of the list of findings."""
    asker = asker_of(request)
    state = board.state_of(
        asker, request.GET.urlencode()
    )  # before the cards: what moves meanwhile is asked for again
    items, filters = filtered(asker, pages_of("finding"))
    cards = board.cards_of(asker, items)
    quadrants = board.quadrants_of(cards, PLURALS)
    may = board.may_arrange(asker.actor)
    shown = []
    for quadrant in quadrants:
        heaps = [
            {"name": heap.name, "cards": [_card(card) for card in heap.cards]} for heap in quadrant.heaps
        ]
        shown.append(
            {"type": quadrant.type, "label": quadrant.label, "count": quadrant.count, "heaps": heaps}
        )
    context = {
        "cards": cards,
        "quadrants": shown,
        "count": len(cards),
        "is_cut": len(cards) == board.MOST,
        "may_arrange": may,
        "types": [(key, str(label)) for key, label in PLURALS.items()],
        "groups": sorted({card.group for card in cards if card.group}),
        "query": _query(request),
        "board_field": _field(request),
        "state": state,
        "sees_internal": asker.actor.sees_internal,
    }
    return context, filters


def _card(card: board.Card) -> dict[str, Any]:
    item = card.item
    return {
        "item": item,
        "text": plain_text(item.shown_text, 220),
        "sign": card.sign,
        "version": card.version,
        "group": card.group,
        "fields": [shown_field(field) for field in item.fields.all()],
        "districts": card.districts,
        "evidence": card.evidence,
        "evidence_state": card.evidence_state,
        "waits": card.waits,
    }


@require_safe
def board_page(request: HttpRequest) -> HttpResponse:
    """All findings in four quadrants, for the city or one field of action."""
    concept_or_404(request)
    context, filters = _shown(request)
    context["may_look"] = rules.test_rule("suggestions.run", actor_of(request))
    context["profile"] = profile_of(context["cards"], asker_of(request))
    field, large = context["board_field"], request.GET.get("ansicht") == LARGE
    chosen = {part["name"]: part for part in filters}
    title = _("Tafel: %(what)s") % {"what": field if field else _("ganze Stadt")}
    query = search_words(request, request.GET)
    search = {"name": "q", "label": _("Suchwort"), "type": "search", "value": query}
    selects = [
        {
            **part,
            "type": "select",
            "options": [
                {"value": key, "label": label, "selected": key == part["value"]}
                for key, label in part["choices"]
            ],
        }
        for name in FILTERS
        if (part := chosen.get(name)) is not None and not part.get("typed")
    ]
    fields = [
        {"field": shown_field(each), "url": _with(request, feld=each.key), "chosen": each == field}
        for each in concept_fields(request)
    ]
    context |= {
        "page_title": title,
        "page_lead": _("Stärken, Schwächen, Chancen und Risiken nebeneinander. Jede Karte ist ein Befund."),
        "active_nav": "finding-board",
        "breadcrumb": item_breadcrumb(request, pages_of("finding"), (_("Tafel"), "")),
        "filters": [search, *selects],
        "hidden": [{"name": name, "value": request.GET[name]} for name in ("feld", "ansicht") if request.GET.get(name)],
        "reset_url": _with(request, **dict.fromkeys(("q", *chosen), "")) if set(request.GET) - SEEN - {"feld"} else "",
        "result_label": count_words(context["count"], board.MOST, _("Befund"), _("Befunde")),
        "board_fields": fields,
        "whole_city_url": _with(request, feld=""),
        "is_large": large,
        "large_url": _with(request, ansicht="" if large else LARGE),
        "cards_url": f"{reverse('board-cards')}?{request.GET.urlencode()}",
        "asked_every": ASKED_EVERY,
    }  # fmt: skip
    return render(request, "findings/board.html", context)


def _with(request: HttpRequest, **changes: str) -> str:
    query = {name: value for name, value in {**request.GET.dict(), **changes}.items() if value}
    return f"{reverse('board')}?{urlencode(query)}" if query else reverse("board")


@require_safe
def board_cards(request: HttpRequest) -> HttpResponse:
    """The cards alone; a few bytes (304) as long as nothing moved."""
    concept_or_404(request)
    state = f'"{board.state_of(asker_of(request), request.GET.urlencode())}"'
    asked = [part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")]
    if state in asked:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        context, _filters = _shown(request)
        answer = render(request, "findings/_board_cards.html", context)
    answer["ETag"] = state
    answer["Cache-Control"] = "private, no-cache"
    return answer


@login_required
@require_POST
def board_write(request: HttpRequest) -> HttpResponse:
    """Write a new card."""
    require(actor_of(request), "findings.arrange")
    concept = concept_or_404(request)
    form = NewCardForm(posted(request), fields=concept.fields.all())
    if not form.is_valid():
        return _refused(request, ValidationError([text for texts in form.errors.values() for text in texts]))
    data = form.cleaned_data
    try:
        item = board.write_card(
            concept, title=data["title"], type=data["type"], fields=data["fields_of_action"], group=data["group"],
            actor=actor_of(request),
        )  # fmt: skip
    except ValidationError as error:
        return _refused(request, error)
    return _done(request, _("„%(item)s“ liegt auf der Tafel, noch intern.") % {"item": item.title}, item.pk)


@login_required
@require_http_methods(["GET", "POST"])
def board_card(request: HttpRequest, item_id: str) -> HttpResponse:
    """The words of a card, changed in place; who was not the first sees what the other wrote and keeps the own words."""
    item = _finding(request, item_id)
    actor = actor_of(request)
    require(actor, "findings.arrange")
    form = CardForm(posted(request), item=item, actor=actor)
    theirs: Item | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            waiting = board.edit_card(
                item,
                values={name: data[name] for name in ("title", "text", "type")},
                fields=data["fields_of_action"],
                districts=data["districts"],
                expected_version=data["version"],
                actor=actor,
            )
        except Conflict:
            theirs = _finding(request, item_id)
            sent = request.POST.copy()
            sent[form.add_prefix("version")] = str(theirs.version)
            form.data = sent
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            return _done(request, _waits(waiting[0]) if waiting else _("Die Karte ist geändert."), item.pk)
    context = {
        "form": form,
        "item": item,
        "theirs": theirs,
        "their_text": plain_text(theirs.text, 2_000) if theirs else "",
        "query": request.GET.get("tafel", ""),
        "waits_for_release": waits_words("update", item) if item.visibility == Visibility.PUBLIC else "",
        "page_title": _("Karte bearbeiten"),
        "page_lead": item.title,
        "active_nav": "finding-board",
        "breadcrumb": item_breadcrumb(
            request, pages_of("finding"), (_("Tafel"), reverse("board")), (_("Karte bearbeiten"), "")
        ),
        "noindex": True,
    }
    template = "findings/_board_card_form.html" if _is_script(request) else "findings/board_card.html"
    return render(request, template, context, status=409 if theirs else 400 if form.errors else 200)


@login_required
@require_POST
def board_move(request: HttpRequest, item_id: str) -> HttpResponse:
    """Move a card: one step, before another card, to another quadrant, into or out of a group."""
    item = _finding(request, item_id)
    actor, sent = actor_of(request), request.POST
    require(actor, "findings.arrange")
    version, arranged = _number(sent.get("version")), _number(sent.get("arranged"))
    quadrant, group = sent.get("type", ""), sent.get("group")
    if sent.get("steps") in {"-1", "1"}:
        try:
            board.step_card(item, steps=int(sent["steps"]), expected_version=arranged, actor=actor)
        except Conflict:
            return _moved_meanwhile(request, item)
        return _done(request, _("Verschoben."), item.pk)
    try:
        if quadrant and quadrant != item.finding.type:
            if quadrant not in Finding.Type.values:
                raise Http404
            moved = board.move_card(item, type=quadrant, expected_version=version, actor=actor)
            if isinstance(moved, Proposal):
                return _done(request, _waits(moved), item.pk)
            item = moved
        board.place_card(
            item, before=sent.get("before") or None, group=group, expected_version=arranged, actor=actor
        )
    except Conflict:
        return _moved_meanwhile(request, item)
    except ValidationError as error:
        return _refused(request, error)
    to = _("Verschoben zu: %(quadrant)s.") % {"quadrant": PLURALS[Finding.Type(item.finding.type)]}
    return _done(request, to if quadrant else _("Verschoben."), item.pk)


@login_required
@require_POST
def board_chosen(request: HttpRequest) -> HttpResponse:
    """What is done with the cards that are ticked: grouped, taken out of their group, or merged on the page for that."""
    actor = actor_of(request)
    require(actor, "findings.arrange")
    versions = dict(part.partition(":")[::2] for part in request.POST.getlist("karte"))
    ids = [pk for pk in versions if is_id(pk)]
    seen = Item.objects.visible_to(actor).filter(concept=concept_or_404(request), kind="finding")
    found = {item.pk: item for item in seen.filter(pk__in=ids).select_related("finding")}
    chosen = [(found[pk], _number(versions[pk])) for pk in ids if pk in found]
    if not chosen:
        return _refused(request, ValidationError(_("Bitte zuerst Karten ankreuzen.")))
    if request.POST.get("act") == "merge":
        if len(chosen) < 2:
            return _refused(
                request, ValidationError(_("Zum Zusammenlegen bitte mindestens zwei Karten ankreuzen."))
            )
        (first, _version), *rest = chosen
        query = urlencode([("mit", item.pk) for item, _version in rest])
        return redirect(f"{reverse('item-merge', args=[first.pk])}?{query}")
    name = "" if request.POST.get("act") == "ungroup" else request.POST.get("group", "").strip()
    if not name and request.POST.get("act") != "ungroup":
        return _refused(request, ValidationError(_("Bitte einen Namen für die Gruppe schreiben.")))
    try:
        number = board.group_cards(chosen, name=name, actor=actor)
    except Conflict:
        return _moved_meanwhile(request, chosen[0][0])
    except ValidationError as error:
        return _refused(request, error)
    told = (
        _("%(number)s Karten liegen in der Gruppe „%(name)s“.")
        if name
        else _("%(number)s Karten liegen in keiner Gruppe mehr.")
    )
    return _done(request, told % {"number": number, "name": name}, chosen[0][0].pk)


def _finding(request: HttpRequest, item_id: str) -> Item:
    item, pages = visible_item(request, item_id)
    if pages.kind != "finding":
        raise Http404
    return item


def _number(sent: str | None) -> int:
    return int(sent) if sent and sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def _waits(proposal: Proposal) -> str:
    return waits_message(
        proposal,
        _("Die Karte ist öffentlich: Ihre Änderung wartet auf Freigabe und ist bis dahin nur vorgemerkt."),
    )


def _back(request: HttpRequest, item_id: str = "") -> str:
    """The board as it was looked at."""
    query = request.POST.get("tafel", "")[:2_000]
    return f"{reverse('board')}{f'?{query}' if query else ''}{f'#karte-{item_id}' if item_id else ''}"


def _done(request: HttpRequest, words: str, item_id: str) -> HttpResponse:
    if _is_script(request):
        return HttpResponse(words, content_type="text/plain; charset=utf-8")
    messages.success(request, words)
    return redirect(_back(request, item_id))


def _refused(request: HttpRequest, error: ValidationError, status: int = 400) -> HttpResponse:
    words = " ".join(error.messages)
    if _is_script(request):
        return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    messages.error(request, words)
    return redirect(_back(request))


def _moved_meanwhile(request: HttpRequest, item: Item) -> HttpResponse:
    words = _(
        "Jemand anderes hat gerade dieselbe Karte geändert: „%(item)s“. Sie sehen jetzt, wie sie liegt. Bitte noch einmal."
    )
    return _refused(request, ValidationError(words % {"item": item.title}), status=409)
