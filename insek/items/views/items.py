"""List, detail, form, history and deletion of items of every kind."""

from __future__ import annotations

from typing import Any

import rules
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.concept.models import Field, Theme
from insek.people.actors import actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.people.prepared import prepared
from insek.release.waiting_changes import waiting_notice
from insek.thread.audience import gated
from insek.thread.english import is_english_older
from insek.thread.kinds import all_link_kinds
from insek.thread.known_ids import kind_of
from insek.thread.models import Item, ItemQuerySet, Link, Tombstone
from insek.web.context import asker_of, concept_of, kind_names_of
from insek.web.display import noun_inside, shown_field, shown_source
from insek.web.paging import PAGE_SIZE, BadCursor, keyset_page, pager
from insek.web.richtext import plain_text

from ..aftermath import aftermath_of
from ..lineage import successors_of
from ..pages import (
    EVERY_KIND,
    ItemPages,
    added_actions,
    additions,
    ask_with_detail,
    is_beside,
    pages_of,
)
from ..why import entries_of, why_panel


def visible_item(request: HttpRequest, item_id: str, *, for_its_page: bool = False) -> tuple[Item, ItemPages]:
    """The item behind an address, through the gate. Raises Http404, or Gone for a deleted one.

    ``for_its_page`` reads with it what there is beside it (``pages.is_beside``).
    """
    item_id = item_id.lower()
    kind = kind_of(item_id)  # behind no gate, so nothing may be said of it before the item came through
    if kind is None:
        raise Http404
    pages = pages_of(kind)
    actor = actor_of(request)

    def read(pk: Any) -> ItemQuerySet:
        rows = pages.select_for_detail(Item.objects.visible_to(actor).filter(pk=pk).order_by())
        return pages.say_what_is_beside(rows) if for_its_page else rows

    found = prepared(gated(actor, "page of an item" if for_its_page else "item", kind), read, item_id)
    if not found:
        raise Http404
    [item] = found
    concept = concept_of(request)
    if concept is not None and concept.pk == item.concept_id:
        item.concept = concept
    return item, pages


def gone_or_missing(request: HttpRequest, item_id: str) -> HttpResponse:
    """The way to what became of an item, 410 for a deleted one of which the actor may know, such as one that was public; else 404."""
    actor = actor_of(request)
    tombstone = Tombstone.objects.filter(pk=item_id.lower()).visible_to(actor).first()
    if tombstone is None:
        after = aftermath_of(asker_of(request), item_id.lower())
        if after is None:
            raise Http404
        return render(
            request,
            "items/aftermath.html",
            {"after": after, "page_title": _("Nicht mehr im Konzept")},
            status=410,
        )
    successors = successors_of(tombstone.pk, actor)
    if len(successors) == 1:
        return redirect(f"{successors[0].url}#herkunft")
    restorable = rules.test_rule("thread.restore_item", actor) and (
        Tombstone.objects.filter(pk=tombstone.pk).read_whole_by(actor).exists()
    )
    context = {
        "tombstone": tombstone,
        "successors": successors,
        "restore_url": reverse("deleted-item", args=[tombstone.pk]) if restorable else "",
        "page_title": _("Gelöscht"),
    }
    return render(request, "410.html", context, status=410)


def kind_title(request: HttpRequest, pages: ItemPages, *, plural: bool = False) -> str:
    """What the city calls this kind."""
    return str(kind_names_of(request)(pages.kind, plural=plural))


def create_label(kind: str) -> str:
    """The button that makes a new item, in the city's own words."""
    return _("%(kind)s anlegen") % {"kind": noun_inside(kind)}


def item_breadcrumb(request: HttpRequest, pages: ItemPages, *steps: tuple[str, str]) -> list[dict[str, str]]:
    """Start > list > ... > this page."""
    return breadcrumb((kind_title(request, pages, plural=True), reverse(pages.spec.list_name)), *steps)


def shown_facts(pages: ItemPages, item: Item) -> list[dict[str, Any]]:
    """The short facts of an item that are known."""
    return [{"label": label, "value": value} for label, value in pages.facts(item) if value not in (None, "")]


@require_safe
def item_detail(request: HttpRequest, item_id: str) -> HttpResponse:
    """The page of one item: what it is, why it is there, what follows from it."""
    try:
        item, pages = visible_item(request, item_id, for_its_page=True)
    except Http404:
        return gone_or_missing(request, item_id)
    if item_id != item.pk:
        return HttpResponsePermanentRedirect(item.url)
    asker = asker_of(request)
    context = page_of(request, pages, item) | pages.detail(asker, item) | additions(asker, item)
    response = render(request, pages.detail_template, context)
    if hosts := context.get("allowed_hosts"):  # what a map of the page offers and a browser may ask for
        response._csp_update = {"img-src": hosts, "connect-src": hosts}  # type: ignore[attr-defined]  # what django-csp's decorator sets
    return response


