"""Sending a file for the maps, seeing how far it is, and taking away what there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.people.actors import actor_of, require
from insek.web.context import concept_or_404
from insek.web.middleware import LARGEST_MAP_FILE

from ..basemap.making import ENDINGS
from ..map_file_models import MapFileJob
from ..models import NameSource
from ..outside.services import RIGHT
from ..outside.views import setup_frame
from .forms import MapFileForm
from .present import BASE
from .receiving import ToDisk, free_bytes
from .services import AlreadyReading, remove, start_reading


# Who may not send a file is turned away before a byte of it is read, and looking for the token of the form reads all of it:
# so the token is asked for inside.
@csrf_exempt
@login_required
@require_http_methods(["GET", "POST"])
def map_upload(request: HttpRequest) -> HttpResponse:
    """Send a file."""
    require(actor_of(request), RIGHT)
    most = min(LARGEST_MAP_FILE, free_bytes())
    to_disk = ToDisk(most)
    request.upload_handlers = [to_disk]
    return _upload(request, to_disk, most)


@csrf_protect
def _upload(request: HttpRequest, to_disk: ToDisk, most: int) -> HttpResponse:
    concept = concept_or_404(request)
    sent = request.FILES if request.method == "POST" else None
    form = MapFileForm(request.POST if sent is not None else None, sent)
    received: list[Any] = list(sent.values()) if sent is not None else []
    kept = [Path(file.temporary_file_path()) for file in received]
    try:
        if to_disk.is_too_large:
            form.errors.pop("file", None)
            form.add_error(
                "file", _("Die Datei ist zu groß; es passen %(size)s.") % {"size": filesizeformat(most)}
            )
        elif form.is_valid():
            data = form.cleaned_data
            try:
                start_reading(
                    concept, name=data["file"].name, received=Path(data["file"].temporary_file_path()),
                    attribution=data["attribution"], margin=float(data["margin"] or 0), mapping=data["mapping"],
                    actor=actor_of(request),
                )  # fmt: skip
            except AlreadyReading:
                form.add_error(
                    None, _("Gerade wird schon eine Datei eingelesen. Bitte warten Sie, bis das fertig ist.")
                )
            else:
                return redirect("map-setup")
    finally:
        for file in received:
            file.file.close()
        for path in kept:
            path.unlink(missing_ok=True)
    title = _("Grundkarte einlesen")
    context = {
        "form": form,
        "largest": most,
        "endings": ", ".join(ENDINGS),
        "page_title": title,
        "cancel_url": reverse("map-setup"),
        **setup_frame((title, "")),
    }
    return render(request, "places/map_upload.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def map_reading(request: HttpRequest) -> HttpResponse:
    """How far the file is that is read in; the part of the page that changes."""
    require(actor_of(request), RIGHT)
    response = render(request, "places/_map_reading.html", {**reading_context(request), "is_part": True})
    response["Cache-Control"] = "no-store"
    return response


def reading_context(request: HttpRequest) -> dict[str, Any]:
    """The file that was sent last."""
    return {
        "job": MapFileJob.objects.filter(concept=concept_or_404(request)).select_related("started_by").first()
    }


@login_required
@require_POST
def map_remove(request: HttpRequest, sort: str) -> HttpResponse:
    """Take away what was read in of a sort."""
    require(actor_of(request), RIGHT)
    names = {BASE: NameSource.Sort.BASE, "houses": NameSource.Sort.HOUSES, "streets": NameSource.Sort.STREETS}
    if sort not in names:
        raise Http404
    try:
        remove(concept_or_404(request), sort, actor_of(request))
    except AlreadyReading:
        messages.error(request, _("Gerade wird eine Datei eingelesen. Bitte warten Sie, bis das fertig ist."))
    else:
        messages.success(request, _("%(what)s: entfernt.") % {"what": names[sort].label})
    return redirect("map-setup")
