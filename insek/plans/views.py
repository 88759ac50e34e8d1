"""The Gesamtschau and its table, and the form that appraises a plan."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from insek import clock
from insek.concept.models import Confidence
from insek.engines.csv_cells import harmless_cell
from insek.items.filtered import filtered
from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.revising import can_revise
from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.models import Unit
from insek.people.requests import posted
from insek.release.models import Proposal
from insek.release.revising import revised_values
from insek.release.waiting_changes import STILL_BEFORE
from insek.thread.models import Item
from insek.web.context import asker_of, concept_fields, kind_names_of
from insek.web.display import count_words, shown_item
from insek.web.paging import COUNT_LIMIT, bounded_count

from .forms import AppraisalForm
from .models import PlanAppraisal
from .overview import ROWS, SORTS, PlanRow, conclusion, rows_of, sums_of
from .pages import PAGES, bar, shown_appraisal
from .rubric import BINDINGS, CURRENCY, SUBSTANCE, scale_step
from .services import VALUES, appraise_or_propose, current_appraisal

SHOWN_FILTERS = ("feld", "art", "stand", "bindung")


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All plans against all fields of action, with what each field rests on."""
    items, filters = filtered(asker_of(request), PAGES)
    sort = _sort_of(request)
    fields = concept_fields(request)
    sums = sums_of(items, fields)
    names = kind_names_of(request)
    rows = rows_of(items, sort=sort)
    count = bounded_count(items)
    is_filtered = bool(request.GET.get("q")) or any(part["value"] for part in filters)
    kept = request.GET.urlencode()
    table = reverse("plan-overview-table")
    title = _("Gesamtschau der Planwerke")
    context = {
        "page_title": title,
        "page_lead": _("Was schon gilt, wie aktuell und aussagekräftig es ist, wen es bindet und welche Felder es anspricht."),
        "active_nav": "plan-overview",
        "breadcrumb": item_breadcrumb(request, PAGES, (_("Gesamtschau"), "")),
        "rows": [_row(row, names, [entry.field.key for entry in sums]) for row in rows],
        "sums": sums,
        "conclusion": "" if is_filtered else conclusion(sums),
        "is_filtered": is_filtered,
        "has_examples": any(row.appraisal and row.appraisal.is_example for row in rows),
        "is_cut": count > ROWS,
        "filters": [_select(part) for part in filters if part["name"] in SHOWN_FILTERS],
        "hidden": [{"name": "sortierung", "value": sort}] if sort != "nummer" else [],
        "reset_url": request.path if is_filtered else "",
        "result_label": count_words(count, COUNT_LIMIT, names("plan"), names("plan", plural=True)),
        "sorts": _sort_links(request, sort),
        "table_url": f"{table}?{kept}" if kept else table,
        "rubric": _rubric(),
    }  # fmt: skip
    return render(request, "plans/overview.html", context)


def _sort_of(request: HttpRequest) -> str:
    sort = request.GET.get("sortierung", "nummer")
    if sort not in SORTS:
        raise Http404
    return sort


def _select(part: dict[str, Any]) -> dict[str, Any]:
    options = [
        {"value": key, "label": label, "selected": key == part["value"]} for key, label in part["choices"]
    ]
    return {**part, "type": "select", "options": options}


def _sort_links(request: HttpRequest, chosen: str) -> dict[str, dict[str, Any]]:
    """The headings of the columns as links that keep the filters."""
    links = {}
    for key, (label, _order) in SORTS.items():
        kept = request.GET.copy()
        kept["sortierung"] = key
        links[key] = {
            "label": label,
            "url": f"?{kept.urlencode()}",
            "direction": (
                "" if key != chosen else "ascending" if key in ("nummer", "bindung") else "descending"
            ),
        }
    return links


def _row(row: PlanRow, names: Any, columns: list[str]) -> dict[str, Any]:
    """A line of the matrix."""
    appraisal = row.appraisal
    plan = row.item.plan
    note = [plan.get_type_display(), plan.year, plan.get_status_display()]
    if row.item.confidence == Confidence.LOW:
        note.append(_("nicht überprüft"))
    shown: dict[str, Any] = {
        "item": shown_item(row.item, names),
        "note": " · ".join(str(part) for part in note if part),
        "dots": [field if (field := _field_in(row, key)) else None for key in columns],
        "binding": BINDINGS[appraisal.bindingness] if appraisal else None,
        "example": bool(appraisal and appraisal.is_example),
    }
    if appraisal:
        shown["currency"] = bar(
            _("Aktualität"), appraisal.currency, scale_step(CURRENCY, appraisal.currency).word
        )
        shown["substance"] = bar(
            _("Aussagekraft"), appraisal.substance, scale_step(SUBSTANCE, appraisal.substance).word
        )
    return shown