def page_of(request: HttpRequest, pages: ItemPages, item: Item) -> dict[str, Any]:
    """What the pages of all kinds are drawn from; a kind and what is added to it name their own things otherwise."""
    actor = actor_of(request)
    can_link = rules.test_rule("thread.link_items", actor, item)
    names = kind_names_of(request)
    with override(settings.LANGUAGE_CODE):
        permanent = request.build_absolute_uri(item.url)
    return {
        "item": item,
        "row": pages.spec.row(item),
        "pages": pages,
        "page_title": f"{item.number} {item.shown_title}".strip(),
        "page_description": ""
        if item.text_lang
        else plain_text(item.shown_text, 200),  # in the language of the page
        "active_nav": item.kind,
        "kind_title": names(item.kind),
        "breadcrumb": item_breadcrumb(request, pages, (item.number or item.shown_title, item.url)),
        "facts": shown_facts(pages, item),
        "mark": pages.mark(item),
        "source": shown_source(item),
        "field_chips": [shown_field(field) for field in _fields_of(item)],
        "themes": [
            {"name": str(theme), "url": f"{reverse(pages.spec.list_name)}?thema={theme.key}"}
            for theme in _themes_of(item)
        ],
        "why": why_panel(item, asker_of(request), can_link=can_link, names=names),
        "link_url": reverse("item-link", args=[item.pk]) if can_link else "",
        "tools": _tools(request, pages, item, can_link=can_link),
        "waiting_notice": waiting_notice(item, actor),
        "last_change": item.updated_at,
        "english_is_older": get_language() == "en" and is_english_older(item),
        "permanent_url": permanent,
    }


def _fields_of(item: Item) -> list[Field]:
    """The fields of action of an item. One query where there are any."""
    if not is_beside(item, "fields"):
        return []
    return prepared("fields of an item", lambda pk: Field.objects.filter(items=pk), item.pk)


def _themes_of(item: Item) -> list[Theme]:
    """The themes of an item. One query where there are any."""
    if not is_beside(item, "themes"):
        return []
    return prepared("themes of an item", lambda pk: Theme.objects.filter(items=pk), item.pk)


ask_with_detail(EVERY_KIND, "fields", lambda pk: Item.fields.through.objects.filter(item=pk))
ask_with_detail(EVERY_KIND, "themes", lambda pk: Item.themes.through.objects.filter(item=pk))
ask_with_detail(EVERY_KIND, "reasons", lambda pk: Link.objects.filter(target=pk))
ask_with_detail(EVERY_KIND, "consequences", lambda pk: Link.objects.filter(source=pk))


def _tools(request: HttpRequest, pages: ItemPages, item: Item, *, can_link: bool) -> list[dict[str, Any]]:
    """What this person may do with the item; empty for visitors."""
    asker = asker_of(request)
    actor = asker.actor
    if actor.user_id is None:
        return []
    reshapes = pages.spec.reshapes and rules.test_rule("thread.reshape_items", actor)
    tools = [
        ("item-edit", _("Bearbeiten"), "edit", rules.test_rule("thread.edit_item", actor, item)),
        ("item-link", _("Verknüpfen"), "link", can_link),
        ("item-merge", _("Zusammenlegen"), "thread", reshapes),
        ("item-split", _("Teilen"), "thread", reshapes),
        ("item-history", _("Verlauf"), "history", rules.test_rule("thread.see_history", actor)),
        ("item-delete", _("Löschen"), "trash", rules.test_rule("thread.delete_item", actor, item)),
    ]
    shown = [
        {"url": reverse(name, args=[item.pk]), "label": label, "icon": icon, "danger": name == "item-delete"}
        for name, label, icon, allowed in tools
        if allowed
    ]
    more = [
        {"url": url, "label": label, "icon": "plus"}
        for url, label in (*pages.actions(asker, item), *added_actions(asker, item))
    ]
    return [*more, *shown]


@require_safe
def item_thread(request: HttpRequest, item_id: str, direction: str, link_kind: str) -> HttpResponse:
    """All neighbours of an item along one kind of link, page by page."""
    item, pages = visible_item(request, item_id)
    known = {kind.name: kind for kind in all_link_kinds()}
    end, here = ("source", "target") if direction == "gruende" else ("target", "source")
    if link_kind not in known or not known[link_kind].meets(item.kind, here):
        raise Http404
    links = Link.objects.visible_to(actor_of(request)).filter(**{here: item, "kind": link_kind})
    try:
        page = keyset_page(
            links.select_related(end),
            order=(f"{end}__sort_key", f"{end}__pk", "pk"),
            cursor=request.GET.get("nach", ""),
            size=PAGE_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    label = known[link_kind].label_towards(end)
    can_link = rules.test_rule("thread.link_items", actor_of(request), item)
    context = {
        "item": item,
        "entries": entries_of(page.rows, end, item=item, can_link=can_link, names=kind_names_of(request)),
        "group": {"label": label},
        "label": label,
        "direction": direction,
        **pager(page),
        "noindex": True,
        "page": page,
        "page_title": f"{item}: {label}",
        "active_nav": item.kind,
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.shown_title, item.url), (label, "")
        ),
    }
    return render(request, "items/item_thread.html", context)
