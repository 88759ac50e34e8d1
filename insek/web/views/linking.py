"""Drawing, changing and taking away arrows of the thread."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insek.people.actors import require
from insek.thread import services
from insek.thread.kinds import LinkKind, all_link_kinds, kind_named, link_kind_named
from insek.thread.models import Item, Link
from insek.thread.search import search_items

from ..forms import LinkForm
from .items import breadcrumb_of, visible_item

FOUND = 20


def relations_of(kind: str) -> list[dict[str, str]]:
    """What can be drawn from or to an item of this kind: one choice for each arrow and other kind."""
    choices = []
    for link_kind in all_link_kinds():
        for source, target in sorted(link_kind.pairs, key=lambda pair: kind_named(pair[0]).order):
            if target == kind:
                choices.append(_relation("gruende", link_kind, source))
            if source == kind:
                choices.append(_relation("folgen", link_kind, target))
    return choices


def _relation(direction: str, link_kind: LinkKind, other: str) -> dict[str, str]:
    label = link_kind.backward if direction == "gruende" else link_kind.forward
    return {
        "value": f"{direction}.{link_kind.name}.{other}",
        "direction": direction,
        "kind": link_kind.name,
        "other": other,
        "label": f"{label}: {kind_named(other).label}",
    }


@login_required
@require_http_methods(["GET", "POST"])
def item_link(request: HttpRequest, item_id: str) -> HttpResponse:
    """Choose the relation, search the other end, say why. Works without JavaScript."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor, "thread.link_items")
    item, pages = visible_item(request, item_id)
    relations = relations_of(item.kind)
    chosen = request.POST.get("relation") or request.GET.get("relation", "")
    relation = next((entry for entry in relations if entry["value"] == chosen), None)
    query = request.POST.get("q") or request.GET.get("q", "")
    form = LinkForm(request.POST or None)
    other_id = request.POST.get("other", "")
    if request.method == "POST" and relation is not None:
        linked = _try_to_link(request, item, relation, other_id, form)
        if linked is not None:
            messages.success(request, _("„%(item)s“ ist verknüpft.") % {"item": linked})
            return redirect(item.url)
    elif request.method == "POST":
        form.add_error(None, _("Bitte wählen Sie zuerst die Art der Verknüpfung."))
    context = {
        "item": item,
        "relations": relations,
        "relation": relation,
        "query": query,
        "candidates": _candidates(request, item, relation, query) if relation else [],
        "other_id": other_id,
        "form": form,
        "page_title": _("%(item)s verknüpfen") % {"item": item.number or item.title},
        "active_nav": item.kind,
        "breadcrumb": breadcrumb_of(
            request, pages, (item.number or item.title, item.url), (_("Verknüpfen"), "")
        ),
        "noindex": True,
    }
    return render(request, "web/item_link.html", context, status=400 if form.errors else 200)


def _candidates(request: HttpRequest, item: Item, relation: dict[str, str], query: str) -> list[Item]:
    """Items of the other kind that are not linked yet: those found, or the first in the order of numbers."""
    actor = request.actor  # type: ignore[attr-defined]
    others = Item.objects.filter(concept_id=item.concept_id, kind=relation["other"]).exclude(pk=item.pk)
    if relation["direction"] == "gruende":
        taken = Link.objects.filter(target=item, kind=relation["kind"]).values("source")
    else:
        taken = Link.objects.filter(source=item, kind=relation["kind"]).values("target")
    others = others.exclude(pk__in=taken)
    found = search_items(query, actor, others) if query.strip() else others.visible_to(actor)
    return list(found.prefetch_related("fields")[:FOUND])


def _try_to_link(
    request: HttpRequest, item: Item, relation: dict[str, str], other_id: str, form: LinkForm
) -> Item | None:
    if not form.is_valid():
        return None
    actor = request.actor  # type: ignore[attr-defined]
    other = (
        Item.objects.visible_to(actor).filter(pk=other_id, kind=relation["other"]).first()
        if other_id
        else None
    )
    if other is None:
        form.add_error(None, _("Bitte wählen Sie aus, womit verknüpft werden soll."))
        return None
    source, target = (other, item) if relation["direction"] == "gruende" else (item, other)
    try:
        services.link_items(source, target, kind=relation["kind"], actor=actor, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    return other


def _visible_link(request: HttpRequest, link_id: int) -> Link:
    links = Link.objects.visible_to(request.actor).select_related("source", "target")  # type: ignore[attr-defined]
    return get_object_or_404(links, pk=link_id)


def _way_back(request: HttpRequest, link: Link) -> Item:
    """The end of the arrow the person came from; the source when the address does not say."""
    wanted = request.POST.get("von") or request.GET.get("von")
    if wanted not in {None, "", link.source_id, link.target_id}:
        raise Http404
    return link.target if wanted == link.target_id else link.source


@login_required
@require_http_methods(["GET", "POST"])
def link_edit(request: HttpRequest, link_id: int) -> HttpResponse:
    """Change the because of an arrow."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor, "thread.link_items")
    link = _visible_link(request, link_id)
    back = _way_back(request, link)
    form = LinkForm(request.POST or None, initial={"reason": link.reason, "locator": link.locator})
    version = link.version
    if request.method == "POST" and form.is_valid():
        sent = request.POST.get("version", "")
        try:
            services.change_link(
                link,
                expected_version=int(sent) if sent.isdigit() and len(sent) < 10 else 0,
                actor=actor,
                **form.cleaned_data,
            )
        except services.Conflict:
            version = Link.objects.get(pk=link.pk).version
            form.add_error(
                None,
                _("Inzwischen hat jemand anderes diese Begründung geändert. Ihre Eingaben stehen noch hier."),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Die Begründung ist gespeichert."))
            return redirect(back.url)
    context = {
        **_link_context(link, back),
        "form": form,
        "version": version,
        "page_title": _("Begründung bearbeiten"),
    }
    return render(request, "web/link_form.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def link_delete(request: HttpRequest, link_id: int) -> HttpResponse:
    """Ask once, then take the arrow away."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor, "thread.link_items")
    link = _visible_link(request, link_id)
    back = _way_back(request, link)
    if request.method == "POST":
        services.unlink_items(link, actor=actor)
        messages.success(request, _("Die Verknüpfung ist gelöst."))
        return redirect(back.url)
    context = {**_link_context(link, back), "page_title": _("Verknüpfung lösen")}
    return render(request, "web/link_delete.html", context)


def _link_context(link: Link, back: Item) -> dict[str, Any]:
    return {
        "link": link,
        "back": back,
        "relation": link_kind_named(link.kind).forward,
        "active_nav": back.kind,
        "breadcrumb": [{"label": str(back), "url": back.url}, {"label": _("Verknüpfung"), "url": ""}],
        "noindex": True,
    }
