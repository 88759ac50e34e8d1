"""Reading in values: the file, its columns, the preview, what was done, and taking it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.intake.table_files import BadFile, Cell
from insek.items.pages import pages_of
from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.revising import can_revise
from insek.people.actors import actor_of, require
from insek.people.requests import posted
from insek.release.models import Proposal
from insek.release.waiting_changes import STILL_BEFORE
from insek.thread.models import Item, Visibility
from insek.web.context import concept_or_404
from insek.web.display import number_words, period_words

from . import import_services as service
from .import_forms import ColumnsForm, UploadForm
from .import_templates import as_csv, as_workbook, template_rows
from .importing import ImportPlan, PlannedValue, indicator_title, proposed_roles
from .models import ImportBatch, Observation, PendingImport
from .releasing import take_back_or_propose, waiting_undo
from .services import rests_on

SHOWN = 100
"""Lines of each kind that a preview shows."""


def _page(request: HttpRequest, title: str, *steps: tuple[str, str], **context: Any) -> dict[str, Any]:
    first = (_("Zahlen einlesen"), reverse("import-upload") if steps else "")
    return {
        "page_title": title,
        "active_nav": "indicator",
        "breadcrumb": item_breadcrumb(request, pages_of("indicator"), first, *steps),
        "noindex": True,
        **context,
    }


def _own_import(request: HttpRequest, pending_id: UUID) -> PendingImport:
    require(actor_of(request), "thread.create_item")
    return get_object_or_404(
        PendingImport.objects.select_related("concept", "batch"),
        pk=pending_id, owner=actor_of(request).user_id, expires_at__gt=timezone.now(),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("observations")
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; below, what was read in last."""
    actor = actor_of(request)
    require(actor, "thread.create_item")
    concept = concept_or_404(request)
    indicator = next(
        (row for row in service.usable_indicators(concept, actor) if row.pk == request.GET.get("indikator")),
        None,
    )
    form = UploadForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            pending = service.keep_upload(
                concept=concept, name=file.name, data=file.read(), indicator=indicator.pk if indicator else "", actor=actor,
            )  # fmt: skip
        except BadFile as error:
            form.add_error("file", str(error))
        else:
            return redirect("import-columns", pending.pk)
    deliveries = (
        ImportBatch.objects.filter(
            observations__indicator__item__concept=concept, author__isnull=False, undoes=None, is_valid=True
        )
        .annotate(size=Count("observations"))
        .select_related("author", "undone_by")
        .order_by("-created_at", "-pk")[:10]
    )
    context = _page(
        request, _("Zahlen einlesen"), form=form, deliveries=deliveries, indicator=indicator,
        indicator_name=indicator_title(indicator) if indicator else "",
    )  # fmt: skip
    return render(request, "evidence/import.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, pending_id: UUID) -> HttpResponse:
    """Which column is what."""
    pending, actor = _own_import(request, pending_id), actor_of(request)
    if pending.applied:
        return _done(request, pending)
    wanted = request.GET.get("blatt", "")
    try:
        table = service.uploaded_table(pending, wanted)
    except BadFile as error:
        messages.error(request, str(error))
        return redirect("import-columns" if wanted else "import-upload", *([pending.pk] if wanted else []))
    said = service.said_columns(pending)
    again = (
        said is not None
        and len(said.roles) == len(table.head)
        and (not wanted or wanted == pending.columns["sheet"])
    )
    form = ColumnsForm(
        posted(request), table=table, roles=said.roles if said and again else proposed_roles(table),
        indicators=service.usable_indicators(pending.concept, actor),
        places=service.usable_places(pending.concept, actor), initial=pending.columns,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        service.say_columns(pending, form.columns(), table.sheet)
        return redirect("import-preview", pending.pk)
    context = _page(
        request,
        _("Was steht in welcher Spalte?"),
        (pending.name, ""),
        form=form,
        pending=pending,
        table=table,
    )
    return render(request, "evidence/import_columns.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, pending_id: UUID) -> HttpResponse:
    """What would be recorded; only the button records it."""
    pending, actor = _own_import(request, pending_id), actor_of(request)
    if pending.applied:
        return _done(request, pending)
    said = service.said_columns(pending)
    if said is None:
        return redirect("import-columns", pending.pk)
    status = 200
    if request.method == "POST":
        try:
            applied = service.apply_import(pending, fingerprint=request.POST.get("plan", ""), actor=actor)
        except service.ImportPlanChanged:
            messages.warning(
                request,
                _("Inzwischen haben sich Werte geändert. Bitte sehen Sie die Vorschau noch einmal an."),
            )
            status = 409
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            status = 400
        else:
            if applied.waiting:
                messages.success(request, _waits(applied))
                return redirect(f"{reverse('proposal-list')}?von=mir")
            pending.batch = applied.batch
            return _done(request, pending)
    plan = service.plan_import(pending, said, actor)
    context = _page(
        request, _("Vorschau"), (pending.name, reverse("import-columns", args=[pending.pk])), (_("Vorschau"), ""),
        pending=pending, plan=plan, tables=_tables(plan), refused=_refused(pending, plan),
        can_apply=not plan.refused and bool(plan.new or plan.corrected), shown=SHOWN,
        waits=bool(service.by_release([*plan.new, *plan.corrected], actor)[1]),
    )  # fmt: skip
    return render(request, "evidence/import_preview.html", context, status=status)


def _waits(applied: service.ImportResult) -> str:
    return ngettext(
        "Die Werte eines öffentlichen Indikators warten auf Freigabe. Öffentlich zu sehen sind noch die bisherigen.",
        "Die Werte von %(count)s öffentlichen Indikatoren warten auf Freigabe. Öffentlich zu sehen sind noch die bisherigen.",
        applied.waiting,
    ) % {"count": applied.waiting}


def _done(request: HttpRequest, pending: PendingImport) -> HttpResponse:
    if pending.batch and not pending.batch.is_valid:
        messages.info(
            request, _("Die Werte werden gerade eingetragen. Sie gelten, sobald alle eingetragen sind.")
        )
        return redirect("import-upload")
    return redirect("import-batch", pending.batch_id) if pending.batch_id else redirect("import-upload")


@login_required
@require_POST
def discard(request: HttpRequest, pending_id: UUID) -> HttpResponse:
    """Throw a file away before it is recorded."""
    _own_import(request, pending_id).delete()
    messages.success(request, _("Die Datei ist verworfen. Es wurde nichts eingetragen."))
    return redirect("import-upload")


def _number(observation: Observation | Any, line: PlannedValue) -> dict[str, Any]:
    return {
        "text": number_words(observation.value, max(line.indicator.decimals, _places(observation.value))),
        "numeric": True,
    }


def _places(value: Any) -> int:
    """Decimals that a value really has."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent)


def _tables(plan: ImportPlan) -> list[dict[str, Any]]:
    """New, corrected and unchanged lines, the first of each."""
    kinds = [
        ("new", _("Neu"), plan.new),
        ("corrected", _("Berichtigt"), plan.corrected),
        ("unchanged", _("Unverändert"), plan.unchanged),
    ]
    tables = []
    for name, title, lines in kinds:
        columns: list[dict[str, Any]] = [
            {"label": _("Raum")},
            {"label": _("Indikator")},
            {"label": _("Stichtag oder Zeitraum")},
        ]
        if name == "corrected":
            columns.append({"label": _("Bisher"), "numeric": True})
        columns += [{"label": _("Wert"), "numeric": True}, {"label": _("Zeile"), "numeric": True}]
        rows = []
        for line in lines[:SHOWN]:
            row: list[Any] = [
                line.new.district.item.title,
                indicator_title(line.indicator),
                period_words(line.new.period),
            ]
            if name == "corrected" and line.before:
                row.append(_number(line.before, line))
            rows.append([*row, _number(line.new, line), {"text": str(line.row), "numeric": True}])
        tables.append(
            {"id": f"tabelle-{name}", "caption": title, "columns": columns, "rows": rows, "count": len(lines)}
        )
    return tables


def _refused(pending: PendingImport, plan: ImportPlan) -> dict[str, Any]:
    return {
        "id": "tabelle-refused",
        "caption": _("Abgelehnt: %(file)s") % {"file": pending.name},
        "columns": [
            {"label": _("Zeile")},
            {"label": _("Spalte")},
            {"label": _("Was ist falsch, was ist zu tun")},
        ],
        "rows": [[str(line.row), line.column, line.reason] for line in plan.refused[:SHOWN]],
    }


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
        waits=not service.may_release(actor) and any(item.visibility == Visibility.PUBLIC for item in items),
    )  # fmt: skip
    return render(request, "evidence/import_batch.html", context)


def _after(rows: QuerySet[Observation]) -> dict[str, Any]:
    """What counts once a delivery is taken back: the value before, or none. Two queries."""
    found = rows.select_related("indicator__item", "district__item").prefetch_related("supersedes")
    lines = []
    for row in found.order_by("indicator__item__sort_key", "district__item__sort_key", "period")[:SHOWN]:
        decimals = max(row.indicator.decimals, _places(row.value))
        old = next(iter(row.supersedes.all()), None)
        lines.append(
            [
                indicator_title(row.indicator),
                row.district.item.title,
                period_words(row.period),
                {"text": number_words(row.value, decimals), "numeric": True},
                {"text": number_words(old.value, max(decimals, _places(old.value))), "numeric": True}
                if old
                else _("kein Wert"),
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
        if isinstance(done, Proposal):
            messages.success(request, STILL_BEFORE)
            return redirect(done.url)
        messages.success(request, _("Die Lieferung ist zurückgenommen."))
    return redirect("import-batch", found.pk)


@require_safe
@login_required
def template(request: HttpRequest, item_id: str, form: str) -> HttpResponse:
    """A file to fill in: the places of an indicator with its last values."""
    item, _pages = visible_item(request, item_id)
    if item.kind != "indicator":
        raise Http404
    require(actor_of(request), "thread.edit_item", item)
    rows: list[list[Cell]] = template_rows(
        item.indicator, service.usable_places(item.concept, actor_of(request))
    )
    content, kind = (as_csv(rows), "text/csv; charset=utf-8") if form == "csv" else (
        as_workbook(rows), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )  # fmt: skip
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{item.pk}-vorlage.{form}"'
    return response
