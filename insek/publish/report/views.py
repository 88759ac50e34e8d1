"""The pages of reports: choose, see how far it is, fetch; and the sheets of single items."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.items.pages import add_to_detail
from insek.items.views.items import visible_item
from insek.people.actors import ANONYMOUS, actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.thread.models import Item, Visibility
from insek.web.context import concept_or_404
from insek.web.file_names import file_stem
from insek.web.reports import all_chapters

from ..models import ReportJob
from . import keeping
from .keeping import Shelf
from .making import TYPES, make_item
from .services import TooManyReports, discard, is_outdated, may_fetch, start_kept, start_report
from .sheets import SHEETS


# What is public may be asked for by everybody, and public pages set no cookie: there is nothing a foreign page could gain
# by sending this form, so it carries no token. A working state can be fetched only by the person who is signed in.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def concept_report(request: HttpRequest) -> HttpResponse:
    """Choose what the printed concept shall hold, and have it made."""
    concept = concept_or_404(request)
    actor = actor_of(request)
    known = all_chapters()
    error = ""
    chosen = [chapter.name for chapter in known]
    if request.method == "POST":
        chosen = [name for name in chosen if name in request.POST.getlist("kapitel")]
        format = "docx" if request.POST.get("format") == "docx" else "pdf"
        if not chosen:
            error = _("Bitte mindestens ein Kapitel auswählen.")
        else:
            try:
                job = start_report(
                    concept,
                    actor,
                    format=format,
                    language=(get_language() or "de")[:2],
                    chapters=[] if len(chosen) == len(known) else chosen,
                    working=request.POST.get("stand") == "arbeit",
                    origin=f"{request.scheme}://{request.get_host()}",
                )
                return redirect("report-job", token=job.pk)
            except TooManyReports:
                error = _(
                    "Gerade werden viele Dokumente erstellt. Bitte in einigen Minuten noch einmal versuchen."
                )
    context = {
        "kept": kept_rows(concept),
        "is_open": bool(error),
        "chapters": [
            {"name": chapter.name, "title": chapter.title, "on": chapter.name in chosen} for chapter in known
        ],
        "error": error,
        "may_working": actor.sees_internal,
        "page_title": _("Das Konzept als Dokument"),
        "page_lead": _("Zum Lesen, Drucken und Weitergeben: als PDF oder für Word."),
        "active_nav": "report",
        "breadcrumb": breadcrumb((_("Dokument"), "")),
    }
    return render(request, "publish/report.html", context, status=400 if error else 200)


def _job(request: HttpRequest, token: str) -> ReportJob:
    job = (
        ReportJob.objects.filter(pk=token, expires__gt=timezone.now())
        .select_related("concept", "edition")
        .first()
    )
    if job is None or not may_fetch(job, actor_of(request)):
        raise Http404
    if is_outdated(job):
        discard(job)
    return job


@require_safe
def report_job(request: HttpRequest, token: str) -> HttpResponse:
    """How far the report is; the part that changes is asked for again every second or by reloading."""
    return _state(request, _job(request, token))


def _state(request: HttpRequest, job: ReportJob, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "job": job,
        "running": job.state in {ReportJob.State.WAITING, ReportJob.State.RUNNING},
        "done": job.state == ReportJob.State.DONE,
        "kept_url": kept_address(job) if job.shelf else "",
        "outdated": job.state == ReportJob.State.OUTDATED,
        "noindex": True,
        "page_title": _("Ihr Dokument"),
        "active_nav": "report",
        "breadcrumb": breadcrumb((_("Dokument"), reverse("report")), (_("Ihr Dokument"), "")),
    }
    htmx = bool(getattr(request, "htmx", False))
    template = "publish/_report_state.html" if htmx else "publish/report_job.html"
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def report_file(request: HttpRequest, token: str) -> FileResponse | HttpResponse:
    """The finished file; 410 with the reason where something in it is not public any more."""
    job = _job(request, token)
    if job.state == ReportJob.State.OUTDATED:
        return _state(request, job, status=410)
    if job.state != ReportJob.State.DONE:
        raise Http404
    try:
        opened = job.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = file_stem(str(job.concept), otherwise="insek")
    response = FileResponse(
        opened, as_attachment=True, filename=f"{name}.{job.format}", content_type=TYPES[job.format]
    )
    response["Cache-Control"] = "private, no-store" if job.working else "no-cache"
    return response


@require_safe
def kept_pdf(request: HttpRequest, form: str, key: str = "") -> HttpResponse | FileResponse:
    """The PDF of the concept, or of an edition, at its lasting address.

    What was made last comes at once; where something has changed since, the next is made meanwhile. Where there is none yet, or
    it holds what is not public any more, the page that says how far the new one is.
    """
    concept = concept_or_404(request)
    edition = get_object_or_404(concept.editions.visible_to(actor_of(request)), key=key) if key else None
    shelf = Shelf(concept, form, (get_language() or "de")[:2], edition)
    origin = f"{request.scheme}://{request.get_host()}"
    there = keeping.lying(shelf)
    if there is not None and is_outdated(there):
        discard(there)
        there = None
    if there is None or there.content_key != shelf.key(origin):
        try:
            asked = start_kept(shelf, origin=origin)
        except TooManyReports:
            if there is None:
                return _busy(request)
            asked = there
        if asked.state == ReportJob.State.DONE:
            there = asked
        if there is None:
            response = redirect("report-job", token=asked.pk)
            response["Cache-Control"] = "no-store"
            return response
    return _kept_file(there, shelf)


def kept_address(job: ReportJob) -> str:
    """The lasting address at which a document lies."""
    if job.edition is not None:
        return reverse(f"edition-{job.form}", args=[job.edition.key])
    return reverse(f"concept-{job.form}")


def _busy(request: HttpRequest) -> HttpResponse:
    context = {"page_title": _("Das Konzept als Dokument"), "active_nav": "report", "noindex": True}
    response = render(request, "publish/report_busy.html", context, status=503)
    response["Retry-After"] = "120"
    return response


def _kept_file(job: ReportJob, shelf: Shelf) -> FileResponse:
    """The file, with its day in the name and the head."""
    try:
        opened = job.file.open("rb")
    except FileNotFoundError as error:
        job.delete()
        raise Http404 from error
    name = file_stem(str(shelf.edition or shelf.concept), otherwise="insek")
    short = f"-{_('kurz')}" if shelf.form == ReportJob.Form.SHORT else ""
    day = timezone.localtime(job.created_at).date().isoformat()
    response = FileResponse(
        opened, filename=f"{name}{short}-{day}.pdf", content_type=TYPES["pdf"], as_attachment=False
    )
    response["Last-Modified"] = http_date(job.created_at.timestamp())
    response["Cache-Control"] = "no-cache"
    return response


def kept_rows(concept: Concept) -> list[dict[str, Any]]:
    """The two documents of the concept, with day and size where they lie ready. One query."""
    language = (get_language() or "de")[:2]
    shelves = [Shelf(concept, form, language) for form in (ReportJob.Form.SHORT, ReportJob.Form.FULL)]
    there = keeping.lying_on(shelves)
    about = {
        ReportJob.Form.SHORT: _("Ziele, Maßnahmen, Karten und Stand, zum Lesen in einem Zug"),
        ReportJob.Form.FULL: _(
            "dazu Steckbriefe, roter Faden, alle Zahlen, Planwerke, Beteiligung und Quellen"
        ),
    }
    return [
        {
            "label": ReportJob.Form(shelf.form).label,
            "about": about[ReportJob.Form(shelf.form)],
            "url": reverse(f"concept-{shelf.form}"),
            "job": there.get(shelf.name),
        }
        for shelf in shelves
    ]


@require_safe
def item_pdf(request: HttpRequest, item_id: str) -> HttpResponse:
    """The fact sheet, profile or sheet of one item; of what is public it shows what everybody may see."""
    item, _pages = visible_item(request, item_id)
    if item.kind not in SHEETS:
        raise Http404
    public = item.visibility == Visibility.PUBLIC
    made = make_item(
        item,
        ANONYMOUS if public else actor_of(request),
        working=not public,
        origin=f"{request.scheme}://{request.get_host()}",
    )
    response = HttpResponse(made, content_type=TYPES["pdf"])
    name = file_stem(str(item), otherwise=item.pk)
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-cache" if public else "private, no-store"
    return response


def pdf_link(asker: Asker, item: Item) -> dict[str, str]:
    """The address of an item's sheet, for its page."""
    return {"pdf_url": reverse("item-pdf", args=[item.pk])}


for kind in SHEETS:
    add_to_detail(kind, pdf_link)
