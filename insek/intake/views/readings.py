"""Reading in, page by page: what can be read in, the file, where its table is, its columns, its words, the preview, the result."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.items.views.revising import can_revise
from insek.people.actors import actor_of
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.locking import Conflict
from insek.people.requests import posted
from insek.release.revising import revised_marks
from insek.web.context import concept_or_404
from insek.web.paging import BadCursor, keyset_page, pager

from .. import layer_reading
from .. import readings as service
from ..forms import ReadingForm
from ..layer_pages import layer_page, said_layer
from ..models import Batch
from ..reading_pages import (
    columns_page,
    decided_anew,
    preview_page,
    result_page,
    said_columns,
    said_table,
    say_answers,
    table_page,
)
from ..reading_words import said_words, words_page
from ..table_files import BadFile
from ..targets import ReadingTarget, all_targets, is_target, target_named

State = Batch.State
SHOWN = 50


def _target(name: str) -> ReadingTarget:
    if not is_target(name):
        raise Http404
    return target_named(name)


def _own(request: HttpRequest, batch_id: UUID) -> Batch:
    """A reading that this person may see. Raises Http404 and PermissionDenied."""
    actor = actor_of(request)
    if not rules.test_rule("intake.read_in", actor):
        raise PermissionDenied("intake.read_in")
    batch = (
        Batch.objects.select_related("concept", "owner").filter(pk=batch_id, origin=Batch.Origin.READ).first()
    )
    if batch is None or not is_target(batch.target) or not service.may_see(batch, actor):
        raise Http404
    return batch


def _owned(request: HttpRequest, batch_id: UUID) -> Batch:
    """A reading of the person's own: only its owner goes on with it. Raises Http404 and PermissionDenied."""
    batch = _own(request, batch_id)
    actor = actor_of(request)
    if batch.owner_id != actor.user_id:
        raise Http404
    if not target_named(batch.target).may(actor, batch.concept):
        raise PermissionDenied(batch.target)
    return batch


def _page(title: str, batch: Batch | None = None, step: str = "", **context: Any) -> dict[str, Any]:
    here = [(_("Einlesen"), reverse("intake-home") if batch or step else "")]
    if batch:
        here.append((batch.label, ""))
    elif step:
        here.append((title, ""))
    return {
        "page_title": title,
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb(*here),
        "noindex": True,
        "batch": batch,
        "steps": _steps(batch, step) if batch else [],
        **context,
    }


def _steps(batch: Batch, here: str) -> list[dict[str, Any]]:
    """The steps with those that can be gone back to."""
    names = {
        service.TABLE: _("Ebene wählen") if layer_reading.is_of_map(batch) else _("Tabelle finden"),
        service.COLUMNS: _("Spalten"),
        service.WORDS: _("Wörter"),
        service.PREVIEW: _("Vorschau"),
    }
    order = list(names)
    reached = order.index(batch.task.get("step", service.TABLE))
    is_open = batch.state in {State.DRAFT, State.READY}
    return [
        {
            "label": names[step],
            "here": step == here,
            "url": _step_url(batch, step) if place <= reached and is_open and step != here else "",
        }
        for place, step in enumerate(order)
    ]


