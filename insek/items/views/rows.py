"""Rows beside an item are added, changed and removed on pages of their own, the same for every sort that a room registers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insek.people.actors import Actor, actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted
from insek.release.revising import revised_values
from insek.release.row_proposals import (
    add_or_propose,
    change_or_propose,
    remove_or_propose,
    waits_for,
)
from insek.thread.models import Item

from ..pages import ItemPages
from ..row_forms import RowForm, RowPages, RowRemoveForm, row_pages_at
from .items import item_breadcrumb, visible_item
from .revising import can_revise
from .saving import answer_saved

Act = Callable[[Any], object]


def _rows_of_address(
    request: HttpRequest, item_id: str, sort: str
) -> tuple[RowPages, Item, ItemPages, Actor]:
    """The rows of an address and the item behind the gate, for whoever may change them. Raises Http404, PermissionDenied."""
    pages = row_pages_at(sort)
    if pages is None:
        raise Http404
    item, item_pages = visible_item(request, item_id)
    if item.kind != pages.rows.kind:
        raise Http404
    actor = actor_of(request)
    require(actor, pages.rows.rule, item)
    item_pages.spec.row(item).item = item
    return pages, item, item_pages, actor


def _row(pages: RowPages, item: Item, key: str, actor: Actor) -> Any:
    row = pages.rows.visible_to(pages.rows.of_item(item), actor).filter(key=key).first()
    if row is None:
        raise Http404
    setattr(row, pages.rows.owner, getattr(item, item.kind))
    return row


@login_required
@require_http_methods(["GET", "POST"])
def row_create(request: HttpRequest, item_id: str, sort: str) -> HttpResponse:
    """Add a row to an item."""
    pages, item, item_pages, actor = _rows_of_address(request, item_id, sort)
    act = f"{pages.rows.name}_add"

    @can_revise(act)
    def answer(request: HttpRequest) -> HttpResponse:
        row = pages.rows.model(**{pages.rows.owner: getattr(item, item.kind)})
        initial = {"position": None, "standing": "example" if item.is_example else "working"}
        form = pages.form(posted(request), item=item, actor=actor, instance=row)
        form.initial = {**form.initial, **initial, **revised_values(pages.rows.model, act, item)}
        return _answer(
            request, pages, item, item_pages, form,
            lambda form: add_or_propose(pages.rows, item, form.values, actor=actor),
            title=str(pages.rows.acts["add"]), submit=str(pages.rows.acts["add"]), done=str(pages.added), intro=pages.intro,
            row=row,
        )  # fmt: skip

    return answer(request)


@login_required
@require_http_methods(["GET", "POST"])
def row_edit(request: HttpRequest, item_id: str, sort: str, key: str) -> HttpResponse:
    """Change a row of an item."""
    pages, item, item_pages, actor = _rows_of_address(request, item_id, sort)
    act = f"{pages.rows.name}_change"

    @can_revise(act)
    def answer(request: HttpRequest) -> HttpResponse:
        row = _row(pages, item, key, actor)
        form = pages.form(posted(request), item=item, actor=actor, instance=row)
        form.initial = {**form.initial, **revised_values(pages.rows.model, act, item)}
        return _answer(
            request, pages, item, item_pages, form,
            lambda form: change_or_propose(
                pages.rows, _row(pages, item, key, actor), form.values, expected_version=form.expected_version, actor=actor
            ),
            title=str(pages.rows.acts["change"]), submit=_("Speichern"), done=str(pages.changed), intro=pages.intro,
            remove_url=reverse("row-delete", args=[item.pk, sort, key]), remove_label=pages.rows.acts["remove"],
            row=row,
        )  # fmt: skip

    return answer(request)


@login_required
@require_http_methods(["GET", "POST"])
def row_delete(request: HttpRequest, item_id: str, sort: str, key: str) -> HttpResponse:
    """Take a row of an item away."""
    pages, item, item_pages, actor = _rows_of_address(request, item_id, sort)
    row = _row(pages, item, key, actor)
    return _answer(
        request, pages, item, item_pages, RowRemoveForm(posted(request), initial={"version": row.version}),
        lambda form: remove_or_propose(
            pages.rows, row, expected_version=form.cleaned_data["version"], actor=actor
        ),
        row=row, title=str(pages.rows.acts["remove"]), submit=str(pages.rows.acts["remove"]), done=str(pages.removed), danger=True,
        intro=_("Gelöscht wird: „%(row)s“. Im Verlauf der Seite bleibt die Zeile nachlesbar.")
        % {"row": pages.rows.called(row)},
    )  # fmt: skip


def _answer(
    request: HttpRequest,
    pages: RowPages,
    item: Item,
    item_pages: ItemPages,
    form: Any,
    act: Act,
    *,
    title: str,
    submit: str,
    done: str,
    row: Any,
    **more: Any,
) -> HttpResponse:
    """One form, one act: back to the item when it is done, the form with what was typed when it is refused."""
    status, back = 200, pages.back(item) if pages.back else f"{item.url}#{pages.anchor}"
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                saved = act(form)
            except ValidationError as error:
                if isinstance(form, RowForm):
                    form.add_service_errors(error)
                else:
                    form.add_error(None, error)
            except Conflict as error:
                status = 409
                form.add_error(None, _outdated(pages, error))
            else:
                return answer_saved(request, saved, done=done, to=back)
    context = {
        "form": form,
        "item": item,
        "page_title": title,
        "page_lead": str(item),
        "active_nav": item.kind,
        "submit_label": submit,
        "cancel_url": back,
        "waits_for_release": ""
        if _is_never_public(pages, row, form)
        else waits_for(item, f"{pages.rows.name}_change", actor_of(request)),
        "breadcrumb": item_breadcrumb(
            request, item_pages, (item.number or item.title, item.url), (title, "")
        ),
        "noindex": True,
        **more,
    }
    return render(request, "items/row_form.html", context, status=status)


def _is_never_public(pages: RowPages, row: Any, form: Any) -> bool:
    """Whether the public does not read a row, and nothing in the form can make it."""
    if pages.rows.internal:
        return True
    return not pages.rows.is_public(row) and not set(pages.rows.public or ()) & set(form.fields)


def _outdated(pages: RowPages, error: Conflict) -> str:
    if error.current is None:
        return _("Jemand anderes war schneller: Was Sie ändern wollten, gibt es nicht mehr.")
    return _(
        "Jemand anderes war schneller. Jetzt steht dort: „%(now)s“. Ihre Eingaben sind noch im Formular; laden Sie die "
        "Seite neu, um vom neuen Stand aus weiterzuarbeiten."
    ) % {"now": pages.rows.called(error.current)}
