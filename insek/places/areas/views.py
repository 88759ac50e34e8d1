"""The areas of a layer for maps and other programs, and the page on which a layer is set up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted, posted_version
from insek.people.views.shared import http_status, save
from insek.thread.setting_up import save_part
from insek.web.context import concept_of, concept_or_404
from insek.web.number_fields import WholeNumberField

from ..area_models import AreaLayer
from ..outside.services import RIGHT
from ..outside.views import setup_frame
from .keeping import remove_layer
from .showing import credit_of, layer_for, section_of_layer, whole_layer

HOUR = 3600
HERE = "#flaechen"


class AreaLayerForm(forms.ModelForm):
    """What a layer is called, what it shows, and who sees it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = AreaLayer
        fields = ["title", "title_en", "meaning", "meaning_en", "hue", "position", "is_public", "is_on"]
        field_classes = {"position": WholeNumberField}
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("meaning", "meaning_en")}
        help_texts = {
            "meaning": gettext_lazy("Steht bei der Ebene, wo sie sich einschalten lässt."),
            "is_public": gettext_lazy("Sonst nur für Angemeldete."),
            "is_on": gettext_lazy(
                "Karten bieten die Ebene an; zu sehen ist sie erst, wenn jemand sie wählt."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version

    def _post_clean(self) -> None:
        """The service validates; the form does not touch the row it shows."""


@require_safe
def area_layer_data(request: HttpRequest, pk: int) -> HttpResponse:
    """A layer as GeoJSON: all of it, or with ``bbox`` and ``zoom`` what a map draws of it."""
    actor = actor_of(request)
    row = layer_for(concept_of(request), actor, pk)
    if row is None:
        raise Http404
    box = _box(request.GET.get("bbox", ""))
    data = whole_layer(row) if box is None else section_of_layer(row, box, _zoom(request))
    response = JsonResponse(data, content_type="application/geo+json")
    is_open = row.is_public and row.is_on
    response["Cache-Control"] = f"public, max-age={HOUR}" if is_open and "v" in request.GET else "private, no-store" if not is_open else "public, no-cache"  # fmt: skip
    response["Vary"] = "Cookie"
    return response


def _box(text: str) -> tuple[float, float, float, float] | None:
    """A box in degrees; None where none is said. Raises Http404 for what is none."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(",", 4))
    except ValueError:
        raise Http404 from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise Http404
    return west, south, east, north


def _zoom(request: HttpRequest) -> float:
    try:
        return min(22.0, max(0.0, float(request.GET.get("zoom", "12")[:10])))
    except ValueError:
        raise Http404 from None


@login_required
@require_http_methods(["GET", "POST"])
def area_layer(request: HttpRequest, pk: int) -> HttpResponse:
    """Change how a layer is called, explained and shown."""
    require(actor_of(request), RIGHT)
    row = get_object_or_404(AreaLayer.objects.select_related("current"), concept=concept_or_404(request), pk=pk)  # fmt: skip
    form = AreaLayerForm(posted(request), instance=row)
    conflict: list[dict[str, str]] = []
    status = 200
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        version = form.cleaned_data.get("version") or 0
        saved, conflict = save(form, lambda: save_part(row, values=values, expected_version=version, actor=actor_of(request), right=RIGHT))  # fmt: skip
        if saved is not None:
            messages.success(request, _("„%(name)s“ ist gespeichert.") % {"name": saved})
            return redirect(reverse("map-setup") + HERE)
        status = http_status(form, conflict)
    elif request.method == "POST":
        status = 400
    title = AreaLayer.objects.values_list("title", flat=True).get(pk=pk)
    context = {
        "form": form, "conflict": conflict, "row": row, "credit": credit_of(row.current) if row.current else "",
        "page_title": title, "cancel_url": reverse("map-setup") + HERE, **setup_frame((title, "")),
    }  # fmt: skip
    return render(request, "places/area_layer.html", context, status=status)


@login_required
@require_POST
def area_layer_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a layer away with all its areas."""
    require(actor_of(request), RIGHT)
    row = get_object_or_404(AreaLayer, concept=concept_or_404(request), pk=pk)
    try:
        remove_layer(row, expected_version=posted_version(request), actor=actor_of(request))
    except Conflict:
        messages.error(request, _("Inzwischen hat jemand anderes diese Angaben geändert. Bitte sehen Sie sie noch einmal an."))  # fmt: skip
        return redirect("area-layer", pk)
    messages.success(request, _("„%(name)s“ ist gelöscht.") % {"name": row})
    return redirect(reverse("map-setup") + HERE)