def _field_in(row: PlanRow, key: str) -> Any:
    return next((field for field in row.fields if field.key == key), None)


def _rubric() -> dict[str, Any]:
    return {"currency": CURRENCY, "substance": SUBSTANCE, "bindings": list(BINDINGS.values())}


@require_safe
def overview_table(request: HttpRequest) -> HttpResponse:
    """The same as CSV, all plans that the filters leave: one line a plan, one column a field."""
    items, _filters = filtered(asker_of(request), PAGES)
    fields = concept_fields(request)
    head = ["id", "number", "title", "type", "year", "status", "bindingness", "currency", "currency_reason",
            "substance", "substance_reason", "implementation", "appraised_on", "appraisal_standing",
            *[str(field) for field in fields]]  # fmt: skip
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless_cell(cell) for cell in head])
    for row in rows_of(items, sort=_sort_of(request), limit=None):
        plan, appraisal = row.item.plan, row.appraisal
        judged = (
            [appraisal.get_bindingness_display(), appraisal.currency, appraisal.currency_reason, appraisal.substance,
             appraisal.substance_reason, appraisal.get_implementation_display(), appraisal.appraised_on.isoformat(),
             appraisal.get_standing_display()]
            if appraisal else [""] * 8
        )  # fmt: skip
        cells = [row.item.pk, row.item.number, row.item.title, plan.get_type_display(), plan.year,
                 plan.get_status_display(), *judged, *["x" if field.key in row.field_keys else "" for field in fields]]  # fmt: skip
        writer.writerow([harmless_cell(cell) for cell in cells])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="gesamtschau.csv"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("appraisal")
def appraise(request: HttpRequest, item_id: str) -> HttpResponse:
    """Appraise a plan, with the rubric beside the form; whoever was faster is shown, and nothing typed is lost."""
    item, _pages = visible_item(request, item_id)
    if item.kind != "plan":
        raise Http404
    actor = actor_of(request)
    require(actor, "thread.edit_item", item)
    now = current_appraisal(item.plan)
    wanted = revised_values(PlanAppraisal, "appraisal", item)
    form = AppraisalForm(posted(request), initial=_initial(now, actor.unit_id) | wanted)
    meanwhile = None
    if request.method == "POST" and form.is_valid():
        try:
            saved = appraise_or_propose(
                _plan_of(item),
                expected_version=form.cleaned_data["version"] or 0,
                values=form.values(),
                actor=actor,
            )
        except Conflict as faster:
            meanwhile = faster.current
            form.data = {**form.data.dict(), "version": str(meanwhile.version if meanwhile else 0)}  # type: ignore[attr-defined]  # what was posted, with the new version
            form.add_error(
                None,
                _("Inzwischen hat jemand anderes dieses Planwerk bewertet. Ihre Eingaben stehen noch hier; wenn Sie speichern, gelten Ihre."),
            )  # fmt: skip
        except ValidationError as error:
            _add_errors(form, error)
        else:
            if isinstance(saved, Proposal):
                messages.success(request, STILL_BEFORE)
                return redirect(saved.url)
            messages.success(request, _("Die Bewertung ist gespeichert."))
            return redirect(item.url)
    context = {
        "form": form,
        "item": item,
        "meanwhile": shown_appraisal(meanwhile) if meanwhile else None,
        "rubric": _rubric(),
        "page_title": _("%(item)s bewerten") % {"item": item.number or item.kind_label},
        "page_lead": item.title,
        "active_nav": "plan",
        "submit_label": _("Bewertung speichern"),
        "cancel_url": item.url,
        "breadcrumb": item_breadcrumb(
            request, PAGES, (item.number or item.title, item.url), (_("Bewerten"), "")
        ),
        "noindex": True,
    }
    status = 409 if meanwhile else 400 if form.errors else 200
    return render(request, "plans/appraise.html", context, status=status)


def _plan_of(item: Item) -> Any:
    plan = item.plan
    plan.item = item
    return plan


def _initial(now: Any, unit_id: int | None) -> dict[str, Any]:
    """What is in the form at first: the appraisal that holds, dated today."""
    unit = Unit.objects.filter(pk=unit_id).first() if unit_id else None
    if now is None:
        return {"version": 0, "appraised_on": clock.today(), "appraised_by": str(unit or "")}
    values = {name: getattr(now, name) for name in VALUES}
    return {**values, "version": now.version, "appraised_on": clock.today()}


def _add_errors(form: AppraisalForm, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
