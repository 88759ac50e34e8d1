"""The pages about documents: list, upload, one document, search in them, its file."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import breadcrumb
from insek.people.locking import Conflict
from insek.people.requests import posted, posted_version, search_words
from insek.web.context import asker_of, concept_of, concept_or_404, kind_names_of
from insek.web.file_names import file_stem
from insek.web.middleware import LARGEST_DOCUMENTS
from insek.web.paging import BadCursor, keyset_page, pager

from .. import jobs, queries, services, uploading
from ..forms import AboutDocument, UploadDocuments
from ..models import Document
from ..problems import problem_words
from ..search import MOST_FOUND, find_pages

PAGE_SIZE = 30
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
}


def visible_document(request: HttpRequest, pk: int) -> Document:
    """A document of this concept, behind the gate. Raises Http404."""
    rows = Document.objects.visible_to(actor_of(request)).filter(concept=concept_of(request))
    found = rows.select_related("concept", "edition", "about").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def page_context(title: str, *steps: tuple[str, str], **context: Any) -> dict[str, Any]:
    """What each page of this room says of itself."""
    here = [(_("Dokumente"), reverse("document-list")), *steps]
    if title != _("Dokumente"):
        here.append((title, ""))
    return {
        "page_title": title,
        "active_nav": "document",
        "breadcrumb": breadcrumb(*here),
        "noindex": True,
        **context,
    }


def _can_edit(request: HttpRequest) -> bool:
    return rules.test_rule("documents.edit", actor_of(request))


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    """All documents that this person may see, the last first."""
    actor, concept = actor_of(request), concept_of(request)
    rows = Document.objects.visible_to(actor).filter(concept=concept)
    try:
        page = keyset_page(
            rows, order=("-uploaded_at", "-id"), cursor=request.GET.get("nach", ""), size=PAGE_SIZE
        )
    except BadCursor as error:
        raise Http404 from error
    counts = queries.counts_of_passages(page.rows)
    context = page_context(
        _("Dokumente"),
        entries=[{"document": one, "count": counts.get(one.pk, 0)} for one in page.rows],
        can_edit=_can_edit(request), inside=actor.sees_internal,
        **pager(page, lambda cursor: f"?nach={cursor}"),
    )  # fmt: skip
    return render(request, "documents/document_list.html", context)


# Who may not upload is turned away before a byte is read, and looking for the token of the form reads all of it: so the
# token is asked for inside.
@csrf_exempt
@login_required
@require_http_methods(["GET", "POST"])
def document_upload(request: HttpRequest) -> HttpResponse:
    """Upload files; each is kept and then read in the background."""
    require(actor_of(request), "documents.edit")
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    concept = concept_or_404(request)
    form = UploadDocuments(
        posted(request), request.FILES or None, concept=concept, actor=actor, initial={"about": request.GET.get("zu") or None}
    )  # fmt: skip
    refused: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("kind", "date", "edition", "about")}
        uploaded = uploading.keep_files(
            form.cleaned_data["uploads"], concept=concept, values=values, actor=actor
        )
        for one in uploaded.kept:
            jobs.ask_to_read(one)
        refused = uploaded.refused
        for name, reason in refused[:20]:
            form.add_error("uploads", f"{name}: {reason}")
        if uploaded.kept and not refused:
            if len(uploaded.kept) == 1:
                return redirect("document", uploaded.kept[0].pk)
            return redirect("document-list")
        if uploaded.kept:
            count = len(uploaded.kept)
            told = ngettext(
                "%(count)s Datei ist angekommen und wird gelesen.",
                "%(count)s Dateien sind angekommen und werden gelesen.",
                count,
            )
            messages.success(request, told % {"count": count})
    context = page_context(_("Dokumente hochladen"), form=form, largest=LARGEST_DOCUMENTS // 1024**2)
    return render(request, "documents/upload.html", context, status=400 if form.errors else 200)


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: what it is, its contents, and what was taken from it."""
    found = visible_document(request, pk)
    if getattr(request, "htmx", False):
        if not found.is_working:
            return HttpResponse(headers={"HX-Refresh": "true"})
        response = render(request, "documents/_progress.html", {"document": found})
        response["Cache-Control"] = "no-store"
        return response
    asker, names = asker_of(request), kind_names_of(request)
    actor = actor_of(request)
    cited = queries.cited_in(found, asker) if actor.sees_internal else []
    context = page_context(
        found.title, document=found, version=found.version,
        problem=problem_words(found.problem) if found.state == Document.State.FAILED else "",
        headings=queries.headings_of(found) if found.state == Document.State.DONE else [],
        cited=[{**one, "kind_label": names(one["kind"]) if one["kind"] else _("Handlungsfeld")} for one in cited],
        can_edit=_can_edit(request), can_release=rules.test_rule("documents.release", actor), inside=actor.sees_internal,
        has_ocr=jobs.recogniser() is not None,
        bare_pages=queries.pages_without_text([found]).get(found.pk, 0) if found.state == Document.State.DONE and found.has_pages else 0,
        about=found.about if found.about and actor.sees_internal else None,
    )  # fmt: skip
    return render(request, "documents/document.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def document_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is said of a document."""
    found, actor = visible_document(request, pk), actor_of(request)
    require(actor, "documents.edit")
    form = AboutDocument(posted(request), instance=found, concept=found.concept, actor=actor)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                services.change_document(
                    found, values=form.cleaned_data, expected_version=posted_version(request), actor=actor
                )
            except Conflict:
                form.add_error(
                    None,
                    _(
                        "Inzwischen hat jemand anderes dieses Dokument geändert. Bitte prüfen Sie Ihre Angaben und speichern Sie noch einmal."
                    ),
                )
                status = 409
                found.refresh_from_db(fields=["version"])
            else:
                return redirect("document", pk)
    context = page_context(
        _("Angaben ändern"),
        (found.title, reverse("document", args=[pk])),
        form=form,
        document=found,
        version=found.version,
    )
    return render(request, "documents/edit.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def document_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a document, after saying what rests on it."""
    found, actor = visible_document(request, pk), actor_of(request)
    require(actor, "documents.edit")
    if request.method == "POST":
        try:
            services.delete_document(found, expected_version=posted_version(request), actor=actor)
        except Conflict:
            messages.warning(
                request, _("Inzwischen hat jemand anderes dieses Dokument geändert. Es ist nicht gelöscht.")
            )
            return redirect("document", pk)
        messages.success(request, _("Das Dokument ist gelöscht. Was daraus entnommen war, ist geblieben."))
        return redirect("document-list")
    cited = queries.cited_in(found, asker_of(request))
    context = page_context(
        _("Dokument löschen"),
        (found.title, reverse("document", args=[pk])),
        document=found,
        cited=cited,
        version=found.version,
    )
    return render(request, "documents/delete.html", context)


@login_required
@require_POST
def document_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Open file, pictures and text of a document to everybody, or close them again."""
    found, actor = visible_document(request, pk), actor_of(request)
    is_public = request.POST.get("oeffentlich") == "1"
    try:
        services.set_public(found, is_public=is_public, expected_version=posted_version(request), actor=actor)
    except Conflict:
        messages.warning(
            request,
            _("Inzwischen hat jemand anderes dieses Dokument geändert. Bitte prüfen Sie es noch einmal."),
        )
    return redirect("document", pk)


@login_required
@require_POST
def document_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a file anew, on request with recognising text in pictures."""
    found, actor = visible_document(request, pk), actor_of(request)
    services.read_again(found, ocr=request.POST.get("texterkennung") == "1", actor=actor)
    return redirect("document", pk)


@require_safe
def document_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it was uploaded."""
    found = visible_document(request, pk)
    try:
        opened = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"{file_stem(found.title, otherwise='dokument')}.{found.format}"
    response = FileResponse(opened, filename=name, content_type=TYPES[found.format], as_attachment=True)
    response["Cache-Control"] = "no-cache" if found.is_public else "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_safe
def document_search(request: HttpRequest) -> HttpResponse:
    """All pages of documents that have the words."""
    query = search_words(request, request.GET)
    found = find_pages(query, concept_of(request), actor_of(request)) if query else []
    count = len(found)
    label = ngettext("%(count)s Seite", "%(count)s Seiten", count) % {"count": count}
    context = page_context(
        _("In Dokumenten suchen"),
        query=query,
        found_pages=found,
        result_label=label,
        is_cut=count >= MOST_FOUND,
    )
    return render(request, "documents/search.html", context)
