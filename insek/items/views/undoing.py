"""Taking back one change of an item, and bringing back what was deleted: what would change, word by word, then one button."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from insek.engines.diff import Change as Piece
from insek.engines.diff import word_diff
from insek.people.actors import Actor, actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.locking import Conflict
from insek.people.models import User
from insek.release import restoring, undo
from insek.release.bundling import waits_words
from insek.release.changes import FieldChange, history_label, shown_changes, shown_rows
from insek.release.models import Proposal
from insek.release.waiting_changes import waits_message
from insek.thread.extensions import lost_with
from insek.thread.history import changes_seen_by
from insek.thread.kinds import all_kinds, kind_named, link_kind_named
from insek.thread.models import Change, Visibility
from insek.web.context import concept_or_404, kind_names_of
from insek.web.paging import COUNT_LIMIT, PAGE_SIZE, BadCursor, bounded_count, keyset_page, pager

from .items import item_breadcrumb, visible_item

LINKS_NAMED = 8
"""Links of a restored item that the page names."""


@login_required
@require_http_methods(["GET", "POST"])
def item_undo(request: HttpRequest, item_id: str, change_id: int) -> HttpResponse:
    """Show what taking back a change would change; what others changed since stays unless it is ticked."""
    actor = actor_of(request)
    require(actor, "thread.see_history")
    item, pages = visible_item(request, item_id)
    change = get_object_or_404(changes_seen_by(item, actor).select_related("actor"), pk=change_id)
    if not undo.is_undoable(change, kind_named(item.kind)):
        raise Http404
    if change.action == Change.Action.CREATED:
        return redirect("item-delete", item_id=item.pk)
    require(actor, undo.rule_of_undoing(change, kind_named(item.kind)), item)
    problems: list[str] = []
    status = 200
    ticked: set[str] | None = None
    if request.method == "POST":
        ticked = {name for name in request.POST.getlist("zurueck") if "\x00" not in name}
        try:
            outcome = undo.undo_change(
                change, actor=actor, fields=ticked, expected_version=_version(request.POST.get("version", ""))
            )
        except Conflict:
            problems, status, ticked = (
                [_("Inzwischen hat jemand etwas geändert. Bitte sehen Sie noch einmal hin.")],
                409,
                None,
            )
        except ValidationError as error:
            problems, status = error.messages, 400
        except IntegrityError:
            problems, status = (
                [_("Das ließ sich nicht speichern: Die Angaben widersprechen anderen. Nichts ist geändert.")],
                400,
            )
        else:
            if isinstance(outcome, Proposal):
                messages.success(
                    request, waits_message(outcome, _("Die Rücknahme wartet auf ihre Freigabe."))
                )
                return redirect(outcome.url)
            messages.success(request, _("Die Änderung ist zurückgenommen."))
            return redirect(item.url)
        item, pages = visible_item(request, item_id)
    plan = undo.plan_undo(change, item, actor)
    context = {
        "item": item,
        "change": shown_changes([change], item.kind, actor)[0],
        "plan": plan,
        "rows": _shown_steps(plan, actor, ticked),
        "kept": _shown_steps(plan, actor, ticked, open_ones=False),
        "ends": plan.ends,
        "link_label": link_kind_named(_kind_of_link(change)).forward if plan.ends else "",
        "version": plan.link.version if plan.reversal == "reason" and plan.link else item.version,
        "waits": waits_words("update", item) if _waits(plan) else "",
        "problems": problems,
        "page_title": _("Änderung zurücknehmen"),
        "page_lead": str(item),
        "active_nav": item.kind,
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url),
            (_("Verlauf"), reverse("item-history", args=[item.pk])), (_("Zurücknehmen"), ""),
        ),
        "noindex": True,
    }  # fmt: skip
    return render(request, "items/item_undo.html", context, status=status)


def _version(sent: str) -> int:
    return int(sent) if sent.isdecimal() and len(sent) < 10 else 0


def _kind_of_link(change: Change) -> str:
    return next((str(entry["kind"]) for entry in change.differences.get(undo.LINK, ()) if entry), "")


def _waits(plan: undo.UndoPlan) -> bool:
    """Whether what is taken back is public, so that it waits for its release."""
    ends = plan.ends or (plan.item,)
    back = {step.name: step.back for step in plan.open_steps}
    return (
        all(end.visibility == Visibility.PUBLIC for end in ends)
        or back.get("visibility") == Visibility.PUBLIC
    )


def _shown_steps(
    plan: undo.UndoPlan, actor: Actor, ticked: set[str] | None, *, open_ones: bool = True
) -> list[dict[str, Any]]:
    """What would change back, or what stays as it is, as the page shows it. One query for each table that is named."""
    steps = {step.name: step for step in plan.steps if bool(step.problem) != open_ones}
    if undo.LINK in steps:
        step = steps[undo.LINK]
        words = word_diff(*((entry or {}).get("reason", "") for entry in (step.now, step.back)))
        return [_shown_step(step, _("Verknüpfung und Begründung"), words, ticked)]
    rows = shown_rows({name: [step.now, step.back] for name, step in steps.items()}, plan.item.kind, actor)
    found = [_shown_step(steps[row.name], row.label, row.words, ticked) for row in rows if row.name in steps]
    found += [
        _shown_step(
            step,
            history_label(plan.item.kind, name),
            _in_one([row for row in rows if row.name.startswith(f"{name}.")]),
            ticked,
        )
        for name, step in steps.items()
        if undo.is_row(name)
    ]
    silent = steps.keys() - {row.name for row in rows} - {name for name in steps if undo.is_row(name)}
    return found + [
        _shown_step(steps[name], history_label(plan.item.kind, name), [], ticked) for name in sorted(silent)
    ]


def _in_one(rows: list[FieldChange]) -> list[Piece]:
    """The columns of one row beside the item, each with its label, as one text: the row comes back as a whole."""
    words: list[Piece] = []
    for row in rows:
        label = row.label.partition(": ")[2]
        words += [("same", f"{' · ' if words else ''}{label}: "), *row.words]
    return words


def _shown_step(step: undo.UndoStep, label: str, words: Any, ticked: set[str] | None) -> dict[str, Any]:
    return {
        "name": step.name,
        "label": label,
        "words": words,
        "since": step.changed_since,
        "problem": step.problem,
        "is_ticked": not step.changed_since if ticked is None else step.name in ticked,
    }


@login_required
@require_safe
def deleted_list(request: HttpRequest) -> HttpResponse:
    """What was deleted, by whom and when, the newest first. Six queries."""
    actor = actor_of(request)
    require(actor, "thread.restore_item")
    concept = concept_or_404(request)
    names = kind_names_of(request)
    kind, person = request.GET.get("art", ""), request.GET.get("person", "")
    rows = restoring.tombstones_seen_by(actor, concept)
    people = User.objects.filter(
        pk__in=Change.objects.filter(concept=concept, action=Change.Action.DELETED).values("actor")
    ).order_by("last_name", "username")
    kinds = [(spec.name, names(spec.name)) for spec in all_kinds()]
    chosen = {
        "art": kind if kind in dict(kinds) else "",
        "person": person if person.isdecimal() and len(person) < 10 else "",
    }
    if chosen["art"]:
        rows = rows.filter(kind=chosen["art"])
    if chosen["person"]:
        by_person = Change.objects.filter(action=Change.Action.DELETED, actor=int(chosen["person"]))
        rows = rows.filter(pk__in=by_person.values("item_id"))
    try:
        page = keyset_page(
            rows, order=("-deleted_at", "pk"), cursor=request.GET.get("nach", ""), size=PAGE_SIZE
        )
    except BadCursor as error:
        raise Http404 from error
    count = bounded_count(rows)
    filters = "".join(f"&{name}={value}" for name, value in chosen.items() if value)
    context = {
        "entries": [
            {"deleted": deleted, "kind_label": names(deleted.tombstone.kind), "who": _who_changed(deleted.change)}
            for deleted in restoring.deleted_items(page.rows)
        ],
        "filters": [
            _select("art", _("Art"), kinds, chosen["art"]),
            _select("person", _("Gelöscht von"), [(str(user.pk), str(user)) for user in people], chosen["person"]),
        ],
        "reset_url": reverse("deleted-list") if filters else "",
        "result_label": _("mehr als %(count)s gelöschte Inhalte") % {"count": COUNT_LIMIT} if count > COUNT_LIMIT
        else _("%(count)s gelöschte Inhalte") % {"count": count} if count != 1 else _("1 gelöschter Inhalt"),
        **pager(page, lambda cursor: f"?nach={cursor}{filters}"),
        "page_title": _("Papierkorb"),
        "page_lead": _("Was gelöscht wurde, von wem und wann. Jeden Inhalt können Sie ansehen und wiederherstellen."),
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Papierkorb"), "")),
        "noindex": True,
    }  # fmt: skip
    return render(request, "items/deleted_list.html", context)


def _who_changed(change: Change | None) -> str:
    return str(change.actor) if change is not None and change.actor else _("INSEK")


def _select(name: str, label: str, choices: list[tuple[str, str]], value: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "type": "select",
        "value": value,
        "options": [{"value": key, "label": words, "selected": key == value} for key, words in choices],
    }


@login_required
@require_http_methods(["GET", "POST"])
def deleted_item(request: HttpRequest, item_id: str) -> HttpResponse:
    """A deleted item as it was, and the button that brings it back under its address."""
    actor = actor_of(request)
    require(actor, "thread.restore_item")
    concept = concept_or_404(request)
    tombstone = get_object_or_404(restoring.tombstones_seen_by(actor, concept), pk=item_id.lower())
    problems: list[str] = []
    if request.method == "POST":
        try:
            restored = restoring.restore_item(tombstone, actor=actor)
        except ValidationError as error:
            problems = error.messages
        else:
            for words in restored.lost:
                messages.warning(request, words)
            messages.success(request, _("„%(item)s“ ist wiederhergestellt.") % {"item": restored.item})
            if restored.proposal is not None:
                messages.info(
                    request, _("Er war öffentlich. Dass er es wieder wird, wartet auf die Freigabe.")
                )
            return redirect(restored.outcome.url)
    deleted = restoring.deleted_items([tombstone])[0]
    known = tombstone.kind in {spec.name for spec in all_kinds()}
    context = {
        "deleted": deleted,
        "change": _what_it_was(deleted, actor) if known and deleted.values else None,
        "who": _who_changed(deleted.change),
        "why_not": restoring.why_not(deleted, actor),
        "lost": lost_with(tombstone.kind),
        "links": restoring.link_titles(deleted, actor)[:LINKS_NAMED],
        "unnamed_count": max(0, len(deleted.links) - LINKS_NAMED),
        "was_public": tombstone.was_public,
        "problems": problems,
        "page_title": _("Gelöscht: %(what)s") % {"what": tombstone.number or kind_names_of(request)(tombstone.kind)},
        "page_lead": deleted.title or _("Seine Worte sind auf Dauer gelöscht."),
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Papierkorb"), reverse("deleted-list")), (tombstone.number or deleted.title or tombstone.pk, "")),
        "noindex": True,
    }  # fmt: skip
    return render(request, "items/deleted_item.html", context, status=409 if problems else 200)


def _what_it_was(deleted: restoring.DeletedItem, actor: Actor) -> list[Any]:
    differences = {
        name: [None, value] for name, value in deleted.values.items() if value not in (None, "", [])
    }
    return shown_rows(differences, deleted.tombstone.kind, actor)
