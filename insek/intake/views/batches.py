"""The page of a batch: what shall change, the preview, how far it is, what became of it, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import rules
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.items.pages import pages_of
from insek.items.views.items import item_breadcrumb
from insek.people.actors import Actor, actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.requests import posted
from insek.release.changes import ShownChange, shown_changes
from insek.release.models import Proposal
from insek.release.reshaping import MOST
from insek.thread.kinds import all_kinds
from insek.thread.models import Change, Item
from insek.web.context import concept_of, kind_names_of

from .. import batches as service
from ..bulk import BulkForm, say_act
from ..linking_many import keep_reasons
from ..models import Batch, BatchEntry

Result, State = BatchEntry.Result, Batch.State
RULES = {
    Batch.Origin.BULK: "intake.change_many",
    Batch.Origin.SHEET: "intake.read_sheet",
    Batch.Origin.RELEASE: "thread.release_item",
    Batch.Origin.OUTLINE: "intake.change_many",
    Batch.Origin.LINKS: "intake.change_many",
}

PREVIEWS: dict[str, Callable[[HttpRequest, Batch], HttpResponse]] = {}
"""Previews of their own, by the origin of a batch."""


def own_batch(request: HttpRequest, batch_id: UUID) -> Batch:
    """A batch of the person's own, as long as the person may do such things. Raises Http404 and PermissionDenied."""
    actor = actor_of(request)
    batch = Batch.objects.select_related("concept").filter(pk=batch_id, owner=actor.user_id).first()
    if batch is None or batch.kind not in {"", *(kind.name for kind in all_kinds())}:
        raise Http404
    require(actor, RULES[Batch.Origin(batch.origin)])
    return batch


def batch_page(request: HttpRequest, batch: Batch, title: str, **context: Any) -> dict[str, Any]:
    """What every page of a batch has."""
    here = [(_("Viele auf einmal ändern"), reverse("batch-list")), (title, "")]
    return {
        "batch": batch,
        "page_title": title,
        "active_nav": batch.kind or "account",
        "breadcrumb": item_breadcrumb(request, pages_of(batch.kind), *here) if batch.kind else staff_breadcrumb(*here),
        "noindex": True,
        "list_url": _list_of(batch),
        "back_url": batch.task.get("back", "") if batch.kind else "",
        **context,
    }  # fmt: skip


def _list_of(batch: Batch) -> str:
    """The list from which the batch was begun."""
    if not batch.kind:
        return str(batch.task.get("back") or reverse("proposal-list"))
    query = batch.task.get("query", "")
    address = reverse(pages_of(batch.kind).spec.list_name)
    return f"{address}?{query}" if query else address


