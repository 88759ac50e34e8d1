"""A list as a workbook: short ones at once, long ones from the page of the job that makes them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from insek.people.actors import actor_of
from insek.web.context import asker_of, concept_or_404, kind_names_of

from .. import workbooks
from ..filtered import filtered
from ..models import WorkbookJob
from ..pages import pages_of
from ..saved_views import tidy_query
from ..spreadsheets import CONTENT_TYPE
from .items import item_breadcrumb


# What is public may be asked for by everybody, and public pages set no cookie: there is nothing a foreign page could gain
# by sending this form, so it carries no token. What somebody signed in asks for can be fetched by that person only.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def item_workbook(request: HttpRequest, kind: str) -> HttpResponse | FileResponse:
    """The list as XLSX: the same items; the columns that the address names, or all. A long one is made by a job."""
    pages, actor = pages_of(kind), actor_of(request)
    concept = concept_or_404(request)
    items, _filters = filtered(asker_of(request), pages)
    if not workbooks.is_long(items):
        return _sent(request, kind, workbooks.made(asker_of(request), pages, items))
    problem = ""
    if request.method == "POST":
        try:
            job = workbooks.begin_workbook(
                concept,
                actor,
                kind=kind,
                query=tidy_query(request.GET.urlencode()),
                language=(get_language() or "de")[:2],
            )
            return redirect("workbook", job.pk)
        except workbooks.TooManyWorkbooks:
            problem = _(
                "Gerade werden viele Tabellen erstellt. Bitte in einigen Minuten noch einmal versuchen."
            )
    return _page(request, kind, status=503 if problem else 200, problem=problem)


@require_safe
def workbook(request: HttpRequest, token: str) -> HttpResponse:
    """How far a long table is; the part that changes is asked for again every second or by reloading."""
    job = _job(request, token)
    return _page(request, job.kind, job=job, status=410 if job.state == WorkbookJob.State.OUTDATED else 200)


@require_safe
def workbook_file(request: HttpRequest, token: str) -> HttpResponse | FileResponse:
    """The finished file; 410 with the reason where something in it is not public any more."""
    job = _job(request, token)
    if job.state == WorkbookJob.State.OUTDATED:
        return _page(request, job.kind, job=job, status=410)
    if job.state != WorkbookJob.State.DONE:
        raise Http404
    try:
        return _sent(request, job.kind, job.file.open("rb"))
    except FileNotFoundError as error:
        raise Http404 from error


def _job(request: HttpRequest, token: str) -> WorkbookJob:
    job = workbooks.workbook_for(token, actor_of(request))
    if job is None:
        raise Http404
    return job


def _sent(request: HttpRequest, kind: str, file: Any) -> FileResponse:
    """A workbook to download; a working state is kept by no cache."""
    response = FileResponse(
        file, as_attachment=True, filename=f"{pages_of(kind).spec.list_path}.xlsx", content_type=CONTENT_TYPE
    )
    if actor_of(request).user_id is not None:
        response["Cache-Control"] = "private, no-store"
    return response


def _page(
    request: HttpRequest, kind: str, *, job: WorkbookJob | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """The page of a long table: what will be in it, how far it is, the file."""
    pages = pages_of(kind)
    query = job.query if job is not None else tidy_query(request.GET.urlencode())
    address = reverse(pages.spec.list_name)
    title = _("Tabelle als Excel-Datei")
    running = job is not None and workbooks.is_being_made(job)
    context = {
        "job": job,
        "running": running,
        "is_done": job is not None and job.state == WorkbookJob.State.DONE,
        "outdated": job is not None and job.state == WorkbookJob.State.OUTDATED,
        "limit": workbooks.AT_ONCE,
        "hours": workbooks.KEPT // timedelta(hours=1),
        "problem": problem,
        "list_label": kind_names_of(request)(kind, plural=True),
        "list_url": f"{address}?{query}" if query else address,
        "again_url": f"{reverse(f'{kind}-workbook')}{f'?{query}' if query else ''}",
        "page_title": title,
        "active_nav": kind,
        "breadcrumb": item_breadcrumb(request, pages, (title, "")),
        "noindex": True,
    }
    htmx = bool(getattr(request, "htmx", False))
    response = render(
        request, "items/_workbook_state.html" if htmx else "items/workbook.html", context, status=status
    )
    response["Cache-Control"] = "private, no-store"
    return response
