"""The page on which the area of an element is divided by a line, or joined with another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from insek.engines.geometry import metric_area, to_geojson
from insek.items.views.items import item_breadcrumb, visible_item
from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted
from insek.places.geometry_field import GeometryFormField
from insek.places.still import ground_address
from insek.release.models import Proposal
from insek.release.waiting_changes import waits_message
from insek.thread.models import Item
from insek.web.choices import offer_choices
from insek.web.context import asker_of
from insek.web.display import number_words

from .areas import SQUARE_METRES, hectares
from .dividing import area_of, divide, is_area, join
from .queries import features

MOST_OTHERS = 200
CHANGED = gettext_lazy("Inzwischen hat jemand anderes dieses Element geändert. Bitte noch einmal.")


class DividingForm(forms.Form):
    """The line that cuts, or the element that joins."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    line = GeometryFormField(
        required=False,
        label=gettext_lazy("Schnittlinie"),
        help_text=gettext_lazy(
            "Von Rand zu Rand. Je Zeile ein Punkt: erst die Länge, dann die Breite, etwa %(degrees)s; in der ersten Zeile Linie."
        ),
    )
    other = forms.ChoiceField(required=False, label=gettext_lazy("Verbinden mit"))
    takes_place = forms.BooleanField(
        required=False,
        initial=True,
        label=gettext_lazy("Dem anderen Element den Ort nehmen, damit nichts doppelt zählt"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def feature_area(request: HttpRequest, item_id: str) -> HttpResponse:
    """Divide or join the area of an element. Some eight queries."""
    found, pages = visible_item(request, item_id)
    actor = actor_of(request)
    require(actor, "thread.edit_item", found)
    item = (
        features(found.concept, actor)
        .select_related("concept", "feature", "location")
        .filter(pk=found.pk)
        .first()
    )
    if item is None:
        raise Http404
    try:
        area = area_of(item)
    except ValidationError:
        raise Http404 from None
    others = _others(request, item)
    form = DividingForm(posted(request), initial={"version": item.version})
    form.fields["line"].of_city(item.concept, is_inside=False)  # type: ignore[attr-defined]  # the field is ours
    offer_choices(form, "other", [("", _("bitte wählen")), *((each.pk, str(each)) for each in others)])
    status = 200
    if request.method == "POST":
        done = _done(request, form, item, {each.pk: each for each in others}) if form.is_valid() else None
        if done is not None:
            return done
        status = 400
    size = metric_area(area, item.concept.metric_crs) / SQUARE_METRES
    context: dict[str, Any] = {
        "form": form,
        "item": item,
        "others": others,
        "size": hectares(size),
        "draw": {
            "ground": ground_address(asker_of(request)),
            "crs": item.concept.metric_crs,
            "snap": reverse("snap-lines"),
            "under": to_geojson(area),
        },
        "page_title": _("Fläche teilen oder verbinden"),
        "page_lead": str(item),
        "active_nav": item.kind,
        "cancel_url": item.url,
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url), (_("Fläche"), "")
        ),
        "noindex": True,
    }
    return render(request, "space/feature_area.html", context, status=status)


def _others(request: HttpRequest, item: Item) -> list[Item]:
    """The other elements that are drawn as areas. One query."""
    rows = features(item.concept, actor_of(request)).exclude(pk=item.pk).filter(location__isnull=False)
    rows = rows.select_related("concept", "feature", "location").order_by("sort_key", "pk")
    return [each for each in rows[:MOST_OTHERS] if is_area(each)]


def _done(
    request: HttpRequest, form: DividingForm, item: Item, others: dict[str, Item]
) -> HttpResponse | None:
    """What was asked for, done; None where the form says why not."""
    data, actor = form.cleaned_data, actor_of(request)
    try:
        if "teilen" in request.POST:
            if data["line"] is None:
                form.add_error("line", _("Bitte die Linie zeichnen oder eintragen, die teilt."))
                return None
            saved, made = divide(item, data["line"], expected_version=data["version"], actor=actor)
            messages.success(
                request,
                ngettext(
                    "Geteilt: Das größte Stück bleibt hier, %(count)s neues Element ist angelegt und noch intern: %(names)s.",
                    "Geteilt: Das größte Stück bleibt hier, %(count)s neue Elemente sind angelegt und noch intern: %(names)s.",
                    len(made),
                )
                % {"count": number_words(len(made)), "names": ", ".join(str(each) for each in made)},
            )
        else:
            other = others.get(data["other"])
            if other is None:
                form.add_error("other", _("Bitte das Element wählen, mit dem verbunden wird."))
                return None
            saved = join(
                item, other, expected_version=data["version"], other_version=other.version,
                takes_place=data["takes_place"], actor=actor,
            )  # fmt: skip
            messages.success(request, _("Verbunden mit „%(other)s“.") % {"other": other})
    except ValidationError as error:
        form.add_error("line" if "teilen" in request.POST else "other", error)
        return None
    except Conflict:
        form.add_error(None, str(CHANGED))
        return None
    if isinstance(saved, Proposal):
        messages.info(
            request,
            waits_message(
                saved, _("Der neue Ort wartet auf Freigabe; öffentlich zu sehen ist noch der bisherige.")
            ),
        )
    return redirect(item.url)
