"""Computing an analysis again, its files, and making an indicator of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.items.pages import ItemPages
from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.saving import answer_saved
from insek.people.actors import actor_of, require
from insek.people.requests import posted
from insek.places.models import Location
from insek.places.outside.showing import outside_context, with_outside_layers
from insek.thread.models import Item
from insek.web.context import asker_of
from insek.web.csv_tables import csv_answer

from ..all_values_views import XLSX
from . import shown
from .forms import TakeForm
from .measuring import ground_of
from .models import ReachAnalysis, ReachRun
from .near import MINUTES, ground_runs, near_context
from .publishing import take_as_indicator
from .runs import ask_to_measure, latest_run
from .tryout import tried_of, try_context


def reach_item(request: HttpRequest, item_id: str) -> tuple[Item, ItemPages]:
    """The analysis of an address. Raises Http404."""
    item, pages = visible_item(request, item_id)
    if item.kind != "reach":
        raise Http404
    item.reach.item = item
    return item, pages


def result_or_404(request: HttpRequest, item: Item) -> ReachRun:
    """Its result, for those who may see it. Raises Http404."""
    run = shown.shown_run(asker_of(request), item.reach)
    if run is None:
        raise Http404
    return run


@login_required
@require_POST
def reach_compute(request: HttpRequest, item_id: str) -> HttpResponse:
    """Let a job compute the analysis with what is there now."""
    item, _pages = reach_item(request, item_id)
    ask_to_measure(item.reach, actor=actor_of(request))
    messages.success(request, _("Es wird gerechnet. Das Ergebnis steht gleich auf dieser Seite."))
    return redirect(item.url)


@require_safe
def reach_state(request: HttpRequest, item_id: str) -> HttpResponse:
    """What a page that waits asks every two seconds: how far it is, or that the page is to be loaded again."""
    item, _pages = reach_item(request, item_id)
    last = item.reach.runs.defer("ground", "result").order_by("-asked_at").first()
    if last is not None and last.is_working:
        answer = render(request, "evidence/_reach_progress.html", {"item": item, "last": last})
        answer["Cache-Control"] = "no-store"
        return answer
    return HttpResponse(headers={"HX-Refresh": "true"})


@require_safe
def reach_table(request: HttpRequest, item_id: str) -> HttpResponse:
    """The districts as CSV."""
    item, _pages = reach_item(request, item_id)
    run = result_or_404(request, item)
    lines = shown.file_lines(asker_of(request), run.result)
    return csv_answer(f"erreichbarkeit-{item.pk}", shown.file_head(item.reach), lines)


@require_safe
def reach_workbook(request: HttpRequest, item_id: str) -> HttpResponse:
    """The same as XLSX, with what it rests on."""
    item, _pages = reach_item(request, item_id)
    run = result_or_404(request, item)
    response = HttpResponse(shown.reach_workbook(asker_of(request), item.reach, run), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="erreichbarkeit-{item.pk}.xlsx"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def reach_take(request: HttpRequest, item_id: str) -> HttpResponse:
    """Make values of a result, in a new or a present indicator; those of a public one wait for their release."""
    item, pages = reach_item(request, item_id)
    actor = actor_of(request)
    require(actor, "thread.edit_item", item)
    run = latest_run(item.reach)
    form = TakeForm(posted(request), analysis=item.reach)
    if request.method == "POST" and run is not None and form.is_valid():
        try:
            indicator, saved = take_as_indicator(item.reach, run, form.cleaned_data["indicator"], actor=actor)
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            done = _("Die Werte stehen im Indikator, als geschätzt bezeichnet, mit ihrem Verfahren.")
            return answer_saved(request, saved, done=done, to=indicator.item.url)
    title = _("Als Indikator übernehmen")
    context = {
        "item": item,
        "form": form,
        "run": run,
        "page_title": title,
        "page_lead": str(item),
        "active_nav": "reach",
        "submit_label": _("Übernehmen"),
        "cancel_url": item.url,
        "breadcrumb": item_breadcrumb(request, pages, (item.number or item.title, item.url), (title, "")),
    }
    return render(request, "evidence/reach_take.html", context, status=400 if form.errors else 200)


@require_safe
@with_outside_layers
def reach_try(request: HttpRequest, item_id: str) -> HttpResponse:
    """What if something else stood there, or this no more: the difference by district."""
    item, pages = reach_item(request, item_id)
    asker = asker_of(request)
    run = result_or_404(request, item)
    ground = ground_of(run)
    if ground is None:
        raise Http404
    asked = request.GET
    tried = tried_of(
        asker, asked.getlist("neu"), asked.getlist("zu"), point=asked.get("point", ""), words=asked.get("address", ""),
        path=request.path, names=run.result["names"],
    )  # fmt: skip
    title = _("Was wäre, wenn?")
    context = {
        **try_context(asker, item.reach, run, ground, tried),
        **outside_context(asker),
        "item": item,
        "page_title": title,
        "page_lead": str(item),
        "active_nav": "reach",
        "estimated": shown.is_estimate(run.result),
        "noindex": bool(request.GET),
        "breadcrumb": item_breadcrumb(request, pages, (item.number or item.title, item.url), (title, "")),
    }
    return render(request, "evidence/reach_try.html", context)


@require_safe
def reach_near(request: HttpRequest, item_id: str) -> HttpResponse:
    """How many people live within reach of an item that is drawn, by district."""
    item, pages = visible_item(request, item_id)
    location = Location.objects.filter(item=item).first()
    if location is None or item.kind == "district":
        raise Http404
    asker = asker_of(request)
    run = ground_runs(asker).select_related("analysis__item").first()
    ground = ground_of(run) if run is not None else None
    title = _("Menschen in Reichweite")
    context: dict[str, Any] = {
        "item": item,
        "page_title": title,
        "page_lead": str(item),
        "active_nav": item.kind,
        "noindex": True,
        "breadcrumb": item_breadcrumb(request, pages, (item.number or item.title, item.url), (title, "")),
    }
    if run is not None and ground is not None:
        mode, minutes = request.GET.get("wie", ""), request.GET.get("minuten", "")
        mode = mode if mode in ReachAnalysis.Mode.values else ReachAnalysis.Mode.WALKING.value
        within = int(minutes) if minutes in map(str, MINUTES) else MINUTES[1]
        context |= {"run": run, "basis": run.analysis.item}
        context |= near_context(
            asker, item, location, run, ground, mode=mode, minutes=within, path=request.path
        )
    return render(request, "evidence/reach_near.html", context)
