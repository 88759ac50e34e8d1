"""The release step: what waits, what changes word by word, and the decision."""

from __future__ import annotations

from typing import Any

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

from insek.people.actors import Actor, actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.locking import Conflict
from insek.release import bundles, releases
from insek.release.acts import act_named
from insek.release.bundling import is_of_editions
from insek.release.changes import ShownChange
from insek.release.models import Proposal, ProposalQuerySet
from insek.release.waiting_changes import (
    before_it,
    compared,
    earlier_answers,
    in_order,
    made_public_by,
    moment_words,
    proposal_title,
    publishes,
    shown_lines,
    shows_what_was_seen,
    what_changes,
)
from insek.thread.kinds import all_kinds, link_kind_named
from insek.thread.models import Item, Link
from insek.web.context import concept_or_404, kind_names_of
from insek.web.paging import BadCursor, bounded_count, keyset_page, pager

from ..list_tools import release_all
from .revising import revision_url

PAGE_SIZE = 25
MOST_AT_ONCE = 1000
DECIDED = [Proposal.State.RELEASED, Proposal.State.RETURNED, Proposal.State.WITHDRAWN]


@login_required
@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """What waits for its release, or what was decided; the newest first."""
    actor, concept = actor_of(request), concept_or_404(request)
    rows, filters = _chosen(request, Proposal.objects.filter(concept=concept).visible_to(actor))
    try:
        page = keyset_page(
            rows.select_related("item", "author", "decided_by"),
            order=("-proposed_at", "-pk"),
            cursor=request.GET.get("nach", ""),
            size=PAGE_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    kept = request.GET.copy()
    kept.pop("nach", None)

    def address(cursor: str) -> str:
        kept["nach"] = cursor
        return f"?{kept.urlencode()}"

    count = bounded_count(rows)
    can_release = rules.test_rule("thread.release_item", actor)
    lines = shown_lines(page.rows, actor)
    entries = [_entry(request, proposal, can_release, lines[proposal.pk]) for proposal in page.rows]
    context = {
        **_frame(_("Freigaben")),
        "page_lead": _(
            "Was öffentlich ist, ändert sich erst mit der Freigabe. Hier steht, was sich ändern soll."
        ),
        "entries": entries,
        "can_tick": any(entry["tick"] for entry in entries),
        "all_count": min(count, MOST_AT_ONCE) if count > 1 else 0,
        "query": kept.urlencode(),
        "filters": filters,
        "reset_url": request.path if request.GET else "",
        "result_label": ngettext("%(count)s Änderung", "%(count)s Änderungen", count) % {"count": count},
        **pager(page, address),
        "is_waiting_list": not request.GET.get("stand"),
    }
    return render(request, "items/proposal_list.html", context)


def _chosen(request: HttpRequest, rows: ProposalQuerySet) -> tuple[ProposalQuerySet, list[dict[str, Any]]]:
    """The rows that the address leaves, and the filters. Unknown values give 404."""
    names = kind_names_of(request)
    parts: list[tuple[str, str, list[tuple[str, str]]]] = [
        (
            "stand",
            _("Stand"),
            [
                ("", _("wartet")),
                ("ausgabe", _("für die nächste Ausgabe")),
                ("entschieden", _("entschieden")),
                ("alle", _("alle")),
            ],
        ),
        ("art", _("Art"), [("", _("Alle")), *((kind.name, names(kind.name)) for kind in all_kinds())]),
        ("von", _("Von"), [("", _("Alle")), ("mir", _("mir"))]),
    ]
    filters = []
    chosen: dict[str, str] = {}
    for name, label, choices in parts:
        value = request.GET.get(name, "")
        if value not in dict(choices):
            raise Http404
        chosen[name] = value
        options = [{"value": key, "label": text, "selected": key == value} for key, text in choices]
        filters.append({"name": name, "label": label, "options": options})
    if chosen["stand"] == "":
        rows = rows.waiting()
    elif chosen["stand"] == "ausgabe":
        rows = rows.filter(state=Proposal.State.BUNDLED)
    elif chosen["stand"] == "entschieden":
        rows = rows.filter(state__in=DECIDED)
    if chosen["art"]:
        rows = rows.filter(item_kind=chosen["art"])
    if chosen["von"]:
        rows = rows.filter(author=actor_of(request).user_id)
    if item_id := request.GET.get("inhalt", "").replace("\x00", "")[:8]:
        rows = rows.about(item_id)
    return rows, filters


def _entry(request: HttpRequest, proposal: Proposal, can_release: bool, line: ShownChange) -> dict[str, Any]:
    item = proposal.shown_item
    stale = item is not None and item.version != proposal.base_version
    overwrites = act_named(proposal.act).overwrites
    ready = can_release and proposal.is_waiting and item is not None and not (stale and overwrites)
    return {
        "proposal": proposal,
        "item": item,
        "title": item.shown_title if item else proposal_title(proposal),
        "kind": kind_names_of(request)(proposal.item_kind),
        "what": what_changes(proposal, line),
        "change": line,
        "who": str(proposal.author or _("INSEK")),
        "when": moment_words(proposal.proposed_at),
        "state": proposal.get_state_display(),
        "publishes": proposal.is_waiting and publishes(proposal, proposal.differences),
        "stale": stale and overwrites and proposal.is_waiting,
        "tick": f"{proposal.pk}:{proposal.version}:{item.version}" if ready and item else "",
    }


@login_required
@require_http_methods(["GET", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: who, when, why, what changes word by word; and the buttons that decide."""
    actor = actor_of(request)
    rows = Proposal.objects.visible_to(actor).select_related(
        "item__concept", "concept", "author", "decided_by"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    problem, answer = "", ""
    status = 200
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        try:
            return _decide(request, found, actor)
        except ValidationError as error:
            problem, status = " ".join(error.messages), 400
        except IntegrityError:
            problem, status = (
                _("Das ließ sich nicht speichern: Die Angaben widersprechen anderen. Nichts ist geändert."),
                400,
            )
        except releases.ItemGone:
            problem, status = (
                _("Diesen Inhalt gibt es nicht mehr. Die Änderung lässt sich nur noch zurückziehen."),
                409,
            )
        except Conflict:
            problem, status = (
                _(
                    "Inzwischen hat jemand anderes diesen Inhalt geändert. Bitte sehen Sie noch einmal, was sich jetzt ändert."
                ),
                409,
            )
        except releases.ProposalDecided:
            problem, status = (
                _(
                    "Über diese Änderung hat inzwischen jemand anderes entschieden, oder sie wurde überarbeitet."
                ),
                409,
            )
        found = rows.get(pk=pk)
    return render(
        request,
        "items/proposal.html",
        {**_page(request, found, actor), "problem": problem, "answer": answer},
        status=status,
    )


def _decide(request: HttpRequest, found: Proposal, actor: Actor) -> HttpResponse:
    """Do what the pressed button says."""
    version, item_version = _number(request.POST.get("version")), _number(request.POST.get("item_version"))
    pressed, item_url = request.POST.get("act", ""), found.shown_item.url if found.shown_item else ""
    if pressed == "release":
        if not shows_what_was_seen(found, actor, request.POST.get("words", "")):
            raise Conflict(found.item)
        item = releases.release(found, expected_version=version, actor=actor, item_version=item_version)
        messages.success(request, _("„%(item)s“: Die Änderung ist veröffentlicht.") % {"item": item})
        return redirect(item.url)
    if pressed == "return":
        answer = request.POST.get("answer", "")
        releases.send_back(found, expected_version=version, answer=answer, actor=actor)
        messages.success(request, _("Die Änderung ist zurückgegeben. Ihre Antwort steht dabei."))
        return redirect("proposal-list")
    if pressed == "withdraw":
        releases.withdraw(found, expected_version=version, actor=actor)
        messages.success(request, _("Die Änderung ist zurückgezogen. Nichts ist geändert."))
        return redirect(item_url or "proposal-list")
    if pressed == "keep":
        edition = concept_or_404(request).editions.filter(key=request.POST.get("edition", "")[:50]).first()
        if edition is None:
            raise ValidationError(_("Bitte wählen Sie eine Ausgabe."))
        bundles.keep_for(found, edition, expected_version=version, actor=actor)
        messages.success(
            request, _("Die Änderung liegt jetzt für „%(edition)s“ bereit.") % {"edition": edition}
        )
        return redirect(found.url)
    if pressed == "take_out":
        bundles.release_from(found, expected_version=version, actor=actor)
        messages.success(request, _("Die Änderung wartet jetzt auf ihre Freigabe."))
        return redirect(found.url)
    raise ValidationError(_("Bitte wählen Sie, was mit der Änderung geschehen soll."))


def _number(sent: str | None) -> int:
    return int(sent) if sent and sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def _page(request: HttpRequest, found: Proposal, actor: Actor) -> dict[str, Any]:
    comparison = compared(found, actor)
    item = found.shown_item
    may_release = rules.test_rule("thread.release_item", actor) and found.is_waiting and item is not None
    undecided = found.is_undecided
    is_own = rules.test_rule("thread.revise_proposal", actor, found)
    act = act_named(found.act)
    facts = [
        (_("Stand"), found.get_state_display()),
        (_("Was geschieht"), _("Der Inhalt wird öffentlich") if comparison.publishes else act.label),
        (_("Vorgeschlagen von"), found.author or _("INSEK")),
        (_("Vorgeschlagen am"), moment_words(found.proposed_at)),
    ]
    if found.decided_at is not None:
        decided = {
            Proposal.State.RELEASED: (_("Freigegeben von"), _("Freigegeben am")),
            Proposal.State.RETURNED: (_("Zurückgegeben von"), _("Zurückgegeben am")),
            Proposal.State.WITHDRAWN: (_("Zurückgezogen von"), _("Zurückgezogen am")),
        }[Proposal.State(found.state)]
        facts += [(decided[0], found.decided_by or _("INSEK")), (decided[1], moment_words(found.decided_at))]
    number = item.number if item else ""
    title = _("Änderung an %(item)s") % {"item": number or kind_names_of(request)(found.item_kind)}
    return {
        **_frame(title, (_("Freigaben"), reverse("proposal-list"))),
        "proposal": found,
        "item": item,
        "is_hidden": found.item is not None and item is None,
        "item_title": proposal_title(found),
        "facts": [{"label": label, "value": value} for label, value in facts],
        "earlier_answers": earlier_answers(found),
        "comparison": comparison,
        "links": [_link(link, item) for link in comparison.links] if item else [],
        "is_moot": undecided and item is not None and comparison.is_moot,
        "may_release": may_release,
        "against": act.waits_for(item, found.payload) if found.is_waiting and item is not None else "",
        "may_withdraw": undecided and rules.test_rule("thread.withdraw_proposal", actor, found),
        "edit_url": f"{reverse('item-edit', args=[item.pk])}?freigabe={found.pk}"
        if is_own and undecided and item is not None and found.act == "update" and not comparison.publishes
        else revision_url(found)
        if is_own and undecided and item is not None and found.act != "update"
        else "",
        "item_version": item.version if item else 0,
        **_of_edition(found, actor),
    }


def _of_edition(found: Proposal, actor: Actor) -> dict[str, Any]:
    """The edition with which a change becomes valid, or those for which it may be kept instead of its release."""
    may_keep = rules.test_rule("thread.keep_for_edition", actor, found)
    editions = (
        found.concept.editions.filter(status__in=bundles.OPEN) if found.edition_key or may_keep else None
    )
    edition = found.concept.editions.filter(key=found.edition_key).first() if found.edition_key else None
    fits = found.is_waiting and may_keep and is_of_editions(found.act, found.item_kind)
    return {
        "bundled_in": edition,
        "may_take_out": found.state == Proposal.State.BUNDLED and may_keep,
        "keep_for": list(editions) if fits and editions is not None else [],
    }


def _link(link: Link, item: Item) -> dict[str, Any]:
    outward = link.source_id == item.pk
    return {
        "label": link_kind_named(link.kind).label_towards("target" if outward else "source"),
        "item": link.target if outward else link.source,
        "reason": link.reason,
        "locator": link.locator,
    }


@login_required
@require_POST
def release_many(request: HttpRequest) -> HttpResponse:
    """Show the words of the ticked changes, or of all that the filters leave; then release them as they were seen.

    The page of the batch says what becomes of each.
    """
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "thread.release_item")
    ticked: dict[int, tuple[int, int]] = {}
    for value in request.POST.getlist("aenderung")[:MOST_AT_ONCE]:
        parts = [_number(part) for part in value.split(":")]
        if len(parts) == 3 and parts[0]:
            ticked[parts[0]] = (parts[1], parts[2])
    rows = (
        Proposal.objects.visible_to(actor).filter(concept=concept).select_related("item__concept", "author")
    )
    if request.POST.get("umfang") == "alle":
        rows, _filters = _chosen(request, rows)
        found = in_order(rows.waiting().order_by("proposed_at", "pk")[:MOST_AT_ONCE])
    else:
        found = in_order(rows.filter(pk__in=ticked))
    if not found:
        messages.warning(request, _("Bitte kreuzen Sie an, was veröffentlicht werden soll."))
        return redirect("proposal-list")
    if request.POST.get("act") != "release":
        return _words_of_many(request, found, actor)
    shown = [_number(name.removeprefix("words-")) for name in request.POST if name.startswith("words-")]
    together = rows.filter(pk__in=[*ticked, *shown[:MOST_AT_ONCE]])
    seen = {
        each.pk: (*ticked[each.pk], request.POST.get(f"words-{each.pk}", ""))
        for each in found
        if each.pk in ticked
    }
    return redirect(release_all(concept, seen, made_public_by(in_order(together)), actor))


def _words_of_many(request: HttpRequest, found: list[Proposal], actor: Actor) -> HttpResponse:
    """The page that shows what would become public, change by change, before the button that does it."""
    entries: list[dict[str, Any]] = []
    left_out: list[dict[str, str]] = []
    made_public: list[str] = []
    for each in found:
        comparison = compared(each, actor, before=before_it(each, made_public))
        entry = _entry(request, each, True, comparison.change)
        if entry["tick"] and not comparison.is_moot:
            links = [_link(link, entry["item"]) for link in comparison.links]
            entries.append({**entry, "comparison": comparison, "links": links})
            made_public += made_public_by([each])
        else:
            left_out.append({"title": entry["title"], "url": each.url})
    context = {
        **_frame(_("Veröffentlichen"), (_("Freigaben"), reverse("proposal-list"))),
        "page_lead": ngettext(
            "Eine Änderung wird öffentlich, sobald Sie unten bestätigen. Ihre Worte stehen darunter.",
            "%(count)s Änderungen werden öffentlich, sobald Sie unten bestätigen. Unter jeder stehen ihre Worte.",
            len(entries),
        )
        % {"count": len(entries)}
        if entries
        else "",
        "entries": entries,
        "left_out": left_out,
    }
    return render(request, "items/proposal_release_many.html", context)


def _frame(title: str, *steps: tuple[str, str]) -> dict[str, Any]:
    return {
        "page_title": title,
        "active_nav": "account",
        "noindex": True,
        "breadcrumb": staff_breadcrumb(*steps, (title, "")),
    }
