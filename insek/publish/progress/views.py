"""Letting a report be made, asking how far it is, and its files at their stable addresses."""

from __future__ import annotations

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from insek.items.views.items import visible_item
from insek.items.views.saving import answer_saved
from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted_version
from insek.release.releases import save_or_propose
from insek.thread.models import Item, Visibility

from ..report.making import TYPES
from .making import ask_to_make
from .models import ProgressFile
from .pages import content_of


def _report(request: HttpRequest, item_id: str) -> Item:
    item, _pages = visible_item(request, item_id)
    if item.kind != "progress_report":
        raise Http404
    item.progress_report.item = item
    return item


@login_required
@require_POST
def progress_make(request: HttpRequest, item_id: str) -> HttpResponse:
    """Let a job make the files anew, or ask for the report to be issued as it was made."""
    item = _report(request, item_id)
    if request.POST.get("act") == "issue":
        return _issue(request, item)
    ask_to_make(
        item.progress_report, origin=f"{request.scheme}://{request.get_host()}", actor=actor_of(request)
    )
    messages.success(request, _("Der Bericht wird erstellt. Er steht gleich auf dieser Seite."))
    return redirect(item.url)


def _issue(request: HttpRequest, item: Item) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "progress.write", item)
    try:
        saved = save_or_propose(
            item, expected_version=posted_version(request), values={"visibility": Visibility.PUBLIC}, actor=actor
        )  # fmt: skip
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    except Conflict:
        messages.warning(request, _("Inzwischen hat jemand anderes den Bericht geändert. Bitte sehen Sie noch einmal nach."))  # fmt: skip
    else:
        return answer_saved(request, saved, done=_("Der Bericht ist ausgegeben."), to=item.url)
    return redirect(item.url)


@require_safe
def progress_state(request: HttpRequest, item_id: str) -> HttpResponse:
    """What a page that waits asks every two seconds: nothing new (204), or that the page is to be loaded again."""
    content = content_of(_report(request, item_id))
    response = HttpResponse(status=204)
    if content is None or not content.is_working:
        response["HX-Refresh"] = "true"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def progress_file(request: HttpRequest, item_id: str, name: str) -> HttpResponse:
    """One file, as it was frozen: what no longer has its hash is not given out."""
    item = _report(request, item_id)
    row = ProgressFile.objects.filter(content=item.pk, name=name).select_related("content").first()
    if row is None:
        raise Http404
    try:
        with row.file.open("rb") as opened:
            found = opened.read()
    except FileNotFoundError as error:
        raise Http404 from error
    if hashlib.sha256(found).hexdigest() != row.content.hashes.get(name):
        return HttpResponse(
            _("Diese Datei stimmt nicht mehr mit ihrer Prüfsumme überein und wird deshalb nicht ausgegeben."),
            status=409, content_type="text/plain; charset=utf-8",
        )  # fmt: skip
    format = name.rpartition(".")[2]
    response = HttpResponse(found, content_type=TYPES[format])
    how = "inline" if format == "pdf" else "attachment"
    response["Content-Disposition"] = (
        f'{how}; filename="{_("fortschrittsbericht")}-{item.progress_report.period_to.year}-{name}"'
    )
    response["ETag"] = f'"{row.sha256}"'
    public = item.visibility == Visibility.PUBLIC
    response["Cache-Control"] = "no-cache" if public else "private, no-store"
    return response
