"""One reply to several contributions: write it, see who gets it, confirm. Each contribution keeps a reply of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from insek.thread.models import Item
from insek.web.display import date_words

from .. import moderation, queries
from .moderate import ORDER, UNDO, back_to_queue, frame, line_of, moderator, ticked, warn_of_missed


@login_required
@require_http_methods(["GET", "POST"])
def reply_many(request: HttpRequest) -> HttpResponse:
    """The three steps of a reply to several; nothing is kept before the last one. Some three queries and those of saving."""
    actor, concept = moderator(request)
    if request.method == "GET":  # such as after signing in again: what was typed is offered in the own area
        return redirect("moderation")
    act = request.POST.get("act", "")
    candidates, chosen = ticked(request, "kandidat"), ticked(request)
    first = act not in {"preview", "edit", "confirm"}
    rows = queries.queue(concept, actor, "").filter(
        pk__in=chosen if first else candidates, contribution__state__in=moderation.ANSWERABLE
    )
    items = list(rows.order_by(*ORDER))
    if not items:
        messages.info(request, _("Bitte zuerst Beiträge ankreuzen, die neu oder veröffentlicht sind."))
        return back_to_queue(request)
    if first:
        candidates, chosen = (
            chosen,
            {item.pk: chosen[item.pk] for item in items if not item.contribution.reply},
        )
    text, problem = request.POST.get("reply", ""), ""
    if act in {"preview", "confirm"}:
        problem = _problem(text, [item for item in items if item.pk in chosen])
    if act == "confirm" and not problem:
        pairs = [(item, chosen[item.pk]) for item in items if item.pk in chosen]
        done, missed = moderation.reply_many(pairs, text=text, actor=actor)
        if done:
            request.session[UNDO] = [item.pk for item in done]
            said = ngettext("%(count)s Beitrag hat jetzt diese Rückmeldung.", "%(count)s Beiträge haben jetzt diese Rückmeldung.", len(done))  # fmt: skip
            messages.success(request, said % {"count": len(done)})
        warn_of_missed(request, missed)
        return back_to_queue(request)
    entries = [_entry(item, candidates, item.pk in chosen) for item in items]
    return render(
        request,
        "participation/moderation_reply.html",
        {
            **frame(_("Mehreren antworten"), (_("Beiträge moderieren"), reverse("moderation"))),
            "entries": entries,
            "getting": [entry for entry in entries if entry["checked"]],
            "replaced": sum(1 for entry in entries if entry["checked"] and entry["reply"]),
            "text": text,
            "problem": problem,
            "is_preview": act == "preview" and not problem,
            "filter": request.POST.get("filter", ""),
        },
        status=400 if problem else 200,
    )


def _problem(text: str, getting: list[Item]) -> str:
    """Why this cannot be sent, in words; empty when it can."""
    if not getting:
        return _("Bitte mindestens einen Beitrag ankreuzen.")
    try:
        moderation.checked_reply(text)
    except ValidationError as error:
        return str(error.messages[0])
    return ""


def _entry(item: Item, candidates: dict[str, int], checked: bool) -> dict[str, Any]:
    row = item.contribution
    return {
        **line_of(item, False),
        "value": f"{item.pk}:{candidates[item.pk]}",
        "checked": checked,
        "reply": row.reply,
        "reply_day": date_words(row.replied_on),
    }
