"""Who answers for units, who stands in, and who is told when nobody answered."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from insek import clock
from insek.people.actors import actor_of, require
from insek.people.models import Unit
from insek.people.requests import posted
from insek.web.context import concept_or_404

from ..forms import UnitDutyForm
from ..models import UnitDuty
from ..persons import unit_people
from ..register import recipients_behind
from .frame import page_context


@login_required
@require_http_methods(["GET", "POST"])
def unit_duties(request: HttpRequest) -> HttpResponse:
    """Each unit with who is told for it, as named or as follows from the rights, and a form to name somebody."""
    actor = actor_of(request)
    require(actor, "notices.assign")
    concept_or_404(request)
    form = UnitDutyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        UnitDuty.objects.get_or_create(**form.cleaned_data)
        messages.success(request, _("Eingetragen."))
        return redirect("unit-duties")
    named: dict[int, list[UnitDuty]] = {}
    for duty in UnitDuty.objects.select_related("user").order_by("part", "user__last_name", "pk"):
        named.setdefault(duty.unit_id, []).append(duty)
    people = unit_people(None, clock.today())
    names = recipients_behind({key for keys in people.answering.values() for key in keys})
    units = [
        {
            "unit": unit,
            "duties": named.get(unit.pk, []),
            "told": [names[key].name for key in people.answering.get(unit.pk, []) if key in names],
        }
        for unit in Unit.objects.all()
    ]
    context = {
        **page_context(actor, "unit-duties", _("Wer für Einheiten antwortet")),
        "page_lead": _(
            "Wer erfährt, dass ein Bericht oder ein Schritt ansteht, und wer, wenn niemand antwortet."
        ),
        "units": units,
        "form": form,
    }
    return render(request, "notices/unit_duties.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def unit_duty_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody answers for the unit no more."""
    require(actor_of(request), "notices.assign")
    get_object_or_404(UnitDuty, pk=pk).delete()
    messages.success(request, _("Ausgetragen."))
    return redirect("unit-duties")