def _step_url(batch: Batch, step: str) -> str:
    if step == service.PREVIEW:
        return reverse("reading", args=[batch.pk])
    return reverse(f"reading-{step}", args=[batch.pk])


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What can be read in, what is under way, and what was read in."""
    actor, concept = actor_of(request), concept_or_404(request)
    if not rules.test_rule("intake.read_in", actor):
        raise PermissionDenied("intake.read_in")
    offered: dict[str, list[ReadingTarget]] = {}
    for target in all_targets():
        if target.may(actor, concept):
            offered.setdefault(str(target.group), []).append(target)
    open_ones: list[dict[str, Any]] = []
    done: list[dict[str, Any]] = []
    seen, ended = service.readings_seen_by(concept, actor), [State.DONE, State.UNDONE]
    try:
        page = keyset_page(seen.filter(state__in=ended), order=["-created_at", "pk"], cursor=request.GET.get("nach", ""), size=SHOWN)  # fmt: skip
    except BadCursor:
        page = keyset_page(seen.filter(state__in=ended), order=["-created_at", "pk"], cursor="", size=SHOWN)
    for batches, entries in ((seen.exclude(state__in=ended), open_ones), (page.rows, done)):
        for batch in batches:
            if is_target(batch.target) and service.may_see(batch, actor):
                label, is_own = target_named(batch.target).label, batch.owner_id == actor.user_id
                entries.append({"batch": batch, "label": label, "is_own": is_own})
    context = _page(
        _("Einlesen"), groups=list(offered.items()), open_ones=open_ones, done=done,
        pager=pager(page, lambda cursor: f"?nach={cursor}"),
    )  # fmt: skip
    return render(request, "intake/reading_home.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, target: str) -> HttpResponse:
    """Choose a file or paste a table."""
    return can_revise(*_target(target).revises)(_begin)(request, target)


def _begin(request: HttpRequest, target: str) -> HttpResponse:
    actor, concept, found = actor_of(request), concept_or_404(request), _target(target)
    if not found.may(actor, concept):
        raise PermissionDenied(target)
    given = found.given(request.GET, concept, actor)
    form = ReadingForm(
        posted(request), request.FILES or None, maps=found.takes_maps, tables=found.takes_tables
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = service.begin_reading(
                concept=concept, target=found, name=file.name if file else "", data=file.read() if file else b"",
                pasted="" if file else form.cleaned_data.get("pasted", ""), actor=actor, task={"given": given, **revised_marks(found.revises)},
            )  # fmt: skip
        except BadFile as error:
            form.add_error("file" if file else "pasted", str(error))
        else:
            return redirect("reading-table", batch.pk)
    title = _("%(what)s einlesen") % {"what": found.label}
    context = _page(title, None, "begin", form=form, target=found, helps=found.helps(given, concept, actor))
    return render(request, "intake/reading_begin.html", context, status=400 if form.errors else 200)


def _was_overtaken(request: HttpRequest, batch: Batch) -> bool:
    """Whether another window went on with the reading since this page was opened; it is said."""
    if request.POST.get("stand", str(batch.version)) == str(batch.version):
        return False
    _say_overtaken(request)
    return True


def _say_overtaken(request: HttpRequest) -> None:
    messages.warning(request, _("In einem anderen Fenster wurde an dieser Tabelle inzwischen weitergearbeitet. Dies ist der jetzige Stand; bitte prüfen Sie ihn und wählen Sie noch einmal."))  # fmt: skip


def _notices_others(
    view: Callable[[HttpRequest, UUID], HttpResponse],
) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """Say it where another window was faster by a moment, instead of overwriting what was said there."""

    @wraps(view)
    def inner(request: HttpRequest, batch_id: UUID) -> HttpResponse:
        try:
            return view(request, batch_id)
        except Conflict:
            _say_overtaken(request)
            return redirect("reading", batch_id)

    return inner


@login_required
@require_http_methods(["GET", "POST"])
@_notices_others
def table(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Where the table is: the first rows as a picture; a click corrects head, first and last row."""
    batch = _owned(request, batch_id)
    if batch.state not in {State.DRAFT, State.READY}:
        return redirect("reading", batch.pk)
    if layer_reading.is_of_map(batch):
        return _layer(request, batch)
    if request.method == "POST" and not _was_overtaken(request, batch):
        done = said_table(batch, request.POST)
        return redirect("reading-columns" if done else "reading-table", batch.pk)
    context = _page(_("Wo steht die Tabelle?"), batch, service.TABLE, **table_page(batch))
    return render(request, "intake/reading_table.html", context)


def _layer(request: HttpRequest, batch: Batch) -> HttpResponse:
    """Which layer of a map file is read, and in which reference system it is."""
    wrong = ""
    if request.method == "POST":
        done, wrong = said_layer(batch, request.POST)
        if done:
            service.go_on(batch, service.COLUMNS)
            return redirect("reading-columns", batch.pk)
        if not wrong:
            return redirect("reading-table", batch.pk)
    context = _page(_("Welche Ebene der Karte?"), batch, service.TABLE, wrong=wrong, **layer_page(batch))
    return render(request, "intake/reading_layer.html", context, status=400 if wrong else 200)


