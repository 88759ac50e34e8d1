"""New values of an indicator, and its table."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from insek.engines.csv_cells import harmless_cell
from insek.items.pages import ItemPages
from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.revising import can_revise
from insek.package import plain_decimal
from insek.people.actors import Actor, actor_of, require
from insek.people.requests import posted
from insek.places.models import District
from insek.release.models import Proposal
from insek.release.waiting_changes import STILL_BEFORE
from insek.thread.models import Item

from .forms import ObservationForm
from .queries import series_of
from .releasing import record_or_propose, revised_value


def _indicator(request: HttpRequest, item_id: str) -> tuple[Item, ItemPages]:
    item, pages = visible_item(request, item_id)
    if item.kind != "indicator":
        raise Http404
    return item, pages


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("observations")
def observation_create(request: HttpRequest, item_id: str) -> HttpResponse:
    """The form for one new value; a value for a place and period that has one corrects it."""
    item, pages = _indicator(request, item_id)
    actor = actor_of(request)
    require(actor, "thread.edit_item", item)
    city = District.objects.of(item.concept).filter(level=District.Level.CITY).first()
    form = ObservationForm(
        posted(request), indicator=item.indicator, initial={"district": city, **revised_value(item)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = record_or_propose(
                item.indicator, [form.new_observation()], label=_("Eingabe im Formular"), actor=actor
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if isinstance(saved, Proposal):
                messages.success(request, STILL_BEFORE)
                return redirect(saved.url)
            messages.success(request, _("Der Wert ist eingetragen."))
            return redirect(item.url)
    context = {
        "form": form,
        "item": item,
        "page_title": _("Wert eintragen"),
        "page_lead": str(item),
        "active_nav": "indicator",
        "submit_label": _("Eintragen"),
        "cancel_url": item.url,
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url), (_("Wert eintragen"), "")
        ),
        "noindex": True,
    }
    return render(request, "web/plain_form.html", context, status=400 if form.errors else 200)


@require_safe
def observation_table(request: HttpRequest, item_id: str) -> HttpResponse:
    """All values of an indicator as CSV, each with date, quality and source."""
    item, _pages = _indicator(request, item_id)
    lines = observation_lines(item, actor_of(request))
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{item.pk}.csv"'
    return response


def observation_lines(item: Item, actor: Actor) -> Iterator[str]:
    """The lines of the table: one for each place and period that the actor may see."""
    head = [
        "district",
        "period",
        "value",
        "unit",
        "quality",
        "confidence",
        "source_title",
        "source_url",
        "note",
    ]
    yield "\ufeff" + ";".join(head) + "\r\n"
    for series in series_of(item.indicator, actor):
        for point in series.points:
            buffer = StringIO()
            cells = [
                series.district.item.title, point.period, plain_decimal(point.value), item.indicator.unit,
                point.get_quality_display(), point.get_confidence_display(), point.source_title, point.source_url,
                point.note,
            ]  # fmt: skip
            csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow(
                [harmless_cell(cell) for cell in cells]
            )
            yield buffer.getvalue()
