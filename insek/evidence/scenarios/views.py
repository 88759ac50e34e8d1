"""Computing a scenario again, comparing it, its file, and making values of it."""

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
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.concept.models import Standing
from insek.items.pages import ItemPages, pages_of
from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.saving import answer_saved
from insek.people.actors import actor_of, require
from insek.people.requests import posted
from insek.thread.models import Item
from insek.web.choices import offer_rows
from insek.web.context import asker_of, concept_or_404
from insek.web.csv_tables import csv_answer

from ..models import Indicator
from ..releasing import record_or_propose
from . import shown
from .comparing import compared
from .forms import indicator_label
from .inputs import counts_people
from .models import Scenario
from .publishing import observations_of
from .runs import ask_to_compute, latest_of


def _scenario(request: HttpRequest, item_id: str) -> tuple[Item, ItemPages]:
    item, pages = visible_item(request, item_id)
    if item.kind != "scenario":
        raise Http404
    item.scenario.item = item
    return item, pages


@login_required
@require_POST
def scenario_compute(request: HttpRequest, item_id: str) -> HttpResponse:
    """Let a job compute the scenario with the assumptions and values of now."""
    item, _pages = _scenario(request, item_id)
    ask_to_compute(item.scenario, actor=actor_of(request))
    messages.success(request, _("Es wird gerechnet. Das Ergebnis steht gleich auf dieser Seite."))
    return redirect(item.url)


@require_safe
def scenario_state(request: HttpRequest, item_id: str) -> HttpResponse:
    """What a page that waits asks every two seconds: nothing new (204), or that the page is to be loaded again."""
    item, _pages = _scenario(request, item_id)
    if shown.detail(asker_of(request), item)["working"]:
        return HttpResponse(status=204)
    return HttpResponse(headers={"HX-Refresh": "true"})


@require_safe
def scenario_table(request: HttpRequest, item_id: str) -> HttpResponse:
    """All quantiles as CSV."""
    item, _pages = _scenario(request, item_id)
    run = latest_of(item.scenario)
    if run is None or not shown.may_see_result(asker_of(request), [item.scenario]):
        raise Http404
    head: list[str]
    head, *rows = [list(map(str, row)) for row in shown.file_rows(asker_of(request), run)]
    return csv_answer(f"szenario-{item.pk}", [(name, name) for name in head], rows)


@require_safe
def scenario_compare(request: HttpRequest) -> HttpResponse:
    """Scenarios side by side: chart, ages, districts. ``?s=`` names one each; without, all that have a result, up to four."""
    concept_or_404(request)
    asker = asker_of(request)
    context = compared(asker, request.GET.getlist("s"))
    context |= {
        "page_title": _("Szenarien vergleichen"),
        "page_lead": _("Was aus verschiedenen Annahmen folgt, nebeneinander."),
        "active_nav": "scenario",
        "breadcrumb": item_breadcrumb(request, pages_of("scenario"), (_("Vergleich"), "")),
    }
    return render(request, "evidence/scenario_compare.html", context)


class PublishForm(forms.Form):
    """Into which indicator the values go."""

    indicator: forms.ModelChoiceField[Indicator] = forms.ModelChoiceField(
        queryset=None,
        label=gettext_lazy("Indikator"),
        empty_label=gettext_lazy("Bitte wählen"),
        help_text=gettext_lazy(
            "Ein eigener Indikator für Vorausberechnungen, nicht der mit den gezählten Werten."
        ),
    )

    def __init__(self, *args: Any, scenario: Scenario, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = scenario.item.standing
        rows = Indicator.objects.filter(item__concept=scenario.item.concept)
        rows = rows.exclude(pk__in=shown.indicator_ids(scenario))
        offer_rows(
            self, "indicator", rows.select_related("item").order_by("item__sort_key"), label=indicator_label
        )

    def clean_indicator(self) -> Indicator:
        """Numbers of people go into no share and no rate."""
        indicator: Indicator = self.cleaned_data["indicator"]
        if self.standing == Standing.EXAMPLE and indicator.item.standing != Standing.EXAMPLE:
            raise ValidationError(
                _(
                    "Das Szenario ist ein Beispiel. Seine Werte kommen nur in einen Indikator, der auch eines ist."
                )
            )
        if not counts_people(indicator):
            raise ValidationError(
                _("Die Einheit dieses Indikators zählt keine Menschen: %(unit)s"),
                params={"unit": indicator.unit_text},
            )
        return indicator


@login_required
@require_http_methods(["GET", "POST"])
def scenario_publish(request: HttpRequest, item_id: str) -> HttpResponse:
    """Make values with their uncertainty of a result; those of a public indicator wait for their release."""
    item, pages = _scenario(request, item_id)
    actor = actor_of(request)
    require(actor, "thread.edit_item", item)
    run = latest_of(item.scenario)
    form = PublishForm(posted(request), scenario=item.scenario)
    if request.method == "POST" and run is not None and form.is_valid():
        indicator = form.cleaned_data["indicator"]
        try:
            values = observations_of(item.scenario, run)
            saved = record_or_propose(
                indicator, values, label=_("Szenario: %(title)s") % {"title": item.title}, actor=actor
            )
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            return answer_saved(
                request,
                saved,
                done=_("Die Werte stehen im Indikator, als vorausberechnet bezeichnet."),
                to=indicator.item.url,
            )
    context = {
        "item": item,
        "form": form,
        "run": run,
        "page_title": _("Als Werte übernehmen"),
        "page_lead": str(item),
        "active_nav": "scenario",
        "submit_label": _("Übernehmen"),
        "cancel_url": item.url,
        "new_indicator_url": reverse("indicator-create"),
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url), (_("Als Werte übernehmen"), "")
        ),
    }  # fmt: skip
    status = 400 if form.errors else 200
    return render(request, "evidence/scenario_publish.html", context, status=status)
