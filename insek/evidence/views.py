"""New values of an indicator, and its table."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from insek.items.pages import ItemPages
from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.revising import can_revise
from insek.items.views.saving import answer_saved
from insek.people.actors import Actor, actor_of, require
from insek.people.requests import posted
from insek.places.models import District
from insek.places.queries import districts
from insek.thread.labels import FIELD_LABELS
from insek.thread.models import Item
from insek.web.csv_tables import CONTENT_TYPE, CsvTable, Head

from .all_values import PARTS, PORTION, UNCERTAINTY, part_cells
from .forms import ObservationForm
from .queries import values_of
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
    if item.indicator.formula:
        messages.info(request, _("Die Werte dieses Indikators werden abgeleitet und nicht eingetragen."))
        return redirect(item.url)
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
            return answer_saved(request, saved, done=_("Der Wert ist eingetragen."), to=item.url)
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
    response = HttpResponse("".join(lines), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{item.pk}.csv"'
    return response


def observation_lines(item: Item, actor: Actor, *, for_people: bool = True) -> Iterator[str]:
    """The lines of the table: one for each place, part and period that the actor may see."""
    head: Head = [
        ("district", _("Raum")), ("period", _("Zeitraum")), *PARTS, ("value", _("Wert")), ("unit", _("Einheit")), ("quality", _("Status")),
        *UNCERTAINTY,
        ("confidence", FIELD_LABELS["confidence"]), ("source_title", FIELD_LABELS["source_title"]),
        ("source_url", FIELD_LABELS["source_url"]), ("note", _("Anmerkung")),
        ("basis", FIELD_LABELS["basis"]),
    ]  # fmt: skip
    table = CsvTable(head, for_people=for_people)
    rows = values_of(item.indicator, actor).select_related("breakdown").iterator(chunk_size=PORTION)
    places = {row.pk: row.item.title for row in districts(item.concept, actor)}
    for number, point in enumerate(rows, 1):
        table.line(
            [
                places[point.district_id], point.period, *part_cells(point, for_people=for_people), point.value,
                item.indicator.unit, point.get_quality_display(), point.standard_error, point.sample_size,
                point.get_confidence_display(), point.source_title, point.source_url, point.note, point.get_basis_display(),
            ]
        )  # fmt: skip
        if number % PORTION == 0:
            yield table.taken()
    yield table.taken()
