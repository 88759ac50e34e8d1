"""The page on which the maps are set up."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.people.actors import actor_of, require
from insek.web.context import concept_or_404

from .area_models import AreaLayer
from .map_files.present import what_there_is
from .map_files.views import reading_context
from .outside.services import RIGHT
from .outside.views import setup_frame
from .outside_models import OutsideLayer


@login_required
@require_safe
def map_setup(request: HttpRequest) -> HttpResponse:
    """What there is, with the way to change it."""
    require(actor_of(request), RIGHT)
    concept = concept_or_404(request)
    layers = list(OutsideLayer.objects.filter(concept=concept))
    context = {
        "present": what_there_is(concept),
        **reading_context(request),
        "layers": layers,
        "area_layers": AreaLayer.objects.filter(concept=concept)
        .select_related("current")
        .defer("current__coarse"),
        "page_title": _("Karten einrichten"),
        "page_lead": _("Was unter den Karten liegt, und was sich darüberlegen lässt."),
        **setup_frame(),
    }
    return render(request, "places/map_setup.html", context)
