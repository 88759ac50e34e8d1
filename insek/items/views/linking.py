"""Drawing, changing and taking away links of the thread."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import breadcrumb
from insek.people.locking import Conflict
from insek.people.models import Right
from insek.people.requests import posted, search_words
from insek.release import releases
from insek.release.acts import is_public_link
from insek.release.bundling import waits_words
from insek.release.models import Proposal
from insek.release.revising import revised_values
from insek.release.waiting_changes import waits_message
from insek.thread.identity import is_id
from insek.thread.kinds import LinkKind, all_link_kinds, kind_named, link_kind_named
from insek.thread.models import Item, Link
from insek.thread.search import search_items
from insek.web.context import kind_names_of
from insek.web.display import KindNames
from insek.web.richtext import plain_text

from ..forms import LinkForm
from .items import item_breadcrumb, visible_item
from .revising import can_revise

FOUND = 10


def link_choices(kind: str, names: KindNames) -> list[dict[str, str]]:
    """What can be drawn from or to an item of this kind: one choice for each kind of link and other kind."""
    choices = []
    for link_kind in all_link_kinds():
        for source, target in sorted(link_kind.pairs, key=lambda pair: kind_named(pair[0]).order):
            if target == kind:
                choices.append(_link_choice("gruende", link_kind, source, names))
            if source == kind:
                choices.append(_link_choice("folgen", link_kind, target, names))
    return choices


def _link_choice(direction: str, link_kind: LinkKind, other: str, names: KindNames) -> dict[str, str]:
    label = link_kind.label_towards("source" if direction == "gruende" else "target")
    return {
        "value": f"{direction}.{link_kind.name}.{other}",
        "direction": direction,
        "kind": link_kind.name,
        "other": other,
        "label": f"{label}: {names(other)}",
        "other_name": names(other),
    }


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("link")
def item_link(request: HttpRequest, item_id: str) -> HttpResponse:
    """Choose the kind of link, search the other end, say why. Works without JavaScript.

    The search is a button of the same form, so that what was typed and chosen stays through every search.
    """
    actor = actor_of(request)
    item, pages = visible_item(request, item_id)
    require(actor, "thread.link_items", item)
    choices = link_choices(item.kind, kind_names_of(request))
    if not actor.has(Right.LINK):
        choices = [entry for entry in choices if entry["direction"] == "folgen"]
    sent = request.POST if request.method == "POST" else request.GET
    choice = next((entry for entry in choices if entry["value"] == sent.get("link", "")), None)
    query = search_words(request, sent)
    other_id = sent.get("other", "") if is_id(sent.get("other", "")) else ""
    only_search = "search" in sent
    bound = request.method == "POST" and not only_search
    form = LinkForm(posted(request)) if bound else LinkForm(initial=sent.dict())
    if bound:
        linked = _try_to_link(request, item, choice, other_id, form)
        if isinstance(linked, Proposal):
            messages.success(
                request,
                waits_message(
                    linked, _("Die Verknüpfung wartet auf Freigabe. Öffentlich zu sehen ist sie noch nicht.")
                ),
            )
            return redirect(linked.url)
        if linked is not None:
            messages.success(request, _("„%(item)s“ ist verknüpft.") % {"item": linked})
            return redirect(item.url)
    context = {
        "item": item,
        "directions": [
            {"label": label, "choices": [entry for entry in choices if entry["direction"] == direction]}
            for direction, label in (
                ("gruende", _("Warum? Worauf das beruht")),
                ("folgen", _("Wozu? Was daraus folgt")),
            )
        ],
        "choice": choice,
        "query": query,
        "candidates": _candidates(request, item, choice, query, other_id) if choice else [],
        "found_limit": FOUND,
        "other_id": other_id,
        "form": form,
        "page_title": _("%(item)s verknüpfen") % {"item": item.number or item.kind_label},
        "page_lead": item.title,
        "active_nav": item.kind,
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url), (_("Verknüpfen"), "")
        ),
        "noindex": True,
    }
    return render(request, "items/item_link.html", context, status=400 if form.errors else 200)


def _candidates(
    request: HttpRequest, item: Item, choice: dict[str, str], query: str, chosen: str
) -> list[dict[str, Any]]:
    """Items of the other kind that are not linked yet: the one chosen, then those found, in the order of numbers."""
    actor = actor_of(request)
    others = Item.objects.filter(concept_id=item.concept_id, kind=choice["other"]).exclude(pk=item.pk)
    if choice["direction"] == "gruende":
        taken = Link.objects.filter(target=item, kind=choice["kind"]).values_list("source", flat=True)
    else:
        taken = Link.objects.filter(source=item, kind=choice["kind"]).values_list("target", flat=True)
    others = others.exclude(pk__in=taken)
    found = search_items(query, actor, others) if query else others.visible_to(actor)
    rows = list(found[:FOUND])
    if chosen and chosen not in {row.pk for row in rows}:
        rows = [*others.visible_to(actor).filter(pk=chosen), *rows]
    return [
        {
            "item": row,
            "text": plain_text(row.shown_text, 160),
            "text_lang": row.text_lang,
            "is_chosen": row.pk == chosen,
        }
        for row in rows
    ]


def _try_to_link(
    request: HttpRequest, item: Item, choice: dict[str, str] | None, other_id: str, form: LinkForm
) -> Item | Proposal | None:
    valid = form.is_valid()
    if choice is None:
        form.add_error(None, _("Bitte wählen Sie zuerst die Art der Verknüpfung."))
        return None
    actor = actor_of(request)
    other = Item.objects.visible_to(actor).filter(pk=other_id, kind=choice["other"]).first()
    if other is None:
        form.add_error(None, _("Bitte wählen Sie aus, womit verknüpft werden soll."))
    if other is None or not valid:
        return None
    source, target = (other, item) if choice["direction"] == "gruende" else (item, other)
    try:
        linked = releases.link_or_propose(
            source, target, kind=choice["kind"], actor=actor, **form.cleaned_data
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None
    return linked if isinstance(linked, Proposal) else other


def _visible_link(request: HttpRequest, link_id: int) -> Link:
    links = Link.objects.visible_to(actor_of(request)).select_related("source", "target")
    return get_object_or_404(links, pk=link_id)


def _way_back(request: HttpRequest, link: Link) -> Item:
    """The end of the link the person came from; the source when the address does not say."""
    wanted = request.POST.get("von") or request.GET.get("von")
    if wanted not in {None, "", link.source_id, link.target_id}:
        raise Http404
    return link.target if wanted == link.target_id else link.source


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("change_link")
def link_edit(request: HttpRequest, link_id: int) -> HttpResponse:
    """Change the reason of a link."""
    actor = actor_of(request)
    link = _visible_link(request, link_id)
    require(actor, "thread.link_items", link.source)
    back = _way_back(request, link)
    wanted = {
        "reason": link.reason,
        "locator": link.locator,
        **revised_values(Link, "change_link", link.source),
    }
    form = LinkForm(posted(request), initial=wanted)
    version = link.version
    conflict: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        sent = request.POST.get("version", "")
        try:
            changed = releases.change_link_or_propose(
                link,
                expected_version=int(sent) if sent.isdigit() and len(sent) < 10 else 0,
                actor=actor,
                **form.cleaned_data,
            )
        except Conflict:
            now = _visible_link(request, link_id)
            version, conflict = now.version, _stored_now(now, form)
            form.add_error(
                None,
                _("Inzwischen hat jemand anderes diese Begründung geändert. Ihre Eingaben stehen noch hier."),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            if isinstance(changed, Proposal):
                messages.success(
                    request,
                    waits_message(
                        changed,
                        _("Die Begründung wartet auf Freigabe. Öffentlich zu sehen ist noch die bisherige."),
                    ),
                )
                return redirect(changed.url)
            messages.success(request, _("Die Begründung ist gespeichert."))
            return redirect(back.url)
    context = {
        **_link_context(link, back),
        "form": form,
        "version": version,
        "conflict": conflict,
        "page_title": _("Begründung bearbeiten"),
        "submit_label": _("Speichern"),
        "cancel_url": back.url,
    }
    status = 409 if conflict else 400 if form.errors else 200
    return render(request, "items/link_form.html", context, status=status)


def _stored_now(link: Link, form: LinkForm) -> list[dict[str, str]]:
    """What others wrote, where it differs from what was typed."""
    stored = {"reason": link.reason, "locator": link.locator}
    return [
        {"label": str(form.fields[name].label), "value": value or _("leer")}
        for name, value in stored.items()
        if value != form.cleaned_data[name]
    ]


@login_required
@require_http_methods(["GET", "POST"])
def link_delete(request: HttpRequest, link_id: int) -> HttpResponse:
    """Ask once, then take the link away."""
    actor = actor_of(request)
    link = _visible_link(request, link_id)
    require(actor, "thread.link_items", link.source)
    back = _way_back(request, link)
    note, problem = request.POST.get("note", ""), ""
    if request.method == "POST":
        try:
            proposal = releases.unlink_or_propose(link, actor=actor, note=note)
        except Conflict:
            problem = _(
                "Inzwischen hat jemand anderes diese Verknüpfung geändert. Bitte sehen Sie sie noch einmal an."
            )
            link = _visible_link(request, link_id)
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            if proposal is not None:
                messages.success(
                    request,
                    waits_message(
                        proposal,
                        _("Das Lösen wartet auf Freigabe. Öffentlich zu sehen ist die Verknüpfung noch."),
                    ),
                )
                return redirect(proposal.url)
            messages.success(request, _("Die Verknüpfung ist gelöst."))
            return redirect(back.url)
    context = {
        **_link_context(link, back),
        "page_title": _("Verknüpfung lösen"),
        "note": note,
        "problem": problem,
    }
    return render(request, "items/link_delete.html", context, status=400 if problem else 200)


def _link_context(link: Link, back: Item) -> dict[str, Any]:
    return {
        "link": link,
        "back": back,
        "link_label": link_kind_named(link.kind).forward,
        "active_nav": back.kind,
        "ends": [link.source, link.target],
        "waits_for_release": waits_words("change_link", link.source)
        if is_public_link(link.source, link.target)
        else "",
        "breadcrumb": breadcrumb((back.number or back.title, back.url), (_("Verknüpfung"), "")),
        "noindex": True,
    }