@login_required
@require_safe
def batch_list(request: HttpRequest) -> HttpResponse:
    """What this person changed many at once of late, each with the way to take it back."""
    actor, names = actor_of(request), kind_names_of(request)
    if not any(rules.test_rule(rule, actor) for rule in RULES.values()):
        raise PermissionDenied
    found = (
        Batch.objects.filter(owner=actor.user_id, concept=concept_of(request))
        .annotate(changed=Count("entries", filter=~Q(entries__result__in=[Result.REFUSED, Result.UNCHANGED, Result.LEFT])))
        .order_by("-created_at")[:100]
    )  # fmt: skip
    known = {kind.name: names(kind.name, plural=True) for kind in all_kinds()} | {"": _("Freigaben")}
    context = {
        "entries": [
            {
                "batch": batch,
                "list": _("Dokumente") if batch.origin == Batch.Origin.OUTLINE else known[batch.kind],
            }
            for batch in found
            if batch.kind in known
        ],
        "page_title": _("Viele auf einmal geändert"),
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Viele auf einmal geändert"), "")),
        "noindex": True,
    }
    return render(request, "intake/batch_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The page of a batch, whatever stage it is at."""
    found = own_batch(request, batch_id)
    if getattr(request, "htmx", False) and not found.is_working:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if found.state == State.DRAFT and found.origin == Batch.Origin.BULK:
        return _choose(request, found)
    if request.method == "POST":
        if found.state == State.READY:
            ticked = [
                int(pk)
                for pk in request.POST.getlist("eintrag")
                if pk.isascii() and pk.isdigit() and len(pk) < 19
            ]
            if found.origin == Batch.Origin.LINKS:
                keep_reasons(found, request.POST)
            service.apply(found, ticked)
        return redirect("batch", found.pk)
    if found.is_working:
        return _progress(request, found)
    if found.state in {State.DRAFT, State.READY}:
        return _preview(request, found)
    return _result(request, found)


def _choose(request: HttpRequest, batch: Batch) -> HttpResponse:
    """What shall be done with the chosen items."""
    pages = pages_of(batch.kind)
    form = BulkForm(posted(request), pages=pages, concept=batch.concept, actor=actor_of(request))
    if request.method == "POST" and form.is_valid():
        say_act(batch, form)
        return redirect("batch", batch.pk)
    names = kind_names_of(request)
    count = len(batch.task["items"])
    context = batch_page(
        request, batch, _("Was soll sich ändern?"), form=form, rows=form.rows(), count=count, cut=batch.task["cut"],
        limit=service.LIMIT, what=names(batch.kind, plural=count != 1), other_ways=_other_ways(batch, actor_of(request)),
    )  # fmt: skip
    return render(request, "intake/batch_choose.html", context, status=400 if form.errors else 200)


def _other_ways(batch: Batch, actor: Actor) -> list[dict[str, str]]:
    """What else can be done with the chosen items, on pages of its own."""
    ways = []
    if rules.test_rule("thread.link_items", actor):
        ways.append(
            {
                "url": reverse("batch-link", args=[batch.pk]),
                "label": _("Alle mit anderen Inhalten verknüpfen"),
            }
        )
    ids = batch.task["items"]
    if (
        pages_of(batch.kind).spec.reshapes
        and 1 < len(ids) <= MOST
        and rules.test_rule("thread.reshape_items", actor)
    ):
        others = "&".join(f"mit={pk}" for pk in ids[1:])
        ways.append(
            {
                "url": f"{reverse('item-merge', args=[ids[0]])}?{others}",
                "label": _("Zu einem Inhalt zusammenlegen"),
            }
        )
    return ways


def _progress(request: HttpRequest, batch: Batch) -> HttpResponse:
    """How far it is; the part that changes is asked for again every second or by reloading."""
    title = batch.get_state_display()
    htmx = bool(getattr(request, "htmx", False))
    template = "intake/_batch_progress.html" if htmx else "intake/batch_progress.html"
    # made in one transaction: nothing of it can be seen before its end
    at_once = batch.origin == Batch.Origin.SHEET and batch.total <= service.AT_ONCE
    measured = not (at_once and batch.state == State.RUNNING)
    response = render(
        request, template, batch_page(request, batch, title[:1].upper() + title[1:], measured=measured)
    )
    response["Cache-Control"] = "no-store"
    return response


def _shown(entries: Sequence[BatchEntry], batch: Batch, actor: Actor) -> list[dict[str, Any]]:
    """Entries with their differences in words. A constant number of queries."""
    told = _told(entries, batch, actor)
    visible = set(
        Item.objects.visible_to(actor)
        .filter(pk__in=[entry.item_id for entry in entries if entry.item_id])
        .values_list("pk", flat=True)
    )
    return [
        {
            "entry": entry,
            "url": reverse("item", args=[entry.item_id]) if entry.item_id in visible else "",
            "rows": change.rows,
            "link": change.link,
            "is_new": entry.act == BatchEntry.Operation.CREATE,
            "is_deletion": entry.act == BatchEntry.Operation.DELETE,
            "changed_since": bool(entry.reason) and entry.result == Result.PLANNED,
        }
        for entry, change in zip(entries, told, strict=True)
    ]


def _told(entries: Sequence[BatchEntry], batch: Batch, actor: Actor) -> list[ShownChange]:
    """The differences of entries in words; those of a release are of several kinds. A constant number of queries a kind."""
    kinds = dict.fromkeys((entry.pk for entry in entries), batch.kind)
    if not batch.kind:
        rows = Proposal.objects.filter(pk__in=[entry.proposal for entry in entries])
        of_proposals = dict(rows.values_list("pk", "item_kind"))
        kinds = {entry.pk: of_proposals.get(entry.proposal or 0, "") for entry in entries}
    told: dict[int, ShownChange] = {}
    for kind in sorted(set(kinds.values())):
        some = [entry for entry in entries if kinds[entry.pk] == kind]
        changes = [
            Change(
                item_id=entry.item_id,
                differences=entry.differences if kind else {},
                action=Change.Action.UPDATED,
            )
            for entry in some
        ]
        told |= dict(zip([entry.pk for entry in some], shown_changes(changes, kind, actor), strict=True))
    return [told[entry.pk] for entry in entries]


def _preview(request: HttpRequest, batch: Batch) -> HttpResponse:
    """What would happen, item by item; only the button does it."""
    if batch.origin in PREVIEWS:
        return PREVIEWS[batch.origin](request, batch)
    actor = actor_of(request)
    entries = list(batch.entries.all())
    shown = _shown(entries, batch, actor)
    for row in shown:
        entry = row["entry"]
        row["ticked"] = entry.ticked or (request.GET.get("alle") == "1" and entry.result == Result.PLANNED)
    planned = [row for row in shown if row["entry"].result == Result.PLANNED]
    unchanged = sum(entry.result == Result.UNCHANGED for entry in entries) + batch.task.get("unchanged", 0)
    context = batch_page(
        request, batch, batch.label,
        is_sheet=batch.origin == Batch.Origin.SHEET,
        planned=planned,
        refused=[row for row in shown if row["entry"].result == Result.REFUSED],
        unchanged=unchanged,
        count_public=sum(row["entry"].is_public for row in planned),
        count_new=sum(row["is_new"] for row in planned),
        deletes=any(row["is_deletion"] for row in planned),
        unticked=any(not row["ticked"] for row in planned),
        limit=service.LIMIT,
    )  # fmt: skip
    return render(request, "intake/batch_preview.html", context, status=409 if batch.problem else 200)


def _result(request: HttpRequest, batch: Batch) -> HttpResponse:
    """What became of it, and the way to take it back."""
    actor = actor_of(request)
    entries = list(batch.entries.exclude(result=Result.LEFT))
    counts = service.counts_of(batch)
    done = sum(
        counts.get(name, 0)
        for name in (Result.SAVED, Result.PROPOSED, Result.CREATED, Result.DELETED, Result.RELEASED)
    )
    labels = dict(Result.choices)
    order = [
        Result.SAVED, Result.RELEASED, Result.PROPOSED, Result.CREATED, Result.DELETED, Result.UNDONE, Result.UNCHANGED, Result.REFUSED,
    ]  # fmt: skip
    context = batch_page(
        request, batch, batch.label,
        shown=_shown(entries, batch, actor),
        counts=[
            {"label": labels[name] if name != Result.PROPOSED else batch.proposed_words, "count": counts[name], "is_bad": name == Result.REFUSED} for name in order if counts.get(name)
        ],
        count_proposed=counts.get(Result.PROPOSED, 0),
        can_undo=batch.state == State.DONE and done > 0,
        undone=batch.state == State.UNDONE,
        not_undone=done if batch.state == State.UNDONE else 0,
    )  # fmt: skip
    return render(request, "intake/batch_result.html", context)


@login_required
@require_POST
def batch_again(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Make the preview anew, because something has changed meanwhile."""
    found = own_batch(request, batch_id)
    service.prepare(found)
    return redirect("batch", found.pk)


@login_required
@require_POST
def batch_undo(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take the whole batch back."""
    found = own_batch(request, batch_id)
    service.undo(found)
    return redirect("batch", found.pk)


@login_required
@require_POST
def batch_discard(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Throw a preview away; nothing has changed."""
    found = own_batch(request, batch_id)
    Batch.objects.filter(pk=found.pk, state__in=[State.DRAFT, State.READY]).delete()
    return redirect(_list_of(found))
