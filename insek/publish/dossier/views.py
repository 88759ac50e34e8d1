"""„Was sagt das INSEK hier?“: the page, and the same as PDF and Word."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.people.breadcrumbs import breadcrumb
from insek.people.requests import posted
from insek.places.geometry_field import GeometryFormField
from insek.places.names.finding import FoundPlace
from insek.places.nearby.offers import register_offer
from insek.places.outside.showing import outside_context, with_outside_layers
from insek.places.queries import place_choices
from insek.places.still import ground_address
from insek.web.context import asker_of, concept_or_404
from insek.web.file_names import file_stem

from ..report.making import TYPES, typeset
from .addresses import shape_in_address
from .asked import ITEM, NUMBER, SHAPE, WORDS, AskedDossier, asked_dossier
from .collecting import dossier_of
from .document import dossier_document, participation_words
from .showing import dossier_address, shown_dossier, shown_place_choices


class PlotForm(forms.Form):
    """A place that is drawn, typed as coordinates or pasted."""

    geometry = GeometryFormField(
        label=gettext_lazy("Koordinaten"),
        help_text=gettext_lazy(
            "Zeichnen füllt dieses Feld. Oder je Zeile ein Punkt: erst die Länge, dann die Breite, etwa %(degrees)s, oder Meter (UTM, etwa"
            " %(utm)s). In der ersten Zeile kann Punkt, Linie oder Fläche stehen. Auch GeoJSON lässt sich einfügen."
        ),
    )

    def __init__(self, *args: Any, concept: Concept, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["geometry"].of_city(concept)  # type: ignore[attr-defined]  # the field is ours

    def clean_geometry(self) -> str:
        """The shape as it goes into the address."""
        return shape_in_address(self.cleaned_data["geometry"])


@csrf_exempt  # nothing is kept and nobody acts: the form only makes an address, and so sets no cookie
@require_http_methods(["GET", "HEAD", "POST"])
@with_outside_layers
def dossier(request: HttpRequest) -> HttpResponse:
    """The page: without a place the ways to name one, with one what applies there."""
    asker, concept = asker_of(request), concept_or_404(request)
    form = PlotForm(posted(request), concept=concept)
    if request.method == "POST" and form.is_valid():
        return redirect(dossier_address({SHAPE: form.cleaned_data["geometry"]}))
    asked = AskedDossier() if request.method == "POST" else asked_dossier(asker)
    status = 400 if request.method == "POST" or asked.problem else 200
    context: dict[str, Any] = {
        "page_title": _("Was sagt das INSEK hier?"),
        "active_nav": "map",
        "noindex": bool(request.GET),
        **outside_context(asker),
    }
    if asked.place is not None:
        found = dossier_of(asker, asked)
        context |= {
            **shown_dossier(asker, found),
            "page_lead": ", ".join(part for part in (asked.place.name, asked.place.about) if part),
            "breadcrumb": breadcrumb((_("Was sagt das INSEK hier?"), reverse("dossier")), (asked.place.name, "")),
            "participation": participation_words(),
            "sees_internal": asker.actor.sees_internal,
        }  # fmt: skip
    else:
        context |= _beginning(asker, concept, asked, form)
    response = render(request, "publish/dossier.html", context, status=status)
    if request.GET:
        response["Cache-Control"] = "private, no-store"
    return response


def _beginning(asker: Asker, concept: Concept, asked: AskedDossier, form: PlotForm) -> dict[str, Any]:
    """The three ways to name a place."""
    return {
        "form": form,
        "draw": {
            "ground": ground_address(asker),
            "centres": {},
            "crs": concept.metric_crs,
            # what others have drawn is given to those who are signed in; the lines of the base map are there for all
            "snap": reverse("snap-lines") if asker.actor.user_id is not None else "",
        },
        "problem": asked.problem,
        "choices": shown_place_choices(asked.choices),
        "words": asked.words,
        "number": asked.number,
        "place_options": place_choices(concept, asker.actor),
        "names": {"words": WORDS, "item": ITEM, "number": NUMBER},
        "breadcrumb": breadcrumb((_("Stadtkarte"), reverse("city-map")), (_("Was sagt das INSEK hier?"), "")),
    }  # fmt: skip


@require_safe
def dossier_file(request: HttpRequest, format: str) -> HttpResponse:
    """The dossier as PDF or Word, for who asks. Raises Http404 where the address names no place."""
    asker = asker_of(request)
    concept_or_404(request)
    asked = asked_dossier(asker)
    if asked.place is None:
        raise Http404
    origin = f"{request.scheme}://{request.get_host()}"
    made = typeset(dossier_document(asker, asked, origin=origin), format)
    response = HttpResponse(made, content_type=TYPES[format])
    name = file_stem(f"dossier {asked.place.name}", otherwise="dossier")
    kind = "inline" if format == "pdf" else "attachment"
    response["Content-Disposition"] = f'{kind}; filename="{name}.{format}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _offer(asker: Asker, place: FoundPlace) -> dict[str, str] | None:
    """The way from what is planned near a place."""
    values = {WORDS: place.whole, "punkt": f"{place.lat:.5f},{place.lon:.5f}"}
    return {"label": _("Was sagt das INSEK hier?"), "url": dossier_address(values)}


register_offer(_offer)