@login_required
@require_http_methods(["GET", "POST"])
@_notices_others
def columns(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """What each column is."""
    batch = _owned(request, batch_id)
    if batch.state not in {State.DRAFT, State.READY}:
        return redirect("reading", batch.pk)
    actor, problems = actor_of(request), []
    overtaken = request.method == "POST" and _was_overtaken(request, batch)
    try:
        if request.method == "POST" and not overtaken:
            problems = said_columns(batch, actor, request.POST)
            if not problems:
                if words_page(batch, actor)["count"]:
                    return redirect("reading-words", batch.pk)
                service.prepare(batch)
                return redirect("reading", batch.pk)
        page = columns_page(batch, actor, request.POST if problems or overtaken else None)
    except BadFile:
        return redirect("reading-table", batch.pk)
    context = _page(_("Was steht in welcher Spalte?"), batch, service.COLUMNS, problems=problems, **page)
    status = 409 if overtaken else 400 if problems else 200
    return render(request, "intake/reading_columns.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
@_notices_others
def words(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """What words mean that can be read in several ways."""
    batch = _owned(request, batch_id)
    if batch.state not in {State.DRAFT, State.READY}:
        return redirect("reading", batch.pk)
    actor = actor_of(request)
    try:
        if request.method == "POST":
            more, unknown = said_words(batch, actor, request.POST)
            for typed in unknown:
                messages.warning(request, _("„%(text)s“ ist weder Name noch Nummer von etwas, das es hier gibt.") % {"text": typed[:80]})  # fmt: skip
            if "alle" in request.POST:
                return redirect(f"{reverse('reading-words', args=[batch.pk])}?alle=1")
            if more:
                return redirect("reading-words", batch.pk)
            service.prepare(batch)
            return redirect("reading", batch.pk)
        page = words_page(batch, actor, every=request.GET.get("alle") == "1")
    except BadFile:
        return redirect("reading-table", batch.pk)
    context = _page(_("Was bedeuten diese Wörter?"), batch, service.WORDS, **page)
    return render(request, "intake/reading_words.html", context)


@login_required
@require_safe
def reading(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The page of a reading, whatever step it is at: the preview, how far it is, what became of it."""
    batch, actor = _own(request, batch_id), actor_of(request)
    htmx = bool(getattr(request, "htmx", False))
    if htmx and not batch.is_working:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if batch.is_working:
        title = batch.get_state_display()
        template = "intake/_reading_progress.html" if htmx else "intake/reading_progress.html"
        response = render(
            request, template, _page(title[:1].upper() + title[1:], batch, service.PREVIEW, measured=True)
        )
        response["Cache-Control"] = "no-store"
        return response
    is_own = batch.owner_id == actor.user_id
    if batch.state == State.DRAFT and is_own and not batch.problem:
        return redirect(f"reading-{_reached(batch)}", batch.pk)
    finished = batch.state in {State.DONE, State.UNDONE}
    page = (result_page if finished else preview_page)(batch, actor, request.GET)
    title = _("Eingelesen") if finished else _("Vorschau")
    context = _page(title, batch, "" if finished else service.PREVIEW, is_own=is_own, **page)
    template = "intake/reading_result.html" if finished else "intake/reading_preview.html"
    return render(request, template, context, status=409 if batch.problem else 200)


def _reached(batch: Batch) -> str:
    step: str = batch.task.get("step", service.TABLE)
    return service.WORDS if step == service.PREVIEW else step


@login_required
@require_POST
@_notices_others
def write(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Read in what the preview shows."""
    batch = _owned(request, batch_id)
    if not _was_overtaken(request, batch):
        if batch.state == State.READY and decided_anew(batch, request.POST):
            say_answers(batch, request.POST)
            service.prepare(batch)
            messages.info(request, _("Ihre Entscheidung ist übernommen, geschrieben ist noch nichts. Bitte sehen Sie die Vorschau noch einmal an."))  # fmt: skip
        else:
            service.apply(batch)
    return redirect("reading", batch.pk)


@login_required
@require_POST
@_notices_others
def again(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Make the preview anew, with what was decided in it."""
    batch = _owned(request, batch_id)
    if batch.state in {State.DRAFT, State.READY} and not _was_overtaken(request, batch):
        say_answers(batch, request.POST)
        service.prepare(batch)
    return redirect("reading", batch.pk)


@login_required
@require_POST
def take_back(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take everything back that was read in; its owner and the lead may."""
    batch, actor = _own(request, batch_id), actor_of(request)
    if not target_named(batch.target).may(actor, batch.concept):
        raise PermissionDenied(batch.target)
    service.take_back(batch, actor)
    return redirect("reading", batch.pk)


@login_required
@require_POST
def discard(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Throw away what is not read in."""
    service.discard(_owned(request, batch_id))
    return redirect("intake-home")
