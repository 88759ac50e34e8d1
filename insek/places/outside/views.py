"""Setting up the maps: the layers of other services that they offer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from insek.concept.models import Concept
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.locking import Conflict
from insek.people.requests import posted, posted_version
from insek.people.views.shared import http_status, save
from insek.web.context import concept_or_404

from ..outside_models import OutsideLayer
from .capabilities import ServiceSaid
from .forms import OutsideLayerForm
from .reading import ServiceRefused
from .services import RIGHT, ask_service, delete_layer, save_layer

LAYERS = "#ebenen"


def setup_frame(*steps: tuple[str, str]) -> dict[str, Any]:
    """What the pages for setting up maps have in common."""
    return {
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Karten einrichten"), reverse("map-setup")), *steps),
        "noindex": True,
    }


def _concept(request: HttpRequest) -> Concept:
    require(actor_of(request), RIGHT)
    return concept_or_404(request)


@login_required
@require_http_methods(["GET", "POST"])
def layer_create(request: HttpRequest) -> HttpResponse:
    """Enter a layer."""
    concept = _concept(request)
    return _layer_form(request, OutsideLayer(concept=concept), _("Ebene eines anderen Dienstes eintragen"))


@login_required
@require_http_methods(["GET", "POST"])
def layer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a layer."""
    row = get_object_or_404(OutsideLayer, concept=_concept(request), pk=pk)
    return _layer_form(request, row, row.title)


def _layer_form(request: HttpRequest, row: OutsideLayer, title: str) -> HttpResponse:
    form = OutsideLayerForm(posted(request), instance=row)
    asked: dict[str, Any] = {}
    conflict: list[dict[str, str]] = []
    status = 200
    if request.method == "POST" and "fragen" in request.POST:
        form, asked, status = _asked(request, row)
    elif request.method == "POST" and form.is_valid():
        saved, conflict = save(
            form,
            lambda: save_layer(
                row,
                values=form.values(),
                expected_version=form.expected_version if row.pk else None,
                actor=actor_of(request),
            ),
        )
        if saved is not None:
            messages.success(request, _("„%(name)s“ ist gespeichert.") % {"name": saved})
            return redirect(reverse("map-setup") + LAYERS)
        status = http_status(form, conflict)
    elif request.method == "POST":
        status = 400
    context = {
        "form": form,
        "asked": asked,
        "conflict": conflict,
        "row": row,
        "page_title": title,
        "delete_url": reverse("outside-layer-delete", args=[row.pk]) if row.pk else "",
        "cancel_url": reverse("map-setup") + LAYERS,
        **setup_frame((title, "")),
    }
    return render(request, "places/outside_layer.html", context, status=status)


def _asked(request: HttpRequest, row: OutsideLayer) -> tuple[OutsideLayerForm, dict[str, Any], int]:
    """The form with what the service said; nothing is saved. What was typed stays, what was left empty is proposed."""
    sent = request.POST.copy()
    sort = sent.get("sort", "")
    problem = ""
    said: ServiceSaid | None = None
    answered = None
    if sort not in OutsideLayer.Sort.values:
        problem = _("Bitte die Art des Dienstes wählen.")
    else:
        try:
            origin = f"{request.scheme}://{request.get_host()}"
            said, answered = ask_service(sent.get("address", ""), sort, actor_of(request), origin)
        except ServiceRefused as error:
            problem = str(error)
        except ValidationError as error:
            problem = " ".join(error.messages)
    if said is not None:
        for name in ("title", "attribution", "licence"):
            if not sent.get(name, "").strip():
                sent[name] = getattr(said, name)
    initial: dict[str, Any] = {name: sent[name] for name in OutsideLayerForm.Meta.fields if name in sent}
    initial |= {name: name in sent for name in ("is_public", "is_on")}
    form = OutsideLayerForm(None, instance=row, initial=initial, said=said)
    form.fields["version"].initial = sent.get("version", "")
    asked = {"problem": problem}
    if said is not None and answered is not None:
        asked["found"] = (
            ngettext(
                "Der Dienst bietet %(count)s Ebene an, die die Karte zeigen kann.",
                "Der Dienst bietet %(count)s Ebenen an, die die Karte zeigen kann.",
                len(said.layers),
            )
            % {"count": len(said.layers)}
            if said.layers
            else _("Der Dienst bietet nichts an, was die Karte zeigen kann.")
        )
        if said.left_out:
            asked["left_out"] = _(
                "%(count)s weitere gibt es dort nicht in Web-Mercator oder nicht als GeoJSON; sie lassen sich nicht zeigen."
            ) % {"count": said.left_out}
        if not answered.lets_show:
            asked["hidden"] = _(
                "Der Dienst sagt nicht, dass Browser ihn von anderen Seiten aus fragen dürfen (CORS). Dann bleibt die Ebene leer: Bitten Sie den Betreiber, es für Ihre Adresse zu erlauben."
            )
    return form, asked, 200 if not problem else 400


@login_required
@require_POST
def layer_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a layer away."""
    row = get_object_or_404(OutsideLayer, concept=_concept(request), pk=pk)
    try:
        delete_layer(row, expected_version=posted_version(request), actor=actor_of(request))
    except Conflict:
        messages.error(
            request,
            _("Inzwischen hat jemand anderes diese Angaben geändert. Bitte sehen Sie sie noch einmal an."),
        )
        return redirect("outside-layer", pk)
    messages.success(request, _("„%(name)s“ ist gelöscht.") % {"name": row})
    return redirect(reverse("map-setup") + LAYERS)
