"""The set of areas that the city compares itself with."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import breadcrumb
from insek.people.requests import posted
from insek.thread.setting_up import delete_part, save_part
from insek.web.context import concept_or_404, kind_names_of

from .models import ComparisonArea
from .shown import areas_table

RIGHT = "thread.release_item"


class AreaForm(forms.Form):
    """An area with its official code."""

    code = forms.RegexField(
        r"^[0-9]{1,12}$",
        label=gettext_lazy("Amtlicher Schlüssel"),
        help_text=gettext_lazy(
            "Wie ihn INKAR und die Regionalstatistik nennen: Kreis 5 Ziffern, Land 2, Bund 0."
        ),
        error_messages={"invalid": gettext_lazy("Bitte nur Ziffern angeben.")},
    )
    name = forms.CharField(max_length=200, label=gettext_lazy("Name"))
    sort = forms.ChoiceField(choices=ComparisonArea.Sort.choices, label=gettext_lazy("Art"))


@login_required
@require_http_methods(["GET", "POST"])
def comparison_areas(request: HttpRequest) -> HttpResponse:
    """List the areas, add one, take one away with its values."""
    concept, actor = concept_or_404(request), actor_of(request)
    require(actor, RIGHT)
    areas = ComparisonArea.objects.filter(concept=concept)
    if gone := request.POST.get("remove", ""):
        row = get_object_or_404(areas, pk=gone if gone.isdecimal() else 0)
        delete_part(row, expected_version=row.version, actor=actor, right=RIGHT)
        messages.success(request, _("„%(name)s“ und seine Werte sind entfernt.") % {"name": row.name})
        return redirect("comparison-areas")
    form = AreaForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            save_part(
                ComparisonArea(concept=concept), values=form.cleaned_data, expected_version=None, actor=actor, right=RIGHT
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Zeilen dieses Gebiets werden beim Einlesen jetzt behalten."))
            return redirect("comparison-areas")
    names = kind_names_of(request)
    context = {
        "form": form,
        "areas": areas_table(list(areas)),
        "submit_label": _("Aufnehmen"),
        "cancel_url": reverse("indicator-list"),
        "page_title": _("Vergleichsgebiete"),
        "active_nav": "indicator",
        "breadcrumb": breadcrumb(
            (names("indicator", plural=True), reverse("indicator-list")), (_("Vergleichsgebiete"), "")
        ),
        "noindex": True,
    }
    return render(request, "evidence/comparison_areas.html", context, status=400 if form.errors else 200)
