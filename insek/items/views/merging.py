"""Merging items into one: find the others, choose word for word what stays, see what goes on, and take it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insek.people.actors import Actor, actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import search_words
from insek.release import reshaping, splitting
from insek.release.models import Proposal
from insek.release.waiting_changes import waits_message
from insek.thread import carrying
from insek.thread.identity import is_id
from insek.thread.lineage import LineageWay, Reshaping
from insek.thread.models import Item, Link, Visibility
from insek.thread.search import search_items
from insek.web.context import kind_names_of
from insek.web.richtext import plain_text

from ..choosing import choices_of, chosen_values
from ..pages import ItemPages
from .items import item_breadcrumb, visible_item
from .revising import can_revise

FOUND = 12


def item_to_reshape(request: HttpRequest, item_id: str) -> tuple[Item, ItemPages]:
    """The item behind an address, where its kind can be merged and split and the person may do that."""
    item, pages = visible_item(request, item_id)
    if not pages.spec.reshapes:
        raise Http404
    require(actor_of(request), "thread.reshape_items", item)
    return item, pages


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("merge")
def item_merge(request: HttpRequest, item_id: str) -> HttpResponse:
    """First which others, then what of each stays. Works without JavaScript; the address names what was chosen."""
    item, pages = item_to_reshape(request, item_id)
    sent = request.POST if request.method == "POST" else request.GET
    ids = [pk for pk in dict.fromkeys(sent.getlist("mit")) if is_id(pk) and pk != item.pk]
    seen = Item.objects.visible_to(actor_of(request)).filter(concept=item.concept_id, kind=item.kind)
    others = {other.pk: other for other in pages.select(seen.filter(pk__in=ids[: reshaping.MOST]))}
    chosen = [others[pk] for pk in ids if pk in others][: reshaping.MOST - 1]
    if not chosen or "search" in sent:
        return _find(request, item, pages, chosen)
    stays = next((each for each in chosen if each.pk == sent.get("bleibt")), None)
    if stays is not None and request.method == "GET":
        rest = "&".join(f"mit={each.pk}" for each in [item, *chosen] if each is not stays)
        return redirect(f"{reverse('item-merge', args=[stays.pk])}?{rest}")
    return _choose(request, item, pages, chosen)


def _find(request: HttpRequest, item: Item, pages: ItemPages, chosen: Sequence[Item]) -> HttpResponse:
    """Search and tick what shall be merged into the item."""
    actor, query = actor_of(request), search_words(request, request.GET)
    others = Item.objects.filter(concept=item.concept_id, kind=item.kind).exclude(pk=item.pk)
    found = search_items(query, actor, others) if query else others.visible_to(actor)
    rows = [*chosen, *[row for row in found[:FOUND] if row.pk not in {each.pk for each in chosen}]]
    context = {
        **_page(request, item, pages, _("Zusammenlegen")),
        "query": query,
        "candidates": [
            {"item": row, "text": plain_text(row.shown_text, 160), "text_lang": row.text_lang, "is_chosen": row in chosen}
            for row in rows
        ],
        "found_limit": FOUND,
        "most": reshaping.MOST - 1,
        "what": kind_names_of(request)(item.kind, plural=True),
    }  # fmt: skip
    return render(request, "items/item_merge_find.html", context)


def _choose(request: HttpRequest, item: Item, pages: ItemPages, others: Sequence[Item]) -> HttpResponse:
    """Side by side what differs, below it what goes on; the button does it."""
    actor = actor_of(request)
    items = [item, *others]
    problem, status, reason = "", 200, ""
    posted = request.method == "POST"
    sent = {name: str(value) for name, value in request.POST.items()} if posted else {}
    choices = choices_of(items, actor, sent)
    if posted:
        reason = sent.get("grund", "")
        try:
            done = reshaping.merge_or_propose(
                item, [(other.pk, _number(sent.get(f"version-{other.pk}", ""))) for other in others],
                values=chosen_values(items, choices, sent), place_of=_place_said(sent),
                reason=reason, expected_version=_number(sent.get(f"version-{item.pk}", "")), actor=actor,
            )  # fmt: skip
        except (Conflict, reshaping.ChangedSince):
            problem, status = (
                _("Inzwischen hat jemand einen der Inhalte geändert. Bitte sehen Sie noch einmal hin."),
                409,
            )
            items = [pages.select(Item.objects.filter(pk=each.pk)).get() for each in items]
            choices = choices_of(items, actor, sent)
        except ValidationError as error:
            problem, status = " ".join(error.messages), 400
        except IntegrityError:
            problem, status = (
                _("Das ließ sich nicht speichern: Die Angaben widersprechen anderen. Nichts ist geändert."),
                400,
            )
        else:
            return _answered(request, done, _("Zusammengelegt. Was nicht gewählt war, steht im Verlauf."))
    context = {
        **_page(request, items[0], pages, _("Zusammenlegen")),
        "items": items,
        "others": items[1:],
        "choices": choices,
        "places": _places(items, sent.get("ort", "")),
        "places_together": reshaping.places_together(items) is not None,
        "together": reshaping.TOGETHER,
        "is_together": sent.get("ort") == reshaping.TOGETHER,
        "going_on": going_on(items[1:]),
        "reason": reason,
        "problem": problem,
        "waits": any(each.visibility == Visibility.PUBLIC for each in items),
        "find_url": f"{reverse('item-merge', args=[item.pk])}?search=1&"
        + "&".join(f"mit={each.pk}" for each in others),
    }
    return render(request, "items/item_merge.html", context, status=status)


def _answered(request: HttpRequest, done: Item | Proposal, words: str) -> HttpResponse:
    if isinstance(done, Proposal):
        messages.success(
            request, waits_message(done, _("Das wartet auf Freigabe. Noch ist nichts geändert."))
        )
        return redirect(done.url)
    messages.success(request, words)
    return redirect(done.url)


def _number(sent: str) -> int:
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def _place_said(sent: dict[str, str]) -> str:
    """Whose place stays, or that of all together."""
    said = sent.get("ort", "")
    return said if is_id(said) or said == reshaping.TOGETHER else ""


def _places(items: Sequence[Item], picked: str) -> list[dict[str, Any]]:
    """The places to choose from, where several of the items have one. One query an item."""
    found = [each for each in items if reshaping.has_place(each)]
    if len(found) < 2:
        return []
    chosen = picked if picked in {each.pk for each in found} else found[0].pk
    return [{"item": each, "is_chosen": each.pk == chosen} for each in found]


def going_on(items: Sequence[Item]) -> list[dict[str, Any]]:
    """What hangs on some items, counted: links, rows and all that names them. A query for each sort."""
    ids = [item.pk for item in items]
    counts: dict[str, int] = {}
    links = Link.objects.filter(source__in=ids).count() + Link.objects.filter(target__in=ids).count()
    if links:
        counts[_("Verknüpfungen")] = links
    for carried in carrying.carried_with(items[0].kind):
        found = carried.model._default_manager.filter(**{f"{carried.column}__in": ids}).count()
        if found:
            counts[str(carried.label)] = counts.get(str(carried.label), 0) + found
    return [{"label": label, "count": count} for label, count in counts.items()]


def _page(request: HttpRequest, item: Item, pages: ItemPages, title: str) -> dict[str, Any]:
    return {
        "item": item,
        "page_title": _("%(item)s: %(what)s") % {"item": item.number or item.kind_label, "what": title},
        "page_lead": item.title,
        "active_nav": item.kind,
        "breadcrumb": item_breadcrumb(request, pages, (item.number or item.title, item.url), (title, "")),
        "noindex": True,
    }


@login_required
@require_http_methods(["GET", "POST"])
def reshaping_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take a merger or a split back as a whole."""
    actor = actor_of(request)
    found = get_object_or_404(Reshaping, pk=pk)
    item, pages = item_to_reshape(request, found.item_id)
    problem, status = "", 200
    if request.method == "POST":
        try:
            done = _take_back(found, actor)
        except Conflict:
            problem, status = _("Inzwischen hat jemand etwas geändert. Bitte sehen Sie noch einmal hin."), 409
        except ValidationError as error:
            problem, status = " ".join(error.messages), 400
        except IntegrityError:
            problem, status = (
                _("Das ließ sich nicht speichern: Die Angaben widersprechen anderen. Nichts ist geändert."),
                400,
            )
        else:
            return _answered(request, done, _("Zurückgenommen."))
    context = {
        **_page(request, item, pages, _("Zurücknehmen")),
        "is_merger": found.way == LineageWay.MERGED,
        "lineages": found.lineages.all(),
        "is_undone": found.undone_at is not None,
        "problem": problem,
    }
    return render(request, "items/reshaping_undo.html", context, status=status)


def _take_back(found: Reshaping, actor: Actor) -> Item | Proposal:
    if found.way == LineageWay.MERGED:
        return reshaping.unmerge_or_propose(found, actor=actor)
    return splitting.unsplit_or_propose(found, actor=actor)
