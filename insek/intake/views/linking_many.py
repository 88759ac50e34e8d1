"""Linking many items at once: which kind, with what, and why; then the preview."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insek.items.views.linking import link_choices
from insek.people.actors import Actor, actor_of, require
from insek.people.requests import search_words
from insek.thread.identity import is_id
from insek.thread.kinds import link_kind_named
from insek.thread.models import Item
from insek.thread.search import search_items
from insek.web.context import kind_names_of
from insek.web.richtext import plain_text

from .. import linking_many as service
from ..batches import LIMIT
from ..models import Batch, BatchEntry
from .batches import PREVIEWS, batch_page, own_batch

FOUND = 20


@login_required
@require_http_methods(["GET", "POST"])
def batch_link(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Choose the kind of link, tick the other ends, say why. The search is a button of the same form, so nothing typed is lost."""
    batch, actor = own_batch(request, batch_id), actor_of(request)
    require(actor, "thread.link_items")
    if batch.state != Batch.State.DRAFT or batch.origin != Batch.Origin.BULK:
        return redirect("batch", batch.pk)
    names = kind_names_of(request)
    choices = [
        entry for entry in link_choices(batch.kind, names) if not link_kind_named(entry["kind"]).commits
    ]
    sent = request.POST if request.method == "POST" else request.GET
    choice = next((entry for entry in choices if entry["value"] == sent.get("link", "")), None)
    ticked = [pk for pk in dict.fromkeys(sent.getlist("other")) if is_id(pk)][: service.MOST_OTHERS]
    reason, query = sent.get("reason", ""), search_words(request, sent)
    problem = ""
    if request.method == "POST" and "search" not in sent:
        problem = _what_is_missing(batch, choice, ticked, reason)
        if not problem and choice is not None:
            label = _("Verknüpfen: %(what)s") % {"what": choice["label"]}
            service.say_links(
                batch, direction=choice["direction"], kind=choice["kind"], label=label, others=ticked,
                reason=" ".join(reason.split()), actor=actor,
            )  # fmt: skip
            return redirect("batch", batch.pk)
    count = len(batch.task["items"])
    context = batch_page(
        request, batch, _("Viele verknüpfen"),
        directions=[
            {"label": label, "choices": [entry for entry in choices if entry["direction"] == direction]}
            for direction, label in (("gruende", _("Warum? Worauf das beruht")), ("folgen", _("Wozu? Was daraus folgt")))
        ],
        choice=choice, query=query, reason=reason, problem=problem, count=count, what=names(batch.kind, plural=count != 1),
        candidates=_candidates(actor, batch, choice, query, ticked) if choice else [], found_limit=FOUND, most=service.MOST_OTHERS,
    )  # fmt: skip
    return render(request, "intake/batch_link.html", context, status=400 if problem else 200)


def _what_is_missing(batch: Batch, choice: dict[str, str] | None, ticked: list[str], reason: str) -> str:
    if choice is None:
        return _("Bitte wählen Sie zuerst die Art der Verknüpfung.")
    if not ticked:
        return _("Bitte wählen Sie aus, womit verknüpft werden soll.")
    if len(ticked) * len(batch.task["items"]) > LIMIT:
        return _("Das wären mehr als %(limit)s Verknüpfungen. Bitte wählen Sie weniger aus.") % {
            "limit": LIMIT
        }
    if len(reason) > service.LONGEST_REASON:
        return _("Die Begründung ist länger als %(limit)s Zeichen.") % {"limit": service.LONGEST_REASON}
    return ""


def _candidates(
    actor: Actor, batch: Batch, choice: dict[str, str], query: str, ticked: list[str]
) -> list[dict[str, Any]]:
    """Those ticked first, then what the search finds."""
    others = Item.objects.filter(concept=batch.concept, kind=choice["other"])
    found = search_items(query, actor, others) if query else others.visible_to(actor)
    chosen = {item.pk: item for item in others.visible_to(actor).filter(pk__in=ticked)}
    rows = [*chosen.values(), *[row for row in found[:FOUND] if row.pk not in chosen]]
    return [
        {
            "item": row,
            "text": plain_text(row.shown_text, 120),
            "text_lang": row.text_lang,
            "is_chosen": row.pk in chosen,
        }
        for row in rows
    ]


def link_preview(request: HttpRequest, batch: Batch) -> HttpResponse:
    """Every pair with its because, which can be written for each."""
    Result = BatchEntry.Result
    pairs = service.shown_pairs(list(batch.entries.all()), actor_of(request))
    of = {result: [pair for pair in pairs if pair["entry"].result == result] for result in Result.values}
    context = batch_page(
        request, batch, batch.label, planned=of[Result.PLANNED], refused=of[Result.REFUSED], unchanged=of[Result.UNCHANGED],
        count_public=sum(pair["entry"].is_public for pair in of[Result.PLANNED]), link_label=service.link_words(batch),
    )  # fmt: skip
    return render(request, "intake/batch_link_preview.html", context, status=409 if batch.problem else 200)


PREVIEWS[Batch.Origin.LINKS] = link_preview
