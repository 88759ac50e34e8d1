"""List, detail, form, history and deletion of items of every kind."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from insek.engines.diff import word_diff
from insek.people.actors import require
from insek.people.models import User
from insek.thread import history, services
from insek.thread.kinds import all_link_kinds
from insek.thread.models import Change, EditionNumber, Item, Link, Tombstone

from ..context import concept_of, level_names_of
from ..pages import ItemPages, pages_of
from ..paging import BadCursor, keyset_page
from ..why import entries_of, why_panel

PAGE_SIZE = 25


def visible_item(request: HttpRequest, item_id: str) -> tuple[Item, ItemPages]:
    """The item behind an address, through the gate. Raises Http404, or Gone for a deleted one."""
    item_id = item_id.lower()
    head = Item.objects.visible_to(request.actor).filter(pk=item_id).values_list("kind", flat=True).first()  # type: ignore[attr-defined]
    if head is None:
        raise Http404
    pages = pages_of(head)
    item = pages.select(Item.objects.visible_to(request.actor)).prefetch_related("themes").get(pk=item_id)  # type: ignore[attr-defined]
    return item, pages


def gone_or_missing(request: HttpRequest, item_id: str) -> HttpResponse:
    """410 for an item that was public and is deleted, else 404."""
    seen = Tombstone.objects.filter(pk=item_id.lower())
    if not request.actor.sees_internal:  # type: ignore[attr-defined]
        seen = seen.filter(was_public=True)
    tombstone = seen.first()
    if tombstone is None:
        raise Http404
    return render(request, "410.html", {"tombstone": tombstone, "page_title": _("Gelöscht")}, status=410)


def kind_title(request: HttpRequest, pages: ItemPages, *, plural: bool = False) -> str:
    """What the city calls this kind."""
    name = level_names_of(request).get(pages.spec.level)
    if name is not None:
        from insek.people.models import in_language

        return in_language(name.plural, name.plural_en) if plural else str(name)
    return str(pages.spec.plural if plural else pages.spec.label)


def breadcrumb_of(request: HttpRequest, pages: ItemPages, *steps: tuple[str, str]) -> list[dict[str, str]]:
    """Start > list > ... > this page."""
    trail = [
        {"label": _("Start"), "url": reverse("start")},
        {"label": kind_title(request, pages, plural=True), "url": reverse(pages.spec.list_name)},
    ]
    return [*trail, *({"label": label, "url": url} for label, url in steps)]


def shown_facts(pages: ItemPages, item: Item) -> list[dict[str, Any]]:
    """The short facts of an item that are known."""
    return [{"label": label, "value": value} for label, value in pages.facts(item) if value not in (None, "")]


@require_GET
def item_detail(request: HttpRequest, item_id: str) -> HttpResponse:
    """The page of one item: what it is, why it is there, what follows from it."""
    try:
        item, pages = visible_item(request, item_id)
    except Http404:
        return gone_or_missing(request, item_id)
    if item_id != item.pk:
        return HttpResponsePermanentRedirect(item.url)
    actor = request.actor  # type: ignore[attr-defined]
    can_link = rules.test_rule("thread.link_items", actor)
    can_edit = actor.user_id is not None and rules.test_rule("thread.edit_item", actor, item)
    context = {
        "item": item,
        "row": pages.spec.row(item),
        "pages": pages,
        "page_title": str(item),
        "page_description": item.text[:200],
        "active_nav": item.kind,
        "kind_title": kind_title(request, pages),
        "breadcrumb": breadcrumb_of(request, pages, (item.number or item.title, item.url)),
        "facts": shown_facts(pages, item),
        "why": why_panel(item, actor, can_link=can_link),
        "can_edit": can_edit,
        "can_link": can_link,
        "can_delete": rules.test_rule("thread.delete_item", actor),
        "can_see_history": rules.test_rule("thread.see_history", actor),
        "actions": pages.actions(request, item),
        "last_change": item.updated_at,
        **pages.detail(request, item),
    }
    return render(request, pages.detail_template, context)


@require_GET
def item_thread(request: HttpRequest, item_id: str, direction: str, link_kind: str) -> HttpResponse:
    """All neighbours of an item along one kind of arrow, page by page."""
    item, pages = visible_item(request, item_id)
    known = {kind.name: kind for kind in all_link_kinds()}
    if link_kind not in known:
        raise Http404
    end, here = ("source", "target") if direction == "gruende" else ("target", "source")
    links = Link.objects.visible_to(request.actor).filter(**{here: item, "kind": link_kind})  # type: ignore[attr-defined]
    try:
        page = keyset_page(
            links.select_related(end).prefetch_related(f"{end}__fields"),
            order=(f"{end}__sort_key", f"{end}__pk", "pk"),
            cursor=request.GET.get("nach", ""),
            size=PAGE_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    label = str(known[link_kind].backward if end == "source" else known[link_kind].forward)
    can_link = rules.test_rule("thread.link_items", request.actor)  # type: ignore[attr-defined]
    context = {
        "item": item,
        "entries": entries_of(page.rows, end, can_link=can_link),
        "label": label,
        "page": page,
        "page_title": f"{item}: {label}",
        "active_nav": item.kind,
        "breadcrumb": breadcrumb_of(request, pages, (item.number or item.title, item.url), (label, "")),
    }
    return render(request, "web/item_thread.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def item_create(request: HttpRequest, kind: str) -> HttpResponse:
    """The form for a new item of a kind."""
    pages = pages_of(kind)
    actor = request.actor  # type: ignore[attr-defined]
    require(actor, "thread.create_item")
    concept = concept_of(request)
    if concept is None:
        raise Http404
    form = pages.form(request.POST or None, concept=concept, actor=actor)
    if request.method == "POST":
        created = _apply(request, form)
        if isinstance(created, Item):
            messages.success(request, _("„%(item)s“ ist angelegt.") % {"item": created})
            return redirect(created.url)
    context = {
        "form": form,
        "page_title": str(pages.spec.new_label),
        "active_nav": kind,
        "submit_label": _("Anlegen"),
        "cancel_url": reverse(pages.spec.list_name),
        "breadcrumb": breadcrumb_of(request, pages, (str(pages.spec.new_label), "")),
        "noindex": True,
    }
    return render(request, "web/item_form.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def item_edit(request: HttpRequest, item_id: str) -> HttpResponse:
    """The form of an item, with a warning when somebody else was faster; what was typed is kept."""
    item, pages = visible_item(request, item_id)
    actor = request.actor  # type: ignore[attr-defined]
    require(actor, "thread.edit_item", item)
    form = pages.form(request.POST or None, concept=item.concept, actor=actor, item=item)
    conflict: list[dict[str, Any]] = []
    if request.method == "POST":
        saved = _apply(request, form)
        if isinstance(saved, Item):
            messages.success(request, _("„%(item)s“ ist gespeichert.") % {"item": saved})
            return redirect(saved.url)
        if isinstance(saved, services.Conflict):
            conflict = _what_others_changed(saved.current, form.data.get("version"))
            form.data = {**form.data.dict(), **_lists(form), "version": str(saved.current.version)}
    context = {
        "form": form,
        "item": item,
        "conflict": conflict,
        "page_title": _("%(item)s bearbeiten") % {"item": item.number or item.title},
        "active_nav": item.kind,
        "submit_label": _("Speichern"),
        "cancel_url": item.url,
        "breadcrumb": breadcrumb_of(
            request, pages, (item.number or item.title, item.url), (_("Bearbeiten"), "")
        ),
        "noindex": True,
    }
    status = 409 if conflict else 400 if form.errors else 200
    return render(request, "web/item_form.html", context, status=status)


def _apply(request: HttpRequest, form: Any) -> Item | services.Conflict | None:
    """Let the form do its work; what the services refuse becomes messages of the form."""
    if not form.is_valid():
        return None
    try:
        return form.apply()  # type: ignore[no-any-return]
    except ValidationError as error:
        form.add_service_errors(error)
    except services.Conflict as error:
        form.add_error(
            None, _("Inzwischen hat jemand anderes diesen Inhalt geändert. Ihre Eingaben stehen noch hier.")
        )
        return error
    except IntegrityError:
        form.add_error(
            None, _("Das ließ sich nicht speichern: Die Angaben widersprechen anderen. Nichts ist geändert.")
        )
    return None


def _lists(form: Any) -> dict[str, Any]:
    """Values of fields that take several choices, which QueryDict.dict() would shorten to one."""
    many = [name for name, bound in form.fields.items() if hasattr(bound.widget, "allow_multiple_selected")]
    return {
        name: form.data.getlist(name) for name in many if form.fields[name].widget.allow_multiple_selected
    }


def _what_others_changed(current: Item, since: str | None) -> list[dict[str, Any]]:
    """What happened to an item after the version that the form was opened with."""
    version = int(since) if since and since.isdigit() and len(since) < 10 else 0
    changes = Change.objects.filter(item_id=current.pk, version__gt=version).select_related("actor")[:5]
    return [_shown(change, current.kind) for change in changes]


def _shown(change: Change, kind: str) -> dict[str, Any]:
    """One line of history for the page: who, when, and word by word what."""
    rows = []
    for name, (before, after) in change.differences.items():
        label = history.label_of(kind, name)
        if name == "link":
            entry = after or before
            rows.append({"label": label, "link": entry, "removed": after is None})
        else:
            rows.append({"label": label, "words": word_diff(_text(before), _text(after))})
    return {"change": change, "rows": rows}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    return str(value)


@login_required
@require_GET
def item_history(request: HttpRequest, item_id: str) -> HttpResponse:
    """Every change of an item, newest first, word by word."""
    require(request.actor, "thread.see_history")  # type: ignore[attr-defined]
    item, pages = visible_item(request, item_id)
    try:
        page = keyset_page(
            Change.objects.filter(item_id=item.pk).select_related("actor"),
            order=("-at", "-pk"),
            cursor=request.GET.get("nach", ""),
            size=PAGE_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "item": item,
        "page": page,
        "changes": [_shown(change, item.kind) for change in page.rows],
        "page_title": _("Verlauf: %(item)s") % {"item": item.number or item.title},
        "active_nav": item.kind,
        "breadcrumb": breadcrumb_of(
            request, pages, (item.number or item.title, item.url), (_("Verlauf"), "")
        ),
        "noindex": True,
    }
    return render(request, "web/item_history.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def item_delete(request: HttpRequest, item_id: str) -> HttpResponse:
    """Ask once, say what goes with the item, then delete it for good."""
    item, pages = visible_item(request, item_id)
    actor = request.actor  # type: ignore[attr-defined]
    require(actor, "thread.delete_item")
    problem = ""
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            services.delete_item(item, expected_version=int(version) if version.isdigit() else 0, actor=actor)
        except services.Conflict:
            problem = _(
                "Inzwischen hat jemand anderes diesen Inhalt geändert. Bitte sehen Sie ihn noch einmal an."
            )
        except ProtectedError:
            problem = _(
                "Andere Inhalte beruhen darauf (Werte, untergeordnete Inhalte oder Beschlüsse). Nichts ist gelöscht."
            )
        else:
            messages.success(request, _("„%(item)s“ ist gelöscht.") % {"item": item})
            return redirect(reverse(pages.spec.list_name))
    context = {
        "item": item,
        "why": why_panel(item, actor, can_link=False),
        "problem": problem,
        "page_title": _("%(item)s löschen") % {"item": item.number or item.title},
        "active_nav": item.kind,
        "breadcrumb": breadcrumb_of(
            request, pages, (item.number or item.title, item.url), (_("Löschen"), "")
        ),
        "noindex": True,
    }
    return render(request, "web/item_delete.html", context, status=409 if problem else 200)


@require_GET
def by_number(request: HttpRequest, edition: str, number: str) -> HttpResponse:
    """An old number of an old edition still leads to its item."""
    entry = (
        EditionNumber.objects.filter(edition__key=edition, number=number).select_related("edition").first()
    )
    if entry is None:
        raise Http404
    try:
        item, _pages = visible_item(request, entry.item_id)
    except (Http404, ObjectDoesNotExist):
        return gone_or_missing(request, entry.item_id)
    return redirect(item.url)


def author_name(user: User | None) -> str:
    """Who did it, as shown in the history; a person who left is not named."""
    return str(user) if user is not None else _("INSEK")
