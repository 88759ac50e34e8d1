"""What a delivery of values did, and taking it back; files to fill in; where addresses of version 0.1 lead."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from insek.intake.table_files import Cell
from insek.items.pages import pages_of
from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.saving import answer_saved
from insek.people.actors import actor_of, require
from insek.places.queries import districts
from insek.thread.models import Item, Visibility
from insek.web.display import number_words, period_words

from .breakdowns import cut_words_of
from .import_templates import as_csv, as_workbook, template_rows
from .models import IN_TIME, ImportBatch, Observation
from .releasing import take_back_or_propose, waiting_undo
from .services import rests_on

SHOWN = 100
"""Values that the page of a delivery lists."""


@require_safe
def former_address(request: HttpRequest, **_address: Any) -> HttpResponse:
    """Where values were read in up to version 0.3: it leads to reading in, with the indicator it named."""
    query = request.GET.urlencode()
    address = reverse("intake-begin", args=["observations"])
    return redirect(f"{address}?{query}" if query else address, permanent=True)


def _page(request: HttpRequest, title: str, *steps: tuple[str, str], **context: Any) -> dict[str, Any]:
    first = (_("Zahlen einlesen"), reverse("intake-begin", args=["observations"]))
    return {
        "page_title": title,
        "active_nav": "indicator",
        "breadcrumb": item_breadcrumb(request, pages_of("indicator"), first, *steps),
        "noindex": True,
        **context,
    }


def _exactly(row: Observation, *also: Observation) -> str:
    """A value with all its decimals, as many as the one beside it; where there is none, why."""
    if row.value is None:
        return str(row.get_quality_display())
    known = [one.value for one in (row, *also) if one.value is not None]
    decimals = max(
        (row.indicator if not also else also[0].indicator).decimals, *(_places(value) for value in known)
    )
    return number_words(row.value, decimals)


def _places(value: Any) -> int:
    """Decimals that a value really has."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent)


@login_required
@require_safe
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What a delivery did, and the way to take it back."""
    actor = actor_of(request)
    require(actor, "thread.create_item")
    found = get_object_or_404(
        ImportBatch.objects.select_related("author", "undone_by", "undoes"), pk=batch_id, is_valid=True
    )
    rows = found.observations.filter(indicator__item__in=Item.objects.visible_to(actor).values("pk"))
    counts = {
        row["indicator"]: row["count"]
        for row in rows.values("indicator").annotate(count=Count("pk")).order_by("indicator")
    }
    if not counts and found.undoes_id is None:
        raise Http404
    items = Item.objects.visible_to(actor).filter(pk__in=counts).order_by("sort_key")
    entries = [
        {
            "item": item,
            "count": ngettext("%(n)s Wert", "%(n)s Werte", counts[item.pk]) % {"n": counts[item.pk]},
        }
        for item in items
    ]
    undone = getattr(found, "undone_by", None)
    if undone and not undone.is_valid:
        messages.info(
            request, _("Die Rücknahme wird gerade eingetragen. Bis dahin gelten die Werte dieser Lieferung.")
        )
    can_undo = (
        not undone
        and not found.undoes_id
        and all(rules.test_rule("thread.edit_item", actor, item) for item in items)
    )
    corrected = 0 if undone else rests_on(found)
    waits = None if undone else waiting_undo(found, actor)
    undone = undone if undone and undone.is_valid else None
    context = _page(
        request, found.label, (found.label, ""), batch=found, entries=entries, size=sum(counts.values()), undone=undone,
        corrected_since=corrected, can_undo=can_undo, waiting_undo=waits, shown=SHOWN,
        after=_after(rows) if can_undo and not corrected else None,
        waits=not rules.test_rule("thread.release_item", actor) and any(item.visibility == Visibility.PUBLIC for item in items),
    )  # fmt: skip
    return render(request, "evidence/import_batch.html", context)


def _after(rows: QuerySet[Observation]) -> dict[str, Any]:
    """What counts once a delivery is taken back: the value before, or none. Two queries."""
    found = rows.select_related("indicator__item", "district__item", "breakdown").prefetch_related(
        "supersedes"
    )
    lines = []
    for row in found.order_by("indicator__item__sort_key", "district__item__sort_key", *IN_TIME)[:SHOWN]:
        old = next(iter(row.supersedes.all()), None)
        lines.append(
            [
                str(row.indicator.item),
                row.district.item.title,
                ", ".join(filter(None, [period_words(row.period), cut_words_of(row.breakdown.key)])),
                {"text": _exactly(row), "numeric": True},
                {"text": _exactly(old, row), "numeric": True} if old else _("kein Wert"),
            ]
        )
    return {
        "id": "tabelle-danach",
        "caption": _("Was nach der Rücknahme gilt"),
        "hide_caption": True,
        "columns": [
            {"label": _("Indikator")},
            {"label": _("Raum")},
            {"label": _("Stichtag oder Zeitraum")},
            {"label": _("Lieferung"), "numeric": True},
            {"label": _("Danach"), "numeric": True},
        ],
        "rows": lines,
    }


@login_required
@require_POST
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take a whole delivery back."""
    actor = actor_of(request)
    require(actor, "thread.create_item")
    found = get_object_or_404(ImportBatch, pk=batch_id)
    try:
        done = take_back_or_propose(found, actor=actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        words = _("Die Lieferung ist zurückgenommen.")
        return answer_saved(request, done, done=words, to=reverse("import-batch", args=[found.pk]))
    return redirect("import-batch", found.pk)


@require_safe
@login_required
def template(request: HttpRequest, item_id: str, form: str) -> HttpResponse:
    """A file to fill in: the places of an indicator with its last values."""
    item, _pages = visible_item(request, item_id)
    if item.kind != "indicator":
        raise Http404
    require(actor_of(request), "thread.edit_item", item)
    rows: list[list[Cell]] = template_rows(item.indicator, list(districts(item.concept, actor_of(request))))
    content, kind = (as_csv(rows), "text/csv; charset=utf-8") if form == "csv" else (
        as_workbook(rows), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )  # fmt: skip
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{item.pk}-vorlage.{form}"'
    return response
